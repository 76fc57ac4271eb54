"""What the offline child does to a dropped file: propose a tidy table, and make the one that the clerk chose.

Pure functions of files; the heavy libraries are loaded in the child only. Their codes of refusal are those of
`fixer.Refusal` and `tables.Refused`.
"""

import csv
import dataclasses
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from kencho.catalog import fixer
from kencho.catalog.fixer.shapes import Value
from kencho.catalog.tables.refusals import Refused
from kencho.catalog.tables.schema import Column, Schema

Progress = Callable[[str, int, int], None]
SAMPLE = 50
"""Rows of a table that are shown for a look."""
TYPES = {
    "text": "string",
    "integer": "integer",
    "number": "number",
    "date": "date",
    "month": "string",
    "year": "year",
    "boolean": "boolean",
    "empty": "string",
}
PLAIN = {".csv", ".tsv", ".txt"}


def propose(
    inputs: Mapping[str, Path], outputs: Mapping[str, Path], params: Mapping[str, Any], progress: Progress
) -> dict[str, Any]:
    """整え方の案: all changes into the output ``proposal``; returns what is shown first.

    `params`: ``name`` (as dropped), ``recipe`` (of last year's file, may be empty), ``without`` (changes taken back),
    ``plain_over`` (lines of text above which a CSV is taken as it is).
    """
    progress("read", 0, 1)
    if _is_large(inputs["file"], params):
        return {"mode": "plain", "tables": [], "changes": {}, "changed": 0, "questions": [], "notes": []}
    proposal, _facts = _proposed(inputs["file"], outputs, params)
    progress("write", 1, 1)
    changes = [change.to_data() for change in proposal.changes]
    outputs["proposal"].write_text(
        json.dumps(
            {
                "tables": [_shown(table) for table in proposal.tables],
                "changes": changes,
                "questions": [each.to_data() for each in proposal.questions],
                "differences": [each.to_data() for each in proposal.differences],
                "notes": [_note_data(each) for each in proposal.notes],
            },
            ensure_ascii=False,
            default=str,
        ),
        encoding="utf-8",
    )
    return {
        "mode": "fixed",
        "tables": [
            {"name": table.name, "title": table.title, "rows": len(table.rows), "columns": len(table.header)}
            for table in proposal.tables
        ],
        "changes": dict(Counter(change.rule for change in proposal.changes)),
        "changed": len(proposal.changes),
        "questions": [each.to_data() for each in proposal.questions][:100],
        "differences": [each.to_data() for each in proposal.differences][:100],
        "notes": [_note_data(each) for each in proposal.notes][:100],
    }


def _is_large(path: Path, params: Mapping[str, Any]) -> bool:
    if Path(params["name"]).suffix.lower() not in PLAIN:
        return False
    most = int(params["plain_over"])
    with path.open("rb") as file:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b"")) > most


def _proposed(
    path: Path, outputs: Mapping[str, Path], params: Mapping[str, Any]
) -> tuple[fixer.Proposal, dict[str, Any]]:
    """The proposal, and what the file carries beside its cells (for the gate)."""
    from kencho.catalog.fixer.read import read_file

    recipe = fixer.Recipe.from_data(params["recipe"]) if params.get("recipe") else None
    # The type of a file follows from its name, which the store does not keep.
    desk = next(iter(outputs.values())).parent
    named = desk / ("original" + Path(params["name"]).suffix.lower())
    named.symlink_to(path)
    try:
        workbook = read_file(named)
        proposal = fixer.propose(workbook, recipe)
        without = frozenset(params.get("without") or ())
        facts = json.loads(json.dumps(dataclasses.asdict(workbook.facts), ensure_ascii=False, default=str))
        return (fixer.apply(workbook, proposal, without=without) if without else proposal), facts
    except fixer.Refusal as refusal:
        raise Refused(refusal.code, **refusal.params) from refusal
    finally:
        named.unlink(missing_ok=True)


def _shown(table: fixer.Table) -> dict[str, Any]:
    return {
        "name": table.name,
        "title": table.title,
        "header": table.header,
        "rows": len(table.rows),
        "sample": table.rows[:SAMPLE],
        "columns": [
            {"name": each.name, "kind": each.kind, "unit": each.unit, "markers": each.markers}
            for each in table.columns
        ],
    }


def _note_data(note: fixer.Note) -> dict[str, str]:
    return {"kind": note.kind, "text": note.text, "sheet": note.sheet, "ref": note.ref}


def tidy(
    inputs: Mapping[str, Path], outputs: Mapping[str, Path], params: Mapping[str, Any], progress: Progress
) -> dict[str, Any]:
    """整えた表: one table as CSV (output ``table``) and what was changed as JSON lines (output ``changes``).

    `params` as for `propose`, and ``table`` (its position) and ``names`` (new names of columns, by the fixer's name).
    """
    progress("read", 0, 1)
    proposal, facts = _proposed(inputs["file"], outputs, params)
    number = int(params["table"])
    if not 0 <= number < len(proposal.tables):
        raise Refused("unknown_table", table=number)
    table = proposal.tables[number]
    names = dict(params.get("names") or {})
    header = [names.get(name) or name for name in table.header]
    progress("write", 0, 1)
    _write_csv(outputs["table"], header, table.rows)
    with outputs["changes"].open("w", encoding="utf-8") as file:
        for change in proposal.changes:
            file.write(json.dumps(change.to_data(), ensure_ascii=False, default=str) + "\n")
    return {
        "schema": _schema(table, header).to_data(),
        "rows": len(table.rows),
        "changed": len(proposal.changes),
        "notes": [_note_data(each) for each in (*proposal.notes, *table.notes)][:200],
        "questions": [each.to_data() for each in proposal.questions],
        "recipe": fixer.recipe_of(proposal).to_data(),
        "facts": facts,
        "rules": dict(Counter(change.rule for change in proposal.changes)),
        "markers": {each.name: each.markers for each in table.columns if each.markers},
    }


def _write_csv(place: Path, header: Sequence[str], rows: Sequence[Sequence[Value]]) -> None:
    with place.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for row in rows:
            writer.writerow([_text(value) for value in row])


def _text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _schema(table: fixer.Table, header: Sequence[str]) -> Schema:
    columns = table.columns or [fixer.Column(name) for name in table.header]
    return Schema(
        tuple(
            Column(name=name, title=name, type=TYPES[each.kind], unit=each.unit)
            for name, each in zip(header, columns, strict=True)
        )
    )
