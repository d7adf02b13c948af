"""The look of an explorer, where it is more than that of every panel."""

from __future__ import annotations

from ibnb.plots.drawing.theme import dark_css

_RULES = """
& { max-width: 1160px; padding: 12px 18px; gap: 10px; }
& > .ibnb-fields { grid-template-columns: repeat(6, minmax(0, 1fr)); align-items: end; gap: 8px 10px; }
& > .ibnb-top-fields { grid-template-columns: minmax(130px, 200px) auto auto 1fr; }
& > .ibnb-top-fields > .widget-html { align-self: center; padding-top: 18px; }
& > .ibnb-top-fields > .widget-html:has(.ibnb-notice) { grid-column: 1 / -1; padding: 0; }
& > .ibnb-title-row { display: flex; flex-flow: row wrap; gap: 2px 18px; align-items: baseline; }
& > .ibnb-title-row > .widget-html { width: auto; }
& > .ibnb-title-row > .ibnb-connection { margin-left: auto; }
& .ibnb-quiet { display: flex; flex-wrap: wrap; gap: 2px 6px; align-items: center; min-height: 20px;
  color: var(--ibnb-muted); }
& .ibnb-quiet strong { color: var(--ibnb-text); font-weight: 600; }
& .jupyter-button.mod-active { border-color: var(--ibnb-act); font-weight: 600;
  box-shadow: inset 0 0 0 1px var(--ibnb-act);
  background: color-mix(in srgb, var(--ibnb-act) 14%, var(--ibnb-ground)) !important; }
& .ibnb-carrier { display: none !important; }

/* the top */
& .ibnb-tiles { display: flex; flex-wrap: wrap; gap: 6px 26px; }
& .ibnb-tiles > div { min-width: 84px; }
& .ibnb-apart { margin-top: 4px; font-size: 12px; color: var(--ibnb-muted); }
& .ibnb-apart > summary { cursor: pointer; width: fit-content; }
& :is(dt, dd) { float: none; display: block; width: auto; margin: 0; padding: 0; }
& dt { font-size: 12px; font-weight: 400; color: var(--ibnb-muted); }
& .ibnb-figure { font-size: 16px; font-weight: 600; white-space: nowrap;
  font-variant-numeric: tabular-nums; }
& .ibnb-unit { font-size: 11px; font-weight: 400; color: var(--ibnb-muted); }
& .ibnb-gain { --ibnb-tone: var(--ibnb-good); }
& .ibnb-loss { --ibnb-tone: var(--ibnb-bad); }
& dd.ibnb-figure:is(.ibnb-gain, .ibnb-loss) { width: fit-content;
  border-bottom: 2px solid var(--ibnb-tone); }
& .ibnb-margin { display: flex; flex-wrap: wrap; gap: 6px 26px; align-items: end; margin: 8px 0 2px; }
& .ibnb-margin > :first-child { flex: 1 1 330px; min-width: 0; }
& .ibnb-margin > .ibnb-scroll { flex: 1 1 100%; }
& .ibnb-cushion-text { margin: 0 0 3px !important; font-size: 12px;
  font-variant-numeric: tabular-nums; }
& .ibnb-cushion { height: 8px; border-radius: 4px; overflow: hidden; border: 1px solid var(--ibnb-calm);
  background: var(--ibnb-raised); }
& .ibnb-cushion > span { display: block; height: 100%; background: var(--ibnb-tone); }
& .ibnb-cash { display: flex; flex-wrap: wrap; gap: 2px 14px; font-size: 12px; color: var(--ibnb-muted); }
& .ibnb-cash ul { display: flex; flex-wrap: wrap; gap: 2px 14px; margin: 0; padding: 0; list-style: none;
  color: var(--ibnb-text); font-variant-numeric: tabular-nums; }

/* the tables */
& .ibnb-scroll { overflow-x: auto !important; max-width: 100%; }
& table { width: 100%; margin: 0; border-collapse: collapse; font-size: 13px; table-layout: auto; }
& .ibnb-held { table-layout: fixed; }
& .ibnb-held col { width: 92px; }
& .ibnb-held col.ibnb-c-symbol { width: auto; }
& .ibnb-held col:is(.ibnb-c-position, .ibnb-c-weight) { width: 76px; }
& .ibnb-held col.ibnb-c-day { width: 84px; }
& .ibnb-held col:is(.ibnb-c-price, .ibnb-c-value) { width: 106px; }
& .ibnb-held :is(td, tfoot th, thead th) { white-space: normal; }
& .ibnb-held tbody th { white-space: normal; overflow-wrap: anywhere; }
& .ibnb-brief { display: none; }
& .ibnb-tag { font-size: 11px; padding: 0 5px; border-radius: 8px; color: var(--ibnb-text);
  background: var(--ibnb-raised); border: 1px solid var(--ibnb-line); }
& :is(.ibnb-hidden-columns, .ibnb-all-shown) { display: none; }
& .ibnb-hidden-columns > span { display: none; margin-right: 6px; }
& .ibnb-hidden-columns::before { content: "Not shown at this width: "; }
&.ibnb-all-columns .ibnb-held { min-width: 1080px; }
&.ibnb-all-columns .ibnb-all-shown { display: block; }
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
& .ibnb-move { border-radius: 4px; padding: 1px 5px; display: inline-block; white-space: nowrap;
  background: color-mix(in srgb, var(--ibnb-tone, transparent) 13%, var(--ibnb-ground)); }
& :is(.ibnb-head, .ibnb-open) { font: inherit; color: inherit; background: none; border: 0; margin: 0;
  padding: 2px 0; cursor: pointer; min-height: 24px; }
& .ibnb-head { text-align: inherit; }
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
& .ibnb-chosen { scroll-margin-top: 8px; }
& .ibnb-chosen-one { gap: 10px; padding: 10px 14px; border: 1px solid var(--ibnb-line); border-radius: 8px;
  border-left: 4px solid var(--ibnb-act); }
& .ibnb-chosen-top { display: flex; flex-flow: row wrap; gap: 6px 18px; align-items: end; }
& .ibnb-chosen-top > .widget-html { flex: 1 1 440px; width: auto; min-width: 0; }
& .ibnb-chosen-top .ibnb-actions { align-items: end; }
& .ibnb-chosen-top .ibnb-actions > .ibnb-field { width: 150px; }
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

/* a narrow output: what is hidden is named below the table */
@container (max-width: 800px) {
  & > .ibnb-fields { gap: 8px 6px; }
  & > .ibnb-fields > .ibnb-field { grid-column: auto; }
  & > .ibnb-fields > .jupyter-button { padding: 0 6px; }
  & > .ibnb-top-fields > .jupyter-button { padding: 0 12px; }
  & .ibnb-tiles { gap: 4px 16px; }
  & .ibnb-tiles > div + div .ibnb-unit { display: none; }
  & :is(th, td) { padding: 4px 5px; }
}
@container (max-width: 600px) {
  & > .ibnb-fields { grid-template-columns: repeat(3, minmax(0, 1fr)); }
  & > .ibnb-top-fields { grid-template-columns: 1fr auto auto; }
  & > .ibnb-top-fields > .jupyter-button { padding: 0 10px; }
  & > .ibnb-top-fields > .widget-html { grid-column: 1 / -1; padding: 0; }
}
@container (max-width: 520px) {
  & > .ibnb-fields:not(.ibnb-top-fields) { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  & .ibnb-figure { font-size: 14px; white-space: normal; }
  & .ibnb-held .ibnb-muted { display: block; white-space: normal; }
  &:not(.ibnb-all-columns) .ibnb-held col:not(.ibnb-c-symbol) { width: 82px; }
}
"""
#: By width of the panel in pixels: the columns that have no room there.
_HIDDEN_AT = {
    1010: ("realized",),
    900: ("position", "price"),
    640: ("account", "weight"),
    520: ("day", "unrealized", "gain"),
}
_HIDE = """@container (max-width: {width}px) {{
  &:not(.ibnb-all-columns) .ibnb-held :is({columns}) {{ display: none; }}
  &:not(.ibnb-all-columns) .ibnb-hidden-columns {{ display: block; }}
  &:not(.ibnb-all-columns) .ibnb-hidden-columns > :is({columns}) {{ display: inline; }}
  {brief}
}}
"""
#: Quantity and price stand below the name where they have no columns.
_BRIEF = (
    "&:not(.ibnb-all-columns) .ibnb-brief { display: block; font-size: 12px; color: var(--ibnb-muted); }"
    " &:not(.ibnb-all-columns) .ibnb-hidden-columns > :is(.ibnb-c-position, .ibnb-c-price) { display: none; }"
)


def _hiding() -> str:
    """Return the rules of what is hidden at which width."""
    return "".join(
        _HIDE.format(
            width=width,
            columns=", ".join(f".ibnb-c-{name}" for name in names),
            brief=_BRIEF if "position" in names else "",
        )
        for width, names in _HIDDEN_AT.items()
    )


# Two classes: the sheet of an embedded chart comes later, and would else win.
EXPLORER_CSS = (_RULES + _hiding()).replace("&", ".ibnb-setup.ibnb-explorer") + dark_css(".ibnb-explorer canvas")
