"""What the command line writes, and where it goes: a full disk, a closed pipe, a terminal that is gone."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from contextlib import suppress

FAILURE = 1


def told(command: Callable[[], object]) -> int:
    """Run a command whose output may not be writable, and return its exit code.

    What it has written is written out here, not when the interpreter ends, where a failure could only be a traceback.
    Whoever has stopped reading (``ibnb doctor | head``) hears nothing more; anything else that the operating system
    refuses is one line on standard error.

    Parameters
    ----------
    command : callable
        Ends as commands do, by returning or with SystemExit.
    """
    code = FAILURE
    try:
        try:
            command()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else FAILURE if end.code else 0
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError as error:
        code = code or FAILURE
        _give_up_output()
        if error.errno not in (errno.EPIPE, errno.EINVAL):  # EINVAL: a closed pipe on Windows
            where = f" ({error.filename})" if error.filename else ""
            with suppress(OSError):
                print(f"ibnb: {error.strerror or error}{where}. Nothing more was done.", file=sys.stderr, flush=True)
    return code


def _give_up_output() -> None:
    """Let what is left of the output go nowhere: the interpreter would try it again on its way out."""
    with suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
