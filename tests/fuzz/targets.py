"""What is fuzzed: functions of bytes that raise where something does not hold.

- `origins`: any text is an origin, a pattern or a problem; the index finds what a slow model finds.
- `header_values`: requested names are what a slow reader finds; merging ``Vary`` twice changes nothing.
- `enforcement`: whom nobody allows passes by the table's first rows alone.
- `requests`: the whole server, beside the same application without the library.

Knows no fuzzer: the committed corpus is replayed by ordinary tests.
"""

import asyncio
import functools
import logging
from collections.abc import Callable, Mapping
from typing import Final, final

from aiohttp import web
from typing_extensions import override

from aiohttp_cors._protocol.checks import judge_actual
from aiohttp_cors._protocol.enforcement import Facts, judge_facts, judge_origin
from aiohttp_cors._protocol.header_values import merge_vary, requested_names
from aiohttp_cors._protocol.verdicts import Naming
from aiohttp_cors._values.enforcement import Enforcement
from aiohttp_cors._values.errors import Problem
from aiohttp_cors._values.origin_index import OriginIndex, is_serialized
from aiohttp_cors._values.origins import OriginPattern, parse_origin
from tests.integration.beside_bare import HOST, KINDS, LAST, Came, bare, compare, parsed
from tests.property.test_grammar import most_specific, requested_slowly

Target = Callable[[bytes], None]


def origins(data: bytes) -> None:
    """Lines: what is configured, and at last what arrives."""
    *configured, arrived = text_of(data).split("\n")
    index: OriginIndex[str] = OriginIndex()
    patterns: list[OriginPattern] = []
    for text in configured:
        parsed_text = parse_origin(text)
        if isinstance(parsed_text, Problem):
            assert parsed_text.value == text
            assert str(parsed_text)
            continue
        assert str(parsed_text) == text
        assert is_serialized(text)
        if isinstance(parsed_text, OriginPattern):
            patterns.append(parsed_text)
            index.put(parsed_text, text)
    if is_serialized(arrived) and "*" not in arrived:
        assert index.match(arrived) == most_specific(patterns, arrived)
    else:
        index.match(arrived)


def header_values(data: bytes) -> None:
    """Lines of a header, as they come."""
    lines = text_of(data).split("\n")
    names = requested_names(lines)
    if names is not None and ",".join(lines).isascii():
        assert list(names) == requested_slowly(lines)
    merged = merge_vary(lines, "Origin")
    assert merge_vary([merged], "Origin") == merged


def enforcement(data: bytes) -> None:
    """Lines: method, Host, mode, destination, and then Sec-Fetch-Site and Origin in turns."""
    method, host, mode, destination, *rest = [*text_of(data).split("\n"), "", "", ""][:40]
    facts = Facts(
        method, host=host, mode=mode, destination=destination, sites=rest[::2], origins=rest[1::2]
    )
    enforced = Enforcement()
    judged = judge_facts(facts, enforced, any_origin=False)
    if judged is None:
        nobody = judge_actual(facts.origin, facts.method, None, Naming.NEVER)
        judged = judge_origin(facts, enforced, nobody)
    if judged.refusal is not None:
        assert len(judged.refusal) < 1000
        return
    is_told = [facts.site] in (["same-origin"], ["none"]) and len(facts.sites) == 1
    is_own = facts.site is None and (facts.origin or "").partition("://")[2].startswith(
        facts.host.lower().removesuffix(":443").removesuffix(":80")
    )
    assert is_told or is_own or (facts.origin is None and (facts.site is None or facts.is_safe))


FIRST: Final = (
    b"OPTIONS /hello HTTP/1.1",
    b"GET /hello HTTP/1.1",
    b"POST /hello HTTP/1.1",
    b"OPTIONS /nowhere HTTP/1.1",
    b"DELETE /hello HTTP/1.1",
    b"OPTIONS http://localhost/hello HTTP/1.1",
    b"GET /hello HTTP/1.0",
    b"OPTIONS * HTTP/1.1",
)
NAMES: Final = (
    b"Origin: ",
    b"Access-Control-Request-Method: ",
    b"Access-Control-Request-Headers: ",
    b"Sec-Fetch-Site: ",
    b"Sec-Fetch-Mode: ",
    b"Sec-Fetch-Dest: ",
    b"Cookie: ",
    b"Upgrade: ",
    b"",
)


def requests(data: bytes) -> None:
    """The first byte chooses application and request; of each line, the first byte the header."""
    chosen, lines = (data[0], data[1:].split(b"\n")) if data else (0, [])
    sent = [FIRST[chosen // len(KINDS) % len(FIRST)], HOST]
    sent += [NAMES[line[0] % len(NAMES)] + line[1:].replace(b"\r", b"") for line in lines if line]
    whole = b"\r\n".join([*sent, b"", b""]) + LAST
    server, other = servers()[chosen % len(KINDS)], servers()[-1]
    compare(server.exchange(whole), other.exchange(whole))
    assert not server.errors, server.errors


@final
class _Errors(logging.Handler):
    """What the library logs when something inside it raised."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.seen: list[str] = []

    @override
    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append(record.getMessage())


@final
class Server:
    """An application with aiohttp's own server, and a connection in memory for each exchange."""

    def __init__(self, app: web.Application, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False)
        loop.run_until_complete(self._runner.setup())
        self._errors = _Errors()
        logging.getLogger("aiohttp_cors").addHandler(self._errors)

    @property
    def errors(self) -> list[str]:
        """What was logged as an error."""
        return self._errors.seen

    def exchange(self, sent: bytes) -> Came:
        """The answers to these bytes until the server closes, or has nothing more to say."""
        return parsed(bytes(self._loop.run_until_complete(self._exchange(sent))))

    async def _exchange(self, sent: bytes) -> bytearray:
        assert self._runner.server is not None
        protocol, transport = self._runner.server(), _Transport()
        protocol.connection_made(transport)
        protocol.data_received(sent)
        idle = 0
        while not transport.is_closed and idle < 100:
            before = len(transport.written)
            await asyncio.sleep(0)
            idle = idle + 1 if len(transport.written) == before else 0
        protocol.connection_lost(None)
        await asyncio.sleep(0)
        return transport.written


@final
class _Transport(asyncio.Transport):
    def __init__(self) -> None:
        super().__init__()
        self.written = bytearray()
        self.is_closed = False

    @override
    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += data

    @override
    def is_closing(self) -> bool:
        return self.is_closed

    @override
    def close(self) -> None:
        self.is_closed = True

    @override
    def pause_reading(self) -> None:
        """Everything was read at once."""

    @override
    def resume_reading(self) -> None:
        """There is nothing more."""


@functools.cache
def servers() -> list[Server]:
    """One of each kind, and the bare one; they live as long as the process."""
    loop = asyncio.new_event_loop()
    return [Server(make(), loop) for make in (*KINDS, bare)]


def text_of(data: bytes) -> str:
    """A header value as aiohttp decodes it: a byte that is no UTF-8 becomes a lone surrogate."""
    return data.decode("utf-8", "surrogateescape")


TARGETS: Final[Mapping[str, Target]] = {
    each.__name__: each for each in (origins, header_values, enforcement, requests)
}
