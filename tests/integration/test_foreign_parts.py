"""Resources, routers and views of the program's own do not break us, and are not trusted.

Expectations from the contract's *Which policy decides*, rule 2, and from aiohttp's documentation of
`AbstractResource` and `AbstractRouter`.
"""

import gc
from collections.abc import Iterator
from typing import Any, Final

import pytest
from aiohttp import web
from aiohttp.abc import AbstractMatchInfo
from aiohttp.web_urldispatcher import MatchInfoError, UrlMappingMatchInfo
from pytest_aiohttp.plugin import AiohttpClient
from typing_extensions import override
from yarl import URL

import aiohttp_cors
from aiohttp_cors import Cors, CorsViewMixin, ResourceOptions
from aiohttp_cors._table.table import TABLE
from tests.integration.fluent_support import listed, routed
from tests.integration.support import ORIGIN, OTHER, Client, hello, preflight, send

IS_INDEXED: Final = hasattr(web.UrlDispatcher, "index_resource")
"""Whether aiohttp's router asks a resource only for URLs below its fixed beginning."""

NAMED: Final = {"allow-origin": ORIGIN}
OWN: Final = {"Access-Control-Allow-Origin": "https://own.example"}


async def own(request: web.Request) -> web.Response:
    """A handler that writes a CORS header of its own."""
    return web.Response(text="foreign", headers=OWN)


class Foreign(web.AbstractResource):
    """A resource of the program's own; it serves GET and DELETE of its path and all below it."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.route = web.ResourceRoute("GET", own, self)

    @property
    @override
    def canonical(self) -> str:
        return self.path

    @override
    def url_for(self, **_: str) -> URL:
        return URL(self.path)

    @override
    def add_prefix(self, prefix: str) -> None:
        self.path = prefix + self.path

    @override
    def get_info(self) -> Any:
        return {"path": self.path}

    @override
    def raw_match(self, path: str) -> bool:
        return False

    def takes(self, request: web.Request) -> bool:
        return request.method in {"GET", "DELETE"}

    @override
    async def resolve(self, request: web.Request) -> tuple[UrlMappingMatchInfo | None, set[str]]:
        if not request.path.startswith(self.path):
            return None, set()
        if not self.takes(request):
            return None, {"GET"}
        return UrlMappingMatchInfo({}, self.route), {"GET"}

    @override
    def __len__(self) -> int:
        return 1

    @override
    def __iter__(self) -> Iterator[web.AbstractRoute]:
        return iter([self.route])


class Raising(Foreign):
    @override
    def get_info(self) -> Any:
        raise NotImplementedError

    @property
    @override
    def canonical(self) -> str:
        return self.path


class Empty(Foreign):
    @override
    def __len__(self) -> int:
        return 0

    @override
    def __iter__(self) -> Iterator[web.AbstractRoute]:
        return iter(())


class Unlistable(Foreign):
    @override
    def __len__(self) -> int:
        raise NotImplementedError

    @override
    def __iter__(self) -> Iterator[web.AbstractRoute]:
        raise NotImplementedError


class Equal(Foreign):
    @override
    def __hash__(self) -> int:
        raise TypeError

    @override
    def __eq__(self, other: object) -> bool:
        return True


class Unnamed(Foreign):
    """Answers with a match that has no route."""

    @override
    async def resolve(self, request: web.Request) -> tuple[UrlMappingMatchInfo | None, set[str]]:
        match_info, allowed = await super().resolve(request)
        if match_info is None:
            return None, allowed
        return Anonymous({}, self.route), allowed


class Anonymous(UrlMappingMatchInfo):
    @property
    @override
    def route(self) -> Any:
        return None


class ByHeader(Foreign):
    """Takes a request only if it has a header that no preflight carries."""

    @override
    def takes(self, request: web.Request) -> bool:
        return "X-Version" in request.headers


class Anew(Foreign):
    """Makes a resource and a route for each request."""

    @override
    async def resolve(self, request: web.Request) -> tuple[UrlMappingMatchInfo | None, set[str]]:
        match_info, allowed = await super().resolve(request)
        if match_info is None:
            return None, allowed
        resource = web.PlainResource(request.path)
        return UrlMappingMatchInfo({}, resource.add_route(request.method, own)), allowed


KINDS: Final = [Foreign, Raising, Empty, Unlistable, Equal, Unnamed, ByHeader, Anew]


def beside(kind: type[Foreign], path: str = "/foreign") -> tuple[web.Application, web.Resource]:
    """A native resource, and one of the program's own after it."""
    app = web.Application()
    items = routed(app, "/items", "GET", "PUT")
    app.router.register_resource(kind(path))
    return app, items


