"""A bundle for asking help: versions, report and wire log in one zip file, masked, and shown before it is written."""

from __future__ import annotations

import platform
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from ibnb.doctor.report.report import Report
from ibnb.doctor.wirelog import WireLog
from ibnb.errors import BadInput

_PACKAGES = (
    "ibnb", "ib_insync", "ib_async", "eventkit", "numpy", "pandas", "pyarrow", "matplotlib", "ipykernel",
    "ipywidgets", "jupyterlab", "jupyterlab_widgets", "anyio", "psutil", "rich", "typer",
)  # fmt: skip
_HOME = re.compile(r"(?i)(/home/|/Users/|\\Users\\)[^/\\\s]+")


@dataclass(frozen=True)
class Bundle:
    """What goes into the zip file.

    Parameters
    ----------
    report : Report
        The diagnosis.
    log : WireLog
        What passed while it was made.
    """

    report: Report
    log: WireLog

    def files(self) -> dict[str, str]:
        """Return the files by name, as they will be written."""
        texts = {
            "versions.txt": versions(),
            "report.txt": self.report.text() + "\n",
            "report.json": self.report.json(full=True) + "\n",
            "wire.log": self.log.text(),
        }
        return {name: _HOME.sub(r"\1***", text) for name, text in texts.items()}

    def listing(self) -> Iterable[str]:
        """Give what is in it, a line each."""
        about = {
            "versions.txt": "Python, operating system and packages",
            "report.txt": "the report as above",
            "report.json": "the same, for programs",
            "wire.log": "messages of this session; account numbers masked, figures of the account left out",
        }
        for name, text in self.files().items():
            yield f"{name:<13} {len(text.encode()):>8} bytes  {about[name]}"

    def write(self, path: Path) -> None:
        """Write the zip file, in place of one that is there.

        Raises
        ------
        BadInput
            If it cannot be written there.
        """
        try:
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                for name, text in self.files().items():
                    archive.writestr(name, text)
        except OSError as error:
            raise BadInput("bundle", str(path), f"a file that can be written ({error.strerror or error})") from error


def versions() -> str:
    """Return Python, operating system and packages, a line each."""
    lines = [f"Python {platform.python_version()} ({platform.python_implementation()})", platform.platform()]
    for package in _PACKAGES:
        try:
            lines.append(f"{package} {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            lines.append(f"{package} not installed")
    return "\n".join(lines) + "\n"
