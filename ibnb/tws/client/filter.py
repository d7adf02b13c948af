"""A filter between a client's socket and its decoder: takes out the answers that are ours, passes on all else.

The client would make a Python object of every bar. Here the payload of an answer to a request of ours is put, whole
and undecoded, where the client would have put the objects; every other byte goes on to the client as it came.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ibnb.errors import IBNBError
from ibnb.ground.logs import logger
from ibnb.tws.client.hearing import Hearers
from ibnb.tws.client.ib import IB
from ibnb.tws.client.state import Slot, state_of
from ibnb.wire.framing import MAX_LENGTH
from ibnb.wire.ids import Response

_PREFIX = 4
#: The message's id, a version where it has one, and the request's id, with a NUL behind each: enough to know whose
#: message it is.
_HEAD = len(b"108\x00999\x00-2147483648\x00")
#: The messages of requests that have a version between their own id and the request's.
_VERSIONED = frozenset(
    str(int(kind)).encode()
    for kind in (
        Response.TICK_PRICE,
        Response.TICK_SIZE,
        Response.TICK_GENERIC,
        Response.TICK_STRING,
        Response.TICK_SNAPSHOT_END,
        Response.MARKET_DATA_TYPE,
        Response.MARKET_DEPTH,
        Response.MARKET_DEPTH_L2,
        Response.REAL_TIME_BARS,
        Response.SCANNER_DATA,
    )
)
#: The messages of so many requests that have ended are still dropped, the latest.
_ENDED = 1_000
#: Takes a message's id and its payload.
Take = Callable[[int, bytes], object]
_log = logger("ibnb.filter")


class Filter:
    r"""Reads the frames of one client's connection as they come, in whatever pieces.

    Parameters
    ----------
    pass_on : callable
        Takes the bytes that are not ours. It is called with none where a piece was ours altogether, as a client
        counts the time since it last heard from TWS.

    Examples
    --------
    >>> from ibnb.wire.framing import frame
    >>> passed, taken = [], []
    >>> filter = Filter(passed.append)
    >>> filter.claim(7, {17}, lambda kind, payload: taken.append(payload))
    >>> filter.feed(frame(b"17\x007\x000\x00") + frame(b"49\x001\x0099\x00"))
    >>> taken, passed
    ([b'17\x007\x000\x00'], [b'\x00\x00\x00\x0849\x001\x0099\x00'])
    """

    def __init__(self, pass_on: Callable[[bytes], object]) -> None:
        self._pass_on = pass_on
        self._claims: dict[bytes, tuple[dict[bytes, int], Take]] = {}  # by the request, then by the message, as written
        self.hearers = Hearers()  # who gets copies of what goes on to the client
        self.reset()

    def reset(self) -> None:
        """Forget the connection, whose claims have ended with it; the next one begins with a new frame."""
        self._claims.clear()
        self.hearers.clear()
        self._ended: deque[bytes] = deque()
        self._held = b""  # the beginning of a frame, too short to know whose it is
        self._others = 0  # so many bytes of a frame that is not ours are still to come
        self._wanted = 0  # so many bytes of a frame that is ours are still to come
        self._ours = bytearray()
        self._kind = 0
        self._take: Take = _drop

    def claim(self, req_id: int, kinds: set[int], take: Take) -> None:
        """From now on hand messages of these kinds for a request to `take` instead of the client."""
        self._claims[str(req_id).encode()] = {str(kind).encode(): kind for kind in kinds}, take

    def release(self, req_id: int) -> None:
        """Leave the messages for a request to the client again."""
        self._claims.pop(str(req_id).encode(), None)

    def drop(self, req_id: int) -> None:
        """Take what still comes for a request that was ours and has ended, and do nothing with it.

        The client would complain of messages whose request it does not know.
        """
        name = str(req_id).encode()
        claim = self._claims.get(name)
        if claim is None:
            return
        self._claims[name] = claim[0], _drop
        self._ended.append(name)
        while len(self._ended) > _ENDED:
            oldest = self._ended.popleft()
            if self._claims.get(oldest, (None, None))[1] is _drop:
                del self._claims[oldest]

    def follow(self, data: bytes) -> int:
        """Begin in the middle of a stream.

        Parameters
        ----------
        data : bytes
            What the client holds of it, from a frame's beginning on.

        Returns
        -------
        int
            How many bytes at its end the client has to forget: the beginning of a frame's length, which it will be
            given again with the rest.
        """
        at = 0
        while len(data) - at >= _PREFIX:
            at += _PREFIX + int.from_bytes(data[at : at + _PREFIX])
        self._others = max(at - len(data), 0)
        self._held = data[at:]
        return len(self._held)

    def feed(self, data: bytes) -> None:
        """Take bytes from the socket."""
        if self._held:
            data, self._held = self._held + data, b""
        size, claims = len(data), self._claims
        passed, at, since = False, 0, 0  # what stands before `at` and from `since` on goes to the client
        while at < size:
            if self._others:
                step = min(self._others, size - at)
                self._others -= step
                if self.hearers.copying:
                    self.hearers.more(memoryview(data)[at : at + step], not self._others)
                at += step
                continue
            if self._wanted:
                step = min(self._wanted, size - at)
                self._wanted -= step
                self._ours += memoryview(data)[at : at + step]
                at += step
                since = at
                if not self._wanted:
                    self._deliver()
                continue
            begin = at + _PREFIX
            length = int.from_bytes(data[at:begin])
            head = data[begin : begin + (length if length < _HEAD else _HEAD)]
            if begin > size or (len(head) < length and len(head) < _HEAD):
                self._held = data[at:]
                break
            fields = head.split(b"\0", 3)
            place = 2 if fields[0] in _VERSIONED else 1
            claim = claims.get(fields[place]) if len(fields) > place + 1 else None
            kind = claim[0].get(fields[0]) if claim is not None and length <= MAX_LENGTH else None
            if claim is None or kind is None:
                if fields[0] in self.hearers and length <= MAX_LENGTH:
                    self.hearers.begin()
                self._others = _PREFIX + length
                continue
            if since < at:  # what came before ours has its effect before ours
                passed = True
                self._pass_on(data[since:at])
            if begin + length <= size:  # as nearly always: at once, without collecting it
                at = since = begin + length
                try:
                    claim[1](kind, data[begin:at])
                except Exception:  # the bytes behind it are other people's
                    _log.exception("a message of kind %s could not be taken", kind)
            else:
                at = since = begin
                self._wanted, self._ours = length, bytearray()
                self._kind, self._take = kind, claim[1]
        if since < at:
            self._pass_on(data if at - since == size else data[since:at])
        elif not passed:
            self._pass_on(b"")

    def _deliver(self) -> None:
        payload, self._ours = bytes(self._ours), bytearray()
        try:
            self._take(self._kind, payload)
        except Exception:
            _log.exception("a message of kind %s could not be taken", self._kind)


def _drop(_kind: int, _payload: bytes) -> None:
    """Take a message and do nothing with it."""


class _Installed:
    """The filter of one ``IB``, between its connection's event and its client's handler."""

    def __init__(self, ib: IB) -> None:
        self._client = ib.client
        self.filter = Filter(ib.client._onSocketHasData)

    def install(self) -> bool:
        """Put the filter in; False where somebody else stands there."""
        event, handler = self._client.conn.hasData, self._client._onSocketHasData
        before = len(event)
        event.disconnect(handler)
        if len(event) != before - 1:  # somebody else reads for this client
            return False
        event.connect(self._on_data)
        data = self._client._data
        self._client._data = data[: len(data) - self.filter.follow(data)]
        self._client.conn.disconnected += self._on_end
        return True

    def _on_data(self, data: bytes) -> None:
        self.filter.feed(data)

    def _on_end(self, _text: str) -> None:
        self.filter.reset()


#: It stands between the client and its socket, whichever that is, and begins anew with each.
_FILTER: Slot[_Installed | None] = Slot("filter", "session", lambda _: None)


def filter_of(ib: IB) -> Filter | None:
    """Return the filter of an ``IB``, put in at the first call; None where its client is unfamiliar: it reads alone."""
    state = state_of(ib)
    installed = state[_FILTER]
    if installed is None:
        if not _familiar(ib):
            return None
        installed = _Installed(ib)
        if not installed.install():
            return None
        state[_FILTER] = installed
    return installed.filter


def needed_filter(ib: IB) -> Filter:
    """Return the filter of an ``IB``, for what cannot do without one.

    Raises
    ------
    IBNBError
        If its client is unfamiliar.
    """
    found = filter_of(ib)
    if found is None:
        raise IBNBError("This version of the client keeps its data where ibnb does not know it. Update ibnb.")
    return found


def _familiar(ib: IB) -> bool:
    """Whether a client keeps what it reads, and what is pending, where ib_insync and ib_async do."""
    client, wrapper = getattr(ib, "client", None), getattr(ib, "wrapper", None)
    return (
        isinstance(getattr(client, "_data", None), bytes)
        and callable(getattr(client, "_onSocketHasData", None))
        and hasattr(getattr(client, "conn", None), "hasData")
        and isinstance(getattr(wrapper, "_results", None), dict)
        and callable(getattr(wrapper, "_endReq", None))
    )


def collector(ib: IB, req_id: int, last: Callable[[int, bytes], bool]) -> Take:
    """Return what puts payloads into the client's table of results, and ends the request with the last of them."""

    def take(kind: int, payload: bytes) -> None:
        results = ib.wrapper._results.get(req_id)
        if results is not None:
            results.append(payload)
        if last(kind, payload):
            ib.wrapper._endReq(req_id)

    return take


@contextmanager
def raw_replies(ib: IB, req_id: int, kinds: set[int], last: Callable[[int, bytes], bool]) -> Iterator[bool]:
    """Collect the payloads of a request's answer in the client's table of results, in place of objects.

    Parameters
    ----------
    ib : IB
        A connected client.
    req_id : int
        The request's id; the request is sent inside the ``with``.
    kinds : set of int
        The messages that make the answer.
    last : callable
        Says of a message's id and payload whether the answer ends with it.

    Yields
    ------
    bool
        Whether payloads will come; False where the client will decode by itself.
    """
    filter = filter_of(ib)
    if filter is None:
        yield False
        return
    filter.claim(req_id, kinds, collector(ib, req_id, last))
    try:
        yield True
    finally:
        filter.release(req_id)
