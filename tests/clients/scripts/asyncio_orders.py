"""What ib_insync or ib_async sees of orders, as JSON. Run in an environment of its own: MODULE HOST PORT."""

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
ib.errorEvent += lambda number, code, text, contract: errors.append([number, code])
ib.connect(host, port, clientId=21, timeout=10)
errors.clear()


def wait(trade, status):
    """Wait until an order has a status."""
    for _ in range(200):
        if trade.orderStatus.status == status:
            return
        ib.sleep(0.02)
    lines.append(f"ERROR test: {trade.order.orderType} is {trade.orderStatus.status}, not {status}")


stock = ib.qualifyContracts(client.Stock("AAPL", "SMART", "USD"))[0]
price = round(ib.reqTickers(stock)[0].last, 2)
low, high = round(price * 0.8, 2), round(price * 1.2, 2)

preview = ib.whatIfOrder(stock, client.MarketOrder("BUY", 100))
bought = ib.placeOrder(stock, client.MarketOrder("BUY", 5))
wait(bought, "Filled")
ib.sleep(0.1)

resting = ib.placeOrder(stock, client.LimitOrder("BUY", 5, low, tif="GTC", outsideRth=True, orderRef="mine"))
wait(resting, "Submitted")
resting.order.lmtPrice = round(low + 1, 2)
ib.placeOrder(stock, resting.order)
ib.sleep(0.2)
changed = [trade.order.lmtPrice for trade in ib.reqOpenOrders() if trade.order.orderId == resting.order.orderId]
ib.cancelOrder(resting.order)
wait(resting, "Cancelled")

bracket = [ib.placeOrder(stock, order) for order in ib.bracketOrder("BUY", 5, low, high, round(low - 5, 2))]
wait(bracket[0], "Submitted")
held = [trade.orderStatus.whyHeld for trade in bracket]

conditional = client.LimitOrder("BUY", 5, high)
conditional.conditions = [
    client.PriceCondition(price=high, isMore=True, conId=stock.conId, exch="SMART", conjunction="o"),
    client.TimeCondition(isMore=True, time="20990101 12:00:00 US/Eastern"),
    client.MarginCondition(isMore=False, percent=1),
    client.ExecutionCondition(secType="STK", exch="SMART", symbol="MSFT"),
    client.VolumeCondition(isMore=True, volume=10**15, conId=stock.conId, exch="SMART"),
    client.PercentChangeCondition(isMore=True, changePercent=90.0, conId=stock.conId, exch="SMART"),
]
waiting = ib.placeOrder(stock, conditional)
wait(waiting, "PreSubmitted")

other = ib.qualifyContracts(client.Stock("MSFT", "SMART", "USD"))[0]
legs = [
    client.ComboLeg(conId=stock.conId, ratio=1, action="BUY", exchange="SMART"),
    client.ComboLeg(conId=other.conId, ratio=1, action="SELL", exchange="SMART"),
]
bag = client.Contract(symbol="AAPL", secType="BAG", exchange="SMART", currency="USD", comboLegs=legs)
combination = ib.placeOrder(bag, client.MarketOrder("BUY", 2))
wait(combination, "Filled")
ib.sleep(0.1)

open_ids = sorted(trade.order.orderId for trade in ib.reqOpenOrders())
ib.reqGlobalCancel()
wait(waiting, "Cancelled")
wait(bracket[2], "Cancelled")
result = {
    "version": ib.client.serverVersion(),
    "preview": [float(preview.initMarginChange), float(preview.equityWithLoanBefore), preview.commission],
    "fill": [bought.filled(), bought.fills[0].commissionReport.commission],
    "changed": [changed == [round(low + 1, 2)], resting.orderStatus.status],
    "held": held,
    "combination": [[fill.contract.secType, float(fill.execution.shares)] for fill in combination.fills],
    "open": len([number for number in open_ids if number >= bracket[0].order.orderId]),
    "position": [float(p.position) for p in ib.positions() if p.contract.conId == stock.conId],
    "errors": sorted({code for _, code in errors}),
    # Every cancellation is confirmed by 202, which ib_async takes for an error.
    "log": [line for line in lines if "Error 202" not in line],
}
ib.disconnect()
print(json.dumps(result))
