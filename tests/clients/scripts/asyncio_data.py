"""What ib_insync or ib_async gets of market data, as JSON. Run in an environment of its own: MODULE HOST PORT ID."""

import importlib
import json
import logging
import sys
import time

module_name, host, port, client_id = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
client = importlib.import_module(module_name)

lines: list[str] = []


class Keep(logging.Handler):
    """Keep all that the client finds worth a warning."""

    def emit(self, record):
        """Keep one line."""
        lines.append(f"{record.levelname} {record.name}: {record.getMessage()}")


logging.getLogger(module_name).addHandler(Keep(logging.WARNING))
ib = client.IB()
ib.RequestTimeout = 20
errors, drawn = [], {}
ib.errorEvent += lambda request_id, code, text, contract: errors.append([request_id, code, text])
ib.connect(host, port, clientId=client_id, timeout=15, readonly=True)
stock = client.Stock("AAPL", "SMART", "USD")
pair = client.Forex("EURUSD")
ib.qualifyContracts(stock, pair)


def wait(name, condition, seconds=12.0):
    """Wait until something has come, and note whether it has."""
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        ib.sleep(0.05)
    drawn[name] = bool(condition())


# Quotes ------------------------------------------------------------------------------------------------------------
bars5 = ib.reqRealTimeBars(stock, 5, "TRADES", False)
kept = ib.reqHistoricalData(stock, "", "120 S", "5 secs", "TRADES", False, keepUpToDate=True)
kept_updates = []
kept.updateEvent += lambda bars, new: kept_updates.append(new)
generics = "100,101,104,105,106,165,221,225,233,236,292,293,294,295,318,411,456"
news: list[object] = []
ib.tickNewsEvent += news.append
ticker = ib.reqMktData(stock, generics)
chain = ib.reqSecDefOptParams("AAPL", "", "STK", stock.conId)
drawn["option_parameters"] = len(chain) > 1 and len(chain[0].strikes) > 10
details = ib.reqContractDetails(client.Option("AAPL", chain[0].expirations[3], 0, "C", "SMART"))
by_strike = sorted((d.contract for d in details), key=lambda c: abs(c.strike - ticker.last))
option = by_strike[0]
option_ticker = ib.reqMktData(option)
future = ib.reqContractDetails(client.Future("ES", exchange="CME"))[0].contract
future_ticker = ib.reqMktData(future, "588")
pair_ticker = ib.reqMktData(pair)
wait("quote", lambda: ticker.bid > 0 and ticker.ask >= ticker.bid and ticker.last > 0 and ticker.volume > 0)
wait("session", lambda: ticker.high >= ticker.low > 0 and ticker.open > 0 and ticker.close > 0)
wait("bbo_exchange", lambda: ticker.bboExchange == "9c0001" and ticker.minTick == 0.01)
wait("ranges", lambda: ticker.high52week >= ticker.high13week > 0 and ticker.low52week <= ticker.low26week)
wait("average_volume", lambda: ticker.avVolume > 0)
wait("options", lambda: ticker.callVolume > 0 and ticker.putOpenInterest > 0 and ticker.avOptionVolume > 0)
wait("volatilities", lambda: ticker.histVolatility > 0 and ticker.impliedVolatility > 0 and ticker.rtHistVolatility > 0)
wait("shortable", lambda: ticker.shortableShares > 0)
wait("rates", lambda: ticker.tradeCount > 0 and ticker.tradeRate >= 0 and ticker.volumeRate >= 0)
wait("mark_price", lambda: ticker.markPrice > 0)
wait("auction", lambda: ticker.auctionPrice > 0)
wait("dividends", lambda: ticker.dividends is not None)
wait("greeks", lambda: option_ticker.modelGreeks and option_ticker.bidGreeks and option_ticker.askGreeks)
wait("greeks_of_last", lambda: option_ticker.lastGreeks and 0 < option_ticker.modelGreeks.delta < 1)
wait("futures_interest", lambda: future_ticker.futuresOpenInterest > 0)
wait("pair", lambda: pair_ticker.bid > 0 and pair_ticker.ask > 0)
regulatory = ib.reqMktData(client.Contract(conId=272093, exchange="SMART"), "", False, True)
wait("regulatory_snapshot", lambda: regulatory.bid > 0)
for each in (stock, option, future, pair):
    ib.cancelMktData(each)
[snapshot] = ib.reqTickers(stock)
drawn["snapshot"] = snapshot.bid > 0 and snapshot.last > 0
for data_type in (2, 3, 4, 1):
    ib.reqMarketDataType(data_type)
drawn["components"] = any(row.exchange == "NASDAQ" for row in ib.reqSmartComponents("9c0001"))

