"""The first exchange: every range that meets 100 to 200 is answered rightly, all else refused with a reason."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibnb.errors import HandshakeError
from ibnb.wire.framing import Deframer, frame
from ibnb.wire.handshake import (
    GREETING,
    MAX_VERSION,
    MIN_VERSION,
    ClientHandshake,
    ClientHello,
    ServerHandshake,
    negotiate,
    parse_client_hello,
)

TIME = "20240324 21:18:59 Greenwich Mean Time"
VERSIONS = st.integers(min_value=1, max_value=400)


@st.composite
def ranges(draw: st.DrawFn) -> tuple[int, int]:
    low = draw(VERSIONS)
    return low, draw(st.integers(min_value=low, max_value=400))


@given(offered=ranges(), server_max=st.integers(min_value=MIN_VERSION, max_value=MAX_VERSION))
def test_the_version_is_the_lower_maximum_and_none_without_overlap(offered: tuple[int, int], server_max: int) -> None:
    low, high = offered

    version = negotiate(ClientHello(low, high), server_max)

    if low > server_max or high < MIN_VERSION:
        assert version is None
    else:
        expected = min(high, server_max)
        assert version == (157 if expected == 158 and low < 158 else expected)
        assert low <= version <= high


@pytest.mark.parametrize(
    ("low", "high", "version"),
    [(157, 176, 176), (157, 178, 178), (100, 157, 157), (100, 226, 200), (100, 193, 193), (200, 300, 200)],
)
def test_the_ranges_of_known_clients(low: int, high: int, version: int) -> None:
    assert negotiate(ClientHello(low, high)) == version


@pytest.mark.parametrize(("low", "server_max"), [(100, 158), (157, 158)])
def test_158_is_answered_with_157(low: int, server_max: int) -> None:
    assert negotiate(ClientHello(low, 176), server_max) == 157
    assert negotiate(ClientHello(low, 158)) == 157


def test_a_version_that_was_not_offered_is_never_forced() -> None:
    """A client of 158 alone gets what it asked for: 157 is not among what it offers."""
    assert negotiate(ClientHello(158, 158)) == 158
    assert negotiate(ClientHello(158, 176), server_max=158) == 158


@pytest.mark.parametrize(("low", "high"), [(201, 226), (1, 99), (66, 66)])
def test_no_version_in_common(low: int, high: int) -> None:
    server = ServerHandshake()

    assert server.receive(b"v%d..%d" % (low, high)) is None
    with pytest.raises(HandshakeError, match="no version"):
        server.answer(TIME)


@pytest.mark.parametrize(
    ("payload", "hello"),
    [
        (b"v100..176", ClientHello(100, 176)),
        (b"v100..176\0", ClientHello(100, 176)),
        (b"v157..176 +PACEAPI", ClientHello(157, 176, "+PACEAPI")),
        (b"v157..176 +PACEAPI\0", ClientHello(157, 176, "+PACEAPI")),
        (b"v157..176 ", ClientHello(157, 176)),
        (b"v176", ClientHello(176, 176)),
        (b"v100..176 \xff\xfe", ClientHello(100, 176, "\\xff\\xfe")),
    ],
)
def test_a_range_is_read(payload: bytes, hello: ClientHello) -> None:
    assert parse_client_hello(payload) == hello


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\0",
        b"v",
        b"176",
        b"v176..100",
        b"v..176",
        b"v100..",
        b"v100...176",
        b"v-1..176",
        b"v100..176x",
        b"v100..176\0\0",
        b"v100..17\xd9\xa3",
        b"71\0002\0001\0\0",
        b"v" + b"9" * 5000,
    ],
)
def test_what_is_not_a_range_is_refused(payload: bytes) -> None:
    with pytest.raises(HandshakeError) as caught:
        parse_client_hello(payload)

    assert len(caught.value.received) <= 256


@given(offered=ranges(), server_max=st.integers(100, 200), cuts=st.lists(st.integers(0, 60), max_size=6))
def test_both_halves_agree_whatever_the_cuts(offered: tuple[int, int], server_max: int, cuts: list[int]) -> None:
    client, server = ClientHandshake(*offered), ServerHandshake(server_max)
    client_frames, server_frames = Deframer(), Deframer()

    def pieces(stream: bytes) -> list[bytes]:
        edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
        return [stream[start:end] for start, end in itertools.pairwise(edges)]

    asked = []
    for piece in pieces(client.hello()):
        rest = piece if server.greeted else server.greet(piece)
        asked += server_frames.feed(rest)
    assert len(asked) == 1
    version = server.receive(asked[0])

    assert server.hello == ClientHello(*offered)
    assert version == negotiate(ClientHello(*offered), server_max)
    if version is not None:
        answered = [whole for piece in pieces(server.answer(TIME)) for whole in client_frames.feed(piece)]
        assert len(answered) == 1
        hello = client.receive(answered[0])
        assert (hello.version, hello.time) == (version, TIME)


@pytest.mark.parametrize("good", range(len(GREETING)))
def test_the_first_wrong_byte_of_a_greeting_is_refused_at_once(good: int) -> None:
    server = ServerHandshake()
    for byte in GREETING[:good]:
        assert server.greet(bytes([byte])) == b""

    assert not server.greeted
    with pytest.raises(HandshakeError, match="API"):
        server.greet(b"\x7f")


def test_a_browser_that_knocks_is_refused_with_what_it_said() -> None:
    with pytest.raises(HandshakeError) as caught:
        ServerHandshake().greet(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")

    assert caught.value.received.startswith(b"GET / HTTP/1.1")


def test_what_follows_the_greeting_in_one_segment_is_given_on() -> None:
    server = ServerHandshake()

    assert server.greet(GREETING + b"\0\0\0\x09v100") == b"\0\0\0\x09v100"
    assert server.greeted


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(b"4\x002\x00-1\x00326\x00client id in use\x00", id="an error frame"),
        pytest.param(b"76\x00", id="76, the answer to too old a client"),
        pytest.param(b"76", id="76 without its NUL"),
        pytest.param(b"176\x00", id="one field"),
        pytest.param(b"176\x00time\x00more\x00", id="three fields"),
        pytest.param(b"176\x00time", id="an end without NUL"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"\x00\x00", id="two empty fields"),
        pytest.param(b"200\x00time\x00", id="above what was offered"),
        pytest.param(b"99\x00time\x00", id="below what was offered"),
        pytest.param(b"-176\x00time\x00", id="a sign"),
        pytest.param(b"1" * 6000 + b"\x00time\x00", id="very many digits"),
    ],
)
def test_a_first_answer_that_is_no_version_and_time_is_refused(payload: bytes) -> None:
    with pytest.raises(HandshakeError) as caught:
        ClientHandshake(100, 176).receive(payload)

    assert len(caught.value.received) <= 256


@given(payload=st.binary(max_size=60))
def test_hostile_bytes_give_a_handshake_error_or_a_hello(payload: bytes) -> None:
    client, server = ClientHandshake(), ServerHandshake()
    for receive in (client.receive, server.receive, server.greet):
        try:
            receive(payload)
        except HandshakeError as error:
            assert payload == b"" or error.received
        server = ServerHandshake()


def test_the_answer_is_one_frame_of_two_fields() -> None:
    server = ServerHandshake()
    server.receive(b"v157..176")

    assert server.answer(TIME) == frame(b"176\x00" + TIME.encode() + b"\x00")
