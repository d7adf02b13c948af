"""What a chain shows: the open tab and its strikes, painted from what is known. It asks nothing of TWS.

A table is painted whole where it is another one; figures that move are sent cell by cell.
"""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from statistics import median
from typing import TYPE_CHECKING

from ibnb.errors import IBNBError
from ibnb.live.streams.hours import is_closed
from ibnb.research.options.outline import Entry, Outline
from ibnb.research.options.watched import Quoted, Watched
from ibnb.tws.client.values import ContractDetails
from ibnb.tws.texts import Html
from ibnb.tws.units.price_units import price_unit, whole_magnifier
from ibnb.widgets.chain.fields import ChainFields
from ibnb.widgets.chain.layout import ChainLayout
from ibnb.widgets.chain.seen import frame_of
from ibnb.widgets.chain.sights import Sights
from ibnb.widgets.chain.strikes import Strike, around, at_money, in_unit_of_strikes, strikes_of
from ibnb.widgets.chain.view.columns import digits_of
from ibnb.widgets.chain.view.table import RIGHTS, Shown, cells_of, changed, table_html
from ibnb.widgets.chain.view.words import adjusted_words, caption_of, cut_html, head_html, live_html

if TYPE_CHECKING:
    import pandas as pd

_PATCH = Html('<div class="ibnb-patch" data-turn="{}" data-number="{}">{}</div>')
_EMPTY = Quoted()


