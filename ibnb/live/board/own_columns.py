"""Columns of a person's own on a board: a function of one row's quote each, whose error stands in its own cell."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ibnb.errors import BadInput
from ibnb.ground.numerals import shown_number
from ibnb.live.quotes.tick_types import FIELDS
from ibnb.tws.texts import clean

if TYPE_CHECKING:
    from ibnb.live.board.rows import Row

_LONGEST = 40
#: More of an error is no cell's.
_LONGEST_ERROR = 120


class RowQuote:
    """The newest figures of one row, as a column's function gets them; what there is none of is NaN.

    Attributes
    ----------
    name : str
        What the row is called.
    contract : Contract
        As TWS knows it.
    bid, ask, last, bid_size, ask_size, last_size, volume, open, high, low, close, halted : float
        As in ``ibnb.schema("watch")``, and so are `implied_vol`, `delta`, `gamma`, `vega`, `theta`, `option_price` and
        `underlying_price`.
    mid : float
        Between bid and ask.
    price : float
        The last one; the middle where there is none, as of currency pairs.
    change, change_percent : float
        Of the day.
    """

    def __init__(self, row: Row) -> None:
        self.name, self.contract = row.name, row.contract
        quote = None if row.line is None else row.line.quote
        figures = array("d", [math.nan] * len(FIELDS)) if quote is None else array("d", quote.snapshot()[0])
        self.__dict__.update(zip(FIELDS, figures, strict=True))
        self.mid = (self.bid + self.ask) / 2
        self.price = math.nan if quote is None else quote.price()
        self.change, self.change_percent = (math.nan, math.nan) if quote is None else quote.change()

    def __getattr__(self, name: str) -> float:
        raise AttributeError(f"a row has no {name!r}; it has {', '.join(self.__dict__)}")


@dataclass(frozen=True)
class OwnColumn:
    """One column.

    Attributes
    ----------
    name : str
        Its heading.
    function : callable
        From a `RowQuote` to a number, a text, or None for nothing.
    format : str
        How a number is written, as Python's ``format`` takes it; "" for what it takes by itself.
    """

    name: str
    function: Callable[[Any], object]
    format: str = ""

    def value(self, row: Row) -> Any:
        """Return the value of a row: None where there is none, a `Failure` where the function raised."""
        from ibnb.tables.schema.values import absent

        try:
            value: Any = self.function(RowQuote(row))
            nothing = absent(value) or bool(value != value)
        except Exception as error:  # whatever a person's own code does, the board goes on
            return Failure(clean(f"{type(error).__name__}: {error}", _LONGEST_ERROR))
        return None if nothing else value

    def text(self, value: Any) -> str:
        """Return a value as it is shown."""
        if value is None:
            return ""
        try:
            if isinstance(value, (bool, str)):
                return clean(str(value), _LONGEST_ERROR)
            return format(value, self.format) if self.format else shown_number(f"{float(value):,.6g}")
        except (TypeError, ValueError):
            return clean(str(value), _LONGEST_ERROR)


@dataclass(frozen=True)
class Failure:
    """What stands in a cell whose function raised."""

    words: str


def check_column(name: object, function: object, format_: object, taken: frozenset[str]) -> OwnColumn:
    """Return a column; refuse what cannot be one.

    Parameters
    ----------
    name, function, format_
        As for ``board.add_column``.
    taken : frozenset of str
        Names that a board's frame has itself.
    """
    text = " ".join(name.split()) if isinstance(name, str) else ""
    if not 0 < len(text) <= _LONGEST or not text.isprintable():
        raise BadInput("name", name, f"a text of 1 to {_LONGEST} characters")
    if text in taken:
        raise BadInput("name", name, "one that the board does not have itself", f"it has {', '.join(sorted(taken))}")
    if not callable(function):
        raise BadInput("function", function, "a function of one row's quote", "lambda q: q.ask - q.bid")
    try:
        format(1.5, format_ if isinstance(format_, str) else "?")
    except ValueError:
        raise BadInput("format", format_, "a format of Python's for numbers", "',.2f' has two decimals") from None
    return OwnColumn(text, function, str(format_))
