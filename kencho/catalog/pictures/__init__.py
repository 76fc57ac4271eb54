"""Pictures of published tables, drawn on the server as SVG, each with its table: nothing is loaded from elsewhere."""

from kencho.catalog.pictures._charts import Bar, Picture, bars_chart, years_chart
from kencho.catalog.pictures._maps import Place, points_map

__all__ = ["Bar", "Picture", "Place", "bars_chart", "points_map", "years_chart"]
