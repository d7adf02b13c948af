"""Clicks in our own HTML: what the carrier takes, what it refuses, and that it keeps nothing alive."""

from __future__ import annotations

import gc
import weakref

import pytest

from ibnb.widgets.kit.clicks import Clicks, does, sheet


class Heard:
    def __init__(self) -> None:
        self.words: list[tuple[str, str]] = []

    def on_click(self, what: str, which: str) -> None:
        self.words.append((what, which))


def test_what_was_pressed_is_heard_as_often_as_it_is_pressed() -> None:
    heard = Heard()
    clicks = Clicks(heard.on_click)
    for value in ("sort:symbol#1", "sort:symbol#2", "open:265598.0#3"):
        clicks.view.value = value

    assert heard.words == [("sort", "symbol"), ("sort", "symbol"), ("open", "265598.0")]


@pytest.mark.parametrize(
    "value", ["", "sort", "sort:#1", "sort:symbol", "Sort:x#1", "open:<b>#1", "a:b#1\n", "a:b#" + "9" * 40]
)
def test_what_is_no_word_of_ours_is_not_heard(value: str) -> None:
    heard = Heard()
    Clicks(heard.on_click).view.value = value

    assert heard.words == []


def test_it_does_not_keep_who_listens_alive() -> None:
    heard = Heard()
    clicks, gone = Clicks(heard.on_click), weakref.ref(heard)
    del heard
    gc.collect()

    assert gone() is None
    clicks.view.value = "sort:symbol#1"


def test_a_button_says_what_it_does_in_plain_letters_only() -> None:
    assert does("open", "1.0") == 'data-do="open:1.0"'
    for word in ('"', "<b>", "a b", ""):
        with pytest.raises(ValueError, match="open"):
            does("open", word)


def test_the_script_stands_in_one_attribute() -> None:
    html = sheet(".x { color: red }").value

    assert html.startswith('<style onload="const root') and html.count('"') == 2
    assert html.endswith('}">.x { color: red }</style>') and "\n" not in html
