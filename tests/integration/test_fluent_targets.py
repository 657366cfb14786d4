"""What a policy of the fluent API can be bound to, and when.

Expectations from the contract's *Targets*: methods come from the router, order does not matter,
and a program's own OPTIONS handler keeps all requests that are not preflights.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import final

import pytest
from aiohttp import web
from aiohttp.web_urldispatcher import UrlMappingMatchInfo
from pytest_aiohttp.plugin import AiohttpClient
from typing_extensions import override
from yarl import URL

from aiohttp_cors import Cors, CorsConfigError
from aiohttp_cors._table.table import TABLE
from tests.integration.fluent_support import EVIL, listed, refuses, routed, saying
from tests.integration.support import ORIGIN, OTHER, PREFLIGHT_VARY, Client, hello, preflight, send

NAMED = {"allow-origin": ORIGIN}


class Items(web.View):
    """A view as any program has it: no mixin, helpers beside its methods."""

    async def get(self) -> web.Response:
        return web.Response(text="items")

    async def put(self) -> web.Response:
        return await self.save()

    async def save(self) -> web.Response:
        return web.Response(text="saved")


class WithOptions(web.View):
    async def get(self) -> web.Response:
        return web.Response(text="items")

    async def options(self) -> web.Response:
        return web.Response(text="my own")


async def is_bound(client: Client, path: str, method: str = "GET") -> bool:
    """Whether preflight and actual request at `path` are answered by the policy."""
    before = await preflight(client, path, method)
    actual = await send(client, method, path)
    refused = await send(client, method, path, origin=OTHER)
    answers = [before.status == 200, actual.cors == NAMED, refused.vary == ["Origin"]]
    assert len(set(answers)) == 1, (before, actual, refused)
    assert refused.cors == {}
    return answers[0]


# Resources


async def test_a_plain_resource(aiohttp_client: AiohttpClient) -> None:
    app = web.Application()
    Cors.for_app(app).origin(ORIGIN).on(routed(app, "/items", "GET", "PUT"))
    client = await aiohttp_client(app)
    assert await is_bound(client, "/items")
    assert await is_bound(client, "/items", "PUT")


@pytest.mark.parametrize("path", ["/u/{id}", "/u/{id:[0-9]+}", "/{all:.*}", "/u/{a}-{b}"])
async def test_a_dynamic_resource(aiohttp_client: AiohttpClient, path: str) -> None:
    app = web.Application()
    Cors.for_app(app).origin(ORIGIN).on(routed(app, path, "GET", "PUT"))
    client = await aiohttp_client(app)
    concrete = {"/u/{a}-{b}": "/u/1-2"}.get(path, "/u/1")
    assert await is_bound(client, concrete)
    assert await is_bound(client, concrete, "PUT")


async def test_a_static_resource(aiohttp_client: AiohttpClient, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a file")
    app = web.Application()
    Cors.for_app(app).origin(ORIGIN).allow_headers("Range").on(
        app.router.add_static("/files/", tmp_path)
    )
    client = await aiohttp_client(app)
    assert await is_bound(client, "/files/a.txt")
    assert await is_bound(client, "/files/a.txt", "HEAD")
    answer = await preflight(client, "/files/a.txt", "GET", names="range")
    assert listed(answer.cors["allow-methods"]) == ["GET", "HEAD"]
    missing = await send(client, "GET", "/files/b.txt")
    assert (missing.status, missing.cors) == (404, NAMED)
    assert refuses(await preflight(client, "/files/a.txt", "PUT"), "PUT")
    wrong = await send(client, "PUT", "/files/a.txt")
    assert (wrong.status, wrong.cors, wrong.vary) == (405, NAMED, ["Origin"])


async def test_a_file_that_is_sent_by_a_handler(
    aiohttp_client: AiohttpClient, tmp_path: Path
) -> None:
    path = tmp_path / "a.txt"
    path.write_text("a file")

    async def handler(request: web.Request) -> web.FileResponse:
        return web.FileResponse(path)

    app = web.Application()
    Cors.for_app(app).origin(ORIGIN).on(routed(app, "/file", "GET", handler=handler))
    client = await aiohttp_client(app)
    assert (await send(client, "GET", "/file")).cors == NAMED
    partial = await send(client, "GET", "/file", headers={"Range": "bytes=0-1"})
    assert (partial.status, partial.cors, partial.text) == (206, NAMED, "a ")


@final
class Shelf(web.AbstractResource):
    """A resource of a program's own making: GET alone; after a PUT it may be closed."""

    def __init__(self, *, closes: bool = False) -> None:
        super().__init__(name=None)
        self._closes, self._is_open = closes, True
        self._route = web.ResourceRoute("GET", hello, self)

    @property
    @override
    def canonical(self) -> str:
        return "/shelf"

    @override
    def url_for(self, **kwargs: str) -> URL:
        return URL("/shelf")

    @override
    def add_prefix(self, prefix: str) -> None:
        raise NotImplementedError

    @override
    def get_info(self) -> dict[str, object]:  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        return {}

    @override
    def raw_match(self, path: str) -> bool:
        return path == "/shelf"

    @override
    async def resolve(self, request: web.Request) -> tuple[UrlMappingMatchInfo | None, set[str]]:
        if not self._is_open or request.path != "/shelf":
            return None, set()
        if request.method != "GET":
            self._is_open = not self._closes
            return None, {"GET"}
        return UrlMappingMatchInfo({}, self._route), {"GET"}

    @override
    def __len__(self) -> int:
        return 1

    @override
    def __iter__(self) -> Iterator[web.AbstractRoute]:
        return iter([self._route])


