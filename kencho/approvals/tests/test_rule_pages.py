"""Pages of absences, routes and 専決の定め."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from kencho.approvals import permissions, queries
from kencho.approvals.models import Absence
from kencho.approvals.tests.people import AT, DAY, Office, away, draft
from kencho.foundation.fiscal import FiscalYear
from kencho.foundation.indicators import Asked, indicators
from kencho.foundation.registry import navigation, search
from kencho.organization.models import StaffMember
from kencho.organization.testing import desk, sign_in


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(AT + timedelta(hours=1), tick=False):
        yield


def client_of(staff: StaffMember) -> Client:
    return sign_in(Client(), staff)


def url(name: str, *args: object) -> str:
    return reverse(f"approvals:{name}", args=args)


class TestAbsences:
    """不在と代理."""

    def post(self, who: StaffMember, **change: str) -> tuple[int, str]:
        data = {
            "staff": who.number,
            "first_day": str(DAY),
            "last_day": str(DAY),
            "deputy": "",
            "reason": "出張",
        }
        answer = client_of(who).post(url("absence_create"), {**data, **change}, follow=True)
        return answer.status_code, answer.content.decode()

    def test_registering_and_ending_one_s_own(self, office: Office) -> None:
        status, text = self.post(office.chief, deputy=office.deputy_chief.number)
        assert status == 200
        assert "不在を登録しました" in text
        absence = Absence.objects.get()
        assert (absence.staff, absence.deputy) == (office.chief, office.deputy_chief)
        assert "課長 二郎" in client_of(office.deputy_chief).get(url("absence_list")).content.decode()
        client_of(office.chief).post(url("absence_end", absence.pk))
        absence.refresh_from_db()
        assert absence.ended_at is not None

    def test_a_refusal_is_shown_at_the_form(self, office: Office) -> None:
        status, text = self.post(office.chief, last_day=str(DAY - timedelta(days=1)))
        assert status == 422
        assert "最後の日は、最初の日と同じか後の日にしてください" in text

    def test_nobody_registers_a_stranger(self, office: Office) -> None:
        assert self.post(office.clerk, staff=office.chief.number)[0] == 422
        assert self.post(office.chief, staff=office.concurring_chief.number)[0] == 422
        assert not Absence.objects.exists()

    def test_heads_and_administrators_register_others(self, office: Office) -> None:
        assert self.post(office.chief, staff=office.clerk.number)[0] == 200
        assert (
            self.post(office.cast.org_admin, staff=office.head.number, deputy=office.chief.number)[0] == 200
        )
        assert Absence.objects.count() == 2

    @pytest.mark.parametrize(
        ("who", "whom", "may"),
        [
            ("clerk", "clerk", True),
            ("clerk", "chief", False),
            ("chief", "clerk", True),
            ("chief", "head", False),
            ("head", "chief", True),
            ("org_admin", "governor", True),
            ("org_admin", "other_body_clerk", False),
        ],
    )
    def test_who_may_register_whom(self, office: Office, who: str, whom: str, may: bool) -> None:
        cast = office.cast
        assert permissions.may_register_absence(desk(getattr(cast, who)), getattr(cast, whom)) == may

    def test_ending_is_for_those_who_may_register(self, office: Office) -> None:
        away(office.chief, office.second_clerk)
        pk = Absence.objects.get().pk
        assert client_of(office.second_clerk).post(url("absence_end", pk)).status_code == 403
        assert client_of(office.cast.other_body_clerk).post(url("absence_end", pk)).status_code == 404


class TestRules:
    """Read by all, changed by the administrators of the organisation."""

    @pytest.mark.parametrize("name", ["route_list", "rule_list"])
    def test_readable_by_all_staff_but_only_of_their_body(self, office: Office, name: str) -> None:
        text = client_of(office.clerk).get(url(name)).content.decode()
        assert "補助金の交付" in text
        assert "new/" not in text
        assert "new/" in client_of(office.cast.org_admin).get(url(name)).content.decode()
        assert "補助金の交付" not in client_of(office.cast.other_body_clerk).get(url(name)).content.decode()

    @pytest.mark.parametrize("who", ["clerk", "chief", "other_body_clerk"])
    def test_changed_only_by_administrators(self, office: Office, who: str) -> None:
        client, rule = client_of(getattr(office.cast, who)), queries.rules_of(office.cast.body)[0]
        for page in (
            url("route_create"),
            url("route_edit", "standard"),
            url("rule_create"),
            url("rule_end", rule.pk),
        ):
            assert client.get(page).status_code == client.post(page).status_code == 403

    def test_setting_and_ending_a_rule(self, office: Office) -> None:
        client, rule = (
            client_of(office.cast.org_admin),
            queries.rules_of(office.cast.body).get(matter=office.permit),
        )
        form = {
            "matter": "permit",
            "post": "DEPARTMENT_DIRECTOR",
            "valid_from": str(DAY),
            "substitutes": ["DIVISION_DIRECTOR", "DEPARTMENT_DEPUTY"],
        }
        assert "先にそれを終わらせてください" in client.post(url("rule_create"), form).content.decode()
        assert client.post(url("rule_end", rule.pk), {"on": "2026-03-31"}).status_code == 422
        assert client.post(url("rule_end", rule.pk), {"on": str(DAY)}).status_code == 302
        assert client.post(url("rule_create"), form).status_code == 302
        new = queries.rules_of(office.cast.body, DAY).get(matter=office.permit)
        assert [row.post.code for row in new.substitute_rows.all()] == [
            "DEPARTMENT_DEPUTY",
            "DIVISION_DIRECTOR",
        ]

    def route_form(self, *steps: dict[str, str], **basics: str) -> dict[str, str]:
        form = {"steps-TOTAL_FORMS": str(len(steps)), "steps-INITIAL_FORMS": "0", **basics}
        for number, step in enumerate(steps):
            form |= {f"steps-{number}-{name}": value for name, value in step.items()}
        return form

    def test_making_and_changing_a_route(self, office: Office) -> None:
        client = client_of(office.cast.org_admin)
        steps = (
            {"order": "2", "role": "decide", "post": "", "place": "own_division"},
            {
                "order": "1",
                "role": "concur",
                "post": "DIVISION_DIRECTOR",
                "place": "named",
                "unit_code": "03004",
            },
        )
        basics = {"name": "人事課合議", "matter": "permit", "is_active": "on"}
        made = client.post(url("route_create"), self.route_form(*steps, code="with_hr", **basics))
        assert made.status_code == 302
        assert "人事課 課長" in client.get(url("route_list")).content.decode()
        changed = client.post(
            url("route_edit", "with_hr"), self.route_form(steps[0], **basics | {"name": "短い"})
        )
        assert changed.status_code == 302
        route = queries.route_of(office.cast.body, "with_hr")
        assert route is not None
        assert (route.name, route.steps.count()) == ("短い", 1)
        wrong = client.post(url("route_edit", "with_hr"), self.route_form(steps[1], **basics))
        assert wrong.status_code == 422
        assert "決裁の段階を、最後に一つだけ置いてください" in wrong.content.decode()
        assert client.get(url("route_edit", "nothing")).status_code == 404


def test_the_navigation_counts_what_waits(office: Office) -> None:
    draft(office)
    answer = client_of(office.deputy_chief).get(url("absence_list"))
    request = answer.wsgi_request
    item = navigation.get("approvals.inbox")
    assert item.count is not None
    assert item.count(request) == 1
    assert not navigation.get("approvals.routes").visible(request)


def test_search_finds_only_what_may_be_read(office: Office) -> None:
    draft(office, title="鳥羽の旅館業許可")
    found = {}
    for who in (office.clerk, office.cast.other_division_clerk, office.cast.other_body_clerk):
        request = client_of(who).get(url("absence_list")).wsgi_request
        found[who] = [hit.title for hit in search.get("approvals").find(request, "鳥羽 許可", 10)]
    assert list(found.values()) == [["鳥羽の旅館業許可"], [], []]


def test_indicators(office: Office) -> None:
    from kencho.approvals.tests.people import approve

    request = draft(office)
    approve(request, office.deputy_chief)
    approve(request, office.chief, AT + timedelta(days=3))
    draft(office, subject="2")
    year = FiscalYear.of(DAY)

    def value(code: str, year: FiscalYear, body: str = "240001") -> Decimal | None:
        spec = indicators.get(f"approvals.{code}")
        return spec.value(spec.read(Asked.whole(year, body=body, as_of=year.ends_at)))

    assert value("granted", year) == 1
    assert value("days_to_grant", year) == 3
    assert value("granted", year, "242012") == 0
    assert value("days_to_grant", year.previous) is None
