"""What every answer of a target of the fluent API carries, whoever made it.

Expectations from Fetch, *CORS check* and *CORS protocol and HTTP caches*, and from the contract's
*Actual responses*.
"""

import logging

import pytest
from aiohttp import WSMsgType, web
from multidict import CIMultiDict
from pytest_aiohttp.plugin import AiohttpClient

from aiohttp_cors import AnyOriginRule, Cors, CredentialedRule, OriginRule
from tests.integration.fluent_support import (
    EVIL,
    Handler,
    listed,
    routed,
    unauthorized,
)
from tests.integration.support import ORIGIN, OTHER, hello, preflight, send

PATH = "/items"
NAMED = {"allow-origin": ORIGIN}
STAR = {"allow-origin": "*"}


def rule() -> OriginRule:
    return Cors.for_app(web.Application()).origin(ORIGIN)


def star() -> AnyOriginRule:
    return Cors.for_app(web.Application()).any_origin()


def bound(
    handler: Handler = hello, by: OriginRule | CredentialedRule | AnyOriginRule | None = None
) -> web.Application:
    app = web.Application()
    resource = routed(app, PATH, "GET", "POST", handler=handler)
    Cors.for_app(app).use((by or rule()).policy).on(resource)
    app.router.add_get("/elsewhere", hello)
    return app


def with_headers(*headers: tuple[str, str], status: int = 200) -> Handler:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(text="hello", headers=CIMultiDict(headers), status=status)

    return handler


async def redirect(request: web.Request) -> web.StreamResponse:
    raise web.HTTPFound("/elsewhere")


async def not_found(request: web.Request) -> web.StreamResponse:
    raise web.HTTPNotFound


async def unauthorized_response(request: web.Request) -> web.StreamResponse:
    return web.Response(status=401)


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
        (unauthorized_response, 401),
        (not_found, 404),
        (unhandled, 500),
        (stream, 200),
    ],
)
async def test_every_status_can_be_read_by_the_allowed_origin_alone(
    aiohttp_client: AiohttpClient, handler: Handler, status: int
) -> None:
    client = await aiohttp_client(bound(handler, rule().allow_credentials()))
    allowed = await send(client, "GET", PATH)
    assert allowed.status == status
    assert allowed.cors == {**NAMED, "allow-credentials": "true"}
    assert allowed.vary == ["Origin"]
    for origin in (OTHER, "null", None):
        refused = await send(client, "GET", PATH, origin=origin)
        assert (refused.status, refused.cors, refused.vary) == (status, {}, ["Origin"])


@pytest.mark.parametrize(
    "handler, status",
    [(hello, 200), (redirect, 302), (not_found, 404), (unhandled, 500), (stream, 200)],
)
async def test_the_constant_star_is_the_same_for_everybody(
    aiohttp_client: AiohttpClient, handler: Handler, status: int
) -> None:
    client = await aiohttp_client(bound(handler, star()))
    for origin in (ORIGIN, "null", None, "x" * 400, "https://ä.example"):
        answer = await send(client, "GET", PATH, origin=origin)
        assert (answer.status, answer.cors, answer.vary) == (status, STAR, [])


async def test_a_405_of_a_bound_resource_can_be_read(aiohttp_client: AiohttpClient) -> None:
    client = await aiohttp_client(bound())
    answer = await send(client, "DELETE", PATH)
    assert (answer.status, answer.cors, answer.vary) == (405, NAMED, ["Origin"])
    answer = await send(client, "DELETE", PATH, origin=OTHER)
    assert (answer.status, answer.cors, answer.vary) == (405, {}, ["Origin"])


