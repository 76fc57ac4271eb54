"""Data → Definition. Expects data that `check` has passed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kencho.procedures.definition._codelists import CODELISTS
from kencho.procedures.definition._model import (
    Constraint,
    Decision,
    Definition,
    Document,
    Fee,
    FeeRow,
    Flow,
    Item,
    Json,
    LegalBasis,
    Option,
    Page,
    ProcessingPeriod,
    ReviewStandard,
)
from kencho.procedures.definition._source import digest

_PLAIN_ITEM_KEYS = [
    "id",
    "type",
    "label",
    "label_en",
    "help",
    "help_en",
    "text",
    "text_en",
    "required",
    "visible",
    "sensitive",
    "about",
    "role",
    "min",
    "max",
    "min_length",
    "max_length",
    "pattern",
    "pattern_message",
    "unit",
    "example",
    "places",
    "rows",
    "kana",
    "min_rows",
    "max_rows",
    "row_label",
    "value",
    "document",
    "max_files",
    "max_bytes",
]
_PLAIN_KEYS = [
    "code",
    "title",
    "summary",
    "procedure_type",
    "needed_documents",
    "audience",
    "identity",
    "office",
    "retention_years",
    "classification",
    "notes",
]
DOCUMENTS_PAGE = "documents"


def build(data: Mapping[str, Json]) -> Definition:
    """The definition as frozen values. Documents that no attachment item places come on a last page of their own."""
    english = data.get("en") or {}
    period = data.get("receiving_period") or {}
    documents = tuple(_document(one) for one in data.get("documents") or ())
    return Definition(
        **{key: data[key] for key in _PLAIN_KEYS if key in data},
        digest=digest(data),
        data=data,
        title_en=english.get("title", ""),
        summary_en=english.get("summary", ""),
        outcomes=tuple(data.get("outcomes") or ()),
        legal_basis=tuple(LegalBasis(**one) for one in data.get("legal_basis") or ()),
        review_standards=tuple(ReviewStandard(**one) for one in data.get("review_standards") or ()),
        standard_processing_period=_period(data.get("standard_processing_period")),
        fee=_fee(data.get("fee") or {}),
        life_events=tuple(data.get("life_events") or ()),
        keywords=tuple(data.get("keywords") or ()),
        receiving_from=period.get("from", ""),
        receiving_to=period.get("to", ""),
        pages=_pages(data, documents),
        constraints=_constraints(data.get("rules")),
        documents=documents,
        flow=_flow(data.get("flow") or {}),
    )


def _period(data: Json) -> ProcessingPeriod | None:
    return ProcessingPeriod(**data) if data else None


def _fee(data: Mapping[str, Json]) -> Fee:
    return Fee(
        data.get("amount"), tuple(FeeRow(**one) for one in data.get("table") or ()), data.get("note", "")
    )


def _document(data: Mapping[str, Json]) -> Document:
    return Document(**{**data, "kinds": tuple(data["kinds"])} if "kinds" in data else data)


def _flow(data: Mapping[str, Json]) -> Flow:
    decisions = tuple(Decision(**one) for one in data.get("decisions") or ())
    return Flow(data.get("route", ""), decisions, data.get("fee_due", False))


def _constraints(data: Json) -> tuple[Constraint, ...]:
    return tuple(Constraint(**one) for one in data or ())


def _pages(data: Mapping[str, Json], documents: tuple[Document, ...]) -> tuple[Page, ...]:
    by_id = {one.id: one for one in documents}
    pages = tuple(_page(one, by_id) for one in data["pages"])
    placed = {item.document for page in pages for item in page.items if item.document}
    rest = tuple(_attachment(one) for one in documents if one.id not in placed)
    if rest:
        pages += (Page(DOCUMENTS_PAGE, "添付書類", "Documents to attach", items=rest),)
    return pages


def _page(data: Mapping[str, Json], documents: Mapping[str, Document]) -> Page:
    items = tuple(_item(one, documents) for one in data["items"])
    return Page(**{**data, "items": items})


def _attachment(document: Document) -> Item:
    return Item(
        id=document.id,
        type="attachment",
        label=document.label,
        label_en=document.label_en,
        help=document.help,
        required=document.required,
        visible=document.visible,
        document=document.id,
        max_files=document.max_files,
        max_bytes=document.max_bytes,
        kinds=document.kinds,
    )


def _item(data: Mapping[str, Json], documents: Mapping[str, Document], about: str = "applicant") -> Item:
    made: dict[str, Any] = {key: data[key] for key in _PLAIN_ITEM_KEYS if key in data}
    made.setdefault("about", about)
    if "options" in data:
        made["options"] = tuple(_option(one) for one in data["options"])
    elif "codelist" in data:
        made["options"] = CODELISTS[data["codelist"]]
    if "kinds" in data:
        made["kinds"] = tuple(data["kinds"])
    made["constraints"] = _constraints(data.get("constraints"))
    made["items"] = tuple(_item(one, documents, "other") for one in data.get("items") or ())
    if data.get("document") in documents:
        document = documents[data["document"]]
        for key in ("required", "max_files", "max_bytes", "kinds"):
            made.setdefault(key, getattr(document, key))
    return Item(**made)


def _option(data: Json) -> Option:
    return Option(data, data) if isinstance(data, str) else Option(**data)
