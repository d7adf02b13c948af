"""The list of tables, and what their columns mean."""

from __future__ import annotations

import pytest

from ibnb.errors import BadInput
from ibnb.tables import catalog

NAMES = [
    "accounts",
    "account_summary",
    "account_values",
    "positions",
    "portfolio",
    "pnl",
    "risk",
    "orders",
    "completed_orders",
    "executions",
    "contracts",
    "quotes",
    "bars",
    "ticks",
    "events",
    "watch",
    "watch_ticks",
    "depth",
    "search",
    "option_chain",
    "scan",
    "scan_parameters",
    "news",
    "preview",
    "trades",
    "journal_trades",
    "journal_equity",
    "journal_kept",
    "alerts",
    "news_providers",
    "news_bulletins",
    "trade_log",
    "audit",
]


def test_without_a_name_it_lists_the_tables() -> None:
    listed = catalog.schema()

    assert listed["table"].tolist() == NAMES
    assert (listed["row"].str.len() > 0).all()
    asked = listed[~listed["table"].isin(["events", "audit"])]  # which are the session's own, and the user's
    assert asked["request"].str.contains("req|managed|placeOrder").all()


@pytest.mark.parametrize("name", NAMES)
def test_a_table_is_described_column_by_column(name: str) -> None:
    described = catalog.schema(name)

    assert len(described) == catalog.schema().set_index("table").loc[name, "columns"]
    assert described.attrs["table"] == name


@pytest.mark.parametrize("name", ["position", "", 5, ["bars"]])
def test_an_unknown_table_is_refused_with_the_list(name: object) -> None:
    with pytest.raises(BadInput, match="account_values, positions") as caught:
        catalog.schema(name)  # type: ignore[arg-type]

    assert repr(name) in str(caught.value)


def test_no_column_has_two_meanings_of_its_dtype() -> None:
    dtypes: dict[str, set[str]] = {}
    for schema in catalog.SCHEMAS.values():
        for column in schema.columns:
            dtypes.setdefault(column.name, set()).add(column.dtype)

    assert {name: kinds for name, kinds in dtypes.items() if len(kinds) > 1} == {}
