"""When CORS takes part: its place among middlewares, at startup and in receivers of it."""

import logging
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from pytest_aiohttp.plugin import AiohttpClient

import aiohttp_cors
from aiohttp_cors import CorsConfig, CorsViewMixin, ResourceOptions
from aiohttp_cors.cors_config import Config
from tests.integration.support import ORIGIN, OTHER, hello, preflight, send

NAMED = {"allow-origin": ORIGIN}
ONLY_ORIGIN: Config = {ORIGIN: ResourceOptions(allow_headers=["Authorization"])}
PATH = "/hello"

Receiver = Callable[[web.Application], Awaitable[None]]


class View(web.View, CorsViewMixin):
    async def get(self) -> web.Response:
        return web.Response(text="hello")


@web.middleware
async def unauthorized(request: web.Request, handler: Handler) -> web.StreamResponse:
    if "Authorization" not in request.headers:
        raise web.HTTPUnauthorized
    return await handler(request)


def recording(seen: list[str]) -> Middleware:
    """A middleware that notes the method of each request it sees."""

    @web.middleware
    async def record(request: web.Request, handler: Handler) -> web.StreamResponse:
        seen.append(request.method)
        return await handler(request)

    return record


def covered(handler: type[web.View] | Handler = hello) -> web.Application:
    app = web.Application()
    cors = aiohttp_cors.setup(app, defaults=ONLY_ORIGIN)
    method = "*" if isinstance(handler, type) else "GET"
    cors.add(app.router.add_route(method, PATH, handler))
    return app


@pytest.mark.parametrize("handler", [hello, View])
async def test_a_middleware_that_wants_a_token_breaks_no_preflight(
    aiohttp_client: AiohttpClient, handler: type[web.View] | Handler
) -> None:
    app = covered(handler)
    app.middlewares.append(unauthorized)
    client = await aiohttp_client(app)
    asked = await preflight(client, PATH, names="authorization")
    expected = {**NAMED, "allow-methods": "GET", "allow-headers": "AUTHORIZATION"}
    assert (asked.status, asked.cors) == (200, expected)
    denied = await send(client, "GET", PATH)
    assert (denied.status, denied.cors, denied.vary) == (401, NAMED, ["Origin"])
    granted = await send(client, "GET", PATH, headers={"Authorization": "Bearer token"})
    assert (granted.status, granted.text, granted.cors) == (200, "hello", NAMED)
    refused = await preflight(client, PATH, origin=OTHER)
    assert (refused.status, refused.cors) == (403, {})


async def test_a_middleware_guards_what_is_private_and_what_is_no_preflight(
    aiohttp_client: AiohttpClient,
) -> None:
    app = covered()
    app.router.add_get("/private", hello)
    app.middlewares.append(unauthorized)
    client = await aiohttp_client(app)
    for method in ("GET", "PUT"):
        assert (await preflight(client, "/private", method)).status == 401
    assert (await preflight(client, "/nowhere")).status == 401
    assert (await send(client, "OPTIONS", PATH)).status == 401
    asked = await send(client, "GET", PATH, headers={"Access-Control-Request-Method": "GET"})
    assert (asked.status, asked.cors) == (401, NAMED)


@pytest.mark.parametrize("when", ["before set-up", "after set-up", "in a startup receiver"])
async def test_preflights_come_before_every_middleware(
    aiohttp_client: AiohttpClient, when: str
) -> None:
    seen: list[str] = []
    app = web.Application()

    async def late(app: web.Application) -> None:
        app.middlewares.insert(0, recording(seen))

    if when == "before set-up":
        app.middlewares.append(recording(seen))
    cors = aiohttp_cors.setup(app, defaults=ONLY_ORIGIN)
    cors.add(app.router.add_get(PATH, hello))
    if when == "after set-up":
        app.middlewares.extend([recording(seen), recording(seen)])
    if when == "in a startup receiver":
        app.on_startup.append(late)
    client = await aiohttp_client(app)
    await preflight(client, PATH)
    await preflight(client, PATH, origin=OTHER)
    if when != "in a startup receiver":  # the receiver put its own first, and meant it
        assert seen == []
    seen.clear()
    await send(client, "GET", PATH)
    assert set(seen) == {"GET"}


