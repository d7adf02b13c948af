"""The look of a blotter, where it is more than that of every panel."""

from __future__ import annotations

_RULES = """
& { max-width: 1100px; }
& .ibnb-carrier { display: none !important; }
& > .ibnb-fields { grid-template-columns: 2fr auto auto auto; align-items: end; }
/* A shadow at the right while there is more to scroll to. */
& .ibnb-scroll { overflow-x: auto !important; max-width: 100%;
  background: linear-gradient(to left, var(--ibnb-ground) 40%, transparent) right / 36px 100% no-repeat local,
    linear-gradient(to left, color-mix(in srgb, var(--ibnb-text) 30%, var(--ibnb-ground)), transparent)
    right / 14px 100% no-repeat; }
& table { width: 100%; margin: 0; border-collapse: collapse; font-size: 13px; table-layout: auto; }
& :is(thead, tbody, tr) { background: none; border: 0; }
& caption { caption-side: top; padding: 0 0 6px; text-align: left; font-weight: 600;
  color: var(--ibnb-text); }
& :is(th, td) { padding: 4px 8px; text-align: left; vertical-align: middle; white-space: nowrap;
  max-width: none; color: var(--ibnb-text); border: 0; border-bottom: 1px solid var(--ibnb-line);
  font-variant-numeric: tabular-nums; font-weight: 400; }
& thead th { font-size: 12px; font-weight: 600; color: var(--ibnb-muted); }
& tbody th, & tfoot :is(th, td) { font-weight: 600; }
& .ibnb-number { text-align: right; }
& .ibnb-head { font: inherit; font-weight: 600; color: var(--ibnb-muted); background: none; border: 0; padding: 2px 0;
  cursor: pointer; min-height: 24px; }
& .ibnb-head:hover, & th:not([aria-sort="none"]) > .ibnb-head { color: var(--ibnb-text); }
& .ibnb-head:focus-visible { outline: 2px solid var(--ibnb-act); outline-offset: 1px; }
& .ibnb-arrow { display: inline-block; width: 1em; text-align: center; }
& .ibnb-none { padding: 14px 8px; color: var(--ibnb-muted); }
& .ibnb-act { font: inherit; font-size: 12px; color: var(--ibnb-text); background: var(--ibnb-ground);
  border: 1px solid color-mix(in srgb, var(--ibnb-text) 32%, var(--ibnb-ground)); border-radius: 6px; cursor: pointer;
  min-height: 24px; padding: 0 8px; }
& .ibnb-act:hover { background: var(--ibnb-raised); }
& .ibnb-act:focus-visible { outline: 2px solid var(--ibnb-act); outline-offset: 1px; }
& .ibnb-change { display: grid; grid-template-columns: 1.4fr 1fr 1fr auto auto; gap: 10px;
  align-items: end; }
@container (max-width: 800px) {
  & :is(th, td) { padding: 4px 5px; font-size: 12px; }
}
@container (max-width: 700px) {
  & > .ibnb-fields, & .ibnb-change { grid-template-columns: 1fr 1fr; }
}
"""
# Both classes: on a page of many panels the sheet of another one, which has the rules of all, may come later.
BLOTTER_CSS = _RULES.replace("&", ".ibnb-setup.ibnb-blotter")
