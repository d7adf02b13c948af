"""The limits of small bars: never broken, as the simulator's own count judges, and never waited for in vain."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import random
import stat
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from history.history_sessions import FAR, ZONE, sessions_of
from hypothesis import given
from hypothesis import strategies as st

from ibnb.history.pacing.ledger import SharedLedger, state_folder
from ibnb.history.pacing.limits import Demand, Ledger, demand
from ibnb.history.pacing.pace import Pace, pace_of
from ibnb.history.planning.plan import Piece, Session, plan
from ibnb.history.planning.sizes import DAY
from ibnb.simulator.server.pacing import HistoryPacing


class Clock:
    """A clock that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)


def values_of(piece: Piece, bar_size: str, what: str = "TRADES") -> dict[str, Any]:
    return {"con_id": 1, "what": what, "bar_size": bar_size, "duration": str(piece.duration), "end": piece.end}


def demand_of(piece: Piece, bar_size: str, what: str = "TRADES") -> Demand:
    return demand(1, "SMART", what, piece.end, str(piece.duration), bar_size, True)


def judged(
    pieces: list[Piece], bar_size: str, what: str, path: Path, latency: Callable[[], float] = lambda: 0.0
) -> tuple[float, list[str]]:
    """Send the requests of a plan to the simulator's count; return how long it took, and what was refused."""
    clock = Clock()
    began = clock.now
    judge = HistoryPacing(clock)
    pace = Pace(SharedLedger("here", path), clock, clock.sleep)
    refused: list[str] = []

    async def run() -> None:
        for piece in pieces:
            async with pace.slot(demand_of(piece, bar_size, what)):
                clock.now += latency() / 2
                refusal = judge.refuse(values_of(piece, bar_size, what), 0)
                if refusal:
                    refused.append(refusal.text)
                clock.now += latency() / 2

    asyncio.run(run())
    return clock.now - began, refused


def least_seconds(requests: int, cost: int) -> float:
    """Return the shortest time in which so many requests for one contract may be sent, by the rules as IB words them.

    No more than 60 in ten minutes, fewer than six within two seconds, and each counts `cost` times. Sent as early as
    the ones before allow: no other order is quicker.
    """
    sent: list[float] = []
    for number in range(requests):
        moment = sent[-1] if sent else 0.0
        for most, window in ((60, 600.0), (5, 2.0)):
            together = most // cost
            if number >= together:
                moment = max(moment, sent[number - together] + window)
        sent.append(moment)
    return sent[-1]


