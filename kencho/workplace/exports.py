"""Lists that go out: the records of a division for its own head, and unit-days for everybody else."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, BinaryIO

from kencho.audit import services as audit
from kencho.foundation import csvfile, xlsxfile
from kencho.foundation.indicators import Asked
from kencho.organization.models import Unit
from kencho.organization.queries import Desk
from kencho.workplace import queries
from kencho.workplace.models import Kind

PLAN_COLUMNS = ("日", "職員番号", "氏名", "所属", "働き方", "時間", "場所", "状態", "決めた人", "根拠の条")
RESULT_COLUMNS = (
    "日",
    "職員番号",
    "氏名",
    "利用したときの所属",
    "働き方",
    "場所",
    "始めた日時",
    "終えた日時",
    "状態",
    "記録の元",
    "根拠の条",
)
UNIT_DAY_COLUMNS = ("組織コード", "所属", "日", "働き方")


@dataclass(frozen=True)
class Export:
    """A table ready to be written once."""

    name: str
    header: Sequence[str]
    rows: Iterator[Sequence[csvfile.Cell]]


def division_records(*, desk: Desk, month: date, what: str, at: datetime) -> Export:
    """Plans or results of the reader's division in a month, with names: for its own records only."""
    audit.record(
        "workplace.telework_log.export",
        desk.division,
        by=desk.actor,
        at=at,
        label=desk.division.name,
        body=desk.body.code,
        details={"month": month.isoformat(), "what": what},
    )
    if what == "plans":
        return Export(f"telework-plans-{month:%Y%m}", PLAN_COLUMNS, _plans(desk.division, month))
    return Export(f"telework-results-{month:%Y%m}", RESULT_COLUMNS, _results(desk.division, month))


def _plans(division: Unit, month: date) -> Iterator[Sequence[csvfile.Cell]]:
    for row in queries.plans_of_division(division, month).iterator():
        decision = row.decision
        yield (
            row.day,
            row.staff.number,
            row.staff.name,
            row.division.name,
            str(row.get_kind_display()),
            str(row.get_part_display()),
            str(row.get_place_display()),
            str(row.get_state_display()),
            decision.decided_by.name if decision else "",
            "、".join(decision.articles) if decision else "",
        )


def _results(division: Unit, month: date) -> Iterator[Sequence[csvfile.Cell]]:
    for row in queries.sessions_of_division(division, month).iterator():
        yield (
            row.day,
            row.staff.number,
            row.staff.name,
            row.unit_at_use.name,
            str(row.get_kind_display()),
            str(row.get_place_display()),
            row.started_at,
            row.ended_at,
            str(row.get_state_display()),
            str(row.get_source_display()),
            row.article,
        )


def unit_days(*, desk: Desk, asked: Asked, at: datetime) -> Export:
    """Division, day and kind over a year: all that leaves the log of persons."""
    audit.record(
        "workplace.telework_log.export_unit_days",
        desk.body,
        by=desk.actor,
        at=at,
        body=desk.body.code,
        details={"year": asked.year.start_year},
    )
    return Export(f"telework-unit-days-{asked.year.start_year}", UNIT_DAY_COLUMNS, _unit_days(asked))


def _unit_days(asked: Asked) -> Iterator[Sequence[csvfile.Cell]]:
    labels = dict(Kind.choices)
    found = list(queries.unit_days(asked, [each.value for each in Kind]))
    units = Unit.objects.in_bulk({unit for unit, _day, _kind in found})
    for unit, day, kind in sorted(found, key=lambda row: (units[row[0]].code, row[1], row[2])):
        yield units[unit].code, units[unit].name, day, str(labels[Kind(kind)])


def as_csv(table: Export, *, cp932: bool) -> csvfile.CsvExport:
    """The table as CSV bytes, to be streamed."""
    return csvfile.CsvExport(table.header, table.rows, "cp932" if cp932 else "utf-8")


def as_workbook(table: Export) -> BinaryIO:
    """The table as a workbook in a temporary file, rewound."""
    target: Any = tempfile.TemporaryFile()  # noqa: SIM115  # the response that sends it closes it
    try:
        xlsxfile.write_xlsx(target, header=table.header, rows=table.rows, title=table.name)
    except BaseException:
        target.close()
        raise
    target.seek(0)
    room: BinaryIO = target
    return room
