"""Flex statements, XML files that a person has from IB's website, read by the library ibflex into the journal's rows.

ibnb asks nobody for them. An execution of a statement is one of TWS's by its ``ibExecID``; what has none, such as the
end of an option, is known by the statement's own number. Times are New York's.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from ibnb.errors import BadInput, IBNBError
from ibnb.ground.account_numbers import learn
from ibnb.ground.masking import mask_text
from ibnb.journal.days import ZONE
from ibnb.journal.equity import CASH, DEPOSITS, OTHER_FEES, WORTH
from ibnb.journal.records import EXECUTIONS, FLEX, VALUES

if TYPE_CHECKING:
    import pandas as pd

#: Larger files are no statement of one person: a year of a busy account has some ten megabytes.
_LARGEST = 512 * 2**20
_INSTALL = 'pip install "ibnb[flex]"'
_ZONE = ZoneInfo(ZONE)
_DEPOSITS = ("Deposits & Withdrawals",)
_FEES = ("Other Fees", "Commission Adjustments", "Advisor Fees")
#: Rows that add up others.
_DETAIL = ("", "EXECUTION", "DETAIL")
_SUM = "BASE_SUMMARY"
#: So many of the library's remarks are passed on.
_REMARKS = 5


@dataclass(frozen=True)
class Statement:
    """What a statement tells of one account, as the journal's rows.

    Attributes
    ----------
    account : str
        Its number.
    last : date
        The statement's last day.
    executions, values : DataFrame
        As they are kept.
    """

    account: str
    last: Any
    executions: pd.DataFrame
    values: pd.DataFrame


def read(file: object, bases: Mapping[str, str]) -> tuple[list[Statement], list[str]]:
    """Return the statements of a file, one an account, and what is to be said of them.

    Parameters
    ----------
    file : str or Path
        An XML file.
    bases : mapping
        By account: the currency that it counts in, as far as the journal knows.

    Raises
    ------
    BadInput
        If there is no such file, or it is no Flex statement in XML.
    IBNBError
        If ibflex is not installed.
    """
    path = _path(file)
    parser = _parser()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            found = parser.parse(str(path)).FlexStatements
        except Exception as error:  # the library lets through whatever its converters raise
            hint = "in the Flex query choose XML, and the date format yyyy-MM-dd"
            raise BadInput("file", file, f"ibflex cannot read it as a statement: {_first_line(error)}", hint) from error
    said = list(dict.fromkeys(mask_text(str(each.message)) for each in caught))
    remarks = [*said[:_REMARKS], *([f"and {len(said) - _REMARKS} more remarks"] if len(said) > _REMARKS else [])]
    learn(str(each.accountId) for each in found)
    return [_statement(each, bases.get(str(each.accountId), ""), remarks) for each in found], remarks


def _path(file: object) -> Path:
    if not isinstance(file, (str, Path)) or not str(file):
        raise BadInput("file", file, "it is the path of an XML file")
    path = Path(file).expanduser()
    if not path.is_file():
        raise BadInput("file", file, "it is the path of an XML file that exists")
    if path.stat().st_size > _LARGEST:
        raise BadInput("file", file, f"it has at most {_LARGEST // 2**20} MB", "ask for fewer months at a time")
    return path


def _parser() -> Any:
    try:
        from ibflex import parser
    except ImportError as error:
        raise IBNBError(
            f"Flex statements are read by the library ibflex, which cannot be loaded ({error}). Next: {_INSTALL}"
        ) from error
    return parser


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return (lines[0] if lines else type(error).__name__)[:200]


def _statement(told: Any, base: str, remarks: list[str]) -> Statement:
    account = str(told.accountId)
    information = told.AccountInformation
    summaries = [each for each in told.EquitySummaryInBase if each.reportDate is not None]
    named = [getattr(information, "currency", None), *(each.currency for each in summaries)]
    base = next((str(each) for each in named if each), base)
    trades = [each for each in told.Trades if _is_execution(each)]
    if (summaries or told.CashTransactions) and not base:
        remarks.append(
            "Nothing says which currency the account counts in: tick Currency in the section Equity Summary."
        )
    values = _values(told, summaries, base) if base else []
    values += _rates(told, trades, base) if base else []
    executions = EXECUTIONS.schema.frame([_execution(each) for each in trades])
    return Statement(account, told.toDate, executions, VALUES.schema.frame(values))


def _is_execution(trade: Any) -> bool:
    """Whether a row is one execution, not the sum of an order, a lot that was closed, or a sum by symbol."""
    detail = str(trade.levelOfDetail or "").upper()
    return type(trade).__name__ == "Trade" and detail in _DETAIL and bool(trade.quantity)


def _execution(trade: Any) -> dict[str, Any]:
    quantity, price = float(trade.quantity), _number(trade.tradePrice)
    commission = _number(trade.ibCommission)
    kind = _text(trade.assetCategory)
    return {
        "time": _moment(trade),
        "con_id": int(trade.conid) if str(trade.conid or "").isdigit() else None,
        "symbol": trade.underlyingSymbol if kind != "STK" and trade.underlyingSymbol else trade.symbol,
        "sec_type": kind,
        "exchange": trade.exchange,
        "currency": trade.currency,
        "local_symbol": trade.symbol,
        "expiry": trade.expiry,
        "strike": _number(trade.strike) or None,
        "right": _text(trade.putCall),
        "multiplier": None if kind == "STK" else _number(trade.multiplier),
        "side": "BOT" if quantity > 0 else "SLD",
        "shares": abs(quantity),
        "price": price,
        "commission": None if commission is None else -commission,  # there, what is paid is negative
        "commission_currency": trade.ibCommissionCurrency,
        "realized_pnl": _number(trade.fifoPnlRealized),
        "order_ref": trade.orderReference,
        "exec_id": trade.ibExecID or f"flex-{trade.transactionID or trade.tradeID or ''}",
        "source": FLEX,
        "price_magnifier": _magnifier(trade, quantity, price),
        "flex_order": trade.ibOrderID,
    }


def _magnifier(trade: Any, quantity: float, price: float | None) -> int | None:
    """Return how many of the price's unit make one of the currency, by what the trade came to."""
    proceeds = _number(trade.proceeds)
    if not proceeds or not price:
        return None
    return 100 if abs(quantity * price * (_number(trade.multiplier) or 1.0) / proceeds) > 10 else 1


