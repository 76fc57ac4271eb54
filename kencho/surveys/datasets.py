"""What surveys offer as open data: published figures of official cycles, nothing that was kept back."""

from collections.abc import Iterator
from typing import Any

from kencho.foundation.registry import DatasetSpec, datasets
from kencho.surveys import queries
from kencho.surveys.models import Cycle, CycleState

COLUMNS = ("年度", "アンケート", "集計単位コード", "集計単位", "設問コード", "設問", "選択肢", "人数")
SUPPRESSED = "x"
"""The sign of official statistics for a number that is kept back（秘匿）."""


def rows(body: str) -> Iterator[tuple[Any, ...]]:
    """All published official cycles of a body."""
    cycles = Cycle.objects.filter(body__code=body, is_official=True, state=CycleState.PUBLISHED)
    for cycle in cycles.select_related("program", "questionnaire").order_by("program__code", "fiscal_year"):
        for line in queries.result_lines(cycle):
            yield (
                cycle.fiscal_year,
                cycle.program.name,
                line.group_code,
                line.group,
                line.question,
                line.text,
                line.label,
                SUPPRESSED if line.n is None else line.n,
            )


datasets.register("surveys.results", DatasetSpec("surveys.results", "職員アンケートの結果", COLUMNS, rows))
