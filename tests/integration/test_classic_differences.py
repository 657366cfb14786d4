"""Each difference from aiohttp-cors 0.8.1 that the README lists, one test named after each.

That 0.8.1 does otherwise is shown where the two are compared, in `tests/comparison`.
"""

import importlib.util
import logging
from collections.abc import Callable
from typing import ClassVar

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler
from pytest_aiohttp.plugin import AiohttpClient

import aiohttp_cors
from aiohttp_cors import CorsConfig, CorsViewMixin, ResourceOptions
from aiohttp_cors.cors_config import Config
from tests.integration.support import ORIGIN, OTHER, PREFLIGHT_VARY, hello, preflight, send

NAMED = {"allow-origin": ORIGIN}
PATH = "/hello"
ONLY_ORIGIN: Config = {ORIGIN: ResourceOptions()}
ALL: Config = {"*": ResourceOptions(expose_headers="*", allow_headers="*", allow_methods="*")}


class View(web.View, CorsViewMixin):
    cors_config: ClassVar[Config | None] = ONLY_ORIGIN

    async def get(self) -> web.Response:
        return web.Response(text="hello")


@web.middleware
async def unauthorized(request: web.Request, handler: Handler) -> web.StreamResponse:
    raise web.HTTPUnauthorized


def covered(config: Config = ONLY_ORIGIN, handler: Handler = hello) -> web.Application:
    app = web.Application()
    aiohttp_cors.setup(app).add(app.router.add_get(PATH, handler), config)
    return app


def unchecked(function: Callable[..., object]) -> Callable[..., object]:
    """`function` for what the type checkers would refuse, too."""
    return function


def test_resource_options_is_no_tuple() -> None:
    assert not isinstance(ResourceOptions(), tuple)


@pytest.mark.parametrize("module", ["abc", "preflight_handler", "urldispatcher_router_adapter"])
def test_private_modules_are_gone(module: str) -> None:
    assert importlib.util.find_spec(f"aiohttp_cors.{module}") is None


def test_private_attributes_are_gone() -> None:
    cors = CorsConfig(web.Application())
    assert not hasattr(cors, "_cors_impl")
    assert not hasattr(cors, "_router_adapter")
    with pytest.raises(TypeError, match="router_adapter"):
        unchecked(CorsConfig)(web.Application(), router_adapter=None)


async def test_vary_is_sent(aiohttp_client: AiohttpClient) -> None:
    client = await aiohttp_client(covered())
    for origin in (ORIGIN, OTHER, None):
        assert (await send(client, "GET", PATH, origin=origin)).vary == ["Origin"]
    for origin in (ORIGIN, OTHER):
        assert (await preflight(client, PATH, origin=origin)).vary == [PREFLIGHT_VARY]


@pytest.mark.parametrize("value", ["*", ORIGIN, OTHER])
async def test_cors_headers_that_a_handler_set_are_removed_and_nothing_asserts(
    aiohttp_client: AiohttpClient, value: str
) -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(text="hello", headers={"Access-Control-Allow-Origin": value})

    client = await aiohttp_client(covered(handler=handler))
    allowed = await send(client, "GET", PATH)
    assert (allowed.status, allowed.cors) == (200, NAMED)
    refused = await send(client, "GET", PATH, origin=OTHER)
    assert (refused.status, refused.cors) == (200, {})


async def test_a_method_that_a_view_lacks_is_a_405(aiohttp_client: AiohttpClient) -> None:
    app = web.Application()
    aiohttp_cors.setup(app).add(app.router.add_view(PATH, View))
    client = await aiohttp_client(app)
    answer = await send(client, "PUT", PATH)
    assert (answer.status, answer.cors) == (405, NAMED)


@pytest.mark.parametrize("added_too", [False, True], ids=["never added", "added"])
async def test_no_route_inherits_the_policy_of_the_first_that_was_added(
    aiohttp_client: AiohttpClient, added_too: bool
) -> None:
    app = covered({ORIGIN: ResourceOptions(allow_methods=["DELETE"])})
    put = app.router.add_put(PATH, hello)
    if added_too:
        app[aiohttp_cors.APP_CONFIG_KEY].add(put)
    client = await aiohttp_client(app)
    assert (await send(client, "GET", PATH)).cors == NAMED
    assert (await send(client, "PUT", PATH)).cors == {}
    assert (await preflight(client, PATH, "PUT")).status == 403


@pytest.mark.parametrize("named", [False, True])
async def test_a_route_left_out_beside_an_added_one_is_covered_where_its_method_is_named(
    aiohttp_client: AiohttpClient, named: bool
) -> None:
    app = covered({ORIGIN: ResourceOptions(allow_methods=["PUT"] if named else None)})
    app.router.add_put(PATH, hello)
    client = await aiohttp_client(app)
    assert (await send(client, "GET", PATH)).cors == NAMED
    assert (await send(client, "PUT", PATH)).cors == (NAMED if named else {})
    assert (await preflight(client, PATH, "PUT")).status == (200 if named else 403)


async def test_preflights_precede_middlewares(aiohttp_client: AiohttpClient) -> None:
    app = covered()
    app.middlewares.append(unauthorized)
    client = await aiohttp_client(app)
    assert (await preflight(client, PATH)).status == 200
    assert (await send(client, "GET", PATH)).status == 401


