"""The functions that show what a person clicks: setup panel, chart, portfolio explorer, order ticket and blotter.

Importing them costs nothing: ipywidgets is loaded when the first panel is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ibnb.ground.views import in_notebook
from ibnb.ground.waits import waiting
from ibnb.tws.client.values import ContractLike

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ibnb.history.planning.moments import Moment
    from ibnb.session import Session
    from ibnb.widgets.blotter.panel import OrderBlotter
    from ibnb.widgets.chart.panel import BarChart
    from ibnb.widgets.explorer.panel import PortfolioExplorer
    from ibnb.widgets.setup.panel import SetupPanel
    from ibnb.widgets.ticket.panel import OrderTicket

__all__ = ["blotter", "chart", "explorer", "setup", "ticket"]

_HINT = "This is the report of ibnb.diagnose(). In a notebook (`ibnb lab` opens one) ibnb.setup() is a panel to click."


_EXPLORER_HINT = (
    "In a notebook (`ibnb lab` opens one) ibnb.explorer(tws) is this to filter, sort and open. Here tws.portfolio() is "
    "a DataFrame, tws.pnl() the profit now, and ibnb.to_csv(tws.portfolio(), 'portfolio.csv') writes a file."
)
_NO_CHART = (
    "A chart to click needs a notebook (`ibnb lab` opens one). Here a picture goes into a file: "
    "ibnb.plot_bars(tws.history({contract!r})).savefig('chart.png')"
)
_NO_TICKET = (
    "A ticket to click needs a notebook (`ibnb lab` opens one). Here tws.limit('BUY', 10, {contract!r}, 180) is an "
    "order: it shows itself, preview() asks what it would do, submit() sends it once."
)
_NO_BLOTTER = (
    "A blotter to click needs a notebook (`ibnb lab` opens one). Here tws.orders() and tws.executions() are "
    "DataFrames, and tws.trades() what was sent from here."
)


@waiting("the panel")
def chart(
    session: Session,
    contract: ContractLike | None = None,
    *,
    duration: str = "3 M",
    bar_size: str | None = None,
    what: str | None = None,
    rth: bool = True,
    start: Moment | None = None,
    end: Moment | None = None,
    compare: Sequence[Any] = (),
    ma: int | Sequence[int] = (20, 50),
    ema: int | Sequence[int] = (),
    vwap: bool = False,
    profile: bool = False,
    bollinger: bool | tuple[int, float] = False,
    rsi: bool | int = False,
    macd: bool | tuple[int, int, int] = False,
    log: bool = False,
    gaps: bool = False,
    live: bool = False,
    interactive: bool | None = None,
    timeout: float = 60,
) -> BarChart | None:
    """Show a chart to click through: symbol, range, bars and overlays, loaded in the background, zoomed and read.

    Parameters
    ----------
    session : Session
        Whom to ask, from `ibnb.connect` or `ibnb.start`. Bars go into its store and come from there.
    contract : str, int or Contract, optional
        As for ``tws.history``; it is loaded at once. This and the following can be changed in the chart.
    duration : str
        How far back, as for ``tws.history``.
    bar_size : str, optional
        ``"1 secs"`` to ``"1 month"``; without it, what suits the range and the hours in which the contract trades.
    what : str, optional
        As for ``tws.history``; without it trades, or midpoints of what has no trades.
    rth : bool
        Only regular trading hours.
    start, end : str or date, optional
        Dates, both included, as for ``tws.history``: without a `start`, `duration` goes back from `end`.
    compare : sequence of str, int or Contract
        Drawn beside it, in percent from the first bar that all have.
    ma, ema, vwap, profile, bollinger, rsi, macd, log
        As for `ibnb.plot_bars`.
    gaps : bool
        Shade where bars are missing.
    live : bool
        Go on by itself: the bar under way moves, and new ones come.
    interactive : bool, optional
        Whether ipympl draws, where the page has room for it; by default where it is installed. False is for a front
        end that lacks its extension.
    timeout : float
        Seconds, for each request.

    Returns
    -------
    BarChart or None
        The last expression of a cell shows it; ``chart.bars`` are the bars that are shown, ``chart.show("MSFT")``
        loads others. None in a plain terminal, where it says what to use instead.

    Raises
    ------
    BadInput
        If an argument is impossible.

    Notes
    -----
    TWS requests: reqHistoricalData, reqContractDetails. Where ipympl is installed (``pip install ipympl``) the picture
    is read under the pointer, zoomed by the wheel and dragged; buttons and keys do the same everywhere.

    Examples
    --------
    >>> import ibnb
    >>> tws = ibnb.start()                                     # doctest: +SKIP
    >>> ibnb.chart(tws, "AAPL", duration="1 Y", ma=(50, 200))  # doctest: +SKIP
    """
    if not in_notebook():
        print(_NO_CHART.format(contract=contract or "AAPL"))
        return None
    from ibnb.widgets.chart.panel import BarChart

    return BarChart(
        session,
        contract,
        duration=duration,
        bar_size=bar_size,
        what=what,
        rth=rth,
        start=start,
        end=end,
        compare=compare,
        ma=ma,
        ema=ema,
        vwap=vwap,
        profile=profile,
        bollinger=bollinger,
        rsi=rsi,
        macd=macd,
        log=log,
        gaps=gaps,
        live=live,
        interactive=interactive,
        timeout=timeout,
    )


@waiting("the panel")
def setup(
    host: str = "127.0.0.1",
    port: int | None = None,
    client_id: int | None = None,
    account: str | None = None,
    timeout: float = 4.0,
) -> SetupPanel | None:
    """Show the setup panel: which step of a TWS set-up works, what to click for the others, and Connect.

    Parameters
    ----------
    host : str
        Name or address of the machine that TWS runs on. This and the following can be changed in the panel.
    port : int, optional
        Its socket port. Without it the usual ones are looked at: 7497, 4002, 7496, 4001.
    client_id : int, optional
        Without it a free one is chosen.
    account : str, optional
        Whose portfolio to follow; needed only where the log-in has several accounts.
    timeout : float
        Seconds for each step.

    Returns
    -------
    SetupPanel or None
        The last expression of a cell shows it; ``panel.session`` is the session after Connect. None in a plain
        terminal, where the report is printed instead.

    Raises
    ------
    BadInput
        If an argument is impossible.

    Notes
    -----
    Nothing is sent before Run, Watch or Connect is pressed, or `SetupPanel.run` called; no order ever is.

    Examples
    --------
    >>> import ibnb
    >>> panel = ibnb.setup()                                   # doctest: +SKIP
    >>> panel                                                  # doctest: +SKIP
    """
    from ibnb.tws.arguments import check_arguments

    check_arguments(host, port, client_id, account, timeout=timeout)
    if in_notebook():
        from ibnb.widgets.setup.panel import SetupPanel

        return SetupPanel(host, port, client_id, account, timeout)
    from ibnb.doctor import diagnose

    print(diagnose(host, port, client_id, timeout, account).text(), _HINT, sep="\n\n")
    return None


@waiting("the panel")
def explorer(session: Session, account: str | None = None, *, timeout: float = 10) -> PortfolioExplorer | None:
    """Show the portfolio explorer: what is held, what it gains, margin and cash, to filter, sort, group and open.

    Parameters
    ----------
    session : Session
        Whose accounts to look at.
    account : str, optional
        One of the log-in's, or ``"all"``; without it the session's own, or all where it has none.
    timeout : float
        Seconds, for each request.

    Returns
    -------
    PortfolioExplorer or None
        The last expression of a cell shows it; ``explorer.frame`` is what its table shows, ``explorer.to_csv(path)``
        writes it. None in a plain terminal, where the portfolio is printed instead.

    Raises
    ------
    BadInput
        If an argument is impossible.

    Notes
    -----
    TWS requests: reqAccountSummary, reqAccountUpdates, reqPnL and reqPnLSingle; for a position that is chosen also
    reqHistoricalData, reqExecutions and reqAllOpenOrders. No order is placed or changed.

    Examples
    --------
    >>> import ibnb
    >>> tws = ibnb.start()                                     # doctest: +SKIP
    >>> explorer = ibnb.explorer(tws)                          # doctest: +SKIP
    >>> explorer                                               # doctest: +SKIP
    """
    if in_notebook():
        from ibnb.widgets.explorer.panel import PortfolioExplorer

        return PortfolioExplorer(session, account, timeout=timeout)
    from ibnb.widgets.explorer.text import printed

    print(printed(session, account, timeout), _EXPLORER_HINT, sep="\n\n")
    return None


@waiting("the panel")
def ticket(session: Session, contract: ContractLike | None = None, *, timeout: float = 10) -> OrderTicket | None:
    """Show an order ticket: a contract with its quote, what to order, what it would do, and two steps to send it.

    Parameters
    ----------
    session : Session
        Whom to send it to, from ``ibnb.connect(readonly=False)``; a read-only one shows quotes and sentences.
    contract : str, int or Contract, optional
        What stands in it at first, as for ``tws.limit``.
    timeout : float
        Seconds, for each request.

    Returns
    -------
    OrderTicket or None
        The last expression of a cell shows it. None in a plain terminal, where it says what to use instead.

    Notes
    -----
    Making or showing it sends nothing, however often a notebook is run: an order leaves by two presses alone, for one
    that was previewed in the last 30 seconds. Enter sends nothing.

    Examples
    --------
    >>> import ibnb
    >>> tws = ibnb.start(readonly=False)                       # doctest: +SKIP
    >>> ibnb.ticket(tws, "AAPL")                               # doctest: +SKIP
    """
    if not in_notebook():
        print(_NO_TICKET.format(contract=contract or "AAPL"))
        return None
    from ibnb.widgets.ticket.panel import OrderTicket

    return OrderTicket(session, contract, timeout=timeout)


@waiting("the panel")
def blotter(session: Session, *, timeout: float = 10) -> OrderBlotter | None:
    """Show the blotter: the working orders of all clients and the fills of today, live, to filter and export.

    Parameters
    ----------
    session : Session
        Whose TWS; its own orders can be changed and cancelled in it.
    timeout : float
        Seconds, for each request.

    Returns
    -------
    OrderBlotter or None
        The last expression of a cell shows it. None in a plain terminal, where it says what to use instead.

    Examples
    --------
    >>> import ibnb
    >>> tws = ibnb.start(readonly=False)                       # doctest: +SKIP
    >>> ibnb.blotter(tws)                                      # doctest: +SKIP
    """
    if not in_notebook():
        print(_NO_BLOTTER)
        return None
    from ibnb.widgets.blotter.panel import OrderBlotter

    return OrderBlotter(session, timeout=timeout)
