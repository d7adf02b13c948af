"""Account numbers: paper only where that is sure, and masked in every error, whatever their form."""

from __future__ import annotations

import importlib
import inspect
import io
import logging
import traceback
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ibnb
from ibnb import errors
from ibnb.ground import account_numbers, logs
from ibnb.ground.account_numbers import is_paper, learn, mask_all
from ibnb.ground.masking import mask_text
from ibnb.settings import options
from ibnb.simulator.recording.pseudonyms import Pseudonyms
from ibnb.tables.account import positions
from ibnb.tables.account.accounts import account_kind
from ibnb.tables.files.cells import cell_text
from ibnb.tables.shown.html import html_of
from ibnb.tables.shown.page import page_of
from ibnb.tws.client.backend import load
from ibnb.tws.identity import is_live

#: Every form that is known: the kind, for some a further letter, the digits, for some a letter behind them.
NUMBERS = st.from_regex(r"(U|F|I|DU|DF|DI)[A-Z]?[0-9]{5,9}[A-Z]?", fullmatch=True)
AROUND = st.sampled_from(
    ["{}", "'{}'", "account={} x", "({}).", "{},{}", "reqAccountUpdates({})", "a\n{}\tb", "路{}。"]
)


@pytest.mark.parametrize(
    "number", ["DU1234567", "DUO123456", "DF123456", "DI123456", "DUH654321", "du1234567", "DF7654321A"]
)
def test_what_is_surely_paper_is_paper_everywhere(number: str) -> None:
    assert is_paper(number) and not is_live(number) and account_kind(number) == "paper"


@pytest.mark.parametrize(
    "number",
    ["U1234567", "U12345678", "F1234567", "I123456", "UDU12345", "DU", "DUMMY", "DEMO1",
     "D1234567", "DX123456", "DUOX12345", "DU1234567-2", "DU12 34567", "", "DU١٢٣٤٥٦", "all"]
)  # fmt: skip
def test_what_is_not_surely_paper_counts_as_real_money(number: str) -> None:
    assert not is_paper(number) and is_live(number) and account_kind(number) == "live"


@given(st.text(max_size=12))
def test_all_rooms_agree(text: str) -> None:
    assert is_live(text) is not is_paper(text)
    assert account_kind(text) == ("paper" if is_paper(text) else "live")


@given(NUMBERS, AROUND)
def test_a_number_is_found_in_any_text(number: str, around: str) -> None:
    text = around.replace("{}", number)

    assert number not in mask_all(text)
    assert number not in cell_text(True)(text)
    assert number.encode() not in Pseudonyms().replace(b"6\x002\x00" + number.encode() + b"\x00")


@pytest.mark.parametrize(
    "text",
    ["AAPL 265598", "US0378331005", "usfarm.nj", "20261127 16:00:00", "error 10167",
     "IBCID123456789", "IBM", "ESZ6", "id 1234567", "DE000BASF111"],
)  # fmt: skip
def test_other_words_stay_as_they_are(text: str) -> None:
    assert mask_all(text) == text


def test_accounts_of_the_log_in_are_found_whatever_their_form() -> None:
    assert mask_all("of ZZ-77-1234") == "of ZZ-77-1234"

    learn(["ZZ-77-1234", "Family", ""])

    assert mask_all("of ZZ-77-1234 and Family") == "of ZZ***234 and Family"
    assert account_numbers.NUMBER.search("ZZ-77-1234") is None


def every_error() -> Iterator[type[errors.IBNBError]]:
    """Give the root of the errors and all below it."""
    waiting: list[type[errors.IBNBError]] = [errors.IBNBError]
    while waiting:
        kind = waiting.pop()
        waiting += [each for each in kind.__subclasses__() if each.__module__ == errors.__name__]
        yield kind


def made(kind: type[errors.IBNBError], text: str) -> errors.IBNBError:
    """Return an error with a text in every place that takes one."""
    special = {"seconds": 2.0, "fix": [text], "code": 321, "received": text.encode(), "args": text, "self": None}
    names = [name for name in inspect.signature(kind.__init__).parameters if name not in ("self", "args")]
    return kind(*(special.get(name, text) for name in names)) if names else kind(text)


