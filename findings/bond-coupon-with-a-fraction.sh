#!/usr/bin/env bash
# A bond's details (message 18) with a coupon of 4.25 give no row at all, neither in ib_insync nor in ib_async: the
# default of ContractDetails.coupon is a whole number, so that the text "4.25" is read by int(), which fails, and the
# message is passed over with a line in the log. A coupon of 4 gives its row. The request itself ends well: an empty list.
# Seen with ib_insync 0.9.86 and ib_async 2.1.0 on Python 3.11.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

cat > "$work/bond.py" <<'PYTHON'
import asyncio
import importlib
import logging
import struct
import sys

asyncio.set_event_loop(asyncio.new_event_loop())
client = importlib.import_module(sys.argv[1])
logging.disable(logging.CRITICAL)


def packed(*fields):
    body = b"".join(str(field).encode() + b"\0" for field in fields)
    return struct.pack(">I", len(body)) + body


def bond(request, coupon):
    return packed(
        18, request, "US-T", "BOND", "912828U24", coupon, "20361115", "20161115", "", "FIXED", "FIXED", 0, 0, 0, "",
        "SMART", "USD", "US-T", "US-T", 260000001, 0.01, "LMT", "SMART", "", "", 0, "", "US TREASURY", "", 0, 0,
        "", "", 1, 1, 1,
    )


async def serve(reader, writer):
    await reader.readexactly(4)
    try:
        while True:
            size = struct.unpack(">I", await reader.readexactly(4))[0]
            fields = (await reader.readexactly(size)).decode().split("\0")
            if fields[0].startswith("v"):
                writer.write(packed(176, "20261127 12:00:00 Greenwich Mean Time"))
            elif fields[0] == "71":
                writer.write(packed(15, 1, "DU9000001") + packed(9, 1, 1))
            elif fields[0] == "9":  # the symbol asked for is the coupon to answer with
                writer.write(bond(fields[2], fields[4]) + packed(52, 1, fields[2]))
    except asyncio.IncompleteReadError:
        pass


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    ib = client.IB()
    await ib.client.connectAsync("127.0.0.1", server.sockets[0].getsockname()[1], 1, 5)
    seen = []
    for coupon in ("4", "4.25"):
        asked = client.Contract(secType="BOND", symbol=coupon, exchange="SMART")
        seen.append(len(await ib.reqContractDetailsAsync(asked)))
    ib.client.disconnect()
    server.close()
    print(f"{sys.argv[1]} {client.__version__}: rows for a coupon of 4 and of 4.25: {seen}")
    return seen


sys.exit(0 if client.util.run(main()) == [1, 0] else "it behaves otherwise now")
PYTHON

for package in ib_insync==0.9.86 ib_async==2.1.0; do
    python3 -m venv "$work/${package%%=*}"
    "$work/${package%%=*}/bin/pip" install --quiet --disable-pip-version-check "$package" 2>/dev/null
    "$work/${package%%=*}/bin/python" "$work/bond.py" "${package%%=*}"
done
