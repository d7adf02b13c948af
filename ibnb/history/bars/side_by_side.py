"""Bars of one contract or of many: these through one pace, side by side in a frame or one below the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from ibnb.errors import BadInput, IBNBError, NotConnected
from ibnb.ground.progress import Progress
from ibnb.history.bars.history import AT_ONCE, history_of_one
from ibnb.tws.arguments import check_flag, check_whole
from ibnb.tws.ask.calls.deadline import Deadline
from ibnb.tws.ask.calls.together import together
from ibnb.tws.client.backend import module_of
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import ContractLike, ContractsLike
from ibnb.tws.contracts import label, to_contract

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from typing_extensions import TypeIs

    from ibnb.history.planning.moments import Moment
    from ibnb.history.store.store import Store

Layout = Literal["wide", "long"]
_LAYOUTS = ("wide", "long")


def is_many(contracts: ContractsLike) -> TypeIs[Iterable[ContractLike]]:
    """Return whether several contracts are meant: a list, a column of a table, ..., rather than one."""
    return isinstance(contracts, Iterable) and not isinstance(contracts, (str, bytes, Mapping))


def check_layout(layout: object) -> Layout:
    """Return how many contracts are shown.

    Raises
    ------
    BadInput
    """
    if layout not in _LAYOUTS:
        raise BadInput("layout", layout, f"one of {', '.join(map(repr, _LAYOUTS))}", "'wide' has columns by symbol")
    return layout  # type: ignore[return-value]


async def history(
    ib: IB,
    contract: ContractsLike,
    duration: str = "60 D",
    bar_size: str = "1 hour",
    what: str = "TRADES",
    rth: bool = True,
    *,
    start: Moment | None = None,
    end: Moment | None = None,
    store: Store | str | Path | bool | None = None,
    layout: Layout = "wide",
    timeout: float | None = None,
    oldest_first: bool = False,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Return historical bars of a contract or of many, in as many requests as it takes (reqHistoricalData).

    Parameters
    ----------
    ib : IB
        A connected client.
    contract, duration, bar_size, what, rth, start, end, layout, timeout, oldest_first
        As for ``tws.history``, and so are the frame and the errors.
    store : path or False, optional
        Likewise, but that bars of a simulated TWS are kept among your own where no other folder is named.
    progress : Progress, optional
        The numbers to keep up to date.

    Raises
    ------
    NotConnected
        If the connection is lost for good. What came is kept: the same call goes on there.
    """
    check_layout(layout)
    wishes: Any = {"start": start, "end": end, "store": store, "timeout": timeout, "progress": progress}
    wishes["oldest_first"] = check_flag("oldest_first", oldest_first)
    if is_many(contract):
        return await many(ib, contract, duration, bar_size, what, rth, layout=layout, **wishes)
    return await history_of_one(ib, contract, duration, bar_size, what, rth, **wishes)


async def many(
    ib: IB,
    contracts: Iterable[ContractLike],
    *wishes: Any,
    layout: Layout = "wide",
    timeout: float | None = None,
    progress: Progress | None = None,
    **more: Any,
) -> pd.DataFrame:
    """Return the bars of many contracts (reqHistoricalData).

    Parameters
    ----------
    ib : IB
        A connected client.
    contracts : iterable of str, int or Contract
        At least one; each counts once.
    *wishes, **more
        As for `ibnb.history.bars.history.history_of_one`, for each of them.
    layout, timeout
        As for ``tws.history``.
    progress : Progress, optional
        The numbers to keep up to date.

    Raises
    ------
    IBNBError
        The first one, where none of them has bars to show.
    """
    named = _named(ib, contracts)
    deadline = Deadline(check_whole(timeout))
    progress = progress or Progress()
    progress.what = f"{len(named)} contracts"

    async def one(contract: ContractLike) -> pd.DataFrame | IBNBError:
        try:
            return await history_of_one(ib, contract, *wishes, timeout=deadline.whole, progress=progress, **more)
        except NotConnected:
            raise
        except IBNBError as error:
            return error

    answers = dict(zip(named, await together(one, named.values(), AT_ONCE), strict=True))
    frames = {name: answer for name, answer in answers.items() if not isinstance(answer, IBNBError)}
    refused = {name: answer for name, answer in answers.items() if isinstance(answer, IBNBError)}
    if not frames:
        raise next(iter(refused.values()))
    return joined(frames, layout, {name: str(error).splitlines()[0] for name, error in refused.items()})


def _named(ib: IB, contracts: Iterable[ContractLike]) -> dict[str, Any]:
    """Return the contracts by what they are called: the words they are asked for by, else their symbol; each once."""
    named: dict[str, Any] = {}
    for spec in contracts:
        contract = to_contract(spec, module_of(ib))
        name = " ".join(spec.split()).upper() if isinstance(spec, str) else contract.symbol or label(contract)
        if name in named and named[name] != contract:
            name = label(contract)
        named[name] = contract
    if not named:
        raise BadInput("contract", list(contracts), "at least one contract", "such as ['AAPL', 'EUR.USD']")
    return named


def joined(frames: Mapping[str, pd.DataFrame], layout: Layout, refused: Mapping[str, str]) -> pd.DataFrame:
    """Return frames of bars as one.

    Parameters
    ----------
    frames : mapping of str to DataFrame
        By name, each as of ``tws.history``.
    layout : {"wide", "long"}
        Columns ``(field, symbol)`` over all moments; or an index ``(symbol, date)``.
    refused : mapping of str to str
        Why others have none; the frame's ``attrs["refused"]``, and among its warnings.
    """
    import pandas as pd

    zones = {_zone(frame) for frame in frames.values()}
    one_zone = len(zones) == 1
    shown = {name: frame if one_zone else _in_utc(frame) for name, frame in frames.items()}
    attrs = [frame.attrs for frame in frames.values()]
    for frame in shown.values():
        frame.attrs = {}  # pandas compares them, and keeps those that are the same
    if layout == "wide":
        table = pd.concat(shown, axis=1, sort=True).swaplevel(axis=1)
        fields = list(next(iter(shown.values())).columns)
        table = table.reindex(columns=pd.MultiIndex.from_product([fields, list(shown)], names=["field", "symbol"]))
        table.index.name = "date"
    else:
        table = pd.concat(shown, names=["symbol", "date"])
    warnings = [f"{name}: {line}" for name, each in zip(frames, attrs, strict=True) for line in each["warnings"]]
    warnings += [f"{name}: {why}" for name, why in refused.items()]
    common = {key: value for key, value in attrs[0].items() if _same(each.get(key) for each in attrs)}
    table.attrs = {
        **common,
        "symbols": list(frames),
        "refused": dict(refused),
        "requests": sum(each["requests"] for each in attrs),
        "warnings": warnings,
        "complete": not refused and all(each["complete"] for each in attrs),
    }
    return table


def _in_utc(frame: pd.DataFrame) -> pd.DataFrame:
    """Return bars whose moments can be compared with those of other zones; dates stay dates."""
    return frame if _zone(frame) is None else frame.tz_convert("UTC")


def _zone(frame: pd.DataFrame) -> str | None:
    zone = getattr(frame.index, "tz", None)
    return None if zone is None else str(zone)


def _same(values: Iterable[Any]) -> bool:
    first, *others = list(values)
    return all(other == first for other in others)
