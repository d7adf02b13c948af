"""What tables say of the unit that prices are in: the column, and how columns of prices name their unit."""

from __future__ import annotations

from ibnb.tables.schema import Column

#: The unit of a column of prices.
PRICE_UNIT = "currency / price_magnifier"
PRICE_MAGNIFIER = Column(
    "price_magnifier",
    "Int64",
    "",
    "How many of the units that prices are in make one of the currency: 100 where they are in pence or cents; "
    "unset where it is not known",
    "priceMagnifier",
)
