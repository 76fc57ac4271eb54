"""Pages of procedures for the public."""

from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kencho.foundation import clock
from kencho.foundation.access import public
from kencho.foundation.ui import Crumb, Fact, Tab
from kencho.organization.models import Body
from kencho.procedures import documents, queries
from kencho.procedures.definition import Definition
from kencho.procedures.models import Procedure
from kencho.procedures.queries import InForce


@public("catalogue of procedures")
@require_safe
def procedure_list(request: HttpRequest, body: str) -> HttpResponse:
    """Find a procedure of one body."""
    office = get_object_or_404(Body, slug=body)
    asked = {
        "q": request.GET.get("q", "")[:100],
        "event": request.GET.get("event", "")[:50],
        "office": request.GET.get("office", "")[:10],
        "audience": request.GET.get("audience", "")[:12],
    }
    division = int(asked["office"]) if asked["office"].isdecimal() else None
    whole = queries.find(office, clock.now())
    found = queries.find(
        office,
        clock.now(),
        words=asked["q"],
        life_event=asked["event"],
        division_id=division,
        audience=asked["audience"] if asked["audience"] in {"individual", "business"} else "",
    )
    return render(
        request,
        "procedures/procedure_list.html",
        {
            "body": office,
            "procedures": found,
            "words": asked["q"],
            "asked": asked,
            "is_narrowed": any(asked.values()),
            "audiences": _audiences(asked),
            "occasions": [
                Tab(name, _link(asked, "event", name), count, current=name == asked["event"])
                for name, count in queries.occasions(whole)
            ],
            "offices": [
                Tab(name, _link(asked, "office", str(pk)), count, current=str(pk) == asked["office"])
                for pk, name, count in queries.offices(whole)
            ],
            "breadcrumbs": [Crumb(office.name, f"/{office.slug}/"), Crumb(_("手続"))],
        },
    )


def _link(asked: dict[str, str], key: str, value: str) -> str:
    """The list with one condition set, or taken away where it is set."""
    wanted = {**asked, key: "" if asked[key] == value else value}
    return "?" + urlencode({name: text for name, text in wanted.items() if text})


def _audiences(asked: dict[str, str]) -> list[Tab]:
    chosen = asked["audience"]
    rest = {**asked, "audience": ""}
    return [
        Tab(label, _link(rest, "audience", value), current=chosen == value)
        for value, label in (
            ("", _("すべて")),
            ("individual", _("個人の手続")),
            ("business", _("事業者の手続")),
        )
    ]


@dataclass(frozen=True)
class Reception:
    """Whether applications are taken now; ``text`` says it in words."""

    is_open: bool
    text: str = ""


def reception(definition: Definition, day: date) -> Reception:
    """受付期間 and the day."""
    first, last = _day(definition.receiving_from), _day(definition.receiving_to)
    words = {
        "first": date_format(first, "DATE_FORMAT") if first else "",
        "last": date_format(last, "DATE_FORMAT") if last else "",
    }
    if first and day < first:
        return Reception(False, _("受付は %(first)s に始まります。") % words)
    if last and day > last:
        return Reception(False, _("受付は %(last)s に終わりました。") % words)
    if first and last:
        return Reception(True, _("%(first)s から %(last)s まで受け付けています。") % words)
    if last:
        return Reception(True, _("%(last)s まで受け付けています。") % words)
    return Reception(True)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _in_force(body: str, code: str) -> InForce:
    office = get_object_or_404(Body, slug=body)
    found = queries.in_force(office, code, clock.now())
    if found is None:
        raise Http404
    return found


@public("explains a procedure")
@require_safe
def procedure_show(request: HttpRequest, body: str, code: str) -> HttpResponse:
    """What a procedure is, whom it concerns, what it costs, how long it takes, what is needed."""
    found = _in_force(body, code)
    procedure, definition = found.procedure, found.definition
    office = procedure.body
    return render(
        request,
        "procedures/procedure_show.html",
        {
            "body": office,
            "procedure": procedure,
            "definition": definition,
            "version": found.version,
            "facts": _facts(procedure, definition),
            "reception": reception(definition, clock.day_of(clock.now())),
            "needed": [line for line in definition.needed_documents.splitlines() if line.strip()],
            "identity": _IDENTITY.get(definition.identity, lambda: "")(),
            "breadcrumbs": [
                Crumb(office.name, f"/{office.slug}/"),
                Crumb(_("手続"), reverse("procedures:procedure_list", args=[office.slug])),
                Crumb(definition.title_text()),
            ],
        },
    )


_IDENTITY = {
    "email": lambda: _("メールアドレスを使います。"),
    "account": lambda: _("アカウントでサインインして申請します。"),
    "high": lambda: _("アカウントと、マイナンバーカードなどによる本人確認が必要です。"),
}
_AUDIENCE = {
    "individual": lambda: _("個人"),
    "business": lambda: _("事業者"),
    "both": lambda: _("個人、事業者"),
}


def _facts(procedure: Procedure, definition: Definition) -> list[Fact]:
    made = [
        Fact(_("手続の種類"), definition.procedure_type),
        Fact(_("対象"), _AUDIENCE.get(definition.audience, lambda: "")()),
        Fact(_("手数料"), _fee(definition)),
        Fact(_("標準処理期間"), _period(definition)),
        Fact(_("結果の種類"), "、".join(definition.outcomes)),
        Fact(_("担当"), procedure.division.name),
    ]
    return [fact for fact in made if fact.text]


def _fee(definition: Definition) -> str:
    fee = definition.fee
    if fee.table:
        low, high = min(row.amount for row in fee.table), max(row.amount for row in fee.table)
        return (
            f"{low:,}円"
            if low == high
            else _("%(low)s円から%(high)s円") % {"low": f"{low:,}", "high": f"{high:,}"}
        )
    return f"{fee.amount:,}円" if fee.amount else _("かかりません")


def _period(definition: Definition) -> str:
    period = definition.standard_processing_period
    if period is None:
        return ""
    unit = _("開庁日で%(days)s日") if period.count == "business" else _("%(days)s日")
    told = unit % {"days": period.total_days}
    if period.via_days:
        told += _("（うち%(via)sで%(days)s日）") % {"via": period.via, "days": period.via_days}
    return "\n".join(part for part in (told, period.note) if part)


@public("paper form of a procedure")
@require_safe
def procedure_form(request: HttpRequest, body: str, code: str) -> HttpResponse:
    """様式（PDF）."""
    found = _in_force(body, code)
    return HttpResponse(
        documents.form_pdf(found.version),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{found.procedure.code}.pdf"'},
    )


@public("shape of the answers of a procedure")
@require_safe
def procedure_schema(request: HttpRequest, body: str, code: str) -> HttpResponse:
    """JSON Schema 2020-12 of the answers."""
    found = _in_force(body, code)
    return JsonResponse(
        found.compiled.json_schema(),
        content_type="application/schema+json",
        json_dumps_params={"ensure_ascii": False},
    )
