"""The loggers of ibnb, at the ground: account numbers are masked in what is logged, as in all that is shown.

A log's lines are what people pass on with a question, and Python prints those of errors without being asked.
"""

from __future__ import annotations

import logging

from ibnb.ground.masking import mask_text

_FORM = logging.Formatter()


class Masked(logging.Filter):
    """Masks account numbers in a record: in its message, and in the traceback that stands below it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through, its texts masked unless ``ibnb.options.mask`` is off."""
        record.msg, record.args = mask_text(record.getMessage()), None
        if record.exc_info and not record.exc_text:  # formatters take this text where it is there
            record.exc_text = _FORM.formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = mask_text(record.exc_text)
        return True


_MASKED = Masked()


def logger(name: str) -> logging.Logger:
    """Return the logger of that name, whose records are masked before any handler sees them.

    Parameters
    ----------
    name : str
        One of ibnb's, such as ``"ibnb.session"``, or one of the client library's.

    Examples
    --------
    >>> logger("ibnb.session").name
    'ibnb.session'
    """
    found = logging.getLogger(name)
    found.addFilter(_MASKED)  # once: a filter that is there already is not added again
    return found
