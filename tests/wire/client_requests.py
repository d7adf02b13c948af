"""What is asked of the clients: a call of every request they have, and what its bytes should be read as."""

from __future__ import annotations

from typing import Any

from ibnb.wire.ids import Request


def thing(name: str, **attributes: Any) -> dict[str, Any]:
    """Return the client's own object of this name, as `foreign_client` builds it."""
    return {f"${name}": attributes}


_CONTRACT = {
    "conId": 675811965,
    "symbol": "AAPL",
    "secType": "OPT",
    "lastTradeDateOrContractMonth": "20261218",
    "strike": 262.5,
    "right": "C",
    "multiplier": "100",
    "exchange": "SMART",
    "primaryExchange": "CBOE",
    "currency": "USD",
    "localSymbol": "AAPL  261218C00262500",
    "tradingClass": "AAPL",
    "includeExpired": True,
}
OPTION = thing("Contract", **_CONTRACT)
OPTION_READ = {
    "con_id": 675811965,
    "symbol": "AAPL",
    "sec_type": "OPT",
    "expiry": "20261218",
    "strike": 262.5,
    "right": "C",
    "multiplier": "100",
    "exchange": "SMART",
    "primary_exchange": "CBOE",
    "currency": "USD",
    "local_symbol": "AAPL  261218C00262500",
    "trading_class": "AAPL",
}
STOCK = thing("Contract", symbol="AAPL", secType="STK", exchange="SMART", currency="USD")
LEGS = [
    thing("ComboLeg", conId=1001, ratio=1, action="BUY", exchange="SMART"),
    thing("ComboLeg", conId=1002, ratio=2, action="SELL", exchange="CBOE"),
]
BAG = thing("Contract", symbol="AAPL", secType="BAG", exchange="SMART", currency="USD", comboLegs=LEGS)
LEGS_READ = [
    {"con_id": 1001, "ratio": 1, "action": "BUY", "exchange": "SMART"},
    {"con_id": 1002, "ratio": 2, "action": "SELL", "exchange": "CBOE"},
]
TAGS = [thing("TagValue", tag="a", value="1"), thing("TagValue", tag="b", value="2")]
LIMIT: dict[str, Any] = {
    "action": "BUY",
    "totalQuantity": 100,
    "orderType": "LMT",
    "lmtPrice": 182.35,
    "tif": "GTC",
    "account": "DU9000001",
    "orderRef": "first light",
    "outsideRth": True,
    "transmit": True,
}
LIMIT_READ: dict[str, Any] = {
    "action": "BUY",
    "total_quantity": 100,
    "order_type": "LMT",
    "lmt_price": 182.35,
    "aux_price": None,
    "tif": "GTC",
    "account": "DU9000001",
    "order_ref": "first light",
    "outside_rth": True,
    "transmit": True,
    "what_if": False,
    "min_qty": None,
    "conditions": [],
    "algo_strategy": "",
}
CONDITIONS = [
    thing("PriceCondition", conId=265598, exch="SMART", isMore=True, price=250.25, triggerMethod=2),
    thing("TimeCondition", isMore=False, time="20261218 16:00:00 US/Eastern"),
    thing("MarginCondition", isMore=True, percent=30),
    thing("ExecutionCondition", secType="STK", exch="SMART", symbol="IBM"),
    thing("VolumeCondition", conId=265598, exch="SMART", isMore=True, volume=1000),
    thing("PercentChangeCondition", conId=265598, exch="SMART", isMore=True, changePercent=2.5),
]
CONDITIONS_READ: list[dict[str, Any]] = [
    {"type": 1, "is_more": True, "value": 250.25, "con_id": 265598, "exchange": "SMART", "trigger_method": 2},
    {"type": 3, "is_more": False, "time": "20261218 16:00:00 US/Eastern"},
    {"type": 4, "is_more": True, "value": 30},
    {"type": 5, "sec_type": "STK", "exchange": "SMART", "symbol": "IBM"},
    {"type": 6, "is_more": True, "value": 1000, "con_id": 265598, "exchange": "SMART"},
    {"type": 7, "is_more": True, "value": 2.5, "con_id": 265598, "exchange": "SMART"},
]
RICH = LIMIT | {
    "orderType": "PEG BENCH",
    "referenceContractId": 756733,
    "isPeggedChangeAmountDecrease": True,
    "peggedChangeAmount": 0.5,
    "referenceChangeAmount": 0.25,
    "referenceExchangeId": "ARCA",
    "algoStrategy": "Adaptive",
    "algoParams": [thing("TagValue", tag="adaptivePriority", value="Urgent")],
    "hedgeType": "D",
    "hedgeParam": "0.8",
    "scaleInitLevelSize": 10,
    "scaleSubsLevelSize": 5,
    "scalePriceIncrement": 0.05,
    "scalePriceAdjustValue": 0.01,
    "scalePriceAdjustInterval": 60,
    "scaleProfitOffset": 0.02,
    "scaleInitPosition": 3,
    "scaleInitFillQty": 2,
    "deltaNeutralOrderType": "MKT",
    "deltaNeutralConId": 9,
    "goodTillDate": "20261231 23:59:59 UTC",
    "whatIf": True,
    "conditions": CONDITIONS,
    "conditionsIgnoreRth": True,
}
RICH_READ = LIMIT_READ | {
    "order_type": "PEG BENCH",
    "reference_contract_id": 756733,
    "is_pegged_change_amount_decrease": True,
    "pegged_change_amount": 0.5,
    "reference_change_amount": 0.25,
    "reference_exchange_id": "ARCA",
    "algo_strategy": "Adaptive",
    "algo_params": [{"tag": "adaptivePriority", "value": "Urgent"}],
    "hedge_type": "D",
    "hedge_param": "0.8",
    "scale_init_level_size": 10,
    "scale_subs_level_size": 5,
    "scale_price_increment": 0.05,
    "scale_price_adjust_value": 0.01,
    "scale_price_adjust_interval": 60,
    "scale_profit_offset": 0.02,
    "scale_init_position": 3,
    "scale_init_fill_qty": 2,
    "delta_neutral_order_type": "MKT",
    "delta_neutral_con_id": 9,
    "good_till_date": "20261231 23:59:59 UTC",
    "what_if": True,
    "conditions": [row | {"conjunction": "a"} for row in CONDITIONS_READ],
    "conditions_ignore_rth": True,
    "conditions_cancel_order": False,
}
SUMMARY_TAGS = "NetLiquidation,TotalCashValue"
FILTER = {
    "clientId": 3,
    "acctCode": "DU9000001",
    "time": "20260413 00:00:00",
    "symbol": "AAPL",
    "secType": "STK",
    "exchange": "IEX",
    "side": "BUY",
}
SCAN = thing(
    "ScannerSubscription",
    numberOfRows=25,
    instrument="STK",
    locationCode="STK.US.MAJOR",
    scanCode="TOP_PERC_GAIN",
    abovePrice=5.0,
    aboveVolume=100000,
    stockTypeFilter="ALL",
)
SCAN_READ = {
    "number_of_rows": 25,
    "instrument": "STK",
    "location_code": "STK.US.MAJOR",
    "scan_code": "TOP_PERC_GAIN",
    "above_price": 5.0,
    "below_price": None,
    "above_volume": 100000,
    "stock_type_filter": "ALL",
    "filter_options": "a=1;b=2;",
    "options": "",
}