async def test_a_middleware_that_a_later_receiver_appends_breaks_no_preflight(
    aiohttp_client: AiohttpClient,
) -> None:
    async def late(app: web.Application) -> None:
        app.middlewares.append(unauthorized)

    app = covered()
    app.on_startup.append(late)
    client = await aiohttp_client(app)
    assert (await preflight(client, PATH)).status == 200
    assert (await send(client, "GET", PATH)).status == 401


async def test_a_route_that_a_later_receiver_adds_is_covered(
    aiohttp_client: AiohttpClient,
) -> None:
    async def late(app: web.Application) -> None:
        app[aiohttp_cors.APP_CONFIG_KEY].add(app.router.add_get("/late", hello))

    app = covered()
    app.on_startup.append(late)
    client = await aiohttp_client(app)
    for path in (PATH, "/late"):
        assert (await send(client, "GET", path)).cors == NAMED
        assert (await preflight(client, path)).cors == {**NAMED, "allow-methods": "GET"}


async def test_a_plain_application_pays_for_no_middleware(aiohttp_client: AiohttpClient) -> None:
    app = covered()
    app[aiohttp_cors.APP_CONFIG_KEY].add(app.router.add_view("/view", View))
    client = await aiohttp_client(app)
    assert (await preflight(client, PATH)).status == 200
    assert (await preflight(client, "/view")).status == 200
    assert len(app.middlewares) == 0


@pytest.mark.parametrize("middleware", [False, True], ids=["plain", "behind a middleware"])
async def test_set_up_may_happen_in_a_startup_receiver(
    aiohttp_client: AiohttpClient, middleware: bool
) -> None:
    async def set_up(app: web.Application) -> None:
        cors = aiohttp_cors.setup(app, defaults={"*": ResourceOptions(allow_credentials=False)})
        for route in list(app.router.routes()):
            cors.add(route)

    app = web.Application()
    app.router.add_get(PATH, hello)
    app.router.add_view("/view", View)
    if middleware:
        app.middlewares.append(unauthorized)
    app.on_startup.append(set_up)
    client = await aiohttp_client(app)
    for path in (PATH, "/view"):
        asked = await preflight(client, path)
        assert (asked.status, asked.cors) == (200, {**NAMED, "allow-methods": "GET"})
        actual = await send(client, "GET", path)
        assert (actual.status, actual.cors) == (401 if middleware else 200, NAMED)


async def test_a_mounted_applications_startup_receiver_may_add_to_the_roots_set_up(
    aiohttp_client: AiohttpClient,
) -> None:
    root, sub = web.Application(), web.Application()
    route = sub.router.add_get(PATH, hello)
    cors = aiohttp_cors.setup(root, defaults=ONLY_ORIGIN)

    async def late(app: web.Application) -> None:
        cors.add(route)

    sub.on_startup.append(late)
    root.add_subapp("/sub", sub)
    client = await aiohttp_client(root)
    assert (await preflight(client, "/sub/hello")).cors == {**NAMED, "allow-methods": "GET"}


async def test_two_runners_may_serve_one_application(aiohttp_client: AiohttpClient) -> None:
    app = covered(View)
    app.middlewares.append(unauthorized)
    first = web.AppRunner(app)
    await first.setup()
    try:
        client = await aiohttp_client(app)
        assert (await preflight(client, PATH)).status == 200
        actual = await send(client, "GET", PATH)
        assert (actual.status, actual.cors, actual.vary) == (401, NAMED, ["Origin"])
    finally:
        await first.cleanup()


