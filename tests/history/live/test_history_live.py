"""Live bars over real sockets: against a TWS that says what the test wants, and against the simulator."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pandas as pd
import pytest
from times import times_of
from waiting import until_async

import ibnb
from ibnb.errors import BadInput, IBNBError, NotConnected, RequestError, RequestTimeout
from ibnb.history.live.stream import BarStream
from ibnb.history.planning.request import make_request
from ibnb.tws.client.backend import load
from ibnb.tws.subscriptions.stream import streams_of
from ibnb.wire.codec import Message, decode_request, encode_response
from ibnb.wire.framing import Deframer, frame
from ibnb.wire.ids import Request, Response

ZONE = "America/New_York"
START = 1_775_136_600
Bar = tuple[int, float]


class Tws:
    """A TWS that accepts a client, and for the rest does what a test says."""

    def __init__(self) -> None:
        self.asked: asyncio.Queue[Message] = asyncio.Queue()
        self.version = 176
        self._writer: asyncio.StreamWriter | None = None

    async def start(self) -> int:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        deframer, greeted = Deframer(), False
        while data := await reader.read(65536):
            if not greeted:
                data = data.removeprefix(b"API\0")
            for payload in deframer.feed(data):
                if not greeted:
                    greeted = True
                    writer.write(frame(b"176\x0020260402 09:30:00 US/Eastern\x00"))
                elif payload.startswith(b"71\0"):
                    self.send(Response.MANAGED_ACCTS, {"accounts": "DU9000001"})
                    self.send(Response.NEXT_VALID_ID, {"order_id": 1})
                else:
                    await self.asked.put(decode_request(self.version, payload))
        writer.close()

    def send(self, response: Response, values: dict[str, Any]) -> None:
        assert self._writer is not None
        self._writer.write(frame(encode_response(self.version, response, values)))

    def bars(self, req_id: int, bars: list[Bar]) -> None:
        rows = [
            {
                "date": str(start),
                "open": close,
                "high": close,
                "low": close,
                "close": close,
                "volume": 5,
                "wap": close,
                "count": 1,
            }
            for start, close in bars
        ]
        self.send(Response.HISTORICAL_DATA, {"request_id": req_id, "start": "", "end": "", "bars": rows})

    def update(self, req_id: int, bar: Bar) -> None:
        start, close = bar
        row = {"date": str(start), "open": close, "high": close, "low": close, "close": close, "wap": close}
        self.send(Response.HISTORICAL_DATA_UPDATE, {"request_id": req_id, "count": 1, "volume": 5, **row})

    def error(self, req_id: int, code: int, text: str) -> None:
        self.send(Response.ERROR, {"request_id": req_id, "code": code, "message": text})

    async def request(self, kind: Request) -> dict[str, Any]:
        """Return the next request of a kind."""
        async with asyncio.timeout(5):
            while (message := await self.asked.get()).id != kind:
                pass
        return message.values

    async def drop(self) -> None:
        assert self._writer is not None
        self._writer.close()
        await self._writer.wait_closed()

    async def stop(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._server.close()


def with_stream(test: Callable[[Tws, BarStream, Any], Awaitable[None]], limit: int = 1_000) -> None:
    """Run a test with a scripted TWS, a client that is connected to it, and a stream that is not open."""

    async def main() -> None:
        tws = Tws()
        port = await tws.start()
        ib: Any = load().new_ib()
        await ib.client.connectAsync("127.0.0.1", port, 1, 5)
        contract = load().module.Stock("AAPL", "SMART", "USD", conId=265598)
        stream = BarStream(ib, contract, make_request("1 D", "1 min"), ZONE, limit, timeout=5)
        try:
            async with asyncio.timeout(10):
                await test(tws, stream, ib)
        finally:
            stream.stop()
            ib.client.disconnect()
            await tws.stop()
            await asyncio.sleep(0.01)

    asyncio.run(main())


async def opened(tws: Tws, stream: BarStream, bars: list[Bar]) -> int:
    """Open a stream on these bars; return the request's id."""
    opening = asyncio.ensure_future(stream.open())
    asked = await tws.request(Request.HISTORICAL_DATA)
    assert asked["keep_up_to_date"] is True
    tws.bars(asked["request_id"], bars)
    await opening
    return int(asked["request_id"])


def closes(stream: BarStream) -> list[Bar]:
    return rows(stream.frame)


def rows(frame: pd.DataFrame) -> list[Bar]:
    seconds = times_of(frame).as_unit("s").asi8.tolist()
    return list(zip(seconds, frame["close"].tolist(), strict=True))


