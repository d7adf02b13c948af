"""What a TWS says of an order, a change or a cancellation that it does not take as it is: a code and its text."""

from __future__ import annotations

from typing import NamedTuple

#: What is said of an order that does not work outside regular hours though it says so (2109).
OUTSIDE_IGNORED = (
    "Order Event Warning:Attribute 'Outside Regular Trading Hours' is ignored based on the order type and destination. "
    "PlaceOrder is now being processed."
)


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


class Verdict(NamedTuple):
    """What is to be said of a new order that can be booked.

    Attributes
    ----------
    how : str
        ``rejected``; ``inactive``, without an error; ``cancelled`` as soon as it was taken; or ``remarked`` on.
    code, text : int, str
        The error, or, where it has no code, a warning in openOrder.
    of_previews : bool
        Whether a what-if is refused with this error, too.
    """

    how: str
    code: int
    text: str
    of_previews: bool = False
