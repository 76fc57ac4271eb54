"""What the organisation offers as open data: the units, without people."""

from collections.abc import Iterator
from typing import Any

from kencho.foundation.registry import DatasetSpec, datasets
from kencho.organization.models import Unit

COLUMNS = (
    "全国地方公共団体コード",
    "組織コード",
    "階層",
    "名称",
    "名称_カナ",
    "名称_英語",
    "電話番号",
    "有効開始日",
    "有効終了日",
    "後継の組織コード",
)


def unit_rows(body: str) -> Iterator[tuple[Any, ...]]:
    """All units of a body, ended ones included."""
    units = Unit.objects.filter(body__code=body).order_by("code", "valid_from")
    for row in units.values_list(
        "body__code",
        "code",
        "level",
        "name",
        "kana",
        "name_en",
        "telephone",
        "valid_from",
        "valid_to",
        "successor__code",
    ):
        yield tuple("" if value is None else value for value in row)


datasets.register("organization.units", DatasetSpec("organization.units", "組織一覧", COLUMNS, unit_rows))
