"""The table of a panel as a file: a link that the browser fetches at once, for notebooks on any machine."""

from __future__ import annotations

import base64
import io
from datetime import datetime
from typing import TYPE_CHECKING

from ibnb.ground.numerals import count_text
from ibnb.tables.files.export import to_csv, to_excel
from ibnb.tws.texts import Html

if TYPE_CHECKING:
    import pandas as pd

_KINDS = {
    "csv": (to_csv, "text/csv"),
    "xlsx": (to_excel, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def link_html(rows: pd.DataFrame, kind: str, when: datetime, name: str, what: str) -> Html:
    """Return the link of a file with these rows, which nothing runs in and no whole account number stands in.

    Parameters
    ----------
    rows : DataFrame
        What is shown.
    kind : {"csv", "xlsx"}
        Of the file.
    when : datetime
        For its name.
    name, what : str
        How its name begins, and what its rows are, in the plural.
    """
    write, mime = _KINDS[kind]
    file = io.BytesIO()
    write(rows.reset_index(drop=True), file)
    data = file.getvalue()
    name = f"{name}-{when:%Y%m%d-%H%M%S}.{kind}"
    size = f"{count_text(max(len(data) // 1024, 1))} kB"
    return file_link(data, mime, name, f"{size}, {count_text(len(rows))} {what}")


def file_link(data: bytes, mime: str, name: str, about: str) -> Html:
    """Return the link of a file, which the browser fetches at once; in it nothing runs, and no account number stands.

    Parameters
    ----------
    data : bytes
        What is in it.
    mime, name : str
        Its kind, and how it is called.
    about : str
        What it is, in a few words.
    """
    link = Html(f"data:{mime};base64,{base64.b64encode(data).decode()}")  # nothing in it is a person's
    return Html(
        '<p class="ibnb-hint" role="status"><a class="ibnb-fresh" download="{name}" href="{link}">{name}</a> '
        "({about}) is on its way; press the link where nothing came.</p>"
    ).format(name=name, link=link, about=about)
