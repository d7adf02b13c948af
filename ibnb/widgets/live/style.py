"""The look of what is live: one style sheet in the colours of JupyterLab's theme, with fallbacks for other front ends.

Text keeps the theme's own colours; only tints, borders and lines tell by colour, and a sign or a word says the same.
"""

from __future__ import annotations

CSS = """
.ibnb-live {
  --ibnb-text: var(--jp-ui-font-color1, #212121);
  --ibnb-ground: var(--jp-layout-color1, #ffffff);
  --ibnb-muted: color-mix(in srgb, var(--ibnb-text) 74%, var(--ibnb-ground));
  --ibnb-line: var(--jp-border-color2, #e0e0e0);
  --ibnb-raised: var(--jp-layout-color2, #f5f5f5);
  --ibnb-up: #2e7d32; --ibnb-down: #c62828; --ibnb-care: #b45309; --ibnb-calm: #757575;
  container-type: inline-size; box-sizing: border-box; width: 100%; max-width: 1100px; margin: 4px 0;
  padding: 12px 14px;
  gap: 8px; overflow: visible !important; color: var(--ibnb-text); background: var(--ibnb-ground);
  border: 1px solid var(--ibnb-line); border-radius: 10px;
  font-family: var(--jp-ui-font-family, system-ui, sans-serif); font-size: 13px; line-height: 1.4;
}
.ibnb-live .widget-box, .ibnb-live .jupyter-widget-box { overflow: visible; }
.ibnb-live .widget-html, .ibnb-live .jupyter-widget-html { margin: 0; width: 100%; height: auto; min-width: 0; }
.ibnb-live .widget-html-content { line-height: 1.4 !important; min-width: 0; font-size: 13px; }
.ibnb-live .ibnb-sheet { display: none; }
.ibnb-live .ibnb-spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }

/* the line above: how it stands, and what to press */
.ibnb-live .ibnb-bar { display: flex; gap: 8px; align-items: center; }
.ibnb-live .ibnb-state { margin: 0; padding: 5px 10px; border-left: 4px solid var(--ibnb-tone); border-radius: 4px;
  background: color-mix(in srgb, var(--ibnb-tone) 9%, var(--ibnb-ground)); overflow-wrap: anywhere; }
.ibnb-live .ibnb-is-live { --ibnb-tone: var(--ibnb-up); }
.ibnb-live .ibnb-is-stale { --ibnb-tone: var(--ibnb-care); }
.ibnb-live .ibnb-is-lost { --ibnb-tone: var(--ibnb-down); }
.ibnb-live .ibnb-is-stopped { --ibnb-tone: var(--ibnb-calm); }
.ibnb-live .ibnb-state b { font-weight: 600; }
.ibnb-live .jupyter-button { flex: none; width: auto; height: 32px; margin: 0; padding: 0 14px; line-height: 30px;
  font-size: 13px; font-weight: 500; color: var(--ibnb-text); background: var(--ibnb-ground); border-radius: 6px;
  border: 1px solid color-mix(in srgb, var(--ibnb-text) 32%, var(--ibnb-ground)); }
.ibnb-live .jupyter-button:hover:enabled { background: var(--ibnb-raised); box-shadow: none; }
.ibnb-live .jupyter-button:disabled { opacity: 1; color: var(--ibnb-muted); border-style: dashed; }
.ibnb-live :is(button, input, select):focus-visible {
  outline: 2px solid var(--jp-brand-color1, #1976d2) !important; outline-offset: 2px; }

/* the data: scrolled where it stays when what is in it is painted anew */
.ibnb-live .ibnb-data { overflow: auto; max-height: 34em;
  background: linear-gradient(to left, var(--ibnb-ground) 40%, transparent) right / 40px 100% no-repeat local,
    linear-gradient(to left, color-mix(in srgb, var(--ibnb-text) 30%, transparent), transparent)
      right / 12px 100% no-repeat scroll; }
.ibnb-live .ibnb-data:focus-visible { outline: 2px solid var(--jp-brand-color1, #1976d2); }

/* a narrow output: the buttons below the line */
@container (max-width: 520px) { .ibnb-live .ibnb-bar { flex-wrap: wrap; }
  .ibnb-live .ibnb-bar > .widget-html { flex: 1 0 100%; } }
"""
