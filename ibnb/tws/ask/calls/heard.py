"""The rows of an answer as they came on the wire, whatever the client made of them.

Both clients drop a message that they cannot read, with a line in a log. Here the messages of an answer are heard beside
the client and read as far as they can be: a row with a field of another kind is a row all the same, and one of which
nothing is to be had is counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar

from ibnb.errors import RequestTimeout, WireError
from ibnb.tws.ask.calls.call import Ask, send_and_wait
from ibnb.tws.client.filter import filter_of
from ibnb.tws.client.ib import IB
from ibnb.wire.ids import Response
from ibnb.wire.loose import Loose, decode_loosely

R = TypeVar("R")


class Rows(list[R]):
    """The rows of an answer, and what is to be told of those that did not come whole.

    Attributes
    ----------
    remarks : list of str
        What came and could not be read, with counts; nothing where all of it could.
    """

    def __init__(self, rows: Iterable[R] = (), remarks: Iterable[str] = ()) -> None:
        super().__init__(rows)
        self.remarks = list(remarks)

    def only(self, wanted: Callable[[R], bool]) -> Rows[R]:
        """Return those that are wanted, with all remarks: what cannot be read may have been one of them."""
        return Rows(filter(wanted, self), self.remarks)


class Heard:
    """What comes of some kinds of messages, from `begin` on. A context manager, which ends it.

    Parameters
    ----------
    ib : IB
        A connected client.
    *kinds : Response
        Which.

    Attributes
    ----------
    is_on : bool
        Whether it hears; False where the client reads its socket in a way that ibnb does not know, and after the
        connection was lost.
    """

    def __init__(self, ib: IB, *kinds: Response) -> None:
        self._ib, self._kinds = ib, kinds
        self._payloads: list[bytes] = []
        self._stop: Callable[[], None] | None = None

    @property
    def is_on(self) -> bool:
        """Whether it hears."""
        return self._stop is not None

    def begin(self) -> None:
        """Hear from now on; what was heard before is forgotten."""
        self.end()
        self._payloads = []
        filter = filter_of(self._ib)
        if filter is not None:
            self._stop = filter.hearers.add(self._kinds, self._hear)

    def end(self) -> None:
        """Hear no more."""
        if self._stop is not None:
            self._stop()
            self._stop = None

    @property
    def came(self) -> int:
        """How many messages wait to be taken."""
        return len(self._payloads)

    def take(self) -> Messages:
        """Return what has come since the last time."""
        payloads, self._payloads = self._payloads, []
        return Messages(int(self._ib.client.serverVersion()), payloads)

    def _hear(self, payload: bytes) -> None:
        self._payloads.append(payload)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()


class Messages:
    """Messages of an answer, read as far as they can be.

    Parameters
    ----------
    version : int
        The server's.
    payloads : iterable of bytes
        As they came.
    """

    def __init__(self, version: int, payloads: Iterable[bytes]) -> None:
        self._version = version
        self._payloads: dict[int, list[bytes]] = {}
        for payload in payloads:
            self._payloads.setdefault(int(payload.partition(b"\0")[0]), []).append(payload)
        self._unread: dict[Response, Counter[str]] = {}

    def rows(self, kind: Response, wanted: str, req_id: int | None = None) -> list[Loose]:
        """Return the messages of a kind that are rows, in order.

        Parameters
        ----------
        kind : Response
            Which messages.
        wanted : str
            A field without which a message is no row; it is counted as unread.
        req_id : int, optional
            Only those for this request.
        """
        found, unread = [], Counter[str]()
        for payload in self._payloads.get(kind, ()):
            loose, why = read_row(self._version, payload, wanted)
            if req_id is not None and loose is not None and loose.values.get("request_id") != req_id:
                continue
            if why:
                unread[why] += 1
            if loose is not None:
                found.append(loose)
        self._unread[kind] = unread
        return found

    def of(self, kind: Response, req_id: int, place: int) -> list[bytes]:
        """Return the messages of a kind that stand for a request, whose id is in the field of that place."""
        name = str(req_id).encode()
        return [each for each in self._payloads.get(kind, ()) if each.split(b"\0", place + 1)[place:][:1] == [name]]

    def remarks(self, what: str, kind: Response) -> list[str]:
        """Say how many of the messages that `rows` has read did not come whole.

        Parameters
        ----------
        what : str
            What a message tells, in the plural: ``"positions"``.
        kind : Response
            Which messages.
        """
        return unread_remarks(self._unread.get(kind, Counter()), len(self._payloads.get(kind, ())), what)


def announced(payload: bytes, place: int) -> int:
    r"""Return how many rows a message says that it has, in the field of that place.

    Examples
    --------
    >>> announced(b"20\x003\x007\x0050\x00", 3)
    50
    """
    fields = payload.split(b"\0", place + 1)
    text = fields[place] if len(fields) > place else b""
    return int(text) if text.isdigit() and len(text) < 10 else 0


def lacking(came: int, total: int, what: str) -> list[str]:
    """Say that fewer rows could be read than there were; nothing where all could."""
    return [f"{total - came} of {total} {what} could not be read: left out"] if came < total else []


def read_row(version: int, payload: bytes, wanted: str) -> tuple[Loose | None, str]:
    """Return a row as far as it can be read, and why it could not be read whole; None where it is no row.

    Parameters
    ----------
    version : int
        The server's.
    payload : bytes
        The message.
    wanted : str
        A field without which it is no row.
    """
    try:
        loose = decode_loosely(version, payload)
    except WireError:
        return None, "which end in the middle of a field"
    if wanted not in loose.values:
        return None, f"which end after {loose.received} fields"
    return loose, f"which end after {loose.received} fields: what they lack is unset" if loose.cut else ""


def unread_remarks(unread: Mapping[str, int], total: int, what: str) -> list[str]:
    """Say how many of so many rows could not be read whole, by the reasons of `read_row`."""
    return [f"{count} of {total} {what} could not be read whole: messages {why}" for why, count in unread.items()]


async def heard_answer(ib: IB, ask: Ask, *kinds: Response) -> tuple[list[Any], Messages]:
    """Return the answer to a request as the client reads it, and its messages of some kinds as they came."""
    with Heard(ib, *kinds) as heard:
        heard.begin()
        try:
            found = await send_and_wait(ib, ask)
        except RequestTimeout as late:
            if not heard.came:
                raise
            text = f"{heard.came} messages of the answer came, and its end did not, or they do not fit the protocol"
            raise RequestTimeout(late.request, late.seconds, text, late.next_step, late.cause) from None
        return list(found or ()), heard.take()
