"""Contracts: does TWS find a stock that exists (reqContractDetails); in its nightly maintenance it may deny it."""

from __future__ import annotations

import time

from ibnb.doctor.answers import lost, refused
from ibnb.doctor.check import Check, Outcome, found, passed
from ibnb.doctor.context import Context
from ibnb.doctor.example import example, second_example
from ibnb.errors import NotConnected, RequestError, RequestTimeout
from ibnb.tws import ask
from ibnb.tws.codes.causes import describe
from ibnb.tws.codes.farms import broken
from ibnb.tws.start.uplink import quote

_UNKNOWN = "contract-unknown"


async def run(context: Context) -> Outcome:
    """Ask for Apple's stock and, where that is unknown, for a currency pair as well."""
    ib, began = context.ready.ib, time.monotonic()
    try:
        details = await ask.contract_details(ib, example(context), timeout=context.left())
    except NotConnected as error:
        return lost(context, error)
    except RequestTimeout as error:
        return _silent(context, error)
    except RequestError as error:
        finding = refused(context, error, _UNKNOWN)
        evidence = finding.evidence
        if finding.cause == _UNKNOWN:
            evidence += f"; {await _second(context)}"
        return found(finding, evidence)
    milliseconds = (time.monotonic() - began) * 1000
    return passed("TWS finds AAPL.", f"reqContractDetails(AAPL) sent, {len(details)} found after {milliseconds:.0f} ms")


async def _second(context: Context) -> str:
    try:
        await ask.contract_details(context.ready.ib, second_example(context), timeout=context.left())
    except (NotConnected, RequestError):
        return "EUR.USD is not found either, so that it is not the description"
    return "EUR.USD is found"


def _silent(context: Context, error: RequestTimeout) -> Outcome:
    if standing := broken(context.ready.tap.notices, "contracts"):
        evidence = f"{error.request} sent, no answer in {error.seconds:.1f} s; {quote(standing[0])}"
        return found(describe("farm-broken", evidence, text=standing[0].text))
    return found(refused(context, error, "contract-silent"))


CHECK = Check("contract", "Contracts", run, needs=("uplink",))
