"""The programs of `docs`, the pages that they make, and what is looked at once the site is built."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from doctor.cases import FAULTS, HARMLESS, TOGETHER, Case

DOCS = Path(__file__).resolve().parent.parent / "docs"
sys.path.insert(0, str(DOCS))
import make_protocol_table  # noqa: E402
from making import api, benchmarks, built, gallery, knowledge, licences, scenes  # noqa: E402

import ibnb  # noqa: E402
from ibnb.simulator.scenarios import list_scenarios  # noqa: E402
from ibnb.tables.catalog import SCHEMAS  # noqa: E402
from ibnb.tws.codes.book import book as codes  # noqa: E402
from ibnb.tws.codes.causes import book as causes  # noqa: E402

PROGRAMS = sorted(DOCS.glob("*.py"))
#: What functions return that is no class of ours to be held.
ELSEWHERE = {"Any", "Awaitable", "Callable", "DataFrame", "Figure", "IB", "Iterator", "Kind", "None", "Self"}
#: Pages that a program has written, each held by a test below or by `test_assumptions.py`.
HELD = {"assumptions.md", "benchmarks.md", "doctor.md", "protocol.md"}
#: The third column of the protocol's tables: frames that were recorded, which a checkout does not have.
RECORDED = re.compile(r"^(\| \d+ \| \w+ \| [^|]+ \| )[^|]+( \|)", re.MULTILINE)


def read(name: str) -> str:
    """Return a page of `docs`."""
    return (DOCS / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("program", PROGRAMS, ids=[each.stem for each in PROGRAMS])
def test_a_program_finds_all_that_it_imports(program: Path, tmp_path: Path) -> None:
    code = f"import runpy; runpy.run_path({str(program)!r}, run_name='looked at')"

    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path)

    assert run.returncode == 0, run.stderr


def test_the_gallery_shows_every_widget_and_figure_of_the_package() -> None:
    shown = {each.shows for each in scenes.SCENES}

    assert {"board", "chain", "explorer", "plot_bars", "stream", "ticket"} <= scenes.wanted() == shown
    assert len({each.name for each in scenes.SCENES}) == len(scenes.SCENES)
    assert all(f"(gallery-{each.name})=" in gallery.page() for each in scenes.SCENES)


def test_the_page_of_benchmarks_has_what_they_told_and_what_none_tells_yet() -> None:
    told = {"what": "a|b", "beside": "a peer", "ours": 0.02, "peer": 0.04, "ratio": 0.5, "target": 0.4, "rows": 7}
    alone = {"name": "test_alone", "extra_info": {}, "stats": {"min": 2.0}}
    run = {"datetime": "2026-11-28T21:00:00", "benchmarks": [{"extra_info": told}, alone]}

    page = benchmarks.page(run, ["test_bench_x.py::test_y"], "A load of 1.")

    assert "| a\\|b (7 rows) | 20 ms | 40 ms a peer | 0.5 | 0.4, not yet |" in page
    assert "| alone | 2 s |  |" in page
    assert "a board of 1,000 contracts" in page
    assert "- `test_bench_x.py::test_y`" in page
    assert "## Beside a peer" in read("benchmarks.md"), "run docs/make_benchmarks.py"


def test_every_page_that_a_program_makes_is_held() -> None:
    made = {path.name for path in DOCS.glob("*.md") if re.search(r"by\s+`python docs/make_", path.read_text("utf-8"))}

    assert made - {"doctor_head.md"} == HELD


def test_the_page_of_the_protocol_is_up_to_date_but_for_what_was_recorded() -> None:
    assert RECORDED.sub(r"\1...\2", read("protocol.md")) == RECORDED.sub(r"\1...\2", make_protocol_table.page([]))


def test_the_page_of_the_protocol_counts_what_was_recorded(captures: list[Any]) -> None:
    assert read("protocol.md") == make_protocol_table.page(captures)


def doctor_parts() -> dict[str, str]:
    """Return what stands in the doctor's page where its head has braces; fails where all else differs."""
    pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>.*?)", re.escape(read("doctor_head.md")))
    found = re.fullmatch(pattern, read("doctor.md"), re.DOTALL)
    assert found, "docs/doctor.md differs from docs/doctor_head.md: make it anew"
    return found.groupdict()


