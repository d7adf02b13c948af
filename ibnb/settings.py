"""Settings of the whole package, and the masking of account numbers that follows them."""

from __future__ import annotations

from dataclasses import dataclass

from ibnb.account_numbers import mask_all, masked


@dataclass
class Options:
    """What a person may set, as attributes of ``ibnb.options``.

    Attributes
    ----------
    mask : bool
        Whether account numbers are masked in reprs, reports, messages and widgets (``DU***001``).
        Frames show them whole.

    Examples
    --------
    >>> import ibnb
    >>> ibnb.options.mask
    True
    """

    mask: bool = True


options = Options()


def mask_account(account: str, *, always: bool = False) -> str:
    """Return an account number with its middle masked, as ``DU***001``.

    Parameters
    ----------
    account : str
        One account number.
    always : bool
        Mask even where ``ibnb.options.mask`` is off.
    """
    if not account or not (options.mask or always):
        return account
    return masked(account)


def mask_text(text: str, *, always: bool = False) -> str:
    """Return `text` with every account number in it masked."""
    return mask_all(text) if options.mask or always else text
