"""The look of a chain, where it is more than that of every panel.

What is in the money is hatched and has a mark beside its strike; the row at the money has lines and a word. A page that
is narrow shows the columns next to the strikes, and says so.
"""

from __future__ import annotations

_RULES = """
& { max-width: 1040px; gap: 10px; padding: 16px 18px; }
&.ibnb-wide { max-width: none; }
& .ibnb-carrier { display: none !important; }
& > .ibnb-fields { display: flex; flex-flow: row wrap; align-items: end; gap: 8px 10px; }
& > .ibnb-fields > .ibnb-field { flex: 1 1 130px; }
& > .ibnb-fields > .jupyter-button { flex: 0 0 auto; }
& .ibnb-under { font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
& .ibnb-unit { font-size: 12px; color: var(--ibnb-muted); }
& .ibnb-columns { display: flex; flex-wrap: wrap; gap: 6px; }
& .ibnb-column { font: inherit; font-size: 12px; min-height: 26px; padding: 2px 10px; border-radius: 13px;
  cursor: pointer; color: var(--ibnb-text); background: var(--ibnb-ground);
  border: 1px solid color-mix(in srgb, var(--ibnb-text) 40%, var(--ibnb-ground)); }
& .ibnb-column:hover, & .ibnb-expiry:hover { background: var(--ibnb-raised); }
& .ibnb-column[aria-pressed="true"] { font-weight: 600; border-color: var(--ibnb-act);
  box-shadow: inset 0 0 0 1px var(--ibnb-act);
  background: color-mix(in srgb, var(--ibnb-act) 14%, var(--ibnb-ground)); }
& .ibnb-column[aria-pressed="true"]::before { content: "\\2713\\00a0"; }

/* the tabs */
& .ibnb-strip { overflow-x: auto !important; max-width: 100%; border-bottom: 1px solid var(--ibnb-line); }
& .ibnb-tabs { display: flex; gap: 4px; padding: 3px 3px 4px; width: max-content; }
& .ibnb-expiry { font: inherit; text-align: left; cursor: pointer; padding: 4px 10px; border-radius: 6px;
  color: var(--ibnb-text); background: none; border: 1px solid var(--ibnb-line); white-space: nowrap; }
& .ibnb-expiry > span { display: block; }
& .ibnb-day { font-weight: 600; font-variant-numeric: tabular-nums; }
& .ibnb-about { font-size: 12px; color: var(--ibnb-muted); }
& .ibnb-expiry[aria-selected="true"] { border-color: var(--ibnb-act); box-shadow: inset 0 -3px 0 var(--ibnb-act);
  background: color-mix(in srgb, var(--ibnb-act) 12%, var(--ibnb-ground)); }
& .ibnb-expiry[aria-selected="true"] > .ibnb-about { color: var(--ibnb-text); }

/* the table */
& .ibnb-strikes { overflow: auto !important; max-height: 470px; max-width: 100%; border-radius: 6px;
  border: 1px solid var(--ibnb-line); }
&.ibnb-has-open > .ibnb-strikes { max-height: 245px; }
& .ibnb-options { width: 100%; margin: 0; border-collapse: separate; border-spacing: 0; font-size: 13px;
  table-layout: auto; }
& .ibnb-options :is(thead, tbody, tr) { background: none; border: 0; }
& .ibnb-options :is(th, td) { padding: 3px 7px; text-align: right; vertical-align: middle; white-space: nowrap;
  max-width: none; color: var(--ibnb-text); border: 0; border-bottom: 1px solid var(--ibnb-line);
  font-variant-numeric: tabular-nums; }
& .ibnb-options thead th { position: sticky; top: 0; z-index: 2; padding: 6px 7px; font-size: 12px; font-weight: 600;
  color: var(--ibnb-text); background: var(--ibnb-raised); }
& .ibnb-options :is(tbody th, thead th:not([class])) { text-align: center; font-weight: 600;
  background: var(--ibnb-raised); }
& .ibnb-options .ibnb-mark { padding: 0 2px; text-align: center; }
& .ibnb-options tbody td { cursor: pointer; }
& .ibnb-options tbody tr:hover :is(td, th) { background-color: var(--ibnb-raised); }
& .ibnb-call-in > td:has(~ th), & .ibnb-put-in > th ~ td {
  background-image: repeating-linear-gradient(135deg,
    color-mix(in srgb, var(--ibnb-act) 20%, transparent) 0 1px, transparent 1px 7px);
  background-color: color-mix(in srgb, var(--ibnb-act) 8%, var(--ibnb-ground)); }
& .ibnb-call-old > td:has(~ th):not(.ibnb-mark), & .ibnb-put-old > th ~ td:not(.ibnb-mark) {
  color: var(--ibnb-muted); font-style: italic; }
& .ibnb-at > :is(td, th) { border-top: 2px solid var(--ibnb-act); border-bottom: 2px solid var(--ibnb-act); }
& .ibnb-at-mark { display: block; font-size: 11px; font-weight: 600; line-height: 13px; color: var(--ibnb-text); }
& .ibnb-at-short { display: none; }
& .ibnb-in { display: inline-block; width: 1.1em; text-align: center; color: var(--ibnb-muted); }
& .ibnb-state { font: inherit; min-width: 26px; min-height: 24px; padding: 0; margin: 0; cursor: pointer;
  color: var(--ibnb-text); background: none; border: 1px solid transparent; border-radius: 5px; }
& .ibnb-state:hover { border-color: color-mix(in srgb, var(--ibnb-text) 45%, var(--ibnb-ground)); }
& .ibnb-state[aria-pressed="true"] { border: 2px solid var(--ibnb-act);
  background: color-mix(in srgb, var(--ibnb-act) 20%, var(--ibnb-ground)); }
& :is(.ibnb-state, .ibnb-expiry, .ibnb-column):focus-visible {
  outline: 2px solid var(--jp-brand-color1, #1976d2) !important; outline-offset: -1px; }
& .ibnb-live-words { font-size: 12px; color: var(--ibnb-muted); font-variant-numeric: tabular-nums;
  overflow-wrap: anywhere; }
& .ibnb-cut { display: none; font-size: 12px; color: var(--ibnb-muted); }

/* the open option */
& .ibnb-chosen-one { gap: 10px; padding: 14px; border: 1px solid var(--ibnb-line); border-radius: 8px;
  border-left: 4px solid var(--ibnb-act); }
& .ibnb-chosen-one :is(.ibnb-chart, .ibnb-ticket) { border: 0; padding: 0; max-width: none; }

/* a narrow output: the columns next to the strikes, and what is left out in words */
@container (max-width: 1180px) { & .ibnb-options :is(.ibnb-n8, .ibnb-n9, .ibnb-n10) { display: none; }
  & .ibnb-cut-8 { display: block; } }
@container (max-width: 930px) { & .ibnb-options :is(.ibnb-n6, .ibnb-n7) { display: none; }
  & .ibnb-cut { display: none; } & .ibnb-cut-6 { display: block; } }
@container (max-width: 700px) { & .ibnb-options :is(.ibnb-n4, .ibnb-n5) { display: none; }
  & .ibnb-cut { display: none; } & .ibnb-cut-4 { display: block; } }
@container (max-width: 480px) { & .ibnb-options :is(.ibnb-n2, .ibnb-n3) { display: none; }
  & .ibnb-cut { display: none; } & .ibnb-cut-2 { display: block; }
  & > .ibnb-fields > .ibnb-field { flex-basis: 90px; }
  & .ibnb-strikes { margin: 0 -13px; max-width: calc(100% + 26px); width: auto; }
  & .ibnb-options { font-size: 11px; } & .ibnb-options :is(th, td) { padding: 3px 1px; }
  & .ibnb-options thead th { padding: 5px 1px; font-size: 10px; }
  & .ibnb-state { min-width: 24px; }
  & .ibnb-in, & .ibnb-at-long { display: none; } & .ibnb-at-short { display: inline; } }
"""
# Two classes: the sheet of an embedded chart comes later, and would else win.
CHAIN_CSS = _RULES.replace("&", ".ibnb-setup.ibnb-chain")