async def test_a_preflight_for_a_method_that_another_resource_of_the_path_serves_succeeds(
    aiohttp_client: AiohttpClient,
) -> None:
    app = covered()
    app.router.add_get("/between", hello)
    app[aiohttp_cors.APP_CONFIG_KEY].add(app.router.add_put(PATH, hello), ONLY_ORIGIN)
    client = await aiohttp_client(app)
    for method in ("GET", "PUT"):
        assert (await preflight(client, PATH, method)).cors == {**NAMED, "allow-methods": method}


async def test_a_405_of_a_covered_resource_carries_the_headers(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    cors = aiohttp_cors.setup(app, defaults=ONLY_ORIGIN)
    cors.add(app.router.add_get(PATH, hello))
    client = await aiohttp_client(app)
    answer = await send(client, "PUT", PATH)
    assert (answer.status, answer.cors, answer.vary) == (405, NAMED, ["Origin"])


async def test_keys_that_are_patterns_match_as_patterns(aiohttp_client: AiohttpClient) -> None:
    client = await aiohttp_client(covered({"https://*.a.example:*": ResourceOptions()}))
    for origin in ("https://x.a.example", "https://x.y.a.example:8443"):
        assert (await send(client, "GET", PATH, origin=origin)).cors == {"allow-origin": origin}
        assert (await preflight(client, PATH, origin=origin)).status == 200
    assert (await send(client, "GET", PATH, origin="https://a.example")).cors == {}


@pytest.mark.parametrize(
    "method, names",
    [
        ("GET", ",".join(f"x{number}" for number in range(257))),
        ("GET", "x a"),
        ("P T", None),
    ],
    ids=["257 names", "a name", "a method"],
)
async def test_header_lists_are_bounded_and_names_and_methods_are_tokens(
    aiohttp_client: AiohttpClient, method: str, names: str | None
) -> None:
    client = await aiohttp_client(covered(ALL))
    answer = await preflight(client, PATH, method, names=names)
    assert (answer.status, answer.cors) == (403, {})


@pytest.mark.parametrize("origin", ["https://\u00fc.example", "https://" + "a" * 319])
async def test_an_origin_beyond_visible_ascii_or_326_bytes_matches_nothing(
    aiohttp_client: AiohttpClient, origin: str
) -> None:
    client = await aiohttp_client(covered({"*": ResourceOptions(), origin: ResourceOptions()}))
    assert (await send(client, "GET", PATH, origin=origin)).cors == {}
    assert (await preflight(client, PATH, origin=origin)).status == 403


async def test_expose_all_leaves_out_what_no_script_needs(aiohttp_client: AiohttpClient) -> None:
    async def handler(request: web.Request) -> web.Response:
        headers = {"Set-Cookie": "a=b", "Keep-Alive": "timeout=5", "Server": "s", "Date": "d"}
        return web.Response(text="hello", headers=headers)

    client = await aiohttp_client(covered(ALL, handler))
    answer = await send(client, "GET", PATH)
    assert "Content-Length" in answer.headers
    assert sorted(answer.cors["expose-headers"].split(",")) == ["Date", "Server"]


async def test_expose_all_is_absent_where_there_is_nothing_to_expose(
    aiohttp_client: AiohttpClient,
) -> None:
    app = covered(ALL)

    async def bare(request: web.Request, response: web.StreamResponse) -> None:
        del response.headers["X-Custom"], response.headers["Date"], response.headers["Server"]

    app.on_response_prepare.insert(0, bare)
    client = await aiohttp_client(app)
    assert (await send(client, "GET", PATH)).cors == NAMED


async def test_a_preflight_is_judged_by_the_route_that_would_serve_the_request(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    app.router.add_delete("/users/me", hello)
    resource = aiohttp_cors.setup(app).add(app.router.add_resource("/users/{id}"), ALL)
    resource.add_route("DELETE", hello)
    client = await aiohttp_client(app)
    assert (await preflight(client, "/users/1", "DELETE")).status == 200
    assert (await preflight(client, "/users/me", "DELETE")).status == 403


async def test_the_methods_of_a_view_are_http_methods_only(aiohttp_client: AiohttpClient) -> None:
    app = web.Application()
    aiohttp_cors.setup(app).add(app.router.add_view(PATH, View))
    client = await aiohttp_client(app)
    assert (await preflight(client, PATH, "GET")).status == 200
    assert (await preflight(client, PATH, "REQUEST")).status == 403


async def test_defaults_are_changed_by_assignment_and_not_in_place(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    defaults = {ORIGIN: ResourceOptions()}
    cors = aiohttp_cors.setup(app, defaults=defaults)
    cors.add(app.router.add_get(PATH, hello))
    client = await aiohttp_client(app)
    defaults[OTHER] = ResourceOptions()
    assert (await send(client, "GET", PATH, origin=OTHER)).cors == {}
    cors.defaults = defaults
    assert (await send(client, "GET", PATH, origin=OTHER)).cors == {"allow-origin": OTHER}


async def test_a_handlers_own_headers_are_told_of_once(
    aiohttp_client: AiohttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(headers={"Access-Control-Allow-Origin": "*"})

    client = await aiohttp_client(covered(handler=handler))
    with caplog.at_level(logging.WARNING, "aiohttp_cors"):
        for origin in (OTHER, ORIGIN):
            await send(client, "GET", PATH, origin=origin)
    assert len(caplog.records) == 1
