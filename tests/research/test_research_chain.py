"""Option chains over real sockets: what is listed, what it costs, and what happens where some of it is refused."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pandas as pd
import pytest
from waiting import until

import ibnb
from ibnb.errors import BadInput, NotConnected, RequestError
from ibnb.ground.progress import Progress
from ibnb.research.options import chain as room
from ibnb.tws.client.backend import module_of
from ibnb.tws.client.lines import lines_of


@pytest.fixture
def small(tws: ibnb.Session) -> Iterator[Any]:
    """Return the session's market data lines, brought down to a few for one test."""
    lines = lines_of(tws.ib)
    before = lines.limit
    yield lines
    lines.limit = before


@pytest.mark.second
def test_a_chain_has_quotes_and_greeks_around_the_money(tws: ibnb.Session, simulator: ibnb.Simulator) -> None:
    before = simulator.received()

    found = tws.option_chain("SPX", expiries=2, strikes=4)

    sent = {name: count - before.get(name, 0) for name, count in simulator.received().items()}
    # One for the index, one for each expiry; one for the index's price, one for each option.
    assert (sent["CONTRACT_DETAILS"], sent["SEC_DEF_OPT_PARAMS"], sent["MKT_DATA"]) == (3, 1, 17)
    assert sent.get("CANCEL_MKT_DATA", 0) == 0
    price = found.attrs["underlying_price"]
    assert len(found) == 16
    assert found["expiry"].nunique() == 2
    assert (abs(found["strike"] - price) <= 100).all()
    assert (found["bid"] <= found["ask"]).all()
    assert found[["implied_vol", "delta", "gamma", "vega", "theta", "option_price"]].notna().all().all()
    assert ((found["right"] == "C") == (found["delta"] > 0)).all()
    assert found["underlying_price"].sub(price).abs().max() < 0.01 * price
    assert found["open_interest"].isna().all()
    assert found.attrs["data_type"] == "live"
    assert found.attrs["complete"] is True
    assert lines_of(tws.ib).used == 0


def test_the_bare_chain_asks_for_no_quotes(tws: ibnb.Session, simulator: ibnb.Simulator) -> None:
    before = simulator.received()["MKT_DATA"]

    found = tws.option_chain("AAPL", expiries=1, strikes=None, quotes=False)

    assert simulator.received()["MKT_DATA"] == before
    assert len(found) > 50
    assert found["con_id"].is_unique
    assert found["bid"].isna().all()
    assert (found["data_type"] == "").all()
    assert found.attrs["underlying_price"] is None


def test_trading_classes_are_kept_apart_and_can_be_chosen(tws: ibnb.Session) -> None:
    month: dict[str, Any] = {"expiries": "2026-12", "strikes": (6800, 6900), "rights": "P", "quotes": False}

    both = tws.option_chain("SPX", **month)
    weekly = tws.option_chain("SPX", trading_class="SPXW", **month)

    assert set(both["trading_class"]) == set(both.attrs["trading_classes"]) == {"SPX", "SPXW"}
    pd.testing.assert_frame_equal(both[both["trading_class"] == "SPXW"].reset_index(drop=True), weekly, check_like=True)
    assert set(both["right"]) == {"P"}
    assert set(both["expiry"].dt.strftime("%Y-%m-%d")) <= set(both.attrs["expiries"])
    with pytest.raises(BadInput, match="SPX, SPXW"):
        tws.option_chain("SPX", trading_class="SPXQ")


def test_options_on_futures_are_those_of_that_future(tws: ibnb.Session) -> None:
    module = tws.run(module_of)

    front = tws.option_chain("ES", expiries=1, strikes=4)
    later = tws.option_chain(module.Future("ES", "202703", "CME"), expiries=2, strikes=4, quotes=False)

    assert set(front["sec_type"]) == {"FOP"}
    assert set(front["exchange"]) == {"CME"}
    assert (front["multiplier"] == 50).all()
    assert front[["bid", "implied_vol", "delta"]].notna().all().all()
    assert (front["underlying_price"] - front.attrs["underlying_price"]).abs().max() < 50
    assert later["expiry"].between("2027-01-01", "2027-03-31").all()
    assert later.attrs["underlying_price"] > front.attrs["underlying_price"]


