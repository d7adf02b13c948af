"""Answers about market scans: what scans there are, and ranked instruments, again every half minute."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ibnb.simulator.market.screen import FILTERS, LOCATIONS, SCANS, Screen
from ibnb.simulator.server.streams.subscription import subscribe, unsubscribe
from ibnb.simulator.server.texts.scanner_parameters import scanner_parameters
from ibnb.wire.ids import Request, Response

if TYPE_CHECKING:
    from ibnb.simulator.market import Instrument
    from ibnb.simulator.roles import Client

#: How often a scan is made again, in seconds.
_REFRESH = 30.0
#: Instruments looked at in one go, so that streams go on meanwhile.
_AT_A_TIME = 4
_MOST_ROWS = 50
_REFUSED = "Historical Market Data Service error message:{}"
_EMPTY = "Historical Market Data Service query message:no items retrieved"
#: The fields of the request that bound something: the filter's tag, and whether the field is a lower bound.
_FIELDS = {
    "above_price": ("price", True),
    "below_price": ("price", False),
    "above_volume": ("volume", True),
    "market_cap_above": ("marketCap", True),
    "market_cap_below": ("marketCap", False),
    "average_option_volume_above": ("avgOptVolume", True),
}


def parameters(client: Client, values: dict[str, Any]) -> None:
    """24: the XML that describes all scans."""
    client.send(Response.SCANNER_PARAMETERS, {"xml": scanner_parameters()})


def subscription(client: Client, values: dict[str, Any]) -> None:
    """22: ranked instruments until it is cancelled; 162 for a scan that there is none of."""
    request_id = values["request_id"]
    code, location = values["scan_code"], values["location_code"]
    for name, value, known in (("scan code", code, SCANS), ("location", location, LOCATIONS)):
        if value not in known:
            client.error(162, _REFUSED.format(f"Invalid {name}: {value!r}"), request_id)
            return
    try:
        bounds = (*_bounds(values), *_filter_options(values.get("filter_options", "")))
    except ValueError as error:
        client.error(162, _REFUSED.format(str(error)), request_id)
        return
    kinds = values["stock_type_filter"].upper() or "ALL"
    screen = Screen(code, values["instrument"], location, bounds, kinds)
    rows = values["number_of_rows"]
    scan = _Scan(client, request_id, screen, _MOST_ROWS if rows is None or rows < 1 else min(rows, _MOST_ROWS))
    subscribe(client, Request.SCANNER_SUBSCRIPTION, request_id, scan.go_on)


def _bounds(values: dict[str, Any]) -> list[tuple[str, bool, float]]:
    set_ = [(name, values.get(name)) for name in _FIELDS]
    # Some clients write 0 where nothing is set.
    return [(*_FIELDS[name], float(value)) for name, value in set_ if value]


def _filter_options(text: str) -> list[tuple[str, bool, float]]:
    """Read ``priceAbove=5;changePercBelow=10``; tags that narrow nothing here are let pass."""
    found = []
    for pair in filter(None, text.split(";")):
        tag, equals, value = pair.partition("=")
        name = tag.removesuffix("1e6")
        for ending, above in (("Above", True), ("Below", False)):
            stem = name.removesuffix(ending)
            if equals and name.endswith(ending) and stem in FILTERS:
                try:
                    found.append((stem, above, float(value)))
                except ValueError:
                    raise ValueError(f"Invalid value of filter {tag}: {value!r}") from None
    return found


class _Scan:
    """One scan of a client, made a few instruments at a time."""

    def __init__(self, client: Client, request_id: int, screen: Screen, rows: int) -> None:
        self._client, self._request_id, self._screen, self._rows = client, request_id, screen, rows
        self._left: list[Instrument] | None = None
        self._ranked: list[tuple[float, Instrument]] = []

    def go_on(self) -> float:
        """Look at some more instruments; send the ranking when all have been looked at."""
        market = self._client.server.market
        if self._left is None:
            self._left, self._ranked = self._screen.candidates(market), []
        for instrument in self._left[:_AT_A_TIME]:
            rank = self._screen.rank(market, instrument)
            if rank is not None:
                self._ranked.append((rank, instrument))
        del self._left[:_AT_A_TIME]
        if self._left:
            return 0.001
        self._left = None
        self._send()
        return _REFRESH

    def _send(self) -> None:
        best = sorted(self._ranked, key=lambda pair: (-pair[0], pair[1].con_id))[: self._rows]
        if not best:
            self._client.error(165, _EMPTY, self._request_id)
        rows = [_row(place, instrument) for place, (_, instrument) in enumerate(best)]
        self._client.send(Response.SCANNER_DATA, {"request_id": self._request_id, "rows": rows})


def _row(place: int, one: Instrument) -> dict[str, Any]:
    names = ("con_id", "symbol", "sec_type", "expiry", "right", "exchange", "currency", "local_symbol")
    return {
        "rank": place,
        **{name: getattr(one, name) for name in names},
        "strike": one.strike,
        "market_name": one.market_name,
        "trading_class": one.trading_class,
    }


def cancel(client: Client, values: dict[str, Any]) -> None:
    """23: end it, with the notice 162 that a real TWS sends; error 300 where there is none of that id."""
    request_id = values["request_id"]
    if unsubscribe(client, Request.SCANNER_SUBSCRIPTION, request_id):
        client.error(162, _REFUSED.format(f"API scanner subscription cancelled: {request_id}"), request_id)
    else:
        client.error(300, f"Can't find EId with tickerId:{request_id}", request_id)


HANDLERS = {
    Request.SCANNER_PARAMETERS: parameters,
    Request.SCANNER_SUBSCRIPTION: subscription,
    Request.CANCEL_SCANNER_SUBSCRIPTION: cancel,
}
