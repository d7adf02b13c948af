"""From what stands on the wire to the client's own objects, field by field.

They are what the client would have made, but for fields that are not of their kinds: those stay texts, which the
tables report and leave unset.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import ModuleType
from typing import Any

from ibnb.tws.client.values import (
    CommissionReport,
    Contract,
    ContractDetails,
    Execution,
    OrderState,
    PortfolioItem,
    Position,
    Trade,
    TradeLogEntry,
)

Values = Mapping[str, Any]

#: Fields of orders that the clients do not call as TWS's own snake_case would have it.
_ORDER_NAMES = {"rule80a": "rule80A", "etrade_only": "eTradeOnly"}
_STATUS = ("status", "filled", "remaining", "avg_fill_price", "last_fill_price", "why_held", "perm_id", "parent_id")


def number(value: object) -> Any:
    """Return a number as the clients hold it; NaN for one that is unset, a text as it is."""
    if value is None:
        return math.nan
    return float(value) if isinstance(value, Decimal) else value


def contract(module: ModuleType, values: Values, exchange: str = "exchange") -> Contract:
    """Return the contract of a message; `exchange` names which of its exchanges stands there."""
    names = {
        "conId": values.get("con_id") or 0,
        "symbol": values.get("symbol", ""),
        "secType": values.get("sec_type", ""),
        "lastTradeDateOrContractMonth": values.get("expiry", ""),
        "strike": number(values.get("strike") or 0.0),
        "right": values.get("right", ""),
        "multiplier": values.get("multiplier", ""),
        "currency": values.get("currency", ""),
        "localSymbol": values.get("local_symbol", ""),
        "tradingClass": values.get("trading_class", ""),
    }
    names["primaryExchange" if exchange == "primary_exchange" else "exchange"] = values.get(exchange, "")
    return module.Contract.create(**names)


def position(module: ModuleType, values: Values) -> Position:
    """Return a position (61)."""
    held = contract(module, values)
    return module.Position(
        values.get("account", ""), held, number(values.get("position")), number(values.get("avg_cost"))
    )


def portfolio_item(module: ModuleType, values: Values) -> PortfolioItem:
    """Return a row of a portfolio (7)."""
    figures = ("position", "market_price", "market_value", "average_cost", "unrealized_pnl", "realized_pnl")
    held = contract(module, values, "primary_exchange")
    return module.PortfolioItem(held, *(number(values.get(name)) for name in figures), values.get("account", ""))


def contract_details(module: ModuleType, values: Values) -> ContractDetails:
    """Return the details of a contract (10) or of a bond (18)."""
    details = module.ContractDetails(contract=contract(module, values))
    details.contract.exchange = values.get("exchange", "")
    details.contract.primaryExchange = values.get("primary_exchange", "")
    for name, value in values.items():
        attribute = camel(name)
        if hasattr(details, attribute) and value is not None and not isinstance(value, list):
            setattr(details, attribute, number(value))
    details.secIdList = [module.TagValue(each["tag"], each["value"]) for each in values.get("sec_ids", ())]
    last = values.get("last_trade_date_and_time", values.get("maturity", ""))
    day, *rest = last.split("-" if "-" in last else None) or [""]
    if "maturity" in values:
        details.maturity = day
    else:
        details.contract.lastTradeDateOrContractMonth = day
    if rest:
        details.lastTradeTime = rest[0]
    if len(rest) > 1:
        details.timeZoneId = rest[1]
    return details


def execution(module: ModuleType, values: Values) -> Execution:
    """Return an execution (11); its time is the text that TWS wrote."""
    return module.Execution(
        execId=values.get("exec_id", ""),
        time=values.get("time", ""),
        acctNumber=values.get("account", ""),
        exchange=values.get("execution_exchange", ""),
        side=values.get("side", ""),
        shares=number(values.get("shares")),
        price=number(values.get("price")),
        permId=values.get("perm_id") or 0,
        clientId=values.get("client_id") or 0,
        orderId=values.get("order_id") or 0,
        liquidation=values.get("liquidation") or 0,
        cumQty=number(values.get("cum_qty")),
        avgPrice=number(values.get("avg_price")),
        orderRef=values.get("order_ref", ""),
        evRule=values.get("ev_rule", ""),
        evMultiplier=number(values.get("ev_multiplier")),
        modelCode=values.get("model_code", ""),
        lastLiquidity=values.get("last_liquidity") or 0,
    )


def commission_report(module: ModuleType, values: Values) -> CommissionReport:
    """Return a commission report (59); what TWS left unset in it is NaN, which is no profit of 0."""
    return module.CommissionReport(
        execId=values.get("exec_id", ""),
        commission=number(values.get("commission")),
        currency=values.get("currency", ""),
        realizedPNL=number(values.get("realized_pnl")),
        yield_=number(values.get("yield")),
        yieldRedemptionDate=values.get("yield_redemption_date") or 0,
    )


def trade(module: ModuleType, values: Values, status: Values | None = None, log: Sequence[TradeLogEntry] = ()) -> Trade:
    """Return an order (5, 101), and its status (3) where that came, with what is known of its life."""
    order = module.Order()
    for name, value in values.items():
        attribute = _ORDER_NAMES.get(name) or camel(name)
        if hasattr(order, attribute) and value is not None and not isinstance(value, list):
            setattr(order, attribute, number(value))
    told = module.OrderStatus(orderId=order.orderId, status=values.get("status", ""))
    for name in _STATUS if status is not None else ():
        if status is not None and status.get(name) is not None:
            setattr(told, camel(name), number(status[name]))
    return module.Trade(contract(module, values), order, told, [], list(log))


def order_state(module: ModuleType, values: Values) -> OrderState:
    """Return when and how an order was completed (101)."""
    return module.OrderState(
        status=values.get("status", ""),
        completedTime=values.get("completed_time", ""),
        completedStatus=values.get("completed_status", ""),
    )


def camel(name: str) -> str:
    """Return a name as the clients write it.

    Examples
    --------
    >>> camel("lmt_price_offset")
    'lmtPriceOffset'
    """
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
