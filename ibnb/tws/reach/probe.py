"""A raw look at one endpoint: does a TWS answer there, and if not, what happens instead.

The probe opens a socket, sends the greeting and the range of versions, reads one frame and closes. It never
starts the API, so it takes no client id. Everything has one deadline, and nothing larger than a handshake is
ever stored.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
import ssl
import time

from ibnb.tws.reach.endpoints import Endpoint
from ibnb.tws.reach.greeting import Greeting, ProbeResult, os_error
from ibnb.tws.reach.lookup import Address, UnknownHostError, look_up
from ibnb.tws.reach.protocols import name_protocol

#: What a connection is told that ended as soon as it was made.
_RESET = (ConnectionResetError, ConnectionAbortedError, BrokenPipeError)


async def probe(endpoint: Endpoint, timeout: float = 4.0) -> ProbeResult:
    """Look at one endpoint.

    Parameters
    ----------
    endpoint : Endpoint
        Where to look.
    timeout : float
        Seconds for all of it, name lookup included.

    Returns
    -------
    ProbeResult
        Never raises for what the network does.
    """
    started = time.monotonic()
    try:
        async with asyncio.timeout(timeout):
            addresses = await look_up(endpoint.host, endpoint.port)
    except UnknownHostError as error:
        return ProbeResult(
            endpoint, "host-unresolved", time.monotonic() - started, evidence=str(error), errno=error.errno
        )
    except TimeoutError:
        seconds = time.monotonic() - started
        return ProbeResult(
            endpoint, "host-unresolved", seconds, evidence=f"the name lookup gave nothing in {seconds:.1f} s"
        )
    result = None
    for address in addresses:
        left = timeout - (time.monotonic() - started)
        result = await _probe_address(endpoint, address, started, max(left, 0.05))
        if result.cause not in ("port-refused", "host-unreachable"):
            break
    assert result is not None, "a lookup gives at least one address"
    if result.cause in ("handshake-closed", "handshake-reset") and not result.received:
        result = await _knock_with_tls(result, address, started)
    return result


async def _probe_address(endpoint: Endpoint, address: Address, started: float, left: float) -> ProbeResult:
    """Probe one of the host's addresses within `left` seconds."""
    exchange = Greeting(endpoint, address, started)
    with socket.socket(address.family, socket.SOCK_STREAM) as sock:
        sock.setblocking(False)
        try:
            async with asyncio.timeout(left):
                await asyncio.get_running_loop().sock_connect(sock, address.sockaddr)
        except TimeoutError:
            return exchange.result("host-unreachable", f"no answer to the connection in {left:.1f} s")
        except _RESET as error:  # it has accepted already: whoever that is may be faster than we hear of it
            return exchange.broken(error)
        except OSError as error:
            cause = "port-refused" if error.errno == errno.ECONNREFUSED else "host-unreachable"
            return exchange.result(cause, f"connecting to {address}: {os_error(error)}", errno=error.errno)
        try:
            async with asyncio.timeout(left):
                return await exchange.talk(sock, left)
        except TimeoutError:
            return exchange.silent()
        except OSError as error:
            return exchange.broken(error)


async def _knock_with_tls(result: ProbeResult, address: Address, started: float) -> ProbeResult:
    """Look whether the program that hung up speaks TLS: some say nothing at all to what is not."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    outgoing = ssl.MemoryBIO()
    half = tls.wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname="tws")
    with contextlib.suppress(ssl.SSLWantReadError):
        half.do_handshake()
    loop = asyncio.get_running_loop()
    first = b""
    with socket.socket(address.family, socket.SOCK_STREAM) as sock:
        sock.setblocking(False)
        try:
            async with asyncio.timeout(0.3):
                await loop.sock_connect(sock, address.sockaddr)
                await loop.sock_sendall(sock, outgoing.read())
                first = await loop.sock_recv(sock, 64)
        except (OSError, TimeoutError):
            return result
    if name_protocol(first) != "TLS":
        return result
    return ProbeResult(
        result.endpoint,
        "not-tws",
        time.monotonic() - started,
        result.address,
        evidence=f"hangs up on a TWS greeting, and answers a TLS one with {first[:8]!r}",
        received=first,
        protocol="TLS",
    )
