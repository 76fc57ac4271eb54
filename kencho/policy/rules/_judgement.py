"""Rule JDG: the computed suggestion for 進展度, and what a person's decision needs."""

from collections.abc import Sequence
from dataclasses import dataclass

from kencho.policy.rules._achievement import Achievement, grade_of
from kencho.policy.rules._errors import RuleError
from kencho.policy.rules._profiles import Profile

__all__ = ["Decision", "Suggestion", "decide", "suggest"]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the primary indicator alone suggests; `beside` are the secondary ones, shown and not averaged.

    `grade` is `None` where the primary indicator has no ratio (missing or undefined): then a person judges alone.
    """

    grade: str | None
    needs_experts: bool
    beside: tuple[Achievement, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """進展度 as decided, with 判断理由."""

    grade: str
    rationale: str
    differs: bool
    difference_reason: str
    needs_experts: bool


def suggest(
    primary: Achievement | None, profile: Profile, *, secondary: Sequence[Achievement | None] = ()
) -> Suggestion | None:
    """The suggestion by the profile's bands from the unrounded raw; `None` where the plan is monitored only."""
    if profile.monitor_only:
        return None
    beside = tuple(achievement for achievement in secondary if achievement is not None)
    grade = None if primary is None else _grade(primary, profile)
    return Suggestion(grade, grade in profile.external_review_when, beside)


def decide(
    suggestion: Suggestion | None,
    profile: Profile,
    *,
    grade: str,
    rationale: str,
    difference_reason: str = "",
    cell: str,
) -> Decision:
    """A person's decision. Raises `RuleError`: `judgement_off`, `unknown_grade`, `rationale_missing` and, where it
    differs from the suggestion (a suggestion without a grade is none to differ from), `difference_reason_missing`.
    """
    if suggestion is None or profile.monitor_only:
        raise RuleError("judgement_off", cell)
    if grade not in profile.grades:
        raise RuleError("unknown_grade", cell, grade=grade)
    if not rationale.strip():
        raise RuleError("rationale_missing", cell)
    differs = suggestion.grade is not None and grade != suggestion.grade
    if differs and not difference_reason.strip():
        raise RuleError("difference_reason_missing", cell, suggested=suggestion.grade)
    return Decision(
        grade=grade,
        rationale=rationale.strip(),
        differs=differs,
        difference_reason=difference_reason.strip() if differs else "",
        needs_experts=grade in profile.external_review_when,
    )


def _grade(primary: Achievement, profile: Profile) -> str | None:
    if primary.raw is not None and profile.bands:
        return grade_of(primary.raw, profile.bands)
    return primary.grade
