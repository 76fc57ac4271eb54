"""Why a service refuses: a code for programs, a Japanese sentence for people, and where there is one the article."""

from collections.abc import Sequence

from django.db import models
from django.utils.translation import gettext_lazy as _

from kencho.foundation.refusals import Refusal
from kencho.workplace.telework_rules import Finding


class Reason(models.TextChoices):
    """Reasons of refusal; the label is shown to the user."""

    NOT_ALLOWED = "not_allowed", _("この操作はできません。")
    NO_RULE = (
        "no_rule",
        _("この日に効いているテレワークの定めがありません。組織の管理者に登録を頼んでください。"),
    )
    AGAINST_RULE = "against_rule", _("定めに合わないところがあります。")
    NOTHING = "nothing", _("テレワークをする日を一つ以上選んでください。")
    OTHER_MONTH = "other_month", _("ほかの月の日が含まれています。")
    SETTLED = "settled", _("承認を待っている日と承認された日は、取りやめてから変えてください。")
    REASON_NEEDED = "reason_needed", _("定めの例外を求めるときは、特別な事情を書いてください。")
    NOT_SERVING = "not_serving", _("その日は在職していません。")
    NOT_APPROVER = "not_approver", _("この計画を承認できるのは、所属長かその代理です。")
    CHANGED = "changed", _("表示していた内容が古くなっています。もう一度確かめてください。")
    WRONG_ARTICLE = "wrong_article", _("定めにある条を選んでください。")
    EMPTY_REASON = "empty_reason", _("理由を書いてください。")
    NO_PLAN = "no_plan", _("この日の承認された計画がありません。計画を作り、所属長の承認を受けてください。")
    MOVED = (
        "moved",
        _("計画が承認された後に所属が変わりました。今の所属長の承認を受けてください。"),
    )
    RUNNING = "running", _("まだ終えていないテレワークがあります。先に終了を報告してください。")
    OVERLAP = "overlap", _("ほかのテレワークの時間と重なります。")
    BACKWARD = "backward", _("終わりは始まりより後にしてください。")
    FUTURE = "future", _("これから先の時刻は報告できません。")
    NOT_RUNNING = "not_running", _("このテレワークは、すでに終わっています。")
    NOT_CONFIRMED = "not_confirmed", _("確定した実績だけ訂正できます。")
    OTHER_DAY = (
        "other_day",
        _("日は変えられません。取り消して、正しい日を所属長が記録してください。"),
    )
    USED = "used", _("この日のテレワークは、もう始まっています。")
    OTHER_BODY = "other_body", _("ほかの団体のものです。")
    DESK_TAKEN = "desk_taken", _("この席は、その時間に予約されています。")
    PERSON_TAKEN = "person_taken", _("あなたは、その時間にほかの席を予約しています。")
    CLOSED = "closed", _("サテライトオフィスの開いている時間の中で選んでください。")
    PAST = "past", _("過ぎた時間は予約できません。")
    ENDED = "ended", _("この予約は、すでに終わっているか取り消されています。")
    CODE_TAKEN = "code_taken", _("このコードは使われています。")
    NO_SPLIT = "no_split", _("分割された所属ではありません。")
    EARLIER = "earlier", _("施行日は、いまの定めの施行日より後か同じ日にしてください。")


class UnableTo(Refusal[Reason]):
    """Base of all refusals of this app. ``findings`` are the parts of the rule that stand against it."""

    def __init__(self, reason: Reason, detail: str = "", findings: Sequence[Finding] = ()) -> None:
        super().__init__(reason, detail)
        self.findings = tuple(findings)

    @property
    def message(self) -> str:
        """One sentence for the user, with what the rule says."""
        more = [self.detail] if self.detail else [str(each) for each in self.findings]
        return f"{self.reason.label}{' '.join(more)}" if more else str(self.reason.label)
