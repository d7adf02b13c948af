"""What the gallery shows: every widget and figure that a person can have, each as a cell and how it is seen to be done.

The cells share one session with the simulated TWS of `BEGIN`, on a Wednesday morning in New York. What has to be among
them follows from the package (`wanted`), so that a new widget without a picture is missed.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass

import ibnb
from ibnb.ground import views

BEGIN = """
import tempfile
import ibnb

sim = ibnb.simulate(clock="2026-11-18T11:00:00-05:00")
tws = ibnb.connect(port=sim.port, readonly=False)
folder = tempfile.mkdtemp()
days = tws.history("AAPL", duration="1 Y", bar_size="1 day")
listed = tws.option_chain("AAPL", expiries=1, strikes=2, quotes=False).iloc[0]
option = f"AAPL {listed['expiry']:%Y-%m-%d} {listed['strike']:g} {listed['right']}"
"""
EQUITY = """
import numpy as np, pandas as pd
from ibnb.tables.journal.equity import SCHEMA

dates = pd.bdate_range("2026-06-01", "2026-11-17")
worth = 1_000_000 * np.exp(np.cumsum(np.random.default_rng(3).normal(0.0006, 0.007, len(dates))))
rows = [
    {"date": day, "account": "DU1234567", "base_currency": "USD", "net_liquidation": value, "deposits": 0.0}
    for day, value in zip(dates, worth)
]
rows[60]["deposits"] = 25_000.0
curve = SCHEMA.frame(rows)
curve["drawdown"] = curve["net_liquidation"] / curve["net_liquidation"].cummax() - 1
ibnb.plot_equity(curve)
"""


@dataclass(frozen=True)
class Scene:
    """One picture of the gallery.

    Parameters
    ----------
    name : str
        Of its file, and of `--only`.
    shows : str
        What of the package it shows: a public name of `ibnb`, or one by which `ibnb.ground.views` draws.
    title : str
        Its heading.
    code : str
        The cell; its last line is what is shown.
    done : str
        A CSS selector of what stands in the output once all of it is there; empty: the output itself.
    text : str
        What that says by then.
    """

    name: str
    shows: str
    title: str
    code: str
    done: str = ""
    text: str = ""


SCENES = (
    Scene(
        "setup",
        "setup",
        "Set-up",
        "now = ibnb.simulate()\npanel = ibnb.setup(port=now.port)\npanel.run()\npanel.wait(30)\npanel",
    ),
    Scene(
        "report",
        "diagnose",
        "A diagnosis",
        'with ibnb.simulate("no-account-data") as ill:\n    report = ibnb.diagnose(port=ill.port, timeout=2)\nreport',
    ),
    Scene(
        "explorer",
        "explorer",
        "The portfolio explorer",
        "explorer = ibnb.explorer(tws)\nexplorer",
        "img[alt^='Allocation of']",
    ),
    Scene(
        "board",
        "board",
        "A board",
        'board = tws.watch(["AAPL", "MSFT", "SPY", "EUR.USD", "NOPE"])\n'
        'board.add_column("spread", lambda q: q.ask - q.bid, format=".5f")\nboard.wait(60, timeout=30)\nboard',
        ".ibnb-spark",
    ),
    Scene(
        "chart",
        "chart",
        "A chart",
        'chart = ibnb.chart(tws, "AAPL", duration="6 M", rsi=True, profile=True)\nchart.wait(30)\nchart',
        ".ibnb-chart canvas, .ibnb-chart img",
    ),
    Scene(
        "chart-option",
        "chart",
        "A chart of an option",
        'of_option = ibnb.chart(tws, option, duration="5 D")\nof_option.wait(30)\nof_option',
        ".ibnb-chart canvas, .ibnb-chart img",
    ),
    Scene("chain", "chain", "An option chain", 'ibnb.chain(tws, "SPX")', ".ibnb-live-words", "live"),
    Scene("ticket", "ticket", "An order ticket", 'ibnb.ticket(tws, "AAPL")', ".ibnb-quote", "APPLE INC"),
    Scene("blotter", "blotter", "Orders and fills", "ibnb.blotter(tws)", ".ibnb-blotter td"),
    Scene("alerts", "alert", "Alerts", 'tws.alert(["AAPL", "MSFT"], above=100_000, change=-50)'),
    Scene("depth", "stream", "Depth of book", 'tws.depth("AAPL", limit=5)', "td"),
    Scene(
        "ticks",
        "stream",
        "Single ticks",
        'ticks = tws.tick_by_tick("EUR.USD", what="BidAsk")\nticks.wait(2, timeout=30)\nticks',
        "td",
    ),
    Scene("table", "show", "A table", "tws.portfolio()", "td"),
    Scene(
        "scan",
        "show",
        "What a scan finds",
        'tws.scan("TOP_PERC_GAIN", limit=12, above_price=10)',
        "td",
    ),
    Scene("bars", "plot_bars", "Bars", "ibnb.plot_bars(days, ma=(20, 50), profile=True)"),
    Scene(
        "bars-indicators",
        "plot_bars",
        "Bars with indicators",
        "ibnb.plot_bars(days, bollinger=True, rsi=True, macd=True)",
    ),
    Scene(
        "bars-compared",
        "plot_bars",
        "Several symbols compared",
        'others = [tws.history(each, duration="1 Y", bar_size="1 day") for each in ("MSFT", "KO", "SPY")]\n'
        "ibnb.plot_bars([days, *others])",
    ),
    Scene(
        "bars-option",
        "plot_bars",
        "Bars of an option",
        'ibnb.plot_bars(tws.history(option, duration="5 D", bar_size="30 mins"))',
    ),
    Scene(
        "gaps",
        "plot_gaps",
        "What a store lacks",
        'for first, last in (("2026-02-02", "2026-02-06"), ("2026-02-23", "2026-02-27")):\n'
        '    tws.history("MSFT", start=first, end=last, bar_size="30 mins", store=folder)\n'
        'gaps = tws.gaps("MSFT", start="2026-02-02", end="2026-02-27", bar_size="30 mins", store=folder)\n'
        "ibnb.plot_gaps(gaps)",
    ),
    Scene("allocation", "plot_allocation", "Allocation", "ibnb.plot_allocation(tws.portfolio())"),
    Scene("profit", "plot_pnl", "Profit by position", 'ibnb.plot_pnl(tws.portfolio(), what="daily")'),
    Scene("equity", "plot_equity", "Worth and drawdown", EQUITY.strip()),
    Scene("risk", "plot_risk", "Risk", 'ibnb.plot_risk(tws.risk(index="SPY"), what="beta_delta")'),
    Scene(
        "smile",
        "plot_smile",
        "The smile",
        'ibnb.plot_smile(tws.option_chain("AAPL", expiries=3, strikes=12))',
    ),
)


def wanted() -> set[str]:
    """Return what a gallery of this package has to show: by public name, or by the name of what draws it.

    Figures are made by `plot_...`; panels come from the room of widgets; streams, boards and alerts are drawn where a
    cell ends in them.
    """
    public = {name for name in ibnb.__all__ if name.startswith("plot_") or _is_panel(name)}
    return public | set(views.names()) | {"diagnose", "show"}


def _is_panel(name: str) -> bool:
    found = getattr(ibnb, name)
    return inspect.isfunction(found) and (inspect.unwrap(found).__module__ or "").startswith("ibnb.widgets")
