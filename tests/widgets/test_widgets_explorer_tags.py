"""A person's own tags: kept in one file, by whichever kernel, and never lost to a file that cannot be read."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

import ibnb
from ibnb.ground.config import config_folder
from ibnb.widgets.explorer.panel import PortfolioExplorer
from ibnb.widgets.explorer.tags import Tags, tags_in

SOON = 40.0


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("", ()),
        (" , ,", ()),
        ("core,  long  term , Core", ("core", "long term")),
        ("a\x1b[31mb", tags_in("a\x1b[31mb")),
        (",".join(map(str, range(20))), tuple(map(str, range(8)))),
    ],
)
def test_tags_are_read_as_they_are_meant(text: str, tags: tuple[str, ...]) -> None:
    assert tags_in(text) == tags and tags_in(", ".join(tags)) == tags
    assert all(tag.isprintable() for tag in tags)


def test_they_are_kept_and_forgotten(tmp_path: Path) -> None:
    file = tmp_path / "new" / "tags.json"
    Tags(file).write(265598, "AAPL", ("core", "größer"))
    Tags(file).write(272093, "MSFT", ("core",))

    assert Tags(file).read() == {265598: ("core", "größer"), 272093: ("core",)}
    assert json.loads(file.read_text("utf-8"))["tags"]["265598"]["contract"] == "AAPL"
    Tags(file).write(265598, "AAPL", ())
    assert Tags(file).read() == {272093: ("core",)}


@pytest.mark.parametrize("spoiled", ["", "{", "[]", '{"tags": 3}', '{"tags": {"x": {}}}', '{"tags": {"1": null}}'])
def test_a_file_that_cannot_be_read_is_set_aside(tmp_path: Path, spoiled: str) -> None:
    file = tmp_path / "tags.json"
    file.write_text(spoiled)

    assert Tags(file).read() == {} and file.read_text() == spoiled, "reading changes nothing"
    Tags(file).write(1, "A", ("one",))
    assert Tags(file).read() == {1: ("one",)}
    assert (tmp_path / "tags.unreadable.json").read_text() == spoiled


def test_two_kernels_write_without_losing_each_others(tmp_path: Path) -> None:
    file = tmp_path / "tags.json"

    def write(first: int) -> None:
        for con_id in range(first, first + 10):
            Tags(file).write(con_id, "A", ("one",))

    threads = [threading.Thread(target=write, args=(first,)) for first in (100, 200, 300)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(Tags(file).read()) == 30


@pytest.mark.second
def test_a_position_is_tagged_grouped_and_found_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("IBNB_CONFIG", str(tmp_path))
    with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        explorer = PortfolioExplorer(tws)
        explorer.wait(SOON)
        explorer.open("AAPL")
        explorer._detail.tags.value = "core, income, core"
        assert explorer._detail.tags.value == "core, income" and config_folder() == tmp_path
        explorer.tag("MSFT", "growth")
        explorer._fields.group.value = "tag"
        explorer.wait(SOON)

        assert "core <" in explorer._layout.table() and "Tag, 1" in explorer._layout.table()
        assert "by tag" in explorer._pictures._allocation.value
        assert explorer.frame.columns.tolist() == ibnb.schema("portfolio")["column"].tolist()
        explorer.open("MSFT")
        assert explorer._detail.tags.value == "growth"
        explorer.wait(SOON)
        explorer.close()
        another = PortfolioExplorer(tws)
        another.wait(SOON)
        another.filter("income")
        assert another.frame["symbol"].tolist() == ["AAPL"]
        another.close()


@pytest.mark.second
def test_sectors_are_asked_for_when_they_are_grouped_by() -> None:
    with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        explorer = PortfolioExplorer(tws)
        explorer.wait(SOON)
        assert explorer._page.labels.sectors == {}
        explorer._fields.group.value = "sector"
        explorer.wait(SOON)

        known = explorer._page.labels.sectors
        assert len(known) == len(explorer.frame) and known[265598]
        assert f"{known[265598]} <" in explorer._layout.table() and "Asking" not in explorer._layout.table()
        assert "by sector" in explorer._pictures._allocation.value
        explorer.close()


@pytest.mark.second
def test_tags_that_cannot_be_kept_are_said_to_be_lost(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("IBNB_CONFIG", str(tmp_path / "file"))
    with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        explorer = PortfolioExplorer(tws)
        explorer.wait(SOON)
        explorer.open("AAPL")
        explorer._detail.tags.value = "core"
        assert "not kept" in explorer._layout.said() and explorer._detail.tags.value == ""
        explorer.wait(SOON)
        explorer.close()