def test_options_that_do_not_exist_are_left_out_and_counted(tws: ibnb.Session) -> None:
    found = tws.option_chain("AAPL", expiries=2, strikes=[230, 231.17], quotes=False)

    assert set(found["strike"]) == {230.0}
    assert len(found) == 4
    assert found.attrs["not_listed"] == 4


def test_open_interest_comes_where_it_is_asked_for(tws: ibnb.Session) -> None:
    found = tws.option_chain("AAPL", expiries=1, strikes=3, open_interest=True)

    assert (found["open_interest"] > 0).all()
    assert found[["bid", "implied_vol", "volume"]].notna().all().all()


@pytest.mark.second
def test_no_more_is_asked_at_once_than_there_are_lines(tws: ibnb.Session, small: Any) -> None:
    small.limit = 3
    most = 0
    take = small.take

    def counting(*arguments: Any) -> bool:
        nonlocal most
        new = bool(take(*arguments))
        most = max(most, small.used)
        return new

    small.take = counting
    try:
        found = tws.option_chain("AAPL", expiries=1, strikes=6, open_interest=True)
    finally:
        del small.take

    assert most == 3
    assert found["bid"].notna().all()


def test_without_a_free_line_it_is_refused_at_once(tws: ibnb.Session, small: Any) -> None:
    small.limit = 1
    small.take("a board")
    try:
        with pytest.raises(RequestError, match="lines are taken"):
            tws.option_chain("AAPL", expiries=1, strikes=2)
    finally:
        small.give_back("a board")


