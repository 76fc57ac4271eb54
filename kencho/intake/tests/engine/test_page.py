"""A whole page: fields with values and scores, pages that cannot be read, 個人番号 painted over."""

from dataclasses import replace
from functools import cache

import cv2
import numpy as np
import pytest

from kencho.intake.engine.page import read_page
from kencho.intake.engine.registration import Blanks
from kencho.intake.engine.shapes import FieldReading, Kind, PageReading, Reason, Rect, Refusal, Template
from kencho.intake.tests.engine.sheets import (
    PRINTED,
    Grey,
    blank,
    field,
    mark,
    px,
    scanned,
    template,
    write_cells,
)
from kencho.intake.tests.engine.writing import put, readers

MY_NUMBER = "123456789018"


def filled(*, telephone: str = "0592242070", reason: str = "河川敷を使うため") -> Grey:
    image = blank().image.copy()
    put(image, "山本太郎", px(70), px(62.5), 60)
    write_cells(image, field("telephone"), telephone)
    write_cells(image, field("postal_code"), "5140006")
    mark(image, field("born").parts[0].rect, "tick")
    write_cells(image, field("born"), "45", "year")
    write_cells(image, field("born"), " 3", "month")
    write_cells(image, field("born"), "17", "day")
    mark(image, field("kind").parts[1].rect, "cross")
    mark(image, field("agreed").parts[0].rect, "tick")
    put(image, reason, px(70), px(155), 56)
    return image


def read(image: Grey, dpi: int = 300, *, form: Template | None = None) -> PageReading:
    form = form or template()
    blanks = Blanks()
    blanks.put(PRINTED, 1, blank())
    return read_page(image, dpi, number=4, templates={PRINTED: form}, blanks=blanks, readers=readers())


@cache
def reading() -> PageReading:
    return read(scanned(filled(), quarters=2))


def found(key: str) -> FieldReading:
    return next(each for each in reading().fields if each.key == key)


class TestFields:
    def test_page_is_recognised_and_counted(self) -> None:
        assert (reading().number, reading().template_id, reading().template_page) == (4, PRINTED, 1)
        assert reading().rotation == 180
        assert reading().refusal is None
        assert 0 < reading().cpu_seconds < 20

    @pytest.mark.parametrize(
        ("key", "value"),
        [
            ("name", "山本太郎"),
            ("telephone", "0592242070"),
            ("postal_code", "5140006"),
            ("born", "1970-03-17"),
            ("kind", "value1"),
            ("agreed", True),
            ("reason", "河川敷を使うため"),
        ],
    )
    def test_values(self, key: str, value: object) -> None:
        one = found(key)
        assert one.value == value
        assert one.score > 0.5
        assert not one.is_blank
        assert one.crop.width > 10

    def test_what_is_not_written_is_blank(self) -> None:
        one = found("uses")
        assert one.is_blank
        assert one.value is None
        assert Reason.BLANK in one.reasons

    def test_every_field_comes_back_once_and_in_order(self) -> None:
        assert [each.key for each in reading().fields] == [each.key for each in template().fields]

    def test_candidates_hold_the_value_and_other_shapes(self) -> None:
        assert "山本太郎" in [each.text for each in found("name").candidates]
        assert found("telephone").candidates[0].score > 0.5

    def test_the_kept_image_is_upright_and_at_200_dpi(self) -> None:
        image = cv2.imdecode(np.frombuffer(reading().image, np.uint8), cv2.IMREAD_GRAYSCALE)
        assert image.shape == (2339, 1653)
        # The first marker stands at the left upper corner.
        assert image[90:120, 90:120].mean() < 160


class TestRefusals:
    def test_black(self) -> None:
        assert read(np.zeros((3508, 2480), np.uint8)).refusal is Refusal.BLACK

    def test_blank(self) -> None:
        assert read(np.full((3508, 2480), 250, np.uint8)).is_blank

    def test_unknown_form(self) -> None:
        image = np.full((3508, 2480), 255, np.uint8)
        for row in range(20):
            put(image, "これはどの様式でもない手紙です。", 300, 300 + 120 * row)
        done = read(image)
        assert done.refusal is Refusal.UNKNOWN_FORM
        assert cv2.imdecode(np.frombuffer(done.image, np.uint8), cv2.IMREAD_GRAYSCALE) is not None

    def test_a_number_on_a_page_of_no_form_is_painted_over_in_its_picture(self) -> None:
        image = np.full((3508, 2480), 255, np.uint8)
        for row in range(20):
            put(image, "これはどの様式でもない手紙です。", 300, 300 + 120 * row)
        put(image, MY_NUMBER, 300, 300 + 120 * 20)
        done = read(image)
        assert done.refusal is Refusal.UNKNOWN_FORM
        assert done.masked_numbers == 1
        kept = cv2.imdecode(np.frombuffer(done.image, np.uint8), cv2.IMREAD_GRAYSCALE)
        assert kept is not None
        scale = kept.shape[0] / 3508
        top, left = round((300 + 120 * 20) * scale), round(300 * scale)
        assert (kept[top : top + 40, left : left + 250] < 40).mean() > 0.8

    def test_torn(self) -> None:
        image = scanned(filled())
        image[:1200] = 255
        assert read(image).refusal in {
            Refusal.CORNERS_MISSING,
            Refusal.UNKNOWN_FORM,
            Refusal.BADLY_REGISTERED,
        }


class TestIndividualNumbers:
    def test_one_in_a_field_is_painted_over(self) -> None:
        done = read(scanned(filled(reason=MY_NUMBER)))
        assert done.masked_numbers >= 1
        image = cv2.imdecode(np.frombuffer(done.image, np.uint8), cv2.IMREAD_GRAYSCALE)
        one = next(each for each in done.fields if each.key == "reason")
        assert is_hidden(image, one.crop)

    def test_a_form_that_asks_for_it_keeps_it(self) -> None:
        of = replace(field("reason"), kind=Kind.INDIVIDUAL_NUMBER, lines=1)
        form = replace(
            template(), fields=tuple(of if each.key == "reason" else each for each in template().fields)
        )
        done = read(scanned(filled(reason=MY_NUMBER)), form=form)
        one = next(each for each in done.fields if each.key == "reason")
        assert done.masked_numbers == 0
        assert one.value == MY_NUMBER


def is_hidden(image: Grey, crop: Rect) -> bool:
    """Whether nothing of the writing can be read there any more."""
    y, x = round(crop.y), round(crop.x)
    part = image[y + 2 : round(crop.y + crop.height) - 2, x + 2 : round(crop.x + crop.width) - 2]
    return bool(part.std() < 60 and ((part < 100).mean() > 0.8 or (part > 200).mean() > 0.97))
