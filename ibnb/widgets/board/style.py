"""The look of a board's table, beside what all that is live has (`ibnb.widgets.live.style`)."""

from __future__ import annotations

CSS = """
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

.ibnb-board .ibnb-trend { display: flex; gap: 6px; align-items: center; justify-content: flex-end; }
.ibnb-board .ibnb-trend .ibnb-spark { margin: 0; }
.ibnb-board .ibnb-failed { white-space: normal; overflow-wrap: anywhere; text-align: left; min-width: 110px;
  max-width: 200px; font-size: 12px; color: var(--ibnb-muted); }
.ibnb-board thead button { font: inherit; color: inherit; background: none; border: 0; margin: 0; padding: 2px 0;
  cursor: pointer; text-align: inherit; white-space: nowrap; }
.ibnb-board thead button:hover { text-decoration: underline; color: var(--ibnb-text); }
.ibnb-board th[aria-sort="ascending"], .ibnb-board th[aria-sort="descending"] { color: var(--ibnb-text); }
.ibnb-board .ibnb-carrier, .ibnb-board .ibnb-narrow { display: none; }
.ibnb-board .ibnb-narrow { margin: 6px 0 0; }

/* what opens by Edit */
.ibnb-board .ibnb-editor, .ibnb-board .ibnb-edit { gap: 8px; }
.ibnb-board .ibnb-edit { padding: 10px 12px; border: 1px solid var(--ibnb-line); border-radius: 8px;
  background: var(--ibnb-raised); }
.ibnb-board .ibnb-actions { display: flex; flex-flow: row wrap; gap: 8px; align-items: flex-end; }
.ibnb-board .ibnb-field { width: auto; min-width: 0; flex: 1 1 150px; max-width: 300px; height: auto; margin: 0;
  flex-direction: column; align-items: stretch; gap: 2px; }
.ibnb-board .ibnb-field > .widget-label { width: auto; height: 18px; margin: 0; line-height: 18px; text-align: left;
  font-size: 12px; font-weight: 600; color: var(--ibnb-text); }
.ibnb-board .ibnb-field > :is(input, select) { flex: none !important; box-sizing: border-box; width: 100% !important;
  height: 32px !important; padding: 0 8px; font-size: 13px; color: var(--ibnb-text) !important; border-radius: 6px;
  background-color: var(--ibnb-ground) !important;
  border: 1px solid color-mix(in srgb, var(--ibnb-text) 45%, var(--ibnb-ground)) !important; }
.ibnb-board .ibnb-notice { display: flex; gap: 10px; padding: 8px 12px; border-radius: 6px;
  border-left: 4px solid var(--ibnb-tone); background: color-mix(in srgb, var(--ibnb-tone) 9%, var(--ibnb-ground)); }
.ibnb-board .ibnb-notice p { margin: 0; overflow-wrap: anywhere; }
.ibnb-board .ibnb-headline { font-weight: 600; }
.ibnb-board .ibnb-is-pass { --ibnb-tone: var(--ibnb-up); }
.ibnb-board .ibnb-is-fail { --ibnb-tone: var(--ibnb-down); }
.ibnb-board .ibnb-is-busy, .ibnb-board .ibnb-is-idle { --ibnb-tone: var(--ibnb-calm); }

/* a narrow output: what does not fit is left out, and said; what is still too wide scrolls */
@container (max-width: 1000px) { .ibnb-board :is(.ibnb-c-volume, .ibnb-c-time) { display: none; }
  .ibnb-board .ibnb-narrow-some { display: block; }
  .ibnb-board .ibnb-reason > div { max-width: 640px; } /* or it goes out of sight with a row that is too wide */ }
@container (max-width: 800px) {
  .ibnb-board .ibnb-c-size { display: none; }
  .ibnb-board .ibnb-reason > div { max-width: 460px; }
  .ibnb-board :is(th, td) { padding: 4px 6px; }
  .ibnb-board .ibnb-narrow-some { display: none; } .ibnb-board .ibnb-narrow-more { display: block; }
}
@container (max-width: 640px) {
  .ibnb-board :is(.ibnb-c-bid, .ibnb-c-ask, .ibnb-c-kind) { display: none; }
  .ibnb-board .ibnb-reason > div { max-width: 250px; }
  .ibnb-board :is(th, td) { padding: 4px 4px; }
  .ibnb-board .ibnb-trend { flex-direction: column; gap: 2px; align-items: flex-end; }
  .ibnb-board .ibnb-spark { width: 60px; }
  .ibnb-board .ibnb-field { flex: 1 1 100%; max-width: none; }
  .ibnb-board .ibnb-narrow-more { display: none; } .ibnb-board .ibnb-narrow-most { display: block; }
}
@container (max-width: 400px) { .ibnb-board .ibnb-change-value { display: none; } }
@container (max-width: 310px) { .ibnb-board .ibnb-c-trend { display: none; }
  .ibnb-board .ibnb-narrow-most { display: none; } .ibnb-board .ibnb-narrow-nearly-all { display: block; } }
"""
