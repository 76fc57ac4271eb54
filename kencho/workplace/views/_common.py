"""What the pages share: the month asked for, breadcrumbs, files."""

from datetime import date

from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from kencho.foundation import xlsxfile
from kencho.foundation.ui import Crumb
from kencho.workplace import exports, queries

FIRST_YEAR, LAST_YEAR = 2000, 2100
Text = str | Promise


def asked_month(request: HttpRequest, today: date) -> date:
    """The month of ``?month=2026-06``, else the present one."""
    text = request.POST.get("month") or request.GET.get("month", "")
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        return queries.month_of(today)
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else queries.month_of(today)


def asked_day(request: HttpRequest, today: date) -> date:
    """The day of ``?day=2026-06-01``, else today."""
    try:
        found = date.fromisoformat(request.POST.get("day") or request.GET.get("day", ""))
    except ValueError:
        return today
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else today


def crumbs(*steps: tuple[Text, str] | Text) -> list[Crumb]:
    """Breadcrumbs below the first page of telework."""
    first = Crumb(_("テレワーク"), reverse("workplace:telework_home"))
    return [first, *(Crumb(step[0], step[1]) if isinstance(step, tuple) else Crumb(step) for step in steps)]


def months_around(month: date) -> dict[str, date]:
    """Where the links of a page of a month lead."""
    return {
        "month": month,
        "previous": queries.previous_month(month),
        "following": queries.next_month(month),
    }


def file_response(table: exports.Export, format_name: str) -> HttpResponseBase:
    """The table as a download in the form asked for."""
    if format_name == "xlsx":
        return FileResponse(
            exports.as_workbook(table),
            as_attachment=True,
            filename=f"{table.name}.xlsx",
            content_type=xlsxfile.CONTENT_TYPE,
        )
    content = exports.as_csv(table, cp932=format_name == "cp932")
    response = StreamingHttpResponse(content, content_type=content.content_type)
    response["Content-Disposition"] = f'attachment; filename="{table.name}.csv"'
    return response
