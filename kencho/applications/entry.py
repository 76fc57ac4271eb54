"""Applications on paper: what the division may take in, and how the cells of a file become answers."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from kencho.applications.models import Channel
from kencho.foundation.csvfile import FileProblem, Limits, Row, TableFile, read_csv
from kencho.foundation.xlsxfile import read_xlsx
from kencho.organization import queries as organization
from kencho.organization.models import Unit
from kencho.procedures.definition import Compiled, FieldError, InputView
from kencho.procedures.models import Procedure

PAPER_CHANNELS: Final = (Channel.COUNTER, Channel.POST)
MAX_ROWS: Final = 500
LIMITS: Final = Limits(max_bytes=5 * 1024 * 1024, max_rows=MAX_ROWS)
_SEPARATOR: Final = "・"
_MANY: Final = "、"
_NOT_IN_A_CELL: Final = frozenset({"group", "attachment", "heading", "note", "calculated"})


def procedures_of(division: Unit, day: date) -> QuerySet[Procedure]:
    """Procedures in the charge of a division on a day, those of its predecessors included."""
    return (
        Procedure.objects.filter(
            Q(division=division) | Q(division__successor=division, division__valid_to__lte=day),
            body_id=division.body_id,
        )
        .select_related("body", "division")
        .order_by("title")
    )


@dataclass(frozen=True)
class ImportColumn:
    """One column of a file: its heading, and the input of the form that it fills. ``key`` is the name of that input."""

    heading: str
    key: str
    labels: Mapping[str, str] = field(default_factory=dict)
    several: bool = False

    def posted(self, cell: str) -> list[str]:
        """The cell as a browser would post it: choices may be written by their label or by their value."""
        parts = [part.strip() for part in cell.split(_MANY)] if self.several else [cell.strip()]
        return [self.labels.get(part, part) for part in parts if part]


@dataclass(frozen=True)
class ImportedLine:
    """One line of a file with the answers made from it, or with what is wrong there."""

    line: int
    applicant: str
    answers: Mapping[str, Any]
    errors: tuple[str, ...]


@dataclass(frozen=True)
class ImportPlan:
    """What a file holds. ``problems`` are about the file as a whole and leave no lines."""

    digest: str
    lines: tuple[ImportedLine, ...] = ()
    problems: tuple[FileProblem, ...] = ()

    @property
    def good(self) -> tuple[ImportedLine, ...]:
        """Lines that can be taken in."""
        return tuple(line for line in self.lines if not line.errors)

    @property
    def bad(self) -> tuple[ImportedLine, ...]:
        """Lines to be put right first."""
        return tuple(line for line in self.lines if line.errors)

    def key(self, line: ImportedLine) -> str:
        """The same line of the same file is taken in once, however often the file is sent."""
        return f"import-{self.digest[:40]}-{line.line}"


def columns_of(plan: Compiled) -> list[ImportColumn]:
    """The columns of a file for this procedure: one for each input of the form. Groups and attachments have none."""
    found: list[ImportColumn] = []
    for page in plan.pages:
        for item in page.items:
            if item.type not in _NOT_IN_A_CELL:
                inputs = plan.plan.nodes[item.id].kind.inputs(item, item.id, None, None)
                found += _columns(item.label or item.text, inputs)
    return _distinct(found)


def _columns(label: str, inputs: Sequence[InputView]) -> Iterator[ImportColumn]:
    for one in inputs:
        part = str(one.label)
        heading = f"{label}{_SEPARATOR}{part}" if part and len(inputs) > 1 else label
        labels = {option.label: option.value for option in one.options if option.value}
        yield ImportColumn(" ".join(heading.split()), one.name, labels, one.kind == "checkbox" and len(labels) > 1)


def _distinct(columns: Sequence[ImportColumn]) -> list[ImportColumn]:
    """Two columns of one heading are told apart by the id of the item."""
    headings = [column.heading for column in columns]
    return [
        column
        if headings.count(column.heading) == 1
        else ImportColumn(f"{column.heading}（{column.key}）", column.key, column.labels, column.several)
        for column in columns
    ]


def read_file(plan: Compiled, content: bytes, *, on: date) -> ImportPlan:
    """The lines of a CSV or xlsx file as applications of this procedure. Nothing is raised for what the file holds."""
    columns = columns_of(plan)
    digest = hashlib.sha256(content).hexdigest()
    names = [column.heading for column in columns] + [column.key for column in columns]
    read = read_xlsx if content[:2] == b"PK" else read_csv
    table: TableFile = read(content, required=(), optional=names, limits=LIMITS)
    if not table.is_valid:
        return ImportPlan(digest, problems=tuple(table.problems))
    return ImportPlan(digest, tuple(_line(plan, columns, row, on) for row in table.rows))


def _line(plan: Compiled, columns: Sequence[ImportColumn], row: Row, on: date) -> ImportedLine:
    post: dict[str, list[str]] = {}
    for column in columns:
        cell = row.values.get(column.heading) or row.values.get(column.key) or ""
        texts = column.posted(cell)
        if texts:
            post[column.key] = texts
    answers: dict[str, Any] = {}
    unreadable: list[FieldError] = []
    for page in plan.pages:
        reading = plan.read_page(page.id, post, answers, on=on)
        answers = plan.merge(answers, reading.values)
        unreadable += reading.errors
    verdict = plan.validate(answers, on=on)
    errors = _told(plan, [*unreadable, *verdict.errors])
    name = plan.role_text(verdict.answers, "applicant_organization") or plan.role_text(verdict.answers, "applicant_name")
    return ImportedLine(row.line, name, verdict.answers if not errors else answers, errors)


def _told(plan: Compiled, errors: Sequence[FieldError]) -> tuple[str, ...]:
    """Each item's first error in words; a message that was said twice is said once."""
    labels = {item.id: item.label_text() for item in plan.definition.items()}
    first: dict[str, str] = {}
    for error in errors:
        first.setdefault(error.item_id, str(error.message))
    return tuple(
        dict.fromkeys(
            message if label in message else _("%(label)s：%(message)s") % {"label": label, "message": message}
            for item, message in first.items()
            for label in [labels.get(item.split(".")[0], item)]
        )
    )


def in_charge(procedure: Procedure, day: date) -> Unit:
    """The division in charge of a procedure on a day."""
    return organization.successor_on(procedure.division, day)
