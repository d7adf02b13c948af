"""What an official client (ibapi) gets from a TWS, as JSON. Run in an environment of its own: HOST PORT."""

import json
import logging
import sys
import threading
import time

from ibapi.client import EClient
from ibapi.contract import Contract
from ibapi.execution import ExecutionFilter
from ibapi.wrapper import EWrapper

host, port = sys.argv[1], int(sys.argv[2])
lines: list[str] = []


class Keep(logging.Handler):
    """Keep all that the client finds worth a warning."""

    def emit(self, record):
        """Keep one line."""
        lines.append(f"{record.levelname} {record.name}: {record.getMessage()}")


logging.getLogger().addHandler(Keep(logging.WARNING))
NOTICES = (2104, 2106, 2158)


class App(EWrapper, EClient):
    """Collects callbacks by name; an end callback sets its event."""

    def __init__(self):
        EClient.__init__(self, self)
        self.rows, self.ends, self.errors = {}, {}, []

    def add(self, name, *row):
        """Keep one row."""
        self.rows.setdefault(name, []).append(list(row))

    def end(self, name):
        """Note the end of an answer."""
        self.ends.setdefault(name, threading.Event()).set()

    def wait(self, name, seconds=15):
        """Wait for the end of an answer."""
        if not self.ends.setdefault(name, threading.Event()).wait(seconds):
            lines.append(f"ERROR test: no end of {name}")

    def error(self, *args):
        """Keep errors: (id, code, text, ...) or, newer, (id, time, code, text, ...)."""
        code, text = (args[2], args[3]) if len(args) > 3 and isinstance(args[2], int) else (args[1], args[2])
        if code not in NOTICES:
            self.errors.append([args[0], code, text])

    def nextValidId(self, orderId):
        self.end("start")

    def managedAccounts(self, accountsList):
        self.rows["accounts"] = [name for name in accountsList.split(",") if name]

    def currentTime(self, time):
        self.rows["time"] = time
        self.end("time")

    def position(self, account, contract, position, avgCost):
        self.add("positions", contract.conId, float(position), avgCost)

    def positionEnd(self):
        self.end("positions")

    def accountSummary(self, reqId, account, tag, value, currency):
        if tag == "NetLiquidation":
            self.rows["summary"] = {tag: value}

    def accountSummaryEnd(self, reqId):
        self.end("summary")

    def updateAccountValue(self, key, val, currency, accountName):
        self.rows.setdefault("values", []).append(key)

    def updatePortfolio(self, contract, position, *rest):
        self.add("portfolio", contract.conId, float(position), contract.localSymbol)

    def accountDownloadEnd(self, accountName):
        self.end("updates")

    def openOrder(self, orderId, contract, order, orderState):
        self.add("orders", order.permId, order.orderType, float(order.totalQuantity), orderState.status)

    def openOrderEnd(self):
        self.end("orders")

    def completedOrder(self, contract, order, orderState):
        self.add("completed", order.permId, orderState.status)

    def completedOrdersEnd(self):
        self.end("completed")

    def execDetails(self, reqId, contract, execution):
        self.add("fills", execution.execId, float(execution.shares), execution.price)

    def execDetailsEnd(self, reqId):
        self.end("fills")

    def commissionReport(self, report):
        self.add("commissions", report.execId, report.commission)

    def commissionAndFeesReport(self, report):
        self.add("commissions", report.execId, report.commissionAndFees)

    def contractDetails(self, reqId, d):
        self.add("details", d.contract.conId, d.contract.tradingClass, d.minTick, d.timeZoneId, d.longName)

    def contractDetailsEnd(self, reqId):
        self.end("details")

    def historicalData(self, reqId, bar):
        name = "bars" if reqId == 5 else "days"
        self.add(name, bar.date, bar.open, bar.high, bar.low, bar.close, float(bar.volume))

    def historicalDataEnd(self, reqId, start, end):
        self.end("bars" if reqId == 5 else "days")

    def tickPrice(self, reqId, tickType, price, attrib):
        self.rows.setdefault("ticks", {})[str(tickType)] = price

    def tickSnapshotEnd(self, reqId):
        self.end("snapshot")

    def headTimestamp(self, reqId, headTimestamp):
        self.rows["head"] = headTimestamp
        self.end("head")

    def symbolSamples(self, reqId, contractDescriptions):
        self.rows["samples"] = [each.contract.symbol for each in contractDescriptions]
        self.end("samples")


app = App()
app.connect(host, port, 12)
threading.Thread(target=app.run, daemon=True).start()
app.wait("start")
stock = Contract()
stock.symbol, stock.secType, stock.exchange, stock.currency = "AAPL", "STK", "SMART", "USD"
app.reqCurrentTime()
app.reqPositions()
app.reqAccountSummary(1, "All", "NetLiquidation,TotalCashValue")
app.reqAccountUpdates(True, app.rows.get("accounts", [""])[0])
app.reqAllOpenOrders()
app.reqCompletedOrders(False)
app.reqExecutions(3, ExecutionFilter())
app.reqContractDetails(4, stock)
app.reqHistoricalData(5, stock, "", "5 D", "1 hour", "TRADES", 1, 2, False, [])
app.reqHistoricalData(6, stock, "", "20 D", "1 day", "TRADES", 1, 1, False, [])
app.reqMktData(7, stock, "", True, False, [])
app.reqHeadTimeStamp(8, stock, "TRADES", 1, 2)
app.reqMatchingSymbols(9, "apple")
for name in (
    "time",
    "positions",
    "summary",
    "updates",
    "orders",
    "completed",
    "fills",
    "details",
    "bars",
    "days",
    "snapshot",
    "head",
    "samples",
):
    app.wait(name)
version = app.serverVersion()
time.sleep(0.1)
app.disconnect()
rows = app.rows
commissions = dict(rows.get("commissions", []))
ticks = rows.get("ticks", {})
result = {
    "version": version,
    "accounts": rows.get("accounts"),
    "values": sorted(set(rows.get("values", []))),
    "summary": rows.get("summary"),
    **{name: sorted(rows.get(name, [])) for name in ("positions", "portfolio", "orders", "completed")},
    "executions": sorted([*fill, commissions.get(fill[0])] for fill in rows.get("fills", [])),
    **{name: rows.get(name, []) for name in ("details", "bars", "days", "samples")},
    "quote": [ticks.get("1"), ticks.get("2"), ticks.get("4")],
    "head": rows.get("head"),
    "time": rows.get("time"),
    "errors": app.errors,
    "log": lines,
}
print(json.dumps(result))
