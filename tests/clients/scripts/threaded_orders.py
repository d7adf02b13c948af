"""What an official client (ibapi) sees of orders, as JSON. Run in an environment of its own: HOST PORT."""

import json
import logging
import sys
import threading
import time
from decimal import Decimal

from ibapi import order_condition as conditions
from ibapi.client import EClient
from ibapi.contract import ComboLeg, Contract
from ibapi.order import Order
from ibapi.wrapper import EWrapper

try:
    from ibapi.order_cancel import OrderCancel
except ImportError:  # older ones cancel by number alone
    OrderCancel = None

host, port = sys.argv[1], int(sys.argv[2])
lines: list[str] = []


class Keep(logging.Handler):
    """Keep all that the client finds worth a warning."""

    def emit(self, record):
        """Keep one line."""
        lines.append(f"{record.levelname} {record.name}: {record.getMessage()}")


logging.getLogger().addHandler(Keep(logging.WARNING))


class App(EWrapper, EClient):
    """Notes what becomes of each order."""

    def __init__(self):
        EClient.__init__(self, self)
        self.number = 0
        self.status, self.why, self.orders, self.states = {}, {}, {}, {}
        self.fills, self.commissions, self.codes = [], {}, set()
        self.held, self.last, self.price = {}, 0, 0.0
        self.open, self.ended = [], threading.Event()

    def error(self, *args):
        """Keep codes: (id, code, text, ...) or, newer, (id, time, code, text, ...)."""
        code = args[2] if len(args) > 3 and isinstance(args[2], int) else args[1]
        if code not in (2104, 2106, 2158):
            self.codes.add(code)

    def nextValidId(self, orderId):
        self.number = orderId

    def tickPrice(self, reqId, tickType, price, attrib):
        if tickType == 4:
            self.price = price

    def position(self, account, contract, position, avgCost):
        self.held[contract.conId] = float(position)

    def openOrder(self, orderId, contract, order, orderState):
        self.orders[orderId], self.states[orderId] = order, orderState
        self.open.append(orderId)

    def openOrderEnd(self):
        self.ended.set()

    def orderStatus(self, orderId, status, filled, remaining, *rest):
        self.status[orderId] = status
        self.why[orderId] = rest[5]

    def execDetails(self, reqId, contract, execution):
        self.fills.append([execution.orderId, contract.secType, float(execution.shares), execution.execId])

    def commissionReport(self, report):
        self.commissions[report.execId] = report.commission

    def commissionAndFeesReport(self, report):
        self.commissions[report.execId] = report.commissionAndFees


app = App()
app.connect(host, port, 22)
threading.Thread(target=app.run, daemon=True).start()


def wait(what, is_so):
    """Wait until something is so."""
    for _ in range(400):
        if is_so():
            return
        time.sleep(0.01)
    lines.append(f"ERROR test: no {what}")


def stock(con_id):
    """Return a share by its number."""
    contract = Contract()
    contract.conId, contract.exchange = con_id, "SMART"
    return contract


def place(contract, kind="MKT", **fields):
    """Place an order and return its number."""
    number = fields.pop("number", 0)
    if not number:
        number, app.number = app.number, app.number + 1
    order = Order()
    order.action, order.totalQuantity, order.orderType = "BUY", Decimal(5), kind
    order.eTradeOnly = order.firmQuoteOnly = False
    for name, value in fields.items():
        setattr(order, name, value)
    app.placeOrder(number, contract, order)
    return number


wait("start", lambda: app.number)
app.reqPositions()
apple = stock(265598)
app.reqMktData(1, apple, "", True, False, [])
wait("price", lambda: app.price)
low, high = round(app.price * 0.8, 2), round(app.price * 1.2, 2)

preview = place(apple, whatIf=True, totalQuantity=Decimal(100))
wait("preview", lambda: preview in app.states)
state = app.states[preview]
bought = place(apple)
wait("fill", lambda: app.status.get(bought) == "Filled")

