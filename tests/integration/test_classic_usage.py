"""Every use that the document of aiohttp-cors shows, in today's spelling."""

import pathlib
from typing import ClassVar

import pytest
from aiohttp import web
from pytest_aiohttp.plugin import AiohttpClient

import aiohttp_cors
from aiohttp_cors import CorsViewMixin, ResourceOptions, custom_cors
from aiohttp_cors.cors_config import Config
from tests.integration.support import ORIGIN, OTHER, PREFLIGHT_VARY, hello, preflight, send

FULL = ResourceOptions(
    allow_credentials=True,
    expose_headers=("X-Custom",),
    allow_headers=("X-Requested-With", "Content-Type"),
    max_age=3600,
)
ALL_FEATURES = {"*": ResourceOptions(allow_credentials=True, expose_headers="*", allow_headers="*")}
NAMED = {"allow-origin": ORIGIN}
ACTUAL_WITH_ALL = {
    "allow-origin": OTHER,
    "allow-credentials": "true",
    "expose-headers": "X-Custom",
}


def preflight_with_all(method: str, names: str) -> dict[str, str]:
    return {
        "allow-origin": OTHER,
        "allow-credentials": "true",
        "allow-methods": method,
        "allow-headers": names,
    }


async def test_a_route_has_options_of_its_own_on_an_added_resource(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    cors = aiohttp_cors.setup(app)
    resource = cors.add(app.router.add_resource("/hello"))
    cors.add(resource.add_route("GET", hello), {ORIGIN: FULL})
    client = await aiohttp_client(app)

    allowed = await send(client, "GET", "/hello")
    assert (allowed.status, allowed.text) == (200, "hello")
    assert allowed.cors == {**NAMED, "allow-credentials": "true", "expose-headers": "X-Custom"}
    assert allowed.vary == ["Origin"]

    asked = await preflight(client, "/hello", names="content-type,x-requested-with")
    assert (asked.status, asked.text) == (200, "")
    names = set(asked.cors.pop("allow-headers").split(","))
    assert names == {"CONTENT-TYPE", "X-REQUESTED-WITH"}
    expected = {"allow-credentials": "true", "allow-methods": "GET", "max-age": "3600"}
    assert {k: v for k, v in asked.cors.items() if k != "allow-headers"} == {**NAMED, **expected}
    assert asked.vary == [PREFLIGHT_VARY]


async def test_a_stranger_reads_nothing_of_it(aiohttp_client: AiohttpClient) -> None:
    app = web.Application()
    cors = aiohttp_cors.setup(app)
    resource = cors.add(app.router.add_resource("/hello"))
    cors.add(resource.add_route("GET", hello), {ORIGIN: FULL})
    client = await aiohttp_client(app)

    for origin in (OTHER, None):
        actual = await send(client, "GET", "/hello", origin=origin)
        assert (actual.status, actual.cors, actual.vary) == (200, {}, ["Origin"])
    refused = await preflight(client, "/hello", origin=OTHER)
    assert (refused.status, refused.cors, refused.vary) == (403, {}, [PREFLIGHT_VARY])


async def test_an_origin_with_options_of_its_own_stands_beside_the_star(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    cors = aiohttp_cors.setup(app)
    cors.add(
        app.router.add_route("GET", "/hello", hello),
        {
            "*": ResourceOptions(allow_credentials=False),
            ORIGIN: ResourceOptions(allow_credentials=True),
        },
    )
    client = await aiohttp_client(app)

    assert (await send(client, "GET", "/hello")).cors == {**NAMED, "allow-credentials": "true"}
    assert (await send(client, "GET", "/hello", origin=OTHER)).cors == {"allow-origin": OTHER}


async def test_options_made_of_defaults_allow_no_more_than_the_origin(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    cors = aiohttp_cors.setup(app)
    cors.add(app.router.add_route("PUT", "/hello", hello), {ORIGIN: ResourceOptions()})
    client = await aiohttp_client(app)

    assert (await send(client, "PUT", "/hello")).cors == NAMED
    assert (await preflight(client, "/hello", "PUT")).cors == {**NAMED, "allow-methods": "PUT"}
    assert (await preflight(client, "/hello", "PUT", names="x-a")).status == 403


async def test_a_star_for_headers_means_all_of_them(aiohttp_client: AiohttpClient) -> None:
    app = web.Application()
    cors = aiohttp_cors.setup(app)
    cors.add(
        app.router.add_route("GET", "/hello", hello),
        {ORIGIN: ResourceOptions(expose_headers="*", allow_headers="*")},
    )
    client = await aiohttp_client(app)

    actual = await send(client, "GET", "/hello")
    assert {"X-Custom", "Date", "Server"} == set(actual.cors["expose-headers"].split(","))
    asked = await preflight(client, "/hello", names="x-whatever")
    assert asked.cors["allow-headers"] == "X-WHATEVER"


async def test_defaults_hold_for_all_that_is_added_and_a_route_names_one_more_origin(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    cors = aiohttp_cors.setup(app, defaults={ORIGIN: ResourceOptions()})
    resource = cors.add(app.router.add_resource("/hello"))
    cors.add(resource.add_route("POST", hello))
    cors.add(resource.add_route("PUT", hello))
    cors.add(resource.add_route("GET", hello), {OTHER: ResourceOptions()})
    client = await aiohttp_client(app)

    for method in ("POST", "PUT"):
        assert (await send(client, method, "/hello")).cors == NAMED
        assert (await send(client, method, "/hello", origin=OTHER)).cors == {}
        assert (await preflight(client, "/hello", method)).cors["allow-methods"] == method
        assert (await preflight(client, "/hello", method, origin=OTHER)).status == 403
    for origin in (ORIGIN, OTHER):
        assert (await send(client, "GET", "/hello", origin=origin)).cors == {"allow-origin": origin}
        assert (await preflight(client, "/hello", origin=origin)).status == 200


async def test_what_was_not_added_stays_private(aiohttp_client: AiohttpClient) -> None:
    app = web.Application()
    cors = aiohttp_cors.setup(app, defaults=ALL_FEATURES)
    cors.add(app.router.add_route("GET", "/hello", hello))
    app.router.add_route("GET", "/private", hello)
    client = await aiohttp_client(app)

    actual = await send(client, "GET", "/private")
    assert (actual.status, actual.cors, actual.vary) == (200, {}, [])
    asked = await preflight(client, "/private")
    assert (asked.status, asked.cors, asked.vary) == (405, {}, [])


async def test_a_resource_has_defaults_of_its_own(aiohttp_client: AiohttpClient) -> None:
    app = web.Application()
    cors = aiohttp_cors.setup(app)
    resource = cors.add(app.router.add_resource("/hello"), {ORIGIN: ResourceOptions()})
    cors.add(resource.add_route("POST", hello))
    cors.add(resource.add_route("PUT", hello))
    client = await aiohttp_client(app)

    for method in ("POST", "PUT"):
        assert (await send(client, method, "/hello")).cors == NAMED
        asked = await preflight(client, "/hello", method)
        assert asked.cors == {**NAMED, "allow-methods": method}
    assert (await preflight(client, "/hello", "DELETE")).status == 403


async def test_allow_methods_covers_routes_that_were_never_added(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    cors = aiohttp_cors.setup(app)
    resource = cors.add(
        app.router.add_resource("/hello"), {ORIGIN: ResourceOptions(allow_methods=["POST", "put"])}
    )
    resource.add_route("POST", hello)
    resource.add_route("PUT", hello)
    resource.add_route("PATCH", hello)
    cors.add(resource.add_route("DELETE", hello))
    client = await aiohttp_client(app)

    for method in ("POST", "PUT", "DELETE"):
        assert (await preflight(client, "/hello", method)).cors == {
            **NAMED,
            "allow-methods": method,
        }
        assert (await send(client, method, "/hello")).cors == NAMED
    assert (await preflight(client, "/hello", "PATCH")).status == 403


async def test_a_star_in_allow_methods_means_any(aiohttp_client: AiohttpClient) -> None:
    app = web.Application()
    cors = aiohttp_cors.setup(app)
    resource = app.router.add_resource("/hello")
    resource.add_route("PURGE", hello)
    cors.add(resource, {ORIGIN: ResourceOptions(allow_methods="*")})
    client = await aiohttp_client(app)

    for method in ("PURGE", "DELETE"):
        assert (await preflight(client, "/hello", method)).cors == {
            **NAMED,
            "allow-methods": method,
        }


async def test_all_origins_with_all_features(aiohttp_client: AiohttpClient) -> None:
    app = web.Application()
    cors = aiohttp_cors.setup(app, defaults=ALL_FEATURES)
    resource = cors.add(app.router.add_resource("/hello"))
    for method in ("GET", "PUT", "POST", "DELETE"):
        cors.add(resource.add_route(method, hello))
    client = await aiohttp_client(app)

    for method in ("GET", "PUT", "POST", "DELETE"):
        actual = (await send(client, method, "/hello", origin=OTHER)).cors
        exposed = set(actual.pop("expose-headers").split(","))
        assert actual == {"allow-origin": OTHER, "allow-credentials": "true"}
        assert "X-Custom" in exposed
        asked = await preflight(client, "/hello", method, origin=OTHER, names="authorization")
        assert asked.cors == preflight_with_all(method, "AUTHORIZATION")


async def test_routes_can_be_added_to_the_router_directly(aiohttp_client: AiohttpClient) -> None:
    app = web.Application()
    cors = aiohttp_cors.setup(app)
    cors.add(app.router.add_route("GET", "/hello", hello), {ORIGIN: FULL})
    cors.add(app.router.add_put("/hello", hello), {OTHER: ResourceOptions()})
    client = await aiohttp_client(app)

    assert (await send(client, "GET", "/hello")).cors["allow-origin"] == ORIGIN
    assert (await send(client, "PUT", "/hello")).cors == {}
    assert (await preflight(client, "/hello", "GET")).cors["max-age"] == "3600"
    assert (await preflight(client, "/hello", "PUT")).status == 403
    assert (await preflight(client, "/hello", "PUT", origin=OTHER)).status == 200


async def test_named_routes_keep_their_names_and_get_no_new_ones(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    cors = aiohttp_cors.setup(app)
    route = app.router.add_route("GET", "/{name}", hello, name="hello")
    assert cors.add(route, {ORIGIN: ResourceOptions()}) is route
    assert list(app.router.named_resources()) == ["hello"]
    client = await aiohttp_client(app)

    url = app.router["hello"].url_for(name="x")
    assert (await send(client, "GET", str(url))).cors == NAMED


@pytest.mark.parametrize("as_route", [False, True], ids=["resource", "route"])
async def test_static_files(
    aiohttp_client: AiohttpClient, tmp_path: pathlib.Path, as_route: bool
) -> None:
    (tmp_path / "file.txt").write_text("static")
    app = web.Application()
    cors = aiohttp_cors.setup(app)
    static = app.router.add_static("/static", tmp_path)
    assert isinstance(static, web.StaticResource)
    target = next(route for route in static if route.method == "GET") if as_route else static
    config = {ORIGIN: ResourceOptions(allow_methods=["GET"])}
    assert cors.add(target, config) is target
    client = await aiohttp_client(app)

    actual = await send(client, "GET", "/static/file.txt")
    assert (actual.status, actual.text, actual.cors) == (200, "static", NAMED)
    missing = await send(client, "GET", "/static/missing.txt")
    assert (missing.status, missing.cors, missing.vary) == (404, NAMED, ["Origin"])
    asked = await preflight(client, "/static/file.txt")
    assert (asked.status, asked.cors) == (200, {**NAMED, "allow-methods": "GET"})
    assert (await preflight(client, "/static/file.txt", origin=OTHER)).status == 403


@pytest.mark.parametrize("listed", [True, False], ids=["list(routes)", "routes"])
async def test_a_loop_over_all_routes(aiohttp_client: AiohttpClient, listed: bool) -> None:
    app = web.Application()
    app.router.add_route("GET", "/hello", hello)
    app.router.add_route("PUT", "/hello", hello)
    app.router.add_route("POST", "/other", hello)
    app.router.add_route("DELETE", "/hello", hello)
    cors = aiohttp_cors.setup(app, defaults=ALL_FEATURES)
    routes = list(app.router.routes()) if listed else app.router.routes()
    for route in routes:
        cors.add(route)
    client = await aiohttp_client(app)

    served = [("GET", "/hello"), ("PUT", "/hello"), ("POST", "/other"), ("DELETE", "/hello")]
    for method, path in served:
        actual = (await send(client, method, path, origin=OTHER)).cors
        assert actual["allow-origin"] == OTHER
        asked = await preflight(client, path, method, origin=OTHER, names="x-a")
        assert asked.cors == preflight_with_all(method, "X-A")


@pytest.mark.parametrize("webview", [False, True], ids=["today", "webview=True"])
async def test_a_view_brings_its_own_configuration(
    aiohttp_client: AiohttpClient, webview: bool
) -> None:
    class CorsView(web.View, CorsViewMixin):
        cors_config: ClassVar[Config | None] = {
            "*": ResourceOptions(allow_credentials=True, allow_headers=["X-Request-ID"])
        }

        async def get(self) -> web.Response:
            return web.Response(text="Done")

        @custom_cors({"*": ResourceOptions(allow_credentials=True, allow_headers="*")})
        async def post(self) -> web.Response:
            return web.Response(text="Done")

    app = web.Application()
    cors = aiohttp_cors.setup(app, defaults={ORIGIN: ResourceOptions(expose_headers="*")})
    route = app.router.add_route("*", "/resource", CorsView)
    if webview:
        with pytest.warns(DeprecationWarning, match="webview"):
            cors.add(route, webview=True)
    else:
        cors.add(route)
    client = await aiohttp_client(app)

    for method in ("GET", "POST"):
        actual = await send(client, method, "/resource", origin=OTHER)
        assert (actual.status, actual.text) == (200, "Done")
        assert actual.cors == {"allow-origin": OTHER, "allow-credentials": "true"}
    # The exact origin of the defaults is before the star of the view.
    assert "allow-credentials" not in (await send(client, "GET", "/resource")).cors

    by_class = await preflight(client, "/resource", "GET", origin=OTHER, names="x-request-id")
    assert by_class.cors == preflight_with_all("GET", "X-REQUEST-ID")
    refused = await preflight(client, "/resource", "GET", origin=OTHER, names="x-other")
    assert refused.text == "CORS preflight request failed: headers are not allowed: X-OTHER"
    by_method = await preflight(client, "/resource", "POST", origin=OTHER, names="x-other")
    assert by_method.cors == preflight_with_all("POST", "X-OTHER")
