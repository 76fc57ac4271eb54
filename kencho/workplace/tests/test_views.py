"""Pages, seen by the fixed cast: who sees what, and what the buttons do."""

import io
from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kencho.audit.models import Entry
from kencho.organization.models import RoleAssignment, StaffMember
from kencho.organization.testing import Cast, grant, make_staff
from kencho.workplace import queries
from kencho.workplace.models import (
    DayState,
    DeskBooking,
    PlanDecision,
    SatelliteOffice,
    SessionState,
    TeleworkRule,
    TeleworkSession,
)
from kencho.workplace.telework_rules import write_rule
from kencho.workplace.testing import approved, instant, make_rule, planned, teleworked
from kencho.workplace.tests.test_counting import divide
from kencho.workplace.tests.test_desks import book, desk_of, make_office

MONDAY = date(2026, 6, 1)
ClientOf = Callable[[StaffMember], Client]
HOME, PLAN = reverse("workplace:telework_home"), reverse("workplace:telework_plan")
APPROVALS, CALENDAR = reverse("workplace:telework_approvals"), reverse("workplace:telework_calendar")
DESKS, RULES = reverse("workplace:telework_desks"), reverse("workplace:rule_list")


@pytest.fixture(autouse=True)
def _today() -> object:
    with time_machine.travel(instant(MONDAY, 8), tick=False):
        yield


@pytest.fixture(autouse=True)
def rule(cast: Cast) -> TeleworkRule:
    return make_rule(cast.body)


