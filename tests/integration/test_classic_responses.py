"""What every answer of a covered resource carries, whoever made it and whatever its status.

Expectations from Fetch, *CORS check* and *CORS protocol and HTTP caches*.
"""

import logging
import pathlib
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import WSMsgType, web
from multidict import CIMultiDict
from pytest_aiohttp.plugin import AiohttpClient

import aiohttp_cors
from aiohttp_cors import ResourceOptions
from tests.integration.support import ORIGIN, OTHER, hello, preflight, send

NAMED = {"allow-origin": ORIGIN}
PATH = "/hello"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def covered(handler: Handler, options: ResourceOptions | None = None) -> web.Application:
    app = web.Application()
    cors = aiohttp_cors.setup(app)
    cors.add(app.router.add_get(PATH, handler), {ORIGIN: options or ResourceOptions()})
    return app


def with_headers(*headers: tuple[str, str]) -> Handler:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(text="hello", headers=CIMultiDict(headers))

    return handler


async def redirect(request: web.Request) -> web.StreamResponse:
    raise web.HTTPFound("/elsewhere")


async def raised_with_text(request: web.Request) -> web.StreamResponse:
    raise web.HTTPConflict(text="conflict")


async def not_modified(request: web.Request) -> web.StreamResponse:
    return web.Response(status=304)


async def unhandled(request: web.Request) -> web.StreamResponse:
    raise LookupError("a bug of the program")


async def stream(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    await response.write(b"str")
    await response.write(b"eam")
    return response


async def stream_that_breaks_before_it_starts(request: web.Request) -> web.StreamResponse:
    web.StreamResponse()
    raise LookupError("a bug of the program")


async def websocket(request: web.Request) -> web.StreamResponse:
    response = web.WebSocketResponse()
    await response.prepare(request)
    await response.send_str("hello")
    await response.close()
    return response


@pytest.mark.parametrize(
    "handler, status",
    [
        (hello, 200),
        (redirect, 302),
        (not_modified, 304),
        (raised_with_text, 409),
        (unhandled, 500),
        (stream, 200),
        (stream_that_breaks_before_it_starts, 500),
    ],
)
async def test_every_status_can_be_read_by_the_allowed_origin_alone(
    aiohttp_client: AiohttpClient, handler: Handler, status: int
) -> None:
    client = await aiohttp_client(covered(handler, ResourceOptions(allow_credentials=True)))
    allowed = await send(client, "GET", PATH)
    assert allowed.status == status
    assert allowed.cors == {**NAMED, "allow-credentials": "true"}
    assert allowed.vary == ["Origin"]
    for origin in (OTHER, "null", None):
        refused = await send(client, "GET", PATH, origin=origin)
        assert (refused.status, refused.cors, refused.vary) == (status, {}, ["Origin"])


async def test_an_expectation_that_fails_can_be_read(aiohttp_client: AiohttpClient) -> None:
    client = await aiohttp_client(covered(hello))
    answer = await send(client, "GET", PATH, headers={"Expect": "what?"})
    assert (answer.status, answer.cors, answer.vary) == (417, NAMED, ["Origin"])


async def test_the_answer_to_a_websocket_handshake_carries_the_headers(
    aiohttp_client: AiohttpClient,
) -> None:
    client = await aiohttp_client(covered(websocket))
    handshake = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Origin": ORIGIN,
    }
    async with client.get(PATH, headers=handshake) as response:
        assert response.status == 101
        assert response.headers["Access-Control-Allow-Origin"] == ORIGIN
        assert response.headers["Vary"] == "Origin"
    async with client.ws_connect(PATH, origin=OTHER) as socket:
        message = await socket.receive()
        assert (message.type, message.data) == (WSMsgType.TEXT, "hello")


async def test_a_404_of_the_router_belongs_to_nobody(aiohttp_client: AiohttpClient) -> None:
    client = await aiohttp_client(covered(hello))
    answer = await send(client, "GET", "/nowhere")
    assert (answer.status, answer.cors, answer.vary) == (404, {}, [])
    assert (await preflight(client, "/nowhere")).status == 404


