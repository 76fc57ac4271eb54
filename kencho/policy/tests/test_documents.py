"""The sheet on paper: PDF, Word and Excel say the same as the office's page, and the same bytes each time."""

import hashlib
import io
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import docx
import openpyxl
import pikepdf
import pypdfium2
import pytest
from django.conf import settings
from docx.table import Table
from docx.text.paragraph import Paragraph as WordParagraph
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from kencho.foundation import clock
from kencho.policy.documents import Grid, Heading, Paragraph, layout_of, sheet_docx, sheet_pdf, sheet_xlsx
from kencho.policy.sheet import Cell, Sheet
from kencho.policy.tests.papers import make_sheet, with_name

AT = datetime(2021, 2, 10, 9, 0, tzinfo=clock.JST)
Maker = Callable[..., bytes]
MAKERS: dict[str, Maker] = {"pdf": sheet_pdf, "docx": sheet_docx, "xlsx": sheet_xlsx}
NASTY = '=HYPERLINK("http://x")<b>&\x00\x0b#set text(red)\\ *重要*'


def compact(text: str) -> str:
    return "".join(text.split()).replace("\u200b", "").replace("\ufffe", "-")


def pdf_text(data: bytes) -> str:
    pages = pypdfium2.PdfDocument(data)
    return compact("".join(page.get_textpage().get_text_range() for page in pages))


def docx_text(data: bytes) -> str:
    return compact("".join(_docx_parts(data)))


def _docx_parts(data: bytes) -> Iterator[str]:
    for part in docx.Document(io.BytesIO(data)).iter_inner_content():
        if isinstance(part, WordParagraph):
            yield part.text
        elif isinstance(part, Table):
            seen: set[object] = set()
            for row in part.rows:
                for cell in row.cells:
                    if cell._tc not in seen:  # merged cells come once for each place
                        seen.add(cell._tc)
                        yield cell.text


def xlsx_text(data: bytes) -> str:
    page = openpyxl.load_workbook(io.BytesIO(data))["評価表"]
    return compact("".join(str(cell.value or "") for row in page.iter_rows() for cell in row))


TEXTS: dict[str, Callable[[bytes], str]] = {"pdf": pdf_text, "docx": docx_text, "xlsx": xlsx_text}


def said(sheet: Sheet) -> list[str]:
    """Every text of the form, in order."""
    parts: list[str] = []
    for block in layout_of(sheet).blocks:
        if isinstance(block, Grid):
            parts += [cell.text for row in (*block.head, *block.body) for cell in row]
        elif isinstance(block, Heading):
            parts.append(block.text)
        else:
            parts.append(block.mark + block.text)
    return [compact(part) for part in parts if part]


@pytest.mark.parametrize("kind", MAKERS)
def test_each_form_holds_every_text_of_the_sheet(kind: str) -> None:
    found = TEXTS[kind](MAKERS[kind](make_sheet(), created_at=AT))
    # A PDF gives the lines of a table across its cells, so there the letters are counted.
    assert Counter("".join(said(make_sheet()))) - Counter(found) == Counter()
    texts = [compact(block.text) for block in layout_of(make_sheet()).blocks if not isinstance(block, Grid)]
    assert [text for text in texts if text not in found] == []


def test_word_and_excel_hold_nothing_but_the_sheet() -> None:
    sheet = make_sheet()
    title = compact(layout_of(sheet).title)
    assert docx_text(sheet_docx(sheet, created_at=AT)) == title + "".join(said(sheet))
    assert xlsx_text(sheet_xlsx(sheet, created_at=AT)) == title + "".join(said(sheet)) + compact(
        layout_of(sheet).footer
    )


def test_the_table_is_the_offices_cell_for_cell() -> None:
    main, explained, secondary = [
        block for block in layout_of(make_sheet()).blocks if isinstance(block, Grid)
    ]
    assert [[cell.text for cell in row] for row in main.head] == [
        ["主指標"],
        ["目標項目", "令和元年度", "2年度", "3年度", "4年度", "5年度"],
        ["現状値", "目標値", "目標達成\n状況", "目標値", "目標値", "目標値"],
        ["実績値", "実績値", "実績値", "実績値"],
    ]
    assert [[cell.text for cell in row] for row in main.body] == [
        ["スマート自治体の進展を実感する職員の割合", "", "10.0%", "", "20.0%", "", "60.0%"],
        ["—", "", "", "", ""],
    ]
    assert [cell.text for cell in secondary.body[2]][1:] == [
        "",
        "22,400 件",
        "",
        "22,600 件",
        "",
        "23,000 件",
    ]
    assert [cell.text for cell in secondary.body[3]] == ["22,299 件", "", "", "", ""]
    assert explained.head[0][0].text == "目標項目の説明と令和3年度目標値の考え方"
    assert [row[0].text for row in explained.body] == ["目標項目の説明", "3年度目標値の考え方"]


def test_every_grid_is_filled_without_gap_or_overlap() -> None:
    sheet = replace(make_sheet(), grade="B", grade_reason="理由", comments=("意見",))
    for grid in (block for block in layout_of(sheet).blocks if isinstance(block, Grid)):
        rows = (*grid.head, *grid.body)
        assert sum(cell.columns * cell.rows for row in rows for cell in row) == len(rows) * len(grid.weights)


