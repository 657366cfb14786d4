"""Each difference from aiohttp-cors 0.8.1 that `docs/differences.md` lists, one test named after each.

That 0.8.1 does otherwise is shown where the two are compared, in `tests/comparison`.
"""

import importlib.util
import logging
from collections.abc import Callable
from typing import ClassVar, Literal

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler
from multidict import CIMultiDict
from pytest_aiohttp.plugin import AiohttpClient

import aiohttp_cors
from aiohttp_cors import CorsConfig, CorsViewMixin, ResourceOptions, custom_cors
from aiohttp_cors.cors_config import Config
from tests.integration.support import (
    ORIGIN,
    OTHER,
    PREFLIGHT_VARY,
    Connection,
    hello,
    preflight,
    send,
)

NAMED = {"allow-origin": ORIGIN}
PATH = "/hello"
REFUSED = "CORS preflight request failed: "
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


async def test_an_added_route_never_gets_another_routes_configuration(
    aiohttp_client: AiohttpClient,
) -> None:
    app = covered({ORIGIN: ResourceOptions(allow_methods="*")})
    app[aiohttp_cors.APP_CONFIG_KEY].add(app.router.add_put(PATH, hello))
    client = await aiohttp_client(app)
    assert (await send(client, "GET", PATH)).cors == NAMED
    assert (await send(client, "PUT", PATH)).cors == {}
    assert (await preflight(client, PATH, "PUT")).status == 403


@pytest.mark.parametrize("names", [None, ["DELETE"], ["PUT"], "*"])
@pytest.mark.parametrize("level", ["the first added route", "the resource", "the defaults"])
async def test_a_route_left_out_beside_an_added_one_is_covered_where_its_method_is_named(
    aiohttp_client: AiohttpClient, names: list[str] | Literal["*"] | None, level: str
) -> None:
    options: Config = {ORIGIN: ResourceOptions(allow_methods=names)}
    app = web.Application()
    cors = aiohttp_cors.setup(app, defaults=options if level == "the defaults" else None)
    resource = app.router.add_resource(PATH)
    if level == "the resource":
        cors.add(resource, options)
    own = options if level == "the first added route" else None
    cors.add(resource.add_route("GET", hello), own)
    resource.add_route("PUT", hello)
    client = await aiohttp_client(app)
    is_named = names in (["PUT"], "*")
    assert (await send(client, "GET", PATH)).cors == NAMED
    actual = await send(client, "PUT", PATH)
    assert (actual.status, actual.cors) == (200, NAMED if is_named else {})
    assert actual.vary == ["Origin"]
    assert (await preflight(client, PATH, "PUT")).status == (200 if is_named else 403)


