"""One page of a scan, from image to fields: recognise, straighten, read, compare, weigh, and hide 個人番号."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from kencho.intake.engine import crops as cutting
from kencho.intake.engine import cross, decode, documents, marks, reading, registration
from kencho.intake.engine.readers import Readers
from kencho.intake.engine.shapes import (
    TICKED,
    Candidate,
    Field,
    FieldReading,
    Kind,
    PageReading,
    Reason,
    Rect,
    Refusal,
    Template,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class _Cut:
    """A field as cut out: the crops and, of dates, the era that is ticked."""

    field: Field
    crops: cutting.Crops
    era: marks.Ticks | None


def read_page(
    image: NDArray[Any],
    dpi: int,
    *,
    number: int,
    templates: Mapping[str, Template],
    blanks: registration.Blanks,
    readers: Readers,
    free_labels: Mapping[str, Sequence[Field]] | None = None,
) -> PageReading:
    """Reads one page (grey, 0 = black).

    A page that is black, of no known form, cut off or badly straightened comes back refused, an unwritten one as
    blank; nothing is raised for what stands on the paper. A refused page keeps its picture. `free_labels` are the fields to look for by their labels
    when the form is unknown (see `freeform`).
    """
    begun = time.process_time()
    try:
        done = _read(image, dpi, number, templates, blanks, readers, free_labels)
    except documents.Unreadable as refused:
        done = _refused(image, dpi, number, readers, refused)
    return replace(done, cpu_seconds=time.process_time() - begun)


def _refused(
    image: NDArray[Any], dpi: int, number: int, readers: Readers, refused: documents.Unreadable
) -> PageReading:
    """The refusal with the picture of the page, for whoever has to deal with it, and without any 個人番号 on it."""
    from kencho.intake.engine import freeform

    if refused.refusal is Refusal.BLACK:
        picture = freeform.Picture(registration.loose_sheet(image, dpi).png(), 0, 0)
    else:
        picture = freeform.picture_of(image, dpi, readers=readers)
    return PageReading(
        number,
        refusal=refused.refusal,
        dpi=dpi,
        rotation=picture.rotation,
        masked_numbers=picture.masked_numbers,
        image=picture.png,
        detail={"why": refused.detail},
    )


def _read(
    image: NDArray[Any],
    dpi: int,
    number: int,
    templates: Mapping[str, Template],
    blanks: registration.Blanks,
    readers: Readers,
    free_labels: Mapping[str, Sequence[Field]] | None,
) -> PageReading:
    if documents.is_black_page(image):
        raise documents.Unreadable(Refusal.BLACK)
    if documents.is_blank_page(image, dpi):
        return PageReading(number, is_blank=True, dpi=dpi)
    try:
        registered = registration.register(image, dpi, templates=templates, blanks=blanks)
    except documents.Unreadable as refused:
        if free_labels and refused.refusal is Refusal.UNKNOWN_FORM:
            from kencho.intake.engine import freeform

            return freeform.read_free(image, dpi, number=number, labels=free_labels, readers=readers)
        raise
    sheet = registration.straighten(image, registered)
    template = templates[registered.template_id]
    fields = template.on(registered.template_page)
    readings, numbers = read_fields(sheet, fields, readers)
    kept = sheet.kept()
    if not any(each.kind in reading.HOLDERS for each in template.fields):
        numbers += numbers_elsewhere(sheet, kept, fields, readers)
    kept, masked = reading.mask(kept, numbers, template.fields)
    return PageReading(
        number=number,
        template_id=registered.template_id,
        template_page=registered.template_page,
        fields=readings,
        rotation=registered.rotation,
        residual_mm=registered.residual_mm,
        dpi=dpi,
        masked_numbers=masked,
        image=sheet.png(kept),
    )


def read_fields(
    sheet: registration.Sheet, fields: Sequence[Field], readers: Readers
) -> tuple[tuple[FieldReading, ...], list[tuple[str, Rect]]]:
    """All fields of a straightened page, and every text read with its place (pixels of the kept image)."""
    made: dict[str, FieldReading] = {}
    seen: dict[str, decode.Seen] = {}
    cuts: dict[str, _Cut] = {}
    for each in fields:
        if each.kind in TICKED:
            made[each.key] = _ticked(each, marks.read_ticks(sheet, each))
            continue
        cut = _Cut(each, cutting.field_crops(sheet, each), era_of(sheet, each))
        cuts[each.key] = cut
        if cut.crops.is_blank or not cut.crops.lines:
            made[each.key] = _blank(cut)
        else:
            seen[each.key] = _seen(cut, readers)
    judged = cross.judge(seen)
    for key, one in judged.items():
        cut = cuts[key]
        made[key] = reading.reading_of(one, cut.crops.rect, cut.era, has_overflow=cut.crops.has_overflow)
    numbers = [("".join(one.seen.raw[:1]), cuts[key].crops.rect) for key, one in judged.items()]
    return tuple(made[each.key] for each in fields), numbers


def era_of(sheet: registration.Sheet, of: Field) -> marks.Ticks | None:
    """The ticks of a date's eras; None where there are none."""
    return marks.read_era(sheet, of) if of.kind in {Kind.DATE, Kind.BIRTH_DATE} else None


