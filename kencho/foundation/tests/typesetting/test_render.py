from __future__ import annotations

import hashlib
import io
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pylopdf_fonts_jp
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kencho.foundation.typesetting import (
    CODE_LEFT,
    CODE_SIDE,
    CODE_TOP,
    MARKER_SIDE,
    TEMPLATES,
    FormField,
    Typesetter,
    UnableToTypeset,
    field_boxes,
    form_code,
    marker_places,
    page_code,
    render,
)
from kencho.foundation.typesetting._markers import marker_cells
from kencho.foundation.typesetting._prepare import FORM_LAYOUT

from .papers import AT, DOCUMENT, FORM, NOTICE, RECEIPT, RULED_SHEET, SLIP

PAPERS: dict[str, Any] = {
    "notice": NOTICE,
    "receipt": RECEIPT,
    "application_slip": SLIP,
    "paper_form": FORM,
    "document": DOCUMENT,
    "ruled_sheet": RULED_SHEET,
}


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    pages = [page.get_textpage().get_text_range() for page in document]
    # pdfium hands out a hyphen at the end of a line as U+FFFE, taking it for a divided word.
    return "\n".join(pages).replace("\r\n", "\n").replace("\ufffe", "-")


def compact(text: str) -> str:
    return "".join(text.split()).replace("\u200b", "")


def document_with(text: str) -> bytes:
    data = {
        "title": text or "空",
        "blocks": [
            {"kind": "paragraph", "text": text},
            {"kind": "table", "columns": [{"title": text}], "rows": [[text]]},
            {"kind": "list", "items": [text]},
        ],
    }
    return render("document", data, created_at=AT)


def test_every_template_has_an_example() -> None:
    assert set(PAPERS) == set(TEMPLATES)


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_paper_declares_archive_and_access_and_is_tagged(name: str) -> None:
    with pikepdf.open(io.BytesIO(render(name, PAPERS[name], created_at=AT))) as pdf:
        meta = pdf.open_metadata()
        assert meta["pdfaid:part"] == "2"
        assert meta["pdfaid:conformance"] == "A"
        assert meta["pdfuaid:part"] == "1"
        assert str(pdf.Root.Lang).startswith("ja")
        assert bool(pdf.Root.MarkInfo.Marked)
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        assert str(pdf.docinfo["/Title"])
        assert "/StructTreeRoot" in pdf.Root


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_font_is_embedded(name: str) -> None:
    with pikepdf.open(io.BytesIO(render(name, PAPERS[name], created_at=AT))) as pdf:
        descriptors = [
            item
            for item in pdf.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor"
        ]
        assert descriptors
        assert all("/FontFile3" in item or "/FontFile2" in item for item in descriptors)


@pytest.mark.parametrize("name", ["notice", "receipt", "paper_form"])
def test_a_code_says_what_it_is_to_those_who_cannot_see_it(name: str) -> None:
    with pikepdf.open(io.BytesIO(render(name, PAPERS[name], created_at=AT))) as pdf:
        figures = [
            str(item.get("/Alt", ""))
            for item in pdf.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Figure"
        ]
    if name == "paper_form":
        # There it stands in the page head, which readers skip; the numbers beside it say the same.
        assert figures == []
    else:
        assert [alt for alt in figures if "二次元コード" in alt and "https://" in alt]


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_same_input_gives_the_same_bytes(name: str) -> None:
    first = render(name, PAPERS[name], created_at=AT)
    assert render(name, PAPERS[name], created_at=AT) == first
    assert Typesetter().render(name, PAPERS[name], created_at=AT) == first
    assert render(name, PAPERS[name], created_at=AT + timedelta(seconds=1)) != first


def test_a_notice_shows_all_its_parts() -> None:
    shown = compact(text_of(render("notice", NOTICE, created_at=AT)))
    assert compact(NOTICE["number"]) in shown
    assert compact(NOTICE["date"]) in shown
    for part in (*NOTICE["body"], *NOTICE["conditions"], *NOTICE["grounds"]["paragraphs"]):
        assert compact(part) in shown
    for remedy in NOTICE["remedies"]:
        assert compact(remedy["text"]) in shown
    assert "葛\U000e0100城花子様" in shown
    assert NOTICE["seal"]["verify_url"] in shown
    assert "電子署名済" in shown


