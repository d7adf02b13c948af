"""The picture of a panel for saved notebooks: what is in it, that it runs nothing, and when it is renewed."""

from __future__ import annotations

from typing import Any

import ipywidgets
import pytest
import traitlets

import ibnb
from ibnb.widgets.kit.controls import classed
from ibnb.widgets.kit.panel import Panel
from ibnb.widgets.page import still


class Shown(Panel):
    """A panel of all that a panel has."""

    def __init__(self) -> None:
        self.line = classed(ipywidgets.HTML('<style onload="alert(1)">p {}</style><p>line</p>'), "a-line")
        parts = [
            self.line,
            ipywidgets.HTML("folded away", layout={"display": "none"}),
            ipywidgets.VBox([ipywidgets.HTML("within")], layout={"display": "none"}),
            ipywidgets.Button(description="pressed"),
            ipywidgets.Text(value="written"),
            ipywidgets.Tab([ipywidgets.HTML("first tab"), ipywidgets.HTML("second tab")], selected_index=1),
            ipywidgets.Image(value=b"png", format="png"),
        ]
        self._begin(classed(ipywidgets.VBox(parts), "a-panel"))


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, bool]]:
    """Give what is published from now on: the HTML, for which display, and whether it takes another's place."""
    told: list[tuple[str, str, bool]] = []

    def publish(data: dict[str, str], transient: dict[str, str], update: bool) -> None:
        told.append((data["text/html"], transient["display_id"], update))

    monkeypatch.setattr("IPython.display.publish_display_data", publish)
    monkeypatch.setattr(still, "in_notebook", lambda: True)
    return told


def test_a_picture_has_what_is_seen_and_runs_nothing() -> None:
    panel = Shown()
    html = panel._bundle()["text/html"]

    for there in ("<p>line</p>", "second tab", "data:image/png;base64,cG5n", "Not live", "a-panel", "ibnb-ended"):
        assert there in html
    for absent in ("onload", "alert", "folded away", ">within<", "pressed", "written", "first tab"):
        assert absent not in html
    marks: Any = panel.view.children[-2]
    assert f".ibnb-still-{panel.view.model_id} {{ display: none; }}" in marks.value, "while the panel is there"
    panel.close()


def test_a_canvas_that_was_not_drawn_yet_is_left_out() -> None:
    canvas = ipywidgets.DOMWidget()
    canvas.add_traits(_data_url=traitlets.Any(None))

    assert still._drawn(canvas) == ""


def test_an_output_is_put_beside_it_and_filled_where_something_has_changed(
    published: list[tuple[str, str, bool]],
) -> None:
    panel = Shown()
    panel._still.renew()
    assert published == [], "it is not shown yet"

    panel._bundle()
    panel._still.renew()
    panel._still.renew()
    panel.line.value = "<p>another</p>"
    panel._still.renew()

    name = f"ibnb-{panel.view.model_id}"
    assert [(place, update) for _, place, update in published] == [(name, False), (name, True), (name, True)]
    assert published[0][0] == "" and "line" in published[1][0] and "another" in published[2][0]
    panel.close()


def test_whoever_wants_no_pictures_has_none(
    published: list[tuple[str, str, bool]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ibnb.options, "pictures", False)
    panel = Shown()

    made: dict[str, Any] = panel._repr_mimebundle_()
    panel._still.renew()

    assert made["text/html"] == "" and "application/vnd.jupyter.widget-view+json" in made
    assert published == []
    panel.close()
