"""Views that bring their own configuration, seen by requests.

What a view says of a method comes first, then what its class says, then the defaults.
"""

import logging
from collections import ChainMap
from collections.abc import Callable, Mapping
from typing import ClassVar

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler
from multidict import CIMultiDict
from pytest_aiohttp.plugin import AiohttpClient
from typing_extensions import override

import aiohttp_cors
from aiohttp_cors import Cors, CorsViewMixin, ResourceOptions, custom_cors
from aiohttp_cors.cors_config import Config
from tests.integration.support import ORIGIN, OTHER, PREFLIGHT_VARY, hello, preflight, send

NAMED = {"allow-origin": ORIGIN}
PATH = "/view"
ONLY_ORIGIN: Config = {ORIGIN: ResourceOptions()}

Asked = list[tuple[str, str]]


class PlainView(web.View, CorsViewMixin):
    cors_config: ClassVar[Config | None] = ONLY_ORIGIN

    async def get(self) -> web.Response:
        return web.Response(text="got")

    async def post(self) -> web.Response:
        raise web.HTTPConflict

    async def put(self) -> web.Response:
        raise LookupError("a bug of the program")


class MixinFirst(CorsViewMixin, web.View):
    cors_config: ClassVar[Config | None] = ONLY_ORIGIN

    async def get(self) -> web.Response:
        return web.Response(text="got")


def serving(view: type[web.View], defaults: Config | None = None) -> web.Application:
    app = web.Application()
    cors = aiohttp_cors.setup(app, defaults=defaults)
    cors.add(app.router.add_route("*", PATH, view))
    return app


@pytest.mark.parametrize("view", [PlainView, MixinFirst])
async def test_the_mixin_stands_before_or_after_web_view(
    aiohttp_client: AiohttpClient, view: type[web.View]
) -> None:
    client = await aiohttp_client(serving(view))
    actual = await send(client, "GET", PATH)
    assert (actual.status, actual.text, actual.cors, actual.vary) == (200, "got", NAMED, ["Origin"])
    asked = await preflight(client, PATH)
    assert (asked.status, asked.text, asked.vary) == (200, "", [PREFLIGHT_VARY])
    assert asked.cors == {**NAMED, "allow-methods": "GET"}
    assert "Content-Type" not in asked.headers


async def test_a_view_can_be_covered_through_its_resource(aiohttp_client: AiohttpClient) -> None:
    app = web.Application()
    cors = aiohttp_cors.setup(app)
    resource = app.router.add_resource(PATH)
    resource.add_route("*", PlainView)
    assert cors.add(resource) is resource
    client = await aiohttp_client(app)
    assert (await send(client, "GET", PATH)).cors == NAMED
    assert (await preflight(client, PATH)).cors == {**NAMED, "allow-methods": "GET"}


@pytest.mark.parametrize("method, status", [("POST", 409), ("PUT", 500), ("PATCH", 405)])
async def test_what_a_view_raises_and_what_it_lacks_can_be_read(
    aiohttp_client: AiohttpClient, method: str, status: int
) -> None:
    client = await aiohttp_client(serving(PlainView))
    answer = await send(client, method, PATH)
    assert (answer.status, answer.cors, answer.vary) == (status, NAMED, ["Origin"])
    stranger = await send(client, method, PATH, origin=OTHER)
    assert (stranger.status, stranger.cors, stranger.vary) == (status, {}, ["Origin"])


async def test_a_405_of_a_view_says_which_methods_there_are(aiohttp_client: AiohttpClient) -> None:
    client = await aiohttp_client(serving(PlainView))
    answer = await send(client, "PATCH", PATH)
    assert set(answer.headers["Allow"].split(",")) == {"GET", "OPTIONS", "POST", "PUT"}


