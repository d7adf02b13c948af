"""What is seen of TWS on this machine decides between readings, and is quoted without what is private."""

from __future__ import annotations

import os
import time
import warnings

import pytest
from doctor.answers_of_tws import healthy
from tws.fake_tws import INI, LISTENS, tws_process
from tws.raw_servers import HELLO, Script, Server, free_port, hang_up, silence

import ibnb
from ibnb.doctor import diagnose


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Return the folder that TWS uses, in a home folder of its own."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    folder = tmp_path / "Jts"
    folder.mkdir()
    return folder


def test_refused_and_no_tws_runs(home):
    check = diagnose(port=free_port()).check("port")

    assert check.others[0].reason == "TWS is not running"
    assert "neither TWS nor IB Gateway" in check.others[0].why
    assert check.fix[0].startswith("Start TWS")


def test_refused_though_tws_runs_means_that_its_api_is_off(home):
    with tws_process() as (process, _):
        report = diagnose(port=free_port())

    check = report.check("port")
    assert report.cause == "port-refused"
    assert check.others[0].reason == "TWS runs, but its API is switched off"
    assert str(process.pid) in check.others[0].why and check.others[-1].reason == "TWS is not running"
    assert "Enable ActiveX" in check.fix[0]
    assert next(step for step in report.checklist if step.id == "enable-clients").state == "not done"
    assert "secret" not in report.json(full=True)


@pytest.mark.second
def test_what_the_doctor_itself_connects_is_no_other_program():
    with ibnb.simulate(scenario="account-taken") as sim:
        checks = [diagnose(port=sim.port).check("account-updates") for _ in range(2)]
        with warnings.catch_warnings(action="ignore"), ibnb.connect(port=sim.port):
            beside = diagnose(port=sim.port).check("account-updates")

    assert {each.cause for each in checks} == {"account-taken"}
    assert f"process {os.getpid()}" not in repr(checks)
    assert f"process {os.getpid()}" in beside.others[0].why, "a session of this process is one"
    assert beside.others[0].reason == "Another session of ibnb follows another account"


@pytest.mark.usefixtures("no_leaks")
def test_refused_though_tws_listens_on_a_port_of_its_own(home):
    with tws_process(LISTENS.format(hello=HELLO)) as (_, port):
        report = diagnose(port=free_port())

    assert report.cause == "wrong-port"
    assert f"port={port}" in report.check("port").fix[0]
    assert next(step for step in report.checklist if step.id == "port").state == "not done"


def test_hung_up_and_this_address_is_not_trusted(home):
    (home / "jts.ini").write_text(INI)
    with Server(hang_up) as server:
        check = diagnose(port=server.port).check("handshake")

    assert check.others[0].reason == "TWS does not trust this address"
    assert "TrustedIPs=192.168.1.5" in check.others[0].why


def test_silent_while_the_log_in_is_under_way(home):
    stamp = time.strftime("%Y-%m-%d %H:%M:%S")
    log = home / "launcher.log"
    log.write_text(f"{stamp}.1 INFO - Second Factor Authentication\n")
    os.utime(log, (time.time(), time.time()))  # the kernel writes its own clock's
    with Server(silence) as server:
        check = diagnose(port=server.port, timeout=1.5).check("handshake")

    assert check.others[0].reason == "TWS is still logging in" and "second factor" in check.others[0].why
    assert "still logging in" in check.fix[0]


def test_settings_that_were_changed_after_the_start_want_a_restart(home):
    with tws_process() as _, Server(Script(healthy(positions=[], updates=[], orders=[]))) as server:
        file = home / "jts.ini"
        file.write_text(INI)
        os.utime(file, (time.time() + 300, time.time() + 300))
        check = diagnose(port=server.port, timeout=1.5).check("account-updates")

    assert check.others[0].reason.startswith("TWS was not restarted")
    assert "restart" in check.fix[0]
