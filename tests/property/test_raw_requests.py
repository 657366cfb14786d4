"""Whatever bytes a client sends in the headers of the protocol, it gets an answer and no 500.

The connection is kept, too, wherever aiohttp's own parser accepts the bytes. What that refuses by
itself (control characters, a line of more than 8190 bytes) is answered with its 400.
"""

import asyncio
import re
from collections.abc import Sequence
from typing import Final, TypeAlias

from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import example, given, settings
from hypothesis import strategies as st

import aiohttp_cors
from aiohttp_cors import Cors, CorsViewMixin, LiveOrigins, ResourceOptions
from tests.integration.fluent_support import routed
from tests.integration.support import ORIGIN
from tests.random_examples import examples

Headers: TypeAlias = tuple[bytes | None, bytes | None, tuple[bytes, ...]]
"""Origin, requested method, and the lines with requested header names."""

PATHS: Final = ("/named", "/any", "/asked", "/star", "/classic", "/view", "/anything", "/nowhere")
METHODS: Final = ("OPTIONS", "GET", "PUT", "DELETE")
# What HTTP allows in a field value: visible ASCII, space, tab, and the bytes beyond ASCII.
ALLOWED: Final = bytes([0x09, *range(0x20, 0x7F), *range(0x80, 0x100)])
STATUS_LINE: Final = re.compile(rb"HTTP/1\.[01] (\d{3}) ")
LENGTH: Final = re.compile(rb"(?im)^content-length: (\d+)\r$")


class View(web.View, CorsViewMixin):
    cors_config = {ORIGIN: ResourceOptions(allow_headers="*", allow_methods="*")}  # noqa: RUF012 -- as users write it

    async def get(self) -> web.Response:
        return web.Response(text="view")


async def is_partner(origin: str) -> bool:
    return origin.encode("ascii").endswith(b".partner.example")


def everything() -> web.Application:
    """One application with each kind of policy, the classic API's included."""
    app = web.Application()
    cors = Cors.for_app(app)
    named = cors.origin(ORIGIN, "https://*.x.example").allow_credentials().allow_headers("X-A")
    named.on(routed(app, "/named", "GET", "PUT"))
    cors.any_origin().allow_any_header().on(routed(app, "/star", "GET", "PUT"))
    asked = cors.origin(LiveOrigins([ORIGIN])).origin_where(is_partner).allow_any_method()
    asked.any_origin().expose_all().allow_any_header().on(routed(app, "/asked", "GET"))
    cors.origin(ORIGIN).allow_any_method().allow_any_header().on(routed(app, "/any", "*"))
    options = {
        ORIGIN: ResourceOptions(allow_headers="*", allow_methods="*"),
        "*": ResourceOptions(allow_headers=["X-A"], expose_headers="*"),
    }
    classic = aiohttp_cors.setup(app, defaults=options)
    resource = classic.add(app.router.add_resource("/classic"))
    classic.add(resource.add_route("GET", web_hello))
    classic.add(app.router.add_view("/view", View))
    app.router.add_route("*", "/anything", web_hello)
    named.allow_methods("PUT").everywhere()
    return app


async def web_hello(request: web.Request) -> web.Response:
    return web.Response(text="hello")


async def answered(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    method: str,
    path: str,
    sent: Headers,
) -> int:
    """The status of the answer to a request with these headers, once all of it has come."""
    origin, requested, names = sent
    lines = [f"{method} {path} HTTP/1.1".encode(), b"Host: localhost"]
    if origin is not None:
        lines.append(b"Origin: " + origin)
    if requested is not None:
        lines.append(b"Access-Control-Request-Method: " + requested)
    lines += [b"Access-Control-Request-Headers: " + line for line in names]
    writer.write(b"\r\n".join([*lines, b"", b""]))
    await writer.drain()
    head = await reader.readuntil(b"\r\n\r\n")
    found, length = STATUS_LINE.match(head), LENGTH.search(head)
    assert found is not None
    assert length is not None
    await reader.readexactly(int(length.group(1)))
    return int(found.group(1))


async def ask_all(asked: Sequence[tuple[str, str, Headers]], *, kept: bool) -> list[int]:
    """The statuses of the answers, all of them on one connection where that is `kept`."""
    server = TestServer(everything())
    await server.start_server()
    url, statuses = server.make_url("/"), list[int]()
    try:
        for requests in [asked] if kept else [[request] for request in asked]:
            reader, writer = await asyncio.open_connection(url.host, url.port)
            try:
                for method, path, sent in requests:
                    statuses.append(await answered(reader, writer, method, path, sent))
            finally:
                writer.close()
                await writer.wait_closed()
    finally:
        await server.close()
    return statuses


def field_values(alphabet: st.SearchStrategy[int], longest: int) -> st.SearchStrategy[bytes]:
    return st.lists(alphabet, max_size=longest).map(bytes)


def headers(values: st.SearchStrategy[bytes]) -> st.SearchStrategy[Headers]:
    known = st.sampled_from(
        [
            ORIGIN.encode(),
            b"null",
            b"https://a.x.example",
            b"https://a.partner.example",
            b"PUT",
            b"X-A",
        ]
    )
    value = st.one_of(known, values, st.tuples(known, values).map(b"".join))
    lines = st.lists(value, max_size=3).map(tuple)
    return st.tuples(st.none() | value, st.none() | value, lines)


def asked(values: st.SearchStrategy[bytes]) -> st.SearchStrategy[list[tuple[str, str, Headers]]]:
    one = st.tuples(st.sampled_from(METHODS), st.sampled_from(PATHS), headers(values))
    return st.lists(one, min_size=1, max_size=10)


@settings(max_examples=examples(120))
@given(asked(field_values(st.sampled_from(ALLOWED), 60)))
@example([("OPTIONS", path, (b"\xff", b"\xff", (b"\xff",))) for path in PATHS])
@example([("OPTIONS", path, (ORIGIN.encode(), b"GET", (b"\xc3\x9f" * 4000,))) for path in PATHS])
@example([("OPTIONS", path, (ORIGIN.encode(), b"GET", (b"," * 8000,) * 8)) for path in PATHS])
@example([("OPTIONS", path, (ORIGIN.encode(), b"GET", (b"a," * 4000,) * 3)) for path in PATHS])
@example([("GET", path, (b"https://" + b"a." * 4000, None, ())) for path in PATHS])
@example([("GET", path, (b"\xed\xa0\x80", None, ())) for path in PATHS])
@example([("OPTIONS", path, (b"", b"", (b"",))) for path in PATHS])
@example([("OPTIONS", path, (b"%s%d{0}", b"%s", (b"{x}",))) for path in PATHS])
def test_bytes_that_http_allows_never_cost_a_500_or_the_connection(
    asked: list[tuple[str, str, Headers]],
) -> None:
    statuses = asyncio.run(ask_all(asked, kept=True))
    assert len(statuses) == len(asked)
    assert set(statuses) <= {200, 403, 404, 405}


@settings(max_examples=examples(60))
@given(asked(field_values(st.integers(0, 255).filter(lambda byte: byte not in b"\r\n"), 20)))
def test_any_byte_is_answered(asked: list[tuple[str, str, Headers]]) -> None:
    statuses = asyncio.run(ask_all(asked, kept=False))
    assert set(statuses) <= {200, 400, 403, 404, 405}
