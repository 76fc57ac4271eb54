"""Puts tables together into workbooks: one table, several on a sheet, a sheet for each year, a clean one."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace

from scripts.fixer_accuracy import spelling, subjects
from scripts.fixer_accuracy.heading import BRACKETS
from scripts.fixer_accuracy.model import NUMBERS, Book, Cell, Field, Page, Place, Truth, Value
from scripts.fixer_accuracy.painter import Painter
from scripts.fixer_accuracy.plan import Plan, draw
from scripts.fixer_accuracy.subjects import Subject

SHEET_NAMES = ("Sheet1", "表1", "公表用", "統計表", "一覧", "データ")
CAPTIONS = ("第{n}表　{title}", "（{n}）{title}", "【{title}】", "{n}．{title}", "表{n} {title}")
YEAR_NAMES = (("era", "年度"), ("short", "年度"), ("wide", "年"), ("western", "年度"), ("era", "年"))


def any_subject(rng: random.Random) -> Subject:
    """A statistic most often; a series, a wide table or a list otherwise."""
    kinds: tuple[Callable[[random.Random], Subject], ...] = (
        subjects.statistic,
        subjects.series,
        subjects.wide,
        subjects.register,
        subjects.monthly,
    )
    return rng.choices(kinds, (8, 2, 3, 4, 1))[0](rng)


def _single(rng: random.Random, book: Book, *, typed: bool) -> None:
    page = Page(rng.choice(SHEET_NAMES) if typed else book.name)
    subject = any_subject(rng)
    plan = draw(rng, subject, typed=typed)
    painter = Painter(rng, page, subject, plan)
    book.truths.append(painter.paint(plan.top_gap))
    book.pages.append(page)
    book.layouts |= plan.layouts(subject)


def _simple(plan: Plan) -> Plan:
    """Without what would blur where a table ends."""
    return replace(
        plan,
        folded=False,
        gap_column=False,
        hidden_column=False,
        hidden_row=False,
        page_break=False,
        title=True,
        top_gap=0,
    )


def _other(book: Book, make: Callable[[], Subject]) -> Subject:
    """A subject whose header no table of the book has: of two with the same header it is open whether they are one."""
    taken = {frozenset(name for each in truth.fields for name in each.names) for truth in book.truths}
    while True:
        subject = make()
        names = {"_".join(each.path) for each in subject.columns}
        if not any(len(names & each) * 2 > len(names) for each in taken):
            return subject


def _captioned(rng: random.Random, book: Book, *, typed: bool, like: int) -> tuple[Subject, Plan]:
    makers = (subjects.statistic, subjects.series, subjects.wide)
    subject = _other(book, lambda: rng.choice(makers)(rng))
    plan = _simple(draw(rng, subject, typed=typed))
    plan.left = like
    return subject, plan


def _stacked(rng: random.Random, book: Book, *, typed: bool) -> None:
    page, row, left, caption = (
        Page(rng.choice(SHEET_NAMES) if typed else book.name),
        0,
        rng.choice((0, 0, 1)),
        rng.choice(CAPTIONS),
    )
    for number in range(1, rng.randint(2, 3) + 1):
        subject, plan = _captioned(rng, book, typed=typed, like=left)
        painter = Painter(rng, page, subject, plan)
        book.truths.append(painter.paint(row, title=caption.format(n=number, title=subject.title)))
        row = painter.bottom + rng.randint(1, 2)
        book.layouts |= plan.layouts(subject)
    book.pages.append(page)
    book.layouts.add("stacked")


def _beside(rng: random.Random, book: Book, *, typed: bool) -> None:
    page, left, caption = Page(rng.choice(SHEET_NAMES) if typed else book.name), 0, rng.choice(CAPTIONS)
    for number in (1, 2):
        subject, plan = _captioned(rng, book, typed=typed, like=left)
        plan.notes, plan.source, plan.blank_rows = 0, False, False
        painter = Painter(rng, page, subject, plan)
        book.truths.append(painter.paint(0, title=caption.format(n=number, title=subject.title)))
        left = page.extent()[1] + 1
        book.layouts |= plan.layouts(subject)
    book.pages.append(page)
    book.layouts.add("side by side")


def _renewed(rng: random.Random, subject: Subject) -> Subject:
    """The same table with other figures."""
    rows = [
        replace(
            row,
            values=[
                subjects.number(rng, column) if column.kind in NUMBERS else value
                for column, value in zip(subject.columns, row.values, strict=True)
            ],
        )
        for row in subject.rows
    ]
    return replace(subject, rows=rows)


def _sheets_alike(rng: random.Random, book: Book, *, typed: bool) -> None:
    subject = subjects.statistic(rng)
    plan = replace(
        draw(rng, subject, typed=typed), folded=False, gap_column=False, hidden_column=False, hidden_row=False
    )
    plan.header_dirt = "" if plan.header_dirt == "mark" else plan.header_dirt
    by_year = rng.random() < 0.7
    style, suffix = rng.choice(YEAR_NAMES)
    first, bracket = rng.randint(2016, 2021), rng.choice(BRACKETS)
    names: list[tuple[str, Value]] = [
        (spelling.year(year, style, suffix), year) for year in range(first, first + rng.randint(2, 4))
    ]
    if not by_year:
        names = [
            (each, each) for each in rng.sample(("本庁", "北部事務所", "南部事務所", "東部事務所", "離島"), 3)
        ]
    together = Truth([])
    for name, value in names:
        page = Page(name)
        one = Painter(rng, page, _renewed(rng, subject), plan, bracket).paint(plan.top_gap)
        together.fields = [_sheet_field(by_year=by_year, suffix=suffix), *one.fields]
        for values, places, tags in zip(one.rows, one.places, one.tags, strict=True):
            made: list[Place | None] = [None]
            together.add([value, *values], [*made, *places], [frozenset({"2-1"}), *tags])
        book.pages.append(page)
    book.truths.append(together)
    book.layouts |= plan.layouts(subject) | {"sheets by year" if by_year else "sheets by office"}


def _sheet_field(*, by_year: bool, suffix: str) -> Field:
    return Field(
        (suffix,) if by_year else ("シート",), "year" if by_year else "label", "", frozenset({"2-1"})
    )


def _sheets_unlike(rng: random.Random, book: Book, *, typed: bool) -> None:
    for number in range(rng.randint(2, 3)):
        subject = _other(book, lambda: any_subject(rng))
        plan = draw(rng, subject, typed=typed)
        page = Page(f"表{number + 1}")
        book.truths.append(Painter(rng, page, subject, plan).paint(plan.top_gap))
        book.pages.append(page)
        book.layouts |= plan.layouts(subject)
    book.layouts.add("several sheets")


def _hidden_sheet(rng: random.Random, book: Book) -> None:
    page = Page("作業用", is_hidden=True)
    for row in range(rng.randint(2, 8)):
        page.put(row, 0, f"作業{row}")
        page.put(row, 1, rng.randint(1, 99))
    book.pages.append(page)
    book.layouts.add("hidden sheet")


def _clean(rng: random.Random, book: Book, *, typed: bool) -> None:
    """A tidy sheet: nothing to do."""
    subject = rng.choice((subjects.statistic, subjects.register))(rng)
    plan = Plan(
        typed=typed,
        title=False,
        unit_at="header",
        header="merged",
        group="repeated",
        dates="excel" if typed else "iso",
    )
    columns = [
        replace(each, path=("_".join(each.path).partition("（")[0].replace("　", ""),))
        for each in subject.columns
    ]
    subject = replace(subject, columns=columns)
    plain = spelling.NumberStyle("plain" if typed else "bare", "-")
    plan.numbers = {place: plain for place, column in enumerate(columns)}
    painter = Painter(
        rng, Page("データ" if typed else book.name), _without_dependent(subject), plan, "（{}）"
    )
    _type_plainly(painter, typed=typed)
    book.truths.append(painter.paint(0))
    book.pages.append(painter.page)
    book.is_clean = True
    book.layouts = {"clean"}


def _without_dependent(subject: Subject) -> Subject:
    rows = [
        replace(
            row, values=[spelling.cleared(each) if isinstance(each, str) else each for each in row.values]
        )
        for row in subject.rows
    ]
    return replace(subject, rows=rows)


def _type_plainly(painter: Painter, *, typed: bool) -> None:
    for place, column in enumerate(painter.subject.columns):
        if column.kind != "date" or not typed:
            painter.spelled[place] = [spelling.plain(row.values[place]) for row in painter.subject.rows]


_SHAPES: tuple[tuple[str, float, Callable[..., None]], ...] = (
    ("single", 50, _single),
    ("stacked", 10, _stacked),
    ("beside", 8, _beside),
    ("sheets alike", 10, _sheets_alike),
    ("sheets unlike", 8, _sheets_unlike),
    ("clean", 8, _clean),
)


def book_of(seed: int, number: int) -> Book:
    """The workbook with a number; the same for the same seed."""
    rng = random.Random(f"kencho-fixer-{seed}-{number}")  # noqa: S311  # workbooks must repeat, they hide nothing
    kind = rng.choices(("xlsx", "csv", "ods"), (75, 17, 8))[0]
    shapes = _SHAPES if kind != "csv" else tuple(each for each in _SHAPES if "sheets" not in each[0])
    _, _, make = rng.choices(shapes, [each[1] for each in shapes])[0]
    book = Book(
        f"{number:04d}",
        kind,
        [],
        [],
        encoding=rng.choice(("cp932", "cp932", "utf-8", "utf-8-sig", "euc_jp", "utf-16")),
    )
    make(rng, book, typed=kind != "csv")
    if kind == "ods":
        _write_formats_out(book)
    if kind == "xlsx" and not book.is_clean and rng.random() < 0.05:
        _hidden_sheet(rng, book)
    book.layouts.add(kind)
    return book


def _write_formats_out(book: Book) -> None:
    """Number formats as the text that they show; the OpenDocument writer here knows no styles."""
    for page in book.pages:
        for place, cell in page.cells.items():
            if isinstance(cell.value, (int, float)) and cell.format.endswith("%"):
                page.cells[place] = Cell(f"{cell.value * 100:.1f}%")
            elif isinstance(cell.value, int) and cell.format.strip("0") == "" != cell.format:
                page.cells[place] = Cell(f"{cell.value:0{len(cell.format)}d}")


def books(seed: int, count: int) -> Iterator[Book]:
    """All workbooks of a seed."""
    for number in range(count):
        yield book_of(seed, number)


def long_book(seed: int, rows: int) -> Book:
    """One messy list of many rows, to measure time."""
    rng = random.Random(f"kencho-fixer-long-{seed}")  # noqa: S311  # as above
    subject = subjects.register(rng, rows)
    plan = replace(
        draw(rng, subject, typed=True), folded=False, page_break=False, blank_rows=True, hidden_row=False
    )
    page = Page("一覧")
    book = Book("long", "xlsx", [page], [], {"long"})
    book.truths.append(Painter(rng, page, subject, plan).paint(0))
    return book
