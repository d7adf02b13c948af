"""The doctor at the command line: one look or a watch, as text or JSON, with a bundle for asking help."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from ibnb import doctor
from ibnb.doctor.bundle import Bundle
from ibnb.doctor.context import Context
from ibnb.doctor.report.lines import Line, lines_of
from ibnb.doctor.report.report import Report
from ibnb.doctor.report.text import print_lines, writable
from ibnb.doctor.runner import make_context, run_once
from ibnb.doctor.watch import changes, watch
from ibnb.doctor.wirelog import LoggingBackend, WireLog
from ibnb.errors import BadInput, IBNBError
from ibnb.ground.zones import clock
from ibnb.tws.client.backend import load

_FAILURE = 1


def run(
    host: str,
    port: int | None,
    client_id: int | None,
    timeout: float,
    account: str | None,
    *,
    as_json: bool = False,
    watching: bool = False,
    bundle: Path | None = None,
    yes: bool = False,
) -> int:
    """Diagnose, print what was found, and return the exit code: 0 fine or only remarks, 1 a failure.

    Parameters
    ----------
    host, port, client_id, timeout, account
        As for `ibnb.diagnose`.
    as_json : bool
        Print JSON; with `watching` one line for each look that differs from the one before.
    watching : bool
        Look again until nothing fails; Ctrl-C ends it with the code of the last look.
    bundle : Path, optional
        Also write a zip file for asking help, after its contents were shown and agreed to.
    yes : bool
        Do not ask before it is written.

    Raises
    ------
    BadInput
        If an argument is impossible.
    """
    if bundle is not None and not bundle.absolute().parent.is_dir():
        raise BadInput("bundle", str(bundle), "a file in a folder that exists")
    arguments: dict[str, Any] = {"host": host, "port": port, "client_id": client_id, "timeout": timeout}
    if account is not None:
        arguments["account"] = account
    report: Report | None = None
    log = WireLog()

    def look() -> Report:
        nonlocal report, log
        if bundle is None:
            report = doctor.diagnose(**arguments)
        else:
            log = WireLog()
            report = run_once(_logged(make_context(**arguments), log))
        return report

    try:
        _watch(look, as_json) if watching else _print(look(), as_json)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
    if report is None:
        return _FAILURE
    if bundle is not None:
        _write(Bundle(report, log), bundle, yes)
    return _FAILURE if report.verdict == "fail" else 0


def _logged(context: Context, log: WireLog) -> Context:
    """Let a context's client write a log; without a client the check of the environment tells what is missing."""
    with suppress(IBNBError, ImportError):
        backend = load()
        context.backend = LoggingBackend(backend.module, backend.name, backend.version, log)
    return context


def _print(report: Report, as_json: bool) -> None:
    if as_json:
        print(report.json())
    elif sys.stdout.isatty():
        print_lines(lines_of(report))
    else:
        print(writable(report.text(), sys.stdout.encoding))


def _watch(look: Callable[[], Report], as_json: bool) -> None:
    before: Report | None = None
    for report in watch(look):
        if as_json:
            if before is None or _differ(before, report):
                print(report.json(indent=None), flush=True)
        elif before is None:
            _print(report, as_json)
            if report.verdict == "fail":
                print_lines([Line(""), Line("Watching: change something in TWS and see it turn. Ctrl-C ends this.")])
        else:
            print_lines(changes(before, report, clock()))
        sys.stdout.flush()
        before = report


def _differ(before: Report, after: Report) -> bool:
    return [(check.id, check.status, check.cause) for check in before.checks] != [
        (check.id, check.status, check.cause) for check in after.checks
    ]


def _write(made: Bundle, path: Path, yes: bool) -> None:
    """Show what the bundle holds and write it, where the person agrees."""
    out = sys.stderr  # standard output may be JSON that somebody reads
    print(f"\nThe bundle {path} would hold:", *(f"  {line}" for line in made.listing()), sep="\n", file=out)
    if path.exists():
        print("A file of this name exists and would be replaced.", file=out)
    if not yes and not _agreed(made):
        print("Nothing was written.", file=out)
        return
    made.write(path)
    print(f"Written: {path}. Look through it before you pass it on.", file=out)


def _agreed(made: Bundle) -> bool:
    while True:
        print("Write it? [y]es, [n]o, [s]how all of it first: ", end="", flush=True, file=sys.stderr)
        answer = sys.stdin.readline()
        word = answer.strip().lower()
        if word in ("y", "yes"):
            return True
        if not answer or word in ("n", "no", ""):
            return False
        if word in ("s", "show"):
            for name, text in made.files().items():
                print(f"\n----- {name}", text, sep="\n", file=sys.stderr)