@pytest.mark.parametrize("kind", KINDS)
async def test_native_routes_beside_one_work_as_before(
    aiohttp_client: AiohttpClient, kind: type[Foreign]
) -> None:
    app, items = beside(kind)
    Cors.for_app(app).origin(ORIGIN).allow_headers("X-A").max_age(600).on(items)
    client = await aiohttp_client(app)
    assert (await send(client, "GET", "/items")).cors == NAMED
    answer = await preflight(client, "/items", "PUT", names="x-a")
    told = (listed(answer.cors["allow-methods"]), answer.cors["max-age"])
    # A router without an index asks every resource, whatever its path: DELETE may be the program's.
    assert told == ((["GET", "PUT"], "600") if IS_INDEXED else (["PUT"], "0"))


@pytest.mark.parametrize("kind", KINDS)
async def test_what_nobody_covers_keeps_its_own_headers(
    aiohttp_client: AiohttpClient, kind: type[Foreign]
) -> None:
    app, items = beside(kind)
    Cors.for_app(app).origin(ORIGIN).on(items)
    client = await aiohttp_client(app)
    answer = await send(client, "GET", "/foreign/1", headers={"X-Version": "1"})
    assert (answer.text, answer.cors) == ("foreign", {"allow-origin": "https://own.example"})


@pytest.mark.parametrize("kind", KINDS)
async def test_a_broad_policy_reaches_one(
    aiohttp_client: AiohttpClient, kind: type[Foreign]
) -> None:
    app, _ = beside(kind)
    Cors.for_app(app).origin(ORIGIN).everywhere()
    client = await aiohttp_client(app)
    headers = {"X-Version": "1"}
    assert (await send(client, "GET", "/foreign/1", headers=headers)).cors == NAMED
    assert (await send(client, "GET", "/foreign/1", origin=OTHER, headers=headers)).cors == {}
    answer = await preflight(client, "/foreign/1", "GET", origin=OTHER, headers=headers)
    assert (answer.status, answer.cors) == (403, {})


@pytest.mark.parametrize("kind", KINDS)
async def test_one_that_is_excluded_is_left_alone(
    aiohttp_client: AiohttpClient, kind: type[Foreign]
) -> None:
    app = web.Application()
    private = kind("/foreign")
    app.router.register_resource(private)
    items = routed(app, "/items", "GET")
    Cors.for_app(app).origin(ORIGIN).everywhere(excluding=[private])
    client = await aiohttp_client(app)
    answer = await send(client, "GET", "/foreign/1", headers={"X-Version": "1"})
    # What is made anew for each request is nothing that anybody excluded.
    assert answer.cors == (NAMED if kind is Anew else {"allow-origin": "https://own.example"})
    assert (await send(client, "GET", items.canonical)).cors == NAMED


@pytest.mark.parametrize("kind", KINDS)
async def test_attack_no_answer_is_wide_where_one_may_serve_another_method_of_the_url(
    aiohttp_client: AiohttpClient, kind: type[Foreign]
) -> None:
    """``DELETE /items`` is the program's own and private, and so may be POST."""
    app, items = beside(kind, "/")
    Cors.for_app(app).origin(ORIGIN).allow_headers("X-A").max_age(600).on(items)
    client = await aiohttp_client(app)
    answer = await preflight(client, "/items", "PUT", names="x-a")
    assert (answer.cors["allow-methods"], answer.cors["max-age"]) == ("PUT", "0")
    answer = await preflight(client, "/items", "DELETE")
    assert (answer.status, answer.cors) == (403, {})


