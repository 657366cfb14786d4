"""A refused configuration: a `ValueError` with the words of 0.8.1, and nothing half-registered."""

from collections.abc import Callable, MutableMapping, Sequence
from typing import ClassVar, Final

import pytest
from aiohttp import web
from aiohttp.web_urldispatcher import SystemRoute
from pytest_aiohttp.plugin import AiohttpClient

import aiohttp_cors
from aiohttp_cors import CorsConfig, CorsViewMixin, ResourceOptions
from aiohttp_cors.cors_config import Config
from tests.integration.support import ORIGIN, OTHER, Answer, Client, hello, preflight, send

NAMED: Final = {"allow-origin": ORIGIN}
ONLY_ORIGIN: Final[Config] = {ORIGIN: ResourceOptions()}
ONLY_OTHER: Final[Config] = {OTHER: ResourceOptions(allow_methods="*")}

Entity = web.AbstractResource | web.AbstractRoute
Target = Callable[[web.Application, CorsConfig], Entity]


class Plain(web.View):
    async def get(self) -> web.Response:
        return web.Response()


class Misconfigured(web.View, CorsViewMixin):
    cors_config: ClassVar[Config | None] = {ORIGIN: {"nonsense": True}}

    async def get(self) -> web.Response:
        return web.Response()


def covered_resource(app: web.Application, cors: CorsConfig) -> Entity:
    resource = app.router.add_resource("/target")
    resource.add_route("GET", hello)
    return cors.add(resource, ONLY_ORIGIN)


def covered_by_route(app: web.Application, cors: CorsConfig) -> Entity:
    route = app.router.add_get("/target", hello)
    cors.add(route, ONLY_ORIGIN)
    assert route.resource is not None
    return route.resource


def covered_route(app: web.Application, cors: CorsConfig) -> Entity:
    return cors.add(app.router.add_get("/target", hello), ONLY_ORIGIN)


def covered_elsewhere(app: web.Application, cors: CorsConfig) -> Entity:
    return CorsConfig(app).add(app.router.add_get("/target", hello), ONLY_ORIGIN)


def with_own_options(app: web.Application, cors: CorsConfig) -> Entity:
    app.router.add_options("/target", hello)
    return app.router.add_get("/target", hello)


def with_star(app: web.Application, cors: CorsConfig) -> Entity:
    return app.router.add_route("*", "/target", hello)


def with_star_after_get(app: web.Application, cors: CorsConfig) -> Entity:
    resource = app.router.add_resource("/target")
    resource.add_route("GET", hello)
    resource.add_route("*", hello)
    return resource


def plain_view(app: web.Application, cors: CorsConfig) -> Entity:
    return app.router.add_view("/target", Plain)


def misconfigured_view(app: web.Application, cors: CorsConfig) -> Entity:
    return app.router.add_view("/target", Misconfigured)


def sub_application(app: web.Application, cors: CorsConfig) -> Entity:
    return app.add_subapp("/sub", web.Application())


def system_route(app: web.Application, cors: CorsConfig) -> Entity:
    return SystemRoute(web.HTTPNotFound())


def uncovered(app: web.Application, cors: CorsConfig) -> Entity:
    return app.router.add_get("/target", hello)


async def actual(client: Client, path: str, *, origin: str) -> Answer:
    return await send(client, "GET", path, origin=origin)


REFUSED: Final[dict[str, tuple[Target, Config, str]]] = {
    "a resource twice": (covered_resource, ONLY_OTHER, "CORS is already configured for"),
    "a resource after its route": (covered_by_route, ONLY_OTHER, "CORS is already configured for"),
    "a route twice": (covered_route, ONLY_OTHER, "CORS already configured on resource"),
    "another CorsConfig's": (covered_elsewhere, ONLY_OTHER, "CORS is already configured for"),
    "own OPTIONS": (with_own_options, ONLY_OTHER, "already has OPTIONS handler"),
    "own *": (with_star, ONLY_OTHER, r"already has a '\*' handler"),
    "own * after GET": (with_star_after_get, ONLY_OTHER, r"already has a '\*' handler"),
    "a view without the mixin": (plain_view, ONLY_OTHER, "web view should be derived from"),
    "a view with nonsense": (misconfigured_view, ONLY_OTHER, "Unexpected keywords in resource opt"),
    "a sub-application": (sub_application, ONLY_OTHER, "Resource or ResourceRoute expected"),
    "a system route": (system_route, ONLY_OTHER, "Resource or ResourceRoute expected"),
    "unexpected keywords": (
        uncovered,
        {OTHER: ResourceOptions(), ORIGIN: {"allow_credentials": True, "nonsense": 1}},
        "Unexpected keywords in resource options.*nonsense",
    ),
    "a value of options": (uncovered, {OTHER: {"max_age": -1}}, "max_age"),
    "a bare string": (uncovered, {OTHER: {"allow_headers": "X-A"}}, r"allow_headers=\[\"X-A\"\]"),
}


def unchecked(function: Callable[..., object]) -> Callable[..., object]:
    """`function` for what the type checkers would refuse, too."""
    return function


def routes_of(app: web.Application) -> list[tuple[str, Sequence[str]]]:
    return [(r.canonical, [route.method for route in r]) for r in app.router.resources()]


