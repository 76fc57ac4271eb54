from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kencho.foundation.business_days import (
    BusinessCalendar,
    Pause,
    ProcessingClock,
    add_business_days,
    count_business_days,
    deadline_on,
    is_national_holiday,
    next_business_day,
)

MIE = BusinessCalendar()
EVERY_DAY = BusinessCalendar(closed_weekdays=frozenset(), holidays=frozenset(), closed_month_days=frozenset())
DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2040, 12, 31))


def d(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        ("2026-11-20", True),  # Friday
        ("2026-11-21", False),  # Saturday
        ("2026-11-22", False),  # Sunday
        ("2026-11-23", False),  # 勤労感謝の日, Monday
        ("2026-11-24", True),
        ("2026-05-03", False),  # 憲法記念日 on a Sunday
        ("2026-05-06", False),  # its 振替休日, three days later
        ("2026-05-07", True),
        ("2026-09-22", False),  # 国民の休日 between 敬老の日 and 秋分の日
        ("2026-12-28", True),
        ("2026-12-29", False),
        ("2026-12-31", False),
        ("2027-01-03", False),
        ("2027-01-04", True),
        ("2019-04-30", False),  # 国民の休日, day before the enthronement
        ("2019-05-01", False),  # enthronement
        ("2019-05-02", False),  # 国民の休日, day after
        ("2019-05-06", False),  # 振替休日 of こどもの日
        ("2019-05-07", True),
        ("2020-07-24", False),  # スポーツの日, moved for the Olympic games
        ("2020-10-12", True),  # second Monday of October, not a holiday that year
        ("2021-08-09", False),  # 振替休日 of the moved 山の日
    ],
)
def test_open_and_closed_days(day: str, is_open: bool) -> None:
    assert MIE.is_business_day(d(day)) is is_open


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        ("2026-11-24", 0, "2026-11-24"),
        ("2026-11-22", 0, "2026-11-22"),
        ("2026-11-24", 1, "2026-11-25"),
        ("2026-11-20", 1, "2026-11-24"),  # over a weekend and 勤労感謝の日
        ("2026-11-21", 1, "2026-11-24"),  # from a closed day
        ("2026-04-28", 1, "2026-04-30"),  # over 昭和の日
        ("2026-04-28", 2, "2026-05-01"),
        ("2026-04-28", 3, "2026-05-07"),  # over Golden Week with its 振替休日
        ("2026-04-28", 10, "2026-05-18"),
        ("2019-04-26", 1, "2019-05-07"),  # the ten closed days of 2019
        ("2026-12-28", 1, "2027-01-04"),  # over 年末年始
        ("2026-12-25", 2, "2027-01-04"),
        ("2026-12-28", 5, "2027-01-08"),
        ("2026-12-28", 6, "2027-01-12"),  # and over 成人の日
        ("2025-12-26", 1, "2026-01-05"),  # 12/27 to 1/4, nine days
        ("2026-09-18", 1, "2026-09-24"),  # over the five days of September
        ("2024-02-28", 2, "2024-03-01"),  # over a leap day that is open
        ("2027-01-04", -1, "2026-12-28"),
        ("2026-11-24", -1, "2026-11-20"),
        ("2026-05-07", -3, "2026-04-28"),
        ("2026-01-01", 300, "2027-04-01"),
    ],
)
def test_adding(start: str, days: int, expected: str) -> None:
    assert add_business_days(d(start), days, MIE) == d(expected)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-11-24", "2026-11-24", 0),
        ("2026-11-20", "2026-11-24", 1),
        ("2026-11-20", "2026-11-23", 0),
        ("2026-04-28", "2026-05-07", 3),
        ("2026-12-28", "2027-01-04", 1),
        ("2026-11-24", "2026-11-20", -1),
        ("2025-12-31", "2026-12-31", 240),  # 261 weekdays, less 17 holidays, 1/2, 12/29, 12/30 and 12/31
        ("2019-04-26", "2019-05-06", 0),
    ],
)
def test_counting(start: str, end: str, expected: int) -> None:
    assert count_business_days(d(start), d(end), MIE) == expected


def test_own_days_of_a_body() -> None:
    tsu = BusinessCalendar(
        extra_closed=frozenset({d("2026-11-24")}), extra_open=frozenset({d("2026-11-22"), d("2026-12-29")})
    )
    assert tsu.is_business_day(d("2026-11-22"))
    assert not tsu.is_business_day(d("2026-11-24"))
    assert tsu.is_business_day(d("2026-12-29"))
    assert tsu.add(d("2026-11-20"), 2) == d("2026-11-25")
    assert tsu != MIE


def test_holidays_may_be_a_set_and_a_rule() -> None:
    by_set = BusinessCalendar(holidays=frozenset({d("2026-11-25")}))
    by_rule = BusinessCalendar(holidays=lambda day: day.day == 25)
    for calendar in (by_set, by_rule):
        assert not calendar.is_business_day(d("2026-11-25"))
        assert calendar.is_business_day(d("2026-11-23"))


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        ("2026-11-09", 14, "2026-11-24"),  # day 14 is 勤労感謝の日
        ("2026-11-10", 14, "2026-11-24"),
        ("2026-12-20", 10, "2027-01-04"),
        ("2026-04-22", 14, "2026-05-07"),
    ],
)
def test_deadlines_of_the_public_move_to_an_open_day(start: str, days: int, expected: str) -> None:
    assert deadline_on(d(start), days, MIE) == d(expected)


