"""The data each template takes. Dates, numbers and sizes arrive as the strings that are to be read on paper."""

# No postponed annotations here: with them TypedDict cannot tell which keys are NotRequired (Python 3.11).
from collections.abc import Sequence
from typing import Literal, NotRequired, TypedDict


class Row(TypedDict):
    """One line of a two-column table (項目・内容); `note` stands small below the value."""

    label: str
    value: str
    note: NotRequired[str]


class Addressee(TypedDict):
    """宛名: `honorific` is 様, 御中 or 殿."""

    name: str
    honorific: str
    postal_code: NotRequired[str]
    address: NotRequired[str]


class Sender(TypedDict):
    """発信者名: the post (三重県知事) and the name of who holds it."""

    post: str
    name: str


class Contact(TypedDict):
    """事務担当."""

    division: str
    person: NotRequired[str]
    phone: NotRequired[str]
    email: NotRequired[str]


class Seal(TypedDict):
    """電子署名済: who signs, and the page (http or https) where anyone can check the file."""

    signer: str
    verify_url: str


class Grounds(TypedDict):
    """理由の提示（行政手続法第8条・第14条）."""

    paragraphs: Sequence[str]
    provisions: NotRequired[Sequence[str]]


class Remedy(TypedDict):
    """教示（行政不服審査法第82条、行政事件訴訟法第46条）."""

    title: str
    text: str


class Notice(TypedDict):
    """`notice`: 決定通知書."""

    number: str
    date: str
    addressee: Addressee
    sender: Sender
    title: str
    body: Sequence[str]
    particulars: NotRequired[Sequence[Row]]
    conditions: NotRequired[Sequence[str]]
    grounds: NotRequired[Grounds]
    remedies: NotRequired[Sequence[Remedy]]
    seal: NotRequired[Seal]
    contact: NotRequired[Contact]


class Receipt(TypedDict):
    """`receipt`: 受付票. `arrived_at` shows milliseconds; `secret` only for guests, who have no sign-in."""

    receipt_number: str
    arrived_at: str
    procedure: str
    office: str
    status_url: str
    next_steps: Sequence[str]
    applicant: NotRequired[str]
    greeting: NotRequired[str]
    standard_period: NotRequired[str]
    attachments: NotRequired[str]
    secret: NotRequired[str]
    contact: NotRequired[Contact]


class Group(TypedDict):
    """A repeating group: each item is one set of answers."""

    title: str
    items: Sequence[Sequence[Row]]


class AnswerSection(TypedDict):
    """A section of a page: plain answers, then repeating groups."""

    title: NotRequired[str]
    rows: NotRequired[Sequence[Row]]
    groups: NotRequired[Sequence[Group]]


class AnswerPage(TypedDict):
    """A page of the form as it was shown."""

    title: str
    sections: Sequence[AnswerSection]


class Attachment(TypedDict):
    """A file as received: `size` as text (1.2 MB), `sha256` as 64 hexadecimal digits."""

    name: str
    size: str
    sha256: str


class ApplicationSlip(TypedDict):
    """`application_slip`: 申請内容の控え."""

    title: str
    receipt_number: str
    arrived_at: str
    pages: Sequence[AnswerPage]
    attachments: NotRequired[Sequence[Attachment]]
    applicant: NotRequired[str]
    agent: NotRequired[str]
    office: NotRequired[str]
    form_version: NotRequired[str]


class FormPart(TypedDict):
    """A box among others in one row of a form; its whole key is `<key of the field>.<key>`."""

    key: str
    label: str


class FormField(TypedDict):
    """A row of a form: words, or boxes to write in.

    `groups` count digit cells (with `joint` between them, `places` above them, `unit` behind), `lines` the lines of
    9 mm, `eras` the era ticks and `years` the cells of a year. A name has `parts` in rows of two; an address has the
    boxes `<key>.postal_code` and `<key>.address`. A heading (of
    `level` 2, or 3 for an entry below it) and words have no box.
    """

    key: str
    label: str
    kind: Literal[
        "text",
        "lines",
        "digits",
        "date",
        "choice",
        "choices",
        "consent",
        "name",
        "address",
        "heading",
        "words",
    ]
    required: NotRequired[bool]
    note: NotRequired[str]
    groups: NotRequired[Sequence[int]]
    joint: NotRequired[str]
    places: NotRequired[bool]
    unit: NotRequired[str]
    lines: NotRequired[int]
    options: NotRequired[Sequence[str]]
    eras: NotRequired[Sequence[str]]
    years: NotRequired[int]
    statement: NotRequired[str]
    parts: NotRequired[Sequence[FormPart]]
    level: NotRequired[Literal[2, 3]]


class FormSection(TypedDict):
    """A ruled part of a paper form."""

    title: str
    fields: Sequence[FormField]


class PaperForm(TypedDict):
    """`paper_form`: 様式. `version_digest` names the exact definition the sheet was printed from."""

    title: str
    body_code: str
    procedure_code: str
    version_digest: str
    addressee: str
    sections: Sequence[FormSection]
    instructions: NotRequired[Sequence[str]]
    form_name: NotRequired[str]


class Column(TypedDict):
    """A table column: `weight` is its share of the width."""

    title: str
    align: NotRequired[Literal["left", "center", "right"]]
    weight: NotRequired[int]


class Block(TypedDict):
    """A part of a document; which keys count depends on `kind`."""

    kind: Literal["heading", "paragraph", "list", "numbered", "particulars", "table"]
    text: NotRequired[str]
    level: NotRequired[Literal[2, 3]]
    items: NotRequired[Sequence[str]]
    rows: NotRequired[Sequence[Row | Sequence[str]]]
    columns: NotRequired[Sequence[Column]]
    caption: NotRequired[str]


class Document(TypedDict):
    """`document`: minutes, reports, lists. `closing` is 以上."""

    title: str
    blocks: Sequence[Block]
    number: NotRequired[str]
    date: NotRequired[str]
    addressee: NotRequired[str]
    sender: NotRequired[str]
    closing: NotRequired[str]
    contact: NotRequired[Contact]


class SheetCell(TypedDict):
    """A cell of a ruled table; one that is covered by another is left out. Header cells name others."""

    text: str
    columns: int
    rows: int
    header: bool
    align: Literal["left", "center", "right"]


class SheetBlock(TypedDict):
    """A part of a ruled sheet. `level` is of a heading; `mark` and `align` of a paragraph; the rest of a grid."""

    kind: Literal["heading", "paragraph", "grid"]
    text: str
    level: NotRequired[Literal[2, 3]]
    mark: NotRequired[str]
    align: NotRequired[Literal["left", "center", "right"]]
    weights: NotRequired[Sequence[int]]
    head: NotRequired[Sequence[Sequence[SheetCell]]]
    body: NotRequired[Sequence[Sequence[SheetCell]]]


class RuledSheet(TypedDict):
    """`ruled_sheet`: a sheet of ruled tables, as of 施策の評価. `marking` is printed on every page."""

    title: str
    footer: str
    blocks: Sequence[SheetBlock]
    marking: NotRequired[str]
