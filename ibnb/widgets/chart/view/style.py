"""The look of a chart, where it is more than that of every panel."""

from __future__ import annotations

from ibnb.plots.drawing.theme import DARK, LIGHT, dark_css, on_dark

_RULES = """
& { max-width: 912px; gap: 8px; padding-top: 14px; }
& .ibnb-chart-top { display: flex; flex-flow: row wrap; gap: 8px 12px; align-items: flex-end; }
& .ibnb-chart-top > .ibnb-chart-form { flex: 1 1 420px; width: auto; min-width: 0; }
& .ibnb-chart-top > .ibnb-actions { width: auto; }
& .ibnb-actions > .widget-checkbox { width: auto; height: 34px; margin: 0 0 0 4px; }
& .ibnb-chart-form { gap: 10px; overflow: visible; }
& .ibnb-chart-form > .ibnb-fields { grid-template-columns: 1.5fr 1fr 1fr; align-items: start; }

/* suggestions, over what stands below */
& .ibnb-search { position: relative; }
& .ibnb-suggestions { display: none; position: absolute; z-index: 20; top: 55px; left: 0; min-width: 100%;
  width: max-content !important; max-width: min(520px, 86cqw); max-height: 300px; overflow: auto; padding: 4px;
  background: var(--ibnb-ground); border: 1px solid var(--ibnb-line); border-radius: 6px;
  box-shadow: 0 4px 14px rgb(0 0 0 / 22%); }
& .ibnb-open > .ibnb-suggestions:has(div[role], p) { display: block; }
& .ibnb-suggestions [role=option] { padding: 6px 8px; border-radius: 4px; cursor: pointer; }
& .ibnb-suggestions [role=option]:is(:hover, [aria-selected=true]) { background: var(--ibnb-raised);
  box-shadow: inset 3px 0 0 var(--ibnb-act); }
& .ibnb-suggestions [role=option] span { color: var(--ibnb-muted); }
& .ibnb-suggestions p { padding: 4px 8px; }

/* what it says: room for a line, so that the picture stays where it is */
& .ibnb-chart-said { min-height: 22px; }
& .ibnb-quiet { display: flex; gap: 6px; align-items: center; min-height: 22px; }
& .ibnb-quiet .ibnb-badge { width: 16px; height: 16px; font-size: 10px; line-height: 16px; }
& .ibnb-pulse-line:not(:has(p)) { display: none; }
& .ibnb-heading { display: flex; flex-flow: row wrap; gap: 0 10px; align-items: baseline; }
& .ibnb-last { font-size: 17px; font-weight: 600; font-variant-numeric: tabular-nums; }
& .ibnb-change { font-weight: 600; font-variant-numeric: tabular-nums; }
& .ibnb-change.ibnb-up { color: var(--ibnb-chart-up); }
& .ibnb-change.ibnb-down { color: var(--ibnb-chart-down); }
& .ibnb-state { padding: 0 7px; border-radius: 9px; font-size: 12px; line-height: 18px; color: var(--ibnb-text);
  border: 1px solid var(--ibnb-calm); }
& .ibnb-state.ibnb-is-live { border-color: var(--ibnb-good); }
& .ibnb-state.ibnb-is-live::before { content: ""; display: inline-block; width: 7px; height: 7px; margin-right: 5px;
  border-radius: 50%; background: var(--ibnb-good); }
& .ibnb-ticks { display: flex; flex-flow: row wrap; gap: 2px 16px; align-items: center; min-height: 32px; }
& .ibnb-ticks .widget-checkbox { width: auto; height: auto; margin: 0; }
& :is(.ibnb-ticks, .ibnb-actions) .widget-label-basic { display: flex; align-items: center; gap: 6px;
  margin: 0; width: auto; min-height: 26px; color: var(--ibnb-text); cursor: pointer; }
& :is(.ibnb-ticks, .ibnb-actions) input { margin: 0; accent-color: var(--ibnb-act); width: 15px; height: 15px; }
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
& .ibnb-reading { display: flex; flex-flow: row wrap; gap: 2px 20px; align-items: baseline; min-height: 20px;
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
  & .ibnb-chart-form > .ibnb-fields > :first-child { grid-column: span 2 !important; }
}
@container (max-width: 560px) {
  & .ibnb-chart-top > .ibnb-chart-form { flex-basis: 100%; }
  & .ibnb-picture > .ibnb-wide { display: none; }
  & .ibnb-picture > .ibnb-narrow { display: block; }
}
"""
# Both classes: on a page of many panels the sheet of another one, which has the rules of all, may come later.
CHART_CSS = "".join(
    (
        _RULES.replace("&", ".ibnb-setup.ibnb-chart"),
        f".ibnb-setup.ibnb-chart {{ --ibnb-chart-up: {LIGHT.up}; --ibnb-chart-down: {LIGHT.down}; }}",
        on_dark(".ibnb-setup.ibnb-chart", f"--ibnb-chart-up: {DARK.up}; --ibnb-chart-down: {DARK.down}"),
        dark_css(".ibnb-chart canvas"),
    )
)
