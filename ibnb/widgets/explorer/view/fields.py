"""What a person chooses in an explorer: the account, a filter, groups, the order, the page, live or frozen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import ipywidgets

from ibnb.errors import BadInput
from ibnb.ground.masking import mask_account
from ibnb.tws.identity import masked, only_of
from ibnb.tws.texts import clean
from ibnb.tws.whose import ALL
from ibnb.widgets.explorer.rows import GROUPS, SORTS, TEXTS, Choice
from ibnb.widgets.explorer.view.words import HEADINGS, KINDS
from ibnb.widgets.kit.controls import button

if TYPE_CHECKING:
    import pandas as pd

_MOST = 80  # characters of a filter


class ExplorerFields:
    """The fields of an explorer.

    Parameters
    ----------
    accounts : sequence of str
        Those of the log-in.
    account : str
        The one that is chosen at first, or ``"all"``.

    Attributes
    ----------
    quiet : bool
        Whether a field changes that no person has changed.
    account, text, sec_type, currency, group, sort : ipywidgets.Widget
        What is chosen.
    descending, live : ipywidgets.ToggleButton
        The direction of the order; whether figures move.
    refresh, earlier, later : ipywidgets.Button
        Ask anew; turn the pages.
    """

    def __init__(self, accounts: Sequence[str], account: str) -> None:
        names: list[tuple[str, str]] = [(_named(name, accounts), name) for name in accounts]
        if len(accounts) > 1:
            names.append(("All accounts", ALL))
        self.account = ipywidgets.Dropdown(description="Account", options=names, value=account)
        self.text = ipywidgets.Text(description="Filter", placeholder="Symbol, exchange …")
        self.sec_type = ipywidgets.Dropdown(description="Asset class", options=[("All", "")])
        self.currency = ipywidgets.Dropdown(description="Currency", options=[("All", "")])
        groups = [(name or "None", key) for key, name in GROUPS.items()]
        self.group = ipywidgets.Dropdown(description="Group by", options=groups)
        orders = [(HEADINGS[key], key) for key in SORTS if key != "account" or len(accounts) > 1]
        self.sort = ipywidgets.Dropdown(description="Sort by", options=orders, value="value")
        self.descending = ipywidgets.ToggleButton(
            True, description="Largest first", tooltip="The direction of the order"
        )
        self.live = ipywidgets.ToggleButton(False, description="Live", tooltip="Let values and profits move")
        self.refresh = button("Refresh", "Ask TWS anew")
        self.earlier = button("Previous page", "The positions before these")
        self.later = button("Next page", "The positions after these")
        self._page = 0
        self.quiet = False
        self._changed: Callable[[], None] = lambda: None

    def on_change(self, changed: Callable[[object], None]) -> None:
        """Have a handler called when the choice is another one."""
        self._changed = lambda: changed(None)
        for field in (self.text, self.sec_type, self.currency, self.group, self.sort, self.descending):
            field.observe(self._on_field, "value")

    @property
    def choice(self) -> Choice:
        """What is chosen now."""
        return Choice(
            self.text.value[:_MOST],
            self.sec_type.value or "",
            self.currency.value or "",
            self.group.value or "",
            self.sort.value or "value",
            self.descending.value,
            self._page,
        )

    def turn(self, pages: int, last: int) -> None:
        """Turn so many pages, within those that there are."""
        self._page = min(max(self._page + pages, 0), max(last, 0))
        self.earlier.disabled, self.later.disabled = self._page == 0, self._page >= last

    def sort_by(self, name: str) -> None:
        """Sort as a heading says that was pressed: the same again the other way round, texts from A on."""
        if name not in dict(self.sort.options).values():
            return
        self.quiet = True
        try:
            self.descending.value = not self.descending.value if self.sort.value == name else name not in TEXTS
            self.sort.value = name
        finally:
            self.quiet = False
        self._on_field(None)

    def offer(self, portfolio: pd.DataFrame) -> None:
        """Offer the asset classes and currencies that are held; what was chosen stays where it can."""
        kinds = sorted({str(kind) for kind in portfolio["sec_type"]})
        currencies = sorted({str(currency) for currency in portfolio["currency"]})
        self._offer(self.sec_type, [(KINDS.get(kind, clean(kind, 20)), kind) for kind in kinds])
        self._offer(self.currency, [(clean(currency, 20), currency) for currency in currencies])

    def _offer(self, field: Any, options: list[tuple[str, str]]) -> None:
        wanted = (("All", ""), *options)
        if field.options == wanted:
            return
        self.quiet = True
        try:
            before = field.value
            field.options = wanted
            field.value = before if before in dict(wanted).values() else ""
        finally:
            self.quiet = False

    def _on_field(self, _change: object) -> None:
        self.descending.description = self._direction()
        if not self.quiet:
            self._page = 0
            self._changed()

    def _direction(self) -> str:
        if self.sort.value in TEXTS:
            return "Z to A" if self.descending.value else "A to Z"
        return "Largest first" if self.descending.value else "Smallest first"

    def show_frozen(self) -> None:
        """Let the button Live look as it is: nothing moves any more."""
        self.quiet = True
        try:
            self.live.value = False
        finally:
            self.quiet = False


def _named(account: str, accounts: Sequence[str]) -> str:
    """Return an account's masked number, told apart from others that look alike."""
    masked = mask_account(account)
    alike = [name for name in accounts if mask_account(name) == masked]
    return masked if len(alike) == 1 else f"{masked} ({alike.index(account) + 1})"


def first_account(account: str | None, own: str, accounts: tuple[str, ...]) -> str:
    """Return the account to begin with."""
    if account is None:
        return own or only_of(accounts) or ALL
    if account.lower() == ALL and len(accounts) > 1:
        return ALL
    if account not in accounts:
        raise BadInput("account", account, f"one of this log-in's: {masked(accounts) or 'none'}")
    return account
