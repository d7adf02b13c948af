"""Faults of whole messages: requests left alone or refused, answers late, missing, changed, or too many."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from ibnb.simulator.scenarios.fault import Fault
from ibnb.wire.ids import Request, Response

if TYPE_CHECKING:
    from ibnb.simulator.market.subscriptions import Subscriptions
    from ibnb.simulator.roles import Client
    from ibnb.wire.codec import Message


class Ignores(Fault):
    """Some requests are never answered."""

    def __init__(self, *requests: Request) -> None:
        self.requests: Collection[int] = frozenset(requests)

    async def requested(self, client: Client, request: Message) -> float | None:
        """Swallow the request."""
        return None if request.id in self.requests else 0.0


class Withholds(Fault):
    """Some messages are never sent."""

    def __init__(self, *responses: Response) -> None:
        self.responses: Collection[int] = frozenset(responses)

    def responding(self, client: Client, response: Response, values: dict[str, Any]) -> dict[str, Any] | None:
        """Drop the message."""
        return None if response in self.responses else values


class Replaces(Fault):
    """Some values of a message are others than they should be."""

    def __init__(self, response: Response, **values: Any) -> None:
        self.response, self.values = response, values

    def responding(self, client: Client, response: Response, values: dict[str, Any]) -> dict[str, Any] | None:
        """Replace the values."""
        return {**values, **self.values} if response == self.response else values


class Answers(Fault):
    """Some requests are answered with an error, under their own id or -1.

    Parameters
    ----------
    code, text : int, str
        The error; ``{id}`` and ``{symbol}`` in its text stand for the request's own.
    *requests : Request
        Which requests.
    own_id : bool
        Whether the error has the request's id.
    symbol : str
        Only requests for this symbol; all where it is empty.
    seconds : float
        For so long after the first such request, in the clock's time; without end where it is 0.
    """

    def __init__(
        self, code: int, text: str, *requests: Request, own_id: bool = True, symbol: str = "", seconds: float = 0.0
    ) -> None:
        self.code, self.text, self.own_id, self.symbol = code, text, own_id, symbol
        self.seconds, self.began = seconds, 0.0
        self.requests: Collection[int] = frozenset(requests)

    async def requested(self, client: Client, request: Message) -> float | None:
        """Send the error."""
        if request.id not in self.requests or self.symbol not in ("", request.values.get("symbol")):
            return 0.0
        now = client.server.market.clock.now()
        self.began = self.began or now
        if self.seconds and now - self.began >= self.seconds:
            return 0.0
        own = request.values.get("request_id", request.values.get("order_id"))
        text = self.text.replace("{id}", str(own)).replace("{symbol}", str(request.values.get("symbol") or ""))
        client.error(self.code, text, own if self.own_id and own is not None else -1)
        return None


class Notices(Fault):
    """Notices follow the start of the API."""

    def __init__(self, *notices: tuple[int, str]) -> None:
        self.notices = notices

    async def started(self, client: Client) -> None:
        """Send them."""
        for code, text in self.notices:
            client.error(code, text)


class Delays(Fault):
    """Answers come late: all, or those to some requests."""

    def __init__(self, seconds: float, *requests: Request) -> None:
        self.seconds = seconds
        self.requests: Collection[int] = frozenset(requests)

    async def requested(self, client: Client, request: Message) -> float | None:
        """Wait."""
        return self.seconds if not self.requests or request.id in self.requests else 0.0


class Bloats(Fault):
    """Texts from the server are not what a careless reader expects: markup, control characters, great length."""

    def __init__(self, response: Response | None, text: str) -> None:
        self.response, self.text = response, text

    def responding(self, client: Client, response: Response, values: dict[str, Any]) -> dict[str, Any] | None:
        """Put the text in place of every text field that no client parses, in the rows of a message too."""
        return self._bloated(values) if self.response in (None, response) else values

    def _bloated(self, values: dict[str, Any]) -> dict[str, Any]:
        return {
            name: [self._bloated(row) if isinstance(row, dict) else row for row in value]
            if isinstance(value, list)
            else self.text
            if name in _FREE_TEXTS
            else value
            for name, value in values.items()
        }


#: Fields that hold a text for people.
_FREE_TEXTS = frozenset(
    (
        "message",
        "long_name",
        "headline",
        "text",
        "description",
        "name",
        "market_name",
        "why_held",
        "category",
        "industry",
    )
)


class OffersData(Fault):
    """The account has other market data than everything, live."""

    def __init__(self, market_data: Subscriptions) -> None:
        self.market_data = market_data
