"""What an explanation says: each program as users write it, and the words that they are told.

The rows of the truth table are in `test_explained_rows`: there a browser says whether an explanation
is true. Here it is read.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from inspect import getsourcelines
from pathlib import Path
from typing import ClassVar, Final, final

import pytest
from aiohttp import web
from typing_extensions import override

from aiohttp_cors import (
    Cors,
    CorsConfigError,
    CorsViewMixin,
    LiveOrigins,
    ResourceOptions,
    custom_cors,
    setup,
)
from aiohttp_cors._tools.explanations import rights
from aiohttp_cors.cors_config import Config
from aiohttp_cors.introspection import Explanation, Place, explain
from tests.integration.support import hello

APP: Final = "https://app.example"
NEAR: Final = "http://127.0.0.1:8098"
SENT: Final = "http://localhost:8098"
HERE: Final = Path(__file__).name


def is_preview(origin: str) -> bool:
    raise AssertionError("explain runs no code of the program")


class Predicate:
    """A predicate that is no function."""

    def __call__(self, origin: str) -> bool:
        raise AssertionError("explain runs no code of the program")


class AskedView(web.View, CorsViewMixin):
    """A view that is asked once per request."""

    @override
    @classmethod
    def get_request_config(cls, request: web.Request, request_method: str) -> Config:
        raise AssertionError("explain runs no code of the program")

    async def get(self) -> web.StreamResponse:
        return await hello(self.request)


class OwnResource(web.PlainResource):
    """A resource that chooses its requests by itself."""

    @override
    async def resolve(
        self, request: web.Request
    ) -> "tuple[web.UrlMappingMatchInfo | None, set[str]]":
        raise AssertionError("explain runs no code of the program")


class OwnRouter(web.UrlDispatcher):
    """A router of the program's own."""

    @override
    async def resolve(self, request: web.Request) -> web.UrlMappingMatchInfo:
        raise AssertionError("explain runs no code of the program")


def one(*methods: str, path: str = "/users") -> tuple[web.Application, web.Resource]:
    """An application with one resource."""
    app = web.Application()
    resource = app.router.add_resource(path)
    for method in methods or ("GET", "PUT"):
        resource.add_route(method, hello)
    return app, resource


def bound() -> web.Application:
    app, users = one()
    Cors.for_app(app).origin(APP).allow_headers("X-A").max_age(60).expose("X-B").on(users)
    return app


def near_miss() -> web.Application:
    app, users = one()
    (
        Cors.for_app(app)
        .origin(APP, "https://other.example")
        .origin("https://localhost:1")
        .origin(NEAR)
        .on(users)
    )
    return app


def many_origins() -> web.Application:
    app, users = one()
    origins = [f"https://{n}.example" for n in range(5)]
    Cors.for_app(app).origin(APP, *origins).origin("https://*.more.example").on(users)
    return app


def many_places() -> web.Application:
    app, users = one()
    ports = [f"http://localhost:{port}" for port in range(3000, 3008)]
    Cors.for_app(app).origin(ports[0], *ports[1:]).on(users)
    return app


def predicate() -> web.Application:
    app, users = one()
    Cors.for_app(app).origin_where(is_preview).allow_headers("X-A").on(users)
    return app


def predicate_before_any() -> web.Application:
    app, users = one()
    Cors.for_app(app).origin_where(Predicate()).allow_credentials().any_origin().on(users)
    return app


def predicate_or_any() -> web.Application:
    app, users = one()
    Cors.for_app(app).origin_where(is_preview).any_origin().allow_headers("X-A").on(users)
    return app


def live_over_http() -> web.Application:
    app, users = one()
    origins = LiveOrigins(["http://intranet.example"], dangerously_over_http=True)
    Cors.for_app(app).origin(origins).on(users)
    return app


def live_and_pattern() -> web.Application:
    app, users = one()
    Cors.for_app(app).origin(LiveOrigins([APP]), "https://*.example.com").on(users)
    return app


def live(*origins: str) -> Callable[[], web.Application]:
    def build() -> web.Application:
        app, users = one()
        Cors.for_app(app).origin(LiveOrigins(origins)).on(users)
        return app

    return build


def view() -> web.Application:
    app = web.Application()
    setup(app).add(app.router.add_view("/users", AskedView))
    return app


def own_resource() -> web.Application:
    app = web.Application()
    app.router.register_resource(OwnResource("/users"))
    return app


def own_resource_below() -> web.Application:
    app, below = web.Application(), web.Application()
    below.router.register_resource(OwnResource("/users"))
    app.add_subapp("/api", below)
    return app


def own_router() -> web.Application:
    app = web.Application()
    object.__setattr__(app, "_router", OwnRouter())
    return app


def options_by_hand() -> web.Application:
    app, _ = one("PUT", "OPTIONS")
    Cors.for_app(app)
    return app


def never_set_up() -> web.Application:
    app, _ = one()
    return app


def excluded() -> web.Application:
    app, users = one()
    Cors.for_app(app).origin(APP).everywhere(excluding=[users])
    return app


def everywhere() -> web.Application:
    app, _ = one()
    Cors.for_app(app).origin(APP).everywhere()
    return app


