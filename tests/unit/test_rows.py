"""From bindings to rows, without a server: what was said, and which row decides about each method.

Expectations from the contract's *Which policy decides*. A row is compared by its `repr`, which is
what a person sees: the level, the policy, and when a method has to be named.
"""

from collections.abc import Callable
from typing import Final

import pytest
from aiohttp import web
from typing_extensions import override

import aiohttp_cors
from aiohttp_cors import Cors, CorsConfig, CorsViewMixin, OriginRule, ResourceOptions
from aiohttp_cors._table.coverage import Coverage
from aiohttp_cors._table.router import Mounted
from aiohttp_cors._table.table import TABLE, Table
from aiohttp_cors.cors_config import Config
from aiohttp_cors.mixin import custom_cors
from tests.integration.support import hello

A: Final = "https://a.example"
B: Final = "https://b.example"
C: Final = "https://c.example"

NOBODY: Final = "nobody: not covered"


def table_of(app: web.Application) -> Table:
    return app[TABLE]


def rows_of(app: web.Application, *way: web.Application, path: str = "/items") -> dict[str, str]:
    """The row of each method that has one of its own, ``*`` for the rest, and that of a 405."""
    apps = (app, *way)
    (resource,) = (r for r in apps[-1].router.resources() if r.canonical == path)
    coverage = table_of(app).coverage(Mounted(apps, resource))
    return shown(coverage)


def shown(coverage: Coverage) -> dict[str, str]:
    rows = {**coverage.by_method, "*": coverage.rest, "405": coverage.on_405}
    return {method: repr(row) for method, row in rows.items()}


class Site:
    """An application with ``/items``, which routes GET and PUT."""

    def __init__(self) -> None:
        self.app = web.Application()
        self.items = self.app.router.add_resource("/items")
        self.get = self.items.add_route("GET", hello)
        self.put = self.items.add_route("PUT", hello)

    def rule(self, origin: str = A) -> OriginRule:
        return Cors.for_app(self.app).origin(origin)

    def setup(self, defaults: Config | None = None) -> CorsConfig:
        return aiohttp_cors.setup(self.app, defaults=defaults)


FLUENT: Final[dict[str, tuple[Callable[[Site], object], dict[str, str]]]] = {
    "nothing": (lambda site: Cors.for_app(site.app), {"*": NOBODY, "405": NOBODY}),
    "a resource": (
        lambda site: site.rule().on(site.items),
        {"*": f"resource: {A}", "405": f"resource: {A}"},
    ),
    "a GET route, which HEAD follows": (
        lambda site: site.rule().on(site.get),
        {"GET": f"route: {A}", "HEAD": f"route: {A}", "*": NOBODY, "405": NOBODY},
    ),
    "a route and its resource": (
        lambda site: site.rule().on(site.items).origin(B).on(site.put),
        {"PUT": f"route: {B}", "*": f"resource: {A}", "405": f"resource: {A}"},
    ),
    "everywhere": (
        lambda site: site.rule().everywhere(),
        {"*": f"everywhere: {A}", "405": f"everywhere: {A}"},
    ),
    "a route under everywhere": (
        lambda site: site.rule().everywhere().origin(B).on(site.put),
        {"PUT": f"route: {B}", "*": f"everywhere: {A}", "405": f"everywhere: {A}"},
    ),
    "an exclusion": (
        lambda site: site.rule().everywhere(excluding=[site.items]),
        {"*": "everywhere: not covered", "405": "everywhere: not covered"},
    ),
    "a route of an excluded resource": (
        lambda site: site.rule().everywhere(excluding=[site.items]).origin(B).on(site.put),
        {
            "PUT": f"route: {B}",
            "*": "everywhere: not covered",
            "405": "everywhere: not covered",
        },
    ),
    "a * route beside the others": (
        lambda site: site.rule().on(site.items.add_route("*", hello)),
        {"GET": NOBODY, "PUT": NOBODY, "*": f"route: {A}", "405": NOBODY},
    ),
    "a GET route beside a * route that serves HEAD": (
        lambda site: (site.items.add_route("*", hello), site.rule().on(site.get)),
        {"GET": f"route: {A}", "*": NOBODY, "405": NOBODY},
    ),
    "a GET route beside a HEAD route and a * route": (
        lambda site: (
            site.items.add_route("HEAD", hello),
            site.items.add_route("*", hello),
            site.rule().on(site.get),
        ),
        {"GET": f"route: {A}", "HEAD": f"route: {A}", "*": NOBODY, "405": NOBODY},
    ),
}


@pytest.mark.parametrize("name", FLUENT)
def test_what_the_fluent_api_bound_gives_these_rows(name: str) -> None:
    act, expected = FLUENT[name]
    site = Site()
    act(site)
    assert rows_of(site.app) == expected


