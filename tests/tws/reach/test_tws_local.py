"""What is seen on this machine: processes by their command lines, sockets, jts.ini and launcher.log where readable."""

from __future__ import annotations

import asyncio
import os
import socket
import time

import pytest
from tws.fake_tws import INI, LISTENS, tws_process
from tws.raw_servers import HELLO, Server, free_port, silence

from ibnb.errors import ConnectError
from ibnb.tws.connect import open_connection
from ibnb.tws.connection import Connection
from ibnb.tws.reach.local.launcher import read_phase
from ibnb.tws.reach.local.look import Local, is_here, look_beside, look_locally
from ibnb.tws.reach.local.processes import find_processes, recognise
from ibnb.tws.reach.local.settings import read_settings, usual_folders
from ibnb.tws.reach.local.sockets import look_at_sockets


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Return the folder that TWS uses, in a home folder of its own."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    folder = tmp_path / "Jts"
    folder.mkdir()
    return folder


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (["/usr/bin/java", "-Xmx1g", "ibgateway.GWClient"], "IB Gateway"),
        (["C:\\jre\\bin\\javaw.exe", "install4j.ibgateway.GWClient"], "IB Gateway"),
        (["java", "-cp", "x.jar", "ibcalpha.ibc.IbcTws"], "TWS"),
        (["java", "-cp", "x.jar", "ibcalpha.ibc.IbcGateway"], "IB Gateway"),
        (["java", "com.install4j.runtime.launcher.UnixLauncher", "twslaunch"], "TWS"),
        (["C:\\Jts\\tws.exe"], "TWS"),
        (["/opt/ibgateway/ibgateway"], "IB Gateway"),
        (["java", "-jar", "server.jar"], None),
        (["vim", "ibgateway.GWClient"], None),
        (["python", "tws.py"], None),
        ([], None),
    ],
)
def test_a_tws_is_recognised_by_its_command_line(command, name):
    assert recognise(command) == name


@pytest.mark.real_clock
def test_a_running_process_is_found_and_nothing_private_kept():
    with tws_process() as (process, _):
        found = [each for each in find_processes() if each.pid == process.pid]

    assert [each.name for each in found] == ["IB Gateway"]
    assert abs(found[0].since - time.time()) < 30
    assert "secret" not in repr(found)


def test_who_listens_and_who_is_connected():
    with Server(silence) as server, socket.create_connection(("127.0.0.1", server.port)):
        sockets = look_at_sockets([])

    listener = sockets.listener(server.port)
    assert listener.pid == os.getpid() and listener.program
    assert os.getpid() in [each.pid for each in sockets.clients(server.port)]


def test_sockets_of_single_processes_where_all_are_not_allowed(monkeypatch):
    import psutil

    def forbidden(_kind):
        raise psutil.AccessDenied

    monkeypatch.setattr(psutil, "net_connections", forbidden)
    with Server(silence) as server:
        assert look_at_sockets([os.getpid()]).listener(server.port).pid == os.getpid()
        assert look_at_sockets([]).listening == ()


def test_settings_say_what_they_say(home):
    (home / "jts.ini").write_text(INI)

    settings = read_settings(usual_folders())

    assert settings.trusted == ("192.168.1.5", "10.0.0.7") and settings.trusts("127.0.0.1") is False
    assert (settings.api_only, settings.port, settings.file) == (True, 7777, "~/Jts/jts.ini")
    assert "secretname" not in str(settings) + repr(settings)


@pytest.mark.parametrize("text", ["", "no section at all", "[IBGateway]\n", "[Logon]\nx=1\n", "\x00\xff[[["])
def test_settings_that_say_nothing_are_no_error(home, text):
    (home / "jts.ini").write_text(text)

    settings = read_settings(usual_folders())

    assert settings is None or (settings.trusted, settings.api_only, settings.port) == (None, None, None)


def test_the_port_as_installed_says_nothing(home):
    (home / "jts.ini").write_text("[IBGateway]\nLocalServerPort=4000\n")

    assert read_settings(usual_folders()).port is None


@pytest.mark.parametrize(
    ("line", "phase"),
    [
        ("INFO [JTS-Main] - Authenticating user secretname", "authenticating"),
        ("INFO [JTS-Login] - Second Factor Authentication requested", "second factor"),
        ("INFO [JTS-Login] - Login has completed", "logged in"),
        ("INFO [JTS-Main] - Shutting down", "logged off"),
    ],
)
def test_the_log_tells_the_last_phase_only(home, line, phase):
    now = time.time()
    stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(now))
    log = home / "launcher.log"
    log.write_text(f"{stamp}.100 INFO - starting TWS\n{stamp}.200 {line}\n{stamp}.300 INFO - x\n")
    os.utime(log, (now, now))  # by our clock: under another one it is not the kernel's

    found = read_phase(usual_folders(), now)

    assert (found.name, found.time) == (phase, stamp[11:])
    assert "secretname" not in str(found)


def test_a_log_of_another_day_or_without_phases_tells_nothing(home):
    log = home / "launcher.log"
    log.write_text("2024-03-24 21:18:59.100 INFO - Login has completed\n")

    assert read_phase(usual_folders(), time.time() + 2 * 86400) is None
    log.write_bytes(bytes(range(256)) * 1000)
    assert read_phase(usual_folders(), time.time()) is None


@pytest.mark.parametrize(
    ("host", "here"), [("127.0.0.1", True), ("localhost", True), ("::1", True), ("10.9.8.7", False)]
)
def test_only_this_machine_is_looked_at(host, here):
    assert is_here(host) is here
    assert here or look_locally(host).processes is None


def test_a_look_that_fails_sees_nothing(monkeypatch):
    def broken(_host):
        raise RuntimeError("no such thing on this system")

    monkeypatch.setattr("ibnb.tws.reach.local.look.look_locally", broken)

    assert asyncio.run(look_beside("127.0.0.1")) == Local()


def test_connect_finds_a_tws_that_listens_on_a_port_of_its_own(home):
    with tws_process(LISTENS.format(hello=HELLO)) as (_, port), pytest.raises(ConnectError) as caught:
        open_connection(Connection, port=free_port(), timeout=2)

    assert caught.value.cause == "wrong-port" and f"port={port}" in caught.value.fix[0]


def test_connect_says_what_runs_where_nothing_listens(home):
    with pytest.raises(ConnectError) as caught:
        open_connection(Connection, port=free_port(), timeout=2)

    assert caught.value.cause == "port-refused"
    assert "neither TWS nor IB Gateway" in caught.value.evidence
