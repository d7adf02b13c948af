#!/usr/bin/env bash
# A change of an order that TWS refuses by an error under the order's id, such as 161, 163 or 103, leaves that order as it
# was, and TWS sends no status, as nothing has changed. Both clients take such an error for the order's end: the trade
# says Cancelled and counts as done, cancelledEvent fires, and openTrades() has no such order any more, while it works at
# the exchange and can be filled.
# What they take for remarks (399, 2102) leaves the trade in ib_insync; in ib_async it stays open, and its status is
# "ValidationError", which is none of TWS's. Seen with ib_insync 0.9.86 and ib_async 2.1.0 on Python 3.11.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

cat > "$work/changes.py" <<'PYTHON'
import asyncio
import importlib
import logging
import struct
import sys

asyncio.set_event_loop(asyncio.new_event_loop())
client = importlib.import_module(sys.argv[1])
logging.disable(logging.CRITICAL)

CODES = {103: "Duplicate order id", 161: "Cancel attempted when order is not in a cancellable state.",
         163: "The price does not conform to the percentage of the precautions.",
         399: "Order message: Warning.", 2102: "Unable to modify this order as it is still being processed."}
CODE = 0


def packed(*fields):
    body = b"".join(str(field).encode() + b"\0" for field in fields)
    return struct.pack(">I", len(body)) + body


async def serve(reader, writer):
    placed = set()
    await reader.readexactly(4)
    try:
        while True:
            size = struct.unpack(">I", await reader.readexactly(4))[0]
            fields = (await reader.readexactly(size)).decode().split("\0")
            if fields[0].startswith("v"):
                writer.write(packed(176, "20261127 12:00:00 Greenwich Mean Time"))
            elif fields[0] == "71":
                writer.write(packed(15, 1, "DU9000001") + packed(9, 1, 1))
            elif fields[0] == "3" and fields[1] not in placed:
                placed.add(fields[1])
                writer.write(packed(3, fields[1], "Submitted", 0, 10, 0, 77, 0, 0, 1, "", 0))
            elif fields[0] == "3":
                writer.write(packed(4, 2, fields[1], CODE, CODES[CODE], ""))
    except asyncio.IncompleteReadError:
        pass


async def state_after(code):
    global CODE
    CODE = code
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    ib = client.IB()
    ib.wrapper.clientId = 1
    await ib.client.connectAsync("127.0.0.1", server.sockets[0].getsockname()[1], 1, 5)
    contract, order = client.Stock("AAPL", "SMART", "USD", conId=265598), client.LimitOrder("BUY", 10, 100)
    trade = ib.placeOrder(contract, order)
    async with asyncio.timeout(10):
        while trade.orderStatus.status != "Submitted":
            await asyncio.sleep(0.01)
    told = asyncio.Event()
    ib.errorEvent += lambda *_: told.set()
    order.lmtPrice = 101
    ib.placeOrder(contract, order)
    await asyncio.wait_for(told.wait(), 5)
    await asyncio.sleep(0.1)
    found = trade.orderStatus.status, len(ib.openTrades())
    ib.client.disconnect()
    server.close()
    return found


async def main():
    seen = {code: await state_after(code) for code in CODES}
    print(f"{sys.argv[1]} {client.__version__}: after a refused change, by code (status, open trades): {seen}")
    return seen


ENDED = ("Cancelled", 0)
REMARKED = ("Submitted" if client.__name__ == "ib_insync" else "ValidationError", 1)
wanted = {103: ENDED, 161: ENDED, 163: ENDED, 399: REMARKED, 2102: REMARKED}
sys.exit(0 if client.util.run(main()) == wanted else "it behaves otherwise now")
PYTHON

for package in ib_insync==0.9.86 ib_async==2.1.0; do
    python3 -m venv "$work/${package%%=*}"
    "$work/${package%%=*}/bin/pip" install --quiet --disable-pip-version-check "$package" 2>/dev/null
    "$work/${package%%=*}/bin/python" "$work/changes.py" "${package%%=*}"
done
