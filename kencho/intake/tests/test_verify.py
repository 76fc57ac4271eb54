"""Doubtful fields are decided by clerks, each sheet by one at a time, and what they find is kept without what it says."""

import threading
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from kencho.applications.testing import AT
from kencho.intake import calibration, queries, services
from kencho.intake.calibration import Sample
from kencho.intake.models import Calibration, FieldResult, Outcome, ScanBatch, Sheet
from kencho.intake.tests.conftest import DAY, SYSTEM, Pile
from kencho.organization.models import RoleAssignment
from kencho.organization.testing import desk, grant, make_staff

State = FieldResult.State


def two_sheets(pile: Pile) -> ScanBatch:
    number = pile.lay_whole(1, pile.paper(1))
    return pile.read(pile.lay_whole(number, pile.paper(2)) - 1)


def test_two_clerks_never_get_the_same_sheet(pile: Pile) -> None:
    batch = two_sheets(pile)
    clerk, chief = pile.cast.clerk, pile.cast.chief
    mine = services.take_next_sheet(staff=clerk, by=pile.by(clerk), at=AT)
    others = services.take_next_sheet(staff=chief, by=pile.by(chief), at=AT)
    assert mine is not None
    assert others is not None
    assert {mine.pk, others.pk} == set(batch.sheets.values_list("pk", flat=True))
    assert services.take_next_sheet(staff=clerk, by=pile.by(clerk), at=AT) == mine
    with pytest.raises(services.UnableTo) as refused:
        services.take_sheet(sheet=others, staff=clerk, by=pile.by(clerk), at=AT)
    assert refused.value.reason == services.Reason.HELD
    third = make_staff(pile.cast.division, "S0099", "三人目 花")
    assert services.take_next_sheet(staff=third, by=pile.by(third), at=AT) is None
    later = AT + queries.HOLD + timedelta(minutes=1)
    assert services.take_next_sheet(staff=third, by=pile.by(third), at=later) == mine


@pytest.mark.django_db(transaction=True)
def test_many_who_ask_at_once_get_different_sheets(pile: Pile) -> None:
    batch = two_sheets(pile)
    people = [pile.cast.clerk, pile.cast.chief, make_staff(pile.cast.division, "S0099", "三人目 花")]
    actors = {who.pk: pile.by(who) for who in people}
    gate = threading.Barrier(len(people))
    taken: list[int | None] = []

    def ask(who: Any) -> None:
        try:
            gate.wait(10)
            found = services.take_next_sheet(staff=who, by=actors[who.pk], at=AT)
            taken.append(None if found is None else found.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=(who,)) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(taken) == len(people)
    assert sorted(each for each in taken if each is not None) == sorted(
        batch.sheets.values_list("pk", flat=True)
    )


def test_only_the_division_sees_and_decides(pile: Pile) -> None:
    sheet = two_sheets(pile).sheets.first()
    assert sheet is not None
    for staff in (pile.cast.other_division_clerk, pile.cast.other_body_clerk):
        assert queries.sheet(desk(staff, DAY), sheet.pk) is None
        assert services.take_next_sheet(staff=staff, by=pile.by(staff), at=AT) is None
        with pytest.raises(PermissionDenied):
            services.take_sheet(sheet=sheet, staff=staff, by=pile.by(staff), at=AT)
    field = sheet.fields.first()
    assert field is not None
    with pytest.raises(services.UnableTo) as refused:
        services.verify_field(field=field, value="x", by=pile.by(pile.cast.clerk), at=AT)
    assert refused.value.reason == services.Reason.NOT_HELD


