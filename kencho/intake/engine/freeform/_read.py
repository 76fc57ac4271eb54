"""A page without a template from image to fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from kencho.intake.engine import cross, ctc, decode, masks, reading
from kencho.intake.engine.dictionaries import names
from kencho.intake.engine.freeform._lines import Box, LineFinder
from kencho.intake.engine.freeform._values import Found, Word, place_values
from kencho.intake.engine.readers import Readers
from kencho.intake.engine.registration import KEPT_DPI, READING_DPI, Sheet, loose_sheet
from kencho.intake.engine.shapes import Field, FieldReading, Kind, PageReading, Reason, Rect

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NEVER_PASSES: Final = 0.5
_TRIED: Final = 5
_MOST_LINES: Final = 250


@lru_cache(maxsize=1)
def _finder() -> LineFinder:
    return LineFinder()


def read_free(
    image: NDArray[Any], dpi: int, *, number: int, labels: Mapping[str, Sequence[Field]], readers: Readers
) -> PageReading:
    """Reads a page of no known form, looking for the fields of one procedure by their labels.

    `labels` maps the id that the result bears to the fields to look for. A page lying on its side or on its head is
    turned by what can be read on it.
    """
    template_id, fields = next(iter(labels.items()))
    sheet, words, rotation = _upright(image, dpi, readers)
    found = place_values(words, fields)
    seen, boxes = {}, {}
    for each in found:
        lines = [_cut(sheet.flat, box) for box in each.boxes]
        seen[each.field.key] = decode.seen(_plain(each.field), [readers.read(line) for line in lines])
        boxes[each.field.key] = _kept(each.boxes)
    _part_names(found, seen)
    judged = cross.judge(seen)
    readings = [_free(reading.reading_of(one, boxes[key])) for key, one in judged.items()]
    missing = [each for each in fields if each.key not in judged]
    numbers = [(word.text, _kept([word.box])) for word in words]
    kept, masked = reading.mask(sheet.kept(), numbers, fields)
    return PageReading(
        number=number,
        template_id=template_id,
        template_page=1,
        fields=(*readings, *(_nothing(each) for each in missing)),
        rotation=rotation,
        dpi=dpi,
        masked_numbers=masked,
        image=sheet.png(kept),
        detail={"lines": len(words)},
    )


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as it is kept when nothing is read from it: upright, 200 dpi, 個人番号 painted over."""

    png: bytes
    masked_numbers: int
    rotation: int


def picture_of(image: NDArray[Any], dpi: int, *, readers: Readers) -> Picture:
    """The picture of a page of whatever kind; all its lines are read, but only to find 個人番号."""
    sheet, words, rotation = _upright(image, dpi, readers)
    kept, masked = reading.mask(sheet.kept(), [(word.text, _kept([word.box])) for word in words], ())
    return Picture(sheet.png(kept), masked, rotation)


def _upright(image: NDArray[Any], dpi: int, readers: Readers) -> tuple[Sheet, list[Word], int]:
    """The page turned so that its lines can be read, and its lines."""
    import numpy

    sheet = loose_sheet(image, dpi)
    boxes = _finder().find(sheet.flat)
    turned = 0
    if sum(box.height > 1.5 * box.width for box in boxes) > len(boxes) / 2:
        turned = 90
        sheet = loose_sheet(numpy.ascontiguousarray(numpy.rot90(image)), dpi)
        boxes = _finder().find(sheet.flat)
    if _is_upside_down(sheet, boxes, readers):
        height, width = sheet.flat.shape
        sheet = Sheet(numpy.ascontiguousarray(sheet.flat[::-1, ::-1]))
        boxes = [
            Box(width - box.right, height - box.bottom, box.width, box.height) for box in reversed(boxes)
        ]
        turned += 180
    return sheet, [_word(sheet, box, readers) for box in boxes[:_MOST_LINES]], turned % 360


def _is_upside_down(sheet: Sheet, boxes: Sequence[Box], readers: Readers) -> bool:
    """Whether the longest lines are read with more surety when turned by half."""
    surety = [0.0, 0.0]
    for box in sorted(boxes, key=lambda box: -box.width)[:_TRIED]:
        line = _cut(sheet.flat, box)
        for place, image in enumerate((line, line[::-1, ::-1])):
            chances = ctc.decode(readers.lines[0].read(image)).chances
            surety[place] += sum(chances) / len(chances) if chances else 0.0
    return surety[1] > surety[0]


def _word(sheet: Sheet, box: Box, readers: Readers) -> Word:
    lattice = readers.lines[0].read(_cut(sheet.flat, box)).folded(masks.free)
    text: list[str] = []
    starts: list[float] = []
    before = 0
    for moment, index in enumerate(lattice.chances.argmax(axis=1).tolist()):
        if index and index != before:
            text.append(lattice.symbols[index])
            starts.append(max(0.0, (moment - 0.5) / len(lattice.chances)))
        before = index
    return Word(box, "".join(text), tuple(starts))


def _cut(page: NDArray[Any], box: Box) -> NDArray[Any]:
    return page[box.y : box.bottom, box.x : box.right]


def _kept(boxes: Sequence[Box]) -> Rect:
    scale = KEPT_DPI / READING_DPI
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    right, bottom = max(box.right for box in boxes), max(box.bottom for box in boxes)
    return Rect(left * scale, top * scale, (right - left) * scale, (bottom - top) * scale)


def _plain(of: Field) -> Field:
    """The field without the boxes of a printed form."""
    return replace(of, parts=(), groups=())


def _part_names(found: Sequence[Found], seen: dict[str, decode.Seen]) -> None:
    """A full name behind one label is cut into family and given name, where a family name of the list begins it."""
    for each in found:
        part = each.field.key.rpartition(".")[2].removesuffix("_kana")
        if part in {"family", "given"} and each.field.key in seen:
            seen[each.field.key] = _only(seen[each.field.key], part)


def _only(whole: decode.Seen, part: str) -> decode.Seen:
    import numpy

    lattice = whole.lattices[0]
    text = whole.greedy[0].text
    size = _family_size(text, whole.field.kind)
    if size is None:
        return whole
    cuts = []
    for lattice in whole.lattices:
        best = lattice.chances.argmax(axis=1)
        starts = [t for t, index in enumerate(best) if index and (t == 0 or index != best[t - 1])]
        if len(starts) <= size:
            return whole
        cuts.append((starts[size - 1] + 1 + starts[size]) // 2)
    halves = tuple(
        ctc.Lattice(
            lattice.symbols,
            numpy.ascontiguousarray(lattice.chances[:cut] if part == "family" else lattice.chances[cut:]),
        )
        for lattice, cut in zip(whole.lattices, cuts, strict=True)
    )
    return decode.Seen(whole.field, halves, whole.raw)


def _family_size(text: str, kind: Kind) -> int | None:
    """How many characters of a full name are the family name: the longest that the list knows."""
    known = names.kana_known("family") if kind == Kind.NAME_KANA else names.family()
    return next((size for size in range(min(5, len(text) - 1), 0, -1) if text[:size] in known), None)


def _free(one: FieldReading) -> FieldReading:
    return replace(one, score=one.score * _NEVER_PASSES, reasons=(*one.reasons, Reason.NO_TEMPLATE))


def _nothing(of: Field) -> FieldReading:
    return FieldReading(
        of.key, of.kind, "", "", None, 0.0, (Reason.BLANK, Reason.NO_TEMPLATE), (), Rect(0, 0, 0, 0), True
    )
