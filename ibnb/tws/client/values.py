"""What the client library's own objects are to ibnb: the fields that it reads, and no others.

They are Protocols and not ib_insync's classes, because either library may be underneath, and what a person gives is
made by the one or by the other: a function that takes a `Contract` takes both. Names are TWS's, as the libraries write
them. A field that ibnb does not touch does not stand here; one that it begins to read is added, and the type checker
then says whether both libraries have it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol, Self, SupportsIndex, TypeAlias

#: A figure of an order: ib_insync has floats, ib_async takes a Decimal or None as well.
Figure: TypeAlias = float | Decimal | None


class Event(Protocol):
    """Those who want to hear of something, in the libraries' own way."""

    def __iadd__(self, listener: Callable[..., object], /) -> Self: ...
    def __isub__(self, listener: Callable[..., object], /) -> Self: ...
    def __len__(self) -> int: ...
    def connect(self, listener: Callable[..., object], /) -> object: ...
    def disconnect(self, listener: Callable[..., object], /) -> object: ...
    def emit(self, *args: Any) -> None: ...


class ComboLeg(Protocol):
    """A leg of a combination."""

    conId: int
    ratio: int
    action: str
    exchange: str


class Contract(Protocol):
    """What is traded, as far as it is described."""

    secType: str
    conId: int
    symbol: str
    lastTradeDateOrContractMonth: str
    strike: float
    right: str
    multiplier: str
    exchange: str
    primaryExchange: str
    currency: str
    localSymbol: str
    tradingClass: str
    secIdType: str
    secId: str
    description: str
    comboLegsDescrip: str

    @property
    def comboLegs(self) -> Sequence[ComboLeg]: ...


class TagValue(Protocol):
    """A word and what it says."""

    @property
    def tag(self) -> str: ...
    @property
    def value(self) -> str: ...


class ContractDetails(Protocol):
    """All that TWS tells of a contract; of one that it has told, the contract is there."""

    minTick: float
    orderTypes: str
    validExchanges: str
    priceMagnifier: int
    underConId: int
    underSecType: str
    longName: str
    industry: str
    category: str
    realExpirationDate: str
    lastTradeTime: str
    timeZoneId: str
    tradingHours: str
    liquidHours: str
    marketRuleIds: str

    @property
    def contract(self) -> Contract: ...
    @property
    def secIdList(self) -> Sequence[TagValue]: ...


class Order(Protocol):
    """An order as the client sends it."""

    orderId: int
    clientId: int
    permId: int
    parentId: int
    action: str
    totalQuantity: float
    orderType: str
    tif: str
    goodTillDate: str
    outsideRth: bool
    hidden: bool
    ocaGroup: str
    ocaType: int
    orderRef: str
    transmit: bool
    whatIf: bool
    account: str
    faGroup: str
    faMethod: str
    faPercentage: str
    modelCode: str

    @property
    def lmtPrice(self) -> Figure: ...
    @property
    def auxPrice(self) -> Figure: ...
    @auxPrice.setter
    def auxPrice(self, price: float, /) -> None: ...
    @property
    def trailStopPrice(self) -> Figure: ...
    @property
    def trailingPercent(self) -> Figure: ...
    @property
    def lmtPriceOffset(self) -> Figure: ...
    @property
    def cashQty(self) -> Figure: ...
    @cashQty.setter
    def cashQty(self, money: float, /) -> None: ...
    @property
    def volatility(self) -> Figure: ...


class OrderStatus(Protocol):
    """How far an order is."""

    orderId: int
    status: str
    filled: float
    remaining: float
    permId: int
    parentId: int
    clientId: int


class TradeLogEntry(Protocol):
    """A step of an order's life."""

    time: datetime
    status: str
    message: str


class Execution(Protocol):
    """A part of an order that was carried out; its time is a text where ibnb has read it from the wire."""

    execId: str
    acctNumber: str
    exchange: str
    side: str
    shares: float
    price: float
    permId: int
    clientId: int
    orderId: int
    orderRef: str
    modelCode: str

    @property
    def time(self) -> datetime | str: ...
    @time.setter
    def time(self, moment: datetime, /) -> None: ...


class CommissionReport(Protocol):
    """What an execution has cost."""

    execId: str
    commission: float
    currency: str
    realizedPNL: float


class Fill(Protocol):
    """An execution with its contract and its cost."""

    @property
    def contract(self) -> Contract: ...
    @property
    def execution(self) -> Execution: ...
    @property
    def commissionReport(self) -> CommissionReport: ...
    @property
    def time(self) -> datetime | str: ...


class Trade(Protocol):
    """An order with what has become of it."""

    @property
    def contract(self) -> Contract: ...
    @property
    def order(self) -> Order: ...
    @property
    def orderStatus(self) -> OrderStatus: ...
    @property
    def fills(self) -> Sequence[Fill]: ...
    @property
    def log(self) -> Sequence[TradeLogEntry]: ...


class OrderState(Protocol):
    """What TWS says of an order beside its status."""

    status: str
    commission: float


class Ticker(Protocol):
    """What TWS tells of a market; a price that has not come is NaN."""

    bid: float
    bidSize: float
    ask: float
    askSize: float
    last: float
    lastSize: float
    close: float
    volume: float
    callOpenInterest: float
    putOpenInterest: float
    marketDataType: int
    updateEvent: Event

    @property
    def contract(self) -> Contract: ...
    @property
    def modelGreeks(self) -> object: ...


class AccountValue(Protocol):
    """One figure of an account."""

    @property
    def account(self) -> str: ...
    @property
    def tag(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def currency(self) -> str: ...
    @property
    def modelCode(self) -> str: ...


class Position(Protocol):
    """What an account holds of a contract."""

    @property
    def account(self) -> str: ...
    @property
    def contract(self) -> Contract: ...
    @property
    def position(self) -> float: ...
    @property
    def avgCost(self) -> float: ...


class PortfolioItem(Protocol):
    """A position with what it is worth."""

    @property
    def account(self) -> str: ...
    @property
    def contract(self) -> Contract: ...
    @property
    def position(self) -> float: ...
    @property
    def marketValue(self) -> float: ...


#: What a function takes for a contract: words, a conId, which out of a table may be an integral float, or a Contract.
ContractLike: TypeAlias = str | float | SupportsIndex | Contract
#: One, or many.
ContractsLike: TypeAlias = ContractLike | Iterable[ContractLike]
