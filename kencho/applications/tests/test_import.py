"""Tables that come in: read as people write them, checked line by line, registered once."""

import io
import random
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from kencho.accounts.models import User
from kencho.applications import services
from kencho.applications.columns import answers_of, cells_of, entry_columns
from kencho.applications.models import Application, Channel
from kencho.applications.testing import AT, publish, seed_definition
from kencho.audit.models import Entry
from kencho.foundation import clock, queue
from kencho.foundation.csvfile import CsvExport
from kencho.foundation.models import Task, TaskState
from kencho.foundation.xlsxfile import write_xlsx
from kencho.organization.models import StaffMember
from kencho.organization.testing import Cast, desk
from kencho.procedures import queries as procedures
from kencho.procedures.definition import Compiled, compiled
from kencho.procedures.models import ProcedureVersion

ClientOf = Callable[[StaffMember | User], Client]
DAY = clock.day_of(AT)
CODES = (
    "public-record-disclosure",
    "automobile-tax-address-change",
    "digital-course-registration",
    "prefectural-housing-application",
)


@pytest.fixture
def version(cast: Cast) -> ProcedureVersion:
    return publish(cast, routes=False)


def plan_of(code: str) -> Compiled:
    return compiled(seed_definition(code, office="03009"))


def sample(plan: Compiled, seed: int) -> dict[str, Any]:
    """Valid answers of somebody without an agent, for whom no file is needed."""
    for turn in range(200):
        answers: dict[str, Any] = plan.sample(random.Random(f"{seed}-{turn}"), on=DAY)
        if not any(plan.item(item).type == "attachment" for item in answers):
            return answers
    raise AssertionError("always a file")


def table(plan: Compiled, rows: Sequence[dict[str, Any]], *, extra: Sequence[str] = ()) -> bytes:
    """A CSV file with these answers; ``extra`` are days of arrival."""
    columns = entry_columns(plan, rows=3)
    header = [services.ARRIVED, *(column.heading for column in columns)]
    days = [*extra, *[""] * (len(rows) - len(extra))]
    lines = [[day, *cells_of(plan, row, columns)] for day, row in zip(days, rows, strict=True)]
    return b"".join(CsvExport(header, lines))


def messages(plan: services.TablePlan) -> list[str]:
    return [str(error) for line in plan.faulty for error in line.errors]


@pytest.mark.parametrize("code", CODES)
@given(seed=st.integers(0, 10**6))
@settings(max_examples=15, deadline=None)
def test_answers_written_in_cells_come_back_the_same(code: str, seed: int) -> None:
    plan = plan_of(code)
    answers = sample(plan, seed)
    columns = entry_columns(plan)
    cells = dict(zip((c.name for c in columns), cells_of(plan, answers, columns), strict=True))
    back, errors = answers_of(plan, columns, cells, DAY)
    assert errors == []
    assert back == plan.validate(answers, on=DAY).answers


@given(text=st.text(max_size=40))
@settings(max_examples=40, deadline=None)
def test_whatever_stands_in_a_cell_nothing_is_raised(text: str) -> None:
    plan = plan_of("public-record-disclosure")
    columns = entry_columns(plan)
    answers_of(plan, columns, dict.fromkeys((column.name for column in columns), text), DAY)


def test_headings_are_unique_and_name_the_parts() -> None:
    for code in CODES:
        headings = [column.heading for column in entry_columns(plan_of(code))]
        assert len(set(headings)) == len(headings)
    headings = [column.heading for column in entry_columns(plan_of(CODES[0]))]
    assert {"氏名（姓）", "氏名（セイ）", "住所（郵便番号）", "公文書1 公文書の件名または内容"} <= set(
        headings
    )


@pytest.mark.parametrize(
    ("heading", "written", "item", "stored"),
    [
        ("請求する方の区分", "個人", "requester_kind", "person"),
        ("代理人が請求しますか", "いいえ", "by_agent", False),
        ("閲覧を希望する日", "令和8年6月10日", "inspection_on", "2026-06-10"),
        ("閲覧を希望する日", "R8.6.10", "inspection_on", "2026-06-10"),
        ("希望する開示の方法", "写しの交付、閲覧・視聴", "disclosure_method", ["inspection", "copy"]),
        ("希望する開示の方法", "閲覧・視聴", "disclosure_method", ["inspection"]),
        ("電話番号", "０５９－２２４－２０７０", "telephone", "059-224-2070"),
    ],
)
def test_cells_are_read_as_people_write_them(heading: str, written: str, item: str, stored: object) -> None:
    plan = plan_of(CODES[0])
    columns = entry_columns(plan)
    name = next(column.name for column in columns if column.heading == heading)
    cells = {"disclosure_method": "閲覧・視聴", name: written}
    answers, _errors = answers_of(plan, columns, cells, DAY)
    assert answers[item] == stored


