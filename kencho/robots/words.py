"""Words for reasons: what a person reads when a robot stopped or an item was left, and what to do about it."""

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Reason(TextChoices):
    """Why an item, a run or a request did not go through; each has an action in ``ACTIONS``."""

    # Of an item: the target.
    PAGE_CHANGED = "page_changed", _("相手の画面が変わっている")
    REJECTED = "rejected", _("相手が入力を受け付けない")
    WRONG_ON_PAGE = "wrong_on_page", _("確認画面の値が入力と違う")
    LOGGED_OUT = "logged_out", _("途中でログアウトされた")
    SIGN_IN_FAILED = "sign_in_failed", _("ログインできない")
    TARGET_ERROR = "target_error", _("相手のシステムがエラーを返した")
    TIMEOUT = "timeout", _("相手の応答が遅い")
    HUNG = "hung", _("時間内に終わらない")
    HOST_REFUSED = "host_refused", _("許していない相手へつなごうとした")
    # Of an item: what is to be typed.
    BAD_INPUT = "bad_input", _("入力が宣言に合わない")
    NO_SUBJECT = "no_subject", _("対象が見つからない")
    # Of an item: what nobody knows.
    UNCERTAIN = "uncertain", _("登録されたか分からない")
    TWICE_THERE = "twice_there", _("相手に二つ登録されている")
    TOO_MANY_ATTEMPTS = "too_many_attempts", _("やり直しの回数を超えた")
    # Of an item: the robot or a person.
    CRASHED = "crashed", _("ロボットの処理が落ちた")
    ROBOT_ERROR = "robot_error", _("ロボットのプログラムの誤り")
    TOO_MUCH_MEMORY = "too_much_memory", _("使う記憶が多すぎる")
    BY_PERSON = "by_person", _("職員が引き取った")
    NOT_NEEDED = "not_needed", _("登録の必要がなくなった")
    # Of a run.
    STOPPED = "stopped", _("止められた")
    PAUSED = "paused", _("一時停止中")
    LOST = "lost", _("処理が途絶えた")
    MANY_FAILURES = "many_failures", _("失敗が続いたので止めた")
    NO_SECRET = "no_secret", _("暗証が用意されていない")
    NO_BROWSER = "no_browser", _("ブラウザーがない")
    NO_SANDBOX = "no_sandbox", _("ブラウザーを隔離できない")
    NO_USER = "no_user", _("ロボット用の利用者がいない")
    CHANGED = "changed", _("承認された版と中身が違う")
    NOT_APPROVED = "not_approved", _("この版は承認されていない")
    NO_VERSION = "no_version", _("使う版が決まっていない")
    NO_PACKAGE = "no_package", _("パッケージが見つからない")


ACTIONS: dict[Reason, Promise] = {
    Reason.PAGE_CHANGED: _("画面の写真を見て、ロボットの担当者に新しい版を頼んでください。急ぐ件は手で登録します。"),
    Reason.REJECTED: _("相手が受け付けない値がないか、対象の内容を確かめてください。直したら「やり直す」を押します。"),
    Reason.WRONG_ON_PAGE: _("画面の写真で値を確かめてください。相手の字数や文字の種類の制限が原因のことがあります。"),
    Reason.LOGGED_OUT: _("自動でやり直します。続くときは、同じ利用者名で別の人が入っていないか確かめてください。"),
    Reason.SIGN_IN_FAILED: _("利用者名と暗証の有効期限を確かめてください。"),
    Reason.TARGET_ERROR: _("自動でやり直します。続くときは、相手のシステムの担当者に知らせてください。"),
    Reason.TIMEOUT: _("自動でやり直します。続くときは、相手のシステムの担当者に知らせてください。"),
    Reason.HUNG: _("自動でやり直します。続くときは、相手のシステムの担当者に知らせてください。"),
    Reason.HOST_REFUSED: _("相手の画面がほかの場所へ移そうとしています。ロボットの担当者に知らせてください。"),
    Reason.BAD_INPUT: _("対象の内容を直すか、手で登録して「手で済ませた」を押してください。"),
    Reason.NO_SUBJECT: _("対象が取り下げられたか消えています。「引き取る」を押して一覧から外してください。"),
    Reason.UNCERTAIN: _("相手の台帳をこの鍵で探し、あれば受付番号を書いて「手で済ませた」、なければ「やり直す」を押してください。"),
    Reason.TWICE_THERE: _("相手の台帳で片方を取り消し、残した受付番号を書いて「手で済ませた」を押してください。"),
    Reason.TOO_MANY_ATTEMPTS: _("失敗の記録と写真を見てください。原因を除いたら「やり直す」を押します。"),
    Reason.CRASHED: _("自動でやり直します。続くときは、ロボットの担当者に知らせてください。"),
    Reason.ROBOT_ERROR: _("ロボットの担当者に、記録にあるプログラムの箇所を知らせてください。"),
    Reason.TOO_MUCH_MEMORY: _("ロボットの担当者に知らせてください。"),
    Reason.BY_PERSON: _("手で登録したら、受付番号と分数を書いて「手で済ませた」を押してください。"),
    Reason.NOT_NEEDED: _("することはありません。"),
    Reason.STOPPED: _("止めた人に確かめ、再開してから運転してください。待ちの件は残っています。"),
    Reason.PAUSED: _("一時停止を解いてから運転してください。"),
    Reason.LOST: _("残った件は自動で引き継がれます。することはありません。"),
    Reason.MANY_FAILURES: _("失敗の一覧で原因を確かめてから、もう一度運転してください。"),
    Reason.NO_SECRET: _("管理者に、暗証の環境変数か秘密のファイルを用意してもらってください。"),
    Reason.NO_BROWSER: _("管理者に、Chromium を入れてもらってください。"),
    Reason.NO_SANDBOX: _("管理者に、利用者の名前空間を使えるようにしてもらってください（docs/howto/robots.md）。"),
    Reason.NO_USER: _("管理者に、ロボット用の利用者を作ってもらってください（KENCHO_ROBOT_USER）。"),
    Reason.CHANGED: _("新しい版として承認を受けるか、承認されたファイルに戻してください。"),
    Reason.NOT_APPROVED: _("この版の承認を求めてください。"),
    Reason.NO_VERSION: _("使う版を選んでください。"),
    Reason.NO_PACKAGE: _("管理者に、パッケージの置き場所を確かめてもらってください。"),
}  # fmt: skip

# What may be tried again by itself, before the submit click or once the receipt is known not to be there.
RETRIED = frozenset(
    {
        Reason.PAGE_CHANGED,
        Reason.WRONG_ON_PAGE,
        Reason.LOGGED_OUT,
        Reason.SIGN_IN_FAILED,
        Reason.TARGET_ERROR,
        Reason.TIMEOUT,
        Reason.HUNG,
        Reason.CRASHED,
        Reason.TOO_MUCH_MEMORY,
        Reason.UNCERTAIN,
    }
)


def reason_label(code: str) -> str:
    """A reason as people read it; a code of another version as it stands."""
    return str(Reason(code).label) if code in Reason.values else code


def action_of(code: str) -> str:
    """What a person should do about a reason; empty for an unknown code."""
    return str(ACTIONS[Reason(code)]) if code in Reason.values else ""


def known(code: str) -> Reason:
    """The reason of this code; whatever a package invents is an error of its program."""
    return Reason(code) if code in Reason.values else Reason.ROBOT_ERROR
