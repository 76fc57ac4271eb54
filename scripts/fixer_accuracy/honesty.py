"""Is every difference from the file named by a change, and does taking all changes back give the file again?"""

import datetime
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from scripts.fixer_accuracy.compare import Tidy
from scripts.fixer_accuracy.model import Book, Input, Place
from scripts.fixer_accuracy.write import text_of


class Named(Protocol):
    """What is asked of a change or note: where it is."""

    sheet: str


@dataclass(frozen=True, slots=True)
class Honesty:
    """Cells that differ unnamed, changes that tell another value than the table has, cells the inverse lost."""

    silent: list[str]
    untold: list[str]
    not_restored: list[str]


def _same(before: Input, after: Any) -> bool:
    """Equal but for the type: 1234, "1234" and 1234.0; a date and its ISO text."""
    if after is None:
        return text_of(before) == ""
    if isinstance(before, (datetime.date, datetime.datetime)):
        return text_of(before) == str(after).removesuffix("T00:00:00")
    if isinstance(before, str) and isinstance(after, str):
        return before == after
    try:
        return abs(float(before or 0) - float(after)) < 1e-9
    except ValueError:
        return str(before) == str(after)


class Cover:
    """Which cells of which sheet lie within a change."""

    def __init__(self, changes: Sequence[Any]) -> None:
        self._single: dict[Place, list[Any]] = {}
        self._areas: dict[str, list[Any]] = {}
        for change in changes:
            top, left, bottom, right = change.range
            if (bottom - top + 1) * (right - left + 1) <= 64:
                for row in range(top, bottom + 1):
                    for column in range(left, right + 1):
                        self._single.setdefault((change.sheet, row, column), []).append(change)
            else:
                self._areas.setdefault(change.sheet, []).append(change)

    def at(self, place: Place) -> list[Any]:
        """The changes that name a cell."""
        sheet, row, column = place
        wide = [
            each
            for each in self._areas.get(sheet, ())
            if each.range[0] <= row <= each.range[2] and each.range[1] <= column <= each.range[3]
        ]
        return self._single.get(place, []) + wide


def examine(book: Book, proposal: Any, found: Mapping[Place, Any], restored: Any) -> Honesty:
    """`found` says where compared cells came out; other cells must at least stand somewhere in the output."""
    cover = Cover(proposal.changes)
    somewhere = _output(proposal.tables) | {each.text for each in proposal.notes}
    silent = []
    for place, value in book.cells():
        if cover.at(place):
            continue
        if place in found:
            if not _same(value, found[place]):
                silent.append(f"{place}: {value!r} → {found[place]!r}")
        elif not _stands(value, somewhere):
            silent.append(f"{place}: {value!r} is gone")
    written = {place for place, _ in book.cells()}
    silent += [
        f"{place}: empty → {value!r}"
        for place, value in found.items()
        if value not in {None, ""} and place not in written and not cover.at(place)
    ]
    return Honesty(silent, _untold(cover, found), not_restored(book, restored))


def _output(tables: Sequence[Tidy]) -> set[str]:
    texts = {part for table in tables for name in table.header for part in (name, *name.split("_"))}
    return texts | {str(each) for table in tables for row in table.rows for each in row if each is not None}


def _stands(value: Input, somewhere: set[str]) -> bool:
    """Word for word: a heading whose blanks were taken out has changed."""
    return text_of(value) in somewhere or (isinstance(value, float) and str(int(value)) in somewhere)


def _untold(cover: Cover, found: Mapping[Place, Any]) -> list[str]:
    """Cells whose own changes all end in another value than the table has."""
    lies = []
    for place, value in found.items():
        own = [each for each in cover.at(place) if each.range[:2] == each.range[2:] == place[1:]]
        told = [each.after for each in own]
        if told and not any(each == value or _alike(each, value) for each in told):
            lies.append(f"{place}: told {told!r}, came out {value!r}")
    return lies


def _alike(told: Any, value: Any) -> bool:
    return unicodedata.normalize("NFKC", str(told)) == unicodedata.normalize("NFKC", str(value))


def _exact(written: Input, restored: Any, *, typed: bool) -> bool:
    """Text stays text and numbers numbers; a CSV has only text."""
    if not typed:
        return text_of(written) == str(restored)
    return (isinstance(written, str) == isinstance(restored, str) and _same(written, restored)) or _is_date(
        written, restored
    )


def _is_date(written: Input, restored: Any) -> bool:
    return isinstance(written, datetime.date) and _same(written, restored)


def not_restored(book: Book, restored: Any) -> list[str]:
    """Cells and merged ranges that differ between the file and the inverse."""
    lost: list[str] = []
    for page in book.pages:
        cells = dict(restored.cells.get(page.name, {}))
        for (row, column), cell in page.cells.items():
            got = cells.pop((row, column), None)
            if not _exact(cell.value, got, typed=book.format != "csv"):
                lost.append(f"{page.name} {row},{column}: {cell.value!r} ≠ {got!r}")
        lost += [
            f"{page.name} {place}: made up {value!r}"
            for place, value in cells.items()
            if value not in {None, ""}
        ]
        if book.format != "csv":
            lost += _merges_lost(book, page.name, restored)
    return lost


def _merges_lost(book: Book, name: str, restored: Any) -> list[str]:
    page = next(each for each in book.pages if each.name == name)
    wanted = Counter((each.top, each.left, each.bottom, each.right) for each in page.merges)
    given = Counter(tuple(each) for each in restored.merges.get(name, ()))
    return [f"{name} merge {each}" for each in (wanted - given) + (given - wanted)]
