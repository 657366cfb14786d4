"""A public API that every page may read, beside an API for administrators that one origin may use.

Each policy stands alone: what is public has no credentials, and what is the administrators' is open to
nobody else.
"""

from aiohttp import web

from aiohttp_cors import Cors


async def read_prices(request: web.Request) -> web.Response:
    return web.json_response({"apple": 30})


async def set_price(request: web.Request) -> web.Response:
    return web.Response(status=204)


async def read_audit(request: web.Request) -> web.Response:
    return web.json_response([])


def create_app() -> web.Application:
    admin = web.Application()
    admin.router.add_put("/prices/{name}", set_price)
    admin.router.add_get("/audit", read_audit)

    app = web.Application()
    prices = app.router.add_get("/prices", read_prices)
    mounted = app.add_subapp("/admin/", admin)
    (
        Cors.for_app(app)
        .any_origin()
        .on(prices)
        .origin("https://admin.example.com")
        .allow_credentials()
        .allow_headers("Content-Type", "X-CSRF-Token")
        .on(mounted)
    )
    return app


if __name__ == "__main__":
    web.run_app(create_app())
