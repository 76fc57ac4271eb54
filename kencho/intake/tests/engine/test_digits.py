"""The reader of digit cells: its own voice, small, and silent on empty cells."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from kencho.intake.engine.digits import WEIGHTS, DigitReader, square_of
from kencho.intake.tests.engine.writing import line


def cell(digit: str, size: int = 60, *, is_serif: bool = False) -> NDArray[np.uint8]:
    image = np.full((90, 70), 255, np.uint8)
    drawn = line(digit, size, is_serif=is_serif)[4:-4, 4:-4]
    top, left = (90 - drawn.shape[0]) // 2, (70 - drawn.shape[1]) // 2
    image[top : top + drawn.shape[0], left : left + drawn.shape[1]] = drawn
    return image


def test_weights_are_small() -> None:
    assert WEIGHTS.stat().st_size < 300_000


@pytest.mark.parametrize("is_serif", [False, True])
@pytest.mark.parametrize("size", [36, 60])
def test_printed_digits(size: int, *, is_serif: bool) -> None:
    found = DigitReader().read([cell(digit, size, is_serif=is_serif) for digit in "0123456789"])
    assert "".join(one.digit for one in found) == "0123456789"
    assert min(one.probability for one in found) > 0.5


def test_a_turned_and_blurred_hand() -> None:
    turn = cv2.getRotationMatrix2D((35, 45), 9, 1.0)
    cells = [
        cv2.GaussianBlur(cv2.warpAffine(cell(digit), turn, (70, 90), borderValue=255), (0, 0), 1.5)
        for digit in "0234578"
    ]
    assert "".join(one.digit for one in DigitReader().read(cells)) == "0234578"


def test_empty_cells_and_specks_say_nothing() -> None:
    speck = np.full((90, 70), 255, np.uint8)
    speck[40:42, 30:32] = 0
    found = DigitReader().read(
        [np.full((90, 70), 255, np.uint8), speck, cell("4"), np.full((2, 2), 0, np.uint8)]
    )
    assert [one.digit for one in found] == ["", "", "4", ""]
    assert found[0].probability == 0.0


def test_chances_add_up() -> None:
    (found,) = DigitReader().read([cell("8")])
    assert sum(found.chances) == pytest.approx(1.0, abs=1e-4)
    assert max(found.chances) == found.probability


def test_the_border_of_the_box_is_not_part_of_the_digit() -> None:
    image = cell("1")
    image[:, :3] = 60
    with_border, without = square_of(image), square_of(cell("1"))
    assert with_border is not None
    assert without is not None
    assert np.abs(with_border - without).mean() < 0.05
