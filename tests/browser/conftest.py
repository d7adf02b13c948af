"""JupyterLab, Voila and the dashboard for browser tests, a fresh page each; a page error fails its test."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import psutil
import pytest
from browser.dashboard import VoilaServer
from browser.lab import CHROMIUM_FLAGS, LabServer
from browser.pages import watched_page
from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).resolve().parent
# The one that the first stage runs; the others are of the second.
FIRST = "test_a_failure_is_chosen_watched_fixed_and_seen_to_turn"
MISSING = "chromium is not installed: apt-get install chromium fonts-liberation fonts-dejavu-core"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what lies in this folder, all but one test for the second stage; give it the time that a browser takes."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if not (item.name.startswith(FIRST) or item.get_closest_marker("slow")):
                item.add_marker(pytest.mark.second)
            if not item.get_closest_marker("timeout"):
                item.add_marker(pytest.mark.timeout(180))


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of the system's Chromium; without one, tests are skipped, but in CI they fail."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        if os.environ.get("CI"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    return path


@pytest.fixture(scope="session")
def lab(
    chromium: str,
    tmp_path_factory: pytest.TempPathFactory,
    isolated_jupyter: Callable[[Path], dict[str, str]],
) -> Iterator[LabServer]:
    """Give the JupyterLab of this run; put notebooks below `lab.root`. Its notebooks use the simulator."""
    folder = tmp_path_factory.mktemp("lab")
    server = LabServer(folder, isolated_jupyter(folder / "home") | {"IBNB_SIMULATOR": "1"})
    yield server
    server.close()


@pytest.fixture(scope="session")
def voila(
    chromium: str,
    tmp_path_factory: pytest.TempPathFactory,
    isolated_jupyter: Callable[[Path], dict[str, str]],
) -> Iterator[VoilaServer]:
    """Give the Voila of this run; put notebooks below `voila.root`. Its notebooks use the simulator."""
    folder = tmp_path_factory.mktemp("voila")
    server = VoilaServer(folder, isolated_jupyter(folder / "home") | {"IBNB_SIMULATOR": "1"})
    yield server
    server.close()


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """Give Chromium, a module at a time: while it is open, this thread has a running event loop."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        yield opened
        opened.close()


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest) -> str:
    """Give each theme in turn; a test that needs one only can parametrize it anew."""
    return cast("str", request.param)


@pytest.fixture
def page_errors() -> list[str]:
    """Give the errors that the page has had so far: exceptions, console errors, failed requests."""
    return []


@pytest.fixture
def page(browser: Browser, lab: LabServer, theme: str, page_errors: list[str]) -> Iterator[Page]:
    """Give an empty page in the theme, for JupyterLab; afterwards fail if it had an error, and end its kernels."""
    lab.set_theme(theme)
    with watched_page(browser, theme, page_errors) as opened:
        yield opened
    lab.end_kernels()


@pytest.fixture
def voila_page(browser: Browser, voila: VoilaServer, theme: str, page_errors: list[str]) -> Iterator[Page]:
    """Give an empty page in the theme, for Voila; afterwards fail if it had an error. Its kernel ends with it."""
    with watched_page(browser, theme, page_errors) as opened:
        yield opened


@pytest.fixture(scope="module")
def dashboard(
    chromium: str, tmp_path_factory: pytest.TempPathFactory, isolated_jupyter: Callable[[Path], dict[str, str]]
) -> Iterator[tuple[str, psutil.Process]]:
    """Give the address of a dashboard on the simulator, and its process."""
    folder = tmp_path_factory.mktemp("served")
    command = [sys.executable, "-m", "ibnb", "dashboard", "--no-browser", "--simulator"]
    environment, log = isolated_jupyter(folder / "home"), folder / "dashboard.log"
    with (
        log.open("w") as errors,
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
    ):
        assert process.stdout
        address = next(found[0] for line in process.stdout if (found := re.search(r"http://\S+", line)))
        yield address, psutil.Process(process.pid)
        process.terminate()
        process.wait(30)
    assert process.returncode == 0
    assert "Traceback" not in log.read_text(), log.read_text()


@pytest.fixture
def served(
    browser: Browser, dashboard: tuple[str, psutil.Process], theme: str, page_errors: list[str]
) -> Iterator[Page]:
    """Give the dashboard's page in the theme that the person's system asks for."""
    with watched_page(browser, theme, page_errors) as opened:
        opened.goto(dashboard[0], timeout=60_000)
        opened.get_by_role("tab", name="Portfolio").wait_for(timeout=60_000)
        yield opened
