"""The licences of what ibnb stands on, as the packages that are installed tell them.

``python docs/build.py`` puts the page into the site; ``python -m making.licences`` in this folder prints it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from making.knowledge import cell, code, table

HEAD = """# Licences

ibnb is under the MIT licence. What it needs, and what that needs in turn, by the metadata of the versions that were
installed when this page was built; extras (`dashboard`, `lab`, `dask`, `flex`, ...) are left out.
"""
#: A classifier of the licence, where a package tells no expression.
CLASSIFIER = "License :: "


def needed(name: str = "ibnb", seen: set[str] | None = None) -> Iterator[Distribution]:
    """Return the distributions that a plain installation brings, each once; those of other platforms are left out."""
    from packaging.requirements import Requirement

    seen = set() if seen is None else seen
    for text in distribution(name).requires or ():
        wanted = Requirement(text)
        key = re.sub(r"[-_.]+", "-", wanted.name).lower()
        if key in seen or (wanted.marker and not wanted.marker.evaluate({"extra": ""})):
            continue
        seen.add(key)
        try:
            found = distribution(key)
        except PackageNotFoundError:
            continue
        yield found
        yield from needed(key, seen)


def licence(of: Distribution) -> str:
    """Return a package's licence in a few words: its expression, its classifiers, or the first line of its text."""
    told = of.metadata.json
    classifiers = [each.rpartition(" :: ")[2] for each in told.get("classifier", []) if each.startswith(CLASSIFIER)]
    first = str(told.get("license", "")).strip().splitlines()[:1]
    return str(told.get("license_expression", "")) or ", ".join(classifiers) or "".join(first) or "not told"


def page() -> str:
    """Return the page."""
    rows = sorted((each.metadata["Name"], each.version, licence(each)) for each in needed())
    listed = ((code(name), version, cell(told)) for name, version, told in sorted(rows, key=lambda row: row[0].lower()))
    return f"{HEAD}\n{table(('package', 'version', 'licence'), listed)}"


if __name__ == "__main__":
    print(page())
