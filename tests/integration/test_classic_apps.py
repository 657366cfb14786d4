"""Applications in applications: which of them decides, and that each request is decided once.

A set-up on the root covers routes of any application below it; one on a sub-application covers
its own, and what it decided nobody above overrides.
"""

import logging
from collections.abc import Callable
from itertools import pairwise
from types import MappingProxyType
from typing import ClassVar, Final

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler
from pytest_aiohttp.plugin import AiohttpClient

import aiohttp_cors
from aiohttp_cors import CorsConfig, CorsViewMixin, ResourceOptions
from aiohttp_cors.cors_config import Config
from tests.integration.support import ORIGIN, OTHER, Client, hello, preflight, send

NAMED: Final = {"allow-origin": ORIGIN}
ONLY_ORIGIN: Final[Config] = {ORIGIN: ResourceOptions()}
ONLY_OTHER: Final[Config] = {OTHER: ResourceOptions()}


class View(web.View, CorsViewMixin):
    cors_config: ClassVar[Config | None] = ONLY_ORIGIN

    async def get(self) -> web.Response:
        return web.Response()


@web.middleware
async def unauthorized(request: web.Request, handler: Handler) -> web.StreamResponse:
    if "Authorization" not in request.headers:
        raise web.HTTPUnauthorized
    return await handler(request)


def nested(*apps: web.Application) -> web.Application:
    """The first of `apps`, with each of the others mounted below the one before."""
    for above, below in reversed(list(pairwise(apps))):
        above.add_subapp("/sub", below)
    return apps[0]


async def is_covered(client: Client, path: str, *, host: str = "localhost") -> None:
    """A GET route is there, `ORIGIN` may read it and `OTHER` may not."""
    headers = {"Host": host}
    allowed = await send(client, "GET", path, headers=headers)
    assert (allowed.status, allowed.cors, allowed.vary) == (200, NAMED, ["Origin"])
    refused = await send(client, "GET", path, origin=OTHER, headers=headers)
    assert (refused.status, refused.cors, refused.vary) == (200, {}, ["Origin"])
    asked = await preflight(client, path, headers=headers)
    assert (asked.status, asked.cors) == (200, {**NAMED, "allow-methods": "GET"})
    assert (await preflight(client, path, origin=OTHER, headers=headers)).status == 403


async def is_private(client: Client, path: str, *, host: str = "localhost") -> None:
    headers = {"Host": host}
    actual = await send(client, "GET", path, headers=headers)
    assert (actual.status, actual.cors, actual.vary) == (200, {}, [])
    asked = await preflight(client, path, headers=headers)
    assert (asked.status, asked.cors, asked.vary) == (405, {}, [])


@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize("mounted", [False, True], ids=["added, then mounted", "mounted first"])
async def test_the_root_covers_routes_of_a_sub_application(
    aiohttp_client: AiohttpClient, depth: int, mounted: bool
) -> None:
    root, *below = (web.Application() for _ in range(depth + 1))
    route = below[-1].router.add_get("/hello", hello)
    below[-1].router.add_get("/private", hello)
    cors = aiohttp_cors.setup(root, defaults=ONLY_ORIGIN)
    if mounted:
        cors_target = nested(root, *below)
        cors.add(route)
    else:
        cors.add(route)
        cors_target = nested(root, *below)
    client = await aiohttp_client(cors_target)
    await is_covered(client, "/sub" * depth + "/hello")
    await is_private(client, "/sub" * depth + "/private")


@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize("level", [1, 2, 3])
async def test_preflights_precede_the_middlewares_of_a_sub_application(
    aiohttp_client: AiohttpClient, depth: int, level: int
) -> None:
    apps = [web.Application() for _ in range(depth + 1)]
    apps[min(level, depth)].middlewares.append(unauthorized)
    cors = aiohttp_cors.setup(apps[0], defaults=ONLY_ORIGIN)
    cors.add(apps[-1].router.add_get("/hello", hello))
    client = await aiohttp_client(nested(*apps))
    path = "/sub" * depth + "/hello"
    assert (await preflight(client, path)).cors == {**NAMED, "allow-methods": "GET"}
    actual = await send(client, "GET", path)
    assert (actual.status, actual.cors, actual.vary) == (401, NAMED, ["Origin"])


