"""What may not be an inlet, and who may not touch one."""

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from kencho.applications.models import Channel
from kencho.applications.testing import AT, publish
from kencho.intake import services, tasks
from kencho.intake.inlets import InletFailed, MailInlet
from kencho.intake.models import ScanBatch, ScanInlet
from kencho.intake.services import _inlets
from kencho.intake.tests.conftest import DAY
from kencho.intake.tests.fake import scan
from kencho.organization.models import RoleAssignment
from kencho.organization.testing import Cast, desk, grant
from kencho.procedures.models import Procedure

Kind, Reason = ScanInlet.Kind, services.Reason


@pytest.fixture(autouse=True)
def root(settings: Any, tmp_path: Path) -> Path:
    settings.INTAKE_FOLDER = tmp_path / "intake"
    return tmp_path / "intake"


def save(cast: Cast, **changes: Any) -> ScanInlet:
    if not cast.chief.roles.exists():
        grant(cast.chief, RoleAssignment.Role.SYSTEM_ADMIN)
    told = {
        "body": cast.body,
        "division": cast.division,
        "kind": Kind.FOLDER,
        "name": "複合機",
        "place": "desk",
        "by": desk(cast.chief, DAY).actor,
        "at": AT,
        **changes,
    }
    return services.save_inlet(**told)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"channel": Channel.ONLINE}, Reason.NOT_PAPER),
        ({"place": "../desk"}, Reason.BAD_PLACE),
        ({"place": "desk/done"}, Reason.BAD_PLACE),
        ({"place": "refused/desk"}, Reason.BAD_PLACE),
        ({"kind": Kind.MAIL, "place": "mail.example.jp"}, Reason.BAD_PLACE),
        ({"kind": Kind.MAIL, "place": 'mail.example.jp:993/IN"BOX'}, Reason.BAD_PLACE),
        ({"kind": Kind.MAIL, "place": "mail.example.jp:993/INBOX\r\nX"}, Reason.BAD_PLACE),
        ({"kind": Kind.MAIL, "place": "mail.example.jp:993/INBOX", "credential": "lower"}, Reason.NO_SECRET),
        ({"kind": Kind.MAIL, "place": "mail.example.jp:993/INBOX", "credential": "../X"}, Reason.NO_SECRET),
    ],
)
def test_what_cannot_be_an_inlet_is_refused_with_its_reason(
    cast: Cast, changes: dict[str, Any], reason: services.Reason
) -> None:
    with pytest.raises(services.UnableTo) as refused:
        save(cast, **changes)
    assert refused.value.reason == reason
    assert not ScanInlet.objects.exists()


def test_procedures_divisions_and_inlets_of_another_body_are_out_of_reach(cast: Cast) -> None:
    mine = save(cast)
    version = publish(cast)
    Procedure.objects.filter(pk=version.procedure_id).update(body=cast.other_body)
    version.procedure.refresh_from_db()
    with pytest.raises(services.UnableTo) as refused:
        save(cast, place="second", procedure=version.procedure)
    assert refused.value.reason == Reason.OTHER_DIVISION
    with pytest.raises(PermissionDenied):
        save(cast, place="second", division=cast.foreign_division)
    grant(cast.other_body_clerk, RoleAssignment.Role.SYSTEM_ADMIN)
    theirs = desk(cast.other_body_clerk, DAY)
    with pytest.raises(PermissionDenied):
        save(cast, inlet=mine, body=theirs.body, division=theirs.division, by=theirs.actor)
    with pytest.raises(PermissionDenied):
        services.check_inlet(inlet=mine, by=theirs.actor, at=AT)
    with pytest.raises(PermissionDenied):
        services.check_inlet(inlet=mine, by=desk(cast.clerk, DAY).actor, at=AT)
    mine.refresh_from_db()
    assert (mine.body, mine.place, mine.checked_at) == (cast.body, "desk", None)


def test_an_inlet_without_its_secret_may_be_kept_switched_off(cast: Cast) -> None:
    place = "mail.example.jp:993/INBOX"
    kept = save(cast, kind=Kind.MAIL, place=place, account="a", credential="BOX", is_active=False)
    assert not kept.is_active
    with pytest.raises(services.UnableTo) as refused:
        save(cast, inlet=kept, kind=Kind.MAIL, place=place, account="a", credential="BOX")
    assert refused.value.reason == Reason.NO_SECRET


def test_a_mailbox_whose_place_was_spoiled_is_a_problem_and_no_crash(cast: Cast) -> None:
    with pytest.raises(InletFailed):
        MailInlet("nowhere", "a", "BOX", body="240001")
    inlet = save(cast)
    ScanInlet.objects.filter(pk=inlet.pk).update(kind=Kind.MAIL, place="nowhere")
    inlet.refresh_from_db()
    run = services.check_inlet(inlet=inlet, by=_inlets.FETCHER, at=AT)
    assert "場所は" in run.problem


def test_one_inlet_that_fails_keeps_no_other_waiting(
    cast: Cast, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in ("first", "second"):
        save(cast, place=place)
        (root / place).mkdir(parents=True)
        (root / place / f"{place}.tif").write_bytes(scan(1, mark=len(place)))
    visit = _inlets._visit

    def fails_at_first(inlet: ScanInlet) -> Any:
        if inlet.place == "first":
            raise RuntimeError
        return visit(inlet)

    monkeypatch.setattr(_inlets, "_visit", fails_at_first)
    for _twice in range(2):
        try:
            tasks.fetch_scans()
        except RuntimeError:
            pytest.fail("one inlet stopped the others")
    assert list(ScanBatch.objects.values_list("name", flat=True)) == ["second.tif"]