@given(NUMBERS, AROUND)
@settings(max_examples=25)
def test_no_error_holds_a_number(number: str, around: str) -> None:
    text = around.replace("{}", number)
    for kind in every_error():
        error = made(kind, text)
        error.add_note(text)
        shown = "".join(traceback.format_exception_only(error))

        assert number not in shown and number not in str(error) and number not in repr(error), kind
        told = {
            name: value for name, value in vars(error).items() if name not in ("value", "received", "name", "cause")
        }
        assert number not in repr(told), (kind, told)


def test_numbers_are_whole_where_masking_is_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(options, "mask", False)

    assert "DUO123456" in str(ibnb.BadInput("account", "DUO123456", "one of U7654321"))
    assert mask_text("DUO123456") == "DUO123456" and mask_text("DUO123456", always=True) == "DUO***456"


@pytest.mark.parametrize("before", ["\\u3000", "\\U0001f600", "\\x1b", "\\n", " ", "\u3000"])
def test_a_number_behind_an_escape_is_found(before: str) -> None:
    assert "DU9000001" not in mask_all(f"refused{before}DU9000001.")


def test_a_column_of_accounts_is_masked_whatever_the_form(tmp_path: Path) -> None:
    frame = pd.DataFrame({"account": ["PP-66-5555", "all", ""], "symbol": ["PP-66-5555", "AAPL", ""]})
    ours = positions.SCHEMA.frame([{"account": "PP-66-5555", "symbol": "AAPL"}])

    for each in (frame, ours, frame.set_index("account"), ours.set_index("account")):
        ibnb.to_csv(each, tmp_path / "a.csv")
        ibnb.to_excel(each, tmp_path / "a.xlsx")
        read = pd.read_excel(tmp_path / "a.xlsx", keep_default_na=False)["account"].tolist()
        text = html_of(page_of(each, 10))

        assert "PP***555" in (tmp_path / "a.csv").read_text().splitlines()[1].split(",")
        assert read[0] == "PP***555" and read[1:] == ["all", ""][: len(read) - 1]
        assert "PP***555" in text and ("all" in text or each is not frame)


@pytest.mark.parametrize("name", ["ibnb.session", "ib_insync.wrapper"])
def test_a_log_holds_no_number(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    log = logs.logger(name)
    log.addHandler(handler)
    try:
        try:
            {}["DU1234567"]
        except KeyError:
            log.exception("a callback of %s broke", "DU1234567")
        masked = lines.getvalue()
        monkeypatch.setattr(options, "mask", False)
        log.error("of %s", "DU1234567")
    finally:
        log.removeHandler(handler)

    assert masked.startswith("a callback of DU***567 broke\nTraceback") and "KeyError: 'DU***567'" in masked
    assert "DU1234567" not in masked and lines.getvalue().endswith("of DU1234567\n")


def test_every_logger_of_a_session_masks() -> None:
    for room in (
        "alerts.alert",
        "history.live.stream",
        "session",
        "trading.sending.tracker",
        "tws.subscriptions.listener",
    ):
        importlib.import_module(f"ibnb.{room}")
    load()
    quiet = ("ibnb.simulator", "ibnb.doctor")  # in a process of its own; no logger
    names = [name for name in logging.root.manager.loggerDict if name.startswith(("ibnb.", "ib_insync.", "ib_async."))]
    loud = [name for name in names if isinstance(logging.root.manager.loggerDict[name], logging.Logger)]
    loud = [name for name in loud if not name.startswith(quiet) and name.split(".")[1] not in ("flexreport", "IBC")]

    rooms = {"ibnb.session", "ibnb.filter", "ibnb.live", "ibnb.alerts", "ibnb.orders"}
    assert rooms <= set(loud) and any(name.endswith(".wrapper") for name in loud)
    assert [name for name in loud if not logging.getLogger(name).filters] == []
