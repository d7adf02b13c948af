"""Events: what happens to a running TWS once, for clients that are connected; each can be set off at any time.

An event has parameters as scenarios have; what takes its time goes on after the event has been acknowledged.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from ibnb.errors import BadInput, SimulatorError
from ibnb.simulator.scenarios import settings
from ibnb.simulator.scenarios.connection_faults import Outage
from ibnb.simulator.scenarios.message_faults import Notices
from ibnb.simulator.scenarios.settings import at_least, one_of
from ibnb.simulator.scenarios.texts import DATA_LOST, FARM_NAMES, FARM_NOTICES, LOST, NOISE, OUTAGES, data_kept
from ibnb.wire.ids import Request

if TYPE_CHECKING:
    from ibnb.simulator.server.server import Server

#: What an event answers: how many clients it reached, and whatever its text says.
Outcome: TypeAlias = dict[str, Any]
_TRY_AGAIN = 0.2
#: What must be asked for again after data were lost.
_MARKET_DATA = frozenset(
    (
        Request.MKT_DATA,
        Request.MKT_DEPTH,
        Request.REAL_TIME_BARS,
        Request.TICK_BY_TICK_DATA,
        Request.HISTORICAL_DATA,
    )
)
_RESET = "TWS socket port has been reset and this connection is being dropped. Please reconnect on the new port - {}"


class Event(NamedTuple):
    """An event: what happens, and the function that makes it happen; its parameters are the event's."""

    text: str
    happen: Callable[..., Awaitable[Outcome]]


EVENTS: dict[str, Event] = {}


def _event(name: str, text: str) -> Callable[[Callable[..., Awaitable[Outcome]]], Callable[..., Awaitable[Outcome]]]:
    def enter(happen: Callable[..., Awaitable[Outcome]]) -> Callable[..., Awaitable[Outcome]]:
        EVENTS[name] = Event(text, happen)
        return happen

    return enter


def list_events() -> list[tuple[str, str]]:
    """Return all events: name with its parameters, and what happens."""
    return [
        (settings.describe(name, settings.parameters(event.happen, skip=1)), event.text)
        for name, event in EVENTS.items()
    ]


def check(text: str) -> tuple[Event, dict[str, Any]]:
    """Return the event that a text such as ``uplink-lost:seconds=3`` names, and its parameters.

    Raises
    ------
    BadInput
        For a name or a parameter that there is none of, or a value that is not of its kind.
    """
    event, rest = settings.choose("event", text, EVENTS)
    return event, settings.read("event", text, rest, settings.parameters(event.happen, skip=1))


async def happen(server: Server, text: str) -> Outcome:
    """Make an event happen, and return what came of it."""
    event, given = check(text)
    outcome: Outcome = await event.happen(server, **given)
    return outcome


def _outage(server: Server) -> Outage | None:
    return next((fault for fault in server.scenarios.faults if isinstance(fault, Outage)), None)


def _lose(server: Server, code: int) -> int:
    text = one_of("code", str(code), OUTAGES)
    if _outage(server) is None:
        server.scenarios.add(Outage(code, text))
    return server.notify((code, text))


def _restore(server: Server, lost: bool, without: str = "none") -> int:
    if (outage := _outage(server)) is not None:
        server.scenarios.remove(outage)
    for client in server.clients:
        if lost:
            client.stop_kinds(_MARKET_DATA)
        elif not server.scenarios.habits.streams_go_on:
            client.silence_kinds(_MARKET_DATA)
    return server.notify(DATA_LOST if lost else data_kept(FARM_NAMES.get(without)))


@_event("uplink-lost", "TWS loses Interactive Brokers' servers (1100, or 2110), for so many seconds, or 0 for good.")
async def _uplink_lost(server: Server, seconds: float = 0.0, lost: bool = False, code: int = 1100) -> Outcome:
    at_least("seconds", seconds, 0)

    async def come_back() -> None:
        await asyncio.sleep(seconds)
        _restore(server, lost)

    reached = _lose(server, code)
    if seconds:
        server.later(come_back())
    return {"clients": reached}


