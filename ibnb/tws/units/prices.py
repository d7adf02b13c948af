"""What is a price and what says that there is none. Pure: from the figures of a tick to an answer.

TWS says "no price" by -1, multiplied as prices are where those are in pence or cents, or by 0, with a size of 0. Prices
of futures, combinations and some indexes can be negative or zero in truth, so there the size decides, or where it is
empty the mark that somebody stands behind the price.
"""

from __future__ import annotations

#: Whose prices can be negative.
NEGATIVE_PRICES = frozenset({"BAG", "FUT", "CONTFUT", "FOP", "IND"})
#: The attribute of a price that can be traded at once.
_CAN_AUTO_EXECUTE = 1


def is_price(
    price: float, size: float, *, negative: bool, magnifier: int = 1, attributes: int = 0, sized: bool = True
) -> bool:
    """Tell whether a figure is a price.

    Parameters
    ----------
    price : float
        As TWS sent it.
    size : float
        What came with it; NaN for an empty one.
    negative : bool
        Whether prices of such a contract can be negative or zero (`NEGATIVE_PRICES`).
    magnifier : int
        Of the contract's details.
    attributes : int
        The mask of the tick.
    sized : bool
        Whether such prices have sizes: bid, ask and last; open, high, low and close have none.

    Examples
    --------
    >>> is_price(-100.0, 0.0, negative=False, magnifier=100), is_price(-37.6, 3.0, negative=True)
    (False, True)
    """
    if price != price:
        return False
    if price > 0:
        return True
    if not negative:
        return price == 0 and sized and size > 0
    if sized:
        behind = size > 0 or (size != size and bool(attributes & _CAN_AUTO_EXECUTE))
        return behind or price not in (0, -1, -magnifier)
    return price != -magnifier or magnifier == 1
