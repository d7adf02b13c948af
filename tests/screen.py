"""A screen with a browser that opens nothing, and writes down what it was to open."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit


class Screen:
    """Stands for both to a program that is started with its `environment`.

    Parameters
    ----------
    folder : Path
        For the browser, and what it writes.
    """

    def __init__(self, folder: Path) -> None:
        self.opened, browser = folder / "opened", folder / "browser"
        browser.write_text(f'#!/bin/sh\necho "$1" > {self.opened}.part && mv {self.opened}.part {self.opened}\n')
        browser.chmod(0o755)
        self.environment = {"BROWSER": str(browser), "DISPLAY": ":0", "CI": ""}

    def file(self) -> Path:
        """Return the file that was opened."""
        return Path(urlsplit(self.opened.read_text().strip()).path)