def test_a_notice_without_a_seal_claims_none() -> None:
    unsealed = {key: value for key, value in NOTICE.items() if key != "seal"}
    assert "署名" not in compact(text_of(render("notice", unsealed, created_at=AT)))


def test_a_receipt_shows_the_arrival_to_the_millisecond() -> None:
    shown = compact(text_of(render("receipt", RECEIPT, created_at=AT)))
    assert "45.678秒" in shown
    assert RECEIPT["receipt_number"] in shown
    assert RECEIPT["secret"] in shown


def test_a_receipt_prints_no_secret_unless_given() -> None:
    signed_in = {key: value for key, value in RECEIPT.items() if key != "secret"}
    shown = compact(text_of(render("receipt", signed_in, created_at=AT)))
    assert "確認番号" not in shown
    assert RECEIPT["secret"] not in shown


def test_a_slip_shows_every_answer_and_short_digests() -> None:
    shown = compact(text_of(render("application_slip", SLIP, created_at=AT)))
    for page in SLIP["pages"]:
        for section in page["sections"]:
            rows = [*section.get("rows", [])]
            for group in section.get("groups", []):
                rows.extend(row for item in group["items"] for row in item)
            for row in rows:
                assert compact(row["label"]) in shown
                assert compact(row["value"] or "（記入なし）") in shown
    for file in SLIP["attachments"]:
        assert file["sha256"][:16] in shown
        assert file["sha256"][:24] not in shown


def written_keys() -> set[str]:
    keys: set[str] = set()
    for section in FORM["sections"]:
        for field in section["fields"]:
            if field["kind"] == "name":
                keys |= {f"{field['key']}.{part['key']}" for part in field["parts"]}
            elif field["kind"] == "address":
                keys |= {f"{field['key']}.postal_code", f"{field['key']}.address"}
            elif field["kind"] not in {"heading", "words"}:
                keys.add(field["key"])
    return keys


def test_a_paper_form_tells_where_its_boxes_are() -> None:
    boxes = field_boxes(FORM, created_at=AT)
    assert {box.key for box in boxes if not box.key.startswith("_")} == written_keys()
    assert [box.part for box in boxes if box.key == "phone"] == [str(index) for index in range(11)]
    assert len([box for box in boxes if box.key == "home.postal_code"]) == 7
    assert {box.part for box in boxes if box.key == "kind"} == {"0", "1", "2"}
    assert len({(box.key, box.part) for box in boxes}) == len(boxes)
    for box in boxes:
        assert box.page >= 1
        assert box.x >= 20
        assert box.x + box.width <= 210 - 20 + 0.1
        assert box.y >= 36
        assert box.y + box.height <= 297 - 20


def test_a_long_key_keeps_its_letters() -> None:
    key = "members.12." + "a" * 40
    field: FormField = {"key": key, "label": "問い", "kind": "text"}
    form = {**FORM, "sections": [{"title": "欄", "fields": [field]}]}
    assert key in {box.key for box in field_boxes(form, created_at=AT)}


def test_a_box_is_drawn_where_it_is_said_to_be() -> None:
    document = pypdfium2.PdfDocument(render("paper_form", FORM, created_at=AT))
    scale = 300 / 72
    pictures = [page.render(scale=scale, grayscale=True).to_pil() for page in document]
    dots = 300 / 25.4
    for box in field_boxes(FORM, created_at=AT):
        if box.part == "":
            continue
        picture = pictures[box.page - 1]
        middle, centre = box.y + box.height / 2, box.x + box.width / 2
        for x, y, darkest in (
            (box.x, middle, 170),  # the line between two cells is grey
            (centre, box.y, 90),
            (centre, box.y + box.height, 90),
        ):
            edge = [
                picture.getpixel((round((x + shift) * dots), round((y + shift) * dots)))
                for shift in (-0.1, 0.0, 0.1)
            ]
            assert min(int(str(value)) for value in edge) < darkest, box
        assert picture.getpixel((round(centre * dots), round(middle * dots))) == 255, box


