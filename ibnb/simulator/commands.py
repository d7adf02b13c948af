"""Commands to a running simulator: one line each on its standard input, each answered with one line.

``ok`` and what was asked for as JSON, or ``error`` and why not. `ibnb.simulate` speaks this, and so can any program.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from ibnb.errors import BadInput, IBNBError
from ibnb.wire.ids import Request

if TYPE_CHECKING:
    from ibnb.simulator.server.server import Server


async def _scenario(server: Server, *names: str) -> Any:
    """Put these scenarios in force, in place of those before."""
    server.scenarios.switch(*names)
    return list(server.scenarios.names)


async def _clients(server: Server) -> Any:
    """List the client ids that are connected."""
    return sorted(server.ids_in_use())


async def _received(server: Server) -> Any:
    """Count the requests that have come, by name."""
    return {Request(number).name: count for number, count in sorted(server.requests.items())}


async def _wait(server: Server, name: str, seconds: str = "5", count: str = "1") -> Any:
    """Wait until so many requests of a name (or number) have come."""
    try:
        request = Request(int(name)) if name.isdecimal() else Request[name.upper()]
        limit, number = float(seconds), int(count)
    except (KeyError, ValueError):
        raise BadInput("request", name, "a TWS request by name or number, then seconds and a count") from None
    return await server.wait_for(request, limit, number)


async def _help(server: Server) -> Any:
    """List the commands."""
    return {name: (command.__doc__ or "").strip() for name, command in COMMANDS.items()}


COMMANDS: dict[str, Callable[..., Awaitable[Any]]] = {
    "scenario": _scenario,
    "clients": _clients,
    "received": _received,
    "wait": _wait,
    "help": _help,
}


async def answer(server: Server, line: str) -> str:
    """Carry out one line and return the line that answers it."""
    name, *arguments = line.split() or [""]
    command = COMMANDS.get(name)
    if command is None:
        return f"error there is no command {name!r}; the commands are {', '.join(COMMANDS)}"
    try:
        return f"ok {json.dumps(await command(server, *arguments))}"
    except IBNBError as error:
        return "error " + " ".join(str(error).split())
    except TypeError:
        return f"error {name} does not take {len(arguments)} arguments"
