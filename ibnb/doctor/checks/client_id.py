"""The client id: is the one that was asked for free, and if not, which one is."""

from __future__ import annotations

from ibnb.doctor.check import Check, Outcome, found, passed
from ibnb.doctor.context import Context
from ibnb.errors import ConnectError
from ibnb.tws.codes.causes import finding_of


async def run(context: Context) -> Outcome:
    """Start the API and look whether TWS refuses the id (326); everything else is left to the next check."""
    try:
        started = await context.start()
    except ConnectError as error:
        if error.cause == "client-id-in-use":
            return found(finding_of(error))
        return passed("No client id was refused.", "no error 326")
    how = "asked for" if context.client_id is not None else "chosen at random"
    return passed(f"Client id {started.client_id} is free.", f"id {started.client_id} ({how}), no error 326")


CHECK = Check("client-id", "Client id", run, needs=("environment", "handshake"))
