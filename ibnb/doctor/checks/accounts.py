"""The accounts of the log-in: which there are, and whether it is clear which one is meant."""

from __future__ import annotations

from ibnb.doctor.check import Check, Outcome, found, passed
from ibnb.doctor.context import Context
from ibnb.ground.masking import mask_account
from ibnb.tws.codes.causes import describe
from ibnb.tws.identity import masked


async def run(context: Context) -> Outcome:
    """Look for the account that was named, or for a single one."""
    accounts, named = context.accounts, context.named_account
    evidence = f"message 15 lists {masked(accounts)}"
    later = context.ready.tap.accounts or []
    if set(later) != set(accounts):
        evidence += f"; another one after it lists {masked(later) or 'none'}: connect again to see these"
    if named and named not in accounts:
        return found(describe("account-unknown", evidence, account=mask_account(named), accounts=masked(accounts)))
    if not context.account:
        return found(describe("several-accounts", evidence, accounts=masked(accounts)))
    more = f", one of {len(accounts)} accounts" if len(accounts) > 1 else ""
    return passed(f"{masked([context.account])}{more}.", evidence)


CHECK = Check("accounts", "Accounts", run, needs=("api",))
