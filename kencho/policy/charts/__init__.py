"""Charts as SVG made on the server, each with its table: nothing to load, nothing to run, readable without colour."""

from kencho.foundation.drawing import Scale, short
from kencho.policy.charts._charts import (
    Chart,
    Mark,
    MonthPoint,
    UnitPoint,
    YearPoint,
    months_chart,
    units_chart,
    years_chart,
)

__all__ = [
    "Chart",
    "Mark",
    "MonthPoint",
    "Scale",
    "UnitPoint",
    "YearPoint",
    "months_chart",
    "short",
    "units_chart",
    "years_chart",
]
