"""All accounts of one log-in: the managed accounts, in the order in which TWS lists them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ibnb.errors import BadInput

if TYPE_CHECKING:
    from ibnb.simulator.accounts.book import Book


class Books:
    """Books by account number.

    Parameters
    ----------
    books : iterable of Book
        At least one, each with a number of its own.

    Examples
    --------
    >>> from ibnb.simulator.accounts import demo_account, empty_account
    >>> from ibnb.simulator.market import Market
    >>> market = Market(seed=7)
    >>> books = Books([demo_account(market), empty_account(market, "DU7654321")])
    >>> books.accounts
    ['DU1234567', 'DU7654321']
    """

    def __init__(self, books: Iterable[Book]) -> None:
        self._books: dict[str, Book] = {}
        for book in books:
            if book.account in self._books:
                raise BadInput("books", book.account, "each account once")
            self._books[book.account] = book
        if not self._books:
            raise BadInput("books", [], "at least one account")

    @property
    def accounts(self) -> list[str]:
        """The account numbers, as the managed accounts message (15) lists them."""
        return list(self._books)

    def __iter__(self) -> Iterator[Book]:
        return iter(self._books.values())

    def __len__(self) -> int:
        return len(self._books)

    def __contains__(self, account: str) -> bool:
        return account in self._books

    def __getitem__(self, account: str) -> Book:
        return self._books[account]

    def only(self, account: str) -> Book | None:
        """Return the book that a request with this account is about, or None.

        An empty account means the only one; with several, it means none, and TWS stays silent.
        """
        if account:
            return self._books.get(account)
        return next(iter(self._books.values())) if len(self._books) == 1 else None

    def group(self, name: str) -> list[Book]:
        """Return a group's books: all for ``""`` and ``"All"``, else the one of that number, or none."""
        if name in ("", "All"):
            return list(self._books.values())
        return [self._books[name]] if name in self._books else []

    def next_order_id(self, client_id: int) -> int:
        """Return the first order number that a client has not used in any account."""
        used = (order.order_id for book in self for order in book.orders if order.client_id == client_id)
        return max((0, *used)) + 1  # orders made in TWS itself may be bound to negative numbers
