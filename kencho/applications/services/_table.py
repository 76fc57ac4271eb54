"""Applications from a table: every line is checked first and then submitted, each in its own transaction."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kencho.applications import permissions, queries
from kencho.applications.columns import Column, answers_of, entry_columns
from kencho.applications.models import Channel
from kencho.applications.services._attach import UnableToSubmit
from kencho.applications.services._entry import EntryRefused, arrival_of
from kencho.applications.services._submit import (
    Receipt,
    ReceptionClosed,
    check_period,
    submit,
)
from kencho.audit import services as audit
from kencho.files import queries as stored_files
from kencho.files import services as files
from kencho.files.models import StoredFile
from kencho.foundation import clock, queue, wareki
from kencho.foundation.actors import Actor
from kencho.foundation.csvfile import Limits, Row, TableFile, read_csv
from kencho.foundation.models import Task
from kencho.foundation.xlsxfile import read_xlsx
from kencho.organization import queries as organization
from kencho.procedures import queries as procedures
from kencho.procedures.definition import Answers, Compiled, FieldError
from kencho.procedures.models import ProcedureVersion

MAX_LINES = 2_000
# Checking a line takes some milliseconds: so many are checked while the reader waits, the others in the queue.
CHECKED_LINES = 300
ARRIVED = "到達日"
WORK = "applications.import_applications"
LIMITS = Limits(max_bytes=3 * 1024 * 1024, max_rows=MAX_LINES, max_columns=400)
Text = str | Promise


class UnableToImport(Exception):
    """The file has errors: nothing was begun."""


@dataclass(frozen=True)
class TableLine:
    """One line of the file: the application in it, or what to put right. The heading is line 1."""

    line: int
    arrived_on: date | None
    answers: Answers
    applicant: str
    errors: tuple[Text, ...]


@dataclass(frozen=True)
class TablePlan:
    """What an import would do. ``lines`` are the checked ones of ``total``; ``problems`` are of the file as a whole."""

    digest: str
    lines: tuple[TableLine, ...]
    problems: tuple[Text, ...]
    total: int

    @property
    def faulty(self) -> list[TableLine]:
        """Lines with something to put right."""
        return [each for each in self.lines if each.errors]

    @property
    def is_valid(self) -> bool:
        """Whether the import may begin."""
        return not self.problems and not self.faulty and bool(self.lines)


@dataclass(frozen=True)
class TableOutcome:
    """How an import ended: how many are new, how many were there before, which lines were refused."""

    new: int
    repeated: int
    refused: tuple[int, ...]


def _digest_of(version: ProcedureVersion, content: bytes) -> str:
    """What tells one import from another: the procedure and the bytes of the file (SHA-256)."""
    procedure = version.procedure
    head = f"{procedure.body.code}/{procedure.code}\0".encode()
    return hashlib.sha256(head + content).hexdigest()


def plan_import(*, version: ProcedureVersion, content: bytes, at: datetime) -> TablePlan:
    """Read a CSV or xlsx file and check its first lines as if submitted now. Writes nothing, raises nothing."""
    plan, columns, table = _opened(version, content)
    problems: list[Text] = [each.message for each in table.problems]
    problems += _named_twice(table.rows, columns)
    if not problems and not table.rows:
        problems.append(_("申請が1件も書かれていません。"))
    rows = [] if problems else table.rows[:CHECKED_LINES]
    lines = tuple(_line(plan, columns, row, at) for row in rows)
    return TablePlan(_digest_of(version, content), lines, tuple(problems), len(table.rows))


def _opened(version: ProcedureVersion, content: bytes) -> tuple[Compiled, Sequence[Column], TableFile]:
    plan = procedures.compiled_of(version)
    columns = entry_columns(plan)
    return plan, columns, _read(content, columns)


def _read(content: bytes, columns: Sequence[Column]) -> TableFile:
    known = [ARRIVED, *(one.heading for one in columns), *(one.name for one in columns)]
    read = read_xlsx if content.startswith((b"PK", b"\xd0\xcf\x11\xe0")) else read_csv
    return read(content, required=(), optional=known, limits=LIMITS)


def _named_twice(rows: Sequence[Row], columns: Sequence[Column]) -> Iterator[Text]:
    given = rows[0].values if rows else {}
    for one in columns:
        if one.heading != one.name and one.heading in given and one.name in given:
            yield _("「%(heading)s」と「%(name)s」は同じ列です。どちらかを消してください。") % {
                "heading": one.heading,
                "name": one.name,
            }


def _line(plan: Compiled, columns: Sequence[Column], row: Row, at: datetime) -> TableLine:
    errors: list[Text] = []
    arrived_on, arrived_at = None, at
    try:
        arrived_on = _arrived_on(row.values)
        arrived_at = arrival_of(arrived_on, at)
        check_period(plan.definition, arrived_at)
    except wareki.WarekiError:
        errors.append(
            _("「到達日」を日付として読めません。「2026-06-01」か「令和8年6月1日」のように書いてください。")
        )
    except EntryRefused:
        errors.append(_("「到達日」が今日より後です。"))
    except ReceptionClosed:
        errors.append(_("「到達日」が、この手続の受付期間ではありません。"))
    cells = {one.name: row.values.get(one.heading) or row.values.get(one.name) or "" for one in columns}
    answers, found = answers_of(plan, columns, cells, clock.day_of(arrived_at))
    errors += [_words(plan, each) for each in queries.errors_that_count(plan, found, Channel.POST)]
    return TableLine(row.line, arrived_on, answers, queries.applicant_in(plan, answers).name, tuple(errors))


def _arrived_on(values: Mapping[str, str]) -> date | None:
    text = values.get(ARRIVED, "").strip()
    return wareki.parse(text) if text else None


def _words(plan: Compiled, error: FieldError) -> Text:
    node = plan.plan.nodes.get(error.item_id.partition(".")[0])
    if node is not None and node.item.type == "attachment":
        return _(
            "「%(label)s」のファイルが必要な申請は、表では登録できません。一件ずつ入力してください。"
        ) % {"label": node.item.label_text()}
    return error.message


@transaction.atomic
def start_import(*, version: ProcedureVersion, content: bytes, channel: str, by: Actor, at: datetime) -> Task:
    """Keep the file and queue the import; the same file twice gives the same task. Raises UnableToImport."""
    procedure = version.procedure
    permissions.require(
        permissions.may_enter(by, organization.successor_on(procedure.division, clock.day_of(at)))
    )
    plan = plan_import(version=version, content=content, at=at)
    if not plan.is_valid:
        raise UnableToImport(procedure.code)
    once_key = f"{WORK}:{plan.digest}"
    before = Task.objects.filter(once_key=once_key).first()
    if before is not None:
        return before
    kind = "xlsx" if content.startswith(b"PK") else "csv"
    stored = files.keep(body=procedure.body, content=content, kind=kind, at=at)
    audit.record(
        "applications.import",
        procedure,
        by=by,
        at=at,
        label=procedure.code,
        body=procedure.body.code,
        details={"rows": plan.total, "file": stored.digest, "channel": channel},
    )
    payload = {"file_id": stored.pk, "version_id": version.pk, "channel": channel, "actor": by.as_payload()}
    return queue.enqueue(WORK, payload, at=at, body=procedure.body.code, owner=by.id, once_key=once_key)


def run_import(
    *,
    version: ProcedureVersion,
    stored: StoredFile,
    channel: str,
    by: Actor,
    at: datetime,
    tell: Callable[[int, int], None],
) -> TableOutcome:
    """Check and submit line by line; a line with faults is passed over and named.

    Lines submitted by an earlier, interrupted run are known by their keys and not repeated.
    """
    content = stored_files.content(stored)
    plan, columns, table = _opened(version, content)
    digest, total = _digest_of(version, content), len(table.rows)
    new = repeated = 0
    refused: list[int] = []
    for done, row in enumerate(table.rows):
        tell(done, total)
        line = _line(plan, columns, row, at)
        receipt = None if line.errors else _submitted(version, digest, line, channel, by=by, at=at)
        if receipt is None:
            refused.append(line.line)
        elif receipt.is_repeat:
            repeated += 1
        else:
            new += 1
    tell(total, total)
    return TableOutcome(new, repeated, tuple(refused))


def _submitted(
    version: ProcedureVersion, digest: str, line: TableLine, channel: str, *, by: Actor, at: datetime
) -> Receipt | None:
    try:
        return submit(
            version=version,
            body=version.procedure.body,
            answers=line.answers,
            key=f"{digest}:{line.line}",
            by=by,
            at=at,
            channel=channel,
            arrived_at=arrival_of(line.arrived_on, at),
        )
    except (UnableToSubmit, ReceptionClosed):
        return None
