"""The API that the page calls, and the configuration that says who may read what.

Knows routes and handlers. `configure_cors` is all there is to CORS; the rest would look the same
without it.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Final, TypeAlias

from aiohttp import web

from aiohttp_cors import Cors
from examples.demo.verdicts import Verdicts

Configure: TypeAlias = Callable[[web.Application, str], None]
"""Sets CORS up for the API; the string is the origin of the page."""

_COOKIE: Final = "aiohttp_cors_demo"
_NOTES: Final = {"1": "milk", "2": "bread", "3": "tea"}


def configure_cors(app: web.Application, page: str) -> None:
    """The policy; the terminal and the page show it as it stands here."""
    resources = app.router.named_resources()
    (
        Cors.for_app(app)
        .origin(page)
        .allow_credentials()
        .allow_headers("Content-Type", "X-CSRF-Token")
        .expose("X-Total-Count")
        .max_age(timedelta(minutes=10))
        .on(*(resources[name] for name in ("notes", "note", "session", "me", "broken")))
        .origin(page)
        .allow_methods("GET")
        .on(resources["archive"])
        .any_origin()
        .on(resources["health"], resources["verdicts"])
    )


def create_api(page: str, configure: Configure = configure_cors) -> web.Application:
    """The API for a page whose origin is `page`."""
    app = web.Application()
    verdicts = Verdicts()
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
    app.router.add_get("/verdicts", verdicts.answer, name="verdicts")
    configure(app, page)
    # After the library's own receiver, so that the headers are those that are sent.
    app.on_response_prepare.append(verdicts.remember)
    return app


async def list_notes(request: web.Request) -> web.Response:
    """All notes, and two headers about them."""
    headers = {"X-Total-Count": str(len(_NOTES)), "X-Served-By": "shelf-7"}
    return web.Response(text=", ".join(_NOTES.values()), headers=headers)


async def create_note(request: web.Request) -> web.Response:
    """Pretends to keep the note: the demo answers the same however often it is asked."""
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
