"""Scenarios in which the set-up is right and a careless client stumbles all the same: time, pieces, noise, nonsense."""

from __future__ import annotations

from ibnb.simulator.scenarios.byte_faults import (
    MALFORMATIONS,
    Coalesces,
    Cuts,
    Duplicates,
    Malforms,
    Reorders,
    Trickles,
)
from ibnb.simulator.scenarios.message_faults import Bloats, Delays, Ignores, Notices, Withholds
from ibnb.simulator.scenarios.registry import Faults, plain, scenario
from ibnb.simulator.scenarios.settings import at_least, message_named, one_of
from ibnb.simulator.scenarios.texts import NOISE
from ibnb.wire.ids import Request, Response

_HOSTILE = "<img src=x onerror=alert(1)>\x1b[31m\x07\u202e</script>&amp; "
_MOST_TEXT = 4_000_000


def _response(name: str) -> Response | None:
    return message_named(Response, name) if name else None


@scenario("slow", "Every answer takes its time.")
def _slow(seconds: float = 1.5) -> Faults:
    at_least("seconds", seconds, 0)
    return (Delays(seconds),)


@scenario("delayed", "The answer to one kind of request comes late.")
def _delayed(request: str = "POSITIONS", seconds: float = 1.5) -> Faults:
    at_least("seconds", seconds, 0)
    return (Delays(seconds, message_named(Request, request)),)


@scenario("ignored", "One kind of request is never answered.")
def _ignored(request: str = "POSITIONS") -> Faults:
    return (Ignores(message_named(Request, request)),)


@scenario("dropped", "One kind of message is never sent.")
def _dropped(response: str = "POSITION_END") -> Faults:
    return (Withholds(message_named(Response, response)),)


@scenario("duplicated", "One kind of message comes several times (all kinds where response is empty).")
def _duplicated(response: str = "POSITION", times: int = 2) -> Faults:
    one_of("times", str(times), {str(number): number for number in range(1, 101)})
    return (Duplicates(_response(response), times),)


@scenario("reordered", "One kind of message comes behind the one that follows it, at most so many seconds late.")
def _reordered(response: str = "POSITION", seconds: float = 0.1) -> Faults:
    at_least("seconds", seconds, 0)
    return (Reorders(_response(response), seconds),)


@scenario("malformed", f"One kind of message is malformed: {', '.join(MALFORMATIONS)}.")
def _malformed(response: str = "POSITION", how: str = "short") -> Faults:
    return (Malforms(_response(response), one_of("how", how, MALFORMATIONS)),)


@scenario("cut", "The connection ends (by a reset, if wanted) after so many bytes of a message, its length among them.")
def _cut(response: str = "POSITION", size: int = 10, reset: bool = False) -> Faults:
    at_least("size", size, 0)
    return (Cuts(_response(response), size, reset),)


@scenario("trickled", "Answers come a few bytes at a time.")
def _trickled(size: int = 1, seconds: float = 0.0) -> Faults:
    at_least("size", size, 1)
    at_least("seconds", seconds, 0)
    return (Trickles(size, seconds),)


@scenario("coalesced", "Whatever is sent within a while comes in one piece.")
def _coalesced(seconds: float = 0.05) -> Faults:
    at_least("seconds", seconds, 0)
    return (Coalesces(seconds),)


plain("noise", "Every harmless notice follows the start.", Notices(*NOISE))


@scenario("notice", "A notice of your own follows the start.")
def _notice(code: int = 2100, text: str = NOISE[0][1]) -> Faults:
    return (Notices((code, text)),)


@scenario("hostile-text", "Texts for people hold markup and control characters, and are of great length.")
def _hostile_text(response: str = "ERROR", length: int = 1000) -> Faults:
    at_least("length", length, 1)
    at_least("length", _MOST_TEXT - length, 0)
    return (Bloats(_response(response), (_HOSTILE * (length // len(_HOSTILE) + 1))[:length]),)
