"""What a TWS answers to an order, a change or a cancellation that it does not take: a code and its text."""

from __future__ import annotations


class Refused(Exception):
    """A request about an order that is refused.

    Parameters
    ----------
    code : int
        TWS's code.
    text : str
        What follows it.
    """

    def __init__(self, code: int, text: str) -> None:
        self.code, self.text = code, text
        super().__init__(f"{code}: {text}")


def invalid(cause: str) -> Refused:
    """Return the error of a request that does not pass validation (321)."""
    return Refused(321, f"Error validating request.-'bH' : cause - {cause}")