def test_every_page_shows_its_markers_and_its_own_code() -> None:
    printed = Typesetter().print_form(FORM, created_at=AT)
    document = pypdfium2.PdfDocument(printed.pdf)
    assert len(document) == printed.pages > 1
    dots = 300 / 25.4
    codes = set()
    for page in document:
        picture = page.render(scale=300 / 72, grayscale=True).to_pil()
        for number, (left, top) in marker_places(210, 297).items():
            side = MARKER_SIDE / 6
            for y, row in enumerate(marker_cells(number)):
                for x, cell in enumerate(row):
                    place = round((left + (x + 0.5) * side) * dots), round((top + (y + 0.5) * side) * dots)
                    assert picture.getpixel(place) == (0 if cell == "1" else 255)
        corner = (CODE_LEFT, CODE_TOP, CODE_LEFT + CODE_SIDE, CODE_TOP + CODE_SIDE)
        codes.add(picture.crop(tuple(round(edge * dots) for edge in corner)).tobytes())
    assert len(codes) == printed.pages


def test_the_markers_are_those_of_the_common_dictionary() -> None:
    import cv2

    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    for number in range(4):
        drawn = cv2.aruco.generateImageMarker(dictionary, number, 6)
        rows = tuple("".join("1" if cell == 0 else "0" for cell in row) for row in drawn.tolist())
        assert rows == marker_cells(number)


def test_a_code_names_body_procedure_version_and_page() -> None:
    form = form_code("240001", "library-card", "0123456789abcdef" * 4)
    assert form == "KENCHO1:240001:library-card:0123456789abcdef"
    assert page_code(form, 2, 3) == "KENCHO1:240001:library-card:0123456789abcdef:2/3"


def test_boxes_do_not_move_unless_the_layout_gets_a_new_number() -> None:
    """Sheets printed before are out there: who moves boxes raises FORM_LAYOUT, then this digest."""
    boxes = field_boxes(FORM, created_at=AT)
    places = [
        (box.key, box.part, box.page, *(round(side, 1) for side in (box.x, box.y, box.width, box.height)))
        for box in boxes
    ]
    digest = hashlib.sha256(repr(places).encode()).hexdigest()[:12]
    assert (FORM_LAYOUT, digest) == (1, "f51651e63f57")


# One width of label, one of text, whatever the words: every length of page end must be met.
ROWS = st.lists(
    st.sampled_from(
        ["heading", "entry", "words", "text", "lines", "digits", "choice", "date", "name", "address"]
    ),
    min_size=1,
    max_size=40,
)


@settings(max_examples=25, deadline=None)
@given(ROWS)
def test_any_order_of_rows_can_be_printed(kinds: list[str]) -> None:
    fields: list[FormField] = []
    for number, kind in enumerate([*kinds, "text"]):
        field: FormField = {"key": f"k{number}", "label": "問い" * (number % 5 + 1), "kind": "text"}
        if kind == "entry":
            field["kind"], field["level"] = "heading", 3
        else:
            field["kind"] = kind  # type: ignore[typeddict-item]  # any of the kinds, from a list of texts
        field.update(  # type: ignore[call-arg]  # drawn at random, so the keys are not known to the checker
            groups=(3, 3), lines=number % 7 + 2, options=["一"] * (number % 20 + 1), eras=["令和"],
            parts=[{"key": "a", "label": "あ"}, {"key": "b", "label": "い"}],
        )  # fmt: skip
        fields.append(field)
    form = {**FORM, "sections": [{"title": "欄", "fields": fields}]}
    boxes = field_boxes(form, created_at=AT)
    asked = {field["key"] for field in fields if field["kind"] not in {"heading", "words"}}
    assert asked == {box.key.partition(".")[0] for box in boxes if not box.key.startswith("_")}


