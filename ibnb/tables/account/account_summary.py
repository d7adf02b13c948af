"""The account summary: the figures of the account window's top, one row a tag, for all accounts at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from ibnb.tables.account.account_values import VALUE_COLUMNS, value_frame
from ibnb.tables.schema.schema import Schema

SCHEMA = Schema(
    name="account_summary",
    meaning="one figure of one account in one currency",
    request="reqAccountSummary",
    essential="account tag value currency text",
    columns=VALUE_COLUMNS,
)


def frame(objects: Iterable[object], **attrs: Any) -> pd.DataFrame:
    """Return the account summary as a DataFrame.

    Parameters
    ----------
    objects : iterable of AccountValue
        From `IB.accountSummary`.
    **attrs
        Into ``frame.attrs``.

    Returns
    -------
    pandas.DataFrame
        Columns of ``ibnb.schema("account_summary")``: one row an account, tag and currency.

    Examples
    --------
    >>> from ibnb.tables.account import account_summary
    >>> list(account_summary.frame([]).columns)
    ['account', 'tag', 'value', 'currency', 'text']
    """
    return value_frame(SCHEMA, objects, **attrs)
