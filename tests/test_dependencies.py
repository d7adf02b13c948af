"""What the package imports, its users have: each is of Python, or of a distribution that `pyproject.toml` names."""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
#: Extras that a user installs; those of who works on ibnb itself are left out.
OWN = ("docs", "test")
#: Come with one that is named, whose interface they are part of: ipywidgets, JupyterLab and Voila.
WITH = {"IPython", "jupyter_core", "jupyter_server", "tornado", "traitlets"}


def named() -> set[str]:
    """Return the distributions that an installation may have, by their names in small letters."""
    extras = PROJECT["optional-dependencies"]
    texts = [*PROJECT["dependencies"], *(each for name in extras if name not in OWN for each in extras[name])]
    return {Requirement(text).name.lower().replace("_", "-") for text in texts}


def imported() -> dict[str, Path]:
    """Return what the package imports from outside of itself and of Python, each with one file."""
    found: dict[str, Path] = {}
    for path in (ROOT / "ibnb").rglob("*.py"):
        for node in _run(ast.parse(path.read_text(encoding="utf-8"))):
            modules = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            modules += [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []
            found |= {module.partition(".")[0]: path.relative_to(ROOT) for module in modules}
    return {name: path for name, path in found.items() if name != "ibnb" and name not in sys.stdlib_module_names}


def _run(node: ast.AST) -> Iterator[ast.AST]:
    """Return a node and those within it, but for what only a type checker reads."""
    yield node
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"):
            yield from _run(child)


@pytest.mark.parametrize(("module", "path"), sorted(imported().items()), ids=str)
def test_a_user_has_what_the_package_imports(module: str, path: Path) -> None:
    of = {each.lower().replace("_", "-") for each in packages_distributions().get(module, [module])}

    assert module in WITH or of & named(), f"{path} imports {module}, which pyproject.toml does not name"


@pytest.mark.parametrize("extra", sorted(PROJECT["optional-dependencies"]))
def test_an_extra_is_found_by_every_pip(extra: str) -> None:
    # metadata has the normal form alone; a pip before 23.3 compares what was typed with it as it stands, warns that
    # there is no such extra, and installs without it
    assert extra == canonicalize_name(extra)
