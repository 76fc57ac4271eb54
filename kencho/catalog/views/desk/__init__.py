"""The desk: own datasets, files being prepared, versions on their way to the public."""

from kencho.catalog.views.desk._datasets import (
    dataset_create,
    dataset_desk,
    dataset_edit,
    dataset_list,
    dataset_withdraw,
)
from kencho.catalog.views.desk._drops import (
    drop_begin,
    drop_choose,
    drop_create,
    drop_part,
    drop_show,
    drop_state,
    drop_stop,
)
from kencho.catalog.views.desk._versions import (
    version_changes,
    version_override,
    version_publish,
    version_show,
    version_withdraw,
)

__all__ = [
    "dataset_create",
    "dataset_desk",
    "dataset_edit",
    "dataset_list",
    "dataset_withdraw",
    "drop_begin",
    "drop_choose",
    "drop_create",
    "drop_part",
    "drop_show",
    "drop_state",
    "drop_stop",
    "version_changes",
    "version_override",
    "version_publish",
    "version_show",
    "version_withdraw",
]
