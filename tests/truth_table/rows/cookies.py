"""Rows: which cookies a browser takes, and which go along; expectations from RFC 6265bis.

The rows about credentials are in `credentials`.
"""

from collections.abc import Callable
from typing import Final

from aiohttp import hdrs, web

from aiohttp_cors import Cors
from tests.truth_table.words import Fetch, Program, Sees, World, hello, row

_WELCOME: Final = Sees(body="welcome")


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


ROWS: Final = (
    row(
        "a cookie that says nothing goes along within its site",
        _session(""),
        *(_LOG_IN, _SENT),
    ),
    row(
        "a cookie that says nothing does not go along across sites",
        _session(""),
        *(_LOG_IN, _NOT_SENT),
        page="elsewhere",
    ),
    row(
        "a Lax cookie does not go along across sites",
        _session("SameSite=Lax"),
        *(_LOG_IN, _NOT_SENT),
        page="elsewhere",
    ),
    row(
        "a subdomain of localhost is another site",
        _session("SameSite=Lax"),
        *(_LOG_IN, _NOT_SENT),
        page="subdomain",
    ),
    row(
        "a Secure cookie for all sites goes along across sites",
        _session("SameSite=None; Secure"),
        *(_LOG_IN, _SENT),
        page="elsewhere",
    ),
    row(
        "a partitioned cookie goes along across sites",
        _session("SameSite=None; Secure; Partitioned"),
        *(_LOG_IN, _SENT),
        page="elsewhere",
    ),
    row(
        "a cookie for all sites that is not Secure is not taken",
        _session("SameSite=None"),
        *(_LOG_IN, _NOT_SENT),
    ),
    row(
        "a Secure cookie is taken from this machine without TLS",
        _session("Secure"),
        *(_LOG_IN, _SENT),
    ),
    row(
        "a cookie whose name says Secure and that is not is not taken",
        _session("", prefix="__Secure-"),
        *(_LOG_IN, _NOT_SENT),
    ),
    row(
        "a cookie whose name says Host and that has a Domain is not taken",
        _session("Secure; Path=/; Domain=app.localhost", prefix="__Host-"),
        *(_LOG_IN, _NOT_SENT),
    ),
    row(
        "a Lax cookie goes along though a redirect has left the site in between",
        _detour(lambda w: f"{w.other.replace('localhost', '127.0.0.1')}/old"),
        _LOG_IN,
        Fetch(
            "/old",
            credentials="include",
            sees=Sees(redirected=True),
            asks=[
                "GET /old and cookie ada",
                "GET /old at other from null",
                "GET /users from null and cookie ada",
            ],
        ),
        other=_detour(lambda w: f"{w.api}/users"),
    ),
)
