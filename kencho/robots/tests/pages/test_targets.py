"""Targets with their switch, versions, runs."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from kencho.audit.models import Entry
from kencho.files import services as files
from kencho.foundation import clock
from kencho.organization.testing import Cast
from kencho.robots.models import Target
from kencho.robots.testing import Robots
from kencho.robots.tests.pages.walk import LIST, send, text, url


class TestTargets:
    """The switch: whoever has a robot there may pull it, only administrators put it on again."""

    def test_pulling_the_switch_needs_a_reason(self, clerk: Client, admin: Client, things: Robots) -> None:
        address = url("target_stop", things.target.pk)
        assert "すべて止める" in text(clerk, address)
        assert clerk.post(address, {"reason": " "}).status_code == 422
        page = send(clerk, "target_stop", things.target.pk, reason="二重に登録されている")
        assert "二重に登録されている" in page
        assert "再開できるのはシステムの管理者です" in page
        assert "止めています" in text(clerk, LIST)
        assert "運転できません" in text(clerk, url("robot_show", things.robot.pk))
        assert "再開しました" in send(admin, "target_resume", things.target.pk)
        assert Entry.objects.filter(action="robots.target.stop").count() == 1

    def test_registering_and_changing(self, admin: Client, cast: Cast) -> None:
        fields = {"code": "ledger", "name": "台帳", "base_url": "https://ledger.example.jp", "is_real": "on"}
        admin.post(reverse("robots:target_create"), {**fields, "credential_ref": "LEDGER_PASSWORD"})
        target = Target.objects.get()
        assert target.is_real
        changed = {"name": "新しい台帳", "base_url": "https://ledger.example.jp"}
        send(admin, "target_edit", target.pk, **changed, is_real="on")
        target.refresh_from_db()
        assert (target.name, target.is_real, target.code) == ("新しい台帳", True, "ledger")

    def test_a_real_target_stays_real(self, admin: Client) -> None:
        """Else a version that nobody approved could be let loose on it by unticking a box."""
        fields = {"code": "ledger", "name": "台帳", "base_url": "https://ledger.example.jp", "is_real": "on"}
        admin.post(reverse("robots:target_create"), fields)
        target = Target.objects.get()
        answer = admin.post(
            url("target_edit", target.pk), {"name": "台帳", "base_url": "https://ledger.example.jp"}
        )
        target.refresh_from_db()
        assert target.is_real
        assert "別の相手として登録してください" in answer.content.decode()

    @pytest.mark.parametrize("base_url", ["ftp://ledger.example.jp", "https://a:b@ledger.example.jp", "x"])
    def test_an_address_that_cannot_be_is_told(self, admin: Client, base_url: str) -> None:
        fields = {"code": "ledger", "name": "台帳", "base_url": base_url}
        assert admin.post(reverse("robots:target_create"), fields).status_code == 422

    def test_a_secret_is_never_asked_for_nor_shown(self, admin: Client, things: Robots) -> None:
        page = text(admin, url("target_edit", things.target.pk))
        assert 'type="password"' not in page
        assert "暗証そのものは、ここに書かないでください" in page


class TestVersions:
    """What was found, what is in it, and asking for approval."""

    def test_a_version_shows_manifest_and_files(self, clerk: Client, things: Robots) -> None:
        page = text(clerk, url("version_show", things.version.pk))
        for part in (things.version.digest, "manifest.yaml", "robot.py", "sign_in", "氏名又は名称"):
            assert part in page
        assert "承認を求める" not in page

    def test_finding_new_versions(self, admin: Client, things: Robots) -> None:
        answer = admin.post(reverse("robots:version_find"), follow=True)
        assert "新しい版はありません" in answer.content.decode()

    def test_asking_for_approval_needs_a_reason(self, admin: Client, things: Robots) -> None:
        address = url("version_request", things.version.pk)
        assert admin.post(address, {"reason": ""}).status_code == 422
        assert "承認を求める" in text(admin, url("version_show", things.version.pk))

    def test_retiring(self, admin: Client, things: Robots) -> None:
        assert "使用をやめました" in send(admin, "version_retire", things.version.pk)
        things.version.refresh_from_db()
        assert things.version.state == "retired"


class TestRuns:
    """How a run ended and its log."""

    def test_a_run_tells_its_figures_and_its_log(self, clerk: Client, cast: Cast, things: Robots) -> None:
        assert "記録はまだありません" in text(clerk, url("run_show", things.run.pk))
        lines = [
            {"at": "2026-06-01T01:00:01.000+00:00", "event": "begin", "item": things.item.pk},
            {"at": "x", "event": "step", "item": things.item.pk, "step": "fill", "field": "applicant_name"},
            {"at": "2026-06-01T01:00:03.000+00:00", "event": "of_another_version", "item": 0},
        ]
        content = "\n".join(map(json.dumps, lines)) + '\n{"at": "half'
        things.run.log = files.keep(body=cast.body, content=content.encode(), kind="jsonl", at=clock.now())
        things.run.save()
        page = text(clerk, url("run_show", things.run.pk))
        for part in ("10:00:01", "件を始めた", "applicant_name", "of_another_version", things.item.key):
            assert part in page
        assert things.run.get_state_display() in text(clerk, url("run_list", things.robot.pk))
