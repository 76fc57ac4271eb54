"""Tick boxes as people mark them."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from kencho.intake.engine.marks import Tick, Ticks, read_era, read_ticks
from kencho.intake.engine.registration import BlankSheet, Registered, Sheet, straighten
from kencho.intake.engine.shapes import Part, Reason, Rect
from kencho.intake.tests.engine.sheets import Grey, blank, field, mark, px, scanned
from kencho.intake.tests.engine.test_registration import registered

KIND, USES, AGREED, BORN = (field(key) for key in ("kind", "uses", "agreed", "born"))
WAYS = ("tick", "cross", "dot", "fill", "circle")


def sheet_of(image: Grey, **damage: float) -> Sheet:
    scan = scanned(image, **damage)  # type: ignore[arg-type]  # the table mixes the kinds of damage
    return straighten(scan, registered(scan, int(damage.get("dpi", 300))))


def clean(image: Grey) -> Sheet:
    """A perfect scan, for what does not depend on the scanner."""
    place = np.array([[300 / 25.4, 0, -0.5], [0, 300 / 25.4, -0.5], [0, 0, 1]])
    return Sheet(image, Registered("", 1, place, 0, 0.0, 0.0, 1.0, 300, blank()))


def states(ticks: Ticks) -> list[str]:
    return [each.state for each in ticks.ticks]


@pytest.mark.parametrize("dpi", [200, 300])
@pytest.mark.parametrize("way", WAYS)
def test_every_way_of_marking_is_seen_and_empty_boxes_stay_empty(way: str, dpi: int) -> None:
    image = blank().image.copy()
    mark(image, KIND.parts[1].rect, way)
    mark(image, USES.parts[0].rect, way, ink=110)
    mark(image, USES.parts[3].rect, way)
    sheet = sheet_of(image, dpi=dpi, noise=6)
    chosen = read_ticks(sheet, KIND)
    assert chosen.values == ("value1",)
    assert chosen.reasons == ()
    assert states(chosen) == ["off", "on", "off"]
    several = read_ticks(sheet, USES)
    assert several.values == ("value0", "value3")
    assert several.reasons == ()
    assert min(chosen.score, several.score) > 0.6
    empty = read_ticks(sheet, AGREED)
    assert empty.is_blank
    assert empty.values == ()
    assert max(each.ink for each in empty.ticks) < 0.001


def test_consent_and_its_place() -> None:
    image = blank().image.copy()
    mark(image, AGREED.parts[0].rect, "tick")
    ticks = read_ticks(clean(image), AGREED)
    assert ticks.values == ("0",)
    assert not ticks.is_blank
    assert ticks.rect == Rect(519.7, 1102.4, 34.6, 34.6)


def test_two_marks_on_a_choice_are_too_many_and_on_choices_are_not() -> None:
    image = blank().image.copy()
    for one in (KIND, USES):
        mark(image, one.parts[0].rect, "tick")
        mark(image, one.parts[2].rect, "cross")
    choice, choices = (read_ticks(clean(image), one) for one in (KIND, USES))
    assert choice.reasons == (Reason.TOO_MANY_TICKS,)
    assert choice.values == ("value0", "value2")
    assert choices.reasons == ()


def test_what_is_hardly_a_mark_is_left_to_people() -> None:
    image = blank().image.copy()
    box = KIND.parts[2].rect
    cv2.circle(image, (px(box.x + 2), px(box.y + 2)), 4, 60, -1)
    ticks = read_ticks(clean(image), KIND)
    assert states(ticks) == ["off", "off", "grey"]
    assert ticks.reasons == (Reason.GREY_TICK,)
    assert ticks.values == ()
    assert not ticks.is_blank
    assert ticks.score < 0.6


def test_dust_is_no_mark() -> None:
    image = blank().image.copy()
    for part in (*KIND.parts, *USES.parts):
        x, y = px(part.rect.x + 2), px(part.rect.y + 2)
        image[y : y + 2, x : x + 3] = 0
    assert read_ticks(clean(image), KIND).is_blank
    assert read_ticks(clean(image), USES).is_blank


def test_stroke_of_the_neighbour_is_not_the_boxs_own() -> None:
    image = blank().image.copy()
    box = KIND.parts[0].rect
    cv2.line(image, (px(box.x + 5.2), px(box.y - 8)), (px(box.x + 5.2), px(box.y + 12)), 40, 5)
    (near, *others) = read_ticks(clean(image), KIND).ticks
    assert near.ink == 0
    assert near.state == "grey"
    assert {each.state for each in others} == {"off"}


def test_circle_around_one_box_is_no_doubt_about_the_next() -> None:
    image = blank().image.copy()
    upper, lower = Rect(66, 114, 4.4, 4.4), Rect(66, 121.4, 4.4, 4.4)
    for box in (upper, lower):
        cv2.rectangle(image, (px(box.x), px(box.y)), (px(box.x + 4.4), px(box.y + 4.4)), 0, 3)
    two = replace(KIND, parts=(Part("0", upper), Part("1", lower)), options=KIND.options[:2])
    base = clean(image.copy())
    base.blank = BlankSheet(image.copy())
    cv2.circle(base.flat, (px(lower.x + 2.2), px(lower.y + 2.2)), px(3.5), 40, 7)
    ticks = read_ticks(base, two)
    assert states(ticks) == ["off", "on"]
    assert ticks.reasons == ()


def test_thresholds_can_be_set() -> None:
    image = blank().image.copy()
    mark(image, KIND.parts[0].rect, "dot")
    sheet = clean(image)
    ink = read_ticks(sheet, KIND).ticks[0].ink
    assert 0.004 < ink < 0.2
    assert read_ticks(sheet, KIND, on_from=ink * 1.5).ticks[0] == Tick("0", "grey", ink)
    assert read_ticks(sheet, KIND, on_from=ink * 3, off_to=ink * 1.2).ticks[0].state == "off"


def test_era_of_a_date() -> None:
    image = blank().image.copy()
    mark(image, BORN.parts[1].rect, "circle")
    era = read_era(sheet_of(image), BORN)
    assert era is not None
    assert era.values == ("平成",)
    assert era.chosen == ("era:平成",)
    assert read_era(clean(image), KIND) is None


def test_box_without_an_empty_form_to_compare_with() -> None:
    image = np.full((3508, 2480), 255, np.uint8)
    for part in KIND.parts:
        box = part.rect
        corner = (px(box.x + box.width), px(box.y + box.height))
        cv2.rectangle(image, (px(box.x), px(box.y)), corner, 0, 3)
    mark(image, KIND.parts[1].rect, "tick")
    assert read_ticks(Sheet(image), KIND).values == ("value1",)
