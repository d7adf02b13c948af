"""Both themes are readable, and so is the light one after the page has turned it dark."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from ibnb.errors import BadInput
from ibnb.plots.drawing.theme import DARK, DARK_FILTER, INVERSION, LIGHT, RGB, Palette, Style, luminance, palette_on

# CSS hue-rotate(180deg) as Filter Effects Level 1 writes its matrix.
HALF_TURN = ((-0.574, 1.430, 0.144), (0.426, 0.430, 0.144), (0.426, 1.430, -0.856))
TEXTS = ("text", "muted", "up", "down")


def rgb(colour: str) -> RGB:
    """Return ``"#rrggbb"`` as three numbers from 0 to 1."""
    red, green, blue = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return red, green, blue


def contrast(one: RGB, other: RGB) -> float:
    """Return the contrast ratio of WCAG 2, from 1 to 21; text needs 4.5."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def filtered(colour: RGB) -> RGB:
    """Return what a browser shows for `colour` under `DARK_FILTER`."""
    inverted = [INVERSION + part * (1 - 2 * INVERSION) for part in colour]
    red, green, blue = (
        min(1.0, max(0.0, sum(weight * part for weight, part in zip(row, inverted, strict=True)))) for row in HALF_TURN
    )
    return red, green, blue


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("name", TEXTS)
def test_text_stands_out_from_its_background(palette: Palette, name: str) -> None:
    assert contrast(rgb(getattr(palette, name)), rgb(palette.background)) >= 4.5


@pytest.mark.parametrize("name", TEXTS)
def test_text_stands_out_where_a_dark_page_filters_the_light_figure(name: str) -> None:
    for page in ("#111111", "#1e1e1e"):
        assert contrast(filtered(rgb(getattr(LIGHT, name))), rgb(page)) >= 4.5


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_lines_and_their_names_stand_out_in_both_themes(palette: Palette) -> None:
    for colour in palette.series:
        assert contrast(rgb(colour), rgb(palette.background)) >= 4.5
        assert palette is DARK or contrast(filtered(rgb(colour)), rgb("#1e1e1e")) >= 4.5


def test_the_filter_turns_white_into_the_background_of_the_dark_theme() -> None:
    assert [round(part * 255) for part in filtered((1, 1, 1))] == [0x11, 0x11, 0x11]
    assert DARK_FILTER == "invert(0.9333) hue-rotate(180deg)"


def test_the_filter_keeps_blue_blue_and_orange_orange() -> None:
    red, _, blue = filtered(rgb(LIGHT.up))
    assert blue > red + 0.3
    red, _, blue = filtered(rgb(LIGHT.down))
    assert red > blue + 0.3


def test_no_single_grey_would_do_on_both_backgrounds() -> None:
    greys = [(level / 255,) * 3 for level in range(256)]
    assert not any(contrast(grey, (1, 1, 1)) >= 4.5 and contrast(grey, rgb("#111111")) >= 4.5 for grey in greys)


def test_known_contrasts() -> None:
    assert contrast((0, 0, 0), (1, 1, 1)) == pytest.approx(21)
    assert contrast(rgb("#777777"), (1, 1, 1)) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_up_and_down_differ_for_people_who_see_two_primaries(palette: Palette) -> None:
    # Viénot's projections: protan and deutan people keep blue against yellow, so the blue parts must differ.
    up, down = rgb(palette.up), rgb(palette.down)
    assert abs(up[2] - down[2]) > 0.4


@pytest.mark.parametrize(
    ("background", "style"), list(itertools.product([(1, 1, 1), (0.1, 0.1, 0.1)], ["auto", "light", "dark"]))
)
def test_auto_is_decided_by_the_background(background: tuple[float, float, float], style: Style) -> None:
    expected = style if style != "auto" else ("light" if background[0] == 1 else "dark")
    assert palette_on(background, style).name == expected


def test_another_style_is_refused_by_name() -> None:
    import ibnb.plots

    no_frame: Any = None
    neon: Any = "neon"
    with pytest.raises(BadInput, match=r"style='neon' is not possible.*Hint"):
        ibnb.plots.plot_bars(no_frame, style=neon)
