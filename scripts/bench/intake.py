"""Pages of paper read per hour, beside Tesseract (jpn of the distribution) reading the same fields of the same pages.

Both get what they are best with: ours the scan, Tesseract the fields already cut out, straight and clean, one line each.
"""

import io
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kencho.intake.engine.normalise import normal
from kencho.intake.engine.shapes import TICKED, Kind
from scripts.accuracy import making, sources
from scripts.accuracy.command import outcomes_of
from scripts.accuracy.making import Options, Sheet
from scripts.accuracy.metrics import Figures, edits_of, is_same
from scripts.accuracy.reading import Read, lay_forms, read_all
from scripts.accuracy.report import MEGABYTES
from scripts.bench._report import line, sized

SEED = 5001
CLASSES = ("gothic", "mincho", "handfont", "handstroke", "handhasty")
HOUR = 3600
WORKERS = 2
TESSERACT = ("tesseract", "-", "-", "-l", "jpn", "--psm", "7")


class UnableToCompare(Exception):
    """Tesseract or the names for the scans are missing; the text says how to get them."""


@dataclass
class Other:
    """What Tesseract made of the same fields."""

    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0
    fields: int = 0
    exact: int = 0
    edits: int = 0
    characters: int = 0
    asked: set[tuple[str, str]] = field(default_factory=set)


def run() -> None:
    """CPU seconds per page, exact fields, memory; then pages per hour of two processes by the clock."""
    if not shutil.which("tesseract"):
        raise UnableToCompare("sudo apt-get install tesseract-ocr tesseract-ocr-jpn")
    if "names" in sources.fetch():
        raise UnableToCompare("names")
    options = Options(SEED, sized(40, 3), CLASSES)
    with tempfile.TemporaryDirectory(prefix="kencho-bench-intake-") as folder:
        place = Path(folder)
        (place / "scans").mkdir()
        sheets = {each.name: each for each in making.sheets(options)}
        for name, sheet in sheets.items():
            (place / "scans" / f"{name}.jpg").write_bytes(sheet.jpeg)
        lay_forms(making.templates_of(options), making.originals_of(options), place)
        reads = list(read_all(list(sheets), place, workers=WORKERS))
    other = _tesseract([(sheets[read.name], read) for read in reads])
    # Dates in boxes with an era to tick are left out on both sides: no line reader alone can know the era.
    figures = Figures.of(
        each
        for read in reads
        for each in outcomes_of(sheets[read.name], read)
        if (each.sheet, each.key) in other.asked
    )
    pages = len(reads)
    mine, theirs = sum(read.cpu_seconds for read in reads) / pages, other.cpu_seconds / pages
    line(
        "intake", "様式1ページを読むCPU時間、秒（直し、切り分け、二つの読取り器、照合まで）", ours=mine,
        against="Tesseract 5（jpn）が同じ欄だけを読む", theirs=theirs, ratio=theirs / mine, rows=pages,
        slowest=max(read.cpu_seconds for read in reads),
    )  # fmt: skip
    line(
        "intake", "一字も違わずに読めた欄の割合", ours=figures.exact_share,
        against="Tesseract 5（jpn）、同じ欄", theirs=other.exact / max(1, other.fields),
        ratio=figures.exact_share / max(1e-9, other.exact / max(1, other.fields)), rows=figures.fields,
        error_rate=figures.error_rate, their_error_rate=other.edits / max(1, other.characters), passed=figures.passed_share,
        precision_of_passed=figures.precision,
    )  # fmt: skip
    line(
        "intake", "読取り役1人（1プロセス）の最大メモリー、MB", ours=max(read.peak_mb for read in reads),
        against="上限と決めた600MB", theirs=float(MEGABYTES), ratio=MEGABYTES / max(read.peak_mb for read in reads), rows=pages,
    )  # fmt: skip
    ours = HOUR * WORKERS * pages / sum(read.wall_seconds for read in reads)
    others = HOUR * pages / other.wall_seconds * WORKERS
    line(
        "intake", "2プロセスで1時間に読めるページ数（時計で測った、読込みの後）", ours=ours,
        against="Tesseract 5（jpn）が同じ欄だけを読む", theirs=others, ratio=ours / others, rows=pages,
    )  # fmt: skip


def _tesseract(pairs: Sequence[tuple[Sheet, Read]]) -> Other:
    """The fields that people wrote in, cut from our straightened page at twice its 200 dpi; the same rules make values of its text."""
    from PIL import Image

    other = Other()
    for sheet, read in pairs:
        if not read.reading.image:
            continue
        with Image.open(io.BytesIO(read.reading.image)) as page:
            page.load()
            places = {each.key: each.crop for each in read.reading.fields}
            for each in sheet.fields():
                written = sheet.written[each.key]
                is_boxed_day = each.kind in {Kind.DATE, Kind.BIRTH_DATE} and each.parts[0].name
                if each.kind in TICKED or is_boxed_day or written.truth is None or each.key not in places:
                    continue
                crop = places[each.key]
                left, top = round(crop.x), round(crop.y)
                box = (left, top, left + round(crop.width), top + round(crop.height))
                large = page.crop(box).resize((round(crop.width * 2), round(crop.height * 2)))
                text = _ask(large, other, many=each.lines > 1)
                value = normal(text, each).value
                other.asked.add((sheet.name, each.key))
                other.fields += 1
                other.exact += is_same(each.kind, written, value)
                edits, length = edits_of(each, written, value)
                other.edits += edits
                other.characters += length
    return other


def _ask(picture: Any, other: Other, *, many: bool) -> str:
    data = io.BytesIO()
    picture.save(data, "PNG")
    command = [*TESSERACT[:-1], "6" if many else "7"]
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
    )
    if process.stdin is None or process.stdout is None:
        raise UnableToCompare("no pipe")
    process.stdin.write(data.getvalue())
    process.stdin.close()
    text = process.stdout.read().decode("utf-8", "replace")
    _pid, _status, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    other.wall_seconds += time.perf_counter() - began
    other.cpu_seconds += usage.ru_utime + usage.ru_stime
    return text
