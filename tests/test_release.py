"""A release says one version everywhere: the package, what is installed, the changelog, and the tag in git."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

import ibnb

ROOT = Path(__file__).resolve().parent.parent
HEADING = re.compile(r"^## \[(?P<version>[^\]]+)\](?: - (?P<day>.+))?$", re.MULTILINE)


def disagreements(version: str, changelog: str, tags_here: list[str]) -> list[str]:
    """Return what does not fit together of a version, the changelog's text and the tags of the present commit."""
    found = []
    sections = {match["version"]: match["day"] for match in HEADING.finditer(changelog)}
    newest = next((name for name in sections if name != "Unreleased"), None)
    if newest != version:
        found.append(f"the version is {version}, the changelog's newest {newest}")
    for name, day in list(sections.items())[1:]:
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", day or ""):
            found.append(f"{name} of the changelog is past and has no date: {day}")
    for tag in tags_here:
        if tag != f"v{version}":
            found.append(f"the tag is {tag}, the version {version}")
        elif not re.fullmatch(r"\d{4}-\d\d-\d\d", sections.get(version) or ""):
            found.append(f"{version} is tagged, and the changelog gives it no date")
    return found


def tags_here() -> list[str]:
    """Return the tags of versions at this commit; none outside of git."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        return []
    command = ["git", "tag", "--points-at", "HEAD", "--list", "v*"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20, check=False).stdout.split()


def test_version_changelog_and_tag_agree() -> None:
    assert disagreements(ibnb.__version__, (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), tags_here()) == []


def test_the_version_has_one_source() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

    assert "version" not in project["project"]
    assert project["project"]["dynamic"] == ["version"]
    assert project["tool"]["hatch"]["version"]["path"] == "ibnb/__init__.py"
    assert metadata.version("ibnb") == ibnb.__version__, "what is installed is older: pip install -e ."


@pytest.mark.parametrize(
    ("version", "changelog", "tags", "said"),
    [
        ("0.2.0", "## [0.1.0] - 2026-12-01", [], "the version is 0.2.0, the changelog's newest 0.1.0"),
        ("0.1.0", "## [0.1.0] - Unreleased", ["v0.1.0"], "0.1.0 is tagged, and the changelog gives it no date"),
        ("0.1.0", "## [0.1.0] - 2026-12-01", ["v0.1.1"], "the tag is v0.1.1, the version 0.1.0"),
        (
            "0.2.0",
            "## [0.2.0] - Unreleased\n\n## [0.1.0] - Unreleased",
            [],
            "0.1.0 of the changelog is past and has no",
        ),
    ],
)
def test_a_disagreement_is_seen(version: str, changelog: str, tags: list[str], said: str) -> None:
    (found,) = disagreements(version, changelog, tags)

    assert found.startswith(said)


def test_a_release_is_made_of_what_agrees() -> None:
    assert disagreements("0.2.0", "## [0.2.0] - 2027-01-05\n\n## [0.1.0] - 2026-12-01\n", ["v0.2.0"]) == []
