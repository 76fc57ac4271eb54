"""A second, naive way to the same results, written apart from the rules: whole numbers, text and tables.

It made the grid of small numbers among the vectors (vectors/ach_grid.yaml); a test compares the two.
"""

from fractions import Fraction


def decimal_text_rounded(text: str, decimals: int) -> str:
    """Rounds digits by pencil: look at the digit after the last one kept, add one from 5 upwards."""
    negative = text.startswith("-")
    whole, _, rest = text.lstrip("-").partition(".")
    rest = rest.ljust(decimals + 1, "0")
    digits = int(whole + rest[:decimals])
    if rest[decimals] >= "5":
        digits += 1
    kept = str(digits).rjust(decimals + 1, "0")
    body = kept if decimals == 0 else f"{kept[:-decimals]}.{kept[-decimals:]}"
    return f"-{body}" if negative and digits else body


def hundredths(value: Fraction) -> str:
    """A ratio of 0 or more with two decimals, half-up."""
    units = (value.numerator * 200 + value.denominator) // (2 * value.denominator)
    return f"{units // 100}.{units % 100:02d}"


def mie(actual: int, target: int, baseline: int | None, *, higher: bool) -> tuple[str, str, str]:
    """State, display and grade of whole numbers by the profile mie-2020, read off the rule case by case."""
    met = actual >= target if higher else actual <= target
    if met:
        return "met", "1.00", "A"
    ratio = _unmet_ratio(actual, target, baseline, higher=higher)
    if ratio is None:
        return "undefined", "—", "-"
    printed = hundredths(ratio)
    grades = [("B", Fraction(85, 100)), ("C", Fraction(70, 100)), ("D", Fraction(0))]
    grade = next(name for name, edge in grades if ratio >= edge)
    return "unmet", "0.99" if printed == "1.00" else printed, grade


def _unmet_ratio(actual: int, target: int, baseline: int | None, *, higher: bool) -> Fraction | None:
    if higher and min(actual, 0 if baseline is None else baseline) >= 0 and target > 0:
        return Fraction(actual, target)
    if not higher and target > 0:
        return Fraction(target, actual)
    if not higher and target == 0:
        return Fraction(0)
    if baseline is None:
        return None
    # Turned so that more is better: the way from the baseline, of the way to the target.
    sign = 1 if higher else -1
    way, gone = sign * (target - baseline), sign * (actual - baseline)
    if way <= 0:
        return None
    return Fraction(gone, way) if gone > 0 else Fraction(0)


ACTUALS = (-7, -3, 0, 4, 9, 60)
TARGETS = (-4, 0, 5, 61)
BASELINES = (None, -8, 2)


def ach_grid() -> list[dict[str, str]]:
    """Every combination of small actuals, targets and baselines in both directions."""
    grid = []
    for higher in (True, False):
        for actual in ACTUALS:
            for target in TARGETS:
                for baseline in BASELINES:
                    state, display, grade = mie(actual, target, baseline, higher=higher)
                    grid.append(
                        {
                            "profile": "mie-2020",
                            "direction": "higher_is_better" if higher else "lower_is_better",
                            "actual": str(actual),
                            "target": str(target),
                            "baseline": "~no_baseline" if baseline is None else str(baseline),
                            "state": state,
                            "display": display,
                            "grade": grade,
                        }
                    )
    return grid
