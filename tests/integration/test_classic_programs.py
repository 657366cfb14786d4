"""What real programs do with routers and routes, and expect of CORS."""

import pathlib

import pytest
from aiohttp import web
from pytest_aiohttp.plugin import AiohttpClient

import aiohttp_cors
from aiohttp_cors import CorsConfig, CorsViewMixin, ResourceOptions
from aiohttp_cors.cors_config import Config
from tests.integration.support import ORIGIN, OTHER, Client, hello, preflight, send

NAMED = {"allow-origin": ORIGIN}
ONLY_ORIGIN: Config = {ORIGIN: ResourceOptions()}
ONLY_OTHER: Config = {OTHER: ResourceOptions()}


async def is_covered(client: Client, method: str, path: str, origin: str = ORIGIN) -> None:
    """`origin` alone may read what `method` answers, and may ask before."""
    allowed = await send(client, method, path, origin=origin)
    assert (allowed.status, allowed.cors) == (200, {"allow-origin": origin})
    stranger = "https://stranger.example"
    assert (await send(client, method, path, origin=stranger)).cors == {}
    asked = await preflight(client, path, method, origin=origin)
    assert asked.cors == {"allow-origin": origin, "allow-methods": method}
    assert (await preflight(client, path, method, origin=stranger)).status == 403


async def test_add_works_after_the_application_has_started(
    aiohttp_client: AiohttpClient, tmp_path: pathlib.Path
) -> None:
    (tmp_path / "file").write_text("static")
    app = web.Application()
    cors = aiohttp_cors.setup(app, defaults=ONLY_ORIGIN)
    known = app.router.add_resource("/known")
    known.add_route("GET", hello)
    covered = cors.add(app.router.add_resource("/covered"))
    static = app.router.add_static("/static", tmp_path)
    assert isinstance(static, web.StaticResource)
    client = await aiohttp_client(app)
    assert (await send(client, "GET", "/known")).cors == {}

    for route in list(known):
        cors.add(route)
    cors.add(covered.add_route("PUT", hello))
    cors.add(static, {ORIGIN: ResourceOptions(allow_methods=["GET"])})
    await is_covered(client, "GET", "/known")
    await is_covered(client, "PUT", "/covered")
    await is_covered(client, "GET", "/static/file")


