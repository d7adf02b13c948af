"""A session's events: kept in order, not without end, and told to who listens."""

from __future__ import annotations

import pytest

from ibnb.tws.keeping.timeline import KINDS, Timeline


def test_the_latest_are_kept() -> None:
    timeline = Timeline(kept=2)
    for kind in ("connected", "lost", "connected-again"):
        timeline.add(kind, kind)

    assert [event.kind for event in timeline.events()] == ["lost", "connected-again"]
    assert [event.status for event in timeline.events()] == ["fail", "ok"]


def test_listeners_hear_until_they_stop_and_one_that_fails_harms_nobody(caplog: pytest.LogCaptureFixture) -> None:
    timeline = Timeline()
    heard: list[str] = []
    timeline.listen(lambda _event: 1 / 0)
    stop = timeline.listen(lambda event: heard.append(event.kind))

    timeline.add("lost", "TWS hung up.")
    stop()
    stop()
    timeline.add("connected-again", "Connected again.")

    assert heard == ["lost"] and "listener" in caplog.text


def test_every_kind_says_what_it_means() -> None:
    assert all(meaning.endswith(".") for _, meaning in KINDS.values())
