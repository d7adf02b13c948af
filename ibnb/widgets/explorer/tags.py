"""A person's own tags of contracts, kept in the user's configuration: one small file, written whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import portalocker

from ibnb.ground.config import config_folder
from ibnb.tws.texts import clean

#: Characters of a tag, and tags of a contract.
_LONGEST, _MOST = 40, 8
#: Seconds for another kernel to finish writing.
_PATIENCE = 5.0


def tags_in(text: str) -> tuple[str, ...]:
    """Return the tags that a person has written, each once.

    Examples
    --------
    >>> tags_in("core,  Income , Core,,")
    ('core', 'Income')
    """
    found: dict[str, str] = {}
    for part in text.split(","):
        if tag := " ".join(clean(part, _LONGEST).split()):
            found.setdefault(tag.casefold(), tag)
    return tuple(found.values())[:_MOST]


class Tags:
    """The file of tags.

    Parameters
    ----------
    path : Path, optional
        Without it ``tags.json`` in the user's configuration.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = config_folder() / "tags.json" if path is None else path

    def read(self) -> dict[int, tuple[str, ...]]:
        """Return the tags by conId; a file that cannot be read counts as empty, and is set aside before a new one."""
        return {con_id: tags for con_id, (_, tags) in _entries(self.path)[0].items()}

    def write(self, con_id: int, name: str, tags: Iterable[str]) -> None:
        """Keep the tags of a contract, those of the others as they are in the file; none forgets it.

        Parameters
        ----------
        con_id : int
            Of the contract.
        name : str
            How a person knows it, for who reads the file.
        tags : iterable of str
            As of `tags_in`.

        Raises
        ------
        OSError
            Where the file cannot be written.
        portalocker.LockException
            Where another kernel does not end writing, or the file system has no locks.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with portalocker.Lock(f"{self.path}.lock", timeout=_PATIENCE):
            entries, is_sound = _entries(self.path)
            if not is_sound:
                self.path.replace(self.path.with_suffix(".unreadable.json"))
            entries.pop(con_id, None)
            if kept := tuple(tags):
                entries[con_id] = (name, kept)
            told = {str(key): {"contract": each, "tags": list(own)} for key, (each, own) in sorted(entries.items())}
            part = self.path.with_suffix(".part")
            part.write_text(json.dumps({"version": 1, "tags": told}, indent=1, ensure_ascii=False), encoding="utf-8")
            part.replace(self.path)


def _entries(path: Path) -> tuple[dict[int, tuple[str, tuple[str, ...]]], bool]:
    """Return name and tags by conId, and whether the file could be read; where there is none, nothing."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return {
            int(key): (str(each["contract"]), tags_in(",".join(each["tags"]))) for key, each in told["tags"].items()
        }, True
    except FileNotFoundError:
        return {}, True
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}, False
