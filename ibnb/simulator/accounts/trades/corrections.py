"""Fills that are told anew: a correction has the id of what it corrects but for the number behind its last full stop.

What is told anew counts once: the book's own executions stay as they were.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ibnb.simulator.accounts.trades.executions import Execution

if TYPE_CHECKING:
    from ibnb.simulator.accounts.book import Book


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


def told_executions(book: Book, *, corrected: bool = True) -> list[Execution]:
    """Return the day's fills and their corrections.

    Parameters
    ----------
    book : Book
        The account.
    corrected : bool
        Also what a correction takes the place of.
    """
    since = book.day_start()
    told = book.executions_today() + [each for each in book.corrections if each.time >= since]
    latest = {each.exec_id.rpartition(".")[0]: each for each in told}
    return told if corrected else list(latest.values())
