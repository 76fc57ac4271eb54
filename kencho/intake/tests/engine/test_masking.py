"""個人番号 do not stay on pictures that are kept."""

import numpy as np
import pytest

from kencho.foundation.checkdigits import contains_my_number
from kencho.intake.engine.masking import digit_runs, mask_numbers
from kencho.intake.engine.shapes import Rect
from kencho.intake.tests.engine.sheets import FIELDS, blank, write
from kencho.intake.tests.engine.test_marks import clean, sheet_of

VALID = "123456789018"
PLACE = Rect(400, 500, 240, 20)


def page() -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    return np.full((2339, 1654), 255, np.uint8)


def test_the_example_is_one() -> None:
    assert contains_my_number(VALID)


@pytest.mark.parametrize("text", [VALID, "1234 5678 9018", "1234-5678-9018", "１２３４５６７８９０１８"])
def test_number_is_painted_over_with_a_margin(text: str) -> None:
    image = page()
    painted, count = mask_numbers(image, [(text, PLACE)])
    assert count == 1
    assert image.min() == 255
    assert painted[500:520, 400:640].max() == 0
    assert painted[493:528, 393:648].max() == 0
    assert painted[485, 400] == painted[500, 380] == painted[500, 660] == 255


@pytest.mark.parametrize("text", ["123456789012", "12345678901", "5123456789018", "", "三重県津市"])
def test_other_numbers_stay(text: str) -> None:
    image = page()
    painted, count = mask_numbers(image, [(text, PLACE)])
    assert count == 0
    assert painted is image


def test_part_of_a_longer_text() -> None:
    painted, count = mask_numbers(
        page(), [("個人番号は" + VALID + "です。以上のとおり届け出ます。", Rect(0, 100, 1600, 30))]
    )
    assert count == 1
    length = len("個人番号は" + VALID + "です。以上のとおり届け出ます。")
    start, end = int(1600 * 5 / length), int(1600 * 17 / length)
    assert painted[100:130, start:end].max() == 0
    assert painted[100:130, 1200:].min() == 255


def test_readers_that_agree_are_counted_once_and_two_numbers_twice() -> None:
    near = Rect(404, 498, 240, 22)
    painted, count = mask_numbers(page(), [(VALID, PLACE), (VALID, near), (VALID, Rect(400, 900, 240, 20))])
    assert count == 2
    assert painted[905, 500] == painted[505, 630] == 0


@pytest.mark.parametrize("dpi", [200, 300])
@pytest.mark.parametrize("text", [VALID, "1234 5678 9018"])
def test_row_of_digits_outside_the_fields_is_found(text: str, dpi: int) -> None:
    image = blank().image.copy()
    write(image, text, 110, 275, size=4.5)
    sheet = sheet_of(image, dpi=dpi)
    (run,) = digit_runs(sheet, FIELDS)
    assert abs(run.rect.x - 110 * 300 / 25.4) < 20
    assert abs(run.rect.y + run.rect.height - 275 * 300 / 25.4) < 20
    assert run.image.min() < 120
    assert run.image.shape[1] > run.rect.width


def test_form_itself_and_its_fields_give_no_rows() -> None:
    image = blank().image.copy()
    write(image, VALID, 70, 67.5, size=4.5)
    assert digit_runs(clean(image), FIELDS) == ()


def test_words_are_no_row_of_digits() -> None:
    image = blank().image.copy()
    write(image, "Please send it soon, thank you", 22, 275, size=4)
    assert digit_runs(clean(image), FIELDS) == ()
