"""No whole account number in what goes wrong: every function that knows accounts, run into its errors."""

from __future__ import annotations

import inspect
import logging
import traceback
from collections.abc import Iterator
from typing import Any

import IPython
import pytest
from IPython.core.interactiveshell import InteractiveShell
from waiting import until

import ibnb

#: Of forms that no text is searched for: the first of the log-in, the second of nobody.
OWN, STRANGER = "QX-77-1234", "YY-88-4321"
OF_ORDERS: dict[str, Any] = {
    "side": "BUY",
    "quantity": 1,
    "contract": "AAPL",
    "price": 1.0,
    "stop_price": 1.0,
    "take_profit": 2.0,
    "stop_loss": 0.5,
    "amount": 1.0,
    "weights": {"AAPL": 0.5},
}
KNOWING = sorted(
    name
    for name, method in inspect.getmembers(ibnb.Session, inspect.isfunction)
    if not name.startswith("_") and "account" in inspect.signature(method).parameters
)
#: What each of them waits for when nothing comes.
TABLES = (
    "account_summary",
    "account_values",
    "completed_orders",
    "executions",
    "orders",
    "pnl",
    "portfolio",
    "positions",
)


@pytest.fixture(scope="module")
def simulator() -> Iterator[ibnb.Simulator]:
    with ibnb.simulate(f"live-account:account={OWN}") as sim:
        yield sim


@pytest.fixture(scope="module")
def shell() -> Iterator[InteractiveShell]:
    made = InteractiveShell.instance()
    yield made
    made.history_manager.end_session()
    InteractiveShell.clear_instance()


def called(tws: ibnb.Session, name: str, **options: Any) -> Any:
    method = getattr(tws, name)
    parameters = inspect.signature(method).parameters
    given = {each: value for each, value in OF_ORDERS.items() if each in parameters}
    if name == "order":
        given["order"] = tws.backend.module.MarketOrder("BUY", 1)
    return method(**given | {each: value for each, value in options.items() if each in parameters})


def shown(error: BaseException, log: str, shell: Any) -> str:
    rendered: list[str] = []
    try:
        raise error
    except ibnb.IBNBError as caught:
        rendered += caught._render_traceback_()
    rendered += error._render_traceback_()  # type: ignore[attr-defined]
    whole = "".join(traceback.format_exception(error))
    return "\n".join([str(error), repr(error), *rendered, whole, log])


@pytest.mark.parametrize("name", KNOWING)
def test_a_strange_account_is_refused_without_its_number(
    name: str, tws: ibnb.Session, shell: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(IPython, "get_ipython", lambda: shell)
    with pytest.raises(ibnb.IBNBError) as caught:
        called(tws, name, account=STRANGER)

    text = shown(caught.value, caplog.text, shell)
    assert STRANGER not in text and OWN not in text
    assert "YY***321" in text or name == "require_trading"  # which refuses every account of this session


@pytest.mark.parametrize("name", TABLES)
def test_what_never_ends_is_told_without_the_number(
    name: str,
    simulator: ibnb.Simulator,
    shell: Any,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(IPython, "get_ipython", lambda: shell)
    caplog.set_level(logging.INFO)
    caplog.handler.setFormatter(logging.Formatter())
    with ibnb.connect(port=simulator.port) as tws:
        silent = ("no-account-data", "no-positions", "no-executions", "no-open-orders", "no-completed-orders")
        simulator.scenario(f"live-account:account={OWN}", *silent)
        try:
            answer = called(tws, name, account=OWN, timeout=0.2)
        except ibnb.IBNBError as error:
            text = shown(error, caplog.text, shell)
        else:
            text = "\n".join([*answer.attrs["warnings"], caplog.text])
        finally:
            simulator.scenario(f"live-account:account={OWN}")

    assert OWN not in text
    assert caplog.text


def test_what_tws_says_is_told_without_the_number(simulator: ibnb.Simulator, tws: ibnb.Session) -> None:
    simulator.event(f"notice:code=321,text=Error validating request: Invalid account code '{OWN}'.")

    assert until(lambda: any(note.code == 321 for note in tws.notices))
    said = [note.text for note in tws.notices if note.code == 321]
    assert said == ["Error validating request: Invalid account code 'QX***234'."]
    assert OWN not in repr(tws) + tws._repr_html_() + repr(tws.notices) + tws.status + tws.events.to_string()


def test_numbers_are_whole_where_a_person_wants_them(tws: ibnb.Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ibnb.options, "mask", False)

    with pytest.raises(ibnb.BadInput, match=f"account='{STRANGER}' is not possible: one of this log-in's: {OWN}"):
        tws.positions(account=STRANGER)