async def test_a_405_belongs_to_the_first_resource_that_matches_the_path(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    first = routed(app, "/u/me", "GET")
    second = routed(app, "/u/{id}", "GET", "PUT")
    cors = Cors.for_app(app)
    cors.origin(ORIGIN).on(first)
    cors.origin(OTHER).on(second)
    client = await aiohttp_client(app)
    answer = await send(client, "DELETE", "/u/me")
    assert (answer.status, answer.cors) == (405, NAMED)
    assert (await send(client, "DELETE", "/u/me", origin=OTHER)).cors == {}
    assert (await send(client, "DELETE", "/u/you", origin=OTHER)).cors == {"allow-origin": OTHER}


async def test_a_405_is_not_covered_by_the_policy_of_a_route(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    route = app.router.add_get(PATH, hello, allow_head=False)
    Cors.for_app(app).origin(ORIGIN).on(route)
    client = await aiohttp_client(app)
    assert (await send(client, "GET", PATH)).cors == NAMED
    answer = await send(client, "DELETE", PATH)
    assert (answer.status, answer.cors, answer.vary) == (405, {}, [])


async def test_a_failed_expectation_can_be_read(aiohttp_client: AiohttpClient) -> None:
    client = await aiohttp_client(bound())
    answer = await send(client, "GET", PATH, headers={"Expect": "the impossible"})
    assert (answer.status, answer.cors, answer.vary) == (417, NAMED, ["Origin"])


async def test_what_a_middleware_answers_can_be_read(aiohttp_client: AiohttpClient) -> None:
    app = bound()
    app.middlewares.append(unauthorized)
    client = await aiohttp_client(app)
    answer = await send(client, "GET", PATH)
    assert (answer.status, answer.cors, answer.vary) == (401, NAMED, ["Origin"])


async def test_the_answer_to_a_websocket_handshake_carries_the_headers(
    aiohttp_client: AiohttpClient,
) -> None:
    client = await aiohttp_client(bound(websocket))
    handshake = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    for origin, expected in ((ORIGIN, ORIGIN), (OTHER, None)):
        async with client.get(PATH, headers={**handshake, "Origin": origin}) as response:
            assert response.status == 101
            assert response.headers.get("Access-Control-Allow-Origin") == expected
            assert response.headers["Vary"] == "Origin"
    async with client.ws_connect(PATH, origin=ORIGIN) as socket:
        message = await socket.receive()
        assert (message.type, message.data) == (WSMsgType.TEXT, "hello")


async def test_nothing_is_written_where_no_policy_covers(aiohttp_client: AiohttpClient) -> None:
    client = await aiohttp_client(bound())
    for method, path, status in (
        ("GET", "/elsewhere", 200),
        ("GET", "/nowhere", 404),
        ("DELETE", "/elsewhere", 405),
        ("OPTIONS", "/elsewhere", 405),
    ):
        answer = await send(client, method, path)
        assert (answer.status, answer.cors, answer.vary) == (status, {}, [])
    assert (await preflight(client, "/elsewhere")).cors == {}
    assert (await preflight(client, "/nowhere")).status == 404


# Exposing


async def test_exposed_names_are_listed_for_the_allowed_origin(
    aiohttp_client: AiohttpClient,
) -> None:
    client = await aiohttp_client(bound(by=rule().expose("X-Custom", "ETag")))
    answer = await send(client, "GET", PATH)
    assert listed(answer.cors["expose-headers"]) == ["ETag", "X-Custom"]
    assert (await send(client, "GET", PATH, origin=OTHER)).cors == {}


async def test_expose_all_lists_what_the_response_has_and_a_script_may_not_read_anyway(
    aiohttp_client: AiohttpClient,
) -> None:
    handler = with_headers(
        ("X-Custom", "1"),
        ("ETag", '"1"'),
        ("Set-Cookie", "a=b"),
        ("Cache-Control", "no-cache"),
        ("Expires", "0"),
        ("Pragma", "no-cache"),
        ("Last-Modified", "Thu, 01 Jan 1970 00:00:00 GMT"),
        ("Content-Language", "en"),
        ("Keep-Alive", "timeout=5"),
        ("Connection", "keep-alive"),
        ("Access-Control-Allow-Origin", EVIL),
    )
    client = await aiohttp_client(bound(handler, rule().expose_all()))
    exposed = listed((await send(client, "GET", PATH)).cors["expose-headers"])
    assert set(exposed) >= {"X-Custom", "ETag"}
    assert set(exposed) <= {"X-Custom", "ETag", "Date", "Server"}


async def test_expose_all_with_nothing_to_expose_sends_no_header(
    aiohttp_client: AiohttpClient,
) -> None:
    async def strip(request: web.Request, response: web.StreamResponse) -> None:
        for name in list(response.headers):
            if name not in {"Content-Type", "Content-Length"}:
                del response.headers[name]

    app = web.Application()
    app.on_response_prepare.append(strip)  # before ours
    Cors.for_app(app).origin(ORIGIN).expose_all().on(
        routed(
            app,
            PATH,
            "GET",
        )
    )
    client = await aiohttp_client(app)
    assert (await send(client, "GET", PATH)).cors == NAMED


async def test_the_constant_star_may_expose_a_star(aiohttp_client: AiohttpClient) -> None:
    client = await aiohttp_client(bound(by=star().expose_all()))
    exposed = (await send(client, "GET", PATH)).cors["expose-headers"]
    assert exposed == "*" or "X-Custom" in listed(exposed)


async def test_a_star_is_never_exposed_to_an_origin_with_credentials(
    aiohttp_client: AiohttpClient,
) -> None:
    client = await aiohttp_client(
        bound(by=rule().allow_credentials().expose_all().any_origin().expose_all())
    )
    answer = await send(client, "GET", PATH)
    assert answer.cors["allow-credentials"] == "true"
    assert "X-Custom" in listed(answer.cors["expose-headers"])
    assert "*" not in answer.cors["expose-headers"]


# Methods that the rule names


async def test_an_actual_request_with_another_method_gets_vary_and_nothing_else(
    aiohttp_client: AiohttpClient,
) -> None:
    """A cross-origin POST needs no preflight and could be read otherwise."""
    client = await aiohttp_client(bound(by=rule().allow_credentials().allow_methods("GET")))
    assert (await send(client, "GET", PATH)).cors == {**NAMED, "allow-credentials": "true"}
    for method, status in (("POST", 200), ("DELETE", 405)):
        answer = await send(client, method, PATH)
        assert (answer.status, answer.cors, answer.vary) == (status, {}, ["Origin"])


async def test_without_named_methods_there_is_no_method_check(
    aiohttp_client: AiohttpClient,
) -> None:
    for by in (rule(), rule().allow_any_method()):
        client = await aiohttp_client(bound(by=by))
        for method, status in (("POST", 200), ("DELETE", 405)):
            answer = await send(client, method, PATH)
            assert (answer.status, answer.cors) == (status, NAMED)


async def test_a_method_that_the_constant_star_leaves_out_cannot_be_read(
    aiohttp_client: AiohttpClient,
) -> None:
    client = await aiohttp_client(bound(by=star().allow_methods("GET")))
    assert (await send(client, "GET", PATH)).cors == STAR
    assert (await send(client, "POST", PATH)).cors == {}


# Headers of others


@pytest.mark.parametrize("origin", [ORIGIN, OTHER, None])
async def test_cors_headers_that_somebody_else_set_give_way(
    aiohttp_client: AiohttpClient, origin: str | None
) -> None:
    handler = with_headers(
        ("Access-Control-Allow-Origin", "*"),
        ("access-control-allow-origin", EVIL),
        ("Access-Control-Allow-Credentials", "true"),
        ("Access-Control-Expose-Headers", "X-Secret"),
        ("Access-Control-Allow-Methods", "DELETE"),
        ("Access-Control-Allow-Headers", "X-Secret"),
        ("Access-Control-Max-Age", "9"),
    )
    client = await aiohttp_client(bound(handler))
    answer = await send(client, "GET", PATH, origin=origin)
    assert answer.cors == (NAMED if origin == ORIGIN else {})


async def test_headers_that_somebody_else_set_are_told_of_once_per_resource(
    aiohttp_client: AiohttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    app = web.Application()
    handler = with_headers(("Access-Control-Allow-Origin", "*"))
    resources = [routed(app, f"/{number}", "GET", handler=handler) for number in range(2)]
    Cors.for_app(app).origin(ORIGIN).on(*resources)
    client = await aiohttp_client(app)
    with caplog.at_level(logging.WARNING, "aiohttp_cors"):
        for path in ("/0", "/1", "/0", "/1"):
            await send(client, "GET", path)
    told = [record.getMessage() for record in caplog.records if record.name == "aiohttp_cors"]
    assert len(told) == 2
    assert all("Access-Control-Allow-Origin" in message for message in told)


async def test_headers_of_a_later_receiver_are_its_own_affair_and_ours_are_there_by_then(
    aiohttp_client: AiohttpClient,
) -> None:
    seen: list[str | None] = []

    async def later(request: web.Request, response: web.StreamResponse) -> None:
        seen.append(response.headers.get("Access-Control-Allow-Origin"))

    app = bound()
    app.on_response_prepare.append(later)
    client = await aiohttp_client(app)
    await send(client, "GET", PATH)
    assert seen == [ORIGIN]


async def test_headers_of_a_handler_that_no_policy_covers_are_its_own_affair(
    aiohttp_client: AiohttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    app = bound()
    handler = with_headers(("Access-Control-Allow-Origin", EVIL), ("Vary", "Accept"))
    app.router.add_get("/own", handler)
    client = await aiohttp_client(app)
    answer = await send(client, "GET", "/own")
    assert (answer.cors, answer.vary) == ({"allow-origin": EVIL}, ["Accept"])
    assert [record for record in caplog.records if record.name == "aiohttp_cors"] == []


# Vary


@pytest.mark.parametrize(
    "lines, merged",
    [
        ([], "Origin"),
        (["Accept"], "Accept, Origin"),
        (["Accept, Cookie"], "Accept, Cookie, Origin"),
        (["Accept", "Cookie"], "Accept, Cookie, Origin"),
        (["origin"], "origin"),
        (["Accept, ORIGIN"], "Accept, ORIGIN"),
        (["Accept", "accept"], "Accept, Origin"),
        (["*"], "*"),
        (["Accept", "*"], "*"),
        (["Origin"], "Origin"),
        (["Origin", "Accept"], "Origin, Accept"),
        (["Origin", "*"], "*"),
    ],
    ids=str,
)
async def test_vary_is_merged_into_one_line_without_repeating(
    aiohttp_client: AiohttpClient, lines: list[str], merged: str
) -> None:
    client = await aiohttp_client(bound(with_headers(*[("Vary", line) for line in lines])))
    for origin in (ORIGIN, OTHER, None):
        assert (await send(client, "GET", PATH, origin=origin)).vary == [merged]


async def test_the_constant_star_leaves_vary_alone(aiohttp_client: AiohttpClient) -> None:
    client = await aiohttp_client(bound(with_headers(("Vary", "Accept")), star()))
    assert (await send(client, "GET", PATH)).vary == ["Accept"]


async def test_any_origin_beside_another_clause_varies(aiohttp_client: AiohttpClient) -> None:
    client = await aiohttp_client(bound(by=rule().allow_credentials().any_origin()))
    for origin in (ORIGIN, EVIL, "null", None):
        answer = await send(client, "GET", PATH, origin=origin)
        assert answer.vary == ["Origin"]
        assert answer.cors.get("allow-origin") == origin
        assert ("allow-credentials" in answer.cors) == (origin == ORIGIN)


# A response that is used again, and one that cannot be written to


async def test_headers_that_a_program_keeps_for_all_its_responses_stay_as_they_are(
    aiohttp_client: AiohttpClient,
) -> None:
    headers: CIMultiDict[str] = CIMultiDict({"X-Custom": "1"})

    async def handler(request: web.Request) -> web.StreamResponse:
        return web.Response(text="hello", headers=headers)

    client = await aiohttp_client(bound(handler))
    for origin in (ORIGIN, OTHER, ORIGIN):
        answer = await send(client, "GET", PATH, origin=origin)
        assert answer.cors == (NAMED if origin == ORIGIN else {})
        assert answer.vary == ["Origin"]
    assert not [name for name in headers if name == "Vary" or "Access-Control" in name]
