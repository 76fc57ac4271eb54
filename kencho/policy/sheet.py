"""施策の評価表: the content of a printed sheet, made once by ``queries`` and shown by every form of it.

HTML, PDF, docx, xlsx, text and the open exports all read these values, so they cannot differ from each other. Texts
are as printed; ``value`` beside them is exact. A cell names the snapshot from which its figure comes.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

__all__ = [
    "BudgetCell",
    "Cell",
    "IndicatorRow",
    "IndicatorYear",
    "Numbered",
    "Program",
    "ProjectRow",
    "Sheet",
    "SheetYear",
]


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure as printed: 「22,299 件」, 「—」, or nothing; ``missing`` is the reason when there is no value."""

    text: str = ""
    value: Decimal | None = None
    missing: str = ""
    status: str = ""
    snapshot: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class SheetYear:
    """A column group: 「令和元年度」 (baseline) or 「2年度」 whose era the header to its left lends."""

    year: int
    label: str
    is_baseline: bool = False
    has_achievement: bool = False


@dataclass(frozen=True, slots=True)
class IndicatorYear:
    """Target, actual, achievement and expected value of one indicator in one year; the last two are apart."""

    year: int
    target: Cell
    actual: Cell
    achievement: Cell
    expected: Cell


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """目標項目."""

    code: str
    role: str
    name: str
    unit: str
    decimals: int
    direction: str
    measure: str
    years: tuple[IndicatorYear, ...]
    explanation: str = ""
    rationale: str = ""
    rationale_year: int | None = None
    stage: str = ""
    definition_version: int = 1


@dataclass(frozen=True, slots=True)
class Numbered:
    """① of 現状と課題 or 取組方向, with the numbers of what it is linked to."""

    number: int
    mark: str
    text: str
    links: tuple[int, ...] = ()
    programs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BudgetCell:
    """予算額 of one year and stage in 千円."""

    year: int
    label: str
    stage: str
    amount: int


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """主な事業."""

    number: int
    mark: str
    name: str
    novelty: str
    program_code: str
    program_name: str
    budgets: tuple[BudgetCell, ...]
    change: str
    overview: str
    direction_number: int | None = None


@dataclass(frozen=True, slots=True)
class Program:
    """基本事業 with the sum of its printed projects, as texts, by year."""

    code: str
    name: str
    totals: tuple[BudgetCell, ...] = ()
    change: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One measure in one sheet year, at one revision (or live, revision 0)."""

    body_name: str
    code: str
    name: str
    lead_department: str
    plan_name: str
    plan_years: tuple[int, int]
    sheet_year: int
    stage: str
    revision: int
    dated: date | None
    marking: str
    desired_heading: str
    desired_state: tuple[str, ...]
    years: tuple[SheetYear, ...]
    primary: tuple[IndicatorRow, ...]
    secondary: tuple[IndicatorRow, ...]
    issues: tuple[Numbered, ...]
    directions: tuple[Numbered, ...]
    projects: tuple[ProjectRow, ...]
    programs: tuple[Program, ...]
    grade: str = ""
    grade_suggested: str = ""
    grade_reason: str = ""
    comments: tuple[str, ...] = ()
