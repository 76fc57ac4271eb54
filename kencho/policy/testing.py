"""Ready-made things for tests of other apps and of pages: a fake indicator, planning staff, a measure with three indicators."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from kencho.foundation import actors
from kencho.foundation.clock import JST
from kencho.foundation.indicators import (
    Asked,
    EvidenceRow,
    IndicatorSpec,
    Measure,
    Parameter,
    Reading,
    UnitReading,
    indicators,
)
from kencho.organization.models import Body
from kencho.policy import importing
from kencho.policy.models import Indicator, PolicyNode

__all__ = [
    "IMPORTED_AT",
    "MEASURE406",
    "Fact",
    "Ledger",
    "declared",
    "import_measure406",
    "indicator_coded",
    "measure406_text",
]

MEASURE406 = Path(__file__).parent / "tests" / "data" / "measure406.yaml"
IMPORTED_AT = datetime(2020, 11, 1, 9, 0, tzinfo=JST)
SETUP = actors.system("setup")


@dataclass(frozen=True)
class Fact:
    """Something that happened on a day, recorded at an instant; ``version`` grows when it is changed, ``erased_at`` ends it."""

    id: str
    on: date
    recorded_at: datetime
    unit: str = "03009"
    version: int = 1
    changed_at: datetime | None = None
    erased_at: datetime | None = None
    counts: int = 1


@dataclass
class Ledger:
    """A small bitemporal book of facts that can stand in for any app."""

    facts: dict[str, Fact] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()

    def add(self, fact: Fact) -> None:
        """Enter a fact."""
        self.facts[fact.id] = fact

    def change(self, sign: str, at: datetime) -> None:
        """Something of a fact changes that counts."""
        held = self.facts[sign]
        self.facts[sign] = replace(held, version=held.version + 1, changed_at=at)

    def erase(self, sign: str) -> None:
        """A fact is gone for good, as after the end of its retention."""
        del self.facts[sign]

    def rows(self, asked: Asked) -> Iterator[EvidenceRow]:
        """The facts of the days asked for, known by then, in the order of their ids."""
        for sign in sorted(self.facts):
            fact = self.facts[sign]
            if asked.first <= fact.on < asked.end and fact.recorded_at <= asked.as_of:
                # A book that keeps no old versions, like most tables: the change shows in the past too.
                yield EvidenceRow(
                    id=sign,
                    version=str(fact.version),
                    on=fact.on,
                    unit=fact.unit,
                    counts=Decimal(fact.counts),
                    label=f"事実 {sign}",
                    url=f"/facts/{sign}/",
                )

    def read(self, asked: Asked) -> Reading:
        """How many."""
        rows = list(self.rows(asked))
        return Reading(sum((row.counts for row in rows), Decimal(0)), doubts=self.doubts)

    def read_units(self, asked: Asked) -> Reading:
        """How many different units."""
        return Reading(Decimal(len({row.unit for row in self.rows(asked)})), doubts=self.doubts)

    def read_share(self, asked: Asked) -> Reading:
        """Facts that count, of all facts."""
        rows = list(self.rows(asked))
        positive = sum((row.counts for row in rows), Decimal(0))
        return Reading(positive, Decimal(len(rows)), notes=(("回答数", str(len(rows))),))

    def by_unit(self, asked: Asked) -> list[UnitReading]:
        """Each unit's own number."""
        sums: dict[str, Decimal] = {}
        for row in self.rows(asked):
            sums[row.unit] = sums.get(row.unit, Decimal(0)) + row.counts
        return [UnitReading(code, f"所属{code}", Reading(number)) for code, number in sorted(sums.items())]

    def spec(self, code: str, measure: Measure = Measure.FLOW, **more: object) -> IndicatorSpec:
        """The book as a declared indicator."""
        reads = {Measure.DISTINCT: self.read_units, Measure.RATIO: self.read_share}
        plain = IndicatorSpec(
            code=code,
            title="数える指標",
            unit="件",
            measure=measure,
            read=reads.get(measure, self.read),
            rows=self.rows,
            by_unit=self.by_unit,
            explanation="検査用の台帳を数える。",
            factor=100 if measure == Measure.RATIO else 1,
            parameters=(
                Parameter(
                    "channels",
                    "経路",
                    lambda body: [("online", "オンライン"), ("api", "API"), ("paper", "紙")],
                    is_multiple=True,
                ),
            ),
        )
        return replace(plain, **more)  # type: ignore[arg-type]  # any field of the spec may be given


@contextmanager
def declared(specs: Mapping[str, IndicatorSpec]) -> Iterator[None]:
    """Exactly these indicators are declared for a while."""
    with indicators.override(**specs):
        yield


def measure406_text() -> str:
    """The sheet of 施策406 as a file."""
    return MEASURE406.read_text(encoding="utf-8")


def import_measure406(body: Body, *, at: datetime = IMPORTED_AT) -> PolicyNode:
    """施策406 with three indicators, four issues, directions and projects, and revision 1 (案). No users, no approvals."""
    return importing.import_text(body=body, text=measure406_text(), by=SETUP, at=at).measure


def indicator_coded(measure: PolicyNode, code: str) -> Indicator:
    """One of the three: ``ind-406-main``, ``ind-406-sub1``, ``ind-406-sub2``."""
    return Indicator.objects.select_related("node__plan__body").get(node=measure, code=code)
