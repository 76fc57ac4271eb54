"""Rule HRS: what a reform saved, with an interval. Decimals in minutes; no database, no clock.

saved = Σ over completed cases of max(0, baseline − remaining human minutes) − upkeep − correction

The baseline is the mean of a measured sample. Only that mean is uncertain, and one error of it is shared by all cases
that are held against it: n cases do not make it smaller. The saving is a rising function of the baseline, so the ends
of the baseline's interval are carried through the rule as they are. Baselines of different samples are independent;
their intervals are joined end by end (Zou & Donner 2008, "MOVER"), with the degrees of freedom that the sum has
(Satterthwaite 1946), for several small samples together know more than each of them alone.

Working times are skewed to the right, for which Student's interval is too short and too low on few samples. So the
interval of the mean is Hall's (1992), which corrects for the skewness that the sample shows. What it cannot mend is a sample that mixes kinds of work of very
different length: with ten cases of which one in five is long, the interval holds in 89 of 100 only.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

__all__ = [
    "LEAST_SAMPLES",
    "Baseline",
    "Saved",
    "TooFewSamples",
    "baseline_of",
    "joined",
    "per_year",
    "saved_by",
    "student_quantile",
]

LEAST_SAMPLES = 10
"""Fewer timed cases are no measured baseline: their interval would not hold what it says."""

ZERO = Decimal(0)
# 97.5 % point of the normal distribution.
_Z = Decimal("1.959963984540054")
_DIGITS = 28


class TooFewSamples(ValueError):
    """Fewer than LEAST_SAMPLES."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """Minutes that one case took by hand: mean of ``n`` timed cases, 95 % interval [low, high], standard deviation."""

    n: int
    mean: Decimal
    low: Decimal
    high: Decimal
    deviation: Decimal


@dataclass(frozen=True, slots=True)
class Saved:
    """Minutes saved with their 95 % interval [low, high]; below 0 when the new way took more than it saved.

    ``freedom`` are the degrees of freedom of the interval: of one sample, its cases less one.
    """

    minutes: Decimal
    low: Decimal
    high: Decimal
    freedom: Decimal = Decimal(LEAST_SAMPLES - 1)

    def less(self, minutes: Decimal) -> "Saved":
        """The same after a known deduction."""
        return Saved(self.minutes - minutes, self.low - minutes, self.high - minutes, self.freedom)


def student_quantile(freedom: Decimal) -> Decimal:
    """97.5 % point of Student's t for ``freedom`` ≥ 9, right to four digits (Abramowitz & Stegun 26.7.5)."""
    z, v = _Z, freedom
    return (
        z
        + (z**3 + z) / (4 * v)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * v**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * v**3)
        + (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / (92160 * v**4)
    )


def _cube_root(value: Decimal) -> Decimal:
    root = abs(value) ** (Decimal(1) / 3)
    return -root if value < 0 else root


def _untwisted(value: Decimal, skew: Decimal, n: int) -> Decimal:
    """Inverse of Hall's transformation of the studentised mean: where its skewness has been taken out."""
    if abs(skew) < Decimal("1e-9"):
        return value
    return 3 / skew * (_cube_root(1 + skew * (value - skew / (6 * n))) - 1)


def baseline_of(samples: Sequence[Decimal]) -> Baseline:
    """The baseline that timed cases give, in minutes. Raises TooFewSamples."""
    n = len(samples)
    if n < LEAST_SAMPLES:
        raise TooFewSamples(n)
    with localcontext(prec=_DIGITS):
        mean = sum(samples, ZERO) / n
        apart = [each - mean for each in samples]
        deviation = (sum((each * each for each in apart), ZERO) / (n - 1)).sqrt()
        if not deviation:
            return Baseline(n, mean, mean, mean, ZERO)
        skew = n * sum(((each / deviation) ** 3 for each in apart), ZERO) / ((n - 1) * (n - 2))
        reach = student_quantile(Decimal(n - 1)) / Decimal(n).sqrt()
        low = mean - deviation * _untwisted(reach, skew, n)
        high = mean - deviation * _untwisted(-reach, skew, n)
        # No case takes less than no time.
        return Baseline(n, mean, max(ZERO, low), high, deviation)


def _saved_at(baseline: Decimal, cases: Mapping[Decimal, int]) -> Decimal:
    return sum((number * max(ZERO, baseline - human) for human, number in cases.items()), ZERO)


def saved_by(baseline: Baseline, cases: Mapping[Decimal, int]) -> Saved:
    """What completed cases saved against one baseline; ``cases`` says how many took each number of human minutes."""
    with localcontext(prec=_DIGITS):
        return Saved(
            _saved_at(baseline.mean, cases),
            _saved_at(baseline.low, cases),
            _saved_at(baseline.high, cases),
            Decimal(baseline.n - 1),
        )


def joined(parts: Iterable[Saved]) -> Saved:
    """The sum of savings whose baselines were measured apart; nothing at all is exactly 0."""
    with localcontext(prec=_DIGITS):
        total = below = above = spread = shares = ZERO
        for each in parts:
            # The quantile of each sample's own is taken out, and that of all together put in at the end.
            own = student_quantile(each.freedom)
            total += each.minutes
            below += ((each.minutes - each.low) / own) ** 2
            above += ((each.high - each.minutes) / own) ** 2
            variance = ((each.high - each.low) / own) ** 2
            spread += variance
            shares += variance * variance / each.freedom
        if not spread:
            return Saved(total, total, total)
        freedom = spread * spread / shares
        reach = student_quantile(freedom)
        return Saved(total, total - reach * below.sqrt(), total + reach * above.sqrt(), freedom)


def per_year(saved: Saved, days: int) -> Saved:
    """What the same pace would give in 365 days; only ever to be printed as such. Raises ValueError for no days."""
    if days <= 0:
        raise ValueError(days)
    with localcontext(prec=_DIGITS):
        factor = Decimal(365) / days
        return Saved(saved.minutes * factor, saved.low * factor, saved.high * factor, saved.freedom)
