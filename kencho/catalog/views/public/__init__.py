"""Pages of open data for everybody: search, datasets, tables, files, feeds."""

from kencho.catalog.views.public._ckan import ckan_action
from kencho.catalog.views.public._dataset import dataset_show
from kencho.catalog.views.public._feeds import data_json, feed_catalog, feed_dataset
from kencho.catalog.views.public._files import (
    table_file,
    table_file_replaced,
    table_file_state,
    table_file_wait,
)
from kencho.catalog.views.public._history import table_diff, table_versions
from kencho.catalog.views.public._pictures import table_chart, table_map
from kencho.catalog.views.public._search import body_search, opendata_search
from kencho.catalog.views.public._table import table_show
from kencho.catalog.views.public._voices import (
    feedback_create,
    request_create,
    request_list,
    showcase_create,
    showcase_list,
)

__all__ = [
    "body_search",
    "ckan_action",
    "data_json",
    "dataset_show",
    "feed_catalog",
    "feed_dataset",
    "feedback_create",
    "opendata_search",
    "request_create",
    "request_list",
    "showcase_create",
    "showcase_list",
    "table_chart",
    "table_diff",
    "table_file",
    "table_file_replaced",
    "table_file_state",
    "table_file_wait",
    "table_map",
    "table_show",
    "table_versions",
]
