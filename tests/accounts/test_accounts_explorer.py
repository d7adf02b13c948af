"""The explorer says what could not be read of the accounts that it shows."""

from __future__ import annotations

import pytest
from accounts.odd_servers import ACCOUNT, item, payload, sent
from tws.raw_servers import value

from ibnb.widgets.explorer.panel import PortfolioExplorer


@pytest.mark.parametrize("at", [2, 14, 15])  # the conId, the price, the value
def test_a_row_that_could_not_be_read_is_shown_and_told(odd, at):
    broken = item(1)
    broken[at] = "nobody knows"

    def updates(fields):
        rate = payload(6, 2, "ExchangeRate", "1.00", "USD", ACCOUNT)
        return [value(ACCOUNT), rate, *sent(item(0), broken), payload(54, 1, ACCOUNT)] if fields[2] == "1" else []

    def summary(fields):
        return [payload(63, 1, fields[2], ACCOUNT, "NetLiquidation", "1000", "USD"), payload(64, 1, fields[2])]

    def profit(fields):
        return [payload(95, fields[1], 100, 1.0, 4950.0, "1.7976931348623157E308", 20000.0)]

    answers = {62: summary, 92: lambda fields: [payload(94, fields[1], 1.0, 2.0, 3.0)], 94: profit}
    session, _ = odd(answers, updates)
    explorer = PortfolioExplorer(session, timeout=5)
    try:
        explorer.wait(20)
        said = explorer._layout._notice.value
        assert "2 positions, and not all could be read." in said and "nobody knows" in said
        assert len(explorer.frame) == 2 and "MSFT" in explorer._layout.table()
    finally:
        explorer.close()