@pytest.mark.parametrize(
    "method",
    ["PATCH", "REQUEST", "GET_REQUEST_CONFIG", "CORS_CONFIG", "__class__", "OWN_TABLES", "HELPER"],
)
async def test_only_the_http_methods_a_view_defines_can_be_asked_for(
    aiohttp_client: AiohttpClient, method: str
) -> None:
    class WithHelper(PlainView):
        async def helper(self) -> web.Response:
            return web.Response()

    client = await aiohttp_client(serving(WithHelper))
    answer = await preflight(client, PATH, method)
    text = f"request method '{method}' is not allowed for '{ORIGIN}' origin"
    assert (answer.status, answer.cors) == (403, {})
    assert answer.text == f"CORS preflight request failed: {text}"


@pytest.mark.parametrize(
    "request_headers, text",
    [
        ({}, "origin header is not specified in the request"),
        ({"Origin": ORIGIN}, "'Access-Control-Request-Method' header is not specified"),
        (
            {"Origin": OTHER, "Access-Control-Request-Method": "GET"},
            f"origin '{OTHER}' is not allowed",
        ),
        (
            {
                "Origin": ORIGIN,
                "Access-Control-Request-Method": "GET",
                "Access-Control-Request-Headers": "x-a",
            },
            "headers are not allowed: X-A",
        ),
    ],
    ids=["nothing", "no method", "origin", "headers"],
)
async def test_a_view_refuses_with_the_same_texts(
    aiohttp_client: AiohttpClient, request_headers: dict[str, str], text: str
) -> None:
    client = await aiohttp_client(serving(PlainView))
    answer = await send(client, "OPTIONS", PATH, origin=None, headers=request_headers)
    assert (answer.status, answer.text) == (403, f"CORS preflight request failed: {text}")
    assert (answer.cors, answer.vary) == ({}, [PREFLIGHT_VARY])


async def test_a_view_without_any_configuration_allows_no_origins(
    aiohttp_client: AiohttpClient,
) -> None:
    class Silent(web.View, CorsViewMixin):
        async def get(self) -> web.Response:
            return web.Response()

    client = await aiohttp_client(serving(Silent))
    answer = await preflight(client, PATH)
    assert answer.text == "CORS preflight request failed: no origins are allowed"
    assert (await send(client, "GET", PATH)).cors == {}


async def test_a_method_is_before_its_class_and_that_before_the_defaults(
    aiohttp_client: AiohttpClient,
) -> None:
    def aged(age: int, *names: str) -> Config:
        return {f"https://{name}.example": {"max_age": age} for name in names}

    class Chained(web.View, CorsViewMixin):
        cors_config: ClassVar[Config | None] = aged(2, "a", "b")

        @custom_cors(aged(1, "a"))
        async def get(self) -> web.Response:
            return web.Response()

        async def post(self) -> web.Response:
            return web.Response()

    client = await aiohttp_client(serving(Chained, aged(3, "a", "b", "c")))
    for method, ages in {"GET": "123", "POST": "223"}.items():
        for name, age in zip("abc", ages, strict=True):
            answer = await preflight(client, PATH, method, origin=f"https://{name}.example")
            assert answer.cors["max-age"] == age


async def test_an_exact_origin_of_the_defaults_is_before_the_star_of_a_method(
    aiohttp_client: AiohttpClient,
) -> None:
    class Open(web.View, CorsViewMixin):
        @custom_cors({"*": ResourceOptions(allow_credentials=True)})
        async def get(self) -> web.Response:
            return web.Response()

    client = await aiohttp_client(serving(Open, ONLY_ORIGIN))
    assert (await send(client, "GET", PATH)).cors == NAMED
    other = {"allow-origin": OTHER, "allow-credentials": "true"}
    assert (await send(client, "GET", PATH, origin=OTHER)).cors == other


