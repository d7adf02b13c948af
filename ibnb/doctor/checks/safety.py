"""Safety: paper or real money, told by the account and by the port, which may disagree."""

from __future__ import annotations

from ibnb.doctor.check import Check, Outcome, found, passed
from ibnb.doctor.context import Context
from ibnb.tws.codes.causes import describe
from ibnb.tws.identity import is_live, masked, mismatch


async def run(context: Context) -> Outcome:
    """Name what would surprise, the most dangerous first."""
    endpoint, accounts = context.ready.endpoint, context.accounts
    if (odd := mismatch(endpoint, accounts)) is not None:
        return found(odd)
    evidence = f"port {endpoint.port} ({endpoint.kind}), accounts {masked(accounts)}"
    if live := [account for account in accounts if is_live(account)]:
        return found(describe("live-account", evidence, accounts=masked(live)))
    return passed("Paper money: nothing that happens here costs any.", evidence)


CHECK = Check("safety", "Paper or real money", run, needs=("api",))
