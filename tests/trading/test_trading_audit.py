"""The audit log: written before the bytes leave, whole whatever is killed, masked, and without it nothing is sent."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import portalocker
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ibnb
from ibnb.trading.records.audit import AuditLog
from ibnb.trading.records.audit_reading import sound
from ibnb.trading.records.memory import Memory
from ibnb.tws.client.backend import load, module_of

Connect = Callable[..., ibnb.Session]


def test_the_life_of_an_order_is_in_it(own_log: Path, tws: ibnb.Session) -> None:
    order = tws.limit("BUY", 10, "AAPL", 100.0, ref="a note of DU7654321")
    order.preview()
    trade = order.submit()
    trade.modify(price=101.0)
    trade.cancel()

    log = tws.audit()
    assert list(log) == ibnb.schema("audit")["column"].tolist()
    events = ["previewed", "asked", "sent", "acknowledged"]
    events += ["modified", "acknowledged", "cancel asked", "cancelled"]
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


ODD = [
    '{"time": "yesterday", "event": "sent", "order_id": 7}',
    '{"time": "2026-11-18T16:00:00+00:00", "event": "sent", "order_id": "seven", "account": ["DU***567"]}',
    '{"time": "2026-11-18T16:00:00+00:00", "event": "sent", "order_id": 1099511627776, "total_quantity": "ten"}',
    '{"time": "2026-11-18T16:00:00", "event": "sent", "limit_price": 1e999, "aux_price": NaN, "value": {}}',
    '{"time": "2026-11-18T16:00:00+00:00", "event": "filled", "filled": "all", "perm_id": 1.5, "code": "x"}',
    '{"time": "2026-11-18T16:00:00+00:00", "event": 5}',
    '{"time": "2026-11-18T16:00:00+00:00", "event": "filled", "filled": %s}' % ("9" * 400),
    '{"time": "9999-12-31T23:59:59-12:00", "event": "sent", "client_id": 4}',
    "[" * 100_000,
]


@pytest.mark.second
def test_odd_lines_are_read_as_far_as_they_make_sense(own_log: Path, connect: Connect) -> None:
    now, usual = datetime.now(UTC), {"account": "DU***567", "client_id": 83, "action": "BUY", "con_id": 265598}
    own_log.mkdir(parents=True)
    tws = connect(client_id=83)
    server = f"{tws.ib.client.host}:{tws.ib.client.port}"
    whole = {"time": now.isoformat(), "event": "sent", "ref": "ibnb:abcdefghij", "server": server, **usual}
    lines = [json.dumps({**whole, **json.loads(line)}) if line.startswith("{") else line for line in ODD]
    (own_log / f"{now:%Y-%m}.jsonl").write_text("\n".join([*lines, json.dumps({**whole, "order_id": 41})]) + "\n")

    assert tws.audit()["order_id"].max() == 41
    assert len(tws.trades()) == 1
    assert tws.limit("BUY", 1, "AAPL", 100.0).submit().order_id < 1_000


@given(st.binary(max_size=80) | st.recursive(st.none() | st.floats() | st.text(), st.lists).map(json.dumps))
def test_whatever_a_line_says_is_a_line_or_none(line: bytes | str) -> None:
    entry = sound(line)
    assert entry is None or {"time", "event"} <= entry.keys()


def test_quantities_of_any_kind_of_number_are_written(tws: ibnb.Session) -> None:
    order = module_of(tws.ib).LimitOrder("BUY", Decimal(3), Decimal("100.5"))
    order.auxPrice = np.float32(0.5)
    tws.order("AAPL", order).submit()

    last = tws.audit().iloc[-1]
    assert (last["total_quantity"], last["limit_price"]) == (3.0, 100.5)


def test_a_log_is_read_on_as_it_grows(own_log: Path) -> None:
    log, reader = AuditLog(own_log), AuditLog(own_log).reader()
    assert list(reader.fresh()) == []
    log.write("asked", text="one")
    assert len(list(reader.fresh())) == 1
    [file] = own_log.glob("*.jsonl")
    with file.open("ab") as handle:
        handle.write(b'{"torn": ')
    assert list(reader.fresh()) == []
    log.write("asked", text="two")
    assert [line[:8] for line in reader.fresh()] == [b'{"torn": '[:8], b'{"time":']
    file.write_bytes(b"")
    log.write("asked", text="three")
    assert [json.loads(line)["text"] for line in reader.fresh()] == ["three"]


def test_what_is_written_here_need_not_be_read_and_what_others_write_is(own_log: Path) -> None:
    log, other = AuditLog(own_log), AuditLog(own_log)
    reader = log.reader()

    def told() -> list[str]:
        return [json.loads(line)["text"] for line in reader.fresh()]

    log.write("asked", text="before")
    assert told() == ["before"]
    reader.skip(log.write_all([("asked", {"text": "own"}), ("sent", {"text": "own"})]))
    assert told() == []
    other.write("asked", text="other")
    reader.skip(log.write_all([("asked", {"text": "own, behind another's"})]))
    assert told() == ["other", "own, behind another's"]
    with next(own_log.glob("*.jsonl")).open("ab") as handle:
        handle.write(b'{"time": "torn')
    reader.skip(log.write_all([("asked", {"text": "own, behind a torn line"})]))
    assert [line.endswith(b"\n") for line in reader.fresh()] == [True, True]


def test_of_two_accounts_that_look_alike_masked_tws_tells_whose_an_order_is(own_log: Path) -> None:
    accounts = ("DU1234567", "DU9994567")
    line: dict[str, Any] = {"ref": "ibnb:abcdefghij", "server": "127.0.0.1:7497", "client_id": 7, "order_id": 3}
    AuditLog(own_log).write("sent", **line, account="DU9994567")

    for known, expected in ((accounts, ""), (accounts[1:], "DU9994567")):
        memory = Memory(load().module, "127.0.0.1:7497", 7, known)
        memory.take(AuditLog(own_log).reader().fresh())
        [record] = memory.own()
        assert record.account == expected
        record.take_open({"account": "DU9994567", "status": "Submitted"})
        assert record.account == "DU9994567"


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


def test_of_other_files_beside_the_log_nothing_is_read(own_log: Path, tws: ibnb.Session) -> None:
    trade = tws.limit("BUY", 10, "AAPL", 100.0).submit()
    for name in ("back-up.jsonl", "copy-01.jsonl", "2026-13.jsonl", "9999-12.jsonl", "2026-11 (1).jsonl"):
        (own_log / name).write_text("")
    (own_log / "2099-01.jsonl").write_text("")  # a clock was wrong once

    assert trade.ref in tws.audit()["ref"].str.cat(sep=" ")
    tws.limit("BUY", 10, "AAPL", 100.0).submit(force="soon after another")
    assert tws.audit(months=1)["event"].tolist().count("sent") == 2


@pytest.mark.second
def test_a_log_that_another_process_holds_is_waited_for_once(own_log: Path) -> None:
    log = AuditLog(own_log)
    log.write("remark", text="first")
    waited = []
    with portalocker.Lock(own_log / ".lock"):
        for _ in range(3):
            began = time.monotonic()
            with pytest.raises(ibnb.AuditError, match="another process holds it"):
                AuditLog.write(log, "remark", text="while it is held")
            waited.append(time.monotonic() - began)
    log.write("remark", text="last")

    assert min(waited) < waited[0] / 4
    assert [entry["text"] for entry in log.entries()] == ["first", "last"]


def test_a_disk_that_knows_no_locks_stops_orders(tws: ibnb.Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(*_: object) -> None:
        raise portalocker.LockException("No locks available")

    order = tws.limit("BUY", 10, "AAPL", 100.0)
    monkeypatch.setattr(portalocker, "lock", no_locks)

    with pytest.raises(ibnb.AuditError, match="No locks available"):
        order.submit()
    assert not order.is_submitted
