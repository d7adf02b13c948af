"""The filter: ours are taken out, all other bytes go on as they came, however the stream is cut."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from ibnb.tws.client.filter import Filter
from ibnb.wire.framing import MAX_LENGTH, frame

OURS, KINDS = 7, {1, 17, 108}
PAYLOADS = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(
        [
            b"",
            b"1",
            b"17",
            b"17\x00",
            b"17\x007",
            b"17\x0077\x00",
            b"17\x00-7\x00",
            b"4\x007\x00",
            b"\x00\x00",
            b"017\x007\x00",
            b"1\x006",
            b"1\x006\x00",
            b"1\x006\x007",
            b"1\x007\x006\x00",
            b"1\x00-99\x007\x00",
        ]
    ),
    st.binary(max_size=60).map(lambda rest: b"17\x008\x00" + rest),
    st.binary(max_size=60).map(lambda rest: b"17\x007\x00" + rest),
    st.just(b"108\x007\x00a\x00b\x00"),
    st.binary(max_size=60).map(lambda rest: b"1\x006\x007\x00" + rest),
    st.binary(max_size=60).map(lambda rest: b"1\x006\x008\x00" + rest),
)


def is_ours(payload: bytes) -> bool:
    kind, _, rest = payload.partition(b"\0")
    if kind == b"1":  # a version stands before the request's id
        rest = rest.partition(b"\0")[2]
    req_id, ended, _ = rest.partition(b"\0")
    return bool(ended) and kind in (b"1", b"17", b"108") and req_id == b"7"


class Client:
    """Keeps what it is given, and what of it came before each message that was taken."""

    def __init__(self) -> None:
        self.stream, self.taken = b"", list[tuple[int, bytes, int]]()
        self.filter = Filter(self.on_data)
        self.filter.claim(OURS, KINDS, self.take)

    def on_data(self, data: bytes) -> None:
        self.stream += data

    def take(self, kind: int, payload: bytes) -> None:
        self.taken.append((kind, payload, len(self.stream)))


@given(payloads=st.lists(PAYLOADS, max_size=12), data=st.data())
@settings(max_examples=200)
def test_every_cut_gives_the_same_streams_in_order(payloads: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(frame(payload) for payload in payloads)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=20)))
    client = Client()

    for begin, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        client.filter.feed(stream[begin:end])

    assert client.stream == b"".join(frame(payload) for payload in payloads if not is_ours(payload))
    assert [payload for _, payload, _ in client.taken] == [payload for payload in payloads if is_ours(payload)]
    before = 0
    expected = []
    for payload in payloads:
        if is_ours(payload):
            expected.append(before)
        else:
            before += 4 + len(payload)
    assert [place for *_, place in client.taken] == expected


@given(payloads=st.lists(PAYLOADS, max_size=8), data=st.data())
@settings(max_examples=200)
def test_it_may_begin_in_the_middle_of_a_stream(payloads: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(frame(payload) for payload in payloads)
    begin = data.draw(st.integers(0, len(stream)))
    held = stream[:begin]  # a client keeps what does not make a whole frame
    while len(held) >= 4 and len(held) >= 4 + int.from_bytes(held[:4]):
        held = held[4 + int.from_bytes(held[:4]) :]
    client = Client()
    client.on_data(stream[: begin - client.filter.follow(held)])
    for byte in range(begin, len(stream)):
        client.filter.feed(stream[byte : byte + 1])

    taken = b"".join(frame(payload) for _, payload, _ in client.taken)
    assert len(client.stream) + len(taken) == len(stream)
    if not client.taken:
        assert client.stream == stream


def test_a_released_request_and_another_kind_are_the_clients() -> None:
    client = Client()
    stream = frame(b"17\x007\x000\x00")

    client.filter.feed(frame(b"4\x007\x00162\x00no\x00"))
    client.filter.release(OURS)
    client.filter.feed(stream)

    assert client.taken == []
    assert client.stream.endswith(stream)


def test_a_frame_beyond_the_bound_is_not_collected() -> None:
    client = Client()
    begin = (MAX_LENGTH + 1).to_bytes(4) + b"17\x007\x00" + b"x" * 1000

    client.filter.feed(begin)

    assert client.stream == begin


def test_a_piece_that_is_ours_altogether_still_tells_the_client_that_something_came() -> None:
    heard: list[bytes] = []
    filter = Filter(heard.append)
    filter.claim(OURS, KINDS, lambda *_: None)

    filter.feed(frame(b"17\x007\x000\x00"))

    assert heard == [b""]


def test_a_new_connection_begins_with_a_new_frame_and_without_claims() -> None:
    client, whole = Client(), frame(b"17\x007\x00whole\x00")
    client.filter.feed(frame(b"17\x007\x00" + b"x" * 50)[:30])

    client.filter.reset()
    client.filter.feed(whole)
    client.filter.claim(OURS, KINDS, client.take)
    client.filter.feed(whole)

    assert client.stream == whole
    assert [payload for _, payload, _ in client.taken] == [whole[4:]]


def test_what_takes_a_message_may_fail_and_the_rest_goes_on() -> None:
    passed: list[bytes] = []
    filter, others = Filter(passed.append), frame(b"49\x001\x0099\x00")
    filter.claim(OURS, KINDS, lambda *_: int("none"))

    filter.feed(frame(b"17\x007\x000\x00") + others)

    assert passed == [others]


def test_copies_of_messages_are_heard_whole_in_whatever_pieces_they_come():
    stream = frame(b"61\x003\x00DU1\x00") + frame(b"49\x001\x0099\x00") + frame(b"62\x001\x00")
    for size in range(1, len(stream) + 1):
        passed: list[bytes] = []
        heard: list[bytes] = []
        filter = Filter(passed.append)
        stop = filter.hearers.add({61, 62}, heard.append)
        for at in range(0, len(stream), size):
            filter.feed(stream[at : at + size])
        assert b"".join(passed) == stream
        assert heard == [b"61\x003\x00DU1\x00", b"62\x001\x00"], size
        stop()
        filter.feed(stream)
        assert len(heard) == 2


def test_who_cannot_take_a_copy_takes_nothing_from_the_client():
    passed: list[bytes] = []
    filter = Filter(passed.append)
    filter.hearers.add({62}, lambda payload: 1 / 0)
    filter.feed(frame(b"62\x001\x00"))

    assert passed == [frame(b"62\x001\x00")]
