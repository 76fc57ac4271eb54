"""Pages: answering without JavaScript, resuming, the receipt; the owner's pages from nothing to publication."""

import re
from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from kencho.accounts.models import User
from kencho.foundation.registry import navigation, search
from kencho.organization.models import RoleAssignment, StaffMember
from kencho.organization.testing import grant, sign_in
from kencho.surveys import queries, services
from kencho.surveys.models import Ballot, Cycle, CycleState, FreeText, Questionnaire, TextState
from kencho.surveys.tests.people import (
    CLOSES,
    DURING,
    MAIN,
    SYSTEM,
    Office,
    answer,
    close,
    everybody_answers,
    open_cycle,
)

ClientOf = Callable[[StaffMember | User], Client]
PAGES: list[dict[str, object]] = [
    {MAIN: "strongly_felt", "q_used": ["web_meeting", "rpa_ocr"]},
    {"q_hours": "more"},
    {"q_more_because": "learning", "q_training": "short", "q_security": "yes_very"},
    {"q_age": "thirties", "q_free": "ありがとう"},
]


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(DURING, tick=False):
        yield


def url(name: str, *args: object) -> str:
    return reverse(f"surveys:{name}", args=args)


def text_of(client: Client, address: str, status: int = 200) -> str:
    found = client.get(address)
    assert found.status_code == status
    return found.content.decode() if not found.streaming else b"".join(found).decode("utf-8-sig")


