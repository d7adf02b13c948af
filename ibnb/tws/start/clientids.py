"""Client ids: which to take when none is given, and the check on one that is.

TWS serves one connection an id. The ids taken here lie in a range of their own, far from 0 (which binds
manual orders) and from the small round numbers that people give to their programs and to the master client.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator

from ibnb.errors import BadInput

#: From here the ids are taken.
RANGE = range(3001, 4000)
#: So many are tried before giving up.
ATTEMPTS = 5


def generate(attempts: int = ATTEMPTS) -> Iterator[int]:
    """Yield client ids to try, at random and all different, so that two notebooks seldom meet."""
    yield from secrets.SystemRandom().sample(RANGE, attempts)


def check_client_id(client_id: object) -> int:
    """Return a client id that TWS takes.

    Raises
    ------
    BadInput
        If it is not a whole number of 0 to 2147483647.
    """
    if isinstance(client_id, bool) or not isinstance(client_id, int) or not 0 <= client_id < 2**31:
        raise BadInput(
            "client_id",
            client_id,
            "a whole number of 0 to 2147483647",
            "Leave it out, and a free one is chosen.",
        )
    return client_id
