"""What an official client (ibapi) gets of market data, as JSON. Run in an environment of its own: HOST PORT ID."""

import json
import logging
import sys
import threading
import time

from ibapi.client import EClient
from ibapi.contract import Contract
from ibapi.scanner import ScannerSubscription
from ibapi.tag_value import TagValue
from ibapi.wrapper import EWrapper

host, port, client_id = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
lines: list[str] = []


class Keep(logging.Handler):
    """Keep all that the client finds worth a warning."""

    def emit(self, record):
        """Keep one line."""
        lines.append(f"{record.levelname} {record.name}: {record.getMessage()}")


logging.getLogger().addHandler(Keep(logging.WARNING))
# Notices of data farms, and 162, with which TWS confirms that a scan was cancelled.
HARMLESS = (2104, 2106, 2158, 162)
OWN = ("error", "winError", "logAnswer", "connectAck", "connectionClosed")
CALLBACKS = [name for name in vars(EWrapper) if not name.startswith("_") and name not in OWN]


class App(EWrapper, EClient):
    """Keeps the arguments of each callback, by its name."""

    def __init__(self):
        EClient.__init__(self, self)
        self.came, self.errors = {}, []
        for name in CALLBACKS:
            setattr(self, name, lambda *args, _name=name, **named: self.keep(_name, *args, *named.values()))

    def keep(self, name, *args):
        """Keep one call."""
        self.came.setdefault(name, []).append(args)

    def error(self, *args):
        """Keep errors: (id, code, text, ...) or, newer, (id, time, code, text, ...)."""
        code, text = (args[2], args[3]) if len(args) > 3 and isinstance(args[2], int) else (args[1], args[2])
        if code not in HARMLESS:
            self.errors.append([args[0], code, text])


app = App()
app.connect(host, port, client_id)
threading.Thread(target=app.run, daemon=True).start()
drawn = {}


def wait(name, enough=1, seconds=20.0, condition=None):
    """Wait until a callback has come so many times, and note whether it has."""
    deadline = time.monotonic() + seconds
    done = condition or (lambda: len(app.came.get(name, [])) >= enough)
    while not done() and time.monotonic() < deadline:
        time.sleep(0.02)
    drawn[name] = bool(done())
    return drawn[name]


def contract(**fields):
    """Return a contract with these fields."""
    made = Contract()
    for name, value in fields.items():
        setattr(made, name, value)
    return made


stock = contract(symbol="AAPL", secType="STK", exchange="SMART", currency="USD")
pair = contract(symbol="EUR", secType="CASH", exchange="IDEALPRO", currency="USD")
continuous = contract(symbol="ES", secType="CONTFUT", exchange="CME", currency="USD")
wait("nextValidId")
app.reqContractDetails(99, continuous)
wait("contractDetails")
future = contract(conId=app.came["contractDetails"][0][1].contract.conId, exchange="CME")
version = app.serverVersion()
app.reqRealTimeBars(1, stock, 5, "TRADES", 0, [])
app.reqHistoricalData(2, stock, "", "120 S", "5 secs", "TRADES", 0, 2, True, [])
app.reqSecDefOptParams(3, "AAPL", "", "STK", 265598)
wait("securityDefinitionOptionParameterEnd")
_, _, _, trading_class, _, expirations, strikes = app.came["securityDefinitionOptionParameter"][0]
app.reqMktData(4, stock, "100,101,104,105,106,165,221,225,233,236,292,293,294,295,318,411,456", False, False, [])
wait("tickPrice", 6)
last = next(args[2] for args in app.came["tickPrice"] if args[1] == 4)
strike = min(strikes, key=lambda each: abs(each - last))
option = contract(
    symbol="AAPL", secType="OPT", exchange="SMART", currency="USD", right="C", strike=strike,
    lastTradeDateOrContractMonth=sorted(expirations)[3], tradingClass=trading_class, multiplier="100",
)  # fmt: skip
app.reqMktData(5, option, "", False, False, [])
app.reqMktData(6, stock, "", True, False, [])
app.reqMktData(7, contract(conId=272093, exchange="SMART"), "", False, True, [])
wait("tickOptionComputation", 4)
wait("tickSnapshotEnd", 2)
for name in ("tickSize", "tickGeneric", "tickString", "tickReqParams", "marketDataType", "tickNews"):
    wait(name)
TYPES = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 14, 15, 20, 21, 23, 24, 27, 28, 29, 30, 32, 33, 34, 35, 37, 45, 46, 48, 49}
TYPES |= {54, 55, 56, 57, 58, 59, 84, 87, 89}
TICKS = ("tickPrice", "tickSize", "tickGeneric", "tickString")
wait("tick_types", condition=lambda: {args[1] for name in TICKS for args in app.came[name]} >= TYPES)
app.cancelMktData(4)
app.cancelMktData(5)
for kind in (2, 3, 4, 1):
    app.reqMarketDataType(kind)
