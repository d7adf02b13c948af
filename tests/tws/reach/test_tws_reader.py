"""Reading with patience: nothing is lost at the end of a wait, and nothing goes on after the close."""

from __future__ import annotations

import asyncio
import socket
import time

import pytest

from ibnb.tws.reach.reader import PatientReader


@pytest.fixture
def ends():
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    with ours, theirs:
        yield ours, theirs


def test_bytes_that_come_just_as_the_wait_ends_are_kept(ends):
    ours, theirs = ends

    def send_and_hold_the_loop():
        theirs.sendall(b"hello")
        time.sleep(0.05)

    async def look():
        reader = PatientReader(ours)
        asyncio.get_running_loop().call_later(0.01, send_and_hold_the_loop)
        first = await reader.read(0.02)
        return first if first is not None else await reader.read(1)

    assert asyncio.run(look()) == b"hello"


def test_nothing_end_and_bytes_are_told_apart(ends):
    ours, theirs = ends

    async def look():
        reader = PatientReader(ours, 3)
        seen = [await reader.read(0.01)]
        theirs.sendall(b"abcd")
        theirs.shutdown(socket.SHUT_WR)
        return seen + [await reader.read() for _ in range(3)]

    assert asyncio.run(look()) == [None, b"abc", b"d", b""]


def test_after_the_close_nothing_waits(ends):
    ours, theirs = ends

    async def look():
        reader = PatientReader(ours)
        await reader.read(0.01)
        await reader.close()
        theirs.sendall(b"late")
        await asyncio.sleep(0.02)
        return len(asyncio.all_tasks())

    assert asyncio.run(look()) == 1
    assert ours.recv(10) == b"late"
