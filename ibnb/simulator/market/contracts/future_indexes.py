"""The indexes that futures are written on, which bear the names of the futures: ES, CL, EUR beside SPX and DAX.

The details of a future name one as what lies beneath it. TWS knows each by its number and by its symbol, and tells its
price, which is that of the future without what the months to come cost.
"""

from __future__ import annotations

from ibnb.simulator.market.contracts import futures
from ibnb.simulator.market.contracts.catalogue import Listing, magnifier_of, rule_id, told_tick
from ibnb.simulator.market.contracts.futures import Root
from ibnb.simulator.market.contracts.instruments import Instrument
from ibnb.simulator.market.hours.calendars import HOURS


def listings(known: dict[int, Listing]) -> dict[int, Listing]:
    """Return an index for each root of futures whose index the catalogue does not have, by con_id."""
    made: dict[int, Listing] = {}
    for root in futures.roots().values():
        number = futures.index_con_id(root)
        if number not in known and number not in made:
            made[number] = Listing(_index(root, number), futures.path_of(root), options=False)
    return made


def _index(root: Root, number: int) -> Instrument:
    row, symbol = root.row, futures.symbols(root)[0]
    return Instrument(
        con_id=number,
        symbol=symbol,
        sec_type="IND",
        currency=row["currency"],
        exchange=row["exchange"],
        local_symbol=symbol,
        trading_class=symbol,
        market_name=symbol,
        long_name=row["long_name"],
        kind=root.kind,
        tick=root.tick,
        source="public" if int(row["under_con_id"]) else "own",
        valid_exchanges=row["exchange"],
        time_zone_id=HOURS[root.kind].tws_zone,
        agg_group=2147483647,
        price_magnifier=magnifier_of(row),
        market_rule_ids=str(rule_id(told_tick(row))),
        derivative_sec_types=("FUT",),
    )
