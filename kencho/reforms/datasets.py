"""What reforms offer as open data: cases completed and hours saved by month, with the baseline that stands behind."""

from collections.abc import Iterator
from typing import Any

from kencho.foundation.registry import DatasetSpec, datasets
from kencho.reforms import queries

COLUMNS = (
    "年",
    "月",
    "業務",
    "方法",
    "所属",
    "完了した件数",
    "減った時間",
    "信頼区間の下限",
    "信頼区間の上限",
    "基準を測定した件数",
)


def rows(body: str) -> Iterator[tuple[Any, ...]]:
    """One line for each reform and month with completed cases; no figure where no baseline was measured."""
    yield from queries.open_rows(body)


datasets.register(
    "reforms.hours_saved",
    DatasetSpec("reforms.hours_saved", "業務の見直しで減った時間（月別・業務別）", COLUMNS, rows),
)
