"""Rule BUD: budget amounts in 千円 (integers), their stages, and how two years compare."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kencho.policy.rules._errors import Finding, RuleError, finding
from kencho.policy.rules._values import Missing, official

__all__ = [
    "Amount",
    "Budget",
    "Change",
    "ChangeKind",
    "Note",
    "Stage",
    "StageKind",
    "Total",
    "Yen",
    "change",
    "change_with_predecessors",
    "check_total",
    "total",
]

Yen = int | Missing
"""An amount in 千円, or why there is none."""


class StageKind(StrEnum):
    """The stage of a budget, as the 行政事業レビュー names them."""

    INITIAL = "initial"
    SUPPLEMENTARY = "supplementary"
    CURRENT = "current"
    FINAL = "final"
    SETTLED = "settled"
    UNSPECIFIED = "unspecified_in_source"


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage; only a supplementary budget bears a number. Raises `RuleError` `stage_number`, `stage_has_no_number`."""

    kind: StageKind
    number: int = 0

    def __post_init__(self) -> None:
        if self.kind is StageKind.SUPPLEMENTARY:
            if self.number < 1:
                raise RuleError("stage_number", str(self.number))
        elif self.number:
            raise RuleError("stage_has_no_number", self.kind)


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount and the stage to which it belongs."""

    stage: Stage
    value: Yen


@dataclass(frozen=True, slots=True)
class Budget:
    """One line of one fiscal year. `carried_over` (繰越) and `reserve` (予備費) stand apart from the stages.

    A supplementary budget may lower the amount; the other amounts are not negative (`amount_negative`).
    """

    cell: str
    initial: Yen
    supplementary: tuple[tuple[int, Yen], ...] = ()
    final: Yen = Missing.NOT_SET
    settled: Yen = Missing.NOT_SET
    carried_over: int = 0
    reserve: int = 0

    def __post_init__(self) -> None:
        for number, _amount in self.supplementary:
            Stage(StageKind.SUPPLEMENTARY, number)
        for value in (self.initial, self.final, self.settled, self.carried_over, self.reserve):
            if not isinstance(value, Missing) and value < 0:
                raise RuleError("amount_negative", self.cell)

    def current(self) -> Yen:
        """現計 = 当初 + Σ補正, without 繰越 and 予備費."""
        return _sum((self.initial, *(value for _, value in self.supplementary)))

    def available(self) -> Yen:
        """予算現額 = 現計 + 繰越 + 予備費: what could be spent in the year."""
        return _sum((self.current(), self.carried_over, self.reserve))

    def execution_rate(self) -> Decimal | Missing:
        """執行率 = 決算 ÷ 予算現額, in percent with one decimal half-up."""
        available = self.available()
        if isinstance(available, Missing):
            return available
        if isinstance(self.settled, Missing):
            return self.settled
        return official(Fraction(self.settled * 100, available), 1) if available else Missing.NOT_APPLICABLE

    def at(self, stage: Stage) -> Amount:
        """The amount of a stage; of a supplementary budget its own amount, `not_set` where it did not touch the line."""
        values = {
            StageKind.INITIAL: self.initial,
            StageKind.SUPPLEMENTARY: dict(self.supplementary).get(stage.number, Missing.NOT_SET),
            StageKind.CURRENT: self.current(),
            StageKind.FINAL: self.final,
            StageKind.SETTLED: self.settled,
        }
        return Amount(stage, values.get(stage.kind, Missing.NOT_APPLICABLE))


class ChangeKind(StrEnum):
    """How a line changed: by an amount, wholly new (皆増), wholly gone (皆減), not at all, or unknown."""

    CHANGED = "changed"
    ALL_NEW = "all_new"
    ALL_GONE = "all_gone"
    NONE = "none"
    REORGANISED = "reorganised"


class Note(StrEnum):
    """What the sheet says beside a change."""

    STAGES_DIFFER = "stages_differ"
    STAGE_UNKNOWN = "stage_unknown"
    NO_PREDECESSOR = "no_predecessor"
    PREDECESSOR_SHARED = "predecessor_shared"
    PREDECESSOR_WITHOUT_AMOUNT = "predecessor_without_amount"

    @property
    def text(self) -> Promise:
        """The sentence on the sheet."""
        return _NOTES[self]


_NOTES: dict[str, Promise] = {
    "stages_differ": _("予算の段階が異なる額を比べています。"),
    "stage_unknown": _("予算の段階が資料に書かれていない額を比べています。"),
    "no_predecessor": _("組替えのあった事業で、前身の事業が示されていないため、増減は出していません。"),
    "predecessor_without_amount": _("前身の事業に金額の分からないものがあるため、増減は出していません。"),
    "predecessor_shared": _("前身の事業が二つ以上の事業に分かれたため、増減は出していません。"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """A change from an old to a new amount: `delta` in 千円 and `rate` in percent, where they exist."""

    kind: ChangeKind
    delta: int | None
    rate: Decimal | None
    notes: tuple[Note, ...] = ()


def change(old: Amount, new: Amount) -> Change:
    """The change from like stage to like stage; where stages differ or are unknown, a note says so.

    rate = (new − old) ÷ old × 100, one decimal half-up. Old missing or 0: 皆増; new missing or 0: 皆減; neither
    has a rate. Both 0: no change. Both without an amount: `none` without a delta, for missing is not 0.
    """
    return _change(old.value, new.value, _stage_notes({old.stage, new.stage}))


def change_with_predecessors(
    *, new: Amount, code: str, predecessors: Mapping[str, Sequence[str]], old: Mapping[str, Amount]
) -> Change:
    """The change of a reorganised project against the sum of those it came from.

    `predecessors` names the old projects of each new one. Without an entry, or when an old project went into
    several new ones (its amount cannot be shared out) or has no amount, there is no change to state. Raises `RuleError`
    `predecessor_unknown`.
    """
    names = predecessors.get(code)
    if not names:
        return Change(ChangeKind.REORGANISED, None, None, (Note.NO_PREDECESSOR,))
    for name in names:
        if name not in old:
            raise RuleError("predecessor_unknown", code, predecessor=name)
    heirs = [heir for heir, sources in predecessors.items() if set(names) & set(sources)]
    if len(heirs) > 1:
        return Change(ChangeKind.REORGANISED, None, None, (Note.PREDECESSOR_SHARED,))
    amount = _sum([old[name].value for name in names])
    if isinstance(amount, Missing):
        return Change(ChangeKind.REORGANISED, None, None, (Note.PREDECESSOR_WITHOUT_AMOUNT,))
    stages = {old[name].stage for name in names} | {new.stage}
    return _change(amount, new.value, _stage_notes(stages))


@dataclass(frozen=True, slots=True)
class Total:
    """A sum and what it may be called."""

    amount: Yen
    label: Promise


def total(values: Sequence[Yen], *, all_projects: bool) -> Total:
    """The sum of project lines. 「主な事業」 are not all projects, so their sum is never called the measure's budget."""
    return Total(_sum(values), _("施策の予算額") if all_projects else _("主な事業の計"))