def least_requests(sessions: list[Session], seconds: int) -> int:
    """Return the fewest requests of so many seconds that hold all open time."""
    return -(-sum(session.end - session.start for session in sessions) // seconds)


#: A day in regular hours, a day of 24 hours, a month; and six months, which is all that IB keeps of such bars.
RANGES = [(1, 34_200, 57_600), (1, 0, DAY), (30, 34_200, 57_600)]
SIX_MONTHS = pytest.param((183, 34_200, 57_600), marks=pytest.mark.slow)


@pytest.mark.parametrize("hours", [*RANGES, SIX_MONTHS], ids=["a day", "24 hours", "a month", "six months"])
@pytest.mark.parametrize(("what", "cost"), [("TRADES", 1), ("BID_ASK", 2)])
def test_five_second_bars_draw_no_violation_and_take_the_least_time_that_the_rules_allow(
    tmp_path: Path, hours: tuple[int, int, int], what: str, cost: int
) -> None:
    sessions = sessions_of(*hours)
    pieces = plan([(sessions[0].start, sessions[-1].end)], "5 secs", sessions, ZONE, FAR)

    seconds, refused = judged(pieces, "5 secs", what, tmp_path / "pacing.json")

    assert refused == []
    least = least_requests(sessions, 3_600)
    assert len(pieces) == least
    assert least_seconds(least, cost) <= seconds <= 1.05 * least_seconds(least, cost)


def test_a_year_of_minutes_draws_no_violation_and_waits_for_nothing() -> None:
    sessions = sessions_of(365)
    judge = HistoryPacing(Clock())

    pieces = plan([(sessions[0].start, sessions[-1].end)], "1 min", sessions, ZONE, FAR)

    assert [judge.refuse(values_of(piece, "1 min"), 0) for piece in pieces] == [None] * least_requests(sessions, DAY)


def test_no_more_than_fifty_requests_are_open_at_once() -> None:
    ledger = Ledger()
    for number in range(50):
        ledger.take(demand(number, "SMART", "TRADES"), 0.0)

    assert 0 < ledger.delay(demand(99, "SMART", "TRADES"), 1.0) < 1
    ledger.answered(demand(7, "SMART", "TRADES"), 1.5)
    assert ledger.delay(demand(99, "SMART", "TRADES"), 2.0) == 0


@given(st.integers(0, 2**16), st.floats(0.0, 4.0))
def test_no_violation_however_late_answers_come(seed: int, slowest: float) -> None:
    chance = random.Random(seed)
    sessions = sessions_of(15)
    pieces = plan([(sessions[0].start, sessions[-1].end)], "5 secs", sessions, ZONE, FAR)[:70]
    ledger, clock = Ledger(), Clock()
    judge = HistoryPacing(clock)
    for piece in pieces:
        wanted = demand_of(piece, "5 secs")
        while (left := ledger.delay(wanted, clock.now)) > 0:
            clock.now += left
        ledger.take(wanted, clock.now)
        clock.now += chance.uniform(0, slowest)
        assert judge.refuse(values_of(piece, "5 secs"), 0) is None
        clock.now += chance.uniform(0, slowest)
        ledger.answered(wanted, clock.now)


demands = st.builds(Demand, st.sampled_from("ab"), st.sampled_from("uvwxyz"), st.sampled_from([1, 2]))


@given(st.lists(st.tuples(demands, st.floats(0, 40)), max_size=90))
def test_every_window_holds_and_no_wait_is_longer_than_its_reason(wishes: list[tuple[Demand, float]]) -> None:
    ledger, now = Ledger(), 1_000.0
    sent: list[tuple[float, Demand]] = []
    for wanted, pause in wishes:
        now += pause
        delay = ledger.delay(wanted, now)
        assert delay >= 0
        if delay:  # a moment earlier it would have broken a rule, margins included
            assert breaks([*sent, (now + delay - 0.01, wanted)])
        now += delay
        ledger.take(wanted, now)
        ledger.answered(wanted, now)
        sent.append((now, wanted))

    assert not breaks(sent, 600, 2, 15)


def breaks(sent: list[tuple[float, Demand]], window: float = 601, burst: float = 2.05, same: float = 15.5) -> bool:
    """Return whether the last of some requests breaks a rule."""
    for number, (moment, wanted) in enumerate(sent):
        before = sent[: number + 1]
        alike = [each for each in before if each[1].alike == wanted.alike]
        if sum(each.cost for at, each in before if moment - at < window) > 60:
            return True
        if sum(each.cost for at, each in alike if moment - at < burst) > 5:
            return True
        if any(each.same == wanted.same and moment - at < same for at, each in before[:-1]):
            return True
    return False


def test_the_time_that_is_left_is_what_it_takes() -> None:
    ledger = Ledger()
    wanted = [demand(1, "SMART", "TRADES", number) for number in range(130)]

    assert ledger.seconds_for(wanted[:5], 0.0) == 0
    assert ledger.seconds_for(wanted[:6], 0.0) == pytest.approx(2.05)
    assert 1_200 < ledger.seconds_for(wanted, 0.0) < 1_230


def test_the_time_that_is_left_begins_now_and_counts_what_was_sent_and_refused_before() -> None:
    now = 1_000_000.0
    ledger = Ledger()
    wanted = [demand(1, "SMART", "TRADES", number) for number in range(7)]
    for each in wanted[:5]:
        ledger.take(each, now - 1.0)
        ledger.answered(each, now - 1.0)

    assert ledger.seconds_for(wanted[5:], now) == pytest.approx(1.05)
    assert ledger.seconds_for([], now) == 0
    ledger.violated(now)
    assert ledger.seconds_for(wanted[5:], now) == pytest.approx(10)
    assert len(ledger.entries) == 5, "nothing is counted of what is only looked at"


@given(
    st.lists(st.tuples(demands, st.floats(0, 2), st.booleans()), max_size=70), st.lists(demands, max_size=70),
    st.booleans(),
)  # fmt: skip
def test_the_time_that_is_left_is_what_it_takes_to_wait_for_each(
    before: list[tuple[Demand, float, bool]], wanted: list[Demand], held: bool
) -> None:
    ledger, now = Ledger(), 1_000_000.0
    for each, pause, answered in before:
        now += pause
        ledger.take(each, now)
        if answered:
            ledger.answered(each, now)
    if held:
        ledger.violated(now)
    told, kept = ledger.seconds_for(wanted, now), (list(ledger.entries), ledger.hold)
    assert (ledger.entries, ledger.hold) == kept

    moment = now
    for each in wanted:
        moment += ledger.delay(each, moment)
        ledger.take(each, moment)
        ledger.answered(each, moment)

    assert told == pytest.approx(moment - now)


def test_after_violations_it_waits_longer_each_time_and_recovers() -> None:
    ledger = Ledger()
    wanted = demand(1, "SMART", "TRADES")

    waits, now = [], 0.0
    for _ in range(7):
        ledger.violated(now)
        ledger.violated(now + 1)  # open at the same time: it counts as one
        waits.append(ledger.delay(wanted, now))
        now += waits[-1]
    assert waits == [10, 20, 40, 80, 160, 300, 300]
    ledger.served()
    ledger.violated(now)

    assert ledger.delay(wanted, now) == 10


def test_a_session_that_died_with_a_request_open_does_not_block_others() -> None:
    ledger = Ledger()
    open_one = demand(1, "SMART", "TRADES", 1)
    for number in range(5):
        ledger.take(demand(1, "SMART", "TRADES", number), 0.0)

    assert ledger.delay(open_one._replace(same="other"), 60.0) == pytest.approx(2.05)
    assert ledger.delay(open_one._replace(same="other"), 95.0) == 0


def spent(ledger: SharedLedger, number: int) -> float:
    """Return how long one of many requests has to wait, each of which is answered at once."""
    wanted = demand(number, "SMART", "TRADES")
    wait = ledger.reserve(wanted, 1_000.0)
    ledger.answered(wanted, 1_000.0)
    return wait


def _spend(path: str, start: int, count: int, results: Any) -> None:
    ledger = SharedLedger("tws:7497", Path(path))
    sent = 0
    for number in range(start, start + count):
        sent += spent(ledger, number) == 0
    results.put(sent)


@pytest.mark.second
def test_two_processes_share_one_count(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    processes = [
        context.Process(target=_spend, args=(str(tmp_path / "pacing.json"), start, 50, results)) for start in (0, 100)
    ]
    for process in processes:
        process.start()
    sent = [results.get(timeout=30) for _ in processes]
    for process in processes:
        process.join()

    assert sum(sent) == 60


def test_each_tws_has_limits_of_its_own_and_what_is_stale_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "pacing.json"
    one, other = SharedLedger("tws:7497", path), SharedLedger("tws:4001", path)
    for number in range(60):
        assert spent(one, number) == 0

    assert one.reserve(demand(99, "SMART", "TRADES"), 1_000.0) == pytest.approx(601)
    assert other.reserve(demand(99, "SMART", "TRADES"), 1_000.0) == 0
    assert other.reserve(demand(98, "SMART", "TRADES"), 2_000.0) == 0
    assert list(json.loads(path.read_text())) == ["tws:4001"]


def test_one_tws_is_counted_once_by_whatever_name_it_was_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IBNB_STATE", str(tmp_path))

    async def ask(host: str) -> None:
        ib = SimpleNamespace(client=SimpleNamespace(host=host, port=7497))
        async with pace_of(ib).slot(demand(1, "SMART", "TRADES", host)):
            pass

    for host in ("127.0.0.1", "localhost", "::1", "10.0.0.7"):
        asyncio.run(ask(host))

    counted = json.loads((tmp_path / "pacing.json").read_text())
    assert {endpoint: len(kept["entries"]) for endpoint, kept in counted.items()} == {
        "127.0.0.1:7497": 3,
        "10.0.0.7:7497": 1,
    }


def test_a_broken_file_is_an_empty_one(tmp_path: Path) -> None:
    path = tmp_path / "pacing.json"
    for text in ("{", "[]", '{"tws:7497": {"entries": [[1]]}}', '{"tws:7497": 3}'):
        path.write_text(text)
        assert SharedLedger("tws:7497", path).reserve(demand(1, "SMART", "TRADES"), 1_000.0) == 0


def test_where_nothing_can_be_written_this_sessions_requests_are_counted(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    blocked.chmod(stat.S_IRUSR)
    ledger = SharedLedger("tws:7497", blocked / "state" / "pacing.json")

    waits = [spent(ledger, number) for number in range(61)]

    assert waits[:60] == [0] * 60
    assert waits[60] > 0


def test_the_state_folder_follows_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("IBNB_STATE", str(tmp_path))
    assert state_folder() == tmp_path
    monkeypatch.delenv("IBNB_STATE")
    assert state_folder().name == "ibnb"


def test_large_bars_wait_for_nothing_but_a_slower_tws(tmp_path: Path) -> None:
    clock = Clock()
    pace = Pace(SharedLedger("here", tmp_path / "pacing.json"), clock, clock.sleep)
    most = 0

    async def one() -> None:
        nonlocal most
        async with pace.slot(None):
            most = max(most, pace.open)
            await asyncio.sleep(0)

    async def run(count: int) -> int:
        nonlocal most
        most = 0
        await asyncio.gather(*(one() for _ in range(count)))
        return most

    async def story() -> list[int]:
        seen = [await run(30)]
        pace.slower()
        seen.append(await run(30))
        for _ in range(200):
            pace.served()
        seen.append(await run(30))
        return seen

    assert asyncio.run(story()) == [6, 3, 10]
    assert clock.now == Clock().now


def open_at_once(pace: Pace) -> int:
    """Return how many requests for large bars a pace lets be open at once."""
    seen: list[int] = []

    async def one() -> None:
        async with pace.slot(None):
            seen.append(pace.open)
            await asyncio.sleep(0)

    async def many() -> None:
        await asyncio.gather(*(one() for _ in range(30)))

    asyncio.run(many())
    return max(seen)


def test_a_slower_tws_has_half_as_many_open_down_to_one(tmp_path: Path) -> None:
    clock = Clock()
    pace = Pace(SharedLedger("here", tmp_path / "pacing.json"), clock, clock.sleep)

    found = [open_at_once(pace)]
    for _ in range(4):
        pace.slower()
        found.append(open_at_once(pace))

    assert found == [6, 3, 1, 1, 1]


def test_ten_answers_in_a_row_allow_one_more_and_a_late_one_begins_the_row_anew(tmp_path: Path) -> None:
    clock = Clock()
    pace = Pace(SharedLedger("here", tmp_path / "pacing.json"), clock, clock.sleep)

    def answers(number: int) -> int:
        for _ in range(number):
            pace.served()
        return open_at_once(pace)

    assert [answers(9), answers(1), answers(9)] == [6, 7, 7]
    pace.slower()
    assert [answers(9), answers(1), answers(10)] == [3, 4, 5]
    assert answers(100) == 10


def test_after_a_violation_large_bars_wait_too(tmp_path: Path) -> None:
    clock = Clock()
    pace = Pace(SharedLedger("here", tmp_path / "pacing.json"), clock, clock.sleep)

    async def one() -> None:
        async with pace.slot(None):
            pass

    pace.violated()
    asyncio.run(one())

    assert clock.now - Clock().now == pytest.approx(10)


@pytest.mark.second
def test_the_time_left_counts_all_that_is_planned_by_whomever(tmp_path: Path) -> None:
    clock = Clock()
    pace = Pace(SharedLedger("here", tmp_path / "pacing.json"), clock, clock.sleep)
    one, other = ([demand(con_id, "SMART", "TRADES", number) for number in range(130)] for con_id in (1, 2))

    pace.planned.update(one)
    alone = pace.seconds_left()
    pace.planned.update(other)
    together = pace.seconds_left()
    pace.planned.update({demand(3, "SMART", "TRADES", number): 1 for number in range(100_000)})

    assert 1_200 < alone < 1_230
    assert 2_400 < together < 2_450
    assert pace.seconds_left() == pytest.approx(100_260 / 60 * 600, rel=0.15)
