"""Findings beside the cells of a workbook: hidden parts, comments, properties with names, links, objects.

What is published is made anew from the checked table, so none of this can leave the house with it. It is said all
the same: hidden rows and columns may be *in* the table, and the same file is often sent out elsewhere.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, is_dataclass
from typing import Any, Final

from kencho.catalog.gate.masks import mask
from kencho.catalog.gate.shapes import Finding, Severity

__all__ = ["inspect_facts"]

_AUTHOR_KEYS: Final = frozenset(
    [
        "creator",
        "lastmodifiedby",
        "last_modified_by",
        "author",
        "manager",
        "company",
        "lastauthor",
        "initial-creator",
        "printed-by",
        "作成者",
        "更新者",
    ]
)
Facts = Mapping[str, Any]


def inspect_facts(facts: Any, *, used_sheets: Mapping[str, int] | None = None) -> list[Finding]:
    """The findings of a workbook's facts: `fixer.WorkbookFacts` or the same as JSON.

    `used_sheets` are the sheets that the published table is made of: what is hidden there stops, because it is
    published; elsewhere it is a warning. Without it everything hidden counts as used.
    """
    data: Facts = asdict(facts) if is_dataclass(facts) and not isinstance(facts, type) else dict(facts)
    return [*_hidden(data, used_sheets), *_comments(data), *_properties(data), *_attachments(data)]


def _hidden(data: Facts, used: Mapping[str, int] | None) -> Iterator[Finding]:
    for sheet in data.get("hidden_sheets", ()):
        severity: Severity = "stop" if used is None or sheet in used else "warn"
        yield Finding("hidden_sheet", severity, "", 1, params={"sheet": sheet})
    for kind, key in (("hidden_rows", "hidden_rows"), ("hidden_columns", "hidden_columns")):
        for sheet, places in data.get(key, {}).items():
            if places:
                severity = "stop" if used is None or sheet in used else "warn"
                params = {"sheet": sheet, "places": [_place(each) for each in places][:10]}
                yield Finding(kind, severity, "", len(places), params=params)


def _place(value: Any) -> Any:
    # Rows are kept from 0, columns by their letters.
    return value + 1 if isinstance(value, int) else value


def _comments(data: Facts) -> Iterator[Finding]:
    for sheet, notes in data.get("comments", {}).items():
        if notes:
            yield Finding(
                "comments", "warn", "", len(notes), params={"sheet": sheet, "places": list(notes)[:10]}
            )


def _properties(data: Facts) -> Iterator[Finding]:
    named = {
        key: value
        for key, value in data.get("properties", {}).items()
        if key.rpartition(":")[2].lower().replace(" ", "") in _AUTHOR_KEYS and str(value).strip()
    }
    if named:
        examples = tuple(dict.fromkeys(mask("personal_name", str(value)) for value in named.values()))
        yield Finding(
            "author_properties", "warn", "", len(named), examples=examples, params={"keys": sorted(named)}
        )


def _attachments(data: Facts) -> Iterator[Finding]:
    if data.get("has_external_links"):
        yield Finding("external_links", "warn", "", 1)
    if data.get("has_macros"):
        yield Finding("macros", "warn", "", 1)
    objects = {sheet: count for sheet, count in data.get("objects", {}).items() if count}
    if objects:
        yield Finding(
            "embedded_objects", "warn", "", sum(objects.values()), params={"sheets": sorted(objects)}
        )
    if not data.get("complete", True):
        yield Finding("unexamined", "warn", "", 1)
