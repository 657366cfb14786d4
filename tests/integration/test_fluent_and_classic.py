"""Both APIs on one application: one engine, one table, and no target with two policies.

Expectations from the contract's *Which policy decides*, point 6: binding a target twice, through
either API or both, is *conflicting*; a classic `add` beats `everywhere`.
"""

from collections.abc import Callable

import pytest
from aiohttp import web
from pytest_aiohttp.plugin import AiohttpClient

import aiohttp_cors
from aiohttp_cors import Cors, CorsConfigError, CorsViewMixin, ResourceOptions
from tests.integration.fluent_support import listed, routed
from tests.integration.support import ORIGIN, OTHER, hello, preflight, send

CLASSIC = "https://classic.example"
FLUENT = "https://fluent.example"
OPTIONS = {CLASSIC: ResourceOptions()}


def conflicts(call: Callable[[], object]) -> None:
    with pytest.raises(CorsConfigError) as caught:
        call()
    assert {problem.reason for problem in caught.value.problems} == {"conflicting"}


async def test_each_target_answers_under_the_api_that_bound_it(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    classic, fluent = routed(app, "/classic", "GET"), routed(app, "/fluent", "GET")
    cors = aiohttp_cors.setup(app)
    cors.add(classic)
    for route in list(classic):
        if route.method == "GET":
            cors.add(route, OPTIONS)
    Cors.for_app(app).origin(FLUENT).on(fluent)
    client = await aiohttp_client(app)
    for path, origin in (("/classic", CLASSIC), ("/fluent", FLUENT)):
        for other in (CLASSIC, FLUENT):
            answer = await send(client, "GET", path, origin=other)
            assert answer.cors == ({"allow-origin": origin} if other == origin else {})
            assert answer.vary == ["Origin"]
            before = await preflight(client, path, origin=other)
            assert before.status == (200 if other == origin else 403)


async def test_both_share_one_receiver() -> None:
    app = web.Application()
    aiohttp_cors.setup(app)
    Cors.for_app(app)
    assert len(app.on_response_prepare) == 1
    other = web.Application()
    Cors.for_app(other)
    aiohttp_cors.setup(other)
    assert len(other.on_response_prepare) == 1


def test_a_resource_is_bound_once_through_either() -> None:
    app = web.Application()
    resource = app.router.add_resource("/items")
    rule = Cors.for_app(app).origin(FLUENT)
    rule.on(resource)
    conflicts(lambda: rule.on(resource))
    with pytest.raises(ValueError, match="CORS is already configured for"):
        aiohttp_cors.setup(app).add(resource)


def test_a_resource_that_was_added_is_not_bound_again() -> None:
    app = web.Application()
    resource = app.router.add_resource("/items")
    aiohttp_cors.setup(app).add(resource)
    conflicts(lambda: Cors.for_app(app).origin(FLUENT).on(resource))


def test_a_route_is_bound_once_through_either() -> None:
    app = web.Application()
    route = app.router.add_get("/items", hello)
    rule = Cors.for_app(app).origin(FLUENT)
    rule.on(route)
    conflicts(lambda: rule.on(route))
    with pytest.raises(ValueError, match="CORS is already configured for"):
        aiohttp_cors.setup(app).add(route)


def test_a_route_that_was_added_is_not_bound_again() -> None:
    app = web.Application()
    route = app.router.add_get("/items", hello)
    aiohttp_cors.setup(app).add(route)
    conflicts(lambda: Cors.for_app(app).origin(FLUENT).on(route))


async def test_a_refused_classic_add_leaves_the_fluent_policy_in_place(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    resource = routed(app, "/items", "GET", "PUT")
    Cors.for_app(app).origin(FLUENT).on(resource)
    cors = aiohttp_cors.setup(app)
    with pytest.raises(ValueError, match="CORS is already configured for"):
        cors.add(resource, OPTIONS)
    assert [route.method for route in resource] == ["GET", "PUT"]
    client = await aiohttp_client(app)
    assert (await preflight(client, "/items", "PUT", origin=FLUENT)).status == 200
    assert (await send(client, "GET", "/items", origin=CLASSIC)).cors == {}


async def test_attack_everywhere_adds_nothing_to_what_a_classic_add_decided(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    resource = routed(app, "/items", "GET", "PUT")
    routed(app, "/rest", "GET")
    cors = aiohttp_cors.setup(app)
    cors.add(resource)
    for route in list(resource):
        if route.method == "GET":
            cors.add(route, OPTIONS)
    Cors.for_app(app).origin(FLUENT).allow_credentials().everywhere()
    client = await aiohttp_client(app)
    assert (await send(client, "GET", "/items", origin=CLASSIC)).cors == {"allow-origin": CLASSIC}
    for method in ("GET", "PUT"):
        answer = await send(client, method, "/items", origin=FLUENT)
        assert (answer.cors, answer.vary) == ({}, ["Origin"])
        assert (await preflight(client, "/items", method, origin=FLUENT)).cors == {}
    assert "allow-origin" in (await send(client, "GET", "/rest", origin=FLUENT)).cors


async def test_attack_a_root_adds_nothing_to_what_a_classic_sub_application_decided(
    aiohttp_client: AiohttpClient,
) -> None:
    sub, app = web.Application(), web.Application()
    resource = sub.router.add_resource("/items")
    cors = aiohttp_cors.setup(sub, defaults=OPTIONS)
    cors.add(resource)
    cors.add(resource.add_route("GET", hello))
    mounted = app.add_subapp("/sub/", sub)
    rule = Cors.for_app(app).origin(FLUENT).allow_credentials()
    rule.everywhere()
    rule.on(mounted)
    client = await aiohttp_client(app)
    answer = await send(client, "GET", "/sub/items", origin=FLUENT)
    assert (answer.cors, answer.vary) == ({}, ["Origin"])
    assert (await preflight(client, "/sub/items", origin=FLUENT)).status == 403
    assert (await send(client, "GET", "/sub/items", origin=CLASSIC)).cors == {
        "allow-origin": CLASSIC
    }


async def test_a_fluent_sub_application_below_a_classic_root(
    aiohttp_client: AiohttpClient,
) -> None:
    sub, app = web.Application(), web.Application()
    Cors.for_app(sub).origin(FLUENT).everywhere()
    routed(sub, "/items", "GET", "PUT")
    cors = aiohttp_cors.setup(app, defaults=OPTIONS)
    cors.add(app.router.add_get("/items", hello))
    app.add_subapp("/sub/", sub)
    client = await aiohttp_client(app)
    assert (await send(client, "GET", "/sub/items", origin=FLUENT)).cors == {"allow-origin": FLUENT}
    assert (await preflight(client, "/sub/items", "PUT", origin=FLUENT)).status == 200
    assert (await send(client, "GET", "/sub/items", origin=CLASSIC)).cors == {}
    assert (await send(client, "GET", "/items", origin=CLASSIC)).cors == {"allow-origin": CLASSIC}


async def test_the_api_that_bound_the_target_answers_options_that_are_no_preflight(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    cors = aiohttp_cors.setup(app, defaults=OPTIONS)
    cors.add(app.router.add_get("/classic", hello))
    Cors.for_app(app).origin(FLUENT).on(routed(app, "/fluent", "GET"))
    client = await aiohttp_client(app)
    answer = await send(client, "OPTIONS", "/fluent", origin=None)
    assert (answer.status, answer.cors) == (200, {})
    assert listed(answer.headers["Allow"]) == ["GET", "OPTIONS"]
    answer = await send(client, "OPTIONS", "/classic", origin=None)
    assert (answer.status, answer.cors) == (403, {})
    assert "origin header is not specified in the request" in answer.text


async def test_a_classic_view_below_everywhere_keeps_its_own_configuration(
    aiohttp_client: AiohttpClient,
) -> None:
    class View(web.View, CorsViewMixin):
        cors_config = {CLASSIC: ResourceOptions()}  # noqa: RUF012 -- as users write it

        async def get(self) -> web.Response:
            return web.Response(text="view")

    app = web.Application()
    cors = aiohttp_cors.setup(app)
    cors.add(app.router.add_view("/view", View))
    Cors.for_app(app).origin(FLUENT).everywhere()
    client = await aiohttp_client(app)
    assert (await send(client, "GET", "/view", origin=CLASSIC)).cors == {"allow-origin": CLASSIC}
    assert (await send(client, "GET", "/view", origin=FLUENT)).cors == {}
    assert (await preflight(client, "/view", origin=CLASSIC)).status == 200
    assert (await preflight(client, "/view", origin=FLUENT)).status == 403
    assert (await send(client, "GET", "/nowhere", origin=FLUENT)).cors == {"allow-origin": FLUENT}


async def test_a_mixin_view_bound_by_the_fluent_api_answers_under_the_fluent_policy(
    aiohttp_client: AiohttpClient,
) -> None:
    class View(web.View, CorsViewMixin):
        async def get(self) -> web.Response:
            return web.Response(text="view")

    app = web.Application()
    Cors.for_app(app).origin(ORIGIN).on(app.router.add_view("/view", View))
    client = await aiohttp_client(app)
    assert (await send(client, "GET", "/view")).cors == {"allow-origin": ORIGIN}
    answer = await preflight(client, "/view", "GET")
    assert (answer.status, answer.cors["allow-origin"]) == (200, ORIGIN)
    assert (await preflight(client, "/view", "GET", origin=OTHER)).status == 403


async def test_classic_and_fluent_resources_that_match_one_url_are_not_combined(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    put = routed(app, "/items/1", "PUT")
    delete = routed(app, "/items/{id}", "DELETE")
    cors = aiohttp_cors.setup(app)
    cors.add(delete)
    for route in list(delete):
        if route.method == "DELETE":
            cors.add(route, {ORIGIN: ResourceOptions(allow_headers=["X-B"])})
    Cors.for_app(app).origin(ORIGIN).allow_headers("X-A").max_age(600).on(put)
    client = await aiohttp_client(app)
    answer = await preflight(client, "/items/1", "PUT", names="x-a")
    assert (answer.cors["allow-methods"], answer.cors["max-age"]) == ("PUT", "0")
    assert (await preflight(client, "/items/1", "DELETE", names="x-a")).status == 403
    assert (await preflight(client, "/items/1", "DELETE", names="x-b")).status == 200
