"""Circles of imports are few and small, no module is long, and no folder crowded."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "ibnb"


def _modules() -> list[Path]:
    return [path for path in sorted(PACKAGE.rglob("*.py")) if "_notebooks" not in path.parts]


def _knows() -> dict[str, set[str]]:
    """Give for each module those that it imports, at its top, in functions, or for types alone."""
    names = {path: ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts) for path in _modules()}
    names = {path: name.removesuffix(".__init__") for path, name in names.items()}
    every, found = set(names.values()), {}
    for path, name in names.items():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        told = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                full = [f"{node.module}.{alias.name}" for alias in node.names]
                told += [each if each in every else node.module for each in full]
        found[name] = every & set(told) - {name}
    return found


def _reached(knows: dict[str, set[str]], start: str) -> set[str]:
    found: set[str] = set()
    left = [start]
    while left:
        new = knows[left.pop()] - found
        found |= new
        left += new
    return found


def test_circles_of_imports_are_few_and_small() -> None:
    """Modules that import each other, be it for types alone, are read together: at most three such, of five at most."""
    knows = _knows()
    reached = {name: _reached(knows, name) for name in knows}
    circles = {
        frozenset(each for each in reached[name] if name in reached[each]) for name in knows if name in reached[name]
    }

    assert len(circles) <= 3, circles
    assert max(map(len, circles), default=0) <= 5, circles


def test_no_module_is_long() -> None:
    lines = {path: path.read_text(encoding="utf-8").count("\n") for path in _modules()}

    assert {str(path): count for path, count in lines.items() if count > 330} == {}


def test_no_folder_is_crowded() -> None:
    rooms = Counter(path.parent for path in _modules() if path.name != "__init__.py")

    one_a_file = {"checks"}  # of the doctor: a check each
    assert {str(room): count for room, count in rooms.items() if count > 16 and room.name not in one_a_file} == {}
