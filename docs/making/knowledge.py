"""Pages made of what the package itself knows: causes, codes, tables, scenarios. So they cannot differ from it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ibnb.simulator.scenarios import list_scenarios
from ibnb.simulator.scenarios.events import list_events
from ibnb.simulator.scenarios.library import NOT_FOR_A_SERVER
from ibnb.tables.catalog import SCHEMAS
from ibnb.tables.schema.schema import Column, Schema
from ibnb.tws.codes.book import Code
from ibnb.tws.codes.book import book as codes
from ibnb.tws.codes.causes import Cause
from ibnb.tws.codes.causes import book as causes

SEVERITY = {"fail": "no session, or not this request", "warn": "a session works all the same"}
CAUSES = """# Every cause, and what cures it

What `ibnb doctor`, `ibnb.diagnose()` and the errors of `ibnb.connect()` can name, in the order of a connection: the
nearer to the wire, the earlier. A name in braces stands for a fact of the case, and a step whose facts are not known is
left out. [Case by case](../doctor.md) tells what was measured of each; `ibnb simulator --scenario NAME` acts one out.
"""
CODES = """# The book of codes

The numbers that TWS answers with: what each means, why it comes, and what to do next. `ibnb.explain(326)` tells one,
`ibnb.explain()` is all of it as a frame. Where a number means several things, the text decides; the row without a text
speaks for all others, since texts come in the language of TWS.
"""
TABLES = """# Every table and its columns

Made from the schemas that make the tables. `ibnb.schema("positions")` is the same as a frame; [Tables](../tables.md)
tells what all of them have in common.
"""
SCENARIOS = """# Scenarios and events

What the simulated TWS can act out: `ibnb simulator --scenario NAME`, `ibnb.simulate("NAME")`, or `sim.scenario("NAME")`
while it runs; several are joined by `+`, settings come behind a colon (`no-uplink:code=2110`), and those named here are
the defaults. An event happens once: `sim.event("NAME")`. What is named `habit-...` is a way in which some real TWS
behaves otherwise than most.
"""


def cell(text: str) -> str:
    """Return a text for a cell of a table: what it has between backticks is code, nothing else of it a mark."""
    parts = re.split(r"(`[^`]+`)", text.replace("\n", " "))
    return "".join(each.replace("|", "\\|") if number % 2 else _plain(each) for number, each in enumerate(parts))


def _plain(text: str) -> str:
    return re.sub(r"([\\|*_`\[\]$~])", r"\\\1", text).replace("<", "&lt;").replace(">", "&gt;")


def code(text: str) -> str:
    """Return a text as code, in a cell of a table."""
    return f"`{text}`".replace("|", "\\|") if text else ""


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table of the page."""
    heads = list(heads)
    lines = [f"| {' | '.join(row)} |" for row in (heads, ["---"] * len(heads), *rows)]
    return "\n".join(lines) + "\n"


def causes_page() -> str:
    """Return all causes with their steps, and the codes that stand for each."""
    return "\n".join([CAUSES, *map(_cause, causes().values())])


def _cause(cause: Cause) -> str:
    certain = "certain" if cause.certain else "likely, the likeliest first"
    known = [each for rows in codes().values() for each in rows if each.cause == cause.id]
    told = ", ".join(f"[{number}](#code-{number})" for number in sorted({each.code for each in known}))
    lines = [
        f"(cause-{cause.id})=\n## `{cause.id}`\n",
        f"**{cell(cause.title)}.** {cell(cause.summary)}\n",
        f"*{cause.severity}*: {SEVERITY[cause.severity]}; the reading is {certain}.\n",
        *(f"{number}. {cell(step)}" for number, step in enumerate(cause.fix, 1)),
    ]
    if cause.readings:
        lines += ["\nWhat may be behind it:\n"]
        lines += [
            f"- {cell(each.text)}" + (f": [`{each.cause}`](#cause-{each.cause})" if each.cause else "")
            for each in cause.readings
        ]
    if told:
        lines += [f"\nTWS's codes: {told}."]
    if cause.id in NOT_FOR_A_SERVER:
        lines += [f"\nNo server can act it out; it is to be had by {NOT_FOR_A_SERVER[cause.id]}."]
    return "\n".join(lines) + "\n"


def codes_page() -> str:
    """Return the book of codes."""
    return "\n".join([CODES, *(_code(number, rows) for number, rows in sorted(codes().items()))])


def _code(number: int, rows: tuple[Code, ...]) -> str:
    lines = [f"(code-{number})=\n## {number}\n"]
    for row in rows:
        said = " or ".join(code(each) for each in row.text.split("|") if each)
        cause = f" Cause: [`{row.cause}`](#cause-{row.cause})." if row.cause else ""
        when = f"With {said} in its text: " if said else ("Otherwise: " if len(rows) > 1 else "")
        lines.append(f"**{row.severity}**: {when}{cell(row.meaning)} {cell(row.reason)} {cell(row.next_step)}{cause}\n")
    return "\n".join(lines)


def tables_page() -> str:
    """Return each table with its columns."""
    return "\n".join([TABLES, *map(_table, SCHEMAS.values())])


def _table(schema: Schema) -> str:
    request = f" TWS request: {schema.request}." if schema.request else ""
    rows = [_column(each, " (index)" if each is schema.index else "") for each in schema.all_columns]
    head = f"(table-{schema.name})=\n## {schema.name}\n\nOne row: {cell(schema.meaning)}.{request}\n"
    return head + "\n" + table(("column", "dtype", "unit", "meaning", "TWS's name"), rows)


def _column(column: Column, remark: str) -> tuple[str, ...]:
    plain = (cell(each) for each in (column.unit, column.meaning, column.source))
    return (code(column.name) + remark, code(column.dtype), *plain)


def scenarios_page() -> str:
    """Return the scenarios and events of the simulator."""
    parts = [SCENARIOS]
    for title, listed in (("Scenarios", list_scenarios()), ("Events", list_events())):
        rows = ((code(name.partition(":")[0]), code(name.partition(":")[2]), cell(text)) for name, text in listed)
        parts += [f"## {title}\n", table(("name", "settings", "what it acts out"), rows)]
    return "\n".join(parts)
