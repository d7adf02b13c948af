"""How numbers are written for people: one choice for tables, widgets, pictures and messages, and one way to read them.

Code writes a number as Python does (``1,234.50``) and hands it to `shown_number`. What stays as Python has it is what
programs read: frames, files, the command line's JSON.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

#: A space that no line is broken at.
_SPACE = "\u00a0"
#: What may be chosen: the same number, as different people write it.
NUMBER_FORMATS = ("1,234.50", "1.234,50", "1 234.50", "1 234,50", "1'234.50", "1'234,50", "1234.50", "1234,50")
_MEANT = re.compile(r"[0-9]{1,3}([,. '\u2019\u00a0\u202f]?)[0-9]{3}([.,])[0-9]+")
#: What is typed or pasted for the same sign.
_SAME = {"\u2019": "'", _SPACE: " ", "\u202f": " "}


@dataclass
class Numerals:
    """The choice: a text of `NUMBER_FORMATS`."""

    choice: str = NUMBER_FORMATS[0]

    @property
    def thousands(self) -> str:
        """What stands between thousands; "" for nothing."""
        return self.choice[1:-6].replace(" ", _SPACE)

    @property
    def decimal(self) -> str:
        """What stands before the decimals."""
        return self.choice[-3]


numerals = Numerals()


def is_number_format(text: object) -> bool:
    """Return whether something can be chosen.

    Examples
    --------
    >>> [is_number_format(text) for text in ("1.234,50", "1,234", "de", None)]
    [True, False, False, False]
    """
    return isinstance(text, str) and text in NUMBER_FORMATS


def nearest_number_format(text: object) -> str:
    """Return the format of a number that somebody wrote otherwise; "" where it is none.

    Examples
    --------
    >>> nearest_number_format("10,000.0"), nearest_number_format("1.000,0"), nearest_number_format("german")
    ('1,234.50', '1.234,50', '')
    """
    found = _MEANT.fullmatch(str(text))
    if found is None or found[1] == found[2]:
        return ""
    return f"1{_SAME.get(found[1], found[1])}234{found[2]}50"


def shown_number(text: str) -> str:
    """Return a number that is written as Python does, and what stands around it, as it is shown.

    Examples
    --------
    >>> numerals.choice = "1.234,50"
    >>> shown_number("-1,234.50"), shown_number("+0.25 %")
    ('-1.234,50', '+0,25 %')
    >>> numerals.choice = "1,234.50"
    """
    if numerals.choice == NUMBER_FORMATS[0]:
        return text
    return text.translate({ord(","): numerals.thousands, ord("."): numerals.decimal})


def count_text(count: int) -> str:
    """Return a whole number as it is shown.

    Examples
    --------
    >>> count_text(12500)
    '12,500'
    """
    return shown_number(f"{count:,}")


def money_text(value: float | None, unit: str = "") -> str:
    """Return an amount of money as it is shown; nothing where it is not known.

    Examples
    --------
    >>> money_text(1234.5, "USD"), money_text(None), money_text(float("nan"), "USD")
    ('1,234.50 USD', '', '')
    """
    return "" if value is None or value != value else f"{shown_number(f'{value:,.2f}')} {unit}".strip()


def read_number(text: str, by: str = "") -> float | None:
    """Return a number that a person wrote in the format that is shown; None where nothing is written.

    What could be two numbers is none: thousands are told apart where they are, and nowhere else.

    Parameters
    ----------
    text : str
        What stands in a field.
    by : str
        Another format of `NUMBER_FORMATS`.

    Raises
    ------
    ValueError
        If it is none, with the words to say so.

    Examples
    --------
    >>> read_number(" 1,250.50 "), read_number("1250.5"), read_number("")
    (1250.5, 1250.5, None)
    >>> read_number("180,5")
    Traceback (most recent call last):
    ValueError: '180,5' is no number that is written like 1,234.50
    """
    written = text.strip()
    if not written:
        return None
    form = Numerals(by or numerals.choice)
    for alike, usual in _SAME.items():
        written = written.replace(alike, usual)
    between, mark = re.escape(form.thousands.replace(_SPACE, " ")), re.escape(form.decimal)
    whole = rf"(?:[0-9]{{1,3}}(?:{between}[0-9]{{3}})+|[0-9]+)" if between else "[0-9]+"
    if not re.fullmatch(rf"[+-]?(?:{whole}(?:{mark}[0-9]*)?|{mark}[0-9]+)", written):
        raise ValueError(f"{text.strip()!r} is no number that is written like {form.choice}")
    before, _, after = written.partition(form.decimal)
    return float(f"{re.sub('[^0-9+-]', '', before)}.{after or 0}")


def field_text(number: float, least: int = 0) -> str:
    """Return a number as a person would write it into a field: no thousands apart, `least` decimals.

    Examples
    --------
    >>> field_text(1234.5), field_text(180.0, 2)
    ('1234.5', '180.00')
    """
    whole, _, decimals = f"{number:.8f}".partition(".")
    decimals = decimals.rstrip("0").ljust(least, "0")
    return shown_number(f"{whole}.{decimals}" if decimals else whole)
