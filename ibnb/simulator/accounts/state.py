"""The accounts in a file, so that a simulator that is started again has the same ones.

The file is JSON: cash, positions, the journal, orders and executions as they are. It is written whole beside the old
one and then put in its place, so that a simulator that is killed leaves the one or the other.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict, fields
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ibnb.errors import BadInput, SimulatorError
from ibnb.simulator.accounts.book import Book
from ibnb.simulator.accounts.books import Books
from ibnb.simulator.accounts.ledger import CashEntry, Ledger, Position
from ibnb.simulator.accounts.trades.combos import Leg, bag
from ibnb.simulator.accounts.trades.executions import Execution
from ibnb.simulator.accounts.trades.orders import OrderRecord

if TYPE_CHECKING:
    from ibnb.simulator.market import Instrument, Market

_FORMAT, _VERSION = "ibnb simulator accounts", 1
_BOOK = ("account", "base_currency", "account_type", "fx_in_portfolio")
_HINT = "The file was left as it is: move it away or name another one to begin with the demo account."

Made = TypeVar("Made")


class StateFile:
    """The accounts of a simulated market in one file.

    Parameters
    ----------
    path : Path
        The file; its folder exists.
    market : Market
        Where the contracts are looked up.

    Raises
    ------
    BadInput
        If there is no such folder.

    Examples
    --------
    >>> import tempfile
    >>> from ibnb.simulator.accounts import demo_account
    >>> from ibnb.simulator.market import Market
    >>> market = Market(seed=7)
    >>> books = Books([demo_account(market)])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = StateFile(Path(folder) / "accounts.json", market)
    ...     file.save(books)
    ...     again = file.load()
    >>> again["DU1234567"].ledger.cash == books["DU1234567"].ledger.cash
    True
    """

    def __init__(self, path: Path, market: Market) -> None:
        if not path.parent.is_dir() or path.is_dir():
            raise BadInput("state", str(path), "a file in a folder that exists")
        self.path = path
        self._market = market

    def exists(self) -> bool:
        """Return whether accounts were kept here before."""
        return self.path.exists()

    def save(self, books: Books) -> None:
        """Write all accounts."""
        content = {
            "format": _FORMAT,
            "version": _VERSION,
            "seed": self._market.seed,
            "books": [_written_book(book) for book in books],
        }
        beside = self.path.with_name(f"{self.path.name}.{os.getpid()}.tmp")
        try:
            with beside.open("w", encoding="utf-8") as stream:
                json.dump(content, stream, default=_written)
                stream.flush()
                os.fsync(stream.fileno())
            beside.replace(self.path)
        finally:
            beside.unlink(missing_ok=True)

    def load(self) -> Books:
        """Read all accounts.

        Raises
        ------
        SimulatorError
            If the file is damaged, or names contracts that this market does not have.
        BadInput
            If it is of a market with another seed, whose prices would not fit.
        """
        try:
            content = json.loads(self.path.read_text(encoding="utf-8"), object_hook=_read)
            seed = _seed_of(content)
            if seed == self._market.seed:
                return Books([self._book(each) for each in content["books"]])
        except BadInput as error:
            raise self._damaged(error) from error
        except (OSError, ValueError, KeyError, TypeError, AttributeError, ArithmeticError) as error:
            raise self._damaged(error) from error
        raise BadInput("seed", self._market.seed, f"{seed}, the seed of the market in {self.path}")

    def _damaged(self, error: Exception) -> SimulatorError:
        return SimulatorError(f"The accounts in {self.path} cannot be read ({type(error).__name__}: {error}). {_HINT}")

    def _book(self, values: dict[str, Any]) -> Book:
        account, base_currency, account_type, fx_in_portfolio = (values[name] for name in _BOOK)
        book = Book(self._market, account, base_currency, account_type=account_type, fx_in_portfolio=fx_in_portfolio)
        book.last_serial = values["last_serial"]
        book.ledger = Ledger(
            cash=values["cash"],
            positions={each["instrument"]["con_id"]: self._made(Position, each) for each in values["positions"]},
            journal=[CashEntry(*each) for each in values["journal"]],
        )
        book.orders = [self._made(OrderRecord, each) for each in values["orders"]]
        by_number = {order.perm_id: order.instrument for order in book.orders}
        for each in values["executions"]:
            if each["instrument"]["con_id"] == 0:  # of a combination, which is its order's
                each["instrument"] = by_number[each["perm_id"]]
            book.executions.append(self._made(Execution, each))
        return book

    def _made(self, kind: Callable[..., Made], values: dict[str, Any]) -> Made:
        named = values["instrument"]
        if isinstance(named, dict):
            named = self._instrument(named) if named["con_id"] else self._combination(named, values["fields"])
        return kind(**{**values, "instrument": named})

    def _instrument(self, named: dict[str, Any]) -> Instrument:
        found = self._market.instruments.by_con_id(named["con_id"])
        if found is None:
            raise ValueError(f"this market has no contract {named['con_id']}")
        return found.at(named["exchange"])

    def _combination(self, named: dict[str, Any], order: dict[str, Any]) -> Instrument:
        legs = [
            Leg(self._instrument({**leg, "exchange": leg["exchange"] or named["exchange"]}), leg["ratio"])
            for leg in order["combo_legs"]
        ]
        return bag(named, legs)


def _seed_of(content: dict[str, Any]) -> int:
    if (content["format"], content["version"]) != (_FORMAT, _VERSION):
        raise ValueError("it is of another kind")
    return int(content["seed"])


def _written_book(book: Book) -> dict[str, Any]:
    return {
        **{name: getattr(book, name) for name in _BOOK},
        "last_serial": book.last_serial,
        "cash": book.ledger.cash,
        "positions": [_flat(held) for held in book.ledger.positions.values()],
        "journal": [list(asdict(entry).values()) for entry in book.ledger.journal],
        "orders": [_flat(order) for order in book.orders],
        "executions": [_flat(execution) for execution in book.executions],
    }


def _flat(record: Position | OrderRecord | Execution) -> dict[str, Any]:
    """Return a record's fields; of its contract, what finds it again (number 0 for a combination)."""
    instrument = record.instrument
    is_bag = instrument.sec_type == "BAG"
    named = {
        "con_id": 0 if is_bag else instrument.con_id,
        "exchange": instrument.exchange,
        "symbol": instrument.symbol,
        "currency": instrument.currency,
    }
    return {each.name: getattr(record, each.name) for each in fields(record)} | {"instrument": named}


def _written(value: object) -> dict[str, str]:
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    raise TypeError(f"{value!r} cannot be kept")


def _read(values: dict[str, Any]) -> Any:
    return Decimal(values["decimal"]) if values.keys() == {"decimal"} else values
