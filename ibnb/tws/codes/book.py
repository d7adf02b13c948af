"""The book of TWS codes: what an error number means, how bad it is, and what to do next.

The book is `codes.csv` beside this file. A code may have several rows: one with fragments in its column `text`
(parted by ``|``, in lower case) speaks for answers whose text holds one of them, the first that fits; the row
without any comes last and speaks for all others, since texts come in TWS's own language.
"""

from __future__ import annotations

import csv
import functools
import operator
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, SupportsIndex, overload

from ibnb.errors import BadInput, RequestDropped, RequestError, RequestTimeout
from ibnb.tws.client.tap import TOO_FAST
from ibnb.tws.codes.causes import book as causes
from ibnb.tws.codes.ranges import HOW_TO_FIND_OUT, Severity, range_of
from ibnb.tws.codes.view import as_html, as_text
from ibnb.tws.texts import clean

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, repr=False)
class Code:
    """One row of the book; it shows itself as lines, in a notebook as a table.

    Attributes
    ----------
    code : int
        TWS's number.
    text : str
        Fragments, parted by ``|``, one of which the answer's text must hold; or empty.
    severity : {"info", "warning", "error"}
        ``info`` is noise, with ``warning`` the request goes on, with ``error`` it has failed.
    meaning, reason, next_step : str
        In plain words.
    cause : str or None
        The id of the diagnosis, where the code stands for one.
    source : str
        Where the fact comes from; empty for a code that the book does not have.
    """

    code: int
    text: str
    severity: Severity
    meaning: str
    reason: str
    next_step: str
    cause: str | None
    source: str

    def fits(self, text: str) -> bool:
        """Return whether the row speaks for an answer with this text, given in lower case."""
        return any(fragment in text for fragment in self.text.split("|"))

    def __repr__(self) -> str:
        return as_text(self, self._texts)

    def _repr_html_(self) -> str:
        return as_html(self, self._texts)

    @property
    def _texts(self) -> int:
        return len([row for row in book().get(self.code, ()) if row.text])


@functools.cache
def book() -> Mapping[int, tuple[Code, ...]]:
    """Return the rows of every code, in the order in which they are tried."""
    entries: dict[int, list[Code]] = {}
    with Path(__file__).with_name("codes.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            values: dict[str, Any] = {**row, "code": int(row["code"]), "cause": row["cause"] or None}
            entries.setdefault(values["code"], []).append(Code(**values))
    return {code: tuple(rows) for code, rows in entries.items()}


def entry_of(code: int, text: str = "") -> Code:
    """Return the row of the book for whatever came from a server; see `explain`, which checks its input."""
    lowered = text.lower()
    for entry in book().get(code, ()):
        if entry.fits(lowered):
            return entry
    span = range_of(code)
    return Code(code, "", span.severity, "This code is not in the book.", span.meaning, HOW_TO_FIND_OUT, None, "")


@overload
def explain() -> pd.DataFrame: ...


@overload
def explain(code: SupportsIndex, text: str = "") -> Code: ...


def explain(code: SupportsIndex | None = None, text: str = "") -> Code | pd.DataFrame:
    """Look a TWS code up, or return the whole book.

    Parameters
    ----------
    code : int, optional
        The number that TWS sent with its error message (4).
    text : str
        The text that TWS sent with it; it tells the meanings of codes such as 162, 201 and 321 apart.

    Returns
    -------
    Code or pandas.DataFrame
        A code that the book does not have is judged by its range, and says how to find out more. Without
        arguments all rows, columns ``code``, ``text``, ``severity``, ``meaning``, ``reason``, ``next_step``,
        ``cause`` and ``source``; rows of one code stand in the order in which they are tried.

    Raises
    ------
    BadInput
        For a code that is no number or negative, and for a text without a code.

    Examples
    --------
    >>> explain(326)
    326 error: The client id is already in use.
      Why:     Another program, or an earlier kernel, is connected under it.
      Next:    Leave client_id out, or choose another.
      Cause:   client-id-in-use (The client id is taken)
      Source:  TWS API docs: message codes
    >>> explain(162, "API historical data query cancelled: 7").next_step
    'Ask again.'
    """
    if not isinstance(text, str):
        raise BadInput("text", text, "the text that TWS sent, a str")
    if code is None:
        if text:
            raise BadInput("code", code, "the number that came with the text", "ibnb.explain(162, text)")
        return _frame()
    return entry_of(_number(code), text)


def _number(code: object) -> int:
    allowed = "a whole number from 0 up, as TWS sends it"
    if isinstance(code, str):
        digits = code.strip()
        known = digits.isascii() and digits.isdigit()
        raise BadInput("code", code, allowed, f"ibnb.explain({int(digits)})" if known else "ibnb.explain(code, text)")
    try:
        number = operator.index(code)  # type: ignore[arg-type]  # numpy's integers too
    except TypeError:
        raise BadInput("code", code, allowed) from None
    if isinstance(code, bool):
        raise BadInput("code", code, allowed)
    if number < 0:
        raise BadInput("code", code, allowed, "-1 is the id of messages that belong to no request; the code follows it")
    return number


def _frame() -> pd.DataFrame:
    import pandas as pd

    rows = [row for entries in book().values() for row in entries]
    columns = {field.name: [getattr(row, field.name) or "" for row in rows] for field in fields(Code)}
    texts = {name: pd.Series(values, dtype="string") for name, values in columns.items() if name != "code"}
    frame = pd.DataFrame({"code": pd.Series([row.code for row in rows], dtype="int64"), **texts})
    frame.attrs = {"table": "codes", "request": ""}
    return frame


def is_fatal(code: int, text: str = "") -> bool:
    """Return whether a request that drew this code will get no other answer."""
    return entry_of(code, text).severity == "error"


def request_error(code: int, text: str, request: str) -> RequestError:
    """Return the exception for an error frame.

    Parameters
    ----------
    code, text
        As TWS sent them.
    request : str
        What was asked, by TWS's name of the request and its main arguments.
    """
    entry = entry_of(code, text)
    meaning = f"{entry.meaning} {entry.reason}".strip()
    return RequestError(code, clean(text), request, meaning, entry.next_step, entry.cause)


def request_dropped(text: str, request: str) -> RequestDropped:
    """Return the exception for a request that TWS has most likely not taken; for parameters see `request_error`."""
    refused = request_error(TOO_FAST, text, request)
    return RequestDropped(refused.code, refused.text, request, refused.meaning, refused.next_step, refused.cause)


def in_one_line(error: RequestError) -> str:
    """Return what a refusal means and what TWS said, in one line, for a table's cell."""
    said = f"TWS answered {error.code}: {error.text}" if error.code is not None else error.text
    return f"{error.meaning} {said}".strip()


def request_timeout(request: str, seconds: float, cause: str | None = None) -> RequestTimeout:
    """Return the exception for a request that TWS did not finish in `seconds`."""
    if cause is None:
        return RequestTimeout(request, seconds, next_step="Ask again, or with a longer timeout.")
    entry = causes()[cause]
    step = next((step for step in entry.fix if "{" not in step), "Ask again, or with a longer timeout.")
    return RequestTimeout(request, seconds, f"{entry.title}.", step, cause)
