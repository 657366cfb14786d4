"""When CORS is settled, where preflights are answered, and what a start may look like.

Expectations from the contract's *Startup order* and from its decision that preflights are answered
before the application's middlewares, and that a plain application pays nothing for that.
"""

import logging
import warnings

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from pytest_aiohttp.plugin import AiohttpClient

from aiohttp_cors import Cors, answer_preflights
from tests.integration.fluent_support import (
    Handler,
    listed,
    reads_the_body,
    routed,
    saying,
    unauthorized,
)
from tests.integration.support import ORIGIN, OTHER, Client, hello, preflight, send

PATH = "/items"
NAMED = {"allow-origin": ORIGIN}


async def can_preflight(client: Client, path: str = PATH, method: str = "PUT") -> bool:
    answer = await preflight(client, path, method)
    assert (answer.status == 200) == (answer.cors.get("allow-origin") == ORIGIN)
    return answer.status == 200


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [
        record.getMessage()
        for record in caplog.records
        if record.name == "aiohttp_cors" and record.levelno >= logging.WARNING
    ]


# Middlewares


async def test_a_preflight_is_answered_before_an_authentication_middleware(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application(middlewares=[unauthorized])
    Cors.for_app(app).origin(ORIGIN).on(routed(app, PATH, "GET", "PUT"))
    client = await aiohttp_client(app)
    assert await can_preflight(client)
    assert (await preflight(client, PATH, "PUT", origin=OTHER)).status == 403
    answer = await send(client, "PUT", PATH)
    assert (answer.status, answer.cors) == (401, NAMED)


async def test_a_middleware_may_be_added_after_everything_was_bound(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    Cors.for_app(app).origin(ORIGIN).on(routed(app, PATH, "GET", "PUT"))
    app.middlewares.append(unauthorized)
    assert await can_preflight(await aiohttp_client(app))


async def test_a_preflight_that_no_policy_covers_is_left_to_the_middlewares(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application(middlewares=[unauthorized])
    Cors.for_app(app).origin(ORIGIN).on(routed(app, PATH, "GET"))
    routed(app, "/private", "GET", "PUT")
    client = await aiohttp_client(app)
    for path in ("/private", "/nowhere"):
        answer = await preflight(client, path, "PUT")
        assert (answer.status, answer.cors, answer.vary) == (401, {}, [])


async def test_what_is_no_preflight_is_left_to_the_middlewares(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application(middlewares=[unauthorized])
    Cors.for_app(app).origin(ORIGIN).on(routed(app, PATH, "GET"))
    client = await aiohttp_client(app)
    for origin in (ORIGIN, None):
        assert (await send(client, "OPTIONS", PATH, origin=origin)).status == 401


async def test_a_preflight_precedes_the_middlewares_of_a_sub_application(
    aiohttp_client: AiohttpClient,
) -> None:
    inner, sub, app = web.Application(), web.Application(), web.Application()
    inner.middlewares.append(unauthorized)
    routed(inner, PATH, "GET", "PUT")
    sub.add_subapp("/inner/", inner)
    mounted = app.add_subapp("/sub/", sub)
    Cors.for_app(app).origin(ORIGIN).on(mounted)
    client = await aiohttp_client(app)
    assert await can_preflight(client, "/sub/inner/items")
    assert (await send(client, "PUT", "/sub/inner/items")).status == 401


async def test_a_sub_application_may_place_the_middleware_among_its_own(
    aiohttp_client: AiohttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    sub, app = web.Application(middlewares=[answer_preflights, unauthorized]), web.Application()
    Cors.for_app(sub).origin(ORIGIN).on(routed(sub, PATH, "GET", "PUT"))
    app.add_subapp("/sub/", sub)
    assert await can_preflight(await aiohttp_client(app), "/sub/items")
    assert told(caplog) == []


@pytest.mark.parametrize("early", [True, False])
async def test_nothing_is_inserted_into_the_middlewares_of_a_sub_application_and_a_warning_says_so(
    aiohttp_client: AiohttpClient, caplog: pytest.LogCaptureFixture, early: bool
) -> None:
    sub, app = web.Application(middlewares=[unauthorized] if early else []), web.Application()
    Cors.for_app(sub).origin(ORIGIN).on(routed(sub, PATH, "GET", "PUT"))
    if not early:
        sub.middlewares.append(unauthorized)
    assert list(sub.middlewares) == [unauthorized]
    app.add_subapp("/sub/", sub)
    client = await aiohttp_client(app)
    (warning,) = told(caplog)
    assert "root" in warning
    assert (await send(client, "GET", "/sub/items")).cors == NAMED


@pytest.mark.parametrize("root_first", [True, False], ids=["root first", "root last"])
async def test_the_set_up_of_the_root_answers_for_that_of_a_sub_application(
    aiohttp_client: AiohttpClient, caplog: pytest.LogCaptureFixture, root_first: bool
) -> None:
    """A ``*`` route takes its preflights itself, and a middleware was added too late to precede it."""
    sub, app = web.Application(), web.Application()
    if root_first:
        Cors.for_app(app)
    Cors.for_app(sub).origin(ORIGIN).on(routed(sub, "/items", "*", handler=saying("mine")))
    sub.middlewares.append(unauthorized)
    app.add_subapp("/sub/", sub)
    if not root_first:
        Cors.for_app(app)
    client = await aiohttp_client(app)
    assert (await preflight(client, "/sub/items", "PUT")).status == 200
    assert "is mounted" not in caplog.text


async def test_a_plain_application_gets_no_middleware(aiohttp_client: AiohttpClient) -> None:
    app = web.Application()
    routed(app, "/beside", "GET", "OPTIONS")
    resource = routed(app, PATH, "GET", "PUT")
    get = routed(app, "/u/{id}", "GET")
    Cors.for_app(app).origin(ORIGIN).on(resource, *get)
    client = await aiohttp_client(app)
    assert await can_preflight(client)
    assert list(app.middlewares) == []


@pytest.mark.parametrize("methods", [["*"], ["GET", "OPTIONS"]], ids=["any", "own OPTIONS"])
async def test_where_no_route_of_ours_fits_a_middleware_answers_preflights(
    aiohttp_client: AiohttpClient, methods: list[str]
) -> None:
    app = web.Application()
    Cors.for_app(app).origin(ORIGIN).on(routed(app, PATH, *methods, handler=saying("my own")))
    client = await aiohttp_client(app)
    assert await can_preflight(client, method="GET")
    assert len(app.middlewares) == 1
    assert (await send(client, "OPTIONS", PATH)).text == "my own"


async def test_a_middleware_that_answers_with_another_status_is_read_by_the_allowed_origin_alone(
    aiohttp_client: AiohttpClient,
) -> None:
    @web.middleware
    async def broken(request: web.Request, handler: Handler) -> web.StreamResponse:
        raise LookupError("a bug of the program")

    app = web.Application(middlewares=[broken])
    Cors.for_app(app).origin(ORIGIN).on(routed(app, PATH, "GET"))
    client = await aiohttp_client(app)
    answer = await send(client, "GET", PATH)
    assert (answer.status, answer.cors) == (500, NAMED)
    assert (await send(client, "GET", PATH, origin=OTHER)).cors == {}


async def test_a_middleware_that_reads_the_body_of_a_preflight_first_is_harmless(
    aiohttp_client: AiohttpClient,
) -> None:
    """A set-up in a sub-application comes after the root's middlewares."""
    sub, app = web.Application(), web.Application(middlewares=[reads_the_body])
    me = routed(sub, "/u/me", "DELETE")
    Cors.for_app(sub).origin(ORIGIN).on(routed(sub, "/u/{id}", "GET", "PUT"))
    assert me
    app.add_subapp("/sub/", sub)
    client = await aiohttp_client(app)
    assert await can_preflight(client, "/sub/u/1")
    assert (await preflight(client, "/sub/u/me", "DELETE")).cors == {}


# The start


async def test_startup_receivers_may_add_routes_and_middlewares(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    resource = app.router.add_resource(PATH)
    cors = Cors.for_app(app)
    cors.origin(ORIGIN).on(resource)

    async def later(_: web.Application) -> None:
        resource.add_route("PUT", hello)
        cors.origin(ORIGIN).on(routed(app, "/late", "GET", "PUT"))
        cors.origin(ORIGIN).on(routed(app, "/any", "*"))
        app.middlewares.append(unauthorized)

    app.on_startup.append(later)
    client = await aiohttp_client(app)
    for path in (PATH, "/late", "/any"):
        assert await can_preflight(client, path)
        assert (await send(client, "PUT", path)).cors == NAMED


async def test_startup_receivers_may_add_what_everywhere_covers(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    Cors.for_app(app).origin(ORIGIN).everywhere()

    async def later(_: web.Application) -> None:
        routed(app, "/late", "GET", "PUT")
        routed(app, "/any", "*")

    app.on_startup.append(later)
    client = await aiohttp_client(app)
    for path in ("/late", "/any"):
        assert await can_preflight(client, path)
        assert (await send(client, "PUT", path)).cors == NAMED


async def test_a_startup_receiver_may_set_cors_up(aiohttp_client: AiohttpClient) -> None:
    app = web.Application(middlewares=[unauthorized])
    resource = routed(app, PATH, "GET", "PUT")

    async def set_up(_: web.Application) -> None:
        cors = Cors.for_app(app)
        cors.origin(ORIGIN).on(resource)
        cors.origin(ORIGIN).on(routed(app, "/late", "*"))

    app.on_startup.append(set_up)
    client = await aiohttp_client(app)
    for path in (PATH, "/late"):
        assert await can_preflight(client, path)
        answer = await send(client, "PUT", path)
        assert (answer.status, answer.cors) == (401, NAMED)


async def test_a_startup_receiver_may_bind_everywhere(aiohttp_client: AiohttpClient) -> None:
    app = web.Application()
    routed(app, PATH, "GET", "PUT")

    async def set_up(_: web.Application) -> None:
        Cors.for_app(app).origin(ORIGIN).everywhere()

    app.on_startup.append(set_up)
    client = await aiohttp_client(app)
    assert await can_preflight(client)
    assert (await send(client, "GET", "/nowhere")).cors == NAMED


async def test_a_second_runner_serves_the_same_application(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application(middlewares=[unauthorized])
    Cors.for_app(app).origin(ORIGIN).on(routed(app, PATH, "GET", "PUT"))
    first = await aiohttp_client(app)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    assert await can_preflight(first)
    assert len(app.middlewares) == 2
    await runner.cleanup()


async def test_an_application_that_was_stopped_may_start_again() -> None:
    app = web.Application()
    Cors.for_app(app).origin(ORIGIN).on(routed(app, PATH, "GET", "PUT"), routed(app, "/any", "*"))
    for _ in range(2):
        async with TestClient(TestServer(app)) as client:
            assert await can_preflight(client)
            assert await can_preflight(client, "/any")


async def test_one_receiver_writes_headers_however_often_cors_is_set_up(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    before = len(app.on_response_prepare)
    for number in range(3):
        Cors.for_app(app).origin(ORIGIN).on(routed(app, f"/{number}", "GET"))
    assert len(app.on_response_prepare) == before + 1
    assert (await send(await aiohttp_client(app), "GET", "/2")).cors == NAMED


async def test_nothing_is_registered_with_the_router_before_the_start(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    resource = routed(app, PATH, "GET")
    Cors.for_app(app).origin(ORIGIN).on(resource)
    assert [route.method for route in resource] == ["GET"]
    await aiohttp_client(app)
    assert len(list(app.router.resources())) == 1


async def test_a_start_without_hazards_says_nothing(
    aiohttp_client: AiohttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    sub, app = web.Application(middlewares=[unauthorized]), web.Application()
    Cors.for_app(app).origin(ORIGIN).allow_credentials().everywhere()
    routed(sub, PATH, "GET", "*")
    app.add_subapp("/sub/", sub)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        client = await aiohttp_client(app)
        await can_preflight(client, "/sub/items", "GET")
    assert told(caplog) == []


async def test_the_router_that_froze_its_options_routes_still_names_all_methods(
    aiohttp_client: AiohttpClient,
) -> None:
    """Methods are read when a preflight asks for them, not when CORS was settled."""
    app = web.Application()
    resource = routed(app, PATH, "GET")
    Cors.for_app(app).origin(ORIGIN).on(resource)
    client = await aiohttp_client(app)
    for method in ("PUT", "DELETE"):
        resource.add_route(method, hello)
        answer = await preflight(client, PATH, method)
        assert method in listed(answer.cors["allow-methods"])
