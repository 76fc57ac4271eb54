"""Who may open which page, seen by the fixed cast."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from kencho.intake.models import FormTemplate, ScanBatch, Sheet
from kencho.intake.tests.pages import papers
from kencho.organization.models import RoleAssignment, StaffMember
from kencho.organization.testing import Cast, grant

ClientOf = Callable[[StaffMember], Client]
OPEN = ("scan_list", "scan_upload", "verify", "template_list", "template_create", "calibration")
OF_SHEET = ("sheet", "sheet_done")
ACTS = ("finish", "release", "register", "hand_over", "accept_pages", "discard")
OF_PAGE = ("page", "page_image", "page_thumbnail")
PAGE_ACTS = ("page_again", "page_set_aside", "page_move", "page_enclose")
SETUP = ("inlet_list", "inlet_create")


def addresses(sheet: Sheet) -> dict[str, str]:
    """Pages about one batch, by name."""
    page, field = sheet.pages.get(), papers.field(sheet, "amount")
    return {
        **{name: reverse(f"intake:{name}", args=[sheet.pk]) for name in OF_SHEET},
        **{name: reverse(f"intake:{name}", args=[page.pk]) for name in OF_PAGE},
        "batch": reverse("intake:batch", args=[sheet.batch_id]),
        "batch_state": reverse("intake:batch_state", args=[sheet.batch_id]),
        "field_crop": reverse("intake:field_crop", args=[sheet.pk, field.pk]),
    }


def acts(sheet: Sheet) -> dict[str, str]:
    """Buttons of one batch, by name."""
    page, field = sheet.pages.get(), papers.field(sheet, "amount")
    return {
        **{name: reverse(f"intake:sheet_{name}", args=[sheet.pk]) for name in ACTS},
        **{name: reverse(f"intake:{name}", args=[page.pk]) for name in PAGE_ACTS},
        "sheet": reverse("intake:sheet", args=[sheet.pk]),
        "batch_name_procedure": reverse("intake:batch_name_procedure", args=[sheet.batch_id]),
        "field_verify": reverse("intake:field_verify", args=[sheet.pk, field.pk]),
    }


@pytest.mark.parametrize("who", ["clerk", "chief"])
def test_the_division_opens_everything(cast: Cast, sheet: Sheet, client_of: ClientOf, who: str) -> None:
    client = client_of(getattr(cast, who))
    found = {name: client.get(address).status_code for name, address in addresses(sheet).items()}
    # What is not done yet leads to where it is done.
    assert found.pop("sheet_done") == 302
    assert set(found.values()) == {200}
    assert {client.get(reverse(f"intake:{name}")).status_code for name in OPEN} == {200}


@pytest.mark.parametrize("who", ["other_division_clerk", "other_body_clerk", "governor", "head"])
def test_others_get_the_answer_for_what_is_not_there(
    cast: Cast, sheet: Sheet, client_of: ClientOf, who: str
) -> None:
    grant(getattr(cast, who), RoleAssignment.Role.AUDITOR, RoleAssignment.Role.PROCEDURE_ADMIN)
    client = client_of(getattr(cast, who))
    assert {client.get(address).status_code for address in addresses(sheet).values()} == {404}


@pytest.mark.parametrize("who", ["other_division_clerk", "other_body_clerk"])
def test_others_change_nothing(cast: Cast, sheet: Sheet, client_of: ClientOf, who: str) -> None:
    before = Sheet.objects.values().get(), ScanBatch.objects.values().get()
    fields = list(sheet.fields.values())
    client = client_of(getattr(cast, who))
    sent = {"take": "1", "reason": "x", "sheet": str(sheet.pk)}
    assert {client.post(address, sent).status_code for address in acts(sheet).values()} == {404}
    assert (Sheet.objects.values().get(), ScanBatch.objects.values().get()) == before
    assert list(sheet.fields.values()) == fields


def test_a_link_alone_changes_nothing(cast: Cast, sheet: Sheet, client_of: ClientOf) -> None:
    client = client_of(cast.clerk)
    only_post = {name: address for name, address in acts(sheet).items() if name != "sheet"}
    assert {client.get(address).status_code for address in only_post.values()} == {405}
    assert client.get(reverse("intake:register_ready")).status_code == 405


def test_residents_are_turned_away_and_strangers_sign_in(cast: Cast, sheet: Sheet, client: Client) -> None:
    every = [*addresses(sheet).values(), *(reverse(f"intake:{name}") for name in (*OPEN, *SETUP))]
    for address in every:
        answer = client.get(address)
        assert answer.status_code == 302
        assert "/accounts/login/" in answer["Location"]
    client.force_login(cast.resident)
    assert {client.get(address).status_code for address in every} == {403}


def test_inlets_and_thresholds_are_for_those_who_look_after_the_system(
    cast: Cast, client_of: ClientOf
) -> None:
    edit = reverse("intake:calibration_edit") + "?kind=name"
    fit = reverse("intake:calibration_fit")
    clerk, keeper = client_of(cast.clerk), client_of(cast.org_admin)
    for name in SETUP:
        assert clerk.get(reverse(f"intake:{name}")).status_code == 403
        assert keeper.get(reverse(f"intake:{name}")).status_code == 200
    for client in (clerk, keeper):
        assert client.get(edit).status_code == 403
        assert client.post(edit, {"threshold": "0.1", "audit_share": "5"}).status_code == 403
        assert client.post(fit).status_code == 403
    grant(cast.head, RoleAssignment.Role.SYSTEM_ADMIN)
    assert client_of(cast.head).get(edit).status_code == 200


def test_a_drawn_form_is_the_divisions(cast: Cast, sheet: Sheet, client_of: ClientOf) -> None:
    printed = FormTemplate.objects.get(origin=FormTemplate.Origin.GENERATED)
    FormTemplate.objects.update(origin=FormTemplate.Origin.DRAWN)
    for who in (cast.other_division_clerk, cast.other_body_clerk, cast.governor):
        client = client_of(who)
        assert client.get(reverse("intake:template", args=[printed.pk])).status_code == 404
        for verb in ("activate", "retire", "try"):
            assert client.post(reverse(f"intake:template_{verb}", args=[printed.pk])).status_code == 404
        assert client.get(reverse("intake:template_image", args=[printed.pk, 1])).status_code == 404