def _moment(trade: Any) -> datetime | None:
    when = trade.dateTime
    if when is None and trade.tradeDate is not None:
        when = datetime.combine(trade.tradeDate, trade.tradeTime or datetime.min.time())
    return None if when is None else when.replace(tzinfo=_ZONE)


def _values(told: Any, summaries: list[Any], base: str) -> list[dict[str, Any]]:
    """Return what an account was worth on each day, and what was paid in and charged on it."""
    rows = []
    for each in summaries:
        rows.append(_value(each.reportDate, WORTH, each.total, base))
        rows.append(_value(each.reportDate, CASH, each.cash, base))
    sums: dict[tuple[Any, str], float] = {}
    if told.CashTransactions:  # without the section nothing is known of any day
        sums = {(each.reportDate, tag): 0.0 for each in summaries for tag in (DEPOSITS, OTHER_FEES)}
    for each in told.CashTransactions:
        day = each.reportDate or (each.dateTime.date() if each.dateTime else None)
        kind, detail = _text(each.type), str(each.levelOfDetail or "").upper()
        tag, sign = (DEPOSITS, 1.0) if kind in _DEPOSITS else (OTHER_FEES, -1.0)
        if day is None or detail not in _DETAIL or kind not in (*_DEPOSITS, *_FEES):
            continue
        rate = 1.0 if each.currency == base else _number(each.fxRateToBase)
        amount = sign * (_number(each.amount) or 0.0) * (float("nan") if rate is None else rate)
        sums[day, tag] = sums.get((day, tag), 0.0) + amount
    return rows + [_value(day, tag, amount, base) for (day, tag), amount in sums.items()]


def _rates(told: Any, trades: Iterable[Any], base: str) -> list[dict[str, Any]]:
    """Return the rates of each day: those that trades were counted with, then those that are listed."""
    rates = {(each.tradeDate or each.reportDate, each.currency): each.fxRateToBase for each in trades}
    for each in told.ConversionRates:
        if each.toCurrency == base:
            rates[each.reportDate, each.fromCurrency] = each.rate
    found = (_value(day, "ExchangeRate", rate, str(currency)) for (day, currency), rate in rates.items() if day)
    return [row for row in found if row["value"] and row["currency"] != base]


def _value(day: Any, tag: str, value: Any, currency: str) -> dict[str, Any]:
    number = _number(value)
    text = "" if number is None else str(value)
    return {"day": day, "source": FLEX, "tag": tag, "value": number, "currency": currency, "text": text}


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _text(value: Any) -> str:
    """Return what the library's constant stands for in the file."""
    return str(getattr(value, "value", value) or "")
