"""What holds a panel and what does not: handlers are weak, parts end with their owner."""

from __future__ import annotations

import gc
import subprocess
import sys

import ipywidgets

from ibnb.widgets.kit.lifetime import close_widgets, close_with, weakly


class Owner:
    def __init__(self) -> None:
        self.calls = 0

    def count(self) -> None:
        self.calls += 1


class Part:
    def __init__(self, log: list[str], name: str) -> None:
        self.log, self.name = log, name

    def close(self) -> None:
        self.log.append(self.name)


def test_a_weak_handler_calls_while_its_object_lives_and_does_not_hold_it() -> None:
    owner = Owner()
    handle = weakly(owner.count)

    handle("an event")
    assert owner.calls == 1
    del owner
    gc.collect()
    handle("an event")  # nobody is there any more


def test_parts_are_closed_in_order_with_their_owner_and_once() -> None:
    log: list[str] = []
    owner = Owner()
    finish = close_with(owner, Part(log, "work"), Part(log, "simulator"))

    finish()
    del owner
    gc.collect()

    assert log == ["work", "simulator"]
    assert not finish.alive


def test_garbage_closes_the_parts() -> None:
    log: list[str] = []
    owner = Owner()
    close_with(owner, Part(log, "work"))

    del owner
    gc.collect()

    assert log == ["work"]


def test_all_widgets_within_are_closed() -> None:
    inner = ipywidgets.HTML("x")
    outer = ipywidgets.VBox([ipywidgets.Box([inner])])

    close_widgets(outer)
    close_widgets(outer)

    assert inner.comm is None and outer.comm is None


def test_at_the_interpreters_end_too_no_part_keeps_the_others_from_being_closed() -> None:
    code = """
from ibnb.widgets.kit.lifetime import close_with
class Owner: pass
class Part:
    def __init__(self, name, broken): self.name, self.broken = name, broken
    def close(self):
        print(self.name, flush=True)
        if self.broken: raise OSError("the channel is closed")
owner = Owner()
close_with(owner, Part("first", True), Part("second", False))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=50, check=False)

    assert done.stdout.split() == ["first", "second"]
    assert done.stderr.rstrip().endswith("OSError: the channel is closed")
