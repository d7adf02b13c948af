"""A session's function and the coroutine of its name do the same: they answer alike, and refuse alike."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import ibnb
from ibnb import aio

RANGE = {"start": "2026-03-02", "end": "2026-03-03"}

#: What is asked, and whether the answer is the same at any moment.
CALLS: dict[str, tuple[tuple[Any, ...], dict[str, Any], bool]] = {
    "account_summary": ((), {}, False),
    "account_values": ((), {}, False),
    "accounts": ((), {}, False),
    "audit": ((), {}, True),
    "completed_orders": ((), {}, False),
    "contracts": (("AAPL",), {}, True),
    "download": ((["AAPL", "ZZZZQ"],), RANGE, False),
    "executions": ((), {}, False),
    "gaps": (("AAPL",), RANGE, True),
    "history": (("AAPL",), RANGE, True),
    "history of many": ((["AAPL", "MSFT"],), {**RANGE, "bar_size": "1 day"}, True),
    "history of many, long": ((["AAPL", "ZZZZQ"],), {**RANGE, "bar_size": "1 day", "layout": "long"}, True),
    "news": (("AAPL", None, 5), {"end": "2026-03-03"}, True),
    "news_bulletins": ((), {}, True),
    "news_providers": ((), {}, True),
    "option_chain": (("SPX",), {"expiries": 1, "strikes": 2}, False),
    "orders": ((), {}, False),
    "pnl": ((None, True), {}, False),
    "portfolio": ((), {"pnl": False}, False),
    "positions": ((), {}, False),
    "quotes": ((["AAPL", "ZZZZQ"],), {}, False),
    "risk": ((), {"pnl": False}, False),
    "scan": (("TOP_PERC_GAIN",), {"limit": 5}, False),
    "scan_parameters": (("location",), {}, True),
    "search": (("apple",), {}, True),
    "ticks": (("AAPL",), {"start": "2026-03-02 10:00", "end": "2026-03-02 10:01"}, True),
    "what_if": (([-0.1, 0.1], [0.0, 0.05], 7), {}, False),
}
KEPT = {"download", "gaps", "history", "risk", "ticks"}
#: What goes on, or is for orders, is compared by its own tests (tests/test_callbacks.py, tests/alerts,
#: tests/trading, tests/journal).
ELSEWHERE = {
    *(
        "depth",
        "live_bars",
        "realtime_bars",
        "tick_by_tick",
        "watch",
        "watch_pnl",
        "news_article",
        "journal",
        "alert",
        "alerts",
    ),
    *(
        "allow_live",
        "bracket",
        "close_out",
        "cancel_all",
        "limit",
        "market",
        "order",
        "rebalance",
        "stop",
        "stop_limit",
        "trades",
        "trail",
    ),
}


def test_every_coroutine_is_compared() -> None:
    assert {case.split()[0] for case in CALLS} | ELSEWHERE == set(aio.__all__)


@pytest.mark.parametrize("case", CALLS)
def test_they_answer_alike(tws: ibnb.Session, case: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    name, (arguments, named, same) = case.split()[0], CALLS[case]
    if name in KEPT:
        named = {**named, "store": tmp_path}

    answers = [
        getattr(tws, name)(*arguments, **named),
        tws.run(lambda ib: getattr(aio, name)(ib, *arguments, **named)),
    ]

    one, other = answers
    assert not [record.getMessage() for record in caplog.records if record.exc_info], (
        "the client has broken on a message"
    )
    assert list(one.columns) == list(other.columns) and len(one) == len(other)
    assert one.dtypes.equals(other.dtypes) and one.attrs.keys() == other.attrs.keys()
    if same:
        pd.testing.assert_frame_equal(one, other)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("history", {"layout": "tall"}), ("history", {"oldest_first": 1}), ("history", {"rth": "yes"}),
        ("history", {"contract": []}), ("history", {"timeout": 0}), ("download", {"oldest_first": "no"}),
        ("download", {"contracts": []}), ("ticks", {"ignore_size": 1, "limit": 1}), ("ticks", {}),
        ("ticks", {"duration": "5"}), ("news", {"limit": 0}), ("gaps", {"store": False}), ("gaps", {"duration": "5"}),
    ],
)  # fmt: skip
def test_they_refuse_alike(tws: ibnb.Session, name: str, wrong: dict[str, Any]) -> None:
    named: dict[str, Any] = {"contracts" if name == "download" else "contract": "AAPL", **wrong}

    with pytest.raises(ibnb.BadInput) as one:
        getattr(tws, name)(**named)
    with pytest.raises(ibnb.BadInput) as other:
        tws.run(lambda ib: getattr(aio, name)(ib, **named))

    assert str(one.value) == str(other.value)
