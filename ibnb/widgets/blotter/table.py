"""What the tables of a blotter are made of: headings that sort, rows as values that are compared, names in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from ibnb.ground.numerals import count_text
from ibnb.trading.values.plan import plain
from ibnb.tws.texts import Html
from ibnb.widgets.kit.clicks import does
from ibnb.widgets.kit.markup import joined

if TYPE_CHECKING:
    import pandas as pd


class Head(NamedTuple):
    """A heading: its word, the columns that it sorts by (none: it does not), whether figures stand below."""

    word: str
    by: tuple[str, ...] = ()
    figures: bool = False


@dataclass(frozen=True)
class Sort:
    """By which heading a table is sorted: its place, -1 for none, as TWS tells the rows."""

    place: int = -1
    descending: bool = False

    def pressed(self, place: int) -> Sort:
        """Return the sorting after a heading is pressed: ascending, descending, then none.

        Examples
        --------
        >>> Sort().pressed(2), Sort(2).pressed(2), Sort(2, True).pressed(2), Sort(2).pressed(1)
        (Sort(place=2, descending=False), Sort(place=2, descending=True), Sort(place=-1, descending=False), \
Sort(place=1, descending=False))
        """
        if place != self.place:
            return Sort(place)
        return Sort() if self.descending else Sort(place, True)


#: As TWS tells the rows.
UNSORTED = Sort()


def in_order(rows: pd.DataFrame, heads: Sequence[Head], sort: Sort) -> pd.DataFrame:
    """Return rows as they are sorted; what is unset stands last, and equals stay as they stood."""
    by = list(heads[sort.place].by) if 0 <= sort.place < len(heads) else []
    return rows.sort_values(by, ascending=not sort.descending, kind="stable") if by and len(rows) else rows


def name_of(row: Mapping[str, Any]) -> str:
    """Return what a contract is called in a table."""
    kind = str(row["sec_type"])
    if kind in ("STK", "CASH") and row["symbol"]:
        return f"{row['symbol']}.{row['currency']}" if kind == "CASH" else str(row["symbol"])
    return " ".join(str(row["local_symbol"] or row["symbol"]).split()) + f" {kind}"


def sender_of(row: Mapping[str, Any], client_id: int) -> str:
    """Return who sent an order, in words."""
    if row["client_id"] == client_id:
        return "this session"
    return f"client {row['client_id']}" if is_number(row["order_id"]) and row["client_id"] else "TWS itself"


def is_number(value: object) -> bool:
    """Return whether something is an order's id."""
    return isinstance(value, int) and value > 0


def quantity_text(value: float | None) -> str:
    """Return a quantity as it is shown; nothing where it is not known."""
    return "" if value is None else plain(value)


def values_of(rows: pd.DataFrame, names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Return rows as tuples that are equal where they say the same; what is unset is None."""
    columns = []
    for name in names:
        unset = rows[name].isna().tolist()
        columns.append([None if no else value for value, no in zip(rows[name].tolist(), unset, strict=True)])
    return zip(*columns, strict=True)


def counted(shown: int, whole: int, what: str) -> str:
    """Return how many of them there are, and how many the filter leaves.

    Examples
    --------
    >>> counted(5, 5, "fill"), counted(1, 1, "fill"), counted(0, 12, "fill")
    ('5 fills', '1 fill', '0 of 12 fills')
    """
    held = count_text(shown) if shown == whole else f"{count_text(shown)} of {count_text(whole)}"
    return f"{held} {what}{'s' * (whole != 1)}"


def none_html(text: str, columns: int) -> Html:
    """Return the row of a table that has none."""
    return Html('<tr><td class="ibnb-none" colspan="{}">{}</td></tr>').format(columns, text)


def table_html(name: str, caption: str, heads: Sequence[Head], sort: Sort, body: Html, foot: str = "") -> Html:
    """Return a table.

    Parameters
    ----------
    name : str
        By which a pressed heading says whose it is: one word of small letters.
    caption : str
        What it shows.
    heads : sequence of Head
        Of its columns.
    sort : Sort
        How it is sorted.
    body, foot : Html
        Its rows.
    """
    named = joined(_head(name, place, head, sort) for place, head in enumerate(heads))
    return Html("<table><caption>{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody>{}</table>").format(
        caption, named, body, Html("<tfoot>{}</tfoot>").format(foot) if foot else Html()
    )


def _head(name: str, place: int, head: Head, sort: Sort) -> Html:
    look = Html(' class="ibnb-number"') if head.figures else ""
    if not head.by:
        return Html('<th scope="col"{}>{}</th>').format(
            look, head.word or Html('<span class="ibnb-spoken">Actions</span>')
        )
    is_by = sort.place == place
    spoken = ("descending" if sort.descending else "ascending") if is_by else "none"
    arrow = ("▾" if sort.descending else "▴") if is_by else ""
    return Html(
        '<th scope="col"{} aria-sort="{}"><button type="button" class="ibnb-head" {}>{}'
        '<span class="ibnb-arrow" aria-hidden="true">{}</span></button></th>'
    ).format(look, spoken, does("sort", f"{name}.{place}"), head.word, arrow)
