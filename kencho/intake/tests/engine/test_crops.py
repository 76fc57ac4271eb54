"""Fields cut out of the page: the writing whole, the form gone."""

import cv2
import numpy as np
import pytest

from kencho.intake.engine.crops import Crops, field_crops
from kencho.intake.engine.registration import Sheet
from kencho.intake.engine.shapes import Field, Kind, Part, Rect
from kencho.intake.tests.engine.sheets import Grey, blank, field, px, write, write_cells
from kencho.intake.tests.engine.test_marks import clean, sheet_of

NAME, PHONE, POSTAL, BORN, REASON = (
    field(key) for key in ("name", "telephone", "postal_code", "born", "reason")
)


def shapes(image: Grey) -> int:
    """How many separate dark shapes of some size there are."""
    _count, _labels, stats, _middles = cv2.connectedComponentsWithStats((image < 150).astype(np.uint8))
    return int(np.count_nonzero(stats[1:, cv2.CC_STAT_AREA] > 60))


def written(text: str) -> Grey:
    image = np.full((200, 60 * len(text) + 100), 255, np.uint8)
    write(image, text, 2, 12)
    return image


@pytest.mark.parametrize("dpi", [200, 300])
def test_line_is_trimmed_to_its_ink(dpi: int) -> None:
    image = blank().image.copy()
    write(image, "HLTE", 80, 67.5)
    crops = field_crops(sheet_of(image, dpi=dpi), NAME)
    assert not crops.is_blank
    assert not crops.has_overflow
    (line,) = crops.lines
    assert shapes(line.image) == 4
    assert line.image[:5].min() == line.image[:, :5].min() == 255
    assert abs(line.image.shape[0] - px(4.2) - 16) < 12
    assert (line.image == 255).mean() > 0.4
    # 200 dpi pixels of the kept page.
    assert abs(line.rect.x - 80 / 25.4 * 200) < 12
    assert abs(line.rect.y + line.rect.height - 67.5 / 25.4 * 200) < 8


def test_empty_boxes_are_blank_whatever_the_scan() -> None:
    sheet = sheet_of(blank().image.copy(), noise=8, light=0.3)
    for one in (NAME, PHONE, POSTAL, BORN, REASON):
        crops = field_crops(sheet, one)
        assert crops.is_blank, one.key
        assert crops.lines == ()
        assert all(cell.is_blank for cell in crops.cells)
        assert crops.ink < 0.001


def test_faintest_writing_is_not_blank() -> None:
    image = blank().image.copy()
    write(image, "1", 80, 67.5, size=3, ink=150)
    assert not field_crops(sheet_of(image), NAME).is_blank


def test_cells_hold_one_digit_each_without_borders() -> None:
    image = blank().image.copy()
    write_cells(image, PHONE, "059 123 67")
    crops = field_crops(sheet_of(image), PHONE)
    assert [cell.is_blank for cell in crops.cells] == [False] * 3 + [True] + [False] * 3 + [True] + [
        False
    ] * 2
    assert [cell.name for cell in crops.cells] == [str(number) for number in range(10)]
    for cell in crops.cells:
        assert shapes(cell.image) == (0 if cell.is_blank else 1)
        edge = np.concatenate([cell.image[:3].ravel(), cell.image[-3:].ravel(), cell.image[:, :3].ravel()])
        assert edge.min() > 200
    (line,) = crops.lines
    assert shapes(line.image) == 8


def test_strip_closes_up_wide_gaps() -> None:
    image = blank().image.copy()
    write_cells(image, PHONE, "0       67")
    (line,) = field_crops(clean(image), PHONE).lines
    assert line.image.shape[1] < px(6.2) * 4
    assert line.rect.width > 6.2 * 8 / 25.4 * 200


def test_digit_that_leaves_its_cell_stays_whole_in_the_strip() -> None:
    image = blank().image.copy()
    edge = PHONE.parts[0].rect.x + 6.2
    cv2.line(image, (px(edge - 3), px(79)), (px(edge + 3), px(75)), 30, 5)
    (line,) = field_crops(clean(image), PHONE).lines
    assert shapes(line.image) == 1
    assert abs(line.image.shape[1] - 16 - px(6)) < 16


def test_groups_of_dates_and_postal_codes() -> None:
    image = blank().image.copy()
    write_cells(image, BORN, "63", "year")
    write_cells(image, BORN, " 7", "month")
    write_cells(image, POSTAL, "5148570")
    sheet = clean(image)
    date = field_crops(sheet, BORN)
    assert [group.name for group in date.groups] == ["year", "month", "day"]
    assert [group.line is None for group in date.groups] == [False, False, True]
    assert [cell.name for cell in date.cells] == ["year0", "year1", "month0", "month1", "day0", "day1"]
    assert [cell.is_blank for cell in date.cells] == [False, False, True, False, True, True]
    assert shapes(date.lines[0].image) == 3
    postal = field_crops(sheet, POSTAL)
    assert [(group.name, len(group.cells)) for group in postal.groups] == [("0", 3), ("1", 4)]
    assert shapes(postal.lines[0].image) == 7


def lines_of(*texts: str, first: float = 160.0, pitch: float = 9.0, slope: float = 0.0) -> Crops:
    image = np.full_like(blank().image, 255)
    for number, text in enumerate(texts):
        write(image, text, 70, first + pitch * number, size=4.5)
    if slope:
        turn = cv2.getRotationMatrix2D((px(125), px(166)), slope, 1)
        image = cv2.warpAffine(image, turn, image.shape[::-1], borderValue=255).astype(np.uint8)
    return field_crops(clean(np.minimum(image, blank().image)), REASON)


