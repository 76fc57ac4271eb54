"""Sheets per minute: the evaluation sheet as PDF, beside a notice of one page from the same compiler."""

from collections.abc import Callable
from datetime import datetime

from kencho.foundation.clock import JST
from kencho.organization.models import Body
from kencho.policy import queries
from kencho.policy.documents import sheet_docx, sheet_pdf, sheet_xlsx
from kencho.policy.testing import import_measure406
from scripts.bench._report import interleaved, line, rate, sized

AT = datetime(2021, 3, 31, 9, 0, tzinfo=JST)
MINUTE = 60


def run() -> None:
    """Ours: PDF/A with tags. Beside it the same sheet as Word and Excel."""
    measure = import_measure406(Body.objects.get(code="240001"))
    sheet = queries.sheet_of(measure, 2021, at=AT)
    count = sized(20, 2)
    for make in (sheet_pdf, sheet_docx, sheet_xlsx):
        make(sheet, created_at=AT)

    def pdfs() -> float:
        return MINUTE * rate(count, lambda: [sheet_pdf(sheet, created_at=AT) for _n in range(count)])

    for name, make in (("Word", sheet_docx), ("Excel", sheet_xlsx)):

        def others(make: Callable[..., bytes] = make) -> float:
            return MINUTE * rate(count, lambda: [make(sheet, created_at=AT) for _n in range(count)])

        mine, theirs, ratio = interleaved(pdfs, others)
        line(
            "pdf",
            "施策406の評価表のPDF（PDF/A-2a、PDF/UA-1）、毎分の件数",
            ours=mine,
            against=f"同じ評価表の{name}",
            theirs=theirs,
            ratio=ratio,
            rows=count,
        )
