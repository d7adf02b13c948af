"""The register of what is taken for granted of TWS: each row whole, each scenario and test of it there."""

from __future__ import annotations

import ast
import functools
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from ibnb.simulator.scenarios import list_scenarios
from ibnb.simulator.scenarios.events import list_events

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "docs"))
import make_assumptions  # noqa: E402

ROWS = make_assumptions.read()
FIELDS = {"assumes", "evidence", "source", "seen", "otherwise", "acted", "test", "test_otherwise"}
EACH_ROW = pytest.mark.parametrize(("room", "name", "row"), ROWS, ids=[f"{room}.{name}" for room, name, _ in ROWS])


@functools.cache
def names_in(path: str) -> set[str]:
    """Return the functions of a test file."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


@EACH_ROW
def test_a_row_is_whole(room: str, name: str, row: dict[str, Any]) -> None:
    assert set(row) == FIELDS
    assert row["evidence"] in make_assumptions.EVIDENCE
    assert row["assumes"].endswith(".")
    assert row["otherwise"].endswith(".")
    assert row["source"] or row["evidence"] == "guess"
    assert row["test"]
    assert row["test_otherwise"] or row["evidence"] == "attested"


@EACH_ROW
def test_its_tests_and_scenarios_are_there(room: str, name: str, row: dict[str, Any]) -> None:
    known = {text.partition(":")[0] for text, _ in (*list_scenarios(), *list_events())}

    for test in filter(None, (row["test"], row["test_otherwise"])):
        path, _, function = test.partition("::")
        assert (ROOT / path).is_file(), test
        assert re.sub(r"\[.*\]$", "", function.rpartition("::")[2]) in names_in(path), test
    for scenario in row["acted"]:
        assert scenario.partition(":")[0] in known, scenario


def test_every_habit_of_the_simulator_is_in_the_register() -> None:
    acted = {scenario.partition(":")[0] for _, _, row in ROWS for scenario in row["acted"]}
    habits = {text.partition(":")[0] for text, _ in list_scenarios() if text.startswith("habit-")}

    assert habits
    assert habits <= acted, habits - acted


def test_the_page_is_what_the_register_says() -> None:
    assert make_assumptions.PAGE.read_text(encoding="utf-8") == make_assumptions.page()