def test_what_was_found_is_learned_without_what_it_says(pile: Pile) -> None:
    pages = pile.lay_whole(1, pile.paper()) - 1
    sheet = pile.read(pages).sheets.get()
    clerk, by = pile.cast.clerk, pile.by(pile.cast.clerk)
    services.take_sheet(sheet=sheet, staff=clerk, by=by, at=AT)
    waiting = list(queries.to_look_at(sheet, by))
    names = [each for each in waiting if each.kind == "name"]
    assert len(names) >= 2
    done = services.verify_fields(
        sheet=sheet, values={names[0].pk: names[0].value, names[1].pk: "違う"}, by=by, at=AT
    )
    assert done.left == len(waiting) - 2
    assert sorted(Outcome.objects.filter(kind="name").values_list("was_right", flat=True)) == [False, True]
    corrected = sheet.fields.get(pk=names[1].pk)
    assert (corrected.final, corrected.state) == ("違う", State.VERIFIED)
    services.verify_field(field=corrected, value=names[1].value, by=by, at=AT)
    assert Outcome.objects.filter(kind="name").count() == 2


def test_money_that_two_people_type_needs_both_to_agree(pile: Pile) -> None:
    services.demand_double_entry(
        version=pile.version, keys=["telephone", "nothing"], by=pile.by(pile.cast.clerk), at=AT
    )
    pages = pile.lay_whole(1, pile.paper()) - 1
    sheet = pile.read(pages).sheets.get()
    clerk, chief = pile.cast.clerk, pile.cast.chief
    pile.verify_all(sheet, clerk)
    field = sheet.fields.get(key="telephone")
    assert (sheet.state, field.state) == (Sheet.State.VERIFYING, State.SECOND)
    assert services.take_next_sheet(staff=clerk, by=pile.by(clerk), at=AT) is None
    services.take_sheet(sheet=sheet, staff=clerk, by=pile.by(clerk), at=AT)
    with pytest.raises(services.UnableTo) as refused:
        services.verify_field(field=field, value=field.value, by=pile.by(clerk), at=AT)
    assert refused.value.reason == services.Reason.SAME_CLERK
    services.release_sheet(sheet=sheet, by=pile.by(clerk), at=AT)
    assert services.take_next_sheet(staff=chief, by=pile.by(chief), at=AT) == sheet
    services.verify_field(field=field, value="059-000-0000", by=pile.by(chief), at=AT)
    field.refresh_from_db()
    assert field.state == State.THIRD
    services.verify_field(field=field, value=field.first_entry, by=pile.by(chief), at=AT)
    sheet.refresh_from_db()
    field.refresh_from_db()
    assert (sheet.state, field.final) == (Sheet.State.READY, field.first_entry)
    # Nor does one of them change it afterwards.
    services.take_sheet(sheet=sheet, staff=chief, by=pile.by(chief), at=AT)
    services.verify_field(field=field, value="059-999-9999", by=pile.by(chief), at=AT)
    sheet.refresh_from_db()
    field.refresh_from_db()
    assert (sheet.state, field.state) == (Sheet.State.VERIFYING, State.SECOND)


def test_what_a_colleague_has_open_is_not_taken_away(pile: Pile) -> None:
    sheet = two_sheets(pile).sheets.first()
    assert sheet is not None
    clerk, chief = pile.cast.clerk, pile.cast.chief
    services.take_sheet(sheet=sheet, staff=clerk, by=pile.by(clerk), at=AT)
    for act in (
        lambda: services.hand_over(sheet=sheet, staff=chief, by=pile.by(chief), at=AT),
        lambda: services.discard_sheet(sheet=sheet, reason="重複", by=pile.by(chief), at=AT),
    ):
        with pytest.raises(services.UnableTo) as refused:
            act()
        assert refused.value.reason == services.Reason.HELD


def test_the_time_that_counts_is_the_time_at_the_screen(pile: Pile) -> None:
    sheet = two_sheets(pile).sheets.order_by("number").first()
    assert sheet is not None
    clerk, by = pile.cast.clerk, pile.by(pile.cast.clerk)
    services.take_sheet(sheet=sheet, staff=clerk, by=by, at=AT)
    field = queries.to_look_at(sheet, by)[0]
    services.verify_field(field=field, value=field.value, by=by, at=AT + timedelta(seconds=12))
    services.release_sheet(sheet=sheet, by=by, at=AT + timedelta(minutes=15))
    sheet.refresh_from_db()
    assert sheet.verify_seconds == Decimal(12 + 300)
    assert sheet.held_by is None