class ChainPage:
    """Paints a chain; knows the widgets and not the panel.

    Attributes
    ----------
    outline : Outline or None
        What there is on the contract that was asked for.
    place : int or None
        Which of its entries is open.
    strikes : tuple of Strike
        Of the open tab; none before they have come.
    chosen : (int, str) or None
        Place and right of the option that is open.
    watched : Watched or None
        Where the figures are from.
    lines : (int, int)
        How many market data lines the session uses, and how many there are.
    """

    def __init__(self, fields: ChainFields, layout: ChainLayout) -> None:
        self._fields, self._layout = fields, layout
        self._lock = threading.RLock()  # the kernel's thread paints, and the session's
        self.outline: Outline | None = None
        self.place: int | None = None
        self.strikes: tuple[Strike, ...] = ()
        self.chosen: tuple[int, str] | None = None
        self.watched: Watched | None = None
        self.lines = (0, 0)
        self._places = range(0)
        self._sights = Sights()
        self._is_aimed = False  # whether the strikes lie around a price
        self._turn = self._centre = self._number = 0
        self._cells: dict[str, str] = {}

    # What is shown --------------------------------------------------------------------------------------------------

    def clear(self) -> None:
        """Show nothing: another contract was asked for."""
        with self._lock:
            self.outline, self.place, self.strikes, self.chosen = None, None, (), None
            self._places, self._cells = range(0), {}
            self._sights.clear()
            self._fields.offer((), ())
            self._layout.show_head(head_html(None, None))
            self._layout.show_tabs((), (), None)
            self._layout.show_table("")
            self._layout.show_words("", "")

    def show_outline(self, outline: Outline) -> None:
        """Show what there is on a contract, none of it open."""
        with self._lock:
            self.outline = outline
            self._fields.offer(outline.classes, outline.adjusted)
            self._paint_tabs()
            self._paint_words()

    def begin(self, place: int) -> None:
        """Show that the options of an entry are being asked for."""
        with self._lock:
            self.place, self.strikes, self.chosen = place, (), None
            self._places, self._cells = range(0), {}
            self._sights.clear()
            self._paint_tabs()
            self._layout.show_table("")
            self._paint_words()

    def show_options(self, options: Sequence[ContractDetails]) -> None:
        """Show the options of the open entry, around the money."""
        with self._lock:
            self.strikes = strikes_of(options)
            self.aim()

    def aim(self) -> None:
        """Show so many strikes as are chosen around the money, and have the page scroll there."""
        with self._lock:
            at = at_money(self.strikes, self.price)
            self._places = around(self._fields.strikes, at, len(self.strikes))
            self._is_aimed = at is not None
            self._sights.clear()
            self._centre += 1
            self.paint()

    def choose(self, place: int, right: str) -> ContractDetails | None:
        """Mark an option as the open one, and return it; None where it is not listed."""
        with self._lock:
            known = self.strikes[place].side(right) if place < len(self.strikes) else None
            if known is not None:
                self.chosen = (place, right)
                self.paint()
            return known

    def choose_none(self) -> None:
        """Mark none as open."""
        with self._lock:
            self.chosen = None
            self.paint()

    def see(self, word: str) -> bool:
        """Take what a view says that it shows, as ``view.first.last``; return whether that is another part."""
        with self._lock:
            views = len(self._sights)
            is_other = self._sights.see(word)
            if views and len(self._sights) > views:
                self.paint()  # another view has the table as it was last painted whole
            return is_other

    def forget_views(self) -> None:
        """Take it that the views are others now."""
        with self._lock:
            self._sights.clear()
            self.paint()

    # What follows from it -------------------------------------------------------------------------------------------

    @property
    def entry(self) -> Entry | None:
        """The open entry."""
        return None if self.outline is None or self.place is None else self.outline.entries[self.place]

    def places(self) -> list[int]:
        """Return which of the entries have a tab."""
        entries = () if self.outline is None else self.outline.entries
        return self._fields.places(entries)

    @property
    def price(self) -> float:
        """The underlying's price in the unit of the strikes, by itself or by the greeks of what is shown; else NaN."""
        if self.outline is None:
            return math.nan
        price = self._under.price
        if price != price:
            told = [known.value("underlying_price") for known in self._known()]
            price = median([each for each in told if each == each] or [math.nan])
        return in_unit_of_strikes(price, whole_magnifier(self.outline.details.priceMagnifier), self.strikes)

    @property
    def _under(self) -> Quoted:
        if self.outline is None or self.watched is None:
            return _EMPTY
        return self.watched.quoted(self.outline.under.conId)

    def wanted(self) -> list[ContractDetails]:
        """Return what is to have a market data line, the most wanted first."""
        with self._lock:
            if self.outline is None:
                return []
            found = [self.outline.details]
            if self.chosen is not None and (own := self.strikes[self.chosen[0]].side(self.chosen[1])) is not None:
                found.append(own)
            for place in self._sights.places(self._places, at_money(self.strikes, self.price), len(self.strikes)):
                found += [each for each in (self.strikes[place].call, self.strikes[place].put) if each is not None]
            return list({each.contract.conId: each for each in found}.values())

    def _known(self) -> list[Quoted]:
        return [
            self._quoted(each.contract.conId)
            for place in self._places
            for right in RIGHTS
            if (each := self.strikes[place].side(right)) is not None
        ]

    def _quoted(self, con_id: int) -> Quoted:
        return _EMPTY if self.watched is None else self.watched.quoted(con_id)

    def frame(self) -> pd.DataFrame:
        """Return the options that the table shows.

        Raises
        ------
        IBNBError
            Before there are any.
        """
        with self._lock:
            if self.outline is None or self.entry is None or not self.strikes:
                raise IBNBError("No options have come yet. Wait for them with chain.wait().")
            return frame_of(
                self.outline, self.entry, [self.strikes[each] for each in self._places], self._quoted, self.price
            )

    # Painting -------------------------------------------------------------------------------------------------------

    def paint(self) -> None:
        """Paint the whole table as it is to be now."""
        with self._lock:
            self._paint_words()
            self._layout.show_columns(self._fields.columns)
            if self.outline is None or self.entry is None or not self.strikes:
                return
            shown = self._shown()
            self._turn += 1
            self._cells = cells_of(shown)
            self._layout.show_patch("")
            self._layout.show_table(table_html(shown, self._caption(), self._turn, self._centre))

    def repaint(self) -> None:
        """Send what has changed since the last time."""
        with self._lock:
            self._paint_words()
            if not self.strikes or not self._cells:
                return
            if not self._is_aimed and self.price == self.price:
                self.aim()  # the price came after the options
                return
            now = cells_of(self._shown())
            news = changed(self._cells, now)
            if news:
                self._cells = now
                self._number += 1
                text = json.dumps(news, separators=(",", ":"))
                self._layout.show_patch(_PATCH.format(self._turn, self._number, Html.escape(text, len(text))))

    def _paint_tabs(self) -> None:
        entries = () if self.outline is None else self.outline.entries
        self._layout.show_tabs(entries, self.places(), self.place)

    def choose_class(self) -> None:
        """Show the tabs of the class that is chosen."""
        with self._lock:
            self._paint_tabs()
            self._paint_words()

    def _paint_words(self) -> None:
        outline = self.outline
        if outline is None:
            return
        self._layout.show_head(head_html(outline, self._under))
        known = self._known()
        closed = bool(self.strikes) and is_closed(self._any(), datetime.now(UTC))
        words = live_html(known, self.lines, closed) + cut_html(self._fields.columns) if known else ""
        adjusted = adjusted_words(outline.adjusted, self._fields.trading_class)
        self._layout.show_words(words, adjusted)

    def _any(self) -> ContractDetails:
        """Return the details of one of the options: their hours are the same."""
        return next(each for strike in self.strikes for each in (strike.call, strike.put) if each is not None)

    def _shown(self) -> Shown:
        details, price = self._any(), self.price
        return Shown(
            self.strikes,
            self._places,
            price,
            at_money(self.strikes, price),
            self._fields.columns,
            digits_of(details.minTick, whole_magnifier(details.priceMagnifier)),
            self.chosen,
            self._quoted,
        )

    def _caption(self) -> str:
        assert self.outline is not None and self.entry is not None
        details = self._any()
        unit = price_unit(details.contract.currency, whole_magnifier(details.priceMagnifier))
        return caption_of(self.outline, self.entry, f"prices in {unit}")
