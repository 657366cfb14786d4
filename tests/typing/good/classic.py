"""The classic API as programs for aiohttp-cors 0.8.1 use it."""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Literal

from aiohttp import web
from typing_extensions import assert_type

import aiohttp_cors
from aiohttp_cors import APP_CONFIG_KEY, CorsConfig, ResourceOptions, setup
from aiohttp_cors.cors_config import CorsConfig as SameConfig
from aiohttp_cors.resource_options import ResourceOptions as SameOptions


async def handler(request: web.Request) -> web.Response:
    return web.Response(text="Hello!", headers={"X-Custom-Server-Header": "Custom data"})


def usage() -> web.Application:
    app = web.Application()
    cors = aiohttp_cors.setup(app)
    resource = cors.add(app.router.add_resource("/hello"))
    route = cors.add(
        resource.add_route("GET", handler),
        {
            "http://client.example.org": aiohttp_cors.ResourceOptions(
                allow_credentials=True,
                expose_headers=("X-Custom-Server-Header",),
                allow_headers=("X-Requested-With", "Content-Type"),
                max_age=3600,
            )
        },
    )
    assert_type(cors, CorsConfig)
    assert_type(resource, web.Resource)
    assert_type(route, web.ResourceRoute)
    return app


def what_is_added_comes_back(
    app: web.Application, cors: CorsConfig, files: web.StaticResource
) -> None:
    plain = app.router.add_resource("/plain")
    static = app.router.add_static("/static", "public")
    assert_type(cors.add(plain), web.Resource)
    assert_type(cors.add(static), web.AbstractResource)
    assert_type(cors.add(files), web.StaticResource)
    assert_type(cors.add(app.router.add_get("/get", handler)), web.AbstractRoute)
    assert_type(cors.add(app.router.add_route("PUT", "/put", handler)), web.AbstractRoute)
    assert_type(cors.add(app.router["named"]), web.AbstractResource)
    for route in list(app.router.routes()):
        assert_type(cors.add(route), web.AbstractRoute)
    for resource in app.router.resources():
        assert_type(cors.add(resource, webview=False), web.AbstractResource)
    cors.add(cors.add(plain).add_route("GET", handler), {"*": ResourceOptions()}, False)


def defaults_in_every_shape(app: web.Application) -> None:
    by_options: dict[str, ResourceOptions] = {"*": ResourceOptions()}
    by_dict: dict[str, dict[str, object]] = {"*": {"allow_credentials": False, "max_age": 60}}
    by_bool: dict[str, dict[str, bool]] = {"*": {"allow_credentials": False}}
    by_mapping: Mapping[str, Mapping[str, object]] = MappingProxyType(by_dict)
    mixed: dict[str, ResourceOptions | dict[str, object]] = {**by_options, **by_dict}
    assert_type(setup(app), CorsConfig)
    assert_type(setup(app, defaults=None), CorsConfig)
    assert_type(setup(app, defaults=by_options), CorsConfig)
    assert_type(setup(app, defaults=by_dict), CorsConfig)
    assert_type(setup(app, defaults=by_bool), CorsConfig)
    assert_type(setup(app, defaults=by_mapping), CorsConfig)
    assert_type(setup(app, defaults=mixed), CorsConfig)
    assert_type(CorsConfig(app, defaults=MappingProxyType(by_options)), CorsConfig)
    setup(app, defaults={"*": {"allow_headers": "*", "allow_methods": ["GET"]}})
    setup(app, defaults={"*": ResourceOptions(), "https://a.example": {"expose_headers": ("X",)}})


def configurations_in_every_shape(cors: CorsConfig, route: web.AbstractRoute) -> None:
    by_options: dict[str, ResourceOptions] = {"*": ResourceOptions()}
    by_dict: dict[str, dict[str, object]] = {"*": {"allow_credentials": False}}
    assert_type(cors.add(route, by_options), web.AbstractRoute)
    assert_type(cors.add(route, by_dict), web.AbstractRoute)
    assert_type(cors.add(route, config=None), web.AbstractRoute)
    assert_type(cors.add(route, {"*": {"max_age": 60}}), web.AbstractRoute)
    assert_type(cors.add(route, {"https://a.example": ResourceOptions()}), web.AbstractRoute)


def defaults_read_and_assigned(cors: CorsConfig, more: dict[str, dict[str, object]]) -> None:
    assert_type(cors.defaults, Mapping[str, ResourceOptions])
    assert_type(cors.defaults["*"], ResourceOptions)
    cors.defaults = {"https://a.example": ResourceOptions(allow_headers="*")}
    cors.defaults = {**cors.defaults, "*": ResourceOptions()}
    cors.defaults = more
    cors.defaults = {}
    cors.defaults = None


def kept_by_the_application(app: web.Application, request: web.Request) -> None:
    app[APP_CONFIG_KEY] = setup(app)
    assert_type(app[APP_CONFIG_KEY], CorsConfig)
    assert_type(request.app.get(APP_CONFIG_KEY), CorsConfig | None)
    assert_type(APP_CONFIG_KEY, web.AppKey[CorsConfig])


def names_in_every_shape(names: Sequence[str], more: set[str], fields: dict[str, int]) -> None:
    assert_type(ResourceOptions(), ResourceOptions)
    ResourceOptions(expose_headers="*", allow_headers="*", allow_methods="*")
    ResourceOptions(expose_headers=("X-A",), allow_headers=["X-B"], allow_methods={"PUT"})
    ResourceOptions(expose_headers=names, allow_headers=more, allow_methods=frozenset(more))
    ResourceOptions(expose_headers=fields.keys(), allow_headers=list(names), allow_methods=None)
    ResourceOptions(allow_credentials=True, max_age=0)
    ResourceOptions(max_age=None, expose_headers=[], allow_headers=(), allow_methods=set[str]())


def options_read_and_replaced(options: ResourceOptions) -> None:
    assert_type(options.allow_credentials, bool)
    assert_type(options.expose_headers, frozenset[str] | Literal["*"])
    assert_type(options.allow_headers, frozenset[str] | Literal["*"])
    assert_type(options.allow_methods, frozenset[str] | Literal["*"] | None)
    assert_type(options.max_age, int | None)
    assert_type(options.is_method_allowed("PUT"), bool)
    assert_type(replace(options, max_age=60), ResourceOptions)
    assert_type(copy.copy(options), ResourceOptions)
    again = ResourceOptions(
        allow_credentials=options.allow_credentials,
        expose_headers=options.expose_headers,
        allow_headers=options.allow_headers,
        max_age=options.max_age,
        allow_methods=options.allow_methods,
    )
    assert_type(again == options, bool)


def helper(cors: CorsConfig, routes: Sequence[web.AbstractRoute], options: ResourceOptions) -> None:
    for route in routes:
        cors.add(route, {"https://a.example": options})


def imported_from_elsewhere(cors: SameConfig, options: SameOptions) -> tuple[CorsConfig, str]:
    helper(cors, [], options)
    return cors, aiohttp_cors.__version__
