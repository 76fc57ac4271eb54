"""The life of an application in words and steps, as the applicant reads it."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from kencho.applications.models import Application, Status
from kencho.foundation.ui import Kind, Step, Steps, TimelineEntry

_KINDS = {
    Status.SUBMITTED: Kind.INFO,
    Status.ACCEPTED: Kind.INFO,
    Status.IN_REVIEW: Kind.INFO,
    Status.AWAITING_AMENDMENT: Kind.WARNING,
    Status.IN_APPROVAL: Kind.INFO,
    Status.DECIDED: Kind.INFO,
    Status.ISSUED: Kind.SUCCESS,
    Status.COMPLETED: Kind.SUCCESS,
    Status.WITHDRAWN: Kind.NEUTRAL,
    Status.REFUSED: Kind.DANGER,
}
_WORDS = {
    "submit": _("申請が届きました"),
    "accept": _("担当所属が受け付けました"),
    "review": _("審査を始めました（行政手続法第7条）"),
    "request_amendment": _("補正をお願いしました（行政手続法第7条）"),
    "amend": _("補正された内容が届きました"),
    "transfer": _("担当の所属が変わりました"),
    "submit_for_approval": _("決定の手続に入りました"),
    "decide": _("決定しました"),
    "issue": _("通知書を交付しました"),
    "complete": _("届出の手続が完了しました（行政手続法第37条）"),
    "withdraw": _("申請が取り下げられました"),
    "refuse": _("受け付けることができませんでした"),
}
# Inner moves of the office that say nothing to the applicant.
_UNTOLD = frozenset({"take_back_from_approval"})
_PLACES: dict[str, int] = {
    Status.SUBMITTED: 1,
    Status.ACCEPTED: 2,
    Status.IN_REVIEW: 3,
    Status.AWAITING_AMENDMENT: 3,
    Status.IN_APPROVAL: 4,
    Status.DECIDED: 4,
    Status.ISSUED: 5,
    Status.COMPLETED: 5,
}


def kind_of(status: str) -> Kind:
    """How much attention a status asks for."""
    return _KINDS[Status(status)]


def word_of(verb: str) -> object:
    """What happened, in one sentence."""
    return _WORDS.get(verb, verb)


def told(application: Application) -> list[TimelineEntry]:
    """The steps that the applicant is told, oldest first."""
    return [
        TimelineEntry(
            _WORDS.get(change.verb, change.verb),
            change.at,
            body=change.note if change.verb != "transfer" else "",
            kind=kind_of(change.status),
        )
        for change in application.changes.all()
        if change.verb not in _UNTOLD
    ]


def steps_of(application: Application) -> Steps | None:
    """The way to the end as steps; nothing when it ended on a side exit."""
    place = _PLACES.get(application.status)
    if place is None:
        return None
    names: Sequence[object] = (_("到達"), _("受付"), _("審査"), _("決定"), _("完了"))
    return Steps([Step(str(name)) for name in names], place)
