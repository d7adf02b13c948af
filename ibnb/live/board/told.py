"""What a board says of itself: how it stands by its rows, why, and in a few words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ibnb.tws.units.sizes import US_SIZES, is_us_share

if TYPE_CHECKING:
    from ibnb.live.board.rows import Row
    from ibnb.tws.client.lines import Lines
    from ibnb.tws.subscriptions.stream import State

DATA_TYPES = {1: "live", 2: "frozen", 3: "delayed", 4: "delayed-frozen"}
_ORDER: tuple[State, ...] = ("lost", "live", "stale", "stopped")


def state_of(rows: Sequence[Row]) -> State:
    """Return how a board stands that is not stopped."""
    states = {row.line.state for row in rows if row.line is not None}
    return next((state for state in _ORDER if state in states), "live")


def reason_of(rows: Sequence[Row], state: State) -> str:
    """Return why it is not live."""
    return next((row.reason for row in rows if row.line is not None and row.line.state == state), "")


def words_of(rows: Sequence[Row], lines: Lines) -> list[str]:
    """Return how many contracts, of which kinds their prices are, and how many lines are taken."""
    kinds = Counter(DATA_TYPES.get(row.line.quote.data_type, "") for row in rows if row.line is not None)
    without, contracts = sum(row.refused for row in rows), [row.contract for row in rows if row.line is not None]
    words = [f"{len(rows)} contract{'s' * (len(rows) != 1)}"]
    words += [f"{count} {kind}" for kind, count in kinds.items() if kind]
    words += [f"{without} without prices"] if without else []
    closed = sum(row.line is not None and row.line.state == "live" and bool(row.line.reason) for row in rows)
    words += [f"{closed} in a closed market"] if closed else []
    words += [US_SIZES] if any(map(is_us_share, contracts)) else []
    return [*words, f"{lines.used} of {lines.limit} lines"]
