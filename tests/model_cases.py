"""Rows of the truth table about the browser's side alone: URLs, cookies, uploads that are watched.

A part of `tests.cases`. Expectations are those of the URL standard, of RFC 6265bis and of Fetch;
where an engine does something else, `tests.browser.deviations` says what.
"""

from collections.abc import Callable
from typing import Final

from aiohttp import hdrs, web

from aiohttp_cors import Cors
from tests.case import BLOCKED, Case, Fetch, Program, Sees, World, by_hand, case, fluent, hello
from tests.programs import redirecting

_ALLOW_ANY: Final = {"Access-Control-Allow-Origin": "*"}
_FOR_ANYBODY: Final = fluent(lambda cors, w: cors.any_origin())
_AWAY: Final = Sees(redirected=True)
_WELCOME: Final = Sees(body="welcome")


def _host(origin: str) -> str:
    """``localhost:8080``."""
    return origin.partition("://")[2]


def _leaving(name: str, location: Callable[[World], str]) -> Case:
    """A row: the ``Location`` leads from the API to the other server."""
    return case(
        f"a Location leaves its server by {name}",
        redirecting(location),
        Fetch("/old", sees=_AWAY, asks=["GET /old", "GET /users at other from null"]),
        other=_FOR_ANYBODY,
    )


_URLS: Final = (
    _leaving("three slashes", lambda w: f"///{_host(w.other)}/users"),
    _leaving("a slash and a backslash", lambda w: f"/\\{_host(w.other)}/users"),
    _leaving("two backslashes", lambda w: f"\\\\{_host(w.other)}/users"),
    _leaving("three slashes after a scheme", lambda w: f"http:///{_host(w.other)}/users"),
    _leaving("a host that is percent-encoded", lambda w: f"{w.other.replace('l', '%6C', 1)}/users"),
    case(
        "a Location with a scheme and one slash stays on its server",
        redirecting(lambda w: "http:/users"),
        Fetch("/old", sees=Sees(body="GET ", redirected=True), asks=["GET /old", "GET /users"]),
    ),
    case(
        "dots in a Location may be percent-encoded",
        redirecting(lambda w: "/a/%2e%2e/b/%2E./users"),
        Fetch("/old", sees=Sees(body="GET ", redirected=True), asks=["GET /old", "GET /users"]),
    ),
    case(
        "a Location that is not ASCII is UTF-8",
        redirecting(lambda w: "/users?x=\u00e9"),
        Fetch(
            "/old",
            sees=Sees(body="GET ", redirected=True),
            asks=["GET /old", "GET /users?x=%C3%A9"],
        ),
    ),
    case(
        "a Location with a host that cannot be is an error",
        redirecting(lambda w: f"http://a<b@{_host(w.other)}%2f/users"),
        Fetch("/old", sees=BLOCKED, asks=["GET /old"]),
        other=_FOR_ANYBODY,
    ),
    case(
        "a path is sent as the script has spelled it",
        fluent(lambda cors, w: cors.origin(w.page), path="/aA~"),
        Fetch("/a%41%7E", asks=["GET /a%41%7E"]),
    ),
    case(
        "a query is sent as the script has spelled it but for what no URL has",
        fluent(lambda cors, w: cors.origin(w.page)),
        Fetch("/users?x=a b+%63'\"", asks=["GET /users?x=a%20b+%63%27%22"]),
        Fetch("/users?", asks=["GET /users?"]),
    ),
    case(
        "two spellings of a path are two URLs to the memory of preflights",
        fluent(lambda cors, w: cors.origin(w.page).max_age(600), "PUT"),
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
        Fetch("/%75sers", method="PUT", asks=["OPTIONS /%75sers for PUT", "PUT /%75sers"]),
        Fetch(method="PUT", asks=["PUT /users"]),
    ),
)


def _session(attributes: str, *, prefix: str = "") -> Program:
    """``POST /session`` sets a cookie with these attributes; both paths are the page's."""

    def build(world: World) -> web.Application:
        line = f"{prefix}{world.cookie}=ada; {attributes}"

        async def log_in(request: web.Request) -> web.Response:
            return web.Response(text="welcome", headers={hdrs.SET_COOKIE: line})

        app = web.Application()
        app.router.add_post("/session", log_in)
        app.router.add_get("/users", hello)
        rule = Cors.for_app(app).origin(world.page).allow_credentials()
        rule.on(*app.router.resources())
        return app

    return Program("fluent", build)


_LOG_IN: Final = Fetch(
    "/session", method="POST", credentials="include", sees=_WELCOME, asks=["POST /session"]
)
_SENT: Final = Fetch(credentials="include", asks=["GET /users and cookie ada"])
_NOT_SENT: Final = Fetch(credentials="include", asks=["GET /users"])


def _detour(location: Callable[[World], str]) -> Program:
    """``/session`` sets a ``Lax`` cookie, ``/old`` redirects, ``/users`` answers everybody."""

    def build(world: World) -> web.Application:
        async def answer(request: web.Request) -> web.Response:
            headers = {
                "Access-Control-Allow-Origin": request.headers.get(hdrs.ORIGIN, "*"),
                "Access-Control-Allow-Credentials": "true",
            }
            if request.path == "/old":
                headers[hdrs.LOCATION] = location(world)
                return web.Response(status=302, headers=headers)
            if request.path == "/session":
                headers[hdrs.SET_COOKIE] = f"{world.cookie}=ada; SameSite=Lax"
                return web.Response(text="welcome", headers=headers)
            return web.Response(text="hello", headers=headers)

        app = web.Application()
        for path in ("/session", "/old", "/users"):
            app.router.add_route("*", path, answer)
        return app

    return Program("by hand", build)


