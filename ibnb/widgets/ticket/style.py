"""The look of a ticket, where it is more than that of every panel."""

from __future__ import annotations

_RULES = """
& .ibnb-carrier { display: none !important; }
& .ibnb-form { gap: 10px; overflow: visible; }
& .ibnb-form > .ibnb-fields { grid-template-columns: 1.5fr 1fr 1fr 1fr; align-items: start; }
& .ibnb-form .widget-checkbox { width: auto; height: auto; margin: 22px 0 0; }
& .ibnb-form .widget-label-basic { display: flex; align-items: center; gap: 6px; margin: 0; width: auto;
  min-height: 26px; color: var(--ibnb-text); cursor: pointer; white-space: normal; line-height: 1.25; }
& .ibnb-form input[type=checkbox] { margin: 0; accent-color: var(--ibnb-act); width: 15px; height: 15px; }
& .ibnb-whose { padding: 6px 12px; border-left: 5px solid var(--ibnb-act); border-radius: 4px;
  background: var(--ibnb-raised); }
& .ibnb-whose.ibnb-kind-paper { border-left-color: var(--ibnb-good); }
& :is(.ibnb-whose, .ibnb-confirm).ibnb-kind-LIVE { border: 2px solid var(--ibnb-bad);
  border-left-width: 10px;
  background: color-mix(in srgb, var(--ibnb-bad) 12%, var(--ibnb-ground)); }
& .ibnb-quote dl, & .ibnb-preview dl { display: flex; flex-flow: row wrap; gap: 6px 26px;
  margin: 6px 0; font-variant-numeric: tabular-nums; }
& :is(.ibnb-quote, .ibnb-preview) :is(dt, dd) { float: none; display: block; width: auto; margin: 0;
  padding: 0; }
& :is(.ibnb-quote, .ibnb-preview) dt { font-size: 12px; font-weight: 400; color: var(--ibnb-muted); }
& :is(.ibnb-price, .ibnb-found) { font: inherit; color: var(--ibnb-text); background: var(--ibnb-ground);
  border: 1px solid color-mix(in srgb, var(--ibnb-text) 32%, var(--ibnb-ground)); border-radius: 6px; cursor: pointer;
  min-height: 26px; padding: 1px 10px; font-variant-numeric: tabular-nums; }
& .ibnb-found { text-align: left; }
& :is(.ibnb-price, .ibnb-found):hover { background: var(--ibnb-raised); }
& :is(.ibnb-price, .ibnb-found):focus-visible { outline: 2px solid var(--ibnb-act); outline-offset: 1px; }
& .ibnb-matches { display: flex; flex-flow: row wrap; gap: 6px; margin: 4px 0; padding: 0;
  list-style: none; }
& .ibnb-sentence { font-size: 15px; font-weight: 600; line-height: 1.4; }
& .ibnb-preview { padding: 8px 12px; border: 1px solid var(--ibnb-line); border-radius: 8px; margin: 4px 0; }
& .ibnb-confirm { margin-bottom: 10px; padding: 12px 14px; border: 2px solid var(--ibnb-act);
  border-left-width: 8px;  border-radius: 8px; }
& .ibnb-confirm.ibnb-kind-paper { border-color: var(--ibnb-good); }
& .ibnb-trade { padding: 8px 12px; border: 1px solid var(--ibnb-line); border-radius: 8px; margin: 4px 0; }
& .ibnb-bar { height: 6px; margin: 6px 0; border-radius: 3px; overflow: hidden;
  background: var(--ibnb-raised); border: 1px solid var(--ibnb-line); }
& .ibnb-bar > span { display: block; height: 100%; background: var(--ibnb-act); }
& .jupyter-button.ibnb-send { border: 2px solid var(--ibnb-act); font-weight: 700; }
&.ibnb-on-LIVE .jupyter-button.ibnb-send { border-color: var(--ibnb-bad); }
& .ibnb-change { display: grid; grid-template-columns: 1fr 1fr auto auto; gap: 10px; align-items: end; }
@container (max-width: 700px) {
  & .ibnb-form > .ibnb-fields { grid-template-columns: 1fr 1fr; }
  & .ibnb-form .ibnb-field { grid-column: auto !important; }
  & .ibnb-change { grid-template-columns: 1fr 1fr; }
}
"""
# Both classes: on a page of many panels the sheet of another one, which has the rules of all, may come later.
TICKET_CSS = _RULES.replace("&", ".ibnb-setup.ibnb-ticket")
