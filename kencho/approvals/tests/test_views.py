"""The inbox and the case page, seen by the fixed cast."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kencho.approvals import queries, services
from kencho.approvals.models import ApprovalRequest, RequestState
from kencho.approvals.tests.people import AT, Office, approve, away, draft
from kencho.foundation import paging, queue
from kencho.notifications.models import Message
from kencho.organization.models import StaffMember
from kencho.organization.testing import actor, sign_in

INBOX = reverse("approvals:approvals_waiting")


@pytest.fixture(autouse=True)
def _today() -> object:
    with time_machine.travel(AT + timedelta(hours=1), tick=False):
        yield


def page(request: ApprovalRequest) -> str:
    return reverse("approvals:approval_show", args=[request.pk])


def to(verb: str, request: ApprovalRequest) -> str:
    return reverse(f"approvals:approval_{verb}", args=[request.pk])


def client_of(staff: StaffMember) -> Client:
    return sign_in(Client(), staff)


class TestWhoSeesACase:
    """The drafting division and the route see it; others get the answer for what does not exist."""

    @pytest.mark.parametrize("who", ["clerk", "second_clerk", "chief", "deputy_chief"])
    def test_seen(self, office: Office, who: str) -> None:
        answer = client_of(getattr(office, who)).get(page(draft(office)))
        assert answer.status_code == 200
        assert "旅館業第3条" not in answer.content.decode()
        assert "旅館業法第3条第1項" in answer.content.decode()

    @pytest.mark.parametrize("who", ["other_body_clerk", "other_division_clerk", "governor"])
    @pytest.mark.parametrize(
        "verb",
        ["show", "approve", "send_back", "remark", "take_back", "pull_back", "resubmit", "discard", "review"],
    )
    def test_unseen(self, office: Office, who: str, verb: str) -> None:
        client, url = client_of(getattr(office.cast, who)), to(verb, draft(office))
        assert (client.get(url) if verb == "show" else client.post(url)).status_code == 404

    def test_concurring_units_see_it(self, office: Office) -> None:
        request = draft(office, matter="grant", amount=1)
        assert client_of(office.cast.other_division_clerk).get(page(request)).status_code == 200

    def test_residents_and_strangers_do_not(self, office: Office, client: Client) -> None:
        request = draft(office)
        assert client.get(page(request)).status_code == 302
        client.force_login(office.cast.resident)
        assert client.get(page(request)).status_code == 403

    def test_the_deputy_of_someone_on_the_route_sees_it(self, office: Office) -> None:
        request = draft(office, matter="grant", amount=5_000_000)
        assert client_of(office.cast.governor).get(page(request)).status_code == 404
        away(office.head, office.cast.governor)
        assert client_of(office.cast.governor).get(page(request)).status_code == 200


class TestActing:
    """Buttons appear for those who may, and do what they say."""

    def test_the_approver_finds_document_route_and_buttons(self, office: Office) -> None:
        request = draft(office)
        text = client_of(office.deputy_chief).get(page(request)).content.decode()
        for shown in (
            "三重 太郎",
            "図面.pdf",
            "課長 二郎",
            "事務決裁規程第5条",
            to("approve", request),
            to("send_back", request),
        ):
            assert shown in text

    def test_others_find_no_buttons(self, office: Office) -> None:
        request = draft(office)
        text = client_of(office.second_clerk).get(page(request)).content.decode()
        assert to("approve", request) not in text
        assert to("pull_back", request) not in text
        assert to("remark", request) in text

    def test_approving_from_the_page(self, office: Office) -> None:
        request = draft(office)
        client = client_of(office.deputy_chief)
        digest = client.get(page(request)).context["approve_form"].initial["digest"]
        answer = client.post(to("approve", request), {"digest": digest, "comment": "よい"}, follow=True)
        assert "を承認しました" in answer.content.decode()
        answer = client_of(office.chief).post(to("approve", request), {"digest": digest}, follow=True)
        assert "を決裁しました" in answer.content.decode()
        request.refresh_from_db()
        assert request.state == RequestState.APPROVED

    def test_a_stale_page_is_told_so(self, office: Office) -> None:
        request = draft(office)
        answer = client_of(office.deputy_chief).post(
            to("approve", request), {"digest": "0" * 64}, follow=True
        )
        assert str(services.Reason.CHANGED.label) in answer.content.decode()
        request.refresh_from_db()
        assert request.is_pending

    def test_sending_back_without_a_reason_keeps_the_page(self, office: Office) -> None:
        request = draft(office)
        answer = client_of(office.deputy_chief).post(to("send_back", request), {"send_back-reason": ""})
        assert answer.status_code == 422
        assert "差し戻す理由" in answer.content.decode()

    def test_return_resubmit_take_back_pull_back_discard(self, office: Office) -> None:
        request = draft(office)
        clerk, deputy = client_of(office.clerk), client_of(office.deputy_chief)
        deputy.post(to("send_back", request), {"send_back-reason": "図面が違う"})
        text = clerk.get(page(request)).content.decode()
        assert "図面が違う" in text
        clerk.post(to("resubmit", request), {"resubmit-note": "直しました"})
        text = deputy.get(page(request)).content.decode()
        assert "直しました" in text
        assert "前の回の記録" in text
        deputy.post(to("approve", request), {"digest": queries.round_of(request).digest})
        assert to("take_back", request) in deputy.get(page(request)).content.decode()
        deputy.post(to("take_back", request))
        deputy.post(to("remark", request), {"remark-text": "確認中"})
        clerk.post(to("pull_back", request), {"pull_back-reason": ""})
        request.refresh_from_db()
        assert request.state == RequestState.WITHDRAWN
        clerk.post(to("discard", request), {"discard-reason": "取下げ"})
        request.refresh_from_db()
        assert request.state == RequestState.DISCARDED
        assert [each.get_kind_display() for each in request.remarks.all()] == [
            "承認の取消し",
            "コメント",
            "引戻し",
            "廃案",
        ]

    def test_deferred_review(self, office: Office) -> None:
        request = draft(office)
        approve(request, office.deputy_chief)
        away(office.chief)
        approve(request, office.deputy_chief)
        chief = client_of(office.chief)
        assert "後閲" in chief.get(INBOX).content.decode()
        assert to("review", request) in chief.get(page(request)).content.decode()
        assert "後閲しました" in chief.post(to("review", request), follow=True).content.decode()
        assert to("review", request) not in chief.get(page(request)).content.decode()

    @pytest.mark.parametrize(
        "verb", ["approve", "send_back", "remark", "take_back", "pull_back", "resubmit", "discard", "review"]
    )
    def test_acts_are_posted(self, office: Office, verb: str) -> None:
        assert client_of(office.deputy_chief).get(to(verb, draft(office))).status_code == 405


class TestInbox:
    """Four boxes."""

    def test_each_finds_their_own(self, office: Office) -> None:
        draft(office, title="甲の許可", subject="1")
        done = draft(office, title="乙の許可", subject="2")
        approve(done, office.deputy_chief)
        deputy, chief, clerk = (client_of(each) for each in (office.deputy_chief, office.chief, office.clerk))
        waiting = deputy.get(INBOX).content.decode()
        assert "甲の許可" in waiting
        assert "乙の許可" not in waiting
        assert "乙の許可" in chief.get(INBOX).content.decode()
        assert "乙の許可" in deputy.get(INBOX, {"box": "done"}).content.decode()
        sent = clerk.get(INBOX, {"box": "sent"}).content.decode()
        assert "甲の許可" in sent
        assert "デジタル戦略企画課 課長" in sent
        assert "確認を待っている案件はありません" in clerk.get(INBOX).content.decode()

    def test_filters(self, office: Office) -> None:
        draft(office, title="甲の許可", subject="1")
        draft(office, title="乙の補助", subject="2", matter="grant", amount=1)
        client = client_of(office.deputy_chief)
        assert "乙の補助" not in client.get(INBOX, {"q": "甲"}).content.decode()
        assert "甲の許可" not in client.get(INBOX, {"matter": "grant"}).content.decode()
        assert "条件に合う案件はありません" in client.get(INBOX, {"q": "丙"}).content.decode()

    def test_deputies_see_in_which_right(self, office: Office) -> None:
        draft(office)
        away(office.deputy_chief, office.second_clerk)
        assert "代理" in client_of(office.second_clerk).get(INBOX).content.decode()

    def test_paging_there_and_back(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(paging, "PAGE_SIZE", 2)
        for number in range(5):
            draft(office, title=f"第{number}号", subject=str(number), at=AT + timedelta(minutes=number // 2))
        client, url, seen = client_of(office.deputy_chief), INBOX, []
        pagers = []
        while url:
            answer = client.get(url)
            seen.append([step.round.title for step in answer.context["rows"]])
            pagers.append(answer.context["pager"])
            url = f"{INBOX}{pagers[-1].next_url}" if pagers[-1].next_url else ""
        assert seen == [["第0号", "第1号"], ["第2号", "第3号"], ["第4号"]]
        back = client.get(f"{INBOX}{pagers[2].previous_url}")
        assert [step.round.title for step in back.context["rows"]] == seen[1]
        first = client.get(f"{INBOX}{back.context['pager'].previous_url}")
        assert [step.round.title for step in first.context["rows"]] == seen[0]
        assert first.context["pager"].previous_url == ""

    def test_a_cursor_that_cannot_be_read_gives_the_first_page(self, office: Office) -> None:
        draft(office)
        for cursor in ("x", "2026-04-01_1", "2026-04-01T00:00:00_1", "2026-04-01T00:00:00+09:00_x", "_"):
            assert client_of(office.deputy_chief).get(INBOX, {"page": cursor}).context["pager"].shown == 1

    @pytest.mark.parametrize("box", ["waiting", "done", "sent"])
    def test_the_number_of_queries_does_not_grow(self, office: Office, box: str) -> None:
        who = office.clerk if box == "sent" else office.deputy_chief
        client = client_of(who)

        def fill(numbers: range) -> None:
            for number in numbers:
                request = draft(office, subject=str(number))
                if box == "done":
                    approve(request, office.deputy_chief)

        fill(range(2))
        few = count(client, f"{INBOX}?box={box}")
        fill(range(2, 9))
        assert count(client, f"{INBOX}?box={box}") == few

    def test_neither_does_it_on_the_case_page(self, office: Office) -> None:
        request = draft(office)
        client = client_of(office.deputy_chief)
        few = count(client, page(request))
        for _ in range(3):
            services.remark(request=request, text="あ", by=actor(office.clerk), at=AT)
            services.pull_back(request=request, by=actor(office.clerk), at=AT)
            services.resubmit(request=request, by=actor(office.clerk), at=AT)
        assert count(client, page(request)) == few


def count(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries_made:
        assert client.get(url).status_code == 200
    return len(queries_made)


class TestBulk:
    """まとめて承認."""

    def picks(self, *requests: ApprovalRequest) -> list[str]:
        return [f"{each.pk}:{queries.round_of(each).digest}" for each in requests]

    def test_first_asked_then_done(self, office: Office) -> None:
        one, two = draft(office, title="甲", subject="1"), draft(office, title="乙", subject="2")
        client, url = client_of(office.deputy_chief), reverse("approvals:approvals_bulk_approve")
        asked = client.post(url, {"pick": self.picks(one, two)}).content.decode()
        assert "この2件を承認しますか" in asked
        assert one.rounds.get().steps.filter(state="approved").count() == 0
        done = client.post(
            url, {"pick": self.picks(one, two), "confirmed": "1"}, follow=True
        ).content.decode()
        assert "2件を承認しました" in done
        assert one.rounds.get().steps.filter(state="approved").count() == 1

    def test_what_is_not_mine_is_left_out(self, office: Office) -> None:
        request = draft(office)
        client, url = client_of(office.second_clerk), reverse("approvals:approvals_bulk_approve")
        answer = client.post(url, {"pick": [*self.picks(request), "x", "9:y"], "confirmed": "1"}, follow=True)
        assert "承認する案件を選んでください" in answer.content.decode()
        assert request.rounds.get().steps.filter(state="approved").count() == 0

    def test_a_changed_case_is_named(self, office: Office) -> None:
        request = draft(office)
        client, url = client_of(office.deputy_chief), reverse("approvals:approvals_bulk_approve")
        answer = client.post(url, {"pick": [f"{request.pk}:{'0' * 64}"], "confirmed": "1"}, follow=True)
        assert str(services.Reason.CHANGED.label) in answer.content.decode()


def test_messages_go_to_those_whose_turn_it_is_their_deputies_and_the_drafter(office: Office) -> None:
    away(office.deputy_chief, office.second_clerk)
    request = draft(office)
    queue.drain()
    asked = Message.objects.filter(template__endswith="turn")
    assert {each.user for each in asked} == {office.deputy_chief.user, office.second_clerk.user}
    assert asked[0].subject == "【決裁】確認をお願いします：旅館業の許可"
    assert page(request) in asked[0].url
    approve(request, office.deputy_chief)
    approve(request, office.chief)
    queue.drain()
    assert Message.objects.get(template__endswith="granted").user == office.clerk.user


def test_a_return_is_told_to_the_drafter(office: Office) -> None:
    request = draft(office)
    services.send_back(request=request, reason="三重太郎の番地", by=actor(office.deputy_chief), at=AT)
    queue.drain()
    told = Message.objects.get(template__endswith="returned")
    assert told.user == office.clerk.user
    assert "番地" not in told.text
    # The turn had passed before the message was written.
    assert not Message.objects.filter(template__endswith="turn").exists()
