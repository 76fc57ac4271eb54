"""The judge of the fixer is itself judged: perfect tables get full marks, every planted mistake costs."""

import copy
import datetime
import random
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from openpyxl import load_workbook

from scripts.fixer_accuracy import books, handmade, spelling
from scripts.fixer_accuracy.compare import compare, header_matches, key
from scripts.fixer_accuracy.honesty import examine, not_restored
from scripts.fixer_accuracy.model import Book, Cell, Field, Page, Truth
from scripts.fixer_accuracy.write import text_of, write

SEED = 7


def _table(truth: Truth, *, units_in_names: bool = False) -> Any:
    """What a perfect fixer would give."""
    return SimpleNamespace(
        header=[
            f"{each.names[0]}（{each.unit}）" if units_in_names and each.unit else each.names[0]
            for each in truth.fields
        ],
        rows=copy.deepcopy(truth.rows),
        columns=[SimpleNamespace(unit=each.unit) for each in truth.fields],
    )


def _change(sheet: str, row: int, column: int, after: Any = None) -> Any:
    return SimpleNamespace(sheet=sheet, range=(row, column, row, column), after=after)


def _proposal(truths: list[Truth], changes: list[Any] | None = None) -> Any:
    return SimpleNamespace(tables=[_table(each) for each in truths], changes=changes or [], notes=[])


def _restored(book: Book) -> Any:
    def value(cell: Cell) -> Any:
        date = isinstance(cell.value, datetime.date)
        return text_of(cell.value) if date or book.format == "csv" else cell.value

    return SimpleNamespace(
        cells={page.name: {place: value(cell) for place, cell in page.cells.items()} for page in book.pages},
        merges={
            page.name: {(each.top, each.left, each.bottom, each.right) for each in page.merges}
            for page in book.pages
        },
    )


@pytest.fixture(scope="module")
def made() -> list[Book]:
    return [*handmade.books(), *books.books(SEED, 40)]


def test_the_same_seed_makes_the_same_workbooks(made: list[Book]) -> None:
    again = list(books.books(SEED, 40))
    assert [list(each.cells()) for each in again] == [list(each.cells()) for each in made[-40:]]
    assert list(books.book_of(SEED + 1, 0).cells()) != list(made[-40].cells())


def test_perfect_tables_get_full_marks(made: list[Book]) -> None:
    for book in made:
        score = compare(book.truths, [_table(each) for each in book.truths])
        assert (score.f1, score.faults) == (1.0, []), book.name


def test_truth_stands_where_it_says(made: list[Book]) -> None:
    for book in made:
        pages = {page.name: page for page in book.pages}
        for truth in book.truths:
            assert len(truth.rows) == len(truth.places) == len(truth.tags)
            for values, places in zip(truth.rows, truth.places, strict=True):
                assert len(values) == len(places) == len(truth.fields)
                for value, place in zip(values, places, strict=True):
                    if place and isinstance(value, float) and place[1:] in pages[place[0]].cells:
                        assert isinstance(pages[place[0]].cells[place[1:]].value, (int, float, str))


def test_a_perfect_table_on_a_clean_sheet_needs_no_change(made: list[Book]) -> None:
    clean = [each for each in made if each.is_clean]
    assert clean
    for book in clean:
        proposal = _proposal(book.truths)
        proposal.tables = [_table(each, units_in_names=True) for each in book.truths]
        found = compare(book.truths, proposal.tables).found
        assert examine(book, proposal, found, _restored(book)).silent == [], book.name


def _small() -> tuple[Book, Truth]:
    page = Page(
        "表",
        {
            (0, 0): Cell("市町"),
            (0, 1): Cell("人口"),
            (1, 0): Cell("津市"),
            (1, 1): Cell("1,234"),
            (2, 0): Cell("〃"),
            (2, 1): Cell("X"),
        },
    )
    truth = Truth([Field(("市町",)), Field(("人口",), "int", "人", frozenset({"1-9"}))])
    truth.add(["津市", 1234], [("表", 1, 0), ("表", 1, 1)], [frozenset(), frozenset({"1-3"})])
    truth.add(["津市", None], [("表", 2, 0), ("表", 2, 1)], [frozenset({"1-6"}), frozenset({"1-13"})])
    return Book("small", "xlsx", [page], [truth]), truth


@pytest.mark.parametrize(
    "harm",
    [
        lambda table: table.rows[0].__setitem__(1, 1235),
        lambda table: table.rows[0].__setitem__(1, "1234"),
        lambda table: table.rows[1].__setitem__(1, "X"),
        lambda table: table.rows[1].__setitem__(0, None),
        lambda table: table.rows.pop(),
        lambda table: table.rows.append(["合計", 1234]),
        lambda table: table.header.__setitem__(1, "列2"),
        lambda table: setattr(table.columns[1], "unit", ""),
        lambda table: (
            table.header.append("空"),
            table.columns.append(SimpleNamespace(unit="")),
            [row.append(1) for row in table.rows],
        ),
    ],
)
def test_every_mistake_costs(harm: Any) -> None:
    _, truth = _small()
    table = _table(truth)
    harm(table)
    score = compare([truth], [table])
    assert score.f1 < 1
    assert score.faults


def test_a_missing_and_an_extra_table_cost() -> None:
    _, truth = _small()
    assert compare([truth], []).recall == 0
    assert compare([truth], [_table(truth), _table(truth)]).precision < 1


