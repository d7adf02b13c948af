"""Answers about what an adviser has and other accounts do not: groups of accounts and their profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ibnb.wire.ids import Request

if TYPE_CHECKING:
    from ibnb.simulator.roles import Client

_NO_ADVISER = "Error validating request.-'{}' : cause - FA data operations ignored for non FA customers."


def request_fa(client: Client, values: dict[str, Any]) -> None:
    """18: 321, since the account is no adviser's."""
    client.error(321, _NO_ADVISER.format("bZ"))


def replace_fa(client: Client, values: dict[str, Any]) -> None:
    """19: the same, under the request's id where it has one."""
    request_id = values.get("request_id")
    client.error(321, _NO_ADVISER.format("ca"), -1 if request_id is None else request_id)


HANDLERS = {
    Request.REQUEST_FA: request_fa,
    Request.REPLACE_FA: replace_fa,
}
