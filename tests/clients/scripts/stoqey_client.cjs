// What @stoqey/ib gets from a TWS, as JSON. Run with node where the package can be resolved: HOST PORT PACKAGE_FOLDER.
const [host, port, folder] = process.argv.slice(2);
const { IBApi, EventName, Instrument, LocationCode, OrderAction, OrderType, ScanCode, SecType, TickByTickDataType, WhatToShow } = require(
  require.resolve("@stoqey/ib", { paths: [folder] }),
);

const ib = new IBApi({ host, port: Number(port), clientId: 31 });
const counts = {};
const firsts = {};
const errors = [];
const notices = new Set([2104, 2106, 2158, 202]);

for (const name of Object.values(EventName)) {
  ib.on(name, (...args) => {
    counts[name] = (counts[name] ?? 0) + 1;
    firsts[name] ??= args;
  });
}
ib.on(EventName.error, (error, code, id) => {
  if (!notices.has(code)) errors.push([id, code, error.message]);
});

function came(name, seconds = 15) {
  const ends = Date.now() + seconds * 1000;
  return new Promise((resolve, reject) => {
    const look = () => {
      if (counts[name]) resolve(firsts[name]);
      else if (Date.now() > ends) reject(new Error(`no ${name} in ${seconds} s`));
      else setTimeout(look, 20);
    };
    look();
  });
}

async function main() {
  ib.connect();
  const [nextId] = await came("nextValidId");
  const [accounts] = await came("managedAccounts");
  const account = accounts.split(",")[0];
  const stock = { symbol: "AAPL", secType: SecType.STK, exchange: "SMART", currency: "USD" };
  const known = { ...stock, conId: 265598 };

  ib.reqCurrentTime();
  ib.reqAccountSummary(1, "All", "NetLiquidation,TotalCashValue");
  ib.reqAccountUpdates(true, account);
  ib.reqAccountUpdatesMulti(2, account, "", false);
  ib.reqPositions();
  ib.reqPositionsMulti(3, account, "");
  ib.reqPnL(4, account);
  ib.reqPnLSingle(5, account, "", 265598);
  ib.reqAllOpenOrders();
  ib.reqCompletedOrders(false);
  ib.reqExecutions(6, {});
  await came("accountDownloadEnd");
  await came("execDetailsEnd");
  await came("completedOrdersEnd");
  ib.reqContractDetails(7, stock);
  ib.reqMatchingSymbols(8, "apple");
  ib.reqSecDefOptParams(9, "AAPL", "", SecType.STK, 265598);
  ib.reqMarketRule(26);
  ib.reqHistoricalData(10, stock, "", "5 D", "1 hour", WhatToShow.TRADES, 1, 2, false);
  ib.reqHeadTimestamp(11, stock, WhatToShow.TRADES, true, 2);
  ib.reqHistogramData(12, stock, true, 3, "DAY");
  await came("contractDetailsEnd");
  await came("histogramData");
  ib.reqMktData(13, stock, "233", false, false);
  ib.reqMktData(14, stock, "", true, false);
  ib.reqMktDepth(15, stock, 5, true);
  ib.reqMktDepthExchanges();
  ib.reqRealTimeBars(16, stock, 5, WhatToShow.TRADES, false);
  ib.reqTickByTickData(17, stock, TickByTickDataType.BidAsk, 0, false);
  ib.reqHistoricalTicks(18, stock, "20261120-16:00:00", "", 100, WhatToShow.TRADES, 1, true);
  ib.reqNewsProviders();
  ib.reqScannerParameters();
  ib.reqScannerSubscription(19, {
    numberOfRows: 10, instrument: Instrument.STK, locationCode: LocationCode.STK_US_MAJOR, scanCode: ScanCode.TOP_PERC_GAIN,
  });
  ib.reqUserInfo(20);
  ib.reqFamilyCodes();
  const order = {
    action: OrderAction.BUY, totalQuantity: 3, orderType: OrderType.LMT, lmtPrice: 10, tif: "DAY", account, transmit: true,
  };
  ib.placeOrder(nextId, known, order);
  await came("orderStatus");
  ib.cancelOrder(nextId);
  ib.placeOrder(nextId + 1, known, { ...order, orderType: OrderType.MKT, lmtPrice: undefined });
  for (const name of [
    "currentTime", "accountSummaryEnd", "accountUpdateMultiEnd", "positionEnd", "positionMultiEnd", "pnl", "pnlSingle",
    "openOrderEnd", "symbolSamples", "securityDefinitionOptionParameterEnd", "marketRule", "historicalData",
    "headTimestamp", "tickPrice", "tickSnapshotEnd", "updateMktDepthL2", "mktDepthExchanges", "realtimeBar",
    "tickByTickBidAsk", "historicalTicksLast", "newsProviders", "scannerParameters", "scannerDataEnd", "familyCodes",
    "execDetails", "commissionReport",
  ]) {
    await came(name);
  }
  const version = ib.serverVersion;
  ib.disconnect();
  return { version, account, counts, errors, details: firsts.contractDetails[1].contract, status: firsts.openOrder[3] };
}

main().then(
  (result) => {
    console.log(JSON.stringify(result));
    process.exit(0);
  },
  (error) => {
    console.error(error.message, JSON.stringify({ counts, errors }));
    process.exit(1);
  },
);
