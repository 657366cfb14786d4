"""What a policy can be bound to, and how programs come by it."""

from pathlib import Path

from aiohttp import web
from typing_extensions import assert_type

from aiohttp_cors import AnyOriginRule, Cors, OriginRule


async def handler(request: web.Request) -> web.Response:
    return web.Response()


async def greet(request: web.Request) -> web.StreamResponse:
    return web.Response(text=request.match_info["name"])


class Account(web.View):
    async def get(self) -> web.Response:
        return web.Response()


routes = web.RouteTableDef()


@routes.get("/decorated")
async def decorated(request: web.Request) -> web.Response:
    return web.Response()


def resources(app: web.Application, rule: OriginRule) -> None:
    plain = app.router.add_resource("/plain")
    dynamic = app.router.add_resource("/users/{name}")
    static = app.router.add_static("/static", Path("public"))
    assert_type(rule.on(plain), Cors)
    assert_type(rule.on(dynamic, static), Cors)


def single_routes(app: web.Application, rule: OriginRule) -> None:
    assert_type(rule.on(app.router.add_get("/one", handler)), Cors)
    assert_type(rule.on(app.router.add_route("*", "/any", greet)), Cors)
    assert_type(rule.on(app.router.add_view("/account", Account)), Cors)
    hello = app.router.add_resource("/hello/{name}")
    assert_type(rule.on(hello.add_route("GET", greet), hello.add_route("PUT", handler)), Cors)


def added_together(app: web.Application, rule: OriginRule) -> None:
    table = [web.get("/a", handler), web.post("/a", handler), web.view("/account", Account)]
    assert_type(rule.on(*app.add_routes(table)), Cors)
    assert_type(rule.on(*app.router.add_routes(routes)), Cors)
    assert_type(rule.on(*app.add_routes([web.get("/b", handler)]), app.router["users"]), Cors)


def found_by_name(app: web.Application, rule: OriginRule) -> None:
    app.router.add_get("/users", handler, name="users")
    assert_type(rule.on(app.router["users"]), Cors)
    named = app.router.named_resources()
    assert_type(rule.on(*(named[name] for name in ("users", "account"))), Cors)
    assert_type(rule.on(*app.router.resources()), Cors)
    assert_type(rule.on(*app.router.routes()), Cors)


def sub_applications(app: web.Application, rule: OriginRule) -> None:
    api = web.Application()
    assert_type(rule.on(app.add_subapp("/api", api)), Cors)
    assert_type(rule.on(app.add_domain("api.example.com", web.Application())), Cors)


def everything(app: web.Application, rule: AnyOriginRule) -> None:
    health = app.router.add_get("/health", handler)
    metrics = app.router.add_resource("/metrics")
    assert_type(rule.everywhere(), Cors)
    assert_type(rule.everywhere(excluding=[metrics, health]), Cors)
    assert_type(rule.everywhere(excluding=(route for route in app.router.routes())), Cors)


def a_list_of_mixed_targets(app: web.Application, rule: OriginRule) -> None:
    targets: list[web.AbstractResource | web.AbstractRoute] = [
        app.router.add_resource("/one"),
        app.router.add_get("/two", handler),
    ]
    assert_type(rule.on(*targets), Cors)
