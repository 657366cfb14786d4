"""Bytes that no browser sends, given to an application and to the same one without this library.

The library never answers 500, and it never costs an answer or the connection that the bare
application would have kept. Each exchange ends with a request that asks to close the connection: its
answer is there if the connection lasted until then. Nothing here waits for a time.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from itertools import product
from typing import Final, TypeAlias, final

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer

from tests.integration.beside_bare import (
    EVIL,
    HOST,
    KINDS,
    LAST,
    METHOD,
    NAMES,
    OWN,
    Came,
    bare,
    compare,
    head,
    parsed,
)
from tests.integration.support import ORIGIN, OTHER

Lines: TypeAlias = Sequence[bytes]


@final
class Pair:
    """A server with the library and one without, which get the same bytes."""

    def __init__(self, ours: TestServer, theirs: TestServer) -> None:
        self._ours = ours
        self._theirs = theirs

    async def exchange(self, sent: bytes) -> tuple[Came, Came]:
        """What either answers to the same bytes, up to its last answer."""
        return await self._one(self._ours, sent + LAST), await self._one(self._theirs, sent + LAST)

    async def give_up(self, sent: bytes, *, reset: bool) -> None:
        """Send bytes to ours, and close the connection before an answer is read."""
        reader, writer = await self._connect(self._ours)
        writer.write(sent)
        await writer.drain()
        if reset:
            writer.transport.abort()
        else:
            writer.close()
        # The server's side, as far as it goes: nothing is read here.
        del reader

    async def _one(self, server: TestServer, sent: bytes) -> Came:
        reader, writer = await self._connect(server)
        writer.write(sent)
        received = b""
        try:
            while chunk := await reader.read(65536):
                received += chunk
        except ConnectionResetError:
            pass  # the server closed while bytes were on their way: what came counts
        writer.close()
        return parsed(received)

    async def _connect(
        self, server: TestServer
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        url = server.make_url("/")
        return await asyncio.open_connection(url.host, url.port)


@pytest_asyncio.fixture(params=KINDS)
async def pair(request: pytest.FixtureRequest) -> AsyncIterator[Pair]:
    ours, theirs = TestServer(request.param()), TestServer(bare())
    await asyncio.gather(ours.start_server(), theirs.start_server())
    yield Pair(ours, theirs)
    await asyncio.gather(ours.close(), theirs.close())


async def costs_nothing(pair: Pair, sent: bytes) -> None:
    compare(*await pair.exchange(sent))


READ: Final = (
    b"Origin",
    b"Access-Control-Request-Method",
    b"Access-Control-Request-Headers",
    b"Access-Control-Request-Private-Network",
    b"Sec-Fetch-Site",
    b"Sec-Fetch-Mode",
    b"Sec-Fetch-Dest",
    b"Sec-Fetch-User",
    b"Sec-Fetch-Storage-Access",
    b"Cookie",
    b"Authorization",
    b"Upgrade",
    b"Host",
)
FILLED: Final[Mapping[str, bytes]] = {
    "names": b",".join(b"x-%d" % number for number in range(1200)),
    "one letter": b"a" * 8000,
    "commas": b"," * 8000,
    "commas and spaces": b", \t" * 2600,
    "spaces": b"a" + b" " * 8000 + b"b",
    "0xff": b"\xff" * 8000,
    "0xff among commas": b"\xff," * 4000,
    "halves of surrogates": b"\xed\xa0\x80" * 2600,
    "quotes": b'"' * 7999 + b"\\",
    "origins": b", ".join([ORIGIN.encode()] * 300),
    "a host of labels": b"https://" + b"a." * 3990 + b"x.example",
    "nothing": b"",
}
BOMBS: Final[Mapping[str, Lines]] = {
    f"{name.decode()}: {kind}": [name + b": " + value]
    for name, (kind, value) in product(READ, FILLED.items())
}
MANY_LINES: Final[Mapping[str, Lines]] = {
    **{f"300 lines of {name.decode()}": [name + b": x-a"] * 300 for name in READ},
    "300 names": [b"X-%d: 1" % number for number in range(300)],
    "300 of the protocol's own": [b"Access-Control-Allow-%d: *" % n for n in range(300)],
}
VALUES: Final[Mapping[bytes, tuple[bytes, bytes]]] = {
    b"Origin": (ORIGIN.encode(), OTHER.encode()),
    b"Access-Control-Request-Method": (b"PUT", b"DELETE"),
    b"Access-Control-Request-Headers": (b"x-a", b"x-b"),
    b"Access-Control-Request-Private-Network": (b"true", b"false"),
    b"Access-Control-Allow-Origin": (b"*", ORIGIN.encode()),
    b"Sec-Fetch-Site": (b"same-origin", b"cross-site"),
    b"Sec-Fetch-Mode": (b"cors", b"navigate"),
    b"Sec-Fetch-Dest": (b"empty", b"document"),
    b"Sec-Fetch-User": (b"?1", b"?0"),
    b"Sec-Fetch-Storage-Access": (b"none", b"active"),
    b"Cookie": (b"a=1", b"a=2"),
    b"Authorization": (b"Basic YTpi", b"Bearer x"),
    b"Upgrade": (b"websocket", b"h2c"),
    b"Host": (b"localhost", b"other.example"),
}
TWICE: Final[Mapping[str, Lines]] = {
    f"{name.decode()} twice, {what}": [name + b": " + value for value in values]
    for name, (one, other) in VALUES.items()
    for what, values in (
        ("the same", (one, one)),
        ("another after it", (one, other)),
        ("another before it", (other, one)),
        ("and an empty one", (one, b"")),
        ("after an empty one", (b"", one)),
    )
}
ROWS: Final[Mapping[str, Lines]] = {**BOMBS, **MANY_LINES, **TWICE}


@pytest.mark.parametrize("lines", ROWS.values(), ids=ROWS)
async def test_hostile_headers_cost_neither_an_answer_nor_the_connection(
    pair: Pair, lines: Lines
) -> None:
    names = {line.partition(b":")[0] for line in lines}
    requests = [
        (b"OPTIONS /hello HTTP/1.1", (OWN, METHOD, NAMES)),
        (b"OPTIONS /hello HTTP/1.1", ()),
        (b"GET /hello HTTP/1.1", (OWN,)),
        (b"POST /hello HTTP/1.1", (EVIL,)),
    ]
    sent = b""
    for first, others in requests:
        rest = [line for line in (HOST, *others) if line.partition(b":")[0] not in names]
        sent += head(first, *lines, *rest)
    await costs_nothing(pair, sent)


TARGETS: Final[Mapping[str, bytes]] = {
    "asterisk": b"*",
    "absolute": b"http://localhost/hello",
    "absolute, of another host": b"http://other.example/hello",
    "absolute, of another scheme": b"ftp://localhost/hello",
    "absolute, with a user": b"http://a:b@localhost/hello",
    "absolute, with a port that is none": b"http://localhost:99999/hello",
    "absolute, without a path": b"http://localhost",
    "absolute, with a bracket": b"http://[::1/hello",
    "authority": b"localhost:80",
    "two slashes": b"//hello",
    "no slash": b"hello",
    "empty query": b"/hello?",
    "fragment": b"/hello#a",
    "0xff": b"/\xff",
    "an encoded 0xff": b"/%ff",
    "a percent sign": b"/%",
    "NUL": b"/%00",
    "a line break": b"/%0d%0aX: y",
    "dots": b"/a/../hello",
    "long": b"/" + b"a/" * 3000,
    "longer than allowed": b"/" + b"a" * 10_000,
}
VERSIONS: Final = (b"HTTP/1.1", b"HTTP/1.0", b"HTTP/2.0", b"HTTP/0.9", b"HTTP/1.1 ", b"")
# No CONNECT: after one, aiohttp 3.9 takes everything for the bytes of a tunnel, with or without us.
METHODS: Final = (b"OPTIONS", b"GET", b"PUT", b"options", b"BREW", b"G(T")


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
async def test_a_strange_target_costs_neither_an_answer_nor_the_connection(
    pair: Pair, target: bytes
) -> None:
    for method in METHODS:
        first = b" ".join([method, target, b"HTTP/1.1"])
        await costs_nothing(pair, head(first, HOST, OWN, METHOD))


@pytest.mark.parametrize("version", VERSIONS, ids=repr)
async def test_a_strange_version_costs_neither_an_answer_nor_the_connection(
    pair: Pair, version: bytes
) -> None:
    for method, kept in product(METHODS, ((), (b"Connection: keep-alive",))):
        for host in ((), (HOST,)):
            first = b" ".join([method, b"/hello", version])
            await costs_nothing(pair, head(first, *host, *kept, OWN, METHOD))


BODIES: Final[Mapping[str, tuple[Lines, bytes]]] = {
    "a length": ([b"Content-Length: 4"], b"body"),
    "a length that is wrong": ([b"Content-Length: 2"], b"body"),
    "two lengths": ([b"Content-Length: 4", b"Content-Length: 5"], b"body"),
    "chunks": ([b"Transfer-Encoding: chunked"], b"4\r\nbody\r\n0\r\n\r\n"),
    "a chunk that is none": ([b"Transfer-Encoding: chunked"], b"zz\r\nbody\r\n0\r\n\r\n"),
    "both": ([b"Transfer-Encoding: chunked", b"Content-Length: 4"], b"0\r\n\r\n"),
    "expected": ([b"Expect: 100-continue", b"Content-Length: 4"], b"body"),
    "expected what nobody knows": ([b"Expect: tea", b"Content-Length: 4"], b"body"),
    "an encoding that nobody knows": ([b"Content-Encoding: x", b"Content-Length: 4"], b"body"),
    "long": ([b"Content-Length: 200000"], b"x" * 200_000),
}


@pytest.mark.parametrize("lines, body", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("origin", [OWN, EVIL], ids=["allowed", "refused"])
async def test_a_body_that_nobody_reads_costs_neither_an_answer_nor_the_connection(
    pair: Pair, lines: Lines, body: bytes, origin: bytes
) -> None:
    for first in (b"OPTIONS /hello HTTP/1.1", b"POST /hello HTTP/1.1"):
        await costs_nothing(pair, head(first, HOST, origin, METHOD, *lines) + body)


async def test_pipelined_requests_are_answered_in_their_order(pair: Pair) -> None:
    asked = [
        head(b"OPTIONS /hello HTTP/1.1", HOST, OWN, METHOD),
        head(b"GET /hello HTTP/1.1", HOST, EVIL),
        head(b"GET /hello HTTP/1.1", HOST, OWN),
        head(b"OPTIONS /hello HTTP/1.1", HOST, EVIL, METHOD, NAMES),
        head(b"GET /nowhere HTTP/1.1", HOST, OWN),
        head(b"GET /hello HTTP/1.1", HOST),
    ]
    alone = [(await pair.exchange(request))[0] for request in asked]
    together, bare_together = await pair.exchange(b"".join(asked * 20))
    assert together.statuses == [came.statuses[0] for came in alone] * 20
    assert together.origins == [came.origins[0] for came in alone] * 20
    assert len(bare_together.statuses) == len(together.statuses)
    assert together.is_last


PARTS: Final[Mapping[str, bytes]] = {
    "nothing": b"",
    "half a request line": b"OPTIONS /he",
    "half a header": head(b"OPTIONS /hello HTTP/1.1", HOST)[:-2] + b"Origin: htt",
    "a preflight": head(b"OPTIONS /hello HTTP/1.1", HOST, OWN, METHOD),
    "a refused preflight": head(b"OPTIONS /hello HTTP/1.1", HOST, EVIL, METHOD),
    "a request": head(b"GET /hello HTTP/1.1", HOST, OWN),
    "half a body": head(b"POST /hello HTTP/1.1", HOST, OWN, b"Content-Length: 9") + b"half",
    "half a forged body": head(b"POST /hello HTTP/1.1", HOST, EVIL, b"Content-Length: 9") + b"h",
    "many requests": head(b"GET /hello HTTP/1.1", HOST, OWN) * 50,
}


@pytest.mark.parametrize("sent", PARTS.values(), ids=PARTS)
@pytest.mark.parametrize("reset", [False, True], ids=["closed", "reset"])
async def test_a_client_that_leaves_early_is_no_error(
    pair: Pair, caplog: pytest.LogCaptureFixture, sent: bytes, reset: bool
) -> None:
    for _ in range(5):
        await pair.give_up(sent, reset=reset)
    ours, _ = await pair.exchange(head(b"GET /hello HTTP/1.1", HOST, OWN))
    assert (ours.statuses, ours.origins[0] is None) == ([200], False)
    assert [record.getMessage() for record in caplog.records] == []