app.reqSmartComponents(8, "9c0001")
wait("smartComponents")
app.reqMktDepthExchanges()
wait("mktDepthExchanges")
app.reqMktDepth(9, pair, 5, False, [])
wait("updateMktDepth", 10)
app.cancelMktDepth(9, False)
app.reqMktDepth(10, stock, 5, True, [])
wait("updateMktDepthL2", 10)
app.cancelMktDepth(10, True)
app.reqTickByTickData(11, pair, "MidPoint", 0, False)
app.reqTickByTickData(12, pair, "BidAsk", 5, True)
app.reqTickByTickData(13, future, "AllLast", 5, False)
app.reqTickByTickData(14, stock, "Last", 0, False)
app.reqCurrentTime()
wait("currentTime")
now = time.strftime("%Y%m%d-%H:%M:%S", time.gmtime(app.came["currentTime"][0][0]))
app.reqHistoricalTicks(15, stock, "", now, 100, "TRADES", 0, True, [])
app.reqHistoricalTicks(16, stock, "", now, 100, "BID_ASK", 0, True, [])
app.reqHistoricalTicks(17, stock, "", now, 100, "MIDPOINT", 0, True, [])
for name in ("historicalTicks", "historicalTicksBidAsk", "historicalTicksLast"):
    wait(name)
app.reqHeadTimeStamp(18, stock, "TRADES", 1, 1)
app.reqHistogramData(19, stock, True, "3 days")
wait("headTimestamp")
wait("histogramData")
if version >= 165:
    app.reqHistoricalData(20, stock, "", "5 D", "1 day", "SCHEDULE", 1, 1, False, [])
    wait("historicalSchedule")
app.reqScannerParameters()
wait("scannerParameters")
scan = ScannerSubscription()
scan.instrument, scan.locationCode, scan.scanCode, scan.numberOfRows = "STK", "STK.US.MAJOR", "TOP_PERC_GAIN", 7
app.reqScannerSubscription(21, scan, [], [TagValue("priceAbove", "5")])
wait("scannerDataEnd")
drawn["scan_rows"] = len(app.came["scannerData"]) == 7
app.cancelScannerSubscription(21)
app.reqNewsProviders()
wait("newsProviders")
app.reqHistoricalNews(22, 265598, "BRFG+BRFUPDN+DJNL", "", "", 5, [])
wait("historicalNewsEnd")
_, _, provider, article, headline = app.came["historicalNews"][0]
drawn["headline"] = "[simulated]" in headline
app.reqNewsArticle(23, provider, article, [])
wait("newsArticle")
app.reqNewsBulletins(True)
wait("updateNewsBulletin")
app.cancelNewsBulletins()
app.calculateImpliedVolatility(24, option, 12.5, last, [])
app.calculateOptionPrice(25, option, 0.4, last, [])
wait("computed", condition=lambda: {24, 25} <= {args[0] for args in app.came["tickOptionComputation"]})
app.reqMatchingSymbols(26, "apple")
wait("symbolSamples")
app.reqMarketRule(26)
wait("marketRule")
app.queryDisplayGroups(27)
wait("displayGroupList")
app.subscribeToGroupEvents(28, 1)
wait("displayGroupUpdated")
app.updateDisplayGroup(28, "265598@SMART")
wait("displayGroupUpdated", 2)
app.unsubscribeFromGroupEvents(28)
app.reqSoftDollarTiers(29)
wait("softDollarTiers")
app.reqFamilyCodes()
wait("familyCodes")
if hasattr(app, "reqUserInfo"):
    app.reqUserInfo(30)
    wait("userInfo")
if hasattr(app, "reqCurrentTimeInMillis"):
    app.reqCurrentTimeInMillis()
    wait("currentTimeInMillis")
for name in ("tickByTickMidPoint", "tickByTickBidAsk", "tickByTickAllLast"):
    wait(name, seconds=60)
wait("tick_by_tick_last", condition=lambda: 14 in {args[0] for args in app.came["tickByTickAllLast"]}, seconds=60)
for request_id in (11, 12, 13, 14):
    app.cancelTickByTickData(request_id)
wait("realtimeBar", 2)
wait("historicalDataUpdate")
app.cancelRealTimeBars(1)
app.cancelHistoricalData(2)
time.sleep(0.2)
app.disconnect()
print(json.dumps({"version": version, "drawn": drawn, "errors": app.errors, "log": lines}))
