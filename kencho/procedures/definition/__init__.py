"""手続定義: the vocabulary in which procedures are written, and its compiler.

`parse` text, `check` it for findings, `load` it to a `Definition`, `compiled` it to work with answers.
Meaning of every word: docs/reference/procedure-definition.md. Shape: schema.json beside this file.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from kencho.procedures.definition._check import check, meta_schema
from kencho.procedures.definition._compiled import Compiled, Verdict
from kencho.procedures.definition._diff import Change
from kencho.procedures.definition._diff import diff as _diff
from kencho.procedures.definition._examples import Case, NoSampleError
from kencho.procedures.definition._load import build as _build
from kencho.procedures.definition._model import (
    Answers,
    Decision,
    Definition,
    DefinitionError,
    Document,
    FieldError,
    Finding,
    Flow,
    Item,
    Json,
    Option,
    Page,
    html_id,
)
from kencho.procedures.definition._pages import PageReading
from kencho.procedures.definition._postal import look_up
from kencho.procedures.definition._source import canonical, digest, parse
from kencho.procedures.definition._summary import BlankField, BlankForm, BlankPage, Line, Section
from kencho.procedures.definition._types import TYPES, InputView, OptionView
from kencho.procedures.definition._views import Button, FileView, ItemView, PageView, RowView
from kencho.procedures.definition._words import describe

ITEM_TYPES: tuple[str, ...] = tuple(TYPES)


def load(data: Mapping[str, Json]) -> Definition:
    """The definition, or DefinitionError with the findings that stand in the way (warnings do not)."""
    errors = [one for one in check(data) if one.severity == "error"]
    if errors:
        raise DefinitionError(errors)
    return _build(data)


def compiled(source: Definition | Mapping[str, Json]) -> Compiled:
    """The compiled definition. Compiled once per digest and process; the last 256 are kept."""
    if isinstance(source, Definition):
        return _compile(source.digest, _Held(source))
    return _compile(digest(source), _Held(source))


class _Held:
    """Carries the source past the cache, whose key is the digest alone."""

    def __init__(self, source: Definition | Mapping[str, Json]) -> None:
        self.source = source

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=256)
def _compile(key: str, held: _Held) -> Compiled:
    return Compiled(held.source if isinstance(held.source, Definition) else load(held.source))


def diff(old: Definition | Mapping[str, Json], new: Definition | Mapping[str, Json]) -> list[Change]:
    """Changes from one version to another, each with a Japanese sentence."""
    first, second = (one if isinstance(one, Definition) else load(one) for one in (old, new))
    return _diff(first, second)


__all__ = [
    "ITEM_TYPES",
    "Answers",
    "BlankField",
    "BlankForm",
    "BlankPage",
    "Button",
    "Case",
    "Change",
    "Compiled",
    "Decision",
    "Definition",
    "DefinitionError",
    "Document",
    "FieldError",
    "FileView",
    "Finding",
    "Flow",
    "InputView",
    "Item",
    "ItemView",
    "Json",
    "Line",
    "NoSampleError",
    "Option",
    "OptionView",
    "Page",
    "PageReading",
    "PageView",
    "RowView",
    "Section",
    "Verdict",
    "canonical",
    "check",
    "compiled",
    "describe",
    "diff",
    "digest",
    "html_id",
    "load",
    "look_up",
    "meta_schema",
    "parse",
]