def test_the_template_can_be_filled_in_and_read_back(
    cast: Cast, version: ProcedureVersion, client_of: ClientOf
) -> None:
    client = client_of(cast.clerk)
    with clock.simulated(AT):
        for suffix in ("csv", "xlsx"):
            url = reverse("applications:import_template", args=[version.procedure.code, suffix])
            content = b"".join(client.get(url).streaming_content)  # type: ignore[attr-defined]  # streamed
            plan = services.plan_import(version=version, content=content, at=AT)
            assert [str(each) for each in plan.problems] == ["申請が1件も書かれていません。"]
            assert client_of(cast.other_division_clerk).get(url).status_code == 404
    assert load_workbook(io.BytesIO(content)).worksheets[0]["A1"].value == services.ARRIVED


def test_errors_name_the_line_in_plain_words(version: ProcedureVersion) -> None:
    plan = procedures.compiled_of(version)
    good, wrong = sample(plan, 1), sample(plan, 2)
    wrong = {**wrong, "telephone": "12", "requester_kind": "だれか"}
    content = table(plan, [good, wrong], extra=["2026-05-30", "あした"])
    found = services.plan_import(version=version, content=content, at=AT)
    assert [line.line for line in found.faulty] == [3]
    said = messages(found)
    assert any("到達日" in each for each in said)
    assert any("電話番号" in each for each in said)
    assert any("請求する方の区分" in each for each in said)
    assert not found.is_valid


@pytest.mark.parametrize(
    ("day", "words"),
    [("2026-06-02", "今日より後"), ("2026-02-30", "日付として"), ("2026-06-01", ""), ("", "")],
)
def test_days_of_arrival(version: ProcedureVersion, day: str, words: str) -> None:
    plan = procedures.compiled_of(version)
    found = services.plan_import(version=version, content=table(plan, [sample(plan, 1)], extra=[day]), at=AT)
    assert found.is_valid == (not words)
    assert all(words in each for each in messages(found))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "何も書かれていません"),
        ("知らない列\r\n1\r\n".encode(), "知らない列"),
        ("氏名（姓）,requester_name.family\r\n山,川\r\n".encode(), "同じ列"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "パスワード"),
        (b"PK not a zip", "読めません"),
    ],
)
def test_files_that_are_no_such_table(version: ProcedureVersion, content: bytes, words: str) -> None:
    found = services.plan_import(version=version, content=content, at=AT)
    assert any(words in str(each) for each in found.problems)
    assert found.lines == ()


def test_two_thousand_lines_and_no_more(version: ProcedureVersion) -> None:
    heading = "氏名（姓）\r\n"
    within = services.plan_import(version=version, content=(heading + "山\r\n" * 2000).encode(), at=AT)
    beyond = services.plan_import(version=version, content=(heading + "山\r\n" * 2001).encode(), at=AT)
    assert within.total == 2000
    # Nobody waits for more than these; the queue checks the others.
    assert len(within.lines) == 300
    assert any("行が多すぎます" in str(each) for each in beyond.problems)


def test_files_needed_by_an_application_send_it_to_single_entry(version: ProcedureVersion) -> None:
    plan = procedures.compiled_of(version)
    answers = sample(plan, 1)
    agent = {"family": "山", "given": "花", "family_kana": "ヤマ", "given_kana": "ハナ"}
    answers = {**answers, "by_agent": True, "agent_name": agent}
    found = services.plan_import(version=version, content=table(plan, [answers]), at=AT)
    assert messages(found) == [
        "「委任状」のファイルが必要な申請は、表では登録できません。一件ずつ入力してください。"
    ]


def started(cast: Cast, version: ProcedureVersion, content: bytes) -> Task:
    return services.start_import(
        version=version, content=content, channel=Channel.POST, by=desk(cast.clerk, DAY).actor, at=AT
    )


def test_every_line_becomes_an_application_once(cast: Cast, version: ProcedureVersion) -> None:
    plan = procedures.compiled_of(version)
    rows = [sample(plan, seed) for seed in range(3)]
    del rows[1]["email"]
    content = table(plan, rows, extra=["令和8年5月29日"])
    task = started(cast, version, content)
    assert started(cast, version, content).pk == task.pk
    with clock.simulated(AT):
        queue.drain(strict=True)
    task.refresh_from_db()
    assert (task.state, task.progress_done, task.progress_total) == (TaskState.DONE, 3, 3)
    assert task.message == "3件を登録しました。"
    made = list(Application.objects.order_by("number"))
    assert [each.channel for each in made] == [Channel.POST] * 3
    assert clock.day_of(made[0].arrived_at) == date(2026, 5, 29)
    assert made[1].applicant_email == ""
    assert Entry.objects.filter(action="applications.application.submit", actor_kind="staff").count() == 3
    assert Entry.objects.get(action="applications.import").details["rows"] == 3


