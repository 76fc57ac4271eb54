"""From a scan to a registered page, or to the reason why not."""

import re
from collections.abc import Iterator, Mapping

import cv2
import numpy as np

from kencho.intake.engine.documents import LEAST_DPI, Unreadable
from kencho.intake.engine.registration import _features, _markers
from kencho.intake.engine.registration._blank import Blanks, BlankSheet
from kencho.intake.engine.registration._geometry import (
    PRINT_DPI,
    READING_DPI,
    Grey,
    Matrix,
    Points,
    is_sane,
    local_dpi,
    moved,
    rotation_of,
    warped,
)
from kencho.intake.engine.registration._print import REACH, Fit, Shift, fit_points, residual, shifts
from kencho.intake.engine.registration._sheet import Registered
from kencho.intake.engine.shapes import Markers, Refusal, Template

CODE = re.compile(r"(KENCHO\d+:[^:]+:[^:]+:[^:]+):(\d{1,3})/(\d{1,3})")
MOST_MM = 0.5
LEAST_MATCHED = 0.8
BETTER_FROM_MM = 0.06
BETTER_ROUNDS = 3
# Without any marker the print alone must prove the form, so more of it must be there.
LEAST_MATCHED_BY_PRINT = 0.86
TRIED_PAGES = 60


def register(
    image: Grey,
    dpi: int,
    *,
    templates: Mapping[str, Template],
    blanks: Blanks,
    most_mm: float = MOST_MM,
) -> Registered:
    """Which page of which form this is, and where.

    Raises `Unreadable`: UNKNOWN_FORM (no such form among `templates`), WRONG_VERSION (another version of one of them),
    CORNERS_MISSING (fewer than three markers), TOO_COARSE, BADLY_REGISTERED (print is more than `most_mm` from its
    place, or not there). `detail` is what the QR code says, or the residual in mm.
    """
    with_markers = {key: each for key, each in templates.items() if each.markers is Markers.ARUCO}
    legacy = {key: each for key, each in templates.items() if each.markers is Markers.NONE}
    seen = _markers.find_markers(image, dpi)
    code = _code(image, seen, with_markers, blanks)
    if code is not None:
        return _coded(image, dpi, code, seen, templates, blanks, most_mm)
    if len(seen) >= 3 and with_markers:
        found = _by_markers(image, seen, _pages(with_markers), blanks, most_mm)
        if found is not None:
            return found
    if legacy:
        found = _by_print(image, dpi, _pages(legacy), blanks, most_mm)
        if found is not None:
            return found
    if with_markers and 1 <= len(seen) < 3:
        raise Unreadable(Refusal.CORNERS_MISSING, f"{len(seen)} markers")
    raise Unreadable(Refusal.UNKNOWN_FORM)


def _pages(templates: Mapping[str, Template]) -> Iterator[tuple[str, int]]:
    return ((key, page) for key, each in templates.items() for page in range(1, each.pages + 1))


def _code(
    image: Grey, seen: dict[int, Points], templates: Mapping[str, Template], blanks: Blanks
) -> tuple[str, int] | None:
    """What the QR code says: template id and page. Looked for where the forms have it."""
    is_cut = False
    for place, markers in _layouts(templates, blanks):
        rough = _markers.homography(seen, markers)
        if rough is None:
            rough = _markers.rough_homography(seen, markers)
        if rough is None:
            continue
        is_cut = True
        parsed = _parsed(_markers.read_code(_markers.cut_code(image, rough, place)))
        if parsed is not None:
            return parsed
    # A search over the whole page costs as much as reading it: only for forms that none of the templates resembles.
    return None if is_cut or not seen else _parsed(_markers.read_code(image))


def _layouts(templates: Mapping[str, Template], blanks: Blanks) -> Iterator[tuple[Points, dict[int, Points]]]:
    """The places of code and markers, as the forms print them; nearly always the same for all."""
    known: list[Points] = []
    for key in list(templates)[:4]:
        layout = blanks.layout(key)
        if layout is None or layout.code is None:
            continue
        code = layout.code
        if any(np.abs(code - each).max() < 3 for each in known):
            continue
        known.append(code)
        yield code, layout.markers


def _parsed(text: str) -> tuple[str, int] | None:
    found = CODE.fullmatch(text)
    return (found[1], int(found[2])) if found else None


def _coded(
    image: Grey,
    dpi: int,
    code: tuple[str, int],
    seen: dict[int, Points],
    templates: Mapping[str, Template],
    blanks: Blanks,
    most_mm: float,
) -> Registered:
    """The code names the form; markers place it."""
    key, page = code
    template = templates.get(key)
    if template is None:
        version_free = key.rsplit(":", 1)[0]
        other = any(each.rsplit(":", 1)[0] == version_free for each in templates)
        raise Unreadable(Refusal.WRONG_VERSION if other else Refusal.UNKNOWN_FORM, key)
    blank = blanks(key, page)
    if not 1 <= page <= template.pages or blank is None:
        raise Unreadable(Refusal.UNKNOWN_FORM, key)
    matrix = _markers.homography(seen, blank.markers)
    if matrix is None:
        raise Unreadable(Refusal.CORNERS_MISSING, f"{len(seen)} markers")
    return _judged(image, matrix, key, page, blank, most_mm)


