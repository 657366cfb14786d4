"""The API that the page calls: routes and handlers. It knows nothing of CORS."""

from typing import Final

from aiohttp import web

_COOKIE: Final = "aiohttp_cors_demo"
_NOTES: Final = {"1": "milk", "2": "bread", "3": "tea"}


def create_api() -> web.Application:
    """The API. Its resources have names, by which policies are bound to them."""
    app = web.Application()
    notes = app.router.add_resource("/notes", name="notes")
    notes.add_route("GET", list_notes)
    notes.add_route("POST", create_note)
    note = app.router.add_resource("/notes/{id}", name="note")
    note.add_route("GET", read_note)
    note.add_route("PUT", replace_note)
    note.add_route("PATCH", replace_note)
    app.router.add_post("/session", sign_in, name="session")
    app.router.add_get("/me", who_am_i, name="me")
    app.router.add_get("/health", report_health, name="health")
    app.router.add_get("/broken", fail, name="broken")
    archive = app.router.add_resource("/archive", name="archive")
    archive.add_route("GET", read_archive)
    archive.add_route("POST", add_to_archive)
    app.router.add_get("/admin", administrate)
    return app


async def list_notes(request: web.Request) -> web.Response:
    """All notes, and two headers about them."""
    headers = {"X-Total-Count": str(len(_NOTES)), "X-Served-By": "shelf-7"}
    return web.Response(text=", ".join(_NOTES.values()), headers=headers)


async def create_note(request: web.Request) -> web.Response:
    """Pretends to keep the note: the demo answers the same however often it is asked."""
    if not request.can_read_body:
        raise web.HTTPBadRequest(text="a note has a text")
    note = await request.json()
    return web.Response(status=201, text=f"created {note['text']}")


async def read_note(request: web.Request) -> web.Response:
    """One note, or a 404 that the page can read."""
    note = _NOTES.get(request.match_info["id"])
    if note is None:
        raise web.HTTPNotFound(text="no such note")
    return web.Response(text=note)


async def replace_note(request: web.Request) -> web.Response:
    """Pretends to replace the note."""
    return web.Response(text=f"replaced by {await request.text()}")


async def sign_in(request: web.Request) -> web.Response:
    """Sets the cookie that `who_am_i` asks for."""
    response = web.Response(text="welcome, Ada")
    response.set_cookie(_COOKIE, "Ada", httponly=True, samesite="Lax")
    return response


async def who_am_i(request: web.Request) -> web.Response:
    """Says who is signed in, or 401."""
    if request.cookies.get(_COOKIE) != "Ada":
        raise web.HTTPUnauthorized(text="sign in first")
    return web.Response(text="you are Ada")


async def report_health(request: web.Request) -> web.Response:
    """Something that anybody may know."""
    return web.Response(text="fine")


async def fail(request: web.Request) -> web.Response:
    """What an unhandled error looks like to a page."""
    raise RuntimeError("on purpose")


async def read_archive(request: web.Request) -> web.Response:
    """What the page may read and not change."""
    return web.Response(text="old notes")


async def add_to_archive(request: web.Request) -> web.Response:
    """A handler that runs whatever the page may read of it: CORS is no protection from writes."""
    return web.Response(text="archived")


async def administrate(request: web.Request) -> web.Response:
    """A route that no policy covers: no page of another origin reads it."""
    return web.Response(text="for administrators")
