"""Lists as files: what the desk may see, nothing that a spreadsheet would run, and a trace in the audit log."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from kencho.accounts.models import User
from kencho.applications import exports, services
from kencho.applications.columns import printed, shown_columns
from kencho.applications.models import Application
from kencho.applications.queries import InboxFilter
from kencho.applications.testing import AT, apply, publish, seed_definition
from kencho.audit.models import Entry
from kencho.foundation import clock
from kencho.organization.models import StaffMember
from kencho.organization.testing import Cast, desk, grant
from kencho.procedures import queries as procedures
from kencho.procedures import services as procedure_services
from kencho.procedures.models import ProcedureVersion

ClientOf = Callable[[StaffMember | User], Client]
URL = "applications:export"


@pytest.fixture
def version(cast: Cast) -> ProcedureVersion:
    return publish(cast, routes=False)


def fetched(client: Client, **query: Any) -> Any:
    with clock.simulated(AT):
        return client.get(reverse(URL), query)


def body_of(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def lines_of(content: bytes, encoding: str = "utf-8-sig") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(encoding), newline="")))


def test_without_a_format_the_reader_chooses_one_and_keeps_the_conditions(
    cast: Cast, version: ProcedureVersion, client_of: ClientOf
) -> None:
    page = fetched(client_of(cast.clerk), status="all", words="三重")
    assert page.status_code == 200
    assert 'name="words" value="三重"' in page.content.decode()
    assert not Entry.objects.filter(action="applications.export").exists()


def test_csv_has_a_byte_order_mark_and_all_rows_newest_first(
    cast: Cast, version: ProcedureVersion, client_of: ClientOf
) -> None:
    first, second = apply(version, seed=1), apply(version, seed=2, at=AT + timedelta(hours=1))
    content = body_of(fetched(client_of(cast.clerk), status="all", format="csv"))
    assert content.startswith(b"\xef\xbb\xbf")
    rows = lines_of(content)
    assert [row["受付番号"] for row in rows] == [second.number, first.number]
    assert set(rows[0]) == set(exports.HEAD)
    assert rows[1]["申請者"] == first.applicant_name
    assert rows[1]["到達日時"] == "2026-06-01T10:00:00+09:00"
    assert rows[1]["状態"] == "受付待ち"


def test_one_procedure_brings_its_answers_as_columns(
    cast: Cast, version: ProcedureVersion, client_of: ClientOf
) -> None:
    application = apply(version, seed=1)
    response = fetched(client_of(cast.clerk), status="all", procedure=version.procedure.code, format="csv")
    row = lines_of(body_of(response))[0]
    name = application.answers["requester_name"]
    assert row["氏名（姓）"] == name["family"]
    assert row["氏名（セイ）"] == name["family_kana"]
    assert row["請求する方の区分"] in {"個人", "法人・団体"}
    assert application.answers["records"][0]["record_title"] in row["請求する公文書"]


def test_columns_of_older_versions_are_not_lost(cast: Cast, version: ProcedureVersion) -> None:
    old = apply(version, seed=1)
    changed = seed_definition(office=cast.division.code)
    changed["pages"][2]["items"] = [
        item for item in changed["pages"][2]["items"] if item["id"] != "purpose"
    ] + [{"id": "urgency", "type": "text", "label": "急ぐ理由"}]
    later = AT + timedelta(days=1)
    newer = procedure_services.load_definition(
        body=cast.body, data=changed, in_force_from=later, by=desk(cast.clerk).actor, at=later
    )
    assert newer is not None
    apply(newer, seed=2, at=later)
    found = exports.export(
        desk=desk(cast.clerk),
        division=cast.division,
        wanted=InboxFilter(procedure_id=version.procedure_id),
        format_name="csv",
        at=later,
    )
    rows = [dict(zip(found.header, row, strict=True)) for row in found.rows]
    assert {"請求の目的", "急ぐ理由"} <= set(found.header)
    assert rows[1]["受付番号"] == old.number
    assert rows[1]["急ぐ理由"] == ""


def test_cp932_is_read_by_old_spreadsheets(
    cast: Cast, version: ProcedureVersion, client_of: ClientOf
) -> None:
    application = apply(version)
    Application.objects.update(applicant_name="𠮷田 ～ 髙橋")
    response = fetched(client_of(cast.clerk), status="all", format="cp932")
    row = lines_of(body_of(response), "cp932")[0]
    assert row["受付番号"] == application.number
    assert "髙橋" in row["申請者"]


def test_a_workbook_holds_the_same_rows(cast: Cast, version: ProcedureVersion, client_of: ClientOf) -> None:
    application = apply(version)
    response = fetched(client_of(cast.clerk), status="all", procedure=version.procedure.code, format="xlsx")
    sheet = load_workbook(io.BytesIO(body_of(response))).worksheets[0]
    header, row = list(sheet.iter_rows(values_only=True))
    assert dict(zip(header, row, strict=True))["受付番号"] == application.number
    assert response["Content-Disposition"].endswith('.xlsx"')


@pytest.mark.parametrize("attack", ['=HYPERLINK("http://x")', "+1+1", "@SUM(A1)", "＝1", "-2+3"])
def test_answers_never_become_formulas(
    cast: Cast, version: ProcedureVersion, client_of: ClientOf, attack: str
) -> None:
    apply(version)
    Application.objects.update(applicant_name=attack)
    content = body_of(fetched(client_of(cast.clerk), status="all", format="csv"))
    assert lines_of(content)[0]["申請者"] == f"'{attack}"
    workbook = body_of(fetched(client_of(cast.clerk), status="all", format="xlsx"))
    cell = load_workbook(io.BytesIO(workbook)).worksheets[0]["E2"]
    assert (cell.value, cell.data_type) == (attack, "s")


def test_only_visible_rows_leave_and_the_audit_log_counts_them(
    cast: Cast, version: ProcedureVersion, client_of: ClientOf
) -> None:
    mine = apply(version, seed=1)
    gone = apply(version, seed=2)
    services.transfer(
        application=gone, division=cast.other_division, reason="", by=desk(cast.clerk).actor, at=AT
    )
    grant(cast.org_admin, "auditor")
    expected = {
        cast.clerk: [mine.number],
        cast.other_division_clerk: [gone.number],
        cast.other_body_clerk: [],
        cast.org_admin: [gone.number],
    }
    for staff, numbers in expected.items():
        rows = lines_of(body_of(fetched(client_of(staff), status="all", format="csv")))
        assert [row["受付番号"] for row in rows] == numbers
        entry = Entry.objects.filter(action="applications.export").latest("pk")
        assert entry.actor_id == desk(staff).actor.id
        assert entry.details["rows"] == len(numbers)
    chosen = fetched(client_of(cast.org_admin), status="all", division=cast.division.pk, format="csv")
    assert [row["受付番号"] for row in lines_of(body_of(chosen))] == [mine.number]
    assert client_of(cast.resident).get(reverse(URL), {"format": "csv"}).status_code == 403


def test_the_audit_log_does_not_keep_the_name_looked_for(
    cast: Cast, version: ProcedureVersion, client_of: ClientOf
) -> None:
    fetched(client_of(cast.clerk), status="all", words="三重 太郎", format="csv")
    details = Entry.objects.get(action="applications.export").details
    assert details["words"] is True
    assert "三重" not in str(details)


def test_too_many_rows_for_a_workbook_are_refused_before_anything_leaves(
    cast: Cast, version: ProcedureVersion, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "MOST_IN_WORKBOOK", 1)
    apply(version, seed=1)
    apply(version, seed=2)
    response = fetched(client_of(cast.clerk), status="all", format="xlsx")
    assert response.status_code == 422
    assert "CSV" in response.content.decode()
    assert not Entry.objects.filter(action="applications.export").exists()


def test_the_export_costs_the_same_queries_however_many_rows(
    cast: Cast, version: ProcedureVersion, django_assert_max_num_queries: Any
) -> None:
    for seed in range(6):
        apply(version, seed=seed)
    wanted = InboxFilter(procedure_id=version.procedure_id)
    who = desk(cast.clerk)
    with django_assert_max_num_queries(6):
        table = exports.export(desk=who, division=cast.division, wanted=wanted, format_name="csv", at=AT)
        assert len(list(table.rows)) == table.count == 6


def test_every_answer_of_every_item_can_be_printed(cast: Cast) -> None:
    for code in ("tax-certificate", "food-business-permit", "hunting-license-exam"):
        application = apply(publish(cast, code, routes=False))
        plan = procedures.compiled_of(application.version)
        columns = shown_columns([plan])
        assert len({column.heading for column in columns}) == len(columns)
        texts = [printed(plan, application.answers, column) for column in columns]
        assert sum(bool(text) for text in texts) >= len(application.answers)
