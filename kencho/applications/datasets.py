"""What applications offer as open data: how many arrived, without anything about persons."""

from kencho.applications import figures
from kencho.foundation.registry import DatasetSpec, datasets

COLUMNS = ("年", "月", "所属", "手続", "受付経路", "件数")

datasets.register(
    "applications.received", DatasetSpec("applications.received", "申請・届出の受付件数（月別・手続別）", COLUMNS, figures.by_month)
)
