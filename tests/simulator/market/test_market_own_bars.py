"""A person's own bars: served as they are, aggregated exactly, bad files refused with row and column."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow
import pyarrow.parquet
import pytest

from ibnb.errors import SimulatorError
from ibnb.simulator.market import Clock, Market, MarketError

NOW = 1_795_017_630.0
HEAD = "Date,Open,High,Low,Close,Volume,Adj Close\n"
ROWS = [
    "2013-02-25,453.85,455.12,442.57,442.80,13306400,400.1",
    "2013-02-26,443.82,451.54,437.66,448.97,17910700,400.2",
    "2013-02-27,448.43,452.44,440.65,444.57,20976800,400.3",
    "2013-02-28,444.05,447.87,441.40,441.405,11518400,400.4",
    "2013-03-01,438.00,438.18,429.98,430.47,19730300,400.5",
]


def serve(folder: Path, name: str, text: str) -> Market:
    folder.joinpath(name).write_text(text, encoding="utf-8")
    return Market(7, Clock(start=NOW, speed=0), bars_dir=folder)


def test_daily_bars_are_served_as_in_the_file(tmp_path: Path) -> None:
    market = serve(tmp_path, "AAPL.csv", HEAD + "\n".join(ROWS))
    stock = market.instruments.match({"symbol": "AAPL", "sec_type": "STK", "currency": "USD"})[0]
    bars = market.bars(stock, None, "1 Y", "1 day", "TRADES", True)
    assert stock.con_id == 265598
    assert bars.dates == ["20130225", "20130226", "20130227", "20130228", "20130301"]
    assert bars.open.tolist() == [453.85, 443.82, 448.43, 444.05, 438.0]
    assert bars.close.tolist() == [442.8, 448.97, 444.57, 441.405, 430.47]
    assert bars.volume.tolist() == [13306400, 17910700, 20976800, 11518400, 19730300]
    assert [bar.close for bar in market.bars(stock, None, "2 D", "1 day", "ADJUSTED_LAST", True)] == [441.405, 430.47]


def test_coarser_bars_are_their_aggregate_and_finer_ones_not_there(tmp_path: Path) -> None:
    market = serve(tmp_path, "AAPL.csv", HEAD + "\n".join(ROWS))
    stock = market.instruments.by_con_id(265598)
    assert stock
    week = market.bars(stock, None, "1 Y", "1 week", "TRADES", True)
    month = market.bars(stock, None, "1 Y", "1 month", "TRADES", True)
    assert list(zip(week.open, week.high, week.low, week.close, strict=True)) == [(453.85, 455.12, 429.98, 430.47)]
    assert month.dates == ["20130228", "20130301"]
    assert month.volume.tolist() == [63712300, 19730300]
    with pytest.raises(MarketError, match="no data") as caught:
        market.bars(stock, None, "1 D", "1 hour", "TRADES", True)
    assert caught.value.code == 162


def test_quotes_follow_the_last_close(tmp_path: Path) -> None:
    market = serve(tmp_path, "AAPL.csv", HEAD + "\n".join(ROWS))
    stock = market.instruments.by_con_id(265598)
    assert stock
    new_york = ZoneInfo("America/New_York")
    noon = datetime(2013, 2, 28, 12, tzinfo=new_york).timestamp()
    quote = market.quote(stock)
    assert (quote.last, quote.close, quote.high, quote.volume) == (430.47, 441.405, 438.18, 19730300)
    assert quote.bid < 430.47 < quote.ask or (quote.bid, quote.ask) == (430.47, 430.48)
    assert market.price(stock, noon) == 444.57
    bid, ask = (market.bars(stock, None, "1 D", "1 day", what, True).close[0] for what in ("BID", "ASK"))
    assert (bid, ask) == (quote.bid, quote.ask)


def test_the_future_in_a_file_is_not_known(tmp_path: Path) -> None:
    tmp_path.joinpath("AAPL.csv").write_text(HEAD + "\n".join(ROWS), encoding="utf-8")
    noon = datetime(2013, 2, 28, 12, tzinfo=ZoneInfo("America/New_York"))
    market = Market(7, Clock(start=noon, speed=0), bars_dir=tmp_path)
    stock = market.instruments.by_con_id(265598)
    assert stock
    assert market.bars(stock, None, "1 Y", "1 day", "TRADES", True).dates[-1] == "20130227"


def test_an_unknown_symbol_becomes_a_stock(tmp_path: Path) -> None:
    market = serve(tmp_path, "MINE.csv", HEAD + "\n".join(reversed(ROWS)))
    found = market.instruments.match({"symbol": "MINE", "sec_type": "STK", "exchange": "SMART", "currency": "USD"})
    assert 800_000_000 <= found[0].con_id < 900_000_000
    assert market.price(found[0]) == 430.47
    assert market.instruments.search("mine")[0] == found[0]


def test_intraday_bars_add_up(tmp_path: Path) -> None:
    zone = ZoneInfo("America/New_York")
    start = datetime(2026, 11, 16, 9, 30, tzinfo=zone).timestamp()
    stamps = [datetime.fromtimestamp(start + 300 * step, zone) for step in range(78)]
    closes = [100 + step * 0.125 for step in range(78)]
    table = pyarrow.table(
        {
            "timestamp": stamps,
            "open": closes,
            "high": [close + 1 for close in closes],
            "low": [close - 1 for close in closes],
            "close": closes,
            "volume": [10] * 78,
        }
    )
    pyarrow.parquet.write_table(table, tmp_path / "AAPL USD.parquet")
    market = Market(7, Clock(start=NOW, speed=0), bars_dir=tmp_path)
    stock = market.instruments.by_con_id(265598)
    assert stock
    hours = market.bars(stock, None, "1 D", "1 hour", "TRADES", True)
    assert hours.volume.tolist() == [60, 120, 120, 120, 120, 120, 120]
    assert hours.open[1] == closes[6]
    assert market.bars(stock, None, "1 D", "1 day", "TRADES", True).volume.tolist() == [780]
    assert len(market.bars(stock, None, "1 D", "5 mins", "TRADES", True)) == 78


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "AAPL.csv: the file is empty"),
        (HEAD, "there is no bar"),
        ("\n".join(ROWS), "no column date, open, high, low, close, volume"),
        ("Date,Open,High,Low,Close\n2013-02-25,1,2,1,2", "no column volume"),
        (HEAD + "2013-02-25,1,2,1,x,10,1", "row 2, column Close: 'x'"),
        (HEAD + ROWS[0] + "\nyesterday,1,2,1,2,10,1", "row 3, column Date: 'yesterday'"),
        (HEAD + "2013-02-25,1,2,1,nan,10,1", "row 2, column Close: 'nan'"),
        (HEAD + "2013-02-25,1,2,1,-2,10,1", "row 2, column Close: '-2'"),
        (HEAD + "2013-02-25,1,2,3,2,10,1", "row 2, column high"),
        (HEAD + ROWS[0] + "\n" + ROWS[0], "row 3: a second bar"),
        (HEAD + ROWS[0] + "\n2013-02-26,1,2", "row 3: 3 cells"),
    ],
)
def test_a_bad_file_is_refused_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(SimulatorError, match=told):
        serve(tmp_path, "AAPL.csv", text)


def test_a_folder_without_bars_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SimulatorError, match=r"no \.csv or \.parquet"):
        Market(7, Clock(start=NOW, speed=0), bars_dir=tmp_path)
    with pytest.raises(SimulatorError, match="does not exist"):
        Market(7, Clock(start=NOW, speed=0), bars_dir=tmp_path / "none")
    tmp_path.joinpath("AAPL.parquet").write_bytes(b"PAR1 but not really")
    with pytest.raises(SimulatorError, match=r"AAPL\.parquet: not a Parquet file"):
        Market(7, Clock(start=NOW, speed=0), bars_dir=tmp_path)