@pytest.mark.parametrize("depth", [1, 2])
async def test_a_sub_application_has_a_set_up_of_its_own(
    aiohttp_client: AiohttpClient, depth: int
) -> None:
    apps = [web.Application() for _ in range(depth + 1)]
    cors = aiohttp_cors.setup(apps[-1], defaults=ONLY_ORIGIN)
    cors.add(apps[-1].router.add_get("/hello", hello))
    apps[-1].router.add_get("/private", hello)
    apps[0].router.add_get("/private", hello)
    client = await aiohttp_client(nested(*apps))
    await is_covered(client, "/sub" * depth + "/hello")
    await is_private(client, "/sub" * depth + "/private")
    await is_private(client, "/private")


@pytest.mark.parametrize("early", [True, False], ids=["middlewares first", "set-up first"])
async def test_a_set_up_of_a_sub_application_comes_after_its_middlewares_and_says_so(
    aiohttp_client: AiohttpClient, caplog: pytest.LogCaptureFixture, early: bool
) -> None:
    root, sub = web.Application(), web.Application()
    if early:
        sub.middlewares.append(unauthorized)
    cors = aiohttp_cors.setup(sub, defaults=ONLY_ORIGIN)
    cors.add(sub.router.add_get("/hello", hello))
    if not early:
        sub.middlewares.append(unauthorized)
    with caplog.at_level(logging.WARNING, "aiohttp_cors"):
        client = await aiohttp_client(nested(root, sub))
    assert len(caplog.records) == 1
    assert (await preflight(client, "/sub/hello")).status == 401
    actual = await send(client, "GET", "/sub/hello")
    assert (actual.status, actual.cors) == (401, NAMED)


async def test_root_and_sub_application_each_decide_about_what_was_added_to_them(
    aiohttp_client: AiohttpClient,
) -> None:
    root, sub = web.Application(), web.Application()
    outer = aiohttp_cors.setup(root, defaults=ONLY_OTHER)
    inner = aiohttp_cors.setup(sub, defaults=ONLY_ORIGIN)
    inner.add(sub.router.add_get("/inner", hello))
    outer.add(sub.router.add_get("/outer", hello))
    client = await aiohttp_client(nested(root, sub))
    await is_covered(client, "/sub/inner")
    answer = await send(client, "GET", "/sub/outer", origin=OTHER)
    assert (answer.cors, answer.vary) == ({"allow-origin": OTHER}, ["Origin"])
    assert (await send(client, "GET", "/sub/outer")).cors == {}
    assert (await preflight(client, "/sub/outer", origin=OTHER)).status == 200
    assert (await preflight(client, "/sub/outer")).status == 403


@pytest.mark.parametrize("kind", ["route", "resource", "view"])
@pytest.mark.parametrize("started", [False, True], ids=["before start", "after start"])
async def test_what_one_application_covers_another_cannot_add_again(
    aiohttp_client: AiohttpClient, kind: str, started: bool
) -> None:
    root, sub = web.Application(), web.Application()
    outer = aiohttp_cors.setup(root, defaults=ONLY_OTHER)
    inner = aiohttp_cors.setup(sub, defaults=ONLY_ORIGIN)
    target: web.AbstractResource | web.AbstractRoute
    if kind == "resource":
        route = sub.router.add_get("/hello", hello)
        assert route.resource is not None
        target = inner.add(route.resource, {ORIGIN: ResourceOptions(allow_methods=["GET"])})
    elif kind == "view":
        target = inner.add(sub.router.add_view("/hello", View))
    else:
        target = inner.add(sub.router.add_get("/hello", hello))
    nested(root, sub)
    client = await aiohttp_client(root) if started else None
    with pytest.raises(ValueError, match="already"):
        outer.add(target)
    await is_covered(client or await aiohttp_client(root), "/sub/hello")


