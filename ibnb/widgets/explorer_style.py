"""The look of an explorer, where it is more than that of every panel."""

from __future__ import annotations

from ibnb.plots.theme import dark_css

EXPLORER_CSS = """
.ibnb-setup.ibnb-explorer { max-width: 1040px; } /* two classes: the sheet of an embedded chart comes later */
.ibnb-explorer .ibnb-fields { grid-template-columns: repeat(6, 1fr); align-items: end; }
.ibnb-explorer .ibnb-top-fields { grid-template-columns: minmax(180px, 1.2fr) auto auto 1fr; }
.ibnb-explorer .jupyter-button.mod-active { border-color: var(--ibnb-act); font-weight: 600;
  box-shadow: inset 0 0 0 1px var(--ibnb-act);
  background: color-mix(in srgb, var(--ibnb-act) 14%, var(--ibnb-ground)) !important; }
.ibnb-explorer .jupyter-button:disabled { opacity: 1; color: var(--ibnb-muted); border-style: dashed; }
.ibnb-explorer .ibnb-carrier { display: none !important; }

/* the top */
.ibnb-explorer .ibnb-tiles { display: grid; grid-template-columns: repeat(6, minmax(0, 1fr)); gap: 10px; }
.ibnb-explorer .ibnb-tiles > div { padding: 8px 10px; border: 1px solid var(--ibnb-line); border-radius: 8px; }
.ibnb-explorer :is(dt, dd) { float: none; display: block; width: auto; margin: 0; padding: 0; }
.ibnb-explorer dt { font-size: 12px; font-weight: 400; color: var(--ibnb-muted); }
.ibnb-explorer .ibnb-figure { font-size: 16px; font-weight: 600; white-space: nowrap;
  font-variant-numeric: tabular-nums; }
.ibnb-explorer .ibnb-unit { font-size: 11px; font-weight: 400; color: var(--ibnb-muted); }
.ibnb-explorer .ibnb-gain { --ibnb-tone: var(--ibnb-good); }
.ibnb-explorer .ibnb-loss { --ibnb-tone: var(--ibnb-bad); }
.ibnb-explorer dd.ibnb-figure:is(.ibnb-gain, .ibnb-loss) { width: fit-content;
  border-bottom: 2px solid var(--ibnb-tone); }
.ibnb-explorer .ibnb-cushion-text { margin: 10px 0 3px !important; font-size: 12px;
  font-variant-numeric: tabular-nums; }
.ibnb-explorer .ibnb-cushion { height: 8px; border-radius: 4px; overflow: hidden; border: 1px solid var(--ibnb-calm);
  background: var(--ibnb-raised); }
.ibnb-explorer .ibnb-cushion > span { display: block; height: 100%; background: var(--ibnb-tone); }
.ibnb-explorer .ibnb-cash { display: flex; flex-wrap: wrap; gap: 2px 14px; margin-top: 10px; font-size: 12px;
  color: var(--ibnb-muted); }
.ibnb-explorer .ibnb-cash ul { display: flex; flex-wrap: wrap; gap: 2px 14px; margin: 0; padding: 0; list-style: none;
  color: var(--ibnb-text); font-variant-numeric: tabular-nums; }

/* the tables */
.ibnb-explorer .ibnb-scroll { overflow-x: auto !important; max-width: 100%; }
.ibnb-explorer table { width: 100%; margin: 0; border-collapse: collapse; font-size: 13px; table-layout: auto; }
.ibnb-explorer :is(thead, tbody, tfoot, tr) { background: none; border: 0; }
.ibnb-explorer caption { caption-side: top; padding: 0 0 6px; text-align: left; font-weight: 600;
  color: var(--ibnb-text); }
.ibnb-explorer :is(th, td) { padding: 4px 8px; text-align: right; vertical-align: middle; white-space: nowrap;
  max-width: none; color: var(--ibnb-text); border: 0; border-bottom: 1px solid var(--ibnb-line);
  font-variant-numeric: tabular-nums; }
.ibnb-explorer :is(th:first-child, .ibnb-c-symbol, .ibnb-c-account, .ibnb-none) { text-align: left; }
.ibnb-explorer thead th { font-size: 12px; font-weight: 600; color: var(--ibnb-muted); }
.ibnb-explorer .ibnb-none { padding: 18px 8px; color: var(--ibnb-muted); }
.ibnb-explorer tbody th { font-weight: 400; }
.ibnb-explorer .ibnb-group :is(th, td), .ibnb-explorer tfoot :is(th, td) { font-weight: 600;
  background: var(--ibnb-raised); }
.ibnb-explorer tfoot :is(th, td) { border-top: 2px solid var(--ibnb-line); }
.ibnb-explorer .ibnb-chosen :is(th, td) { background: color-mix(in srgb, var(--ibnb-act) 10%, var(--ibnb-ground)); }
.ibnb-explorer .ibnb-muted { font-size: 12px; font-weight: 400; color: var(--ibnb-muted); }
.ibnb-explorer .ibnb-move { border-radius: 4px; padding: 1px 5px; display: inline-block;
  background: color-mix(in srgb, var(--ibnb-tone, transparent) 13%, var(--ibnb-ground)); }
.ibnb-explorer :is(.ibnb-head, .ibnb-open) { font: inherit; color: inherit; background: none; border: 0; margin: 0;
  padding: 2px 0; cursor: pointer; min-height: 24px; }
.ibnb-explorer .ibnb-head { white-space: nowrap; }
.ibnb-explorer .ibnb-head:hover { text-decoration: underline; }
.ibnb-explorer th:not([aria-sort="none"]) > .ibnb-head { color: var(--ibnb-text); }
.ibnb-explorer .ibnb-open { font-weight: 600; text-decoration: underline; text-underline-offset: 2px;
  text-decoration-color: color-mix(in srgb, var(--ibnb-text) 40%, var(--ibnb-ground)); }
.ibnb-explorer .ibnb-small-table { margin-top: 10px; }
.ibnb-explorer :is(a, button):focus-visible { outline: 2px solid var(--jp-brand-color1, #1976d2) !important;
  outline-offset: 2px; }
.ibnb-explorer a { color: var(--jp-content-link-color, #0b5cad); text-decoration: underline; }

/* the pictures, and the chosen position */
.ibnb-explorer .ibnb-pictures { gap: 12px; }
.ibnb-explorer .ibnb-chosen-one { gap: 12px; padding: 14px; border: 1px solid var(--ibnb-line); border-radius: 8px;
  border-left: 4px solid var(--ibnb-act); }
.ibnb-explorer .ibnb-chosen-one .ibnb-chart { border: 0; padding: 0; }
.ibnb-explorer .ibnb-facts { display: flex; flex-wrap: wrap; gap: 6px 22px; margin-top: 6px !important;
  font-variant-numeric: tabular-nums; }

/* a narrow output */
@container (max-width: 880px) {
  .ibnb-explorer .ibnb-tiles { grid-template-columns: repeat(3, minmax(0, 1fr)); }
  .ibnb-explorer .ibnb-fields { grid-template-columns: repeat(3, 1fr); }
  .ibnb-explorer .ibnb-field:nth-child(n) { grid-column: auto; }
  .ibnb-explorer .ibnb-held .ibnb-c-realized { display: none; }
}
@container (max-width: 660px) {
  .ibnb-explorer .ibnb-held :is(.ibnb-c-price, .ibnb-c-account) { display: none; }
  .ibnb-explorer :is(th, td) { padding: 4px 5px; }
}
@container (max-width: 520px) {
  .ibnb-explorer :is(.ibnb-tiles, .ibnb-fields) { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .ibnb-explorer .ibnb-figure { font-size: 14px; white-space: normal; }
  .ibnb-explorer .ibnb-held :is(.ibnb-c-position, .ibnb-c-weight, .ibnb-c-unrealized) { display: none; }
  .ibnb-explorer .ibnb-held .ibnb-muted { display: block; white-space: normal; }
}
""" + dark_css(".ibnb-explorer canvas")
