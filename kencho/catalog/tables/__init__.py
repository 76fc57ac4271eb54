"""Tables of the catalogue: decoding, validating, storing as Parquet, exporting and querying them.

The light half (`schema`, `decode`, `refusals`, `process`, `rows`) is for the web process; polars, DuckDB, calamine and
XlsxWriter are loaded in offline, limited children only. Nothing here knows Django.
"""