NAMED: Final = ResourceOptions(allow_methods=["PUT"])
PLAIN: Final = ResourceOptions()
IF_NAMED: Final = "(if named)"
PREFLIGHTS: Final = "(preflights: if named)"


def add_get_and_then_all_methods(site: Site) -> None:
    cors = site.setup()
    cors.add(site.get, {A: NAMED})
    cors.add(site.items.add_route("*", hello), {B: NAMED})


def add_the_resource_and_then_its_routes(site: Site) -> None:
    cors = site.setup({A: PLAIN})
    for route in list(cors.add(site.items)):
        cors.add(route)


CLASSIC: Final[dict[str, tuple[Callable[[Site], object], dict[str, str]]]] = {
    "a resource": (
        lambda site: site.setup().add(site.items, {A: PLAIN}),
        {"*": f"resource: {A} {PREFLIGHTS}", "405": f"resource: {A}"},
    ),
    "a resource and defaults": (
        lambda site: site.setup({B: PLAIN}).add(site.items, {A: PLAIN}),
        {"*": f"resource: {A}; {B} {PREFLIGHTS}", "405": f"resource: {A}; {B}"},
    ),
    "a route, which is a choice": (
        lambda site: site.setup({B: PLAIN}).add(site.get, {A: PLAIN}),
        {
            "GET": f"resource: {A}; {B}",
            "HEAD": f"resource: {A}; {B} {PREFLIGHTS}",
            "*": f"resource: {A}; {B} {IF_NAMED}",
            "405": f"resource: {B}",
        },
    ),
    "two routes, of which the first speaks for what is left out": (
        lambda site: [
            cors.add(route, {origin: NAMED})
            for cors in [site.setup()]
            for route, origin in ((site.put, A), (site.get, B))
        ],
        {
            "PUT": f"resource: {A}, methods PUT",
            "GET": f"resource: {B}, methods PUT",
            "HEAD": f"resource: {B}, methods PUT {PREFLIGHTS}",
            "*": f"resource: {A}, methods PUT {IF_NAMED}",
            "405": "resource: no origin",
        },
    ),
    "a resource and a route, in whose place the resource's own is taken": (
        lambda site: [
            cors.add(target, {origin: PLAIN})
            for cors in [site.setup()]
            for target, origin in ((site.items, B), (site.put, A))
        ],
        {
            "PUT": f"resource: {A}; {B}",
            "*": f"resource: {B} {IF_NAMED}",
            "405": f"resource: {B}",
        },
    ),
    "a function on all methods, after a route that speaks for what is left out": (
        add_get_and_then_all_methods,
        {
            "GET": f"resource: {A}, methods PUT",
            "PUT": f"resource: {A}, methods PUT {IF_NAMED}",
            "*": f"resource: {B}, methods PUT",
            "405": "resource: no origin",
        },
    ),
    "all routes of a resource that was added, in a loop that meets our own": (
        add_the_resource_and_then_its_routes,
        {
            "GET": f"resource: {A}",
            "PUT": f"resource: {A}",
            "OPTIONS": f"resource: {A}",
            "HEAD": f"resource: {A} {PREFLIGHTS}",
            "*": f"resource: {A} {IF_NAMED}",
            "405": f"resource: {A}",
        },
    ),
    "a classic resource under everywhere": (
        lambda site: (site.rule(C).everywhere(), site.setup().add(site.get, {A: PLAIN})),
        {
            "GET": f"resource: {A}",
            "HEAD": f"resource: {A} {PREFLIGHTS}",
            "*": f"resource: {A} {IF_NAMED}",
            "405": "resource: no origin",
        },
    ),
}


@pytest.mark.parametrize("name", CLASSIC)
def test_what_the_classic_api_added_gives_these_rows(name: str) -> None:
    act, expected = CLASSIC[name]
    site = Site()
    act(site)
    assert rows_of(site.app) == expected


class Items(CorsViewMixin, web.View):
    cors_config = {A: PLAIN}  # noqa: RUF012 -- as classic programs write it

    @custom_cors({B: PLAIN})
    async def save(self) -> web.Response:
        return web.Response()

    put = post = save

    async def get(self) -> web.Response:
        return web.Response()


class ByRequest(Items):
    @override
    @classmethod
    def get_request_config(cls, request: web.Request, request_method: str) -> Config:
        return {C: PLAIN}


class ByItself(Items):
    @override
    async def _iter(self) -> web.StreamResponse:
        return web.Response()


def view_rows(view: type[web.View], *, whole: bool) -> dict[str, str]:
    app = web.Application()
    resource = app.router.add_resource("/items")
    route = resource.add_route("*", view)
    aiohttp_cors.setup(app).add(resource if whole else route, {C: PLAIN})
    return rows_of(app)


