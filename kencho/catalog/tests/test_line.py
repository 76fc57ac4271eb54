"""The whole way of a file: dropped, fixed, checked, stopped at the gate, mended, approved, live; next year in two clicks."""

import io
from contextlib import suppress
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.core.files.base import ContentFile

from kencho.approvals import services as approvals
from kencho.approvals.models import ApprovalRequest
from kencho.approvals.queries import round_of
from kencho.catalog import queries, services
from kencho.catalog.models import Dataset, Preparation, Resource, ResourceVersion
from kencho.foundation import clock, queue
from kencho.organization.models import StaffMember
from kencho.organization.testing import Cast, desk

State = Preparation.State
MY_NUMBER = "123456789018"


def messy(year: int, *rows: tuple[Any, ...]) -> bytes:
    """The sheet that the office really has."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = f"公民館利用状況（令和{year - 2018}年度）"
    for place, text in (("A3", "施設名"), ("B3", "利用者数"), ("B4", "男"), ("C4", "女"), ("D3", "備考")):
        sheet[place] = text
    for area in ("A3:A4", "B3:C3", "D3:D4"):
        sheet.merge_cells(area)
    for number, row in enumerate(rows, 5):
        for column, value in enumerate(row, 1):
            sheet.cell(number, column).value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def drop(resource: Resource, content: bytes, cast: Cast) -> Preparation:
    """Put a file there and let the worker do its part."""
    by, at = desk(cast.clerk).actor, clock.now()
    row = services.begin_preparation(resource=resource, name="公民館.xlsx", size=len(content), by=by, at=at)
    half = len(content) // 2
    services.receive_part(preparation=row, offset=0, content=ContentFile(content[:half]), by=by, at=at)
    services.receive_part(preparation=row, offset=half, content=ContentFile(content[half:]), by=by, at=at)
    queue.drain(strict=True)
    row.refresh_from_db()
    return row


def checked(row: Preparation, cast: Cast, **choices: Any) -> ResourceVersion:
    """Decide as proposed, and let the worker check."""
    assert row.state == State.PROPOSED, (row.problem, row.problem_params)
    services.choose_fixing(preparation=row, by=desk(cast.clerk).actor, at=clock.now(), **choices)
    queue.drain(strict=True)
    row.refresh_from_db()
    assert row.state == State.READY, (row.problem, row.problem_params)
    assert row.version is not None
    return row.version


def approve(request: ApprovalRequest, cast: Cast) -> None:
    """Everybody on the route says yes when it is their turn."""
    people = StaffMember.objects.select_related("body", "user").filter(body=cast.body)
    turns = [*people.filter(number__in=("S0091", "S0092", "S0002"))] * 3
    for person in turns:
        with suppress(approvals.UnableToApprove):
            approvals.approve(
                request=request, digest=round_of(request).digest, by=desk(person).actor, at=clock.now()
            )
    request.refresh_from_db()
    assert not request.is_pending
    queue.drain(strict=True)


@pytest.fixture
def dataset(cast: Cast) -> Dataset:
    return services.register_dataset(
        division=cast.division,
        code="kominkan",
        title="公民館利用状況",
        description="公民館の利用者数",
        keywords=("公民館",),
        frequency="fiscal_year",
        by=desk(cast.clerk).actor,
        at=clock.now(),
    )


ROWS = (
    ("中央公民館", "１２３", "1,234", None),
    ("橋北公民館", "98", "76", "改修中"),
    ("安東公民館", "45", "67", None),
)


@pytest.mark.usefixtures("dataset_route", "own_store")
def test_the_whole_way_of_a_file(cast: Cast, dataset: Dataset) -> None:
    resource = dataset.resources.get()
    planted = messy(2023, *ROWS, ("一身田公民館", "12", "34", f"代表 {MY_NUMBER}"))
    version = checked(drop(resource, planted, cast), cast)
    assert version.gate == ResourceVersion.Gate.STOPPED
    assert {each["kind"] for each in version.gate_findings} >= {"my_number"}
    assert MY_NUMBER not in str(version.gate_findings)
    with pytest.raises(services.UnableToPublish) as refused:
        services.request_publication(version=version, note="", by=desk(cast.clerk).actor, at=clock.now())
    assert refused.value.reason == services.Reason.GATE

    version = checked(drop(resource, messy(2023, *ROWS), cast), cast)
    assert version.gate == ResourceVersion.Gate.PASSED
    assert [each["name"] for each in version.schema["fields"]] == [
        "施設名",
        "利用者数_男",
        "利用者数_女",
        "備考",
    ]
    request = services.request_publication(
        version=version, note="はじめて", by=desk(cast.clerk).actor, at=clock.now()
    )
    assert queries.live_version(resource) is None
    approve(request, cast)
    live = queries.live_version(resource)
    assert live is not None
    assert live.pk == version.pk
    dataset.refresh_from_db()
    assert dataset.state == Dataset.State.PUBLISHED
    assert dataset.next_due_on is not None

    from kencho.catalog.tables.rows import Filter, Query, default_pool

    page = default_pool().rows(queries.table_of(live), Query(filters=(Filter("利用者数_男", "gte", "98"),)))
    assert page.total == 2
    assert [row[:3] for row in page.rows] == [["中央公民館", 123, 1234], ["橋北公民館", 98, 76]]

    resource.refresh_from_db()
    assert resource.recipe["fixer"]
    later = drop(resource, messy(2024, *ROWS, ("新町公民館", "１", "２", None)), cast)
    assert later.summary["differences"] == []
    second = checked(later, cast)
    again = services.request_publication(version=second, note="", by=desk(cast.clerk).actor, at=clock.now())
    approve(again, cast)
    version.refresh_from_db()
    assert version.state == ResourceVersion.State.SUPERSEDED
    assert version.superseded_at is not None
    before = queries.version_as_of(resource, version.superseded_at - timedelta(microseconds=1))
    assert before is not None
    assert before.pk == version.pk
