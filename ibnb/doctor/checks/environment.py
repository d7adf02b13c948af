"""Python and its packages: is everything there that a session and its tables need."""

from __future__ import annotations

import platform
from importlib import metadata

from ibnb.doctor.check import Check, Outcome, passed
from ibnb.doctor.context import Context
from ibnb.errors import IBNBError
from ibnb.tws.backend import load
from ibnb.tws.causes import describe

#: Package, the least release that works, and whether nothing works without it.
_NEEDED = (
    ("pandas", (2, 2), True),
    ("ipywidgets", (8, 1), False),
    ("jupyterlab_widgets", (3, 0), False),
)


async def run(context: Context) -> Outcome:
    """Look at the client library first, then at the others."""
    try:
        context.backend = load()
    except IBNBError as error:
        return _lacking(str(error), "pip install ib_async", vital=True, seen="")
    seen = [f"Python {platform.python_version()}", f"{context.backend.name} {context.backend.version}"]
    for package, least, vital in _NEEDED:
        wanted = ".".join(map(str, least))
        command = f'pip install --upgrade "{package}>={wanted}"'
        try:
            version = metadata.version(package)
        except metadata.PackageNotFoundError:
            return _lacking(f"{package} is not installed.", command, vital, ", ".join(seen))
        if _numbers(version) < least:
            text = f"{package} {version} is too old: {wanted} or newer is needed."
            return _lacking(text, command, vital, ", ".join(seen))
        seen.append(f"{package} {version}")
    return passed(", ".join(seen[:2]) + ".", ", ".join(seen))


def _lacking(problem: str, command: str, vital: bool, seen: str) -> Outcome:
    finding = describe("environment", seen, problem=problem, command=command)
    status = finding.severity if vital else "warn"
    return Outcome(status, finding.summary, finding.cause, finding.evidence, finding.fix)


def _numbers(version: str) -> tuple[int, ...]:
    parts = version.split(".")[:2]
    return tuple(int("".join(filter(str.isdigit, part)) or 0) for part in parts)


CHECK = Check("environment", "Python", run)
