"""Bars of many contracts in one call: the same as one by one, side by side or one below the other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib.text
import pandas as pd
import pytest
from times import times_of

import ibnb

WEEK: dict[str, Any] = {"start": "2026-03-02", "end": "2026-03-06", "bar_size": "1 hour", "progress": False}


def apart(tws: ibnb.Session, names: list[Any], **wishes: Any) -> dict[Any, pd.DataFrame]:
    return {name: tws.history(name, store=False, **wishes) for name in names}


def test_wide_has_columns_by_symbol_that_are_those_of_each(tws: ibnb.Session, store: Path) -> None:
    both = tws.history(["AAPL", "msft"], store=store, **WEEK)

    assert both.columns.names == ["field", "symbol"]
    assert both["close"].columns.tolist() == ["AAPL", "MSFT"] == both.attrs["symbols"]
    for name, alone in apart(tws, ["AAPL", "MSFT"], **WEEK).items():
        shown = both.xs(name, axis=1, level="symbol")
        assert isinstance(shown, pd.DataFrame)
        pd.testing.assert_frame_equal(shown, alone, check_names=False, check_flags=False)
    assert both.index.name == "date" and str(times_of(both).tz) == "America/New_York"
    assert both.attrs["complete"] and both.attrs["bar_size"] == "1 hour" and both.attrs["requests"] >= 2
    assert tws.history(["AAPL", "MSFT"], store=store, **WEEK).attrs["requests"] == 0


def test_long_has_the_bars_of_one_below_those_of_another(tws: ibnb.Session, store: Path) -> None:
    table = tws.history(["AAPL", "MSFT"], store=store, layout="long", **WEEK)

    assert table.index.names == ["symbol", "date"]
    for name, alone in apart(tws, ["AAPL", "MSFT"], **WEEK).items():
        pd.testing.assert_frame_equal(table.loc[name], alone, check_flags=False)


def test_a_column_of_a_table_and_mixed_zones_do(tws: ibnb.Session, store: Path) -> None:
    con_ids = tws.contracts("AAPL")["con_id"]
    mixed = tws.history([*con_ids, "SAP@IBIS EUR"], store=store, **WEEK)

    assert mixed.attrs["symbols"] == ["AAPL", "SAP@IBIS EUR"] or len(mixed.attrs["symbols"]) == 2
    assert str(times_of(mixed).tz) == "UTC" and mixed.index.is_monotonic_increasing
    german = apart(tws, ["SAP@IBIS EUR"], **WEEK)["SAP@IBIS EUR"]
    closes = mixed["close"]["SAP@IBIS EUR"].dropna()
    assert closes.tolist() == german["close"].tolist()
    assert (closes.index == german.index).all()


def test_dates_stay_dates(tws: ibnb.Session, store: Path) -> None:
    days = tws.history(["AAPL", "SAP@IBIS EUR"], store=store, **WEEK | {"bar_size": "1 day"})

    assert len(days) == 5 and times_of(days).tz is None and days["close"].notna().to_numpy().all()


def test_one_that_is_refused_does_not_stop_the_others(tws: ibnb.Session, store: Path) -> None:
    table = tws.history(["AAPL", "ZZZZQ"], store=store, **WEEK)

    assert table["close"].columns.tolist() == ["AAPL"]
    assert "200" in table.attrs["refused"]["ZZZZQ"]
    assert not table.attrs["complete"] and any("ZZZZQ" in line for line in table.attrs["warnings"])
    with pytest.raises(ibnb.RequestError, match="200"):
        tws.history(["ZZZZQ", "ZZZZR"], store=store, **WEEK)


@pytest.mark.parametrize(
    ("wishes", "match"),
    [
        ({"contract": []}, "at least one contract"),
        ({"contract": ["AAPL", "ES"]}, "'ES DEC26'"),
        ({"contract": ["AAPL"], "layout": "square"}, "layout='square'"),
        ({"contract": "AAPL", "layout": None}, "layout=None"),
        ({"contract": ["AAPL"], "bar_size": "7 mins"}, "bar_size"),
        ({"contract": {"AAPL": 1}}, "one contract at a time"),
    ],
)
def test_bad_input_is_refused_before_anything_is_sent(
    tws: ibnb.Session, simulator: ibnb.Simulator, wishes: dict[str, Any], match: str
) -> None:
    before = sum(simulator.received().values())

    with pytest.raises(ibnb.BadInput, match=match):
        tws.history(store=False, **WEEK | wishes)

    assert sum(simulator.received().values()) == before


@pytest.mark.parametrize("layout", ["wide", "long"])
def test_they_are_drawn_as_a_comparison(tws: ibnb.Session, store: Path, layout: Any) -> None:
    week = WEEK | {"bar_size": "1 day"}
    table = tws.history(["AAPL", "SAP@IBIS EUR"], store=store, layout=layout, **week)
    one = tws.history(["AAPL"], store=store, layout=layout, **week)

    figure = ibnb.plot_bars(table)

    told = " ".join(text.get_text() for text in figure.findobj(matplotlib.text.Text))
    assert "AAPL" in told and "SAP@IBIS EUR" in told
    assert ibnb.plot_bars(one).axes