def test_updates_change_the_bar_under_way_and_begin_new_ones() -> None:
    async def test(tws: Tws, stream: BarStream, _ib: Any) -> None:
        seen: list[pd.DataFrame] = []
        req_id = await opened(tws, stream, [(START, 1.0), (START + 60, 2.0)])
        stream.on_update(lambda _stream, changed: seen.append(changed), every=0)
        before = stream.frame

        tws.update(req_id, (START + 60, 2.5))
        tws.update(req_id, (START + 60, 2.75))
        tws.update(req_id, (START + 120, 3.0))
        await stream.wait()

        assert closes(stream) == [(START, 1.0), (START + 60, 2.75), (START + 120, 3.0)]
        assert stream.final["close"].tolist() == [1.0, 2.75]
        assert before["close"].tolist() == [1.0, 2.0]
        assert await until_async(lambda: len(seen) > 0 and seen[-1]["close"].iloc[-1] == 3.0)
        assert {row for changed in seen for row in rows(changed)} <= {
            (START + 60, 2.5), (START + 60, 2.75), (START + 120, 3.0),
        }  # fmt: skip
        assert stream.state == stream.frame.attrs["live"] == "live"
        assert stream.frame.attrs["bar_size"] == "1 min"

    with_stream(test)


def test_for_one_release_callbacks_are_told_whether_a_bar_has_begun() -> None:
    async def test(tws: Tws, stream: BarStream, _ib: Any) -> None:
        alone: list[bool] = []
        both: list[tuple[bool, bool]] = []
        req_id = await opened(tws, stream, [(START, 1.0), (START + 60, 2.0)])
        with pytest.warns(DeprecationWarning, match=r"callback\(bars, changed\)") as warned:
            stream.on_update(lambda began: alone.append(began), every=0)
            stream.on_update(lambda bars, began: both.append((bars is stream, began)), every=0)
        assert {each.filename for each in warned} == {__file__}

        tws.update(req_id, (START + 60, 2.5))
        assert await until_async(lambda: both == [(True, False)])
        tws.update(req_id, (START + 120, 3.0))
        assert await until_async(lambda: both == [(True, False), (True, True)])
        assert alone == [False, True]

    with_stream(test)


def test_updates_that_come_with_the_history_are_not_lost() -> None:
    async def test(tws: Tws, stream: BarStream, _ib: Any) -> None:
        opening = asyncio.ensure_future(stream.open())
        req_id = (await tws.request(Request.HISTORICAL_DATA))["request_id"]
        tws.update(req_id, (START, 0.5))
        tws.bars(req_id, [(START, 1.0)])
        tws.update(req_id, (START, 1.5))
        tws.update(req_id, (START + 60, 2.0))
        await opening
        assert await until_async(lambda: len(stream) == 2)

        assert closes(stream) == [(START, 1.5), (START + 60, 2.0)]

    with_stream(test)


def test_a_history_without_bars_still_grows() -> None:
    async def test(tws: Tws, stream: BarStream, _ib: Any) -> None:
        req_id = await opened(tws, stream, [])
        assert stream.frame.empty
        assert str(times_of(stream.frame).tz) == ZONE

        tws.update(req_id, (START, 1.0))
        await stream.wait()

        assert closes(stream) == [(START, 1.0)]

    with_stream(test)


def test_only_so_many_bars_are_kept() -> None:
    async def test(tws: Tws, stream: BarStream, _ib: Any) -> None:
        req_id = await opened(tws, stream, [(START + 60 * n, float(n)) for n in range(15)])
        for n in range(15, 500):
            tws.update(req_id, (START + 60 * n, float(n)))
        await stream.wait(485)

        assert closes(stream) == [(START + 60 * n, float(n)) for n in range(490, 500)]

    with_stream(test, limit=10)


def test_a_correction_of_an_earlier_bar_is_put_in_its_place() -> None:
    async def test(tws: Tws, stream: BarStream, _ib: Any) -> None:
        req_id = await opened(tws, stream, [(START, 1.0), (START + 120, 3.0), (START + 180, 4.0)])

        tws.update(req_id, (START + 120, 3.5))
        tws.update(req_id, (START + 60, 2.0))
        tws.update(req_id, (START + 240, 5.0))
        await stream.wait()

        assert closes(stream) == [(START + 60 * n, each) for n, each in enumerate([1.0, 2.0, 3.5, 4.0, 5.0])]

    with_stream(test)


@pytest.mark.parametrize("code", [1101, 1102, 10182])
def test_after_a_loss_of_data_the_hole_is_filled_once(code: int) -> None:
    async def test(tws: Tws, stream: BarStream, _ib: Any) -> None:
        first = await opened(tws, stream, [(START, 1.0), (START + 60, 2.0), (START + 120, 3.0)])

        tws.error(first if code == 10182 else -1, code, "what TWS says")
        asked = await tws.request(Request.HISTORICAL_DATA)
        again = asked["request_id"]
        assert stream.state == "stale"
        tws.update(first, (START + 600, 99.0))  # an update of the request that was given up
        tws.bars(again, [(START + 60, 2.0), (START + 120, 3.5), (START + 180, 4.0), (START + 240, 5.0)])
        assert await until_async(lambda: stream.state == "live")
        tws.update(again, (START + 240, 5.5))
        tws.update(again, (START + 300, 6.0))
        await stream.wait()

        assert again != first
        assert closes(stream) == [(START + 60 * n, each) for n, each in enumerate([1.0, 2.0, 3.5, 4.0, 5.5, 6.0])]

    with_stream(test)


