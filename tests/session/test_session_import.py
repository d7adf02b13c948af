"""Importing the package loads nothing heavy and starts nothing."""

from __future__ import annotations

import subprocess
import sys

import pytest

import ibnb

LOOK = """
import sys, threading, ibnb
heavy = {"pandas", "numpy", "matplotlib", "ipywidgets", "pyarrow", "ib_insync", "ib_async", "anyio", "dask", "typer"}
print(sorted(heavy & set(sys.modules)), threading.active_count(), sorted(set(ibnb.__all__) - set(dir(ibnb))))
"""


def test_import_loads_nothing_heavy_and_starts_no_thread() -> None:
    run = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True, check=True)

    assert run.stdout.strip() == "[] 1 []"


def test_every_public_name_is_there() -> None:
    for name in ibnb.__all__:
        assert getattr(ibnb, name) is not None


def test_a_wrong_name_is_answered_with_the_right_ones() -> None:
    with pytest.raises(AttributeError, match="diagnose"):
        ibnb.diagnoze  # type: ignore[attr-defined]  # noqa: B018  # mistyped
