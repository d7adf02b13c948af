"""Account numbers in recordings: none of them stays, and what stands for them is of the same kind and length."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from ibnb.simulator.recording.pseudonyms import Pseudonyms

ACCOUNTS = st.from_regex(r"(DU|DF|DI|U|F|I)[0-9]{5,9}[A-Z]?", fullmatch=True)


@given(st.lists(ACCOUNTS, min_size=1, max_size=8, unique=True))
def test_each_account_has_one_name_of_its_kind_and_length_and_none_is_real(accounts: list[str]) -> None:
    names = Pseudonyms()

    told = names.replace(b"15\x001\x00" + ",".join(accounts).encode() + b"\x00")
    given = told.split(b"\0")[2].decode().split(",")

    assert len(set(given)) == len(accounts)
    for account, name in zip(accounts, given, strict=True):
        assert len(name) == len(account)
        assert re.match("[A-Z]+", name)[0] == re.match("[A-Z]+", account)[0]
        assert names.replace(f"7\x00{account}\x00".encode()) == f"7\x00{name}\x00".encode()


def test_a_name_that_is_no_number_is_replaced_once_it_is_known() -> None:
    names = Pseudonyms()
    names.learn(b"family-one")

    replaced = names.replace(b"6\x00NetLiquidation\x00family-one\x00")

    assert b"family-one" not in replaced
    assert len(replaced) == len(b"6\x00NetLiquidation\x00family-one\x00")


def test_other_numbers_and_words_stay() -> None:
    message = b"10\x00265598\x00USD\x00IFUS\x0020260619\x00D1234\x00XU1234567\x00"

    assert Pseudonyms().replace(message) == message
