"""The checks over every Python that is here: `nox` runs all, `nox -s tests-3.13 -- tests/wire` one room on one Python.

A Python that is not on this machine is skipped. `.ci/run` remains what a change is held to, on one Python.
"""

from __future__ import annotations

import nox

PYTHONS = ["3.11", "3.12", "3.13", "3.14"]

nox.options.sessions = ["lint", "tests"]
nox.options.error_on_missing_interpreters = False
nox.options.reuse_existing_virtualenvs = True


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the first stage, or what is given after ``--``. Python 3.14 gets ib_async, the others ib_insync."""
    session.install("-e", ".[test]")
    session.run("pytest", *session.posargs)


@nox.session(python=PYTHONS)
def second(session: nox.Session) -> None:
    """Run the second stage: the other notebooks and browser tests, other people's clients, many processes."""
    session.install("-e", ".[test]")
    session.run("pytest", "-m", "second", *session.posargs)


@nox.session
def coverage(session: nox.Session) -> None:
    """Run the first stage and count what it covers: the second shows the same code through browsers and processes."""
    session.install("-e", ".[test]")
    session.run("pytest", "--cov", "--cov-report=term", *session.posargs)


@nox.session(python=PYTHONS[:-1])
def other_client(session: nox.Session) -> None:
    """Run the first stage with ib_async where ib_insync is what an installation brings."""
    session.install("-e", ".[test,ib-async]")
    session.run("pip", "uninstall", "--yes", "ib_insync", "eventkit", "aeventkit")  # they share a package
    session.install("aeventkit")
    session.run("pytest", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Run ruff, mypy and the rules of imports."""
    session.install("-e", ".[test]")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")
    session.run("lint-imports")
    session.run("lint-imports", "siblings.toml")