def check_total(stated: Yen, values: Sequence[Yen], *, cell: str) -> tuple[Finding, ...]:
    """A finding `wrong_total` when a stated sum is not that of its parts. With a missing part nothing is said."""
    computed = _sum(values)
    if isinstance(stated, Missing) or isinstance(computed, Missing) or stated == computed:
        return ()
    return (finding("wrong_total", cell, stated=f"{stated:,}", computed=f"{computed:,}"),)


def _change(old: Yen, new: Yen, notes: tuple[Note, ...]) -> Change:
    kind = _kind(old, new)
    if isinstance(old, Missing) or isinstance(new, Missing):
        return Change(kind, None, None, notes)
    rate = official(Fraction((new - old) * 100, old), 1) if kind is ChangeKind.CHANGED else None
    return Change(kind, new - old, rate, notes)


def _stage_notes(stages: Set[Stage]) -> tuple[Note, ...]:
    if Stage(StageKind.UNSPECIFIED) in stages:
        return (Note.STAGE_UNKNOWN,)
    return (Note.STAGES_DIFFER,) if len(stages) > 1 else ()


def _kind(old: Yen, new: Yen) -> ChangeKind:
    had, has = _some(old), _some(new)
    if had and has:
        return ChangeKind.NONE if old == new else ChangeKind.CHANGED
    if had:
        return ChangeKind.ALL_GONE
    return ChangeKind.ALL_NEW if has else ChangeKind.NONE


def _some(value: Yen) -> bool:
    return not isinstance(value, Missing) and value != 0


def _sum(values: Sequence[Yen]) -> Yen:
    """Missing when a part is missing; of no parts `not_applicable`."""
    if not values:
        return Missing.NOT_APPLICABLE
    amount = 0
    for value in values:
        if isinstance(value, Missing):
            return value
        amount += value
    return amount
