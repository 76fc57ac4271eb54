"""補正: item by item, within the same application, while the clock stands still."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from kencho.applications import queries, services
from kencho.applications.models import Application, Status
from kencho.applications.samples import sample_file
from kencho.applications.testing import AT, apply, publish
from kencho.applications.tests.test_states import undated
from kencho.files import services as files
from kencho.foundation.actors import Actor, ActorKind
from kencho.organization.testing import Cast, desk, sign_in
from kencho.procedures import queries as procedures
from kencho.procedures.queries import InForce

LATER = AT + timedelta(days=3)


@pytest.fixture
def asked(cast: Cast) -> Application:
    """An application under review whose applicant is asked for another telephone number."""
    version = publish(cast, routes=False)
    application = apply(version, seed=undated(version))
    by = desk(cast.clerk).actor
    services.accept(application=application, by=by, at=AT)
    services.review(application=application, by=by, at=AT)
    ask(application, cast)
    application.refresh_from_db()
    return application


def ask(application: Application, cast: Cast, **more: Any) -> None:
    options: dict[str, Any] = {
        "items": [services.AskedItem("telephone", "昼間の番号を書いてください。")],
        "due_on": date(2026, 6, 20),
        "message": "",
        "by": desk(cast.clerk).actor,
        "at": AT + timedelta(days=1),
    }
    services.request_amendment(application=application, **{**options, **more})


def guest(application: Application) -> Actor:
    return Actor(ActorKind.GUEST, application.number, "")


def test_before_and_after_are_kept_side_by_side(asked: Application) -> None:
    before = asked.answers["telephone"]
    answers = {**asked.answers, "telephone": "059-224-2070"}
    services.amend(application=asked, answers=answers, by=guest(asked), at=LATER)
    item = asked.amendment_requests.get().items.get()
    assert (item.before, item.after) == (before, "059-224-2070")
    asked.refresh_from_db()
    assert (asked.status, asked.number, asked.answers["telephone"]) == (
        Status.IN_REVIEW,
        asked.number,
        "059-224-2070",
    )
    assert asked.amendment_requests.get().answered_at == LATER


def test_a_corrected_name_and_address_reach_lists_and_mail(asked: Application) -> None:
    name = {"family": "直", "given": "志", "family_kana": "ナオ", "given_kana": "シ"}
    answers = {**asked.answers, "requester_kind": "person", "requester_name": name, "email": "new@example.jp"}
    answers.pop("organization", None)
    services.amend(application=asked, answers=answers, by=guest(asked), at=LATER)
    asked.refresh_from_db()
    assert (asked.applicant_name, asked.applicant_email) == ("直 志", "new@example.jp")
    assert "直" in asked.search_text
    assert asked.number in asked.search_text.upper()


def test_an_address_given_apart_from_the_answers_stays(asked: Application) -> None:
    Application.objects.update(applicant_email="apart@example.jp")
    services.amend(
        application=asked, answers={**asked.answers, "email": "new@example.jp"}, by=guest(asked), at=LATER
    )
    asked.refresh_from_db()
    assert asked.applicant_email == "apart@example.jp"


def test_a_file_added_in_the_amendment_is_attached(asked: Application) -> None:
    """The file belongs to the draft in which the amendment was written."""
    plan = procedures.compiled_of(asked.version)
    draft = services.begin_draft(
        procedure=InForce(asked.procedure, asked.version, plan),
        user=None,
        at=AT,
        answers=asked.answers,
        amends=asked,
    )
    item = next(item for item in plan.definition.items() if item.id == "proxy")
    name, content = sample_file(item)

    def received(owner: str) -> dict[str, Any]:
        upload = files.receive(
            body=asked.body,
            content=io.BytesIO(content),
            name=name,
            owner=owner,
            max_bytes=item.max_bytes,
            kinds=item.kinds,
            by=guest(asked),
            at=LATER,
        )
        return {"id": str(upload.pk), "name": upload.name, "bytes": len(content), "kind": "pdf"}

    agent = {"family": "山", "given": "花", "family_kana": "ヤマ", "given_kana": "ハナ"}
    had = asked.documents.count()
    base = {**asked.answers, "by_agent": True, "agent_name": agent}
    with pytest.raises(services.UnableToSubmit):
        services.amend(
            application=asked, answers={**base, "proxy": [received("of-nobody")]}, by=guest(asked), at=LATER
        )
    services.amend(
        application=asked, answers={**base, "proxy": [received(str(draft.pk))]}, by=guest(asked), at=LATER
    )
    assert asked.documents.count() == had + 1


def test_a_wrong_correction_changes_nothing(asked: Application) -> None:
    kept = dict(asked.answers)
    with pytest.raises(services.UnableToSubmit):
        services.amend(
            application=asked, answers={**asked.answers, "telephone": "12"}, by=guest(asked), at=LATER
        )
    asked.refresh_from_db()
    assert (asked.status, asked.answers) == (Status.AWAITING_AMENDMENT, kept)
    assert asked.pauses.filter(resumed_at__isnull=True).count() == 1


def test_nobody_amends_what_is_not_asked_for(asked: Application) -> None:
    services.amend(application=asked, answers=asked.answers, by=guest(asked), at=LATER)
    with pytest.raises(services.UnableToAmend):
        services.amend(application=asked, answers=asked.answers, by=guest(asked), at=LATER)


def test_only_the_applicant_or_the_division_amends(asked: Application, cast: Cast) -> None:
    others = [
        Actor(ActorKind.GUEST, "24000-08-000009-9", ""),
        Actor(ActorKind.RESIDENT, str(cast.resident.pk), ""),
        desk(cast.other_division_clerk).actor,
        desk(cast.other_body_clerk).actor,
    ]
    for by in others:
        with pytest.raises(PermissionDenied):
            services.amend(application=asked, answers=asked.answers, by=by, at=LATER)
    services.amend(application=asked, answers=asked.answers, by=desk(cast.chief).actor, at=LATER)


@pytest.mark.parametrize(
    "more",
    [
        {"items": []},
        {"items": [services.AskedItem("no_such_item", "")]},
        {"due_on": date(2026, 6, 1)},
    ],
)
def test_a_request_says_what_and_until_when(asked: Application, cast: Cast, more: dict[str, Any]) -> None:
    services.amend(application=asked, answers=asked.answers, by=guest(asked), at=LATER)
    with pytest.raises(services.UnableToRequestAmendment):
        ask(asked, cast, at=LATER, **more)


def test_the_same_item_asked_twice_is_one_item(asked: Application, cast: Cast) -> None:
    services.amend(application=asked, answers=asked.answers, by=guest(asked), at=LATER)
    twice = [services.AskedItem("telephone", "一度目"), services.AskedItem("telephone", "二度目")]
    ask(asked, cast, at=LATER, items=twice)
    assert [i.message for i in asked.amendment_requests.last().items.all()] == ["二度目"]  # type: ignore[union-attr]  # two were made above


def test_withdrawing_while_asked_lets_the_clock_go(asked: Application) -> None:
    services.withdraw(application=asked, reason="", by=guest(asked), at=LATER)
    assert not asked.pauses.filter(resumed_at__isnull=True).exists()


def test_what_was_changed_besides_is_kept_too(asked: Application) -> None:
    old = asked.answers["email"]
    answers = {**asked.answers, "telephone": "059-224-2070", "email": "new@example.jp"}
    services.amend(application=asked, answers=answers, by=guest(asked), at=LATER)
    kept = {
        item.item_id: (item.is_asked, item.before, item.after)
        for item in asked.amendment_requests.get().items.all()
    }
    assert kept["email"] == (False, old, "new@example.jp")
    assert kept["telephone"][0]
    assert len(kept) == 2


@pytest.mark.parametrize("end", ["withdraw", "refuse"])
def test_an_ended_application_asks_for_nothing(asked: Application, cast: Cast, end: str) -> None:
    assert queries.open_amendment(asked) is not None
    if end == "withdraw":
        services.withdraw(application=asked, reason="", by=guest(asked), at=LATER)
    else:
        services.refuse(application=asked, grounds="補正されなかった", by=desk(cast.clerk).actor, at=LATER)
    asked.refresh_from_db()
    assert queries.open_amendment(asked) is None
    client = Client()
    session = client.session
    session["application_numbers"] = [asked.number]
    session.save()
    page = client.get(f"/applications/{asked.number}/").content.decode()
    assert asked.number in page
    assert "直してほしいところがあります" not in page
    desk_page = sign_in(Client(), cast.clerk).get(f"/desk/applications/{asked.pk}/").content.decode()
    assert "補正を待っています" not in desk_page
