"""The book of codes: well formed, complete against its users, and read by text where one code means several things."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ibnb
from ibnb.errors import BadInput, RequestTimeout
from ibnb.tws.codes.book import Code, book, entry_of, explain, is_fatal, request_error, request_timeout
from ibnb.tws.codes.causes import book as causes
from ibnb.tws.codes.ranges import RANGES
from ibnb.tws.codes.view import as_html

ROWS = [row for rows in book().values() for row in rows]
NOISE = [2100, 2104, 2106, 2107, 2108, 2119, 2158, 2159, 2174, 202, 10148]
SIMULATOR = Path(ibnb.__file__).parent / "simulator"
#: What the simulator calls with a code first, and where it keeps one for later.
SENDERS = {"error", "_error", "Refused", "Refusal", "MarketError", "Answers", "Notices", "RefusesStart", "_farm"}


def test_the_book_is_large():
    assert len(book()) >= 440


def test_no_row_is_empty_or_twice_there():
    assert all(row.meaning and row.reason and row.next_step and row.source for row in ROWS)
    assert len({(row.code, row.text) for row in ROWS}) == len(ROWS)
    assert all(len({row.meaning for row in rows}) == len(rows) for rows in book().values())


def test_every_row_is_written_in_short_sentences():
    for row in ROWS:
        for text in (row.meaning, row.reason, row.next_step):
            assert text == text.strip() and text.endswith(".") and text[0] == text[0].upper(), (row.code, text)
        assert len(row.meaning) <= 160, row.code
        assert row.severity in ("info", "warning", "error"), row.code
        assert row.cause is None or row.cause in causes(), row.code


def test_the_rows_of_a_code_can_all_be_reached():
    for rows in book().values():
        assert rows[-1].text == "", "the last row speaks for all other texts"
        for row in rows[:-1]:
            fragments = row.text.split("|")
            assert all(fragment == fragment.lower().strip() != "" for fragment in fragments), row.code
            assert all(entry_of(row.code, fragment.upper()) == row for fragment in fragments), (row.code, row.text)


def test_the_book_is_sorted_by_code():
    assert list(book()) == sorted(book())


@pytest.mark.parametrize("code", NOISE)
def test_noise_is_no_failure_whatever_its_text(code):
    assert {row.severity for row in book()[code]} == {"info"}
    assert not is_fatal(code)


@pytest.mark.parametrize(
    ("cause", "codes"),
    {
        "handshake-error": [503],
        "client-id-in-use": [326],
        "no-uplink": [1100, 2110],
        "read-only-api": [321],
        "farm-broken": [2103, 2105, 2157],
        "competing-session": [162, 10197],
        "no-subscription": [354, 10089, 10090],
        "delayed-data": [10167],
        "delayed-off": [10168],
        "history-refused": [162],
        "history-silent": [366],
        "contract-unknown": [200],
    }.items(),
)
def test_every_cause_that_has_codes_is_reached_from_them(cause, codes):
    assert all(cause in {row.cause for row in book()[code]} for code in codes)


@pytest.mark.parametrize(
    ("code", "text", "cause"),
    [
        (162, "Historical data request pacing violation", "history-refused"),
        (162, "Trading TWS session is connected from a different IP address", "competing-session"),
        (162, "HMDS query returned no data: AAPL@SMART Trades", "history-refused"),
        (162, "Mensaje de error del servicio de datos históricos", "history-refused"),
        (321, "The API interface is currently in Read-Only mode.", "read-only-api"),
        (321, "Die API befindet sich im schreibgeschützten Modus.", "read-only-api"),
        (321, "Error validating request.-'bS' : cause - something", None),
        (200, "No security definition has been found for the request", "contract-unknown"),
        (420, "Invalid Real-time Query:No market data permissions for NASDAQ STK", "no-subscription"),
        (420, "Invalid Real-time Query:Historical data request pacing violation", None),
        (10189, "Trading TWS session is connected from a different IP address", "competing-session"),
        (10186, "Requested market data is not subscribed. Delayed market data is not enabled", "delayed-off"),
        (10186, "Requested market data is not subscribed. Delayed market data is not available.", "no-subscription"),
    ],
)
def test_texts_lead_to_causes(code, text, cause):
    assert explain(code, text).cause == cause


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        (
            162,
            ["pacing violation", "returned no data", "No market data permissions", "query cancelled", "invalid step"],
        ),
        (
            201,
            [
                "Order rejected - reason:No Trading Permission, Customer Ineligible",
                "Order rejected - reason:Your account has a minimum of 15 orders working on either side",
                "Order rejected - reason:The contract is not available for short sale.",
                "Order rejected - reason:Exchange is closed.",
                "Order rejected - reason:Margin requirement not met.",
                "Order abgewiesen - Grund:Verfügbare Mittel in Basiswährung",
            ],
        ),
        (
            321,
            ["Read-Only mode", "bar size setting is invalid", "durations longer than 365 days", "Invalid account code"],
        ),
        (
            322,
            ["Duplicate ticker id", "Maximum number of account summary requests exceeded", "Only 10 simultaneous"],
        ),
    ],
)
def test_texts_of_one_code_get_each_their_own_advice(code, texts):
    assert len({explain(code, text).next_step for text in texts}) == len(texts)


@pytest.mark.parametrize(
    ("code", "severity", "about"),
    [(2199, "warning", "2100 to 2199"), (10999, "error", "10000 to 10999"), (99999, "error", "none of the ranges")],
)
def test_unknown_codes_are_judged_by_their_range_and_say_so(code, severity, about):
    entry = explain(code)

    assert code not in book()
    assert (entry.severity, entry.cause, entry.source) == (severity, None, "")
    assert "not in the book" in entry.meaning and about in entry.reason and "documentation" in entry.next_step


def test_almost_every_code_of_the_book_lies_in_a_range():
    outside = [code for code in book() if not any(span.first <= code <= span.last for span in RANGES)]

    assert outside == [0]


@given(st.integers(), st.text())
def test_whatever_a_server_sends_has_an_entry_that_shows_itself(code, text):
    entry = entry_of(code, text)

    assert entry.code == code
    assert repr(entry).startswith(f"{code} {entry.severity}: ") and f"TWS code {code}<" in entry._repr_html_()


@pytest.mark.parametrize("code", ["326", "x", -1, 326.0, True, [326]])
def test_what_is_no_code_is_refused(code):
    with pytest.raises(BadInput, match="whole number"):
        explain(code)


def test_the_refusal_of_a_text_says_what_was_meant():
    with pytest.raises(BadInput, match=r"ibnb\.explain\(326\)"):
        explain("326")  # type: ignore[call-overload]


def test_a_text_goes_with_a_code():
    with pytest.raises(BadInput, match="code"):
        explain(text="pacing violation")  # type: ignore[call-overload]
    with pytest.raises(BadInput, match="text"):
        explain(162, None)  # type: ignore[call-overload]


def test_a_code_from_a_frame_is_a_number_too():
    assert explain(np.int64(326)) == explain(326)


def test_an_entry_reads_well_in_a_terminal():
    lines = repr(explain(162, "HMDS query returned no data")).splitlines()

    assert lines[0] == "162 error: There are no bars for this range."
    assert [line.split()[0] for line in lines if line[2] != " "][1:] == ["Why:", "Next:", "Cause:", "Text:", "Source:"]
    assert max(map(len, lines)) <= 100


def test_the_general_row_tells_that_texts_matter():
    assert "ibnb.explain(162, text)" in repr(explain(162))
    assert "Text:" not in repr(explain(326))


def test_an_entry_is_escaped_for_a_notebook():
    entry = Code(1, "<i>|b", "error", "<script>alert(1)</script>", "a & b", '"', None, "<source>")

    html = as_html(entry, 0)

    assert "&lt;script&gt;" in html and "a &amp; b" in html and "&lt;i&gt;" in html and "&lt;source&gt;" in html
    assert "<script" not in html and "<i>" not in html and '<th scope="row"' in html


def test_without_arguments_the_book_comes_as_a_frame():
    frame = explain()

    assert list(frame.columns) == ["code", "text", "severity", "meaning", "reason", "next_step", "cause", "source"]
    assert frame.code.tolist() == [row.code for row in ROWS] and str(frame.code.dtype) == "int64"
    assert not frame.isna().any().any() and set(frame.dtypes.astype(str)) == {"int64", "string"}
    assert frame.query("code == 326").cause.item() == "client-id-in-use"


def test_request_error_says_code_meaning_and_next_step():
    error = request_error(200, "No security definition\x00 has been found", "reqContractDetails(ZZZZ)")

    assert (error.code, error.cause) == (200, "contract-unknown")
    assert "ZZZZ" in str(error) and error.meaning in str(error) and error.next_step in str(error)
    assert "\x00" not in str(error)


def test_request_error_takes_even_a_code_that_is_none():
    assert request_error(-7, "odd", "reqPositions").code == -7


def test_request_timeout_carries_its_cause():
    error = request_timeout("reqPositions", 2.5, "no-positions")

    assert isinstance(error, RequestTimeout) and isinstance(error, TimeoutError)
    assert (error.cause, error.seconds) == ("no-positions", 2.5)
    assert "Restart TWS" in error.next_step


def test_every_code_that_the_simulator_sends_is_in_the_book():
    sent = {code for path in SIMULATOR.rglob("*.py") for code in _codes(ast.parse(path.read_text(encoding="utf-8")))}

    assert {162, 200, 320, 326, 366, 1100, 2104, 2159, 10148, 10167, 10168, 10197} <= sent, "the collector is blind"
    assert sent - book().keys() == set()


def _codes(tree: ast.Module) -> Iterator[int]:
    """Give the numbers that stand where codes stand: first in a call or pair with a text, or in what is named code."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in SENDERS:
            yield from _numbers(*node.args, *(keyword.value for keyword in node.keywords if keyword.arg == "code"))
        elif isinstance(node, ast.Call) and _name(node.func) == "__init__":
            yield from _numbers(*node.args[:1])
        elif isinstance(node, ast.Tuple) and len(node.elts) == 2 and _is_sentence(node.elts[1]):
            yield from _numbers(node.elts[0])
        elif isinstance(node, ast.Dict) and all(map(_is_sentence, node.values)):
            yield from _numbers(*filter(None, node.keys))
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(_is_code_name(_name(target)) for target in targets):
                yield from _numbers(*ast.walk(node.value))
        elif isinstance(node, ast.arguments):
            named = node.posonlyargs + node.args
            for argument, default in zip(reversed(named), reversed(node.defaults), strict=False):
                if _is_code_name(argument.arg):
                    yield from _numbers(default)


def _name(node: ast.AST) -> str:
    return getattr(node, "id", "") or getattr(node, "attr", "")


def _is_code_name(name: str) -> bool:
    return name == "code" or name.startswith("_ERROR")


def _is_sentence(node: ast.AST) -> bool:
    """Return whether a node is a text of several words: not a symbol, and not the name of a tick."""
    text = ast.unparse(node) if isinstance(node, ast.JoinedStr) else getattr(node, "value", None)
    return isinstance(text, str) and len(text.split()) > 2


def _numbers(*nodes: ast.AST) -> Iterator[int]:
    """Give the whole numbers among them that can be codes; smaller ones are ids, counts and lengths."""
    for node in nodes:
        if isinstance(node, ast.Constant) and type(node.value) is int and node.value >= 100:
            yield node.value