async def test_a_405_is_read_under_the_policy_of_the_resource_and_not_of_a_route(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    cors = aiohttp_cors.setup(app)
    resource = cors.add(app.router.add_resource(PATH), {ORIGIN: ResourceOptions()})
    cors.add(resource.add_route("GET", hello), {OTHER: ResourceOptions()})
    client = await aiohttp_client(app)

    answer = await send(client, "PUT", PATH)
    assert (answer.status, answer.cors, answer.vary) == (405, NAMED, ["Origin"])
    stranger = await send(client, "PUT", PATH, origin=OTHER)
    assert (stranger.status, stranger.cors, stranger.vary) == (405, {}, ["Origin"])


async def test_a_405_of_an_uncovered_resource_carries_nothing(
    aiohttp_client: AiohttpClient,
) -> None:
    app = covered(hello)
    app.router.add_get("/private", hello)
    client = await aiohttp_client(app)
    answer = await send(client, "PUT", "/private")
    assert (answer.status, answer.cors, answer.vary) == (405, {}, [])


async def test_a_405_belongs_to_the_first_resource_of_the_path(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    cors = aiohttp_cors.setup(app)
    first = app.router.add_resource("/users/me")
    first.add_route("DELETE", hello)
    other = cors.add(app.router.add_resource("/users/{id}"), {ORIGIN: ResourceOptions()})
    cors.add(other.add_route("GET", hello))
    client = await aiohttp_client(app)
    private = await send(client, "PATCH", "/users/me")
    assert (private.status, private.cors, private.vary) == (405, {}, [])
    public = await send(client, "PATCH", "/users/1")
    assert (public.status, public.cors, public.vary) == (405, NAMED, ["Origin"])


@pytest.mark.parametrize(
    "lines, merged",
    [
        ([], "Origin"),
        (["Accept-Encoding"], "Accept-Encoding, Origin"),
        (["Accept-Encoding", "Accept-Language"], "Accept-Encoding, Accept-Language, Origin"),
        (["origin"], "origin"),
        (["Accept, ORIGIN", "accept,Cookie"], "Accept, ORIGIN, Cookie"),
        (["*"], "*"),
        (["Accept", "Cookie , *"], "*"),
        ([" , Accept,, "], "Accept, Origin"),
        ([""], "Origin"),
    ],
    ids=[
        "none",
        "one",
        "two lines",
        "already there",
        "no member twice",
        "star",
        "star somewhere",
        "empty elements",
        "empty",
    ],
)
@pytest.mark.parametrize("origin", [ORIGIN, OTHER, None], ids=["allowed", "refused", "no origin"])
async def test_vary_is_merged_over_all_lines_into_one(
    aiohttp_client: AiohttpClient, lines: list[str], merged: str, origin: str | None
) -> None:
    client = await aiohttp_client(covered(with_headers(*(("Vary", line) for line in lines))))
    assert (await send(client, "GET", PATH, origin=origin)).vary == [merged]


async def test_configured_names_are_exposed_in_their_own_case(
    aiohttp_client: AiohttpClient,
) -> None:
    options = ResourceOptions(expose_headers=["X-Custom", "x-absent"])
    client = await aiohttp_client(covered(hello, options))
    exposed = (await send(client, "GET", PATH)).cors["expose-headers"]
    assert sorted(exposed.split(",")) == ["X-Custom", "x-absent"]


async def test_a_star_exposes_what_the_response_has_and_a_script_may_read(
    aiohttp_client: AiohttpClient,
) -> None:
    own = with_headers(
        ("X-A", "1"),
        ("x-a", "2"),
        ("ETag", '"1"'),
        ("Vary", "Accept"),
        ("Cache-Control", "no-store"),
        ("Content-Language", "en"),
        ("Expires", "0"),
        ("Last-Modified", "never"),
        ("Pragma", "no-cache"),
        ("Set-Cookie", "a=b"),
        ("Set-Cookie2", "a=b"),
        ("Keep-Alive", "timeout=5"),
        ("Trailer", "X-T"),
        ("Proxy-Authenticate", "Basic"),
    )
    client = await aiohttp_client(covered(own, ResourceOptions(expose_headers="*")))
    exposed = (await send(client, "GET", PATH)).cors["expose-headers"].split(",")
    assert sorted(name.lower() for name in exposed) == ["date", "etag", "server", "vary", "x-a"]


async def test_a_star_that_exposes_nothing_sends_no_header(aiohttp_client: AiohttpClient) -> None:
    app = covered(hello, ResourceOptions(expose_headers="*"))

    async def bare(request: web.Request, response: web.StreamResponse) -> None:
        del response.headers["X-Custom"], response.headers["Date"], response.headers["Server"]

    app.on_response_prepare.insert(0, bare)
    client = await aiohttp_client(app)
    assert (await send(client, "GET", PATH)).cors == NAMED


@pytest.mark.parametrize(
    "own",
    [
        [("Access-Control-Allow-Origin", "*")],
        [("access-control-allow-origin", OTHER), ("Access-Control-Allow-Origin", ORIGIN)],
        [("Access-Control-Allow-Credentials", "true")],
        [("Access-Control-Expose-Headers", "X-Secret"), ("Access-Control-Max-Age", "1")],
        [("Access-Control-Allow-Methods", "*"), ("Access-Control-Allow-Headers", "*")],
        [("Access-Control-Of-Tomorrow", "?1")],
    ],
    ids=["origin", "two origins", "credentials", "expose", "preflight's", "unknown"],
)
async def test_what_a_handler_set_gives_way_to_the_policy(
    aiohttp_client: AiohttpClient,
    caplog: pytest.LogCaptureFixture,
    own: list[tuple[str, str]],
) -> None:
    app = covered(with_headers(*own))
    cors = aiohttp_cors.CorsConfig(app)
    cors.add(app.router.add_get("/second", with_headers(*own)), {ORIGIN: ResourceOptions()})
    app.router.add_get("/private", with_headers(*own))
    client = await aiohttp_client(app)

    with caplog.at_level(logging.WARNING, "aiohttp_cors"):
        for _ in range(2):
            for origin, expected in ((OTHER, {}), (None, {}), (ORIGIN, NAMED)):
                assert (await send(client, "GET", PATH, origin=origin)).cors == expected
    assert len(caplog.records) == 1
    assert "/hello" in caplog.text

    with caplog.at_level(logging.WARNING, "aiohttp_cors"):
        await send(client, "GET", "/second", origin=OTHER)
        await send(client, "GET", "/second")
    assert len(caplog.records) == 2
    # What no policy covers is its author's affair.
    assert (await send(client, "GET", "/private")).headers.getall(own[0][0])


async def test_a_receiver_appended_after_setup_finds_the_headers_set(
    aiohttp_client: AiohttpClient,
) -> None:
    found: list[str | None] = []

    async def look(request: web.Request, response: web.StreamResponse) -> None:
        found.append(response.headers.get("Access-Control-Allow-Origin"))
        response.headers["X-Late"] = "1"

    app = web.Application()
    cors = aiohttp_cors.setup(app)
    app.on_response_prepare.append(look)
    cors.add(app.router.add_get(PATH, hello), {ORIGIN: ResourceOptions()})
    client = await aiohttp_client(app)
    answer = await send(client, "GET", PATH)
    assert (answer.cors, answer.headers["X-Late"]) == (NAMED, "1")
    assert found == [ORIGIN]


async def test_setup_appends_exactly_one_receiver() -> None:
    app = web.Application()
    aiohttp_cors.setup(app)
    assert len(app.on_response_prepare) == 1
    aiohttp_cors.CorsConfig(app)
    assert len(app.on_response_prepare) == 1


async def test_a_method_is_never_checked_on_an_actual_request(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    cors = aiohttp_cors.setup(app)
    resource = app.router.add_resource(PATH)
    resource.add_route("POST", hello)
    cors.add(resource, {ORIGIN: ResourceOptions(allow_methods=["PUT"])})
    client = await aiohttp_client(app)
    assert (await send(client, "POST", PATH)).cors == NAMED


async def test_a_head_without_a_policy_of_its_own_has_that_of_get(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    cors = aiohttp_cors.setup(app)
    resource = app.router.add_resource(PATH)
    resource.add_route("HEAD", hello)
    cors.add(resource.add_route("GET", hello), {ORIGIN: ResourceOptions()})
    both = app.router.add_get("/both", hello).resource
    assert both is not None
    head, get = sorted(both, key=lambda route: route.method == "GET")
    cors.add(get, {ORIGIN: ResourceOptions()})
    cors.add(head, {OTHER: ResourceOptions()})
    client = await aiohttp_client(app)
    assert (await send(client, "HEAD", PATH)).cors == NAMED
    assert (await send(client, "HEAD", "/both")).cors == {}
    assert (await send(client, "HEAD", "/both", origin=OTHER)).cors == {"allow-origin": OTHER}


async def test_any_number_of_header_names_can_come_and_cors_headers_are_still_found(
    aiohttp_client: AiohttpClient,
) -> None:
    async def handler(request: web.Request) -> web.Response:
        number = request.query["n"]
        names = [(f"X-{number}-{i}", "1") for i in range(60)]
        return web.Response(headers=CIMultiDict([*names, ("Access-Control-Allow-Origin", "*")]))

    client = await aiohttp_client(covered(handler))
    for number in range(20):
        answer = await send(client, "GET", f"{PATH}?n={number}", origin=OTHER)
        assert (answer.status, answer.cors) == (200, {})
        assert answer.headers[f"X-{number}-59"] == "1"


@pytest.mark.parametrize(
    "headers, status",
    [({"If-None-Match": "*"}, 304), ({"Range": "bytes=0-1"}, 206), ({"Range": "bytes=99-"}, 416)],
    ids=["not modified", "partial", "range not satisfiable"],
)
async def test_conditional_and_partial_answers_of_files(
    aiohttp_client: AiohttpClient,
    tmp_path: pathlib.Path,
    headers: dict[str, str],
    status: int,
) -> None:
    (tmp_path / "file.txt").write_text("static")
    app = web.Application()
    cors = aiohttp_cors.setup(app, defaults={ORIGIN: ResourceOptions()})
    cors.add(app.router.add_static("/static", tmp_path))
    client = await aiohttp_client(app)
    answer = await send(client, "GET", "/static/file.txt", headers=headers)
    assert (answer.status, answer.cors, answer.vary) == (status, NAMED, ["Origin"])
