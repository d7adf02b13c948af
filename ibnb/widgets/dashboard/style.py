"""The look of a dashboard: its tabs, and panels that lie on the page without a frame of their own."""

from __future__ import annotations

_RULES = """
.ibnb-dashboard {
  --ibnb-text: var(--jp-ui-font-color1, #212121);
  --ibnb-ground: var(--jp-layout-color1, #ffffff);
  --ibnb-muted: color-mix(in srgb, var(--ibnb-text) 74%, var(--ibnb-ground));
  --ibnb-line: var(--jp-border-color2, #e0e0e0);
  --ibnb-raised: var(--jp-layout-color2, #f5f5f5);
  --ibnb-good: #2e7d32; --ibnb-care: #b45309; --ibnb-bad: #c62828; --ibnb-act: #1565c0; --ibnb-calm: #757575;
  container-type: inline-size; box-sizing: border-box; width: 100%; gap: 10px; overflow: visible !important;
  color: var(--ibnb-text); font-family: var(--jp-ui-font-family, system-ui, sans-serif); font-size: 13px;
}
.ibnb-dashboard > .ibnb-sheet { display: none; }
.ibnb-dashboard > .widget-html { margin: 0; height: auto; }
.ibnb-dashboard .ibnb-whose { margin: 0; padding: 8px 14px; border-left: 6px solid var(--ibnb-act); border-radius: 6px;
  font-size: 13px; line-height: 1.45; background: var(--ibnb-ground); color: var(--ibnb-text); }
.ibnb-dashboard .ibnb-whose strong { font-size: 15px; }
.ibnb-dashboard .ibnb-whose.ibnb-kind-none { border-left-color: var(--ibnb-calm); }
.ibnb-dashboard .ibnb-whose.ibnb-kind-paper { border-left-color: var(--ibnb-good); }
.ibnb-dashboard .ibnb-whose.ibnb-kind-LIVE { border: 2px solid var(--ibnb-bad); border-left-width: 10px;
  background: color-mix(in srgb, var(--ibnb-bad) 12%, var(--ibnb-ground)); }

/* what is told stands above the tabs, once */
& .ibnb-told { display: none !important; }

/* the tabs */
& { width: 100%; margin: 0; overflow: visible; }
& > .lm-TabBar { min-height: 0; overflow: visible; border-bottom: 1px solid var(--ibnb-line); }
& > .lm-TabBar > .lm-TabBar-content { gap: 4px; align-items: stretch; overflow: visible; }
& > .lm-TabBar .lm-TabBar-tab { flex: none; min-width: 0; height: auto; min-height: 36px;
  margin: 0 0 -1px !important; padding: 0 16px; font-family: inherit; font-size: 14px; line-height: 33px;
  color: var(--ibnb-muted); background: none; border: 0;
  border-bottom: 3px solid transparent; border-radius: 6px 6px 0 0; transform: none;
  cursor: pointer; }
& > .lm-TabBar .lm-TabBar-tab::before { display: none; }
& > .lm-TabBar .lm-TabBar-tab:hover { color: var(--ibnb-text); background: var(--ibnb-ground); }
& > .lm-TabBar .lm-TabBar-tab.lm-mod-current { color: var(--ibnb-text); font-weight: 600;
  border-bottom-color: var(--ibnb-act); }
& > .lm-TabBar .lm-TabBar-tab:focus-visible { outline: 2px solid var(--jp-brand-color1, #1976d2);
  outline-offset: -2px; }
& > .lm-TabBar .lm-TabBar-tabLabel { flex: none; overflow: visible; }
& > .lm-TabBar .lm-TabBar-tabCloseIcon { display: none; }
& > .widget-tab-contents { margin: 0; padding: 12px 0 0; border: 0; background: none;
  overflow: visible !important; }
.ibnb-dashboard .ibnb-place { width: 100%; gap: 10px; overflow: visible; }
.ibnb-dashboard :is(.ibnb-setup.ibnb-setup, .ibnb-board) { max-width: none; margin: 0; }
.ibnb-dashboard .ibnb-quotes > .ibnb-fields { grid-template-columns: minmax(140px, 320px) auto auto 1fr;
  align-items: end; }
.ibnb-dashboard .ibnb-quotes .ibnb-field { grid-column: auto !important; }
.ibnb-dashboard .ibnb-quotes .ibnb-board { border: 0; padding: 0; }
.ibnb-dashboard .ibnb-none-yet { margin: 0; padding: 18px 14px; color: var(--ibnb-muted); }
@container (max-width: 520px) {
  & > .lm-TabBar > .lm-TabBar-content { gap: 0; justify-content: space-between; }
  & > .lm-TabBar .lm-TabBar-tab { padding: 0 7px; font-size: 13px; }
  .ibnb-dashboard :is(.ibnb-setup, .ibnb-board) { padding: 12px 10px; }
  .ibnb-dashboard .ibnb-quotes > .ibnb-fields { grid-template-columns: 1fr auto auto; }
}
"""
DASHBOARD_CSS = _RULES.replace("&", ".ibnb-dashboard .ibnb-tabs")
