"""Answers about contracts: details, matching symbols, option parameters, price increments."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ibnb.simulator.accounts.trades.combos import Leg, bag
from ibnb.simulator.market import Instrument
from ibnb.simulator.matching.contract import read_legs
from ibnb.simulator.matching.refusal import Refused
from ibnb.simulator.server.streams.combinations import Asked
from ibnb.simulator.server.texts.contracts import bond_values, details_values, sample_values
from ibnb.wire.ids import Request, Response

if TYPE_CHECKING:
    from ibnb.simulator.roles import Client

NO_DEFINITION = "No security definition has been found for the request"
#: The number is TWS's, of the words those that matter.
NO_DETAILS = "Error validating request.-'bQ' : cause - Please enter a valid security type"
#: A continuous future has history only; the number is a guess, the words are those of any type that does not fit.
NOT_LIVE = "Error validating request.-'bM' : cause - Please enter a valid security type"
AMBIGUOUS = "The contract description specified for {symbol} is ambiguous."


def instrument_or_error(client: Client, values: dict[str, Any]) -> Instrument | None:
    """Return the one instrument that a data request is about; else send the error a real TWS sends, and None."""
    found = client.server.market.instruments.match(values)
    if len(found) == 1:
        return found[0]
    text = AMBIGUOUS.format(symbol=values["symbol"]) if found else NO_DEFINITION
    client.error(200, text, values["request_id"])
    return None


def live_or_error(client: Client, values: dict[str, Any]) -> Instrument | None:
    """Return the one instrument that a request for live data is about; else send the error, and return None."""
    instrument = instrument_or_error(client, values)
    return instrument if instrument is not None and _is_live(client, instrument, values) else None


def _is_live(client: Client, instrument: Instrument, values: dict[str, Any]) -> bool:
    if instrument.sec_type != "CONTFUT" or client.server.scenarios.habits.contfut_live:
        return True
    client.error(321, NOT_LIVE, values["request_id"])
    return False


def asked_or_error(client: Client, values: dict[str, Any], *, live: bool = False) -> Asked | None:
    """Return the instrument or combination that a data request is about; else send the error, and return None."""
    if values["sec_type"] != "BAG":
        instrument = live_or_error(client, values) if live else instrument_or_error(client, values)
        return None if instrument is None else Asked(instrument, (Leg(instrument, 1),))
    try:
        legs = read_legs(client.server.market, values.get("legs"))
    except Refused as error:
        client.error(error.code, error.text, values["request_id"])
        return None
    return Asked(bag(values, legs), tuple(legs))


def contract_details(client: Client, values: dict[str, Any]) -> None:
    """9: all contracts that fit, then the end marker; error 200 where none does."""
    request_id, market = values["request_id"], client.server.market
    habits = client.server.scenarios.habits
    if values["sec_type"] == "BAG":
        if not habits.combinations_unanswered:
            client.error(321, NO_DETAILS, request_id)
        return
    found = market.instruments.match(values)
    if not found:
        client.error(200, NO_DEFINITION, request_id)
        return
    if habits.row_an_exchange and not values.get("exchange"):
        found = [row for each in found for row in _at_each_exchange(each)]
    now = market.clock.now()
    known: dict[tuple[str, str], tuple[str, str]] = {}  # a whole chain keeps the same hours
    for instrument in found:
        kind = (instrument.kind, instrument.sec_type)
        if kind not in known:
            known[kind] = market.hours(instrument, now)
        hours = known[kind]
        if instrument.sec_type == "BOND":
            client.send(Response.BOND_CONTRACT_DATA, {"request_id": request_id, **bond_values(instrument, hours)})
        else:
            client.send(Response.CONTRACT_DATA, {"request_id": request_id, **details_values(instrument, hours)})
    client.send(Response.CONTRACT_DATA_END, {"request_id": request_id})


def _at_each_exchange(instrument: Instrument) -> list[Instrument]:
    """Return an option once for each exchange that it trades at, under the same number; anything else as it is."""
    if instrument.sec_type != "OPT":
        return [instrument]
    return [instrument.at(exchange) for exchange in instrument.valid_exchanges.split(",")]


def matching_symbols(client: Client, values: dict[str, Any]) -> None:
    """81: instruments whose symbol or name fits a pattern."""
    found = client.server.market.instruments.search(values["pattern"])
    client.send(
        Response.SYMBOL_SAMPLES,
        {"request_id": values["request_id"], "samples": [sample_values(each) for each in found]},
    )


def option_parameters(client: Client, values: dict[str, Any]) -> None:
    """78: expirations and strikes of an underlying, one message an exchange and trading class."""
    request_id = values["request_id"]
    market = client.server.market
    if market.instruments.by_con_id(values["under_con_id"] or 0) is None:
        client.error(321, "Error validating request.-'cs' : cause - Invalid underlying contract id", request_id)
        return
    for chain in market.option_parameters(values["under_con_id"], values["fut_fop_exchange"]):
        client.send(Response.SECURITY_DEFINITION_OPTION_PARAMETER, {"request_id": request_id, **asdict(chain)})
    client.send(Response.SECURITY_DEFINITION_OPTION_PARAMETER_END, {"request_id": request_id})


def market_rule(client: Client, values: dict[str, Any]) -> None:
    """91: price increments by price."""
    rule_id = values["market_rule_id"]
    increments = client.server.market.market_rule(rule_id)
    if not increments:
        client.error(321, f"Error validating request.-'ct' : cause - Invalid market rule id: {rule_id}")
        return
    rows = [{"low_edge": low, "increment": increment} for low, increment in increments]
    client.send(Response.MARKET_RULE, {"market_rule_id": rule_id, "price_increments": rows})


HANDLERS = {
    Request.CONTRACT_DETAILS: contract_details,
    Request.MATCHING_SYMBOLS: matching_symbols,
    Request.SEC_DEF_OPT_PARAMS: option_parameters,
    Request.MARKET_RULE: market_rule,
}