def _by_markers(
    image: Grey,
    seen: dict[int, Points],
    pages: Iterator[tuple[str, int]],
    blanks: Blanks,
    most_mm: float,
) -> Registered | None:
    """The code cannot be read: the form whose print fits best, if it clearly does."""
    best: tuple[float, Matrix, str, int] | None = None
    for key, page in _first(pages):
        blank = blanks(key, page)
        matrix = None if blank is None else _markers.homography(seen, blank.markers)
        if blank is None or matrix is None or not is_sane(matrix, blank.width, blank.height):
            continue
        found = _compared(image, matrix, blank)
        score = _likeness(found)
        if best is None or score > best[0]:
            best = (score, matrix, key, page)
    if best is None or best[0] < LEAST_MATCHED_BY_PRINT:
        return None
    _score, matrix, key, page = best
    blank = blanks(key, page)
    return None if blank is None else _judged(image, matrix, key, page, blank, most_mm)


def _first(pages: Iterator[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    for count, each in enumerate(pages):
        if count >= TRIED_PAGES:
            return
        yield each


def _by_print(
    image: Grey, dpi: int, pages: Iterator[tuple[str, int]], blanks: Blanks, most_mm: float
) -> Registered | None:
    """A form without markers: features in common, then print that fits."""
    finder = _features.Finder(image, dpi)
    ranked: list[tuple[int, Matrix, str, int]] = []
    for key, page in _first(pages):
        features = None if finder.is_empty else blanks.features(key, page)
        if features is None:
            continue
        matrix, count = finder.match(features, READING_DPI)
        if matrix is not None:
            ranked.append((count, matrix, key, page))
    ranked.sort(key=lambda each: -each[0])
    refused: Unreadable | None = None
    for _count, matrix, key, page in ranked[:3]:
        blank = blanks(key, page)
        if blank is None:
            continue
        try:
            return _judged(image, matrix, key, page, blank, most_mm, least=LEAST_MATCHED_BY_PRINT)
        except Unreadable as error:
            refused = refused or error
    if refused is not None:
        raise refused
    return None


def _compared(image: Grey, matrix: Matrix, blank: BlankSheet, reach: int = REACH) -> list[Shift]:
    straight = warped(image, matrix, dpi=PRINT_DPI, width=blank.width, height=blank.height)
    return shifts(straight, blank.tiles, reach)


def _likeness(found: list[Shift]) -> float:
    """The share of windows whose print is there and near its place."""
    near = [each for each in found if each.is_found and abs(np.nan_to_num(each.dx)) < 1.2]
    return len(near) / max(1, len(found))


def _judged(
    image: Grey,
    matrix: Matrix,
    key: str,
    page: int,
    blank: BlankSheet,
    most_mm: float,
    *,
    least: float = LEAST_MATCHED,
) -> Registered:
    """Measure by the print, move by half of the windows where it helps, and measure again by the others."""
    if not is_sane(matrix, blank.width, blank.height):
        raise Unreadable(Refusal.BADLY_REGISTERED, "shape")
    found = _compared(image, matrix, blank)
    fit = residual(found)
    for _ in range(BETTER_ROUNDS):
        if fit.off <= BETTER_FROM_MM:
            break
        tried = [_measured(image, each, blank) for each in _moved_by(found[::2], matrix, blank)]
        best = min(tried, key=lambda each: each[2].off, default=None)
        if best is None or best[2].off >= fit.off:
            break
        matrix, found, fit = best
    if fit.share < least or not fit.off <= most_mm:
        raise Unreadable(Refusal.BADLY_REGISTERED, f"{fit.off:.2f} mm, {fit.share:.2f}")
    dots = local_dpi(matrix, blank.width, blank.height)
    if dots < LEAST_DPI:
        raise Unreadable(Refusal.TOO_COARSE, f"{dots:.0f}")
    return Registered(
        template_id=key,
        template_page=page,
        to_image=matrix,
        rotation=rotation_of(matrix, blank.width, blank.height),
        residual_mm=round(fit.off, 3),
        worst_mm=round(fit.worst, 3),
        matched=round(fit.share, 3),
        dpi=round(dots),
        blank=blank,
    )


def _measured(image: Grey, matrix: Matrix, blank: BlankSheet) -> tuple[Matrix, list[Shift], Fit]:
    """How a matrix fits that was made from the windows with even numbers: judged by the others."""
    found = _compared(image, matrix, blank)
    independent, whole = residual(found[1::2]), residual(found)
    return matrix, found, Fit(independent.off, whole.worst, whole.share)


def _moved_by(found: list[Shift], matrix: Matrix, blank: BlankSheet) -> list[Matrix]:
    """The homography corrected by where the print of some windows is: by most of them, and by all that agree."""
    paper, seen = fit_points(found)
    if len(paper) < 8:
        return []
    there = moved(matrix, seen)
    fits = [cv2.findHomography(paper, there, method, 4.0) for method in (cv2.LMEDS, cv2.RANSAC)]
    better = [each for each, _inside in fits if each is not None]
    rough, inside = fits[1]
    if rough is not None and int(inside.sum()) >= 8:
        good = inside.ravel() > 0
        better.append(cv2.findHomography(paper[good], there[good], 0)[0])
    return [np.asarray(each, np.float64) for each in better if is_sane(each, blank.width, blank.height)]
