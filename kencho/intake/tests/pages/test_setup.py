"""Inlets, and how far the reader is trusted."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from django.test import Client
from django.urls import reverse

from kencho.audit.models import Entry
from kencho.foundation import clock
from kencho.intake.models import Calibration, Outcome, ScanInlet
from kencho.organization.models import RoleAssignment, StaffMember
from kencho.organization.testing import Cast, grant

ClientOf = Callable[[StaffMember], Client]
INLETS, CREATE = reverse("intake:inlet_list"), reverse("intake:inlet_create")
CALIBRATION, EDIT = reverse("intake:calibration"), reverse("intake:calibration_edit")


def inlet(cast: Cast, **changes: object) -> dict[str, object]:
    return {
        "kind": "folder",
        "name": "3階の複合機",
        "division": cast.division.pk,
        "place": "copier3",
        "channel": "post",
        "is_active": "on",
        **changes,
    }


class TestInlets:
    """Folders and mailboxes."""

    def test_an_empty_list_says_what_to_do(self, cast: Cast, client_of: ClientOf) -> None:
        assert "取込み口はまだありません" in client_of(cast.org_admin).get(INLETS).content.decode()

    def test_making_changing_and_switching_off(self, cast: Cast, client_of: ClientOf) -> None:
        client = client_of(cast.org_admin)
        assert client.post(CREATE, inlet(cast)).status_code == 302
        made = ScanInlet.objects.get()
        assert (made.division, made.place, made.is_active) == (cast.division, "copier3", True)
        edit = reverse("intake:inlet_edit", args=[made.pk])
        sent = inlet(cast, name="4階の複合機")
        del sent["is_active"]
        assert client.post(edit, sent).status_code == 302
        made.refresh_from_db()
        assert (made.name, made.is_active) == ("4階の複合機", False)
        page = client.get(INLETS).content.decode()
        assert "4階の複合機" in page
        assert "休止" in page

    def test_what_is_wrong_is_said(self, cast: Cast, client_of: ClientOf) -> None:
        client = client_of(cast.org_admin)
        client.post(CREATE, inlet(cast))
        again = client.post(CREATE, inlet(cast, name="同じ場所"))
        assert "この場所は、ほかの取込み口で使っています。" in again.content.decode()
        mail = client.post(CREATE, inlet(cast, kind="mail", place="imap.example.jp:993/INBOX"))
        assert mail.content.decode().count("メールの取込みに必要です。") >= 2
        outside = client.post(CREATE, inlet(cast, place="../etc"))
        assert outside.status_code == 422
        foreign = client.post(CREATE, inlet(cast, place="x", division=cast.foreign_division.pk))
        assert foreign.status_code == 422
        assert ScanInlet.objects.count() == 1

    def test_the_last_problem_is_seen(self, cast: Cast, client_of: ClientOf) -> None:
        client = client_of(cast.org_admin)
        client.post(CREATE, inlet(cast))
        ScanInlet.objects.update(problem="フォルダーが見つかりません。", checked_at=clock.now())
        page = client.get(INLETS).content.decode()
        assert "フォルダーが見つかりません。" in page
        assert "うまくいっていません" in page

    def test_looking_now_answers_in_words(self, cast: Cast, client_of: ClientOf) -> None:
        client = client_of(cast.org_admin)
        client.post(CREATE, inlet(cast))
        check = reverse("intake:inlet_check", args=[ScanInlet.objects.get().pk])
        assert client.get(check).status_code == 405
        assert client.post(check).status_code == 302
        ScanInlet.objects.get(checked_at__isnull=False)

    def test_another_body_has_its_own(self, cast: Cast, client_of: ClientOf) -> None:
        client_of(cast.org_admin).post(CREATE, inlet(cast))
        grant(cast.other_body_clerk, RoleAssignment.Role.ORGANIZATION_ADMIN)
        stranger = client_of(cast.other_body_clerk)
        assert "3階の複合機" not in stranger.get(INLETS).content.decode()
        pk = ScanInlet.objects.get().pk
        assert stranger.get(reverse("intake:inlet_edit", args=[pk])).status_code == 404
        assert stranger.post(reverse("intake:inlet_check", args=[pk])).status_code == 404


class TestCalibration:
    """Thresholds with what audits say about them."""

    def test_precision_has_its_interval(self, cast: Cast, client_of: ClientOf) -> None:
        at = clock.now() - timedelta(days=1)
        Outcome.objects.bulk_create(
            Outcome(
                body=cast.body,
                procedure_code="x",
                kind="money",
                score=0.99,
                would_pass=True,
                was_right=number != 0,
                origin=Outcome.Origin.AUDIT,
                at=at,
            )
            for number in range(200)
        )
        page = client_of(cast.clerk).get(CALIBRATION).content.decode()
        # 199 of 200; Wilson, 95 %.
        assert "99.50" in page
        assert "（97.22–99.91、200件）" in page
        assert "0.50" in page
        assert "99.50" not in client_of(cast.other_body_clerk).get(CALIBRATION).content.decode()

    def test_a_threshold_is_set_with_name_and_trace(self, cast: Cast, client_of: ClientOf) -> None:
        grant(cast.head, RoleAssignment.Role.SYSTEM_ADMIN)
        client = client_of(cast.head)
        address = f"{EDIT}?kind=money"
        assert client.post(address, {"threshold": "0.75", "audit_share": "5"}).status_code == 302
        row = Calibration.objects.get()
        assert (row.threshold, row.audit_share, row.always_check) == (0.75, Decimal("0.05"), False)
        assert (row.kind, row.basis, row.set_by) == ("money", Calibration.Basis.SET, cast.head.name)
        assert Entry.objects.filter(action__startswith="intake.calibration").count() == 1
        assert "0.750" in client.get(CALIBRATION).content.decode()

    def test_what_cannot_be_is_refused(self, cast: Cast, client_of: ClientOf) -> None:
        grant(cast.head, RoleAssignment.Role.SYSTEM_ADMIN)
        client = client_of(cast.head)
        for sent in (
            {"threshold": "1.5", "audit_share": "5"},
            {"threshold": "0.5", "audit_share": "1"},
            {"threshold": "", "audit_share": "5"},
        ):
            assert client.post(f"{EDIT}?kind=money", sent).status_code == 422
        assert client.get(EDIT).status_code == 404
        assert client.get(f"{EDIT}?kind=nothing").status_code == 404
        assert not Calibration.objects.exists()

    def test_fitting_without_findings_changes_nothing(self, cast: Cast, client_of: ClientOf) -> None:
        grant(cast.head, RoleAssignment.Role.SYSTEM_ADMIN)
        answer = client_of(cast.head).post(reverse("intake:calibration_fit"), follow=True)
        assert "しきい値を変えるほどの結果は、まだありません。" in answer.content.decode()
        assert not Calibration.objects.exists()
