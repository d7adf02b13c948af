"""What a session does with single orders: a connection with a function for each kind, which plans one, unsent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ibnb.tws.client.values import ContractLike
from ibnb.tws.client.values import Order as ClientOrder
from ibnb.tws.connection import Connection

if TYPE_CHECKING:
    from ibnb.trading.handles import Order


class OrderConnection(Connection):
    """A connection with the functions that plan orders; `ibnb.Session` adds all others.

    An order is a value: it shows itself, ``preview()`` asks TWS what it would do, ``submit()`` sends it once. Sending
    needs a session with ``readonly=False``, for real money also ``allow_live="<that account>"``.
    """

    def market(
        self,
        side: str,
        quantity: float | None,
        contract: ContractLike,
        *,
        tif: str = "DAY",
        outside_rth: bool = False,
        account: str | None = None,
        ref: str = "",
        oca: str = "",
        cash_quantity: float | None = None,
        timeout: float = 10,
    ) -> Order:
        """Return an order at the market's price; nothing is sent.

        TWS request: reqContractDetails, reqMarketRule; by ``submit()`` placeOrder with MKT.

        Parameters
        ----------
        side : {"BUY", "SELL"}
            Which way.
        quantity : float or None
            In shares, contracts, or units of a pair's first currency; None with `cash_quantity`.
        contract : str, int or Contract
            As for `contracts`.
        tif : str
            Time in force: ``"DAY"``, ``"GTC"``, ``"IOC"``, ``"FOK"``, ``"OPG"``, ``"DTC"``, ``"GTD 20261231"``.
        outside_rth : bool
            Whether it also works outside regular trading hours.
        account : str, optional
            Whose; has to be named where the session has several.
        ref : str
            A note of your own, which TWS and the audit log keep with it.
        oca : str
            The name of a group of orders of which a fill cancels the others.
        cash_quantity : float, optional
            An amount of the contract's currency in place of a quantity (crypto, currency pairs).
        timeout : float
            Seconds to look the contract up.

        Returns
        -------
        Order
            With ``preview()`` and ``submit()``.

        Raises
        ------
        BadInput
            For what no server would take, naming the nearest that is allowed.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        ...     tws.market("BUY", 10, "AAPL").sentences[0][:42]
        "Buy 10 AAPL STK SMART USD, at the market's"
        """
        terms = {"tif": tif, "outside_rth": outside_rth, "ref": ref, "oca": oca, "cash_quantity": cash_quantity}
        return self._planned("market", side, quantity, contract, account=account, timeout=timeout, **terms)

    def limit(
        self,
        side: str,
        quantity: float | None,
        contract: ContractLike,
        price: float,
        *,
        tif: str = "DAY",
        outside_rth: bool = False,
        account: str | None = None,
        ref: str = "",
        oca: str = "",
        cash_quantity: float | None = None,
        timeout: float = 10,
    ) -> Order:
        """Return an order at a price or better; nothing is sent. TWS's type: LMT.

        Parameters
        ----------
        side, quantity, contract
            As for `market`.
        price : float
            The limit, in the unit that TWS tells the contract's prices in: of a London share pence.
        tif, outside_rth, account, ref, oca, cash_quantity, timeout
            As for `market`.

        Raises
        ------
        BadInput
            For what no server would take: of a price between two steps it names the nearest on both sides.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port, readonly=False) as tws:
        ...     trade = tws.limit("BUY", 10, "AAPL", 100.0, tif="GTC").submit()
        ...     trade.cancel().state
        'cancelled'
        """
        terms = {"tif": tif, "outside_rth": outside_rth, "ref": ref, "oca": oca, "cash_quantity": cash_quantity}
        return self._planned("limit", side, quantity, contract, price, account=account, timeout=timeout, **terms)

    def stop(
        self,
        side: str,
        quantity: float,
        contract: ContractLike,
        stop_price: float,
        *,
        tif: str = "DAY",
        outside_rth: bool = False,
        account: str | None = None,
        ref: str = "",
        oca: str = "",
        timeout: float = 10,
    ) -> Order:
        """Return an order at the market's price as soon as a price is reached; nothing is sent. TWS's type: STP.

        Parameters
        ----------
        side, quantity, contract
            As for `market`.
        stop_price : float
            Above the market to buy, below it to sell.
        tif, outside_rth, account, ref, oca, timeout
            As for `market`.
        """
        terms = {"tif": tif, "outside_rth": outside_rth, "ref": ref, "oca": oca}
        return self._planned("stop", side, quantity, contract, stop_price, account=account, timeout=timeout, **terms)

    def stop_limit(
        self,
        side: str,
        quantity: float,
        contract: ContractLike,
        stop_price: float,
        price: float,
        *,
        tif: str = "DAY",
        outside_rth: bool = False,
        account: str | None = None,
        ref: str = "",
        oca: str = "",
        timeout: float = 10,
    ) -> Order:
        """Return an order at a limit as soon as a price is reached; nothing is sent. TWS's type: STP LMT.

        Parameters
        ----------
        side, quantity, contract
            As for `market`.
        stop_price, price : float
            Where it wakes, and what it then pays at most, or takes at least.
        tif, outside_rth, account, ref, oca, timeout
            As for `market`.
        """
        terms = {"tif": tif, "outside_rth": outside_rth, "ref": ref, "oca": oca}
        return self._planned(
            "stop_limit", side, quantity, contract, stop_price, price, account=account, timeout=timeout, **terms
        )

    def trail(
        self,
        side: str,
        quantity: float,
        contract: ContractLike,
        amount: float | None = None,
        *,
        percent: float | None = None,
        stop_price: float | None = None,
        limit_offset: float | None = None,
        tif: str = "DAY",
        outside_rth: bool = False,
        account: str | None = None,
        ref: str = "",
        oca: str = "",
        timeout: float = 10,
    ) -> Order:
        """Return a stop that follows the price; nothing is sent. TWS's types: TRAIL, with a limit TRAIL LIMIT.

        Parameters
        ----------
        side, quantity, contract
            As for `market`.
        amount, percent : float, optional
            By how much it trails, in prices or in per cent: one of both.
        stop_price : float, optional
            Where it begins; without it at the market.
        limit_offset : float, optional
            How far beyond its stop it still trades; without it at the market's price.
        tif, outside_rth, account, ref, oca, timeout
            As for `market`.
        """
        terms = {"tif": tif, "outside_rth": outside_rth, "ref": ref, "oca": oca}
        return self._planned(
            "trail",
            side,
            quantity,
            contract,
            amount,
            percent=percent,
            stop_price=stop_price,
            limit_offset=limit_offset,
            account=account,
            timeout=timeout,
            **terms,
        )

    def bracket(
        self,
        side: str,
        quantity: float,
        contract: ContractLike,
        price: float,
        *,
        take_profit: float,
        stop_loss: float,
        tif: str = "DAY",
        outside_rth: bool = False,
        account: str | None = None,
        ref: str = "",
        timeout: float = 10,
    ) -> Order:
        """Return a limit order with the two that end it, by a gain or by a loss; nothing is sent.

        ``submit()`` gives three trades, the parent first; cancelling that ends all three. The two that end it are good
        till cancelled, so that what was bought stays protected overnight.

        Parameters
        ----------
        side, quantity, contract, price
            Of the parent, as for `limit`.
        take_profit, stop_loss : float
            The limit of the one, and the stop of the other.
        tif, outside_rth, account, ref, timeout
            As for `market`; `tif` is the parent's.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port, readonly=False) as tws:
        ...     trades = tws.bracket("BUY", 3, "AAPL", 100.0, take_profit=400.0, stop_loss=50.0).submit()
        ...     _ = trades[0].cancel()
        ...     [trade.wait("done", timeout=10).role for trade in trades]
        ['parent', 'take profit', 'stop loss']
        """
        terms = {"tif": tif, "outside_rth": outside_rth, "ref": ref}
        return self._planned(
            "bracket",
            side,
            quantity,
            contract,
            price,
            take_profit=take_profit,
            stop_loss=stop_loss,
            account=account,
            timeout=timeout,
            **terms,
        )

    def order(
        self,
        contract: ContractLike,
        order: ClientOrder,
        *,
        account: str | None = None,
        ref: str = "",
        timeout: float = 10,
    ) -> Order:
        """Return an order of any kind that TWS knows; nothing is sent.

        Parameters
        ----------
        contract : str, int or Contract
            As for `market`.
        order : Order
            Of ib_insync or ib_async, whichever the session has; it is copied.
        account : str, optional
            Whose; without it the one that the order names, else the session's own.
        ref, timeout
            As for `market`.

        Examples
        --------
        >>> import ibnb
        >>> from ib_insync import Order
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        ...     at_close = tws.order("AAPL", Order(action="BUY", totalQuantity=10, orderType="MOC"))
        """
        from ibnb.trading import orders

        named = orders.account_named(order, account)
        return self._planned("order", contract, order, account=named, ref=ref, timeout=timeout)

    def _planned(self, plan: str, *arguments: Any, account: str | None, **named: Any) -> Order:
        """Return the order that a function of `ibnb.trading.orders` plans; it is loaded with the first one."""
        from ibnb.trading import orders
        from ibnb.trading.handles import Order

        return Order(self._loop, self._ask(getattr(orders, plan), *arguments, account=self._own(account), **named))
