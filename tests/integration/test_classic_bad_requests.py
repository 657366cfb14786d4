"""Requests that no browser sends: 403 or aiohttp's own 400, never 500, and the connection goes on."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Final

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.typedefs import Handler
from pytest_aiohttp.plugin import AiohttpClient

import aiohttp_cors
from aiohttp_cors import CorsViewMixin, ResourceOptions
from aiohttp_cors.cors_config import Config
from tests.integration.support import ORIGIN, Client, Connection, hello

ANYTHING: Final[Config] = {
    "*": ResourceOptions(
        allow_credentials=True, expose_headers="*", allow_headers="*", allow_methods="*", max_age=1
    )
}
ORIGIN_LINE: Final = b"Origin: " + ORIGIN.encode()
METHOD_LINE: Final = b"Access-Control-Request-Method: GET"
NAMES_LINE: Final = b"Access-Control-Request-Headers: x-a"
LONG: Final = b"x" * 8000


class View(web.View, CorsViewMixin):
    async def get(self) -> web.Response:
        return web.Response(text="hello")


@web.middleware
async def pass_through(request: web.Request, handler: Handler) -> web.StreamResponse:
    return await handler(request)


@pytest_asyncio.fixture(params=["route", "view", "behind a middleware"])
async def client(request: pytest.FixtureRequest, aiohttp_client: AiohttpClient) -> Client:
    """A server that allows everything a policy can allow, by each way that a preflight takes."""
    app = web.Application()
    cors = aiohttp_cors.setup(app, defaults=ANYTHING)
    if request.param == "view":
        cors.add(app.router.add_view("/hello", View))
    else:
        resource = cors.add(app.router.add_resource("/hello"))
        cors.add(resource.add_route("GET", hello))
        app.router.add_get("/{name}", hello)
    if request.param == "behind a middleware":
        app.middlewares.append(pass_through)
    return await aiohttp_client(app)


@pytest_asyncio.fixture
async def connection(client: Client) -> AsyncIterator[Connection]:
    connection = await Connection.to(client)
    yield connection
    await connection.close()


BAD_PREFLIGHTS: Final = {
    "0xff in Origin": [b"Origin: https://\xff.example", METHOD_LINE],
    "utf-8 in Origin": [b"Origin: https://\xc3\xbc.example", METHOD_LINE],
    "a space in Origin": [b"Origin: https://a.example https://b.example", METHOD_LINE],
    "a tab in Origin": [b"Origin: https://a.example\thttps://b.example", METHOD_LINE],
    "an empty Origin": [b"Origin:", METHOD_LINE],
    "a long Origin": [b"Origin: https://" + LONG, METHOD_LINE],
    "0xff in the method": [ORIGIN_LINE, b"Access-Control-Request-Method: G\xffT"],
    "no method": [ORIGIN_LINE, b"Access-Control-Request-Method:"],
    "two methods": [ORIGIN_LINE, b"Access-Control-Request-Method: GET, PUT"],
    "a long bad method": [ORIGIN_LINE, b"Access-Control-Request-Method: (" + LONG],
    "a method of percent signs": [ORIGIN_LINE, b"Access-Control-Request-Method: {0}%s{x}("],
    "0xff in the names": [ORIGIN_LINE, METHOD_LINE, b"Access-Control-Request-Headers: x-\xff"],
    "utf-8 in the names": [ORIGIN_LINE, METHOD_LINE, b"Access-Control-Request-Headers: \xc3\x9f"],
    "a long bad name": [ORIGIN_LINE, METHOD_LINE, b"Access-Control-Request-Headers: (" + LONG],
    "many names": [
        ORIGIN_LINE,
        METHOD_LINE,
        b"Access-Control-Request-Headers: " + b",".join(b"x%d" % i for i in range(1000)),
    ],
    "many lines of names": [
        ORIGIN_LINE,
        METHOD_LINE,
        *(
            b"Access-Control-Request-Headers: a%d,b%d,c%d,d%d,e%d,f%d" % ((i,) * 6)
            for i in range(60)
        ),
    ],
    "long lines of names": [
        ORIGIN_LINE,
        METHOD_LINE,
        *[b"Access-Control-Request-Headers: " + b"x" * 3000] * 3,
    ],
    "a bad name among many commas": [
        ORIGIN_LINE,
        METHOD_LINE,
        b"Access-Control-Request-Headers: " + b", \t" * 2000 + b"(",
    ],
    "everything at once": [
        b"Origin: \xff",
        b"Access-Control-Request-Method: \xff",
        b"Access-Control-Request-Headers: \xff",
    ],
}


@pytest.mark.parametrize("lines", BAD_PREFLIGHTS.values(), ids=BAD_PREFLIGHTS)
async def test_a_bad_preflight_is_refused_and_the_connection_goes_on(
    connection: Connection, caplog: pytest.LogCaptureFixture, lines: list[bytes]
) -> None:
    with caplog.at_level(logging.DEBUG, "aiohttp_cors"):
        refused = await connection.request(b"OPTIONS /hello HTTP/1.1", *lines)
    assert (refused.status, refused.cors) == (403, {})
    assert refused.text.startswith("CORS preflight request failed: ")
    assert [record.levelno for record in caplog.records] == [logging.DEBUG]

    good = await connection.request(b"OPTIONS /hello HTTP/1.1", ORIGIN_LINE, METHOD_LINE)
    assert (good.status, good.cors["allow-origin"]) == (200, ORIGIN)


@pytest.mark.parametrize(
    "line",
    [
        b"Origin: https://\xff.example",
        b"Origin: https://a.example https://b.example",
        b"Origin:",
        b"Origin: https://" + LONG,
        b"Origin: *\xff",
    ],
    ids=["0xff", "space", "empty", "long", "star"],
)
async def test_a_bad_origin_of_an_actual_request_costs_it_the_headers(
    connection: Connection, caplog: pytest.LogCaptureFixture, line: bytes
) -> None:
    with caplog.at_level(logging.DEBUG, "aiohttp_cors"):
        answer = await connection.request(b"GET /hello HTTP/1.1", line)
    assert (answer.status, answer.text, answer.cors) == (200, "hello", {})
    assert answer.vary == ["Origin"]
    assert [record.levelno for record in caplog.records] == [logging.DEBUG]
    good = await connection.request(b"GET /hello HTTP/1.1", ORIGIN_LINE)
    assert (good.status, good.cors["allow-origin"]) == (200, ORIGIN)


@pytest.mark.parametrize(
    "lines, status, origin",
    [
        ([ORIGIN_LINE, ORIGIN_LINE, METHOD_LINE], {200, 400, 403}, ORIGIN),
        ([ORIGIN_LINE, METHOD_LINE, METHOD_LINE], {200, 400, 403}, ORIGIN),
        ([ORIGIN_LINE, METHOD_LINE, NAMES_LINE, NAMES_LINE], {200}, ORIGIN),
        ([ORIGIN_LINE.upper(), METHOD_LINE], {200}, ORIGIN.upper()),
    ],
    ids=["Origin", "method", "names", "upper case"],
)
async def test_a_duplicate_is_no_reason_to_fail(
    connection: Connection, lines: list[bytes], status: set[int], origin: str
) -> None:
    answer = await connection.request(b"OPTIONS /hello HTTP/1.1", *lines)
    assert answer.status in status
    assert answer.cors.get("allow-origin", origin) == origin


@pytest.mark.parametrize(
    "line",
    [
        b"Origin: https://a\x00b.example",
        b"Origin: " + b"x" * 20_000,
        b"Access-Control-Request-Headers: " + b"x" * 20_000,
        b"Access-Control-Request-Method: GET\x00",
    ],
    ids=["NUL in Origin", "20 kB of Origin", "20 kB of names", "NUL in the method"],
)
async def test_what_aiohttp_itself_refuses_is_a_400(client: Client, line: bytes) -> None:
    connection = await Connection.to(client)
    answer = await connection.request(b"OPTIONS /hello HTTP/1.1", METHOD_LINE, ORIGIN_LINE, line)
    assert (answer.status, answer.cors) == (400, {})
    await connection.close()


async def test_a_refusal_shows_strange_bytes_escaped(connection: Connection) -> None:
    answer = await connection.request(
        b"OPTIONS /hello HTTP/1.1", b"Origin: https://\xff.example", METHOD_LINE
    )
    text = "CORS preflight request failed: origin 'https://\\udcff.example' is not allowed"
    assert answer.text == text


async def test_requests_on_many_connections_at_once_do_not_mix(client: Client) -> None:
    async def ask(number: int) -> str:
        connection = await Connection.to(client)
        origin = b"Origin: https://app%d.example" % number
        answer = await connection.request(b"GET /hello HTTP/1.1", origin)
        await connection.close()
        return answer.cors["allow-origin"]

    origins = await asyncio.gather(*(ask(number) for number in range(20)))
    assert origins == [f"https://app{number}.example" for number in range(20)]


async def test_a_preflight_with_a_body_that_somebody_read_is_refused(
    aiohttp_client: AiohttpClient,
) -> None:
    @web.middleware
    async def read(request: web.Request, handler: Handler) -> web.StreamResponse:
        await request.read()
        return await handler(request)

    root, sub = web.Application(middlewares=[read]), web.Application()
    cors = aiohttp_cors.setup(sub, defaults=ANYTHING)
    cors.add(sub.router.add_get("/hello", hello))
    # Another resource may match the URL, so that the router has to be asked again.
    sub.router.add_post("/{name}", hello)
    root.add_subapp("/sub", sub)
    client = await aiohttp_client(root)
    headers = {"Origin": ORIGIN, "Access-Control-Request-Method": "GET", "Host": "localhost"}
    for body, status in ((b"", 200), (b"body", 403)):
        async with client.options("/sub/hello", headers=headers, data=body) as response:
            assert response.status == status


@pytest.mark.parametrize(
    "target, statuses",
    [
        (b"*", {400, 403, 404}),
        (b"http://localhost/hello", {200}),
        (b"//hello", {400, 403, 404}),
        (b"/hello?%ff", {200}),
        (b"/%ff", {200, 403, 404, 405}),
        (b"/%00", {200, 403, 404, 405}),
        (b"/hello/../hello", {200, 403, 404, 405}),
        (b"/" + b"a/" * 2000, {403, 404}),
    ],
    ids=["asterisk", "absolute", "authority", "query", "0xff", "NUL", "dots", "long"],
)
@pytest.mark.parametrize("method", [b"OPTIONS", b"GET"])
async def test_a_strange_target_is_no_reason_to_fail(
    connection: Connection, target: bytes, statuses: set[int], method: bytes
) -> None:
    first = method + b" " + target + b" HTTP/1.1"
    answer = await connection.request(first, ORIGIN_LINE, METHOD_LINE, b"Connection: keep-alive")
    assert answer.status in statuses
    if answer.status != 400:
        good = await connection.request(b"OPTIONS /hello HTTP/1.1", ORIGIN_LINE, METHOD_LINE)
        assert good.status == 200


async def test_a_preflight_over_http_1_0_without_a_host(client: Client) -> None:
    url = client.make_url("/")
    reader, writer = await asyncio.open_connection(url.host, url.port)
    lines = [b"OPTIONS /hello HTTP/1.0", ORIGIN_LINE, METHOD_LINE, b"", b""]
    writer.write(b"\r\n".join(lines))
    answer = await reader.read()
    assert answer.split(b"\r\n")[0].endswith(b" 200 OK")
    assert b"Access-Control-Allow-Origin: " + ORIGIN.encode() in answer
    writer.close()
    await writer.wait_closed()
