"""The map of every procedure's form: nothing overlaps, nothing is forgotten, and it is where it is printed."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from kencho.intake import form_maps
from kencho.intake.engine.shapes import TICKED, Field, Kind, Rect, Template
from kencho.intake.engine.templates import code_outlines, from_data, markers_of, read_code, to_data
from kencho.procedures.definition import Compiled, Item, compiled, parse

SEEDS = Path(settings.BASE_DIR) / "seeds" / "procedures"
CODES = sorted(path.stem for path in SEEDS.glob("*.yaml"))
AT = datetime(2026, 4, 1, tzinfo=UTC)


@cache
def source(code: str) -> Compiled:
    return compiled(parse((SEEDS / f"{code}.yaml").read_text()))


@cache
def form(code: str) -> tuple[Template, bytes]:
    return form_maps.template_from(
        source(code), body_code="240001", addressee="三重県知事", created_at=AT
    )  # fmt: skip


def field(code: str, key: str) -> Field:
    return next(one for one in form(code)[0].fields if one.key == key)


def made(*items: dict[str, Any]) -> tuple[Template, bytes]:
    """The form of a small procedure with these items."""
    data = {
        "kencho": 1, "code": "small", "title": "見本", "summary": "見本", "procedure_type": "申請",
        "legal_basis": [{"law": "見本条例", "article": "第1条"}],
        "standard_processing_period": {"days": 3, "count": "business"},
        "pages": [{"id": "page", "title": "申請者", "items": list(items)}],
        "flow": {"route": "standard", "decisions": [{"code": "grant", "label": "承認"}]},
    }  # fmt: skip
    return form_maps.template_from(compiled(data), body_code="240001", addressee="三重県知事", created_at=AT)


def one(**item: Any) -> Field:
    template, _pdf = made({"id": "asked", "label": "問い", **item})
    assert len(template.fields) == 1
    return template.fields[0]


def bottom(rect: Rect) -> float:
    return rect.y + rect.height


def right(rect: Rect) -> float:
    return rect.x + rect.width


@pytest.mark.parametrize("code", CODES)
class TestEveryProcedure:
    def test_the_map_is_sound(self, code: str) -> None:
        """Keys once, boxes on the sheet, apart from each other and 4 mm from the markers: what is asked of any map."""
        template, _pdf = form(code)
        assert from_data(to_data(template)).fields == tuple(map(rounded, template.fields))
        assert template.id == f"KENCHO1:240001:{code}:{source(code).definition.digest[:16]}"

    def test_every_question_has_its_boxes(self, code: str) -> None:
        keys = {one.key for one in form(code)[0].fields}
        assert keys == set(answerable(source(code)))

    def test_every_box_stands_below_the_head_and_above_the_foot(self, code: str) -> None:
        for field in form(code)[0].fields:
            assert 1 <= field.page <= form(code)[0].pages
            for part in field.parts:
                assert part.rect.x >= 20
                assert right(part.rect) <= 190.05
                assert part.rect.y >= 36
                assert bottom(part.rect) <= 272.05

    def test_lines_are_high_enough_to_write_on(self, code: str) -> None:
        for field in form(code)[0].fields:
            for part in field.parts:
                if part.name == "":
                    assert part.rect.height >= 9 * field.lines - 0.05, field.key
                    assert part.rect.width >= 40, field.key

    def test_cells_are_as_many_as_the_groups_say_and_stand_in_a_row(self, code: str) -> None:
        for field in form(code)[0].fields:
            if field.groups:
                assert [part.name for part in field.parts] == [str(n) for n in range(sum(field.groups))]
                assert len({round(part.rect.y, 2) for part in field.parts}) == 1
                assert all(
                    right(first.rect) <= second.rect.x + 0.05 for first, second in pairwise(field.parts)
                )

    def test_ticks_are_as_many_as_the_options(self, code: str) -> None:
        for field in form(code)[0].fields:
            if field.kind in {Kind.CHOICE, Kind.CHOICES}:
                assert [part.name for part in field.parts] == [str(n) for n in range(len(field.options))]
            if field.kind is Kind.CONSENT:
                assert [part.name for part in field.parts] == ["0"]

    def test_each_page_has_markers_and_says_which_it_is(self, code: str) -> None:
        import cv2

        template, pdf = form(code)
        detector = cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50))
        dots = 200 / 25.4
        pages = list(pictures(pdf, 200))
        assert len(pages) == template.pages
        for number, picture in enumerate(pages, start=1):
            corners, ids, _rejected = detector.detectMarkers(picture)
            found = {int(mark): corner[0] for mark, corner in zip(ids.flat, corners, strict=True)}
            assert set(found) == {0, 1, 2, 3}
            for mark, rect in markers_of(template).items():
                x, y = found[mark][0] / dots
                assert abs(x - rect.x) < 0.2
                assert abs(y - rect.y) < 0.2
            code_read = read_code(code_of(picture, dots))
            assert code_read is not None
            assert code_read.template_id == template.id
            assert (code_read.page, code_read.pages) == (number, template.pages)


def code_of(picture: Any, dots: float) -> str:
    import cv2
    import numpy

    for corners in code_outlines():
        place = numpy.array([corners], numpy.float32) * dots
        try:
            text, _straight = cv2.QRCodeDetector().decode(picture, place)
        except cv2.error:
            continue
        if text:
            return str(text)
    return ""


def rounded(field: Field) -> Field:
    return from_data(to_data(Template(id="x", pages=50, fields=(field,)))).fields[0]


def pictures(pdf: bytes, dpi: int) -> Iterator[Any]:
    import numpy
    import pypdfium2

    for page in pypdfium2.PdfDocument(pdf):
        yield numpy.asarray(page.render(scale=dpi / 72, grayscale=True).to_pil())


def answerable(source: Compiled) -> Iterator[str]:
    for item in source.definition.items():
        if item.type == "group":
            blank = next(
                field
                for page in source.blank_form().pages
                for field in page.fields
                if field.item_id == item.id
            )
            for row in range(blank.rows):
                for nested in item.items:
                    yield from places(nested, f"{item.id}.{row}.{nested.id}")
        elif all(item not in group.items for group in source.definition.items()):
            yield from places(item, item.id)


def places(item: Item, path: str) -> Iterator[str]:
    if item.type in {"heading", "note", "calculated"}:
        return
    if item.type == "attachment":
        yield f"_enclosed.{path}"
    elif item.type == "name":
        for part in ("family", "given", *(("family_kana", "given_kana") if item.kana else ())):
            yield f"{path}.{part}"
    elif item.type == "postal_address":
        yield f"{path}.postal_code"
        yield f"{path}.address"
    else:
        yield path


class TestKinds:
    @pytest.mark.parametrize(
        ("item", "kind", "groups"),
        [
            ({"type": "text"}, Kind.TEXT, ()),
            ({"type": "text", "pattern": "[0-9]{7}", "example": "1234567"}, Kind.DIGITS, (7,)),
            ({"type": "text", "pattern": "[0-9]{6,10}", "example": "1234567"}, Kind.DIGITS, (10,)),
            ({"type": "text", "pattern": "[0-9][0-9A-Z]{1,2}", "example": "300"}, Kind.TEXT, ()),
            ({"type": "textarea"}, Kind.TEXTAREA, ()),
            ({"type": "organization_name"}, Kind.ORGANIZATION, ()),
            ({"type": "telephone"}, Kind.TELEPHONE, (11,)),
            ({"type": "email"}, Kind.EMAIL, ()),
            ({"type": "legal_entity_number"}, Kind.LEGAL_ENTITY_NUMBER, (1, 4, 4, 4)),
            ({"type": "money", "max": 2000000}, Kind.MONEY, (1, 3, 3)),
            ({"type": "money"}, Kind.MONEY, (1, 3, 3, 3)),
            ({"type": "money", "min": -5000}, Kind.MONEY, ()),
            ({"type": "integer", "min": 0, "max": 300}, Kind.INTEGER, (3,)),
            ({"type": "integer"}, Kind.INTEGER, ()),
            ({"type": "integer", "min": -10, "max": 10}, Kind.INTEGER, ()),
            ({"type": "decimal", "unit": "m"}, Kind.DECIMAL, ()),
            ({"type": "date"}, Kind.DATE, ()),
            ({"type": "birth_date"}, Kind.BIRTH_DATE, ()),
            ({"type": "consent", "text": "同意します。", "required": True}, Kind.CONSENT, ()),
        ],
    )  # fmt: skip
    def test_of_an_item(self, item: dict[str, Any], kind: Kind, groups: tuple[int, ...]) -> None:
        field = one(**item)
        assert field.kind is kind
        assert field.groups == groups
        assert field.key == field.group == "asked"

    def test_of_a_name_and_an_address(self) -> None:
        template, _pdf = made(
            {"id": "who", "type": "name", "label": "氏名", "required": True},
            {"id": "place", "type": "postal_address", "label": "住所"},
        )
        kinds = {field.key: field.kind for field in template.fields}
        assert kinds == {
            "who.family_kana": Kind.NAME_KANA, "who.given_kana": Kind.NAME_KANA,
            "who.family": Kind.NAME, "who.given": Kind.NAME,
            "place.postal_code": Kind.POSTAL_CODE, "place.address": Kind.ADDRESS,
        }  # fmt: skip
        assert {field.key: field.group for field in template.fields}["place.address"] == "place"
        assert [field.is_required for field in template.fields] == [True] * 4 + [False] * 2

    def test_of_choices(self) -> None:
        options = [{"value": "a", "label": "あ"}, {"value": "b", "label": "い"}]
        assert one(type="choice", options=options).options == (("a", "あ"), ("b", "い"))
        assert one(type="choices", options=options).kind is Kind.CHOICES
        assert one(type="yes_no").options == (("yes", "はい"), ("no", "いいえ"))
        assert one(type="select", codelist="prefectures").kind is Kind.CHOICE

    def test_a_choice_of_too_many_is_written(self) -> None:
        field = one(type="select", options=[{"value": f"v{n}", "label": f"第{n}号"} for n in range(61)])
        assert field.kind is Kind.TEXT
        assert len(field.options) == 61
        assert [part.name for part in field.parts] == [""]

    def test_a_date_has_eras_and_cells(self) -> None:
        cells = ["year0", "year1", "year2", "year3", "month0", "month1", "day0", "day1"]
        names = [part.name for part in one(type="date", min="today").parts]
        assert names == ["era:令和", "era:西暦", *cells]
        names = [part.name for part in one(type="birth_date").parts]
        assert names == ["era:大正", "era:昭和", "era:平成", "era:令和", "era:西暦", *cells]
        names = [part.name for part in one(type="date", min="1998-04-01").parts]
        assert names == ["era:平成", "era:令和", "era:西暦", *cells]

    def test_limits_are_those_that_do_not_move(self) -> None:
        field = one(type="date", min="2019-04-01", max="today")
        assert (field.minimum, field.maximum) == ("2019-04-01", "")
        field = one(type="integer", min=1, max=20)
        assert (field.minimum, field.maximum) == ("1", "20")
        assert one(type="money").minimum == "0"

    def test_a_question_that_may_not_apply_is_not_required(self) -> None:
        template, _pdf = made(
            {"id": "first", "type": "yes_no", "label": "一", "required": True},
            {
                "id": "second", "type": "text", "label": "二", "required": True,
                "visible": {"item": "first"},
            },
        )  # fmt: skip
        assert [field.is_required for field in template.fields] == [True, False]

    def test_rows_count_from_zero_and_only_those_asked_for_are_required(self) -> None:
        template, _pdf = made(
            {
                "id": "rows", "type": "group", "label": "内訳", "required": True, "min_rows": 1, "max_rows": 9,
                "row_label": "経費",
                "items": [{"id": "what", "type": "text", "label": "内容", "required": True}],
            }
        )  # fmt: skip
        assert [field.key for field in template.fields] == ["rows.0.what", "rows.1.what", "rows.2.what"]
        assert [field.label for field in template.fields] == ["経費1 内容", "経費2 内容", "経費3 内容"]
        assert [field.is_required for field in template.fields] == [True, False, False]


def test_ticked_boxes_are_drawn_where_the_map_says() -> None:
    template, pdf = form("public-record-disclosure")
    pages = list(pictures(pdf, 300))
    dots = 300 / 25.4
    for field in template.fields:
        if field.kind not in TICKED:
            continue
        for part in field.parts:
            rect, picture = part.rect, pages[field.page - 1]
            x, y = round(rect.x * dots), round((rect.y + rect.height / 2) * dots)
            assert picture[y, x - 2 : x + 3].min() < 90, field.key
            inside = picture[y - 15 : y + 15, x + 6 : round(right(rect) * dots) - 6]
            assert inside.min() == 255, field.key


@pytest.mark.parametrize("code", CODES)
def test_nothing_is_printed_where_people_write(code: str) -> None:
    template, pdf = form(code)
    pages = list(pictures(pdf, 150))
    dots = 150 / 25.4
    for field in template.fields:
        for part in field.parts:
            if part.name != "":
                continue
            rect = part.rect
            area = pages[field.page - 1][
                round(rect.y * dots) : round(bottom(rect) * dots),
                round(rect.x * dots) : round(right(rect) * dots),
            ]
            assert area.min() == 255, field.key


def test_the_addressee_does_not_move_a_box() -> None:
    short, _pdf = form("library-card")
    source_of = source("library-card")
    long, _pdf = form_maps.template_from(
        source_of, body_code="240001", addressee="三重県" * 20 + "知事", created_at=AT
    )
    assert [field.parts for field in short.fields] == [field.parts for field in long.fields]


def test_the_same_definition_gives_the_same_bytes() -> None:
    again = form_maps.template_from(
        source("library-card"), body_code="240001", addressee="三重県知事", created_at=AT
    )
    assert again == form("library-card")
