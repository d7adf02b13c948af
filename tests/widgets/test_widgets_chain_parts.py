"""The pure parts of a chain: strikes around the money, figures as text, cells that change, and what is said."""

from __future__ import annotations

import math
import re
from types import SimpleNamespace
from typing import Any

import pytest

from ibnb.errors import BadInput
from ibnb.live.quotes.tick_types import FIELDS
from ibnb.research.options.watched import NO_LINE, Quoted
from ibnb.widgets.chain.fields import ChainFields
from ibnb.widgets.chain.sights import Sights
from ibnb.widgets.chain.strikes import Strike, around, at_money, check_count, in_unit_of_strikes, strikes_of
from ibnb.widgets.chain.view.columns import USUAL, checked
from ibnb.widgets.chain.view.table import STATES, Shown, cells_of, changed, table_html
from ibnb.widgets.chain.view.words import adjusted_words, cut_html, live_html


def option(strike: float, right: str) -> Any:
    return SimpleNamespace(
        contract=SimpleNamespace(conId=int(strike * 10) + (right == "P"), strike=strike, right=right)
    )


def quoted(state: str = "live", reason: str = "", **figures: float) -> Quoted:
    return Quoted(state, reason, tuple(figures.get(name, math.nan) for name in FIELDS), 1)


def shown(price: float = 101.0, known: Quoted | None = None, **more: Any) -> Shown:
    strikes = strikes_of([option(strike, right) for strike in (90.0, 95.0, 100.0, 105.0) for right in "CP"])
    values: dict[str, Any] = {
        "strikes": strikes, "places": range(4), "price": price, "at": at_money(strikes, price), "columns": USUAL,
        "digits": 2, "chosen": None, "quoted": lambda _con_id: known or quoted(bid=1.0, ask=1.1),
    }  # fmt: skip
    return Shown(**(values | more))


def test_calls_and_puts_of_a_strike_meet_whatever_order_they_come_in() -> None:
    found = strikes_of([option(100.0, "P"), option(95.0, "C"), option(100.0, "C")])

    assert [(each.price, each.call is not None, each.put is not None) for each in found] == [
        (95.0, True, False), (100.0, True, True),
    ]  # fmt: skip
    assert strikes_of([]) == () and at_money([], 1.0) is None and at_money(found, math.nan) is None
    assert [each.text for each in map(Strike, (7_200.0, 2.5, 0.125))] == ["7,200", "2.5", "0.125"]


@pytest.mark.parametrize("count", [1, 2, 3, 7, 10, 99, None])
@pytest.mark.parametrize("middle", [None, 0, 4, 9])
def test_strikes_around_the_money_are_as_many_as_are_wanted(count: int | None, middle: int | None) -> None:
    places = around(count, middle, 10)

    assert len(places) == min(count or 10, 10) and places[0] >= 0 and places[-1] < 10
    assert middle is None or middle in places


def test_a_price_in_hundredths_meets_strikes_in_whole_units_and_in_hundredths() -> None:
    for strikes in ([Strike(0.5)], [Strike(50.0)]):
        assert in_unit_of_strikes(48.0, 100, strikes) == pytest.approx(strikes[0].price, rel=0.1)
    assert in_unit_of_strikes(48.0, 1, [Strike(0.5)]) == 48.0
    assert math.isnan(in_unit_of_strikes(math.nan, 100, [Strike(0.5)]))


def test_a_table_has_what_its_cells_say_and_its_changes_alone_are_sent() -> None:
    before, now = cells_of(shown()), cells_of(shown(known=quoted(bid=1.0, ask=1.2)))
    html = table_html(shown(), "options", 7, 2)

    for key, text in before.items():
        assert f'data-c="{key}" class="{text}"' in html if key.endswith(".r") else f'data-c="{key}">{text}' in html
    assert changed(before, now) == {f"{place}.{right}.ask": "1.20" for place in range(4) for right in "CP"}
    assert 'data-turn="7"' in html and 'data-centre="2"' in html


def test_what_is_in_the_money_is_said_by_more_than_colour() -> None:
    cells = cells_of(shown(101.0))

    assert cells["0.r"] == "ibnb-call-in" and cells["3.r"] == "ibnb-put-in"
    assert cells["2.r"] == "ibnb-call-in ibnb-at" and "at the money" in cells["2.k"]
    assert "◂" in cells["0.k"] and "call in the money" in cells["0.k"]
    assert "▸" in cells["3.k"] and "put in the money" in cells["3.k"]
    assert cells_of(shown(math.nan))["0.r"] == ""


