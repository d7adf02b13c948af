"""News over real sockets: headlines in pages, articles, providers, bulletins; what is refused, and what is hostile."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any

import pandas as pd
import pytest

import ibnb
from ibnb.errors import BadInput, RequestError, RequestTimeout
from ibnb.research import news as room


def test_headlines_are_taken_apart(tws: ibnb.Session) -> None:
    found = tws.news("AAPL", limit=40)

    assert len(found) == 40
    assert str(found["time"].dtype) == "datetime64[us, UTC]"
    assert found["time"].is_monotonic_decreasing
    assert found["headline"].str.startswith("[simulated]").all()
    assert (found["con_id"] == 265598).all()
    assert (found["language"] == "en").all()
    rated = found["provider"] == "DJNL"
    assert rated.any()
    assert (found["sentiment"].notna() == rated).all()
    assert found["sentiment"].dropna().between(-1, 1).all()
    assert found.attrs["complete"] is False


def test_a_range_and_providers_narrow_it(tws: ibnb.Session) -> None:
    range_: dict[str, Any] = {"start": "2026-11-02", "end": date(2026, 11, 13), "limit": 300}

    every = tws.news("AAPL", **range_)
    some = tws.news("AAPL", providers="BRFG+DJNL", **range_)

    assert every["time"].min() > pd.Timestamp("2026-11-02", tz="UTC")
    assert every["time"].max() < pd.Timestamp("2026-11-14", tz="UTC")
    assert every.attrs["complete"] is True
    pd.testing.assert_frame_equal(some, every[every["provider"] != "BRFUPDN"].reset_index(drop=True))


def test_pages_of_any_size_give_the_same(tws: ibnb.Session, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = tws.news("MSFT", start="2026-09-01", end="2026-11-01", limit=300)
    monkeypatch.setattr(room, "MOST_HEADLINES", 7)

    paged = tws.news("MSFT", start="2026-09-01", end="2026-11-01", limit=300)
    first = tws.news("MSFT", start="2026-09-01", end="2026-11-01", limit=10)

    assert len(whole) > 60
    pd.testing.assert_frame_equal(paged, whole)
    pd.testing.assert_frame_equal(first, whole.head(10))
    assert (paged.attrs["complete"], first.attrs["complete"]) == (True, False)


def test_no_news_is_an_empty_table(tws: ibnb.Session) -> None:
    found = tws.news("AAPL", start="2026-11-18 15:59:58", end="2026-11-18 15:59:59")

    assert len(found) == 0
    assert list(found.columns)[:5] == ["time", "provider", "headline", "article_id", "sentiment"]


def test_an_article_is_plain_text_and_shows_itself(tws: ibnb.Session) -> None:
    headlines = tws.news("AAPL", limit=40).groupby("provider").first()

    html, plain = (tws.news_article(code, headlines["article_id"][code]) for code in ("BRFG", "DJNL"))

    assert (html.kind, plain.kind) == ("html", "text")
    assert headlines["headline"]["BRFG"] in html.text
    assert "nothing & nobody" in html.text
    assert "navy" not in html.text
    assert "<table>" in html._repr_html_()
    assert "<style" not in html._repr_html_()
    assert plain.text.startswith(headlines["headline"]["DJNL"])


def test_providers_and_bulletins(tws: ibnb.Session, simulator: ibnb.Simulator) -> None:
    assert tws.news_providers()["provider"].tolist() == ["BRFG", "BRFUPDN", "DJNL"]

    found = tws.news_bulletins()

    assert found["kind"].tolist() == ["regular"]
    assert "[simulated]" in found["message"][0]
    assert simulator.wait_for("CANCEL_NEWS_BULLETINS")


@pytest.mark.parametrize(
    ("wish", "hint"),
    [
        ({"limit": 0}, "from 1 to 10,000"),
        ({"limit": True}, "from 1 to 10,000"),
        ({"start": "yesterday"}, "a date or a time"),
        ({"start": 5}, "a date or a time"),
        ({"start": "2026-11-10", "end": "2026-11-01"}, "before the end"),
        ({"providers": "BR FG"}, "codes such as"),
        ({"providers": []}, "codes such as"),
        ({"providers": "NOPE"}, "BRFG, BRFUPDN, DJNL"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    tws: ibnb.Session, simulator: ibnb.Simulator, wish: dict[str, Any], hint: str
) -> None:
    before = simulator.received().get("HISTORICAL_NEWS", 0)

    with pytest.raises(BadInput, match=hint):
        tws.news("AAPL", **wish)

    assert simulator.received().get("HISTORICAL_NEWS", 0) == before


@pytest.mark.parametrize("words", [("", "x"), ("BRFG", " "), (None, "x"), ("BRFG", "x" * 201), ("BRFG", "a\x00")])
def test_an_article_without_a_name_is_refused(tws: ibnb.Session, words: tuple[Any, Any]) -> None:
    with pytest.raises(BadInput, match="as a headline has it"):
        tws.news_article(*words)


def test_an_article_that_is_gone_says_so(tws: ibnb.Session) -> None:
    with pytest.raises(RequestError, match="cannot be had") as caught:
        tws.news_article("BRFG", "BRFG$none")

    assert caught.value.code == 10172


@pytest.mark.usefixtures("healthy_again")
def test_a_log_in_without_news_says_what_to_do(simulator: ibnb.Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    from ibnb.tws import ask

    async def none(_ib: Any, **_: Any) -> list[Any]:
        return []

    monkeypatch.setattr(ask, "news_providers", none)
    with ibnb.connect(port=simulator.port, timeout=20) as session, pytest.raises(RequestError, match="Client Portal"):
        session.news("AAPL")


@pytest.mark.second
@pytest.mark.usefixtures("healthy_again")
def test_no_answer_ends_in_time(tws: ibnb.Session, simulator: ibnb.Simulator) -> None:
    simulator.scenario(
        "ignored:request=HISTORICAL_NEWS", "ignored:request=NEWS_ARTICLE", "ignored:request=NEWS_BULLETINS"
    )

    for ask in (lambda: tws.news("AAPL", timeout=0.3), lambda: tws.news_article("BRFG", "x", timeout=0.3)):
        with pytest.raises(RequestTimeout):
            ask()
    assert len(tws.news_bulletins(seconds=0.3)) == 0


@pytest.mark.usefixtures("healthy_again")
def test_text_of_the_server_cannot_become_html(tws: ibnb.Session, simulator: ibnb.Simulator) -> None:
    first = tws.news("AAPL", limit=1).iloc[0]
    simulator.scenario("hostile-text:response=HISTORICAL_NEWS,length=300", "hostile-text:response=NEWS_ARTICLE")

    shown = [tws.news("AAPL", limit=2)._repr_html_(), tws.news_article(first["provider"], first["article_id"])]

    assert "<img" not in shown[0]
    article = shown[1]
    assert "<img" not in article._repr_html_()
    assert "onerror" not in article._repr_html_()
    assert not set("\x1b\x07\u202e") & set(article.text + article._repr_html_())


@pytest.mark.usefixtures("healthy_again")
@pytest.mark.parametrize("response", ["HISTORICAL_NEWS", "NEWS_ARTICLE", "NEWS_BULLETINS"])
def test_a_malformed_answer_neither_hangs_nor_harms(
    tws: ibnb.Session, simulator: ibnb.Simulator, response: str
) -> None:
    first = tws.news("AAPL", limit=1).iloc[0]
    simulator.scenario(f"malformed:response={response},how=short")
    for ask in (
        lambda: tws.news("AAPL", limit=3, timeout=0.5),
        lambda: tws.news_article(first["provider"], first["article_id"], timeout=0.5),
        lambda: tws.news_bulletins(seconds=0.3),
    ):
        with suppress(RequestTimeout):
            ask()
    simulator.scenario("healthy")

    assert len(tws.news("AAPL", limit=3)) == 3


def test_a_duration_goes_back_from_the_end_by_the_calendar(tws: ibnb.Session) -> None:
    week = tws.news("AAPL", "1 W", 300, end="2026-11-18")

    assert week.attrs["complete"] and len(week)
    assert week["time"].between(pd.Timestamp("2026-11-12", tz="UTC"), pd.Timestamp("2026-11-19", tz="UTC")).all()
    pd.testing.assert_frame_equal(week, tws.news("AAPL", limit=300, start="2026-11-12", end="2026-11-18"))
    assert tws.news("AAPL", "1 Y", start="2026-11-18", end="2026-11-18")["time"].min() >= pd.Timestamp(
        "2026-11-18", tz="UTC"
    )


@pytest.mark.parametrize("clock", ["2026-03-02T11:10:00-05:00", "2031-06-04T11:10:00-04:00"])
def test_a_duration_goes_back_from_tws_s_now(clock: str) -> None:
    now = pd.Timestamp(clock)
    with ibnb.simulate(clock=clock) as sim, ibnb.connect(port=sim.port) as tws:
        week = tws.news("AAPL", "1 W", 300)

    assert len(week) and week["time"].between(now - pd.Timedelta("7D"), now + pd.Timedelta("1h")).all()
    assert week.attrs["warnings"] == []
