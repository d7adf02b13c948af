"""Write ``protocol.md``: every message of the wire, at which versions it stands, and what it was checked by.

``python docs/make_protocol_table.py [FRAMES.JSONL]`` reads recorded frames where they are given, and what the tests ask
of the clients that others wrote.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from enum import IntEnum
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from wire.client_messages import written  # noqa: E402
from wire.client_requests import asked  # noqa: E402
from wire.client_runs import VERSIONS  # noqa: E402

from ibnb.wire.codec import REQUESTS, RESPONSES  # noqa: E402
from ibnb.wire.ids import Request, Response  # noqa: E402
from ibnb.wire.layout import Const, Field, Gate, Item, Layout, Repeat, When  # noqa: E402

HEAD = """# The protocol: what the simulator speaks, and what holds it to that

Every message that the wire room knows, from server version 145 to 200. *Changes at* lists the versions from which its
fields differ. *Recorded* counts the frames of real servers that the tests compare it with, field by field. *Clients*
are those whose own code reads it (responses) or writes it (requests) in the tests, without a line in their error logs;
@stoqey/ib, of another language, draws most of them as well and is not counted here.

This page is made by `python docs/make_protocol_table.py FRAMES.JSONL`.
"""
FIRST, LAST = 145, 200


def gates(items: Iterable[Item]) -> set[int]:
    """Return the versions at which anything in `items` comes or goes."""
    found: set[int] = set()
    for item in items:
        if isinstance(item, Gate):
            found |= {version for version in (item.since, item.upto) if FIRST < version <= LAST} | gates(item.items)
        elif isinstance(item, (When, Repeat)):
            found |= gates(item.items)
        else:
            assert isinstance(item, (Field, Const))
    return found


def recorded(frames: Iterable[Mapping[str, Any]]) -> dict[str, Counter[int]]:
    """Count the frames of real servers by direction and message."""
    counts = {"request": Counter[int](), "response": Counter[int]()}
    for row in frames:
        number = int(row["fields"][0])
        # The handshake's answer has no message id: its first field is a version.
        if row["attested"] and number < FIRST:
            counts[row["direction"]][number] += 1
    return counts


def table(layouts: Mapping[int, Layout], ids: type[IntEnum], seen: Counter[int], clients: dict[str, set[int]]) -> str:
    """Return one table of messages."""
    rows = ["| id | message | changes at | recorded | clients |", "| --- | --- | --- | --- | --- |"]
    for number, layout in sorted(layouts.items()):
        changes = ", ".join(map(str, sorted(gates(layout.items)))) or "never"
        by = ", ".join(name for name, numbers in clients.items() if number in numbers) or "none"
        rows.append(f"| {number} | {ids(number).name} | {changes} | {seen[number] or 'no'} | {by} |")
    return "\n".join(rows)


def page(frames: Iterable[Mapping[str, Any]]) -> str:
    """Return the page, with the counts of these recorded frames."""
    seen = recorded(frames)
    reads: dict[str, set[int]] = {}
    writes: dict[str, set[int]] = {}
    for client, versions in VERSIONS.items():
        reads[client] = {int(response) for version in versions for response, _ in written(client, version)}
        writes[client] = {int(request) for version in versions for _, _, request, _ in asked(client, version)}
    parts = [
        HEAD,
        "## Responses\n",
        table(RESPONSES, Response, seen["response"], reads),
        "\n## Requests\n",
        table(REQUESTS, Request, seen["request"], writes),
        "",
    ]
    return "\n".join(parts)


def main() -> None:
    """Write the page."""
    lines = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines() if len(sys.argv) > 1 else []
    frames = [json.loads(line) for line in lines]
    (ROOT / "docs" / "protocol.md").write_text(page(frames), encoding="utf-8")


if __name__ == "__main__":
    main()
