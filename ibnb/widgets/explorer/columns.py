"""The explorer's own columns beside those of the portfolio: percents, the sector, the tag that is grouped by.

They are the widget's alone: `explorer.frame` and its files keep the columns of ``ibnb.schema("portfolio")``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

#: By column: the profit, and the column of what it is a part of, counted as positive. What a short position gains is
#: a gain, whatever the sign of its value.
PARTS = {"daily_part": ("daily_pnl_base", "before_base"), "gain_part": ("unrealized_pnl_base", "cost_base")}
#: What stands in place of a sector or tag that there is not.
NO_SECTOR, NO_TAG = "Sector not told", "Without a tag"
#: Before TWS was asked.
SECTOR_COMES = "Asking TWS …"


@dataclass(frozen=True)
class Labels:
    """What positions are called beside what TWS tells with them.

    Attributes
    ----------
    sectors : mapping
        By conId; "" where TWS tells none.
    tags : mapping
        By conId: a person's own, the first is the one that counts in groups.
    """

    sectors: Mapping[int, str] = field(default_factory=dict)
    tags: Mapping[int, Sequence[str]] = field(default_factory=dict)


NO_LABELS = Labels()


def with_own_columns(portfolio: pd.DataFrame, labels: Labels) -> pd.DataFrame:
    """Return a portfolio with ``before_base cost_base daily_part gain_part sector tag tags``.

    The day's part is of the value less what the day has brought: yesterday's where nothing was traded since. The part
    since it was bought is of what it has cost.
    """
    frame = portfolio.copy(deep=False)
    value = frame["market_value_base"]
    for name, (profit, whole) in PARTS.items():
        frame[whole] = (value - frame[profit]).abs()
        frame[name] = (frame[profit] / frame[whole]).where(frame[whole] > 0)
    ids = [int(con_id) for con_id in frame["con_id"].fillna(0)]
    frame["sector"] = [labels.sectors.get(each, SECTOR_COMES) or NO_SECTOR for each in ids]
    tags = [labels.tags.get(each, ()) for each in ids]
    frame["tag"] = [each[0] if each else NO_TAG for each in tags]
    frame["tags"] = [", ".join(each) for each in tags]
    return frame
