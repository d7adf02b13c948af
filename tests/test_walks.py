"""The walks of `docs/walks.md`: each function that a walk passes through is in the file that it names."""

from __future__ import annotations

import ast
import functools
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
STEP = re.compile(r"`([\w.]+)`\s+in\s+`(ibnb/[\w/]+\.py)`")


def walks() -> dict[str, str]:
    """Return the text of each walk by its heading."""
    _, *parts = (ROOT / "docs" / "walks.md").read_text(encoding="utf-8").split("\n## ")
    return dict(part.split("\n", 1) for part in parts)


@functools.cache
def names_in(file: str) -> set[str]:
    """Return the functions, classes and methods that a file has at its top, methods with their class."""
    found: set[str] = set()
    for node in ast.parse((ROOT / file).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            inner = (each for each in node.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef))
            found |= {f"{node.name}.{each.name}" for each in inner}
    return found


STEPS = [(walk, *step) for walk, text in walks().items() for step in STEP.findall(text)]


@pytest.mark.parametrize(("walk", "name", "file"), STEPS)
def test_a_function_is_where_the_walk_says(walk: str, name: str, file: str) -> None:
    assert (ROOT / file).is_file(), f"{walk}: {file}"
    assert name in names_in(file), f"{walk}: {name} in {file}"


def test_there_are_six_walks_and_each_step_names_a_function() -> None:
    assert len(walks()) == 6
    for walk, text in walks().items():
        for step in re.split(r"^\d+\. ", text, flags=re.MULTILINE)[1:]:
            assert STEP.search(step), f"{walk}: {step}"
            assert step.count("`ibnb/") == len(STEP.findall(step)), f"{walk}: {step}"
