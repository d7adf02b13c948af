"""The look of a board: one style sheet in the colours of JupyterLab's theme, with fallbacks for other front ends.

Text keeps the theme's own colours; only tints, borders and lines tell by colour, and a sign or a word says the same.
"""

from __future__ import annotations

CSS = """
.ibnb-board {
  --ibnb-text: var(--jp-ui-font-color1, #212121);
  --ibnb-ground: var(--jp-layout-color1, #ffffff);
  --ibnb-muted: color-mix(in srgb, var(--ibnb-text) 74%, var(--ibnb-ground));
  --ibnb-line: var(--jp-border-color2, #e0e0e0);
  --ibnb-raised: var(--jp-layout-color2, #f5f5f5);
  --ibnb-up: #2e7d32; --ibnb-down: #c62828; --ibnb-care: #b45309; --ibnb-calm: #757575;
  container-type: inline-size; box-sizing: border-box; width: 100%; max-width: 980px; margin: 4px 0; padding: 12px 14px;
  gap: 8px; overflow: visible !important; color: var(--ibnb-text); background: var(--ibnb-ground);
  border: 1px solid var(--ibnb-line); border-radius: 10px;
  font-family: var(--jp-ui-font-family, system-ui, sans-serif); font-size: 13px; line-height: 1.4;
}
.ibnb-board .widget-box, .ibnb-board .jupyter-widget-box { overflow: visible; }
.ibnb-board .widget-html, .ibnb-board .jupyter-widget-html { margin: 0; width: 100%; height: auto; min-width: 0; }
.ibnb-board .widget-html-content { line-height: 1.4 !important; min-width: 0; font-size: 13px; }
.ibnb-board .ibnb-sheet { display: none; }
.ibnb-board .ibnb-spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }

/* the line above: how the connection stands, and Stop */
.ibnb-board .ibnb-bar { display: flex; gap: 10px; align-items: center; }
.ibnb-board .ibnb-state { margin: 0; padding: 5px 10px; border-left: 4px solid var(--ibnb-tone); border-radius: 4px;
  background: color-mix(in srgb, var(--ibnb-tone) 9%, var(--ibnb-ground)); overflow-wrap: anywhere; }
.ibnb-board .ibnb-is-live { --ibnb-tone: var(--ibnb-up); }
.ibnb-board .ibnb-is-stale { --ibnb-tone: var(--ibnb-care); }
.ibnb-board .ibnb-is-lost { --ibnb-tone: var(--ibnb-down); }
.ibnb-board .ibnb-is-stopped { --ibnb-tone: var(--ibnb-calm); }
.ibnb-board .ibnb-state b { font-weight: 600; }
.ibnb-board .jupyter-button { flex: none; width: auto; height: 32px; margin: 0; padding: 0 14px; line-height: 30px;
  font-size: 13px; font-weight: 500; color: var(--ibnb-text); background: var(--ibnb-ground); border-radius: 6px;
  border: 1px solid color-mix(in srgb, var(--ibnb-text) 32%, var(--ibnb-ground)); }
.ibnb-board .jupyter-button:hover:enabled { background: var(--ibnb-raised); box-shadow: none; }
.ibnb-board .jupyter-button:disabled { opacity: 1; color: var(--ibnb-muted); border-style: dashed; }
.ibnb-board button:focus-visible { outline: 2px solid var(--jp-brand-color1, #1976d2) !important; outline-offset: 2px; }

/* the table */
.ibnb-board table { width: 100%; margin: 0; border-collapse: collapse; font-size: 13px; table-layout: auto; }
.ibnb-board :is(thead, tbody, tr) { background: none; border: 0; }
.ibnb-board :is(th, td) { padding: 4px 7px; text-align: right; vertical-align: middle; white-space: nowrap;
  max-width: none; color: var(--ibnb-text); border: 0; border-bottom: 1px solid var(--ibnb-line);
  font-variant-numeric: tabular-nums; }
.ibnb-board thead th { font-size: 12px; font-weight: 600; color: var(--ibnb-muted); }
.ibnb-board :is(th:first-child, .ibnb-word, .ibnb-reason) { text-align: left; }
.ibnb-board tbody th { font-weight: 600; }
.ibnb-board .ibnb-long { white-space: normal; overflow-wrap: anywhere; }
.ibnb-board .ibnb-small { font-size: 12px; font-weight: 400; color: var(--ibnb-muted); }
.ibnb-board .ibnb-reason { white-space: normal; overflow-wrap: anywhere; }
.ibnb-board .ibnb-move { border-radius: 4px; padding: 1px 6px; display: inline-block;
  background: color-mix(in srgb, var(--ibnb-tone, transparent) 14%, var(--ibnb-ground)); }
.ibnb-board .ibnb-up { --ibnb-tone: var(--ibnb-up); }
.ibnb-board .ibnb-down { --ibnb-tone: var(--ibnb-down); }
.ibnb-board .ibnb-old :is(td, th) { color: var(--ibnb-muted); }
.ibnb-board .ibnb-spark { display: block; margin-left: auto; width: 84px; height: 20px; overflow: visible; fill: none;
  stroke: color-mix(in srgb, var(--ibnb-tone, var(--ibnb-calm)) 70%, var(--ibnb-text)); stroke-width: 1.5; }

/* a narrow output */
@container (max-width: 860px) { .ibnb-board :is(.ibnb-c-volume, .ibnb-c-time) { display: none; } }
@container (max-width: 660px) {
  .ibnb-board .ibnb-c-size { display: none; }
  .ibnb-board :is(th, td) { padding: 4px 6px; }
}
@container (max-width: 520px) {
  .ibnb-board :is(.ibnb-c-bid, .ibnb-c-ask, .ibnb-c-kind) { display: none; }
  .ibnb-board :is(th, td) { padding: 4px 4px; }
  .ibnb-board .ibnb-spark { width: 60px; }
}
@container (max-width: 400px) { .ibnb-board .ibnb-change-value { display: none; } }
@container (max-width: 310px) { .ibnb-board .ibnb-c-trend { display: none; } }
"""
