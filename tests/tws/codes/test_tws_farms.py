"""Which farms stand broken: the latest notice of each farm counts, whatever other farms say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from waiting import until

from ibnb.tws.client.tap import Notice
from ibnb.tws.codes.farms import CODES, FARMS, broken, farm_of, listed
from ibnb.tws.connect import open_connection
from ibnb.tws.connection import Connection

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


KEPT = "Connectivity between IB and Trader Workstation has been restored - data maintained."


@pytest.mark.parametrize(
    ("text", "farms"),
    [
        (f"{KEPT} All data farms are connected: eufarmnj; usfarm.nj; ushmds.", {"eufarmnj", "usfarm.nj", "ushmds"}),
        (
            f"{KEPT} The following farms are connected: usfarm.nj; hfarm. "
            "The following farms are not connected: ushmds.",
            {"usfarm.nj", "hfarm", "-ushmds"},
        ),
        (f"{KEPT} The following farms are not connected: ushmds; hfarm.", {"-ushmds", "-hfarm"}),
        (KEPT, set()),
        ("连接已恢复。以下数据场已连接：usfarm；ushmds。以下数据场未连接：hfarm。", {"usfarm", "ushmds", "-hfarm"}),
        ("连接已恢复。数据场：usfarm", set()),
        ("", set()),
    ],
)
def test_1102_lists_farms(text: str, farms: set[str]) -> None:
    assert {farm if fine else f"-{farm}" for farm, fine in listed(text).items()} == farms


def test_1102_clears_and_sets_what_its_lists_name_and_no_more():
    told = notices((2103, "usfarm"), (2105, "ushmds"), (2103, "jfarm"))
    back = Notice(
        -1,
        1102,
        f"{KEPT} The following farms are connected: usfarm. The following farms are not connected: hfarm.",
        9.0,
    )

    assert broken([*told, back]) == [told[1], told[2], back]
    assert broken([*told, back, *notices((2104, "hfarm"), (2107, "ushmds"))]) == [told[2]]
    assert broken([back, Notice(-1, 1102, f"{KEPT} All data farms are connected: hfarm.", 10.0)]) == []


def test_a_farm_is_of_the_kind_that_its_own_notices_told_or_else_of_its_name():
    lost = Notice(-1, 1102, "The following farms are not connected: hfarm; euhmds; secdefnj.", 9.0)

    assert broken([lost], "market data") == broken([lost], "history") == broken([lost], "contracts") == [lost]
    odd = notices((2106, "hfarm"), (2104, "euhmds"))
    assert broken([*odd, lost], "history") == [lost] == broken([*odd, lost], "market data")
    assert broken([*odd, lost, *notices((2106, "hfarm"), (2158, "secdefnj"))], "history") == []


@given(st.text(max_size=80), st.sampled_from([1101, 1102, 2103, 2107]))
def test_no_text_breaks_the_reading(text: str, code: int) -> None:
    broken([Notice(-1, code, text, 0.0)])


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
