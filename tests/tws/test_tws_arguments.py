"""Seconds and switches: what is none is refused, by its name, with what is allowed."""

from __future__ import annotations

import numpy as np
import pytest

from ibnb.errors import BadInput
from ibnb.tws.arguments import LONGEST_WAIT, check_flag, check_timeout

INF = float("inf")


@pytest.mark.parametrize("seconds", [0.1, 1, 3600, np.float64(2.5)])
def test_seconds_are_taken(seconds: float) -> None:
    assert check_timeout(seconds) == seconds


@pytest.mark.parametrize("seconds", [0, -1, 3600.1, INF, -INF, float("nan"), "5", None, True, [1]])
def test_what_is_no_time_to_wait_is_refused(seconds: object) -> None:
    with pytest.raises(BadInput, match=r"timeout=.* a number of seconds above 0, up to 3600"):
        check_timeout(seconds)


def test_what_comes_by_itself_may_be_waited_for_longer() -> None:
    assert check_timeout(86_400, LONGEST_WAIT) == 86_400
    with pytest.raises(BadInput, match=str(LONGEST_WAIT)):
        check_timeout(LONGEST_WAIT + 1, LONGEST_WAIT)


@pytest.mark.parametrize("value", [True, False, np.True_, np.False_])
def test_switches_are_taken(value: object) -> None:
    assert check_flag("rth", value) is bool(value)


@pytest.mark.parametrize("value", [0, 1, "False", "yes", "", None, [], 1.0])
def test_what_python_takes_for_true_or_false_is_no_switch(value: object) -> None:
    with pytest.raises(BadInput, match=r"rth=.* True or False"):
        check_flag("rth", value)
