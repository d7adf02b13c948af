"""The look of an explorer, where it is more than that of every panel."""

from __future__ import annotations

from ibnb.plots.drawing.theme import dark_css

_RULES = """
& { max-width: 1040px; }
& > .ibnb-fields { grid-template-columns: repeat(6, 1fr); align-items: end; }
& > .ibnb-top-fields { grid-template-columns: minmax(180px, 1.2fr) auto auto 1fr; }
& .jupyter-button.mod-active { border-color: var(--ibnb-act); font-weight: 600;
  box-shadow: inset 0 0 0 1px var(--ibnb-act);
  background: color-mix(in srgb, var(--ibnb-act) 14%, var(--ibnb-ground)) !important; }
& .jupyter-button:disabled { opacity: 1; color: var(--ibnb-muted); border-style: dashed; }
& .ibnb-carrier { display: none !important; }

/* the top */
& .ibnb-tiles { display: grid; grid-template-columns: repeat(6, minmax(0, 1fr)); gap: 10px; }
& .ibnb-tiles > div { padding: 8px 10px; border: 1px solid var(--ibnb-line); border-radius: 8px; }
& :is(dt, dd) { float: none; display: block; width: auto; margin: 0; padding: 0; }
& dt { font-size: 12px; font-weight: 400; color: var(--ibnb-muted); }
& .ibnb-figure { font-size: 16px; font-weight: 600; white-space: nowrap;
  font-variant-numeric: tabular-nums; }
& .ibnb-unit { font-size: 11px; font-weight: 400; color: var(--ibnb-muted); }
& .ibnb-gain { --ibnb-tone: var(--ibnb-good); }
& .ibnb-loss { --ibnb-tone: var(--ibnb-bad); }
& dd.ibnb-figure:is(.ibnb-gain, .ibnb-loss) { width: fit-content;
  border-bottom: 2px solid var(--ibnb-tone); }
& .ibnb-cushion-text { margin: 10px 0 3px !important; font-size: 12px;
  font-variant-numeric: tabular-nums; }
& .ibnb-cushion { height: 8px; border-radius: 4px; overflow: hidden; border: 1px solid var(--ibnb-calm);
  background: var(--ibnb-raised); }
& .ibnb-cushion > span { display: block; height: 100%; background: var(--ibnb-tone); }
& .ibnb-cash { display: flex; flex-wrap: wrap; gap: 2px 14px; margin-top: 10px; font-size: 12px;
  color: var(--ibnb-muted); }
& .ibnb-cash ul { display: flex; flex-wrap: wrap; gap: 2px 14px; margin: 0; padding: 0; list-style: none;
  color: var(--ibnb-text); font-variant-numeric: tabular-nums; }

/* the tables */
& .ibnb-scroll { overflow-x: auto !important; max-width: 100%; }
& table { width: 100%; margin: 0; border-collapse: collapse; font-size: 13px; table-layout: auto; }
& :is(thead, tbody, tfoot, tr) { background: none; border: 0; }
& caption { caption-side: top; padding: 0 0 6px; text-align: left; font-weight: 600;
  color: var(--ibnb-text); }
& :is(th, td) { padding: 4px 8px; text-align: right; vertical-align: middle; white-space: nowrap;
  max-width: none; color: var(--ibnb-text); border: 0; border-bottom: 1px solid var(--ibnb-line);
  font-variant-numeric: tabular-nums; }
& :is(th:first-child, .ibnb-c-symbol, .ibnb-c-account, .ibnb-none) { text-align: left; }
& thead th { font-size: 12px; font-weight: 600; color: var(--ibnb-muted); }
& .ibnb-none { padding: 18px 8px; color: var(--ibnb-muted); }
& tbody th { font-weight: 400; }
& .ibnb-group :is(th, td), & tfoot :is(th, td) { font-weight: 600;
  background: var(--ibnb-raised); }
& tfoot :is(th, td) { border-top: 2px solid var(--ibnb-line); }
& .ibnb-chosen :is(th, td) { background: color-mix(in srgb, var(--ibnb-act) 10%, var(--ibnb-ground)); }
& .ibnb-muted { font-size: 12px; font-weight: 400; color: var(--ibnb-muted); }
& .ibnb-move { border-radius: 4px; padding: 1px 5px; display: inline-block;
  background: color-mix(in srgb, var(--ibnb-tone, transparent) 13%, var(--ibnb-ground)); }
& :is(.ibnb-head, .ibnb-open) { font: inherit; color: inherit; background: none; border: 0; margin: 0;
  padding: 2px 0; cursor: pointer; min-height: 24px; }
& .ibnb-head { white-space: nowrap; }
& .ibnb-head:hover { text-decoration: underline; }
& th:not([aria-sort="none"]) > .ibnb-head { color: var(--ibnb-text); }
& .ibnb-open { font-weight: 600; text-decoration: underline; text-underline-offset: 2px;
  text-decoration-color: color-mix(in srgb, var(--ibnb-text) 40%, var(--ibnb-ground)); }
& .ibnb-small-table { margin-top: 10px; }
& :is(a, button):focus-visible { outline: 2px solid var(--jp-brand-color1, #1976d2) !important;
  outline-offset: 2px; }
& a { color: var(--jp-content-link-color, #0b5cad); text-decoration: underline; }

/* the pictures, and the chosen position */
& .ibnb-pictures { gap: 12px; }
& .ibnb-chosen-one { gap: 12px; padding: 14px; border: 1px solid var(--ibnb-line); border-radius: 8px;
  border-left: 4px solid var(--ibnb-act); }
& .ibnb-chosen-one .ibnb-chart { border: 0; padding: 0; }
& .ibnb-chart .ibnb-ticks .widget-checkbox { width: auto; }
& .ibnb-facts { display: flex; flex-wrap: wrap; gap: 6px 22px; margin-top: 6px !important;
  font-variant-numeric: tabular-nums; }

/* the tabs */
& .ibnb-tab > .jp-TabPanel-tabContents, & .ibnb-tab > .widget-tab-contents { padding: 12px 0 0; border: 0;
  border-top: 1px solid var(--ibnb-line); background: none; }
& .ibnb-tab .lm-TabBar-tab { border-radius: 6px 6px 0 0; color: var(--ibnb-text); background: none; }
& .ibnb-tab .lm-TabBar-tab.lm-mod-current { font-weight: 600; background: var(--ibnb-raised); }
& .ibnb-tab .lm-TabBar-tab:focus-visible { outline: 2px solid var(--jp-brand-color1, #1976d2); outline-offset: -2px; }
& .ibnb-tab .ibnb-fields { align-items: end; }
& .ibnb-risk-tiles { grid-template-columns: repeat(5, minmax(0, 1fr)); }

/* a narrow output */
@container (max-width: 880px) {
  & .ibnb-tiles { grid-template-columns: repeat(3, minmax(0, 1fr)); }
  & > .ibnb-fields { grid-template-columns: repeat(3, 1fr); }
  & > .ibnb-fields > .ibnb-field { grid-column: auto; }
  & .ibnb-held .ibnb-c-realized { display: none; }
}
@container (max-width: 660px) {
  & .ibnb-held :is(.ibnb-c-price, .ibnb-c-account) { display: none; }
  & :is(th, td) { padding: 4px 5px; }
}
@container (max-width: 520px) {
  & .ibnb-tiles, & > .ibnb-fields { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  & .ibnb-figure { font-size: 14px; white-space: normal; }
  & .ibnb-held :is(.ibnb-c-position, .ibnb-c-weight, .ibnb-c-unrealized) { display: none; }
  & .ibnb-held .ibnb-muted { display: block; white-space: normal; }
}
"""
# Two classes: the sheet of an embedded chart comes later, and would else win.
EXPLORER_CSS = _RULES.replace("&", ".ibnb-setup.ibnb-explorer") + dark_css(".ibnb-explorer canvas")
