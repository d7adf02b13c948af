"""The picture of a chart and the table behind it, as files that the browser fetches."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ibnb.ground.numerals import count_text
from ibnb.tws.texts import Html
from ibnb.widgets.kit.files import file_link, link_html

if TYPE_CHECKING:
    from ibnb.widgets.chart.view.drawing import Drawing

#: Dots an inch: twice those of a page, so that it is sharp on paper.
_SHARPNESS = 192


def picture_link(drawing: Drawing) -> Html:
    """Return the link of what is in view as a PNG file, with its title."""
    file = io.BytesIO()
    figure = drawing.portrait()
    figure.savefig(file, format="png", dpi=_SHARPNESS, facecolor=figure.get_facecolor())
    data = file.getvalue()
    name = f"{_name(drawing)}-{datetime.now(UTC):%Y%m%d-%H%M%S}.png"
    return file_link(data, "image/png", name, f"{count_text(max(len(data) // 1024, 1))} kB, light, what is in view")


def table_link(drawing: Drawing) -> Html:
    """Return the link of the table behind a picture as a CSV file: all bars that are loaded, a column a line."""
    frame = drawing.frame().reset_index()
    return link_html(frame, "csv", datetime.now(UTC), _name(drawing), "rows")


def _name(drawing: Drawing) -> str:
    """Return a name that every system takes for a file."""
    return re.sub(r"[^A-Za-z0-9.]+", "-", drawing.title).strip("-.") or "chart"