def inner_everywhere() -> web.Application:
    below, _ = one(path="/items")
    Cors.for_app(below).origin("https://inner.example").everywhere()
    app, _ = one()
    cors = Cors.for_app(app)
    app.add_subapp("/api", below)
    cors.origin(APP).everywhere()
    return app


def mounted() -> web.Application:
    below, _ = one(path="/items")
    app, _ = one()
    Cors.for_app(app).origin(APP).on(app.add_subapp("/api", below))
    return app


def by_domain() -> web.Application:
    app, below = web.Application(), web.Application()
    users = below.router.add_get("/users", hello)
    Cors.for_app(below).origin(APP).on(users)
    app.add_domain("api.example.com", below)
    return app


def more_specific() -> web.Application:
    app, users = one()
    cors = Cors.for_app(app)
    cors.origin("https://own.example").on(users)
    cors.origin(APP).everywhere()
    return app


def shadowed() -> web.Application:
    app = web.Application()
    app.router.add_delete("/users/me", hello)
    user = app.router.add_resource("/users/{id}")
    user.add_route("DELETE", hello)
    Cors.for_app(app).origin(APP).on(user)
    return app


def one_route() -> web.Application:
    app, users = one()
    (get, _) = users
    Cors.for_app(app).origin(APP).on(get)
    return app


def exact_beside_pattern() -> web.Application:
    app, users = one()
    (
        Cors.for_app(app)
        .origin("https://*.a.example")
        .allow_headers("X-A")
        .origin("https://b.a.example")
        .on(users)
    )
    return app


def without_method() -> web.Application:
    app, users = one("GET", "POST", "PUT")
    Cors.for_app(app).origin(APP).allow_methods("GET").on(users)
    return app


def with_get() -> web.Application:
    app, users = one("GET", "HEAD")
    Cors.for_app(app).origin(APP).allow_methods("GET").on(users)
    return app


def any_origin() -> web.Application:
    app, users = one()
    Cors.for_app(app).any_origin().allow_headers("X-A").expose_all().on(users)
    return app


def over_http() -> web.Application:
    app, users = one()
    Cors.for_app(app).origin("http://intranet.example").on(users)
    return app


def public_suffix() -> web.Application:
    app, users = one()
    Cors.for_app(app).origin("https://*.github.io").on(users)
    return app


def classic() -> web.Application:
    app, users = one()
    cors = setup(app, defaults={APP: ResourceOptions(allow_headers=["X-A"], allow_methods="*")})
    cors.add(users)
    return app


def classic_star() -> web.Application:
    app, users = one()
    cors = setup(app, defaults={"*": ResourceOptions(allow_headers="*")})
    for route in list(users):
        cors.add(route)
    return app


def classic_any_header() -> web.Application:
    app, users = one()
    setup(app).add(users, {APP: ResourceOptions(allow_headers="*")})
    return app


def classic_pattern() -> web.Application:
    app, users = one()
    setup(app).add(users, {"https://*.a.example": ResourceOptions(allow_methods=["PUT"])})
    return app


def classic_beside_hand_made() -> web.Application:
    app = web.Application()
    cors = setup(app, defaults={APP: ResourceOptions()})
    cors.add(app.router.add_get("/covered", hello))
    app.router.add_route("*", "/users", hello)
    return app


def static_files() -> web.Application:
    app = web.Application()
    app.router.add_static("/files", Path(__file__).parent)
    Cors.for_app(app).origin(APP).everywhere()
    return app


def inherited_configuration() -> web.Application:
    class Configured:
        cors_config: ClassVar[Config] = {APP: ResourceOptions()}

    class View(Configured, web.View, CorsViewMixin):
        async def get(self) -> web.StreamResponse:
            return await hello(self.request)

    app = web.Application()
    setup(app).add(app.router.add_view("/users", View))
    return app


def own_configuration() -> web.Application:
    class View(web.View, CorsViewMixin):
        cors_config: ClassVar[Config] = {"https://b.example": ResourceOptions()}

        @custom_cors({APP: ResourceOptions()})
        async def get(self) -> web.StreamResponse:
            return await hello(self.request)

    app = web.Application()
    setup(app).add(app.router.add_view("/users", View))
    return app


def overlapping() -> web.Application:
    app = web.Application()
    app.router.add_delete("/users/me", hello)
    user = app.router.add_resource("/users/{id}")
    user.add_route("DELETE", hello)
    Cors.for_app(app).origin("https://b.example").on(user)
    return app


def both_lack() -> web.Application:
    app, users = one()
    Cors.for_app(app).origin("https://*.a.example").origin("https://b.a.example").on(users)
    return app


def redirecting() -> web.Application:
    app = web.Application(middlewares=[web.normalize_path_middleware(append_slash=True)])
    Cors.for_app(app).origin(APP).on(app.router.add_get("/users/", hello))
    return app


def readable_redirect() -> web.Application:
    app = web.Application(middlewares=[web.normalize_path_middleware(append_slash=True)])
    private = app.router.add_get("/private/", hello)
    app.router.add_get("/users/", hello)
    Cors.for_app(app).origin(APP).everywhere(excluding=[private])
    return app


