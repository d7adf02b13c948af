"""What a person may have drawn with bars, as checked choices: what lies over them and below, and the scale."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from ibnb.errors import BadInput
from ibnb.tws.arguments import check_flag

#: More lines than this cannot be told apart over candles.
MOST_LINES = 6
#: What everybody means who names no figures.
BOLLINGER, RSI, MACD = (20, 2.0), 14, (12, 26, 9)
_WIDEST = 10


@dataclass(frozen=True)
class Overlays:
    """What to draw over bars.

    Attributes
    ----------
    ma, ema : tuple of int
        Lengths of simple and exponential moving averages, in bars.
    vwap, profile : bool
        Whether to draw them.
    bollinger : (int, float) or None
        How many bars, and how many standard deviations to both sides.
    rsi : int
        How many bars; 0 for none.
    macd : (int, int, int) or None
        Bars of the fast and the slow average, and of the signal.
    log : bool
        Whether equal parts of the price axis are equal changes in percent.
    """

    ma: tuple[int, ...] = ()
    ema: tuple[int, ...] = ()
    vwap: bool = False
    profile: bool = False
    bollinger: tuple[int, float] | None = None
    rsi: int = 0
    macd: tuple[int, int, int] | None = None
    log: bool = False

    @classmethod
    def checked(
        cls,
        ma: object = (),
        ema: object = (),
        vwap: object = False,
        profile: object = False,
        bollinger: object = False,
        rsi: object = False,
        macd: object = False,
        log: object = False,
    ) -> Self:
        """Return the overlays that arguments name.

        Raises
        ------
        BadInput
            Naming the argument that is impossible.
        """
        found = cls(
            _lengths("ma", ma),
            _lengths("ema", ema),
            check_flag("vwap", vwap),
            check_flag("profile", profile),
            _band(bollinger),
            _strength(rsi),
            _convergence(macd),
            check_flag("log", log),
        )
        if len(found.ma) + len(found.ema) > MOST_LINES:
            raise BadInput("ma", (*found.ma, *found.ema), f"at most {MOST_LINES} averages, or none can be told apart")
        return found

    @classmethod
    def read(cls, text: str, **others: object) -> Self:
        """Return the overlays whose averages a person wrote as ``"20, 50, E21"``; the others as for `checked`.

        Raises
        ------
        BadInput
            Some word is no average.

        Examples
        --------
        >>> found = Overlays.read("20, e21", rsi=True)
        >>> found.ma, found.ema, found.rsi
        ((20,), (21,), 14)
        """
        simple: list[int] = []
        exponential: list[int] = []
        for word in re.split(r"[\s,;]+", text.strip().upper()):
            match = re.fullmatch(r"(?:(E|EMA)|MA)?(\d{1,6})", word)
            if match:
                (exponential if match[1] else simple).append(int(match[2]))
            elif word:
                raise BadInput("averages", word, "numbers of bars, E before an exponential one", "20, 50, E21")
        return cls.checked(simple, exponential, **others)

    @property
    def averages(self) -> str:
        """The averages as `read` takes them."""
        return ", ".join([*map(str, self.ma), *(f"E{length}" for length in self.ema)])

    def __bool__(self) -> bool:
        return self != type(self)()


def _band(given: Any) -> tuple[int, float] | None:
    if isinstance(given, bool):
        return BOLLINGER if given else None
    try:
        length, width = given
        (length,) = _lengths("bollinger", length)
        if length > 1 and not isinstance(width, bool) and 0 < float(width) <= _WIDEST:
            return length, float(width)
    except (TypeError, ValueError):
        pass
    raise BadInput(
        "bollinger", given, f"a number of bars from 2 and of standard deviations to {_WIDEST}", "bollinger=(20, 2)"
    )


def _strength(given: Any) -> int:
    if isinstance(given, bool):
        return RSI if given else 0
    found = _lengths("rsi", given)
    if len(found) != 1 or found[0] < 2:
        raise BadInput("rsi", given, "one number of bars, from 2", "rsi=14")
    return found[0]


def _convergence(given: Any) -> tuple[int, int, int] | None:
    if isinstance(given, bool):
        return MACD if given else None
    listed = tuple(given) if isinstance(given, (list, tuple)) else ()
    if len(listed) == 3:
        fast, slow, signal = (_lengths("macd", [each])[0] for each in listed)
        if fast < slow:
            return fast, slow, signal
    raise BadInput("macd", given, "bars of a fast, of a slower average, and of the signal", "macd=(12, 26, 9)")


def _lengths(name: str, given: Any) -> tuple[int, ...]:
    listed: Sequence[Any] = [given] if isinstance(given, (int, np.integer)) else given
    if isinstance(listed, (str, bytes)) or not isinstance(listed, Iterable):
        raise BadInput(name, given, "a number of bars, or several", f"{name}=(20, 50)")
    found = list(listed)
    for each in found:
        if isinstance(each, (bool, np.bool_)) or not isinstance(each, (int, np.integer)) or not 1 <= each <= 10**6:
            raise BadInput(name, each, "a whole number of bars from 1", f"{name}=(20, 50)")
    return tuple(dict.fromkeys(int(each) for each in found))