def test_the_doctors_page_counts_its_cases() -> None:
    parts = doctor_parts()
    faults = len(parts["faults"].splitlines()) - 2

    assert parts["counts"] == f"{faults} faults, {len(TOGETHER)} pairs and {len(HARMLESS)} set-ups that only look odd"


@pytest.mark.parametrize(("part", "cases"), [("faults", FAULTS), ("together", TOGETHER), ("harmless", HARMLESS)])
def test_the_doctors_page_has_a_row_for_each_case(part: str, cases: list[Case]) -> None:
    rows = [[cell.strip() for cell in row.strip("| ").split(" | ")] for row in doctor_parts()[part].splitlines()[2:]]
    acted = [(row[0], row[1], row[2].partition(":")[0]) for row in rows if row[1].startswith("simulator: ")]

    assert acted == [(f"`{case.cause or 'none'}`", f"simulator: {case.scenario}", case.verdict) for case in cases]


def test_the_pages_of_causes_codes_tables_and_scenarios_leave_nothing_out() -> None:
    pages = knowledge.causes_page(), knowledge.codes_page(), knowledge.tables_page(), knowledge.scenarios_page()
    told: tuple[set[str], ...] = (
        {f"(cause-{name})=" for name in causes()},
        {f"(code-{number})=" for number in codes()},
        {f"(table-{name})=" for name in SCHEMAS},
        {f"| `{name.partition(':')[0]}` |" for name, _ in list_scenarios()},
    )

    for page, names in zip(pages, told, strict=True):
        assert not [name for name in names if name not in page]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a_b|c", r"a\_b\|c"), ("<b>", "&lt;b&gt;"), ("`a_b` *c", r"`a_b` \*c"), ("a\nb", "a b"), ("`a|b`", r"`a\|b`")],
)
def test_a_cell_of_a_table_holds_no_marks(text: str, expected: str) -> None:
    assert knowledge.cell(text) == expected


def test_every_public_name_says_what_it_is() -> None:
    assert list(api.without_docstring()) == []


def test_the_reference_has_every_class_that_a_session_or_a_function_hands_out() -> None:
    functions = [value for name, value in api.public().items() if name.startswith("ibnb.Session.")]
    functions += [getattr(ibnb, name) for name in ibnb.__all__ if inspect.isfunction(getattr(ibnb, name))]
    said = " ".join(str(inspect.unwrap(each).__annotations__.get("return", "")) for each in functions)

    named = {name for name in re.findall(r"\b[A-Z]\w+", said) if name not in ELSEWHERE}

    assert named <= {each.__name__ for each in api.HANDED_OUT} | set(ibnb.__all__)


def test_the_licences_are_those_of_all_that_ibnb_needs() -> None:
    page = licences.page()

    assert all(f"| `{name}` |" in page for name in ("pandas", "numpy", "python-dateutil"))
    assert "not told" not in page


@pytest.mark.parametrize(
    ("html", "wrong"),
    [
        ('<a href="other.html#there">', None),
        ('<a href="https://example.com">', None),
        ('<a href="gone.html">', "is not there"),
        ('<a href="other.html#gone">', "no such anchor"),
        ('<a href="#gone">', "no such anchor"),
        ('<img src="gone.png">', "is not there"),
        ('<script src="https://example.com/a.js"></script>', "loads https://example.com/a.js"),
        ('<link rel="stylesheet" href="//example.com/a.css">', "loads //example.com/a.css"),
    ],
)
def test_a_built_site_is_looked_at(html: str, wrong: str | None, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(html)
    (tmp_path / "other.html").write_text('<p id="there">')

    found: list[Any] = list(built.problems(tmp_path))

    assert bool(found) == bool(wrong) and (wrong or "") in "".join(found)


def test_a_style_that_fetches_a_font_is_told(tmp_path: Path) -> None:
    (tmp_path / "site.css").write_text("@font-face { src: url(https://example.com/a.woff) }")

    assert list(built.problems(tmp_path)) == ["site.css loads something from elsewhere"]
