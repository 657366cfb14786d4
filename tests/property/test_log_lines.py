"""Whatever bytes a client sends, a line of the log is one line, and nothing in it is unprintable."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Final
from urllib.parse import quote_from_bytes

from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import example, given, settings
from hypothesis import strategies as st
from typing_extensions import override

from aiohttp_cors import Cors
from tests.integration.support import ORIGIN, hello
from tests.random_examples import examples

LOGGER: Final = logging.getLogger("aiohttp_cors")

Asked = tuple[bytes, str, bytes, bytes]
"""The start of a request, a prefix of its path and what follows that, and its Origin."""


class _Kept(logging.Handler):
    """Keeps each message as a person would read it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.messages: list[str] = []

    @override
    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


def application() -> web.Application:
    """Something that is covered, something that is not, and a great deal that is not there."""
    app = web.Application()
    covered = app.router.add_resource("/covered/{rest}")
    covered.add_route("GET", hello)
    app.router.add_resource("/forgotten/{rest}").add_route("GET", hello)
    cors = Cors.for_app(app)
    cors.origin(ORIGIN).origin_where(lambda origin: "odd" in origin).on(covered)
    return app


async def logged(asked: Sequence[Asked]) -> list[str]:
    """What is logged while these requests are answered."""
    server = TestServer(application())
    await server.start_server()
    url, kept = server.make_url("/"), _Kept()
    level = LOGGER.level
    LOGGER.addHandler(kept)
    LOGGER.setLevel(logging.DEBUG)
    try:
        for method, prefix, rest, origin in asked:
            reader, writer = await asyncio.open_connection(url.host, url.port)
            path = prefix + quote_from_bytes(rest, safe="")
            lines = [
                method + b" " + path.encode() + b" HTTP/1.1",
                b"Host: localhost",
                b"Origin: " + origin,
                b"Access-Control-Request-Method: PUT",
                b"Connection: close",
            ]
            writer.write(b"\r\n".join([*lines, b"", b""]))
            await writer.drain()
            assert (await reader.read()).startswith(b"HTTP/1.")
            writer.close()
            await writer.wait_closed()
    finally:
        LOGGER.removeHandler(kept)
        LOGGER.setLevel(level)
        await server.close()
    return kept.messages


VALUES: Final = st.one_of(
    st.binary(max_size=20),
    st.sampled_from([b"\nCRITICAL", b"\x1b[31m", b"\xe2\x80\xa8", b"%s", b"\xff"]),
)
REQUESTS: Final = st.tuples(
    st.sampled_from([b"GET", b"OPTIONS", b"DELETE"]),
    st.sampled_from(["/covered/", "/forgotten/", "/nothing"]),
    VALUES,
    st.one_of(
        st.sampled_from([ORIGIN.encode(), ORIGIN.upper().encode(), b"https://odd.example\xff"]),
        VALUES.map(lambda value: value.replace(b"\r", b"").replace(b"\n", b"")),
    ),
)


@settings(max_examples=examples(60))
@given(st.lists(REQUESTS, min_size=1, max_size=5))
@example([(b"GET", "/nothing", b"\nCRITICAL root: stopped", b"https://evil.example")])
@example([(b"GET", "/forgotten/", b"\nCRITICAL root: stopped", b"https://evil.example")])
@example([(b"OPTIONS", "/covered/", b"\nCRITICAL root: stopped", b"https://evil.example")])
def test_a_line_of_the_log_is_one_line_whatever_a_client_sends(asked: list[Asked]) -> None:
    for message in asyncio.run(logged(asked)):
        assert message.isprintable(), message
