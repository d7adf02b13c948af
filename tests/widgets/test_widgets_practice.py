"""The chooser of failures and the simulator that a panel has of its own."""

from __future__ import annotations

from itertools import pairwise

import pytest

import ibnb
from ibnb.errors import IBNBError
from ibnb.simulator.scenarios import AREAS, list_scenarios
from ibnb.tws.codes.causes import book
from ibnb.widgets.setup.practice import Practice, choices

pytestmark = pytest.mark.usefixtures("no_leaks")


def test_every_scenario_can_be_chosen_healthy_first_then_causes_in_the_books_order() -> None:
    offered = choices()
    names = [name for label, name in offered if not label.startswith("──")]

    assert names[:2] == ["", "healthy"]
    assert sorted(names[1:]) == sorted(name.partition(":")[0] for name, _ in list_scenarios())
    starts = [place for place, (label, _) in enumerate(offered) if label.startswith("──")]
    assert [offered[place][0].strip("─ ") for place in starts] == list(AREAS)
    for begin, end in pairwise([*starts, len(offered)]):
        area = [name for _, name in offered[begin + 1 : end]]
        causes = [name for name in area if name in book()]
        assert area and area[: len(causes)] == causes == [name for name in book() if name in causes]


@pytest.mark.second
def test_the_simulator_starts_when_wanted_switches_and_ends() -> None:
    practice = Practice()
    assert practice.simulator is None

    first = practice.act("no-positions")
    second = practice.act("healthy")

    assert first is second is practice.simulator
    assert ibnb.diagnose(port=first.port).check("positions").status == "pass"
    practice.close()
    practice.close()
    assert practice.simulator is None and not first.is_running()
    with pytest.raises(IBNBError, match="closed"):
        practice.act("healthy")


@pytest.mark.second
def test_a_simulator_that_has_died_is_replaced() -> None:
    practice = Practice()
    practice.act("healthy").kill()

    assert practice.simulator is None
    assert practice.act("healthy").is_running()
    practice.close()


@pytest.mark.second
def test_a_session_keeps_the_simulator_it_stands_on() -> None:
    practice = Practice()
    simulator = practice.act("healthy")
    with ibnb.connect(port=simulator.port) as tws:
        practice.lend(tws)
        practice.close()

        assert simulator.is_running() and not tws.positions().empty
    assert not simulator.is_running()


def test_what_is_set_by_program_is_not_chosen_by_hand() -> None:
    practice = Practice()
    practice.choose("no-positions")
    assert practice.chooser.value == "no-positions" and not practice.chosen_by_hand()
    practice.chooser.value = next(name for label, name in practice.chooser.options if label.startswith("──"))
    assert not practice.chosen_by_hand(), "a heading acts nothing out"

    practice.chooser.value = "healthy"

    assert practice.chosen_by_hand()
