"""What people wrote and drew is still there after the rebuild."""

import io
import zipfile
from pathlib import Path

import openpyxl
import pikepdf
import pylopdf_fonts_jp
import pypdfium2
import pytest
import typst
from openpyxl.styles import Font
from PIL import Image, ImageChops

from kencho.files.sanitize import Action, Flag, Removed
from kencho.files.tests.sanitize.conftest import Rebuild
from kencho.files.tests.sanitize.samples import _office, _others, _pdf

NOTICE = """
#set page(width: 120mm, height: 90mm)
#set text(font: "Noto Sans JP", size: 11pt)
= 津市役所からのお知らせ
住民票の写しの交付 #link("https://example.invalid")[申請ページ]
#table(columns: 2, [項目], [金額], [手数料], [300円])
#rect(fill: gradient.linear(red, blue), width: 3cm)
#rect(fill: rgb(255, 0, 0, 50%), width: 3cm)
"""


def notice(folder: Path) -> bytes:
    fonts = Path(pylopdf_fonts_jp.__file__).parent
    page = folder / "notice.typ"
    page.write_text(NOTICE, encoding="utf-8")
    compiled: bytes = typst.compile(str(page), font_paths=[str(fonts)])
    return compiled


def text_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return "".join(page.get_textpage().get_text_range() for page in document)


def look_of(pdf: bytes) -> Image.Image:
    with pypdfium2.PdfDocument(pdf) as document:
        picture: Image.Image = document[0].render(scale=1).to_pil()
        return picture.convert("RGB")


def farthest(one: Image.Image, other: Image.Image) -> int:
    """The largest difference of any colour value of any pixel."""
    return max(high for _, high in ImageChops.difference(one, other).getextrema())  # type: ignore[misc]  # pairs, for colour pictures


def test_japanese_notice_keeps_its_text_and_look(rebuild: Rebuild, tmp_path: Path) -> None:
    source = notice(tmp_path)
    outcome, result = rebuild(source)
    assert outcome.action is Action.REBUILT
    assert Removed.LINK in outcome.removed
    assert "津市役所からのお知らせ" in text_of(result)
    assert text_of(result) == text_of(source)
    assert farthest(look_of(source), look_of(result)) <= 2


def test_signature_stays_visible(rebuild: Rebuild) -> None:
    source = _pdf.document(_pdf.signed)
    _, result = rebuild(source)
    assert look_of(result).getpixel((50, 842 - 25)) == (204, 204, 204)


def test_form_value_without_a_picture_becomes_visible(rebuild: Rebuild) -> None:
    outcome, result = rebuild(_pdf.document(_pdf.undrawn_field))
    assert outcome.action is Action.RASTERISED
    assert look_of(result).crop((10, 802, 90, 832)).getextrema() != ((255, 255), (255, 255), (255, 255))


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_page_pictures_carry_their_text(rebuild: Rebuild, turn: int) -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        _pdf.hidden_layer(pdf)
        pdf.pages[0].obj.Rotate = turn
        pdf.pages[0].obj.CropBox = [20, 30, 595, 842]

    source = _pdf.document(change)
    outcome, result = rebuild(source)
    assert outcome.action is Action.RASTERISED
    assert outcome.flags == (Flag.TEXT_LAYER,)
    assert text_of(result).split() == text_of(source).split()
    assert farthest(look_of(source).reduce(8), look_of(result).reduce(8)) < 60
    with pypdfium2.PdfDocument(result) as document:
        words = document[0].get_textpage()
        assert words.count_rects() > 0
        box = words.get_rect(0)
    marked = (
        ImageChops.invert(look_of(result).convert("L")).point(lambda value: 255 * (value > 128)).getbbox()
    )
    assert marked is not None
    height = look_of(result).height
    assert marked[0] - 8 < box[0] < marked[2]
    assert marked[1] < height - box[1] < marked[3] + 12


