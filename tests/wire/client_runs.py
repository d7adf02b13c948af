"""Clients that others wrote, each run once in an environment of its own, at all versions that it speaks."""

from __future__ import annotations

import json
import os
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from wire.client_messages import written
from wire.client_requests import asked

from ibnb.wire.codec import encode_response

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
#: The versions that a client speaks; 158 is never negotiated, for they do not agree on it.
VERSIONS = {
    "ib_insync": [version for version in range(157, 177) if version != 158],
    "ib_async": [version for version in range(157, 179) if version != 158],
    "ibapi": list(range(145, 158)),
    "ibapi-latest": [version for version in range(145, 201) if version != 158],
}
each_client = pytest.mark.parametrize(
    ("client", "version"), [(client, version) for client, versions in VERSIONS.items() for version in versions]
)


def python_of(client: str) -> Path:
    """Return the Python of the environment with `client`; skips where there is none."""
    folder = Path(os.environ.get("IBNB_CLIENTS", ROOT / ".clients"))
    python = folder / client / "bin" / "python"
    if not python.exists():
        pytest.skip(f"there is no environment with {client}: set IBNB_CLIENTS to a folder with {client}/bin/python")
    return python


def answers(client: str) -> dict[int, dict[str, Any]]:
    """Return what `client` made of our messages, and what it wrote, by version."""
    done = _run(client, python_of(client))
    assert done.returncode == 0, done.stderr
    return _parsed(client, done.stdout)


@cache
def _run(client: str, python: Path) -> subprocess.CompletedProcess[str]:
    jobs = [
        {
            "version": version,
            "payloads": [encode_response(version, *message).hex() for message in written(client, version)],
            "requests": [(method, args) for method, args, _, _ in asked(client, version)],
        }
        for version in VERSIONS[client]
    ]
    return subprocess.run(
        [python, "-B", HERE / "foreign_client.py"],
        input=json.dumps({"client": client, "jobs": jobs}),
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )


@cache
def _parsed(client: str, text: str) -> dict[int, dict[str, Any]]:
    return dict(zip(VERSIONS[client], json.loads(text), strict=True))
