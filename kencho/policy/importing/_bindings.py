"""How a file names what is counted, and the code under which an app declares it: by the table of `seeds/policy/sources.yaml`."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from yaml import CSafeLoader

from kencho.policy.importing._cursor import Cursor
from kencho.policy.importing._errors import Finding, Findings
from kencho.policy.importing._shapes import BindingEntry


@cache
def _table() -> list[dict[str, Any]]:
    path = Path(settings.BASE_DIR) / "seeds" / "policy" / "sources.yaml"
    loaded: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=CSafeLoader)  # a safe loader
    rows: list[dict[str, Any]] = loaded["sources"]
    return rows


def read_binding(place: Cursor | None, findings: Findings) -> BindingEntry | None:
    """The binding of an indicator: written with the app's own code, or by a source that the table knows."""
    if place is None:
        return None
    if place.has("code"):
        chosen = place.opt("parameters")
        parameters = {key: _texts(chosen.get(key)) for key in chosen.names()} if chosen else {}
        return BindingEntry(place.get("code").text(), parameters)
    source = place.get("source").text()
    row = _row(source, place.text_at("event"))
    if row is None:
        findings.warnings.append(Finding(place.cell, "source_unknown", (("value", source),)))
        return None
    return BindingEntry(str(row["code"]), _parameters(row["parameters"], place))


def _row(source: str, event: str) -> dict[str, Any] | None:
    return next(
        (row for row in _table() if row["source"] == source and row.get("event", event) == event), None
    )


def _parameters(wanted: Mapping[str, Any], place: Cursor) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for code, rule in wanted.items():
        given = place.opt(rule["from"])
        if given is not None:
            known = rule.get("values", {})
            found[code] = tuple(each for text in _texts(given) for each in known.get(text, (text,)))
    return found


def _texts(place: Cursor) -> tuple[str, ...]:
    if isinstance(place.value, list):
        return tuple(each.text() for each in place.items())
    return (place.text(),)
