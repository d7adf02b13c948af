"""Settings of the whole package: what a person may set as attributes of ``ibnb.options``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ibnb.errors import BadInput
from ibnb.masking import masking

_ABOVE_0 = "None (off) or a number above 0"
_SHARE = "None (off) or a share above 0, such as 0.25 for 25 %"


@dataclass
class Limits:
    """What an order may be, as attributes of ``ibnb.options.limits``; None switches a guard off.

    They are looked at before an order is sent, and stop it (`OrderStopped`). For a single one,
    ``submit(force="the reason")`` overrides them, which the audit log keeps. An order that only ends a position passes
    the guards of quantity, value and share.

    Attributes
    ----------
    quantity_per_order, quantity_per_day : float or None
        In shares or contracts; a day's are all that were sent, over the contracts of the account.
    value_per_order, value_per_day : float or None
        In the account's base currency.
    share_per_order, share_per_day : float or None
        Of the account's net liquidation.
    through_market : float or None
        How far a limit may lie beyond the other side's quote, as a share of it: a purchase above the ask, a sale below
        the bid.
    distance : float or None
        How far a limit may lie from the last price, on either side, as a share of it.
    seconds_between : float or None
        How long after another order one may be sent.
    quote_age : float or None
        How old the quote may be, in seconds, that an order at the market's price rests on.
    market_order_outside_hours : bool
        Whether orders at the market's price may be sent while it is closed.
    sec_types, symbols : set of str or None
        What alone may be ordered: ``{"STK", "CASH"}``, ``{"AAPL", "SPY"}``.

    Examples
    --------
    >>> import ibnb
    >>> ibnb.options.limits.share_per_order
    0.25
    """

    quantity_per_order: float | None = None
    quantity_per_day: float | None = None
    value_per_order: float | None = None
    value_per_day: float | None = None
    share_per_order: float | None = 0.25
    share_per_day: float | None = None
    through_market: float | None = 0.05
    distance: float | None = None
    seconds_between: float | None = None
    quote_age: float | None = 60.0
    market_order_outside_hours: bool = False
    sec_types: Iterable[str] | None = None
    symbols: Iterable[str] | None = None

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in type(self).__dataclass_fields__:
            known = ", ".join(type(self).__dataclass_fields__)
            raise _refused(name, value, f"no limit of that name; there are {known}")
        object.__setattr__(self, name, _checked_limit(name, value))


def _checked_limit(name: str, value: Any) -> Any:
    if name == "market_order_outside_hours":
        if not isinstance(value, bool):
            raise _refused(name, value, "True or False")
        return value
    if value is None:
        return None
    if name in ("sec_types", "symbols"):
        words = [value] if isinstance(value, str) else list(value) if isinstance(value, Iterable) else [None]
        texts = [word.strip().upper() for word in words if isinstance(word, str) and word.strip()]
        if len(texts) < len(words):
            raise _refused(name, value, "None (off) or a set of words, such as {'AAPL', 'SPY'}")
        return frozenset(texts)
    is_share = name.startswith("share") or name in ("through_market", "distance")
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf"):
        raise _refused(name, value, _SHARE if is_share else _ABOVE_0)
    return float(value)


def _refused(name: str, value: object, allowed: str) -> BadInput:
    return BadInput(f"ibnb.options.limits.{name}", value, allowed)


class Options:
    """What a person may set, as attributes of ``ibnb.options``.

    Attributes
    ----------
    mask : bool
        Whether account numbers are masked in reprs, reports, messages and widgets (``DU***001``).
        Frames show them whole.
    limits : Limits
        What an order may be.

    Examples
    --------
    >>> import ibnb
    >>> ibnb.options.mask
    True
    """

    def __init__(self) -> None:
        self.limits = Limits()

    @property
    def mask(self) -> bool:
        """Whether account numbers are masked."""
        return masking.on

    @mask.setter
    def mask(self, on: bool) -> None:
        masking.on = bool(on)

    def __repr__(self) -> str:
        return f"<Options mask={self.mask} limits={self.limits}>"


options = Options()