@pytest.mark.parametrize("whole", [True, False], ids=["bound", "everywhere"])
async def test_a_resource_of_a_class_that_the_program_wrote(
    aiohttp_client: AiohttpClient, whole: bool
) -> None:
    shelf, app = Shelf(), web.Application()
    app.router.register_resource(shelf)
    rule = Cors.for_app(app).origin(ORIGIN)
    if whole:
        rule.on(shelf)
    else:
        rule.everywhere()
    client = await aiohttp_client(app)
    assert await is_bound(client, "/shelf")
    assert (await preflight(client, "/shelf", "PUT")).status == 403


async def test_a_405_whose_resource_cannot_be_found_again_is_not_covered(
    aiohttp_client: AiohttpClient,
) -> None:
    shelf, app = Shelf(closes=True), web.Application()
    app.router.register_resource(shelf)
    Cors.for_app(app).origin(ORIGIN).on(shelf)
    client = await aiohttp_client(app)
    answer = await send(client, "PUT", "/shelf")
    assert (answer.status, answer.cors, answer.vary) == (405, {}, [])


async def test_several_targets_of_different_kinds_at_once(
    aiohttp_client: AiohttpClient, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text("a file")
    app = web.Application()
    routes = app.add_routes([web.get("/get", hello, allow_head=False), web.static("/s", tmp_path)])
    resource = routed(app, "/items", "GET")
    Cors.for_app(app).origin(ORIGIN).on(resource, *routes)
    client = await aiohttp_client(app)
    for path in ("/get", "/items", "/s/a.txt"):
        assert await is_bound(client, path)


async def test_what_add_routes_returns(aiohttp_client: AiohttpClient) -> None:
    table = web.RouteTableDef()
    table.get("/a", allow_head=False)(hello)
    table.put("/a")(hello)
    table.view("/view")(Items)
    app = web.Application()
    Cors.for_app(app).origin(ORIGIN).on(*app.add_routes(table))
    client = await aiohttp_client(app)
    assert await is_bound(client, "/a")
    assert await is_bound(client, "/a", "PUT")
    assert await is_bound(client, "/view", "PUT")


async def test_a_resource_found_by_name(aiohttp_client: AiohttpClient) -> None:
    app = web.Application()
    app.router.add_get("/items", hello, name="items")
    Cors.for_app(app).origin(ORIGIN).on(app.router["items"])
    assert await is_bound(await aiohttp_client(app), "/items")


# Routes


async def test_a_route_is_bound_alone(aiohttp_client: AiohttpClient) -> None:
    app = web.Application()
    resource = app.router.add_resource("/items")
    put = resource.add_route("PUT", hello)
    resource.add_route("POST", hello)
    Cors.for_app(app).origin(ORIGIN).on(put)
    client = await aiohttp_client(app)
    assert await is_bound(client, "/items", "PUT")
    assert (await preflight(client, "/items", "POST")).status == 403
    answer = await send(client, "POST", "/items")
    assert (answer.status, answer.cors, answer.vary) == (200, {}, [])


async def test_head_follows_get(aiohttp_client: AiohttpClient) -> None:
    app = web.Application()
    get = app.router.add_get("/items", hello)
    Cors.for_app(app).origin(ORIGIN).on(get)
    client = await aiohttp_client(app)
    assert await is_bound(client, "/items", "GET")
    assert await is_bound(client, "/items", "HEAD")


async def test_head_follows_its_own_policy_where_it_has_one(aiohttp_client: AiohttpClient) -> None:
    app = web.Application()
    resource = app.router.add_resource("/items")
    get, head = (resource.add_route(method, hello) for method in ("GET", "HEAD"))
    cors = Cors.for_app(app)
    cors.origin(ORIGIN).on(get)
    cors.origin(OTHER).on(head)
    client = await aiohttp_client(app)
    assert await is_bound(client, "/items", "GET")
    assert (await send(client, "HEAD", "/items")).cors == {}
    assert (await send(client, "HEAD", "/items", origin=OTHER)).cors == {"allow-origin": OTHER}
    assert (await preflight(client, "/items", "HEAD")).status == 403
    assert (await preflight(client, "/items", "HEAD", origin=OTHER)).status == 200


async def test_the_policy_of_head_does_not_reach_get(aiohttp_client: AiohttpClient) -> None:
    app = web.Application()
    resource = app.router.add_resource("/items")
    head = resource.add_route("HEAD", hello)
    resource.add_route("GET", hello)
    Cors.for_app(app).origin(ORIGIN).on(head)
    client = await aiohttp_client(app)
    assert await is_bound(client, "/items", "HEAD")
    assert not await is_bound(client, "/items", "GET")


async def test_a_route_for_all_methods(aiohttp_client: AiohttpClient) -> None:
    app = web.Application()
    Cors.for_app(app).origin(ORIGIN).on(app.router.add_route("*", "/items", hello))
    client = await aiohttp_client(app)
    for method in ("GET", "PATCH", "PROPFIND"):
        assert await is_bound(client, "/items", method)
        assert (await preflight(client, "/items", method)).cors["allow-methods"] == method


async def test_a_resource_with_a_route_for_all_methods(aiohttp_client: AiohttpClient) -> None:
    app = web.Application()
    Cors.for_app(app).origin(ORIGIN).on(routed(app, "/items", "*"))
    client = await aiohttp_client(app)
    for method in ("GET", "PATCH", "PROPFIND"):
        assert await is_bound(client, "/items", method)
    assert (await preflight(client, "/items", "PATCH", origin=OTHER)).status == 403


async def test_a_route_beside_the_one_for_all_methods_has_its_own_policy_or_none(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    resource = app.router.add_resource("/items")
    resource.add_route("PUT", hello)
    delete = resource.add_route("DELETE", hello)
    rest = resource.add_route("*", hello)
    cors = Cors.for_app(app)
    cors.origin(ORIGIN).on(rest)
    cors.origin(OTHER).on(delete)
    client = await aiohttp_client(app)
    for method in ("GET", "PATCH"):
        assert (await send(client, method, "/items")).cors == NAMED
        assert (await preflight(client, "/items", method)).cors["allow-methods"] == method
    assert (await send(client, "PUT", "/items")).cors == {}
    assert (await preflight(client, "/items", "PUT")).status == 403
    assert (await send(client, "DELETE", "/items")).cors == {}
    assert (await preflight(client, "/items", "DELETE")).status == 403
    assert (await preflight(client, "/items", "DELETE", origin=OTHER)).status == 200


# Views


@pytest.mark.parametrize("whole", [True, False], ids=["resource", "route"])
async def test_a_view_without_a_mixin(aiohttp_client: AiohttpClient, whole: bool) -> None:
    app = web.Application()
    route = app.router.add_view("/items", Items)
    assert route.resource is not None
    Cors.for_app(app).origin(ORIGIN).on(route.resource if whole else route)
    client = await aiohttp_client(app)
    assert await is_bound(client, "/items")
    assert await is_bound(client, "/items", "PUT")
    answer = await preflight(client, "/items", "PUT")
    assert listed(answer.cors["allow-methods"]) == ["GET", "PUT"]
    assert answer.vary == [PREFLIGHT_VARY]


async def test_a_method_that_the_view_lacks_is_refused_and_its_405_can_be_read(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    Cors.for_app(app).origin(ORIGIN).on(app.router.add_view("/items", Items))
    client = await aiohttp_client(app)
    for method in ("DELETE", "POST", "HEAD"):
        assert refuses(await preflight(client, "/items", method), method)
        answer = await send(client, method, "/items")
        assert (answer.status, answer.cors, answer.vary) == (405, NAMED, ["Origin"])


async def test_attack_a_view_has_no_methods_but_those_of_http(
    aiohttp_client: AiohttpClient,
) -> None:
    """``getattr(view, "save")`` finds a helper, ``getattr(view, "request")`` the request."""
    app = web.Application()
    Cors.for_app(app).origin(ORIGIN).on(app.router.add_view("/items", Items))
    client = await aiohttp_client(app)
    for name in ("SAVE", "REQUEST", "_ITER", "__CLASS__", "save", "request", "get"):
        answer = await preflight(client, "/items", name)
        assert refuses(answer, name)
    answer = await preflight(client, "/items", "GET")
    assert listed(answer.cors["allow-methods"]) == ["GET", "PUT"]


async def test_a_view_on_a_single_method(aiohttp_client: AiohttpClient) -> None:
    app = web.Application()
    Cors.for_app(app).origin(ORIGIN).on(app.router.add_route("PUT", "/items", Items))
    client = await aiohttp_client(app)
    assert await is_bound(client, "/items", "PUT")
    assert (await preflight(client, "/items", "GET")).status == 403


async def test_a_method_added_to_a_view_class_is_found(aiohttp_client: AiohttpClient) -> None:
    class Wider(Items):
        async def delete(self) -> web.Response:
            return web.Response(text="deleted")

    app = web.Application()
    Cors.for_app(app).origin(ORIGIN).on(app.router.add_view("/items", Wider))
    client = await aiohttp_client(app)
    assert await is_bound(client, "/items", "DELETE")


# A program's own OPTIONS handler


@pytest.mark.parametrize("path", ["/handler", "/any", "/view"])
async def test_an_own_options_handler_keeps_what_is_no_preflight(
    aiohttp_client: AiohttpClient, path: str
) -> None:
    app = web.Application()
    resource = app.router.add_resource("/handler")
    resource.add_route("GET", hello)
    resource.add_route("OPTIONS", saying("my own"))
    anything = app.router.add_route("*", "/any", saying("my own"))
    view = app.router.add_view("/view", WithOptions)
    Cors.for_app(app).origin(ORIGIN).allow_headers("X-A").on(resource, anything, view)
    client = await aiohttp_client(app)
    for headers in ({}, {"Access-Control-Request-Headers": "x-a"}):
        answer = await send(client, "OPTIONS", path, headers=headers)
        assert (answer.status, answer.text) == (200, "my own")
        assert (answer.cors, answer.vary) == (NAMED, ["Origin"])
    answer = await send(
        client, "OPTIONS", path, origin=None, headers={"Access-Control-Request-Method": "GET"}
    )
    assert (answer.text, answer.cors, answer.vary) == ("my own", {}, ["Origin"])
    answer = await preflight(client, path, names="x-a")
    assert (answer.status, answer.text) == (200, "")
    assert answer.cors["allow-headers"].lower() == "x-a"


async def test_an_own_options_handler_of_an_uncovered_resource_keeps_everything(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    resource = app.router.add_resource("/own")
    resource.add_route("GET", hello)
    resource.add_route("OPTIONS", saying("my own"))
    Cors.for_app(app).origin(ORIGIN).on(routed(app, "/view", "*"))
    client = await aiohttp_client(app)
    answer = await preflight(client, "/own")
    assert (answer.text, answer.cors, answer.vary) == ("my own", {}, [])


# Order does not matter


async def test_routes_may_be_added_after_the_resource_was_bound(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    resource = app.router.add_resource("/items")
    Cors.for_app(app).origin(ORIGIN).on(resource)
    resource.add_route("GET", hello)
    resource.add_route("PUT", hello)
    client = await aiohttp_client(app)
    answer = await preflight(client, "/items", "PUT")
    assert listed(answer.cors["allow-methods"]) == ["GET", "PUT"]
    assert await is_bound(client, "/items", "PUT")


async def test_an_own_options_handler_may_be_added_after_the_resource_was_bound(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    resource = app.router.add_resource("/items")
    Cors.for_app(app).origin(ORIGIN).on(resource)
    resource.add_route("OPTIONS", saying("my own"))
    resource.add_route("GET", hello)
    client = await aiohttp_client(app)
    assert await is_bound(client, "/items")
    assert (await send(client, "OPTIONS", "/items")).text == "my own"


async def test_a_route_for_all_methods_may_be_added_after_the_resource_was_bound(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    resource = app.router.add_resource("/items")
    Cors.for_app(app).origin(ORIGIN).on(resource)
    resource.add_route("*", hello)
    assert await is_bound(await aiohttp_client(app), "/items", "PATCH")


async def test_routes_may_be_added_to_a_bound_resource_after_the_start(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    resource = routed(app, "/items", "GET")
    Cors.for_app(app).origin(ORIGIN).on(resource)
    client = await aiohttp_client(app)
    assert refuses(await preflight(client, "/items", "PUT"), "PUT")
    resource.add_route("PUT", hello)
    assert await is_bound(client, "/items", "PUT")
    answer = await preflight(client, "/items", "GET")
    assert listed(answer.cors["allow-methods"]) == ["GET", "PUT"]


async def test_a_resource_may_be_bound_after_the_start(aiohttp_client: AiohttpClient) -> None:
    app = web.Application()
    resource = routed(app, "/items", "GET", "PUT")
    cors = Cors.for_app(app)
    client = await aiohttp_client(app)
    assert (await preflight(client, "/items", "PUT")).status == 405
    cors.origin(ORIGIN).on(resource)
    assert await is_bound(client, "/items", "PUT")


async def test_a_route_may_be_bound_after_the_start(aiohttp_client: AiohttpClient) -> None:
    app = web.Application()
    resource = app.router.add_resource("/items")
    put = resource.add_route("PUT", hello)
    cors = Cors.for_app(app)
    client = await aiohttp_client(app)
    cors.origin(ORIGIN).on(put)
    assert await is_bound(client, "/items", "PUT")


async def test_a_resource_with_a_route_for_all_methods_bound_after_the_start_says_what_is_lost(
    aiohttp_client: AiohttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    """No OPTIONS route fits there, and the middlewares are closed: one warning, no silence."""
    app = web.Application()
    resource = routed(app, "/items", "*")
    cors = Cors.for_app(app)
    client = await aiohttp_client(app)
    cors.origin(ORIGIN).on(resource)
    assert (await send(client, "GET", "/items")).cors == NAMED
    told = [record for record in caplog.records if record.name == "aiohttp_cors"]
    assert [record.levelname for record in told] == ["WARNING"]


# Sub-applications


async def test_a_sub_application_with_all_its_resources_at_any_depth(
    aiohttp_client: AiohttpClient, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text("a file")
    deep, deeper, app = web.Application(), web.Application(), web.Application()
    routed(deeper, "/plain", "GET", "PUT")
    deeper.router.add_static("/files", tmp_path)
    deeper.router.add_view("/view", Items)
    routed(deep, "/{id}", "GET")
    routed(app, "/outside", "GET")
    deep.add_subapp("/deeper/", deeper)
    mounted = app.add_subapp("/deep/", deep)
    Cors.for_app(app).origin(ORIGIN).on(mounted)
    client = await aiohttp_client(app)
    for path in ("/deep/1", "/deep/deeper/plain", "/deep/deeper/files/a.txt", "/deep/deeper/view"):
        assert await is_bound(client, path)
    assert await is_bound(client, "/deep/deeper/plain", "PUT")
    assert not await is_bound(client, "/outside")
    wrong = await send(client, "DELETE", "/deep/deeper/plain")
    assert (wrong.status, wrong.cors) == (405, NAMED)


async def test_a_mounted_resource_below_another_mounted_one(aiohttp_client: AiohttpClient) -> None:
    deep, deeper, app = web.Application(), web.Application(), web.Application()
    routed(deeper, "/items", "GET")
    routed(deep, "/items", "GET")
    mounted = deep.add_subapp("/deeper/", deeper)
    app.add_subapp("/deep/", deep)
    Cors.for_app(app).origin(ORIGIN).on(mounted)
    client = await aiohttp_client(app)
    assert await is_bound(client, "/deep/deeper/items")
    assert not await is_bound(client, "/deep/items")


async def test_routes_may_be_added_to_a_bound_sub_application_in_any_order(
    aiohttp_client: AiohttpClient,
) -> None:
    sub, app = web.Application(), web.Application()
    cors = Cors.for_app(app)
    early = routed(sub, "/early", "GET")
    mounted = app.add_subapp("/sub/", sub)
    cors.origin(ORIGIN).on(mounted)
    early.add_route("PUT", hello)
    client = await aiohttp_client(app)
    assert await is_bound(client, "/sub/early", "PUT")
    early.add_route("DELETE", hello)
    assert await is_bound(client, "/sub/early", "DELETE")


async def test_a_resource_of_a_sub_application_bound_by_the_root(
    aiohttp_client: AiohttpClient,
) -> None:
    sub, app = web.Application(), web.Application()
    inside = routed(sub, "/inside", "GET", "PUT")
    routed(sub, "/beside", "GET")
    app.add_subapp("/sub/", sub)
    Cors.for_app(app).origin(ORIGIN).on(inside)
    client = await aiohttp_client(app)
    assert await is_bound(client, "/sub/inside", "PUT")
    assert not await is_bound(client, "/sub/beside")


async def test_a_sub_application_with_a_set_up_of_its_own(aiohttp_client: AiohttpClient) -> None:
    sub, app = web.Application(), web.Application()
    Cors.for_app(sub).origin(ORIGIN).on(routed(sub, "/items", "GET", "PUT"))
    app.add_subapp("/sub/", sub)
    client = await aiohttp_client(app)
    assert await is_bound(client, "/sub/items", "PUT")


async def test_a_sub_application_bound_after_the_start(aiohttp_client: AiohttpClient) -> None:
    sub, app = web.Application(), web.Application()
    routed(sub, "/items", "GET", "PUT")
    mounted = app.add_subapp("/sub/", sub)
    cors = Cors.for_app(app)
    client = await aiohttp_client(app)
    cors.origin(ORIGIN).on(mounted)
    assert await is_bound(client, "/sub/items", "PUT")


async def test_a_domain_with_all_its_resources(aiohttp_client: AiohttpClient) -> None:
    api, app = web.Application(), web.Application()
    routed(api, "/items", "GET", "PUT")
    routed(app, "/outside", "GET")
    mounted = app.add_domain("api.localhost", api)
    Cors.for_app(app).origin(ORIGIN).on(mounted)
    client = await aiohttp_client(app)
    there = {"Host": "api.localhost"}
    answer = await preflight(client, "/items", "PUT", headers=there)
    assert answer.status == 200
    assert (await send(client, "GET", "/items", headers=there)).cors == NAMED
    assert (await send(client, "DELETE", "/items", headers=there)).cors == NAMED
    assert not await is_bound(client, "/outside")


class Tree(web.PlainResource):
    """Serves its path and all below it, and says that it is a plain one."""

    @override
    async def resolve(self, request: web.Request) -> tuple[UrlMappingMatchInfo | None, set[str]]:
        if not request.path.startswith("/files"):
            return None, set()
        routes = {route.method: route for route in self}
        route = routes.get(request.method)
        return None if route is None else UrlMappingMatchInfo({}, route), {*routes}


class Branch(web.PlainResource):
    """The same, by the method that aiohttp's own `resolve` asks."""

    @override
    def _match(self, path: str) -> dict[str, str] | None:
        return {} if path.startswith("/files") else None


@pytest.mark.parametrize("kind", [Tree, Branch])
async def test_attack_a_class_that_matches_more_than_it_says_keeps_its_routes_private(
    aiohttp_client: AiohttpClient, kind: type[web.PlainResource]
) -> None:
    app = web.Application()
    private = kind("/files")
    app.router.register_resource(private)
    for method in ("GET", "DELETE"):
        private.add_route(method, hello)
    rule = Cors.for_app(app).origin(ORIGIN).allow_any_method().allow_headers("X-A").max_age(600)
    rule.on(routed(app, "/files/upload", "PUT"))
    client = await aiohttp_client(app)
    assert (await preflight(client, "/files/upload", "DELETE")).cors == {}
    answer = await preflight(client, "/files/upload", "PUT", names="x-a")
    if hasattr(web.UrlDispatcher, "index_resource"):
        assert (answer.cors["allow-methods"], answer.cors["max-age"]) == ("PUT", "0")
    else:
        # An older router asks the private resource first, which may choose by anything.
        assert answer.cors == {}


class Pages(web.PlainResource):
    """A resource that makes a route for each request."""

    @override
    async def resolve(self, request: web.Request) -> tuple[UrlMappingMatchInfo | None, set[str]]:
        if request.path != "/pages":
            return None, set()
        return UrlMappingMatchInfo({}, web.ResourceRoute("GET", hello, self)), {"GET"}


@pytest.mark.parametrize("covered", [True, False])
async def test_attack_routes_that_come_with_requests_are_not_remembered(
    aiohttp_client: AiohttpClient, covered: bool
) -> None:
    app = web.Application()
    pages = Pages("/pages")
    app.router.register_resource(pages)
    Cors.for_app(app).origin(ORIGIN).on(pages if covered else routed(app, "/items", "GET"))
    client = await aiohttp_client(app)
    for _ in range(3):
        answer = await send(client, "GET", "/pages")
        assert (answer.status, answer.cors) == (200, NAMED if covered else {})
    assert not app[TABLE].routes


async def test_attack_what_an_application_decides_by_itself_is_not_what_it_decides_where_it_is_mounted(
    aiohttp_client: AiohttpClient,
) -> None:
    """One application is served by itself, and below a root that has more to say."""
    inner, root = web.Application(), web.Application()
    get = inner.router.add_resource("/items").add_route("GET", hello)
    Cors.for_app(inner).origin(OTHER).allow_credentials().everywhere()
    root.add_domain("public.localhost", inner)
    Cors.for_app(root).origin(ORIGIN).on(get)
    public, internal = await aiohttp_client(root), await aiohttp_client(inner)
    host = {"Host": "public.localhost"}
    for _ in range(2):
        assert (await send(public, "GET", "/items", headers=host)).cors == NAMED
        assert (await send(public, "GET", "/items", origin=OTHER, headers=host)).cors == {}
        assert (await send(internal, "GET", "/items", origin=OTHER)).status == 200


@pytest.mark.parametrize("first", ["a", "b"])
async def test_attack_an_application_that_two_ways_lead_to_is_excluded_on_one_of_them(
    aiohttp_client: AiohttpClient, first: str
) -> None:
    inner, middle, app = web.Application(), web.Application(), web.Application()
    inner.router.add_get("/items", hello)
    middle.add_domain("b.localhost", inner)
    if first == "a":
        app.add_domain("a.localhost", inner)
    excluded = app.add_domain("b.localhost", middle)
    if first == "b":
        app.add_domain("a.localhost", inner)
    Cors.for_app(app).origin(ORIGIN).everywhere(excluding=[excluded])
    client = await aiohttp_client(app)
    for _ in range(2):
        for host, cors in (("a.localhost", NAMED), ("b.localhost", {})):
            assert (await send(client, "GET", "/items", headers={"Host": host})).cors == cors


async def test_attack_one_application_under_two_domains_has_one_policy(
    aiohttp_client: AiohttpClient,
) -> None:
    """A binding follows the application: a second one would replace the first unseen."""
    app, api = web.Application(), web.Application()
    routed(api, "/items", "GET")
    first, second = (app.add_domain(f"{name}.localhost", api) for name in ("a", "b"))
    Cors.for_app(app).origin(ORIGIN).on(first)
    other = Cors.for_app(app).origin(EVIL).allow_credentials()
    with pytest.raises(CorsConfigError) as refused:
        other.on(second)
    assert [problem.reason for problem in refused.value.problems] == ["conflicting"]
    assert other.policy.clauses
    client = await aiohttp_client(app)
    for name in ("a", "b"):
        answer = await send(client, "GET", "/items", headers={"Host": f"{name}.localhost"})
        assert answer.cors == NAMED


@pytest.mark.parametrize("late", [False, True], ids=["before", "after"])
async def test_a_star_route_that_joins_a_bound_get_route_serves_its_own_head(
    aiohttp_client: AiohttpClient, late: bool
) -> None:
    app = web.Application()
    resource = app.router.add_resource("/items")
    get = resource.add_route("GET", hello)
    rule = Cors.for_app(app).origin(ORIGIN)
    if late:
        rule.on(get)
    resource.add_route("*", hello)
    if not late:
        rule.on(get)
    client = await aiohttp_client(app)
    assert (await send(client, "GET", "/items")).cors == NAMED
    assert (await send(client, "HEAD", "/items")).cors == {}
    assert (await preflight(client, "/items", "HEAD")).status == 403


async def test_attack_two_domains_with_the_same_paths_are_told_apart(
    aiohttp_client: AiohttpClient,
) -> None:
    """The resources of both have the same canonical path."""
    public, private, app = web.Application(), web.Application(), web.Application()
    routed(public, "/items", "GET", "PUT")
    routed(private, "/items", "GET", "PUT")
    mounted = app.add_domain("public.localhost", public)
    app.add_domain("private.localhost", private)
    Cors.for_app(app).origin(ORIGIN).on(mounted)
    client = await aiohttp_client(app)
    there, elsewhere = {"Host": "public.localhost"}, {"Host": "private.localhost"}
    assert (await preflight(client, "/items", "PUT", headers=there)).status == 200
    assert (await send(client, "GET", "/items", headers=there)).cors == NAMED
    assert (await preflight(client, "/items", "PUT", headers=elsewhere)).cors == {}
    answer = await send(client, "GET", "/items", headers=elsewhere)
    assert (answer.status, answer.cors, answer.vary) == (200, {}, [])