def test_a_sheet_with_almost_nothing_in_it_is_made_too() -> None:
    bare = replace(
        make_sheet(),
        lead_department="",
        desired_state=(),
        primary=(),
        secondary=(),
        issues=(),
        directions=(),
        projects=(),
        programs=(),
        dated=None,
    )
    assert layout_of(bare).blocks == ()
    for make in MAKERS.values():
        assert make(bare, created_at=AT)


@pytest.mark.parametrize("kind", MAKERS)
def test_synthetic_figures_are_marked_in_every_form(kind: str) -> None:
    marked = replace(make_sheet(), marking="架空の実績値による見本")
    found = TEXTS[kind](MAKERS[kind](marked, created_at=AT))
    assert "架空の実績値による見本" in found
    assert "架空" not in TEXTS[kind](MAKERS[kind](make_sheet(), created_at=AT))


@pytest.mark.parametrize("kind", MAKERS)
def test_text_is_never_markup_and_never_a_formula(kind: str) -> None:
    made = MAKERS[kind](with_name(make_sheet(), NASTY), created_at=AT)
    visible = compact(NASTY.replace("\x00", "").replace("\x0b", ""))
    assert TEXTS[kind](made).count("#settext(red)\\*重要*") > 8
    assert kind == "pdf" or TEXTS[kind](made).count(visible) > 8


def test_no_cell_of_the_workbook_is_a_formula() -> None:
    book = openpyxl.load_workbook(io.BytesIO(sheet_xlsx(with_name(make_sheet(), "=1+1"), created_at=AT)))
    cells = [cell for page in book for row in page.iter_rows() for cell in row]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    assert any(cell.value == "=1+1" and cell.quotePrefix for cell in cells)


def test_the_workbook_gives_the_figures_as_numbers_and_blanks_as_blanks() -> None:
    book = openpyxl.load_workbook(io.BytesIO(sheet_xlsx(make_sheet(), created_at=AT)))
    rows = list(book["指標"].iter_rows(values_only=True))
    by_key = {(row[1], row[4]): row for row in rows[1:]}
    assert by_key[("ind-406-sub2", "令和元年度")][6] == 22299
    assert by_key[("ind-406-sub2", "令和2年度")][5:8] == (22400, None, None)
    assert by_key[("ind-406-sub2", "令和4年度")][5] is None
    assert by_key[("ind-406-sub2", "令和4年度")][8] == 22800
    assert [row[6] for row in book["予算"].iter_rows(min_row=2, values_only=True)][:2] == [64370, 177051]


def test_the_pdf_declares_archive_and_access_and_is_tagged() -> None:
    with pikepdf.open(io.BytesIO(sheet_pdf(make_sheet(), created_at=AT))) as pdf:
        meta = pdf.open_metadata()
        assert (meta["pdfaid:part"], meta["pdfaid:conformance"], meta["pdfuaid:part"]) == ("2", "A", "1")
        assert bool(pdf.Root.MarkInfo.Marked)
        assert "/StructTreeRoot" in pdf.Root
        assert str(pdf.docinfo["/Title"]) == "施策406　スマート自治体の推進"
        box = [float(value) for value in pdf.pages[0].MediaBox]
        assert [round(value) for value in box[2:]] == [595, 842]


def test_nothing_sticks_out_of_the_page_even_with_large_figures() -> None:
    sheet = make_sheet()
    wide = Cell("▲9,999,999,999.99 千人", Decimal("-9999999999.99"))
    rows = tuple(
        replace(row, years=tuple(replace(year, target=wide, actual=wide) for year in row.years))
        for row in sheet.secondary
    )
    for page in pypdfium2.PdfDocument(sheet_pdf(replace(sheet, secondary=rows), created_at=AT)):
        width, height = page.get_size()
        text = page.get_textpage()
        for index in range(text.count_rects()):
            left, bottom, right, top = text.get_rect(index)
            assert left >= 0
            assert bottom >= 0
            assert right <= width
            assert top <= height


SCRIPT = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
django.setup()
import hashlib
from kencho.policy.tests.papers import make_sheet
from kencho.policy.tests.test_documents import AT, MAKERS
print(*(hashlib.sha256(make(make_sheet(), created_at=AT)).hexdigest() for make in MAKERS.values()))
"""


def test_two_processes_make_the_same_bytes() -> None:
    runs = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            cwd=Path(settings.BASE_DIR),
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for _time in range(2)
    }
    here = " ".join(hashlib.sha256(make(make_sheet(), created_at=AT)).hexdigest() for make in MAKERS.values())
    assert runs == {here + "\n"}


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_office_files_tell_the_given_time_and_no_other(kind: str) -> None:
    with zipfile.ZipFile(io.BytesIO(MAKERS[kind](make_sheet(), created_at=AT))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.read("docProps/core.xml").count(b"2021-02-10T00:00:00Z") == 2


@hypothesis_settings(max_examples=5)
@given(text=st.text(min_size=1, max_size=60))
def test_any_text_makes_word_and_excel(text: str) -> None:
    sheet = with_name(make_sheet(), text)
    docx.Document(io.BytesIO(sheet_docx(sheet, created_at=AT)))
    openpyxl.load_workbook(io.BytesIO(sheet_xlsx(sheet, created_at=AT)))


def test_a_mark_stands_before_its_paragraph() -> None:
    marked = [
        block for block in layout_of(make_sheet()).blocks if isinstance(block, Paragraph) and block.mark
    ]
    assert [block.mark for block in marked] == ["①", "②", "③", "④"] * 2