_COOKIES: Final = (
    case(
        "a cookie that says nothing goes along within its site",
        _session(""),
        *(_LOG_IN, _SENT),
    ),
    case(
        "a cookie that says nothing does not go along across sites",
        _session(""),
        *(_LOG_IN, _NOT_SENT),
        page="elsewhere",
    ),
    case(
        "a Lax cookie does not go along across sites",
        _session("SameSite=Lax"),
        *(_LOG_IN, _NOT_SENT),
        page="elsewhere",
    ),
    case(
        "a subdomain of localhost is another site",
        _session("SameSite=Lax"),
        *(_LOG_IN, _NOT_SENT),
        page="subdomain",
    ),
    case(
        "a Secure cookie for all sites goes along across sites",
        _session("SameSite=None; Secure"),
        *(_LOG_IN, _SENT),
        page="elsewhere",
    ),
    case(
        "a partitioned cookie goes along across sites",
        _session("SameSite=None; Secure; Partitioned"),
        *(_LOG_IN, _SENT),
        page="elsewhere",
    ),
    case(
        "a cookie for all sites that is not Secure is not taken",
        _session("SameSite=None"),
        *(_LOG_IN, _NOT_SENT),
    ),
    case(
        "a Secure cookie is taken from this machine without TLS",
        _session("Secure"),
        *(_LOG_IN, _SENT),
    ),
    case(
        "a cookie whose name says Secure and that is not is not taken",
        _session("", prefix="__Secure-"),
        *(_LOG_IN, _NOT_SENT),
    ),
    case(
        "a cookie whose name says Host and that has a Domain is not taken",
        _session("Secure; Path=/; Domain=app.localhost", prefix="__Host-"),
        *(_LOG_IN, _NOT_SENT),
    ),
    case(
        "a Lax cookie goes along though a redirect has left the site in between",
        _detour(lambda w: f"{w.other.replace('localhost', '127.0.0.1')}/old"),
        _LOG_IN,
        Fetch(
            "/old",
            credentials="include",
            sees=_AWAY,
            asks=[
                "GET /old and cookie ada",
                "GET /old at other from null",
                "GET /users from null and cookie ada",
            ],
        ),
        other=_detour(lambda w: f"{w.api}/users"),
    ),
)

_WATCHED: Final = Fetch(
    method="POST",
    body="text",
    upload_listener=True,
    asks=["OPTIONS /users for POST", "POST /users"],
)

_UPLOADS: Final = (
    case(
        "an upload that is watched is preflighted without an unsafe header",
        fluent(lambda cors, w: cors.origin(w.page), "POST"),
        _WATCHED,
        Fetch(method="POST", body="text", upload_listener=True, asks=["POST /users"]),
    ),
    case(
        "an upload that is watched is blocked by a refusal without CORS headers",
        fluent(lambda cors, w: cors.origin(w.page).allow_methods("GET"), "POST"),
        Fetch(
            method="POST",
            body="text",
            upload_listener=True,
            sees=BLOCKED,
            asks=["OPTIONS /users for POST"],
        ),
    ),
    case(
        "an upload that is watched passes where a preflight lists no methods, and once is enough",
        by_hand(preflight=_ALLOW_ANY, actual=_ALLOW_ANY),
        _WATCHED,
        Fetch(method="POST", body="text", upload_listener=True, asks=["POST /users"]),
    ),
    case(
        "an upload that is watched passes whatever methods a preflight lists",
        by_hand(preflight={**_ALLOW_ANY, "Access-Control-Allow-Methods": "PUT"}, actual=_ALLOW_ANY),
        _WATCHED,
    ),
    case(
        "no methods in the preflight of a PUT that is watched stand for PUT",
        by_hand(preflight=_ALLOW_ANY, actual=_ALLOW_ANY),
        Fetch(
            method="PUT",
            body="text",
            upload_listener=True,
            asks=["OPTIONS /users for PUT", "PUT /users"],
        ),
    ),
    case(
        "no methods in the preflight of a POST that is watched allow no PUT",
        by_hand(preflight=_ALLOW_ANY, actual=_ALLOW_ANY),
        _WATCHED,
        Fetch(method="PUT", body="text", sees=BLOCKED, asks=["OPTIONS /users for PUT"]),
    ),
    case(
        "a listener for uploads makes a preflight of a request that uploads nothing",
        fluent(lambda cors, w: cors.origin(w.page)),
        Fetch(upload_listener=True, asks=["OPTIONS /users for GET", "GET /users"]),
    ),
    case(
        "an upload that is watched needs nothing at home",
        fluent(lambda cors, w: cors.any_origin(), "POST"),
        Fetch(
            method="POST",
            body="text",
            upload_listener=True,
            sees=Sees(
                type="basic",
                headers={"access-control-allow-origin": "*", "x-custom": "1", "x-other": "2"},
            ),
            asks=["POST /users"],
        ),
        page="api",
    ),
    case(
        "a negative Max-Age forbids to remember a preflight",
        by_hand(
            preflight={
                **_ALLOW_ANY,
                "Access-Control-Allow-Methods": "PUT",
                "Access-Control-Max-Age": "-1",
            },
            actual=_ALLOW_ANY,
        ),
        *[Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"])] * 2,
    ),
)

MODEL_CASES: Final[tuple[Case, ...]] = (*_URLS, *_COOKIES, *_UPLOADS)
"""The rows."""
