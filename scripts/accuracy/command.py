"""``python -m scripts.accuracy``: make scans from a seed, read them, print the figures. Options: ``--help``."""

import argparse
import dataclasses
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from kencho.intake import calibration
from kencho.intake.engine.shapes import FieldReading, Refusal
from scripts.accuracy import export, making, sources
from scripts.accuracy.making import CLASSES, EXTRA, Expected, Options, Sheet
from scripts.accuracy.metrics import Outcome, edits_of, is_same
from scripts.accuracy.reading import Read, lay_forms, read_all
from scripts.accuracy.report import Cost, Pages, print_report

ROOT = Path(__file__).resolve().parent.parent.parent


def arguments(words: Sequence[str]) -> argparse.Namespace:
    """The command line; ``make accuracy`` gives the same by variables."""
    parser = argparse.ArgumentParser(prog="python -m scripts.accuracy", description=__doc__)
    parser.add_argument("--seed", type=int, required=True, help="below 1000: for tuning; others: held out")
    parser.add_argument("--pages", type=int, default=60)
    parser.add_argument(
        "--forms", type=Path, default=ROOT / "seeds" / "procedures", help="folder of procedure definitions"
    )
    parser.add_argument("--fonts", type=Path, help="folder of more fonts; folders named as a class join it")
    parser.add_argument("--classes", help="comma-separated: " + ", ".join((*CLASSES, EXTRA)))
    parser.add_argument("--layouts", choices=("printed", "legacy"), default="printed")
    parser.add_argument("--dpi", type=int, default=0, help="0: 200 and 300 by chance")
    parser.add_argument("--keep", type=Path, help="folder for scans, truth and what was read")
    parser.add_argument("--workers", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument(
        "--make-only", action="store_true", help="make the scans into --keep and read nothing"
    )
    return parser.parse_args(words)


def options_of(given: argparse.Namespace) -> Options:
    """The options of the generator; the class of extra fonts is there when there are some."""
    classes = tuple(given.classes.split(",")) if given.classes else CLASSES
    options = Options(given.seed, given.pages, classes, given.forms, given.fonts, given.layouts, given.dpi)
    fonts = making.fonts_of(options)
    if not given.classes and fonts.get(EXTRA):
        classes = (*CLASSES, EXTRA)
    usable = tuple(
        each
        for each in classes
        if fonts.get(each) or (each in {"handstroke", "handhasty"} and sources.files("strokes"))
    )
    return Options(given.seed, given.pages, usable, given.forms, given.fonts, given.layouts, given.dpi)


def lay_out(sheets: Iterable[Sheet], place: Path, made: dict[str, Sheet]) -> Iterator[str]:
    """Write the scans where the workers find them; yields their names."""
    for sheet in sheets:
        (place / "scans" / f"{sheet.name}.jpg").write_bytes(sheet.jpeg)
        made[sheet.name] = sheet
        yield sheet.name


def passes(reading: FieldReading, *, is_required: bool) -> bool:
    """The office's own rule with the shipped thresholds, as if no kind had to be checked always."""
    threshold = dataclasses.replace(calibration.shipped(reading.kind), always_check=False)
    return calibration.passes(reading, threshold, is_required=is_required)


def outcomes_of(sheet: Sheet, read: Read) -> list[Outcome]:
    """Every field of a page, whether it was read or not."""
    found = {each.key: each for each in read.reading.fields}
    is_right = read.reading.template_id == sheet.template.id and read.reading.template_page == sheet.page
    outcomes = []
    for field in sheet.fields():
        written = sheet.written[field.key]
        got = found.get(field.key) if is_right else None
        value = got.value if got else None
        edits, length = edits_of(field, written, value)
        outcomes.append(
            Outcome(
                sheet=sheet.name, writing=sheet.writing, hand=sheet.hand, dpi=sheet.damage.dpi, level=sheet.damage.level,
                real_digits=sheet.has_real_digits, key=field.key, label=field.label, kind=field.kind,
                truth=written.truth, shown=written.shown, value=value, raw=got.raw if got else "",
                score=got.score if got else 0.0, reasons=tuple(map(str, got.reasons)) if got else (),
                candidates=tuple((each.text, each.by, each.score) for each in got.candidates) if got else (),
                crop=(got.crop.x, got.crop.y, got.crop.width, got.crop.height) if got else (0, 0, 0, 0),
                is_exact=got is not None and is_same(field.kind, written, value),
                passes=got is not None and passes(got, is_required=field.is_required),
                always_check=calibration.shipped(field.kind).always_check,
                edits=edits, length=length, refusal=str(read.reading.refusal or ""), tag=written.tag,
            )
        )  # fmt: skip
    return outcomes


def is_as_expected(sheet: Sheet, read: Read) -> bool:
    """Whether a page was taken for what it is."""
    reading = read.reading
    if sheet.expected is Expected.BACK:
        return reading.is_blank
    if sheet.expected is Expected.STRANGER:
        return reading.refusal is not None or not reading.template_id
    return reading.refusal is None and (reading.template_id, reading.template_page) == (
        sheet.template.id,
        sheet.page,
    )


def keep_reading(sheet: Sheet, read: Read, outcomes: Sequence[Outcome], folder: Path) -> None:
    """What was read of a page, beside its scan: the straightened picture, and the fields that are wrong first."""
    (folder / f"{sheet.name}.read.png").write_bytes(read.reading.image)
    ordered = sorted(outcomes, key=lambda each: (each.is_exact, not each.passes))
    data = {
        "refusal": str(read.reading.refusal or ""),
        "template": read.reading.template_id,
        "residual_mm": read.reading.residual_mm,
        "rotation": read.reading.rotation,
        "cpu_seconds": read.cpu_seconds,
        "fields": [dataclasses.asdict(each) for each in ordered],
    }
    (folder / f"{sheet.name}.read.json").write_text(
        json.dumps(data, ensure_ascii=False, indent=1, default=str), "utf-8"
    )


def measure(options: Options, *, workers: int, keep: Path | None, notes: Sequence[str]) -> bool:
    """Make, read, report; returns whether the goals were met."""
    made: dict[str, Sheet] = {}
    outcomes: list[Outcome] = []
    right, every, refusals = Counter[str](), Counter[str](), Counter[str]()
    costs: list[Read] = []
    peak, began = 0.0, time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="kencho-accuracy-") as folder:
        place = Path(folder)
        names = prepare(options, place, made)
        for read in read_all(names, place, workers=workers):
            sheet = made.pop(read.name)
            found = outcomes_of(sheet, read)
            outcomes += found
            every[sheet.expected.value] += 1
            right[sheet.expected.value] += is_as_expected(sheet, read)
            if sheet.expected is Expected.FORM:
                costs.append(read)
                if isinstance(read.reading.refusal, Refusal):
                    refusals[str(read.reading.refusal)] += 1
            peak = max(peak, read.peak_mb)
            if keep:
                export.save(sheet, keep)
                keep_reading(sheet, read, found, keep)
            (place / "scans" / f"{read.name}.jpg").unlink()
            if sys.stderr.isatty():
                print(f"\r{len(costs)}/{options.pages}", end="", file=sys.stderr, flush=True)
    cost = Cost(
        pages=len(costs),
        cpu_seconds=sum(each.cpu_seconds for each in costs) / max(1, len(costs)),
        slowest=max((each.cpu_seconds for each in costs), default=0.0),
        peak_mb=peak,
        wall_seconds=time.perf_counter() - began,
        workers=workers,
    )
    return print_report(outcomes, Pages(right, every, refusals), cost, notes, seed=options.seed)


