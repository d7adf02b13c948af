"""Write ``assumptions.md``: what ibnb takes for granted of TWS, with its evidence, and what happens if it is otherwise.

``python docs/make_assumptions.py`` makes it from ``ibnb/tws/assumptions.toml``.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "ibnb" / "tws" / "assumptions.toml"
PAGE = Path(__file__).with_name("assumptions.md")
#: What the evidence of a row may be, the strongest first.
EVIDENCE = {
    "attested": "a frame that a real server sent was recorded",
    "live-test": "another client's tests against a real TWS show it",
    "documentation": "Interactive Brokers' own page, or the text of TWS's own message, says so",
    "report": "somebody who uses TWS wrote so",
    "guess": "nothing shows it; nothing may be lost by it",
}
HEAD = """# What ibnb takes for granted of TWS

No two TWSs behave alike: versions, settings, subscriptions and languages differ. This page lists what ibnb assumes,
what shows that it is so, what happens where it is not, and the test of either. It is made from
[`ibnb/tws/assumptions.toml`](../ibnb/tws/assumptions.toml) by `python docs/make_assumptions.py`. A scenario named
below acts the thing out on the simulated TWS: `ibnb simulator --scenario NAME`; an event, such as `restart`, is set off
while it runs: `sim.event(NAME)`. What is named `habit-...` is a way in which some real TWS behaves otherwise than most.
Tests are named by their file under `tests/`.
"""


def read() -> list[tuple[str, str, dict[str, Any]]]:
    """Return all rows: the room, the name, and what is said of it."""
    with DATA.open("rb") as file:
        rooms = tomllib.load(file)
    return [(room, name, row) for room, rows in rooms.items() for name, row in rows.items()]


def _tests(row: dict[str, Any]) -> list[str]:
    """Return the tests of a row, by file and function, each once."""
    named = (row["test"], row["test_otherwise"])
    return list(dict.fromkeys(test.partition("[")[0].removeprefix("tests/") for test in named if test))


def page() -> str:
    """Return the page."""
    rows = read()
    counts = Counter(row["evidence"] for _, _, row in rows)
    lines = [HEAD, f"{len(rows)} things, by what shows them:\n", "| evidence | means | rows |", "|---|---|---|"]
    lines += [f"| {name} | {means} | {counts[name]} |" for name, means in EVIDENCE.items()]
    room_before = ""
    for room, name, row in rows:
        if room != room_before:
            lines += [
                f"\n## {room}\n",
                "| assumed | evidence | otherwise | acted out and tested by |",
                "|---|---|---|---|",
            ]
            room_before = room
        seen = f" ({row['seen']})" if row["seen"] else ""
        shown = ": ".join(filter(None, (row["evidence"], f"{row['source']}{seen}")))
        acted = ", ".join(f"`{each}`" for each in (*row["acted"], *_tests(row)))
        cells = (f'<a id="{room}.{name}"></a>{row["assumes"]}', shown, row["otherwise"], acted)
        lines.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
