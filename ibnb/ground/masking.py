"""Account numbers as they are shown: masked, unless a person has switched that off (``ibnb.options.mask``)."""

from __future__ import annotations

from dataclasses import dataclass

from ibnb.ground.account_numbers import mask_all, masked


@dataclass
class Masking:
    """Whether account numbers are masked where nobody says otherwise."""

    on: bool = True


masking = Masking()


def mask_account(account: str, *, always: bool = False) -> str:
    """Return an account number with its middle masked, as ``DU***001``.

    Parameters
    ----------
    account : str
        One account number.
    always : bool
        Mask even where ``ibnb.options.mask`` is off.
    """
    if not account or not (masking.on or always):
        return account
    return masked(account)


def mask_named(account: str, *, always: bool = False) -> str:
    """Return what stands where an account is named, masked if it can be a number: in any form, but no word as ``all``.

    Examples
    --------
    >>> mask_named("ZZ-77-1234"), mask_named("all")
    ('ZZ***234', 'all')
    """
    return mask_account(account, always=always) if any(map(str.isdigit, account)) else account


def mask_text(text: str, *, always: bool = False) -> str:
    """Return `text` with every account number in it masked."""
    return mask_all(text) if masking.on or always else text
