"""The clients that others wrote, as fixtures: each test here says with which it talks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from clients.make_environments import UnavailableError, python_of

HERE = Path(__file__).resolve().parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what lies in this folder, for the second stage; the first test of a client may have to install it."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.clients)
            item.add_marker(pytest.mark.second)
            if not item.get_closest_marker("timeout"):
                item.add_marker(pytest.mark.timeout(300))


@pytest.fixture(scope="session")
def client_python() -> Callable[[str], Path]:
    """Return a function from a client's name to its Python; skips where no registry serves the client."""
    unavailable: dict[str, str] = {}

    def python(name: str) -> Path:
        if name not in unavailable:
            try:
                return python_of(name)
            except UnavailableError as error:
                unavailable[name] = str(error)
        pytest.skip(f"{name} is not available here: {unavailable[name]}")

    return python