def test_a_passed_sheet_needs_nobody(pile: Pile) -> None:
    _trust_everything(pile)
    pages = pile.lay_whole(1, pile.paper()) - 1
    sheet = pile.read(pages).sheets.get()
    audited = sheet.fields.filter(state=State.AUDIT).count()
    passed = sheet.fields.filter(state=State.PASSED).count()
    assert audited + passed == sheet.fields.count()
    if audited:
        pile.verify_all(sheet, pile.cast.clerk)
    services.register(sheet=sheet, by=pile.by(pile.cast.clerk), at=AT)
    sheet.refresh_from_db()
    assert sheet.is_untouched


def _trust_everything(pile: Pile) -> None:
    admin = pile.cast.chief
    grant(admin, RoleAssignment.Role.SYSTEM_ADMIN)
    by = desk(admin, DAY).actor
    for threshold in queries.calibrations(pile.cast.body, AT):
        services.set_calibration(
            body=pile.cast.body,
            kind=threshold.kind,
            threshold=0.5,
            always_check=False,
            audit_share=Decimal("0.02"),
            by=by,
            at=AT,
        )


def test_at_least_two_in_a_hundred_passed_fields_are_looked_at() -> None:
    drawn = sum(calibration.is_audited(f"seed{n}", Decimal("0.001")) for n in range(10_000))
    assert 150 < drawn < 260
    assert calibration.is_audited("a", Decimal(1))


@pytest.mark.parametrize(("right", "count", "low"), [(0, 0, 0.0), (540, 540, 0.9929), (95, 100, 0.8882)])
def test_the_interval_is_that_of_wilson(right: int, count: int, low: float) -> None:
    assert calibration.wilson(right, count)[0] == pytest.approx(low, abs=0.0001)


def test_a_threshold_is_fitted_only_when_the_findings_bear_it_out() -> None:
    good = [Sample(0.9 + n / 100_000, True) for n in range(800)]
    bad = [Sample(0.5 + n / 100_000, n % 3 > 0) for n in range(800)]
    found = calibration.fit([*good, *bad], target=0.995)
    assert found is not None
    assert 0.5 < found.threshold <= 0.9
    assert found.lower >= 0.995
    assert calibration.fit(good[:200], target=0.995) is None
    assert calibration.fit(bad, target=0.995) is None


def test_one_wrong_audit_weighs_as_much_as_what_it_stands_for() -> None:
    checked = [Sample(0.6 + n / 100_000, True) for n in range(2000)]
    audited = [Sample(0.95 + n / 100_000, n not in {3, 40, 80}, weight=50.0) for n in range(100)]
    assert calibration.fit([*checked, *audited], target=0.99) is None


def test_fitting_writes_a_new_row_and_says_from_how_many(pile: Pile) -> None:
    body = pile.cast.body
    Outcome.objects.bulk_create(
        Outcome(
            body=body,
            procedure_code="x",
            kind="telephone",
            score=0.3 + n / 10_000,
            would_pass=True,
            was_right=True,
            origin=Outcome.Origin.CHECK,
            at=AT - timedelta(days=1),
        )
        for n in range(1500)
    )
    made = services.fit_calibration(body=body, by=SYSTEM, at=AT)
    assert [(each.kind, each.basis, each.sample) for each in made] == [
        ("telephone", Calibration.Basis.FITTED, 1500)
    ]
    assert queries.threshold_of(body, "telephone", AT).threshold == pytest.approx(0.3)
    assert not services.fit_calibration(body=body, by=SYSTEM, at=AT)
    with pytest.raises(PermissionDenied):
        services.fit_calibration(body=body, by=pile.by(pile.cast.clerk), at=AT)