def test_next_business_day() -> None:
    assert next_business_day(d("2026-11-24"), MIE) == d("2026-11-24")
    assert next_business_day(d("2026-12-29"), MIE) == d("2027-01-04")


def test_a_calendar_that_never_opens_says_so() -> None:
    shut = BusinessCalendar(closed_weekdays=frozenset(range(7)))
    with pytest.raises(OverflowError):
        shut.add(d("9990-01-01"), 1)
    with pytest.raises(OverflowError):
        shut.add(d("0009-01-01"), -1)
    assert shut.count(d("2026-01-01"), d("2026-12-31")) == 0


@settings(max_examples=60, deadline=None)
@given(DAYS, st.integers(1, 400))
def test_adding_and_counting_agree(start: date, days: int) -> None:
    end = MIE.add(start, days)
    assert MIE.is_business_day(end)
    assert MIE.count(start, end) == days
    assert MIE.count(start, end - timedelta(days=1)) == days - 1
    back = MIE.add(end, -days)
    assert back <= start
    assert MIE.count(back, start) in (0, 1)


@settings(max_examples=60, deadline=None)
@given(DAYS, DAYS, DAYS)
def test_counting_is_additive(a: date, b: date, c: date) -> None:
    assert MIE.count(a, b) + MIE.count(b, c) == MIE.count(a, c)


@settings(max_examples=60, deadline=None)
@given(DAYS, st.integers(0, 40))
def test_counting_agrees_with_walking(start: date, span: int) -> None:
    days = [start + timedelta(days=i + 1) for i in range(span)]
    assert MIE.count(start, start + timedelta(days=span)) == sum(map(MIE.is_business_day, days))


@settings(max_examples=60, deadline=None)
@given(DAYS)
def test_national_holidays_are_closed(day: date) -> None:
    if is_national_holiday(day):
        assert not MIE.is_business_day(day)


# The clock


def clock(start: str, period: int, *pauses: tuple[str, str | None], **options: bool | str) -> ProcessingClock:
    return ProcessingClock(
        calendar=MIE,
        start=d(start),
        period=period,
        pauses=tuple((d(first), None if last is None else d(last)) for first, last in pauses),
        count=str(options.get("count", "business")),
        from_next_day=bool(options.get("from_next_day", True)),
    )


@pytest.mark.parametrize(
    ("value", "due_on"),
    [
        (clock("2026-11-24", 1), "2026-11-25"),
        (clock("2026-11-24", 10), "2026-12-08"),
        (clock("2026-11-20", 1), "2026-11-24"),
        (clock("2026-11-22", 1), "2026-11-24"),  # arrived online on a Sunday
        (clock("2026-11-23", 5), "2026-11-30"),
        (clock("2026-11-24", 1, from_next_day=False), "2026-11-24"),
        (clock("2026-11-21", 1, from_next_day=False), "2026-11-24"),
        (clock("2026-04-24", 5), "2026-05-07"),
        (clock("2026-12-21", 7), "2027-01-05"),
        (clock("2026-03-30", 3), "2026-04-02"),  # over the change of fiscal year
        # pause of three working days
        (clock("2026-11-24", 10, ("2026-11-30", "2026-12-03")), "2026-12-11"),
        # pause that lies wholly on closed days
        (clock("2026-11-20", 2, ("2026-11-21", "2026-11-24")), "2026-11-25"),
        # pause over 年末年始: only 12/28 and 1/4 are working days inside it
        (clock("2026-12-21", 7, ("2026-12-28", "2027-01-05")), "2027-01-07"),
        # pause over Golden Week: 4/30, 5/1, 5/7
        (clock("2026-04-24", 5, ("2026-04-29", "2026-05-08")), "2026-05-12"),
        # pause from the day of arrival
        (clock("2026-11-24", 1, ("2026-11-24", "2026-11-26")), "2026-11-26"),
        # pause that ended before the clock ran
        (clock("2026-11-24", 1, ("2026-11-01", "2026-11-20")), "2026-11-25"),
        # pause on the last day
        (clock("2026-11-24", 3, ("2026-11-27", "2026-11-30")), "2026-11-30"),
        # pause after the last day
        (clock("2026-11-24", 3, ("2026-11-28", None)), "2026-11-27"),
        # asked and answered on one day
        (clock("2026-11-24", 3, ("2026-11-26", "2026-11-26")), "2026-11-27"),
        # two pauses, and two that overlap
        (clock("2026-11-24", 5, ("2026-11-26", "2026-11-27"), ("2026-12-01", "2026-12-02")), "2026-12-03"),
        (clock("2026-11-24", 5, ("2026-11-27", "2026-12-01"), ("2026-11-26", "2026-11-30")), "2026-12-04"),
        # calendar days, ending on a closed day
        (clock("2026-11-09", 14, count="calendar"), "2026-11-23"),
        (clock("2026-11-09", 14, ("2026-11-12", "2026-11-14"), count="calendar"), "2026-11-25"),
        # still stopped
        (clock("2026-11-24", 3, ("2026-11-27", None)), None),
        (clock("2026-11-24", 3, ("2026-11-20", None)), None),
    ],
)
def test_due_dates(value: ProcessingClock, due_on: str | None) -> None:
    assert value.due_on == (None if due_on is None else d(due_on))


