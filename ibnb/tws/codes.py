"""The book of TWS codes: what an error number means, how bad it is, and what to do next.

The book is `codes.csv` beside this file. A code may have several rows: a row with a fragment in its column
`text` speaks for answers whose text holds that fragment, the row without one for all others.
"""

from __future__ import annotations

import csv
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ibnb.errors import RequestError, RequestTimeout
from ibnb.tws.causes import book as causes
from ibnb.tws.texts import clean

Severity = Literal["info", "warning", "error"]


@dataclass(frozen=True)
class Code:
    """One row of the book.

    Attributes
    ----------
    code : int
        TWS's number.
    text : str
        The fragment (in lower case) that the answer's text must hold, or empty.
    severity : {"info", "warning", "error"}
        ``info`` is noise, with ``warning`` the request goes on, with ``error`` it has failed.
    meaning, reason, next_step : str
        In plain words.
    cause : str or None
        The id of the diagnosis, where the code stands for one.
    """

    code: int
    text: str
    severity: Severity
    meaning: str
    reason: str
    next_step: str
    cause: str | None


@functools.cache
def book() -> Mapping[int, tuple[Code, ...]]:
    """Return the rows of every code, the one without a fragment last."""
    entries: dict[int, list[Code]] = {}
    with Path(__file__).with_name("codes.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            severity: Severity = "info" if row["severity"] == "info" else "error"
            if row["severity"] == "warning":
                severity = "warning"
            entry = Code(
                int(row["code"]),
                row["text"].lower(),
                severity,
                row["meaning"],
                row["reason"],
                row["next_step"],
                row["cause"] or None,
            )
            entries.setdefault(entry.code, []).append(entry)
    return {code: tuple(sorted(rows, key=lambda row: not row.text)) for code, rows in entries.items()}


def explain(code: int, text: str = "") -> Code:
    """Look a code up.

    Parameters
    ----------
    code : int
        The number that TWS sent.
    text : str
        The text that TWS sent with it; it tells the meanings of 162 and 321 apart.

    Returns
    -------
    Code
        A code that the book does not have is given the severity that TWS's ranges imply.

    Examples
    --------
    >>> explain(326).cause
    'client-id-in-use'
    >>> explain(162, "API historical data query cancelled: 7").next_step
    'Ask again.'
    """
    lowered = text.lower()
    for entry in book().get(code, ()):
        if entry.text in lowered:
            return entry
    return Code(
        code,
        "",
        "warning" if 2100 <= code < 2200 else "error",
        "This code is not in the book.",
        "",
        "Read the text; set TWS to English if it is in another language.",
        None,
    )


def is_fatal(code: int, text: str = "") -> bool:
    """Return whether a request that drew this code will get no other answer."""
    return explain(code, text).severity == "error"


def request_error(code: int, text: str, request: str) -> RequestError:
    """Return the exception for an error frame.

    Parameters
    ----------
    code, text
        As TWS sent them.
    request : str
        What was asked, by TWS's name of the request and its main arguments.
    """
    entry = explain(code, text)
    meaning = f"{entry.meaning} {entry.reason}".strip()
    return RequestError(code, clean(text), request, meaning, entry.next_step, entry.cause)


def request_timeout(request: str, seconds: float, cause: str | None = None) -> RequestTimeout:
    """Return the exception for a request that TWS did not finish in `seconds`."""
    if cause is None:
        return RequestTimeout(request, seconds, next_step="Ask again, or with a longer timeout.")
    entry = causes()[cause]
    step = next((step for step in entry.fix if "{" not in step), "Ask again, or with a longer timeout.")
    return RequestTimeout(request, seconds, f"{entry.title}.", step, cause)
