"""The two runs over a dropped file: propose how it is tidied; then tidy, validate, look for personal data, score."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from kencho.catalog import preparing, scoring, services
from kencho.catalog.models import Preparation
from kencho.catalog.preparing import Desk, Refused
from kencho.catalog.tables.schema import Schema
from kencho.foundation import clock
from kencho.foundation.actors import Actor

MOST_FINDINGS = 1000


@dataclass(frozen=True)
class _Tidied:
    """The table as CSV with what is known of it; for a large CSV the original itself, of unknown types."""

    table: Path
    name: str
    schema: Schema | None = None
    changes: Path | None = None
    facts: dict[str, Any] = field(default_factory=dict)


def propose(preparation: Preparation, *, by: Actor, at: datetime) -> None:
    """読み取って、整え方の案を作る. What cannot be read is told at the preparation."""
    with preparing.desk_of(preparation) as desk:
        place = desk.place("proposal.json")
        try:
            summary = preparing.run(
                preparing.PROPOSE,
                {"file": desk.original},
                {"proposal": place},
                preparing.params_of(preparation),
                preparation,
            )
        except Refused as refused:
            _fail(preparation, refused, by, at)
            return
        services.store_proposal(
            preparation=preparation,
            summary=summary,
            proposal=place if place.exists() else None,
            by=by,
            at=clock.now(),
        )


def check(preparation: Preparation, *, by: Actor, at: datetime) -> None:
    """整えて、検査し、個人情報を探し、点をつけ、版として残す. What cannot be read is told at the preparation."""
    with preparing.desk_of(preparation) as desk:
        try:
            checked = _checked(preparation, desk)
        except Refused as refused:
            _fail(preparation, refused, by, at)
            return
        services.store_version(preparation=preparation, checked=checked, by=by, at=clock.now())


def _fail(preparation: Preparation, refused: Refused, by: Actor, at: datetime) -> None:
    services.fail_preparation(
        preparation=preparation, problem=refused.code, params=refused.params, by=by, at=at
    )


def _checked(preparation: Preparation, desk: Desk) -> services.Checked:
    tidied = _tidy(preparation, desk)
    parquet = desk.place("table.parquet")
    prepared = _prepare(preparation, tidied, parquet)
    gate = preparing.run(
        preparing.GATE,
        {"table": parquet},
        {},
        {
            "title": preparation.resource.dataset.title,
            "k": 5,
            "facts": tidied.facts.get("facts"),
            "texts": {"description": preparation.resource.dataset.description},
        },
        preparation,
    )
    return services.Checked(
        parquet=parquet,
        rows=prepared["rows"],
        schema=prepared["schema"],
        findings={
            "counts": prepared["counts"],
            "cells": prepared["findings"][:MOST_FINDINGS],
            "encoding": prepared["encoding"],
        },
        quality=scoring.quality_of(
            preparation.resource, prepared, tidied.facts, _conformed(preparation, parquet)
        ),
        gate_findings=gate["findings"],
        is_stopped=gate["verdict"] != "passed",
        notes=tidied.facts.get("notes", ()),
        changes=tidied.changes,
        changed=tidied.facts.get("changed", 0),
        recipe=tidied.facts.get("recipe"),
    )


def _conformed(preparation: Preparation, parquet: Path) -> dict[str, Any] | None:
    """How the table agrees with the chosen standard; None where none is chosen."""
    dataset = preparation.resource.dataset
    if not dataset.standard:
        return None
    return preparing.run(
        preparing.CONFORM,
        {"table": parquet},
        {},
        {"standard": dataset.standard, "body_code": dataset.body.code},
        preparation,
    )


def _tidy(preparation: Preparation, desk: Desk) -> _Tidied:
    if preparation.summary.get("mode") == "plain":
        return _Tidied(desk.original, preparation.name)
    table, changes = desk.place("table.csv"), desk.place("changes.jsonl")
    done = preparing.run(
        preparing.TIDY,
        {"file": desk.original},
        {"table": table, "changes": changes},
        preparing.params_of(preparation),
        preparation,
    )
    return _Tidied(table, "table.csv", Schema.from_data(done["schema"]), changes, done)


def _prepare(preparation: Preparation, tidied: _Tidied, parquet: Path) -> dict[str, Any]:
    """Validate and write Parquet. A column that does not hold its type is kept as text, so that nothing is lost."""
    params: dict[str, Any] = {"name": tidied.name, "most_findings": MOST_FINDINGS}
    schema = tidied.schema
    for _again in range(2):
        params["schema"] = schema.to_data() if schema is not None else None
        done = preparing.run(
            preparing.PREPARE, {"file": tidied.table}, {"parquet": parquet}, params, preparation
        )
        if done["is_written"]:
            return done
        schema = _as_text(Schema.from_data(done["schema"]), {each["column"] for each in done["counts"]})
    raise Refused("not_a_table")


def _as_text(schema: Schema, columns: set[str]) -> Schema:
    return replace(
        schema,
        columns=tuple(
            replace(each, type="string", format="default", minimum=None, maximum=None)
            if each.name in columns
            else each
            for each in schema.columns
        ),
    )
