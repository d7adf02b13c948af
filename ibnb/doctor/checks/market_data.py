"""Market data: live, delayed, frozen or none, by one price of a well-known stock (reqMktData)."""

from __future__ import annotations

from dataclasses import replace

from ibnb.doctor.answers import lost, refused
from ibnb.doctor.check import Check, Outcome, found, passed
from ibnb.doctor.context import Context
from ibnb.doctor.example import example
from ibnb.errors import NotConnected
from ibnb.tws.ask.prices.first_price import DELAYED, FROZEN, LIVE, FirstPrice, first_price
from ibnb.tws.codes.causes import describe
from ibnb.tws.codes.farms import broken
from ibnb.tws.start.uplink import quote, uplink_finding

_WORDS = {LIVE: "live", FROZEN: "frozen: the last ones before the exchange closed"}


async def run(context: Context) -> Outcome:
    """Ask for any kind of price and see which comes."""
    try:
        price = await first_price(context.ready.ib, example(context), timeout=context.left())
    except NotConnected as error:
        return lost(context, error)
    what = f"prices of kind {price.kind}" if price.kind else "no price"
    evidence = f"reqMktData(AAPL) sent, {what} after {price.seconds * 1000:.0f} ms"
    if price.remark is not None:
        evidence += f", error {price.remark.code}: {price.remark.text}"
    return _judge(context, price, evidence)


def _judge(context: Context, price: FirstPrice, evidence: str) -> Outcome:
    if price.kind is not None and price.kind >= DELAYED:
        return found(describe("delayed-data", evidence), seconds=price.seconds)
    if price.remark is not None and price.remark.cause:
        outcome = found(refused(context, price.remark, "market-data-silent"), evidence, price.seconds)
        # 10090 leaves a part of the prices: then it is a remark
        return outcome if price.kind is None else replace(outcome, status="warn")
    if price.kind is not None:
        return passed(f"Prices are {_WORDS.get(price.kind, 'live')}.", evidence, price.seconds)
    tap = context.ready.tap
    if (gone := uplink_finding(tap, context.ready.endpoint, evidence)) is not None:
        return found(gone, seconds=price.seconds)
    if standing := broken(tap.notices, "market data"):
        evidence = f"{evidence}; {quote(standing[0])}"
        return found(describe("farm-broken", evidence, text=standing[0].text), seconds=price.seconds)
    return found(describe("market-data-silent", evidence), seconds=price.seconds)


CHECK = Check("market-data", "Market data", run, needs=("uplink",))
