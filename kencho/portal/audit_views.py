"""The audit log on the desk: for auditors and system administrators, of their own body only.

The page stands here and not in ``audit`` because who may open a staff page is known further up.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from kencho.audit import permissions, queries, sentences
from kencho.audit import services as audit
from kencho.audit.models import Entry
from kencho.foundation import clock
from kencho.foundation.actors import ActorKind
from kencho.foundation.csvfile import CsvExport
from kencho.foundation.paging import page_of
from kencho.foundation.ui import Crumb
from kencho.organization.access import StaffRequest, staff_page
from kencho.organization.models import StaffMember
from kencho.organization.queries import Desk
from kencho.portal.audit_forms import AuditFilter

CHUNK = 2000
ACTOR_KINDS: dict[str, Promise] = {
    ActorKind.RESIDENT: gettext_lazy("利用者"),
    ActorKind.GUEST: gettext_lazy("サインインしていない人"),
    ActorKind.STAFF: gettext_lazy("職員"),
    ActorKind.SYSTEM: gettext_lazy("システム"),
    ActorKind.API: gettext_lazy("連携システム"),
}


@dataclass(frozen=True)
class Line:
    """An entry as it is read."""

    at: datetime
    actor: str
    sentence: str
    kind: str
    subject: str
    details: str
    entry_id: int
    seal: int | None


def may_read_log(desk: Desk) -> bool:
    """Auditors and system administrators."""
    return permissions.may_read_log(desk.actor)


@staff_page("audit.may_read_log", may=may_read_log)
@require_safe
def audit_log(request: StaffRequest) -> HttpResponse:
    """The log, the newest first, fifty lines a page."""
    form = AuditFilter(request.GET)
    conditions = form.conditions(request.desk.body, clock.now())
    page = page_of(queries.entries_of(request.desk.body.code, conditions), request, "-at", "-id")
    context = {
        "form": form,
        "active_count": form.active_count,
        "clear_url": request.path,
        "lines": list(_lines(page.rows, request.desk)),
        "pager": page.pager,
        "is_recent_only": conditions.since is not None and not form.data.get("since"),
        "last_check": queries.last_check(),
        "head": queries.head(),
        "breadcrumbs": [Crumb(_("監査記録"))],
    }
    return render(request, "portal/audit_log.html", context)


@staff_page("audit.may_read_log", may=may_read_log)
@require_safe
def audit_entry(request: StaffRequest, entry_id: int) -> HttpResponse:
    """One entry with its details and its seal. Raises Http404 for those of other bodies."""
    from django.shortcuts import get_object_or_404

    entry = get_object_or_404(Entry, pk=entry_id, body=request.desk.body.code)
    context = {
        "entry": entry,
        "line": next(_lines([entry], request.desk)),
        "breadcrumbs": [Crumb(_("監査記録"), reverse("portal:audit_log")), Crumb(f"#{entry.pk}")],
    }
    return render(request, "portal/audit_entry.html", context)


@staff_page("audit.may_read_log", may=may_read_log)
@require_POST
def audit_export(request: StaffRequest) -> HttpResponseBase:
    """All lines of the present conditions as CSV; that they were taken out is itself an entry."""
    form, now = AuditFilter(request.POST), clock.now()
    conditions = form.conditions(request.desk.body, now)
    head = queries.head()
    if head is not None:
        asked = {name: form.data.get(name, "") for name in form.fields if form.data.get(name)}
        # Numbers that were asked for may be anything that somebody typed; the log keeps only which conditions were set.
        audit.record(
            "audit.log.export", head, by=request.desk.actor, at=now, details={"conditions": sorted(asked)}
        )
    header = [
        "日時",
        "行為者の種類",
        "行為者の番号",
        "行為者",
        "行為",
        "行為コード",
        "対象の種類",
        "対象",
        "詳細",
        "記録番号",
        "封印番号",
    ]
    export = CsvExport([_(each) for each in header], _cells(request.desk, conditions))
    response = StreamingHttpResponse(iter(export), content_type=export.content_type)
    response["Content-Disposition"] = f'attachment; filename="audit-{request.desk.body.code}.csv"'
    return response


def _cells(desk: Desk, conditions: queries.Conditions) -> Iterator[list[str | int | datetime | None]]:
    for entries in _portions(desk.body.code, conditions):
        for entry, line in zip(entries, _lines(entries, desk), strict=True):
            yield [
                line.at,
                str(ACTOR_KINDS.get(entry.actor_kind, entry.actor_kind)),
                entry.actor_id,
                line.actor,
                line.sentence,
                entry.action,
                line.kind,
                line.subject,
                line.details,
                entry.pk,
                line.seal,
            ]


def _portions(body: str, conditions: queries.Conditions) -> Iterator[list[Entry]]:
    from kencho.foundation import keyset

    token: str | None = None
    while True:
        page = keyset.page(
            queries.entries_of(body, conditions), order=("-at", "-id"), after=token, size=CHUNK
        )
        yield page.rows
        token = page.next_token
        if token is None:
            return


def _lines(entries: Iterable[Entry], desk: Desk) -> Iterator[Line]:
    rows = list(entries)
    names = _names_of_staff(rows, desk)
    seals = queries.sealed_among(entry.pk for entry in rows)
    kinds = _names_of_kinds()
    for entry in rows:
        yield Line(
            at=entry.at,
            actor=names.get(entry.actor_id) or _unnamed(entry),
            sentence=sentences.of(entry.action),
            kind=kinds.get(entry.subject_type, entry.subject_type),
            subject=entry.subject_label or f"#{entry.subject_id}",
            details="、".join(f"{key}={value}" for key, value in sorted(entry.details.items())),
            entry_id=entry.pk,
            seal=seals.get(entry.pk),
        )


def _names_of_kinds() -> dict[str, str]:
    return {model._meta.label_lower: str(model._meta.verbose_name) for model in apps.get_models()}  # noqa: SLF001  # Django's documented model API


def _names_of_staff(entries: Iterable[Entry], desk: Desk) -> dict[str, str]:
    prefix = f"{desk.body.code}:"
    numbers = {entry.actor_id.removeprefix(prefix) for entry in entries if entry.actor_id.startswith(prefix)}
    found = StaffMember.objects.filter(body=desk.body, number__in=numbers).values_list("number", "name")
    return {prefix + number: f"{name}（{number}）" for number, name in found}


def _unnamed(entry: Entry) -> str:
    kind = str(ACTOR_KINDS.get(entry.actor_kind, entry.actor_kind))
    return f"{kind}（{entry.actor_id}）" if entry.actor_id and entry.actor_id != "new" else kind
