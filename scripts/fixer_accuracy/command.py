"""``python -m scripts.fixer_accuracy``: make workbooks from a seed, let the fixer tidy them, print the figures."""

import argparse
import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from kencho.catalog import fixer
from scripts.fixer_accuracy import books, handmade
from scripts.fixer_accuracy.compare import Score, compare
from scripts.fixer_accuracy.honesty import Honesty, examine
from scripts.fixer_accuracy.model import Book
from scripts.fixer_accuracy.report import Result, print_report
from scripts.fixer_accuracy.write import write

LONG = 10_000


def arguments(words: Sequence[str]) -> argparse.Namespace:
    """The command line; ``make fixer-accuracy`` gives the same by variables."""
    parser = argparse.ArgumentParser(prog="python -m scripts.fixer_accuracy", description=__doc__)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--books", type=int, default=200, help="workbooks to make, beside those made by hand")
    parser.add_argument("--keep", type=Path, help="folder for workbooks, truth, and what came out")
    parser.add_argument("--only", default="", help="a layout: judge only workbooks that have it")
    parser.add_argument("--show", type=int, default=12, help="how many faulty workbooks to name")
    parser.add_argument(
        "--make-only", action="store_true", help="make the workbooks into --keep, judge nothing"
    )
    return parser.parse_args(words)


def judge(book: Book, path: Path) -> Result:
    """Let the fixer work on a file and compare. A refusal or a crash loses all cells."""
    started = time.perf_counter()
    try:
        proposal = fixer.propose_file(path)
    except fixer.Refusal as refusal:
        return _lost(book, f"refused: {refusal.code}")
    except Exception as error:  # noqa: BLE001  # a crash is a finding, the other workbooks are still to be judged
        return _lost(book, f"crashed: {type(error).__name__}: {error}")
    seconds = time.perf_counter() - started
    score = compare(book.truths, proposal.tables)
    try:
        restored: Any = fixer.invert(proposal.tables, proposal.changes)
        honesty = examine(book, proposal, score.found, restored)
    except Exception as error:  # noqa: BLE001  # as above
        honesty = Honesty([], [], [f"inverse crashed: {type(error).__name__}: {error}"])
    questions = [f"{each.code} {each.sheet}!{each.ref}" for each in proposal.questions]
    return Result(book, score, honesty, questions, len(proposal.changes), seconds)


def _lost(book: Book, reason: str) -> Result:
    return Result(book, compare(book.truths, []), Honesty([], [], [reason]), [], 0, 0.0, reason)


def as_data(book: Book) -> dict[str, Any]:
    """The truth of a workbook as JSON."""
    return {
        "layouts": sorted(book.layouts),
        "tables": [
            {
                "columns": [
                    {"names": each.names, "kind": each.kind, "unit": each.unit} for each in truth.fields
                ],
                "rows": truth.rows,
            }
            for truth in book.truths
        ],
    }


def _keep(folder: Path, result: Result) -> None:
    data = as_data(result.book) | {"f1": result.score.f1, "faults": result.score.faults}
    data |= {"silent": result.honesty.silent, "not_restored": result.honesty.not_restored}
    path = folder / f"{result.book.name}.json"
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1, default=str), encoding="utf-8")


def all_books(seed: int, count: int, only: str) -> Iterator[Book]:
    """The workbooks made by hand, then those of the seed."""
    for book in (*handmade.books(), *books.books(seed, count)):
        if not only or only in book.layouts:
            yield book


def seconds_for(seed: int, folder: Path) -> tuple[float, float]:
    """The fixer's time for a messy list of 10,000 rows, reading included: by the clock and of the processor."""
    path = write(books.long_book(seed, LONG), folder)
    started, used = time.perf_counter(), time.process_time()
    try:
        fixer.propose_file(path)
    except Exception:  # noqa: BLE001  # judged elsewhere; here it has no time
        return float("inf"), float("inf")
    return time.perf_counter() - started, time.process_time() - used


def main(words: Sequence[str] | None = None) -> int:
    """0 when every goal was met."""
    import sys

    given = arguments(sys.argv[1:] if words is None else words)
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        results = []
        for book in all_books(given.seed, given.books, given.only):
            path = write(book, folder)
            result = Result(book, Score(), Honesty([], [], [])) if given.make_only else judge(book, path)
            results.append(result)
            if given.keep:
                _keep(folder, result)
        if given.make_only:
            return 0
        return int(
            not print_report(
                results, seed=given.seed, long_seconds=seconds_for(given.seed, folder), show=given.show
            )
        )
