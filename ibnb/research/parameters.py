"""What can be scanned for, out of the XML that TWS describes its scans with, which is read as if it were hostile.

A document type, and with it every entity, is refused; so is what is too large or too deep.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.parsers import expat

from ibnb.errors import BadInput, RequestError
from ibnb.tables.research.scan_parameters import KINDS
from ibnb.tws import ask
from ibnb.tws.client.ib import IB
from ibnb.tws.client.state import Slot, state_of

if TYPE_CHECKING:
    import pandas as pd

#: A real one has about 2 MB, 60,000 elements and a depth of 12.
MOST_BYTES, MOST_ELEMENTS, MOST_DEEP = 32_000_000, 1_000_000, 64
_SHOWN = 6
_ROWS: Slot[list[dict[str, str]] | None] = Slot("scan parameters", "session", lambda _: None)
_UNREADABLE = "TWS's description of its scans cannot be read."


@dataclass
class Node:
    """An element: its tag, its text, and those in it."""

    tag: str
    text: str = ""
    kind: str = ""
    inside: list[Node] = field(default_factory=list)

    def walk(self) -> Iterator[Node]:
        """Give the element and all below it."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += reversed(node.inside)

    def value(self, tag: str) -> str:
        """Return the text of the first element of this tag right inside, or an empty one."""
        return next((node.text.strip() for node in self.inside if node.tag == tag), "")


def parse(xml: str) -> Node:
    """Return the root of an XML document.

    Raises
    ------
    ValueError
        If it is not well formed, declares a document type, or is too large or too deep.
    """
    data = xml.encode("utf-8", "replace")
    if len(data) > MOST_BYTES:
        raise ValueError(f"{len(data):,} bytes are too many")
    root = Node("")
    open_: list[Node] = [root]
    count = 0

    def begin(tag: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if count > MOST_ELEMENTS or len(open_) > MOST_DEEP:
            raise ValueError("there are too many elements, or too deep ones")
        node = Node(tag, kind=attributes.get("type", ""))
        open_[-1].inside.append(node)
        open_.append(node)

    def refuse(*_: object) -> None:
        raise ValueError("it declares a document type or an entity")

    def text(data: str) -> None:
        open_[-1].text += data

    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = begin, lambda _tag: open_.pop()
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise ValueError(str(error)) from error
    return root


def rows_of(root: Node) -> list[dict[str, str]]:
    """Return the scan codes, instruments, locations and filters that a document names."""
    found: list[dict[str, str]] = []
    for node in root.walk():
        if node.tag == "ScanType":
            found.append(_row("scan code", node, "scanCode", instruments=node.value("instruments")))
        elif node.tag == "Instrument":
            found.append(_row("instrument", node, "type", title=node.value("name"), detail=node.value("secType")))
        elif node.tag == "Location":
            found.append(
                _row(
                    "location",
                    node,
                    "locationCode",
                    instruments=node.value("instruments"),
                    detail=node.value("routeExchange"),
                )
            )
        elif node.tag == "AbstractField":
            found.append(_row("filter", node, "code", detail=node.kind.rpartition(".")[2]))
    known: dict[tuple[str, str], dict[str, str]] = {}
    for row in found:
        if row["name"]:
            known.setdefault((row["kind"], row["name"]), row)
    return sorted(known.values(), key=lambda row: KINDS.index(row["kind"]))


def _row(
    kind: str, node: Node, tag: str, *, title: str = "", instruments: str = "", detail: str = ""
) -> dict[str, str]:
    words = " ".join(instruments.replace(",", " ").split())
    return {
        "kind": kind,
        "name": node.value(tag),
        "title": title or node.value("displayName"),
        "instruments": words,
        "detail": " ".join(detail.replace(";", " ").split()),
    }


async def scan_parameters(ib: IB, kind: str | None = None, *, timeout: float = 30) -> pd.DataFrame:
    """Return what can be scanned for (reqScannerParameters)."""
    from ibnb.tables.research import scan_parameters as table

    if kind is not None and kind not in KINDS:
        raise BadInput("kind", kind, f"one of {', '.join(KINDS)}, or None for all")
    rows = await known_rows(ib, timeout=timeout)
    return table.frame([row for row in rows if kind in (None, row["kind"])])


async def known_rows(ib: IB, *, timeout: float = 30) -> list[dict[str, str]]:
    """Return the rows of all scan parameters, asked for once a session.

    Raises
    ------
    RequestError
        If what TWS sent cannot be read.
    """
    state = state_of(ib)
    if (rows := state[_ROWS]) is not None:
        return rows
    try:
        rows = state[_ROWS] = rows_of(parse(await ask.scanner_parameters(ib, timeout=timeout)))
    except ValueError as error:
        raise RequestError(
            None,
            f"its XML is refused: {error}",
            "reqScannerParameters",
            _UNREADABLE,
            "Scans work without it: take their codes from TWS's own scanner window.",
        ) from error
    return rows


def nearest(word: str, rows: list[dict[str, str]], kind: str) -> list[str]:
    """Return the names of a kind that a wrong one was most likely meant to be, the likeliest first.

    Examples
    --------
    >>> rows = [{"kind": "location", "name": "STK.US"}, {"kind": "location", "name": "FUT.EU"}]
    >>> nearest("stk.usa", rows, "location")
    ['STK.US']
    """
    codes = {row["name"].upper(): row["name"] for row in rows if row["kind"] == kind}
    close = difflib.get_close_matches(word.upper(), codes, n=_SHOWN, cutoff=0.6)
    parts = [part for part in word.upper().replace(".", "_").split("_") if len(part) > 2]
    named = [code for code in codes if parts and all(part in code for part in parts)]
    return [codes[code] for code in dict.fromkeys([*close, *named])][:_SHOWN]
