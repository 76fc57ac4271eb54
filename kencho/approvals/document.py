"""What approvers read: a frozen document of sections, and the code (SHA-256) that proves it has not changed."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Table:
    """Rows of text under headings; every row has as many cells as there are headings."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Section:
    """One part of the document. ``facts`` are pairs of a term and its text (what is decided, for whom, on what ground)."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    table: Table | None = None


@dataclass(frozen=True)
class Attachment:
    """A file that belongs to the document. ``digest`` (SHA-256, hex) ties the very file; ``url`` is a path of this site."""

    name: str
    digest: str
    size: int = 0
    url: str = ""


@dataclass(frozen=True)
class Document:
    """The whole that is put before the approvers."""

    sections: tuple[Section, ...] = ()
    attachments: tuple[Attachment, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain values for storing."""
        plain: dict[str, Any] = json.loads(json.dumps(asdict(self), ensure_ascii=False))
        return plain


def document_of(plain: Mapping[str, Any]) -> Document:
    """The reverse of ``Document.as_json``; unknown keys of a later version are an error (TypeError)."""
    return Document(
        sections=tuple(_section(each) for each in plain.get("sections", ())),
        attachments=tuple(Attachment(**each) for each in plain.get("attachments", ())),
    )


def _section(plain: Mapping[str, Any]) -> Section:
    table = plain.get("table")
    return Section(
        heading=plain["heading"],
        paragraphs=tuple(plain.get("paragraphs", ())),
        facts=tuple((term, text) for term, text in plain.get("facts", ())),
        table=Table(tuple(table["columns"]), tuple(tuple(row) for row in table["rows"])) if table else None,
    )


def digest_of(*, title: str, amount: int | None, document: Mapping[str, Any]) -> str:
    """SHA-256 (hex) over everything an approver answers for: title, amount in yen and document, as sorted JSON."""
    whole = {"title": title, "amount": amount, "document": document}
    text = json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
