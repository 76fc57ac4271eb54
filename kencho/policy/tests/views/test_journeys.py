"""What the pages do: write, refuse at the field, follow a digit to its rows, count again."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kencho.foundation.actors import Actor
from kencho.organization.testing import desk
from kencho.policy import services
from kencho.policy.models import Actual, BudgetLine, Indicator, Issue, Judgement, Plan, PolicyNode, Target
from kencho.policy.testing import measure406_text
from kencho.policy.tests.views.conftest import CODE, NOW, YEAR, Office


def by(office: Office) -> Actor:
    return desk(office.cast.clerk, NOW.date()).actor


def post(office: Office, name: str, args: Sequence[object], /, **data: object) -> tuple[int, str]:
    answer = office.planner().post(reverse(f"policy:{name}", args=args), data)
    return answer.status_code, answer.content.decode()


def freeze(office: Office) -> Actual:
    return services.freeze_actual(
        indicator=office.applications, year=YEAR, status="confirmed", by=by(office), at=NOW
    )


class TestPlans:
    """計画と政策体系."""

    def test_a_plan_and_its_tree_are_made(self, office: Office) -> None:
        data = {
            "code": "next",
            "name": "次の計画",
            "fy_from": "令和6年度",
            "fy_to": "R9",
            "profile": "mie-2020",
            "kpi_mode": "target",
        }
        assert post(office, "plan_create", [], **data)[0] == 302
        plan = Plan.objects.get(code="next")
        assert (plan.fy_from, plan.fy_to) == (2024, 2027)
        node = {"level": "measure", "code": "500", "name": "別の施策", "lead": "総務部"}
        assert post(office, "node_create", [plan.code], **node)[0] == 302
        assert PolicyNode.objects.get(code="500").leads.get().name == "総務部"

    def test_a_marking_stays_when_the_plan_is_edited(self, office: Office) -> None:
        plan = office.measure.plan
        Plan.objects.filter(pk=plan.pk).update(marking="合成データ")
        page = office.planner().get(reverse("policy:plan_edit", args=[plan.code]))
        data = {**page.context["form"].initial, "name": "改めた計画"}
        assert post(office, "plan_edit", [plan.code], **data)[0] == 302
        plan.refresh_from_db()
        assert (plan.name, plan.marking) == ("改めた計画", "合成データ")

    @pytest.mark.parametrize(
        ("field", "value", "told"),
        [
            ("fy_to", "令和2年度", "最後の年度は、最初の年度と同じか後"),
            ("fy_from", "6年度", "元号"),
            ("code", "日本語", "半角"),
        ],
    )
    def test_what_is_wrong_is_told_at_its_field(
        self, office: Office, field: str, value: str, told: str
    ) -> None:
        data = {
            "code": "next",
            "name": "次の計画",
            "fy_from": "2024",
            "fy_to": "2027",
            "profile": "mie-2020",
            "kpi_mode": "target",
            field: value,
        }
        status, text = post(office, "plan_create", [], **data)
        assert status == 422
        assert told in text or field == "code"
        assert f'href="#id_{field}"' in text
        assert not Plan.objects.filter(code="next").exists()


class TestLines:
    """現状と課題, 取組方向, 主な事業, 予算額."""

    def test_a_line_is_added_at_the_end_and_written_anew(self, office: Office) -> None:
        place = [office.measure.pk, 2021, "issue"]
        assert post(office, "line_edit", [*place, 0], number=5, text="五番目")[0] == 302
        assert post(office, "line_edit", [*place, 5], text="書き直し", programs=["40601"])[0] == 302
        issue = Issue.objects.get(node=office.measure, number=5)
        assert (issue.text, [one.code for one in issue.programs.all()]) == ("書き直し", ["40601"])
        assert post(office, "line_remove", [*place, 5])[0] == 302
        assert not Issue.objects.filter(node=office.measure, number=5).exists()

    def test_an_empty_line_is_refused_at_its_field(self, office: Office) -> None:
        status, text = post(office, "line_edit", [office.measure.pk, 2021, "direction", 0], number=5, text="")
        assert status == 422
        assert 'href="#id_text"' in text

    def test_a_budget_takes_full_width_figures_and_refuses_fractions(self, office: Office) -> None:
        project = office.measure.projects.order_by("number")[0]
        data = {"year": "R3", "stage": "initial", "number": "0"}
        assert (
            post(office, "budget_edit", [project.pk], amount_thousand_yen="１７７，０５１", **data)[0] == 302
        )
        line = BudgetLine.objects.get(project=project, stage="initial")
        assert line.amount_thousand_yen == 177051
        assert post(office, "budget_edit", [project.pk], amount_thousand_yen="0.5", **data)[0] == 422
        assert post(office, "budget_edit", [project.pk], amount_thousand_yen="-1", **data)[0] == 422
        assert post(office, "budget_remove", [line.pk])[0] == 302
        assert not BudgetLine.objects.filter(pk=line.pk).exists()

    def test_a_year_outside_the_plan_is_not_found(self, office: Office) -> None:
        assert post(office, "line_edit", [office.measure.pk, 1999, "issue", 0], number=1, text="x")[0] == 404


class TestIndicators:
    """目標項目: made, bound, given targets."""

    def make(self, office: Office, code: str = "extra") -> Indicator:
        data = {
            "code": code,
            "name": "追加の項目",
            "role": "secondary",
            "unit": "件",
            "decimals": "0",
            "direction": "higher_is_better",
            "measure": "flow_sum",
            "order": "5",
        }
        post(office, "indicator_create", [office.measure.pk], **data)
        return Indicator.objects.get(code=code)

    def test_the_preview_counts_and_saves_nothing(self, office: Office) -> None:
        indicator = self.make(office)
        url = reverse("policy:binding_edit", args=[indicator.pk]) + f"?code={CODE}"
        data = {"effective_year": "2020", "explanation": "説明", "p-channels": ["online"]}
        answer = office.planner().post(url, {**data, "preview": "1"})
        assert answer.status_code == 200
        assert "まだ保存していません" in answer.content.decode()
        assert not indicator.definitions.exists()
        assert office.planner().post(url, data).status_code == 302
        definition = indicator.definitions.get()
        assert (definition.binding_code, definition.parameters) == (CODE, {"channels": ["online"]})

    def test_a_later_definition_needs_a_reason(self, office: Office) -> None:
        indicator = office.applications
        url = reverse("policy:binding_edit", args=[indicator.pk]) + f"?code={CODE}"
        data = {"effective_year": "2022", "explanation": "新しい説明"}
        assert office.planner().post(url, data).status_code == 422
        assert office.planner().post(url, {**data, "reason": "経路を分けた"}).status_code == 302
        assert [one.version for one in indicator.definitions.all()] == [1, 2]

    def test_an_unknown_binding_is_not_found(self, office: Office) -> None:
        url = reverse("policy:binding_edit", args=[office.applications.pk])
        assert office.planner().get(f"{url}?code=no.such").status_code == 404

    def test_targets_are_added_and_only_where_they_differ(self, office: Office) -> None:
        indicator = office.applications
        before = Target.objects.filter(indicator=indicator).count()
        page = office.planner().get(reverse("policy:targets_edit", args=[indicator.pk]))
        data = {name: field.initial or "" for name, field in page.context["form"].fields.items()}
        data |= {name: value for name, value in page.context["form"].initial.items() if name in data}
        assert post(office, "targets_edit", [indicator.pk], **data)[0] == 302
        assert Target.objects.filter(indicator=indicator).count() == before
        data["target-2022"] = "22,900"
        assert post(office, "targets_edit", [indicator.pk], **data)[0] == 302
        newest = Target.objects.filter(indicator=indicator).latest("pk")
        assert (newest.year, newest.value) == (2022, Decimal(22900))
        assert Target.objects.filter(indicator=indicator).count() == before + 1


class TestActuals:
    """実績値 of a year."""

    def test_counted_confirmed_corrected(self, office: Office) -> None:
        place = [office.applications.pk, YEAR]
        assert post(office, "actual_freeze", place, status="confirmed")[0] == 302
        status, text = post(office, "actual_change", place, **{"change-kind": "correct", "change-value": "5"})
        assert status == 422
        assert "理由" in text
        changed = {"change-kind": "correct", "change-value": "5", "change-reason": "数え誤り"}
        assert post(office, "actual_change", place, **changed)[0] == 302
        figures = Actual.objects.filter(indicator=office.applications, year=YEAR, value__isnull=False)
        assert [(one.status, one.value) for one in figures.order_by("pk")] == [
            ("confirmed", Decimal(3)),
            ("corrected", Decimal(5)),
        ]

    def test_by_hand_takes_a_value_or_a_reason_and_not_both(self, office: Office) -> None:
        place = [office.applications.pk, YEAR]
        both = {"record-value": "3", "record-missing": "suppressed", "record-status": "provisional"}
        assert post(office, "actual_record", place, **both)[0] == 422
        assert post(office, "actual_record", place, **{**both, "record-missing": ""})[0] == 302
        assert post(office, "actual_confirm", place)[0] == 302
        newest = Actual.objects.latest("pk")
        assert (newest.status, newest.value) == ("confirmed", Decimal(3))

    def test_the_present_year_cannot_be_confirmed(self, office: Office) -> None:
        plan = office.measure.plan
        Plan.objects.filter(pk=plan.pk).update(fy_to=2027)
        assert post(office, "actual_freeze", [office.applications.pk, 2026], status="confirmed")[0] == 302
        assert not Actual.objects.filter(year=2026, status="confirmed").exists()


class TestEvidence:
    """From a digit to its rows, and whether they still give it."""

    def test_two_clicks_from_a_digit_to_its_rows(self, office: Office) -> None:
        snapshot = freeze(office).snapshot_id
        services.open_revision(
            node=office.measure, sheet_year=2021, trigger="confirmed", reason="確定", by=by(office), at=NOW
        )
        office.publish()
        public = Client()
        code, figure = office.measure.code, "ind-406-sub2"
        digit = reverse("policy:figure_show", args=["mie", code, figure, YEAR])
        assert (
            digit
            in public.get(reverse("policy:measure_show", args=["mie", code]), {"year": YEAR}).content.decode()
        )
        shown = reverse("policy:snapshot_show", args=["mie", snapshot])
        assert shown in public.get(digit).content.decode()
        rows = public.get(reverse("policy:snapshot_rows", args=["mie", snapshot])).content.decode()
        assert all(sign in rows for sign in ("f0", "f1", "f2"))
        assert "事実 f0" not in rows
        assert "/facts/f0/" not in rows

    def test_drafts_stay_inside(self, office: Office) -> None:
        office.publish()
        snapshot = freeze(office).snapshot_id
        assert Client().get(reverse("policy:snapshot_show", args=["mie", snapshot])).status_code == 404
        digit = reverse("policy:figure_show", args=["mie", office.measure.code, "ind-406-sub2", YEAR])
        text = Client().get(digit).content.decode()
        assert "確定値" not in text
        assert "速報値" in text

    def test_only_those_who_may_know_see_what_a_row_is(self, office: Office) -> None:
        url = reverse("policy:figure_desk_rows", args=[office.applications.pk, YEAR])
        assert "事実 f0" in office.planner().get(url).content.decode()
        assert "事実 f0" not in office.reader().get(url).content.decode()

    def test_counting_again_agrees_or_names_the_rows(self, office: Office) -> None:
        snapshot = freeze(office).snapshot_id
        again = [snapshot]
        assert "記録と同じ" in post(office, "snapshot_recompute", again, as_of="then")[1]
        office.ledger.erase("f1")
        office.ledger.change("f2", NOW)
        office.add("f9", date(2020, 9, 9))
        text = post(office, "snapshot_recompute", again, as_of="now")[1]
        assert all(word in text for word in ("なくなった", "変わった", "増えた", "f1", "f2", "f9"))
        drift = office.planner().get(reverse("policy:drift_report")).content.decode()
        assert "増えた1行、なくなった1行、変わった1行" in drift

    def test_the_rows_come_by_pages(self, office: Office) -> None:
        for number in range(120):
            office.add(f"g{number:03}", date(2020, 8, 1))
        url = reverse("policy:figure_desk_rows", args=[office.applications.pk, YEAR])
        first = office.reader().get(url).content.decode()
        assert "?page=2" in first
        assert "g119" not in first
        assert "g119" in office.reader().get(url, {"page": 3}).content.decode()
        assert "行はありません" in office.reader().get(url, {"page": 99}).content.decode()

    def test_one_more_event_changes_the_live_page_and_not_the_confirmed_figure(self, office: Office) -> None:
        freeze(office)
        services.open_revision(
            node=office.measure, sheet_year=2021, trigger="confirmed", reason="確定", by=by(office), at=NOW
        )
        office.publish()
        url = reverse("policy:measure_show", args=["mie", office.measure.code])
        before = [Client().get(url, {"year": year}).content.decode() for year in (2020, 2021)]
        office.add("new", date(2021, 6, 1), datetime(2021, 6, 1, tzinfo=UTC))
        office.add("late", date(2020, 6, 1), datetime(2022, 1, 1, tzinfo=UTC))
        after = [Client().get(url, {"year": year}).content.decode() for year in (2020, 2021)]
        assert ">3 件<" in before[0]
        assert ">3 件<" in after[0]
        assert ">0 件<" in before[1]
        assert ">1 件<" in after[1]


class TestSheets:
    """Judgement, revisions, files."""

    def test_a_judgement_needs_a_reason(self, office: Office) -> None:
        place = [office.measure.pk, YEAR]
        assert post(office, "judgement_edit", place, grade="B", reason="")[0] == 422
        assert post(office, "judgement_edit", place, grade="B", reason="ほぼ達成した")[0] == 302
        assert Judgement.objects.get().decided == "B"
        assert post(office, "comment_create", place, expert="有識者", text="よい")[0] == 302

    def test_a_revision_is_frozen_and_goes_to_approval(self, office: Office) -> None:
        post(office, "line_edit", [office.measure.pk, 2021, "issue", 1], text="書き直し")
        data = {"sheet_year": "2021", "trigger": "confirmed", "reason": ""}
        assert post(office, "revision_create", [office.measure.pk], **data)[0] == 422
        assert post(office, "revision_create", [office.measure.pk], **{**data, "reason": "確定"})[0] == 302
        revision = office.measure.revisions.get(number=2)
        page = office.reader().get(reverse("policy:revision_show", args=[revision.pk])).content.decode()
        assert "issues[0].text" in page
        assert "決裁に回す" not in page

    def test_a_file_goes_out_and_comes_in_again_without_a_change(self, office: Office) -> None:
        url = reverse("policy:sheet_yaml", args=[office.measure.pk, 2021])
        file = SimpleUploadedFile("a.yaml", office.planner().get(url).content)
        status, text = post(office, "sheet_import", [], file=file)
        assert status == 200
        assert "変わったところはありません" in text

    def test_what_is_wrong_in_a_file_is_told_cell_by_cell(self, office: Office) -> None:
        broken = measure406_text().replace("amount: 64370", "amount: many", 1)
        status, text = post(office, "sheet_import", [], file=SimpleUploadedFile("a.yaml", broken.encode()))
        assert status == 422
        assert "projects[0]" in text
        status, text = post(office, "sheet_import", [], file=SimpleUploadedFile("a.yaml", b"\xff\xfe"))
        assert status == 422

    def test_a_marked_sheet_says_so_on_its_public_page(self, office: Office) -> None:
        from kencho.policy import frozen

        revision = office.publish()
        content = {**revision.content, "marking": "架空の実績値による見本"}
        type(revision).objects.filter(pk=revision.pk).update(
            content=content, digest=frozen.digest_of(content)
        )
        for name, args in (
            ("measure_show", ["mie", office.measure.code]),
            ("sheet_show", ["mie", office.measure.code, 2021, 1]),
        ):
            text = Client().get(reverse(f"policy:{name}", args=args)).content.decode()
            assert "架空の実績値による見本" in text


def test_rows_do_not_add_queries(office: Office) -> None:
    """The public page asks as often with many facts as with few."""
    office.publish()
    url = reverse("policy:measure_show", args=["mie", office.measure.code])
    Client().get(url)
    with CaptureQueriesContext(connection) as few:
        Client().get(url)
    for number in range(50):
        office.add(f"g{number:03}", date(2020, 8, 1))
    with CaptureQueriesContext(connection) as many:
        Client().get(url)
    assert len(many) == len(few)
