"""Settings of the whole package: what a person may set as attributes of ``ibnb.options``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from numbers import Real
from typing import Any

from ibnb.errors import BadInput
from ibnb.ground.choices import tell_choice
from ibnb.ground.masking import masking
from ibnb.ground.numerals import NUMBER_FORMATS, is_number_format, nearest_number_format, numerals
from ibnb.ground.tracebacks import tracebacks
from ibnb.ground.zones import is_zone, nearest_zone, zones

#: The attributes of `Options`.
_NAMES = ("mask", "show_frames", "pictures", "tracebacks", "time_zone", "number_format", "limits")
_ABOVE_0 = "None (off) or a number above 0"
#: Up to which share a limit may be set: of net liquidation more than once, as futures and borrowed money have it.
_MOST = {"share_per_order": 10.0, "share_per_day": 100.0, "through_market": 1.0, "distance": 1.0}


@dataclass
class Limits:
    """What an order may be, as attributes of ``ibnb.options.limits``; None switches a guard off.

    They are looked at before an order is sent, and stop it (`OrderStopped`). For a single one,
    ``submit(force="the reason")`` overrides them, which the audit log keeps. An order that only ends a position passes
    the guards of quantity, value and share: one against what is held and not being closed already, and no larger.

    Attributes
    ----------
    quantity_per_order, quantity_per_day : float or None
        In shares or contracts; a day's are all that this machine's user has sent, over the contracts of the account.
    value_per_order, value_per_day : float or None
        In the account's base currency.
    share_per_order, share_per_day : float or None
        Of the account's net liquidation.
    through_market : float or None
        How far a limit may lie beyond the other side's quote, as a share of it: a purchase above the ask, a sale below
        the bid. Of an order that waits for a price: beyond that.
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

    def __setattr__(self, name: str, value: object) -> None:
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
    is_number = isinstance(value, Real | Decimal) and not isinstance(value, bool)
    if not is_number or not 0 < float(value) < float("inf"):
        raise _refused(name, value, _share(name) if name in _MOST else _ABOVE_0)
    if name in _MOST and value > _MOST[name]:
        percent = f"{float(value) / 100:g} for {float(value):g} %" if value <= 100 else ""
        raise _refused(name, value, _share(name), percent)
    return float(value)


def _share(name: str) -> str:
    return f"None (off) or a share above 0 and up to {_MOST[name]:g}: 0.25 is 25 %"


def _refused(name: str, value: object, allowed: str, hint: str = "") -> BadInput:
    return BadInput(f"ibnb.options.limits.{name}", value, allowed, hint)


class Options:
    """What a person may set, as attributes of ``ibnb.options``.

    Attributes
    ----------
    mask : bool
        Whether account numbers are masked in reprs, reports, messages and widgets (``DU***001``).
        Frames have them whole, and pandas shows them so; ibnb shows and exports them masked.
    limits : Limits
        What an order may be.
    show_frames : bool
        Whether notebooks show ibnb's frames as `ibnb.show` does; False leaves them to pandas.
    pictures : bool
        Whether a saved notebook keeps the last picture of each panel: what the account holds, where that is shown.
    tracebacks : bool
        Whether notebooks show an error of ibnb's with its whole traceback. Without, they show its message, and the
        traceback for ``%tb``. Errors of a person's own code, and plain Python, always show the whole.
    time_zone : str
        In which zone times are shown: ``"exchange"`` (times of a market in its own zone, all others in this machine's),
        ``"local"`` (all in this machine's), ``"UTC"``, or the name of a zone, as ``"Europe/Berlin"``. Frames keep the
        zones of ``ibnb.schema``. What is on a page is shown anew, as it is with the number format.
    number_format : str
        How numbers are shown, by one that is written so: ``"1,234.50"``, ``"1.234,50"``, ``"1 234.50"``,
        ``"1 234,50"``, ``"1'234.50"``, ``"1'234,50"``, ``"1234.50"`` or ``"1234,50"``. Tickets and blotters read what
        is typed the same way. Frames, CSV and what Python prints by itself keep Python's.

    Examples
    --------
    >>> import ibnb
    >>> ibnb.options.mask
    True
    """

    def __init__(self) -> None:
        self._limits = Limits()
        self.show_frames = True
        self.pictures = True

    @property
    def limits(self) -> Limits:
        """What an order may be."""
        return self._limits

    @limits.setter
    def limits(self, limits: Limits) -> None:
        if not isinstance(limits, Limits):
            raise BadInput("ibnb.options.limits", limits, "a Limits", "its attributes are set one by one")
        self._limits = limits

    @property
    def mask(self) -> bool:
        """Whether account numbers are masked."""
        return masking.on

    @mask.setter
    def mask(self, on: bool) -> None:
        masking.on = bool(on)
        tell_choice()

    @property
    def tracebacks(self) -> bool:
        """Whether notebooks show the whole traceback of an error of ibnb's."""
        return tracebacks.whole

    @tracebacks.setter
    def tracebacks(self, whole: bool) -> None:
        tracebacks.whole = bool(whole)

    @property
    def time_zone(self) -> str:
        """In which zone times are shown."""
        return zones.choice

    @time_zone.setter
    def time_zone(self, name: str) -> None:
        if not is_zone(name):
            allowed = "'exchange', 'local', 'UTC' or the name of a zone, as 'Europe/Berlin'"
            near = nearest_zone(name)
            raise BadInput("ibnb.options.time_zone", name, allowed, f"did you mean {near!r}?" if near else "")
        zones.choice = name
        tell_choice()

    @property
    def number_format(self) -> str:
        """How numbers are shown, by one that is written so."""
        return numerals.choice

    @number_format.setter
    def number_format(self, text: str) -> None:
        if not is_number_format(text):
            allowed = f"one of {', '.join(map(repr, NUMBER_FORMATS))}"
            near = nearest_number_format(text)
            raise BadInput("ibnb.options.number_format", text, allowed, f"did you mean {near!r}?" if near else "")
        numerals.choice = text
        tell_choice()

    def __setattr__(self, name: str, value: object) -> None:
        if name not in _NAMES and name != "_limits":
            near = get_close_matches(name, _NAMES, n=1)
            hint = f"did you mean {near[0]}?" if near else ""
            raise BadInput(
                f"ibnb.options.{name}", value, f"no option of that name; there are {', '.join(_NAMES)}", hint
            )
        object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        told = {name: getattr(self, name) for name in _NAMES}
        return f"<Options {' '.join(f'{name}={value}' for name, value in told.items())}>"


options = Options()