def test_an_interrupted_run_goes_on_where_it_stopped(cast: Cast, version: ProcedureVersion) -> None:
    plan = procedures.compiled_of(version)
    content = table(plan, [sample(plan, seed) for seed in range(4)])
    task = started(cast, version, content)
    from kencho.applications import tasks
    from kencho.files.models import StoredFile

    class Stopped(Exception):
        pass

    def stop(done: int, total: int) -> None:
        if done == 2:
            raise Stopped

    with pytest.raises(Stopped):
        services.run_import(
            version=version,
            stored=StoredFile.objects.get(pk=task.payload["file_id"]),
            channel=Channel.POST,
            by=desk(cast.clerk, DAY).actor,
            at=AT,
            tell=stop,
        )
    assert Application.objects.count() == 2
    with clock.simulated(AT), queue.as_current(task):
        tasks.import_applications(**task.payload)
    task.refresh_from_db()
    assert task.message == "2件を登録しました。2件は、すでに登録されていました。"
    assert Application.objects.count() == 4


def test_the_same_bytes_for_another_procedure_are_another_import(
    cast: Cast, version: ProcedureVersion
) -> None:
    other = publish(cast, "library-card", routes=False)
    digests = {
        services.plan_import(version=each, content=b"same bytes", at=AT).digest for each in (version, other)
    }
    assert len(digests) == 2


def test_a_line_that_no_longer_holds_is_told_by_its_number(cast: Cast, version: ProcedureVersion) -> None:
    plan = procedures.compiled_of(version)
    stale = {**sample(plan, 1), "disclosure_method": ["inspection"], "inspection_on": DAY.isoformat()}
    stale = {key: value for key, value in stale.items() if not key.startswith(("copy", "cost"))}
    task = started(cast, version, table(plan, [sample(plan, 2), stale]))
    with clock.simulated(AT + timedelta(days=3)):
        queue.drain(strict=True)
    task.refresh_from_db()
    assert task.message == "1件を登録しました。登録できなかった行：3"


def test_only_the_division_in_charge_imports(cast: Cast, version: ProcedureVersion) -> None:
    plan = procedures.compiled_of(version)
    content = table(plan, [sample(plan, 1)])
    for staff in (cast.other_division_clerk, cast.other_body_clerk):
        with pytest.raises(PermissionDenied):
            services.start_import(
                version=version, content=content, channel=Channel.POST, by=desk(staff, DAY).actor, at=AT
            )
    with pytest.raises(services.UnableToImport):
        started(cast, version, b"")
    assert not Task.objects.filter(name="applications.import_applications").exists()


def test_the_pages_from_file_to_progress(cast: Cast, version: ProcedureVersion, client_of: ClientOf) -> None:
    plan = procedures.compiled_of(version)
    rows = [sample(plan, seed) for seed in range(2)]
    target = io.BytesIO()
    columns = entry_columns(plan, rows=3)
    write_xlsx(
        target,
        header=[column.heading for column in columns],
        rows=[cells_of(plan, row, columns) for row in rows],
    )
    client = client_of(cast.clerk)
    with clock.simulated(AT):
        sent = {
            "procedure": version.procedure.code,
            "channel": Channel.COUNTER,
            "file": SimpleUploadedFile("申請.xlsx", target.getvalue()),
        }
        preview = client.post(reverse("applications:import"), sent)
        assert preview.status_code == 200
        assert not Application.objects.exists()
        answer = client.post(reverse("applications:import_start"), {"token": preview.context["token"]})
        assert answer.status_code == 302
        waiting = client.get(answer["Location"]).content.decode()
        assert "data-poll-url" in waiting
        task = Task.objects.get(name="applications.import_applications")
        state = reverse("applications:import_state", args=[task.pk])
        assert client.get(state).json()["finished"] is False
        queue.drain(strict=True)
        assert client.get(state).json() == {
            "done": 2,
            "total": 2,
            "message": "2件を登録しました。",
            "finished": True,
            "url": answer["Location"],
        }
        assert "data-poll-url" not in client.get(answer["Location"]).content.decode()
        assert client_of(cast.chief).get(state).status_code == 404
    assert {each.channel for each in Application.objects.all()} == {Channel.COUNTER}


def test_a_file_with_faults_goes_no_further(
    cast: Cast, version: ProcedureVersion, client_of: ClientOf
) -> None:
    client = client_of(cast.clerk)
    with clock.simulated(AT):
        answer = client.post(
            reverse("applications:import"),
            {
                "procedure": version.procedure.code,
                "channel": Channel.COUNTER,
                "file": SimpleUploadedFile("a.csv", "電話番号\r\n12\r\n".encode()),
            },
        )
        assert answer.status_code == 422
        assert "2行目：「電話番号」" in answer.content.decode()
        refused = client.post(reverse("applications:import_start"), {"token": "forged"}, follow=True)
    assert "もう一度選んでください" in refused.content.decode()
    assert not Task.objects.filter(name="applications.import_applications").exists()
