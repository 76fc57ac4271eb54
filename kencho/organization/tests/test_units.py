"""Units: created, renamed, closed, reorganised."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Q
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from pytest_django import DjangoAssertNumQueries

from kencho.audit.models import Entry
from kencho.foundation import clock
from kencho.foundation.actors import system
from kencho.foundation.registry import datasets
from kencho.organization import queries, services
from kencho.organization.models import Assignment, Body, Unit
from kencho.organization.services import NewUnit, UnableToChangeUnit, UnitText
from kencho.organization.testing import FIRST_DAY, Cast, actor, make_body, make_cast, make_staff, make_unit

NEXT_YEAR = date(2027, 4, 1)
BY = system("test")


def test_create_unit_is_audited(cast: Cast) -> None:
    unit = services.create_unit(
        body=cast.body,
        new=NewUnit("03010", "財政課", parent=cast.department),
        on=NEXT_YEAR,
        by=BY,
        at=clock.now(),
    )
    assert not unit.is_valid_on(NEXT_YEAR - timedelta(days=1))
    assert unit.is_valid_on(NEXT_YEAR)
    entry = Entry.objects.get(action="organization.unit.create")
    assert (entry.subject_id, entry.body) == (str(unit.pk), "240001")


def test_a_code_names_one_unit_at_a_time(cast: Cast) -> None:
    with pytest.raises(UnableToChangeUnit):
        services.create_unit(
            body=cast.body,
            new=NewUnit("03009", "別の課", parent=cast.department),
            on=NEXT_YEAR,
            by=BY,
            at=clock.now(),
        )


@pytest.mark.parametrize("level", [Unit.Level.DEPARTMENT, Unit.Level.EXECUTIVE, Unit.Level.SECTION])
def test_the_level_above_must_fit(cast: Cast, level: Unit.Level) -> None:
    with pytest.raises(UnableToChangeUnit):
        services.create_unit(
            body=cast.body,
            new=NewUnit("999", "x", level=level, parent=cast.department),
            on=NEXT_YEAR,
            by=BY,
            at=clock.now(),
        )


def test_a_parent_of_another_body_is_refused(cast: Cast) -> None:
    with pytest.raises(UnableToChangeUnit):
        services.create_unit(
            body=cast.other_body,
            new=NewUnit("0109", "x", parent=cast.department),
            on=NEXT_YEAR,
            by=BY,
            at=clock.now(),
        )


def test_rename_keeps_code_staff_and_history(cast: Cast) -> None:
    renamed = services.rename_unit(
        unit=cast.division, name="デジタル推進課", on=NEXT_YEAR, by=actor(cast.org_admin), at=clock.now()
    )
    cast.division.refresh_from_db()
    assert cast.division.name == "デジタル戦略企画課"
    assert (renamed.code, renamed.parent, cast.division.successor) == ("03009", cast.department, renamed)
    before = NEXT_YEAR - timedelta(days=1)
    assert queries.division_by_code(cast.body, "03009", before) == cast.division
    assert queries.division_by_code(cast.body, "03009", NEXT_YEAR) == renamed
    assert set(queries.members_of(renamed, NEXT_YEAR)) == {cast.clerk, cast.chief}
    assert set(queries.members_of(cast.division, before)) == {cast.clerk, cast.chief}
    assert queries.successor_on(cast.division, NEXT_YEAR) == renamed
    assert queries.successor_on(cast.division, before) == cast.division


def test_close_gives_staff_to_the_successor(cast: Cast) -> None:
    services.close_unit(
        unit=cast.division,
        successor=cast.other_division,
        on=NEXT_YEAR,
        by=actor(cast.org_admin),
        at=clock.now(),
    )
    assert cast.clerk in queries.members_of(cast.other_division, NEXT_YEAR)
    assert cast.division.pk in queries.subtree_ids(cast.other_division, NEXT_YEAR)
    assert cast.division.pk not in queries.subtree_ids(cast.other_division, FIRST_DAY)


@pytest.mark.parametrize("on", [FIRST_DAY, FIRST_DAY - timedelta(days=1)])
def test_a_unit_cannot_end_before_it_lived(cast: Cast, on: date) -> None:
    with pytest.raises(UnableToChangeUnit):
        services.close_unit(unit=cast.division, successor=cast.other_division, on=on, by=BY, at=clock.now())


def test_work_is_never_left_to_nobody(cast: Cast) -> None:
    with pytest.raises(UnableToChangeUnit):
        services.reorganise(
            body=cast.body,
            ending=[cast.division, cast.other_division],
            beginning=[],
            on=NEXT_YEAR,
            by=BY,
            at=clock.now(),
            successors={"03009": "03004", "03004": "03009"},
        )
    cast.division.refresh_from_db()
    assert cast.division.valid_to is None


def test_a_unit_of_another_body_cannot_be_ended(cast: Cast) -> None:
    with pytest.raises(UnableToChangeUnit):
        services.reorganise(
            body=cast.body,
            ending=[cast.foreign_division],
            beginning=[NewUnit("1", "x")],
            on=NEXT_YEAR,
            by=BY,
            at=clock.now(),
            successors={"0101": "1"},
        )


def test_split_and_merge_in_one_reorganisation(cast: Cast) -> None:
    first, second = services.reorganise(
        body=cast.body,
        ending=[cast.division, cast.other_division],
        beginning=[
            NewUnit("03021", "甲課", parent=cast.department),
            NewUnit("03022", "乙課", parent=cast.department),
        ],
        successors={"03009": "03021", "03004": "03021"},
        on=NEXT_YEAR,
        by=BY,
        at=clock.now(),
    )
    assert cast.clerk in queries.members_of(first, NEXT_YEAR)
    assert cast.org_admin in queries.members_of(first, NEXT_YEAR)
    assert not queries.members_of(second, NEXT_YEAR)


def test_children_follow_a_renamed_department(cast: Cast) -> None:
    renamed = services.rename_unit(
        unit=cast.department, name="総務企画部", on=NEXT_YEAR, by=BY, at=clock.now()
    )
    roots = {branch.unit: branch for branch in queries.tree_on(cast.body, NEXT_YEAR)}
    assert [child.unit.code for child in roots[renamed].children] == ["03004", "03009"]
    assert roots[renamed].staff_count == 5
    assert cast.division.pk in queries.subtree_ids(renamed, NEXT_YEAR)
    assert queries.department_of(cast.division, NEXT_YEAR) == renamed
    old = {branch.unit for branch in queries.tree_on(cast.body, FIRST_DAY)}
    assert cast.department in old
    assert renamed not in old


def test_moving_a_division_leaves_the_old_department(cast: Cast) -> None:
    other = services.create_unit(
        body=cast.body,
        new=NewUnit("040", "医療保健部", level=Unit.Level.DEPARTMENT),
        on=NEXT_YEAR,
        by=BY,
        at=clock.now(),
    )
    moved = services.rename_unit(
        unit=cast.division, name=cast.division.name, parent=other, on=NEXT_YEAR, by=BY, at=clock.now()
    )
    assert cast.division.pk not in queries.subtree_ids(cast.department, NEXT_YEAR)
    assert {moved.pk, cast.division.pk} <= set(queries.subtree_ids(other, NEXT_YEAR))
    assert cast.division.pk in queries.subtree_ids(cast.department, FIRST_DAY)


def test_units_above_ends_at_the_head_of_the_body(cast: Cast) -> None:
    assert queries.units_above(cast.division, cast.day) == [cast.division, cast.department, cast.executive]
    assert list(queries.holders_above(cast.division, ["HEAD"], cast.day)) == [cast.governor]
    assert list(queries.holders_above(cast.division, ["DIVISION_DIRECTOR"], cast.day)) == [cast.chief]
    assert not queries.holders_above(cast.division, ["NOBODY"], cast.day)


def test_tree_takes_the_same_number_of_queries_at_any_size(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        make_staff(make_unit(cast.body, f"9{number:04d}", "x", parent=cast.department), f"X{number}", "x")
    with django_assert_num_queries(3):
        assert queries.tree_on(cast.body, cast.day)


def test_corrections_keep_the_row_and_name_only_fields_in_the_log(cast: Cast) -> None:
    text = UnitText("デジタル", "Digital", "課", "デ企", "059-224-0000", "digital@example.jp")
    services.correct_unit(unit=cast.division, text=text, by=BY, at=clock.now())
    services.correct_unit(unit=cast.division, text=text, by=BY, at=clock.now())
    entry = Entry.objects.get(action="organization.unit.correct")
    assert entry.details == {"fields": ["kana", "name_en", "form", "telephone", "email"]}


def test_the_code_of_a_body_never_changes(cast: Cast) -> None:
    services.correct_body(body=cast.body, fields={"code": "999999", "address": "津市"}, by=BY, at=clock.now())
    cast.body.refresh_from_db()
    assert (cast.body.code, cast.body.address) == ("240001", "津市")


def overlaps(body: Body) -> list[tuple[Unit, Unit]]:
    """Pairs of units that share a code on some day."""
    units = list(Unit.objects.filter(body=body).order_by("code", "valid_from"))
    return [
        (a, b)
        for a, b in pairwise(units)
        if a.code == b.code and (a.valid_to is None or a.valid_to > b.valid_from)
    ]


class Reorganisations(TestCase):
    """Any series of reorganisations leaves each code with one unit at a time and all work with somebody."""

    @settings(max_examples=25, deadline=None)
    @given(st.data())
    def test_no_gap_no_overlap_no_orphan(self, data: st.DataObject) -> None:
        cast = make_cast()
        day = FIRST_DAY
        for number in range(data.draw(st.integers(1, 4))):
            day += timedelta(days=data.draw(st.integers(1, 400)))
            living = list(queries.divisions_on(cast.body, day))
            ending = data.draw(
                st.lists(st.sampled_from(living), unique=True, min_size=1, max_size=len(living))
            )
            fresh = data.draw(st.integers(1, 3))
            begun = [
                NewUnit(f"8{number}{each}", f"新{number}{each}課", parent=cast.department)
                for each in range(fresh)
            ]
            if data.draw(st.booleans()):
                begun.append(NewUnit(ending[0].code, "続く課", parent=cast.department))
            successors = {unit.code: data.draw(st.sampled_from(begun)).code for unit in ending}
            services.reorganise(
                body=cast.body,
                ending=ending,
                beginning=begun,
                successors=successors,
                on=day,
                by=BY,
                at=clock.now(),
            )
        assert overlaps(cast.body) == []
        for unit in Unit.objects.filter(body=cast.body):
            heir = queries.successor_on(unit, day)
            assert heir.is_valid_on(day)
        for staff in cast.staff().values():
            self.assert_main_posts_touch(staff.pk, day)

    def assert_main_posts_touch(self, staff_id: int, day: date) -> None:
        """Main posts follow each other from the first day without gap and overlap, and one is held on the day."""
        posts = list(Assignment.objects.filter(staff_id=staff_id, is_concurrent=False).order_by("valid_from"))
        assert posts[0].valid_from == FIRST_DAY
        for earlier, later in pairwise(posts):
            assert earlier.valid_to == later.valid_from
        assert posts[-1].valid_to is None
        assert posts[-1].unit.is_valid_on(day)


def test_periods_cannot_run_backwards(db: None) -> None:
    body = make_body()
    unit = Unit(body=body, code="1", name="x", level="division", valid_from=NEXT_YEAR, valid_to=NEXT_YEAR)
    with pytest.raises(ValidationError):
        unit.full_clean()
    assert not Unit.objects.filter(Q(valid_to__lte=NEXT_YEAR)).exists()


def test_units_are_offered_as_open_data_without_people(cast: Cast) -> None:
    services.rename_unit(unit=cast.division, name="新しい課", on=NEXT_YEAR, by=BY, at=clock.now())
    spec = datasets.get("organization.units")
    rows = list(spec.rows("240001"))
    assert len(rows) == 5
    assert all(len(row) == len(spec.columns) for row in rows)
    assert "担当" not in str(rows)
    assert [row[-1] for row in rows if row[1] == "03009"] == ["03009", ""]