def _seen(cut: _Cut, readers: Readers) -> decode.Seen:
    lines = [readers.read(line.image) for line in cut.crops.lines]
    inked = [cell for cell in cut.crops.cells if not cell.is_blank]
    read = readers.digits.read([cell.image for cell in inked]) if inked else ()
    cells = [(cell.name, one) for cell, one in zip(inked, read, strict=True) if one.digit]
    return decode.seen(cut.field, lines, cells, era_name(cut.field, cut.era))


def era_name(of: Field, ticks: marks.Ticks | None) -> str:
    """The era of a date in boxes: the one that is ticked; with no eras to tick the printed one (令和)."""
    if ticks is not None:
        return ticks.values[0] if len(ticks.values) == 1 else ""
    years = [part for part in of.parts if part.name.startswith("year")]
    return "令和" if len(years) == 2 else ""


def _ticked(of: Field, ticks: marks.Ticks) -> FieldReading:
    value: Any = None
    if of.kind is Kind.CONSENT:
        value = True if ticks.values else None
    elif of.kind is Kind.CHOICES:
        value = list(ticks.values) or None
    elif len(ticks.values) == 1:
        value = ticks.values[0]
    labels = dict(of.options)
    text = "、".join(labels.get(each, each) for each in ticks.values)
    return FieldReading(
        key=of.key,
        kind=of.kind,
        raw="".join({"on": "1", "off": "0", "grey": "?"}[tick.state] for tick in ticks.ticks),
        text=text,
        value=value,
        score=ticks.score,
        reasons=(*ticks.reasons, *((Reason.BLANK,) if ticks.is_blank else ())),
        candidates=tuple(Candidate(labels.get(each, each), "marks", ticks.score) for each in ticks.values),
        crop=ticks.rect,
        is_blank=ticks.is_blank,
    )


def _blank(cut: _Cut) -> FieldReading:
    """An unwritten field is surer the less ink it has."""
    era = cut.era is not None and bool(cut.era.values)
    surety = 0.6 if era or not cut.crops.is_blank else max(0.5, 1.0 - cut.crops.ink * 40)
    return FieldReading(
        cut.field.key, cut.field.kind, "", "", None, surety, (Reason.BLANK,), (), cut.crops.rect, True
    )


def numbers_elsewhere(
    sheet: registration.Sheet, kept: NDArray[Any], fields: Sequence[Field], readers: Readers
) -> list[tuple[str, Rect]]:
    """Rows of digits written outside the fields, as each reader reads them, with their place in the kept image."""
    from kencho.intake.engine import ctc, masking, masks

    scale = kept.shape[1] / sheet.flat.shape[1]
    found: list[tuple[str, Rect]] = []
    for run in masking.digit_runs(sheet, fields):
        rect = Rect(run.rect.x * scale, run.rect.y * scale, run.rect.width * scale, run.rect.height * scale)
        found += [
            (ctc.decode(lattice.folded(masks.digits_only)).text, rect) for lattice in readers.read(run.image)
        ]
    return found
