"""The start of the API: does TWS give a client id, accounts and an order id, and is it connected to its servers."""

from __future__ import annotations

from ibnb.doctor.check import Check, Outcome, found, passed
from ibnb.doctor.context import Context
from ibnb.errors import ConnectError
from ibnb.tws.causes import Finding, book, describe
from ibnb.tws.connect import start_with_id


async def run(context: Context) -> Outcome:
    """Start the API under the id asked for, or a free one, and keep the client for the checks that follow."""
    probe, backend = context.probe, context.backend
    assert probe is not None and backend is not None, "the checks before have found both"
    endpoint = probe.endpoint
    try:
        context.started = await start_with_id(backend, endpoint, probe.address, context.client_id, context.timeout)
    except ConnectError as error:
        entry = book()[error.cause]
        return found(
            Finding(error.cause, entry.title, entry.severity, entry.certain, error.summary, error.fix, error.evidence)
        )
    tap, client_id = context.started.tap, context.started.client_id
    if (lost := tap.uplink_lost) is not None:
        evidence = f"error {lost.code}: {lost.text}"
        return found(describe("no-uplink", evidence, host=endpoint.host, port=endpoint.port))
    version = context.started.ib.client.serverVersion()
    return passed(
        f"The API has started under client id {client_id}.",
        f"accounts (15) and order id (9) came; client and TWS speak version {version}",
    )


CHECK = Check("api", "API start", run, needs=("environment", "handshake"))
