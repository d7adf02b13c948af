"""The book of codes: well formed, and read by text where one code means several things."""

from __future__ import annotations

import pytest

from ibnb.errors import RequestTimeout
from ibnb.tws.causes import book as causes
from ibnb.tws.codes import book, explain, is_fatal, request_error, request_timeout

NOISE = [2100, 2104, 2106, 2107, 2108, 2119, 2158, 2159, 2174, 202, 10148]


def test_every_row_is_complete():
    for rows in book().values():
        assert rows[-1].text == "", "the last row speaks for all other texts"
        for row in rows:
            assert row.meaning.endswith(".") and row.next_step.endswith(".")
            assert row.severity in ("info", "warning", "error")
            assert row.cause is None or row.cause in causes()


def test_the_book_is_large():
    assert len(book()) >= 100


@pytest.mark.parametrize("code", NOISE)
def test_noise_is_no_failure(code):
    assert explain(code).severity == "info"
    assert not is_fatal(code)


@pytest.mark.parametrize(
    ("code", "text", "cause"),
    [
        (162, "Historical data request pacing violation", "history-refused"),
        (162, "Trading TWS session is connected from a different IP address", "competing-session"),
        (162, "HMDS query returned no data: AAPL@SMART Trades", "history-refused"),
        (321, "The API interface is currently in Read-Only mode.", "read-only-api"),
        (321, "Error validating request.-'bS' : cause - something", None),
        (200, "No security definition has been found for the request", "contract-unknown"),
        (354, "", "no-subscription"),
        (10168, "", "delayed-off"),
        (10167, "", "delayed-data"),
        (2103, "Market data farm connection is broken:usfarm", "farm-broken"),
        (1100, "", "no-uplink"),
    ],
)
def test_codes_lead_to_causes(code, text, cause):
    assert explain(code, text).cause == cause


def test_texts_of_162_get_each_their_own_advice():
    texts = ["pacing violation", "returned no data", "No market data permissions", "query cancelled", "invalid step"]

    assert len({explain(162, text).next_step for text in texts}) == len(texts)


@pytest.mark.parametrize(("code", "severity"), [(2199, "warning"), (99999, "error")])
def test_unknown_codes_are_judged_by_their_range(code, severity):
    assert explain(code).severity == severity


def test_request_error_says_code_meaning_and_next_step():
    error = request_error(200, "No security definition\x00 has been found", "reqContractDetails(ZZZZ)")

    assert (error.code, error.cause) == (200, "contract-unknown")
    assert "ZZZZ" in str(error) and error.meaning in str(error) and error.next_step in str(error)
    assert "\x00" not in str(error)


def test_request_timeout_carries_its_cause():
    error = request_timeout("reqPositions", 2.5, "no-positions")

    assert isinstance(error, RequestTimeout) and isinstance(error, TimeoutError)
    assert (error.cause, error.seconds) == ("no-positions", 2.5)
    assert "Restart TWS" in error.next_step
