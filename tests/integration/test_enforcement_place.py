"""Where the guard stands: before everything else of its application, or the application does not start.

Expectations from the contract's *Enforcement*: inserted at the call, apart from `answer_preflights`; not
first at startup, no start; nowhere to put it, an error.
"""

from collections.abc import Callable
from typing import Any, Final

import pytest
from aiohttp import web
from pytest_aiohttp.plugin import AiohttpClient

from aiohttp_cors import Cors, CorsConfigError, OriginRule, answer_preflights
from tests.integration.fluent_support import EVIL, Handler, routed, unauthorized
from tests.integration.support import ORIGIN, hello, preflight, send

FORGED: Final = "Cross-origin request refused"


@web.middleware
async def passes(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A middleware that does nothing."""
    return await handler(request)


def rule_of(app: web.Application) -> OriginRule:
    return Cors.for_app(app).origin(ORIGIN)


def test_the_guard_is_there_as_soon_as_something_is_enforced() -> None:
    app = web.Application(middlewares=[passes])
    items, others = routed(app, "/items", "GET"), routed(app, "/others", "GET")
    rule_of(app).on(items)
    assert list(app.middlewares) == [passes]
    rule_of(app).enforce_on(others)
    guard, second = app.middlewares
    assert second is passes
    rule_of(app).enforce_everywhere(excluding=[items, others])
    assert list(app.middlewares) == [guard, passes]


async def test_nothing_is_inserted_where_nothing_is_enforced(aiohttp_client: AiohttpClient) -> None:
    app = web.Application()
    rule_of(app).on(routed(app, "/items", "GET"))
    await aiohttp_client(app)
    assert list(app.middlewares) == []


async def test_the_guard_alone_needs_no_other_middleware(aiohttp_client: AiohttpClient) -> None:
    app = web.Application()
    rule_of(app).enforce_on(routed(app, "/items", "GET", "PUT"))
    client = await aiohttp_client(app)
    assert len(app.middlewares) == 1
    assert (await preflight(client, "/items", "PUT")).status == 200


async def test_preflights_are_answered_behind_the_guard(aiohttp_client: AiohttpClient) -> None:
    app = web.Application(middlewares=[unauthorized])
    rule_of(app).enforce_on(routed(app, "/items", "GET", "PUT"))
    client = await aiohttp_client(app)
    assert list(app.middlewares)[1:] == [answer_preflights, unauthorized]
    assert (await preflight(client, "/items", "PUT")).status == 200
    assert FORGED in (await send(client, "PUT", "/items", origin=EVIL)).text
    assert (await send(client, "PUT", "/items")).status == 401


async def test_a_program_may_place_the_answering_of_preflights_where_it_likes(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application(middlewares=[unauthorized, answer_preflights])
    rule_of(app).enforce_on(routed(app, "/items", "GET", "PUT"))
    client = await aiohttp_client(app)
    assert list(app.middlewares)[1:] == [unauthorized, answer_preflights]
    assert (await preflight(client, "/items", "PUT")).status == 401


async def test_a_middleware_that_is_put_in_front_stops_the_start() -> None:
    app = web.Application()
    rule_of(app).enforce_on(routed(app, "/items", "GET"))
    app.middlewares.insert(0, passes)
    runner = web.AppRunner(app)
    with pytest.raises(RuntimeError, match="the middleware that enforces is not the first"):
        await runner.setup()
    await runner.cleanup()


async def test_a_middleware_that_is_put_in_front_of_a_sub_applications_stops_the_start() -> None:
    sub, app = web.Application(), web.Application()
    rule_of(sub).enforce_on(routed(sub, "/items", "GET"))
    sub.middlewares.insert(0, passes)
    app.add_subapp("/sub", sub)
    runner = web.AppRunner(app)
    with pytest.raises(RuntimeError, match="the middleware that enforces is not the first"):
        await runner.setup()
    await runner.cleanup()


async def test_a_guard_that_was_taken_away_stops_the_start() -> None:
    app = web.Application()
    rule_of(app).enforce_on(routed(app, "/items", "GET"))
    app.middlewares.clear()
    runner = web.AppRunner(app)
    with pytest.raises(RuntimeError, match="the middleware that enforces is not the first"):
        await runner.setup()
    await runner.cleanup()


async def test_what_a_later_receiver_puts_in_front_is_answered_with_500(
    aiohttp_client: AiohttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    app = web.Application()
    rule_of(app).enforce_on(routed(app, "/items", "GET"))

    async def shifts(app: web.Application) -> None:
        app.middlewares.insert(0, passes)

    app.on_startup.append(shifts)
    client = await aiohttp_client(app)
    assert (await send(client, "GET", "/items")).status == 500
    assert "the middleware that enforces is not the first" in caplog.text


async def test_what_is_put_behind_may_be_put_at_any_time(aiohttp_client: AiohttpClient) -> None:
    app = web.Application()
    rule_of(app).enforce_on(routed(app, "/items", "GET"))
    app.middlewares.append(passes)

    async def appends(app: web.Application) -> None:
        app.middlewares.append(passes)

    app.on_startup.append(appends)
    client = await aiohttp_client(app)
    assert FORGED in (await send(client, "GET", "/items", origin=EVIL)).text
    assert (await send(client, "GET", "/items")).status == 200


def everywhere(app: web.Application) -> None:
    rule_of(app).enforce_everywhere()


def on_a_resource(app: web.Application) -> None:
    rule_of(app).enforce_on(next(iter(app.router.resources())))


CALLS: Final[dict[str, Callable[[web.Application], None]]] = {
    "everywhere": everywhere,
    "on a resource": on_a_resource,
}


@pytest.mark.filterwarnings("ignore::aiohttp_cors.CorsWarning")  # a refused rule is not bound
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
async def test_a_mounted_application_has_no_place_for_it_any_more(
    aiohttp_client: AiohttpClient, call: Callable[[web.Application], None]
) -> None:
    sub, app = web.Application(), web.Application()
    items = routed(sub, "/items", "GET")
    Cors.for_app(sub)
    app.add_subapp("/sub", sub)
    with pytest.raises(RuntimeError, match="enforce before add_subapp, add_domain and the start"):
        call(sub)
    # Nothing was bound.
    rule_of(sub).on(items)
    client = await aiohttp_client(app)
    assert (await send(client, "GET", "/sub/items", origin=EVIL)).status == 200


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
async def test_an_application_that_has_started_has_no_place_for_it_any_more(
    aiohttp_client: AiohttpClient, call: Callable[[web.Application], None]
) -> None:
    app = web.Application()
    items = routed(app, "/items", "GET")
    Cors.for_app(app)
    client = await aiohttp_client(app)
    with pytest.raises(RuntimeError, match="enforce before add_subapp, add_domain and the start"):
        call(app)
    rule_of(app).on(items)
    assert (await send(client, "GET", "/items", origin=EVIL)).status == 200


def test_a_refused_call_inserts_nothing() -> None:
    app = web.Application()
    items = routed(app, "/items", "GET")
    wrong: Any = "/items"
    rule_of(app).on(items)
    calls: list[Callable[[], object]] = [
        lambda: rule_of(app).enforce_on(items),
        lambda: rule_of(app).enforce_on(wrong),
        lambda: rule_of(app).enforce_everywhere(excluding=wrong),
        lambda: rule_of(app).enforce_everywhere(own=["null"]),
    ]
    for call in calls:
        with pytest.raises(CorsConfigError):
            call()
    assert list(app.middlewares) == []


@pytest.mark.parametrize("outer", [True, False])
async def test_each_of_two_applications_may_enforce(
    aiohttp_client: AiohttpClient, outer: bool
) -> None:
    sub, app = web.Application(middlewares=[passes]), web.Application(middlewares=[passes])
    inside, own = routed(sub, "/items", "GET"), routed(app, "/items", "GET")
    rule_of(sub).enforce_on(inside)
    if outer:
        rule_of(app).enforce_on(own)
    app.add_subapp("/sub", sub)
    client = await aiohttp_client(app)
    assert FORGED in (await send(client, "GET", "/sub/items", origin=EVIL)).text
    assert (await send(client, "GET", "/sub/items")).status == 200
    assert (FORGED in (await send(client, "GET", "/items", origin=EVIL)).text) == outer


async def test_cors_may_be_set_up_and_enforced_by_a_startup_receiver(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application(middlewares=[passes])
    items = routed(app, "/items", "GET")

    async def enforces(app: web.Application) -> None:
        rule_of(app).enforce_on(items)

    app.on_startup.append(enforces)
    client = await aiohttp_client(app)
    assert FORGED in (await send(client, "GET", "/items", origin=EVIL)).text


async def test_an_application_may_be_served_twice(aiohttp_client: AiohttpClient) -> None:
    app = web.Application()
    rule_of(app).enforce_on(app.router.add_get("/items", hello))
    for _ in range(2):
        runner = web.AppRunner(app)
        await runner.setup()
        await runner.cleanup()
