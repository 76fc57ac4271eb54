"""The inbox: tabs, conditions, pages, marks of lateness, several at once."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kencho.applications import inbox
from kencho.applications.models import Application, Status
from kencho.applications.tests.views.people import NOW, client_of, copies, fresh, text_of, under_review, url
from kencho.foundation import clock
from kencho.organization.testing import Cast

TODAY = clock.day_of(NOW)


def numbers(page: str) -> list[str]:
    """The reception numbers of the rows, in order."""
    return re.findall(r'<th scope="row"><a class="number"[^>]*>([^<]+)</a>', page)


def test_rows_show_what_one_needs(cast: Cast, application: Application) -> None:
    page = text_of(client_of(cast.clerk).get(url("inbox")))
    assert numbers(page) == [application.number]
    for word in (application.applicant_name, application.procedure.title, "受付待ち"):
        assert word in page
    assert 'data-label="申請者"' in page


def test_another_division_has_its_own_inbox(cast: Cast, application: Application) -> None:
    for stranger in (cast.other_division_clerk, cast.other_body_clerk):
        page = text_of(client_of(stranger).get(url("inbox"), {"status": "all"}))
        assert application.number not in page
        assert "申請はありません" in page


def test_tabs_hold_counts_and_narrow(cast: Cast, application: Application) -> None:
    copies(application, 2, status=Status.IN_REVIEW)
    client = client_of(cast.clerk)
    assert len(numbers(text_of(client.get(url("inbox"))))) == 3
    reviewing = text_of(client.get(url("inbox"), {"status": "in_review"}))
    assert len(numbers(reviewing)) == 2
    assert re.search(r'aria-current="page">審査中<span class="tabs__count">2件', reviewing)


def test_finished_ones_stand_under_all_only(cast: Cast, application: Application) -> None:
    Application.objects.filter(pk=application.pk).update(status=Status.WITHDRAWN, closed_at=NOW)
    client = client_of(cast.clerk)
    assert numbers(text_of(client.get(url("inbox")))) == []
    assert numbers(text_of(client.get(url("inbox"), {"status": "all"}))) == [application.number]


@pytest.mark.parametrize(
    ("query", "hit"),
    [
        ({"assignee": "me"}, True),
        ({"assignee": "none"}, False),
        ({"words": "{number}"}, True),
        ({"words": "{name}"}, True),
        ({"words": "だれもいない"}, False),
        ({"procedure": "public-record-disclosure"}, True),
        ({"due": "overdue"}, True),
        ({"status": "in_review"}, False),
        ({"status": "nonsense"}, True),
        ({"procedure": "nonsense"}, True),
    ],
)
def test_conditions(cast: Cast, application: Application, query: dict[str, str], *, hit: bool) -> None:
    late = TODAY - timedelta(days=1)
    Application.objects.filter(pk=application.pk).update(assignee=cast.clerk, due_on=late)
    words = {"number": application.number, "name": application.applicant_name.split("　")[0]}
    asked = {name: value.format(**words) for name, value in query.items()}
    page = text_of(client_of(cast.clerk).get(url("inbox"), asked))
    assert numbers(page) == ([application.number] if hit else [])


def test_late_and_nearly_late_ones_are_marked_in_words(cast: Cast, application: Application) -> None:
    (soon,) = copies(application, 1, due_on=TODAY + timedelta(days=1))
    Application.objects.filter(pk=application.pk).update(due_on=TODAY - timedelta(days=1))
    page = text_of(client_of(cast.clerk).get(url("inbox")))
    assert page.count('tag--danger">超過') == 1
    assert page.count('tag--warning">まもなく') == 1
    assert page.index(application.number) < page.index(soon.number)


def test_pages_follow_each_other_without_gap(
    cast: Cast, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "PAGE_SIZE", 4)
    copies(application, 9)
    client, seen, address = client_of(cast.clerk), [], url("inbox")
    for _turn in range(3):
        page = text_of(client.get(address))
        seen += numbers(page)
        found = re.search(r'href="([^"]+)" rel="next"', page)
        if found is None:
            break
        address = url("inbox") + found[1].replace("&amp;", "&")
    assert len(seen) == len(set(seen)) == 10
    order = Application.objects.order_by("-arrived_at", "-id").values_list("number", flat=True)
    assert seen == list(order)


def test_thirty_rows_cost_what_three_cost(cast: Cast, application: Application) -> None:
    client = client_of(cast.clerk)
    counts = []
    for more in (2, 27):
        copies(application, more, assignee=cast.clerk)
        client.get(url("inbox"))
        with CaptureQueriesContext(
            connection,
        ) as seen:
            client.get(url("inbox"))
        counts.append(len(seen))
    assert counts[0] == counts[1]


class TestBulk:
    """First what will happen, then the deed, then what became of each."""

    def test_accept_asks_first(self, cast: Cast, application: Application) -> None:
        client = client_of(cast.clerk)
        page = client.post(url("bulk"), {"action": "accept", "pick": application.pk, "staff": ""})
        assert page.status_code == 200
        assert application.number in text_of(page)
        assert fresh(application).status == Status.SUBMITTED
        client.post(
            url("bulk"),
            {"action": "accept", "pick": application.pk, "staff": "", "confirmed": "1"},
            follow=True,
        )
        assert fresh(application).status == Status.ACCEPTED

    def test_what_cannot_be_accepted_is_named(self, cast: Cast, application: Application) -> None:
        (other,) = copies(application, 1)
        under_review(application, cast.clerk)
        client = client_of(cast.clerk)
        asked = {"action": "accept", "pick": [application.pk, other.pk], "staff": ""}
        assert "受付待ちでない1件" in text_of(client.post(url("bulk"), asked))
        page = text_of(client.post(url("bulk"), {**asked, "confirmed": "1"}, follow=True))
        assert "1件を受け付けました" in page
        assert f"できませんでした：{application.number}" in page
        assert fresh(other).status == Status.ACCEPTED

    def test_assign(self, cast: Cast, application: Application) -> None:
        asked = {"action": "assign", "pick": application.pk, "staff": cast.chief.number, "confirmed": "1"}
        client_of(cast.clerk).post(url("bulk"), asked)
        assert fresh(application).assignee == cast.chief

    def test_nobody_from_elsewhere_is_put_in_charge(self, cast: Cast, application: Application) -> None:
        asked = {
            "action": "assign",
            "pick": application.pk,
            "staff": cast.other_division_clerk.number,
            "confirmed": "1",
        }
        page = text_of(client_of(cast.clerk).post(url("bulk"), asked, follow=True))
        assert "選び直して" in page
        assert fresh(application).assignee is None

    def test_foreign_ones_are_not_seen(self, cast: Cast, application: Application) -> None:
        for stranger in (cast.other_division_clerk, cast.other_body_clerk):
            asked = {"action": "accept", "pick": application.pk, "staff": "", "confirmed": "1"}
            page = text_of(client_of(stranger).post(url("bulk"), asked, follow=True))
            assert "申請を選んでください" in page
            assert fresh(application).status == Status.SUBMITTED

    @pytest.mark.parametrize("pick", ["", "x", "0", "99999999", "１"])
    def test_nothing_picked_is_said(self, cast: Cast, application: Application, pick: str) -> None:
        page = client_of(cast.clerk).post(
            url("bulk"), {"action": "accept", "pick": pick, "staff": ""}, follow=True
        )
        assert "申請を選んでください" in text_of(page)

    def test_an_unknown_deed_is_not_there(self, cast: Cast, application: Application) -> None:
        assert (
            client_of(cast.clerk).post(url("bulk"), {"action": "burn", "pick": application.pk}).status_code
            == 404
        )
