"""Which of the many habits of offices a table follows; drawn by chance, so that habits meet in every combination."""

import random
from dataclasses import dataclass, field

from scripts.fixer_accuracy.model import NUMBERS
from scripts.fixer_accuracy.spelling import DATE_STYLES, MARKS, NEGATIVES, YEAR_STYLES, NumberStyle
from scripts.fixer_accuracy.subjects import Column, Subject

LABEL_DIRT = (
    (),
    (),
    ("spaced",),
    ("spaced half",),
    ("newline",),
    ("outer",),
    ("mark",),
    ("outer", "mark"),
    ("spaced", "mark"),
)


@dataclass(slots=True)
class Plan:
    """The habits of one table. `kind` of file decides what is possible: a CSV has neither merges nor types."""

    typed: bool = True
    top_gap: int = 0
    left: int = 0
    title: bool = True
    unit_at: str = "header"
    """header, newline, line, row, cell, none."""
    header: str = "merged"
    """merged, loose (a parent only in its first cell) or repeated."""
    header_dirt: str = ""
    """"", spaced, newline, wide, mark."""
    group: str = "merged"
    """merged, blank, ditto, section, repeated."""
    subtotals: bool = False
    total: str = ""
    """"", end, top."""
    numbers: dict[int, NumberStyle] = field(default_factory=dict)
    years: str = "number"
    dates: str = "excel"
    labels: frozenset[str] = frozenset()
    notes: int = 0
    source: bool = False
    blank_rows: bool = False
    gap_column: bool = False
    page_break: bool = False
    folded: bool = False
    hidden_column: bool = False
    hidden_row: bool = False
    object: bool = False

    def layouts(self, subject: Subject) -> set[str]:
        """Names of the shapes that this makes, for the report."""
        return {
            name
            for name, has in (
                ("title lines", self.title),
                (f"header {self.header}", _levels(subject) > 1),
                ("header years", any(each.path[0][:2].isdecimal() for each in subject.columns)),
                ("header dirty", bool(self.header_dirt)),
                (f"group {self.group}", bool(subject.group_header)),
                (f"unit in {self.unit_at}", any(each.unit for each in subject.columns)),
                ("totals", self.subtotals or bool(self.total)),
                ("notes", self.notes > 0 or self.source),
                ("blank rows", self.blank_rows),
                ("blank column", self.gap_column),
                ("page break", self.page_break),
                ("folded", self.folded),
                ("offset", self.left > 0),
                ("hidden", self.hidden_column or self.hidden_row),
                ("list", subject.is_list),
            )
            if has
        }


def _levels(subject: Subject) -> int:
    return max(len(each.path) for each in subject.columns)


def _units(subject: Subject) -> set[str]:
    return {each.unit for each in subject.columns if each.kind in NUMBERS and each.unit}


def unit_places(subject: Subject) -> list[str]:
    """Where the units of a subject can be told without leaving doubt."""
    units = _units(subject)
    places = ["header", "header", "newline", "cell"]
    if len(units - {"％"}) == 1 and not _bare_measures(subject):
        places += ["line", "line", "line"]
    if not subject.is_list:
        places += ["row", "none"]
    return places


def _bare_measures(subject: Subject) -> bool:
    return any(each.kind in NUMBERS and not each.unit for each in subject.columns)


def number_style(
    rng: random.Random, column: Column, at: str, *, typed: bool, marks: tuple[str, str] | None
) -> NumberStyle:
    """How one column writes its numbers. One minus for the whole column.

    A number in brackets is a negative one only where the column's name speaks of a difference.
    """
    unit = column.unit
    tells = any(word in column.path[-1] for word in ("増減", "差", "収支")) and not (at == "cell" and unit)
    minus = rng.choice([each for each in NEGATIVES if tells or each != "()"])
    if unit == "％" and typed and at != "cell" and rng.random() < 0.25:
        return NumberStyle("format", minus, "", marks)
    if at == "cell" and unit:
        return NumberStyle(rng.choice(("comma", "wide", "comma", "bare")), minus, unit, marks)
    names = (
        ["plain", "plain", "plain", "comma", "wide", "mixed"] if typed else ["bare", "comma", "comma", "wide"]
    )
    if unit == "円" and rng.random() < 0.2:
        names = ["yen"]
    return NumberStyle(rng.choice(names), minus, "", marks)


def draw(rng: random.Random, subject: Subject, *, typed: bool) -> Plan:
    """Habits for a subject."""
    chance = rng.random
    plan = Plan(
        typed=typed,
        title=chance() < 0.85,
        left=rng.choice((0, 0, 0, 0, 1, 1, 2)),
        top_gap=rng.choice((0, 0, 1)),
    )
    plan.unit_at = rng.choice(unit_places(subject))
    plan.header = (
        rng.choice(("merged", "merged", "merged", "loose", "loose", "repeated", "ditto"))
        if typed
        else rng.choice(("loose", "repeated"))
    )
    plan.header_dirt = rng.choice(("", "", "", "spaced", "newline", "wide", "mark"))
    plan.group = rng.choice(
        ("merged", "merged", "blank", "ditto", "section", "repeated")
        if typed
        else ("blank", "ditto", "section", "repeated")
    )
    plan.years = rng.choice(YEAR_STYLES)
    plan.dates = rng.choice(DATE_STYLES if typed else DATE_STYLES[2:])
    plan.labels = frozenset(rng.choice(LABEL_DIRT))
    plan.notes = rng.choice((0, 0, 1, 2, 3))
    plan.source = chance() < 0.5
    _draw_body(rng, subject, plan)
    marks = rng.choice(MARKS) if chance() < 0.4 else None
    for place, column in enumerate(subject.columns):
        if column.kind in NUMBERS:
            at = plan.unit_at if plan.unit_at != "line" or column.unit != "％" else "header"
            plan.numbers[place] = number_style(rng, column, at, typed=typed, marks=marks)
    if plan.unit_at == "cell" and marks is None and subject.columns[-1].path[0][:2].isdecimal():
        one = plan.numbers[len(subject.columns) - 1]
        plan.numbers = dict.fromkeys(plan.numbers, one)
    return plan


def _draw_body(rng: random.Random, subject: Subject, plan: Plan) -> None:
    chance = rng.random
    has_amounts = any(each.kind == "int" for each in subject.columns)
    summable = has_amounts and not subject.is_list and subject.columns[0].kind not in {"fiscal", "year"}
    plan.subtotals = summable and bool(subject.group_header) and chance() < 0.45
    plan.total = rng.choice(("", "end", "end", "top")) if summable else ""
    if subject.columns[0].kind in {"fiscal", "year"} and plan.years == "carried":
        plan.page_break = False
    elif chance() < 0.08 and len(subject.rows) > 8:
        plan.page_break = True
    if (
        not subject.group_header
        and not plan.page_break
        and len(subject.rows) > 7
        and not subject.is_list
        and chance() < 0.25
    ):
        plan.folded = plan.years != "carried" and plan.total != "top"
    plan.blank_rows = chance() < 0.15 and not plan.folded and plan.group != "blank"
    plan.gap_column = chance() < 0.08 and not plan.folded and len(subject.columns) > 3
    plan.hidden_column = plan.typed and chance() < 0.06 and not plan.folded and not plan.gap_column
    plan.hidden_row = plan.typed and chance() < 0.06 and not plan.folded
    plan.object = plan.typed and chance() < 0.1
