"""The notices of a lost connection: what stands at the end counts, and a changed port is named."""

from __future__ import annotations

import asyncio
import gc
from types import SimpleNamespace

import pytest
from eventkit import Event

from ibnb.tws.client.tap import Tap
from ibnb.tws.reach.endpoints import Endpoint
from ibnb.tws.start.uplink import Uplink, uplink_finding

ENDPOINT = Endpoint("127.0.0.1", 7497)


def after(*notices: tuple[int, str]):
    connection = SimpleNamespace(hasData=Event(), disconnected=Event())
    ib = SimpleNamespace(client=SimpleNamespace(conn=connection), errorEvent=Event())
    tap = Tap(ib)
    for code, text in notices:
        ib.errorEvent.emit(-1, code, text, None)
    return uplink_finding(tap, ENDPOINT, "seen besides")


@pytest.mark.parametrize("code", [1100, 2110])
def test_lost_servers_are_told_with_the_notice(code):
    finding = after((code, "lost"))

    assert finding.cause == "no-uplink" and finding.evidence == f"error {code}: lost; seen besides"
    assert "127.0.0.1:7497" in finding.summary and "nightly reset" in finding.fix[0]


@pytest.mark.parametrize("back", [1101, 1102])
def test_servers_that_are_back_are_no_finding(back):
    assert after((1100, "lost"), (1100, "lost"), (back, "restored")) is None
    assert after((1100, "lost"), (back, "restored"), (1100, "lost")) is not None
    assert after() is None and after((2104, "farm")) is None


@pytest.mark.parametrize(
    ("text", "port"),
    [("Please reconnect on the new port - 4002", "4002"), ("Neuer Port: 7496.", "7496"), ("The port was reset", None)],
)
def test_a_changed_port_is_named_where_the_text_does(text, port):
    finding = after((1300, text))

    assert finding.cause == "no-uplink" and "socket port" in finding.summary
    assert (f"port={port}" in " ".join(finding.fix)) is (port is not None)
    assert "nightly" not in " ".join(finding.fix) and finding.fix


def test_a_failure_that_nobody_waits_for_any_more_is_not_reported_as_unheard():
    unheard: list[dict[str, object]] = []
    asked = asyncio.Event()

    async def ask() -> None:
        asked.set()
        try:
            await asyncio.sleep(60)
        finally:
            raise ConnectionError("Not connected")

    async def main() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: unheard.append(context))
        ib = SimpleNamespace(errorEvent=Event(), disconnectedEvent=Event())
        waiting = asyncio.ensure_future(Uplink(ib).through(ask()))
        await asked.wait()
        waiting.cancel()
        await asyncio.wait({waiting})
        del waiting
        gc.collect()

    asyncio.run(main())

    assert unheard == []
