"""The gate for orders: what may leave a session that was opened to look only, or is not armed for its account.

It sits on the client's send method, below everything a person can call, so that ``tws.ib.placeOrder(...)`` and
``tws.run(lambda ib: ib.placeOrder(...))`` pass it as well as our own functions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from ibnb.errors import BadInput, ReadOnly
from ibnb.ground.masking import mask_account
from ibnb.tws.client.ib import IB
from ibnb.tws.client.state import Slot, state_of
from ibnb.tws.client.values import Contract, Order
from ibnb.tws.identity import is_live, masked
from ibnb.wire.ids import Request

#: Requests that place, change or end an order, or an advisor's allocation. A what-if is an order to TWS too.
_TRADING = {
    str(int(request)): name
    for request, name in (
        (Request.PLACE_ORDER, "placeOrder"),
        (Request.CANCEL_ORDER, "cancelOrder"),
        (Request.EXERCISE_OPTIONS, "exerciseOptions"),
        (Request.GLOBAL_CANCEL, "reqGlobalCancel"),
        (Request.REPLACE_FA, "replaceFA"),
        (Request.AUTO_OPEN_ORDERS, "reqAutoOpenOrders"),
    )
}


@dataclass(frozen=True)
class Gate:
    """What a session may send.

    Parameters
    ----------
    readonly : bool
        Nothing that touches orders.
    allow_live : str or None
        The one account of real money for which orders are allowed.
    accounts : sequence of str
        All accounts of the log-in.
    """

    readonly: bool
    allow_live: str | None
    accounts: Sequence[str]
    _passing: list[str] = field(default_factory=list, compare=False, repr=False)

    def require(self, account: str, what: str = "an order") -> None:
        """Raise unless orders are allowed for an account.

        Parameters
        ----------
        account : str
            Its number. "", and a number that is not of this log-in, count as every account of the log-in.
        what : str
            What is to be sent, for the message.

        Raises
        ------
        ReadOnly
        """
        if self.readonly:
            raise ReadOnly(
                f"This session is read-only: {what} was not sent. "
                "Connect with readonly=False to trade (also for previews, which TWS takes as orders)."
            )
        for name in [account] if account in self.accounts else self.accounts:
            if is_live(name) and name != self.allow_live:
                raise ReadOnly(
                    f"{mask_account(name)} is an account of real money and this session is not armed for it: "
                    f'{what} was not sent. Connect with readonly=False and allow_live="<that account>".'
                )

    def words(self) -> str:
        """Return what of orders is allowed, as it is shown: that of the safest account where they differ."""
        refused = [name for name in self.accounts if is_live(name) and name != self.allow_live]
        if self.readonly:
            return "read-only"
        if not refused:
            return "allowed"
        if len(refused) == len(self.accounts):
            return 'refused: real money, and allow_live="<that account>" was not given'
        return f"refused for {masked(refused)}: real money, and not the account of allow_live"

    @contextmanager
    def passing(self, account: str, what: str) -> Iterator[None]:
        """Let requests of one kind pass that are for an account, though they do not name it.

        Parameters
        ----------
        account : str
            As for `require`.
        what : str
            TWS's name of the request, such as ``"cancelOrder"``.

        Raises
        ------
        ReadOnly
        """
        self.require(account, what)
        self._passing.append(what)
        try:
            yield
        finally:
            self._passing.remove(what)

    def guard(self, client: Any) -> None:
        """Put the gate on a client, until it is thrown away."""
        send_message, place_order = client.sendMsg, client.placeOrder
        exercise = client.exerciseOptions

        def guarded_send(message: str | None) -> None:
            name = _TRADING.get(message.partition("\0")[0]) if message else None
            if name is not None and name not in self._passing:
                self.require("", name)
            send_message(message)

        def guarded_place(order_id: int, contract: Contract, order: Order) -> None:
            with self.passing(order.account, "placeOrder"):
                place_order(order_id, contract, order)

        def guarded_exercise(
            req_id: int, contract: Contract, action: int, quantity: int, account: str, override: int
        ) -> None:
            with self.passing(account, "exerciseOptions"):
                exercise(req_id, contract, action, quantity, account, override)

        client.sendMsg = guarded_send
        client.placeOrder = guarded_place
        client.exerciseOptions = guarded_exercise


#: That of a client which no session was opened with lets everything pass but orders for real money.
_GATE: Slot[Gate] = Slot("gate", "session", lambda ib: Gate(False, None, tuple(ib.client.getAccounts())))


def gate_of(ib: IB) -> Gate:
    """Return what an ``IB`` may send."""
    return state_of(ib)[_GATE]


def put_gate(ib: IB, gate: Gate) -> None:
    """Put a gate on an ``IB``: from now on nothing leaves it that the gate does not let pass."""
    state_of(ib)[_GATE] = gate
    gate.guard(ib.client)


async def allow_live(ib: IB, account: str) -> None:
    """Allow orders for one account of real money, for an ``IB`` that no session was opened with.

    Parameters
    ----------
    ib : IB
        A connected client. Without this, our functions send it no order for real money; what is asked of the client
        library itself passes as before.
    account : str
        The account's whole number, as ``ibnb.connect(allow_live=...)`` takes it.

    Raises
    ------
    BadInput
        If the account is none of the log-in's.

    Examples
    --------
    >>> import ibnb
    >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
    ...     tws.run(lambda ib: ibnb.aio.allow_live(ib, "DU1234567"))
    """
    accounts = tuple(ib.client.getAccounts())
    if account not in accounts:
        raise BadInput("account", account, f"one of this log-in's, whole: {masked(accounts) or 'none'}")
    state_of(ib)[_GATE] = Gate(False, account, accounts)
