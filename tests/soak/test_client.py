"""The client reads whole answers, notices those that do not come, and counts what it sees."""

import asyncio

import pytest

from tests.benchmarks.wire import Answer
from tests.soak.cases import CASES, Case
from tests.soak.client import DroppedError, Tally, read_answer
from tests.soak.moving import State

_HELLO = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Soak-State: 7 3\r\n\r\nhello"


def _reader(sent: bytes) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    reader.feed_data(sent)
    reader.feed_eof()
    return reader


def _case(name: str) -> Case:
    return next(case for case in CASES if case.name == name)


async def test_answers_are_read_one_after_the_other() -> None:
    reader = _reader(_HELLO + b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n" + _HELLO)
    answers = [await read_answer(reader) for _ in range(3)]
    assert [(answer.status, answer.body) for answer in answers] == [
        (200, b"hello"),
        (404, b""),
        (200, b"hello"),
    ]


async def test_the_answer_to_head_has_no_body_whatever_its_length_says() -> None:
    head = _HELLO.removesuffix(b"hello")
    reader = _reader(head + _HELLO)
    assert (await read_answer(reader, is_head=True)).body == b""
    assert (await read_answer(reader)).body == b"hello"


@pytest.mark.parametrize("cut", [0, 10, len(_HELLO) - 1])
async def test_an_answer_that_is_cut_short_was_dropped(cut: int) -> None:
    with pytest.raises(DroppedError):
        await read_answer(_reader(_HELLO[:cut]))


def _answer(status: int, *lines: str) -> Answer:
    head = (f"HTTP/1.1 {status} Whatever", "X-Soak-State: 7 3", *lines, "", "")
    return Answer("\r\n".join(head).encode())


def test_what_is_seen_is_counted() -> None:
    tally = Tally()
    tally.take(_case("404"), 1, _answer(404))
    tally.take(_case("404"), 2, _answer(503))
    tally.take(_case("GET, live 10"), 3, _answer(200, "Vary: Origin"))
    tally.drop("404", "why")
    assert tally.checked == 3
    assert tally.wrong == 2, "the second, and a member of the live set that is not allowed"
    assert tally.server_errors == 1
    assert tally.live[False] == 1
    assert tally.live[True] == 0
    assert tally.dropped == 1
    assert tally.state == State(7, 3)
    assert len(tally.complaints) == 3