def test_elapsed_and_remaining_days() -> None:
    value = clock("2026-11-20", 5, ("2026-11-26", "2026-11-30"))
    expected = {
        "2026-11-01": 0,
        "2026-11-20": 0,
        "2026-11-23": 0,
        "2026-11-24": 1,
        "2026-11-25": 2,
        "2026-11-26": 2,
        "2026-11-29": 2,
        "2026-11-30": 3,
        "2026-12-02": 5,
        "2026-12-04": 7,
    }
    for day, days in expected.items():
        assert value.elapsed_days(d(day)) == days
        assert value.remaining(d(day)) == 5 - days
    assert value.due_on == d("2026-12-02")
    assert not value.is_overdue(d("2026-12-02"))
    assert value.is_overdue(d("2026-12-03"))


def test_pausing_and_resuming() -> None:
    value = clock("2026-11-24", 5)
    stopped = value.pause(d("2026-11-26"))
    assert stopped.is_paused(d("2026-11-26"))
    assert not stopped.is_paused(d("2026-11-25"))
    assert stopped.pause(d("2026-11-27")) == stopped
    assert not stopped.is_overdue(d("2030-01-01"))
    running = stopped.resume(d("2026-11-30"))
    assert running.pauses == (Pause(d("2026-11-26"), d("2026-11-30")),)
    assert not running.is_paused(d("2026-11-30"))
    assert running.due_on == d("2026-12-03")
    assert running.resume(d("2026-12-01")) == running
    assert value.pause(d("2026-11-26")).resume(d("2026-11-26")) == value


@pytest.mark.parametrize(
    "arguments",
    [
        {"period": 0},
        {"count": "weeks"},
        {"pauses": ((date(2026, 11, 30), date(2026, 11, 26)),)},
    ],
)
def test_impossible_clocks_are_refused(arguments: dict[str, object]) -> None:
    values: dict[str, object] = {"calendar": MIE, "start": date(2026, 11, 24), "period": 5, **arguments}
    with pytest.raises(ValueError, match=next(iter(arguments)).rstrip("s")):
        ProcessingClock(**values)  # type: ignore[arg-type]  # the wrong values are the test


PAUSES = st.lists(st.tuples(DAYS, st.integers(0, 60)), max_size=4).map(
    lambda pairs: tuple((start, start + timedelta(days=days)) for start, days in pairs)
)
CLOCKS = st.builds(
    ProcessingClock,
    calendar=st.sampled_from([MIE, EVERY_DAY]),
    start=DAYS,
    period=st.integers(1, 120),
    pauses=PAUSES,
    count=st.sampled_from(["business", "calendar"]),
    from_next_day=st.booleans(),
)


@settings(max_examples=60, deadline=None)
@given(CLOCKS)
def test_the_period_is_used_up_on_the_due_day(value: ProcessingClock) -> None:
    due_on = value.due_on
    assert due_on is not None
    assert value.elapsed_days(due_on) == value.period
    assert value.remaining(due_on) == 0
    assert value.elapsed_days(due_on - timedelta(days=1)) == value.period - 1
    assert not value.is_paused(due_on)


@settings(max_examples=60, deadline=None)
@given(CLOCKS, DAYS, st.integers(0, 60))
def test_time_never_runs_backwards(value: ProcessingClock, day: date, span: int) -> None:
    assert value.elapsed_days(day) <= value.elapsed_days(day + timedelta(days=span))


@settings(max_examples=60, deadline=None)
@given(CLOCKS, DAYS, st.integers(1, 40))
def test_a_pause_moves_the_due_day_by_its_counted_days(value: ProcessingClock, day: date, span: int) -> None:
    before = value.due_on
    assert before is not None
    end = day + timedelta(days=span)
    paused = ProcessingClock(
        calendar=value.calendar,
        start=value.start,
        period=value.period,
        count=value.count,
        from_next_day=value.from_next_day,
        pauses=(*value.pauses, (day, end)),
    )
    after = paused.due_on
    assert after is not None
    assert after >= before
    lost = value.elapsed_days(end - timedelta(days=1)) - value.elapsed_days(day - timedelta(days=1))
    assert (
        paused.elapsed_days(end + timedelta(days=400)) == value.elapsed_days(end + timedelta(days=400)) - lost
    )
    if day > before:
        assert after == before


@settings(max_examples=60, deadline=None)
@given(CLOCKS)
def test_pauses_are_kept_sorted_and_apart(value: ProcessingClock) -> None:
    ends = [end for _start, end in value.pauses]
    starts = [start for start, _end in value.pauses]
    assert starts == sorted(starts)
    for end, following in zip(ends, starts[1:], strict=False):
        assert end is not None
        assert end < following
