"""The parts of a procedure definition, as frozen values.

A definition says everything about one procedure that is not code: its legal basis, the questions, the rules
between them, the documents and the way to the decision. It never changes after publication; an application keeps
the digest of the definition under which it was made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language

# JSON trees; a deeper type would only be cast away at every step.
Json = Any
Answers = dict[str, Any]
Text = str | Promise


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark on a definition. `path` is a JSON Pointer-like place, `severity` is "error" or "warning"."""

    code: str
    path: str
    message: Text
    severity: str = "error"


class DefinitionError(Exception):
    """The definition cannot be used; `findings` say why, in Japanese."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("; ".join(f"{one.path}: {one.message}" for one in self.findings))


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing the applicant must put right. `item_id` is the dotted POST name of the item (`members.0.name`)."""

    item_id: str
    part: str
    code: str
    message: Text

    @property
    def name(self) -> str:
        """POST name of the input at fault."""
        return f"{self.item_id}.{self.part}" if self.part else self.item_id

    @property
    def html_id(self) -> str:
        """The id of the input at fault, for the link in the error summary."""
        return html_id(self.name)


def html_id(name: str) -> str:
    """HTML id that belongs to a POST name. Item ids hold no hyphen, so this is one to one."""
    return "f-" + name.replace(".", "-")


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a choice item; `value` is stored, `label` is read."""

    value: str
    label: str
    label_en: str = ""

    def text(self) -> str:
        """The label in the language of the reader."""
        return localized(self.label, self.label_en)


@dataclass(frozen=True, slots=True)
class Constraint:
    """A rule that must not be false, with the words for the applicant when it is."""

    rule: Json
    message: str
    message_en: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One question (or heading, note, calculated value). Limits that a type does not use stay empty."""

    id: str
    type: str
    label: str = ""
    label_en: str = ""
    help: str = ""
    help_en: str = ""
    text: str = ""
    text_en: str = ""
    required: Json = False
    visible: Json = None
    sensitive: bool = False
    about: str = "applicant"
    role: str = ""
    options: tuple[Option, ...] = ()
    min: Json = None
    max: Json = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str = ""
    pattern_message: str = ""
    unit: str = ""
    example: str = ""
    places: int = 2
    rows: int = 5
    kana: bool = True
    items: tuple[Item, ...] = ()
    min_rows: int = 0
    max_rows: int = 20
    row_label: str = ""
    value: Json = None
    constraints: tuple[Constraint, ...] = ()
    document: str = ""
    max_files: int = 1
    max_bytes: int = 10_000_000
    kinds: tuple[str, ...] = ("pdf", "jpeg", "png")

    def label_text(self) -> str:
        """The label in the language of the reader."""
        return localized(self.label, self.label_en)

    def help_text(self) -> str:
        """The help in the language of the reader."""
        return localized(self.help, self.help_en)

    def body_text(self) -> str:
        """The body of a note or a consent in the language of the reader."""
        return localized(self.text, self.text_en)


@dataclass(frozen=True, slots=True)
class Page:
    """One screen of questions."""

    id: str
    title: str
    title_en: str = ""
    intro: str = ""
    intro_en: str = ""
    visible: Json = None
    items: tuple[Item, ...] = ()

    def title_text(self) -> str:
        """The title in the language of the reader."""
        return localized(self.title, self.title_en)

    def intro_text(self) -> str:
        """The introduction in the language of the reader."""
        return localized(self.intro, self.intro_en)


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """根拠法令と条項。"""

    law: str
    article: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class ReviewStandard:
    """One line of the checklist by which staff examine (審査基準)."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class ProcessingPeriod:
    """標準処理期間。`count` is "business" or "calendar"; `via_days` is the part spent at `via` (経由機関)."""

    days: int
    count: str = "business"
    via_days: int = 0
    via: str = ""
    note: str = ""

    @property
    def total_days(self) -> int:
        """Days until the decision with the period of the office it passes through."""
        return self.days + self.via_days


@dataclass(frozen=True, slots=True)
class FeeRow:
    """One line of a fee table; `when` says for which answers it holds."""

    label: str
    amount: int
    when: Json = None


@dataclass(frozen=True, slots=True)
class Fee:
    """手数料（円）。Either one amount or a table."""

    amount: int | None = None
    table: tuple[FeeRow, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """添付書類。"""

    id: str
    label: str
    label_en: str = ""
    help: str = ""
    required: Json = False
    visible: Json = None
    max_files: int = 1
    max_bytes: int = 10_000_000
    kinds: tuple[str, ...] = ("pdf", "jpeg", "png")


@dataclass(frozen=True, slots=True)
class Decision:
    """One kind of decision (許可、不許可…) with the notice that tells it."""

    code: str
    label: str
    favourable: bool = True
    notice_title: str = ""
    notice_text: str = ""
    grounds_required: bool = False


@dataclass(frozen=True, slots=True)
class Flow:
    """The way to the decision: approval route, kinds of decision, whether a fee falls due."""

    route: str = ""
    decisions: tuple[Decision, ...] = ()
    fee_due: bool = False

    def decision(self, code: str) -> Decision:
        """The kind of decision with this code; KeyError when there is none."""
        for one in self.decisions:
            if one.code == code:
                return one
        raise KeyError(code)


@dataclass(frozen=True, slots=True)
class Definition:
    """手続定義: one procedure as data. `data` is the source it was read from, `digest` its SHA-256."""

    code: str
    title: str
    digest: str
    data: Mapping[str, Json] = field(repr=False, compare=False)
    title_en: str = ""
    summary: str = ""
    summary_en: str = ""
    procedure_type: str = "申請"
    outcomes: tuple[str, ...] = ()
    legal_basis: tuple[LegalBasis, ...] = ()
    review_standards: tuple[ReviewStandard, ...] = ()
    standard_processing_period: ProcessingPeriod | None = None
    fee: Fee = Fee()
    needed_documents: str = ""
    life_events: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    audience: str = "both"
    identity: str = "none"
    office: str = ""
    retention_years: int = 5
    classification: str = ""
    receiving_from: str = ""
    receiving_to: str = ""
    notes: str = ""
    pages: tuple[Page, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    documents: tuple[Document, ...] = ()
    flow: Flow = Flow()

    def title_text(self) -> str:
        """The title in the language of the reader."""
        return localized(self.title, self.title_en)

    def summary_text(self) -> str:
        """The summary in the language of the reader."""
        return localized(self.summary, self.summary_en)

    def items(self) -> Iterator[Item]:
        """Every item in order, the nested ones after their group."""
        for page in self.pages:
            for item in page.items:
                yield item
                yield from item.items


def localized(japanese: str, english: str) -> str:
    """English where the reader asked for it and it exists, else Japanese, which is the authoritative text."""
    if english and (get_language() or "ja").startswith("en"):
        return english
    return japanese