def test_an_update_that_comes_before_the_hole_is_filled_does_not_hide_it() -> None:
    async def test(tws: Tws, stream: BarStream, _ib: Any) -> None:
        now = int(pd.Timestamp.now("UTC").timestamp()) // 60 * 60
        first = await opened(tws, stream, [(now - 3_660, 1.0), (now - 3_600, 2.0)])

        tws.error(-1, 1100, "lost")
        tws.error(-1, 1102, "back")
        tws.update(first, (now - 60, 8.0))  # by the subscription that TWS has kept
        tws.update(first, (now, 9.0))
        asked = await tws.request(Request.HISTORICAL_DATA)

        assert int(asked["duration"].split()[0]) >= 3_600, "from before the loss on"

    with_stream(test)


def test_a_resumption_reaches_back_to_the_last_bar_that_is_over() -> None:
    async def test(tws: Tws, stream: BarStream, _ib: Any) -> None:
        now = int(pd.Timestamp.now("UTC").timestamp()) // 60 * 60
        await opened(tws, stream, [(now - 3_600, 1.0), (now - 1_800, 2.0), (now - 1_740, 3.0)])

        resuming = asyncio.ensure_future(stream.resume())
        asked = await tws.request(Request.HISTORICAL_DATA)
        seconds, unit = asked["duration"].split()
        assert unit == "S"
        assert 1_800 <= int(seconds) < 1_900
        tws.bars(asked["request_id"], [(now - 1_800, 2.0), (now - 1_740, 3.5), (now, 9.0)])
        await resuming

        assert [close for _, close in closes(stream)] == [1.0, 2.0, 3.5, 9.0]

    with_stream(test)


@pytest.mark.parametrize("behind", [600, 7_200])
def test_a_machine_whose_clock_is_behind_asks_again_until_the_hole_is_filled(behind: int) -> None:
    async def test(tws: Tws, stream: BarStream, _ib: Any) -> None:
        there = int(pd.Timestamp.now("UTC").timestamp()) // 60 * 60 + behind  # the time by TWS's clock
        first = await opened(tws, stream, [(there - 1_200, 1.0), (there - 1_140, 2.0)])
        full = [(each, float(each % 1_000)) for each in range(there - 1_200, there + 60, 60)]

        tws.error(first, 10182, "what TWS says")
        given_up, seconds = [], 0
        while seconds < 1_200:
            asked = await tws.request(Request.HISTORICAL_DATA)
            seconds = int(asked["duration"].split()[0])
            given_up.append(asked["request_id"])
            tws.bars(asked["request_id"], [bar for bar in full if bar[0] > there - seconds - 60])
        assert await until_async(lambda: stream.state == "live")

        assert 2 <= len(given_up) <= 4
        assert closes(stream) == full
        tws.update(given_up[0], (there + 60, 99.0))  # it is nobody's any more
        tws.update(given_up[-1], (there + 60, 5.0))
        await stream.wait()
        assert closes(stream) == [*full, (there + 60, 5.0)]

    with_stream(test)


def test_a_lost_connection_ends_the_waiting_and_a_new_one_may_be_resumed() -> None:
    async def test(tws: Tws, stream: BarStream, ib: Any) -> None:
        await opened(tws, stream, [(START, 1.0), (START + 60, 2.0)])
        waiting = asyncio.ensure_future(stream.wait())
        await asyncio.sleep(0)
        await tws.drop()
        with pytest.raises(NotConnected):
            await waiting
        assert stream.state == "lost"
        assert streams_of(ib) == [stream]

        await ib.client.connectAsync("127.0.0.1", ib.client.port, 1, 5)
        resuming = asyncio.ensure_future(stream.resume())
        req_id = (await tws.request(Request.HISTORICAL_DATA))["request_id"]
        tws.bars(req_id, [(START, 1.0), (START + 60, 2.5), (START + 120, 3.0)])
        await resuming
        tws.update(req_id, (START + 180, 4.0))
        await stream.wait()

        assert stream.state == "live"
        assert closes(stream) == [(START + 60 * n, each) for n, each in enumerate([1.0, 2.5, 3.0, 4.0])]

    with_stream(test)


