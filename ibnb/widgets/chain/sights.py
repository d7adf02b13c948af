"""Which strikes are seen, as the views of a chain tell it: what lies there gets market data lines first. Pure."""

from __future__ import annotations

import math

from ibnb.widgets.chain.strikes import around

#: So many strikes count as seen before a page has told, and so many beside those that it tells.
_FIRST, _BESIDE = 20, 2
#: Of so many views of one panel it is remembered what each shows.
_VIEWS = 3


class Sights:
    """What each view shows.

    Examples
    --------
    >>> sights = Sights()
    >>> sights.see("a1.10.12"), sights.see("a1.10.12"), sights.see("nonsense")
    (True, False, False)
    >>> sights.places(range(100), at=50, whole=100)
    [11, 10, 12, 9, 13, 8, 14]
    """

    def __init__(self) -> None:
        self._of_views: dict[str, range] = {}

    def __len__(self) -> int:
        return len(self._of_views)

    def clear(self) -> None:
        """Take it that the views are others now: each tells anew what it shows."""
        self._of_views.clear()

    def see(self, word: str) -> bool:
        """Take what a view says that it shows, as ``view.first.last``; return whether that is another part."""
        view, _, rest = word.partition(".")
        first, _, last = rest.partition(".")
        if not (view.isalnum() and first.isdecimal() and last.isdecimal()):
            return False
        before = self._of_views.pop(view, None)
        seen = self._of_views[view] = range(int(first), int(last) + 1)
        while len(self._of_views) > _VIEWS:
            self._of_views.pop(next(iter(self._of_views)))
        return seen != before

    def places(self, shown: range, at: int | None, whole: int) -> list[int]:
        """Return the places that are seen, the nearest to the middle of each view first.

        Parameters
        ----------
        shown : range
            The places that the table has.
        at : int or None
            The place at the money, around which a person looks before a page has told.
        whole : int
            How many strikes there are.
        """
        found: dict[int, float] = {}
        for sight in self._of_views.values() or [around(_FIRST, at, whole)]:
            middle = (sight.start + sight.stop - 1) / 2
            for place in range(max(sight.start - _BESIDE, shown.start), min(sight.stop + _BESIDE, shown.stop)):
                found[place] = min(found.get(place, math.inf), abs(place - middle))
        return sorted(found, key=lambda place: found[place])
