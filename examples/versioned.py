"""Versions of an API as sub-applications: the old one stays as it was, the new one allows more.

CORS is set up on the root application, before it starts.
"""

from aiohttp import web

from aiohttp_cors import Cors


async def list_orders(request: web.Request) -> web.Response:
    return web.json_response([])


async def change_order(request: web.Request) -> web.Response:
    return web.Response(status=204)


def create_v1() -> web.Application:
    app = web.Application()
    app.router.add_get("/orders", list_orders)
    return app


def create_v2() -> web.Application:
    app = web.Application()
    app.router.add_get("/orders", list_orders)
    app.router.add_patch("/orders/{id}", change_order)
    return app


def create_app() -> web.Application:
    app = web.Application()
    v1 = app.add_subapp("/v1/", create_v1())
    v2 = app.add_subapp("/v2/", create_v2())
    ours = Cors.for_app(app).origin("https://app.example.com")
    ours.on(v1)
    (
        ours.allow_credentials()
        .allow_headers("Content-Type", "If-Match")
        .expose("ETag")
        .origin("https://partner.example")
        .allow_methods("GET")
        .on(v2)
    )
    return app


if __name__ == "__main__":
    web.run_app(create_app())
