"""The settings file of TWS and Gateway, `jts.ini`: trusted addresses, API-only, the local server's port."""

from __future__ import annotations

import configparser
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

#: The file is a few kilobytes.
_MOST = 256 * 1024
_SECTION = "IBGateway"
#: As installed; it says nothing of the port that a person has set.
_DEFAULT_PORT = 4000


@dataclass(frozen=True)
class Settings:
    """What `jts.ini` says in its section ``[IBGateway]``.

    Attributes
    ----------
    file : str
        Where it lies, without the name of a user.
    trusted : tuple of str or None
        Addresses that may connect; None where the file does not say.
    api_only : bool or None
        Whether the Gateway serves the API only.
    port : int or None
        The local server's port, where somebody has set one.
    changed : float
        When the file was written, in epoch seconds.
    """

    file: str
    trusted: tuple[str, ...] | None
    api_only: bool | None
    port: int | None
    changed: float

    def trusts(self, address: str) -> bool | None:
        """Return whether an address may connect, or None where the file does not say."""
        return None if self.trusted is None else address in self.trusted

    def __str__(self) -> str:
        said = [] if self.trusted is None else [f"TrustedIPs={','.join(self.trusted) or '(none)'}"]
        said += [] if self.api_only is None else [f"ApiOnly={str(self.api_only).lower()}"]
        said += [] if self.port is None else [f"LocalServerPort={self.port}"]
        return f"{self.file}: {', '.join(said) or 'nothing about the API'}"


def usual_folders(more: Sequence[Path] = ()) -> list[Path]:
    """Return where TWS keeps its settings and its log, the likeliest first.

    Parameters
    ----------
    more : sequence of Path
        Folders that running processes were started in.
    """
    homes = [Path.home() / "Jts", Path.home() / "IBJts"]
    if os.name == "nt":
        homes.append(Path("C:/Jts"))
    return list(dict.fromkeys([*more, *homes]))


def read_settings(folders: Iterable[Path]) -> Settings | None:
    """Return what the first `jts.ini` says that can be read, or None."""
    for folder in folders:
        file = folder / "jts.ini"
        try:
            changed = file.stat().st_mtime
            with file.open(encoding="utf-8", errors="replace") as stream:
                text = stream.read(_MOST)
        except OSError:
            continue
        parser = configparser.ConfigParser(strict=False, interpolation=None, delimiters=("=",), allow_no_value=True)
        try:
            parser.read_string(text)
        except configparser.Error:
            continue
        section = parser[_SECTION] if parser.has_section(_SECTION) else {}
        return Settings(
            shown_path(file),
            _addresses(section.get("trustedips")),
            _truth(section.get("apionly")),
            _port(section.get("localserverport")),
            changed,
        )
    return None


def shown_path(path: Path) -> str:
    """Return a path for showing, without the name of the user whose folder it is in."""
    try:
        return "~/" + path.relative_to(Path.home()).as_posix()
    except (ValueError, RuntimeError):
        return f".../{path.parent.name}/{path.name}"


def _addresses(text: str | None) -> tuple[str, ...] | None:
    return None if text is None else tuple(part.strip() for part in text.split(",") if part.strip())


def _truth(text: str | None) -> bool | None:
    return {"true": True, "false": False}.get((text or "").strip().lower())


def _port(text: str | None) -> int | None:
    number = int(text) if text and text.strip().isdigit() else 0
    return number if 0 < number < 65536 and number != _DEFAULT_PORT else None
