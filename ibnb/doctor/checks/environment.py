"""Python, its packages, the kernel and its front end: is everything there that a session and its widgets need."""

from __future__ import annotations

import asyncio
import platform
from importlib import metadata

from ibnb.doctor.check import Check, Outcome, passed
from ibnb.doctor.context import Context
from ibnb.doctor.front_end import Lack, describe_front_end, look_at_front_end
from ibnb.errors import IBNBError
from ibnb.tws.client.backend import load
from ibnb.tws.codes.causes import describe

#: Package, the least release that works, and whether nothing works without it.
_NEEDED = (
    ("pandas", (2, 2), True),
    ("numpy", (1, 26), True),
    ("ipywidgets", (8, 1), False),
    ("jupyterlab_widgets", (3, 0), False),
)


async def run(context: Context) -> Outcome:
    """Look at the client library first, then at the others; the import goes on beside the first look at the port."""
    seen, lacking = [f"Python {platform.python_version()}"], []
    try:
        backend = context.backend if context.backend is not None else await asyncio.to_thread(load)
        context.backend = backend
        seen.append(f"{backend.name} {backend.version}")
    except IBNBError as error:
        lacking.append(Lack(str(error), "pip install ib_async", vital=True))
    except Exception as error:  # installed, but broken: whatever its import raises
        lacking.append(Lack(f"The client library cannot be imported: {error!r}", "pip install ib_async", vital=True))
    for package, least, vital in _NEEDED:
        wanted = ".".join(map(str, least))
        command = f'pip install --upgrade "{package}>={wanted}"'
        try:
            version = metadata.version(package)
        except metadata.PackageNotFoundError:
            lacking.append(Lack(f"{package} is not installed.", command, vital))
            continue
        seen.append(f"{package} {version}")
        if _numbers(version) < least:
            lacking.append(Lack(f"{package} {version} is too old: {wanted} or newer is needed.", command, vital))
    seen.append(describe_front_end())
    if not lacking and (lack := look_at_front_end()) is not None:
        lacking.append(lack)
    if lacking:
        return _outcome(lacking, ", ".join(seen))
    return passed(", ".join(seen[:2]) + ".", ", ".join(seen))


def _outcome(lacking: list[Lack], seen: str) -> Outcome:
    """Tell all that is lacking at once, what is vital first."""
    lacking.sort(key=lambda lack: not lack.vital)
    findings = [describe("environment", seen, problem=lack.problem, command=lack.command) for lack in lacking]
    steps = [finding.fix[0] for finding in findings] + list(findings[0].fix[1:])
    status = findings[0].severity if lacking[0].vital else "warn"
    summary = " ".join(finding.summary for finding in findings)
    return Outcome(status, summary, "environment", seen, tuple(dict.fromkeys(steps)))


def _numbers(version: str) -> tuple[int, ...]:
    parts = version.split(".")[:2]
    return tuple(int("".join(filter(str.isdigit, part)) or 0) for part in parts)


CHECK = Check("environment", "Python", run)
