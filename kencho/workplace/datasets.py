"""What telework offers as open data: unit-days by month, without anything about persons."""

from collections.abc import Iterator
from typing import Any

from kencho.foundation.registry import DatasetSpec, datasets
from kencho.workplace import queries

COLUMNS = ("年", "月", "組織コード", "所属", "働き方", "日数")


def rows(body: str) -> Iterator[tuple[Any, ...]]:
    """On how many days a division used a kind of telework in a month."""
    yield from queries.by_month(body)


datasets.register(
    "workplace.telework_days",
    DatasetSpec(
        "workplace.telework_days", "テレワークを利用した日数（月別・所属別・働き方別）", COLUMNS, rows
    ),
)
