"""Why a service refuses: a code for programs, a Japanese sentence for people."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kencho.foundation.refusals import Refusal


class Refused(models.TextChoices):
    """Reasons of refusal; the label is shown to the user."""

    NOT_ALLOWED = "not_allowed", _("この操作をする権限がありません。")
    EMPTY = "empty", _("入力してください。")
    BAD_CODE = "bad_code", _("コードは英小文字・数字・ハイフンで、ほかと重ならないようにしてください。")
    BAD_URL = "bad_url", _("入口のURLは http:// か https:// で始め、利用者名や合言葉を含めないでください。")
    BAD_REFERENCE = (
        "bad_reference",
        _("参照名は英大文字・数字・_ で書いてください（値そのものは書きません）。"),
    )
    REFERENCE_TAKEN = (
        "reference_taken",
        _("この参照名は、本番かどうかの違う相手で使われています。別の参照名にしてください。"),
    )
    WAS_REAL = (
        "was_real",
        _("本番の相手を、本番でないものには変えられません。別の相手として登録してください。"),
    )
    OTHER_BODY = "other_body", _("ほかの団体のものは選べません。")
    NO_PACKAGE = "no_package", _("パッケージがないか、宣言に誤りがあります。")
    BAD_PARAMETERS = "bad_parameters", _("設定は項目と値の組にしてください。")
    NO_TIME = "no_time", _("決まった時刻に始めるには、時刻を入れてください。")
    NO_FEED = "no_feed", _("出来事で始めるには、申請から入力を作れるロボットが要ります。")
    WRONG_STATE = "wrong_state", _("いまの状態ではできません。画面を開き直してください。")
    RUNNING = "running", _("このロボットはすでに運転中です。")
    STOPPED = "stopped", _("相手のシステムへのロボットが止められています。再開してから始めてください。")
    PAUSED = "paused", _("このロボットは一時停止中です。解いてから始めてください。")
    NO_VERSION = "no_version", _("使う版が決まっていません。")
    NOT_APPROVED = "not_approved", _("本番の相手には、承認された版しか使えません。")
    CHANGED = "changed", _("パッケージの中身が、決めた版と違います。新しい版として承認を受けてください。")
    NOTHING_TO_DO = "nothing_to_do", _("待っている件がありません。")
    NO_RECEIPT = "no_receipt", _("相手の受付番号を入力してください。")
    BAD_MINUTES = "bad_minutes", _("かけた分数は0以上にしてください。")
    BAD_INPUT = "bad_input", _("入力が、このロボットの宣言に合いません。")
    NO_REFORM = "no_reform", _("結び付けられる業務の見直しがありません。")
    NO_APPROVAL = "no_approval", _("承認を求められません。")


class UnableTo(Refusal[Refused]):
    """Base of all refusals of this app."""
