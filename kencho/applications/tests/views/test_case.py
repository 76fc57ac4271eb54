"""The case on one page: what is read there, which verbs are offered, and its small forms."""

from datetime import date, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from kencho.applications import queries, services
from kencho.applications.models import Application, ApplicationDocument, ChecklistAnswer, Status
from kencho.applications.tests.views.people import (
    AT,
    NOW,
    asked_item,
    client_of,
    desk,
    fresh,
    text_of,
    under_review,
    url,
)
from kencho.foundation.actors import Actor, ActorKind
from kencho.organization.testing import Cast


def show(cast: Cast, application: Application) -> str:
    """The page as the clerk sees it."""
    return text_of(client_of(cast.clerk).get(url("case", application)))


def test_answers_and_clock_in_words(cast: Cast, application: Application) -> None:
    page = show(cast, application)
    for section in queries.compiled_of(application).sections(application.answers):
        for line in section.lines:
            assert line.label in page
    assert "標準処理期間 15日のうち 0日経過、満了 令和8年6月16日" in page
    assert "受付待ち" in page


SIDE_EXITS = {"transfer", "withdraw_for", "refuse"}
OFFERED = {
    "submitted": {"accept", *SIDE_EXITS},
    "accepted": {"review", *SIDE_EXITS},
    "in_review": {"draft_decision", "request_amendment", *SIDE_EXITS},
    "awaiting_amendment": {"amend_for", "withdraw_for", "refuse"},
    "in_approval": set(),
    "withdrawn": set(),
    "refused": set(),
}
VERBS = set().union(*OFFERED.values(), {"complete", "submit_for_approval"})


def test_only_the_verbs_that_lead_on_are_offered(cast: Cast, application: Application) -> None:
    for status, offered in OFFERED.items():
        Application.objects.filter(pk=application.pk).update(status=status)
        page = show(cast, application)
        assert {verb for verb in VERBS if f'"{url(verb, application)}"' in page} == offered, status


def test_an_amendment_shows_before_and_after_and_stops_the_clock(
    cast: Cast, application: Application
) -> None:
    under_review(application, cast.clerk)
    item = next(
        i.id
        for i in queries.compiled_of(application).definition.items()
        if i.type in {"textarea", "text"} and i.id in application.answers
    )
    before = str(application.answers[item])
    services.request_amendment(
        application=application,
        items=[services.AskedItem(item, "詳しく書いてください。")],
        due_on=date(2026, 6, 20),
        message="",
        by=desk(cast.clerk, AT.date()).actor,
        at=AT + timedelta(minutes=10),
    )
    page = show(cast, application)
    assert "補正を待つ間は数えません" in page
    assert "停止中" in page
    assert "詳しく書いてください。" in page
    guest = Actor(ActorKind.GUEST, application.number, "")
    changed = {**application.answers, item: "直した内容"}
    services.amend(application=application, answers=changed, by=guest, at=AT + timedelta(minutes=20))
    page = show(cast, application)
    assert "直した内容" in page
    assert f"<del>{before}</del>" in page


def test_the_sanitiser_is_reported_in_words(cast: Cast, application: Application) -> None:
    found = ApplicationDocument.objects.select_related("upload").filter(application=application)[0]
    found.upload.removed = ["javascript", "metadata"]
    found.upload.save(update_fields=["removed"])
    page = show(cast, application)
    assert "自動で動くプログラム" in page
    assert "作成者などの付随情報" in page
    assert "javascript" not in page.partition('id="papers"')[2].partition("</section>")[0]


def test_more_history_costs_no_more_queries(cast: Cast, application: Application) -> None:
    client, counts = client_of(cast.clerk), []
    for more in (1, 8):
        for n in range(more):
            by = desk(cast.clerk, AT.date()).actor
            services.remark(application=application, text=f"メモ{n}", by=by, at=AT)
        client.get(url("case", application))
        with CaptureQueriesContext(connection) as seen:
            client.get(url("case", application))
        counts.append(len(seen))
    assert counts[0] == counts[1]


class TestChecklist:
    """Findings on the review standards."""

    def answers(self, **more: str) -> dict[str, str]:
        """A finding with a note."""
        return {"finding-rs_specified": "met", "note-rs_specified": "特定できる", **more}

    def test_kept(self, cast: Cast, application: Application) -> None:
        client_of(cast.clerk).post(url("checklist", application), self.answers())
        kept = ChecklistAnswer.objects.get(application=application)
        assert (kept.standard_id, kept.finding, kept.note) == ("rs_specified", "met", "特定できる")
        assert kept.by_name == cast.clerk.name

    def test_a_note_without_finding_is_given_back(self, cast: Cast, application: Application) -> None:
        answer = client_of(cast.clerk).post(
            url("checklist", application), self.answers(**{"note-rs_exists": "台帳を見た"})
        )
        assert answer.status_code == 422
        assert "台帳を見た" in text_of(answer)
        assert "特定できる" in text_of(answer)
        assert not ChecklistAnswer.objects.exists()

    def test_not_met_needs_words(self, cast: Cast, application: Application) -> None:
        answer = client_of(cast.clerk).post(
            url("checklist", application), {"finding-rs_specified": "not_met", "note-rs_specified": ""}
        )
        assert answer.status_code == 422
        assert "どこが合わないか" in text_of(answer)

    def test_closed_ones_are_left_alone(self, cast: Cast, application: Application) -> None:
        Application.objects.filter(pk=application.pk).update(status=Status.WITHDRAWN, closed_at=NOW)
        assert client_of(cast.clerk).post(url("checklist", application), self.answers()).status_code == 403


class TestSmallForms:
    """Remark and assignment."""

    def test_remark(self, cast: Cast, application: Application) -> None:
        page = client_of(cast.clerk).post(url("remark", application), {"text": "電話した"}, follow=True)
        assert "電話した" in text_of(page)

    def test_an_empty_remark_is_refused(self, cast: Cast, application: Application) -> None:
        assert client_of(cast.clerk).post(url("remark", application), {"text": " "}).status_code == 422
        assert not application.remarks.exists()

    def test_assign_and_take_away(self, cast: Cast, application: Application) -> None:
        client = client_of(cast.clerk)
        client.post(url("assign", application), {"staff": cast.chief.number})
        assert fresh(application).assignee == cast.chief
        client.post(url("assign", application), {"staff": ""})
        assert fresh(application).assignee is None

    def test_assign_to_a_stranger(self, cast: Cast, application: Application) -> None:
        answer = client_of(cast.clerk).post(
            url("assign", application), {"staff": cast.other_division_clerk.number}
        )
        assert answer.status_code == 422
        assert fresh(application).assignee is None


def test_document_headers(cast: Cast, application: Application) -> None:
    found = ApplicationDocument.objects.filter(application=application)[0]
    answer = client_of(cast.clerk).get(url("document", application, document=found.pk))
    assert answer.content.startswith(b"%PDF")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("inline")
    assert "script-src" not in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "private, no-store"


def test_a_document_of_another_case_is_not_there(cast: Cast, application: Application) -> None:
    assert client_of(cast.clerk).get(url("document", application, document=0)).status_code == 404
    assert asked_item(application)
