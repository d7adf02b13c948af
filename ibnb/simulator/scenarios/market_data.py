"""Scenarios of prices, history and contracts: refused, late, delayed, or not there."""

from __future__ import annotations

from ibnb.simulator.market.subscriptions import Subscriptions
from ibnb.simulator.scenarios.message_faults import Answers, Delays, Ignores, Notices, OffersData
from ibnb.simulator.scenarios.registry import Faults, plain, scenario
from ibnb.simulator.scenarios.settings import at_least, one_of
from ibnb.simulator.scenarios.texts import FARM_NOTICES
from ibnb.wire.ids import Request

_HISTORY = (Request.HISTORICAL_DATA, Request.HISTORICAL_TICKS, Request.HEAD_TIMESTAMP, Request.HISTOGRAM_DATA)
_ABOUT_CONTRACTS = (
    *_HISTORY,
    Request.CONTRACT_DETAILS,
    Request.MKT_DATA,
    Request.MKT_DEPTH,
    Request.REAL_TIME_BARS,
    Request.TICK_BY_TICK_DATA,
)
_SERVED_BY = {
    "quotes": (Request.MKT_DATA, Request.MKT_DEPTH, Request.REAL_TIME_BARS, Request.TICK_BY_TICK_DATA),
    "history": _HISTORY,
    "contracts": (Request.CONTRACT_DETAILS, Request.MATCHING_SYMBOLS, Request.SEC_DEF_OPT_PARAMS),
}
_FROM_HISTORY = "Historical Market Data Service error message:"
_OTHER_ADDRESS = "Trading TWS session is connected from a different IP address"
#: The texts of 162, each with an advice of its own.
_REFUSALS = {
    "permissions": f"{_FROM_HISTORY}No market data permissions for NASDAQ STK",
    "no-data": f"{_FROM_HISTORY}HMDS query returned no data: {{symbol}}@SMART Trades",
    "pacing": f"{_FROM_HISTORY}Historical data request pacing violation",
    "cancelled": f"{_FROM_HISTORY}API historical data query cancelled: {{id}}",
    "step": f"{_FROM_HISTORY}invalid step: 1 D of 1 secs",
    "address": f"{_FROM_HISTORY}{_OTHER_ADDRESS}",
    # TWS speaks the language it is set to: here only the code tells what it is.
    "spanish": "Mensaje de error del servicio de datos históricos:No tiene permisos de datos para NASDAQ STK",
}
_NOT_SUBSCRIBED = {
    "354": "Requested market data is not subscribed. Check API status by selecting the Account menu then under "
    "Management choose Market Data Subscription Manager and/or availability of delayed data.",
    "10089": "Requested market data requires additional subscription for API. See link in 'Market Data Connections' "
    "dialog for more details.{symbol} NASDAQ.NMS/TOP/ALL",
    "10090": "Part of requested market data is not subscribed. Subscription-independent ticks are still active."
    "{symbol} NASDAQ.NMS/TOP/ALL",
}
_DELAYED_OFF = (10168, "Requested market data is not subscribed. Delayed market data is not enabled.")


@scenario("farm-broken", "A data farm is down (quotes, history or contracts); with silent=true its data do not come.")
def _farm_broken(farm: str = "quotes", silent: bool = False) -> Faults:
    notices = one_of("farm", farm, FARM_NOTICES)
    faults: Faults = (Notices(notices.broken),)
    return (*faults, Ignores(*_SERVED_BY[farm])) if silent else faults


plain("farm-idle", "The data farms sleep until they are wanted, which is harmless.",
      Notices(*(farm.idle for farm in FARM_NOTICES.values())))  # fmt: skip


@scenario(
    "competing-session", "The same user is logged in elsewhere, so that data are refused (quotes, history or both)."
)
def _competing_session(what: str = "both") -> Faults:
    quotes = OffersData(Subscriptions(competing=True))
    history = Answers(162, f"{_FROM_HISTORY}{_OTHER_ADDRESS}", *_HISTORY)
    chosen: Faults = one_of("what", what, {"both": (quotes, history), "quotes": (quotes,), "history": (history,)})
    return chosen


@scenario("no-subscription", "There is no subscription for quotes, live or delayed (code 354, 10089 or 10090).")
def _no_subscription(code: int = 354) -> Faults:
    text = one_of("code", str(code), _NOT_SUBSCRIBED)
    # Quotes get this code whichever kind of data is asked for; all else is refused in its own way.
    return (
        Answers(code, text, Request.MKT_DATA),
        OffersData(Subscriptions(without={"*"}, code=code, delayed=False)),
    )


plain(
    "delayed-data",
    "Quotes are delayed, for a client that takes such (market data type 3 or 4).",
    OffersData(Subscriptions(without={"*"}, code=_DELAYED_OFF[0])),
)
plain(
    "delayed-off",
    "Quotes are not subscribed, and delayed ones not enabled.",
    Answers(*_DELAYED_OFF, Request.MKT_DATA),
    OffersData(Subscriptions(without={"*"}, code=_DELAYED_OFF[0], delayed=False)),
)


@scenario("history-refused", f"Historical data are refused: for {', '.join(_REFUSALS)}, or in a text of your own.")
def _history_refused(why: str = "permissions", text: str = "") -> Faults:
    message = f"{_FROM_HISTORY}{text}" if text else one_of("why", why, _REFUSALS)
    return (Answers(162, message, Request.HISTORICAL_DATA),)


plain("history-silent", "Historical data never come.", Ignores(Request.HISTORICAL_DATA))


@scenario("history-slow", "Historical data take their time.")
def _history_slow(seconds: float = 8.0) -> Faults:
    at_least("seconds", seconds, 0)
    return (Delays(seconds, *_HISTORY),)


@scenario(
    "contract-unknown",
    "Contracts are not found, as in nightly maintenance: all or those of one symbol, for good or for some seconds.",
)
def _contract_unknown(symbol: str = "", seconds: float = 0.0) -> Faults:
    at_least("seconds", seconds, 0)
    text = "No security definition has been found for the request"
    return (Answers(200, text, *_ABOUT_CONTRACTS, symbol=symbol, seconds=seconds),)
