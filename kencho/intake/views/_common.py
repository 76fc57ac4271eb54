"""What the pages share: breadcrumbs, tabs, finding things of the own division, pictures."""

from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from kencho.foundation.ui import Crumb, Tab
from kencho.intake import permissions, queries
from kencho.intake.models import ScanBatch, ScanPage, Sheet
from kencho.organization.access import StaffRequest
from kencho.organization.queries import Desk

Text = str | Promise
HOME = "intake:scan_list"


def crumbs(*steps: tuple[Text, str] | Text) -> list[Crumb]:
    """Breadcrumbs below the list of scans."""
    first = Crumb(_("紙の読み取り"), reverse(HOME) if steps else "")
    return [first, *(Crumb(step[0], step[1]) if isinstance(step, tuple) else Crumb(step) for step in steps)]


def tabs(desk: Desk, here: str, *, work: queries.Work | None = None) -> list[Tab]:
    """The parts of paper intake that this desk may see."""
    lines: list[tuple[str, Text, int | None]] = [
        (HOME, _("スキャンの束"), None),
        ("intake:verify", _("確認"), work.sheets if work else None),
        ("intake:template_list", _("様式"), None),
    ]
    if permissions.may_manage_inlets(desk.actor, desk.body):
        lines.append(("intake:inlet_list", _("取込み口"), None))
    lines.append(("intake:calibration", _("読み取りの正しさ"), None))
    return [Tab(label, reverse(name), count, current=name == here) for name, label, count in lines]


def batch_or_404(request: StaffRequest, pk: UUID) -> ScanBatch:
    """The batch, if this desk may know of it."""
    found = queries.batch(request.desk, pk)
    if found is None:
        raise Http404
    return found


def page_or_404(request: StaffRequest, pk: int) -> ScanPage:
    """The page, if this desk may know of it."""
    found = queries.page(request.desk, pk)
    if found is None:
        raise Http404
    return found


def sheet_or_404(request: StaffRequest, pk: int) -> Sheet:
    """The sheet, if this desk may know of it."""
    found = queries.sheet(request.desk, pk)
    if found is None:
        raise Http404
    return found


def picture(content: bytes, content_type: str = "image/png") -> HttpResponse:
    """A picture of what somebody wrote: for this reader only, kept by no cache."""
    response = HttpResponse(content, content_type=content_type)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def minutes_ago(at: datetime | None, now: datetime) -> int | None:
    """Whole minutes since an instant."""
    return None if at is None else int((now - at).total_seconds() // 60)