@pytest.mark.parametrize("slope", [0.0, 1.5, -2.0])
def test_lines_come_apart_from_top_to_bottom(slope: float) -> None:
    crops = lines_of("HLTEHLTEHLTEHLTEHLTE", "TTTTTTTTTT", "HLEHLEHLEHLEHLE", slope=slope)
    assert [shapes(line.image) for line in crops.lines] == [20, 10, 15]
    tops = [line.rect.y for line in crops.lines]
    assert tops == sorted(tops)


def test_more_lines_than_there_is_room_for() -> None:
    crops = lines_of("HLTE", "LT", "HEL", "HHHHH", pitch=6.6, first=158.5)
    assert [shapes(line.image) for line in crops.lines] == [4, 2, 3, 5]


def test_single_line_in_a_large_box_is_one_line() -> None:
    crops = lines_of("i:= HLTE ij", first=168)
    assert len(crops.lines) == 1


def test_address_may_use_one_line_of_two() -> None:
    one = Field("address", "", Kind.ADDRESS, 1, (Part("", Rect(66.6, 153, 118, 18)),), lines=2)
    image = blank().image.copy()
    write(image, "HLTE 1-2-3", 70, 164)
    assert len(field_crops(clean(image), one).lines) == 1


def test_writing_that_pokes_out_stays_whole_and_the_neighbours_stays_out() -> None:
    image = blank().image.copy()
    write(image, "H", 80, 70.2, size=6)
    write(image, "LLL", 120, 80.5, size=12)
    crops = field_crops(clean(image), NAME)
    (line,) = crops.lines
    assert shapes(line.image) == 1
    assert abs(line.image.shape[0] - 16 - px(6)) < 10


def test_writing_that_runs_out_of_the_box_is_told() -> None:
    image = blank().image.copy()
    cv2.line(image, (px(170), px(66)), (px(200), px(66)), 30, 6)
    assert field_crops(clean(image), NAME).has_overflow


def test_rule_across_the_writing_is_taken_out_without_cutting_it() -> None:
    """A box drawn over a rule of the form, as clerks draw them over legacy forms."""
    one = Field("odd", "", Kind.TEXT, 1, (Part("", Rect(70, 79, 60, 12)),))
    image = blank().image.copy()
    cv2.line(image, (px(100), px(80.5)), (px(100), px(89)), 30, 6)
    (line,) = field_crops(clean(image), one).lines
    assert abs(line.image.shape[0] - 16 - px(8.5)) < 12
    assert line.image.shape[1] < 40


def test_page_without_an_empty_form() -> None:
    image = np.full((3508, 2480), 255, np.uint8)
    write(image, "HLTE", 80, 67.5)
    (line,) = field_crops(Sheet(image), NAME).lines
    assert shapes(line.image) == 4


FULL = "HLTEHLTEHLTEHLTEHLTE"


def test_rest_of_a_line_is_read_behind_it() -> None:
    """A lone character on a line of its own is hardly ever read right."""
    crops = lines_of(FULL, "HL")
    (line,) = crops.lines
    assert shapes(line.image) == len(FULL) + 2
    first = lines_of(FULL).lines[0]
    assert abs(line.image.shape[0] - first.image.shape[0]) < 8
    assert line.rect.height > 1.5 * first.rect.height


def test_rest_stands_at_its_own_height() -> None:
    image = np.full_like(blank().image, 255)
    write(image, FULL, 70, 160, size=4.5)
    write(image, "HH", 70, 169, size=2.2)
    (line,) = field_crops(clean(np.minimum(image, blank().image)), REASON).lines
    inked = np.flatnonzero((line.image[:, -40:] < 150).any(axis=1))
    assert inked[0] > line.image.shape[0] * 0.35
    assert inked[-1] > line.image.shape[0] * 0.7


@pytest.mark.parametrize(
    "texts",
    [(FULL, "HLTEHLTEH"), ("HLTE", "HL"), (FULL, "HL", "HLTEHLTEHLTE")],
    ids=["long", "short", "inside"],
)
def test_what_is_no_rest_stays_a_line(texts: tuple[str, ...]) -> None:
    assert [shapes(line.image) for line in lines_of(*texts).lines] == [len(text) for text in texts]


def test_short_last_line_keeps_all_of_its_ink() -> None:
    """Beside full lines the thin parts of a few characters pass for nothing."""
    image = np.full_like(blank().image, 255)
    write(image, FULL, 70, 160, size=4.5)
    write(image, FULL, 70, 169, size=4.5)
    for top, length in ((172.6, 30), (174.6, 4), (177, 4)):
        cv2.line(image, (px(70), px(top)), (px(70) + length, px(top)), 40, 5)
    cv2.line(image, (px(71), px(172.6)), (px(71), px(177)), 40, 5)
    lines = field_crops(clean(np.minimum(image, blank().image)), REASON).lines
    assert lines[-1].rect.y + lines[-1].rect.height > 176.5 / 25.4 * 200


def test_thin_strokes_that_fade_stay_whole() -> None:
    image = np.full_like(blank().image, 255)
    cv2.line(image, (px(80), px(62)), (px(80), px(68)), 60, 5)
    cv2.line(image, (px(80), px(65)), (px(86), px(65)), 222, 4)
    (line,) = field_crops(clean(np.minimum(image, blank().image)), NAME).lines
    assert line.image.shape[1] > px(5)
