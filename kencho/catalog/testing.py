"""Datasets for tests: registered, checked and published through the real services, from a few rows."""

import io
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from kencho.catalog import services
from kencho.catalog.models import Dataset, Preparation, Resource, ResourceVersion
from kencho.catalog.tables.schema import Column, Schema
from kencho.files import services as files
from kencho.foundation import clock
from kencho.foundation.actors import Actor
from kencho.organization.models import Unit
from kencho.organization.testing import Cast, desk

FACILITIES = Schema(
    (
        Column("施設番号", title="施設番号", required=True, unique=True, description="市町ごとに振った番号"),
        Column("名称", title="名称", required=True),
        Column("市区町村", title="市区町村"),
        Column("種別", title="種別", enum=("図書館", "公民館", "体育館")),
        Column("利用者数", title="利用者数", type="integer", unit="人", minimum=0),
        Column("緯度", title="緯度", type="number", unit="度"),
        Column("経度", title="経度", type="number", unit="度"),
        Column("開設日", title="開設日", type="date"),
    ),
    primary_key=("施設番号",),
)
TOWNS = (("津市", 34.718, 136.505), ("四日市市", 34.965, 136.624), ("伊勢市", 34.487, 136.709))
KINDS = ("図書館", "公民館", "体育館")
QUALITY: Mapping[str, Any] = {
    "total": 92,
    "parts": {
        "source": {"points": 38, "most": 40},
        "standard": {"points": 12, "most": 15},
        "metadata": {"points": 18, "most": 20},
        "freshness": {"points": 10, "most": 10},
        "links": {"points": 5, "most": 5},
        "api": {"points": 9, "most": 10},
    },
    "losses": [],
}


def facilities(count: int = 24) -> list[dict[str, Any]]:
    """Made-up facilities of three towns; the fifth has a character that CP932 does not know, the seventh no figure."""
    rows = []
    for number in range(count):
        town, latitude, longitude = TOWNS[number % 3]
        kind = KINDS[number % 2]
        rows.append(
            {
                "施設番号": f"F{number:03}",
                "名称": f"{town}{'𠮷田' if number == 4 else ''}第{number}{kind}",
                "市区町村": town,
                "種別": kind,
                "利用者数": None if number == 6 else number * 100,
                "緯度": round(latitude + number * 0.003, 6),
                "経度": round(longitude + number * 0.002, 6),
                "開設日": f"{1980 + number % 40}-04-01",
            }
        )
    return rows


def write_parquet(place: Path, schema: Schema, rows: Sequence[Mapping[str, Any]]) -> None:
    """A table as the checks would leave it."""
    import polars

    kinds: dict[str, Any] = {
        "string": polars.String,
        "integer": polars.Int64,
        "number": polars.Float64,
        "boolean": polars.Boolean,
        "year": polars.Int64,
        "date": polars.String,
        "datetime": polars.String,
    }
    frame = polars.DataFrame(
        {each.name: [row.get(each.name) for row in rows] for each in schema.columns},
        schema={each.name: kinds[each.type] for each in schema.columns},
    ).with_columns(
        *(polars.col(each.name).str.to_date() for each in schema.columns if each.type == "date"),
        *(polars.col(each.name).str.to_datetime() for each in schema.columns if each.type == "datetime"),
    )
    frame.write_parquet(place)


@dataclass(frozen=True)
class Made:
    """A dataset with its first table and the newest version of it."""

    dataset: Dataset
    resource: Resource
    version: ResourceVersion


def make_dataset(
    cast: Cast,
    *,
    code: str = "facilities",
    title: str = "公共施設一覧",
    description: str = "県と市町の公共施設の場所と利用者数です。",
    keywords: Sequence[str] = ("施設", "図書館"),
    schema: Schema = FACILITIES,
    rows: Sequence[Mapping[str, Any]] | None = None,
    division: Unit | None = None,
    by: Actor | None = None,
    at: datetime | None = None,
    is_published: bool = True,
    quality: Mapping[str, Any] = QUALITY,
    **more: Any,
) -> Made:
    """A dataset of the clerk's division (or of `division`, by `by`) with one version; `more` goes to registering."""
    at = at or clock.now()
    by = by or desk(cast.clerk).actor
    dataset = services.register_dataset(
        division=division or cast.division,
        code=code,
        title=title,
        description=description,
        keywords=tuple(keywords),
        by=by,
        at=at,
        **more,
    )
    resource = dataset.resources.get()
    version = add_version(
        resource, schema=schema, rows=rows, by=by, at=at, is_published=is_published, quality=quality
    )
    dataset.refresh_from_db()
    resource.refresh_from_db()
    return Made(dataset, resource, version)


def add_version(
    resource: Resource,
    *,
    by: Actor,
    at: datetime,
    schema: Schema = FACILITIES,
    rows: Sequence[Mapping[str, Any]] | None = None,
    is_published: bool = True,
    is_stopped: bool = False,
    quality: Mapping[str, Any] = QUALITY,
) -> ResourceVersion:
    """Another version of a table: kept as the checks keep it and, past an approval that is not played, published."""
    rows = facilities() if rows is None else rows
    preparation = services.begin_preparation(resource=resource, name="table.csv", size=3, by=by, at=at)
    preparation.original = files.keep_stream(
        body=resource.dataset.body, content=io.BytesIO(b"a\n1"), kind="raw", at=at, quarantined=True
    )
    preparation.state = Preparation.State.CHECKING
    preparation.save(update_fields=["original", "state"])
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "table.parquet"
        write_parquet(place, schema, rows)
        version = services.store_version(
            preparation=preparation,
            checked=services.Checked(
                parquet=place,
                rows=len(rows),
                schema=schema.to_data(),
                findings={"counts": [], "cells": [], "encoding": "utf-8"},
                quality=quality,
                gate_findings=(),
                is_stopped=is_stopped,
            ),
            by=by,
            at=at,
        )
    if version is None:
        raise AssertionError("the preparation was not waiting for its version")
    if is_published:
        ResourceVersion.objects.filter(pk=version.pk).update(state=ResourceVersion.State.APPROVED)
        version = services.publish_version(version=version, by=services.KENCHO, at=at)
        resource.refresh_from_db()
    return version
