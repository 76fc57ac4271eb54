"""Which form a scan shows and where it lies: right within hundredths of a millimetre, or refused."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from kencho.intake.engine.documents import Unreadable
from kencho.intake.engine.registration import (
    Blanks,
    BlankSheet,
    Registered,
    kept_rect,
    loose_sheet,
    register,
    straighten,
)
from kencho.intake.engine.shapes import Markers, Rect, Refusal, Template
from kencho.intake.tests.engine.sheets import (
    LEGACY,
    PRINTED,
    Grey,
    blank,
    field,
    px,
    scanned,
    template,
    write,
    write_cells,
)

OTHER_VERSION = PRINTED[:-1] + "0"


def filled(sheet: BlankSheet) -> Grey:
    image = sheet.image.copy()
    write(image, "Yamada Taro", 70, 67.5)
    write_cells(image, field("telephone"), "0591234567")
    for line in range(3):
        write(image, "because of this and that", 70, 160 + 8.5 * line, size=4)
    return image


def forms(*names: str) -> tuple[dict[str, Template], Blanks]:
    blanks = Blanks()
    templates = {}
    for name in names:
        blanks.put(name, 1, blank(name))
        markers = Markers.ARUCO if name.startswith("KENCHO") else Markers.NONE
        templates[name] = Template(name, 1, template().fields, markers)
    return templates, blanks


def registered(image: Grey, dpi: int = 300, *, names: tuple[str, ...] = (PRINTED,)) -> Registered:
    templates, blanks = forms(*names)
    return register(image, dpi, templates=templates, blanks=blanks)


def refused(image: Grey, dpi: int = 300, *, names: tuple[str, ...] = (PRINTED,)) -> Unreadable:
    with pytest.raises(Unreadable) as error:
        registered(image, dpi, names=names)
    return error.value


def error_mm(scan: Grey, found: Registered) -> float:
    """How far the printed rules of the straightened page are from those of the empty form, at its corners."""
    flat = straighten(scan, found).flat
    worst = 0.0
    for x, y in ((30, 60), (185, 60), (30, 183), (185, 183), (66, 114)):
        place = (slice(px(y) - 60, px(y) + 60), slice(px(x) - 60, px(x) + 60))
        here, there = flat[place].astype(np.float32), found.blank.image[place].astype(np.float32)
        (dx, dy), _response = cv2.phaseCorrelate(here, there)
        worst = max(worst, abs(dy), abs(dx) if x == 66 else 0.0)
    return worst * 25.4 / 300


@pytest.mark.parametrize(
    ("quarters", "dpi", "turn"), [(0, 300, 0.7), (1, 200, -1.4), (2, 300, 2.5), (3, 400, 1.2), (2, 150, 0.2)]
)
def test_any_way_up_at_any_resolution(quarters: int, dpi: int, turn: float) -> None:
    scan = scanned(filled(blank()), quarters=quarters, dpi=dpi, turn=turn)
    found = registered(scan, dpi)
    assert (found.template_id, found.template_page) == (PRINTED, 1)
    assert found.rotation == quarters * 90
    assert abs(found.dpi - dpi) <= 3
    assert found.residual_mm < 0.06
    assert found.matched > 0.9
    assert error_mm(scan, found) < 0.12


def test_told_resolution_may_be_wrong() -> None:
    found = registered(scanned(filled(blank()), dpi=200), 300)
    assert abs(found.dpi - 200) <= 2


def test_straight_sheet_is_evenly_lit_and_upright() -> None:
    scan = scanned(filled(blank()), quarters=2, light=0.4)
    sheet = straighten(scan, registered(scan))
    assert sheet.flat.shape == (3508, 2480)
    paper = sheet.flat[px(220) : px(260) : 7, px(120) : px(190) : 7]
    assert np.percentile(paper, 5) > 245
    same = cv2.compare(sheet.flat, 128, cv2.CMP_LT)
    there = cv2.dilate(cv2.compare(blank().image, 128, cv2.CMP_LT), np.ones((7, 7), np.uint8))
    covered = np.count_nonzero(cv2.bitwise_and(same, there)) / np.count_nonzero(same)
    assert covered > 0.8
    assert sheet.kept().shape == (2339, 1653)
    assert len(np.unique(sheet.kept())) <= 16
    assert sheet.png()[:4] == b"\x89PNG"


def test_kept_pixels_of_a_place_on_paper() -> None:
    assert kept_rect(Rect(25.4, 50.8, 12.7, 25.4)) == Rect(200, 400, 100, 200)


def test_torn_corner_is_forgiven_and_two_are_not() -> None:
    scan = scanned(filled(blank()))
    cv2.fillPoly(scan, [np.array([[0, 3508], [px(40), 3508], [0, 3508 - px(40)]])], 0)
    found = registered(scan)
    assert found.residual_mm < 0.1
    assert error_mm(scan, found) < 0.15
    cv2.fillPoly(scan, [np.array([[2480, 3508], [2480 - px(40), 3508], [2480, 3508 - px(40)]])], 0)
    assert refused(scan).refusal is Refusal.CORNERS_MISSING


def cover_code(image: Grey) -> None:
    cv2.rectangle(image, (px(160), px(6)), (px(188), px(34)), 40, -1)


def test_unreadable_code_is_made_up_for_by_the_print() -> None:
    image = filled(blank())
    cover_code(image)
    other = "KENCHO1:240001:other:0123456789abcdef"
    templates, blanks = forms(PRINTED)
    moved = np.full_like(image, 255)
    moved[: px(50)] = blank().image[: px(50)]
    moved[px(270) :] = blank().image[px(270) :]
    moved[px(60) : px(260)] = blank().image[px(60) : px(260)][::-1]
    blanks.put(other, 1, BlankSheet(moved))
    templates = {other: Template(other, 1, template().fields), **templates}
    found = register(scanned(image), 300, templates=templates, blanks=blanks)
    assert found.template_id == PRINTED


def test_unreadable_code_of_a_strange_form_is_refused() -> None:
    image = filled(blank(OTHER_VERSION, shift=6.0))
    cover_code(image)
    assert refused(scanned(image)).refusal is Refusal.UNKNOWN_FORM


@pytest.mark.parametrize(
    ("known", "refusal"),
    [
        (OTHER_VERSION, Refusal.WRONG_VERSION),
        ("KENCHO1:240001:another:0123456789abcdef", Refusal.UNKNOWN_FORM),
    ],
)
def test_form_that_is_not_known_is_named(known: str, refusal: Refusal) -> None:
    error = refused(scanned(filled(blank())), names=(known,))
    assert error.refusal is refusal
    assert error.detail == PRINTED


def test_code_that_lies_about_the_print_is_refused() -> None:
    """The code of one version on the paper of another: nothing would be read in the right place."""
    image = filled(blank(PRINTED, shift=6.0))
    assert refused(scanned(image)).refusal is Refusal.BADLY_REGISTERED


def bent(image: Grey, pixels: float) -> Grey:
    down, across = np.mgrid[0 : image.shape[0], 0 : image.shape[1]].astype(np.float32)
    wave = (pixels * np.sin(down / image.shape[0] * 2 * np.pi)).astype(np.float32)
    arch = (pixels * np.sin(across / image.shape[1] * np.pi)).astype(np.float32)
    moved = cv2.remap(image, across + wave, down + arch, cv2.INTER_LINEAR, borderValue=255)
    return np.asarray(moved, np.uint8)


def test_bent_sheet_is_measured_and_refused_when_too_far_off() -> None:
    scan = scanned(filled(blank()))
    found = registered(bent(scan, 3))
    assert 0.1 < found.residual_mm < 0.5
    error = refused(bent(scan, 24))
    assert error.refusal is Refusal.BADLY_REGISTERED
    assert "mm" in error.detail


def test_local_print_is_followed_on_a_bent_sheet() -> None:
    scan = bent(scanned(filled(blank())), 4)
    sheet = straighten(scan, registered(scan))
    offsets = [
        sheet.offset(part.rect) for key in ("kind", "born", "telephone") for part in field(key).parts[:1]
    ]
    assert max(abs(dx) + abs(dy) for dx, dy in offsets) > 0.1
    flat = straighten(scanned(filled(blank())), registered(scanned(filled(blank()))))
    assert flat.offset(field("kind").parts[0].rect) == (0.0, 0.0)


@pytest.mark.parametrize(
    "page",
    [
        lambda: np.full((3508, 2480), 240, np.uint8),
        lambda: np.ascontiguousarray(scanned(filled(blank()))[:, ::-1]),
        lambda: np.random.default_rng(2).integers(0, 255, (1754, 1240)).astype(np.uint8),
    ],
    ids=["empty", "mirrored", "noise"],
)
def test_what_is_no_form_is_refused(page: Callable[[], Grey]) -> None:
    assert refused(page(), names=(PRINTED, LEGACY)).refusal is Refusal.UNKNOWN_FORM


@pytest.mark.parametrize(("quarters", "dpi"), [(0, 300), (2, 200), (3, 300)])
def test_legacy_form_is_known_by_its_print(quarters: int, dpi: int) -> None:
    scan = scanned(filled(blank(LEGACY)), quarters=quarters, dpi=dpi, turn=1.3)
    found = registered(scan, dpi, names=(PRINTED, LEGACY))
    assert found.template_id == LEGACY
    assert found.rotation == quarters * 90
    assert found.residual_mm < 0.1
    assert error_mm(scan, found) < 0.15


def test_changed_legacy_form_is_refused_rather_than_misread() -> None:
    error = refused(scanned(filled(blank(LEGACY, shift=5.0))), names=(LEGACY,))
    assert error.refusal is Refusal.BADLY_REGISTERED


def test_blank_forms_come_from_files_and_are_forgotten() -> None:
    sheet = blank()
    done, png = cv2.imencode(".png", sheet.image)
    assert done
    blanks = Blanks({PRINTED: bytes(png), "broken": b"nothing"})
    first = blanks(PRINTED, 1)
    assert first is not None
    assert np.array_equal(first.image, sheet.image)
    assert blanks(PRINTED, 2) is None
    assert blanks("broken", 1) is None
    assert blanks("unknown", 1) is None
    layout = blanks.layout(PRINTED)
    assert layout is not None
    assert sorted(layout.markers) == [0, 1, 2, 3]
    assert layout.code is not None
    blanks.keep(set())
    assert blanks(PRINTED, 1) is None


def test_page_without_a_form_is_only_evened_out() -> None:
    sheet = loose_sheet(scanned(filled(blank()), dpi=200, light=0.4), 200)
    assert sheet.blank is None
    assert abs(sheet.flat.shape[0] - 3508) <= 2
    assert sheet.offset(Rect(10, 10, 10, 10)) == (0.0, 0.0)