async def test_a_405_under_two_set_ups_is_decided_once(
    aiohttp_client: AiohttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    root, sub = web.Application(), web.Application()
    outer = aiohttp_cors.setup(root, defaults=ONLY_OTHER)
    inner = aiohttp_cors.setup(sub, defaults=ONLY_ORIGIN)
    inner.add(sub.router.add_put("/inner", hello))
    outer.add(sub.router.add_put("/outer", hello))
    client = await aiohttp_client(nested(root, sub))
    for path, origin in (("/sub/inner", ORIGIN), ("/sub/outer", OTHER)):
        answer = await send(client, "GET", path, origin=origin)
        assert (answer.status, answer.cors) == (405, {"allow-origin": origin})
        assert answer.vary == ["Origin"]
    with caplog.at_level(logging.DEBUG, "aiohttp_cors"):
        refused = await send(client, "GET", "/sub/inner", origin=OTHER)
    assert (refused.status, refused.cors, refused.vary) == (405, {}, ["Origin"])
    assert len(caplog.records) == 1


async def test_every_status_of_a_sub_application_can_be_read(
    aiohttp_client: AiohttpClient,
) -> None:
    async def unhandled(request: web.Request) -> web.StreamResponse:
        raise LookupError("a bug of the program")

    async def conflict(request: web.Request) -> web.StreamResponse:
        raise web.HTTPConflict

    async def stream(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"stream")
        return response

    for covered in (0, 1):
        apps = web.Application(), web.Application()
        cors = aiohttp_cors.setup(apps[covered], defaults=ONLY_ORIGIN)
        for path, handler in {"/a": unhandled, "/b": conflict, "/c": stream}.items():
            cors.add(apps[1].router.add_get(path, handler))
        cors.add(cors.add(apps[1].router.add_resource("/d")).add_route("PUT", hello))
        client = await aiohttp_client(nested(*apps))
        for path, status in {"/a": 500, "/b": 409, "/c": 200, "/d": 405}.items():
            answer = await send(client, "GET", f"/sub{path}")
            assert (answer.status, answer.cors, answer.vary) == (status, NAMED, ["Origin"])
            stranger = await send(client, "GET", f"/sub{path}", origin=OTHER)
            assert (stranger.status, stranger.cors, stranger.vary) == (status, {}, ["Origin"])
        nowhere = await send(client, "GET", "/sub/nowhere")
        assert (nowhere.status, nowhere.cors, nowhere.vary) == (404, {}, [])


async def test_a_websocket_of_a_sub_application(aiohttp_client: AiohttpClient) -> None:
    async def websocket(request: web.Request) -> web.StreamResponse:
        response = web.WebSocketResponse()
        await response.prepare(request)
        await response.close()
        return response

    root, sub = web.Application(), web.Application()
    cors = aiohttp_cors.setup(root, defaults=ONLY_ORIGIN)
    cors.add(sub.router.add_get("/socket", websocket))
    client = await aiohttp_client(nested(root, sub))
    handshake = {
        "Host": "localhost",
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Origin": ORIGIN,
    }
    async with client.get("/sub/socket", headers=handshake) as response:
        assert response.status == 101
        assert list(response.headers.getall("Access-Control-Allow-Origin")) == [ORIGIN]


async def test_a_view_of_a_sub_application(aiohttp_client: AiohttpClient) -> None:
    for covered in (0, 1):
        apps = web.Application(), web.Application()
        cors = aiohttp_cors.setup(apps[covered])
        cors.add(apps[1].router.add_view("/view", View))
        client = await aiohttp_client(nested(*apps))
        await is_covered(client, "/sub/view")
        assert (await send(client, "PATCH", "/sub/view")).cors == NAMED


async def test_a_method_that_only_the_root_serves_is_judged_by_the_root(
    aiohttp_client: AiohttpClient,
) -> None:
    root, sub = web.Application(), web.Application()
    root.router.add_put("/sub/hello", hello)
    cors = aiohttp_cors.setup(sub, defaults={ORIGIN: ResourceOptions(allow_methods="*")})
    cors.add(sub.router.add_get("/hello", hello))
    client = await aiohttp_client(nested(root, sub))
    assert (await send(client, "PUT", "/sub/hello")).cors == {}
    assert (await preflight(client, "/sub/hello", "PUT")).cors == {}
    assert (await preflight(client, "/sub/hello", "GET")).status == 200


def on_domains(*names: str) -> tuple[web.Application, list[web.Application]]:
    root = web.Application()
    below = [web.Application() for _ in names]
    for app in below:
        app.router.add_get("/hello", hello)
    return root, below


async def test_two_domains_share_a_path_and_not_a_policy(aiohttp_client: AiohttpClient) -> None:
    root, (a, b, c) = on_domains("a.example", "b.example", "*.c.example")
    cors = aiohttp_cors.setup(root)
    (first,) = a.router.resources()
    (third,) = c.router.resources()
    cors.add(first, {ORIGIN: ResourceOptions(allow_methods=["GET"])})
    cors.add(third, {OTHER: ResourceOptions(allow_methods=["GET"])})
    root.add_domain("a.example", a)
    root.add_domain("b.example", b)
    root.add_domain("*.c.example", c)
    client = await aiohttp_client(root)
    await is_covered(client, "/hello", host="a.example")
    await is_private(client, "/hello", host="b.example")
    for origin, cors_headers in ((OTHER, {"allow-origin": OTHER}), (ORIGIN, {})):
        headers = {"Host": "x.c.example"}
        answer = await send(client, "GET", "/hello", origin=origin, headers=headers)
        assert answer.cors == cors_headers


@pytest.mark.parametrize("middleware", [False, True], ids=["plain", "behind a middleware"])
async def test_a_domain_has_a_set_up_of_its_own(
    aiohttp_client: AiohttpClient, middleware: bool
) -> None:
    root, (a, b) = on_domains("a.example", "b.example")
    if middleware:
        a.middlewares.append(web.normalize_path_middleware())
    cors = aiohttp_cors.setup(a, defaults=ONLY_ORIGIN)
    for route in list(a.router.routes()):
        cors.add(route)
    root.add_domain("a.example", a)
    root.add_domain("b.example", b)
    client = await aiohttp_client(root)
    await is_covered(client, "/hello", host="a.example")
    await is_private(client, "/hello", host="b.example")


@pytest.mark.parametrize("make", [dict, MappingProxyType], ids=["dict", "read-only mapping"])
async def test_one_mapping_of_defaults_serves_several_applications_and_stays_as_it_is(
    aiohttp_client: AiohttpClient, make: Callable[[Config], Config]
) -> None:
    plain: Config = {ORIGIN: {"max_age": 5}, "*": ResourceOptions()}
    shared = make(plain)
    before = dict(shared)
    root, sub = web.Application(), web.Application()
    configs = [aiohttp_cors.setup(app, defaults=shared) for app in (root, sub)]
    for app, cors in zip((root, sub), configs, strict=True):
        cors.add(app.router.add_get("/hello", hello), {OTHER: ResourceOptions(max_age=7)})
    client = await aiohttp_client(nested(root, sub))
    configs[0].defaults = {OTHER: ResourceOptions()}

    assert dict(shared) == before
    assert dict(configs[1].defaults) == {
        ORIGIN: ResourceOptions(max_age=5),
        "*": ResourceOptions(),
    }
    assert (await preflight(client, "/sub/hello")).cors["max-age"] == "5"
    assert (await preflight(client, "/hello")).status == 403


async def test_a_mapping_that_changes_later_changes_nothing(aiohttp_client: AiohttpClient) -> None:
    app = web.Application()
    defaults = {ORIGIN: ResourceOptions()}
    cors = aiohttp_cors.setup(app, defaults=defaults)
    cors.add(app.router.add_get("/hello", hello))
    defaults[OTHER] = ResourceOptions()
    client = await aiohttp_client(app)
    await is_covered(client, "/hello")


async def test_configurations_of_one_application_share_its_engine_and_not_their_defaults(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    first = CorsConfig(app, defaults=ONLY_ORIGIN)
    second = CorsConfig(app, defaults=ONLY_OTHER)
    route = first.add(app.router.add_get("/first", hello))
    second.add(app.router.add_get("/second", hello))
    with pytest.raises(ValueError, match="CORS is already configured for"):
        second.add(route)
    client = await aiohttp_client(app)
    await is_covered(client, "/first")
    assert (await send(client, "GET", "/second")).cors == {}
    assert (await send(client, "GET", "/second", origin=OTHER)).cors == {"allow-origin": OTHER}


async def test_set_up_of_what_was_mounted_already_is_refused() -> None:
    root, sub = web.Application(), web.Application()
    root.add_subapp("/sub", sub)
    for make in (aiohttp_cors.setup, CorsConfig):
        with pytest.raises(RuntimeError, match="mounted"):
            make(sub)
    aiohttp_cors.setup(root)
