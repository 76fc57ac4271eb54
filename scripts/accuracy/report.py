"""The printed report: by kind, class, resolution and damage, what passed although it was wrong, and the verdict last."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from scripts.accuracy.metrics import HEAD, Figures, Outcome, wilson

EXACT, PASSED, PRECISION, CPU_SECONDS, MEGABYTES = 0.97, 0.90, 0.993, 1.2, 600
TICKS, PAGES = 0.99, 0.98


@dataclass(frozen=True)
class Cost:
    """What reading cost: the mean over pages of forms, the peak over worker processes."""

    pages: int
    cpu_seconds: float
    slowest: float
    peak_mb: float
    wall_seconds: float
    workers: int


@dataclass(frozen=True)
class Pages:
    """Whole pages: how many of each sort came out as they should."""

    right: Counter[str]
    all: Counter[str]
    refusals: Counter[str]

    @property
    def share(self) -> float:
        """Pages taken for what they are: forms read, backs found empty, strangers not read as forms."""
        return self.right.total() / self.all.total() if self.all.total() else 0.0


def print_report(
    outcomes: Sequence[Outcome], pages: Pages, cost: Cost, notes: Sequence[str], *, seed: int
) -> bool:
    """Print everything; returns whether every goal was met."""
    text = [each for each in outcomes if not each.is_tick]
    ticks = [each for each in outcomes if each.is_tick]
    filled = [each for each in text if each.is_filled]
    print(HEAD)
    _by("kind", filled, lambda each: each.kind.value)
    _by("class", filled, lambda each: each.writing)
    _by("dpi", filled, lambda each: str(each.dpi))
    _by("damage", filled, lambda each: str(each.level))
    by_strokes = [each for each in filled if each.writing in {"handstroke", "handhasty"}]
    _by("digits", by_strokes, lambda each: "real digits" if each.real_digits else "drawn digits")
    _by("names", [each for each in filled if each.tag], lambda each: each.tag)
    _by("ticks", ticks, lambda each: each.kind.value)
    print(Figures.of(each for each in text if not each.is_filled).line("left empty, read as text"))
    _print_wrong([each for each in outcomes if each.passes and not each.is_exact and each.counts])
    return _print_summary(outcomes, filled, text, ticks, pages, cost, notes, seed)


def _by(title: str, outcomes: Sequence[Outcome], name_of: Callable[[Outcome], str]) -> None:
    print(f"— {title}")
    for name in sorted({name_of(each) for each in outcomes}):
        print(Figures.of(each for each in outcomes if name_of(each) == name).line(name))


def _print_wrong(wrong: Sequence[Outcome]) -> None:
    print(f"— passed although wrong: {len(wrong)}")
    for each in wrong:
        print(
            f"  {each.sheet} {each.kind.value} {each.key} [{each.writing}, {each.dpi} dpi, {each.hand}]: "
            f"{each.truth!r} read as {each.value!r}, score {each.score:.3f}, {','.join(each.reasons) or 'no reason'}"
        )


def _print_summary(
    outcomes: Sequence[Outcome],
    filled: Sequence[Outcome],
    text: Sequence[Outcome],
    ticks: Sequence[Outcome],
    pages: Pages,
    cost: Cost,
    notes: Sequence[str],
    seed: int,
) -> bool:
    of_text, of_ticks, of_all = Figures.of(filled), Figures.of(ticks), Figures.of(outcomes)
    passed = Figures.of(text)
    low, high = wilson(passed.passed_right, passed.passed)
    print()
    for note in notes:
        print(f"note: {note}")
    print(HEAD)
    print(of_text.line("fields written in"))
    print(of_ticks.line("ticks"))
    print(of_all.line("together"))
    print(
        f"passed with always-check kinds kept back: {of_text.passed_with_check / max(1, of_text.fields):.1%}"
    )
    shown = ", ".join(f"{name} {pages.right[name]}/{count}" for name, count in sorted(pages.all.items()))
    refusals = ", ".join(f"{name} {count}" for name, count in pages.refusals.most_common())
    print(f"pages as they should be: {shown}" + (f"; refusals: {refusals}" if refusals else ""))
    hour = 3600 / cost.cpu_seconds * 2 if cost.cpu_seconds else 0
    print(
        f"cost: {cost.cpu_seconds:.2f} CPU-s per page (slowest {cost.slowest:.2f}), about {hour:,.0f} pages an hour on 2 idle cores, "
        f"peak {cost.peak_mb:.0f} MB per worker; {cost.pages} pages in {cost.wall_seconds:.0f} s with {cost.workers} workers"
    )
    goals = (
        (f"fields exact ≥ {EXACT:.0%}", of_text.exact_share >= EXACT, f"{of_text.exact_share:.2%} of {of_text.fields}"),
        (f"passed unchecked ≥ {PASSED:.0%}", of_text.passed_share >= PASSED, f"{of_text.passed_share:.2%}"),
        (f"precision of passed ≥ {PRECISION:.1%}", bool(passed.passed) and passed.precision >= PRECISION, f"{passed.precision:.2%} ({low:.2%}–{high:.2%})"),
        (f"ticks exact ≥ {TICKS:.0%}", not of_ticks.fields or of_ticks.exact_share >= TICKS, f"{of_ticks.exact_share:.2%} of {of_ticks.fields}"),
        (f"pages as they should be ≥ {PAGES:.0%}", pages.share >= PAGES, f"{pages.share:.2%} of {pages.all.total()}"),
        (f"CPU-s per page ≤ {CPU_SECONDS}", cost.cpu_seconds <= CPU_SECONDS, f"{cost.cpu_seconds:.2f}"),
        (f"MB per worker ≤ {MEGABYTES}", cost.peak_mb <= MEGABYTES, f"{cost.peak_mb:.0f}"),
    )  # fmt: skip
    for name, is_met, value in goals:
        print(f"{'met   ' if is_met else 'MISSED'}  {name:<32} {value}")
    all_met = all(is_met for _name, is_met, _value in goals)
    print(
        json.dumps(
            {
                "seed": seed,
                "pages": cost.pages,
                "fields": of_text.fields,
                "exact": round(of_text.exact_share, 4),
                "cer": round(of_text.error_rate, 4),
                "passed": round(of_text.passed_share, 4),
                "precision": round(passed.precision, 4),
                "precision_low": round(low, 4),
                "precision_high": round(high, 4),
                "ticks_exact": round(of_ticks.exact_share, 4),
                "pages_right": round(pages.share, 4),
                "cpu_seconds_per_page": round(cost.cpu_seconds, 3),
                "peak_mb": round(cost.peak_mb),
                "met": all_met,
            }
        )
    )
    return all_met
