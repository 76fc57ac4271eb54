"""What is remembered of a proposal, and how next year's file is held against it."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from kencho.catalog.fixer.cells.characters import plain
from kencho.catalog.fixer.shapes import Change, Proposal, Question, Range, Recipe, Table

__all__ = ["compare", "fitting_kinds", "recipe_of", "skips_of"]


def recipe_of(proposal: Proposal) -> Recipe:
    """Headers, kinds, units and actions of each table, and the changes that were taken back."""
    actions = Counter(change.action for change in proposal.changes)
    tables = [
        {
            "name": table.name,
            "header": list(table.header),
            "kinds": [column.kind for column in table.columns],
            "units": [column.unit for column in table.columns],
            "derived": [column.derived_from for column in table.columns],
            "levels": len(table.parts[0].header_rows) if table.parts else 0,
            "parts": len(table.parts),
        }
        for table in proposal.tables
    ]
    if tables:
        tables[0]["actions"] = dict(sorted(actions.items()))
    return Recipe(tuple(tables), tuple(sorted(proposal.skipped)))


def skips_of(recipe: Recipe) -> Callable[[Change], bool] | None:
    """Tells whether a change was taken back last year: the same action in the same column or on the same words.

    Ids hold rows, and rows shift from year to year; so the column and the action are compared, or for whole rows
    the action alone when it was always taken back.
    """
    if not recipe.skipped:
        return None
    wanted: set[tuple[str, str]] = set()
    for identity in recipe.skipped:
        place, _slash, action = identity.rpartition("/")
        ref = place.rpartition("!")[2]
        wanted.add((action, ref.partition(":")[0].rstrip("0123456789")))
    done = recipe.tables[0].get("actions", {}) if recipe.tables else {}

    def skips(change: Change) -> bool:
        letters = change.ref.partition(":")[0].rstrip("0123456789")
        return (change.action, letters) in wanted and not done.get(change.action, 0)

    return skips


def fitting_kinds(recipe: Recipe | None, header: list[str]) -> dict[str, str]:
    """Column → kind that a recipe remembers, of its table that fits best; empty when none fits."""
    best: dict[str, str] = {}
    score = 0.0
    for table in recipe.tables if recipe is not None else ():
        known = {plain(name): kind for name, kind in zip(table["header"], table["kinds"], strict=True)}
        shared = [name for name in header if plain(name) in known]
        if len(shared) / max(len(header), 1) > max(score, 0.5):
            score = len(shared) / len(header)
            best = {name: known[plain(name)] for name in shared}
    return {name: kind for name, kind in best.items() if kind == "text"}


def compare(recipe: Recipe, proposal: Proposal) -> list[Question]:
    """Where a file differs from the one that the recipe was made from: tables, columns, kinds, units."""
    found: list[Question] = []
    if len(recipe.tables) != len(proposal.tables):
        found.append(
            _at(proposal, None, "table_count", before=len(recipe.tables), after=len(proposal.tables))
        )
    for known, table in zip(recipe.tables, proposal.tables, strict=False):
        found.extend(_compare_table(known, table, proposal))
    return found


def _compare_table(known: Any, table: Table, proposal: Proposal) -> list[Question]:
    found: list[Question] = []
    old, new = list(known["header"]), list(table.header)
    missing, added = [n for n in old if n not in new], [n for n in new if n not in old]
    if missing:
        found.append(_at(proposal, table, "columns_missing", names=missing))
    if added:
        found.append(_at(proposal, table, "columns_added", names=added))
    if not missing and not added and old != new:
        found.append(_at(proposal, table, "columns_moved", names=new))
    kinds = dict(zip(old, known["kinds"], strict=True))
    units = dict(zip(old, known["units"], strict=True))
    for column in table.columns:
        before = kinds.get(column.name)
        if before is not None and before != column.kind and {before, column.kind} != {"integer", "number"}:
            found.append(
                _at(proposal, table, "kind_changed", name=column.name, before=before, after=column.kind)
            )
        if column.name in units and units[column.name] != column.unit:
            found.append(
                _at(
                    proposal,
                    table,
                    "unit_changed",
                    name=column.name,
                    before=units[column.name],
                    after=column.unit,
                )
            )
    if known["levels"] != (len(table.parts[0].header_rows) if table.parts else 0):
        found.append(_at(proposal, table, "levels_changed", before=known["levels"]))
    return found


def _at(proposal: Proposal, table: Table | None, code: str, **params: Any) -> Question:
    if table is not None and table.parts and table.parts[0].header_rows:
        part = table.parts[0]
        columns = [c for c in part.columns if c is not None] or [0]
        where = Range(part.header_rows[0], min(columns), part.header_rows[-1], max(columns))
        return Question(code, table.sheet_names[0], where, {"table": table.name, **params})
    sheet = proposal.tables[0].sheet_names[0] if proposal.tables else ""
    return Question(code, sheet, Range(0, 0, 0, 0), params)
