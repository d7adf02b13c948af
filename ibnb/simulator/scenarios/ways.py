"""Ways in which real TWSs differ, as one value: the defaults are those of a current one with every subscription."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Habits:
    """The ways of the TWS that is acted out.

    The fields stand by subject: history, connection, contracts, accounts and orders, market data.

    Attributes
    ----------
    held_back : float
        Bars end so many seconds before now, as without the real-time entitlement.
    schedule : str
        ``told``, ``refused`` or ``empty``: how SCHEDULE is answered.
    six_months : bool
        Bars of 30 s and less that are older are refused.
    sizes_without : str
        A bar size that this TWS does not know.
    group_dates : str
        ``come-to``, ``last`` or ``first``: what date a week or month bears, one under way in particular.
    contfut_ends : bool
        A continuous future is served up to a past end.
    contfut_live : bool
        A continuous future has quotes, ticks and depth, as those of the future that it stands for.
    tick_pages : str
        ``early``: pages of quotes begin with the second before their start; ``exact``: they do not; ``before``: pages
        from a moment on hold what lies before it.
    ticks_cut : bool
        The last second of a page is cut at the number asked for.
    combinations_unanswered : bool
        A request for the details of a combination is never answered.
    row_an_exchange : bool
        An option that is named without an exchange comes once for each of them.
    nobody_quotes : bool
        Nobody bids or offers.
    no_price_magnified : bool
        What says "no price" is multiplied as prices are: -100 where they are in pence.
    streams_go_on : bool
        Streams of market data send again once the uplink is back (1102).
    sizes_in_lots : bool
        Sizes of US shares are in lots of 100.
    realized_of_untraded : bool
        Profit realised today is told of a position that was not traded today: as 0, rather than left unset.
    lists_inactive_orders : bool
        Orders that were de-activated in TWS come with the open ones, as Inactive.
    lists_corrected_fills : bool
        Lists of executions have what was corrected beside its correction.
    lists_fills_of_days : int
        Lists of executions have the fills of so many days, as the Trade Log of TWS is set.
    one_account_for_all : bool
        Account updates (6) are of one account at a time for all clients together; another is refused with 2101.
    order_ids_go_on : bool
        The next order id goes on above all that were used; otherwise each connection begins again with 1.
    order_ids_reused : bool
        The number of an order that is over may be given to another, as if TWS had forgotten it.
    rejections : str
        ``shown``: a rejected order is told as Inactive, then by an error; ``error-first``; or ``accepted``: it is
        PreSubmitted first, then Inactive, before the error and again after it.
    tells_orders : bool
        Clients are told what becomes of their orders; otherwise only where they ask for it.
    tells_orders_after : float
        They are told so many seconds late.
    tells_fills_first : bool
        Of what is told together, executions come first.
    tells_filled : bool
        openOrder and orderStatus say that an order is filled; otherwise its executions alone do.
    tells_commissions, tells_commissions_after : int, float
        How many times over a commission report comes, and how many seconds after its fill.
    what_if_costs : str
        ``alone``: a what-if tells the commission; ``range``: its least and its most alone; ``both``; or ``none``.
    fills_in_parts : int
        Each order is filled in so many parts at least, one a moment of the market.
    seconds_between_fills : float
        The parts are so many seconds of the market's clock apart, at least.
    cancels_too_late : str
        Orders that a client cancels are filled: ``pending``, after they were told as PendingCancel; ``refused``, with
        10148; "" where they are cancelled.
    halted, halt : str, int
        The symbol of what does not trade at present, "" for nothing, ``*`` for everything; what tick 49 says then.
    closed, closed_since : str, float
        The symbol of what is closed whatever the hour, and since when (`time.monotonic`).
    """

    held_back: float = 0.0
    schedule: str = "told"
    six_months: bool = False
    sizes_without: str = ""
    group_dates: str = "come-to"
    contfut_ends: bool = False
    contfut_live: bool = False
    tick_pages: str = "early"
    ticks_cut: bool = False
    combinations_unanswered: bool = False
    row_an_exchange: bool = True
    nobody_quotes: bool = False
    no_price_magnified: bool = True
    streams_go_on: bool = True
    sizes_in_lots: bool = False
    realized_of_untraded: bool = False
    lists_inactive_orders: bool = True
    lists_corrected_fills: bool = True
    lists_fills_of_days: int = 1
    one_account_for_all: bool = True
    order_ids_go_on: bool = True
    order_ids_reused: bool = False
    rejections: str = "shown"
    tells_orders: bool = True
    tells_orders_after: float = 0.0
    tells_fills_first: bool = False
    tells_filled: bool = True
    tells_commissions: int = 1
    tells_commissions_after: float = 0.0
    what_if_costs: str = "alone"
    fills_in_parts: int = 1
    seconds_between_fills: float = 0.0
    cancels_too_late: str = ""
    halted: str = ""
    halt: int = 0
    closed: str = ""
    closed_since: float = 0.0
