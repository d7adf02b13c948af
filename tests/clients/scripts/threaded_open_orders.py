"""What ibapi sees of everybody's open orders, and what becomes of its try to cancel one: HOST PORT ORDER_ID."""

import json
import sys
import threading

from ibapi.client import EClient
from ibapi.wrapper import EWrapper


class Looker(EWrapper, EClient):
    """Keeps what is told of orders."""

    def __init__(self):
        EWrapper.__init__(self)
        EClient.__init__(self, self)
        self.ready, self.ended, self.refused = threading.Event(), threading.Event(), threading.Event()
        self.orders, self.code = [], None

    def nextValidId(self, _order_id):
        """Take the start of the API."""
        self.ready.set()

    def openOrder(self, order_id, contract, order, _state):
        """Keep an order."""
        self.orders.append([order_id, order.clientId, order.orderRef, contract.symbol, float(order.totalQuantity)])

    def openOrderEnd(self):
        """Take the end of the list."""
        self.ended.set()

    def error(self, number, *rest):
        """Keep the code of what is said of the order that is to be cancelled."""
        codes = [each for each in rest if isinstance(each, int) and each < 100_000]
        if number == int(sys.argv[3]) and codes:
            self.code = codes[-1]
            self.refused.set()


looker = Looker()
looker.connect(sys.argv[1], int(sys.argv[2]), 31)
threading.Thread(target=looker.run, daemon=True).start()
assert looker.ready.wait(10)
looker.reqAllOpenOrders()
assert looker.ended.wait(10)
looker.cancelOrder(int(sys.argv[3]))
looker.refused.wait(10)
print(json.dumps({"orders": looker.orders, "code": looker.code}))
looker.disconnect()
