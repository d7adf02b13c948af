"""What TWS says about one account, key by key, as it streams it while the account window is open."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from ibnb.tables.schema.convert import convert, is_unset_text
from ibnb.tables.schema.problems import Problems
from ibnb.tables.schema.schema import Column, Schema, reach


def _value_text(value: object) -> object:
    return "" if isinstance(value, str) and is_unset_text(value) else value


VALUE_COLUMNS = (
    Column("account", "string", "", "Account", "account", "account"),
    Column("tag", "string", "", "What is told, such as NetLiquidation", "key", "tag"),
    Column("value", "float64", "currency", "The value where it is a number", "value", look="amount"),
    Column(
        "currency",
        "string",
        "",
        "Its currency; BASE is the account's own; empty for others",
        "currency",
        "currency",
    ),
    Column(
        "text",
        "string",
        "",
        "The value as TWS wrote it; empty where TWS left it unset",
        "value",
        clean=_value_text,
    ),
)

SCHEMA = Schema(
    name="account_values",
    meaning="one value of one account in one currency",
    request="reqAccountUpdates",
    essential="account tag value currency text",
    columns=(*VALUE_COLUMNS, Column("model_code", "string", "", "Model portfolio", "modelCode", "modelCode")),
)


def frame(objects: Iterable[object], **attrs: Any) -> pd.DataFrame:
    """Return account values as a DataFrame.

    Parameters
    ----------
    objects : iterable of AccountValue
        From `IB.accountValues`.
    **attrs
        Into ``frame.attrs``.

    Returns
    -------
    pandas.DataFrame
        Columns of ``ibnb.schema("account_values")``.

    Examples
    --------
    >>> from ibnb.tables.account import account_values
    >>> list(account_values.frame([]).columns)
    ['account', 'tag', 'value', 'currency', 'text', 'model_code']
    """
    return value_frame(SCHEMA, objects, **attrs)


def value_frame(schema: Schema, objects: Iterable[object], **attrs: Any) -> pd.DataFrame:
    """Return a table of tags and values: the text, and beside it the number where the text is one."""
    objects = list(objects)
    problems = Problems()
    columns = schema.pull(objects, problems)
    sent = reach(objects, ["value"])[0]
    # Most texts in here are meant as texts: one that is no number is no problem.
    columns["value"] = convert(sent, "float64", "value", Problems())
    columns["text"] = sent
    return schema.frame(columns, problems, **attrs)
