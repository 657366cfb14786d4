"""The application that stands behind a proxy, and that `probe` loads to know what to expect."""

from typing import Final

from aiohttp import web

from aiohttp_cors import Cors

APP: Final = "https://app.example"
PARTNER: Final = "https://partner.example"


def create_app() -> web.Application:
    """Two paths that answer and one that is not found, to two origins of which one has cookies."""

    async def answer(request: web.Request) -> web.Response:
        # A shared cache may keep it.
        return web.Response(text="hello", headers={"Cache-Control": "public, max-age=3600"})

    async def missing(request: web.Request) -> web.Response:
        raise web.HTTPNotFound

    app = web.Application()
    items = app.router.add_resource("/items")
    items.add_route("GET", answer)
    items.add_route("PUT", answer)
    lost = app.router.add_get("/lost", missing, allow_head=False)
    (
        Cors.for_app(app)
        .origin(APP)
        .allow_credentials()
        .allow_headers("X-Token")
        .origin(PARTNER)
        .on(items, lost)
    )
    return app
