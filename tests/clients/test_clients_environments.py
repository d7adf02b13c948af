"""Each foreign client stands alone in its environment; a registry without it is told, not a crash."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from clients.make_environments import REQUIREMENTS, UnavailableError, python_of

CLIENTS = {"ib-insync", "ib-async", "ibapi", "ibapi-latest", "ibnb"}
INSTALLED = "import importlib.metadata as m; print(*{d.name.lower().replace('_', '-') for d in m.distributions()})"


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_a_client_is_alone_in_its_environment(name: str, client_python: Callable[[str], Path]) -> None:
    run = subprocess.run([client_python(name), "-c", INSTALLED], capture_output=True, text=True, timeout=30, check=True)

    assert CLIENTS.intersection(run.stdout.split()) == {name.replace("_", "-")}


def test_what_the_registry_does_not_serve_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)

    with pytest.raises(UnavailableError, match="ibapi"):
        python_of("ibapi", tmp_path)

    assert not (tmp_path / "ibapi" / "ready.txt").exists()
