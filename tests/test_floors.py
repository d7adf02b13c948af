"""Imports go down the floors of the house only; a room never knows of those above it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "ibnb"

# A room may import itself and the rooms named here; those of GROUND lie at the ground, open to all.
GROUND = {"account_numbers", "errors", "settings", "progress", "spellings", "views"}
FLOORS = ["tables", "history", "live", "accounts", "research", "trading", "doctor", "plots", "announce", "aio"]
FLOORS += ["session", "opening", "widgets", "shipped", "lab", "output", "cli"]
MAY_IMPORT: dict[str, set[str]] = {"account_numbers": set(), "settings": {"account_numbers"}, "errors": {"settings"}}
MAY_IMPORT |= {"spellings": set(), "views": set(), "progress": {"views"}, "wire": GROUND}
MAY_IMPORT["simulator"] = GROUND | {"wire"}
MAY_IMPORT["tws"] = GROUND | {"wire"}
_below = GROUND | {"wire", "tws"}
for _floor in FLOORS:
    MAY_IMPORT[_floor] = set(_below)
    _below.add(_floor)
# `ibnb.simulate()` and `ibnb simulator` start the simulator; no room between it and them may lean on it.
for _floor in ("session", "opening", "widgets", "cli"):
    MAY_IMPORT[_floor].add("simulator")
MAY_IMPORT["__init__"] = _below | {"simulator"}
MAY_IMPORT["__main__"] = {"cli"}

# Libraries that a room must do without: the wire is the protocol alone, the simulator runs without a client.
FORBIDDEN = {
    "wire": {"socket", "asyncio", "anyio", "pandas", "numpy", "ib_insync", "ib_async"},
    "simulator": {"ib_insync", "ib_async", "ipywidgets", "matplotlib", "IPython"},
    "tables": {"ipywidgets", "matplotlib", "IPython"},
}
MADE_OF = {"plots": {"matplotlib"}, "widgets": {"ipywidgets", "IPython"}}
HEAVY = {"matplotlib", "ipywidgets", "pyarrow", "exchange_calendars", "dask", "jupyterlab", "IPython"}


def _modules() -> list[Path]:
    return [path for path in sorted(PACKAGE.rglob("*.py")) if "_notebooks" not in path.parts]


def _room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def _imports(path: Path) -> Iterator[tuple[str, int]]:
    """Give every module that a file imports, by its full name, with the line."""
    package = ("ibnb", *path.relative_to(PACKAGE).parts[:-1])
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield name.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            base = list(package[: len(package) - node.level + 1]) if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            if module == "ibnb":  # `from ibnb import wire` names the room as what is imported
                for name in node.names:
                    yield f"ibnb.{name.name}", node.lineno
            else:
                yield module, node.lineno


def _breaches(path: Path) -> list[str]:
    room, found = _room(path), []
    for name, line in _imports(path):
        top, *below = name.split(".")
        if top == "ibnb" and below and below[0] != room and below[0] not in MAY_IMPORT[room]:
            found.append(f"{path.relative_to(PACKAGE.parent)}:{line} imports {name}")
        elif top in FORBIDDEN.get(room, ()):
            found.append(f"{path.relative_to(PACKAGE.parent)}:{line} imports {name}, which {room} must do without")
    return found


def test_every_room_has_a_floor() -> None:
    rooms = {_room(path) for path in _modules()}

    assert rooms <= set(MAY_IMPORT), f"give {rooms - set(MAY_IMPORT)} a floor in this file"


@pytest.mark.parametrize("room", sorted({_room(path) for path in _modules()}))
def test_imports_go_down_the_floors(room: str) -> None:
    breaches = [breach for path in _modules() if _room(path) == room for breach in _breaches(path)]

    assert not breaches, "\n".join(breaches)


def _beside(package: Path) -> dict[str, set[str]]:
    """Give for each room of a package those beside it that it imports; what is imported for types alone is left out."""
    rooms = {path.parent.name for path in package.glob("*/*.py")}
    inside = package.relative_to(PACKAGE.parent).parts
    found: dict[str, set[str]] = {room: set() for room in rooms}
    for room in rooms:
        for path in (package / room).rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for node in ast.walk(tree):
                if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
                    node.body = []
            for node in ast.walk(tree):
                if isinstance(node, ast.ImportFrom) and node.module:
                    for name in node.names:
                        parts = (*node.module.split("."), name.name)
                        if parts[: len(inside)] == inside and len(parts) > len(inside):
                            found[room] |= {parts[len(inside)]} & (rooms - {room})
    return found


PACKAGES = sorted({path.parent.parent for path in PACKAGE.rglob("*/*.py")})


@pytest.mark.parametrize("package", PACKAGES, ids=[str(path.relative_to(PACKAGE.parent)) for path in PACKAGES])
def test_rooms_beside_each_other_have_an_order(package: Path) -> None:
    """The rooms of a room import each other one way only: none runs back up."""
    TopologicalSorter(_beside(package)).prepare()


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


def test_heavy_libraries_load_when_used() -> None:
    """Matplotlib and the like are imported inside functions, except in the rooms that are made of them."""
    found = []
    for path in _modules():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in tree.body:
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            heavy = {name.split(".")[0] for name in names} & HEAVY - MADE_OF.get(_room(path), set())
            if heavy:
                found.append(f"{path.relative_to(PACKAGE.parent)}:{node.lineno} imports {heavy} at its top")

    assert not found, "\n".join(found)


def test_a_breach_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check itself works: an upward, a relative and a nested import are all found."""
    monkeypatch.setattr(f"{__name__}.PACKAGE", tmp_path / "ibnb")
    wire = tmp_path / "ibnb" / "wire"
    wire.mkdir(parents=True)
    (wire / "bad.py").write_text(
        "from ibnb.tws.reach import probe\nfrom ..tables import schema\nfrom . import good\n"
        "def f():\n    from ibnb import session\n    import pandas.core\n    import ibnb.errors\n"
    )

    found = _breaches(wire / "bad.py")

    assert [breach.split()[0].rpartition(":")[2] for breach in sorted(found)] == ["1", "2", "5", "6"]
