"""The rows of a board: what each contract is called, which line it has, and why it has none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ibnb.errors import BadInput
from ibnb.live.quotes.line import QuoteLine
from ibnb.live.quotes.tick_types import FIELDS
from ibnb.tables.contract.contract_columns import contract_columns
from ibnb.tws.client.values import Contract, ContractLike
from ibnb.tws.contracts import contract_key, label

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

_CONTRACT = tuple((column.name, column.path.rpartition(".")[2]) for column in contract_columns())

#: What a quote keeps that a table of quotes has otherwise, or not.
_ASIDE = frozenset({"halted", "call_open_interest", "put_open_interest"})
_NO_PRICE = "TWS has sent no price yet"
#: So long may be what a row is called.
_LONGEST = 60


@dataclass(eq=False)
class Row:
    """One contract of a board.

    Attributes
    ----------
    name : str
        As it was asked for, or as it was called since.
    contract : Contract
        As TWS knows it; as it was asked for where TWS does not know it.
    line : QuoteLine or None
        None where TWS does not know the contract.
    refusal : str
        Why there is no line.
    before : int
        The line's ticks that came before this board.
    may_be_found : bool
        Whether TWS did not find it, which may be its nightly maintenance, so that it is looked up again.
    asked : str
        What it was called at first, by which it is found still.
    """

    name: str
    contract: Contract
    line: QuoteLine | None
    refusal: str = ""
    before: int = 0
    may_be_found: bool = False
    asked: str = ""

    @property
    def answered(self) -> bool:
        """Whether there are prices, or a reason why not."""
        return self.line is None or self.line.answered

    @property
    def reason(self) -> str:
        """Why there are no prices, or why they are stale."""
        if self.line is None:
            return self.refusal
        return self.line.reason or ("" if self.line.quote.has_price() else _NO_PRICE)

    @property
    def refused(self) -> bool:
        """Whether TWS has said that there are no prices."""
        return self.line is None or self.line.refusal is not None

    @property
    def stale(self) -> bool:
        """Whether TWS sends nothing at present."""
        return self.line is None or self.line.state != "live"

    @property
    def ticks(self) -> int:
        """How many ticks have come since it is on the board."""
        return 0 if self.line is None else self.line.quote.ticks - self.before


def name_of(spec: ContractLike, contract: Contract) -> str:
    """Return what a contract is called on a board: the text it was asked for by, else its symbol."""
    if isinstance(spec, str) and not spec.strip().isdigit():
        return " ".join(spec.split()).upper()
    if contract.secType == "STK" and contract.symbol:
        return str(contract.symbol)
    if contract.secType not in ("CASH", "") and contract.localSymbol:
        return " ".join(str(contract.localSymbol).split())
    return label(contract)


def find(rows: Iterable[Row], wanted: object, module: object) -> Row:
    """Return the row of a contract.

    Parameters
    ----------
    rows : iterable of Row
        Of a board.
    wanted : str, int or Contract
        A row's name, a conId, or a Contract.
    module : module
        The client's, for its Contract.

    Raises
    ------
    BadInput
        If it is not on the board.
    """
    rows = list(rows)
    if isinstance(wanted, str):
        name = " ".join(wanted.split()).casefold()
        for row in (*(row for row in rows if row.name.casefold() == name), *(row for row in rows if row.asked == name)):
            return row
    for row in rows:
        if not isinstance(wanted, str) and _is(row.contract, wanted, module):
            return row
    names = ", ".join(row.name for row in rows[:20])
    raise BadInput("contract", wanted, f"it is one on the board: {names or 'there is none'}", "board.add() adds one")


def _is(contract: Contract, wanted: Any, module: Any) -> bool:
    if isinstance(wanted, module.Contract):
        same_id = bool(wanted.conId) and wanted.conId == contract.conId
        return same_id or contract_key(wanted) == contract_key(contract)
    return bool(contract.conId) and wanted == contract.conId


def check_name(name: object, others: Iterable[Row]) -> str:
    """Return what a row is to be called; refuse what is no short text, and what another is called.

    Examples
    --------
    >>> check_name("  Apple   Inc. ", [])
    'Apple Inc.'
    """
    text = " ".join(name.split()) if isinstance(name, str) else ""
    if not 0 < len(text) <= _LONGEST or not text.isprintable():
        raise BadInput("name", name, f"a text of 1 to {_LONGEST} characters")
    if any(row.name.casefold() == text.casefold() for row in others):
        raise BadInput("name", name, "one that no other row has", "rename or remove the other first")
    return text


def contracts_of(rows: Sequence[Row]) -> dict[str, Any]:
    """Return the columns that say what the contracts are, ready to be put into frames as often as wanted."""
    from ibnb.tables.market import watch as table

    frame = table.SCHEMA.frame({name: [getattr(row.contract, path) for row in rows] for name, path in _CONTRACT})
    return {name: frame[name].array for name, _ in _CONTRACT}


def frame_of(rows: Sequence[Row], contracts: Mapping[str, Any], now: float, **attrs: Any) -> pd.DataFrame:
    """Return the rows as a table (``ibnb.schema("watch")``).

    Parameters
    ----------
    rows : sequence of Row
        In the order of the table.
    contracts : mapping
        Their `contracts_of`.
    now : float
        Epoch seconds, for the age of the prices.
    **attrs
        Into ``frame.attrs``.
    """
    from pandas.arrays import NumpyExtensionArray

    from ibnb.tables.market import watch as table

    nothing = (np.full(len(FIELDS), np.nan).tobytes(), 0, 0.0)
    taken = [nothing if row.line is None else row.line.quote.snapshot() for row in rows]
    values = np.frombuffer(b"".join(each[0] for each in taken), dtype=np.float64).reshape(-1, len(FIELDS))
    times = np.array([each[2] for each in taken], dtype=np.float64)
    times[times == 0] = np.nan
    stamps = np.full(len(rows), np.datetime64("NaT", "us"))
    stamps[times > 0] = (times[times > 0] * 1e6).astype("datetime64[us]")
    columns: dict[str, Any] = dict(contracts)
    columns |= {name: NumpyExtensionArray(values[:, place]) for place, name in enumerate(FIELDS) if name not in _ASIDE}
    columns |= {
        "contract": [row.name for row in rows],
        "halted": values[:, FIELDS.index("halted")],
        "time": stamps,
        "data_type": [row.line.quote.data_type or None if row.line is not None else None for row in rows],
        "age": np.maximum(now - times, 0),
        "stale": [row.stale for row in rows],
        "ticks": [max(each[1] - row.before, 0) for row, each in zip(rows, taken, strict=True)],
        "reason": [row.reason for row in rows],
        "price_magnifier": [None if row.line is None else row.line.magnifier for row in rows],
    }
    return table.frame(columns, **attrs)