@pytest.mark.parametrize("kind", KINDS)
async def test_attack_every_candidate_has_to_allow_what_a_header_may_choose(
    aiohttp_client: AiohttpClient, kind: type[Foreign]
) -> None:
    """The request may carry ``X-Version``, which its preflight cannot; then it goes elsewhere."""
    app = web.Application()
    app.router.register_resource(kind("/items"))
    items = routed(app, "/items", "GET", "PUT")
    Cors.for_app(app).origin(ORIGIN).allow_any_header().max_age(600).on(items)
    client = await aiohttp_client(app)
    answer = await preflight(client, "/items", "PUT", names="x-version")
    assert (answer.status, answer.cors) == (403, {})


@pytest.mark.parametrize("both", [True, False])
async def test_where_every_candidate_allows_it_the_answer_is_narrow_and_as_strict_as_the_strictest(
    aiohttp_client: AiohttpClient, both: bool
) -> None:
    app = web.Application()
    first = ByHeader("/items")
    app.router.register_resource(first)
    items = routed(app, "/items", "GET", "PUT")
    cors = Cors.for_app(app)
    rule = cors.origin(ORIGIN).allow_any_header().allow_any_method().max_age(600)
    (rule.allow_credentials() if both else rule).on(first)
    cors.origin(ORIGIN).allow_credentials().allow_any_header().max_age(600).on(items)
    client = await aiohttp_client(app)
    answer = await preflight(client, "/items", "PUT", names="x-version")
    assert answer.status == 200
    assert (answer.cors["allow-methods"], answer.cors["max-age"]) == ("PUT", "0")
    assert ("allow-credentials" in answer.cors) is both


@pytest.mark.parametrize("kind", KINDS)
async def test_nothing_grows_with_requests(
    aiohttp_client: AiohttpClient, kind: type[Foreign]
) -> None:
    app, _ = beside(kind)
    Cors.for_app(app).origin(ORIGIN).everywhere()
    client = await aiohttp_client(app)
    sizes: list[int] = []
    for turn in range(3):
        for number in range(5):
            path = f"/foreign/{turn}/{number}"
            await send(client, "GET", path, headers={"X-Version": "1"})
            await preflight(client, path, "GET", headers={"X-Version": "1"})
        gc.collect()
        sizes.append(app[TABLE].size)
    assert len(set(sizes)) == 1


async def test_nothing_of_the_classic_api_grows_with_requests(
    aiohttp_client: AiohttpClient,
) -> None:
    app = with_router(Versioned())
    cors = aiohttp_cors.setup(app, defaults={OTHER: ResourceOptions()})
    cors.add(app.router.add_get("/items", hello), {ORIGIN: ResourceOptions()})
    client = await aiohttp_client(app)
    sizes: list[int] = []
    for _ in range(3):
        assert (await send(client, "GET", "/items")).cors == NAMED
        assert (await preflight(client, "/items")).status == 200
        sizes.append(app[TABLE].size)
    assert len(set(sizes)) == 1


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_two_that_compare_equal_are_two(aiohttp_client: AiohttpClient, moment: str) -> None:
    app = web.Application()
    first, second = Equal("/first"), Equal("/second")
    for resource in (first, second) if moment == "before" else (second, first):
        app.router.register_resource(resource)
    Cors.for_app(app).origin(ORIGIN).on(first)
    client = await aiohttp_client(app)
    assert (await send(client, "GET", "/first")).cors == NAMED
    assert (await send(client, "GET", "/second")).cors == {"allow-origin": "https://own.example"}
    Cors.for_app(app).origin(OTHER).on(second)
    assert (await send(client, "GET", "/second", origin=OTHER)).cors == {"allow-origin": OTHER}


