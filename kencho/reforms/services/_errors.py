"""Why a service refuses: a code for programs and a Japanese sentence for people."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kencho.foundation.refusals import Refusal


class Reason(models.TextChoices):
    """Reasons of refusal; the label is shown to the user."""

    NOT_ALLOWED = "not_allowed", _("この操作はできません。")
    OTHER_BODY = "other_body", _("ほかの団体のものです。")
    CODE_TAKEN = "code_taken", _("このコードは使われています。")
    SUBJECT_TAKEN = "subject_taken", _("この対象は、ほかの業務の見直しにあります。")
    BACKWARD = "backward", _("終えた日は、始めた日より後か同じ日にしてください。")
    FUTURE = "future", _("これから先の日は登録できません。")
    NO_SUCH_DIVISION = "no_such_division", _("その所属は、今はありません。")
    NO_MINUTES = "no_minutes", _("分数は、0より大きく、1,440分までにしてください。")
    MANY_MINUTES = "many_minutes", _("分数は、0より大きく、100万分までにしてください。")
    NEGATIVE = "negative", _("人がかけた分数は、0以上にしてください。")
    NO_METHOD = "no_method", _("測り方か出典を書いてください。")
    NOT_MEASURED = "not_measured", _("見積りの基準には、測定した件を加えられません。")
    STATED_NEEDED = "stated_needed", _("見積りの分数を入れてください。")
    EMPTY_REASON = "empty_reason", _("理由を書いてください。")
    WITHDRAWN = "withdrawn", _("すでに取り消されています。")
    RUNNING = "running", _("あなたは、すでに一件を計っています。")
    NOT_RUNNING = "not_running", _("計っている件がありません。")
    TOO_LONG = (
        "too_long",
        _("24時間を超えました。止め忘れとみなして数えません。やめてから、計り直してください。"),
    )
    TOO_SHORT = "too_short", _("1秒に満たないものは数えません。")
    TOO_MANY = "too_many", _("一つの測定に入れられるのは1,000件までです。")


class UnableTo(Refusal[Reason]):
    """Base of all refusals of this app."""
