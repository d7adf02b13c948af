"""Settings of the whole package, and the masking of account numbers that follows them."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ACCOUNT = re.compile(r"\b(?:[DFIU]{1,2}\d{5,9}|U\d{5,9})[A-Za-z]?\b")


@dataclass
class Options:
    """What a person may set, as attributes of ``ibnb.options``.

    Attributes
    ----------
    mask : bool
        Whether account numbers are masked in reprs, reports and widgets (``DU***001``). Frames show them whole.

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
    prefix = re.match(r"[A-Za-z]*", account)
    head = prefix.group() if prefix else ""
    return f"{head}***{account[-3:]}" if len(account) >= len(head) + 4 else f"{head}***"


def mask_text(text: str, *, always: bool = False) -> str:
    """Return `text` with every account number in it masked."""
    if not (options.mask or always):
        return text
    return _ACCOUNT.sub(lambda found: mask_account(found.group(), always=True), text)
