"""The start of the API: does TWS send its accounts and an order id."""

from __future__ import annotations

from ibnb.doctor.check import Check, Outcome, found, passed
from ibnb.doctor.context import Context
from ibnb.errors import ConnectError
from ibnb.tws.codes.causes import finding_of


async def run(context: Context) -> Outcome:
    """Judge how the start went that the check before has made."""
    try:
        started = await context.start()
    except ConnectError as error:
        return found(finding_of(error))
    version = started.ib.client.serverVersion()
    evidence = f"accounts (15) and order id (9) came; client and TWS speak version {version}"
    return passed(f"The API has started under client id {started.client_id}.", evidence)


CHECK = Check("api", "API start", run, needs=("client-id",))
