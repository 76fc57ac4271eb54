"""Files of a version in the forms that people ask for: each made once, by the offline child, and kept by its content.

The file of the tables themselves, Parquet, is the kept one and needs no making.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from kencho.catalog import queries
from kencho.catalog.keeping import Kept
from kencho.catalog.models import ResourceVersion
from kencho.catalog.tables.process import PreparationProcess

SMALL_CELLS: Final = 200_000
"""Cells of a table of which a file is made while the asker waits."""
SCHEME: Final = 1
"""Raised when the files of a form change their look, so that none of the old ones is handed out any more."""
LATITUDES: Final = ("緯度", "latitude", "lat", "Latitude")
LONGITUDES: Final = ("経度", "longitude", "lon", "lng", "Longitude")


@dataclass(frozen=True)
class Form:
    """A form of file: name of it in the addresses, its ending, and what machines call it."""

    code: str
    ending: str
    media_type: str
    label: str
    short: str
    charset: str = ""

    @property
    def content_type(self) -> str:
        """For the header."""
        return f"{self.media_type}; charset={self.charset}" if self.charset else self.media_type

    @property
    def file_name(self) -> str:
        """The last part of its address."""
        return f"data.{self.ending}"


FORMS: Final[Mapping[str, Form]] = {
    form.code: form
    for form in (
        Form("csv", "csv", "text/csv", "CSV（UTF-8）", "CSV", "utf-8"),
        Form("csv_bom", "bom.csv", "text/csv", "CSV（UTF-8、BOM付き）", "CSV", "utf-8"),
        Form("csv_cp932", "cp932.csv", "text/csv", "CSV（Shift_JIS・CP932）", "CSV", "Shift_JIS"),
        Form(
            "xlsx",
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "Excel",
            "XLSX",
        ),
        Form("json", "json", "application/json", "JSON", "JSON"),
        Form("geojson", "geojson", "application/geo+json", "GeoJSON", "GeoJSON"),
        Form("parquet", "parquet", "application/vnd.apache.parquet", "Parquet", "Parquet"),
    )
}
BY_FILE_NAME: Final = {form.file_name: form for form in FORMS.values()}


def coordinates_of(version: ResourceVersion) -> tuple[str, str] | None:
    """Names of the columns of latitude and longitude, when the table has both as numbers."""
    numbers = {
        each["name"] for each in version.schema.get("fields", ()) if each.get("type") in {"number", "integer"}
    }
    latitude = next((name for name in LATITUDES if name in numbers), None)
    longitude = next((name for name in LONGITUDES if name in numbers), None)
    return (latitude, longitude) if latitude and longitude else None


def forms_of(version: ResourceVersion) -> list[Form]:
    """The forms that a version can be had in."""
    has_places = coordinates_of(version) is not None
    return [form for form in FORMS.values() if form.code != "geojson" or has_places]


def is_small(version: ResourceVersion) -> bool:
    """Whether one may wait for a file of it."""
    return version.rows * max(1, len(version.schema.get("fields", ()))) <= SMALL_CELLS


def kept(version: ResourceVersion, form: Form) -> Kept:
    """Where the file stands once it is made. The schema counts too: it decides what a column is."""
    if form.code == "parquet":
        return Kept(queries.table_of(version).path)
    said = json.dumps([SCHEME, version.schema, version.resource.dataset.title], sort_keys=True)
    mark = hashlib.sha256(said.encode()).hexdigest()[:12]
    digest = version.data.digest
    return Kept(Path(settings.CATALOG_CACHE) / "files" / digest[:2] / f"{digest}-{mark}.{form.ending}")


def make(version: ResourceVersion, form: Form) -> Path:
    """The finished file, made now if need be. Raises Refused."""
    file = kept(version, form)

    def run(place: Path) -> dict[str, Any]:
        process = PreparationProcess(memory=settings.CATALOG_JOB_MEGABYTES * 1_000_000)
        return process.run(
            "export",
            inputs={"parquet": queries.table_of(version).path},
            outputs={"file": place},
            params={"format": form.code, "schema": version.schema, "title": version.resource.dataset.title},
            seconds=float(settings.CATALOG_JOB_SECONDS),
            progress=file.note_progress,
        )

    return file.make(run)
