"""Answers about display groups: windows of TWS that show the same contract, which clients may watch and change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ibnb.simulator.server.streams.subscription import Subscription, unsubscribe_or_error
from ibnb.wire.ids import Request, Response

if TYPE_CHECKING:
    from ibnb.simulator.roles import Client

_GROUPS = range(1, 8)
_NOTHING = "none"
_INVALID = "Error validating request.-'{}' : cause - {}"


class _Member(Subscription):
    """A client that watches a group."""

    def __init__(self, group: int) -> None:
        super().__init__(Request.SUBSCRIBE_TO_GROUP_EVENTS)
        self.group = group


def query(client: Client, values: dict[str, Any]) -> None:
    """67: the numbers of the groups."""
    groups = "|".join(map(str, _GROUPS))
    client.send(Response.DISPLAY_GROUP_LIST, {"request_id": values["request_id"], "groups": groups})


def subscribe_to(client: Client, values: dict[str, Any]) -> None:
    """68: what a group shows now, and each time that it changes."""
    request_id, group = values["request_id"], values["group_id"]
    if group not in _GROUPS:
        client.error(321, _INVALID.format("cf", f"Invalid display group: {group}"), request_id)
        return
    client.keep(request_id, _Member(group))
    _tell(client, request_id, client.server.display_groups.get(group, _NOTHING))


def update(client: Client, values: dict[str, Any]) -> None:
    """69: let a group show another contract, for all who watch it."""
    request_id, shown = values["request_id"], values["contract_info"].strip()
    member = client.streams.get(request_id)
    if not isinstance(member, _Member):
        client.error(321, _INVALID.format("ch", f"No display group is subscribed under {request_id}"), request_id)
        return
    if not _is_contract(client, shown):
        client.error(321, _INVALID.format("ch", f"Invalid contract: {shown!r}"), request_id)
        return
    client.server.display_groups[member.group] = shown
    for each in list(client.server.clients):
        for other_id, other in list(each.streams.items()):
            if isinstance(other, _Member) and other.group == member.group:
                _tell(each, other_id, shown)


def _is_contract(client: Client, shown: str) -> bool:
    """Tell whether a text is ``none``, a combination, or ``conId`` with or without ``@EXCHANGE``."""
    number = shown.partition("@")[0]
    if shown in (_NOTHING, "combo"):
        return True
    return number.isdecimal() and client.server.market.instruments.by_con_id(int(number)) is not None


def _tell(client: Client, request_id: int, shown: str) -> None:
    client.send(Response.DISPLAY_GROUP_UPDATED, {"request_id": request_id, "contract_info": shown})


def unsubscribe_from(client: Client, values: dict[str, Any]) -> None:
    """70: watch it no longer."""
    unsubscribe_or_error(client, Request.SUBSCRIBE_TO_GROUP_EVENTS, values["request_id"])


HANDLERS = {
    Request.QUERY_DISPLAY_GROUPS: query,
    Request.SUBSCRIBE_TO_GROUP_EVENTS: subscribe_to,
    Request.UPDATE_DISPLAY_GROUP: update,
    Request.UNSUBSCRIBE_FROM_GROUP_EVENTS: unsubscribe_from,
}