def test_a_difference_without_a_change_is_silent() -> None:
    book, truth = _small()
    changes = [_change("表", 1, 1, 1234), _change("表", 2, 0, "津市"), _change("表", 2, 1)]
    for left_out in range(3):
        proposal = _proposal([truth], changes[:left_out] + changes[left_out + 1 :])
        found = compare(book.truths, proposal.tables).found
        assert len(examine(book, proposal, found, _restored(book)).silent) == 1
    proposal = _proposal([truth], changes)
    honesty = examine(book, proposal, compare(book.truths, proposal.tables).found, _restored(book))
    assert (honesty.silent, honesty.untold, honesty.not_restored) == ([], [], [])


def test_a_line_that_is_left_out_without_a_change_is_silent() -> None:
    book, truth = _small()
    book.pages[0].put(4, 0, "※ 注")
    proposal = _proposal(
        [truth], [_change("表", 1, 1, 1234), _change("表", 2, 0, "津市"), _change("表", 2, 1)]
    )
    found = compare(book.truths, proposal.tables).found
    assert len(examine(book, proposal, found, _restored(book)).silent) == 1


def test_a_change_that_tells_another_value_is_seen() -> None:
    book, truth = _small()
    proposal = _proposal(
        [truth], [_change("表", 1, 1, 4321), _change("表", 2, 0, "津市"), _change("表", 2, 1)]
    )
    found = compare(book.truths, proposal.tables).found
    assert len(examine(book, proposal, found, _restored(book)).untold) == 1


def test_what_the_inverse_loses_is_seen(made: list[Book]) -> None:
    for book in made:
        assert not_restored(book, _restored(book)) == []
    book, _ = _small()
    for harm in ({(1, 1): 1234}, {(9, 9): "new"}):
        restored = _restored(book)
        restored.cells["表"].update(harm)
        assert len(not_restored(book, restored)) == 1
    restored = _restored(book)
    restored.cells["表"][1, 1] = "1234"
    restored.merges["表"].add((0, 0, 0, 1))
    assert len(not_restored(book, restored)) == 2


@pytest.mark.parametrize(
    ("name", "unit", "is_right"),
    [
        ("人口（人）", "", True),
        ("人口(人)", "人", True),
        ("人口", "人", True),
        ("人口", "", False),
        ("人口（世帯）", "", False),
        ("人口数", "人", False),
    ],
)
def test_a_unit_may_stand_in_the_name_or_beside_it(name: str, unit: str, *, is_right: bool) -> None:
    assert header_matches(name, unit, Field(("人口",), "int", "人")) is is_right


def test_an_era_in_a_header_may_stand_beside_the_western_year() -> None:
    wanted = Field(("2019年度_決算額",), "int", "千円")
    assert header_matches("令和元年度（2019年度）_決算額（千円）", "", wanted)
    assert not header_matches("令和元年度_決算額（千円）", "", wanted)


def test_codes_keep_their_zeros_and_their_width() -> None:
    assert key("012025", "code") != key(12025, "code")
    assert key("０５９", "phone") != key("059", "phone")
    assert key(242012, "code") == key("242012", "code")
    assert key("1234", "int") != key(1234, "int")


@pytest.mark.parametrize("style", spelling.YEAR_STYLES)
def test_years_are_spelled_by_the_era_that_began(style: str) -> None:
    spelled = spelling.years(random.Random(1), list(range(1987, 2024)), "年度", style)
    assert [each.value for each in spelled] == list(range(1987, 2024))
    if style == "era":
        assert [each.cell.value for each in spelled][:4] == [
            "昭和62年度",
            "昭和63年度",
            "平成元年度",
            "平成2年度",
        ]


def test_a_day_of_april_2019_is_of_heisei() -> None:
    assert spelling.date(datetime.date(2019, 4, 30), "era").value == "平成31年4月30日"
    assert spelling.date(datetime.date(2019, 5, 1), "dots").value == "R1.5.1"


def test_files_hold_what_was_made(made: list[Book], tmp_path: Path) -> None:
    typed = next(each for each in made if each.format == "xlsx" and each.name == "works")
    sheets = load_workbook(write(typed, tmp_path))
    sheet = sheets["発注見通し"]
    assert (sheet["A2"].value, sheet.column_dimensions["D"].hidden, sheet.row_dimensions[4].hidden) == (
        "0101",
        True,
        True,
    )
    assert sheets["計算用"].sheet_state == "hidden"
    formula = next(each for each in made if each.name == "library")
    path = write(formula, tmp_path)
    assert load_workbook(path)["貸出"]["D4"].value == "=B4+C4"
    assert load_workbook(path, data_only=True)["貸出"]["D4"].value == 20
    text = next(each for each in made if each.name == "finance")
    assert "Ｈ３０".encode("cp932") in write(text, tmp_path).read_bytes()


def test_an_opendocument_file_can_be_read(made: list[Book], tmp_path: Path) -> None:
    from python_calamine import CalamineWorkbook

    for book in (each for each in made if each.format == "ods"):
        workbook = CalamineWorkbook.from_path(str(write(book, tmp_path)))
        for page in book.pages:
            rows = workbook.get_sheet_by_name(page.name).to_python(skip_empty_area=False)
            for (row, column), cell in page.cells.items():
                got: Any = rows[row][column]
                assert text_of(cell.value) == text_of(
                    int(got)
                    if isinstance(got, float) and got == int(got) and not isinstance(cell.value, float)
                    else got
                )
