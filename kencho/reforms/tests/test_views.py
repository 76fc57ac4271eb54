"""Pages, seen by the fixed cast: what the number says, how it is measured, and who may change it."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kencho.organization.models import StaffMember
from kencho.organization.testing import Cast
from kencho.reforms import services
from kencho.reforms.models import BaselineStudy, Deduction, ReformCase
from kencho.reforms.testing import SYSTEM, TEN, complete, instant, make_reform, measure

TODAY = date(2026, 6, 1)
ClientOf = Callable[[StaffMember], Client]
LIST = reverse("reforms:reform_list")


@pytest.fixture(autouse=True)
def today() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(instant(TODAY, 12), tick=False) as traveller:
        yield traveller


@pytest.fixture
def reform(cast: Cast) -> ReformCase:
    return make_reform(cast.division)


@pytest.fixture
def clerk(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.clerk)


def show(reform: ReformCase) -> str:
    return reverse("reforms:reform_show", args=[reform.pk])


def text(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status
    return re.sub(r"\s+", " ", answer.content.decode())


class TestTheNumber:
    """Hours with their interval, and the words where there is none."""

    def test_one_reform_tells_how_its_number_is_made(
        self, clerk: Client, cast: Cast, reform: ReformCase
    ) -> None:
        measure(reform)
        complete(cast.body, reform, range(66), day=date(2026, 5, 1))
        services.record_deduction(
            reform=reform, kind="upkeep", on=TODAY, minutes=Decimal(60), by=SYSTEM, at=instant(TODAY)
        )
        page = text(clerk, show(reform))
        assert "減った時間 10.0時間" in page
        for part in ("66件", "10.0分", "10件の平均", "−1.0時間", "95％信頼区間", "年換算", "実績ではなく"):
            assert part in page
        assert '<svg class="hours__svg"' in page
        # April without a case, May with 11 hours, June with nothing but upkeep.
        assert page.count('class="hours__bar"') == 2
        assert page.count("hours__bar--loss") == 1

    def test_not_measured_is_said_and_never_0(self, clerk: Client, cast: Cast, reform: ReformCase) -> None:
        complete(cast.body, reform, range(4), day=TODAY)
        page = text(clerk, show(reform))
        assert "減った時間は、測定していません" in page
        assert "減った時間 0" not in page
        assert "測定していない" in text(clerk, LIST)

    def test_a_loss_is_shown_as_one(self, clerk: Client, cast: Cast, reform: ReformCase) -> None:
        measure(reform)
        services.record_deduction(
            reform=reform, kind="correction", on=TODAY, minutes=Decimal(90), by=SYSTEM, at=instant(TODAY)
        )
        page = text(clerk, show(reform))
        assert "減った時間 -1.5時間" in page
        assert "見直す前より時間がかかっています" in page
        assert "hours__bar--loss" in page

    def test_a_year_is_reckoned_only_after_some_weeks(
        self, clerk: Client, cast: Cast, client_of: ClientOf
    ) -> None:
        young = make_reform(cast.division, began_on=TODAY - timedelta(days=20))
        measure(young, on=TODAY - timedelta(days=20))
        complete(cast.body, young, range(9), day=TODAY)
        assert "年換算" not in text(clerk, show(young))

    def test_the_list_takes_as_many_queries_for_many_as_for_few(self, clerk: Client, cast: Cast) -> None:
        def queries_of(reforms: int) -> int:
            for number in range(reforms):
                each = make_reform(cast.division, f"r{reforms}-{number}")
                measure(each)
                complete(cast.body, each, range(2), day=TODAY)
            clerk.get(LIST)
            with CaptureQueriesContext(
                connection,
            ) as found:
                clerk.get(LIST)
            return len(found)

        assert queries_of(1) == queries_of(6)

    def test_an_empty_list_says_what_to_do(self, clerk: Client) -> None:
        assert "まだ登録されていません" in text(clerk, LIST)

    def test_cases_are_listed_by_evidence(self, clerk: Client, cast: Cast, reform: ReformCase) -> None:
        url = reverse("reforms:case_list", args=[reform.pk])
        assert "まだありません" in text(clerk, url)
        complete(cast.body, reform, [77], day=TODAY, human=Decimal("1.25"))
        page = text(clerk, url)
        assert "robots.item:77" in page
        assert "1.3" in page

    @pytest.mark.parametrize("year", ["2025", "9999", "abc", "-1", "²"])
    def test_any_year_can_be_asked_for(self, clerk: Client, reform: ReformCase, year: str) -> None:
        text(clerk, f"{show(reform)}?year={year}")
        text(clerk, f"{LIST}?year={year}")


class TestRegistering:
    """A reform, and what is deducted from it."""

    FIELDS = {
        "code": "ledger",
        "title": "台帳への入力",
        "solution": "rpa",
        "subject": "robots.robot:ledger",
        "began_on": "2026-04-01",
    }

    def test_a_clerk_registers_for_the_own_division(self, clerk: Client, cast: Cast) -> None:
        answer = clerk.post(reverse("reforms:reform_create"), {**self.FIELDS, "division": cast.division.pk})
        found = ReformCase.objects.get()
        assert answer.headers["Location"] == show(found)
        assert found.division == cast.division

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("subject", "robots"),
            ("code", "あ"),
            ("began_on", ""),
            ("ended_on", "2026-03-01"),
            ("division", "0"),
        ],
    )
    def test_what_cannot_be_is_told_at_the_form(
        self, clerk: Client, cast: Cast, field: str, value: str
    ) -> None:
        fields = {**self.FIELDS, "division": str(cast.division.pk), field: value}
        answer = clerk.post(reverse("reforms:reform_create"), fields)
        assert answer.status_code == 422
        assert not ReformCase.objects.exists()

    def test_a_code_is_used_once(self, clerk: Client, cast: Cast, reform: ReformCase) -> None:
        answer = clerk.post(reverse("reforms:reform_create"), {**self.FIELDS, "division": cast.division.pk})
        assert answer.status_code == 422
        assert "使われています" in answer.content.decode()

    def test_changing_keeps_the_code(self, clerk: Client, cast: Cast, reform: ReformCase) -> None:
        fields = {**self.FIELDS, "title": "新しい名前", "division": cast.division.pk, "code": "other"}
        clerk.post(reverse("reforms:reform_edit", args=[reform.pk]), fields)
        reform.refresh_from_db()
        assert (reform.title, reform.code) == ("新しい名前", "ledger")

    def test_deductions_are_entered_and_withdrawn(self, clerk: Client, reform: ReformCase) -> None:
        url = reverse("reforms:deduction_create", args=[reform.pk])
        clerk.post(url, {"kind": "upkeep", "on": "2026-05-01", "minutes": "30", "note": "画面の変更への対応"})
        found = Deduction.objects.get()
        assert "画面の変更への対応" in text(clerk, show(reform))
        assert clerk.post(url, {"kind": "upkeep", "on": "2026-06-02", "minutes": "30"}).status_code == 422
        clerk.post(reverse("reforms:deduction_withdraw", args=[found.pk]), {"reason": "二重"})
        found.refresh_from_db()
        assert found.withdrawn_reason == "二重"


class TestMeasuring:
    """A clerk times cases in the browser; it works by plain forms."""

    @pytest.fixture
    def study(self, reform: ReformCase) -> BaselineStudy:
        return measure(reform, (), on=TODAY)

    def act(self, client: Client, study: BaselineStudy, verb: str) -> None:
        answer = client.post(reverse(f"reforms:timing_{verb}", args=[study.pk]))
        assert answer.status_code == 302

    def test_a_study_is_begun_in_the_browser(self, clerk: Client, reform: ReformCase) -> None:
        url = reverse("reforms:study_create", args=[reform.pk])
        fields = {"basis": "measured", "measured_on": "2026-06-01", "method": "交代で計測"}
        clerk.post(url, fields)
        assert BaselineStudy.objects.get().method == "交代で計測"
        answer = clerk.post(url, {**fields, "basis": "estimate"})
        assert answer.status_code == 422
        clerk.post(url, {**fields, "basis": "estimate", "stated_minutes": "30"})
        page = text(clerk, show(reform))
        assert "使わない（見積り）" in page

    def test_start_pause_resume_stop(
        self, clerk: Client, study: BaselineStudy, today: time_machine.Traveller
    ) -> None:
        url = reverse("reforms:study_show", args=[study.pk])
        assert "計り始める" in text(clerk, url)
        self.act(clerk, study, "start")
        today.shift(timedelta(minutes=5))
        assert "0:05:00" in text(clerk, url)
        self.act(clerk, study, "pause")
        today.shift(timedelta(minutes=20))
        assert "0:05:00" in text(clerk, url)
        self.act(clerk, study, "resume")
        today.shift(timedelta(seconds=90))
        self.act(clerk, study, "stop")
        assert study.samples.get().minutes == Decimal("6.5")
        assert "あと9件測ると" in text(clerk, url)

    def test_stopping_what_does_not_run_is_told(self, clerk: Client, study: BaselineStudy) -> None:
        self.act(clerk, study, "stop")
        assert "計っている件がありません" in text(clerk, reverse("reforms:study_show", args=[study.pk]))

    def test_discarding_keeps_nothing(self, clerk: Client, study: BaselineStudy) -> None:
        self.act(clerk, study, "start")
        self.act(clerk, study, "discard")
        assert not study.samples.exists()

    def test_typed_lines_are_read_with_wide_digits(self, clerk: Client, study: BaselineStudy) -> None:
        clerk.post(reverse("reforms:study_show", args=[study.pk]), {"lines": "12.5\n８\n\n 7.25 "})
        assert [each.minutes for each in study.samples.order_by("pk")] == [
            Decimal("12.5"),
            Decimal(8),
            Decimal("7.25"),
        ]

    @pytest.mark.parametrize(
        ("content", "minutes"),
        [
            ("分\r\n12\r\n13.5\r\n", ["12", "13.5"]),
            ("日,秒\r\n2026-06-01,90\r\n2026-06-02,45\r\n", ["1.5", "0.75"]),
        ],
    )
    @pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932"])
    def test_csv_in_minutes_or_seconds(
        self, clerk: Client, study: BaselineStudy, content: str, minutes: list[str], encoding: str
    ) -> None:
        file = SimpleUploadedFile("times.csv", content.encode(encoding))
        clerk.post(reverse("reforms:study_show", args=[study.pk]), {"file": file})
        assert [each.minutes for each in study.samples.order_by("pk")] == list(map(Decimal, minutes))

    @pytest.mark.parametrize(
        "content",
        ["", "分\r\n12\r\nx\r\n", "分\r\n0\r\n", "分\r\nNaN\r\n", "名前\r\n山田\r\n", "日\r\n2026-06-01\r\n"],
    )
    def test_a_file_with_a_fault_adds_nothing(
        self, clerk: Client, study: BaselineStudy, content: str
    ) -> None:
        file = SimpleUploadedFile("times.csv", content.encode())
        answer = clerk.post(reverse("reforms:study_show", args=[study.pk]), {"file": file})
        assert answer.status_code == 422
        assert not study.samples.exists()

    def test_a_sample_is_taken_out_and_stays_to_be_seen(self, clerk: Client, reform: ReformCase) -> None:
        study = measure(reform, [*TEN, Decimal(120)], on=TODAY)
        url = reverse("reforms:sample_withdraw", args=[study.samples.latest("pk").pk])
        assert clerk.post(url, {"reason": ""}).status_code == 422
        clerk.post(url, {"reason": "昼休みに止め忘れた"})
        page = text(clerk, reverse("reforms:study_show", args=[study.pk]))
        assert "昼休みに止め忘れた" in page
        assert "一件の平均 10.0分" in page

    def test_a_withdrawn_study_says_why(self, clerk: Client, study: BaselineStudy) -> None:
        clerk.post(reverse("reforms:study_withdraw", args=[study.pk]), {"reason": "別の業務だった"})
        assert "別の業務だった" in text(clerk, reverse("reforms:study_show", args=[study.pk]))


class TestWhoSeesWhat:
    """All staff of the body read; the division changes; other bodies see nothing."""

    def test_another_division_reads_and_changes_nothing(
        self, cast: Cast, client_of: ClientOf, reform: ReformCase
    ) -> None:
        study = measure(reform, on=TODAY)
        stranger = client_of(cast.other_division_clerk)
        assert "基準を測定する" not in text(stranger, show(reform))
        assert "計り始める" not in text(stranger, reverse("reforms:study_show", args=[study.pk]))
        text(stranger, reverse("reforms:reform_edit", args=[reform.pk]), 403)
        text(stranger, reverse("reforms:study_create", args=[reform.pk]), 403)
        for name in ("study_show", "timing_start"):
            assert stranger.post(reverse(f"reforms:{name}", args=[study.pk])).status_code == 403

    def test_another_body_sees_nothing(self, cast: Cast, client_of: ClientOf, reform: ReformCase) -> None:
        stranger = client_of(cast.other_body_clerk)
        text(stranger, show(reform), 404)
        assert reform.title not in text(stranger, LIST)