@pytest.mark.parametrize("whole", [True, False])
def test_the_configuration_of_a_views_method_belongs_to_the_function(whole: bool) -> None:
    assert view_rows(Items, whole=whole) == {
        "GET": f"resource: {A}; {C}",
        "OPTIONS": f"resource: {A}; {C}",
        "PUT": f"resource: {B}; {A}; {C}",
        "POST": f"resource: {B}; {A}; {C}",
        "*": "resource: asks Items",
        "405": f"resource: {A}; {C}",
    }


def test_a_view_that_decides_by_request_is_asked_about_every_method() -> None:
    rows = view_rows(ByRequest, whole=True)
    assert rows == {"*": "resource: asks ByRequest", "405": f"resource: {C}"}


def test_a_view_that_dispatches_by_itself_serves_any_method_and_its_own_keep_what_they_have() -> (
    None
):
    """It may hand on to them; where it does not, 0.8.1 asked the method of that name as well."""
    assert view_rows(ByItself, whole=True) == {
        "GET": f"resource: {A}; {C}",
        "OPTIONS": f"resource: {A}; {C}",
        "PUT": f"resource: {B}; {A}; {C}",
        "POST": f"resource: {B}; {A}; {C}",
        "*": f"resource: {A}; {C}",
        "405": f"resource: {A}; {C}",
    }


def test_a_view_on_one_method_of_an_added_resource_has_its_own_configuration() -> None:
    app = web.Application()
    resource = app.router.add_resource("/items")
    resource.add_route("GET", Items)
    aiohttp_cors.setup(app).add(resource, {C: PLAIN})
    assert rows_of(app) == {
        "GET": f"resource: {A}; {C} {PREFLIGHTS}",
        "*": f"resource: {C} {PREFLIGHTS}",
        "405": f"resource: {C}",
    }


def test_a_left_out_views_own_configuration_says_nothing() -> None:
    app = web.Application()
    resource = app.router.add_resource("/items")
    get = resource.add_route("GET", hello)
    resource.add_route("*", Items)
    aiohttp_cors.setup(app).add(get, {C: NAMED})
    assert rows_of(app) == {
        "GET": f"resource: {C}, methods PUT",
        "*": f"resource: {C}, methods PUT {IF_NAMED}",
        "405": "resource: no origin",
    }


def nested() -> tuple[web.Application, web.Application, web.AbstractResource, web.Resource]:
    root, sub = web.Application(), web.Application()
    admin = sub.router.add_resource("/items")
    admin.add_route("GET", hello)
    Cors.for_app(root)
    Cors.for_app(sub)
    return root, sub, root.add_subapp("/sub", sub), admin


def test_the_policy_of_a_mounted_application_is_before_everywhere() -> None:
    root, sub, mounted, _ = nested()
    Cors.for_app(root).origin(A).on(mounted).origin(B).everywhere()
    Cors.for_app(sub).origin(C).everywhere()
    assert rows_of(root, sub, path="/sub/items")["*"] == f"sub-application: {A}"
    assert repr(table_of(root).unmatched((root, sub))) == f"sub-application: {A}"
    assert repr(table_of(root).unmatched((root,))) == f"everywhere: {B}"


def test_an_inner_exclusion_is_a_decision_that_no_outer_everywhere_overrides() -> None:
    root, sub, _, admin = nested()
    Cors.for_app(root).origin(A).allow_credentials().everywhere()
    Cors.for_app(sub).origin(B).everywhere(excluding=[admin])
    assert rows_of(root, sub, path="/sub/items")["*"] == "everywhere: not covered"


def test_a_policy_can_be_read() -> None:
    site = Site()
    rule = site.rule().allow_credentials().expose("X-A").allow_headers("X-B").max_age(60)
    rule.any_origin().allow_any_method().allow_any_header().expose_all().on(site.items)
    assert rows_of(site.app)["*"] == (
        f"resource: {A} +credentials, exposes X-A, headers X-B, age 60;"
        " *, exposes *, any header, methods *"
    )


def test_a_long_list_of_origins_is_cut() -> None:
    site = Site()
    Cors.for_app(site.app).origin(*[f"https://{n}.example" for n in range(9)]).on(site.items)
    text = "https://0.example, https://1.example, https://2.example and 6 more"
    assert rows_of(site.app)["*"] == f"resource: {text}"


def test_a_coverage_prints_its_rows() -> None:
    site = Site()
    site.rule().on(site.put)
    coverage = table_of(site.app).coverage(Mounted((site.app,), site.items))
    assert repr(coverage) == f"PUT route: {A}\n* {NOBODY}"


def test_a_table_prints_its_rows() -> None:
    site = Site()
    site.app.router.add_get("/private", hello, allow_head=False)
    site.rule().on(site.items).origin(B).on(site.put)
    assert repr(table_of(site.app)) == (
        "/items\n"
        f"    GET resource: {A}\n"
        f"    PUT route: {B}\n"
        "/private\n"
        "    GET nobody: not covered\n"
        "(no resource)\n"
        "    * nobody: not covered"
    )
