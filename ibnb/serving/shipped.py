"""The notebooks that ship with the package, copied where a person keeps them.

A notebook that a person has changed is never overwritten unless asked: the folder remembers what was shipped
earlier, so that an update can tell the two apart.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from ibnb.errors import IBNBError

MEMORY = ".ibnb-notebooks.json"
NOT_NOTEBOOKS = {"__pycache__", ".ipynb_checkpoints", ".keep", MEMORY}


def shipped_notebooks() -> Path:
    """Find the notebooks of this installation: inside the package, or in the checkout it runs from.

    Returns
    -------
    pathlib.Path
        The folder that holds them; treat it as read-only.

    Raises
    ------
    IBNBError
        Neither place has them, so that the installation is damaged.

    Examples
    --------
    >>> from ibnb.serving.shipped import shipped_notebooks
    >>> shipped_notebooks().is_dir()
    True
    """
    package = Path(__file__).resolve().parents[1]
    for place in (package / "_notebooks", package.parent / "notebooks"):
        if place.is_dir():
            return place
    raise IBNBError(
        f"The notebooks are missing beside {package}. Install ibnb again: pip install --force-reinstall ibnb"
    )


@dataclass
class Copied:
    """What `copy_notebooks` did, by file name: each name stands in one of the lists."""

    folder: Path
    new: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    overwritten: list[str] = field(default_factory=list)
    kept: dict[str, str | None] = field(default_factory=dict)  # name -> where the newer version was put, if any

    def lines(self) -> list[str]:
        """Return what was done as lines of text: a summary, then each changed notebook."""
        counts = {word: len(getattr(self, word)) for word in ("new", "updated", "unchanged", "overwritten", "kept")}
        told = ", ".join(f"{count} {word}" for word, count in counts.items() if count) or "nothing to copy"
        out = [f"Notebooks in {self.folder}: {told}"]
        for name, beside in self.kept.items():
            out.append(f"  {name} is yours and was kept" + (f"; the newer version is {beside}" if beside else ""))
        return out


def copy_notebooks(folder: Path, force: bool = False) -> Copied:
    """Copy the shipped notebooks into a folder, leaving alone what a person has changed.

    Running a notebook does not change it: only its cells' text counts. Where a changed notebook has a newer
    shipped version, that one is put beside it as ``NAME.new.ipynb``.

    Parameters
    ----------
    folder : pathlib.Path
        Where to; made if absent.
    force : bool
        Overwrite changed notebooks, too.

    Returns
    -------
    Copied
        What was done, by file name.

    Raises
    ------
    IBNBError
        The folder cannot be written, or the shipped notebooks are missing.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from ibnb.serving.shipped import copy_notebooks
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     copy_notebooks(Path(folder)).kept
    {}
    """
    folder, source = folder.expanduser().resolve(), shipped_notebooks()
    done = Copied(folder)
    names = sorted(
        path.relative_to(source).as_posix()
        for path in source.rglob("*")
        if path.is_file() and not NOT_NOTEBOOKS.intersection(path.relative_to(source).parts)
    )
    if folder == source.resolve():  # a developer working on the notebooks themselves
        done.unchanged += names
        return done
    try:
        folder.mkdir(parents=True, exist_ok=True)
        memory = _remembered(folder)
        for name in names:
            _place(source / name, folder, name, memory.setdefault(name, []), force, done)
        (folder / MEMORY).write_text(json.dumps(memory, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        reason = error.strerror or error
        raise IBNBError(f"Cannot write the notebooks to {folder}: {reason}. Choose another folder.") from error
    return done


def _place(shipped: Path, folder: Path, name: str, ours: list[str], force: bool, done: Copied) -> None:
    """Bring one file up to date; `ours` are the fingerprints of the versions shipped so far."""
    target, print_now = folder / name, _fingerprint(shipped)
    known, here = set(ours), _fingerprint(target) if target.exists() else None
    if print_now not in known:
        ours.append(print_now)
    if here == print_now:
        done.unchanged.append(name)
        return
    if here is not None and here not in known and not force:
        is_newer = print_now not in known
        done.kept[name] = _put_beside(shipped, target, known | {print_now}).name if is_newer else None
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(shipped, target)
    (done.new if here is None else done.updated if here in known else done.overwritten).append(name)


def _put_beside(shipped: Path, target: Path, known: set[str]) -> Path:
    number = 1
    while True:
        beside = target.with_name(f"{target.stem}.new{number if number > 1 else ''}{target.suffix}")
        if not beside.exists() or _fingerprint(beside) in known:
            shutil.copyfile(shipped, beside)
            return beside
        number += 1


def _fingerprint(path: Path) -> str:
    """Hash what a person writes: a notebook's cells without their outputs, any other file's bytes."""
    content = path.read_bytes()
    if path.suffix == ".ipynb":
        try:
            cells = json.loads(content)["cells"]
            texts = [[cell["cell_type"], "".join(cell["source"])] for cell in cells]
            content = json.dumps(texts).encode()
        except (ValueError, KeyError, TypeError):
            pass  # not a notebook any more: compared as it is, and so the person's own
    return hashlib.sha256(content).hexdigest()


def _remembered(folder: Path) -> dict[str, list[str]]:
    try:
        memory = json.loads((folder / MEMORY).read_text(encoding="utf-8"))
        return {str(name): [str(each) for each in prints] for name, prints in memory.items()}
    except (FileNotFoundError, ValueError, AttributeError, TypeError):
        return {}  # without a memory every differing notebook counts as the person's