class TestAnswering:
    """One page after the other."""

    def test_from_the_list_to_the_receipt(self, office: Office) -> None:
        cycle = open_cycle(office)
        client = sign_in(Client(), office.somebody)
        assert "未回答" in text_of(client, url("survey_list"))
        address = url("survey_answer", cycle.key)
        for number, page in enumerate(PAGES, start=1):
            shown = text_of(client, f"{address}?page={number}")
            assert f"{len(PAGES)}ページのうち{number}ページ目" in shown
            sent = client.post(
                f"{address}?page={number}", {**page, "go": "send" if number == len(PAGES) else "next"}
            )
            assert sent.status_code == 302
        thanks = text_of(client, url("survey_thanks", cycle.key))
        receipt = re.search(r"receipt__number\">([0-9A-Z-]{19})<", thanks)
        assert receipt is not None
        found = client.post(url("receipt_check", cycle.key), {"code": receipt[1]})
        assert "投票箱に入っています" in found.content.decode()
        assert "回答済み" in text_of(client, url("survey_list"))
        assert client.get(address).status_code == 302
        client.cookies.pop(next(name for name in client.cookies if name.startswith("survey-")))
        assert "すでに回答しています" in text_of(client, address)
        close(cycle)
        ballot = Ballot.objects.get()
        assert ballot.answers["q_used"] == ["web_meeting", "rpa_ocr"]
        assert ballot.answers["q_more_because"] == ["learning"]
        assert FreeText.objects.get().text == "ありがとう"
        found = client.post(url("receipt_check", cycle.key), {"code": receipt[1].lower().replace("-", " ")})
        assert "集計に入っています" in found.content.decode()
        wrong = client.post(url("receipt_check", cycle.key), {"code": "AAAA-AAAA-AAAA-AAAA"})
        assert wrong.status_code == 422
        assert "この番号の回答はありません" in wrong.content.decode()
        assert text_of(client, url("receipt_list", cycle.key)).count("\n") == 2

    def test_conditional_questions_come_and_go(self, office: Office) -> None:
        cycle = open_cycle(office)
        client = sign_in(Client(), office.somebody)
        address = url("survey_answer", cycle.key)
        client.post(f"{address}?page=1", PAGES[0] | {"go": "next"})
        client.post(f"{address}?page=2", {"q_hours": "less", "go": "next"})
        assert "主に何の時間" not in text_of(client, f"{address}?page=3")
        client.post(f"{address}?page=2", {"q_hours": "more", "go": "next"})
        assert "主に何の時間" in text_of(client, f"{address}?page=3")

    def test_errors_stand_at_the_field(self, office: Office) -> None:
        cycle = open_cycle(office)
        client = sign_in(Client(), office.somebody)
        found = client.post(url("survey_answer", cycle.key), {"q_used": "rpa_ocr", "go": "next"})
        assert found.status_code == 422
        assert "直してほしいところが1か所" in found.content.decode()
        assert "checked" in found.content.decode()

    def test_saved_and_resumed_in_the_cookie_alone(self, office: Office) -> None:
        cycle = open_cycle(office)
        client = sign_in(Client(), office.somebody)
        address = url("survey_answer", cycle.key)
        client.post(f"{address}?page=1", PAGES[0] | {"go": "next"})
        saved = client.post(f"{address}?page=2", {"go": "save"})
        assert saved.headers["Location"] == url("survey_list")
        cookie = next(value for name, value in client.cookies.items() if name.startswith("survey-"))
        assert "strongly_felt" not in cookie.value
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Strict")
        assert "仕事にかかる時間" in text_of(client, address)
        colleague = sign_in(Client(), office.staff["10101"][0])
        colleague.cookies[cookie.key] = cookie.value[:-6] + "AAAAAA"
        assert "働き方が変わったと実感" in text_of(colleague, address)

    def test_an_earlier_gap_is_shown_before_sending(self, office: Office) -> None:
        cycle = open_cycle(office)
        client = sign_in(Client(), office.somebody)
        address = url("survey_answer", cycle.key)
        client.post(f"{address}?page=1", {"q_used": "rpa_ocr", "go": "save"})
        sent = client.post(f"{address}?page=4", PAGES[3] | {"go": "send"})
        assert sent.headers["Location"].endswith("?page=1")
        assert queries.group_rates(cycle)[0].returned == 0

    def test_a_second_press_is_no_second_answer(self, office: Office) -> None:
        cycle = open_cycle(office)
        client = sign_in(Client(), office.somebody)
        address = url("survey_answer", cycle.key)
        for number, page in enumerate(PAGES[:3], start=1):
            client.post(f"{address}?page={number}", page | {"go": "next"})
        impatient = sign_in(Client(), office.somebody)
        for name, value in client.cookies.items():
            if name.startswith("survey-"):
                impatient.cookies[name] = value.value
        first = client.post(f"{address}?page=4", PAGES[3] | {"go": "send"})
        second = impatient.post(f"{address}?page=4", PAGES[3] | {"go": "send"})
        assert first.headers["Location"] == second.headers["Location"] == url("survey_thanks", cycle.key)
        assert queries.group_rates(cycle)[0].returned == 1

    def test_who_is_not_asked(self, office: Office, client_of: ClientOf) -> None:
        cycle = open_cycle(office, is_official=False)
        assert client_of(office.cast.other_body_clerk).get(url("survey_answer", cycle.key)).status_code == 404
        assert Client().get(url("survey_answer", cycle.key)).status_code == 302
        close(cycle)
        assert "受け付けていません" in text_of(client_of(office.somebody), url("survey_answer", cycle.key))


