"""What Connect shows: the session in words, and the first positions as a table."""

from __future__ import annotations

import pandas as pd
import pytest

import ibnb
from ibnb.simulator.process import Simulator
from ibnb.tables.account.positions import frame
from ibnb.widgets.setup.holdings import positions_html, session_html


@pytest.fixture
def positions(simulator: Simulator) -> pd.DataFrame:
    with ibnb.connect(port=simulator.port) as tws:
        return tws.positions()


def test_a_session_is_told_in_words_with_its_account_masked(simulator: Simulator) -> None:
    with ibnb.connect(port=simulator.port) as tws:
        html = session_html(tws)

        assert "Simulated TWS" in html and "read-only" in html and str(tws.client_id) in html
        assert tws.account not in html and "DU***567" in html


def test_the_table_can_be_walked_and_says_how_many_there_are(positions: pd.DataFrame) -> None:
    html = positions_html(positions)

    assert f"<caption>Positions: the first 10 of {len(positions)}</caption>" in html
    assert html.count('<th scope="col"') == 3 and html.count('<th scope="row">') == 10
    assert "AAPL" in html and positions["account"].iloc[0] not in html
    assert "all 2</caption>" in positions_html(positions.head(2))


def test_several_accounts_are_told_apart_masked(positions: pd.DataFrame) -> None:
    two = positions.head(2).assign(account=["DU1234567", "DU7654321"])

    html = positions_html(two)

    assert "<td>DU***567</td>" in html and "<td>DU***321</td>" in html


def test_options_say_expiry_strike_and_right(positions: pd.DataFrame) -> None:
    options = positions[positions["sec_type"] == "OPT"].head(1)

    html = positions_html(options)

    assert f"OPT {options['expiry'].iloc[0]:%Y-%m-%d} " in html
    assert "call" in html or "put" in html


def test_no_positions_are_said_in_words_and_text_is_escaped(positions: pd.DataFrame) -> None:
    assert positions_html(frame([])) == '<p class="ibnb-hint">The account holds no positions.</p>'
    hostile = positions.head(1).assign(symbol="<script>", currency="<b>", sec_type="<i>")
    assert "<script>" not in positions_html(hostile) and "&lt;script&gt;" in positions_html(hostile)
