"""The form of a ticket: what is to be ordered; a field that is impossible says so beside itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import ipywidgets

from ibnb.errors import BadInput
from ibnb.ground.masking import mask_account
from ibnb.ground.numerals import field_text, numerals, read_number, shown_number
from ibnb.tws.client.values import ContractLike
from ibnb.tws.texts import Html
from ibnb.widgets.kit.controls import classed
from ibnb.widgets.kit.markup import badge

#: Kinds of orders by what they are called here.
LIMIT, MARKET, STOP, STOP_LIMIT, TRAIL = "Limit", "Market", "Stop", "Stop limit", "Trailing stop"
UNITS, MONEY, SHARE = "Quantity", "Money", "% of portfolio"
_TIFS = (("Today", "DAY"), ("Until cancelled", "GTC"), ("At once or not (IOC)", "IOC"), ("All or nothing (FOK)", "FOK"))
#: Which fields of prices each kind has, and what the stop's is called there.
_PRICES = {LIMIT: ("price",), MARKET: (), STOP: ("stop",), STOP_LIMIT: ("stop", "price"), TRAIL: ("stop",)}
_MESSAGES = ("contract", "amount", "price", "stop", "take_profit", "stop_loss", "note")
#: By the names of arguments, as errors have them, the field that is meant.
_MEANT = {"quantity": "amount", "cash_quantity": "amount", "stop_price": "stop", "ref": "note"}


@dataclass(frozen=True)
class Wish:
    """What the form asks for; texts that are numbers are numbers, and None where nothing stands."""

    contract: ContractLike
    side: str
    kind: str
    measure: str
    amount: float
    price: float | None
    stop: float | None
    tif: str
    outside_rth: bool
    take_profit: float | None
    stop_loss: float | None
    note: str
    account: str


class TicketFields:
    """The form.

    Parameters
    ----------
    contract : str, int or Contract, optional
        What stands in it at first.
    name : str
        What it is called there.
    accounts : sequence of str
        Those of the log-in; with several, one has to be chosen.
    account : str
        The one that is chosen at first; "" for none.

    Attributes
    ----------
    view : ipywidgets.Widget
        What to display.
    """

    def __init__(
        self, contract: ContractLike | None = None, name: str = "", accounts: Sequence[str] = (), account: str = ""
    ) -> None:
        self._given = contract
        self._heard: Callable[[str], None] = _nothing
        self._quiet, self._written_by = False, numerals.choice
        self.contract = _text("Contract", "AAPL, EUR.USD or a name", name)
        self.side = _choice("Side", [("Buy", "BUY"), ("Sell", "SELL")])
        self.kind = _choice("Type", [LIMIT, MARKET, STOP, STOP_LIMIT, TRAIL])
        self.measure = _choice("Amount in", [UNITS, MONEY, SHARE])
        self.amount = _text("Amount", "10")
        self.price = _text("Limit price", shown_number("180.00"))
        self.stop = _text("Stop price", shown_number("170.00"))
        self.tif = _choice("Time in force", list(_TIFS))
        self.take_profit = _text("Take profit at", "optional")
        self.stop_loss = _text("Stop loss at", "optional")
        self.note = _text("Note", "kept by TWS with the order")
        named = [(mask_account(each), each) for each in accounts]
        self.account = _choice("Account", named if account or len(named) < 2 else [("Choose one", ""), *named])
        self.account.value = account if account or len(named) != 1 else named[0][1]
        self.outside = ipywidgets.Checkbox(False, description="Also outside regular hours", indent=False)
        self._messages = {each: ipywidgets.HTML() for each in _MESSAGES}
        self._boxes = {each: self._field(each) for each in ("price", "stop", "take_profit", "stop_loss")}
        first = [self._field(each) for each in ("contract", "side", "measure", "amount")]
        second = [self._field("kind"), self._boxes["price"], self._boxes["stop"], self._field("tif")]
        third = [self._boxes["take_profit"], self._boxes["stop_loss"], self._field("note"), self.outside]
        fourth = [self._field("account")] if len(named) > 1 else []
        rows = [classed(ipywidgets.Box(each), "ibnb-fields") for each in (first, second, third, fourth) if each]
        self.view = classed(ipywidgets.VBox(rows), "ibnb-form")
        self._fold()
        for each in (*_MESSAGES, "side", "kind", "measure", "tif", "outside", "account"):
            getattr(self, each).observe(self._on_edit, "value")

    def on_edit(self, heard: Callable[[str], None]) -> None:
        """Have a function called with the name of a field that was changed."""
        self._heard = heard

    def wish(self) -> Wish | None:
        """Return what the form asks for, or None where a field is impossible or empty; then the field says why."""
        self.clear()
        bracket = self.kind.value == LIMIT
        try:
            return Wish(
                self._contract(),
                self.side.value,
                self.kind.value,
                self.measure.value,
                self._number("amount", needed=True) or 0.0,
                self._number("price", needed=True) if "price" in _PRICES[self.kind.value] else None,
                self._number("stop", needed=True) if "stop" in _PRICES[self.kind.value] else None,
                self.tif.value,
                self.outside.value,
                self._number("take_profit", needed=bool(self.stop_loss.value.strip())) if bracket else None,
                self._number("stop_loss", needed=bool(self.take_profit.value.strip())) if bracket else None,
                self.note.value.strip(),
                self._account(),
            )
        except _NotYet:
            return None
        except BadInput as error:
            self.complain_of(error)
            return None

    def contract_meant(self) -> ContractLike | None:
        """Return what contract is meant, or None where none stands there."""
        return self._given if self._given is not None else self.contract.value.strip() or None

    def take_price(self, which: str, quote: Mapping[str, float]) -> None:
        """Write a price of the quote into the field of the price that this kind of order has."""
        price, places = quote.get(which, float("nan")), _PRICES[self.kind.value]
        if price == price and places and self.kind.value != TRAIL:
            getattr(self, "price" if "price" in places else "stop").value = field_text(price)

    def show_anew(self) -> None:
        """Write the numbers that stand in the form in the format of now, so that each stays the number that it was."""
        before, self._written_by = self._written_by, numerals.choice
        if before == numerals.choice:
            return
        for name in ("price", "stop"):
            field = getattr(self, name)
            field.placeholder = field_text(read_number(field.placeholder, before) or 0.0, 2)
        for name in ("amount", "price", "stop", "take_profit", "stop_loss"):
            with suppress(ValueError):
                number = read_number(getattr(self, name).value, before)
                if number is not None:
                    getattr(self, name).value = field_text(number)

    def point_at(self, contract: ContractLike, name: str) -> None:
        """Write a contract into the form by its name; what is meant counts until the text is changed."""
        with self._unheard():
            self.contract.value = name
        self._given = contract
        self._heard("contract")

    def clear(self) -> None:
        """Complain of nothing."""
        for name in _MESSAGES:
            self._complain(name, None)

    def complain_of(self, error: BadInput) -> bool:
        """Say what an error says beside the field that it is about; return False where there is none."""
        name = _MEANT.get(error.name, error.name)
        if name in self._messages:
            self._complain(name, error)
        return name in self._messages

    def message(self, name: str) -> str:
        """Return the HTML of what stands beside a field."""
        return str(self._messages[name].value)

    def _complain(self, name: str, error: BadInput | None) -> None:
        field, message = getattr(self, name), self._messages[name]
        if error is None:
            field.remove_class("ibnb-wrong")
            message.value = ""
            return
        field.add_class("ibnb-wrong")
        words = f"{error.value} is not possible: {error.allowed}. {error.hint}".strip()
        message.value = Html('<p class="ibnb-hint ibnb-problem" role="alert">{} {}</p>').format(
            badge("fail", "✗"), words
        )

    def _contract(self) -> ContractLike:
        meant = self.contract_meant()
        if meant is None:
            raise _NotYet
        return meant

    def _account(self) -> str:
        if not self.account.value:
            raise _NotYet
        return str(self.account.value)

    def _number(self, name: str, *, needed: bool) -> float | None:
        try:
            found = read_number(getattr(self, name).value)
        except ValueError:
            raise BadInput(name, getattr(self, name).value, f"a number, such as {shown_number('180.50')}") from None
        if found is None and needed:
            raise _NotYet
        return found

    def _field(self, name: str) -> ipywidgets.VBox:
        parts = [getattr(self, name), *([self._messages[name]] if name in self._messages else [])]
        return classed(ipywidgets.VBox(parts), "ibnb-field")

    def _on_edit(self, change: Any) -> None:
        if self._quiet:
            return
        name = next(each for each in (*_MESSAGES, "side", "kind", "measure", "tif", "outside", "account")
                    if getattr(self, each) is change["owner"])  # fmt: skip
        if name == "contract":
            self._given = None
        if name == "kind":
            self._fold()
        self._heard(name)

    def _fold(self) -> None:
        """Show the prices that the kind of order has."""
        kind = self.kind.value
        for name in ("price", "stop"):
            self._boxes[name].layout.visibility = "visible" if name in _PRICES[kind] else "hidden"
        for name in ("take_profit", "stop_loss"):
            self._boxes[name].layout.visibility = "visible" if kind == LIMIT else "hidden"
        self.stop.description = "Trails by" if kind == TRAIL else "Stop price"

    @contextmanager
    def _unheard(self) -> Iterator[None]:
        self._quiet = True
        try:
            yield
        finally:
            self._quiet = False


class _NotYet(Exception):
    """A field that is needed is empty: nothing is wrong, and nothing can be planned."""


def _nothing(_name: str) -> None:
    """Do nothing: nobody listens yet."""


def _text(label: str, example: str, value: str = "") -> ipywidgets.Text:
    return ipywidgets.Text(value, description=label, placeholder=example, continuous_update=False)


def _choice(label: str, options: Sequence[object]) -> ipywidgets.Dropdown:
    return ipywidgets.Dropdown(description=label, options=options)