async def test_a_refused_add_after_the_start_changes_nothing(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    cors = aiohttp_cors.setup(app, defaults=ONLY_ORIGIN)
    route = cors.add(app.router.add_get("/hello", hello))
    client = await aiohttp_client(app)
    with pytest.raises(ValueError, match="CORS already configured on resource"):
        cors.add(route, ONLY_OTHER)
    await is_covered(client, "GET", "/hello")


async def test_resources_may_follow_the_start_where_a_program_keeps_its_router_open(
    aiohttp_client: AiohttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = web.Application()
    monkeypatch.setattr(app.router, "freeze", lambda: None)
    cors = aiohttp_cors.setup(app, defaults=ONLY_ORIGIN)
    cors.add(app.router.add_get("/early/{id}", hello))
    client = await aiohttp_client(app)
    await is_covered(client, "GET", "/early/late")

    cors.add(app.router.add_put("/early/late", hello), ONLY_OTHER)
    app.router.add_delete("/early/late", hello)
    assert (await preflight(client, "/early/late", "PUT", origin=OTHER)).status == 200
    assert (await preflight(client, "/early/late", "DELETE")).status == 403
    await is_covered(client, "GET", "/early/late")


async def test_a_resource_with_the_empty_path(aiohttp_client: AiohttpClient) -> None:
    app, sub = web.Application(), web.Application()
    cors = aiohttp_cors.setup(app, defaults=ONLY_ORIGIN)
    for router in (app.router, sub.router):
        resource = cors.add(router.add_resource(""))
        cors.add(resource.add_route("GET", hello))
        cors.add(router.add_put("/", hello), ONLY_OTHER)
    app.add_subapp("/sub", sub)
    client = await aiohttp_client(app)
    await is_covered(client, "GET", "/sub")
    await is_covered(client, "PUT", "/sub/", OTHER)
    await is_covered(client, "PUT", "/", OTHER)


async def test_a_path_split_over_several_resources(aiohttp_client: AiohttpClient) -> None:
    app = web.Application()
    cors = aiohttp_cors.setup(app)
    routes = [
        app.router.add_get("/split", hello, allow_head=False),
        app.router.add_get("/between", hello),
        app.router.add_put("/split", hello),
        app.router.add_post("/between", hello),
        app.router.add_delete("/split", hello),
    ]
    get, _, put, _, _ = routes
    assert get.resource is not put.resource
    cors.add(put, ONLY_OTHER)
    cors.add(get, ONLY_ORIGIN)
    client = await aiohttp_client(app)
    await is_covered(client, "GET", "/split")
    await is_covered(client, "PUT", "/split", OTHER)
    private = await send(client, "DELETE", "/split")
    assert (private.status, private.cors, private.vary) == (200, {}, [])
    assert (await preflight(client, "/split", "DELETE")).status == 403
    assert (await preflight(client, "/split", "PATCH")).status == 403


@pytest.mark.parametrize("path", ["/hello", "/{name}"])
async def test_a_loop_over_routes_with_head(aiohttp_client: AiohttpClient, path: str) -> None:
    app = web.Application()
    app.router.add_get(path, hello)
    app.router.add_post(path, hello)
    app.router.add_head("/head", hello)
    cors = aiohttp_cors.setup(app, defaults=ONLY_ORIGIN)
    for route in list(app.router.routes()):
        cors.add(route)
    client = await aiohttp_client(app)
    for method in ("HEAD", "GET", "POST"):
        await is_covered(client, method, "/hello")
    await is_covered(client, "HEAD", "/head")


async def test_a_loop_over_routes_of_every_kind(
    aiohttp_client: AiohttpClient, tmp_path: pathlib.Path
) -> None:
    class View(web.View, CorsViewMixin):
        async def get(self) -> web.Response:
            return web.Response()

    (tmp_path / "file").write_text("static")
    app = web.Application()
    sub = web.Application()
    cors = aiohttp_cors.setup(app, defaults=ONLY_ORIGIN)
    # With what was added before, the loop meets our own route, too.
    cors.add(app.router.add_resource("/early")).add_route("GET", hello)
    app.router.add_get("/plain", hello)
    app.router.add_put("/{dynamic}", hello)
    app.router.add_view("/view", View)
    app.router.add_static("/static", tmp_path)
    sub.router.add_get("/", hello)
    app.add_subapp("/sub", sub)
    for route in app.router.routes():
        cors.add(route)
    client = await aiohttp_client(app)
    await is_covered(client, "GET", "/early")
    await is_covered(client, "GET", "/plain")
    await is_covered(client, "PUT", "/whatever")
    await is_covered(client, "GET", "/view")
    await is_covered(client, "GET", "/static/file")
    await is_covered(client, "GET", "/sub/")


async def test_a_route_table(aiohttp_client: AiohttpClient) -> None:
    app = web.Application()
    routes = web.RouteTableDef()
    routes.get("/hello")(hello)
    routes.put("/hello")(hello)
    cors = aiohttp_cors.setup(app, defaults=ONLY_ORIGIN)
    for route in app.add_routes(routes):
        cors.add(route)
    client = await aiohttp_client(app)
    await is_covered(client, "GET", "/hello")
    await is_covered(client, "PUT", "/hello")


async def test_max_age_0_is_sent(aiohttp_client: AiohttpClient) -> None:
    app = web.Application()
    cors = aiohttp_cors.setup(app, defaults={"*": {"max_age": 0}})
    cors.add(app.router.add_get("/hello", hello))
    client = await aiohttp_client(app)
    assert (await preflight(client, "/hello")).cors["max-age"] == "0"


async def test_a_handler_of_its_own_for_options_stays_beside_cors(
    aiohttp_client: AiohttpClient,
) -> None:
    async def options(request: web.Request) -> web.Response:
        return web.Response(text="my own")

    app = web.Application()
    cors = aiohttp_cors.setup(app, defaults=ONLY_ORIGIN)
    cors.add(app.router.add_get("/hello", hello))
    app.router.add_options("/own", options)
    client = await aiohttp_client(app)
    asked = await preflight(client, "/own")
    assert (asked.status, asked.text, asked.cors, asked.vary) == (200, "my own", {}, [])


async def test_a_handler_that_reads_the_body_can_be_asked_for(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    cors = aiohttp_cors.setup(app, defaults=ONLY_ORIGIN)
    cors.add(app.router.add_put("/items/{id}", hello))
    app.router.add_delete("/items/all", hello)
    client = await aiohttp_client(app)
    headers = {"Origin": ORIGIN, "Access-Control-Request-Method": "PUT"}
    async with client.options("/items/all", headers=headers, data=b"body") as response:
        assert response.status == 200


async def test_assigned_defaults_take_effect_at_once(aiohttp_client: AiohttpClient) -> None:
    app = web.Application()
    cors = CorsConfig(app)
    cors.add(app.router.add_get("/hello", hello))
    client = await aiohttp_client(app)
    assert (await send(client, "GET", "/hello")).cors == {}
    for origin in (ORIGIN, OTHER):
        cors.defaults = {origin: {"max_age": 1}}
        assert cors.defaults == {origin: ResourceOptions(max_age=1)}
        assert (await send(client, "GET", "/hello", origin=origin)).cors == {"allow-origin": origin}
    assert (await send(client, "GET", "/hello")).cors == {}
    cors.defaults = None
    assert cors.defaults == {}
    refused = await preflight(client, "/hello")
    assert refused.text == "CORS preflight request failed: no origins are allowed"


async def test_refused_defaults_change_nothing(aiohttp_client: AiohttpClient) -> None:
    app = web.Application()
    cors = CorsConfig(app, defaults=ONLY_ORIGIN)
    cors.add(app.router.add_get("/hello", hello))
    client = await aiohttp_client(app)
    with pytest.raises(ValueError, match="Unexpected keywords in resource options"):
        cors.defaults = {OTHER: ResourceOptions(), ORIGIN: {"nonsense": 1}}
    assert cors.defaults == ONLY_ORIGIN
    await is_covered(client, "GET", "/hello")
