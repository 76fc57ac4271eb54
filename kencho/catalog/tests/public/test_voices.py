"""What the public sends: taken with thanks, shown only after somebody has looked, not without limit."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from kencho.audit.models import Entry
from kencho.catalog import services
from kencho.catalog.models import DataRequest, Feedback, Showcase
from kencho.catalog.testing import Made, make_dataset
from kencho.catalog.views.public import _voices
from kencho.foundation import clock
from kencho.organization.models import RoleAssignment
from kencho.organization.testing import Cast, desk, grant

GIVEN = {
    "title": "公園の一覧",
    "details": "市町別",
    "purpose": "地図",
    "email": "a@example.jp",
    "website": "",
}


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    """Calls of other tests do not count here."""
    cache.clear()


@pytest.fixture
def made(cast: Cast, own_store: None) -> Made:
    """A published table."""
    return make_dataset(cast)


def send(name: str, given: dict[str, str], *args: str) -> int:
    return Client().post(reverse(f"catalog:{name}", args=["mie", *args]), given).status_code


def listed(name: str = "request_list") -> str:
    return Client().get(reverse(f"catalog:{name}", args=["mie"])).content.decode()


def test_a_request_is_kept_and_shown_only_when_somebody_has_looked(cast: Cast) -> None:
    assert send("request_create", GIVEN) == 302
    row = DataRequest.objects.get()
    assert (row.state, row.is_shown, (row.due_on - clock.day_of(row.received_at)).days) == (
        "received",
        False,
        30,
    )
    assert "公園の一覧" not in listed()
    entry = Entry.objects.get(action="catalog.request.receive")
    assert "公園" not in str(entry.details)
    with pytest.raises(services.UnableToHear):
        services.answer_request(
            request=row,
            state="in_review",
            answer="",
            is_shown=True,
            by=desk(cast.clerk).actor,
            at=clock.now(),
        )
    grant(cast.clerk, RoleAssignment.Role.PLANNER)
    planner = desk(cast.clerk).actor
    services.answer_request(
        request=row, state="in_review", answer="", is_shown=True, by=planner, at=clock.now()
    )
    assert "公園の一覧" in listed()
    assert "a@example.jp" not in listed()
    services.answer_request(
        request=row,
        state="declined",
        answer="調べた表がありません。",
        is_shown=True,
        by=planner,
        at=clock.now(),
    )
    row.refresh_from_db()
    assert row.email == ""
    assert "調べた表がありません" in listed()


def test_numbers_are_given_once(cast: Cast) -> None:
    send("request_create", GIVEN)
    send("request_create", GIVEN)
    numbers = list(DataRequest.objects.order_by("pk").values_list("number", flat=True))
    assert len(set(numbers)) == 2
    assert numbers[1].endswith("-0002")


def test_strangers_of_another_body_answer_nothing(cast: Cast) -> None:
    send("request_create", GIVEN)
    grant(cast.other_body_clerk, RoleAssignment.Role.PLANNER)
    with pytest.raises(services.UnableToHear):
        services.answer_request(
            request=DataRequest.objects.get(),
            state="declined",
            answer="だめ",
            is_shown=True,
            by=desk(cast.other_body_clerk).actor,
            at=clock.now(),
        )


def test_programs_are_thanked_and_dropped(cast: Cast) -> None:
    assert send("request_create", {**GIVEN, "website": "https://spam.example"}) == 302
    assert not DataRequest.objects.exists()


def test_not_without_limit(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_voices, "MOST_SENT", 2)
    assert [send("request_create", GIVEN) for _n in range(3)] == [302, 302, 200]
    assert DataRequest.objects.count() == 2


def test_an_empty_form_is_told_what_is_missing(cast: Cast) -> None:
    answer = Client().post(reverse("catalog:request_create", args=["mie"]), {**GIVEN, "title": " "})
    assert "直してほしいところ" in answer.content.decode()
    assert "市町別" in answer.content.decode()


def test_feedback_is_shown_with_its_answer_only(cast: Cast, made: Made) -> None:
    assert send("feedback_create", {"text": "3行目が違います", "is_useful": "no"}, "facilities") == 302
    row = Feedback.objects.get()
    assert row.is_useful is False
    page = reverse("catalog:dataset_show", args=["mie", "facilities"])
    assert "3行目が違います" not in Client().get(page).content.decode()
    clerk = desk(cast.clerk).actor
    with pytest.raises(services.UnableToHear):
        services.answer_feedback(feedback=row, answer="", is_shown=True, by=clerk, at=clock.now())
    services.answer_feedback(feedback=row, answer="直しました。", is_shown=True, by=clerk, at=clock.now())
    assert "直しました。" in Client().get(page).content.decode()


def test_works_are_shown_when_the_body_says_so(cast: Cast, made: Made) -> None:
    given = {
        "title": "図書館マップ",
        "description": "地図のアプリ",
        "url": "https://example.jp/",
        "maker": "有志",
    }
    assert send("showcase_create", {**given, "dataset": str(made.dataset.pk)}) == 302
    assert "図書館マップ" not in listed("showcase_list")
    grant(cast.clerk, RoleAssignment.Role.PLANNER)
    row = Showcase.objects.get()
    services.decide_showcase(showcase=row, is_shown=True, by=desk(cast.clerk).actor, at=clock.now())
    assert "図書館マップ" in listed("showcase_list")
    assert list(row.datasets.all()) == [made.dataset]
    assert send("showcase_create", {**given, "url": "javascript:alert(1)"}) == 200
