"""Verbs of the desk: what they do, what they answer when it cannot be done, and that nothing typed is lost."""

import re
from datetime import timedelta

import pytest

from kencho.applications.models import Application, Decision, Status
from kencho.applications.testing import apply, publish
from kencho.applications.tests.views.people import (
    AT,
    asked_item,
    client_of,
    fresh,
    text_of,
    under_review,
    url,
)
from kencho.approvals.models import ApprovalRequest
from kencho.organization.testing import Cast


def test_accept_then_review(cast: Cast, application: Application) -> None:
    client = client_of(cast.clerk)
    assert "受け付けました" in text_of(client.post(url("accept", application), follow=True))
    assert "審査を始めました" in text_of(client.post(url("review", application), follow=True))
    assert fresh(application).status == Status.IN_REVIEW


@pytest.mark.parametrize("verb", ["accept", "review", "complete", "submit_for_approval"])
def test_what_does_not_lead_on_is_explained(cast: Cast, application: Application, verb: str) -> None:
    Application.objects.filter(pk=application.pk).update(status=Status.AWAITING_AMENDMENT)
    page = text_of(client_of(cast.clerk).post(url(verb, application), follow=True))
    assert "この操作はできません" in page
    assert fresh(application).status == Status.AWAITING_AMENDMENT


class TestRequestAmendment:
    """補正を求める。"""

    def test_default_deadline_and_items(self, cast: Cast, application: Application) -> None:
        under_review(application, cast.clerk)
        page = text_of(client_of(cast.clerk).get(url("request_amendment", application)))
        assert f'name="item-{asked_item(application)}"' in page
        assert re.search(r'name="due_on"[^>]*value="2026-06-19"|value="2026-06-19"[^>]*name="due_on"', page)

    def test_asked_by_item(self, cast: Cast, application: Application) -> None:
        under_review(application, cast.clerk)
        item = asked_item(application)
        client_of(cast.clerk).post(
            url("request_amendment", application),
            {f"item-{item}": "直してください", "due_on": "2026-06-20", "message": ""},
        )
        asked = application.amendment_requests.get()
        assert [(each.item_id, each.message) for each in asked.items.all()] == [(item, "直してください")]
        assert fresh(application).status == Status.AWAITING_AMENDMENT
        assert fresh(application).due_on is None

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"due_on": "2026-06-20"}, "全体への説明"),
            ({"due_on": "2026-05-01", "message": "大事な説明"}, "今日以後の日"),
            ({"due_on": "", "message": "大事な説明"}, "必須"),
        ],
    )
    def test_mistakes_give_back_what_was_typed(
        self, cast: Cast, application: Application, given: dict[str, str], words: str
    ) -> None:
        under_review(application, cast.clerk)
        answer = client_of(cast.clerk).post(url("request_amendment", application), given)
        assert answer.status_code == 422
        assert words in text_of(answer)
        assert given.get("message", "") in text_of(answer)
        assert not application.amendment_requests.exists()

    def test_too_early_keeps_the_text(self, cast: Cast, application: Application) -> None:
        answer = client_of(cast.clerk).post(
            url("request_amendment", application), {"message": "大事な説明", "due_on": "2026-06-20"}
        )
        assert answer.status_code == 422
        assert "いまは補正を求められません" in text_of(answer)
        assert "大事な説明" in text_of(answer)


def test_transfer(cast: Cast, application: Application) -> None:
    client = client_of(cast.clerk)
    page = client.post(
        url("transfer", application),
        {"division": cast.other_division.pk, "reason": "所管が違う"},
        follow=True,
    )
    assert cast.other_division.name in text_of(page)
    assert fresh(application).division == cast.other_division
    assert client.get(url("case", application)).status_code == 404
    assert client_of(cast.other_division_clerk).get(url("case", application)).status_code == 200


def test_transfer_never_leaves_the_body(cast: Cast, application: Application) -> None:
    answer = client_of(cast.clerk).post(
        url("transfer", application), {"division": cast.foreign_division.pk, "reason": "所管が違う"}
    )
    assert answer.status_code == 422
    assert "所管が違う" in text_of(answer)
    assert fresh(application).division == cast.division


