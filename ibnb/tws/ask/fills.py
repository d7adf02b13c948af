"""Fills with their commissions, read from the wire; a correction takes the place of what it corrects."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from ibnb.tws.ask.calls import objects
from ibnb.tws.ask.calls.heard import Messages, Rows
from ibnb.tws.client.backend import module_of
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import CommissionReport, Fill
from ibnb.wire.ids import Response


def fill_key(exec_id: str) -> str:
    """Return what is the same in the ids of a fill and of its corrections: all before the last full stop.

    Examples
    --------
    >>> fill_key("0000e0d5.69dd7411.01.01") == fill_key("0000e0d5.69dd7411.01.02")
    True
    """
    head, _, revision = exec_id.rpartition(".")
    return head if head and revision.isdecimal() else exec_id


def revision(exec_id: str) -> int:
    """Return the number behind the last full stop, which counts the corrections; 0 where there is none."""
    number = exec_id.rpartition(".")[2]
    return int(number) if number.isdecimal() else 0


def without_corrected(fills: Iterable[Fill]) -> list[Fill]:
    """Return fills without those that a later one corrects, each in the place of the first."""
    latest: dict[object, Fill] = {}
    for fill in fills:
        exec_id = fill.execution.execId
        key = fill_key(exec_id) or id(fill)  # one without an id is like no other
        before = latest.get(key)
        if before is None or revision(exec_id) >= revision(before.execution.execId):
            latest[key] = fill
    return list(latest.values())


class FillBook:
    """The answer to one reqExecutions, and the commission reports that come with it.

    Parameters
    ----------
    ib : IB
        A connected client.
    req_id : int
        The request's id.
    fills : iterable of Fill
        What the client made of the answer.
    """

    def __init__(self, ib: IB, req_id: int, fills: Iterable[Fill]) -> None:
        self._ib, self._req_id = ib, req_id
        self._module = module_of(ib)
        # the client completes the fill that it saw first, not the copies of later lists
        self._client = {fill.execution.execId: ib.wrapper.fills.get(fill.execution.execId, fill) for fill in fills}
        self._reports: dict[str, CommissionReport] = {}
        self._executions: list[dict[str, Any]] | None = None
        self._remarks: list[str] = []

    def take(self, messages: Messages) -> None:
        """Take in what has come: executions the first time, commission reports at any time."""
        for loose in messages.rows(Response.COMMISSION_REPORT, "realized_pnl"):
            self._reports[loose.values["exec_id"]] = objects.commission_report(self._module, loose.values)
        if self._executions is None:
            found = messages.rows(Response.EXECUTION_DATA, "exec_id", self._req_id)
            self._executions = [loose.values for loose in found]
            self._remarks += messages.remarks("executions", Response.EXECUTION_DATA)
        self._remarks += messages.remarks("commission reports", Response.COMMISSION_REPORT)

    def rows(self) -> Rows[Fill]:
        """Return the fills, each with its report as far as that has come, in the order of the list."""
        if self._executions is None:
            return Rows(without_corrected(self._client.values()))
        return Rows(without_corrected([self._fill(values) for values in self._executions]), self._remarks)

    def is_reported(self) -> bool:
        """Return whether all reports are there."""
        ids = self._client if self._executions is None else [values["exec_id"] for values in self._executions]
        return all(self._report(exec_id) is not None for exec_id in ids)

    def _fill(self, values: dict[str, Any]) -> Fill:
        exec_id, known = values["exec_id"], self._client.get(values["exec_id"])
        execution = objects.execution(self._module, values)
        if (utc := _utc(values.get("time", ""))) is not None:
            execution.time = utc
        elif known is not None and isinstance(known.execution.time, datetime):
            execution.time = known.execution.time
        contract = objects.contract(self._module, values) if known is None else known.contract
        report = self._report(exec_id) or self._module.CommissionReport()
        return self._module.Fill(contract, execution, report, execution.time)

    def _report(self, exec_id: str) -> CommissionReport | None:
        """Return the report of a fill, that of the fill it corrects where it has none of its own, or None."""
        if exec_id in self._reports:
            return self._reports[exec_id]
        known = self._client.get(exec_id)
        if known is not None and known.commissionReport.execId:
            return known.commissionReport
        key = fill_key(exec_id)
        same = [name for name in self._reports if fill_key(name) == key and revision(name) < revision(exec_id)]
        return self._reports[max(same, key=revision)] if same else None


def _utc(text: str) -> datetime | None:
    """Return a time that TWS writes with a dash, which is UTC: the client takes it for one of this machine's zone."""
    try:
        return datetime.strptime(text[:17], "%Y%m%d-%H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None
