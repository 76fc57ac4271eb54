"""The desk's list of applications as a file: streamed, audited, and only of what the desk may see."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from django.db.models import QuerySet

from kencho.applications import queries
from kencho.applications.columns import Column, entry_columns, printed, shown_columns
from kencho.applications.models import Application, Channel, Status
from kencho.applications.queries import InboxFilter
from kencho.audit import services as audit
from kencho.foundation import csvfile, xlsxfile
from kencho.organization.models import Unit
from kencho.organization.queries import Desk
from kencho.procedures import queries as procedures
from kencho.procedures.definition import Compiled
from kencho.procedures.models import ProcedureVersion

FORMATS = ("csv", "cp932", "xlsx")
HEAD = (
    "受付番号",
    "手続",
    "状態",
    "受付経路",
    "申請者",
    "到達日時",
    "受付日時",
    "標準処理期間の満了日",
    "決定日時",
    "終了日時",
    "担当所属",
    "担当者",
)
_FIELDS = (
    "number",
    "procedure__title",
    "status",
    "channel",
    "applicant_name",
    "arrived_at",
    "accepted_at",
    "due_on",
    "decided_at",
    "closed_at",
    "division__name",
    "assignee__name",
)
CHUNK = 500
MOST_IN_WORKBOOK = 20_000
"""Rows that a workbook may have: more takes longer than a reader waits; CSV has no such limit."""


class UnableToExport(Exception):
    """More rows than the format can hold; ``most`` is the limit."""

    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__(most)


@dataclass(frozen=True)
class Export:
    """A table ready to be written once."""

    header: Sequence[str]
    rows: Iterator[Sequence[csvfile.Cell]]
    count: int


def export(*, desk: Desk, division: Unit, wanted: InboxFilter, format_name: str, at: datetime) -> Export:
    """The rows that the inbox shows for this filter; answers are columns when it names one procedure.

    The audit log keeps who, how many rows and the conditions, without the words looked for, which may be a name.
    Raises UnableToExport when a workbook would have too many rows.
    """
    found = queries.inbox(desk, wanted, desk.day).filter(division=division)
    count = found.count()
    if format_name == "xlsx" and count > MOST_IN_WORKBOOK:
        raise UnableToExport(MOST_IN_WORKBOOK)
    conditions = {
        "status": wanted.status,
        "procedure": wanted.procedure_id,
        "assignee": wanted.assignee,
        "due": wanted.due,
        "words": bool(wanted.words),
    }
    audit.record(
        "applications.export",
        division,
        by=desk.actor,
        at=at,
        label=division.name,
        body=desk.body.code,
        details={"rows": count, "format": format_name, **conditions},
    )
    plans = _plans(found) if wanted.procedure_id is not None else {}
    columns = shown_columns(list(plans.values()))
    return Export([*HEAD, *_told_apart(columns)], _rows(found, plans, columns), count)


def _told_apart(columns: Sequence[Column]) -> list[str]:
    """Headings of answers that are also headings of the application itself carry the item."""
    return [f"{one.heading} [{one.name}]" if one.heading in HEAD else one.heading for one in columns]


def _plans(found: QuerySet[Application]) -> dict[int, Compiled]:
    versions = ProcedureVersion.objects.filter(pk__in=found.order_by().values("version_id").distinct())
    return {
        each.pk: procedures.compiled_of(each) for each in versions.defer("definition").order_by("-number")
    }


def _rows(
    found: QuerySet[Application], plans: dict[int, Compiled], columns: Sequence[Column]
) -> Iterator[Sequence[csvfile.Cell]]:
    more = ("version_id", "answers") if columns else ()
    for row in found.values_list(*_FIELDS, *more).iterator(chunk_size=CHUNK):
        values: list[Any] = list(row[: len(_FIELDS)])
        values[2], values[3] = str(Status(values[2]).label), str(Channel(values[3]).label)
        if columns:
            values += [printed(plans[row[-2]], row[-1], column) for column in columns]
        yield values


def as_csv(table: Export, *, cp932: bool) -> csvfile.CsvExport:
    """The table as CSV bytes, to be streamed."""
    return csvfile.CsvExport(table.header, table.rows, "cp932" if cp932 else "utf-8")


def as_workbook(header: Sequence[str], rows: Iterator[Sequence[csvfile.Cell]], title: str) -> BinaryIO:
    """The table as a workbook in a temporary file, written row by row and rewound."""
    target: Any = tempfile.TemporaryFile()  # noqa: SIM115  # the response that sends it closes it
    try:
        xlsxfile.write_xlsx(target, header=header, rows=rows, title=title)
    except BaseException:
        target.close()
        raise
    target.seek(0)
    room: BinaryIO = target
    return room


def entry_headings(plan: Compiled, *, arrived: str, rows: int) -> list[str]:
    """The headings of an empty table in which applications can be written."""
    return [arrived, *(column.heading for column in entry_columns(plan, rows=rows))]
