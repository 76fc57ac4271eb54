"""Submission: once, numbered, in its period, with its own files and nothing that was not asked."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from kencho.applications import queries, services
from kencho.applications.models import Application, ReceptionCounter, StatusChange
from kencho.applications.samples import sample_answers
from kencho.applications.testing import AT, GUEST, apply, publish
from kencho.audit.models import Entry
from kencho.foundation import clock
from kencho.foundation.actors import Actor, ActorKind
from kencho.foundation.checkdigits import check_receipt_number
from kencho.foundation.models import Task
from kencho.organization.testing import Cast, make_cast
from kencho.procedures import queries as procedures
from kencho.procedures.models import ProcedureVersion

DAY = clock.day_of(AT)


@pytest.fixture
def version(cast: Cast) -> ProcedureVersion:
    return publish(cast, routes=False)


def answers_for(version: ProcedureVersion, key: str, seed: int = 1) -> dict[str, Any]:
    plan = procedures.compiled_of(version)
    return sample_answers(
        plan, random.Random(seed), body=version.procedure.body, owner=key, by=GUEST, at=AT, on=DAY
    )


def submit(
    version: ProcedureVersion, answers: dict[str, Any], key: str, at: datetime = AT
) -> services.Receipt:
    return services.submit(
        version=version, body=version.procedure.body, answers=answers, key=key, by=GUEST, at=at
    )


def test_the_same_key_twice_is_one_application_with_the_same_code(version: ProcedureVersion) -> None:
    answers = answers_for(version, "one")
    first, second = submit(version, answers, "one"), submit(version, answers, "one")
    assert (first.is_repeat, second.is_repeat) == (False, True)
    assert first.application.pk == second.application.pk
    assert first.secret == second.secret
    assert queries.knows_secret(first.application, first.secret)
    assert StatusChange.objects.count() == 1
    assert Entry.objects.filter(action="applications.application.submit").count() == 1
    assert Task.objects.filter(name="applications.ApplicationSubmitted").count() == 1


@pytest.mark.django_db(transaction=True)
def test_pressing_at_the_same_moment_is_one_application() -> None:
    cast = make_cast()
    version = publish(cast, routes=False)
    answers, start = answers_for(version, "one"), Barrier(4)

    def press(_n: int) -> tuple[str, str]:
        start.wait()
        try:
            receipt = submit(version, answers, "one")
            return receipt.application.number, receipt.secret
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(press, range(4)))) == 1
    assert Application.objects.count() == 1
    assert Task.objects.filter(name="applications.ApplicationSubmitted").count() == 1


@pytest.mark.django_db(transaction=True)
def test_different_people_at_the_same_moment_get_different_numbers() -> None:
    cast = make_cast()
    version = publish(cast, routes=False)
    keys = [f"key-{n}" for n in range(6)]
    answers, start = {key: answers_for(version, key) for key in keys}, Barrier(len(keys))

    def press(key: str) -> str:
        start.wait()
        try:
            return submit(version, answers[key], key).application.number
        finally:
            connection.close()

    with ThreadPoolExecutor(len(keys)) as pool:
        numbers = list(pool.map(press, keys))
    assert len(set(numbers)) == len(keys)
    assert ReceptionCounter.objects.get().last == len(keys)


def test_numbers_are_of_the_body_and_year_and_show_every_wrong_digit(version: ProcedureVersion) -> None:
    numbers = [apply(version, seed=seed).number for seed in range(3)]
    assert [number[:15] for number in numbers] == [f"24000-08-00000{n}" for n in (1, 2, 3)]
    for number in numbers:
        assert check_receipt_number(number)
        for place, sign in enumerate(number):
            if sign.isdigit():
                wrong = number[:place] + str((int(sign) + 1) % 10) + number[place + 1 :]
                assert not check_receipt_number(wrong)
                assert queries.by_number(wrong) is None


def test_a_number_is_found_however_it_is_typed(version: ProcedureVersion) -> None:
    application = apply(version)
    wide = application.number.translate({ord(c): ord(c) - 0x30 + 0xFF10 for c in "0123456789"})
    for typed in (application.number, f" {application.number} ", wide):
        assert queries.by_number(typed) == application


def test_the_number_begins_anew_in_april(cast: Cast) -> None:
    version = publish(cast, routes=False)
    after = datetime(2027, 4, 1, 0, 0, tzinfo=clock.JST)
    before = datetime(2027, 3, 31, 23, 59, 59, tzinfo=clock.JST)
    old, new = apply(version, seed=1, at=before), apply(version, seed=2, at=after)
    assert (old.fiscal_year, new.fiscal_year) == (2026, 2027)
    assert (old.number[:15], new.number[:15]) == ("24000-08-000001", "24000-09-000001")


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        (datetime(2026, 5, 31, 23, 59, 59, tzinfo=clock.JST), False),
        (datetime(2026, 6, 1, 0, 0, tzinfo=clock.JST), True),
        (datetime(2026, 6, 30, 23, 59, 59, tzinfo=clock.JST), True),
        (datetime(2026, 7, 1, 0, 0, tzinfo=clock.JST), False),
    ],
)
def test_the_receiving_period_holds_its_first_and_last_day(cast: Cast, at: datetime, is_open: bool) -> None:
    version = publish(cast, routes=False, receiving_period={"from": "2026-06-01", "to": "2026-06-30"})
    if is_open:
        assert apply(version, at=at).arrived_at == at
        return
    with pytest.raises(services.ReceptionClosed):
        apply(version, at=at)
    assert not Application.objects.exists()


def with_proxy(version: ProcedureVersion, owner: str) -> dict[str, Any]:
    """Answers of somebody with an agent, whose power of attorney is a file of this owner."""
    for seed in range(100):
        plan = procedures.compiled_of(version)
        if plan.sample(random.Random(seed), on=DAY).get("by_agent"):
            return answers_for(version, owner, seed)
    raise AssertionError("nobody with an agent")


def test_files_of_another_draft_are_refused_and_nothing_is_kept(version: ProcedureVersion) -> None:
    answers = with_proxy(version, "mine")
    with pytest.raises(services.UnableToSubmit) as refused:
        submit(version, answers, "somebody-else")
    assert [(e.item_id, e.code) for e in refused.value.errors] == [("proxy", "file_lost")]
    assert not Application.objects.exists()
    assert not ReceptionCounter.objects.filter(last__gt=0).exists()
    assert submit(version, answers, "mine").application.documents.count() == 1


def test_answers_to_questions_that_are_hidden_are_dropped(version: ProcedureVersion) -> None:
    answers = answers_for(version, "one")
    answers |= {
        "requester_kind": "person",
        "organization": "隠れた会社",
        "legal_entity_number": "5000020240001",
    }
    application = submit(version, answers, "one").application
    assert "organization" not in application.answers
    assert "隠れた会社" not in str(application.answers)
    assert application.answers_digest == services._submit.digest_of(application.answers)


def test_wrong_answers_leave_nothing_behind(version: ProcedureVersion) -> None:
    with pytest.raises(services.UnableToSubmit) as refused:
        submit(version, {"telephone": "12", "unknown": 1}, "one")
    assert {"telephone", "unknown", "requester_name"} <= {e.item_id for e in refused.value.errors}
    assert not Application.objects.exists()
    assert not Entry.objects.filter(action="applications.application.submit").exists()


def test_answers_are_judged_on_the_day_of_arrival(version: ProcedureVersion) -> None:
    answers = answers_for(version, "one") | {
        "disclosure_method": ["inspection"],
        "inspection_on": "2026-06-01",
    }
    with clock.simulated(datetime(2026, 7, 1, tzinfo=clock.JST)):
        assert submit(version, answers, "one").application.answers["inspection_on"] == "2026-06-01"


def test_an_account_needs_no_code(cast: Cast, version: ProcedureVersion) -> None:
    by = Actor(ActorKind.RESIDENT, str(cast.resident.pk), "")
    receipt = services.submit(
        version=version,
        body=cast.body,
        answers=answers_for(version, "k"),
        key="k",
        by=by,
        at=AT,
        user=cast.resident,
    )
    assert (receipt.secret, receipt.application.secret_digest) == ("", "")
    assert not queries.knows_secret(receipt.application, services.secret_for("k"))


def test_the_submission_asks_few_questions_of_the_database(
    version: ProcedureVersion, django_assert_max_num_queries: Any
) -> None:
    apply(version, seed=1)
    answers = answers_for(version, "two", 2)
    with django_assert_max_num_queries(16):
        submit(version, answers, "two")