HOSTILE = [
    '#import "_office.typ": *',
    '#read("/etc/passwd")',
    '"] #panic("x") [',
    "*太字* _斜体_ `code` $x^2$ <label> @ref = 見出し - 箇条 + 番号 / 用語: 説明",
    "// 注釈 /* 注釈 */ \\u{41} \\ ~ --- ...",
    '{"a": 1}\\n',
    "<script>alert(1)</script>",
    "https://example.jp/#a",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_markup_in_answers_prints_as_typed(text: str) -> None:
    assert compact(text_of(document_with(text))).count(compact(text)) == 5


@pytest.mark.parametrize("text", ["髙橋𠮷", "葛\U000e0100", "邉\U000e0103 邊\U000e0105", "𩸽 𠀋 﨑 〇 々"])
def test_rare_characters_and_their_variants_stay_in_the_text(text: str) -> None:
    assert compact(text) in compact(text_of(document_with(text)))


def test_a_character_outside_the_fonts_is_marked_and_named() -> None:
    shown = text_of(document_with("笑顔😀"))
    assert "笑顔〓" in shown
    assert "U+1F600" in compact(shown)
    assert "〓" not in text_of(document_with("笑顔"))


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60))
def test_any_text_can_be_printed(text: str) -> None:
    assert document_with(text).startswith(b"%PDF")


def test_a_very_long_answer_without_a_space_stays_on_the_page() -> None:
    for text in ("A" * 400, "https://example.jp/" + "abc/def?" * 50, "あ" * 2000):
        document = pypdfium2.PdfDocument(document_with(text))
        for page in document:
            picture = page.render(scale=1, grayscale=True).to_pil()
            width, height = picture.size
            margin = picture.crop((width - 55, 0, width, height))
            assert margin.getextrema() == (255, 255), text[:20]


def test_templates_and_keys_are_checked_before_typesetting() -> None:
    with pytest.raises(UnableToTypeset) as unknown:
        render("../notice", NOTICE, created_at=AT)
    assert unknown.value.code == "unknown_template"
    with pytest.raises(UnableToTypeset) as lacking:
        render("notice", {"title": "件名"}, created_at=AT)
    assert lacking.value.code == "missing_keys"
    assert "addressee" in str(lacking.value.params["keys"])
    with pytest.raises(UnableToTypeset) as strange:
        render("notice", {**NOTICE, "secrets": "x"}, created_at=AT)
    assert strange.value.params["keys"] == ["secrets"]
    with pytest.raises(UnableToTypeset) as naive:
        render("notice", NOTICE, created_at=datetime(2026, 4, 17))  # noqa: DTZ001 -- the missing zone is the point
    assert naive.value.code == "naive_time"
    with pytest.raises(UnableToTypeset) as scheme:
        render("receipt", {**RECEIPT, "status_url": "javascript:alert(1)"}, created_at=AT)
    assert scheme.value.code == "address_scheme"
    with pytest.raises(UnableToTypeset) as failed:
        render("document", {"title": "件名", "blocks": [{"kind": "paragraph"}]}, created_at=AT)
    assert failed.value.code == "template_failed"


def test_a_failure_does_not_spoil_the_next_paper() -> None:
    before = render("document", DOCUMENT, created_at=AT)
    with pytest.raises(UnableToTypeset):
        render("document", {"title": "件名", "blocks": [{"kind": "paragraph"}]}, created_at=AT)
    assert render("document", DOCUMENT, created_at=AT) == before


def test_threads_get_their_own_papers() -> None:
    def make(number: int) -> tuple[int, str]:
        return number, compact(
            text_of(render("receipt", {**RECEIPT, "receipt_number": f"X{number:05}"}, created_at=AT))
        )

    with ThreadPoolExecutor(4) as pool:
        for number, shown in pool.map(make, range(24)):
            assert f"X{number:05}" in shown


def test_extra_fonts_are_used_where_the_bundled_ones_end(tmp_path: Path) -> None:
    fonts = Path(pylopdf_fonts_jp.serif_path()).parent
    (tmp_path / "copy.otf").write_bytes((fonts / "NotoSansJP-Regular.otf").read_bytes())
    assert Typesetter([tmp_path]).render("document", DOCUMENT, created_at=AT) == render(
        "document", DOCUMENT, created_at=AT
    )


def test_a_notice_is_ready_in_a_blink() -> None:
    render("notice", NOTICE, created_at=AT)
    spent = []
    for number in range(10):
        begin = time.process_time()
        render("notice", {**NOTICE, "number": f"第{number}号"}, created_at=AT)
        spent.append(time.process_time() - begin)
    # Measured 18 ms for two full pages; the bound leaves room for a slow machine, not for scanning fonts anew.
    assert sorted(spent)[5] < 0.1
