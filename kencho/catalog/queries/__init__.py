"""Reads of the catalogue."""

from kencho.catalog.queries._desk import (
    change_lines,
    datasets_of_desk,
    due_datasets,
    preparations_of_dataset,
    preparations_of_desk,
    proposal_of,
)
from kencho.catalog.queries._public import (
    SHOWN,
    dataset_by_code,
    live_version,
    public_dataset,
    published,
    resource_of,
    resources_of,
    table_of,
    version_as_of,
    version_numbered,
    versions_of,
)
from kencho.catalog.queries._search import Found, Wanted, datasets_in_order, search, search_text_of
from kencho.catalog.queries._voices import (
    Usage,
    shown_feedback,
    shown_requests,
    shown_showcases,
    usage_of,
)

__all__ = [
    "SHOWN",
    "Found",
    "Usage",
    "Wanted",
    "change_lines",
    "dataset_by_code",
    "datasets_in_order",
    "datasets_of_desk",
    "due_datasets",
    "live_version",
    "preparations_of_dataset",
    "preparations_of_desk",
    "proposal_of",
    "public_dataset",
    "published",
    "resource_of",
    "resources_of",
    "search",
    "search_text_of",
    "shown_feedback",
    "shown_requests",
    "shown_showcases",
    "table_of",
    "usage_of",
    "version_as_of",
    "version_numbered",
    "versions_of",
]
