"""Ways around a policy that worked on a prototype or on aiohttp-cors, and work no more."""

import os
import pathlib
import subprocess
import sys
from collections.abc import Callable
from typing import Final

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler
from pytest_aiohttp.plugin import AiohttpClient

import aiohttp_cors
from aiohttp_cors import CorsConfig, ResourceOptions
from aiohttp_cors.cors_config import Config
from tests.integration.support import ORIGIN, OTHER, hello, preflight, send

NAMED = {"allow-origin": ORIGIN}
ONLY_ORIGIN: Config = {ORIGIN: ResourceOptions()}
ANY_METHOD: Config = {ORIGIN: ResourceOptions(allow_methods="*", allow_headers="*")}
METHODS = ("GET", "PUT", "DELETE")

Layout = Callable[[web.Application, CorsConfig], None]


@web.middleware
async def pass_through(request: web.Request, handler: Handler) -> web.StreamResponse:
    return await handler(request)


def covered_users(app: web.Application, cors: CorsConfig) -> None:
    cors.add(app.router.add_resource("/users/{id}"), ANY_METHOD).add_route("DELETE", hello)


def private_first(app: web.Application, cors: CorsConfig) -> None:
    app.router.add_delete("/users/me", hello)
    covered_users(app, cors)


def private_with_options(app: web.Application, cors: CorsConfig) -> None:
    app.router.add_options("/users/me", hello)
    private_first(app, cors)


def private_star(app: web.Application, cors: CorsConfig) -> None:
    app.router.add_route("*", "/users/me", hello)
    covered_users(app, cors)


def private_sub_application(app: web.Application, cors: CorsConfig) -> None:
    sub = web.Application()
    sub.router.add_delete("/me", hello)
    app.add_subapp("/users/", sub)
    covered_users(app, cors)


def private_and_covered_in_a_sub_application(app: web.Application, cors: CorsConfig) -> None:
    sub = web.Application()
    sub.router.add_delete("/me", hello)
    resource = cors.add(sub.router.add_resource("/{id}"), ANY_METHOD)
    resource.add_route("DELETE", hello)
    app.add_subapp("/users/", sub)


def private_dynamic_first(app: web.Application, cors: CorsConfig) -> None:
    app.router.add_delete("/users/{who:me}", hello)
    covered_users(app, cors)


@pytest.mark.parametrize(
    "layout",
    [
        private_first,
        private_with_options,
        private_star,
        private_sub_application,
        private_and_covered_in_a_sub_application,
        private_dynamic_first,
    ],
)
@pytest.mark.parametrize("path", ["/users/me", "/users/%6De", "/users/me?id=1"])
@pytest.mark.parametrize("middleware", [False, True], ids=["plain", "behind a middleware"])
async def test_a_private_route_is_not_reached_through_its_covered_neighbour(
    aiohttp_client: AiohttpClient, layout: Layout, path: str, middleware: bool
) -> None:
    app = web.Application(middlewares=[pass_through] if middleware else [])
    layout(app, aiohttp_cors.setup(app))
    client = await aiohttp_client(app)
    actual = await send(client, "DELETE", path)
    assert (actual.status, actual.cors, actual.vary) == (200, {}, [])
    assert (await preflight(client, path, "DELETE")).cors == {}
    neighbour = await send(client, "DELETE", "/users/1")
    asked = await preflight(client, "/users/1", "DELETE")
    assert asked.cors.get("allow-origin") == neighbour.cors.get("allow-origin")


async def test_a_private_file_is_not_reached_through_its_covered_folder(
    aiohttp_client: AiohttpClient, tmp_path: pathlib.Path
) -> None:
    (tmp_path / "public").write_text("public")
    app = web.Application()
    cors = aiohttp_cors.setup(app)
    app.router.add_get("/static/secret", hello)
    cors.add(app.router.add_static("/static", tmp_path), ANY_METHOD)
    client = await aiohttp_client(app)
    assert (await send(client, "GET", "/static/public")).cors == NAMED
    assert (await preflight(client, "/static/public")).status == 200
    assert (await send(client, "GET", "/static/secret")).cors == {}
    assert (await preflight(client, "/static/secret")).cors == {}


