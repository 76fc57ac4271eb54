"""The first page of the desk: figures that lead to work."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from kencho.applications import inbox as division_inbox
from kencho.applications import queries as applications
from kencho.applications.models import Status
from kencho.approvals import queries as approvals
from kencho.foundation import clock
from kencho.foundation.ui import Kind, Stat
from kencho.notifications.models import Message
from kencho.organization.queries import Desk


@dataclass(frozen=True)
class Today:
    """What waits: for me, for my division; and what I was told."""

    mine: list[Stat]
    division: list[Stat]
    messages: list[Message]


def today_of(desk: Desk) -> Today:
    """Figures of one desk, each leading to its list."""
    inbox = reverse("applications:inbox")
    # The same counts as the tabs of the inbox, so that a figure and the list behind it agree.
    counts = division_inbox.counts(
        desk.division, applications.calendar_of(desk.body.pk, clock.now()), desk.day
    )
    overdue = counts["overdue"].number
    mine = applications.inbox(desk, applications.InboxFilter(status="open", assignee="me"), desk.day).count()
    waiting = approvals.count_waiting(desk.staff, desk.day)
    return Today(
        mine=[
            Stat(
                _("わたしの決裁を待つもの"),
                waiting,
                _("件"),
                url=reverse("approvals:approvals_waiting"),
                kind=Kind.WARNING if waiting else Kind.NEUTRAL,
            ),
            Stat(_("わたしが担当する申請"), mine, _("件"), url=f"{inbox}?status=open&assignee=me"),
        ],
        division=[
            Stat(
                _("受付を待つ申請"), counts[Status.SUBMITTED].number, _("件"), url=f"{inbox}?status=submitted"
            ),
            Stat(_("審査中"), counts[Status.IN_REVIEW].number, _("件"), url=f"{inbox}?status=in_review"),
            Stat(
                _("補正待ち"),
                counts[Status.AWAITING_AMENDMENT].number,
                _("件"),
                url=f"{inbox}?status=awaiting_amendment",
            ),
            Stat(
                _("標準処理期間を過ぎたもの"),
                overdue,
                _("件"),
                url=f"{inbox}?due=overdue",
                kind=Kind.DANGER if overdue else Kind.SUCCESS,
            ),
        ],
        messages=list(Message.objects.filter(user=desk.staff.user).order_by("-created_at", "-id")[:5]),
    )