def text(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status
    return answer.content.decode()


class TestWhoSeesWhat:
    """Plans and logs stay in the division, rules and unit-days in the body."""

    def test_the_calendar_is_of_the_own_division(self, cast: Cast, client_of: ClientOf) -> None:
        approved(cast.clerk, cast.chief, [(MONDAY, "mobile")], at=instant(MONDAY, 8))
        assert cast.clerk.name in text(client_of(cast.chief), CALENDAR)
        for who in (cast.other_division_clerk, cast.other_body_clerk, cast.org_admin):
            assert cast.clerk.name not in text(client_of(who), CALENDAR)

    def test_records_with_names_are_for_the_head_and_the_keepers(
        self, cast: Cast, client_of: ClientOf
    ) -> None:
        keeper = make_staff(cast.division, "S0400", "補佐 四", post="DIVISION_DEPUTY")
        teleworked(cast.clerk, cast.chief, MONDAY - timedelta(days=3))
        url = f"{reverse('workplace:telework_export')}?month=2026-05&what=results&format="
        # By the rule a substitute, but only while the head is away.
        second = make_staff(cast.division, "S0401", "班長 四", post="SECTION_CHIEF")
        for who in (cast.clerk, second, cast.other_division_clerk, cast.other_body_clerk):
            assert client_of(who).get(url + "csv").status_code == 403
        for who in (cast.chief, keeper):
            answer = client_of(who).get(url + "cp932")
            lines = b"".join(answer.streaming_content).decode("cp932").splitlines()  # type: ignore[attr-defined]  # a stream
            assert [line.split(",")[1:3] for line in lines] == [["職員番号", "氏名"], ["S0001", "担当 一郎"]]
        assert Entry.objects.filter(action="workplace.telework_log.export").count() == 2
        plans = client_of(cast.chief).get(url.replace("results", "plans") + "xlsx")
        assert b"".join(plans.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]  # a stream

    def test_what_leaves_the_division_names_nobody(self, cast: Cast, client_of: ClientOf) -> None:
        teleworked(cast.clerk, cast.chief, MONDAY - timedelta(days=3))
        client = client_of(cast.other_division_clerk)
        page = text(client, reverse("workplace:telework_figures"))
        answer = client.get(f"{reverse('workplace:unit_days_export')}?year=2026")
        table = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # a stream
        assert table.splitlines()[1] == "03009,デジタル戦略企画課,2026-05-29,モバイルワーク"
        for who in cast.staff().values():
            if who != cast.other_division_clerk:
                assert who.name not in page
            assert who.name not in table
            assert who.number not in table

    def test_another_body_finds_nothing(self, cast: Cast, client_of: ClientOf, rule: TeleworkRule) -> None:
        session = teleworked(cast.clerk, cast.chief, MONDAY - timedelta(days=3))
        plan = planned(cast.clerk, [(MONDAY, "home")], at=instant(MONDAY, 8))
        office = make_office(cast)
        booking = book(desk_of(office), cast.clerk, 9, 12)
        grant(cast.other_body_clerk, *RoleAssignment.Role.values)
        client = client_of(cast.other_body_clerk)
        for name, pk in (
            ("telework_review", plan.pk),
            ("rule_show", rule.pk),
            ("rule_export", rule.pk),
            ("office_edit", office.pk),
            ("session_correct", session.pk),
            ("split_decide", cast.division.pk),
        ):
            assert client.get(reverse(f"workplace:{name}", args=[pk])).status_code == 404, name
        for name, pk in (
            ("telework_approve", plan.pk),
            ("telework_refuse", plan.pk),
            ("telework_end", session.pk),
            ("session_cancel", session.pk),
            ("day_cancel", plan.days.get().pk),
            ("desk_book", booking.desk_id),
            ("desk_cancel", booking.pk),
        ):
            assert client.post(reverse(f"workplace:{name}", args=[pk])).status_code == 404, name

    def test_colleagues_cannot_correct(self, cast: Cast, client_of: ClientOf) -> None:
        session = teleworked(cast.clerk, cast.chief, MONDAY - timedelta(days=3))
        url = reverse("workplace:session_correct", args=[session.pk])
        assert client_of(cast.other_division_clerk).get(url).status_code == 403
        assert client_of(cast.chief).get(url).status_code == 200

    @pytest.mark.parametrize("name", ["rule_edit", "office_list", "office_create"])
    def test_changing_is_for_administrators(self, cast: Cast, client_of: ClientOf, name: str) -> None:
        url = reverse(f"workplace:{name}")
        assert client_of(cast.clerk).get(url).status_code == 403
        assert client_of(cast.org_admin).get(url).status_code == 200


class TestPlan:
    """The table of the month."""

    def post(self, client: Client, **fields: str) -> str:
        answer = client.post(PLAN, {"month": "2026-06", **fields})
        return answer.content.decode() if answer.status_code == 422 else str(answer.status_code)

    def test_draft_then_submit(self, cast: Cast, client_of: ClientOf) -> None:
        client = client_of(cast.clerk)
        day = {"choice-2026-06-02": "home:family_home", "part-2026-06-02": "morning"}
        assert self.post(client, **day) == "302"
        planned_day = cast.clerk.telework_days.get()
        assert (planned_day.state, planned_day.place, planned_day.part) == ("draft", "family_home", "morning")
        assert self.post(client, **day, submit="1") == "302"
        assert cast.clerk.telework_days.get().state == DayState.SUBMITTED
        shown = text(client, f"{PLAN}?month=2026-06")
        assert "承認待ち" in shown
        assert "choice-2026-06-02" not in shown

    def test_the_rule_stands_at_the_day(self, cast: Cast, client_of: ClientOf) -> None:
        days = {f"choice-2026-06-0{n}": "home:own_home" for n in (2, 3, 4, 5)}
        shown = self.post(client_of(cast.clerk), **days, submit="1")
        assert "特別な事情を書いてください" in shown
        assert "第6条第1項" in shown
        assert self.post(client_of(cast.clerk), **days, reason="介護のため。", submit="1") == "302"

    def test_what_is_no_choice_is_refused(self, cast: Cast, client_of: ClientOf) -> None:
        shown = self.post(client_of(cast.clerk), **{"choice-2026-06-02": "home:moon"})
        assert "error-summary" in shown

    def test_nothing_chosen(self, cast: Cast, client_of: ClientOf) -> None:
        assert "一つ以上選んでください" in self.post(client_of(cast.clerk), submit="1")

    def test_without_rule(self, cast: Cast, client_of: ClientOf) -> None:
        assert "定めがまだありません" in text(client_of(cast.other_body_clerk), PLAN)

    @pytest.mark.parametrize("month", ["", "x", "9999-99", "1800-01", "2026-13"])
    def test_months_that_are_none(self, cast: Cast, client_of: ClientOf, month: str) -> None:
        assert "2026年6月" in text(client_of(cast.clerk), f"{PLAN}?month={month}")


class TestApproval:
    """The head's list."""

    def test_review_approve_refuse(self, cast: Cast, client_of: ClientOf) -> None:
        plan = planned(cast.clerk, [(MONDAY, "home")], at=instant(MONDAY, 8))
        client = client_of(cast.chief)
        review = reverse("workplace:telework_review", args=[plan.pk])
        assert "定めに合っています" in text(client, review)
        assert client_of(cast.clerk).get(review).status_code == 404
        digest = queries.digest_of(queries.waiting_days(plan))
        refuse = reverse("workplace:telework_refuse", args=[plan.pk])
        answer = client.post(refuse, {"digest": digest, "article": "第3条第1項", "reason": ""})
        assert answer.status_code == 422
        approve = reverse("workplace:telework_approve", args=[plan.pk])
        assert client.post(approve, {"digest": "stale"}).status_code == 302
        assert not PlanDecision.objects.exists()
        client.post(approve, {"digest": digest})
        assert PlanDecision.objects.get().is_approved
        assert "承認を待っている計画はありません" in text(client, APPROVALS)

    def test_bulk_asks_before_it_acts(self, cast: Cast, client_of: ClientOf) -> None:
        plan = planned(cast.clerk, [(MONDAY, "home")], at=instant(MONDAY, 8))
        pick = f"{plan.pk}:{queries.digest_of(queries.waiting_days(plan))}"
        url, client = reverse("workplace:telework_bulk_approve"), client_of(cast.chief)
        assert "この1件の計画を承認しますか" in client.post(url, {"pick": pick}).content.decode()
        assert not PlanDecision.objects.exists()
        client.post(url, {"pick": pick, "confirmed": "1"})
        assert PlanDecision.objects.get().is_approved
        assert client.post(url, {}).status_code == 302

    def test_the_number_of_queries_stays(self, cast: Cast, client_of: ClientOf) -> None:
        client = client_of(cast.chief)
        planned(cast.clerk, [(MONDAY, "home")], at=instant(MONDAY, 8))
        text(client, APPROVALS)
        with CaptureQueriesContext(connection) as few:
            text(client, APPROVALS)
        with CaptureQueriesContext(connection) as few_days:
            text(client, CALENDAR)
        for n in range(6):
            staff = make_staff(cast.division, f"S07{n:02}", f"担当 七{n}", with_user=False)
            planned(staff, [(MONDAY, "home")], at=instant(MONDAY, 8))
        with CaptureQueriesContext(connection) as more:
            text(client, APPROVALS)
        with CaptureQueriesContext(connection) as more_days:
            text(client, CALENDAR)
        assert (len(few), len(few_days)) == (len(more), len(more_days))


class TestToday:
    """One tap to start, one to end."""

    def test_start_and_end(self, cast: Cast, client_of: ClientOf) -> None:
        client = client_of(cast.clerk)
        assert "今日のテレワークの計画はありません" in text(client, HOME)
        client.post(reverse("workplace:telework_start"))
        assert not TeleworkSession.objects.exists()
        approved(cast.clerk, cast.chief, [(MONDAY, "mobile")], at=instant(MONDAY, 8))
        assert "開始を報告する" in text(client, HOME)
        client.post(reverse("workplace:telework_start"))
        session = TeleworkSession.objects.get()
        with time_machine.travel(instant(MONDAY, 17), tick=False):
            assert "終了を報告する" in text(client, HOME)
            client.post(reverse("workplace:telework_end", args=[session.pk]))
        session.refresh_from_db()
        assert session.state == SessionState.CONFIRMED

    def test_correct_and_cancel(self, cast: Cast, client_of: ClientOf) -> None:
        session = teleworked(cast.clerk, cast.chief, MONDAY - timedelta(days=3))
        client, url = client_of(cast.clerk), reverse("workplace:session_correct", args=[session.pk])
        fields = {"started": "09:00", "ended": "12:00", "choice": "home:own_home", "reason": "自宅で行った。"}
        assert client.post(url, {**fields, "reason": ""}).status_code == 422
        assert client.post(url, {**fields, "ended": "08:00"}).status_code == 422
        assert client.post(url, fields).status_code == 302
        session.refresh_from_db()
        assert (session.kind, session.note) == ("home", "自宅で行った。")
        cancel = reverse("workplace:session_cancel", args=[session.pk])
        assert client.post(cancel, {}).status_code == 422
        client.post(cancel, {"reason": "しなかった。"})
        session.refresh_from_db()
        assert session.state == SessionState.CANCELLED

    def test_urgent_use(self, cast: Cast, client_of: ClientOf) -> None:
        url = reverse("workplace:telework_record")
        assert client_of(cast.clerk).get(url).status_code == 403
        fields = {
            "number": "S0001",
            "on": "2026-05-29",
            "started": "09:00",
            "ended": "17:00",
            "choice": "home:own_home",
            "note": "大雨のため。",
        }
        client = client_of(cast.chief)
        assert "第9条第3項" in text(client, url)
        assert (
            "この職員番号の職員はいません" in client.post(url, {**fields, "number": "T0001"}).content.decode()
        )
        assert client.post(url, {**fields, "number": "S0005"}).status_code == 422
        assert client.post(url, fields).status_code == 302
        assert TeleworkSession.objects.get().source == "manual"


class TestDesks:
    """Free desks of a day."""

    def test_book_lose_cancel(self, cast: Cast, client_of: ClientOf) -> None:
        desk = desk_of(make_office(cast))
        url = reverse("workplace:desk_book", args=[desk.pk])
        client = client_of(cast.clerk)
        assert client.post(url, {"day": "2026-06-02", "part": "night"}).status_code == 404
        assert client.post(url, {"day": "2026-06-02", "part": "morning"}).status_code == 302
        lost = client_of(cast.chief).post(url, {"day": "2026-06-02", "part": "day"})
        assert lost.status_code == 409
        assert "津庁舎サテライト A2" in lost.content.decode()
        assert cast.clerk.name not in lost.content.decode()
        booking = DeskBooking.objects.get()
        client.post(reverse("workplace:desk_cancel", args=[booking.pk]))
        booking.refresh_from_db()
        assert booking.cancelled_at is not None

    def test_offices_are_looked_after(self, cast: Cast, client_of: ClientOf) -> None:
        client, url = client_of(cast.org_admin), reverse("workplace:office_create")
        fields = {
            "code": "ise",
            "name": "伊勢サテライト",
            "opens": "09:00",
            "closes": "17:00",
            "is_active": "on",
        }
        assert client.post(url, {**fields, "closes": "08:00"}).status_code == 422
        assert client.post(url, fields).status_code == 302
        assert client.post(url, fields).status_code == 422
        office = SatelliteOffice.objects.get(code="ise")
        edit = reverse("workplace:office_edit", args=[office.pk])
        assert client.post(edit, {"desk": "1", "desk-code": "B1", "desk-is_active": "on"}).status_code == 302
        assert client.post(edit, {**fields, "name": "伊勢", "is_shared": "on"}).status_code == 302
        office.refresh_from_db()
        assert (office.name, office.is_shared, office.desks.count()) == ("伊勢", True, 1)
        assert "伊勢" in text(client_of(cast.other_body_clerk), DESKS)

    def test_a_day_costs_the_same_however_many_desks(self, cast: Cast, client_of: ClientOf) -> None:
        make_office(cast, desks=1)
        client = client_of(cast.clerk)
        text(client, DESKS)
        with CaptureQueriesContext(connection) as few:
            text(client, DESKS)
        make_office(cast, desks=9)
        with CaptureQueriesContext(connection) as more:
            text(client, DESKS)
        assert len(few) == len(more)


class TestRules:
    """Checked, shown in sentences, then saved."""

    def test_check_show_save_export(self, cast: Cast, client_of: ClientOf, rule: TeleworkRule) -> None:
        client, url = client_of(cast.org_admin), reverse("workplace:rule_edit")
        new = write_rule(rule.rule).replace("days_per_week: '3'", "days_per_week: '2'")
        assert (
            "limits.days_per_week" in client.post(url, {"text": new.replace("'2'", "'99'")}).content.decode()
        )
        assert "週2日まで" in client.post(url, {"text": new}).content.decode()
        assert TeleworkRule.objects.count() == 1
        upload = io.BytesIO(new.encode())
        upload.name = "rule.yaml"
        assert client.post(url, {"file": upload, "save": "1"}).status_code == 302
        assert "週2日まで" in text(client_of(cast.clerk), RULES)
        saved = queries.rules_of(cast.body).first()
        assert saved is not None
        exported = client_of(cast.clerk).get(reverse("workplace:rule_export", args=[saved.pk]))
        assert exported.content.decode() == new
        other = new.replace("body: ''", "body: '242012'")
        assert "ほかの団体" in client.post(url, {"text": other, "save": "1"}).content.decode()

    def test_a_file_that_is_no_text(self, cast: Cast, client_of: ClientOf) -> None:
        upload = io.BytesIO(b"\xff\xfe\x00")
        upload.name = "rule.yaml"
        answer = client_of(cast.org_admin).post(reverse("workplace:rule_edit"), {"file": upload})
        assert "UTF-8" in answer.content.decode()


class TestFigures:
    """Numbers of the body, and split divisions."""

    def test_years(self, cast: Cast, client_of: ClientOf) -> None:
        teleworked(cast.clerk, cast.chief, MONDAY - timedelta(days=3))
        url, client = reverse("workplace:telework_figures"), client_of(cast.clerk)
        assert "令和8年度" in text(client, url)
        for year in ("2025", "1", "99999", "x", "²"):
            text(client, f"{url}?year={year}")
        with CaptureQueriesContext(connection) as asked:
            text(client, url)
        assert len(asked) <= 50

    def test_a_split_is_decided(self, cast: Cast, client_of: ClientOf) -> None:
        teleworked(cast.clerk, cast.chief, MONDAY - timedelta(days=3))
        _first, second = divide(cast, MONDAY)
        url = reverse("workplace:split_decide", args=[cast.division.pk])
        figures = reverse("workplace:telework_figures")
        assert "数が決まらない所属があります" in text(client_of(cast.clerk), figures)
        assert client_of(cast.clerk).get(url).status_code == 403
        client = client_of(cast.org_admin)
        assert client.post(url, {"heir": str(second.pk), "reason": ""}).status_code == 422
        assert client.post(url, {"heir": str(second.pk), "reason": "仕事による。"}).status_code == 302
        assert "数が決まらない所属があります" not in text(client, figures)
