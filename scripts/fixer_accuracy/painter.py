"""Draws one table onto a sheet and keeps, cell by cell, what it means."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from scripts.fixer_accuracy import spelling, words
from scripts.fixer_accuracy.heading import BRACKETS, Heading, draw_title, field_of
from scripts.fixer_accuracy.model import NUMBERS, Field, Page, Place, Truth, Value
from scripts.fixer_accuracy.plan import Plan
from scripts.fixer_accuracy.spelling import NumberStyle, Spelled
from scripts.fixer_accuracy.subjects import Column, Subject

SECTIONS = ("【{}】", "＜{}＞", "■{}", "{}", "〔{}〕", "○{}")


@dataclass(slots=True)
class Line:
    """A line of the body: data, section, sub, total, blank, header or hidden. `row` is the subject's row."""

    kind: str
    row: int = -1
    group: str = ""


class Painter:
    """One table of one sheet."""

    def __init__(
        self, rng: random.Random, page: Page, subject: Subject, plan: Plan, bracket: str = ""
    ) -> None:
        self.rng, self.page, self.subject, self.plan = rng, page, subject, plan
        self.has_group = bool(subject.group_header) and plan.group != "section"
        self.has_sections = bool(subject.group_header) and plan.group == "section"
        self.columns = (
            [Column((subject.group_header,)), *subject.columns] if self.has_group else list(subject.columns)
        )
        self.bracket = bracket or rng.choice(BRACKETS)
        self.truth = Truth(self._fields())
        self.spelled = self._spell()
        self.section_style = rng.choice(SECTIONS)
        self.bottom = 0

    def _fields(self) -> list[Field]:
        fields = [Field(("区分",), "label", "", frozenset({"section"}))] if self.has_sections else []
        if self.has_group:
            fields.append(Field((self.subject.group_header,)))
        for place, column in enumerate(self.subject.columns):
            style = self.plan.numbers.get(place)
            fields.append(field_of(self.plan, column, style.name if style else ""))
        return fields

    def _spell(self) -> list[list[Spelled]]:
        spelled = []
        for place, column in enumerate(self.subject.columns):
            values = [row.values[place] for row in self.subject.rows]
            spelled.append(self._spell_column(place, column, values))
        return spelled

    def _spell_column(self, place: int, column: Column, values: Sequence[Value]) -> list[Spelled]:
        rng, plan = self.rng, self.plan
        if column.kind in NUMBERS:
            return spelling.numbers(rng, values, plan.numbers[place])
        if column.kind in {"fiscal", "year"}:
            return spelling.years(rng, values, "年度" if column.kind == "fiscal" else "年", plan.years)
        if column.kind == "month":
            return spelling.months(values, plan.dates)
        if column.kind == "date":
            return spelling.dates(values, plan.dates)
        if column.kind in {"code", "postal", "phone"}:
            return spelling.codes(rng, values, column.kind, typed=plan.typed)
        if column.kind in {"coord", "serial"}:
            return [spelling.plain(value) for value in values]
        dirt = plan.labels if place == 0 and not self.subject.is_list else plan.labels & {"outer"}
        return spelling.labels(rng, values, column.kind, dirt)

    def lines(self) -> list[Line]:
        """The body from top to bottom."""
        rng, plan, rows = self.rng, self.plan, self.subject.rows
        lines = [Line("total")] if plan.total == "top" else []
        for index, row in enumerate(rows):
            if row.group and (index == 0 or rows[index - 1].group != row.group):
                if plan.blank_rows and index:
                    lines.append(Line("blank"))
                if self.has_sections:
                    lines.append(Line("section", group=row.group))
            elif plan.blank_rows and not row.group and index and index % 5 == 0:
                lines.append(Line("blank"))
            lines.append(Line("data", index, row.group))
            if plan.hidden_row and index == len(rows) // 3:
                lines.append(Line("hidden", index, row.group))
            if (
                row.group
                and plan.subtotals
                and (index + 1 == len(rows) or rows[index + 1].group != row.group)
            ):
                lines.append(Line("sub", group=row.group))
            if (
                plan.page_break
                and index == len(rows) // 2
                and (index + 1 < len(rows))
                and not self._inside_group(index)
            ):
                lines += [Line("blank")] * rng.randint(0, 1) + [Line("header")]
        return lines + ([Line("total")] if plan.total == "end" else [])

    def _inside_group(self, index: int) -> bool:
        rows = self.subject.rows
        return (
            bool(rows[index].group)
            and self.plan.group in {"merged", "blank", "ditto"}
            and rows[index + 1].group == rows[index].group
        )

    def paint(self, top: int, *, title: str = "") -> Truth:
        """Draw everything with the first line at `top`; `bottom` is then the row below the last."""
        at = self._places(self.plan.left)
        lines = self.lines()
        row = draw_title(self.page, self.rng, self.subject, self.plan, top, at, title)
        heading = Heading(self.rng, self.plan, self.columns, self.bracket)
        blocks = self._blocks(lines)
        below = row
        for number, block in enumerate(blocks):
            places = [each + number * (len(at) + 1) for each in at]
            heading.draw(self.page, row, places)
            self._draw_extra_header(row, places)
            below = max(below, self._paint_lines(block, row + heading.height, places, heading))
        self.bottom = self._draw_notes(below, at[0])
        return self.truth

    def _places(self, left: int) -> list[int]:
        at = list(range(left, left + len(self.columns)))
        if self.plan.gap_column or self.plan.hidden_column:
            after = len(at) - 2
            at = [each + (place > after) for place, each in enumerate(at)]
        return at

    def _blocks(self, lines: list[Line]) -> list[list[Line]]:
        if not self.plan.folded:
            return [lines]
        half = (len(lines) + 1) // 2
        return [lines[:half], lines[half:]]

    def _draw_extra_header(self, row: int, at: list[int]) -> None:
        if self.plan.hidden_column:
            column = at[-1] - 1
            self.page.put(row, column, "内部メモ")
            self.page.hidden_columns.add(column)

    def _paint_lines(self, lines: list[Line], top: int, at: list[int], heading: Heading) -> int:
        row, group_top, group = top, top, None
        for index, line in enumerate(lines):
            if line.kind == "header":
                heading.draw(self.page, row, at)
                self._draw_extra_header(row, at)
                row += heading.height
                continue
            if line.group != group:
                group, group_top = line.group, row
            self._paint_line(line, row, at, is_first=row == group_top)
            last = index + 1 == len(lines) or lines[index + 1].group != line.group
            if self.has_group and self.plan.group == "merged" and line.group and last:
                self.page.merge(group_top, at[0], row, at[0])
            row += 1
        return row

    def _paint_line(self, line: Line, row: int, at: list[int], *, is_first: bool) -> None:
        match line.kind:
            case "section":
                column = at[0]
                self.page.put(row, column, self.section_style.format(line.group))
                if self.plan.typed and self.section_style == SECTIONS[0]:
                    self.page.merge(row, column, row, at[-1])
            case "data":
                self._paint_data(line, row, at, is_first=is_first)
            case "hidden":
                self._paint_numbers(row, at, line.group, "旧" + "（廃止）", is_first=is_first)
                self.page.hidden_rows.add(row)
            case "sub":
                label = self.rng.choice(("小計", "計", "小　計", f"{line.group}計"))
                self._paint_numbers(row, at, line.group, label, is_first=is_first)
            case "total":
                self._paint_numbers(row, at, "", self._total_label(), is_first=True)

    def _total_label(self) -> str:
        labels = ("合計", "合　計", "総数", "総計", "計", "合 計")
        return self.rng.choice(
            (*labels, "県計") if "市" in self.columns[-1 if not self.has_group else 1].path[0] else labels
        )

    def _paint_group(self, row: int, column: int, group: str, *, is_first: bool) -> frozenset[str]:
        style = self.plan.group
        if is_first or style == "repeated":
            self.page.put(row, column, group)
            return frozenset({"1-4"} if style == "merged" else ())
        if style == "ditto":
            self.page.put(row, column, self.rng.choice(("〃", "〃", "同上")))
        return frozenset({"1-4"} if style == "merged" else {"1-6"})

    def _paint_data(self, line: Line, row: int, at: list[int], *, is_first: bool) -> None:
        values: list[Value] = [line.group] if self.has_sections else []
        places: list[Place | None] = [None] if self.has_sections else []
        tags: list[frozenset[str]] = [frozenset({"section"})] if self.has_sections else []
        if self.has_group:
            tags.append(self._paint_group(row, at[0], line.group, is_first=is_first))
            values.append(line.group)
            places.append((self.page.name, row, at[0]))
        for spelled, column in zip(self.spelled, at[int(self.has_group) :], strict=True):
            value = spelled[line.row]
            if value.cell.value not in {None, ""}:
                self.page.cells[row, column] = value.cell
            values.append(value.value)
            places.append((self.page.name, row, column))
            tags.append(value.tags)
        if self.plan.hidden_column:
            self.page.put(row, at[-1] - 1, self.rng.choice(("要確認", "照会中", "済")))
        self.truth.add(values, places, tags)

    def _paint_numbers(self, row: int, at: list[int], group: str, label: str, *, is_first: bool) -> None:
        """A row that is no data: totals, or a hidden one."""
        column = at[0]
        if self.has_group and group:
            self._paint_group(row, at[0], group, is_first=is_first)
            column = at[1]
        elif self.has_group and self.plan.header == "merged" and self.rng.random() < 0.7:
            self.page.merge(row, at[0], row, at[1])
        self.page.put(row, column, label)
        rows = [each for each in self.subject.rows if not group or each.group == group]
        for place, subject_column in enumerate(self.subject.columns):
            if subject_column.kind == "int":
                amount = sum(each.values[place] or 0 for each in rows)  # type: ignore[misc]
                self._put_amount(row, at[place + self.has_group], amount, place)

    def _put_amount(self, row: int, column: int, amount: int, place: int) -> None:
        style: NumberStyle = self.plan.numbers[place]._replace(marks=None)
        cell = spelling.number(self.rng, amount, style, 0).cell
        if self.plan.typed and isinstance(cell.value, int) and self.rng.random() < 0.5:
            cell.formula = f"SUM({_letters(column)}1:{_letters(column)}{row})"
        self.page.cells[row, column] = cell

    def _draw_notes(self, row: int, column: int) -> int:
        count = max(self.plan.notes, int("mark" in self.plan.labels or self.plan.header_dirt == "mark"))
        texts = self.rng.sample(words.NOTES, count)
        if self.plan.source:
            texts.append(self.rng.choice(words.SOURCES))
        row += bool(texts) and self.rng.random() < 0.3
        for text in texts:
            self.page.put(row, column, text)
            row += 1
        if self.plan.object:
            self.page.has_object = True
        return row


def _letters(column: int) -> str:
    first, second = divmod(column, 26)
    return (chr(64 + first) if first else "") + chr(65 + second)
