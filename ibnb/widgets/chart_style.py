"""The look of a chart, where it is more than that of every panel."""

from __future__ import annotations

from ibnb.plots.theme import dark_css

CHART_CSS = """
.ibnb-chart { max-width: 1010px; }
.ibnb-chart .ibnb-fields { grid-template-columns: 1.4fr 1fr 1fr 1.6fr; }
.ibnb-chart .ibnb-chart-form { gap: 10px; }
.ibnb-chart .ibnb-ticks { display: flex; flex-flow: row wrap; gap: 2px 18px; align-items: end; grid-column: span 2; }
""" + dark_css(".ibnb-chart canvas")
