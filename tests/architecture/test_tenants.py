"""Nobody reaches what belongs to another body or division: every address that names a thing, tried by strangers."""

from collections.abc import Callable
from contextlib import closing

import pytest
from django.test import Client
from django.urls import reverse

from kencho.accounts.models import User
from kencho.organization.models import StaffMember
from kencho.organization.testing import Cast
from tests.architecture.test_access import all_patterns
from tests.world import THINGS, World, make_world

# What may be read across divisions of one body, each with the reason.
OPEN_WITHIN_BODY = {
    "organization:": "who works where",
    "approvals:route_": "who decides what",
    "approvals:rule_": "who decides what",
    "procedures:": "what the body asks of residents",
    "portal:": "home pages",
    **{
        f"policy:{name}": "the evaluation of the whole body; its rows name nobody, and writing is for planning staff"
        for name in (
            "plan_show",
            "measure_desk",
            "measure_file",
            "lines_show",
            "sheet_yaml",
            "indicator_desk",
            "figure_desk",
            "snapshot_desk",
            "snapshot_recompute",
            "revision_show",
            "revision_file",
        )
    },
    **{
        f"surveys:{name}": "all staff of the body are asked, check their receipts and read what is published"
        for name in ("survey_", "receipt_", "results_export", "program_trend")
    },
    "workplace:rule_": "the rule of the whole body",
    **{
        f"reforms:{name}": "hours saved name nobody and are measured for the whole body; changing is for the division"
        for name in ("reform_show", "case_list", "study_show")
    },
    **{
        f"catalog:{name}": "what the body publishes is for all its staff to see, and approvers sit elsewhere; no rows"
        for name in ("dataset_desk", "version_show", "version_changes")
    },
    "workplace:desk_book": "the offices of the body are open to all its staff",
}


def staff_names(*kinds: str) -> list[str]:
    """Names of addresses of these kinds that name a thing."""
    from django.urls import get_resolver

    found = []
    for namespace, (_prefix, resolver) in get_resolver().namespace_dict.items():
        for _path, pattern in all_patterns(resolver):
            access = getattr(pattern.callback, "access", None)
            if access and access.kind in kinds and "<" in str(pattern.pattern):
                found.append(f"{namespace}:{pattern.name}")
    return sorted(set(found))


def test_every_address_that_names_a_thing_is_in_the_table() -> None:
    assert [
        name for name in staff_names("staff", "signed_in", "secret", "public") if name not in THINGS
    ] == []


@pytest.fixture
def rich(world: Cast) -> World:
    """One of everything."""
    return make_world(world)


def _tries(
    rich: World, client: Client, names: list[str], *, allowed: frozenset[int]
) -> list[tuple[str, str, int]]:
    reached = []
    for name in names:
        address = reverse(name, kwargs=THINGS[name](rich))
        for method in (client.get, client.post):
            status = method(address).status_code
            if status not in allowed:
                reached.append((name, method.__name__, status))
    return reached


def test_staff_of_another_body_reach_nothing(
    rich: World, client_of: Callable[[StaffMember | User], Client]
) -> None:
    from kencho.organization.models import RoleAssignment
    from kencho.organization.testing import grant

    grant(rich.cast.other_body_clerk, *RoleAssignment.Role.values)
    stranger = client_of(rich.cast.other_body_clerk)
    names = [n for n in staff_names("staff", "signed_in") if n != "approvals:route_edit"]
    assert _tries(rich, stranger, names, allowed=frozenset({403, 404, 405})) == []


def test_staff_of_another_division_reach_no_case(
    rich: World, client_of: Callable[[StaffMember | User], Client]
) -> None:
    stranger = client_of(rich.cast.other_division_clerk)
    names = [n for n in staff_names("staff", "signed_in") if not n.startswith(tuple(OPEN_WITHIN_BODY))]
    assert _tries(rich, stranger, names, allowed=frozenset({403, 404, 405})) == []


def test_residents_reach_no_staff_page(
    rich: World, client_of: Callable[[StaffMember | User], Client]
) -> None:
    resident = client_of(rich.cast.resident)
    assert _tries(rich, resident, staff_names("staff"), allowed=frozenset({403, 404, 405})) == []


def test_strangers_see_no_application(rich: World) -> None:
    names = staff_names("secret")
    reached = _tries(rich, Client(), names, allowed=frozenset({404, 405}))
    # Without number and code the status page only asks for them; the link in the mail is itself the secret.
    assert {name for name, _method, _status in reached} <= {
        "applications:application_status",
        "applications:draft_resume",
    }
    answer = Client().get(reverse("applications:application_status", args=[rich.residents.number]))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/applications/?number=")


def test_public_pages_of_one_body_show_nothing_of_another(rich: World) -> None:
    found = {name: THINGS[name](rich) for name in staff_names("public")}
    named = {name: kwargs for name, kwargs in found.items() if "body" in kwargs and len(kwargs) > 1}
    assert {"policy:measure_show", "policy:snapshot_rows", "procedures:procedure_show"} <= set(named)
    other = {"body": rich.cast.other_body.slug}
    for name, kwargs in named.items():
        with closing(Client().get(reverse(name, kwargs=kwargs))) as answer:
            assert answer.status_code in {200, 302}, name
        assert Client().get(reverse(name, kwargs={**kwargs, **other})).status_code == 404, name


def test_whoever_is_not_signed_in_is_asked_to(rich: World) -> None:
    for name in staff_names("staff", "signed_in"):
        address = reverse(name, kwargs=THINGS[name](rich))
        answer = Client().get(address)
        if answer.status_code == 405:
            answer = Client().post(address)
        assert (answer.status_code, answer.headers.get("Location", "")[:16]) == (302, "/accounts/login/"), (
            name
        )
