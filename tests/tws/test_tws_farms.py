"""Which farms stand broken: the latest notice of each farm counts, whatever other farms say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from waiting import until

from ibnb.tws.connect import open_connection
from ibnb.tws.connection import Connection
from ibnb.tws.farms import CODES, FARMS, broken, farm_of
from ibnb.tws.tap import Notice

NOTICES = st.lists(st.tuples(st.sampled_from(sorted(CODES)), st.sampled_from(["usfarm", "eufarm", "ushmds"])))


def notices(*told: tuple[int, str]) -> list[Notice]:
    return [Notice(-1, code, f"farm connection is so:{farm}", float(at)) for at, (code, farm) in enumerate(told)]


def test_a_farm_that_is_fine_or_asleep_again_is_not_broken():
    assert broken(notices((2103, "usfarm"), (2104, "usfarm"))) == []
    assert broken(notices((2105, "ushmds"), (2107, "ushmds"))) == []
    assert broken(notices((2119, "usfarm"), (2100, "x"))) == []


def test_another_farm_or_another_service_heals_nothing():
    told = notices((2103, "usfarm"), (2104, "eufarm"), (2106, "usfarm"))

    assert broken(told) == [told[0]]
    assert broken(told, "market data") == [told[0]] and broken(told, "history") == []


@given(NOTICES)
def test_each_farm_is_judged_by_its_last_notice(told):
    last = {}
    for code, farm in told:
        kind = next(kind for bad, (kind, fine) in FARMS.items() if code in {bad, *fine})
        last[kind, farm] = code

    standing = sorted(farm for (_, farm), code in last.items() if code in FARMS)

    assert sorted(notice.text.rpartition(":")[2] for notice in broken(notices(*told))) == standing


@pytest.mark.parametrize(
    ("text", "farm"),
    [
        ("HMDS data farm connection is inactive but should be available upon demand.ushmds", "ushmds"),
        ("Market data farm connection is inactive but should be available upon demand.usfarm.nj", "usfarm.nj"),
        ("Market data farm connection is OK:usfarm.nj", "usfarm.nj"),
        ("市场数据场连接正常：hfarm", "hfarm"),
        ("", ""),
    ],
)
def test_a_farm_is_named_after_a_colon_or_a_full_stop(text: str, farm: str) -> None:
    assert farm_of(text) == farm


@pytest.mark.parametrize("habit", ["healthy", "habit-idle-farms-after-colon"])
def test_a_farm_that_sleeps_is_found_after_either_mark(simulator, habit: str) -> None:
    simulator.scenario("farm-broken:farm=history", habit)
    try:
        with open_connection(Connection, port=simulator.port) as session:
            assert broken(session.notices)

            simulator.event("farm-idle")

            assert until(lambda: not broken(session.notices))
    finally:
        simulator.scenario("healthy")
