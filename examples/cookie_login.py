"""A login whose cookie works from another site: ``SameSite=None; Secure``, and credentials allowed.

`tests/examples/test_cookie_login.py` logs in as a browser does, and shows what a cookie without
``SameSite=None`` does.
"""

import secrets

from aiohttp import web

from aiohttp_cors import Cors

ORIGIN = "https://shop.example"
SESSIONS = web.AppKey("sessions", dict[str, str])


async def log_in(request: web.Request) -> web.Response:
    form = await request.post()
    session = secrets.token_urlsafe()
    request.app[SESSIONS][session] = str(form["name"])
    response = web.Response(status=204)
    response.set_cookie("session", session, httponly=True, secure=True, samesite="None")
    return response


async def who_am_i(request: web.Request) -> web.Response:
    name = request.app[SESSIONS].get(request.cookies.get("session", ""))
    if name is None:
        raise web.HTTPUnauthorized  # the page can read that, too
    return web.json_response({"name": name})


async def log_out(request: web.Request) -> web.Response:
    request.app[SESSIONS].pop(request.cookies.get("session", ""), None)
    response = web.Response(status=204)
    response.del_cookie("session")
    return response


def create_app() -> web.Application:
    app = web.Application()
    app[SESSIONS] = {}
    session = app.router.add_resource("/session")
    session.add_route("GET", who_am_i)
    session.add_route("POST", log_in)
    session.add_route("DELETE", log_out)
    Cors.for_app(app).origin(ORIGIN).allow_credentials().on(session)
    return app


if __name__ == "__main__":
    web.run_app(create_app())