@_event(
    "uplink-restored",
    "They are back: 1102, or 1101 where subscriptions were lost. 1102 may list a farm (quotes, history or "
    "contracts) as not connected.",
)
async def _uplink_restored(server: Server, lost: bool = False, without: str = "none") -> Outcome:
    one_of("without", without, {"none": "", **FARM_NAMES})
    return {"clients": _restore(server, lost, without)}


@_event("nightly-reset", "The reset of every night: 1100 several times, then 1102 (or 1101).")
async def _nightly_reset(server: Server, seconds: float = 15.0, times: int = 3, lost: bool = False) -> Outcome:
    at_least("seconds", seconds, 0)
    at_least("times", times, 1)

    async def come_and_go() -> None:
        for _ in range(times - 1):
            await asyncio.sleep(seconds / times)
            server.notify(LOST)
        await asyncio.sleep(seconds / times)
        _restore(server, lost)

    reached = _lose(server, LOST[0])
    server.later(come_and_go())
    return {"clients": reached}


@_event("farm-flap", "A data farm (quotes, history or contracts) breaks, and is fine after so many seconds.")
async def _farm_flap(server: Server, farm: str = "quotes", seconds: float = 3.0) -> Outcome:
    at_least("seconds", seconds, 0)
    notices = one_of("farm", farm, FARM_NOTICES)
    broken = Notices(notices.broken)

    async def mend() -> None:
        await asyncio.sleep(seconds)
        server.scenarios.remove(broken)
        server.notify(notices.fine)

    server.scenarios.add(broken)  # told also to those who start meanwhile
    reached = server.notify(notices.broken)
    server.later(mend())
    return {"clients": reached}


@_event("farm-idle", "All data farms go to sleep until they are wanted, which is harmless.")
async def _farm_idle(server: Server) -> Outcome:
    return {"clients": server.notify(*(farm.idle for farm in FARM_NOTICES.values()))}


@_event("noise", "Every harmless notice comes.")
async def _noise(server: Server) -> Outcome:
    return {"clients": server.notify(*NOISE)}


@_event("notice", "A notice of your own comes.")
async def _notice(server: Server, code: int = 2100, text: str = NOISE[0][1]) -> Outcome:
    return {"clients": server.notify((code, text))}


@_event("fill-corrected", "The latest fill of each account is told anew: its id differs behind the last full stop.")
async def _fill_corrected(server: Server) -> Outcome:
    return {"fills": server.desk.correct()}


@_event("orders-deactivated", "All working orders are de-activated in TWS: they work no more, and are not over.")
async def _orders_deactivated(server: Server) -> Outcome:
    return {"orders": server.desk.deactivate()}


@_event("cut", "All connections end, or that of one client id: by a reset, if wanted.")
async def _cut(server: Server, client: int = -1, reset: bool = False) -> Outcome:
    ended = [each for each in server.clients if client in (-1, each.client_id)]
    for each in ended:
        each.reset() if reset else each.hang_up()
    return {"clients": len(ended)}


@_event("restart", "TWS restarts: all connections end, and for so many seconds nothing listens.")
async def _restart(server: Server, seconds: float = 1.0) -> Outcome:
    at_least("seconds", seconds, 0)
    listener = server.listener
    if listener is None:
        raise BadInput("event", "restart", "possible for a server that listens")
    port = listener.port

    async def come_back() -> None:
        await asyncio.sleep(seconds)
        while True:
            try:
                await listener.open(port)
            except SimulatorError:  # somebody took the port meanwhile
                await asyncio.sleep(_TRY_AGAIN)
            else:
                return

    listener.close()
    reached = await _cut(server)
    server.later(come_back())
    return {**reached, "port": port}


@_event("port-changed", "The port is set to another (0: any free one): clients are told (1300) and dropped.")
async def _port_changed(server: Server, port: int = 0) -> Outcome:
    if server.listener is None or not 0 <= port <= 65535:
        raise BadInput("port", port, "0 (any free one) to 65535")
    changed = await server.listener.open(port)
    server.notify((1300, _RESET.format(changed)))
    for client in list(server.clients):
        client.close()
    return {"port": changed}