@pytest.mark.parametrize("make", [aiohttp_cors.setup, CorsConfig])
async def test_set_up_that_comes_too_late_is_refused(
    aiohttp_client: AiohttpClient, make: Callable[[web.Application], CorsConfig]
) -> None:
    app = web.Application()
    client = await aiohttp_client(app)
    with pytest.raises(RuntimeError, match="CORS has to be set up before"):
        make(app)
    assert (await send(client, "GET", "/")).status == 404


@pytest.mark.parametrize(
    "config, word",
    [
        ({"*": ResourceOptions(allow_credentials=True)}, "'*'"),
        ({"null": ResourceOptions()}, "'null'"),
        ({"https://a.example/": ResourceOptions()}, "https://a.example"),
        ({"HTTPS://a.example": ResourceOptions()}, "https://a.example"),
        ({"a.example": ResourceOptions()}, "'a.example'"),
        ({"https://a.example:443": ResourceOptions()}, "https://a.example"),
        ({"http://a.example": ResourceOptions(allow_credentials=True)}, "'http://a.example'"),
    ],
    ids=["star", "null", "path", "upper case", "no scheme", "default port", "http"],
)
@pytest.mark.parametrize("given_to", ["defaults", "add"])
async def test_a_hazard_is_logged_once_per_application_at_startup(
    aiohttp_client: AiohttpClient,
    caplog: pytest.LogCaptureFixture,
    config: Config,
    word: str,
    given_to: str,
) -> None:
    app = web.Application()
    with caplog.at_level(logging.WARNING, "aiohttp_cors"):
        if given_to == "defaults":
            cors = aiohttp_cors.setup(app, defaults=config)
            CorsConfig(app, defaults=config)
            cors.add(app.router.add_get(PATH, hello))
        else:
            cors = aiohttp_cors.setup(app)
            cors.add(app.router.add_get(PATH, hello), config)
            cors.add(app.router.add_put("/other", hello), config)
        assert caplog.records == []
        client = await aiohttp_client(app)
        await send(client, "GET", PATH)
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert word in record.getMessage()


async def test_all_hazards_of_an_application_are_in_one_warning(
    aiohttp_client: AiohttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    app = web.Application()
    config: Config = {"null": {}, "a": {}, "*": ResourceOptions(allow_credentials=True)}
    aiohttp_cors.setup(app, defaults=config)
    with caplog.at_level(logging.WARNING, "aiohttp_cors"):
        await aiohttp_client(app)
    (record,) = caplog.records
    assert all(word in record.getMessage() for word in ("'null'", "'a'", "'*'"))


async def test_a_configuration_without_hazards_logs_nothing(
    aiohttp_client: AiohttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    credentialed = ResourceOptions(allow_credentials=True)
    app = web.Application()
    cors = aiohttp_cors.setup(app, defaults={"*": ResourceOptions(), ORIGIN: credentialed})
    local: Config = {
        "http://localhost:8080": credentialed,
        "http://127.0.0.1": credentialed,
        "https://*.a.example:*": credentialed,
        "http://a.example": ResourceOptions(),
    }
    cors.add(app.router.add_get(PATH, hello), local)
    with caplog.at_level(logging.WARNING, "aiohttp_cors"):
        client = await aiohttp_client(app)
        await send(client, "GET", PATH)
    assert caplog.records == []


async def test_a_refusal_is_one_line_at_debug_with_the_clients_values_as_arguments(
    aiohttp_client: AiohttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    client = await aiohttp_client(covered())
    strange = "https://%s.example"
    with caplog.at_level(logging.DEBUG, "aiohttp_cors"):
        await send(client, "GET", PATH, origin=strange)
        await preflight(client, PATH, origin=strange)
    assert [record.levelno for record in caplog.records] == [logging.DEBUG, logging.DEBUG]
    for record in caplog.records:
        assert strange not in str(record.msg)
        assert repr(strange) in record.getMessage()