def test_stopping_cancels_at_tws_and_leaves_the_frame() -> None:
    async def test(tws: Tws, stream: BarStream, ib: Any) -> None:
        req_id = await opened(tws, stream, [(START, 1.0)])
        waiting = asyncio.ensure_future(stream.wait())
        await asyncio.sleep(0)

        stream.stop()
        stream.stop()
        assert (await tws.request(Request.CANCEL_HISTORICAL_DATA))["request_id"] == req_id
        tws.update(req_id, (START + 60, 2.0))
        with pytest.raises(IBNBError, match="stopped"):
            await waiting
        await asyncio.sleep(0.02)

        assert closes(stream) == [(START, 1.0)]
        assert streams_of(ib) == []

    with_stream(test)


def test_a_refusal_is_raised_and_leaves_nothing_behind() -> None:
    async def test(tws: Tws, stream: BarStream, ib: Any) -> None:
        opening = asyncio.ensure_future(stream.open())
        req_id = (await tws.request(Request.HISTORICAL_DATA))["request_id"]
        tws.error(req_id, 162, "Historical Market Data Service error message:No market data permissions")
        with pytest.raises(RequestError, match="162"):
            await opening

        assert stream.state == "stopped"
        assert streams_of(ib) == []
        assert ib.wrapper._futures == {}

    with_stream(test)


def test_what_breaks_the_protocol_or_a_callback_does_not_end_the_updates(caplog: pytest.LogCaptureFixture) -> None:
    async def test(tws: Tws, stream: BarStream, _ib: Any) -> None:
        req_id = await opened(tws, stream, [(START, 1.0)])

        @stream.on_update
        def broken(_stream: BarStream, _changed: pd.DataFrame) -> None:
            raise RuntimeError("a callback of somebody")

        assert tws._writer is not None
        tws._writer.write(frame(b"90\x00%d\x001\x00yesterday\x001\x001\x001\x001\x001\x001\x00" % req_id))
        tws.update(req_id, (START + 60, 2.0))
        await stream.wait()

        assert closes(stream) == [(START, 1.0), (START + 60, 2.0)]

    with_stream(test)

    assert "yesterday" in caplog.text
    assert "a callback of somebody" in caplog.text


@pytest.mark.second
def test_live_bars_of_a_session_end_with_it() -> None:
    with ibnb.simulate() as sim, ibnb.connect(port=sim.port, timeout=20) as tws:
        with tws.live_bars("EUR.USD", duration="2 D", bar_size="5 mins", what="midpoint") as bars:
            history = tws.history("EUR.USD", duration="2 D", bar_size="5 mins", what="MIDPOINT", store=False)
            assert bars.state == "live"
            common = bars.final.index.intersection(history.index)
            assert len(common) > 200
            pd.testing.assert_frame_equal(bars.frame.loc[common], history.loc[common], check_freq=False)
            assert "● live" in repr(bars)
            assert ">● live, EUR.USD" in bars._repr_html_()
            assert '<th scope="row">' in bars._repr_html_()
            bars.resume()
            assert bars.frame.index.is_unique
            with pytest.raises(RequestTimeout):
                bars.wait(timeout=0.05)
        assert bars.state == "stopped"

        other = tws.live_bars("EUR.USD", duration="3600 S", what="MIDPOINT")
        count = len(other)
    assert other.state == "stopped"
    assert len(other.frame) == count
    other.stop()
    with pytest.raises(NotConnected):
        other.wait()


@pytest.mark.slow
def test_a_market_that_never_closes_begins_a_new_bar() -> None:
    with ibnb.simulate() as sim, ibnb.connect(port=sim.port, timeout=20) as tws:
        bitcoin = tws.backend.module.Crypto("BTC", "PAXOS", "USD")
        with tws.live_bars(bitcoin, "60 S", "5 secs", "AGGTRADES", rth=False) as bars:
            before = bars.frame
            seen: list[pd.DataFrame] = []
            bars.on_update(lambda _bars, changed: seen.append(changed), every=0)

            after = bars.wait(timeout=12)

            assert any(len(changed) and changed.index[-1] > before.index[-1] for changed in seen)
            assert after.index.is_monotonic_increasing
            assert after.index.is_unique
            assert after.index[-1] > before.index[-1]
            pd.testing.assert_frame_equal(after[: len(before) - 1], before[:-1])


@pytest.mark.parametrize(
    ("wishes", "named"),
    [
        ({"bar_size": "1 secs", "duration": "60 S"}, "bar_size"),
        ({"limit": 1}, "limit"),
        ({"what": "NEWS"}, "what"),
        ({"duration": "1"}, "duration"),
    ],
)
def test_wrong_wishes_are_refused_before_anything_is_sent(wishes: dict[str, Any], named: str) -> None:
    from ibnb.history.live.live_bars import live_bars

    no_client: Any = None
    with pytest.raises(BadInput) as caught:
        asyncio.run(live_bars(no_client, "AAPL", **wishes))

    assert caught.value.name == named