@pytest.mark.usefixtures("healthy_again")
def test_one_that_is_refused_does_not_spoil_the_others(tws: ibnb.Session, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = tws.option_chain("AAPL", expiries=1, strikes=2, quotes=False)
    gone = int(listed["con_id"][0])

    async def spoiled(ib: Any) -> pd.DataFrame:
        from ibnb.tws import ask

        details = ask.contract_details

        async def one_is_gone(ib: Any, contract: Any, **wishes: Any) -> list[Any]:
            found = await details(ib, contract, **wishes)
            for each in found:
                if each.contract.conId == gone:
                    each.contract.conId = 1_999_999_999
            return found

        monkeypatch.setattr(ask, "contract_details", one_is_gone)
        return await room.option_chain(ib, "AAPL", 1, 2)

    found = tws.run(spoiled)

    assert len(found) == 3
    assert found["bid"].notna().all()
    assert found.attrs["not_listed"] == 1


@pytest.mark.usefixtures("healthy_again")
def test_delayed_quotes_are_taken_where_there_are_no_live_ones(tws: ibnb.Session, simulator: ibnb.Simulator) -> None:
    simulator.scenario("delayed-data")

    found = tws.option_chain("AAPL", expiries=1, strikes=2)

    assert found.attrs["data_type"] == "delayed"
    assert found[["bid", "implied_vol"]].notna().all().all()


@pytest.mark.usefixtures("healthy_again")
def test_options_without_quotes_say_why(tws: ibnb.Session, simulator: ibnb.Simulator) -> None:
    simulator.scenario("competing-session:what=quotes")

    with pytest.raises(RequestError, match="range or a list needs no price") as caught:
        tws.option_chain("AAPL", expiries=1, strikes=2)
    found = tws.option_chain("AAPL", expiries=1, strikes=[250], timeout=3)

    assert caught.value.code == 10197
    assert found["reason"].str.contains("Another log-in").all()
    assert found["bid"].isna().all()
    assert (found.attrs["refused"], found.attrs["complete"]) == (2, False)


def test_what_has_no_options_says_so(tws: ibnb.Session) -> None:
    with pytest.raises(RequestError, match=r"lists no options on EUR\.USD"):
        tws.option_chain("EUR.USD")
    with pytest.raises(RequestError) as caught:
        tws.option_chain("ZZZZQ")
    assert caught.value.cause == "contract-unknown"


def test_bad_wishes_are_refused_before_anything_is_sent(tws: ibnb.Session, simulator: ibnb.Simulator) -> None:
    before = simulator.received()
    for wish in ({"expiries": 0}, {"strikes": "many"}, {"rights": "X"}):
        with pytest.raises(BadInput):
            tws.option_chain("AAPL", **wish)

    assert simulator.received() == before


def test_an_exchange_and_an_expiry_that_are_not_listed_name_those_that_are(tws: ibnb.Session) -> None:
    with pytest.raises(BadInput, match="SMART"):
        tws.option_chain("AAPL", exchange="MOON")
    with pytest.raises(BadInput, match="listed near it are 2026"):
        tws.option_chain("AAPL", expiries="2026-11-19")


def test_progress_counts_every_request(tws: ibnb.Session) -> None:
    numbers = Progress()

    found = tws.run(lambda ib: room.option_chain(ib, "AAPL", 2, 2, progress=numbers))

    assert (numbers.planned, numbers.done, numbers.rows) == (2 + len(found), 2 + len(found), len(found))
    assert numbers.line().startswith("Options on AAPL: 10 of 10 requests, 8 options")


@pytest.mark.second
def test_a_call_that_is_given_up_leaves_nothing_behind(tws: ibnb.Session, simulator: ibnb.Simulator) -> None:
    with pytest.raises(TimeoutError):
        tws.run(lambda ib: room.option_chain(ib, "AAPL", 3, 20, open_interest=True), timeout=1.0)

    assert until(lambda: not any(kinds.get("MKT_DATA") for kinds in simulator.running().values()))
    assert lines_of(tws.ib).used == 0
    assert len(tws.option_chain("AAPL", expiries=1, strikes=1)) == 2


def test_a_lost_connection_ends_it_at_once(simulator: ibnb.Simulator) -> None:
    with ibnb.connect(port=simulator.port, timeout=20) as session:
        threading.Timer(0.5, session.run, (lambda ib: ib.disconnect(),)).start()
        with pytest.raises(NotConnected):
            session.run(lambda ib: room.option_chain(ib, "AAPL", 3, 20))


def test_a_contract_of_the_client_and_its_con_id_give_the_same(tws: ibnb.Session) -> None:
    module = tws.run(module_of)
    wish: dict[str, Any] = {"expiries": 1, "strikes": [250], "quotes": False}

    frames = [tws.option_chain(spec, **wish) for spec in ("SPX", 416904, module.Index("SPX", "CBOE", "USD"))]

    assert frames[0].equals(frames[1])
    assert frames[0].equals(frames[2])


@pytest.mark.usefixtures("healthy_again")
@pytest.mark.parametrize(
    "response",
    [
        "SECURITY_DEFINITION_OPTION_PARAMETER",
        "SECURITY_DEFINITION_OPTION_PARAMETER_END",
        "CONTRACT_DATA",
        "CONTRACT_DATA_END",
        "TICK_OPTION_COMPUTATION",
        "TICK_SNAPSHOT_END",
    ],
)
def test_a_malformed_answer_neither_hangs_nor_harms(
    tws: ibnb.Session, simulator: ibnb.Simulator, response: str
) -> None:
    simulator.scenario(f"malformed:response={response},how=short")
    with suppress(RequestError):
        tws.option_chain("AAPL", expiries=1, strikes=[250], timeout=0.5)
    simulator.scenario("healthy")

    assert len(tws.option_chain("AAPL", expiries=1, strikes=[250])) == 2


def test_too_many_quotes_are_refused_with_a_way_out(tws: ibnb.Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_MOST_QUOTES", 3)

    with pytest.raises(BadInput, match="quotes=False"):
        tws.option_chain("AAPL", expiries=1, strikes=2)
