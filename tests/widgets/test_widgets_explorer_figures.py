"""The figures of an explorer agree, or it says why not: accounts and positions, weights with shorts, percents."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from widgets.test_widgets_explorer_rows import holdings, html_of

from ibnb.widgets.explorer.columns import NO_SECTOR, NO_TAG, SECTOR_COMES, Labels, with_own_columns
from ibnb.widgets.explorer.rows import SUMS, Choice, grouped, picked, sums_of
from ibnb.widgets.explorer.view.agree import why_apart
from ibnb.widgets.explorer.view.table import table_html


def profits(*rows: tuple[str, float]) -> pd.DataFrame:
    return pd.DataFrame({"sec_type": [kind for kind, _ in rows], "gain": [gain for _, gain in rows]})


def test_an_account_that_agrees_with_its_positions_needs_no_words() -> None:
    assert why_apart("Day", 30.0, profits(("STK", 10.0), ("OPT", 20.4)), "gain") is None
    assert why_apart("Day", None, profits(("STK", 10.0)), "gain") is None
    assert why_apart("Day", 30.0, profits(("STK", float("nan"))), "gain") is None, "what is not known is no difference"
    assert why_apart("Day", 0.0, profits(), "gain") is None


def test_currency_pairs_are_positions_and_not_the_accounts() -> None:
    apart = why_apart("Unrealized P&L", 75_852.8, profits(("STK", 75_852.8), ("CASH", -1_637.1)), "gain")

    assert apart is not None and apart.total == pytest.approx(74_215.7)
    assert apart.why == (
        "Unrealized P&L: the account's own is +75,853; currency pairs (−1,637) count among the positions alone."
    )


def test_what_nothing_explains_is_said_to_be_that() -> None:
    apart = why_apart("Day", 500.0, profits(("STK", 100.0), ("CASH", 50.0)), "gain")

    assert apart is not None and "+400 TWS counts for the account alone, or told at another moment" in apart.why
    moved = why_apart("Day", 100_050.0, profits(("STK", 100_000.0)), "gain")
    assert moved is None, "what moves between two messages is no difference"


@pytest.mark.parametrize(
    ("value", "daily", "unrealized", "day", "gain"),
    [
        (110.0, 10.0, 60.0, 0.1, 1.2),
        (-110.0, -10.0, -10.0, -0.1, -0.1),  # a short that rose has lost
        (-90.0, 10.0, 10.0, 0.1, 0.1),
        (10.0, 10.0, 10.0, None, None),  # of nothing before
        (110.0, None, None, None, None),
    ],
)
def test_percents_are_of_what_was_there_before(
    value: float, daily: float | None, unrealized: float | None, day: float | None, gain: float | None
) -> None:
    frame = holdings(1, market_value_base=[value], daily_pnl_base=[daily], unrealized_pnl_base=[unrealized])

    told = [None if each != each else pytest.approx(each) for each in frame[["daily_part", "gain_part"]].iloc[0]]
    assert told == [day, gain]
    sums = sums_of(frame)
    assert [sums[name].value for name in ("daily_part", "gain_part")] == told, "a sum of one is that one"


def test_percents_of_a_group_are_of_what_it_was_in_all() -> None:
    frame = holdings(3, market_value_base=[110.0, -90.0, 300.0], daily_pnl_base=[10.0, 10.0, None])

    assert sums_of(frame)["daily_part"].value == pytest.approx(20 / 200)
    assert (sums_of(frame)["daily_part"].known, sums_of(frame)["daily_part"].count) == (2, 3)
    assert set(sums_of(frame)) == set(SUMS)


def test_weights_with_shorts_say_what_they_are_of() -> None:
    values = {"market_value_base": [80.0, -20.0], "weight_all": [0.8, -0.2]}

    assert "60.0 %" in html_of(holdings(2, **values), Choice()) and "net of 100.0 %" in html_of(
        holdings(2, **values), Choice()
    )
    alone = html_of(holdings(2, market_value_base=[80.0, 20.0], weight_all=[0.8, 0.2]), Choice())
    assert "100.0 %" in alone and "net of" not in alone
    unknown = html_of(holdings(2, market_value_base=[80.0, -20.0], weight_all=[0.8, None]), Choice())
    assert "net of" not in unknown


def test_the_open_position_cuts_the_table_and_loses_nothing() -> None:
    frame = holdings(30)
    choice = Choice(group="sec_type")
    rows = picked(frame, choice)

    def parts(chosen: tuple[str, int]) -> Any:
        return table_html(*grouped(rows, choice), sums_of(rows), choice, "USD", ["DU1234567"], chosen, 30)

    whole, cut = parts(("", 0)), parts(("DU1234567", int(grouped(rows, choice)[0]["con_id"].iloc[7])))
    assert whole.below == "" and cut.below
    assert whole.table.count("<tr") + 1 == (cut.table + cut.below).count("<tr"), "its head is spoken once more"
    assert cut.table.rpartition("<tr")[2].startswith(' class="ibnb-chosen"')
    elsewhere = parts(("DU1234567", 999))
    assert elsewhere == whole, "one that is on no page cuts nothing"


def test_positions_are_grouped_by_sector_and_by_their_first_tag() -> None:
    bare = holdings(4)
    labels = Labels({1: "Technology", 2: "", 3: "Technology"}, {1: ("core", "income"), 4: ("income",)})
    frame = with_own_columns(bare, labels)

    assert frame["sector"].tolist() == ["Technology", NO_SECTOR, "Technology", SECTOR_COMES]
    assert frame["tag"].tolist() == ["core", NO_TAG, NO_TAG, "income"]
    assert sorted(picked(frame, Choice(text="income"))["con_id"]) == [1, 4], "the filter finds all tags"
    _, groups = grouped(picked(frame, Choice(group="tag")), Choice(group="tag"))
    assert {group.name: group.count for group in groups} == {"core": 1, NO_TAG: 2, "income": 1}
    assert "core, income" in html_of(frame, Choice())
