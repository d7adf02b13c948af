"""Watching: diagnose again and again until it works, and say what has changed, so that a person can click meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

from ibnb.doctor.report.lines import Line, lines_of_check
from ibnb.doctor.report.report import Report
from ibnb.doctor.report.words import SYMBOLS, VERDICTS, WORDS

#: Seconds between the end of a look and the next. TWS ignores a second question for its time within one.
INTERVAL = 2.0


def watch(
    diagnose: Callable[[], Report],
    interval: float = INTERVAL,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Report]:
    """Give a report, then another after each pause, the last one the first that is no failure.

    Parameters
    ----------
    diagnose : callable
        Makes a report.
    interval : float
        Seconds of pause.
    sleep : callable
        How to pause.

    Examples
    --------
    >>> from ibnb.doctor import diagnose, watch
    >>> for report in watch(lambda: diagnose(port=7497)):  # doctest: +SKIP
    ...     print(report.verdict)
    """
    while True:
        report = diagnose()
        yield report
        if report.verdict != "fail":
            return
        sleep(interval)


def changes(before: Report, after: Report, now: str) -> Sequence[Line]:
    """Return what differs between two reports, as lines: each check that turned, and what is wrong with it now.

    Parameters
    ----------
    before, after : Report
        Of the same set-up.
    now : str
        The time to put before each line.
    """
    lines: list[Line] = []
    known = {check.id: check for check in before.checks}
    for check in after.checks:
        old = known.get(check.id)
        if old is not None and (old.status, old.cause) == (check.status, check.cause):
            continue
        was = f"{WORDS[old.status]} → " if old is not None else ""
        text = f"{now} {SYMBOLS[check.status]} {check.title}: {was}{WORDS[check.status]}. {check.summary}"
        lines.append(Line(text, check.status, 0, 9))
        if check.status in ("fail", "crash", "warn"):
            lines += [line._replace(indent=line.indent + 9) for line in list(lines_of_check(check))[1:]]
    if lines and after.verdict != before.verdict:
        lines.append(Line(f"{now} {SYMBOLS[after.verdict]} {VERDICTS[after.verdict]}", after.verdict))
    return lines
