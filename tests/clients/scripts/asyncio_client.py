"""What ib_insync or ib_async gets from a TWS, as JSON. Run in an environment of its own: MODULE HOST PORT."""

import importlib
import json
import logging
import sys

module_name, host, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
client = importlib.import_module(module_name)

lines: list[str] = []


class Keep(logging.Handler):
    """Keep all that the client finds worth a warning."""

    def emit(self, record):
        """Keep one line."""
        lines.append(f"{record.levelname} {record.name}: {record.getMessage()}")


logging.getLogger(module_name).addHandler(Keep(logging.WARNING))
ib = client.IB()
errors = []
ib.errorEvent += lambda request_id, code, text, contract: errors.append([request_id, code, text])
ib.connect(host, port, clientId=11, timeout=10)
stock = client.Stock("AAPL", "SMART", "USD")
details = ib.reqContractDetails(stock)
bars = ib.reqHistoricalData(stock, "", "5 D", "1 hour", "TRADES", True, formatDate=2)
days = ib.reqHistoricalData(stock, "", "20 D", "1 day", "TRADES", True)
[ticker] = ib.reqTickers(details[0].contract)
result = {
    "version": ib.client.serverVersion(),
    "accounts": ib.managedAccounts(),
    "values": sorted({value.tag for value in ib.accountValues()}),
    "summary": {row.tag: row.value for row in ib.accountSummary() if row.tag == "NetLiquidation"},
    "positions": sorted([p.contract.conId, float(p.position), p.avgCost] for p in ib.positions()),
    "portfolio": sorted(
        [item.contract.conId, float(item.position), item.contract.localSymbol] for item in ib.portfolio()
    ),
    "orders": sorted(
        [trade.order.permId, trade.order.orderType, float(trade.order.totalQuantity), trade.orderStatus.status]
        for trade in ib.reqAllOpenOrders()
    ),
    "completed": sorted([trade.order.permId, trade.orderStatus.status] for trade in ib.reqCompletedOrders(False)),
    "executions": sorted(
        [fill.execution.execId, float(fill.execution.shares), fill.execution.price, fill.commissionReport.commission]
        for fill in ib.fills()  # fetched while connecting; the copies of a later request lack their commissions
    ),
    "details": [[d.contract.conId, d.contract.tradingClass, d.minTick, d.timeZoneId, d.longName] for d in details],
    "bars": [[str(b.date), b.open, b.high, b.low, b.close, float(b.volume)] for b in bars],
    "days": [[str(b.date), b.open, b.high, b.low, b.close, float(b.volume)] for b in days],
    "quote": [ticker.bid, ticker.ask, ticker.last],
    "head": str(ib.reqHeadTimeStamp(stock, "TRADES", True, 2)),
    "samples": [d.contract.symbol for d in ib.reqMatchingSymbols("apple")],
    "time": ib.reqCurrentTime().timestamp(),
}
ib.disconnect()
# Notices about data farms are not errors; ib_insync logs them as information.
result["errors"] = [error for error in errors if error[1] not in (2104, 2106, 2158)]
result["log"] = [line for line in lines if not any(f"Warning {code}" in line for code in (2104, 2106, 2158))]
print(json.dumps(result))
