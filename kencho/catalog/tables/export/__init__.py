"""Stored tables as files that people use: CSV (UTF-8, with BOM, CP932), Excel, JSON, GeoJSON. For children only.

Everything is written row group by row group, so memory stays small. No text of an export is run by a spreadsheet:
risky ones are defused as `foundation.csvfile` does it, in Excel files they are marked as texts.
"""

from kencho.catalog.tables.export.plain import (
    CsvWriter,
    Replacement,
    Written,
    write_csv,
    write_geojson,
    write_json,
)
from kencho.catalog.tables.export.sheet import write_xlsx

__all__ = ["CsvWriter", "Replacement", "Written", "write_csv", "write_geojson", "write_json", "write_xlsx"]