resting = place(apple, "LMT", lmtPrice=low, tif="GTC", outsideRth=True, orderRef="mine")
wait("resting order", lambda: app.status.get(resting) == "Submitted")
place(apple, "LMT", number=resting, lmtPrice=round(low + 1, 2), tif="GTC", outsideRth=True, orderRef="mine")
wait("change", lambda: app.orders[resting].lmtPrice == round(low + 1, 2))
how = [OrderCancel()] if OrderCancel else []
app.cancelOrder(resting, *how)
wait("cancellation", lambda: app.status.get(resting) == "Cancelled")

parent = place(apple, "LMT", lmtPrice=low, transmit=False)
profit = place(apple, "LMT", lmtPrice=high, action="SELL", parentId=parent, transmit=False)
loss = place(apple, "STP", auxPrice=round(low - 5, 2), action="SELL", parentId=parent)
wait("bracket", lambda: app.status.get(parent) == "Submitted" and loss in app.why)
held = [app.why[number] for number in (parent, profit, loss)]

price_condition = conditions.Create(conditions.OrderCondition.Price)
price_condition.isMore, price_condition.price, price_condition.conId = True, high, 265598
price_condition.exchange, price_condition.triggerMethod = "SMART", 0
price_condition.isConjunctionConnection = False
time_condition = conditions.Create(conditions.OrderCondition.Time)
time_condition.isMore, time_condition.time = True, "20990101 12:00:00 US/Eastern"
margin = conditions.Create(conditions.OrderCondition.Margin)
margin.isMore, margin.percent = False, 1
execution = conditions.Create(conditions.OrderCondition.Execution)
execution.secType, execution.exchange, execution.symbol = "STK", "SMART", "MSFT"
volume = conditions.Create(conditions.OrderCondition.Volume)
volume.isMore, volume.volume, volume.conId, volume.exchange = True, 10**9, 265598, "SMART"
change = conditions.Create(conditions.OrderCondition.PercentChange)
change.isMore, change.changePercent, change.conId, change.exchange = True, 90.0, 265598, "SMART"
every = [price_condition, time_condition, margin, execution, volume, change]
waiting = place(apple, "LMT", lmtPrice=high, conditions=every)
wait("conditional order", lambda: app.status.get(waiting) == "PreSubmitted")

bag = Contract()
bag.symbol, bag.secType, bag.exchange, bag.currency, bag.comboLegs = "AAPL", "BAG", "SMART", "USD", []
for con_id, action in ((265598, "BUY"), (272093, "SELL")):
    leg = ComboLeg()
    leg.conId, leg.ratio, leg.action, leg.exchange = con_id, 1, action, "SMART"
    bag.comboLegs.append(leg)
combination = place(bag, totalQuantity=Decimal(2))
wait("combination", lambda: app.status.get(combination) == "Filled")
time.sleep(0.1)

app.open.clear()
app.reqOpenOrders()
app.ended.wait(5)
open_ids = set(app.open)
app.reqGlobalCancel(*how)
wait("global cancel", lambda: {app.status[number] for number in (parent, profit, loss, waiting)} == {"Cancelled"})
time.sleep(0.1)
version = app.serverVersion()
app.disconnect()
commission = getattr(state, "commissionAndFees", None) or getattr(state, "commission", None)
first = next(fill for fill in app.fills if fill[0] == bought)
result = {
    "version": version,
    "preview": [float(state.initMarginChange), float(state.equityWithLoanBefore), commission],
    "fill": [first[2], app.commissions[first[3]]],
    "changed": [app.orders[resting].lmtPrice == round(low + 1, 2), app.status[resting]],
    "held": held,
    "conditions": [type(each).__name__ for each in app.orders[waiting].conditions],
    "combination": [fill[1:3] for fill in app.fills if fill[0] == combination],
    "open": len([number for number in open_ids if number >= parent]),
    "position": [app.held[265598]],
    "errors": sorted(app.codes),
    "log": lines,
}
print(json.dumps(result))
