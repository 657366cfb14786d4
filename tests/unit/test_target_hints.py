"""What is passed to ``.on`` and is no target, and how the target that was meant is got.

Expectations from the contract: a hint is computed from what was given, or a step, or empty.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, final

import pytest
from aiohttp import web

from aiohttp_cors._table.target_hints import is_target, no_target
from tests.integration.support import hello


async def twice(request: web.Request) -> web.Response:
    return await hello(request)


async def elsewhere(request: web.Request) -> web.Response:
    return await hello(request)


class Account(web.View):
    pass


@final
@dataclass(frozen=True, slots=True)
class Site:
    app: web.Application
    sub: web.Application
    routes: web.RouteTableDef


def site() -> Site:
    app, sub, routes = web.Application(), web.Application(), web.RouteTableDef()
    app.router.add_get("/users", hello, name="users")
    app.router.add_get("/twice", twice)
    app.router.add_post("/twice/again", twice)
    app.router.add_view("/account", Account)
    app.add_subapp("/reports/", sub)
    return Site(app, sub, routes)


ASK_THE_ROUTER: Final = 'app.router["name"], or what add_get returned'

# What is given, the hint of one who does not know the application, and of one who does.
ROWS: Final[dict[str, tuple[Callable[[Site], object], str, str]]] = {
    "the path of a named resource": (lambda _: "/users", ASK_THE_ROUTER, 'app.router["users"]'),
    "the path of a resource without a name": (lambda _: "/twice", ASK_THE_ROUTER, ASK_THE_ROUTER),
    "a path that nothing serves": (lambda _: "/nothing", ASK_THE_ROUTER, ASK_THE_ROUTER),
    "a name": (lambda _: "users", 'app.router["users"]', 'app.router["users"]'),
    "a name that nobody has": (lambda _: "x", 'app.router["x"]', ASK_THE_ROUTER),
    "an empty text": (lambda _: "", ASK_THE_ROUTER, ASK_THE_ROUTER),
    "a handler of a named resource": (
        lambda _: hello,
        "what app.router.add_get(…, hello) returned",
        'app.router["users"]',
    ),
    "a handler of several resources": (
        lambda _: twice,
        "what app.router.add_get(…, twice) returned",
        "what app.router.add_get(…, twice) returned",
    ),
    "a handler that serves nothing": (
        lambda _: elsewhere,
        "what app.router.add_get(…, elsewhere) returned",
        "what app.router.add_get(…, elsewhere) returned",
    ),
    "a view": (
        lambda _: Account,
        "what app.router.add_view(…, Account) returned",
        'what app.router.add_view("/account", Account) returned',
    ),
    "an application that is mounted": (
        lambda made: made.sub,
        "what add_subapp returned",
        'what app.add_subapp("/reports", …) returned',
    ),
    "an application that is not mounted": (
        lambda _: web.Application(),
        "what add_subapp returned",
        "what add_subapp returned",
    ),
    "the application itself": (lambda made: made.app, "what add_subapp returned", ".everywhere"),
    "the router": (lambda made: made.app.router, ".everywhere", ".everywhere"),
    "a route definition": (
        lambda _: web.post("/new", hello),
        '*app.add_routes([web.route("POST", "/new", hello)]), which returns the routes',
        '*app.add_routes([web.route("POST", "/new", hello)]), which returns the routes',
    ),
    "another definition": (
        lambda _: web.static("/static", "."),
        "*app.add_routes([…]), which returns the routes",
        "*app.add_routes([…]), which returns the routes",
    ),
    "a table of definitions": (
        lambda made: made.routes,
        "*app.add_routes(…), which returns the routes",
        "*app.add_routes(…), which returns the routes",
    ),
    "a list of what is no target": (lambda _: ["/users"], "", ""),
    "a list of nothing": (lambda _: [], "", ""),
    "nothing": (lambda _: None, "", ""),
    "a number": (lambda _: 3, "", ""),
}


@pytest.mark.parametrize("given, alone, known", ROWS.values(), ids=ROWS)
def test_the_hint_is_how_the_target_is_got_that_was_meant(
    given: Callable[[Site], object], alone: str, known: str
) -> None:
    made = site()
    value = given(made)
    assert not is_target(value)
    for app, hint in ((None, alone), (made.app, known)):
        problem = no_target("target", value, app)
        assert (problem.field, problem.value, problem.reason) == ("target", repr(value), "invalid")
        assert problem.hint == hint
        assert problem.because.startswith("a policy is bound to a resource or a route")


def test_a_list_of_targets_is_unpacked() -> None:
    app = web.Application()
    resource = app.router.add_resource("/")
    route = resource.add_route("GET", hello)
    for given in ([resource, route], (resource, route)):
        assert no_target("target", given).hint == f"*{[*given]!r}"


def test_resources_and_routes_of_all_kinds_are_targets() -> None:
    app = web.Application()
    resource = app.router.add_resource("/{name}")
    static = app.router.add_static("/static", ".")
    mounted = app.add_subapp("/sub/", web.Application())
    assert all(map(is_target, [resource, resource.add_route("GET", hello), static, mounted]))
