"""Rules as data: read, written, checked, applied."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from kencho.foundation.business_days import BusinessCalendar
from kencho.organization.testing import Cast, actor
from kencho.workplace import queries, services
from kencho.workplace.services import Reason
from kencho.workplace.telework_rules import (
    KINDS,
    PLACES,
    Day,
    Facts,
    UnreadableRule,
    as_data,
    blocking,
    exceptions,
    judge,
    read_rule,
    write_rule,
)
from kencho.workplace.testing import SYSTEM, instant, make_rule, rule_data

SEEDS = sorted((Path(settings.BASE_DIR) / "seeds" / "telework").glob("*.yaml"))
CALENDAR = BusinessCalendar()
MONDAY = date(2026, 6, 1)


@pytest.mark.parametrize("file", SEEDS, ids=[file.stem for file in SEEDS])
def test_every_seed_is_read_and_written_back(file: Path) -> None:
    rule = read_rule(file.read_text(encoding="utf-8"))
    assert read_rule(write_rule(rule)) == rule
    assert read_rule(as_data(rule)) == rule
    assert all(rule.articles)


def test_there_are_rules_of_several_towns() -> None:
    assert {"mie-prefecture", "tsuno", "kochi-konan", "eiheiji", "izumo"} <= {file.stem for file in SEEDS}


def problems(data: Any) -> list[str]:
    with pytest.raises(UnreadableRule) as error:
        read_rule(data)
    return [each.place for each in error.value.problems]


def without(part: str) -> dict[str, Any]:
    return {key: value for key, value in rule_data().items() if key != part}


@pytest.mark.parametrize(
    ("data", "places"),
    [
        (rule_data(limits={"days_per_week": "8"}), ["limits.days_per_week"]),
        (rule_data(limits={"days_per_week": "1.3"}), ["limits.days_per_week"]),
        (rule_data(limits={"days_per_week": "たくさん"}), ["limits.days_per_week"]),
        (rule_data(limits={"days_per_week": "NaN"}), ["limits.days_per_week"]),
        (rule_data(limits={"office_days_per_week": "-1"}), ["limits.office_days_per_week"]),
        (rule_data(limits={"article": ""}), ["limits.article"]),
        (rule_data(limits={"per_week": "1"}), ["limits.per_week"]),
        (rule_data(kinds={"allowed": []}), ["kinds.allowed", *["places.allowed"] * 4]),
        (rule_data(kinds={"allowed": ["home", "moon"]}), ["kinds.allowed", *["places.allowed"] * 2]),
        (rule_data(places={"allowed": ["own_home"]}), ["places.allowed"] * 2),
        (rule_data(reporting={"earliest": "25:00"}), ["reporting.earliest"]),
        (rule_data(reporting={"longest_hours": "0"}), ["reporting.longest_hours"]),
        (rule_data(records={"months": "0"}), ["records.months"]),
        (rule_data(approval={"substitute_article": ""}), ["approval.substitute_article"]),
        ({**rule_data(), "in_force_from": "令和7年"}, ["in_force_from"]),
        ({**rule_data(), "title": ""}, ["title"]),
        ({**rule_data(), "schema": "x"}, ["schema"]),
        ({**rule_data(), "weather": "sunny"}, ["weather"]),
        (without("limits"), ["limits"]),
        ("- a\n- b", [""]),
        ("a: [", ["1行目"]),
        ("title: a\ntitle: b", ["1行目"]),
        ("!!python/object/apply:os.system ['true']", ["1行目"]),
    ],
)
def test_what_is_wrong_is_named_with_its_place(data: Any, places: list[str]) -> None:
    assert problems(data) == places


def _is_open(day: date) -> bool:
    return CALENDAR.is_business_day(day)


def facts(
    days: Sequence[Day],
    *,
    on: date = MONDAY - timedelta(days=3),
    posts: Callable[[date], frozenset[str]] = lambda _day: frozenset({"CLERK"}),
) -> Facts:
    return Facts(days, on, posts, lambda _day: "03009", _is_open, CALENDAR.count)


def week(*kinds: str, part: str = "day", settled: int = 0) -> list[Day]:
    """Days from Monday on."""
    place = {kind: place for place, kind in reversed(PLACES.items())}
    return [
        Day(MONDAY + timedelta(days=n), kind, part, place[kind], settled=n < settled)
        for n, kind in enumerate(kinds)
    ]


def codes(days: Sequence[Day], on: date = MONDAY - timedelta(days=3), **parts: dict[str, Any]) -> list[str]:
    return [each.code for each in judge(read_rule(rule_data(**parts)), facts(days, on=on))]


class TestLimits:
    """Weeks begin on Monday; half-days count half; what was settled before counts but is not judged again."""

    def test_three_days_a_week(self) -> None:
        assert codes(week("home", "home", "home")) == []
        assert codes(week("home", "home", "home", "home")) == ["per_week"]

    def test_half_days(self) -> None:
        assert codes(week("home", "home", "home", "home", "home", part="morning")) == []

    def test_settled_days_count(self) -> None:
        assert codes(week("home", "home", "home", "home", settled=3)) == ["per_week"]
        assert codes(week("home", "home", "home", "home", settled=4)) == []

    def test_one_day_in_the_office(self) -> None:
        free = {"days_per_week": "7"}
        assert codes(week("home", "home", "home", "home"), limits=free) == []
        assert codes(week("home", "home", "home", "home", "home"), limits=free) == ["office_days"]

    def test_a_week_of_holidays_asks_for_no_more_than_there_is(self) -> None:
        # 2026-05-03 to 06 are holidays: Thursday and Friday are open.
        days = [Day(date(2026, 5, n), "home", "day", "own_home") for n in (7, 8)]
        assert codes(days, on=date(2026, 5, 1)) == ["office_days"]
        assert codes(days[:1], on=date(2026, 5, 1)) == []

    def test_a_month(self) -> None:
        limits = {"days_per_month": "2", "days_per_week": None, "office_days_per_week": None}
        assert codes(week("home", "home"), limits=limits) == []
        assert codes(week("home", "home", "home"), limits=limits) == ["per_month"]


class TestOther:
    """Kinds, places, units of time, posts, notice, closed days."""

    def test_only_what_is_allowed(self) -> None:
        only = {"allowed": ["home"]}
        places = {"allowed": ["own_home"]}
        assert codes(week("mobile"), kinds=only, places=places) == ["kind"]
        wrong = [Day(MONDAY, "home", "day", "satellite_office")]
        assert codes(wrong) == ["place"]
        assert codes(week("home", part="afternoon"), spans={"allowed": ["day"]}) == ["span"]
        assert codes(week("home"), spans={"allowed": ["half_day"]}) == ["span"]

    def test_posts(self) -> None:
        assert codes(week("home"), eligibility={"excluded_posts": ["CLERK"]}) == ["post"]
        assert codes(week("home"), eligibility={"posts": ["HEAD"]}) == ["post"]
        assert codes(week("home"), eligibility={"excluded_divisions": ["03009"]}) == ["division"]
        nobody = facts(week("home"), posts=lambda _day: frozenset())
        assert [each.code for each in judge(read_rule(rule_data()), nobody)] == ["not_serving"]

    def test_notice_counts_working_days(self) -> None:
        friday = MONDAY - timedelta(days=3)
        assert codes(week("home"), friday, notice={"business_days": "1"}) == []
        assert codes(week("home"), friday, notice={"business_days": "2"}) == ["notice"]
        assert codes(week("home"), MONDAY, notice={"business_days": "1"}) == ["notice"]
        assert codes(week("home"), MONDAY + timedelta(days=1)) == ["past"]

    def test_closed_days(self) -> None:
        assert codes([Day(MONDAY - timedelta(days=1), "home", "day", "own_home")]) == ["closed"]

    def test_exceptions_are_those_with_an_article(self) -> None:
        rule = read_rule(rule_data(limits={"exception_article": ""}))
        found = judge(rule, facts(week("home", "home", "home", "home")))
        assert (len(blocking(found)), len(exceptions(found))) == (1, 0)
        found = judge(read_rule(rule_data()), facts(week("home", "home", "home", "home")))
        assert [each.exception for each in exceptions(found)] == ["第6条第2項"]
        assert blocking(found) == ()
        assert str(found[0]) == "6月1日：この週は4日で、週3日の上限を超えます。（第6条第1項）"


DAYS = st.builds(
    Day,
    on=st.dates(date(2026, 6, 1), date(2026, 7, 31)),
    kind=st.sampled_from(KINDS),
    part=st.sampled_from(("day", "morning", "afternoon")),
    place=st.sampled_from(tuple(PLACES)),
)


@given(
    days=st.lists(DAYS, max_size=25, unique_by=lambda day: day.on),
    most=st.integers(1, 10).map(lambda n: Decimal(n) / 2),
)
@hypothesis_settings(max_examples=120)
def test_every_finding_cites_an_article_of_the_rule_and_the_limit_holds(
    days: list[Day], most: Decimal
) -> None:
    rule = read_rule(rule_data(limits={"days_per_week": str(most)}))
    found = judge(rule, facts(days, on=date(2026, 5, 1)))
    assert all(each.article in rule.articles for each in found)
    assert all(not each.exception or each.exception in rule.articles for each in found)
    weeks: dict[tuple[int, int], Decimal] = {}
    for day in days:
        key = day.on.isocalendar()[:2]
        weeks[key] = weeks.get(key, Decimal(0)) + (Decimal(1) if day.part == "day" else Decimal("0.5"))
    assert sum(each.code == "per_week" for each in found) == sum(used > most for used in weeks.values())


class TestVersions:
    """A new version begins on its day; what holds on a day is found again."""

    def test_the_version_of_a_day(self, cast: Cast) -> None:
        first = make_rule(cast.body)
        later = {**rule_data(limits={"days_per_week": "1"}), "in_force_from": "2026-07-01"}
        second = services.save_rule(body=cast.body, rule=read_rule(later), by=SYSTEM, at=instant(MONDAY))
        assert (first.version, second.version) == (1, 2)
        assert queries.rule_on(cast.body, date(2026, 6, 30)) == first
        assert queries.rule_on(cast.body, date(2026, 7, 1)) == second
        assert queries.rule_on(cast.body, date(2010, 1, 1)) is None
        assert queries.rule_on(cast.other_body, MONDAY) is None

    def test_of_two_for_one_day_the_later_holds(self, cast: Cast) -> None:
        make_rule(cast.body)
        second = make_rule(cast.body, limits={"days_per_week": "1"})
        assert queries.rule_on(cast.body, MONDAY) == second

    def test_refusals(self, cast: Cast) -> None:
        make_rule(cast.body)
        of_tsu = read_rule({**rule_data(), "body": "242012"})
        early = read_rule({**rule_data(), "in_force_from": "2010-04-01"})
        for rule, by, reason in (
            (of_tsu, actor(cast.org_admin), Reason.OTHER_BODY),
            (read_rule(rule_data()), actor(cast.other_body_clerk), Reason.OTHER_BODY),
            (early, actor(cast.org_admin), Reason.EARLIER),
        ):
            with pytest.raises(services.UnableToSaveRule) as error:
                services.save_rule(body=cast.body, rule=rule, by=by, at=instant(MONDAY))
            assert error.value.reason == reason

    def test_what_is_exported_can_be_read_in_again(self, cast: Cast) -> None:
        rule = make_rule(cast.body)
        text = services.export_rule(rule=rule, by=actor(cast.clerk), at=instant(MONDAY))
        assert read_rule(text) == rule.rule


@pytest.mark.parametrize(
    "text",
    [
        "[" * 90_000,
        "a: &a [x, x]\nb: &b [*a, *a]\n",
        "a: &a {x: 1}\nb: {!!merge m: [*a, *a]}\n",
        "a: !!timestamp 2021-99-99\n",
    ],
    ids=["brackets", "aliases", "merges", "no such day"],
)
def test_files_that_would_harm_their_reader(text: str) -> None:
    with pytest.raises(UnreadableRule):
        read_rule(text)
