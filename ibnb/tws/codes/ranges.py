"""What a code's number alone tells: TWS gives its codes out by ranges.

It is what can be said honestly of a code that the book does not have.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Severity = Literal["info", "warning", "error"]

HOW_TO_FIND_OUT = (
    "Read the text that came with it, with TWS set to English; look the number up in the message codes of the TWS API "
    'documentation; tick "Create API message log file" in TWS\'s API settings to see what was asked.'
)


class CodeRange(NamedTuple):
    """Codes that mean the same kind of thing.

    Attributes
    ----------
    first, last : int
        Both belong to the range.
    severity : {"info", "warning", "error"}
        How bad a code of the range is as a rule.
    meaning : str
        What TWS uses the range for.
    """

    first: int
    last: int
    severity: Severity
    meaning: str


RANGES = (
    CodeRange(100, 499, "error", "Codes 100 to 499 are refusals of requests and orders."),
    CodeRange(500, 599, "error", "Codes 500 to 599 come as a rule from the client library, when a message fails."),
    CodeRange(1000, 1999, "error", "Codes 1000 to 1999 tell of TWS's own connection to Interactive Brokers."),
    CodeRange(2100, 2199, "warning", "Codes 2100 to 2199 are notices and warnings: what was asked goes on."),
    CodeRange(10000, 10999, "error", "Codes 10000 to 10999 are newer refusals of requests, orders and market data."),
)


def range_of(code: int) -> CodeRange:
    """Return the range that a code lies in.

    Examples
    --------
    >>> range_of(2199).severity
    'warning'
    >>> range_of(99999).meaning
    'It lies in none of the ranges that TWS uses; another program may have made it.'
    """
    for each in RANGES:
        if each.first <= code <= each.last:
            return each
    return CodeRange(
        code, code, "error", "It lies in none of the ranges that TWS uses; another program may have made it."
    )
