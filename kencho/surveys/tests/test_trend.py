"""Years side by side: nothing new is ever made of an old year."""

from datetime import date

from kencho.foundation.fiscal import FiscalYear
from kencho.organization import testing
from kencho.organization.models import Assignment, Post, Unit
from kencho.surveys import demo, queries, services
from kencho.surveys.models import Cycle
from kencho.surveys.tests.people import (
    CLOSES,
    MAIN,
    SYSTEM,
    YEAR,
    Office,
    close,
    everybody_answers,
    open_cycle,
)
from kencho.surveys.trend import chart_of

FELT = {"10101": 6, "10102": 6, "10201": 9, "10202": 5}


def _first_year(office: Office) -> Cycle:
    cycle = open_cycle(office)
    # Everybody answers, also those of the cast, so that nothing is kept back for silence.
    everybody_answers(office, cycle, FELT)
    return services.publish_cycle(cycle=close(cycle), by=SYSTEM, at=CLOSES)


def _next_year(office: Office) -> Cycle:
    import random

    return demo.run_cycle(
        body=office.body,
        program=office.program,
        year=YEAR.next,
        rng=random.Random(5),
        by=SYSTEM,
        response_rate=1.0,
        felt_share=0.5,
    )


def _merge(office: Office, codes: list[str], code: str, name: str) -> None:
    """Divisions end on 1 April and their people go to a new one."""
    day = date(2027, 4, 1)
    old = list(Unit.objects.filter(body=office.body, code__in=codes))
    new = testing.make_unit(office.body, code, name, parent=old[0].parent, valid_from=day)
    Unit.objects.filter(pk__in=[unit.pk for unit in old]).update(valid_to=day, successor=new)
    held = Assignment.objects.filter(unit__in=old)
    post = Post.objects.get(body=office.body, code="CLERK")
    Assignment.objects.bulk_create(
        Assignment(staff=each.staff, unit=new, post=post, valid_from=day) for each in held
    )
    held.update(valid_to=day)


def _shares(office: Office) -> dict[str, list[str]]:
    _cycles, rows = queries.trend_of(office.program, MAIN)
    return {row.code: [share.text for share in row.shares] for row in rows}


def test_the_same_divisions_stand_side_by_side(office: Office) -> None:
    _first_year(office)
    _next_year(office)
    found = _shares(office)
    assert found["10201"][0] == "45.0%"
    assert all(len(shares) == 2 for shares in found.values())


def test_a_merged_division_shows_the_old_year_only_where_it_was_published_as_one(office: Office) -> None:
    _first_year(office)
    _merge(office, ["10201", "10202"], "10209", "新しい課")
    _next_year(office)
    found = _shares(office)
    # All of department 102 went into it, and the department was published in the old year: 14 of 30.
    assert found["102"][0] == "46.7%"
    assert "10201" not in found


def test_a_division_that_took_over_another_has_no_old_year_of_its_own(office: Office) -> None:
    _first_year(office)
    testing.make_unit(office.body, "10301", "動いた課", valid_from=date(2027, 4, 1))
    _merge(office, ["10202"], "10302", "移った課")
    moved = Unit.objects.get(code="10302")
    Unit.objects.filter(code="10202").update(successor=Unit.objects.get(code="10201"))
    assert moved.is_valid_on(date(2027, 5, 1))
    _next_year(office)
    # 10201 of today follows 10201 and 10202; no figure of the old year covered just these two divisions but
    # the department's, so the old 10201 alone is not passed off as its past.
    assert _shares(office)["10201"][0] in {"×", "46.7%"}


def test_nothing_published_is_no_trend(office: Office) -> None:
    assert queries.trend_of(office.program, MAIN) == ([], [])


def test_a_missing_year_breaks_the_line() -> None:
    from decimal import Decimal

    years = [FiscalYear(2020 + n) for n in range(4)]
    chart = chart_of(years, [Decimal(10), Decimal(20), None, Decimal(40)])
    assert (len(chart.points), len(chart.lines)) == (3, 1)
    assert chart.points[0].y > chart.points[-1].y