async def test_a_second_method_of_the_same_route_is_not_what_was_bound_to_it(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    shelf = Foreign("/foreign")
    app.router.register_resource(shelf)
    Cors.for_app(app).origin(ORIGIN).on(shelf.route)
    client = await aiohttp_client(app)
    for _ in range(2):
        assert (await send(client, "GET", "/foreign")).cors == NAMED
        answer = await send(client, "DELETE", "/foreign")
        assert answer.cors == {"allow-origin": "https://own.example"}


# Routers


class Tracing(web.UrlDispatcher):
    """Notes what it is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    @override
    async def resolve(self, request: web.Request) -> UrlMappingMatchInfo:
        self.asked.append(request.method)
        return await super().resolve(request)


class Versioned(web.UrlDispatcher):
    """Chooses between two resources of one path by a header."""

    @override
    async def resolve(self, request: web.Request) -> UrlMappingMatchInfo:
        number = int(request.headers.get("X-Version", "0"))
        match_info, _ = await list(self.resources())[number].resolve(request)
        return match_info or await super().resolve(request)


class Broken(web.UrlDispatcher):
    """Cannot be asked about a request that a program has made."""

    @override
    async def resolve(self, request: web.Request) -> UrlMappingMatchInfo:
        if request.method != "OPTIONS":
            raise LookupError
        return await super().resolve(request)


def with_router(router: web.UrlDispatcher) -> web.Application:
    app = web.Application()
    object.__setattr__(app, "_router", router)  # aiohttp takes none since 3.0
    return app


async def test_a_router_of_the_programs_own_is_asked_for_the_requested_method_and_no_other(
    aiohttp_client: AiohttpClient,
) -> None:
    router = Tracing()
    app = with_router(router)
    Cors.for_app(app).origin(ORIGIN).max_age(600).on(routed(app, "/items", "GET", "PUT"))
    client = await aiohttp_client(app)
    answer = await preflight(client, "/items", "PUT")
    assert (answer.status, answer.cors["allow-methods"], answer.cors["max-age"]) == (
        200,
        "PUT",
        "0",
    )
    assert router.asked == ["OPTIONS", "PUT"]


@pytest.mark.filterwarnings("ignore:no policy covers:aiohttp_cors.CorsWarning")
async def test_attack_a_router_that_chooses_by_a_header_opens_no_private_resource(
    aiohttp_client: AiohttpClient,
) -> None:
    app = with_router(Versioned())
    open_one = routed(app, "/items", "PUT")
    app.router.add_get("/between", hello)
    private = routed(app, "/items", "PUT")
    assert open_one is not private
    # This one serves no PUT, whatever the router chooses by.
    routed(app, "/{name}", "GET")
    Cors.for_app(app).origin(ORIGIN).allow_any_header().on(open_one)
    client = await aiohttp_client(app)
    answer = await preflight(client, "/items", "PUT", names="x-version")
    assert (answer.status, answer.cors) == (403, {})


async def test_a_router_that_raises_costs_a_refusal_and_no_error(
    aiohttp_client: AiohttpClient,
) -> None:
    app = with_router(Broken())
    Cors.for_app(app).origin(ORIGIN).on(routed(app, "/items", "PUT", "GET"))
    client = await aiohttp_client(app)
    answer = await preflight(client, "/items", "PUT")
    assert (answer.status, answer.cors) == (403, {})


async def test_tracing_sees_no_request_that_nobody_sent(
    aiohttp_client: AiohttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tracing libraries wrap ``UrlDispatcher.resolve`` itself."""
    asked: list[str] = []
    resolve = web.UrlDispatcher.resolve

    async def traced(self: web.UrlDispatcher, request: web.Request) -> UrlMappingMatchInfo:
        asked.append(request.method)
        return await resolve(self, request)

    monkeypatch.setattr(web.UrlDispatcher, "resolve", traced)
    app = web.Application()
    Cors.for_app(app).origin(ORIGIN).max_age(600).on(routed(app, "/items", "GET", "PUT"))
    routed(app, "/{rest:.*}", "GET")
    client = await aiohttp_client(app)
    answer = await preflight(client, "/items", "PUT")
    assert listed(answer.cors["allow-methods"]) == ["GET", "PUT"]
    assert asked == ["OPTIONS", "PUT"]


class Refusing(web.UrlDispatcher):
    """Answers everything with a 405 and asks nobody."""

    @override
    async def resolve(self, request: web.Request) -> UrlMappingMatchInfo:
        return MatchInfoError(web.HTTPMethodNotAllowed(request.method, ["GET"]))


class Breaking(Foreign):
    @override
    async def resolve(self, request: web.Request) -> tuple[UrlMappingMatchInfo | None, set[str]]:
        raise LookupError

    @property
    @override
    def canonical(self) -> str:
        if self.path == "/nowhere":
            raise LookupError
        return self.path


async def test_a_405_is_that_of_the_first_resource_that_says_so_whoever_answered_it(
    aiohttp_client: AiohttpClient,
) -> None:
    app = with_router(Refusing())
    broken = Breaking("/items")
    app.router.register_resource(broken)
    broken.path = "/nowhere"
    Cors.for_app(app).origin(ORIGIN).on(routed(app, "/items", "GET"))
    client = await aiohttp_client(app)
    answer = await send(client, "PUT", "/items")
    assert (answer.status, answer.cors) == (405, NAMED)
    assert repr(app[TABLE]).startswith("/\n")


# Views


class ByItself(web.View):
    """Dispatches without regard to the names of its methods."""

    @override
    async def _iter(self) -> web.StreamResponse:
        return web.Response(text=self.request.method)


class ClassicByItself(CorsViewMixin, ByItself):
    cors_config = {ORIGIN: ResourceOptions()}  # noqa: RUF012 -- as classic programs write it


async def can(client: Client, method: str) -> bool:
    asked = await preflight(client, "/view", method)
    actual = await send(client, method, "/view")
    assert (asked.status == 200) == (actual.cors == NAMED)
    return actual.cors == NAMED


async def test_a_view_that_dispatches_by_itself_serves_any_method(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    Cors.for_app(app).origin(ORIGIN).on(app.router.add_view("/view", ByItself))
    client = await aiohttp_client(app)
    for method in ("GET", "PUT", "PROPFIND"):
        assert await can(client, method)


async def test_such_a_view_of_the_classic_api_does_so_too(aiohttp_client: AiohttpClient) -> None:
    app = web.Application()
    aiohttp_cors.setup(app).add(app.router.add_view("/view", ClassicByItself))
    client = await aiohttp_client(app)
    for method in ("GET", "PUT"):
        assert await can(client, method)


class OnlyResolves(web.UrlDispatcher):
    """Stands for a router that is asked and lists nothing."""

    @override
    async def resolve(self, request: web.Request) -> UrlMappingMatchInfo:
        route = web.PlainResource(request.path).add_route(request.method, hello)
        return UrlMappingMatchInfo({}, route)

    @override
    def resources(self) -> Any:
        return ()


async def test_routes_that_only_a_router_knows_are_covered_by_a_broad_policy(
    aiohttp_client: AiohttpClient,
) -> None:
    app = with_router(OnlyResolves())
    Cors.for_app(app).origin(ORIGIN).everywhere()
    client = await aiohttp_client(app)
    assert (await send(client, "GET", "/anything")).cors == NAMED
    answer = await preflight(client, "/anything", "PUT")
    assert (answer.status, answer.cors["allow-methods"]) == (200, "PUT")
    assert (await preflight(client, "/anything", "PUT", origin=OTHER)).status == 403


def test_a_match_that_is_none_of_aiohttps_is_no_reason_to_fail() -> None:
    from aiohttp_cors._server.selection import landed

    class Match(AbstractMatchInfo):
        handler: Any = None
        expect_handler: Any = None
        http_exception: Any = None
        apps: Any = ()

        @override
        def get_info(self) -> dict[str, Any]:
            return {}

        @override
        def add_app(self, app: web.Application) -> None: ...

        @override
        def freeze(self) -> None: ...

    here = landed(Match())
    assert (here.apps, here.route, here.resource, here.error) == ((), None, None, None)


async def test_a_predicate_is_asked_once_though_several_candidates_have_its_policy(
    aiohttp_client: AiohttpClient,
) -> None:
    asked: list[str] = []

    def allows(origin: str) -> bool:
        asked.append(origin)
        return origin == ORIGIN

    app = web.Application()
    for _ in range(3):
        app.router.register_resource(ByHeader("/items"))
    routed(app, "/items", "GET", "PUT")
    Cors.for_app(app).origin_where(allows).everywhere()
    client = await aiohttp_client(app)
    assert (await preflight(client, "/items", "PUT")).cors["max-age"] == "0"
    assert (await preflight(client, "/items", "PUT", origin=OTHER)).cors == {}
    assert asked == [ORIGIN, OTHER]
