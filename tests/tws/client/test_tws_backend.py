"""The client library: chosen by argument, environment and what is installed; imported where a loop is set."""

from __future__ import annotations

import importlib.util
import subprocess
import sys

import pytest

from ibnb.errors import BadInput, IBNBError
from ibnb.tws.client.backend import NAMES, choose, load, module_of

INSTALLED = [name for name in NAMES if importlib.util.find_spec(name)]
ABSENT = [name for name in NAMES if name not in INSTALLED]


def test_the_first_that_is_installed_is_taken(monkeypatch):
    monkeypatch.delenv("IBNB_BACKEND", raising=False)

    assert choose() == INSTALLED[0]


def test_the_environment_may_choose(monkeypatch):
    monkeypatch.setenv("IBNB_BACKEND", INSTALLED[-1])

    assert choose() == INSTALLED[-1]


def test_another_name_is_refused(monkeypatch):
    with pytest.raises(BadInput, match="ib_async"):
        choose("ibapi")
    monkeypatch.setenv("IBNB_BACKEND", "ibapi")
    with pytest.raises(BadInput, match="IBNB_BACKEND"):
        choose()


@pytest.mark.parametrize("name", ABSENT)
def test_what_is_not_installed_says_how_to_get_it(name):
    with pytest.raises(IBNBError, match=f"pip install {name}|does not run"):
        choose(name)


def test_loaded_it_tells_name_and_version():
    backend = load()

    assert backend.name == backend.module.__name__ and backend.version.count(".") >= 1


def test_the_library_of_an_ib_object_is_known():
    module = load().module
    own = type("Own", (module.IB,), {})

    assert module_of(module.IB()) is module
    assert module_of(own()) is module
    with pytest.raises(BadInput):
        module_of(object())


@pytest.mark.parametrize(
    "situation",
    [
        "load()",
        "thread = threading.Thread(target=load); thread.start(); thread.join()",
        "asyncio.run(asyncio.sleep(0)); load()",
        "asyncio.run(inside())",
    ],
)
def test_it_loads_in_every_kind_of_thread_without_a_word(situation):
    head = "import asyncio, threading\nfrom ibnb.tws.client.backend import load\nasync def inside(): load()\n"
    code = f"{head}{situation}\n"

    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, timeout=30)

    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)
