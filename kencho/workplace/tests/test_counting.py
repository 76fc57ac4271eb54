"""The counting rule against a brute-force oracle over random reorganisation years."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kencho.foundation.fiscal import FiscalYear
from kencho.foundation.indicators import Asked, indicators
from kencho.organization import services as organization
from kencho.organization.models import Body, Unit
from kencho.organization.services import NewUnit
from kencho.organization.testing import Cast, actor, make_body, make_staff
from kencho.workplace import queries, services
from kencho.workplace.models import TeleworkUnitDay
from kencho.workplace.telework_counting import Life, Reorganisation, count
from kencho.workplace.testing import SYSTEM, instant

YEAR = FiscalYear(2026)
START, END = YEAR.start, YEAR.end
LAST = END - timedelta(days=1)


@dataclass
class RandomYear:
    """A year of a made-up body, kept as a diary of what happened rather than as chains of successors."""

    lives: dict[int, Life] = field(default_factory=dict)
    splits: set[int] = field(default_factory=set)
    decided: dict[int, int | None] = field(default_factory=dict)
    diary: list[tuple[date, str, int, int | None]] = field(default_factory=list)
    uses: list[tuple[date, int]] = field(default_factory=list)

    def begin(self, on: date) -> int:
        """A division begins."""
        key = len(self.lives) + 1
        self.lives[key] = Life(key, on)
        return key

    def end(self, unit: int, on: date, heir: int | None) -> None:
        """A division ends."""
        old = self.lives[unit]
        self.lives[unit] = Life(unit, old.begins, on, heir)

    @property
    def organisation(self) -> Reorganisation:
        """What the counting rule is given."""
        return Reorganisation(self.lives, frozenset(self.splits), self.decided)


def _alive(year: RandomYear, day: date) -> list[int]:
    return [key for key, life in year.lives.items() if life.exists_on(day)]


def random_year(rng: random.Random) -> RandomYear:
    """Some divisions, some reorganisations on random days, some uses by whoever existed on the day."""
    year = RandomYear()
    for _ in range(rng.randint(2, 8)):
        year.begin(START - timedelta(days=rng.randint(0, 900)))
    days = sorted(START + timedelta(days=rng.randrange(0, 365)) for _ in range(rng.randint(0, 6)))
    for day in dict.fromkeys(days):
        alive = [key for key in _alive(year, day) if year.lives[key].begins < day]
        if alive:
            rng.choice((_merge, _rename, _abolish, _split, _absorb))(year, rng, day, alive)
    for _ in range(rng.randint(0, 25)):
        day = START + timedelta(days=rng.randrange(0, 365))
        if alive := _alive(year, day):
            year.uses.append((day, rng.choice(alive)))
    return year


def _merge(year: RandomYear, rng: random.Random, day: date, alive: list[int]) -> None:
    new = year.begin(day)
    for unit in rng.sample(alive, min(len(alive), rng.randint(2, 3))):
        year.end(unit, day, new)
        year.diary.append((day, "moves", unit, new))


def _rename(year: RandomYear, rng: random.Random, day: date, alive: list[int]) -> None:
    unit, new = rng.choice(alive), year.begin(day)
    year.end(unit, day, new)
    year.diary.append((day, "moves", unit, new))


def _absorb(year: RandomYear, rng: random.Random, day: date, alive: list[int]) -> None:
    if len(alive) < 2:
        return
    unit, keeper = rng.sample(alive, 2)
    year.end(unit, day, keeper)
    year.diary.append((day, "moves", unit, keeper))


def _abolish(year: RandomYear, rng: random.Random, day: date, alive: list[int]) -> None:
    unit = rng.choice(alive)
    year.end(unit, day, None)
    year.diary.append((day, "stays", unit, None))


def _split(year: RandomYear, rng: random.Random, day: date, alive: list[int]) -> None:
    unit, first, second = rng.choice(alive), year.begin(day), year.begin(day)
    year.end(unit, day, first)
    year.splits.add(unit)
    choice = rng.choice(("open", "first", "second", "nobody"))
    if choice != "open":
        year.decided[unit] = {"first": first, "second": second, "nobody": None}[choice]
    heir = {"open": first, "first": first, "second": second, "nobody": None}[choice]
    kind = "asks" if choice == "open" else "moves" if heir else "stays"
    year.diary.append((day, kind, unit, heir))


def oracle(year: RandomYear, until: date) -> tuple[set[frozenset[int]], set[int]]:
    """Live through the year day by day: each use is a label that the reorganisations of the day hand on.

    Returns the sets of divisions that were used by people and count as one, and the splits that leave a doubt.
    """
    holder: dict[int, int] = {}
    doubts: set[int] = set()
    day = START
    while day <= until:
        for on, kind, unit, heir in year.diary:
            if on != day:
                continue
            for used, now in list(holder.items()):
                if now == unit and heir is not None:
                    holder[used] = heir
                if now == unit and kind == "asks":
                    doubts.add(unit)
        for on, unit in year.uses:
            if on == day:
                # Whoever is used after a hand-over of its own older use would hold two; it never is, for it ended.
                holder.setdefault(unit, unit)
        day += timedelta(days=1)
    groups: dict[int, set[int]] = {}
    for used, now in holder.items():
        groups.setdefault(now, set()).add(used)
    return {frozenset(each) for each in groups.values()}, doubts


def test_equals_the_oracle_over_a_thousand_random_years() -> None:
    rng, doubtful, merged = random.Random(406), 0, 0
    for _ in range(1000):
        year = random_year(rng)
        # Also on the very days of reorganisations, where being there and having gone meet.
        eventful = [day for day, _kind, _unit, _heir in year.diary] or [LAST]
        until = rng.choice((LAST, START + timedelta(days=rng.randrange(365)), rng.choice(eventful)))
        found = count({unit for day, unit in year.uses if day <= until}, year.organisation, until)
        groups, doubts = oracle(year, until)
        assert set(found.stands_for.values()) == groups
        assert found.doubtful == doubts
        assert found.number == len(groups)
        doubtful += bool(doubts)
        merged += any(len(each) > 1 for each in groups)
    # The years were worth the while.
    assert doubtful > 30
    assert merged > 30


def test_a_circle_of_successors_ends() -> None:
    lives = {1: Life(1, START, END, 2), 2: Life(2, START, END, 1)}
    assert count({1, 2}, Reorganisation(lives), END).number >= 1


# The same through the tables, the real reorganisation services and the indicator.


def _record(unit: Unit, day: date, kind: str = "mobile", sign: int = 1) -> None:
    TeleworkUnitDay.objects.create(
        body=unit.body, unit=unit, day=day, kind=kind, sign=sign, recorded_at=instant(day, 18)
    )


def read(body: Body, *, until: date = LAST) -> tuple[int, int]:
    """The indicator and the number of its doubts."""
    asked = Asked(body.code, YEAR, START, until + timedelta(days=1), instant(until, 23))
    spec = indicators.get("workplace.telework_divisions")
    reading = spec.read(asked)
    assert spec.rows is not None
    assert spec.by_unit is not None
    rows = list(spec.rows(asked))
    assert [row.id for row in rows] == sorted({row.id for row in rows})
    assert len({row.unit for row in rows}) == reading.numerator
    assert sum(each.reading.numerator or 0 for each in spec.by_unit(asked)) == reading.numerator
    return int(reading.numerator or 0), len(reading.doubts)


@pytest.mark.parametrize("seed", range(12))
def test_the_tables_give_the_same(db: None, seed: int) -> None:
    rng = random.Random(seed)
    while not (year := random_year(rng)).diary:
        pass
    body = make_body()
    by = SYSTEM
    rows: dict[int, Unit] = {}
    for key, life in year.lives.items():
        rows[key] = Unit.objects.create(
            body=body,
            level=Unit.Level.DIVISION,
            code=f"{key:03}",
            name=f"課{key}",
            valid_from=life.begins,
            valid_to=life.ends,
        )
    for key, life in year.lives.items():
        if life.successor is not None:
            Unit.objects.filter(pk=rows[key].pk).update(successor=rows[life.successor])
    for unit in year.splits:
        _move_somebody(year, rows, unit)
    for unit, heir in year.decided.items():
        services.decide_split(
            unit=rows[unit],
            heir=rows[heir] if heir else None,
            reason="引き継ぐ仕事による。",
            by=by,
            at=instant(LAST, 20),
        )
    for day, unit in year.uses:
        if not TeleworkUnitDay.objects.filter(unit=rows[unit], day=day).exists():
            _record(rows[unit], day)
    groups, doubts = oracle(year, LAST)
    assert read(body) == (len(groups), len(doubts))
    asked = Asked.whole(YEAR, body=body.code, as_of=instant(LAST, 23))
    at_once = queries.divisions_by_month(asked, [queries.COUNTED])
    assert at_once == [
        (month, (queries.divisions(asked.month(month), queries.COUNTED).count.number,))
        for month in YEAR.months()
    ]


def _move_somebody(year: RandomYear, rows: dict[int, Unit], unit: int) -> None:
    """People go from the split division to the part that the register does not name."""
    ends = year.lives[unit].ends
    first = year.lives[unit].successor
    assert ends is not None
    assert first is not None
    staff = make_staff(rows[unit], f"M{unit}", "分割 移子", day=year.lives[unit].begins, with_user=False)
    held = staff.assignments.get()
    held.valid_to = ends
    held.save()
    staff.assignments.create(unit=rows[first + 1], post=held.post, valid_from=ends)


def divide(cast: Cast, on: date) -> tuple[Unit, Unit]:
    """デジタル戦略企画課 is divided into two through the real services; the clerk goes to the second part."""
    first, second = organization.reorganise(
        body=cast.body,
        ending=[Unit.objects.get(pk=cast.division.pk)],
        beginning=[
            NewUnit("03010", "デジタル企画課", parent=cast.department),
            NewUnit("03011", "デジタル基盤課", parent=cast.department),
        ],
        successors={"03009": "03010"},
        on=on,
        by=actor(cast.org_admin),
        at=instant(on - timedelta(days=1)),
    )
    organization.reassign(
        staff=cast.clerk,
        unit=second,
        post=cast.posts["CLERK"],
        on=on,
        by=actor(cast.org_admin),
        at=instant(on - timedelta(days=1)),
    )
    return first, second


def test_a_split_is_in_doubt_until_a_person_decides(cast: Cast) -> None:
    _record(cast.division, date(2026, 5, 1))
    on = date(2026, 10, 1)
    first, second = divide(cast, on)
    assert read(cast.body, until=on - timedelta(days=1)) == (1, 0)
    assert read(cast.body) == (1, 1)
    old = Unit.objects.get(pk=cast.division.pk)
    for heir, expected in ((second, "03011"), (None, f"03009@{cast.day.isoformat()}"), (first, "03010")):
        services.decide_split(
            unit=old, heir=heir, reason="引き継ぐ仕事による。", by=actor(cast.org_admin), at=instant(LAST, 1)
        )
        assert read(cast.body) == (1, 0)
        asked = Asked.whole(YEAR, body=cast.body.code, as_of=instant(LAST, 23))
        assert [row.unit for row in queries.evidence_rows(asked)] == [expected]
    # What was decided later was not known before.
    before = Asked.whole(YEAR, body=cast.body.code, as_of=instant(on, 23))
    assert len(queries.divisions_reading(before).doubts) == 1
    with pytest.raises(services.UnableToDecideSplit):
        services.decide_split(
            unit=cast.other_division, heir=None, reason="x", by=actor(cast.org_admin), at=instant(LAST, 1)
        )


def test_a_code_given_anew_is_another_division(cast: Cast) -> None:
    _record(cast.division, date(2026, 5, 1))
    Unit.objects.filter(pk=cast.division.pk).update(valid_to=date(2026, 8, 1))
    again = Unit.objects.create(
        body=cast.body, level=Unit.Level.DIVISION, code="03009", name="新課", valid_from=date(2026, 9, 1)
    )
    _record(again, date(2026, 10, 1))
    assert read(cast.body) == (2, 0)


def test_notes_always_stand_beside_the_number(cast: Cast) -> None:
    _record(cast.division, date(2026, 5, 1), "home")
    asked = Asked.whole(YEAR, body=cast.body.code, as_of=instant(LAST, 23))
    reading = queries.divisions_reading(asked)
    assert reading.numerator == 0
    assert [text for _label, text in reading.notes] == ["2", "1"]


def test_days_are_those_of_the_divisions_at_the_time(cast: Cast) -> None:
    _record(cast.division, date(2026, 5, 1))
    _record(cast.division, date(2026, 5, 1), "satellite")
    _record(cast.division, date(2026, 5, 1), "home")
    on = date(2026, 10, 1)
    organization.close_unit(
        unit=Unit.objects.get(pk=cast.division.pk),
        successor=cast.other_division,
        on=on,
        by=actor(cast.org_admin),
        at=instant(on - timedelta(days=1)),
    )
    _record(cast.other_division, date(2026, 11, 2))
    asked = Asked.whole(YEAR, body=cast.body.code, as_of=instant(LAST, 23))
    spec = indicators.get("workplace.telework_days")
    assert spec.rows is not None
    assert spec.by_unit is not None
    assert spec.read(asked).numerator == sum(row.counts for row in spec.rows(asked)) == 3
    assert {each.code: each.reading.numerator for each in spec.by_unit(asked)} == {"03009": 2, "03004": 1}
    assert read(cast.body) == (1, 0)


def test_days_of_other_years_and_bodies_do_not_count(cast: Cast) -> None:
    for day in (START - timedelta(days=1), END):
        _record(cast.division, day)
    _record(cast.foreign_division, START)
    assert read(cast.body) == (0, 0)
    _record(cast.division, START)
    _record(cast.division, LAST)
    assert read(cast.body) == (1, 0)


def test_months_do_not_add_up_and_the_cost_does_not_grow(cast: Cast) -> None:
    for month in YEAR.months():
        _record(cast.division, month)
    asked = Asked.whole(YEAR, body=cast.body.code, as_of=instant(LAST, 23))
    months = [queries.divisions(asked.month(month), queries.COUNTED).count.number for month in YEAR.months()]
    assert months == [1] * 12
    at_once = queries.divisions_by_month(asked, [queries.COUNTED, ("home",)])
    assert at_once == [(month, (1, 0)) for month in YEAR.months()]
    with CaptureQueriesContext(connection) as few:
        assert queries.divisions_reading(asked).numerator == 1
    for n in range(30):
        _record(cast.other_division, START + timedelta(days=n))
    with CaptureQueriesContext(connection) as more:
        assert queries.divisions_reading(asked).numerator == 2
    assert len(few) == len(more)