def asked(client: str, version: int) -> list[tuple[str, list[Any], Request, dict[str, Any]]]:
    """Return what is asked of a client, and what we should read: method, arguments, request, values."""
    newest = client == "ibapi-latest"
    wide = client in ("ib_insync", "ib_async")
    # Both ibapi refuse options in three places; their number is not written by the newest where there are none.
    tags, text = (TAGS, "a=1;b=2;") if wide else ([], "")
    calc_tags, calc_text = ([], "") if newest else (TAGS, "a=1;b=2;")
    count, no_count = (None, None) if newest else (2, 0)
    calc_read = {"number_of_options": count} | ({} if newest else {"options": calc_text})
    with_time = ["20260413 10:00:00"] if wide else []
    cancel = [thing("OrderCancel", manualOrderCancelTime="20260413 10:00:00")] if newest else with_time
    exercise = ["", "", False] if newest else []
    rich = RICH | ({"conditionsCancelOrder": False} if wide else {})
    one = {"request_id": 5}
    history = {"end": "20260413 16:00:00 UTC", "bar_size": "1 hour", "duration": "60 D", "what": "TRADES", "rth": True}
    cases: list[tuple[str, list[Any], Request, dict[str, Any]]] = [
        ("reqMktData", [5, OPTION, "100,101", True, False, tags], Request.MKT_DATA,
         one | OPTION_READ | {"generic_ticks": "100,101", "snapshot": True, "regulatory_snapshot": False,
                              "delta_neutral": False, "options": text}),
        ("reqMktData", [5, BAG, "", False, True, []], Request.MKT_DATA,
         one | {"sec_type": "BAG", "legs": LEGS_READ, "snapshot": False, "regulatory_snapshot": True, "options": ""}),
        ("cancelMktData", [5], Request.CANCEL_MKT_DATA, one),
        ("placeOrder", [8, OPTION, thing("Order", **LIMIT)], Request.PLACE_ORDER,
         {"order_id": 8} | OPTION_READ | LIMIT_READ),
        ("placeOrder", [8, STOCK, thing("Order", **rich)], Request.PLACE_ORDER,
         {"order_id": 8, "symbol": "AAPL"} | RICH_READ),
        ("placeOrder", [8, BAG, thing("Order", **LIMIT, smartComboRoutingParams=TAGS)], Request.PLACE_ORDER,
         {"smart_combo_routing_params": [{"tag": "a", "value": "1"}, {"tag": "b", "value": "2"}],
          "order_leg_prices": []}
         | LIMIT_READ),
        ("cancelOrder", [8, *cancel], Request.CANCEL_ORDER, {"order_id": 8}),
        ("reqOpenOrders", [], Request.OPEN_ORDERS, {}),
        ("reqAllOpenOrders", [], Request.ALL_OPEN_ORDERS, {}),
        ("reqAutoOpenOrders", [True], Request.AUTO_OPEN_ORDERS, {"auto_bind": True}),
        ("reqCompletedOrders", [True], Request.COMPLETED_ORDERS, {"api_only": True}),
        ("reqGlobalCancel", [thing("OrderCancel")] if newest else [], Request.GLOBAL_CANCEL, {}),
        ("reqAccountUpdates", [True, "DU9000001"], Request.ACCOUNT_UPDATES,
         {"subscribe": True, "account": "DU9000001"}),
        ("reqAccountUpdates", [False, ""], Request.ACCOUNT_UPDATES, {"subscribe": False, "account": ""}),
        ("reqExecutions", [5, thing("ExecutionFilter", **FILTER)], Request.EXECUTIONS,
         {"request_id": 5, "client_id": 3, "account": "DU9000001", "time": "20260413 00:00:00", "symbol": "AAPL",
          "sec_type": "STK", "exchange": "IEX", "side": "BUY"}),
        ("reqIds", [1], Request.IDS, {"number": 1}),
        ("reqContractDetails", [5, OPTION], Request.CONTRACT_DETAILS, one | OPTION_READ | {"include_expired": True}),
        ("reqMktDepth", [5, OPTION, 10, True, tags], Request.MKT_DEPTH,
         one | OPTION_READ | {"rows": 10, "smart": True, "options": text}),
        ("cancelMktDepth", [5, True], Request.CANCEL_MKT_DEPTH, one | {"smart": True}),
        ("reqNewsBulletins", [True], Request.NEWS_BULLETINS, {"all_messages": True}),
        ("cancelNewsBulletins", [], Request.CANCEL_NEWS_BULLETINS, {}),
        ("setServerLogLevel", [5], Request.SET_SERVER_LOG_LEVEL, {"level": 5}),
        ("reqManagedAccts", [], Request.MANAGED_ACCTS, {}),
        ("requestFA", [1], Request.REQUEST_FA, {"type": 1}),
        ("replaceFA", [5, 1, "<xml/>"], Request.REPLACE_FA,
         {"type": 1, "xml": "<xml/>"} | (one if version >= 157 else {})),
        ("reqHistoricalData", [5, OPTION, history["end"], "60 D", "1 hour", "TRADES", 1, 2, True, TAGS],
         Request.HISTORICAL_DATA,
         one | OPTION_READ | history | {"include_expired": True, "format_date": 2, "keep_up_to_date": True,
                                        "options": "a=1;b=2;"}),
        ("reqHistoricalData", [5, BAG, "", "1 D", "1 min", "MIDPOINT", 0, 1, False, []], Request.HISTORICAL_DATA,
         {"legs": LEGS_READ, "end": "", "rth": False, "format_date": 1, "keep_up_to_date": False, "options": ""}),
        ("cancelHistoricalData", [5], Request.CANCEL_HISTORICAL_DATA, one),
        ("exerciseOptions", [5, OPTION, 1, 2, "DU9000001", 0, *exercise], Request.EXERCISE_OPTIONS,
         one | {key: value for key, value in OPTION_READ.items() if key != "primary_exchange"}
         | {"exercise_action": 1, "exercise_quantity": 2, "account": "DU9000001", "override": 0}),
        ("reqScannerSubscription", [5, SCAN, [], TAGS], Request.SCANNER_SUBSCRIPTION, one | SCAN_READ),
        ("cancelScannerSubscription", [5], Request.CANCEL_SCANNER_SUBSCRIPTION, one),
        ("reqScannerParameters", [], Request.SCANNER_PARAMETERS, {}),
        ("reqCurrentTime", [], Request.CURRENT_TIME, {}),
        ("reqCurrentTimeInMillis", [], Request.CURRENT_TIME_IN_MILLIS, {}),
        ("reqRealTimeBars", [5, OPTION, 5, "TRADES", True, TAGS], Request.REAL_TIME_BARS,
         one | OPTION_READ | {"bar_size": 5, "what": "TRADES", "rth": True, "options": "a=1;b=2;"}),
        ("cancelRealTimeBars", [5], Request.CANCEL_REAL_TIME_BARS, one),
        ("reqFundamentalData", [5, STOCK, "ReportSnapshot", []], Request.FUNDAMENTAL_DATA,
         one | {"symbol": "AAPL", "report_type": "ReportSnapshot", "number_of_options": 0, "options": ""}),
        ("cancelFundamentalData", [5], Request.CANCEL_FUNDAMENTAL_DATA, one),
        ("calculateImpliedVolatility", [5, OPTION, 7.5, 260.25, calc_tags], Request.CALC_IMPLIED_VOLATILITY,
         one | OPTION_READ | {"option_price": 7.5, "under_price": 260.25} | calc_read),
        ("calculateImpliedVolatility", [5, OPTION, 7.5, 260.25, []], Request.CALC_IMPLIED_VOLATILITY,
         {"number_of_options": no_count}),
        ("calculateOptionPrice", [5, OPTION, 0.3, 260.25, calc_tags], Request.CALC_OPTION_PRICE,
         one | {"volatility": 0.3, "under_price": 260.25} | calc_read),
        ("cancelCalculateImpliedVolatility", [5], Request.CANCEL_CALC_IMPLIED_VOLATILITY, one),
        ("cancelCalculateOptionPrice", [5], Request.CANCEL_CALC_OPTION_PRICE, one),
        ("reqMarketDataType", [3], Request.MARKET_DATA_TYPE, {"market_data_type": 3}),
        ("reqPositions", [], Request.POSITIONS, {}),
        ("cancelPositions", [], Request.CANCEL_POSITIONS, {}),
        ("reqAccountSummary", [5, "All", SUMMARY_TAGS], Request.ACCOUNT_SUMMARY,
         one | {"group": "All", "tags": SUMMARY_TAGS}),
        ("cancelAccountSummary", [5], Request.CANCEL_ACCOUNT_SUMMARY, one),
        ("queryDisplayGroups", [5], Request.QUERY_DISPLAY_GROUPS, one),
        ("subscribeToGroupEvents", [5, 4], Request.SUBSCRIBE_TO_GROUP_EVENTS, one | {"group_id": 4}),
        ("updateDisplayGroup", [5, "265598@SMART"], Request.UPDATE_DISPLAY_GROUP,
         one | {"contract_info": "265598@SMART"}),
        ("unsubscribeFromGroupEvents", [5], Request.UNSUBSCRIBE_FROM_GROUP_EVENTS, one),
        ("startApi", [], Request.START_API, {"client_id": 7, "optional_capabilities": ""}),
        ("reqPositionsMulti", [5, "DU9000001", "M"], Request.POSITIONS_MULTI,
         one | {"account": "DU9000001", "model_code": "M"}),
        ("cancelPositionsMulti", [5], Request.CANCEL_POSITIONS_MULTI, one),
        ("reqAccountUpdatesMulti", [5, "DU9000001", "M", True], Request.ACCOUNT_UPDATES_MULTI,
         one | {"account": "DU9000001", "model_code": "M", "ledger_and_nlv": True}),
        ("cancelAccountUpdatesMulti", [5], Request.CANCEL_ACCOUNT_UPDATES_MULTI, one),
        ("reqSecDefOptParams", [5, "AAPL", "", "STK", 265598], Request.SEC_DEF_OPT_PARAMS,
         one | {"under_symbol": "AAPL", "fut_fop_exchange": "", "under_sec_type": "STK", "under_con_id": 265598}),
        ("reqSoftDollarTiers", [5], Request.SOFT_DOLLAR_TIERS, one),
        ("reqFamilyCodes", [], Request.FAMILY_CODES, {}),
        ("reqMatchingSymbols", [5, "apple"], Request.MATCHING_SYMBOLS, one | {"pattern": "apple"}),
        ("reqMktDepthExchanges", [], Request.MKT_DEPTH_EXCHANGES, {}),
        ("reqSmartComponents", [5, "9c0001"], Request.SMART_COMPONENTS, one | {"bbo_exchange": "9c0001"}),
        ("reqNewsArticle", [5, "BRFG", "BRFG$1", TAGS], Request.NEWS_ARTICLE,
         one | {"provider": "BRFG", "article_id": "BRFG$1", "options": "a=1;b=2;"}),
        ("reqNewsProviders", [], Request.NEWS_PROVIDERS, {}),
        ("reqHistoricalNews", [5, 8314, "BZ+DJ", "20230101 00:00:00", "20230102 00:00:00", 10, []],
         Request.HISTORICAL_NEWS,
         one | {"con_id": 8314, "providers": "BZ+DJ", "start": "20230101 00:00:00", "total_results": 10}),
        ("reqHeadTimeStamp", [5, OPTION, "TRADES", 1, 2], Request.HEAD_TIMESTAMP,
         one | OPTION_READ | {"what": "TRADES", "rth": True, "format_date": 2}),
        ("cancelHeadTimeStamp", [5], Request.CANCEL_HEAD_TIMESTAMP, one),
        ("reqHistogramData", [5, OPTION, True, "3 days"], Request.HISTOGRAM_DATA,
         one | OPTION_READ | {"include_expired": True, "rth": True, "period": "3 days"}),
        ("cancelHistogramData", [5], Request.CANCEL_HISTOGRAM_DATA, one),
        ("reqMarketRule", [26], Request.MARKET_RULE, {"market_rule_id": 26}),
        ("reqPnL", [5, "DU9000001", ""], Request.PNL, one | {"account": "DU9000001", "model_code": ""}),
        ("cancelPnL", [5], Request.CANCEL_PNL, one),
        ("reqPnLSingle", [5, "DU9000001", "", 265598], Request.PNL_SINGLE,
         one | {"account": "DU9000001", "con_id": 265598}),
        ("cancelPnLSingle", [5], Request.CANCEL_PNL_SINGLE, one),
        ("reqHistoricalTicks", [5, OPTION, "20230101 00:00:00", "", 1000, "BID_ASK", 1, True, TAGS],
         Request.HISTORICAL_TICKS,
         one | OPTION_READ | {"start": "20230101 00:00:00", "end": "", "number_of_ticks": 1000, "what": "BID_ASK",
                              "rth": True, "ignore_size": True, "options": "a=1;b=2;"}),
        ("reqTickByTickData", [5, OPTION, "BidAsk", 100, True], Request.TICK_BY_TICK_DATA,
         one | OPTION_READ | {"tick_type": "BidAsk", "number_of_ticks": 100, "ignore_size": True}),
        ("cancelTickByTickData", [5], Request.CANCEL_TICK_BY_TICK_DATA, one),
        ("reqWshMetaData", [5], Request.WSH_META_DATA, one),
        ("cancelWshMetaData", [5], Request.CANCEL_WSH_META_DATA, one),
        ("reqWshEventData", [5, thing("WshEventData", conId=8314, filter="{}", fillPortfolio=True, totalLimit=9)],
         Request.WSH_EVENT_DATA, one | {"con_id": 8314}),
        ("cancelWshEventData", [5], Request.CANCEL_WSH_EVENT_DATA, one),
        ("reqUserInfo", [5], Request.USER_INFO, one),
    ]  # fmt: skip
    return cases
