"""個人情報の確認: what is in a table or its file that must not be published. Light to import; looking is heavy."""

from collections.abc import Mapping, Sequence
from typing import Any

from kencho.catalog.gate.facts import inspect_facts
from kencho.catalog.gate.shapes import KINDS, Finding, Severity, Verdict, unresolved, verdict

__all__ = [
    "KINDS",
    "Finding",
    "Severity",
    "Verdict",
    "inspect_facts",
    "inspect_table",
    "inspect_texts",
    "unresolved",
    "verdict",
]


def inspect_table(columns: Mapping[str, Sequence[Any]], *, title: str = "", k: int = 5) -> list[Finding]:
    """See `inspecting.inspect_table`; loads polars when called."""
    from kencho.catalog.gate import inspecting

    return inspecting.inspect_table(columns, title=title, k=k)


def inspect_texts(texts: Mapping[str, str]) -> list[Finding]:
    """See `inspecting.inspect_texts`; loads polars when called."""
    from kencho.catalog.gate import inspecting

    return inspecting.inspect_texts(texts)
