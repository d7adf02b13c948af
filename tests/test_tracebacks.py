"""What IPython shows for an error of ibnb's: its message and where it came from; the rest for those who ask."""

from __future__ import annotations

import sys
import textwrap
import traceback
from collections.abc import Callable, Iterator

import IPython
import pytest
from IPython.core.interactiveshell import InteractiveShell

import ibnb

Show = Callable[[str], str]
#: Refused by ibnb below a future, as a request on the session's loop is.
REFUSED = """\
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(1) as pool:
    pool.submit(ibnb.show, [1]).result()
"""


@pytest.fixture
def show(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Show]:
    """Return a function that runs a cell and returns what IPython shows."""
    shell = InteractiveShell.instance(colors="nocolor")
    monkeypatch.setattr(IPython, "get_ipython", lambda: shell)
    for name in ("last_exc", "last_type", "last_value", "last_traceback"):
        monkeypatch.setattr(sys, name, None, raising=False)
    shell.push({"ibnb": ibnb})

    def run(cell: str) -> str:
        capsys.readouterr()
        shell.run_cell(textwrap.dedent(cell), store_history=True)
        return capsys.readouterr().out

    yield run
    shell.history_manager.end_session()
    InteractiveShell.clear_instance()


def test_a_cell_shows_the_message_the_line_and_the_way_to_the_rest(show: Show) -> None:
    assert show(REFUSED).splitlines() == [
        "BadInput: frame='list' is not possible: a DataFrame. Hint: such as tws.positions()",
        "",
        "Cell In[1], line 3: pool.submit(ibnb.show, [1]).result()",
        "The whole traceback: %tb (every time: ibnb.options.tracebacks = True)",
    ]


def test_tb_shows_the_whole(show: Show) -> None:
    show(REFUSED)

    whole = show("%tb")

    assert "Traceback (most recent call last)" in whole and "concurrent/futures" in whole
    assert "display.py" in whole and whole.rstrip().endswith("such as tws.positions()")
    assert "display.py" in show("%tb Plain")


def test_the_option_shows_the_whole_every_time(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ibnb.options, "tracebacks", True)

    assert "Traceback (most recent call last)" in show(REFUSED)


def test_the_verbose_mode_shows_the_whole(show: Show) -> None:
    show("%xmode Verbose")

    assert "Traceback (most recent call last)" in show(REFUSED)


def test_what_it_was_raised_from_is_left_out(show: Show) -> None:
    said = show("ibnb.to_csv(__import__('pandas').DataFrame({'a': [1]}), '/no/such/folder/a.csv')")

    assert said.startswith("BadInput: path=") and "FileNotFoundError" not in said
    assert "FileNotFoundError" in show("%tb")


@pytest.mark.parametrize(
    "cell", ["1 / 0", "raise ibnb.BadInput('a', 'DU1234567', 'b')", "def f():\n    raise ibnb.IBNBError('a')\nf()"]
)
def test_errors_of_ones_own_code_are_shown_as_ever(show: Show, cell: str) -> None:
    assert "Traceback (most recent call last)" in show(cell)


def test_account_numbers_are_masked_in_every_line(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    cell = "number = 'DU1234567'\nibnb.show('DU1234567')  # DU1234567\n"
    short, whole, verbose = show(cell), show("%tb"), show("%tb Verbose")

    for said in (short, whole, verbose):
        assert "DU1234567" not in said and "ibnb.show('DU***567')" in said
    monkeypatch.setattr(ibnb.options, "mask", False)
    assert "ibnb.show('DU1234567')" in show(cell)


def test_colors_hide_no_number(show: Show) -> None:
    """IPython 9 puts them between a quotation mark and what is in it."""
    show("get_ipython().colors = 'neutral'")
    show("ibnb.show('DU1234567')")

    assert "DU***567" in (said := show("%tb")) and "DU1234567" not in said and "\x1b[" in said


def test_notes_are_shown(show: Show) -> None:
    said = show(
        "try:\n    ibnb.show(1)\nexcept ibnb.IBNBError as error:\n    error.add_note('of DU1234567')\n    raise"
    )

    assert said.splitlines()[1] == "of DU***567"


def test_plain_python_shows_what_it_always_does() -> None:
    with pytest.raises(ibnb.BadInput) as caught:
        ibnb.show(1)  # type: ignore[arg-type]

    text = "".join(traceback.format_exception(caught.value))
    assert text.startswith("Traceback") and "display.py" in text
