"""Every page opens for those who may open it, and for nobody else."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kencho.organization.testing import desk, sign_in
from kencho.policy import services
from kencho.policy.models import SheetRevision
from kencho.policy.tests.views.conftest import NOW, YEAR, Office


def public_pages(office: Office) -> dict[str, list[Any]]:
    indicator, measure = office.applications, office.measure
    revision = SheetRevision.objects.get(node=measure)
    one = ["mie", measure.code]
    sheet = [*one, revision.sheet_year, revision.number]
    return {
        "policy_list": ["mie"],
        "measure_show": one,
        "sheet_show": sheet,
        "figure_show": [*one, indicator.code, YEAR],
        "figure_rows": [*one, indicator.code, YEAR],
    }


def reading_pages(office: Office) -> dict[str, list[Any]]:
    indicator, measure = office.applications, office.measure
    revision = SheetRevision.objects.get(node=measure)
    return {
        "desk_list": [],
        "plan_show": [measure.plan.code],
        "measure_desk": [measure.pk],
        "lines_show": [measure.pk, 2021],
        "sheet_yaml": [measure.pk, 2021],
        "indicator_desk": [indicator.pk],
        "figure_desk": [indicator.pk, YEAR],
        "figure_desk_rows": [indicator.pk, YEAR],
        "revision_show": [revision.pk],
    }


def writing_pages(office: Office) -> dict[str, list[Any]]:
    indicator, measure = office.applications, office.measure
    project = measure.projects.order_by("number")[0]
    return {
        "sheet_import": [],
        "drift_report": [],
        "plan_create": [],
        "plan_edit": [measure.plan.code],
        "node_create": [measure.plan.code],
        "node_edit": [measure.pk],
        "desired_state_edit": [measure.pk],
        "indicator_create": [measure.pk],
        "revision_create": [measure.pk],
        "judgement_edit": [measure.pk, YEAR],
        "comment_create": [measure.pk, YEAR],
        "budget_edit": [project.pk],
        "indicator_edit": [indicator.pk],
        "binding_edit": [indicator.pk],
        "targets_edit": [indicator.pk],
    }


def urls(pages: dict[str, list[Any]]) -> list[str]:
    return [reverse(f"policy:{name}", args=args) for name, args in pages.items()]


def test_the_public_sees_nothing_before_publication(office: Office) -> None:
    statuses = {url: Client().get(url).status_code for url in urls(public_pages(office))}
    listed = reverse("policy:policy_list", args=["mie"])
    assert statuses.pop(listed) == 200
    assert set(statuses.values()) == {404}
    assert "スマート自治体の推進" not in Client().get(listed).content.decode()


def test_the_public_sees_every_public_page_after_it(office: Office) -> None:
    office.publish()
    for url in urls(public_pages(office)):
        assert Client().get(url).status_code == 200, url


def test_all_staff_of_the_body_read_and_only_planners_write(office: Office) -> None:
    for url in urls(reading_pages(office)):
        assert office.reader().get(url).status_code == 200, url
    for url in urls(writing_pages(office)):
        assert office.reader().get(url).status_code == 403, url
        assert office.planner().get(url).status_code == 200, url


def test_another_body_finds_nothing(office: Office) -> None:
    stranger = sign_in(Client(), office.cast.other_body_clerk)
    pages = {**reading_pages(office), **writing_pages(office)}
    for name in ("desk_list", "sheet_import", "drift_report", "plan_create"):
        pages.pop(name, None)
    for url in urls(pages):
        assert stranger.get(url).status_code in {403, 404}, url


def test_the_desk_is_closed_to_the_public(office: Office) -> None:
    for url in urls({**reading_pages(office), **writing_pages(office)}):
        assert Client().get(url).status_code == 302, url


@pytest.mark.parametrize("kind", ["issue", "direction", "project"])
@pytest.mark.parametrize("number", [0, 1])
def test_the_forms_of_lines_open(office: Office, kind: str, number: int) -> None:
    url = reverse("policy:line_edit", args=[office.measure.pk, 2021, kind, number])
    assert office.planner().get(url).status_code == 200


@pytest.mark.parametrize("form", ["pdf", "docx", "xlsx", "csv", "xml", "txt"])
def test_a_published_sheet_comes_in_every_form_and_always_the_same(office: Office, form: str) -> None:
    revision = office.publish()
    url = reverse("policy:sheet_file", args=["mie", office.measure.code, revision.sheet_year, 1, form])
    first, second = Client().get(url), Client().get(url)
    assert first.status_code == 200
    assert first.content == second.content
    draft = reverse("policy:measure_file", args=[office.measure.pk, 2021, form])
    assert office.reader().get(draft).status_code == 200


def test_an_unknown_form_is_not_found(office: Office) -> None:
    assert (
        office.reader().get(reverse("policy:measure_file", args=[office.measure.pk, 2021, "exe"])).status_code
        == 404
    )


def test_pages_of_a_frozen_figure(office: Office) -> None:
    office.publish()
    actual = services.freeze_actual(
        indicator=office.applications,
        year=YEAR,
        status="confirmed",
        by=desk(office.cast.clerk, NOW.date()).actor,
        at=NOW,
    )
    assert actual.snapshot_id
    # It is not published yet: the revision was frozen before it.
    for name in ("snapshot_desk", "snapshot_desk_rows"):
        assert office.reader().get(reverse(f"policy:{name}", args=[actual.snapshot_id])).status_code == 200
