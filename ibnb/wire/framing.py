"""Frames: a u32 big-endian length, then so many bytes.

`Deframer` takes bytes in whatever pieces the socket gives them and hands out whole payloads. It holds at
most one frame's worth of bytes, and refuses a length that no TWS would send before it has stored any of it.
"""

from __future__ import annotations

import struct

from ibnb.errors import FrameTooLarge

#: Nothing a TWS sends comes near this; a larger length means that the peer speaks something else.
MAX_LENGTH = 16 * 1024 * 1024

_PREFIX = struct.Struct(">I")


def frame(payload: bytes) -> bytes:
    r"""Return `payload` with its length in front.

    Raises
    ------
    FrameTooLarge
        If the payload is longer than `MAX_LENGTH`, which a receiver would refuse.

    Examples
    --------
    >>> frame(b"9\x001\x00530\x00")
    b'\x00\x00\x00\x089\x001\x00530\x00'
    """
    if len(payload) > MAX_LENGTH:
        raise FrameTooLarge(f"A frame of {len(payload):,} bytes is over the bound of {MAX_LENGTH:,}.", payload)
    return _PREFIX.pack(len(payload)) + payload


class Deframer:
    r"""Cuts a stream of bytes into payloads.

    Parameters
    ----------
    max_length : int
        The longest payload, in bytes, that is taken.

    Examples
    --------
    >>> deframer = Deframer()
    >>> deframer.feed(b"\x00\x00\x00\x02a")
    []
    >>> deframer.feed(b"b\x00\x00")
    [b'ab']
    >>> deframer.pending
    b'\x00\x00'
    """

    def __init__(self, max_length: int = MAX_LENGTH) -> None:
        self._max_length = max_length
        self._buffer = bytearray()
        self._broken: FrameTooLarge | None = None

    @property
    def pending(self) -> bytes:
        """The bytes that do not make a whole frame yet; none once the stream cannot be read on."""
        return bytes(self._buffer)

    def feed(self, data: bytes) -> list[bytes]:
        """Take `data` and return the payloads it completes, in order.

        Raises
        ------
        FrameTooLarge
            If a length prefix is over the bound. Whole frames that came before it are returned first; the
            stream cannot be read on, so every later call raises the same error.
        """
        if self._broken is not None:
            raise self._broken
        buffer = self._buffer
        buffer += data
        payloads: list[bytes] = []
        start, end = 0, len(buffer)
        while end - start >= _PREFIX.size:
            (length,) = _PREFIX.unpack_from(buffer, start)
            if length > self._max_length:
                self._broken = FrameTooLarge(
                    f"A frame claims {length:,} bytes; the bound is {self._max_length:,}. The peer is not a "
                    "TWS, or the stream is out of step.",
                    bytes(buffer[start : start + 64]),
                )
                buffer.clear()
                break
            if end - start < _PREFIX.size + length:
                break
            start += _PREFIX.size
            payloads.append(bytes(buffer[start : start + length]))
            start += length
        del buffer[:start]
        if self._broken is not None and not payloads:
            raise self._broken
        return payloads
