"""Files that are not CSV as tables of texts: workbooks, GeoJSON, GeoPackage, zipped Shapefile. For children only."""

from kencho.catalog.tables.reading.kinds import Kind, kind_of
from kencho.catalog.tables.reading.sheets import Sheet, open_sheets
from kencho.catalog.tables.reading.table import RawTable

__all__ = ["Kind", "RawTable", "Sheet", "kind_of", "open_sheets"]
