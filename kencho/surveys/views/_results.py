"""Results: what may be published, by division and by declared cut; files of it."""

import io
import uuid
from collections.abc import Iterator

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kencho.foundation.csvfile import Cell as FileCell
from kencho.foundation.csvfile import CsvExport
from kencho.foundation.fiscal import FiscalYear
from kencho.foundation.ui import Crumb, Stat
from kencho.foundation.xlsxfile import CONTENT_TYPE, write_xlsx
from kencho.organization.access import StaffRequest, staff_page
from kencho.surveys import permissions, queries
from kencho.surveys.models import Cycle, SealedBatch
from kencho.surveys.views._common import crumbs, cycle_or_404, status_of

HEADER = (
    "集計単位コード",
    "集計単位",
    "設問コード",
    "設問",
    "選択肢コード",
    "選択肢",
    "人数",
    "人数（以下）",
    "人数（以上）",
)


def _readable(request: StaffRequest, key: uuid.UUID) -> Cycle:
    cycle = cycle_or_404(request, key)
    if not permissions.may_read_results(request.desk, cycle):
        raise PermissionDenied
    return cycle


@staff_page("surveys.any_staff")
@require_safe
def survey_results(request: StaffRequest, key: uuid.UUID) -> HttpResponse:
    """The published figures of one cycle."""
    cycle = _readable(request, key)
    definition = cycle.questionnaire.definition
    by = definition.get(request.GET.get("cut", ""))
    cuts = [question for cut in cycle.cuts.all() if (question := definition.get(cut.question))]
    if by not in cuts:
        by = None
    returned = cycle.returned or 0
    context = {
        "cycle": cycle,
        "status": status_of(cycle),
        "year": FiscalYear(cycle.fiscal_year).label,
        "results": queries.cut_results(cycle, by) if by else queries.results_of(cycle),
        "cut": by,
        "cuts": cuts,
        "stats": [
            Stat(_("対象者"), cycle.eligible, _("人")),
            Stat(_("回答"), returned, _("人")),
            Stat(_("回答率"), returned * 100 // cycle.eligible if cycle.eligible else 0, "%"),
        ],
        "texts": [
            (
                question.text,
                [
                    text.text
                    for text in queries.free_texts(cycle, released=True)
                    if text.question == question.code
                ],
            )
            for question in definition.texts
        ],
        "batch": SealedBatch.objects.filter(cycle=cycle).first(),
        "hidden": queries.HIDDEN,
        "breadcrumbs": crumbs(Crumb(cycle.title), Crumb(_("結果"))),
    }
    return render(request, "surveys/survey_results.html", context)


@staff_page("surveys.any_staff")
@require_safe
def results_export(request: StaffRequest, key: uuid.UUID) -> HttpResponseBase:
    """The published figures as CSV or Excel; what is kept back has no number."""
    cycle = _readable(request, key)
    name = f"survey-{cycle.program.code}-{cycle.fiscal_year}"
    if request.GET.get("format") == "xlsx":
        buffer = io.BytesIO()
        write_xlsx(buffer, header=HEADER, rows=_rows(cycle), title=cycle.title)
        answer: HttpResponseBase = HttpResponse(buffer.getvalue(), content_type=CONTENT_TYPE)
        answer["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
        return answer
    export = CsvExport(HEADER, _rows(cycle))
    answer = StreamingHttpResponse(iter(export), content_type=export.content_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _rows(cycle: Cycle) -> Iterator[tuple[FileCell, ...]]:
    for line in queries.result_lines(cycle):
        shown: FileCell = queries.HIDDEN if line.n is None else line.n
        yield (
            line.group_code,
            line.group,
            line.question,
            line.text,
            line.option,
            line.label,
            shown,
            line.at_most,
            line.at_least,
        )
