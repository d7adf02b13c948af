"""Answers about present prices: snapshots and streams of quotes, the kind of data wanted, exchanges behind SMART."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ibnb.simulator.market.subscriptions import DELAYED_FROZEN, LIVE
from ibnb.simulator.server.handlers.reference.contracts import asked_or_error
from ibnb.simulator.server.streams.board import Watch
from ibnb.simulator.server.streams.generic_ticks import IllegalGenericTick, read_generics
from ibnb.simulator.server.streams.subscription import unsubscribe_or_error
from ibnb.simulator.server.texts.smart_exchanges import bbo_exchange, components
from ibnb.wire.ids import Request, Response

if TYPE_CHECKING:
    from ibnb.simulator.market import Instrument
    from ibnb.simulator.roles import Client

_SNAPSHOT_PERMISSIONS = {"STK": 3, "OPT": 4}
_NO_GENERICS = "Snapshot market data subscription is not applicable to generic ticks"


def market_data(client: Client, values: dict[str, Any]) -> None:
    """1: one snapshot with its end marker, or a stream until it is cancelled."""
    request_id = values["request_id"]
    snapshot = values["snapshot"] or values.get("regulatory_snapshot", False)
    asked = asked_or_error(client, values, live=True)
    if asked is None:
        return
    instrument = asked.instrument
    try:
        generics = read_generics(values["generic_ticks"], instrument)
    except IllegalGenericTick as error:
        client.error(321, str(error), request_id)
        return
    if snapshot and generics:
        client.error(321, f"Error validating request.-'bW' : cause - {_NO_GENERICS}", request_id)
        return
    watch = Watch(client, request_id, asked, client.market_data_type, generics)
    subscriptions = client.server.subscriptions
    if subscriptions.kind(watch.decides(subscriptions), watch.wanted, True) is not None:
        client.send(Response.TICK_REQ_PARAMS, _parameters(request_id, instrument))
    boards = client.server.boards
    if snapshot:
        if boards.snapshot(watch):
            client.send(Response.TICK_SNAPSHOT_END, {"request_id": request_id})
    else:
        boards.start(watch)


def _parameters(request_id: int, instrument: Instrument) -> dict[str, Any]:
    return {
        "request_id": request_id,
        "min_tick": instrument.told_min_tick,
        "bbo_exchange": bbo_exchange(instrument),
        "snapshot_permissions": _SNAPSHOT_PERMISSIONS.get(instrument.sec_type, 0),
    }


def cancel_market_data(client: Client, values: dict[str, Any]) -> None:
    """2: end a stream; error 300 where there is none of that id."""
    unsubscribe_or_error(client, Request.MKT_DATA, values["request_id"])


def market_data_type(client: Client, values: dict[str, Any]) -> None:
    """59: which kind the client takes from now on: live, frozen, delayed, or delayed and frozen."""
    wanted = values["market_data_type"]
    if wanted is None or not LIVE <= wanted <= DELAYED_FROZEN:
        client.error(321, f"Error validating request.-'cb' : cause - Invalid market data type: {wanted}")
        return
    client.market_data_type = wanted


def smart_components(client: Client, values: dict[str, Any]) -> None:
    """83: the exchanges behind a code that message 81 gave."""
    request_id, found = values["request_id"], components(values["bbo_exchange"])
    if found is None:
        text = f"Error validating request.-'ck' : cause - Invalid BBO exchange: {values['bbo_exchange']!r}"
        client.error(321, text, request_id)
        return
    rows = [row._asdict() for row in found]
    client.send(Response.SMART_COMPONENTS, {"request_id": request_id, "components": rows})


HANDLERS = {
    Request.MKT_DATA: market_data,
    Request.CANCEL_MKT_DATA: cancel_market_data,
    Request.MARKET_DATA_TYPE: market_data_type,
    Request.SMART_COMPONENTS: smart_components,
}
