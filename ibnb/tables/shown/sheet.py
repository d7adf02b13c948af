"""All of a table for a page to sort, filter and turn: every column as texts, and how its rows are put in order.

It lies beside the table that is shown at first, in a template, which a page without scripts leaves alone.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import pandas as pd

from ibnb.ground.numerals import count_text
from ibnb.tables.shown.cells import Cells, cells_of
from ibnb.tables.shown.looks import schema_of
from ibnb.tables.shown.places import Places, ends_of, places_of
from ibnb.tws.texts import Html

#: A saved notebook keeps them: of a longer table the first and the last rows are in it.
MOST_CELLS = 20_000
#: A wider table is for no chooser of columns.
MOST_COLUMNS = 250


class Sheet(NamedTuple):
    """All columns of a table that have something.

    Attributes
    ----------
    columns : list of Cells
        Those that are shown at first, then the others.
    shown : int
        How many are shown at first.
    gap : int
        How many rows stand before those that are left out.
    hidden : int
        How many are left out.
    """

    columns: list[Cells]
    shown: int
    gap: int
    hidden: int


def sheet_of(frame: pd.DataFrame, places: Places | None = None) -> Sheet | None:
    """Return all of a table, as much as a page is given; None of one without rows or columns, or a very wide one.

    Parameters
    ----------
    frame : DataFrame
        Of ibnb, or any other.
    places : Places, optional
        Which columns are shown at first, and on demand.
    """
    schema = schema_of(frame)
    places = places or places_of(frame, schema)
    wanted = [*places.first, *places.more]
    if len(wanted) > MOST_COLUMNS:
        return None
    width = len(wanted) + frame.index.nlevels
    rows, gap, hidden = ends_of(frame, max(MOST_CELLS // width, 2))
    made = cells_of(rows, schema, wanted, ranked=True)
    if not made or not len(rows):
        return None
    return Sheet(made, len(made) - len(places.more), gap, hidden)


def template_of(sheet: Sheet, rows: int) -> Html:
    """Return a sheet as the template that the script reads.

    Parameters
    ----------
    sheet : Sheet
        From `sheet_of`.
    rows : int
        How many of its rows make a page.
    """
    columns: list[dict[str, Any]] = [
        {
            "name": each.name,
            "unit": each.unit,
            "meaning": each.meaning,
            "figures": each.figures,
            "label": each.label,
            "shown": place < sheet.shown,
            "texts": each.texts,
            "ranks": each.ranks,
        }
        for place, each in enumerate(sheet.columns)
    ]
    said = {"rows": rows, "gap": sheet.gap, "hidden": count_text(sheet.hidden) if sheet.hidden else "", "all": columns}
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return Html('<template class="ibnb-all">{}</template>').format(Html.escape(text, len(text)))
