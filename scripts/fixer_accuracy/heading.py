"""Draws the lines above a table: title, date, unit, and a header of one to three rows."""

import random
import re
from itertools import pairwise

from scripts.fixer_accuracy import spelling, words
from scripts.fixer_accuracy.model import NUMBERS, Field, Page
from scripts.fixer_accuracy.plan import Plan
from scripts.fixer_accuracy.subjects import Column, Subject

_YEAR = re.compile(r"^(\d{4})(年度?)$")
BRACKETS = ("（{}）", "（{}）", "({})", "［{}］", " 単位：{}", "　（単位：{}）")


def own_unit(plan: Plan, column: Column) -> str:
    """The unit that the file tells for a column; "" where it tells none."""
    if column.kind not in NUMBERS or "（" in column.path[-1]:
        return column.unit
    if column.unit == "％" and plan.unit_at == "line":
        return column.unit
    return "" if plan.unit_at == "none" else column.unit


def field_of(plan: Plan, column: Column, style: str) -> Field:
    """The true column. A year in the header may stand alone or beside the era."""
    path = [
        spelling.cleared(part).partition("（")[0] if column.kind in NUMBERS else spelling.cleared(part)
        for part in column.path
    ]
    names = ["_".join(path)]
    tags = {"1-4"} if len(path) > 1 else set()
    match = _YEAR.match(path[0])
    if match:
        names.append("_".join([f"{spelling.year(int(match[1]), 'era', match[2])}（{path[0]}）", *path[1:]]))
        tags.add("1-11")
    unit = "％" if style == "format" else "" if style == "yen" else own_unit(plan, column)
    if unit:
        tags.add("1-9")
    if plan.header_dirt:
        tags.add("1-5")
    return Field(tuple(names), column.kind, unit, frozenset(tags))


class Heading:
    """The header rows of one table, level by level."""

    def __init__(self, rng: random.Random, plan: Plan, columns: list[Column], bracket: str) -> None:
        self.rng, self.plan, self.columns, self.bracket = rng, plan, columns, bracket
        self.levels = max(len(each.path) for each in columns)
        self.marked = rng.randrange(len(columns)) if plan.header_dirt == "mark" else -1
        self.has_unit_row = plan.unit_at == "row"

    @property
    def height(self) -> int:
        """Rows that the header takes."""
        return self.levels + self.has_unit_row

    def texts(self) -> list[list[str]]:
        """For each column its levels as written, the unit at the end where it belongs there."""
        written = []
        for place, column in enumerate(self.columns):
            levels = [self._era(part) if _YEAR.match(part) else self._dirty(part) for part in column.path]
            levels[-1] += self._unit(column)
            if place == self.marked:
                levels[-1] += self.rng.choice(("※", "※1", "（注1）"))
            written.append(levels)
        return written

    def _era(self, text: str) -> str:
        match = _YEAR.match(text)
        if match is None:
            return text
        style = {"number": "western", "carried": "era", "bare": "short"}.get(self.plan.years, self.plan.years)
        return spelling.year(int(match[1]), style, match[2])

    def _dirty(self, text: str) -> str:
        match self.plan.header_dirt:
            case "spaced":
                return spelling.spaced(text, 5, "　")
            case "newline" if 4 <= len(text) <= 9 and not text[0].isdigit():
                return f"{text[: len(text) // 2]}\n{text[len(text) // 2 :]}"
            case "wide":
                return spelling.wide(text)
        return text

    def _unit(self, column: Column) -> str:
        unit = own_unit(self.plan, column)
        if not unit or column.kind not in NUMBERS or "（" in column.path[-1]:
            return ""
        if self.plan.unit_at == "newline":
            return f"\n（{unit}）"
        return (
            self.bracket.format(unit)
            if self.plan.unit_at == "header" or (unit == "％" and self.plan.unit_at == "line")
            else ""
        )

    def draw(self, page: Page, top: int, at: list[int]) -> None:
        """Write the header with its first row at `top`; `at` are the sheet's columns."""
        texts = self.texts()
        for level in range(self.levels):
            self._draw_level(page, top + level, level, at, texts)
        if self.plan.header == "merged":
            for levels, place in zip(texts, at, strict=True):
                if len(levels) < self.levels:
                    page.merge(top + len(levels) - 1, place, top + self.levels - 1, place)
        if self.has_unit_row:
            for column, place in zip(self.columns, at, strict=True):
                if column.kind in NUMBERS and column.unit:
                    page.put(top + self.levels, place, f"（{column.unit}）")

    def _draw_level(self, page: Page, row: int, level: int, at: list[int], texts: list[list[str]]) -> None:
        start = 0
        while start < len(at):
            end = start + 1
            path = self.columns[start].path[: level + 1]
            if level >= len(texts[start]):
                start = end
                continue
            inner = level < len(texts[start]) - 1
            while (
                inner
                and end < len(at)
                and self.columns[end].path[: level + 1] == path
                and len(texts[end]) > level + 1
            ):
                end += 1
            repeated = end if self.plan.header in {"repeated", "ditto"} else start + 1
            for place in range(start, repeated):
                is_ditto = self.plan.header == "ditto" and place > start
                page.put(row, at[place], "〃" if is_ditto else texts[start][level])
            if self.plan.header == "merged":
                page.merge(row, at[start], row, at[end - 1])
            start = end


def draw_title(
    page: Page, rng: random.Random, subject: Subject, plan: Plan, top: int, at: list[int], title: str
) -> int:
    """Title, date and unit lines; returns the row below them."""
    row = top
    if plan.title:
        page.put(row, at[0], title or rng.choice(words.TITLE_PREFIXES) + subject.title)
        if plan.typed and rng.random() < 0.5:
            page.merge(row, at[0], row, at[-1])
        row += 1
        if rng.random() < 0.3:
            page.put(row, at[0], rng.choice((*words.OFFICES, *words.NOTES[:2])))
            row += 1
        if rng.random() < 0.4:
            page.put(
                row,
                at[-1],
                rng.choice(
                    ("令和5年10月1日現在", "（令和5年3月31日現在）", "R5.4.1現在", "2023年5月1日現在")
                ),
            )
            row += 1
    if plan.unit_at == "line":
        unit = next(
            each.unit for each in subject.columns if each.kind in NUMBERS and each.unit not in {"", "％"}
        )
        page.put(
            row,
            at[-1],
            rng.choice(("（単位：{}）", "単位：{}", "(単位:{})", "（単位　{}）", "[単位：{}]")).format(unit),
        )
        row += 1
    return row + (plan.title and rng.random() < 0.3)


def is_contiguous(at: list[int]) -> bool:
    """Whether the columns stand side by side."""
    return all(right == left + 1 for left, right in pairwise(at))
