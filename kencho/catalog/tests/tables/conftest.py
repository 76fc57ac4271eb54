"""Small files and tables for these tests."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kencho.catalog.tables.chunks import CsvSource
from kencho.catalog.tables.parquet import Prepared, write_parquet
from kencho.catalog.tables.schema import Schema

Prepare = Callable[..., Prepared]


@pytest.fixture
def prepare(tmp_path: Path) -> Prepare:
    """Check and store a text; the Parquet file is ``tmp_path / "table.parquet"``."""

    def run(text: str | bytes, fields: list[dict[str, Any]], **more: Any) -> Prepared:
        path = tmp_path / "file.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        schema = Schema.from_data({"fields": fields, **more})
        return write_parquet(CsvSource(path, name="file.csv"), schema, tmp_path / "table.parquet")

    return run