async def test_one_set_of_options_decides_about_a_route_that_was_left_out(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    cors = aiohttp_cors.setup(app, defaults=ALL)
    cors.add(app.router.add_get(PATH, hello), ONLY_ORIGIN)
    app.router.add_put(PATH, hello)
    client = await aiohttp_client(app)
    assert (await send(client, "PUT", PATH)).cors == {}
    assert (await preflight(client, PATH, "PUT")).status == 403
    assert (await send(client, "PUT", PATH, origin=OTHER)).cors["allow-origin"] == OTHER
    assert (await preflight(client, PATH, "PUT", origin=OTHER)).status == 200


@pytest.mark.parametrize("named", [False, True])
async def test_the_own_configuration_of_a_view_that_was_left_out_says_nothing(
    aiohttp_client: AiohttpClient, named: bool
) -> None:
    app = web.Application()
    cors = aiohttp_cors.setup(app)
    resource = app.router.add_resource(PATH)
    options = ResourceOptions(allow_credentials=True, allow_methods=["GET"] if named else None)
    cors.add(resource.add_route("PUT", hello), {ORIGIN: options})
    resource.add_route("*", View)
    client = await aiohttp_client(app)
    expected = {**NAMED, "allow-credentials": "true"} if named else {}
    assert (await send(client, "GET", PATH)).cors == expected
    answer = await preflight(client, PATH, "GET")
    assert answer.cors == ({**expected, "allow-methods": "GET"} if named else {})


@pytest.mark.parametrize("named", [False, True])
async def test_head_beside_an_added_get_has_its_policy_and_has_to_be_named_for_preflights(
    aiohttp_client: AiohttpClient, named: bool
) -> None:
    app = web.Application()
    cors = aiohttp_cors.setup(app)
    resource = app.router.add_resource(PATH)
    put, get, _ = (resource.add_route(method, hello) for method in ("PUT", "GET", "HEAD"))
    cors.add(put, {OTHER: ResourceOptions(allow_methods="*")})
    cors.add(get, {ORIGIN: ResourceOptions(allow_methods=["HEAD"] if named else None)})
    client = await aiohttp_client(app)
    assert (await send(client, "HEAD", PATH)).cors == NAMED
    assert (await send(client, "HEAD", PATH, origin=OTHER)).cors == {}
    assert (await preflight(client, PATH, "HEAD")).status == (200 if named else 403)
    assert (await preflight(client, PATH, "HEAD", origin=OTHER)).status == 403


async def test_what_add_was_given_for_a_function_on_all_methods_decides(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    cors = aiohttp_cors.setup(app)
    resource = cors.add(app.router.add_resource(PATH))
    cors.add(resource.add_route("*", hello), ONLY_ORIGIN)
    client = await aiohttp_client(app)
    for method in ("GET", "PUT"):
        assert (await send(client, method, PATH)).cors == NAMED
        assert (await preflight(client, PATH, method)).cors == {**NAMED, "allow-methods": method}


@pytest.mark.parametrize("whole", [False, True], ids=["for its route", "for its resource"])
async def test_what_add_was_given_for_a_view_counts_for_its_preflights(
    aiohttp_client: AiohttpClient, whole: bool
) -> None:
    app = web.Application()
    cors = aiohttp_cors.setup(app)
    resource = app.router.add_resource(PATH)
    route = resource.add_route("*", View)
    cors.add(resource if whole else route, {OTHER: ResourceOptions()})
    client = await aiohttp_client(app)
    for origin in (ORIGIN, OTHER):
        assert (await send(client, "GET", PATH, origin=origin)).cors == {"allow-origin": origin}
        assert (await preflight(client, PATH, origin=origin)).status == 200


async def test_where_its_resource_was_added_what_that_was_given_counts_instead(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    cors = aiohttp_cors.setup(app)
    resource = cors.add(app.router.add_resource(PATH))
    cors.add(resource.add_route("*", View), {OTHER: ResourceOptions()})
    client = await aiohttp_client(app)
    assert (await send(client, "GET", PATH, origin=OTHER)).cors == {}
    assert (await preflight(client, PATH, origin=OTHER)).status == 403


async def test_what_custom_cors_was_given_belongs_to_the_function(
    aiohttp_client: AiohttpClient,
) -> None:
    class Saving(View):
        @custom_cors({ORIGIN: ResourceOptions(allow_credentials=True)})
        async def save(self) -> web.Response:
            return web.Response(text="saved")

        put = post = save

    app = web.Application()
    aiohttp_cors.setup(app).add(app.router.add_view(PATH, Saving))
    client = await aiohttp_client(app)
    assert (await send(client, "GET", PATH)).cors == NAMED
    for method in ("PUT", "POST"):
        assert (await send(client, method, PATH)).cors == {**NAMED, "allow-credentials": "true"}


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


async def test_a_function_beside_a_view_is_judged_by_its_own_policy(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    cors = aiohttp_cors.setup(app)
    resource = app.router.add_resource(PATH)
    put = resource.add_route("PUT", hello)
    cors.add(resource.add_route("*", View))
    cors.add(put, {OTHER: ResourceOptions()})
    client = await aiohttp_client(app)
    for method, allowed, refused in (("GET", ORIGIN, OTHER), ("PUT", OTHER, ORIGIN)):
        assert (await preflight(client, PATH, method, origin=allowed)).status == 200
        assert (await preflight(client, PATH, method, origin=refused)).status == 403


async def test_a_view_that_joins_after_the_start_is_seen_at_once(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    resource = app.router.add_resource(PATH)
    aiohttp_cors.setup(app).add(resource)
    client = await aiohttp_client(app)
    assert (await preflight(client, PATH)).status == 403
    resource.add_route("*", View)
    assert (await preflight(client, PATH)).cors == {**NAMED, "allow-methods": "GET"}
    assert (await send(client, "GET", PATH)).cors == NAMED


async def test_a_views_defaults_are_those_of_the_config_that_it_was_added_to(
    aiohttp_client: AiohttpClient,
) -> None:
    class Plain(View):
        cors_config: ClassVar[Config | None] = None

    app = web.Application()
    first = aiohttp_cors.setup(app, defaults=ONLY_ORIGIN)
    aiohttp_cors.setup(app, defaults={OTHER: ResourceOptions()})
    first.add(app.router.add_view(PATH, Plain))
    client = await aiohttp_client(app)
    assert (await send(client, "GET", PATH)).cors == NAMED
    assert (await preflight(client, PATH)).status == 200
    assert (await send(client, "GET", PATH, origin=OTHER)).cors == {}
    assert (await preflight(client, PATH, origin=OTHER)).status == 403


async def test_a_route_that_no_policy_covers_has_none_and_that_is_said(
    aiohttp_client: AiohttpClient,
) -> None:
    app = covered()
    app.router.add_get("/between", hello)
    app.router.add_put(PATH, hello)
    client = await aiohttp_client(app)
    answer = await preflight(client, PATH, "PUT")
    assert (answer.status, answer.cors) == (403, {})
    assert answer.text == f"{REFUSED}the route that serves PUT has no policy"


@pytest.mark.parametrize("is_set_up", [False, True])
async def test_a_view_that_was_not_added_is_not_shared(
    aiohttp_client: AiohttpClient, is_set_up: bool
) -> None:
    app = web.Application()
    app.router.add_view(PATH, View)
    if is_set_up:
        aiohttp_cors.setup(app, defaults=ALL)
    client = await aiohttp_client(app)
    answer = await preflight(client, PATH)
    assert (answer.status, answer.cors) == (403, {})
    assert answer.text == f"{REFUSED}the route that serves GET has no policy"
    assert (await send(client, "GET", PATH)).cors == {}


async def test_several_lines_of_requested_headers_are_joined(
    aiohttp_client: AiohttpClient,
) -> None:
    client = await aiohttp_client(covered({ORIGIN: ResourceOptions(allow_headers=["X-A"])}))
    name = "Access-Control-Request-Headers"
    for second, status in (("x-a", 200), ("x-b", 403)):
        lines = CIMultiDict([(name, "x-a"), (name, second)])
        assert (await preflight(client, PATH, headers=lines)).status == status


_HUNDREDS = ", ".join(f"X{number:08}" for number in range(200))


@pytest.mark.parametrize(
    "origin, method, names, shown",
    [
        (f"https://{'a' * 200}", "GET", None, f"origin 'https://{'a' * 92}...' is not allowed"),
        (
            ORIGIN,
            "P" * 101,
            None,
            f"request method '{'P' * 100}...' is not allowed for '{ORIGIN}' origin",
        ),
        (ORIGIN, "GET", f"x{'a' * 100}", f"headers are not allowed: X{'A' * 99}..."),
        (
            ORIGIN,
            "GET",
            _HUNDREDS.lower(),
            f"headers are not allowed: {_HUNDREDS[:1000]}...",
        ),
    ],
    ids=["an origin", "a method", "a name", "a list"],
)
async def test_a_value_that_a_client_chose_is_cut_in_a_text(
    aiohttp_client: AiohttpClient, origin: str, method: str, names: str | None, shown: str
) -> None:
    client = await aiohttp_client(covered())
    answer = await preflight(client, PATH, method, origin=origin, names=names)
    assert (answer.status, answer.text) == (403, REFUSED + shown)


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


@pytest.mark.parametrize("origin", ["", "https://\u00fc.example", "https://" + "a" * 319])
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


async def test_bytes_that_are_no_utf_8_are_escaped_in_the_text(
    aiohttp_client: AiohttpClient,
) -> None:
    client = await aiohttp_client(covered())
    connection = await Connection.to(client)
    answer = await connection.request(
        f"OPTIONS {PATH} HTTP/1.1".encode(),
        b"Origin: https://a\xff.example",
        b"Access-Control-Request-Method: GET",
    )
    await connection.close()
    assert (answer.status, answer.cors) == (403, {})
    assert answer.text == f"{REFUSED}origin 'https://a\\udcff.example' is not allowed"


async def test_a_method_in_lower_case_is_judged_by_the_route_of_the_one_in_upper_case(
    aiohttp_client: AiohttpClient,
) -> None:
    client = await aiohttp_client(covered({ORIGIN: ResourceOptions(allow_methods=["PUT"])}))
    # "get" is asked of the route that was added, exactly as it is written, and "put" of the options.
    assert (await preflight(client, PATH, "get")).status == 403
    assert (await preflight(client, PATH, "put")).cors == {**NAMED, "allow-methods": "put"}
    other = covered()
    other.router.add_get("/between", hello)
    other.router.add_put(PATH, hello)
    client = await aiohttp_client(other)
    answer = await preflight(client, PATH, "put")
    assert answer.text == f"{REFUSED}the route that serves put has no policy"


def test_header_names_and_methods_have_to_be_tokens_and_an_age_is_no_bool() -> None:
    for options in ({"allow_headers": ["X A"]}, {"allow_methods": ["P T"]}, {"max_age": True}):
        with pytest.raises(ValueError, match=next(iter(options))):
            unchecked(ResourceOptions)(**options)


async def test_sets_are_names_and_mappings_are_options_in_views_too(
    aiohttp_client: AiohttpClient,
) -> None:
    class Mapped(View):
        cors_config: ClassVar[Config | None] = {ORIGIN: {"allow_headers": {"X-A"}}}

    app = web.Application()
    cors = aiohttp_cors.setup(app)
    cors.add(app.router.add_view(PATH, Mapped))
    cors.add(app.router.add_resource("/named"), {ORIGIN: {"allow_methods": {"PUT"}}})
    client = await aiohttp_client(app)
    assert (await preflight(client, PATH, names="x-a")).status == 200
    assert (await preflight(client, "/named", "PUT")).status == 200


def test_a_second_config_that_adds_a_resource_of_the_first_is_refused() -> None:
    app = web.Application()
    resource = aiohttp_cors.setup(app).add(app.router.add_resource(PATH))
    with pytest.raises(ValueError, match="CORS is already configured for"):
        CorsConfig(app).add(resource)


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
