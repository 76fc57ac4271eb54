"""A sheet file as values: what `kencho.policy-sheet/0.1` says, checked for form."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kencho.policy.rules import Missing

SCHEMA = "kencho.policy-sheet/0.1"

Value = Decimal | Missing


@dataclass(frozen=True)
class YearCells:
    """The cells of an indicator in one year. In the year of the baseline only ``actual`` counts: the 現状値."""

    year: int
    is_baseline: bool
    target: Value
    actual: Value
    status: str
    place: str


@dataclass(frozen=True)
class BindingEntry:
    """The indicator that is counted, by the code under which an app declares it."""

    code: str
    parameters: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class IndicatorEntry:
    """One 目標項目."""

    code: str
    role: str
    name: str
    unit: str
    decimals: int
    direction: str
    measure: str
    stage: str
    version: int
    effective_year: int
    explanation: str
    rationale: tuple[int, str] | None
    cells: tuple[YearCells, ...]
    binding: BindingEntry | None
    place: str

    @property
    def baseline(self) -> YearCells | None:
        """The cell of the 現状値."""
        return next((each for each in self.cells if each.is_baseline), None)

    @property
    def targets(self) -> dict[int, Value]:
        """Official targets by year."""
        return {each.year: each.target for each in self.cells if not each.is_baseline}


@dataclass(frozen=True)
class IssueEntry:
    """現状と課題."""

    number: int
    text: str
    direction: int | None
    programs: tuple[str, ...]
    place: str


@dataclass(frozen=True)
class DirectionEntry:
    """取組方向."""

    number: int
    text: str
    issue: int | None
    projects: tuple[int, ...]
    place: str


@dataclass(frozen=True)
class BudgetEntry:
    """予算額 in 千円."""

    year: int
    stage: str
    number: int
    amount: int


@dataclass(frozen=True)
class ProjectEntry:
    """主な事業."""

    number: int
    name: str
    novelty: str
    program: str
    direction: int | None
    budgets: tuple[BudgetEntry, ...]
    overview: str
    place: str


@dataclass(frozen=True)
class PlanEntry:
    """計画. Without a code it is known by its name and first year."""

    code: str
    name: str
    fy_from: int
    fy_to: int
    kpi_mode: str
    marking: str = ""


@dataclass(frozen=True)
class DesiredEntry:
    """めざす姿."""

    heading: str
    as_of: date
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class SheetFile:
    """The whole file."""

    code: str
    name: str
    lead: str
    plan: PlanEntry
    sheet_year: int
    profile: str
    desired: DesiredEntry | None
    programs: tuple[tuple[str, str], ...]
    indicators: tuple[IndicatorEntry, ...]
    issues: tuple[IssueEntry, ...]
    directions: tuple[DirectionEntry, ...]
    projects: tuple[ProjectEntry, ...]