def test_picture_in_a_pdf_keeps_its_colours(rebuild: Rebuild) -> None:
    entries = {"Width": 40, "Height": 30, "BitsPerComponent": 8, "ColorSpace": pikepdf.Name.DeviceRGB}
    jpeg = _others.picture("JPEG", comment=b"secret")
    source = _pdf.document(lambda pdf: _pdf.picture(pdf, jpeg, **entries, Filter=pikepdf.Name.DCTDecode))
    outcome, result = rebuild(source)
    assert outcome.action is Action.REBUILT
    assert b"secret" not in result
    # Inside the two fields of colour; the edge between them is blurred by any second encoding.
    for left, right in ((60, 130), (170, 240)):
        box = (left, 842 - 590, right, 842 - 410)
        assert farthest(look_of(source).crop(box).reduce(10), look_of(result).crop(box).reduce(10)) < 8


def test_photograph_is_upright_and_without_its_place(rebuild: Rebuild) -> None:
    _, result = rebuild(_others.jpeg_with_place())
    with Image.open(io.BytesIO(result)) as picture:
        assert picture.size == (30, 40)
        assert not picture.getexif()
        red, _, blue = picture.convert("RGB").getpixel((15, 5))  # type: ignore[misc]  # a colour picture has three values
        assert red > 200 > 60 > blue


def test_all_pages_of_a_fax_stay(rebuild: Rebuild) -> None:
    outcome, result = rebuild(_others.tiff_pages())
    with Image.open(io.BytesIO(result)) as picture:
        assert (outcome.pages, getattr(picture, "n_frames", 1)) == (3, 3)


def test_workbook_keeps_values_formulas_and_shape(rebuild: Rebuild) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "収支"
    sheet.append(["費目", "金額"])
    sheet.append(["交通費", 1200])
    sheet["B3"] = "=SUM(B2:B2)"
    sheet["B4"] = '=WEBSERVICE("http://x.invalid")'
    sheet["C1"].hyperlink = "http://x.invalid"
    sheet.merge_cells("A5:B5")
    sheet["A1"].font = Font(bold=True)
    buffer = io.BytesIO()
    book.save(buffer)
    outcome, result = rebuild(buffer.getvalue())
    assert {Removed.FORMULA, Removed.LINK, Removed.METADATA} <= set(outcome.removed)
    copy = openpyxl.load_workbook(io.BytesIO(result))["収支"]
    assert [cell.value for cell in copy["A"]][:2] == ["費目", "交通費"]
    assert (copy["B2"].value, copy["B3"].value, copy["B4"].value) == (1200, "=SUM(B2:B2)", None)
    assert copy["A1"].font.bold
    assert [str(merged) for merged in copy.merged_cells.ranges] == ["A5:B5"]
    assert copy["C1"].hyperlink is None


def test_document_keeps_text_picture_and_harmless_fields(rebuild: Rebuild) -> None:
    fields = _office.field(" PAGE ", result="１頁") + _office.field(
        ' HYPERLINK \\l "_Toc1" ', result="見出し"
    )
    picture = '<w:p><w:r><w:pict><v:imagedata r:id="rId1"/></w:pict></w:r></w:p>'
    source = _office.word(
        fields + picture,
        _office.relation(1, "image", "media/i.png"),
        parts={"word/media/i.png": _office.png()},
    )
    outcome, result = rebuild(source)
    assert outcome.removed == ()
    with zipfile.ZipFile(io.BytesIO(result)) as package:
        text = package.read("word/document.xml").decode()
        with Image.open(io.BytesIO(package.read("word/media/i.png"))) as kept:
            assert kept.size == (8, 8)
    for word in ("津市役所", "１頁", "見出し", " PAGE ", "HYPERLINK \\l"):
        assert word in text


def test_flattened_field_leaves_its_result(rebuild: Rebuild) -> None:
    outcome, result = rebuild(_office.hyperlink())
    with zipfile.ZipFile(io.BytesIO(result)) as package:
        text = package.read("word/document.xml").decode()
    assert "押す" in text
    assert "result" in text
    assert "fldChar" not in text
    assert outcome.accepted


def test_table_keeps_its_cells_and_is_flagged(rebuild: Rebuild) -> None:
    outcome, result = rebuild(_others.TABLE.encode("cp932"))
    assert result.decode("utf-8-sig") == _others.TABLE
    assert set(outcome.flags) == {Flag.FORMULA_CELLS, Flag.CONVERTED_ENCODING}
    outcome, _ = rebuild("氏名,電話\n津,059\n".encode())
    assert outcome.flags == ()