@pytest.mark.parametrize("target, config, words", REFUSED.values(), ids=REFUSED)
async def test_a_refused_add_leaves_everything_as_it_was(
    aiohttp_client: AiohttpClient, target: Target, config: Config, words: str
) -> None:
    app = web.Application()
    cors = aiohttp_cors.setup(app)
    entity = target(app, cors)
    client = await aiohttp_client(app)
    before = routes_of(app), list(app.router.named_resources())
    answers = [
        await ask(client, "/target", origin=origin)
        for ask in (preflight, actual)
        for origin in (ORIGIN, OTHER)
    ]

    with pytest.raises(ValueError, match=words):
        cors.add(entity, config)

    assert (routes_of(app), list(app.router.named_resources())) == before
    again = [
        await ask(client, "/target", origin=origin)
        for ask in (preflight, actual)
        for origin in (ORIGIN, OTHER)
    ]
    for first, second in zip(answers, again, strict=True):
        assert (first.status, first.text) == (second.status, second.text)
        assert (first.cors, first.vary) == (second.cors, second.vary)


@pytest.mark.parametrize(
    "config",
    [
        [(ORIGIN, ResourceOptions())],
        "https://app.example",
        {1: ResourceOptions()},
        {ORIGIN: None},
        {ORIGIN: "*"},
        {ORIGIN: [("max_age", 1)]},
        {ORIGIN: {"nonsense": 1}},
        {ORIGIN: {1: 1}},
        {ORIGIN: {"max_age": "1"}},
        {ORIGIN: {"allow_credentials": 1}},
        {ORIGIN: {"allow_methods": "GET"}},
        {ORIGIN: {"expose_headers": ["a b"]}},
    ],
    ids=repr,
)
async def test_a_configuration_of_another_shape_is_refused_wherever_it_is_given(
    config: object,
) -> None:
    app = web.Application()
    cors = CorsConfig(app)
    route = app.router.add_get("/hello", hello)
    before = routes_of(app)
    with pytest.raises(ValueError):  # noqa: PT011 -- the words differ from row to row
        unchecked(cors.add)(route, config)
    with pytest.raises(ValueError):  # noqa: PT011
        unchecked(CorsConfig)(app, defaults=config)
    with pytest.raises(ValueError):  # noqa: PT011
        setattr(cors, "defaults", config)  # noqa: B010 -- unchecked
    assert cors.defaults == {}
    assert routes_of(app) == before
    fresh = web.Application()
    with pytest.raises(ValueError):  # noqa: PT011
        unchecked(aiohttp_cors.setup)(fresh, defaults=config)
    assert aiohttp_cors.APP_CONFIG_KEY not in fresh
    assert len(fresh.on_response_prepare) == 0


@pytest.mark.parametrize("entity", [None, "/hello", hello, Plain, web.get("/hello", hello)])
async def test_what_is_neither_resource_nor_route_is_refused(entity: object) -> None:
    cors = CorsConfig(web.Application())
    with pytest.raises(ValueError, match="Resource or ResourceRoute expected"):
        unchecked(cors.add)(entity)


async def test_mappings_may_stand_for_options_with_all_five_keys(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    cors = aiohttp_cors.setup(app)
    resource = app.router.add_resource("/hello")
    resource.add_route("PUT", hello)
    config: Config = {
        ORIGIN: {
            "allow_credentials": True,
            "expose_headers": {"X-Custom"},
            "allow_headers": ("X-A",),
            "max_age": 9,
            "allow_methods": frozenset({"PUT"}),
        }
    }
    cors.add(resource, config)
    client = await aiohttp_client(app)
    credentials = {**NAMED, "allow-credentials": "true"}
    actual = await send(client, "PUT", "/hello")
    assert actual.cors == {**credentials, "expose-headers": "X-Custom"}
    asked = await preflight(client, "/hello", "PUT", names="x-a")
    allowed = {"allow-methods": "PUT", "allow-headers": "X-A", "max-age": "9"}
    assert asked.cors == {**credentials, **allowed}


async def test_add_returns_what_it_was_given_and_registers_one_options_route() -> None:
    app = web.Application()
    cors = aiohttp_cors.setup(app)
    resource = app.router.add_resource("/hello", name="hello")
    assert cors.add(resource) is resource
    for method in ("GET", "PUT"):
        route = resource.add_route(method, hello)
        assert cors.add(route) is route
    assert [route.method for route in resource] == ["OPTIONS", "GET", "PUT"]
    assert list(app.router.named_resources()) == ["hello"]


async def test_webview_warns_at_the_callers_line() -> None:
    app = web.Application()
    cors = aiohttp_cors.setup(app)
    route = app.router.add_get("/hello", hello)
    with pytest.warns(DeprecationWarning, match="webview") as warned:
        cors.add(route, webview=True)
    assert warned[0].filename == __file__


async def test_the_set_up_is_kept_in_the_application() -> None:
    app = web.Application()
    cors = aiohttp_cors.setup(app)
    assert app[aiohttp_cors.APP_CONFIG_KEY] is cors


async def test_defaults_are_read_only() -> None:
    cors = CorsConfig(web.Application(), defaults={ORIGIN: {"max_age": 1}})
    assert cors.defaults == {ORIGIN: ResourceOptions(max_age=1)}
    assert not isinstance(cors.defaults, MutableMapping)