async def test_two_resources_of_one_canonical_path_have_two_policies(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    cors = aiohttp_cors.setup(app)
    number = app.router.add_resource(r"/users/{id:\d+}")
    name = app.router.add_resource(r"/users/{id:[a-z]+}")
    private = app.router.add_resource(r"/users/{id:[A-Z]+}")
    assert number.canonical == name.canonical == private.canonical
    for resource in (number, name, private):
        resource.add_route("GET", hello)
    cors.add(number, {ORIGIN: ResourceOptions(allow_methods=["GET"], max_age=1)})
    cors.add(name, {OTHER: ResourceOptions(allow_methods=["GET"], max_age=2)})
    client = await aiohttp_client(app)
    for path, origin, age in (("/users/1", ORIGIN, "1"), ("/users/a", OTHER, "2")):
        stranger = OTHER if origin == ORIGIN else ORIGIN
        assert (await send(client, "GET", path, origin=origin)).cors == {"allow-origin": origin}
        assert (await preflight(client, path, origin=origin)).cors["max-age"] == age
        assert (await send(client, "GET", path, origin=stranger)).cors == {}
        assert (await preflight(client, path, origin=stranger)).status == 403
    assert (await send(client, "GET", "/users/A")).cors == {}
    assert (await preflight(client, "/users/A")).cors == {}


@pytest.mark.parametrize("added", METHODS)
async def test_no_route_inherits_the_policy_of_another(
    aiohttp_client: AiohttpClient, added: str
) -> None:
    app = web.Application()
    cors = aiohttp_cors.setup(app)
    resource = app.router.add_resource("/hello")
    routes = {method: resource.add_route(method, hello) for method in METHODS}
    cors.add(routes[added], {ORIGIN: ResourceOptions()})
    client = await aiohttp_client(app)
    for method in METHODS:
        covered = method == added
        assert (await send(client, method, "/hello")).cors == (NAMED if covered else {})
        assert (await preflight(client, "/hello", method)).status == (200 if covered else 403)
    # The others may be added later, with a policy of their own.
    other = METHODS[METHODS.index(added) - 1]
    cors.add(routes[other], {OTHER: ResourceOptions()})
    assert (await send(client, other, "/hello")).cors == {}
    assert (await preflight(client, "/hello", other)).status == 403
    assert (await preflight(client, "/hello", other, origin=OTHER)).status == 200


@pytest.mark.parametrize(
    "method, name",
    [("po\u017ft", None), ("GET", "x-\u017f"), ("GET", "x-\u00df"), ("GET", "x-\u212a")],
    ids=["long s in the method", "long s", "sharp s", "Kelvin sign"],
)
async def test_letters_that_become_ascii_in_upper_case_are_not_those_letters(
    aiohttp_client: AiohttpClient, method: str, name: str | None
) -> None:
    app = web.Application()
    cors = aiohttp_cors.setup(app)
    allowed = ResourceOptions(allow_headers=["x-s", "x-ss", "x-k"], allow_methods=["POST"])
    resource = cors.add(app.router.add_resource("/hello"), {ORIGIN: allowed})
    cors.add(resource.add_route("GET", hello))
    client = await aiohttp_client(app)
    assert (await preflight(client, "/hello", "POST", names="x-s,x-ss,x-k")).status == 200
    answer = await preflight(client, "/hello", method, names=name)
    assert (answer.status, answer.cors) == (403, {})


@pytest.mark.parametrize(
    "origin",
    [
        "https://app.example.evil.example",
        "https://evil-app.example",
        "https://app.example:443",
        "https://app.example.",
        "https://app.example@evil.example",
        "https://evil.example#.sub.example",
        "https://evil.example\\.sub.example",
        "https://evil.example?.sub.example",
        "https://user@x.sub.example",
        "https://.sub.example",
        "https://sub.example",
        "https://xsub.example",
        "http://x.sub.example",
        "https://x.sub.example:1",
        "https://x..sub.example",
        "https://*.sub.example:1",
        "https://X.sub.example",
    ],
)
async def test_an_origin_that_looks_like_an_allowed_one_is_not(
    aiohttp_client: AiohttpClient, origin: str
) -> None:
    app = web.Application()
    cors = aiohttp_cors.setup(app)
    config: Config = {ORIGIN: ResourceOptions(), "https://*.sub.example": ResourceOptions()}
    cors.add(app.router.add_get("/hello", hello), config)
    client = await aiohttp_client(app)
    assert (await send(client, "GET", "/hello", origin="https://x.sub.example")).cors != {}
    assert (await send(client, "GET", "/hello", origin=origin)).cors == {}
    assert (await preflight(client, "/hello", origin=origin)).status == 403


def everything_after_a_private_sub_application(app: web.Application, cors: CorsConfig) -> None:
    sub = web.Application()
    sub.router.add_get("/x", hello)
    app.add_subapp("/a", sub)
    for method in METHODS:
        cors.add(app.router.add_route(method, "/{tail:.*}", hello), ONLY_ORIGIN)


def everything_before_a_private_sub_application(app: web.Application, cors: CorsConfig) -> None:
    for method in METHODS:
        cors.add(app.router.add_route(method, "/{tail:.*}", hello), ONLY_ORIGIN)
    sub = web.Application()
    sub.router.add_get("/x", hello)
    app.add_subapp("/a", sub)


def one_method_each_on_overlapping_resources(app: web.Application, cors: CorsConfig) -> None:
    cors.add(app.router.add_put("/{a}/x", hello), ONLY_ORIGIN)
    app.router.add_get("/a/{b}", hello)
    cors.add(app.router.add_delete("/a/x", hello), ONLY_ORIGIN)
    cors.add(app.router.add_get("/{a}/{b}", hello), ONLY_ORIGIN)


def covered_in_a_sub_application_beside_the_root(app: web.Application, cors: CorsConfig) -> None:
    sub = web.Application()
    cors.add(sub.router.add_get("/x", hello), ONLY_ORIGIN)
    sub.router.add_put("/{b}", hello)
    app.router.add_put("/a/x", hello)
    app.add_subapp("/a", sub)
    cors.add(app.router.add_delete("/a/{b}", hello), ONLY_ORIGIN)


def mounted_at_the_root(app: web.Application, cors: CorsConfig) -> None:
    sub = web.Application()
    cors.add(sub.router.add_get("/a/x", hello), ONLY_ORIGIN)
    app.add_domain("localhost", sub)
    cors.add(app.router.add_put("/a/x", hello), ONLY_ORIGIN)


@pytest.mark.parametrize(
    "layout",
    [
        everything_after_a_private_sub_application,
        everything_before_a_private_sub_application,
        one_method_each_on_overlapping_resources,
        covered_in_a_sub_application_beside_the_root,
        mounted_at_the_root,
    ],
)
@pytest.mark.parametrize("middleware", [False, True], ids=["plain", "behind a middleware"])
async def test_a_preflight_succeeds_where_the_answer_could_be_read_and_nowhere_else(
    aiohttp_client: AiohttpClient, layout: Layout, middleware: bool
) -> None:
    app = web.Application(middlewares=[pass_through] if middleware else [])
    layout(app, aiohttp_cors.setup(app))
    client = await aiohttp_client(app)
    for path in ("/a/x", "/a/y", "/b/x", "/b/y"):
        for method in METHODS:
            actual = await send(client, method, path)
            if actual.status == 200:
                asked = await preflight(client, path, method)
                assert ("allow-origin" in asked.cors) == ("allow-origin" in actual.cors)


async def test_a_star_as_requested_method_opens_nothing(aiohttp_client: AiohttpClient) -> None:
    """Chromium takes ``Access-Control-Allow-Methods: *`` for every method of the URL."""
    app = web.Application()
    private_first(app, aiohttp_cors.setup(app))
    client = await aiohttp_client(app)
    assert (await preflight(client, "/users/me", "*")).cors == {}
    assert (await preflight(client, "/users/1", "*")).cors == {}
    assert (await preflight(client, "/users/1", "DELETE", names="*")).cors == {}


@pytest.mark.parametrize("path", ["/users/me", "/both"])
async def test_a_method_in_lower_case_is_judged_by_the_route_of_the_method_in_upper_case(
    aiohttp_client: AiohttpClient, path: str
) -> None:
    """Aiohttp's parser in Python serves ``patch`` by the route for ``PATCH``."""
    app = web.Application()
    cors = aiohttp_cors.setup(app)
    app.router.add_patch("/users/me", hello)
    cors.add(app.router.add_resource("/users/{id}"), ANY_METHOD).add_route("GET", hello)
    both = cors.add(app.router.add_resource("/both"), ANY_METHOD)
    cors.add(both.add_route("PATCH", hello), ONLY_ORIGIN)
    client = await aiohttp_client(app)
    for method in ("PATCH", "patch", "Patch"):
        assert (await preflight(client, path, method, names="x-a")).cors == {}


class Uninvited(web.View, aiohttp_cors.CorsViewMixin):
    cors_config = ONLY_ORIGIN

    async def put(self) -> web.Response:
        return web.Response()


async def call(request: web.Request) -> web.StreamResponse:
    """What a decorator makes of a view: a function that calls it."""
    return await Uninvited(request)


@pytest.mark.parametrize("handler", [Uninvited, call], ids=["the view", "a function that calls it"])
@pytest.mark.parametrize("beside", [False, True], ids=["alone", "beside a function"])
@pytest.mark.parametrize("middleware", [False, True], ids=["plain", "behind a middleware"])
async def test_a_view_that_nobody_added_is_not_shared(
    aiohttp_client: AiohttpClient, handler: type[web.View] | Handler, beside: bool, middleware: bool
) -> None:
    app = web.Application(middlewares=[pass_through] if middleware else [])
    aiohttp_cors.setup(app, defaults=ANY_METHOD)
    resource = app.router.add_resource("/view")
    if beside:
        resource.add_route("DELETE", hello)
    resource.add_route("*", handler)
    client = await aiohttp_client(app)
    for method in ("PUT", "DELETE"):
        answer = await preflight(client, "/view", method)
        assert (answer.status, answer.cors) == (403, {})
    assert (await send(client, "PUT", "/view")).cors == {}


_STAR_AS_METHOD: Final = """
import asyncio

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from aiohttp_cors import Cors
from tests.integration.support import hello, send


async def main():
    app = web.Application()
    resource = app.router.add_resource("/any")
    resource.add_route("*", hello)
    Cors.for_app(app).origin("https://app.example").allow_methods("GET").on(resource)
    client = TestClient(TestServer(app))
    await client.start_server()
    for method in ("*", "GET"):
        print((await send(client, method, "/any")).cors)
    await client.close()


asyncio.run(main())
"""


def test_a_request_with_a_star_as_method_changes_nothing_for_others() -> None:
    """Aiohttp's parser in Python lets such a request through."""
    run = subprocess.run(
        [sys.executable, "-c", _STAR_AS_METHOD],
        env={**os.environ, "AIOHTTP_NO_EXTENSIONS": "1"},
        check=True,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    assert run.stdout.splitlines() == ["{}", "{'allow-origin': 'https://app.example'}"]