def test_refuse_needs_grounds(cast: Cast, application: Application) -> None:
    client = client_of(cast.clerk)
    assert client.post(url("refuse", application), {"grounds": " "}).status_code == 422
    assert fresh(application).status == Status.SUBMITTED
    page = client.post(url("refuse", application), {"grounds": "第7条"}, follow=True)
    assert "不受理としました" in text_of(page)
    assert fresh(application).status == Status.REFUSED


def test_withdraw_for_the_applicant(cast: Cast, application: Application) -> None:
    client = client_of(cast.clerk)
    assert client.post(url("withdraw_for", application), {"reason": ""}).status_code == 422
    client.post(url("withdraw_for", application), {"reason": "窓口で申出"})
    assert fresh(application).status == Status.WITHDRAWN


def test_complete_a_filing(cast: Cast) -> None:
    filing = apply(publish(cast, "clinic-opening", flow={"route": "standard", "decisions": []}), at=AT)
    under_review(filing, cast.clerk)
    client = client_of(cast.clerk)
    assert "完了とする" in text_of(client.get(url("case", filing)))
    assert client.get(url("draft_decision", filing)).status_code == 404
    client.post(url("complete", filing))
    assert fresh(filing).status == Status.COMPLETED


class TestDecision:
    """処分案 and the way into approval."""

    def test_the_text_comes_from_the_definition(self, cast: Cast, application: Application) -> None:
        under_review(application, cast.clerk)
        client = client_of(cast.clerk)
        assert "開示することを決定" in text_of(
            client.get(url("draft_decision", application), {"kind": "disclose"})
        )
        page = text_of(client.get(url("draft_decision", application), {"kind": "withhold"}))
        assert "開示しないことを決定" in page
        assert 'name="grounds"' in page
        assert "data:image/png" in page

    def test_a_refusal_without_grounds_is_given_back(self, cast: Cast, application: Application) -> None:
        under_review(application, cast.clerk)
        answer = client_of(cast.clerk).post(
            url("draft_decision", application), {"kind": "withhold", "text": "開示しません。", "grounds": ""}
        )
        assert answer.status_code == 422
        assert "行政手続法第8条" in text_of(answer)
        assert "開示しません。" in text_of(answer)
        assert not Decision.objects.exists()

    def test_draft_preview_and_submit(self, cast: Cast, application: Application) -> None:
        under_review(application, cast.clerk)
        client = client_of(cast.clerk)
        client.post(
            url("draft_decision", application),
            {"kind": "disclose", "text": "開示します。", "grounds": "", "conditions": "", "amount": ""},
        )
        preview = client.get(url("notice", application))
        assert preview["Content-Type"] == "application/pdf"
        assert preview.content.startswith(b"%PDF")
        page = text_of(client.post(url("submit_for_approval", application), follow=True))
        assert "決裁に回しました" in page
        assert "決裁の経路" in page
        assert fresh(application).status == Status.IN_APPROVAL
        assert ApprovalRequest.objects.get().drafter == cast.clerk

    def test_submitting_twice_says_so(self, cast: Cast, application: Application) -> None:
        under_review(application, cast.clerk)
        client = client_of(cast.clerk)
        client.post(url("draft_decision", application), {"kind": "disclose", "text": "開示します。"})
        for _turn in range(2):
            page = text_of(client.post(url("submit_for_approval", application), follow=True))
        assert "この操作はできません" in page
        assert ApprovalRequest.objects.count() == 1

    def test_without_a_route_nothing_is_lost(self, cast: Cast, application: Application) -> None:
        under_review(application, cast.clerk)
        cast.chief.assignments.update(valid_to=AT.date() - timedelta(days=1))
        client = client_of(cast.clerk)
        client.post(url("draft_decision", application), {"kind": "disclose", "text": "開示します。"})
        client.post(url("submit_for_approval", application), follow=True)
        assert fresh(application).status in {Status.IN_REVIEW, Status.IN_APPROVAL}
        assert Decision.objects.get().text == "開示します。"

    def test_no_notice_without_a_draft(self, cast: Cast, application: Application) -> None:
        assert client_of(cast.clerk).get(url("notice", application)).status_code == 404