def plain_view() -> web.Application:
    class View(web.View):
        async def get(self) -> web.StreamResponse:
            return await hello(self.request)

    app = web.Application()
    Cors.for_app(app).origin(APP).on(app.router.add_view("/users", View))
    return app


def enforced() -> web.Application:
    app, users = one("POST", "PUT")
    cors = Cors.for_app(app)
    cors.origin(APP).allow_methods("PUT").allow_headers("Authorization").enforce_on(users)
    return app


def enforced_for_any() -> web.Application:
    app, users = one("POST", "PUT")
    Cors.for_app(app).any_origin().enforce_on(users, own=["https://api.example"])
    return app


def enforced_with_credentials() -> web.Application:
    app, users = one("POST")
    Cors.for_app(app).origin(APP).allow_credentials().enforce_on(users)
    return app


def enforced_by_predicate() -> web.Application:
    app, users = one("POST")
    Cors.for_app(app).origin_where(is_preview).enforce_on(users)
    return app


def only_reported() -> web.Application:
    app, users = one("POST")
    Cors.for_app(app).origin(APP).enforce_on(users, report_only=True)
    return app


Program = Callable[[], web.Application]


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A request to a program, and what the explanation has to say.

    - `says`: texts, in this order; `never`: texts that are nowhere;
    - `code`: what a remedy tells to write, a line per change.
    """

    program: Program
    method: str = "GET"
    path: str = "/users"
    origin: str = APP
    headers: Sequence[str] | Mapping[str, str] = ()
    credentials: bool = False
    allowed: bool | None
    reason: str = ""
    says: Sequence[str] = ()
    never: Sequence[str] = ()
    code: Sequence[str] = ()


CASES: Final[dict[str, Case]] = {
    "an allowed request is told step by step": Case(
        program=bound,
        method="PUT",
        headers=["x-a"],
        allowed=True,
        says=[
            "A page of https://app.example may read PUT /users with x-a.",
            "In the browser:",
            "PUT is no CORS-safelisted method; x-a is no CORS-safelisted request-header",
            "In the server:",
            "PUT /users is served by /users.",
            "A policy bound to the resource covers this route.",
            f"{HERE}:",
            "https://app.example is allowed.",
            '.origin("https://app.example").expose("X-B").allow_headers("X-A").max_age(60)',
            "Access-Control-Request-Method: PUT is allowed.",
            "Access-Control-Request-Headers: x-a are allowed.",
            "In the browser:",
            "CORS check of the preflight",
            "ok status: The preflight is answered 200.",
            "Access-Control-Allow-Methods: GET,PUT for PUT.",
            "CORS check of the answer",
            "and X-B.",
        ],
        never=["To allow it", "The browser says"],
    ),
    "several headers are no safelisted ones": Case(
        program=bound,
        headers=["X-A", "Content-Type: application/json", "Accept: text/plain"],
        allowed=False,
        reason="headers",
        says=["content-type, x-a are no CORS-safelisted request-headers"],
        code=['.allow_headers("content-type")'],
    ),
    "headers may be a mapping, and safelisted values need nothing": Case(
        program=bound,
        headers={"Content-Type": "text/plain", "Accept-Language": "de"},
        allowed=True,
        says=["GET needs no preflight: the request is sent at once."],
    ),
    "a name alone stands for a value that needs permission": Case(
        program=bound,
        headers=["Content-Type"],
        allowed=False,
        reason="headers",
        code=['.allow_headers("content-type")'],
    ),
    "a header that no script can set is dropped": Case(
        program=bound,
        headers=["Cookie: a=b"],
        allowed=True,
        says=["forbidden request-header: No script can set cookie"],
    ),
    "a method that no script can send has no remedy": Case(
        program=bound,
        method="TRACE",
        allowed=False,
        reason="method",
        says=["No script can send TRACE", "No change can allow this"],
    ),
    "a page of the server's own origin needs no permission": Case(
        program=never_set_up,
        path="https://app.example/users",
        allowed=True,
        says=["The page is of the server's own origin"],
    ),
    "the nearest origin is named first": Case(
        program=near_miss,
        origin=SENT,
        allowed=False,
        reason="origin",
        says=[
            "No rule of the policy that decides allows http://localhost:8098.",
            "Could have allowed it:",
            "sent http://localhost:8098, configured https://localhost:1",
            "sent http://localhost:8098, configured http://127.0.0.1:8098",
            "The browser says:",
            "Chromium (MissingAllowOriginHeader)",
            "Firefox (CORSMissingAllowOrigin)",
            "Safari: Origin http://localhost:8098 is not allowed by Access-Control-Allow-Origin.",
            "Safari: Fetch API cannot load https://.../users due to access control checks.",
        ],
        never=["other.example"],
        code=['.origin("http://localhost:8098")'],
    ),
    "where none is near, the origins of each clause are named": Case(
        program=many_origins,
        origin="https://stranger.test",
        allowed=False,
        reason="origin",
        says=[
            "configured https://app.example, https://0.example, https://1.example and 4 more",
        ],
        code=['.origin("https://stranger.test")'],
    ),
    "of many places the nearest are named": Case(
        program=many_places,
        origin="http://localhost:8000",
        allowed=False,
        reason="origin",
        says=["configured http://localhost:3000", "3 more"],
        code=['.origin("http://localhost:8000")'],
    ),
    "a predicate is not called": Case(
        program=predicate,
        method="PUT",
        allowed=None,
        reason="origin",
        says=[
            "may or may not read",
            f"? origin: The predicate {is_preview.__module__}.is_preview decides",
            "If it says no: the request is blocked (origin not allowed).",
            ".origin_where(is_preview)",
        ],
    ),
    "a predicate makes no difference where its clause would refuse as well": Case(
        program=predicate,
        headers=["X-B"],
        allowed=False,
        reason="origin",
        says=["The answer makes no difference here."],
        code=[f'.origin("{APP}").allow_headers("x-b")'],
    ),
    "a request that is allowed whatever a predicate says is allowed": Case(
        program=predicate_before_any,
        allowed=True,
        says=["The predicate", ".Predicate decides", "The answer makes no difference here."],
    ),
    "a predicate may allow what any origin is not allowed": Case(
        program=predicate_before_any,
        credentials=True,
        allowed=None,
        reason="credentials",
        says=["If it says no: the request is blocked (the CORS check found that credentials"],
        never=["To allow it"],
    ),
    "a live set that holds the origin allows it now": Case(
        program=live(APP),
        allowed=True,
        says=["The live set holds https://app.example now."],
    ),
    "a live set that does not hold the origin may hold it later": Case(
        program=live("https://b.example"),
        allowed=None,
        reason="origin",
        says=[
            "? origin: The live set does not hold https://app.example now, and may hold it later.",
            "If it does not: the request is blocked (origin not allowed).",
        ],
    ),
    "a view that decides by itself is not called": Case(
        program=view,
        allowed=None,
        reason="view",
        says=["? policy: AskedView decides by code of its own; explain does not call it.", HERE],
    ),
    "a resource of the program's own is not asked": Case(
        program=own_resource,
        allowed=None,
        reason="routing",
        says=["? route: /users is a", "OwnResource, a class of the program's own"],
    ),
    "a resource of the program's own below a mount is not asked": Case(
        program=own_resource_below,
        path="/api/users",
        allowed=None,
        reason="routing",
        says=["OwnResource"],
    ),
    "a router of the program's own is not asked": Case(
        program=own_router,
        allowed=None,
        reason="routing",
        says=["? route: The router is a", "OwnRouter of the program's own"],
    ),
    "preflights that a program answers by hand are its own": Case(
        program=options_by_hand,
        method="PUT",
        allowed=None,
        reason="handler",
        says=["? policy: No policy covers this route, and hello answers its preflights by hand"],
    ),
    "CORS that is set up nowhere covers nothing": Case(
        program=never_set_up,
        method="PUT",
        allowed=False,
        reason="not covered",
        says=[
            "✗ policy: CORS is not set up in any application on the way: no policy covers",
            "Chromium (PreflightMissingAllowOriginHeader)",
            "Status code: 405.",
            "Safari: Preflight response is not successful. Status code: 405",
        ],
        code=[
            f'Cors.for_app(app).origin("{APP}").on(route)  # route = app.router.add_put("/users", hello)'
        ],
    ),
    "a resource that is excluded is said to be": Case(
        program=excluded,
        allowed=False,
        reason="not covered",
        says=[
            "✗ policy: This route is among what .everywhere(excluding=...) leaves out",
            "the policy bound everywhere allows https://app.example, but does not cover this",
            "Or take the route out of excluding at",
        ],
        code=[
            f'Cors.for_app(app).origin("{APP}").on(route)  # route = app.router.add_get("/users", hello)'
        ],
    ),
    "a path is spelled as a browser sends it": Case(
        program=lambda: _at("/caf\u00e9"),
        path="http://localhost:8080/caf\u00e9?q=\u00e9#top",
        allowed=True,
        says=["GET /caf%C3%A9?q=%C3%A9 is served by /caf"],
    ),
    "the host of a URL counts": Case(
        program=by_domain,
        path="https://api.example.com/users",
        allowed=True,
    ),
    "another host is another application": Case(
        program=by_domain,
        path="https://www.example.com",
        allowed=False,
        reason="not covered",
        code=[
            'app.router.add_route("GET", "/", handler)',
            (
                f'Cors.for_app(app).origin("{APP}").on(route)'
                '  # route = app.router.add_get("/", handler)'
            ),
        ],
    ),
    "a path that nothing serves is a 404": Case(
        program=bound,
        path="/nothing",
        allowed=False,
        reason="not covered",
        says=["✗ route: No route serves GET /nothing: the router answers 404.", "No policy covers"],
        code=[
            'app.router.add_route("GET", "/nothing", handler)',
            f'Cors.for_app(app).origin("{APP}").on(route)  # route = app.router.add_get("/nothing", handler)',
        ],
    ),
    "a 404 under everywhere is readable": Case(
        program=everywhere,
        path="/nothing?page=2",
        allowed=True,
        says=["the router answers 404.", "A policy bound everywhere covers this route."],
    ),
    "a preflight for a path that nothing serves fails for its status": Case(
        program=everywhere,
        method="PUT",
        path="/nothing?page=2",
        allowed=False,
        reason="status",
        says=["✗ ok status: The preflight is answered 404.", "Chromium (PreflightInvalidStatus)"],
        code=['app.router.add_route("PUT", "/nothing", handler)'],
    ),
    "a 405 says what is served": Case(
        program=bound,
        method="DELETE",
        allowed=False,
        reason="method",
        says=["✗ route: No route serves DELETE /users: /users serves GET, PUT (405)."],
        code=['resource.add_route("DELETE", handler)  # the resource of /users'],
    ),
    "a view says what it serves": Case(
        program=plain_view,
        method="DELETE",
        allowed=False,
        reason="method",
        says=["/users serves GET and no DELETE (405)."],
        code=["async def delete(self): ...  # in plain_view.<locals>.View"],
    ),
    "a method that a rule leaves out is added to the rule": Case(
        program=without_method,
        method="POST",
        allowed=False,
        reason="method",
        says=["✗ method: The rule does not allow POST: the answer has no CORS headers."],
        code=['.allow_methods("POST")'],
    ),
    "HEAD is allowed where GET is": Case(
        program=with_get,
        method="HEAD",
        headers=["X-A"],
        allowed=False,
        reason="headers",
        code=['.allow_headers("x-a")'],
    ),
    "patch is another method than PATCH": Case(
        program=lambda: _with("PATCH"),
        method="patch",
        allowed=False,
        reason="method",
        says=["To allow it:", "change the page:"],
        code=['method: "PATCH"'],
    ),
    "* is no method": Case(
        program=bound,
        method="*",
        allowed=False,
        reason="method",
        says=["No change can allow this: * is no method that a rule can name"],
    ),
    "a response header of the protocol is nothing that a page sends": Case(
        program=bound,
        headers=["Access-Control-Allow-Origin"],
        allowed=False,
        reason="headers",
        says=["No change can allow this: access-control-allow-origin is no header that a page"],
    ),
    "an inner application's own everywhere decides": Case(
        program=inner_everywhere,
        path="/api/items",
        allowed=False,
        reason="origin",
        says=[
            "the policy bound everywhere allows https://app.example, but a more specific policy",
        ],
        code=[f'.origin("{APP}")'],
    ),
    "a sub-application's policy covers what it mounts": Case(
        program=mounted,
        path="/api/items",
        allowed=True,
        says=["A policy bound to the sub-application covers this route."],
    ),
    "what a sub-application is bound to is named": Case(
        program=lambda: _apart(mounted()),
        path="/api/items",
        allowed=False,
        reason="origin",
        says=["the policy of the sub-application allows https://app.example, but a more"],
        code=[f'.origin("{APP}")'],
    ),
    "the more specific policy decides alone": Case(
        program=more_specific,
        allowed=False,
        reason="origin",
        says=[
            "configured https://own.example",
            "the policy bound everywhere allows https://app.example, but a more specific policy",
        ],
        code=[f'.origin("{APP}")'],
    ),
    "a resource that comes first takes the request": Case(
        program=shadowed,
        method="DELETE",
        path="/users/me",
        allowed=False,
        reason="not covered",
        says=[
            "/users/{id} matches the URL as well and allows https://app.example, but the router",
            "gives DELETE to /users/me",
        ],
        code=[
            f'Cors.for_app(app).origin("{APP}").on(route)  # route = app.router.add_delete("/users/me", hello)'
        ],
    ),
    "one covered route covers no other": Case(
        program=one_route,
        method="PUT",
        allowed=False,
        reason="not covered",
        says=["the policy of GET /users allows https://app.example, but does not cover this route"],
        code=[
            f'Cors.for_app(app).origin("{APP}").on(route)  # route = app.router.add_put("/users", hello)'
        ],
    ),
    "the clause that names the origin decides alone": Case(
        program=exact_beside_pattern,
        origin="https://b.a.example",
        headers=["X-A"],
        allowed=False,
        reason="headers",
        says=[
            "this clause matches the origin and would allow the request, but another one decides"
        ],
        code=['.allow_headers("x-a")'],
    ),
    "credentials for any origin become a clause of their own": Case(
        program=any_origin,
        credentials=True,
        headers=["X-A"],
        allowed=False,
        reason="credentials",
        says=["Access-Control-Allow-Origin: * is not enough for a request with credentials."],
        code=[f'.origin("{APP}").allow_credentials().allow_headers("x-a")'],
    ),
    "what * exposes is told": Case(
        program=any_origin,
        allowed=True,
        says=["and all others but Set-Cookie, which no script can read."],
    ),
    "credentials over http are dangerous": Case(
        program=over_http,
        origin="http://intranet.example",
        credentials=True,
        allowed=False,
        reason="credentials",
        says=["Dangerous: over http whoever is on the network path"],
        code=[".allow_credentials(dangerously_over_http=True)"],
    ),
    "credentials for all names below a public suffix are dangerous": Case(
        program=public_suffix,
        origin="https://me.github.io",
        credentials=True,
        allowed=False,
        reason="credentials",
        says=["Dangerous: anybody can register a name below github.io"],
        code=[".allow_credentials()"],
    ),
    "a predicate may refuse what any origin is allowed": Case(
        program=predicate_or_any,
        headers=["X-A"],
        allowed=None,
        reason="headers",
        says=["If it says no: the request is allowed all the same."],
    ),
    "credentials for a live set that may hold http origins are dangerous": Case(
        program=live_over_http,
        origin="http://intranet.example",
        credentials=True,
        allowed=False,
        reason="credentials",
        says=[
            "Dangerous: over http whoever is on the network path",
            "The rule decides for other origins, too",
        ],
        code=[".allow_credentials(dangerously_over_http=True)"],
    ),
    "credentials for other rules are not": Case(
        program=live_and_pattern,
        credentials=True,
        allowed=False,
        reason="credentials",
        never=["Dangerous"],
        code=[".allow_credentials()"],
    ),
    "static files take no other method": Case(
        program=static_files,
        method="PUT",
        path="/files/a.txt",
        allowed=False,
        reason="method",
        says=["/files serves GET, HEAD (405)."],
        code=['app.router.add_route("PUT", "/files/a.txt", handler)'],
    ),
    "a configuration without a line of its own is that of the line where its view is added": Case(
        program=inherited_configuration,
        headers=["X-A"],
        allowed=False,
        reason="headers",
        code=[f'"{APP}": ResourceOptions(allow_headers=["X-A"])'],
    ),
    "a view's configuration is found where it is written": Case(
        program=own_configuration,
        origin="https://c.example",
        allowed=False,
        reason="origin",
        says=["configured https://app.example (", "configured https://b.example ("],
        code=['"https://c.example": ResourceOptions()'],
    ),
    "a resource that would refuse as well is not named": Case(
        program=overlapping,
        method="DELETE",
        path="/users/me",
        allowed=False,
        reason="not covered",
        never=["Could have allowed it"],
        code=[
            (
                f'Cors.for_app(app).origin("{APP}").on(route)'
                '  # route = app.router.add_delete("/users/me", hello)'
            )
        ],
    ),
    "a clause that would refuse as well is not named": Case(
        program=both_lack,
        origin="https://b.a.example",
        headers=["X-A"],
        allowed=False,
        reason="headers",
        never=["Could have allowed it"],
        code=['.allow_headers("x-a")'],
    ),
    "an opaque origin is no origin that a rule can name": Case(
        program=bound,
        origin="null",
        allowed=False,
        reason="origin",
        says=["Dangerous: every site may then read the answers"],
        code=[".any_origin()"],
    ),
    "an opaque origin with credentials has no remedy": Case(
        program=bound,
        origin="null",
        credentials=True,
        allowed=False,
        reason="origin",
        says=["No change can allow this: any site can send this origin"],
    ),
    "an opaque origin with credentials has none where any origin is allowed either": Case(
        program=any_origin,
        origin="null",
        credentials=True,
        allowed=False,
        reason="credentials",
        says=["No change can allow this: any site can send this origin"],
    ),
    "options of the classic API are shown with what they lack": Case(
        program=classic,
        method="PUT",
        headers=["X-B"],
        allowed=False,
        reason="headers",
        says=[
            "What was added in the classic API covers this route.",
            f'"{APP}": ResourceOptions(allow_headers=["X-A"], allow_methods="*")',
            "Access-Control-Request-Headers: x-b; headers are not allowed: X-B.",
        ],
        code=[f'"{APP}": ResourceOptions(allow_headers=["X-A", "X-B"], allow_methods="*")'],
    ),
    "credentials are added to options that allow any header": Case(
        program=classic_any_header,
        credentials=True,
        allowed=False,
        reason="credentials",
        code=[f'"{APP}": ResourceOptions(allow_credentials=True, allow_headers="*")'],
    ),
    "credentials for * become options of the page's origin": Case(
        program=classic_star,
        credentials=True,
        allowed=False,
        reason="credentials",
        says=[
            '"*": ResourceOptions(allow_headers="*")',
            "No Access-Control-Allow-Credentials, and the page sends credentials.",
            "Chromium (InvalidAllowCredentials)",
        ],
        code=[f'"{APP}": ResourceOptions(allow_credentials=True)'],
    ),
    "an opaque origin can be a key of the classic API, and is dangerous": Case(
        program=classic,
        origin="null",
        allowed=False,
        reason="origin",
        says=["Dangerous: any site can send this origin"],
        code=['"null": ResourceOptions()'],
    ),
    "options for a pattern are given to all that it matches": Case(
        program=classic_pattern,
        origin="https://b.a.example",
        method="PUT",
        credentials=True,
        allowed=False,
        reason="credentials",
        says=["The rule decides for other origins, too, and gives them the same."],
        code=[
            '"https://*.a.example": ResourceOptions(allow_credentials=True, allow_methods=["PUT"])'
        ],
    ),
    "what the classic API does not take is covered by the fluent one": Case(
        program=classic_beside_hand_made,
        allowed=False,
        reason="not covered",
        code=[
            f'Cors.for_app(app).origin("{APP}").on(route)  # route = app.router.add_route("*", "/users", hello)'
        ],
    ),
    "enforcement lets pass what is allowed": Case(
        program=enforced,
        method="PUT",
        allowed=True,
        says=["✓ enforcement: row 12, allowed, without credentials: the request passes."],
    ),
    "enforcement lets pass what is allowed with credentials": Case(
        program=enforced_with_credentials,
        method="POST",
        credentials=True,
        allowed=True,
        says=["✓ enforcement: row 11, allowed, with credentials: the request passes."],
    ),
    "enforcement lets an authorized script pass where the header is allowed": Case(
        program=enforced,
        method="PUT",
        headers=["Authorization"],
        allowed=True,
        says=["✓ enforcement: row 12, allowed, without credentials: the request passes."],
    ),
    "enforcement refuses another origin, and a clause would allow it": Case(
        program=enforced,
        method="POST",
        origin="https://b.example",
        allowed=False,
        reason="origin",
        says=[
            "✗ origin: No rule of the policy that decides allows https://b.example.",
            "✗ enforcement: row 13, everything else: the request is refused with 403 before",
            f"any handler runs. (tests/integration/{HERE}:",
            "https://w3c.github.io/webappsec-fetch-metadata/#sec-fetch-site-header",
            "403 without Access-Control-Allow-Origin",
            "Status code: 403",
        ],
        code=['.origin("https://b.example")'],
    ),
    "enforcement refuses a method that the rule does not name": Case(
        program=enforced,
        method="POST",
        allowed=False,
        reason="method",
        says=["✗ method:", "✗ enforcement: row 13, everything else: the request is refused"],
        code=['.allow_methods("POST")'],
    ),
    "enforcement is not asked where the preflight is refused": Case(
        program=enforced,
        method="PUT",
        origin="https://b.example",
        allowed=False,
        reason="origin",
        never=["enforcement"],
        code=['.origin("https://b.example")'],
    ),
    "enforcement refuses a sandbox after its preflight, and nothing can allow it": Case(
        program=enforced_for_any,
        method="PUT",
        origin="null",
        allowed=False,
        reason="origin",
        says=[
            "✓ requested method: Access-Control-Request-Method: PUT is allowed.",
            "✗ enforcement: row 8, Origin is null: the request is refused with 403",
            "✓ ok status: The preflight is answered 200.",
            "No change can allow this: a policy that is enforced refuses this origin",
        ],
    ),
    "enforcement refuses what is no origin": Case(
        program=enforced_for_any,
        method="POST",
        origin="file://",
        allowed=False,
        reason="origin",
        says=["✗ enforcement: row 9, Origin is outside of the grammar: the request is refused"],
    ),
    "enforcement depends on cookies that nobody knows": Case(
        program=enforced_for_any,
        method="POST",
        credentials=True,
        allowed=False,
        reason="credentials",
        says=[
            "? enforcement: row 12, allowed, without credentials: the request passes if it carries",
            "no cookie and no client certificate; else it is refused with 403 before any handler",
        ],
        code=[f'.origin("{APP}").allow_credentials()'],
    ),
    "enforcement over plain http knows a server by its host": Case(
        program=enforced,
        method="POST",
        path="http://app.example/users",
        allowed=False,
        reason="method",
        says=["✓ enforcement: row 10, no Sec-Fetch-Site, and Origin is this server's own:"],
        code=['.allow_methods("POST")'],
    ),
    "enforcement over plain http knows a server by what it is told": Case(
        program=enforced_for_any,
        method="POST",
        path="http://internal.example/users",
        origin="https://api.example",
        allowed=True,
        says=["✓ enforcement: row 10, no Sec-Fetch-Site, and Origin is this server's own:"],
    ),
    "enforcement waits for a predicate": Case(
        program=enforced_by_predicate,
        method="POST",
        allowed=None,
        reason="origin",
        says=[
            "? origin:",
            "If it says no: the request is blocked (origin not allowed).",
            "✓ enforcement: row 12, allowed, without credentials: the request passes.",
        ],
    ),
    "enforcement that only reports refuses nothing": Case(
        program=only_reported,
        method="POST",
        origin="https://b.example",
        allowed=False,
        reason="origin",
        says=[
            "✓ enforcement: row 13, everything else: the request would be refused; it is logged",
            "200 without Access-Control-Allow-Origin",
        ],
        code=['.origin("https://b.example")'],
    ),
    "a redirect by normalize_path_middleware is said to be one": Case(
        program=redirecting,
        allowed=False,
        reason="redirect",
        says=["✗ route: normalize_path_middleware redirects GET /users to /users/."],
        code=['fetch("/users/")'],
    ),
    "a redirect that the page may read is followed": Case(
        program=readable_redirect,
        allowed=True,
        says=["redirects GET /users to /users/.", "GET /users/ is served by /users/."],
    ),
    "a redirect that the page may read may lead to what it may not read": Case(
        program=readable_redirect,
        path="/private",
        allowed=False,
        reason="not covered",
        says=["redirects GET /private to /private/.", "leaves out", "Chromium", "To allow it:"],
        code=[
            f'Cors.for_app(app).origin("{APP}").on(route)  # route = app.router.add_get("/private/", hello)'
        ],
    ),
}


def _at(path: str) -> web.Application:
    app, users = one(path=path)
    Cors.for_app(app).origin(APP).on(users)
    return app


def _with(*methods: str) -> web.Application:
    app, users = one(*methods)
    Cors.for_app(app).origin(APP).on(users)
    return app


def _apart(app: web.Application) -> web.Application:
    """The same with a policy of its own for what is mounted."""
    (mount,) = (each for each in app.router.resources() if each.canonical == "/api")
    below: object = mount.get_info().get("app")
    assert isinstance(below, web.Application)
    (items,) = below.router.resources()
    Cors.for_app(app).origin("https://own.example").on(items)
    return app


async def explained(case: Case) -> Explanation:
    return await explain(
        case.program(),
        case.method,
        case.path,
        origin=case.origin,
        headers=case.headers,
        credentials=case.credentials,
    )


@pytest.mark.parametrize("name", CASES)
async def test_an_explanation_says_what_it_has_to(name: str) -> None:
    case = CASES[name]
    explanation = await explained(case)
    text = " ".join(str(explanation).split())
    assert (explanation.allowed, explanation.reason) == (case.allowed, case.reason), explanation
    at = 0
    for said in case.says:
        assert said in text[at:], f"{said!r} is not after {at} in\n{explanation}"
        at = text.index(said, at) + len(said)
    for unsaid in case.never:
        assert unsaid not in text
    changes = () if explanation.remedy is None else explanation.remedy.changes
    assert [change.code for change in changes] == list(case.code), explanation


@pytest.mark.parametrize("name", CASES)
async def test_an_explanation_fits_80_columns_but_for_code_that_is_to_be_copied(name: str) -> None:
    explanation = await explained(CASES[name])
    remedy = explanation.remedy
    code = [] if remedy is None else [change.code for change in remedy.changes]
    for line in str(explanation).splitlines():
        assert len(line) <= 80 or line.strip() in code or " " not in line.strip()


async def test_the_line_of_the_deciding_clause_is_named() -> None:
    lines, first = getsourcelines(near_miss)
    (number,) = (n for n, line in enumerate(lines) if ".origin(NEAR)" in line)
    explanation = await explain(near_miss(), "GET", "/users", origin=NEAR)
    (step,) = (step for step in explanation.steps if step.check == "origin")
    assert step.place == Place(__file__, first + number)
    assert step.rule == f'.origin("{NEAR}")'
    _, near = (await explain(near_miss(), "GET", "/users", origin=SENT)).near
    assert near.place == step.place


async def test_both_apis_explain_in_their_own_words() -> None:
    app, users = one()
    cors, config = Cors.for_app(app), setup(app)
    fluent = await cors.explain("GET", "/users", origin=APP)
    assert fluent.remedy is not None
    assert fluent.remedy.changes[0].kind == "bind"
    by_add = await config.explain("GET", "/users", origin=APP, headers=["X-A"], credentials=True)
    assert by_add.remedy is not None
    (change,) = by_add.remedy.changes
    assert change.kind == "add"
    assert (change.method, change.path, change.key) == ("GET", "/users", APP)
    assert (change.allow_credentials, change.allow_headers) == (True, ("x-a",))
    (get, _) = users
    config.add(get, {APP: ResourceOptions(allow_credentials=True, allow_headers=["x-a"])})
    again = await config.explain("GET", "/users", origin=APP, headers=["X-A"], credentials=True)
    assert again.allowed is True


async def test_without_the_list_of_public_suffixes_nothing_is_said_of_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing(host: str) -> str | None:
        raise ImportError

    monkeypatch.setattr(rights, "registrable_domain", missing)
    case = CASES["credentials for all names below a public suffix are dangerous"]
    remedy = (await explained(case)).remedy
    assert remedy is not None
    assert remedy.danger == ""


Ask = Callable[[Cors], Awaitable[Explanation]]

BAD: Final[dict[str, tuple[Ask, str]]] = {
    "method": (
        lambda cors: cors.explain("GET /", "/users", origin=APP),
        "method 'GET /' is invalid",
    ),
    "path": (lambda cors: cors.explain("GET", "users", origin=APP), "path 'users' is invalid"),
    "two slashes": (
        lambda cors: cors.explain("GET", "//users", origin=APP),
        "path '//users' is invalid",
    ),
    "url": (
        lambda cors: cors.explain("GET", "https://a.example:99999/", origin=APP),
        "path 'https://a.example:99999/' is invalid",
    ),
    "origin": (
        lambda cors: cors.explain("GET", "/", origin="https://app.example/"),
        "(hint: https://app.example)",
    ),
    "pattern": (
        lambda cors: cors.explain("GET", "/", origin="https://*.example.com"),
        "a page has one origin",
    ),
    "header": (
        lambda cors: cors.explain("GET", "/", origin=APP, headers=["X A"]),
        "headers 'X A' is invalid",
    ),
}


@pytest.mark.parametrize("ask, said", BAD.values(), ids=BAD)
async def test_what_no_page_can_ask_is_refused(ask: Ask, said: str) -> None:
    with pytest.raises(CorsConfigError) as caught:
        await ask(Cors.for_app(web.Application()))
    assert said in str(caught.value)
