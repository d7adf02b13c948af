"""Write ``doctor.md``: each way a set-up fails, what the doctor says of it and when, beside plain ib_insync.

``python docs/make_doctor_table.py`` acts every case out (five minutes), at the default timeouts of both.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from doctor.answers_of_tws import healthy  # noqa: E402
from doctor.cases import FAULTS, HARMLESS, TOGETHER, Case  # noqa: E402
from tws.raw_servers import ACCOUNT, Script, Server, free_port, payload, started  # noqa: E402

import ibnb  # noqa: E402
from ibnb.doctor import diagnose  # noqa: E402

TIMEOUT = 4.0
QUIET = "127.0.0.77"
PAGE = Path(__file__).with_name("doctor.md")
HEAD = (Path(__file__).with_name("doctor_head.md")).read_text(encoding="utf-8")


class Row(NamedTuple):
    """One case and what came of it."""

    cause: str
    acted: str
    ours: str
    seconds: float
    plain: str
    plain_seconds: float


def plain(host: str, port: int, subject: str) -> tuple[str, float]:
    """Return what ib_insync does, and after how many seconds."""
    command = [sys.executable, str(Path(__file__).with_name("plain_client.py")), host, str(port), subject, str(TIMEOUT)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    told = json.loads(done.stdout)
    return told["what"].replace("|", "\\|"), told["seconds"]


def row(cause: str | None, acted: str, host: str, port: int, subject: str) -> Row:
    """Examine one TWS with both."""
    began = time.monotonic()
    report = diagnose(host=host, port=port, timeout=TIMEOUT)
    seconds = time.monotonic() - began
    if report.cause != cause:
        raise SystemExit(f"{acted}: {report.cause} instead of {cause}\n{report.text()}")
    causes = ", ".join(f"`{each}`" for each in report.causes) or "nothing"
    where = next((check.title for check in report.checks if check.cause == cause), "") if cause else ""
    ours = f"{report.verdict}: {causes}" + (f" ({where})" if where else "")
    return Row(cause or "none", acted, ours, seconds, *plain(host, port, subject))


def acted_out(cases: list[Case]) -> Iterator[Row]:
    """Examine what the simulator acts out."""
    with ibnb.simulate() as sim:
        diagnose(port=sim.port)
        for case in cases:
            sim.scenario(*case.scenario.split("+"))
            yield row(case.cause, f"simulator: {case.scenario}", sim.host, sim.port, case.check)


@contextmanager
def served(talk: Any, port: int = 0, host: str = "127.0.0.1") -> Iterator[int]:
    """Serve a raw server and give its port."""
    with Server(talk, port, host=host) as server:
        yield server.port


@contextmanager
def closed() -> Iterator[int]:
    """Give a port that nothing listens on."""
    yield free_port()


def below() -> Iterator[Row]:
    """Examine what lies below the protocol."""
    lost = payload(4, 2, -1, 1100, "Connectivity between IB and TWS has been lost.", "")
    live = Script(healthy(start=started("U9000001")))
    cases: list[tuple[str, str, str, int | None, Callable[[], AbstractContextManager[int]]]] = [
        ("port-refused", "socket: nothing listens", "127.0.0.1", None, closed),
        (
            "wrong-port",
            "socket: TWS on 4002, asked for 7497",
            QUIET,
            7497,
            lambda: served(Script(healthy()), 4002, QUIET),
        ),
        (
            "port-account-mismatch",
            "socket: a live account on 7497",
            QUIET,
            7497,
            lambda: served(live, 7497, QUIET),
        ),
        (
            "no-uplink",
            "socket: 1100 after the start, positions stay out",
            "127.0.0.1",
            None,
            lambda: served(Script(healthy(start=started(ACCOUNT, 0.3, lost), positions=[]))),
        ),
        ("host-unresolved", "a name that has no address", "no-such-host.invalid", 7497, closed),
    ]
    for cause, acted, host, port, serve in cases:
        with serve() as its_port:
            yield row(cause, acted, host, port or its_port, "")


def table(rows: list[Row]) -> str:
    """Return the rows as a table of the page."""
    lines = [
        "| cause | acted out by | ibnb doctor | s | plain ib_insync | s |",
        "| --- | --- | --- | ---: | --- | ---: |",
    ]
    for each in rows:
        ours, plainly = f"{each.ours} | {each.seconds:.1f}", f"{each.plain} | {each.plain_seconds:.1f}"
        lines.append(f"| `{each.cause}` | {each.acted} | {ours} | {plainly} |")
    return "\n".join(lines)


def main() -> None:
    """Act everything out and write the page."""
    faults = [*below(), *acted_out(FAULTS)]
    together, harmless = list(acted_out(TOGETHER)), list(acted_out(HARMLESS))
    counts = f"{len(faults)} faults, {len(together)} pairs and {len(harmless)} set-ups that only look odd"
    page = HEAD.replace("{counts}", counts).replace("{slowest}", f"{max(each.seconds for each in faults):.1f}")
    page = page.replace("{healthy}", f"{harmless[0].seconds:.1f}")
    page = page.replace("{faults}", table(faults)).replace("{together}", table(together))
    PAGE.write_text(page.replace("{harmless}", table(harmless)), encoding="utf-8")


if __name__ == "__main__":
    main()
