"""Who may open which page: every page, every member of the cast."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kencho.foundation import clock
from kencho.organization import permissions, services
from kencho.organization.models import Assignment, ClosedDay
from kencho.organization.testing import Cast, actor, desk, make_staff, make_unit

ClientOf = Callable[[object], Client]
READ = ("unit_tree", "body_list", "staff_list", "closed_day_list", "post_switch")
READ_ONE = (("unit_detail", "unit"), ("staff_detail", "staff"))
WRITE = (
    "body_edit",
    "reorganisation",
    "unit_add",
    "staff_add",
    "staff_import",
    "staff_export",
    "closed_day_add",
)
WRITE_ONE = (
    ("unit_edit", "unit"),
    ("unit_rename", "unit"),
    ("unit_close", "unit"),
    ("staff_edit", "staff"),
    ("staff_reassign", "staff"),
    ("staff_concurrent", "staff"),
    ("staff_retire", "staff"),
    ("staff_account", "staff"),
    ("role_grant", "staff"),
    ("role_revoke", "role"),
    ("assignment_end", "assignment"),
    ("closed_day_remove", "closed_day"),
)


def targets(cast: Cast, *, foreign: bool = False) -> dict[str, int]:
    """Ids of rows of the cast's body, or of the other one."""
    body = cast.other_body if foreign else cast.body
    unit = cast.foreign_division if foreign else cast.division
    staff = cast.other_body_clerk if foreign else cast.clerk
    by, at = actor(cast.org_admin), clock.now()
    held = Assignment.objects.get(staff=staff)
    day = ClosedDay.objects.create(body=body, day=cast.day, name="x")
    role = services.grant_role(staff=staff, role="auditor", on=cast.day, by=by, at=at)
    return {"unit": unit.pk, "staff": staff.pk, "assignment": held.pk, "closed_day": day.pk, "role": role.pk}


def address(name: str, pk: int | None = None) -> str:
    return reverse(f"organization:{name}", args=[] if pk is None else [pk])


def test_all_staff_read_and_only_the_administrator_writes(cast: Cast, client_of: ClientOf) -> None:
    ids = targets(cast)
    for part in ("clerk", "chief", "head", "governor", "other_division_clerk", "org_admin"):
        client = client_of(getattr(cast, part))
        for name in READ:
            assert client.get(address(name)).status_code == 200, (part, name)
        for name, kind in READ_ONE:
            assert client.get(address(name, ids[kind])).status_code == 200, (part, name)
        wanted = 200 if part == "org_admin" else 403
        for name in WRITE:
            assert client.get(address(name)).status_code == wanted, (part, name)
        for name, kind in WRITE_ONE:
            assert client.get(address(name, ids[kind])).status_code == wanted, (part, name)


def test_rows_of_another_body_do_not_exist(cast: Cast, client_of: ClientOf) -> None:
    ids = targets(cast, foreign=True)
    client = client_of(cast.org_admin)
    for name, kind in (*READ_ONE, *WRITE_ONE):
        assert client.get(address(name, ids[kind])).status_code == 404, name
        assert client.post(address(name, ids[kind]), {"on": "2027-04-01"}).status_code in {404, 405}, name
    assert "津 六子" not in client.get(address("staff_list")).content.decode()
    assert "津 六子" in client_of(cast.other_body_clerk).get(address("staff_list")).content.decode()


def test_residents_and_strangers_stay_outside(cast: Cast, client: Client, client_of: ClientOf) -> None:
    ids = targets(cast)
    resident = client_of(cast.resident)
    for name in (*READ, *WRITE):
        assert client.get(address(name)).status_code == 302, name
        assert resident.get(address(name)).status_code == 403, name
    for name, kind in (*READ_ONE, *WRITE_ONE):
        assert client.get(address(name, ids[kind])).status_code == 302, name
        assert resident.get(address(name, ids[kind])).status_code == 403, name


def test_staff_without_a_post_today_stay_outside(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.clerk)
    Assignment.objects.filter(staff=cast.clerk).delete()
    assert client.get(address("unit_tree")).status_code == 403


@pytest.mark.parametrize("name", ["staff_import_apply"])
def test_applying_is_a_post(cast: Cast, client_of: ClientOf, name: str) -> None:
    assert client_of(cast.org_admin).get(address(name)).status_code == 405
    assert client_of(cast.clerk).post(address(name)).status_code == 403


def test_rules_on_rows(cast: Cast) -> None:
    admin, clerk = desk(cast.org_admin), desk(cast.clerk)
    held = Assignment.objects.get(staff=cast.other_body_clerk)
    for thing in (cast.other_body, cast.foreign_division, cast.other_body_clerk, held):
        assert not permissions.may_change(admin, thing)
    assert not permissions.may_read(admin, cast.foreign_division)
    for own in (cast.body, cast.division, cast.clerk):
        assert permissions.may_change(admin, own)
        assert not permissions.may_change(clerk, own)
        assert permissions.may_read(clerk, own)


def queries_of(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_pages_take_the_same_number_of_queries_at_any_size(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.clerk)
    paths = [address("staff_list"), address("unit_tree"), address("unit_detail", cast.division.pk)]
    before = [queries_of(client, path) for path in paths]
    for number in range(40):
        make_staff(cast.division, f"Z{number:03d}", "多数", with_user=False)
        make_unit(cast.body, f"8{number:04d}", "多数課", parent=cast.department)
    assert [queries_of(client, path) for path in paths] == before
