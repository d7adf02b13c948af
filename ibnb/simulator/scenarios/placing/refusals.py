"""Scenarios of orders that TWS does not take as they are: rejected, held back, cancelled again, asleep, remarked on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ibnb.simulator.matching.refusal import OUTSIDE_IGNORED, Verdict
from ibnb.simulator.scenarios.fault import Fault
from ibnb.simulator.scenarios.message_faults import Answers
from ibnb.simulator.scenarios.placing.reaching import is_new
from ibnb.simulator.scenarios.registry import Faults, scenario
from ibnb.simulator.scenarios.settings import at_least, one_of
from ibnb.wire.ids import Request, Response

if TYPE_CHECKING:
    from ibnb.simulator.roles import Client
    from ibnb.wire.codec import Message

_REJECTED = "Order rejected - reason:"
_CANCELED = "Order Canceled - reason:"
#: Why orders are rejected (201): as real servers have put it, but for `spanish`, which is worded by ourselves.
REASONS = {
    "margin": (
        f"{_REJECTED}YOUR ORDER IS NOT ACCEPTED. IN ORDER TO OBTAIN THE DESIRED POSITION YOUR EQUITY WITH LOAN VALUE "
        "[1000.00 USD] MUST EXCEED THE INITIAL MARGIN [25000.00 USD]"
    ),
    "permission": f"{_REJECTED}No trading permissions.",
    "short": f"{_REJECTED}The contract is not available for short sale.",
    "closed": f"{_REJECTED}Exchange is closed.",
    "price": f"{_REJECTED}Limit price too far outside of NBBO.",
    "expired": f"{_REJECTED}Order will be expired before market opens.",
    "leverage": f"{_REJECTED}FX trade would expose account to currency leverage.",
    "spanish": "Orden rechazada - motivo:SU ORDEN NO HA SIDO ACEPTADA. MARGEN INSUFICIENTE.",
}
#: Why orders that were taken are cancelled by an exchange or by IB's own limits (202), as real servers have put it.
CANCELLATIONS = {
    "price": (
        f"{_CANCELED}We cannot accept an order at a limit price at or more aggressive than 0.33. Please submit your "
        "order using a <br>limit price that is closer to the current market price of 0.08."
    ),
    "limits": f"{_CANCELED}The order price is outside of the allowable price limits",
    "none": _CANCELED,
}
#: Refusals by an error alone, of orders that TWS's own precautions hold back.
PRECAUTIONS = {
    "percentage": (
        163,
        "The following order would violate percentage constraint specified in the default order settings.",
    ),
    "range": (
        109,
        "Price is out of the range defined by the Percentage setting at order defaults frame. The order will not be "
        "transmitted.",
    ),
    "permission": (460, "No trading permissions."),
    "value": (
        451,
        'The following order "ID:{id}" value estimate of 154,990 USD exceeds  the Total Value Limit of 100,000 USD. '
        "Restriction is specified in Precautionary Settings of Global Configuration/Presets.",
    ),
}
#: Remarks on orders that stand all the same, once they are shown.
REMARKS = {
    "odd-lot": (399, "Warning: Your order size is below the IdealPro minimum and will be routed as an odd lot order."),
    "locate": (404, "Order held while securities are located."),
}
_PRESET = (10349, "Order TIF was set to DAY based on order preset.")
_OUTSIDE = (2109, OUTSIDE_IGNORED)


class _Judges(Fault):
    """Of the new orders that are meant, every so-many-th gets a verdict."""

    def __init__(self, verdict: Verdict, symbol: str = "", side: str = "", every: int = 1) -> None:
        at_least("every", every, 1)
        self.verdict, self.symbol, self.side, self.every = verdict, symbol, side.upper(), every
        self.seen = 0

    def judging(self, order: Mapping[str, Any]) -> Verdict | None:
        """Return the verdict."""
        if self.symbol not in ("", order.get("symbol")) or self.side not in ("", order.get("action")):
            return None
        if order.get("what_if"):
            return self.verdict if self.verdict.of_previews else None
        self.seen += 1
        return None if self.seen % self.every else self.verdict


class _Presets(Fault):
    """A preset of TWS sets what an order asks for to something else, and says so before the order is shown."""

    def __init__(self, field: str, kept: tuple[Any, ...], value: object, remark: tuple[int, str], symbol: str) -> None:
        self.field, self.kept, self.value, self.remark, self.symbol = field, kept, value, remark, symbol

    async def requested(self, client: Client, request: Message) -> float | None:
        """Change the field."""
        is_meant = is_new(request) and self.symbol in ("", request.values.get("symbol"))
        if is_meant and (request.values.get(self.field) or "") not in self.kept:
            request.values[self.field] = self.value
            client.error(*self.remark, request.values["order_id"])
        return 0.0


class _WarnsPreviews(Fault):
    """Answers to what-ifs carry a warning."""

    def __init__(self, text: str) -> None:
        self.text = text

    def responding(self, client: Client, response: Response, values: dict[str, Any]) -> dict[str, Any] | None:
        """Put it into the answer."""
        is_preview = response == Response.OPEN_ORDER and values.get("what_if")
        return {**values, "warning_text": self.text} if is_preview else values


@scenario(
    "orders-rejected",
    "New orders are rejected (Inactive, and 201 or another code): for margin, permission, short, closed, price, "
    "expired, leverage, in spanish, or in a text of your own; every so-many-th, of a symbol or a side; previews too.",
)
def _rejected(
    why: str = "margin",
    symbol: str = "",
    side: str = "",
    text: str = "",
    code: int = 201,
    every: int = 1,
    previews: bool = False,
) -> Faults:
    words = f"{_REJECTED if code == 201 else ''}{text}" if text else one_of("why", why, REASONS)
    return (_Judges(Verdict("rejected", code, words, previews), symbol, side, every),)


@scenario(
    "orders-held-back",
    "Orders are refused by an error alone, as by TWS's precautions: percentage (163), range (109), permission (460), "
    "value (451).",
)
def _held_back(why: str = "percentage", symbol: str = "") -> Faults:
    code, text = one_of("why", why, PRECAUTIONS)
    return (Answers(code, text, Request.PLACE_ORDER, symbol=symbol),)


@scenario(
    "orders-cancelled",
    "New orders are taken, and cancelled again at once (202): for their price, by the exchange's limits, for none, or "
    "in a text of your own.",
)
def _cancelled(why: str = "price", symbol: str = "", side: str = "", text: str = "", every: int = 1) -> Faults:
    words = f"{_CANCELED}{text}" if text else one_of("why", why, CANCELLATIONS)
    return (_Judges(Verdict("cancelled", 202, words), symbol, side, every),)


@scenario("orders-inactive", "New orders are Inactive without an error: with a warning in openOrder, or not even that.")
def _inactive(text: str = "", symbol: str = "", side: str = "", every: int = 1) -> Faults:
    return (_Judges(Verdict("inactive", 0, text), symbol, side, every),)


@scenario(
    "orders-remarked",
    "Orders work, and TWS remarks on them under their id: a preset set them to DAY (tif, 10349), orders outside "
    "regular hours work within them alone (outside-rth, 2109), odd-lot (399), locate (404).",
)
def _remarked(why: str = "tif", symbol: str = "") -> Faults:
    presets = {
        "tif": _Presets("tif", ("DAY",), "DAY", _PRESET, symbol),
        "outside-rth": _Presets("outside_rth", ("", False), False, _OUTSIDE, symbol),
    }
    remarks = {name: _Judges(Verdict("remarked", *each), symbol) for name, each in REMARKS.items()}
    return (one_of("why", why, presets | remarks),)


@scenario("previews-warned", "Answers to what-ifs carry a warning.")
def _previews_warned(text: str = "Your order size exceeds what is usual for this contract.") -> Faults:
    return (_WarnsPreviews(text),)