def prepare(options: Options, place: Path, made: dict[str, Sheet]) -> list[str]:
    """Everything that the workers need: forms and scans; returns the names of the scans."""
    (place / "scans").mkdir()
    lay_forms(making.templates_of(options), making.originals_of(options), place)
    return list(lay_out(making.sheets(options, strays=True), place, made))


def main() -> int:
    """Measure; 0 when every goal was met, 1 when not, 2 when it could not be measured."""
    given = arguments(sys.argv[1:])
    for folder in (given.forms, given.fonts):
        if folder and not folder.is_dir():
            print(f"フォルダーがありません: {folder}", file=sys.stderr)
            return 2
    missing = sources.fetch()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    options = options_of(given)
    asked = given.classes.split(",") if given.classes else CLASSES
    notes = [f"{name} could not be fetched and is left out" for name in missing]
    notes += [f"class {each} could not be made" for each in asked if each not in options.classes]
    if not options.classes or "names" in missing:
        print("\n".join(notes), file=sys.stderr)
        return 2
    if given.make_only and not given.keep:
        print("--make-only needs --keep", file=sys.stderr)
        return 2
    try:
        if given.make_only:
            export_all(options, given.keep)
            return 0
        return 0 if measure(options, workers=given.workers, keep=given.keep, notes=notes) else 1
    except making.NothingToWrite as missed:
        print(f"作れる様式か書き手がありません: {missed}", file=sys.stderr)
        return 2


def export_all(options: Options, folder: Path) -> None:
    """Scans with their truth, maps and blank pages, and nothing read."""
    found = list(making.sheets(options))
    for each in found:
        export.save(each, folder)
    export.save_forms(options, found, folder)
