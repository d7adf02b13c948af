"""The look of a chart, where it is more than that of every panel."""

from __future__ import annotations

from ibnb.plots.drawing.theme import dark_css

_RULES = """
& { max-width: 912px; }
& .ibnb-chart-form { gap: 10px; overflow: visible; }
& .ibnb-chart-form > .ibnb-fields { grid-template-columns: 1.3fr 1fr 1fr 1.5fr; align-items: start; }
& .ibnb-chart-form > .ibnb-overlays { grid-template-columns: 1.15fr 1.15fr 2.5fr; align-items: end; }
& .ibnb-ticks { display: flex; flex-flow: row wrap; gap: 2px 16px; align-items: center; min-height: 32px; }
& .ibnb-ticks .widget-checkbox { width: auto; height: auto; margin: 0; }
& .ibnb-ticks .widget-label-basic { display: flex; align-items: center; gap: 6px; margin: 0; width: auto;
  min-height: 26px; color: var(--ibnb-text); cursor: pointer; }
& .ibnb-ticks input { margin: 0; accent-color: var(--ibnb-act); width: 15px; height: 15px; }
& .ibnb-hint:empty { display: none; }

/* the picture: the image or the canvas that fits */
& .ibnb-picture { gap: 8px; overflow: visible; }
& .ibnb-picture img { display: block; width: 100%; max-width: 100%; height: auto; }
& .ibnb-canvas, & .ibnb-narrow { display: none; }
& .ibnb-canvas .widget-html { height: 0; }
& .jupyter-matplotlib, & .jupyter-matplotlib-figure { margin: 0; overflow: visible; }
& .jupyter-matplotlib-canvas-div:focus-visible { outline: 2px solid var(--jp-brand-color1, #1976d2);
  outline-offset: 1px; }
@container (min-width: 864px) {
  & .ibnb-with-canvas > .ibnb-canvas { display: flex; }
  & .ibnb-with-canvas > .ibnb-wide { display: none; }
}
& .ibnb-reading { display: flex; flex-flow: row wrap; gap: 2px 20px; align-items: baseline; min-height: 40px;
  font-variant-numeric: tabular-nums; }
& .ibnb-reading dl { display: flex; flex-flow: row wrap; gap: 2px 18px; }
& .ibnb-reading dl > div { display: flex; gap: 6px; }
& .ibnb-reading :is(dt, dd) { float: none; width: auto; margin: 0; padding: 0; }
& .ibnb-reading dt { font-weight: 400; color: var(--ibnb-muted); }
& .ibnb-when { font-weight: 600; }

/* a narrow output */
@container (max-width: 700px) {
  & .ibnb-chart-form > .ibnb-fields { grid-template-columns: 1fr 1fr; }
  & .ibnb-chart-form .ibnb-field { grid-column: auto !important; }
  & .ibnb-ticks { grid-column: span 2; }
}
@container (max-width: 560px) {
  & .ibnb-picture > .ibnb-wide { display: none; }
  & .ibnb-picture > .ibnb-narrow { display: block; }
}
"""
# Both classes: on a page of many panels the sheet of another one, which has the rules of all, may come later.
CHART_CSS = _RULES.replace("&", ".ibnb-setup.ibnb-chart") + dark_css(".ibnb-chart canvas")
