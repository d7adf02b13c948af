"""The look of a blotter, where it is more than that of every panel."""

from __future__ import annotations

BLOTTER_CSS = """
.ibnb-blotter { max-width: 1100px; }
.ibnb-blotter .ibnb-carrier { display: none !important; }
.ibnb-blotter > .ibnb-fields { grid-template-columns: 2fr auto auto auto; align-items: end; }
.ibnb-blotter .ibnb-scroll { overflow-x: auto !important; max-width: 100%; }
.ibnb-blotter table { width: 100%; margin: 0; border-collapse: collapse; font-size: 13px; table-layout: auto; }
.ibnb-blotter :is(thead, tbody, tr) { background: none; border: 0; }
.ibnb-blotter caption { caption-side: top; padding: 0 0 6px; text-align: left; font-weight: 600;
  color: var(--ibnb-text); }
.ibnb-blotter :is(th, td) { padding: 4px 8px; text-align: left; vertical-align: middle; white-space: nowrap;
  max-width: none; color: var(--ibnb-text); border: 0; border-bottom: 1px solid var(--ibnb-line);
  font-variant-numeric: tabular-nums; font-weight: 400; }
.ibnb-blotter thead th { font-size: 12px; font-weight: 600; color: var(--ibnb-muted); }
.ibnb-blotter tbody th { font-weight: 600; }
.ibnb-blotter .ibnb-none { padding: 14px 8px; color: var(--ibnb-muted); }
.ibnb-blotter .ibnb-act { font: inherit; font-size: 12px; color: var(--ibnb-text); background: var(--ibnb-ground);
  border: 1px solid color-mix(in srgb, var(--ibnb-text) 32%, var(--ibnb-ground)); border-radius: 6px; cursor: pointer;
  min-height: 24px; padding: 0 8px; }
.ibnb-blotter .ibnb-act:hover { background: var(--ibnb-raised); }
.ibnb-blotter .ibnb-act:focus-visible { outline: 2px solid var(--ibnb-act); outline-offset: 1px; }
.ibnb-blotter .ibnb-change { display: grid; grid-template-columns: 1.4fr 1fr 1fr auto auto; gap: 10px;
  align-items: end; }
.ibnb-blotter .jupyter-button:disabled { opacity: 1; color: var(--ibnb-muted); border-style: dashed; }
@container (max-width: 700px) {
  .ibnb-blotter > .ibnb-fields, .ibnb-blotter .ibnb-change { grid-template-columns: 1fr 1fr; }
}
"""