async def test_what_add_was_given_for_a_view_counts_for_its_preflights_too(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    cors = aiohttp_cors.setup(app)
    cors.add(app.router.add_route("*", PATH, PlainView), {OTHER: ResourceOptions()})
    client = await aiohttp_client(app)
    for origin in (ORIGIN, OTHER):
        assert (await send(client, "GET", PATH, origin=origin)).cors == {"allow-origin": origin}
        assert (await preflight(client, PATH, origin=origin)).status == 200


async def test_a_view_on_a_single_method_answers_under_its_own_configuration(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    cors = aiohttp_cors.setup(app)
    cors.add(app.router.add_get(PATH, PlainView), {OTHER: ResourceOptions()})
    client = await aiohttp_client(app)
    for origin in (ORIGIN, OTHER):
        assert (await send(client, "GET", PATH, origin=origin)).cors == {"allow-origin": origin}


async def test_an_overridden_get_request_config_is_asked_on_a_single_method_too(
    aiohttp_client: AiohttpClient,
) -> None:
    asked: Asked = []
    app = web.Application()
    cors = aiohttp_cors.setup(app)
    view = tenant_view(lambda request, method: ONLY_ORIGIN, asked)
    cors.add(app.router.add_get(PATH, view), {OTHER: ResourceOptions()})
    client = await aiohttp_client(app)
    for origin in (ORIGIN, OTHER):
        assert (await send(client, "GET", PATH, origin=origin)).cors == {"allow-origin": origin}
    assert asked == [("GET", "GET"), ("GET", "GET")]


async def test_a_resource_may_be_added_before_its_view(aiohttp_client: AiohttpClient) -> None:
    app = web.Application()
    cors = aiohttp_cors.setup(app)
    resource = cors.add(app.router.add_resource(PATH), {OTHER: ResourceOptions()})
    resource.add_route("*", PlainView)
    client = await aiohttp_client(app)
    for origin in (ORIGIN, OTHER):
        assert (await send(client, "GET", PATH, origin=origin)).cors == {"allow-origin": origin}


async def test_a_view_stands_beside_routes_of_its_resource(aiohttp_client: AiohttpClient) -> None:
    app = web.Application()
    cors = aiohttp_cors.setup(app)
    resource = app.router.add_resource(PATH)
    put = resource.add_route("PUT", hello)
    view = resource.add_route("*", PlainView)
    cors.add(view)
    cors.add(put, {OTHER: ResourceOptions()})
    client = await aiohttp_client(app)
    assert (await send(client, "GET", PATH)).cors == NAMED
    assert (await send(client, "PUT", PATH, origin=OTHER)).cors == {"allow-origin": OTHER}
    assert (await preflight(client, PATH)).status == 200
    assert (await preflight(client, PATH, "PUT", origin=OTHER)).status == 200
    assert (await preflight(client, PATH, "PUT")).status == 403


def tenant_view(answer: Callable[[web.Request, str], Config], asked: Asked) -> type[web.View]:
    """A view that decides by request; `asked` collects with what it was."""

    class TenantView(web.View, CorsViewMixin):
        @classmethod
        @override
        def get_request_config(cls, request: web.Request, request_method: str) -> Config:
            asked.append((request.method, request_method))
            return answer(request, request_method)

        async def get(self) -> web.Response:
            return web.Response(text="got")

        async def post(self) -> web.Response:
            raise web.HTTPConflict

        async def put(self) -> web.Response:
            raise LookupError("a bug of the program")

    return TenantView


def by_tenant(request: web.Request, method: str) -> Config:
    return {f"https://{request.headers['X-Tenant']}.example": {"max_age": 7}}


async def test_an_overridden_get_request_config_decides_by_request(
    aiohttp_client: AiohttpClient,
) -> None:
    client = await aiohttp_client(serving(tenant_view(by_tenant, [])))
    for tenant, origin in (("app", ORIGIN), ("other", OTHER)):
        headers = {"X-Tenant": tenant}
        for status, method in ((200, "GET"), (409, "POST"), (500, "PUT"), (405, "PATCH")):
            answer = await send(client, method, PATH, origin=origin, headers=headers)
            assert (answer.status, answer.cors) == (status, {"allow-origin": origin})
        asked = await preflight(client, PATH, origin=origin, headers=headers)
        assert asked.cors == {"allow-origin": origin, "allow-methods": "GET", "max-age": "7"}
    answer = await send(client, "GET", PATH, headers={"X-Tenant": "other"})
    assert (answer.cors, answer.vary) == ({}, ["Origin"])


@pytest.mark.parametrize("middleware", [False, True], ids=["plain", "behind a middleware"])
async def test_it_is_asked_once_per_request(
    aiohttp_client: AiohttpClient, middleware: bool
) -> None:
    asked: Asked = []
    app = serving(tenant_view(lambda request, method: ONLY_ORIGIN, asked))
    if middleware:
        app.middlewares.append(web.normalize_path_middleware())
    client = await aiohttp_client(app)
    for method in ("GET", "POST", "PUT"):
        await send(client, method, PATH)
        assert [(sent, of.upper()) for sent, of in asked] == [(method, method)]
        asked.clear()
        await preflight(client, PATH, method)
        assert [(sent, of.upper()) for sent, of in asked] == [("OPTIONS", method)]
        asked.clear()


@pytest.mark.parametrize(
    "config",
    [
        {ORIGIN: ResourceOptions(max_age=7)},
        {ORIGIN: {"max_age": 7}},
        ChainMap[str, ResourceOptions | Mapping[str, object]]({ORIGIN: {"max_age": 7}}),
        ChainMap[str, ResourceOptions | Mapping[str, object]](
            {}, {"*": ResourceOptions(max_age=1)}, {ORIGIN: ResourceOptions(max_age=7)}
        ),
        ChainMap[str, ResourceOptions | Mapping[str, object]](
            ChainMap({OTHER: ResourceOptions()}, {ORIGIN: ResourceOptions(max_age=7)}),
            {ORIGIN: ResourceOptions(max_age=1)},
        ),
        ChainMap[str, ResourceOptions | Mapping[str, object]](
            {"https://*.example": ResourceOptions(max_age=1)}, {ORIGIN: ResourceOptions(max_age=7)}
        ),
    ],
    ids=["options", "mapping", "chain of one", "chain", "chain of chains", "exact after pattern"],
)
async def test_it_may_answer_with_mappings_and_chains_of_them(
    aiohttp_client: AiohttpClient, config: Config
) -> None:
    client = await aiohttp_client(serving(tenant_view(lambda request, method: config, [])))
    answer = await preflight(client, PATH)
    assert answer.cors == {**NAMED, "allow-methods": "GET", "max-age": "7"}
    assert (await send(client, "GET", PATH)).cors == NAMED


async def test_it_may_call_the_one_it_overrides(aiohttp_client: AiohttpClient) -> None:
    class Extended(PlainView):
        @classmethod
        @override
        def get_request_config(cls, request: web.Request, request_method: str) -> Config:
            inherited = super().get_request_config(request, request_method)
            return {**inherited, "https://third.example": ResourceOptions()}

    client = await aiohttp_client(serving(Extended, {OTHER: ResourceOptions()}))
    for origin in (ORIGIN, OTHER, "https://third.example"):
        assert (await send(client, "GET", PATH, origin=origin)).cors == {"allow-origin": origin}
        assert (await preflight(client, PATH, origin=origin)).status == 200
    lacking = await preflight(client, PATH, "PATCH")
    text = f"request method 'PATCH' is not allowed for '{ORIGIN}' origin"
    assert (lacking.status, lacking.text) == (403, f"CORS preflight request failed: {text}")
    assert (await send(client, "PATCH", PATH)).status == 405


def raising(error: Exception) -> Callable[[web.Request, str], Config]:
    def answer(request: web.Request, method: str) -> Config:
        raise error

    return answer


def nonsense(request: web.Request, method: str) -> Config:
    return {"https://app.example": {"no_such_option": True}}


@pytest.mark.parametrize(
    "answer",
    [raising(ValueError("no")), raising(RuntimeError("no")), raising(web.HTTPNotFound()), nonsense],
    ids=["ValueError", "RuntimeError", "HTTPNotFound", "nonsense"],
)
async def test_one_that_raises_costs_the_headers_and_nothing_else(
    aiohttp_client: AiohttpClient,
    caplog: pytest.LogCaptureFixture,
    answer: Callable[[web.Request, str], Config],
) -> None:
    client = await aiohttp_client(serving(tenant_view(answer, [])))
    with caplog.at_level(logging.ERROR, "aiohttp_cors"):
        actual = await send(client, "GET", PATH)
        assert (actual.status, actual.text, actual.cors) == (200, "got", {})
        assert len(caplog.records) == 1
        asked = await preflight(client, PATH)
        assert (asked.status, asked.cors, asked.vary) == (403, {}, [PREFLIGHT_VARY])
        assert len(caplog.records) == 2


async def test_headers_of_a_handler_do_not_survive_a_configuration_that_raises(
    aiohttp_client: AiohttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(web.View, CorsViewMixin):
        @classmethod
        @override
        def get_request_config(cls, request: web.Request, request_method: str) -> Config:
            raise RuntimeError("no")

        async def get(self) -> web.Response:
            return web.Response(headers={"Access-Control-Allow-Origin": "*"})

    client = await aiohttp_client(serving(Broken))
    with caplog.at_level(logging.ERROR, "aiohttp_cors"):
        assert (await send(client, "GET", PATH)).cors == {}
    assert len(caplog.records) == 1


async def test_a_key_error_means_that_the_method_is_lacking(
    aiohttp_client: AiohttpClient,
) -> None:
    client = await aiohttp_client(serving(tenant_view(raising(KeyError()), []), ONLY_ORIGIN))
    answer = await preflight(client, PATH)
    text = f"request method 'GET' is not allowed for '{ORIGIN}' origin"
    assert (answer.status, answer.text) == (403, f"CORS preflight request failed: {text}")
    assert (await send(client, "PATCH", PATH)).status == 405


async def test_a_view_of_an_app_without_setup_refuses_preflights(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    app.router.add_view(PATH, PlainView)
    client = await aiohttp_client(app)
    answer = await preflight(client, PATH)
    assert (answer.status, answer.cors) == (403, {})
    actual = await send(client, "GET", PATH)
    assert (actual.status, actual.cors, actual.vary) == (200, {}, [])


async def test_assigned_defaults_reach_a_view_at_once(aiohttp_client: AiohttpClient) -> None:
    app = web.Application()
    cors = aiohttp_cors.setup(app)
    asking = tenant_view(lambda request, method: {OTHER: ResourceOptions()}, [])
    cors.add(app.router.add_view(PATH, PlainView))
    cors.add(app.router.add_view("/asking", asking))
    client = await aiohttp_client(app)
    third = "https://third.example"
    assert (await send(client, "GET", PATH, origin=third)).cors == {}
    cors.defaults = {third: ResourceOptions()}
    for path in (PATH, "/asking"):
        assert (await send(client, "GET", path, origin=third)).cors == {"allow-origin": third}
    assert (await preflight(client, PATH, origin=third)).status == 200


@web.middleware
async def rebuild_raised(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What the server of aiohttp 4 does: what was raised is no response."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        headers = CIMultiDict(error.headers)
        headers.popall("Content-Type", None)
        return web.Response(status=error.status, text=error.text, headers=headers)


@pytest.mark.parametrize("rebuilt", [False, True], ids=["as raised", "rebuilt"])
async def test_a_refusal_that_a_view_raised_is_written_to_by_nobody(
    aiohttp_client: AiohttpClient, rebuilt: bool
) -> None:
    class Simple(web.View, CorsViewMixin):
        async def get(self) -> web.Response:
            return web.Response()

    app = web.Application(middlewares=[rebuild_raised] if rebuilt else [])
    app.router.add_view("/view", Simple)
    Cors.for_app(app).origin(ORIGIN).everywhere()
    client = await aiohttp_client(app)
    # No preflight: it reaches the view's own method, whatever the fluent API covers.
    answer = await send(client, "OPTIONS", "/view")
    assert (answer.status, answer.cors) == (403, {})
    assert (await send(client, "GET", "/view")).cors == {"allow-origin": ORIGIN}
