"""What a person chooses of a chain: the contract, the trading class, how many strikes, and which columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import ipywidgets

from ibnb.research.options.outline import Entry
from ibnb.widgets.chain.strikes import COUNTS
from ibnb.widgets.chain.view.columns import COLUMNS, checked
from ibnb.widgets.kit.lifetime import weakly

_ALL = "All standard classes"


class ChainFields:
    """The fields.

    Attributes
    ----------
    contract : ipywidgets.Text
        What the options are written on.
    classes, count : ipywidgets.Dropdown
        The trading class; how many strikes around the money.
    columns : tuple of str
        Names of `COLUMNS`, in their order.
    """

    def __init__(self, contract: str, strikes: int | None, columns: Sequence[str]) -> None:
        self.contract = ipywidgets.Text(
            value=contract,
            description="Underlying",
            placeholder="AAPL, SPX, ES, ES DEC26",
            tooltip="A stock, an index or a future; Enter shows its options",
            continuous_update=False,
        )
        self.classes = ipywidgets.Dropdown(description="Class", options=[(_ALL, "")], tooltip="Trading class")
        counts = sorted({*COUNTS, strikes}, key=lambda each: (each is None, each or 0))
        self.count = ipywidgets.Dropdown(
            description="Strikes",
            options=[("All" if each is None else f"{each} around the money", each) for each in counts],
            value=strikes,
            tooltip="How many strikes are shown around the money",
        )
        self.columns = checked(columns)
        self._is_quiet = False
        self._wish = ""

    def on_change(self, contract: Callable[[], None], classes: Callable[[], None], strikes: Callable[[], None]) -> None:
        """Have bound methods called when a person changes a field; they are held weakly."""
        for field, method in ((self.contract, contract), (self.classes, classes), (self.count, strikes)):
            call = weakly(method)
            field.observe(lambda change, call=call: None if self._is_quiet else call(change), "value")

    @property
    def strikes(self) -> int | None:
        """How many strikes are wanted around the money; None for all."""
        value: int | None = self.count.value
        return value

    @property
    def trading_class(self) -> str:
        """The chosen class; "" for all standard ones."""
        return str(self.classes.value or "")

    def point_at(self, name: str) -> None:
        """Write another contract, without a person."""
        self._is_quiet = True
        self.contract.value = name
        self._is_quiet = False

    def offer(self, classes: Sequence[str], adjusted: Sequence[str]) -> None:
        """Offer the classes that there are; one that there is no more is no longer chosen."""
        chosen = self._wish or self.trading_class
        options = [(_ALL, "")]
        options += [(f"{name} (adjusted)" if name in adjusted else name, name) for name in classes]
        self._is_quiet = True
        self.classes.options = options
        self.classes.value = chosen if chosen in classes else ""
        self._is_quiet = False

    def choose(self, name: str) -> None:
        """Choose a class without a person: one that is to be offered yet, too; "" for all standard ones."""
        self._wish = name
        if name in dict(map(reversed, self.classes.options)):
            self._is_quiet = True
            self.classes.value = name
            self._is_quiet = False

    def places(self, entries: Sequence[Entry]) -> list[int]:
        """Return which of the entries have a tab: those of the class, else all that are not adjusted."""
        name = self.trading_class
        own = [place for place, each in enumerate(entries) if name in ("", each.listing.trading_class)]
        standard = [place for place in own if name or not entries[place].adjusted]
        return standard or own

    def toggle(self, column: str) -> bool:
        """Choose a column, or choose it no more; return whether that changed anything: one stays."""
        if column not in COLUMNS:
            return False
        names = [name for name in COLUMNS if (name in self.columns) != (name == column)]
        if not names:
            return False
        self.columns = tuple(names)
        return True
