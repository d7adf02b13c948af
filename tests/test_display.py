"""What shows a frame: `ibnb.show`, and IPython where ibnb's frames stand at the end of a cell."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import IPython
import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell

import ibnb
from ibnb import display, settings
from ibnb.errors import BadInput
from ibnb.tables.account import positions

OTHER = pd.DataFrame({"account": ["DU1234567"]})


@pytest.fixture
def held() -> pd.DataFrame:
    return positions.SCHEMA.frame([{"account": "DU1234567", "symbol": "AAPL", "position": 100.0}])


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Return what IPython shows for a thing, after a session was made in it."""
    shell = InteractiveShell()
    monkeypatch.setattr(IPython, "get_ipython", lambda: shell)
    display.show_frames_by_themselves()
    yield lambda thing: shell.display_formatter.format(thing)[0]
    shell.history_manager.end_session()
    InteractiveShell.clear_instance()


def test_a_frame_of_ibnb_is_shown_by_itself_and_masked(shown: Any, held: pd.DataFrame) -> None:
    found = shown(held)

    assert "ibnb-shown" in found["text/html"]
    assert found["text/plain"].startswith("positions · DU***567 · 1 row")
    assert "DU1234567" not in found["text/html"] + found["text/plain"]
    assert "ibnb-shown" in shown(held[held["position"] > 1][["symbol", "position"]])["text/html"]


def test_other_frames_are_left_to_pandas(shown: Any, held: pd.DataFrame) -> None:
    stripped = held.copy()
    stripped.attrs = {"table": "positions"}

    for frame in (OTHER, stripped, pd.DataFrame(held.to_dict())):
        assert shown(frame) == {"text/plain": repr(frame), "text/html": frame._repr_html_()}


def test_the_option_leaves_all_frames_to_pandas(
    shown: Any, held: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings.options, "show_frames", False)

    assert shown(held) == {"text/plain": repr(held), "text/html": held._repr_html_()}


def test_whoever_has_had_pandas_show_frames_otherwise_is_obeyed(
    shown: Any, held: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As itables does."""

    def their_own(frame: pd.DataFrame) -> str:
        return "<p>theirs</p>"

    monkeypatch.setattr(pd.DataFrame, "_repr_html_", their_own)

    assert shown(held)["text/html"] == "<p>theirs</p>"


@pytest.mark.second
def test_a_session_in_ipython_has_its_frames_shown() -> None:
    code = (
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell.instance()\n"
        "import ibnb\n"
        "with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:\n"
        "    print('ibnb-shown' in shell.display_formatter.format(tws.positions())[0]['text/html'])\n"
    )

    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=50, check=True)

    assert run.stdout.strip() == "True"


def test_show_prints_where_there_is_no_notebook(held: pd.DataFrame, capsys: pytest.CaptureFixture[str]) -> None:
    ibnb.show(held)
    ibnb.show(OTHER)

    ours, others = capsys.readouterr().out.split("1 row\n")[0], ibnb.show.__doc__
    assert ours.startswith("positions · DU***567 · 1 row · fetched ")
    assert others is not None


def test_show_draws_at_once_in_a_notebook(held: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Any] = []
    monkeypatch.setattr(display, "in_notebook", lambda: True)
    monkeypatch.setattr(IPython.display, "display", lambda bundle, raw: drawn.append((bundle, raw)))

    ibnb.show(held)

    [(bundle, raw)] = drawn
    assert raw and bundle["text/html"].startswith('<div class="ibnb-shown">')
    assert bundle["text/plain"].startswith("positions")


@pytest.mark.parametrize(
    ("frame", "limit", "said"),
    [([1], 40, "a DataFrame"), (OTHER["account"], 40, "a DataFrame"), (OTHER, 0, "limit="), (OTHER, True, "limit=")],
)
def test_what_cannot_be_shown_is_refused(frame: Any, limit: Any, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        ibnb.show(frame, limit=limit)


def test_a_handle_is_refused_with_what_to_show_instead() -> None:
    class Board:
        frame = OTHER

    with pytest.raises(BadInput, match=r"its \.frame"):
        ibnb.show(Board())  # type: ignore[arg-type]
