"""Events: what has happened to a session."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from ibnb.tables.schema.problems import Problems
from ibnb.tables.schema.schema import Column, Schema
from ibnb.tws.keeping.timeline import KINDS

_MEANINGS = " ".join(f"{kind}: {meaning}" for kind, (_, meaning) in KINDS.items())

SCHEMA = Schema(
    name="events",
    meaning="one thing that happened to the session",
    request="",
    columns=(
        Column("time", "datetime64[us, UTC]", "UTC", "When, by this machine's clock", "", "time"),
        Column("event", "string", "", _MEANINGS, "", "kind"),
        Column("status", "string", "", "ok, info, warn or fail", "", "status"),
        Column("code", "Int64", "", "TWS's code, where it said so", "error code", "code"),
        Column("seconds", "float64", "s", "How long it had lasted, where something is over", "", "seconds"),
        Column("text", "string", "", "What happened; account numbers masked", "", "text"),
    ),
)


def frame(objects: Iterable[object], **attrs: Any) -> pd.DataFrame:
    """Return a session's events as a DataFrame, the oldest first.

    Parameters
    ----------
    objects : iterable of Event
        From the session's timeline.
    **attrs
        Into ``frame.attrs``.

    Examples
    --------
    >>> from ibnb.tables import events
    >>> events.frame([]).columns.tolist()
    ['time', 'event', 'status', 'code', 'seconds', 'text']
    """
    problems = Problems()
    return SCHEMA.frame(SCHEMA.pull(list(objects), problems), problems, **attrs)
