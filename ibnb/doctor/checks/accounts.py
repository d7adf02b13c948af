"""The accounts of the log-in: paper or live, one or several, and whether the port says the same."""

from __future__ import annotations

from ibnb.doctor.check import Check, Outcome, found, passed
from ibnb.doctor.context import Context
from ibnb.tws.causes import describe
from ibnb.tws.identity import is_live, masked, mismatch


async def run(context: Context) -> Outcome:
    """Name what would surprise, the most dangerous first."""
    assert context.started is not None, "the API has started"
    accounts = context.accounts
    live = [account for account in accounts if is_live(account)]
    odd = mismatch(context.started.endpoint, accounts)
    if odd is not None:
        return found(odd)
    if live:
        return found(describe("live-account", f"accounts {masked(accounts)}", accounts=masked(live)))
    if len(accounts) > 1:
        return found(describe("several-accounts", f"accounts {masked(accounts)}", accounts=masked(accounts)))
    return passed(f"{masked(accounts)} is a paper account.", f"accounts {masked(accounts)}")


CHECK = Check("accounts", "Accounts", run, needs=("api",))
