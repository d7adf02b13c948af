"""Commands to a running simulator: one line each on its standard input, each answered with one line.

``ok`` and what was asked for as JSON, or ``error`` and why not. A line is words, or where a word holds spaces a JSON
list of them; it may begin with ``#`` and a number, which its answer then begins with too, so that a program can have
several commands under way. `ibnb.simulate` speaks this, and so can any other program.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from ibnb.errors import BadInput, IBNBError
from ibnb.simulator.scenarios.events import happen, list_events
from ibnb.simulator.scenarios.library import NOT_FOR_A_SERVER, list_scenarios
from ibnb.simulator.scenarios.settings import message_named
from ibnb.wire.ids import Request

if TYPE_CHECKING:
    from ibnb.simulator.server.server import Server


async def _scenario(server: Server, *names: str) -> Any:
    """Put these scenarios in force, in place of those before; none is a healthy TWS."""
    server.switch(*names)
    return list(server.scenarios.names)


async def _event(server: Server, name: str) -> Any:
    """Make an event happen, such as uplink-lost:seconds=3."""
    return await happen(server, name)


async def _clients(server: Server) -> Any:
    """List the client ids that are taken."""
    return sorted(server.ids_in_use())


async def _running(server: Server) -> Any:
    """Count the subscriptions that are running, by client id and by the name of the request that began them."""
    return {str(client.client_id): client.running() for client in server.clients if client.client_id is not None}


async def _received(server: Server) -> Any:
    """Count the requests that have come, by name."""
    return {Request(number).name: count for number, count in sorted(server.arrivals.counts.items())}


async def _requests(server: Server, name: str) -> Any:
    """Show the latest requests of a name (or number), the oldest first."""
    return server.arrivals.latest(message_named(Request, name))


async def _wait(server: Server, name: str, seconds: str = "5", count: str = "1") -> Any:
    """Wait until so many requests of a name (or number) have come: name, seconds, count."""
    request = message_named(Request, name)
    try:
        limit, number = float(seconds), int(count)
    except ValueError:
        raise BadInput("wait", f"{seconds} {count}", "seconds, then a count") from None
    return await server.arrivals.wait_for(request, limit, number)


async def _scenarios(server: Server) -> Any:
    """List what can be put in force."""
    return dict(list_scenarios())


async def _events(server: Server) -> Any:
    """List what can happen."""
    return dict(list_events())


async def _help(server: Server) -> Any:
    """List the commands."""
    return {name: inspect.getdoc(command) for name, command in COMMANDS.items()}


COMMANDS: dict[str, Callable[..., Awaitable[Any]]] = {
    "scenario": _scenario,
    "event": _event,
    "clients": _clients,
    "running": _running,
    "received": _received,
    "requests": _requests,
    "wait": _wait,
    "scenarios": _scenarios,
    "events": _events,
    "help": _help,
}


async def answer(server: Server, line: str) -> str:
    """Carry out one line and return the line that answers it."""
    tag, text = "", line.strip()
    if text.startswith("#"):
        tag, _, text = text.partition(" ")
        tag += " "
    try:
        name, *arguments = _words(text)
        command = COMMANDS.get(name)
        if command is None:
            raise BadInput("command", name, f"one of {', '.join(COMMANDS)}")
        try:
            inspect.signature(command).bind(server, *arguments)
        except TypeError:
            raise BadInput("command", text, f"{name} does not take {len(arguments)} arguments") from None
        return f"{tag}ok {json.dumps(await command(server, *arguments))}"
    except IBNBError as error:
        return f"{tag}error " + " ".join(str(error).split())


def _words(text: str) -> list[str]:
    if not text.startswith("["):
        return text.split() or [""]
    try:
        words = json.loads(text)
    except ValueError:
        words = None
    if not isinstance(words, list) or not words or not all(isinstance(word, str) for word in words):
        raise BadInput("command", text[:80], "words, or a JSON list of them")
    return words


def listing() -> str:
    """Return all scenarios, events and causes as a person reads them (``ibnb simulator --list-scenarios``)."""
    listed = {
        "": list_scenarios(),
        "Events, for one that runs: a line `event NAME` on its standard input, or sim.event(NAME):": list_events(),
        "Causes that no server can act out, and how to have them:": sorted(NOT_FOR_A_SERVER.items()),
    }
    width = max(len(name) for rows in listed.values() for name, _ in rows)
    lines = []
    for title, rows in listed.items():
        lines += [title] if title else []
        lines += [f"{name:<{width}}  {text}" for name, text in rows]
    return "\n".join(lines)
