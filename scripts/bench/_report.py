"""One line of JSON per figure."""

import json
import os
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection

QUICK = os.environ.get("QUICK", "") not in {"", "0"}


def sized(usual: int, quick: int) -> int:
    """A size for a full measurement, and the one for a smoke run."""
    return quick if QUICK else usual


def many(usual: int, quick: int) -> int:
    """As ``sized``; the environment variable ROWS says otherwise."""
    return int(os.environ.get("ROWS") or sized(usual, quick))


def rounds() -> int:
    """How often ours and theirs take turns."""
    return sized(3, 1)


def interleaved(ours: Callable[[], float], theirs: Callable[[], float]) -> tuple[float, float, float]:
    """Medians of both, measured by turns, and the median of the rounds' own ratios (ours to theirs)."""
    pairs = [(ours(), theirs()) for _round in range(rounds())]
    return (
        statistics.median(pair[0] for pair in pairs),
        statistics.median(pair[1] for pair in pairs),
        statistics.median(pair[0] / pair[1] for pair in pairs),
    )


def rate(count: int, work: Callable[[], object]) -> float:
    """How many per second when ``work`` does ``count`` of them."""
    began = time.perf_counter()
    work()
    return count / (time.perf_counter() - began)


def percentile(values: Sequence[float], percent: float) -> float:
    """The value below which this share lies (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def line(
    bench: str,
    measured: str,
    *,
    ours: float,
    against: str,
    theirs: float,
    ratio: float,
    rows: int,
    **more: Any,
) -> None:
    """Print a figure. ``ratio`` is better when higher; ``measured`` says what and in which unit."""
    shown = {
        "bench": bench,
        "measured": measured,
        "database": connection.vendor,
        "ours": _round(ours),
        "against": against,
        "theirs": _round(theirs),
        "ratio": _round(ratio),
        "rows": rows,
        "rounds": rounds(),
        "load": round(os.getloadavg()[0], 2),
        "cores": os.cpu_count(),
        "quick": QUICK,
        **{key: _round(value) for key, value in more.items()},
    }
    print(json.dumps(shown, ensure_ascii=False), flush=True)


def _round(value: Any) -> Any:
    return float(f"{value:.4g}") if isinstance(value, float) else value
