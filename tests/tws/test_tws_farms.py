"""Which farms stand broken: the latest notice of each farm counts, whatever other farms say."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ibnb.tws.farms import CODES, FARMS, broken
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
