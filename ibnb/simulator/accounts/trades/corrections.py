"""Fills that are told anew: a correction has the id of what it corrects but for the number behind its last full stop.

What is told anew counts once: the book's own executions stay as they were.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ibnb.simulator.accounts.trades.executions import Execution

if TYPE_CHECKING:
    from ibnb.simulator.accounts.book import Book

_DAY = 86_400.0


def correct(book: Book, execution: Execution) -> Execution:
    """Enter a correction of a fill, and return it; in all but its id it is the same.

    Parameters
    ----------
    book : Book
        The account.
    execution : Execution
        The fill, or the correction that is corrected in its turn.
    """
    head, _, revision = execution.exec_id.rpartition(".")
    corrected = replace(execution, exec_id=f"{head}.{int(revision) + 1:02d}")
    book.corrections.append(corrected)
    return corrected


def told_executions(book: Book, *, corrected: bool = True, days: int = 1) -> list[Execution]:
    """Return the fills of the day, or of more days, and their corrections.

    Parameters
    ----------
    book : Book
        The account.
    corrected : bool
        Also what a correction takes the place of.
    days : int
        Of how many days, today among them.
    """
    since = book.day_start() - (days - 1) * _DAY
    told = [each for each in (*book.executions, *book.corrections) if each.time >= since]
    latest = {each.exec_id.rpartition(".")[0]: each for each in told}
    return told if corrected else list(latest.values())
