"""A Flex statement as IB writes it, made by hand: the sections and attributes that a query of the journal's has."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from xml.sax.saxutils import quoteattr

ACCOUNT = "DU1234567"


def element(name: str, **attributes: object) -> str:
    return f"<{name} " + " ".join(f"{key}={quoteattr(str(value))}" for key, value in attributes.items()) + " />"


def trade(number: int, quantity: float, price: float, **other: object) -> str:
    told = {
        "accountId": ACCOUNT, "currency": "USD", "fxRateToBase": "1", "assetCategory": "STK", "symbol": "AAPL",
        "conid": "265598", "listingExchange": "NASDAQ", "multiplier": "1", "strike": "", "expiry": "", "putCall": "",
        "tradeID": 5000 + number, "reportDate": "2026-03-02", "tradeDate": "2026-03-02",
        "dateTime": f"2026-03-02;10:{number:02d}:00", "transactionType": "ExchTrade", "exchange": "ISLAND",
        "quantity": quantity, "tradePrice": price, "proceeds": -quantity * price, "ibCommission": "-1.5",
        "ibCommissionCurrency": "USD", "notes": "P", "fifoPnlRealized": "0", "levelOfDetail": "EXECUTION",
        "ibOrderID": 900 + number, "transactionID": 7000 + number, "ibExecID": f"0000e0d5.{number:08x}.01.01",
        "orderReference": "", "buySell": "BUY" if quantity > 0 else "SELL", "isAPIOrder": "Y",
    }  # fmt: skip
    return element("Trade", **(told | other))


def worth(day: str, total: float, cash: float = 100.0) -> str:
    told = {"accountId": ACCOUNT, "currency": "USD", "reportDate": day, "cash": cash, "total": total}
    return element("EquitySummaryByReportDateInBase", **told)


def cash(day: str, kind: str, amount: float, **other: object) -> str:
    told = {
        "accountId": ACCOUNT, "currency": "USD", "fxRateToBase": "1", "type": kind, "amount": amount,
        "dateTime": day, "reportDate": day, "levelOfDetail": "DETAIL", "transactionID": "1",
    }  # fmt: skip
    return element("CashTransaction", **(told | other))


def statement(
    trades: Iterable[str] = (),
    worths: Iterable[str] = (),
    paid: Iterable[str] = (),
    account: str = ACCOUNT,
    more: str = "",
) -> str:
    sections = f"<EquitySummaryInBase>{''.join(worths)}</EquitySummaryInBase><Trades>{''.join(trades)}</Trades>"
    sections += f"<CashTransactions>{''.join(paid)}</CashTransactions>{more}"
    head = (
        f'accountId="{account}" fromDate="2026-03-02" toDate="2026-03-04" period="" whenGenerated="2026-03-05;01:02:03"'
    )
    return f"<FlexStatement {head}>{sections}</FlexStatement>"


def written(path: Path, *statements: str) -> Path:
    text = f'<FlexStatements count="{len(statements)}">{"".join(statements)}</FlexStatements>'
    path.write_text(f'<FlexQueryResponse queryName="journal" type="AF">{text}</FlexQueryResponse>')
    return path