# Depth -------------------------------------------------------------------------------------------------------------
drawn["depth_exchanges"] = any(row.serviceDataType == "Deep2" for row in ib.reqMktDepthExchanges())
plain = ib.reqMktDepth(pair, 5)
wait("depth", lambda: len(plain.domBids) == 5 and len(plain.domAsks) == 5)
smart = ib.reqMktDepth(stock, 8, isSmartDepth=True)
wait("smart_depth", lambda: len(smart.domBids) == 8 and smart.domBids[0].marketMaker)
ib.sleep(2)
prices = [row.price for row in plain.domBids]
drawn["depth_in_order"] = prices == sorted(prices, reverse=True) and len(prices) == 5
prices = [row.price for row in smart.domAsks]
drawn["smart_depth_in_order"] = prices == sorted(prices) and len(prices) == 8
before = len(lines)
ib.cancelMktDepth(pair)
ib.cancelMktDepth(stock, isSmartDepth=True)
ib.sleep(0.5)
# The client empties a book when it cancels it: rows that were under way then find no place in it.
lines[before:] = [line for line in lines[before:] if "Error for updateMktDepth" not in line]

# Ticks -------------------------------------------------------------------------------------------------------------
for kind, contract in (("Last", stock), ("AllLast", future), ("BidAsk", stock), ("MidPoint", pair)):
    stream = ib.reqTickByTickData(contract, kind, 0, kind == "BidAsk")
    wait(f"tick_by_tick_{kind}", lambda stream=stream: len(stream.tickByTicks) > 0, 60)
    ib.cancelTickByTickData(contract, kind)
now = ib.reqCurrentTime()
for what in ("TRADES", "BID_ASK", "MIDPOINT"):
    ticks = ib.reqHistoricalTicks(stock, "", now, 200, what, False)
    drawn[f"ticks_{what}"] = len(ticks) >= 200 and ticks[0].time <= ticks[-1].time
drawn["histogram"] = sum(row.count for row in ib.reqHistogramData(stock, True, "3 days")) > 0
drawn["head"] = ib.reqHeadTimeStamp(stock, "TRADES", True, 2) is not None
schedule = ib.reqHistoricalSchedule(stock, 5)
drawn["schedule"] = len(schedule.sessions) == 5

# Scans, news, options ----------------------------------------------------------------------------------------------
drawn["scanner_parameters"] = "<scanCode>TOP_PERC_GAIN</scanCode>" in ib.reqScannerParameters()
scan = client.ScannerSubscription(10, "STK", "STK.US.MAJOR", "MOST_ACTIVE", abovePrice=5)
found = ib.reqScannerData(scan, [], [client.TagValue("priceBelow", "10000")])
drawn["scanner"] = len(found) == 10 and found[0].rank == 0 and found[0].contractDetails.contract.symbol != ""
providers = ib.reqNewsProviders()
drawn["news_providers"] = len(providers) == 3
headlines = ib.reqHistoricalNews(stock.conId, "+".join(each.code for each in providers), "", "", 10)
headline = headlines if not isinstance(headlines, list) else headlines[0]
drawn["headline"] = "[simulated]" in headline.headline
article = ib.reqNewsArticle(headline.providerCode, headline.articleId)
drawn["article"] = "made up" in article.articleText
drawn["news_tick"] = len(news) > 0
implied = ib.calculateImpliedVolatility(option, option_ticker.modelGreeks.optPrice, option_ticker.modelGreeks.undPrice)
drawn["implied_volatility"] = abs(implied.impliedVol - option_ticker.modelGreeks.impliedVol) < 0.05
priced = ib.calculateOptionPrice(option, implied.impliedVol, option_ticker.modelGreeks.undPrice)
drawn["option_price"] = abs(priced.optPrice - option_ticker.modelGreeks.optPrice) < 0.05
drawn["market_rule"] = ib.reqMarketRule(26)[0].increment == 0.01
drawn["samples"] = any(each.contract.symbol == "AAPL" for each in ib.reqMatchingSymbols("apple"))
ib.reqNewsBulletins(True)
wait("bulletin", lambda: len(ib.newsBulletins()) > 0)
ib.cancelNewsBulletins()
if hasattr(ib, "reqUserInfo"):
    ib.reqUserInfo()
    drawn["user_info"] = True

# Streams of bars, which took their time meanwhile ------------------------------------------------------------------
wait("real_time_bars", lambda: len(bars5) >= 2)
wait("kept_up_to_date", lambda: len(kept_updates) >= 1)
first = bars5[0]
same = ib.reqHistoricalData(stock, bars5[-1].time, "300 S", "5 secs", "TRADES", False, formatDate=2)
match = [bar for bar in same if bar.date == first.time]
drawn["real_time_bar_is_historical"] = len(match) == 1 and (
    [match[0].open, match[0].high, match[0].low, match[0].close, float(match[0].volume)]
    == [first.open_, first.high, first.low, first.close, float(first.volume)]
)
ib.cancelRealTimeBars(bars5)
ib.cancelHistoricalData(kept)
ib.sleep(0.2)
version = ib.client.serverVersion()
ib.disconnect()
# Data farm notices are no errors, and 162 is how TWS confirms that a scan was cancelled.
harmless = (2104, 2106, 2158, 162)
result = {
    "version": version,
    "drawn": drawn,
    "errors": [error for error in errors if error[1] not in harmless],
    "log": [line for line in lines if not any(f" {code}, reqId" in line for code in harmless)],
}
print(json.dumps(result))
