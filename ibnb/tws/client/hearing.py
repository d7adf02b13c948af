"""Copies of messages for those who want to hear them, beside the client that gets them as before.

For answers whose requests have no id, which no claim can tell apart, and for what a client keeps by itself: it drops a
row that it cannot read and says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ibnb.ground.logs import logger

_PREFIX = 4
#: Takes a copy of a message's payload.
Hear = Callable[[bytes], object]
_log = logger("ibnb.filter")


class Hearers:
    r"""Who hears which messages of one connection.

    Examples
    --------
    >>> heard = []
    >>> hearers = Hearers()
    >>> stop = hearers.add({62}, heard.append)
    >>> hearers.tell(b"62\x001\x00")
    >>> stop()
    >>> heard, b"62" in hearers
    ([b'62\x001\x00'], False)
    """

    def __init__(self) -> None:
        self._by_kind: dict[bytes, list[Hear]] = {}  # by the message's id, as written
        self._copy: bytearray | None = None  # of a frame that comes in pieces

    def __contains__(self, kind: bytes) -> bool:
        return kind in self._by_kind

    @property
    def copying(self) -> bool:
        """Whether a frame is being copied that comes in pieces."""
        return self._copy is not None

    def clear(self) -> None:
        """Forget all, as the connection has ended."""
        self._by_kind.clear()
        self._copy = None

    def add(self, kinds: Iterable[int], hear: Hear) -> Callable[[], None]:
        """Give copies of messages of these kinds to `hear` until the function that is returned is called."""
        names = [str(int(kind)).encode() for kind in kinds]
        for name in names:
            self._by_kind.setdefault(name, []).append(hear)

        def stop() -> None:
            for name in names:
                left = [each for each in self._by_kind.get(name, []) if each is not hear]
                if left:
                    self._by_kind[name] = left
                else:
                    self._by_kind.pop(name, None)

        return stop

    def tell(self, payload: bytes) -> None:
        """Give a whole message to those who hear its kind."""
        for hear in self._by_kind.get(payload.partition(b"\0")[0], ()):
            try:
                hear(payload)
            except Exception:  # the client is to get it all the same
                _log.exception("a message could not be heard")

    def begin(self) -> None:
        """Copy the frame whose first piece comes next."""
        self._copy = bytearray()

    def more(self, piece: memoryview, is_last: bool) -> None:
        """Take a piece of the frame that is being copied."""
        assert self._copy is not None
        self._copy += piece
        if is_last:
            payload, self._copy = bytes(self._copy[_PREFIX:]), None
            self.tell(payload)
