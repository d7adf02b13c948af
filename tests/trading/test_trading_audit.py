"""The audit log: written before the bytes leave, whole whatever is killed, masked, and without it nothing is sent."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

import ibnb
from ibnb.trading.sending.audit import AuditLog

Connect = Callable[..., ibnb.Session]


def test_the_life_of_an_order_is_in_it(own_log: Path, tws: ibnb.Session) -> None:
    order = tws.limit("BUY", 10, "AAPL", 100.0, ref="a note of DU7654321")
    order.preview()
    trade = order.submit()
    trade.modify(price=101.0)
    trade.cancel()

    log = tws.audit()
    assert list(log) == ibnb.schema("audit")["column"].tolist()
    events = ["previewed", "asked", "sent", "acknowledged", "modified", "cancel asked", "cancelled"]
    assert log["event"].tolist() == events
    assert set(log["ref"]) == {f"ibnb:{trade.ref} a note of DU***321"}
    assert set(log["account"]) == {"DU***567"}
    [file] = own_log.glob("*.jsonl")
    text = file.read_text()
    assert "DU1234567" not in text
    assert "DU7654321" not in text
    assert all(json.loads(line)["con_id"] == 265598 for line in text.splitlines())


def test_it_is_masked_whatever_the_options_say(tws: ibnb.Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ibnb.options, "mask", False)
    tws.limit("BUY", 10, "AAPL", 100.0).submit()

    assert set(tws.audit()["account"]) == {"DU***567"}
    assert not tws.audit()["text"].str.contains("DU1234567").any()


@pytest.mark.skipif(sys.platform == "win32", reason="folders cannot be made unwritable so there")
def test_a_log_that_cannot_be_written_stops_orders(own_log: Path, simulator: ibnb.Simulator, tws: ibnb.Session) -> None:
    order = tws.limit("BUY", 10, "AAPL", 100.0)
    before = simulator.received().get("PLACE_ORDER", 0)
    own_log.parent.mkdir(parents=True, exist_ok=True)
    own_log.write_text("a file where a folder is to be")

    with pytest.raises(ibnb.AuditError, match="without it no order is sent"):
        order.submit()

    assert simulator.received().get("PLACE_ORDER", 0) == before
    assert not order.is_submitted
    own_log.unlink()
    assert order.submit().state == "working"


def test_torn_and_strange_lines_are_left_out(own_log: Path, tws: ibnb.Session) -> None:
    own_log.mkdir(parents=True)
    (own_log / "2026-01.jsonl").write_bytes(
        b'{"time": "2026-01-02T03:04:05+00:00", "event": "sent"}\n{"time": "2026-01'
    )
    (own_log / "2026-02.jsonl").write_bytes(b'[1]\n"x"\n\xff\xfe\n{"time": 5, "event": "sent"}\n')
    assert tws.audit(months=3)["event"].tolist() == ["sent"]

    log = AuditLog(own_log)
    log.write("asked", text="one")
    [file] = set(own_log.glob("*.jsonl")) - {own_log / "2026-01.jsonl", own_log / "2026-02.jsonl"}
    with file.open("ab") as handle:
        handle.write(b'{"torn": ')  # as where the disk was full
    log.write("asked", text="two")
    assert [entry["text"] for entry in log.entries(1)] == ["one", "two"]


def test_many_writers_lose_no_line(own_log: Path) -> None:
    def write(name: int) -> None:
        log = AuditLog(own_log)
        for number in range(50):
            log.write("asked", text=f"{name}/{number}", quantity=float("nan"))

    threads = [threading.Thread(target=write, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    texts = [entry["text"] for entry in AuditLog(own_log).entries()]
    assert len(texts) == 200
    for name in range(4):
        assert [text for text in texts if text.startswith(f"{name}/")] == [f"{name}/{n}" for n in range(50)]


@pytest.mark.parametrize("months", [0, -1, True, 1.5, 10_000])
def test_months_are_a_number(tws: ibnb.Session, months: object) -> None:
    with pytest.raises(ibnb.BadInput, match="months"):
        tws.audit(months)  # type: ignore[arg-type]
