"""How an entry of the book of codes shows itself: lines in a terminal, a table in a notebook.

Every text is escaped for the table, and a severity is told by its word, never by colour alone.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from markupsafe import Markup

from ibnb.tws.codes.causes import book as causes

if TYPE_CHECKING:
    from ibnb.tws.codes.book import Code

_WIDTH = 100
_COLORS = {
    "info": "var(--jp-info-color1, #0b66c3)",
    "warning": "var(--jp-warn-color1, #b26a00)",
    "error": "var(--jp-error-color1, #c62828)",
}
_CELL = "text-align:left; vertical-align:top; white-space:normal; padding:2px 8px"


def as_text(entry: Code, texts: int) -> str:
    """Return an entry as lines.

    Parameters
    ----------
    entry : Code
    texts : int
        How many texts of its code have a meaning of their own.
    """
    lines = _wrap(f"{entry.code} {entry.severity}: ", entry.meaning)
    for name, value in _facts(entry, texts):
        lines += _wrap(f"  {name + ':':<8} ", value)
    return "\n".join(lines)


def as_html(entry: Code, texts: int) -> str:
    """Return an entry as a table of HTML; see `as_text` for the parameters."""
    facts = [("Severity", entry.severity), ("Meaning", entry.meaning), *_facts(entry, texts)]
    row = Markup('<tr><th scope="row" style="{0}">{1}</th><td style="{0}">{2}</td></tr>')
    return Markup(
        '<table class="ibnb-code" style="color:var(--jp-content-font-color1, inherit); border-left:4px solid {}">'
        '<caption style="text-align:left; caption-side:top">TWS code {}</caption><tbody>{}</tbody></table>'
    ).format(_COLORS[entry.severity], entry.code, Markup().join(row.format(_CELL, *fact) for fact in facts))


def _facts(entry: Code, texts: int) -> list[tuple[str, str]]:
    """Return what there is to say beside severity and meaning, by its heading."""
    facts = [("Why", entry.reason), ("Next", entry.next_step)]
    if entry.cause is not None:
        facts.append(("Cause", f"{entry.cause} ({causes()[entry.cause].title})"))
    if entry.text:
        facts.append(("Text", f"holds {' or '.join(map(repr, entry.text.split('|')))}"))
    elif texts:
        count = f"{texts} texts of it have meanings of their own" if texts > 1 else "one text of it has its own meaning"
        facts.append(("Text", f"{count}: ibnb.explain({entry.code}, text) with the text that came."))
    if entry.source:
        facts.append(("Source", entry.source))
    return facts


def _wrap(head: str, text: str) -> list[str]:
    indent = " " * len(head) if head.startswith(" ") else "  "
    return textwrap.wrap(text, _WIDTH, initial_indent=head, subsequent_indent=indent)
