"""Findings of several columns together: birth with address or sex, home addresses, small groups of traits."""

from collections.abc import Iterator
from typing import Final

import polars as pl

from kencho.catalog.gate.series import TextColumn, tidy
from kencho.catalog.gate.shapes import Finding
from kencho.catalog.gate.table import Table

__all__ = ["find_combinations"]

_DATE: Final = r"^ ?(?:(?:明治|大正|昭和|平成|令和|[MTSHRmtshr])[ .]?(?:[0-9]{1,2}|元)[年.\-/ ]|(?:18|19|20)[0-9]{2}[年.\-/ ]?[0-9]{1,2}|[1-5][0-9]{6}$)"
_HOUSE: Final = r"[0-9一二三四五六七八九十]+ ?(?:-|番|号|丁目|の|地)|[0-9]+$"
_PLACE: Final = "[都道府県市区町村郡字]"
MOSTLY: Final = 0.3
FEWEST_TRAITS: Final = 3
MOST_VALUES: Final = 0.5
"""A trait with more different values than this share of the rows (a free text, an identifier) tells by itself."""
_FEW_ROWS: Final = 20


def find_combinations(table: Table, k: int) -> Iterator[Finding]:
    """Dates of birth, with what stands beside them; home addresses in registers of persons; groups smaller than k."""
    births = [(name, mask) for name in table.series if (mask := _birth_mask(table, name)) is not None]
    homes = [(each, mask) for each in table.texts if (mask := _home_mask(table, each)) is not None]
    for name, mask in births:
        yield from _birth(table, name, mask, homes)
    if not births:
        for column, mask in homes:
            yield table.finding("home_address", "stop", column.name, mask, _shown(column.series, mask))
    yield from _small_groups(table, k)


def _birth_mask(table: Table, name: str) -> pl.Series | None:
    header, series = table.headers[name], table.series[name]
    if not header.birth or header.counts:
        return None
    if series.dtype.is_temporal():
        mask = series.is_not_null()
    elif series.dtype == pl.String:
        mask = tidy(series).str.contains(_DATE).fill_null(value=False)
    else:
        # 19700302, or the days that Excel counts from 1900.
        mask = (series.is_between(18_500_101, 20_991_231) | series.is_between(1_000, 60_000)).fill_null(
            value=False
        )
    return mask if mask.any() else None


def _home_mask(table: Table, column: TextColumn) -> pl.Series | None:
    """Addresses down to the house, under a header that says 住所, in a register of persons."""
    header = column.header
    is_address = header.home or (header.address and not header.thing) or (header.address and header.private)
    if not is_address or header.counts or not table.is_register_of_persons:
        return None
    plain = column.folded
    mask = (plain.str.contains(_PLACE) & plain.str.contains(_HOUSE)).fill_null(value=False)
    rows = column.rows(mask)
    return rows if rows.any() else None


def _birth(
    table: Table, name: str, mask: pl.Series, homes: list[tuple[TextColumn, pl.Series]]
) -> Iterator[Finding]:
    if homes:
        column, home = homes[0]
        both = mask & home
        if both.any():
            shown = _shown(column.series, both)
            yield table.finding("birth_address", "stop", name, both, shown, beside=column.name)
            mask = mask & ~both
    elif table.sex is not None:
        yield table.finding(
            "birth_sex", "stop", name, mask, _dates(table.series[name], mask), beside=table.sex
        )
        return
    if mask.any():
        yield table.finding("birth_date", "stop", name, mask, _dates(table.series[name], mask))


def _shown(series: pl.Series, mask: pl.Series) -> list[str]:
    return [str(each) for each in series.filter(mask).head(3)]


def _dates(series: pl.Series, mask: pl.Series) -> list[str]:
    return [f"{str(each)[:2]}00-00-00" for each in series.filter(mask).head(3)]


def _small_groups(table: Table, k: int) -> Iterator[Finding]:
    """Rows about persons who are fewer than k with the same traits. Traits are what neighbours know of them."""
    if table.has_counts:
        return
    traits = [name for name, header in table.headers.items() if header.is_quasi and _is_trait(table, name)]
    about_persons = table.is_register_of_persons or _tells_of_persons(table, traits)
    if len(traits) < FEWEST_TRAITS or not about_persons:
        return
    frame = pl.DataFrame({name: table.series[name] for name in traits})
    sizes = frame.select(pl.len().over(traits).alias("n"))["n"]
    small = sizes < k
    if small.any():
        yield table.finding(
            "small_group",
            "stop",
            "",
            small,
            traits=traits,
            k=k,
            smallest=int(sizes.min() or 0),  # type: ignore[arg-type]  # sizes are whole numbers
        )


def _tells_of_persons(table: Table, traits: list[str]) -> bool:
    """A list of things may have an age too: the one that a day nursery takes children from."""
    if any(header.story and header.thing for header in table.headers.values()):
        return False
    return any(
        table.headers[name].sex or table.headers[name].age or table.headers[name].trait for name in traits
    )


def _is_trait(table: Table, name: str) -> bool:
    series = table.series[name]
    filled = len(series) - series.null_count()
    return filled > 0 and (
        filled < _FEW_ROWS or series.n_unique() <= MOST_VALUES * filled or _is_known(table, name)
    )


def _is_known(table: Table, name: str) -> bool:
    header = table.headers[name]
    return header.sex or header.age or header.birth
