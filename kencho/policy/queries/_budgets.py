"""The projects and budgets of a sheet: which amounts are printed, and how they compare (rule BUD)."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from kencho.foundation.fiscal import FiscalYear
from kencho.policy import rules
from kencho.policy.marks import mark_of
from kencho.policy.models import BudgetLine, PolicyNode, ProjectLine
from kencho.policy.rules import Amount, Missing, Profile, StageKind
from kencho.policy.sheet import BudgetCell, Program, ProjectRow

# What is printed when both years have it, in this order.
PREFERRED = (
    StageKind.INITIAL,
    StageKind.CURRENT,
    StageKind.FINAL,
    StageKind.SETTLED,
    StageKind.UNSPECIFIED,
)


def project_rows(measure: PolicyNode, sheet_year: int, profile: Profile) -> tuple[ProjectRow, ...]:
    """主な事業 with the amounts of the year before and of the sheet year; two queries."""
    lines = (
        ProjectLine.objects.filter(node=measure, sheet_year=sheet_year)
        .select_related("program", "direction")
        .prefetch_related("budgets")
        .order_by("number")
    )
    return tuple(_project(line, sheet_year, profile) for line in lines)


def _project(line: ProjectLine, sheet_year: int, profile: Profile) -> ProjectRow:
    amounts = _amounts(line.budgets.all(), sheet_year)
    return ProjectRow(
        number=line.number,
        mark=mark_of(line.number),
        name=line.name,
        novelty=line.novelty_label,
        program_code=line.program.code,
        program_name=line.program.name,
        budgets=tuple(
            BudgetCell(year, FiscalYear(year).short_label, amount.stage.kind.value, amount.value)
            for year, amount in amounts.items()
            if not isinstance(amount.value, Missing)
        ),
        change=change_text(amounts[sheet_year - 1], amounts[sheet_year], profile),
        overview=line.overview,
        direction_number=line.direction.number if line.direction else None,
    )


def _amounts(lines: Iterable[BudgetLine], sheet_year: int) -> dict[int, Amount]:
    """The amount of the year before and of the sheet year, of like stages where there are any."""
    years = (sheet_year - 1, sheet_year)
    found = {year: stages_of([line for line in lines if line.year == year]) for year in years}
    common = [kind for kind in PREFERRED if all(kind in found[year] for year in years)]
    return {year: _chosen(found[year], common) for year in years}


def _chosen(stages: dict[StageKind, int], common: Sequence[StageKind]) -> Amount:
    kind = next((kind for kind in (*common, *PREFERRED) if kind in stages), None)
    if kind is None:
        return Amount(rules.Stage(StageKind.UNSPECIFIED), Missing.NOT_SET)
    return Amount(rules.Stage(kind), stages[kind])


def stages_of(lines: Sequence[BudgetLine]) -> dict[StageKind, int]:
    """The amounts of one project and year by stage; 現計 follows from 当初 and 補正 when nobody wrote it."""
    amounts = {
        StageKind(line.stage): line.amount_thousand_yen
        for line in lines
        if line.stage in set(StageKind) and line.stage != StageKind.SUPPLEMENTARY
    }
    added = [line.amount_thousand_yen for line in lines if line.stage == StageKind.SUPPLEMENTARY]
    if added and StageKind.INITIAL in amounts:
        amounts.setdefault(StageKind.CURRENT, amounts[StageKind.INITIAL] + sum(added))
    return amounts


def change_text(old: Amount, new: Amount, profile: Profile) -> str:
    """「+112,681千円（+175.1%）」, with a remark where the stages cannot be compared; empty when neither is known."""
    if isinstance(old.value, Missing) and isinstance(new.value, Missing):
        return ""
    found = rules.change(old, new)
    delta, rate = rules.shown_change(found, profile)
    amount = delta if found.delta is None else _("%(amount)s千円") % {"amount": delta}
    remarks = "".join(f" {note.text}" for note in found.notes)
    return f"{amount}（{rate}）{remarks}"


def program_rows(
    programs: Sequence[PolicyNode], rows: Sequence[ProjectRow], sheet_year: int, profile: Profile
) -> tuple[Program, ...]:
    """基本事業 with the sums of their printed projects. 「主な事業」 are not all: the sum is no program budget."""
    return tuple(
        _program(each, [row for row in rows if row.program_code == each.code], sheet_year, profile)
        for each in programs
    )


def _program(program: PolicyNode, rows: Sequence[ProjectRow], sheet_year: int, profile: Profile) -> Program:
    sums = {year: _sum(rows, year) for year in (sheet_year - 1, sheet_year)}
    return Program(
        code=program.code,
        name=program.name,
        totals=tuple(
            BudgetCell(year, FiscalYear(year).short_label, amount.stage.kind.value, amount.value)
            for year, amount in sums.items()
            if not isinstance(amount.value, Missing)
        ),
        change=change_text(sums[sheet_year - 1], sums[sheet_year], profile),
    )


def _sum(rows: Sequence[ProjectRow], year: int) -> Amount:
    cells = [cell for row in rows for cell in row.budgets if cell.year == year]
    kinds = {cell.stage for cell in cells}
    kind = StageKind(kinds.pop()) if len(kinds) == 1 else StageKind.UNSPECIFIED
    found = rules.total([cell.amount for cell in cells], all_projects=False)
    return Amount(rules.Stage(kind), found.amount)