@pytest.mark.parametrize("state", STATES)
def test_each_state_is_said_in_words_where_an_option_is_opened(state: str) -> None:
    cells = cells_of(shown(known=quoted(state, "a <b> reason")))

    assert f'aria-label="Open call 90, {STATES[state][1]}"' in cells["0.C.s"]
    assert "a &lt;b&gt; reason" in cells["0.C.s"]
    assert ("ibnb-call-old" in cells["0.r"]) == (state not in ("live", "delayed", "frozen", "delayed-frozen"))


def test_the_keyboard_comes_to_one_mark_at_the_money_or_that_of_the_open_option() -> None:
    for chosen, expected in ((None, "2.C"), ((1, "P"), "1.P")):
        focused = [key for key, text in cells_of(shown(chosen=chosen)).items() if 'tabindex="0"' in text]
        assert focused == [f"{expected}.s"]
    half = shown(strikes=(Strike(90.0), Strike(95.0, None, option(95.0, "P"))), places=range(2), at=0)
    assert "not listed" in cells_of(half)["0.C.s"] and 'tabindex="0"' in cells_of(half)["1.P.s"]


def test_bid_and_ask_lie_next_to_the_strikes_and_the_farthest_column_goes_first() -> None:
    html = table_html(shown(columns=checked(["delta", "ask", "bid", "last"])), "options", 1, 1)

    heads = re.findall(
        r'class="ibnb-(n\d|mark)"[^>]*>(?:<span class="ibnb-spoken">(?:call|put): </span>)?([A-Za-z]+)', html
    )
    names = [name for _, name in heads]
    assert names == ["Delta", "Last", "Bid", "Ask", "Calls", "Puts", "Bid", "Ask", "Last", "Delta"]
    assert [rank for rank, name in heads if name == "Delta"] == ["n3", "n3"]


def test_what_is_not_live_is_counted_with_the_reason_most_have() -> None:
    known = [quoted()] * 3 + [quoted("delayed")] + [quoted("none", NO_LINE)] * 2 + [quoted("refused", "<no>")]
    html = live_html(known, (5, 100), True)

    assert "7 options · ● 3 live · ◐ 1 delayed · ✗ 1 refused · – 2 not live" in html
    assert NO_LINE in html and "5 of 100 lines" in html and "<no>" not in html
    assert "the market is closed" not in html  # what comes live knows better than the hours
    assert "◇ 1 frozen · the market is closed" in live_html([quoted("frozen")], (5, 100), True)


def test_a_narrow_page_says_what_it_leaves_out() -> None:
    assert cut_html(("bid", "ask")) == ""
    assert "Bid, Ask shown, 1 more chosen" in cut_html(("bid", "ask", "last"))


def test_adjusted_classes_are_named_whether_they_are_shown_or_not() -> None:
    assert adjusted_words([], "") == ""
    assert "Left out: IBM1" in adjusted_words(["IBM1"], "")
    assert adjusted_words(["IBM1"], "IBM1").startswith("IBM1: these options deliver something else")


def test_what_two_views_see_is_wanted_and_nonsense_is_not() -> None:
    sights = Sights()
    assert sights.see("a.0.2") and sights.see("b.50.52") and not sights.see("b.50.52")
    for nonsense in ("", "a", "a.1", "a.1.x", "a.-1.2", "<b>.1.2", "a.99999999999999999999.1"):
        sights.see(nonsense)
    assert {0, 1, 2, 50, 51, 52} <= set(sights.places(range(100), 50, 100)) or len(sights) == 2
    assert sights.places(range(0), None, 0) == []
    sights.clear()
    assert sights.places(range(40, 60), 50, 100) == sorted(range(40, 60), key=lambda each: (abs(each - 49.5), each))


def test_the_last_column_stays() -> None:
    fields = ChainFields("AAPL", 20, ["bid"])

    assert not fields.toggle("bid") and not fields.toggle("nonsense") and fields.columns == ("bid",)
    assert fields.toggle("delta") and fields.columns == ("bid", "delta")


@pytest.mark.parametrize("columns", [[], "", "price", ["bid", 3], None, 7, [["bid"]]])
def test_columns_that_there_are_not_are_refused(columns: Any) -> None:
    with pytest.raises(BadInput, match="one or several of bid, ask, last"):
        checked(columns)


@pytest.mark.parametrize("strikes", [0, -1, 2_001, 1.5, "20", True, float("nan")])
def test_numbers_of_strikes_that_cannot_be_are_refused(strikes: Any) -> None:
    with pytest.raises(BadInput, match="around the money, or None for all"):
        check_count(strikes)
    assert check_count(None) is None and check_count(7) == 7
