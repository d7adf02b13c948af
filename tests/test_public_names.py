"""Every exported name exists, is documented with an example, and importing the package starts nothing."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

import ibnb
from ibnb.ground import views

PUBLIC = sorted(getattr(ibnb, "__all__", []))


def test_the_package_exports_something() -> None:
    assert PUBLIC


@pytest.mark.parametrize("name", PUBLIC)
def test_an_exported_name_exists_and_is_listed(name: str) -> None:
    assert getattr(ibnb, name) is not None
    assert name in dir(ibnb)


@pytest.mark.parametrize("name", PUBLIC)
def test_an_exported_name_is_documented(name: str) -> None:
    thing = getattr(ibnb, name)
    documented = inspect.isroutine(thing) or inspect.isclass(thing)
    text = inspect.getdoc(thing if documented else type(thing)) or ""

    if name.startswith("__"):
        return
    assert text, f"ibnb.{name} has no docstring"
    if inspect.isroutine(thing):
        assert ">>>" in text, f"the docstring of ibnb.{name} has no example"
        assert inspect.signature(thing).return_annotation is not inspect.Signature.empty


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = ibnb.no_such_name  # type: ignore[attr-defined]


def test_importing_the_package_starts_nothing_and_loads_nothing_heavy() -> None:
    code = (
        "import sys, threading, psutil, ibnb\n"
        "heavy = {'matplotlib', 'ipywidgets', 'pyarrow.dataset', 'exchange_calendars', 'jupyterlab'}\n"
        "own = psutil.Process()\n"
        "started = [threading.active_count(), own.children(), own.net_connections()]\n"
        "print(sorted(heavy & set(sys.modules)), *started)"
    )

    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True)

    assert run.stdout.strip() == "[] 1 [] []"


@pytest.mark.second
def test_any_exported_name_may_be_the_first_that_is_used() -> None:
    code = (
        "import sys\n"
        f"for name in {PUBLIC!r}:\n"
        "    for module in [each for each in sys.modules if each.partition('.')[0] == 'ibnb']:\n"
        "        del sys.modules[module]\n"
        "    import ibnb\n"
        "    getattr(ibnb, name)\n"
    )

    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=50, check=False)

    assert run.returncode == 0, run.stderr


@pytest.mark.second
def test_names_stay_what_they_are_whatever_else_is_imported() -> None:
    """A module of the same name, once imported, takes the place of a name: none may have it."""
    code = (
        "import importlib, pkgutil, ibnb\n"
        "first = {name: getattr(ibnb, name) for name in ibnb.__all__}\n"
        "for each in pkgutil.walk_packages(ibnb.__path__, 'ibnb.'):\n"
        "    if not each.name.endswith('__main__'):\n"
        "        importlib.import_module(each.name)\n"
        "assert all(getattr(ibnb, name) is value for name, value in first.items())\n"
        "ibnb.options.mask = False\n"
        "from ibnb.ground.masking import mask_account\n"
        "print(mask_account('DU1234567'))\n"
    )

    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=50, check=False)

    assert run.stdout.strip() == "DU1234567", run.stderr


def test_what_a_notebook_draws_things_with_is_there() -> None:
    assert views._DRAWN_BY
    for name, load in views._DRAWN_BY.items():
        assert callable(load()), name