class TestOwner:
    """From nothing to published figures."""

    def test_a_survey_from_nothing(self, office: Office) -> None:
        client = sign_in(Client(), office.owner)
        made = client.post(url("program_create"), {"code": "lunch", "name": "昼休み調べ", "purpose": ""})
        assert made.headers["Location"] == url("questionnaire_edit", "lunch", 1)
        assert "選んで答える設問を、一つは置いてください" in text_of(client, made.headers["Location"])
        taken = client.post(url("program_create"), {"code": "lunch", "name": "昼休み調べ"})
        assert taken.status_code == 422
        question = {
            "code": "q_lunch", "kind": "single", "text": "昼休みは取れますか", "page": "1", "required": "on",
            "max_length": "400", "options-TOTAL_FORMS": "3", "options-INITIAL_FORMS": "0",
            "options-0-label": "取れる", "options-0-positive": "on", "options-1-label": "取れない",
        }  # fmt: skip
        wrong = client.post(url("question_add", "lunch", 1), question | {"options-1-label": ""})
        assert wrong.status_code == 422
        assert "選択肢を二つ以上" in wrong.content.decode()
        assert client.post(url("question_add", "lunch", 1), question).status_code == 302
        row = Questionnaire.objects.get(program__code="lunch")
        assert row.definition.questions[0].positive == ("option_1",)
        assert "直すところはありません" in text_of(client, url("questionnaire_edit", "lunch", 1))
        assert "昼休みは取れますか" in text_of(client, url("questionnaire_show", "lunch", 1))
        changed = question | {"text": "昼休みは、取れていますか"}
        assert client.post(url("question_edit", "lunch", 1, "q_lunch"), changed).status_code == 302
        second = question | {"code": "q_where", "text": "どこで取りますか"}
        client.post(url("question_add", "lunch", 1), second)
        client.post(url("question_move", "lunch", 1, "q_where"), {"go": "up"})
        row.refresh_from_db()
        assert [q.code for q in row.definition.questions] == ["q_where", "q_lunch"]
        client.post(url("question_move", "lunch", 1, "q_where"), {"go": "delete"})
        row.refresh_from_db()
        assert [q.code for q in row.definition.questions] == ["q_lunch"]

    def test_yaml_out_and_in_again(self, office: Office) -> None:
        from django.core.files.uploadedfile import SimpleUploadedFile

        client = sign_in(Client(), office.owner)
        code = office.program.code
        text = text_of(client, url("questionnaire_export", code, 1))
        new = text.replace("実感していない", "感じていない")
        import_page = url("questionnaire_import", code, 1)
        sent = client.post(import_page, {"file": SimpleUploadedFile("q.yaml", new.encode())}, follow=True)
        assert "調査票を保存しました" in sent.content.decode()
        office.questionnaire.refresh_from_db()
        assert "感じていない" in str(office.questionnaire.data)
        bad = client.post(import_page, {"file": SimpleUploadedFile("q.yaml", b"[")}, follow=True)
        assert "YAMLとして読めません" in bad.content.decode()

    def test_cycle_from_plan_to_publication(self, office: Office) -> None:
        client, code = sign_in(Client(), office.owner), office.program.code
        plan = {
            "year": "令和8年度", "title": "令和8年度の調べ", "version": "1", "opens_on": "2026-06-01",
            "closes_on": "2026-06-15", "is_official": "on", "k": "5", "k_text": "10", "days_kept": "90",
            "cuts": ["q_age"],
        }  # fmt: skip
        assert client.post(url("cycle_create", code), plan | {"year": "令和"}).status_code == 422
        assert client.post(url("cycle_create", code), plan | {"closes_on": "2026-05-01"}).status_code == 422
        made = client.post(url("cycle_create", code), plan)
        cycle = Cycle.objects.get()
        assert made.headers["Location"] == url("cycle_manage", cycle.key)
        for verb in ("approve", "take_back", "approve", "open"):
            assert client.post(url(f"cycle_{verb}", cycle.key)).status_code == 302
        cycle.refresh_from_db()
        assert cycle.state == CycleState.OPEN
        cycle = Cycle.objects.select_related("questionnaire", "body").get()
        everybody_answers(office, cycle, {"10101": 6, "10201": 10})
        shown = text_of(client, url("cycle_manage", cycle.key))
        assert "10102課ほか" in shown
        assert "10103課" not in shown
        assert (
            "呼びかけます"
            in client.post(url("cycle_remind", cycle.key), {"below": "60"}, follow=True).content.decode()
        )
        assert client.get(url("survey_results", cycle.key)).status_code == 403
        client.post(url("cycle_close", cycle.key))
        assert "まだ公表していません" in text_of(client, url("survey_results", cycle.key))
        reader = sign_in(Client(), office.somebody)
        assert reader.get(url("survey_results", cycle.key)).status_code == 403
        client.post(url("cycle_publish", cycle.key))
        results = text_of(reader, url("survey_results", cycle.key))
        assert "95%区間" in results
        assert escape("≤ 20.0%") in results or "×" in results
        assert "30歳代" in text_of(reader, url("survey_results", cycle.key) + "?cut=q_age")
        lines = text_of(reader, url("results_export", cycle.key)).splitlines()
        assert lines[0].startswith("集計単位コード,")
        assert any(line.endswith("×,,") for line in lines)
        excel = reader.get(url("results_export", cycle.key) + "?format=xlsx")
        assert excel.content[:2] == b"PK"
        trend = text_of(reader, url("program_trend", code))
        assert "<polyline" not in trend
        assert "令和8年度" in trend
        again = client.post(url("cycle_close", cycle.key), follow=True)
        assert "この操作はできません" in again.content.decode()

    def test_reviewing_texts(self, office: Office) -> None:
        cycle = open_cycle(office, k_text=3)
        for person in office.staff["10101"][:4]:
            answer(cycle, person, q_free=("森さんのところの機械が遅い",))
        close(cycle)
        client = sign_in(Client(), office.owner)
        page = url("text_review", cycle.key)
        assert "森さん" in text_of(client, page)
        text = FreeText.objects.order_by("pk")[0]
        client.post(page, {"text": text.pk, "wording": "〇〇の機械が遅い", "state": "released"})
        text.refresh_from_db()
        assert (text.text, text.state) == ("〇〇の機械が遅い", TextState.RELEASED)
        services.publish_cycle(cycle=cycle, by=SYSTEM, at=CLOSES)
        results = text_of(sign_in(Client(), office.somebody), url("survey_results", cycle.key))
        assert "〇〇の機械が遅い" in results
        assert "森さん" not in results

    def test_only_the_owner_manages_and_only_in_the_own_body(
        self, office: Office, client_of: ClientOf
    ) -> None:
        cycle, code = open_cycle(office), office.program.code
        names: list[tuple[str, list[object]]] = [
            ("program_list", []), ("program_create", []), ("program_show", [code]), ("cycle_create", [code]),
            ("questionnaire_show", [code, 1]), ("questionnaire_edit", [code, 1]), ("question_add", [code, 1]),
            ("cycle_manage", [cycle.key]), ("text_review", [cycle.key]),
        ]  # fmt: skip
        grant(office.cast.other_body_clerk, RoleAssignment.Role.PLANNER)
        clerk, foreign = client_of(office.somebody), client_of(office.cast.other_body_clerk)
        for name, args in names:
            assert clerk.get(url(name, *args)).status_code == 403, name
            if args:
                assert foreign.get(url(name, *args)).status_code == 404, name
        for verb in ("approve", "take_back", "open", "remind", "close", "publish"):
            assert clerk.post(url(f"cycle_{verb}", cycle.key)).status_code == 403
            assert foreign.post(url(f"cycle_{verb}", cycle.key)).status_code == 404
        for name in ("survey_results", "receipt_check", "receipt_list", "survey_thanks"):
            assert foreign.get(url(name, cycle.key)).status_code == 404

    def test_a_question_that_was_frozen_is_shown_not_edited(self, office: Office) -> None:
        open_cycle(office)
        client, code = sign_in(Client(), office.owner), office.program.code
        assert client.get(url("questionnaire_edit", code, 1)).status_code == 302
        assert client.get(url("question_edit", code, 1, MAIN)).status_code == 302
        assert client.post(url("version_begin", code)).headers["Location"] == url(
            "questionnaire_edit", code, 2
        )
        client.post(url("questionnaire_edit", code, 2), {"title": "新しい題名", "intro": ""})
        assert "新しい題名" in text_of(client, url("questionnaire_show", code, 2))
        assert "第1版との違い" in text_of(client, url("questionnaire_show", code, 2))
        assert client.get(url("questionnaire_show", code, 9)).status_code == 404


def test_navigation_and_search(office: Office) -> None:
    cycle = open_cycle(office)
    close(cycle)
    services.publish_cycle(cycle=cycle, by=SYSTEM, at=CLOSES)
    owner = sign_in(Client(), office.owner).get(url("survey_list")).wsgi_request
    clerk = sign_in(Client(), office.somebody).get(url("survey_list")).wsgi_request
    manage = navigation.get("surveys.manage")
    assert (manage.visible(owner), manage.visible(clerk)) == (True, False)
    assert [hit.title for hit in search.get("surveys").find(clerk, "アンケート", 10)] == [cycle.title]
