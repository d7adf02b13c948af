"""The one tree of errors, at the ground so that every room can raise from it.

::

    IBNBError
    ├── BadInput             an argument refused before anything was sent (also a ValueError)
    ├── WireError            bytes that break the protocol
    │   ├── FrameTooLarge    a length prefix beyond the bound
    │   ├── HandshakeError   the first answer is not that of a TWS
    │   └── MalformedMessage fields that do not fit the message's layout
    ├── ConnectError         no session: cause of the diagnosis, evidence and fix (also a ConnectionError)
    ├── NotConnected         the session is closed or lost (also a ConnectionError)
    ├── RequestError         TWS refused a request: its code, the request, the meaning, the next step
    │   ├── RequestTimeout   TWS did not answer in time (also a TimeoutError)
    │   └── RequestDropped   TWS has not taken a request, as too many came in a second (also a ConnectionError)
    │   ├── OrderRejected    TWS does not take an order, a change or a cancellation
    │   ├── OrderUnknown     an order was sent, and TWS has not said what became of it
    │   └── OrderNotArrived  an order was sent, and TWS, asked again, knows nothing of it
    ├── ReadOnly             an order in a session that is read-only or not armed
    ├── OrderStopped         an order that a guard has stopped; nothing was sent
    ├── AuditError           the audit log cannot be written, without which no order is sent
    ├── StoreError           the store of bars, or the journal, cannot be read or written
    └── SimulatorError       the simulator could not start or did not take a command

Every message ends in what to do next. Account numbers in it are masked here, for all of them, unless
``ibnb.options.mask`` is off: a traceback is what people pass on first. IPython shows the message alone, and the rest
for ``%tb`` (`ibnb.ground.tracebacks`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ibnb.ground.masking import mask_named, mask_text
from ibnb.ground.tracebacks import rendered

#: Arguments that are account numbers, also where they have a form that no text is searched for.
_ACCOUNTS = ("account", "allow_live")


class IBNBError(Exception):
    """Root of everything that ibnb raises on purpose.

    Parameters
    ----------
    *args
        The message first. Account numbers in texts are masked.
    """

    def __init__(self, *args: object) -> None:
        super().__init__(*(mask_text(each) if isinstance(each, str) else each for each in args))

    def add_note(self, note: str) -> None:
        """Add a line to the message, account numbers masked."""
        super().add_note(mask_text(note))

    def _render_traceback_(self) -> list[str]:
        """Return what IPython shows, as it asks every error that has this."""
        return rendered(self)


class BadInput(IBNBError, ValueError):
    """An argument refused before anything was sent.

    Parameters
    ----------
    name : str
        The argument.
    value : object
        What was given.
    allowed : str
        What is allowed, in words.
    hint : str, optional
        What the person most likely wants.
    """

    def __init__(self, name: str, value: object, allowed: str, hint: str = "") -> None:
        value = mask_named(value) if name in _ACCOUNTS and isinstance(value, str) else value
        self.name, self.value, self.allowed, self.hint = name, value, mask_text(allowed), mask_text(hint)
        super().__init__(f"{name}={value!r} is not possible: {allowed}." + (f" Hint: {hint}" if hint else ""))


class WireError(IBNBError):
    """Bytes that break the protocol; `received` holds the first of them."""

    def __init__(self, message: str, received: bytes = b"") -> None:
        self.received = received[:256]
        super().__init__(message + (f" Received: {self.received!r}" if received else ""))


class FrameTooLarge(WireError):
    """A frame whose length prefix is beyond the bound."""


class HandshakeError(WireError):
    """The first answer is not that of a TWS."""


class MalformedMessage(WireError):
    """Fields that do not fit the layout of their message."""


class ConnectError(IBNBError, ConnectionError):
    """No session could be made.

    Parameters
    ----------
    cause : str
        The id of the diagnosis, such as ``"port-refused"``.
    summary : str
        One sentence: what is wrong.
    evidence : str
        What was seen: bytes, codes, times.
    fix : sequence of str
        What to do, in order.
    """

    def __init__(self, cause: str, summary: str, evidence: str = "", fix: Sequence[str] = ()) -> None:
        self.cause, self.summary, self.evidence = cause, mask_text(summary), mask_text(evidence)
        self.fix = tuple(map(mask_text, fix))
        lines = [f"{self.summary} [{cause}]"]
        if evidence:
            lines.append(f"  Seen: {self.evidence}")
        lines += [f"  {number}. {step}" for number, step in enumerate(self.fix, 1)]
        super().__init__("\n".join(lines))


class NotConnected(IBNBError, ConnectionError):
    """The session is closed, or TWS went away."""


class RequestError(IBNBError):
    """TWS refused a request.

    Parameters
    ----------
    code : int or None
        The code that TWS sent.
    text : str
        The text that TWS sent.
    request : str
        What was asked, by TWS's name of the request and its main arguments.
    meaning : str
        What the code means, in plain words.
    next_step : str
        What to do about it.
    cause : str, optional
        The id of the diagnosis where the code stands for one.
    """

    def __init__(
        self,
        code: int | None,
        text: str,
        request: str,
        meaning: str = "",
        next_step: str = "",
        cause: str | None = None,
    ) -> None:
        self.code, self.text, self.request = code, mask_text(text), mask_text(request)
        self.meaning, self.next_step, self.cause = mask_text(meaning), mask_text(next_step), cause
        head = f"{request}: " + (f"TWS answered {code}: {text}" if code is not None else text)
        super().__init__("\n  ".join(part for part in (head, meaning, next_step and f"Next: {next_step}") if part))


class RequestTimeout(RequestError, TimeoutError):
    """TWS did not finish its answer in time."""

    def __init__(
        self, request: str, seconds: float, meaning: str = "", next_step: str = "", cause: str | None = None
    ) -> None:
        self.seconds = seconds
        super().__init__(None, f"no complete answer within {seconds:g} s", request, meaning, next_step, cause)


class RequestDropped(RequestError, ConnectionError):
    """TWS has not taken a request because too many messages came within a second.

    What only asks is asked again by whoever goes on over a lost connection, which this is in small.
    """


class ReadOnly(IBNBError, PermissionError):
    """An order in a session that is read-only or not armed for its account."""


class OrderStopped(IBNBError):
    """An order that a guard has stopped: nothing was sent.

    Parameters
    ----------
    message : str
        What was stopped, and by what.
    guards : sequence of str
        The names of the guards that stop it.
    """

    def __init__(self, message: str, guards: Sequence[str] = ()) -> None:
        self.guards = tuple(guards)
        super().__init__(message)


class _OrderError(RequestError):
    """What TWS did, or did not, about an order that was sent; `trade` is what is known of it."""

    trade: Any = None  # a Trade; that class is floors above


class OrderRejected(_OrderError):
    """TWS does not take an order, a change or a cancellation."""

    @classmethod
    def of(cls, refusal: RequestError, request: str) -> OrderRejected:
        """Return what TWS has refused, as the refusal of an order's request."""
        return cls(refusal.code, refusal.text, request, refusal.meaning, refusal.next_step, refusal.cause)


class OrderUnknown(_OrderError):
    """An order was sent, and TWS has not said what became of it: look at TWS before anything is sent again."""


class OrderNotArrived(_OrderError):
    """An order was sent, and TWS, asked for it after the connection stood again, knows nothing of it."""


class AuditError(IBNBError):
    """The audit log cannot be written, without which no order is sent."""


class StoreError(IBNBError):
    """The store of bars, or the journal, cannot be read or written."""


class SimulatorError(IBNBError):
    """The simulator could not start, or did not take a command."""
