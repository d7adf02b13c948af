"""When clients are told what becomes of orders: at once, in the sequence in which it happens, or as habits have it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ibnb.wire.ids import Response

if TYPE_CHECKING:
    from ibnb.simulator.matching.matcher import Note
    from ibnb.simulator.scenarios.ways import Habits

_OF_STATUS = (Response.OPEN_ORDER, Response.ORDER_STATUS)


def timetable(notes: Iterable[Note], habits: Habits) -> Iterator[tuple[Note, float]]:
    """Yield what is told of notes that belong together, each with the seconds until then.

    Parameters
    ----------
    notes : iterable of Note
        In the sequence in which things happened.
    habits : Habits
        How this TWS tells of orders. What-ifs are answered whatever it is.
    """
    told = sorted(notes, key=lambda note: habits.tells_fills_first and note.event.response != Response.EXECUTION_DATA)
    for note in told:
        response = note.event.response
        if note.order.preview:
            yield note, 0.0
        elif not habits.tells_orders or (_says_filled(note) and not habits.tells_filled):
            continue
        elif response == Response.COMMISSION_REPORT:
            for _ in range(habits.tells_commissions):
                yield note, habits.tells_orders_after + habits.tells_commissions_after
        else:
            yield note, habits.tells_orders_after


def _says_filled(note: Note) -> bool:
    return note.event.response in _OF_STATUS and note.event.values.get("status") == "Filled"
