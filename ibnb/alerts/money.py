"""Alerts on money: profit and loss of accounts and positions, and the excess liquidity of an account."""

from __future__ import annotations

from functools import partial

from ibnb.alerts.subject import Ends, Subject, Teller, Watch
from ibnb.errors import BadInput
from ibnb.ground.masking import mask_account
from ibnb.live.board.rows import name_of
from ibnb.live.profit.feed import ProfitFeed, profit_of
from ibnb.tables.account.profit import Key
from ibnb.tws import ask
from ibnb.tws.ask.account import subscribe_account
from ibnb.tws.ask.calls.deadline import Deadline
from ibnb.tws.ask.portfolio import subscribed_account
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import AccountValue
from ibnb.tws.identity import masked, only_of
from ibnb.tws.resolve import resolve_each
from ibnb.tws.subscriptions.listener import Listener
from ibnb.tws.whose import accounts_wanted

#: The figures of a `Profit`, by what is watched.
_FIGURES = {"pnl": "daily", "unrealized_pnl": "unrealized", "realized_pnl": "realized"}
_EXCESS = "ExcessLiquidity"
_NOT_YET = "TWS has told no such figure yet"


class ProfitWatch(Watch):
    """Hears of the profit of accounts, or of positions in them (reqPnL, reqPnLSingle)."""

    def __init__(self, ib: IB, teller: Teller) -> None:
        super().__init__(teller)
        self._ib, self._ends = ib, Ends()
        self._keys: dict[Key, Subject] = {}
        self._feed: ProfitFeed | None = None

    async def open(self, deadline: Deadline) -> None:
        """Find the accounts and positions, and have TWS tell their profits."""
        from ibnb.tables.account.portfolio import base_currencies

        wish = self._teller.wish
        names = accounts_wanted(self._ib, wish.account)
        if wish.contracts:
            await self._positions(names, deadline)
        else:
            values = await ask.account_values(self._ib, only_of(names), timeout=deadline.left)
            units = base_currencies(values)
            for name in names:
                self._keys[Key(name)] = self._subject(mask_account(name), name, unit=units.get(name, ""))
        self.subjects = list(self._keys.values())
        feed = self._feed = await profit_of(self._ib)
        keys = list(self._keys)
        await feed.hold(keys)
        self._ends.add(lambda: feed.release(keys))

    async def _positions(self, names: list[str], deadline: Deadline) -> None:
        wish = self._teller.wish
        found = await resolve_each(self._ib, wish.contracts, timeout=deadline.left)
        held = await ask.positions(self._ib, timeout=deadline.left)
        for spec, (contract, refused) in zip(wish.contracts, found, strict=True):
            if refused is not None:
                raise refused
            name, con_id = name_of(spec, contract), contract.conId
            owners = [each.account for each in held if each.contract.conId == con_id and each.position]
            owners = [account for account in owners if account in names]
            if not owners:
                raise BadInput("contracts", name, "a position that is held: TWS tells no profit of others")
            for account in owners:
                words = f"{name} ({mask_account(account)})" if len(names) > 1 else name
                self._keys[Key(account, con_id)] = self._subject(words, account, con_id)

    def _subject(self, name: str, account: str, con_id: int = 0, unit: str = "") -> Subject:
        wish = self._teller.wish
        return Subject(f"{name} {wish.noun}", wish.levels(), con_id, account, unit)

    def begin(self) -> None:
        """Look at what is there, and from now on at whatever comes."""
        assert self._feed is not None
        listener = Listener(lambda _feeds: self._look(), 0.0)
        listener.listen(self._feed)
        self._ends.add(listener.stop)
        self._look()

    def _look(self) -> None:
        assert self._feed is not None
        field = _FIGURES[self._teller.wish.what]
        for key, subject in self._keys.items():
            profit = self._feed.latest.get(key)
            value = None if profit is None else getattr(profit, field)
            if value is not None and not subject.is_over:
                self._teller.figure(subject, float(value))
            elif value is None:
                subject.reason = self._feed.refused.get(key) or self._feed.reason or _NOT_YET

    def close(self) -> None:
        """Let go of what nobody else holds. May be repeated."""
        self._ends.close()


class MarginWatch(Watch):
    """Hears of an account's excess liquidity, among the values that TWS streams of it (reqAccountUpdates)."""

    def __init__(self, ib: IB, teller: Teller) -> None:
        super().__init__(teller)
        self._ib, self._ends, self._account = ib, Ends(), ""

    async def open(self, deadline: Deadline) -> None:
        """Find the account; TWS streams the values of one at a time, and that stays the one it is."""
        ib, wish = self._ib, self._teller.wish
        names, followed = accounts_wanted(ib, wish.account), subscribed_account(ib)
        account = only_of(names) or (followed if followed in names else "")
        if not account or (followed and account != followed):
            allowed = masked([followed]) if followed else f"one of {masked(names)}"
            hint = "ibnb.connect(account=...) follows another"
            raise BadInput("account", wish.account, f"{allowed}: TWS streams the margin of one account", hint)
        if not followed:
            await subscribe_account(ib, account, timeout=deadline.left)
        self._account = account
        self.subjects = [Subject(f"{mask_account(account)} {wish.noun}", wish.levels(), account=account)]
        self.subjects[0].reason = _NOT_YET

    def begin(self) -> None:
        """Look at what is there, and from now on at whatever comes."""
        event = self._ib.accountValueEvent
        event.connect(self._heard)
        self._ends.add(partial(event.disconnect, self._heard))
        for value in self._ib.accountValues(self._account):
            self._heard(value)

    def _heard(self, told: AccountValue) -> None:
        if told.tag != _EXCESS or told.account != self._account or told.modelCode or self.subjects[0].is_over:
            return
        try:
            value = float(told.value)
        except ValueError:
            return
        self.subjects[0].unit = told.currency
        self._teller.figure(self.subjects[0], value)

    def close(self) -> None:
        """Hear no more; the account's values go on. May be repeated."""
        self._ends.close()
