"""Queries on published tables: filters, search, paging, facets, statistics and read-only SQL, with exact counts.

This package's `query` and `pool` are light; DuckDB is loaded in the pool's children only.
"""

from kencho.catalog.tables.rows.pool import QueryPool, TableRef, default_pool
from kencho.catalog.tables.rows.query import Facet, Filter, Page, Query, pairs_of, query_from

__all__ = [
    "Facet",
    "Filter",
    "Page",
    "Query",
    "QueryPool",
    "TableRef",
    "default_pool",
    "pairs_of",
    "query_from",
]
