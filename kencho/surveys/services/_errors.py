"""Why a service refuses: a code for programs, a Japanese sentence for people."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kencho.foundation.actors import Actor
from kencho.foundation.refusals import Refusal
from kencho.organization.models import Body
from kencho.surveys import permissions


class Reason(models.TextChoices):
    """Reasons of refusal; the label is shown to the user."""

    NOT_OWNER = "not_owner", _("アンケートを実施できるのは、同じ団体の「企画・評価」の役割の職員だけです。")
    CODE_TAKEN = "code_taken", _("このコードのアンケートは、すでにあります。")
    FROZEN = "frozen", _("この版は実施に使われたため、変えられません。新しい版を作ってください。")
    DRAFT_EXISTS = "draft_exists", _("作りかけの版がすでにあります。その版を直してください。")
    HAS_FINDINGS = "has_findings", _("調査票に直すところがあります。")
    OTHER_PROGRAM = "other_program", _("ほかのアンケートの調査票です。")
    OFFICIAL_TAKEN = (
        "official_taken",
        _("この年度の正式な回は、すでに決まっています。正式な回は年度に一つだけです。"),
    )
    WRONG_PERIOD = "wrong_period", _("締切は、受付開始より後にしてください。")
    OUTSIDE_YEAR = "outside_year", _("正式な回の受付と締切は、その年度の中にしてください。")
    K_TOO_SMALL = "k_too_small", _("公表する最小の人数は、3以上にしてください。")
    WRONG_CUT = "wrong_cut", _("クロス集計の設問は、「一つ選ぶ」か「段階で答える」設問から選んでください。")
    WRONG_STATE = "wrong_state", _("いまの状態では、この操作はできません。")
    TOO_FEW_STAFF = "too_few_staff", _("対象の職員が少なすぎて、匿名を守れません。")
    NOT_OPEN = "not_open", _("いまは回答を受け付けていません。")
    NOT_ELIGIBLE = "not_eligible", _("このアンケートの対象者名簿に入っていません。")
    ALREADY_ANSWERED = "already_answered", _("すでに回答しています。回答は一人一回です。")
    BAD_ANSWERS = "bad_answers", _("答えに直すところがあります。")
    BOX_DAMAGED = (
        "box_damaged",
        _("投票箱の中身が壊れているか、書き換えられています。バックアップと比べてください。"),
    )
    TOO_SOON = "too_soon", _("前の呼びかけから、まだ一日たっていません。")
    NOBODY_TO_REMIND = "nobody_to_remind", _("呼びかける所属がありません。")
    FEW_TEXTS = "few_texts", _("記述が少ないため、公表できません。")


class UnableTo(Refusal[Reason]):  # named like its children, after what the office was unable to do
    """Base of all refusals of this app."""


class NotTheOwner(UnableTo):
    """Somebody without the role, or of another body."""


def require_owner(by: Actor, body: Body) -> None:
    """Raises NotTheOwner."""
    if not permissions.owns(by, body):
        raise NotTheOwner(Reason.NOT_OWNER)
