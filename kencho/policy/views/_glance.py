"""The part that the public page of a measure and its desk have in common: years, glances, the printed form."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.http import urlencode

from kencho.foundation.fiscal import FiscalYear
from kencho.policy import dashboard, queries
from kencho.policy.dashboard import Glance
from kencho.policy.documents import layout_of
from kencho.policy.models import PolicyNode
from kencho.policy.sheet import Sheet
from kencho.policy.views._common import year_of, year_tabs


@dataclass(frozen=True)
class Chosen:
    """Which years are looked at."""

    year: int
    compare: int | None


def chosen_years(request: HttpRequest, sheet: Sheet, at: datetime) -> Chosen:
    """The year in the address, else the present one; beside it the one to compare with."""
    years = [each.year for each in sheet.years]
    if not years:
        return Chosen(FiscalYear.of(at).start_year, None)
    present = min(max(FiscalYear.of(at).start_year, years[0]), years[-1])
    year = year_of(request, "year", years, present) or present
    before = year - 1 if year - 1 in years else None
    return Chosen(year, year_of(request, "compare", [each for each in years if each != year], before))


def glance_context(
    request: HttpRequest, measure: PolicyNode, sheet: Sheet, at: datetime, *, with_parts: bool
) -> dict[str, Any]:
    """What `_glance.html` and `_form_sheet.html` draw."""
    chosen = chosen_years(request, sheet, at)
    years = [each.year for each in sheet.years]
    compared = {"compare": chosen.compare} if chosen.compare is not None else {}
    return {
        "measure": measure,
        "sheet": sheet,
        "layout": layout_of(sheet),
        "chosen": chosen,
        "chosen_label": FiscalYear(chosen.year).label,
        "compare_choices": [
            (year, FiscalYear(year).label, year == chosen.compare) for year in years if year != chosen.year
        ],
        "year_tabs": year_tabs(
            years, chosen.year, lambda year: "?" + urlencode({"year": year, **_unless(compared, year)})
        ),
        "glances": _with_parts(measure, sheet, chosen, at)
        if with_parts
        else dashboard.glances(sheet, chosen.year, chosen.compare),
    }


def _unless(compared: dict[str, int], year: int) -> dict[str, int]:
    return {} if compared.get("compare") == year else compared


def _with_parts(measure: PolicyNode, sheet: Sheet, chosen: Chosen, at: datetime) -> list[Glance]:
    """Months and divisions are counted from the rows as they are now, so they stand only beside live figures."""
    series = {each.indicator.code: each for each in queries.series_of(measure, at)}
    made = []
    for glance in dashboard.glances(sheet, chosen.year, chosen.compare):
        found = series.get(glance.row.code)
        target = glance.now.target.value
        parts = dashboard.parts_of(found, chosen.year, target, at) if found else ()
        made.append(replace(glance, parts=parts, pk=found.indicator.pk if found else 0))
    return made
