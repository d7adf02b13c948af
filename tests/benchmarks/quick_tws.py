"""A session with a simulated TWS that is quick with whatever history it was asked for before.

What a TWS takes to find its bars is no client's merit: between clients and the simulator stands a program that gives
an answer it has seen before at once.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import ibnb

#: Forwards everything, and answers a request for history (20) that is like an earlier one with the same bars.
QUICK = """
import asyncio, sys

kept = {}

async def frames(reader):
    while True:
        head = await reader.readexactly(4)
        yield head, await reader.readexactly(int.from_bytes(head, "big"))

async def serve(reader, writer):
    upstream, to_upstream = await asyncio.open_connection("127.0.0.1", int(sys.argv[1]))
    asked = {}
    to_upstream.write(await reader.readexactly(4))

    async def down():
        async for head, payload in frames(upstream):
            kind, _, rest = payload.partition(b"\\0")
            if kind in (b"17", b"106"):
                id, _, rest = rest.partition(b"\\0")
                kept[asked.pop(id)] = kind, rest
            writer.write(head + payload)

    task = asyncio.ensure_future(down())
    try:
        async for head, payload in frames(reader):
            if payload.startswith(b"20\\0"):
                _, id, like = payload.split(b"\\0", 2)
                if like in kept:
                    kind, rest = kept[like]
                    head = kind + b"\\0" + id + b"\\0"
                    writer.write((len(head) + len(rest)).to_bytes(4, "big") + head + rest)
                    continue
                asked[id] = like
            to_upstream.write(head + payload)
    except asyncio.IncompleteReadError:
        pass
    finally:
        task.cancel()
        to_upstream.close()
        writer.close()

async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=2**24)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()

asyncio.run(main())
"""


@contextmanager
def quick_tws() -> Iterator[ibnb.Session]:
    """Return the session."""
    with ibnb.simulate() as sim:
        quick = subprocess.Popen([sys.executable, "-c", QUICK, str(sim.port)], stdout=subprocess.PIPE, text=True)
        try:
            assert quick.stdout is not None
            with ibnb.connect(port=int(quick.stdout.readline()), timeout=20) as session:
                yield session
        finally:
            quick.kill()
            quick.communicate()
