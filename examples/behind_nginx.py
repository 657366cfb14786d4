"""An application behind nginx that terminates TLS; `examples/behind_nginx.conf` is nginx's part.

    nginx -c "$PWD/examples/behind_nginx.conf" -p /tmp & python -m examples.behind_nginx

The policy names the origins of pages. It does not depend on the proxy. Enforcement compares the server's own
pages with ``Host``, which a proxy may change, so the server's public origin is given as `own`.
"""

from aiohttp import web

from aiohttp_cors import Cors

PAGE = "https://app.example.com"
OWN = "https://api.example.com"


async def read_cart(request: web.Request) -> web.Response:
    return web.json_response({"apples": 3})


async def empty_cart(request: web.Request) -> web.Response:
    return web.Response(status=204)


def create_app() -> web.Application:
    app = web.Application()
    cart = app.router.add_resource("/cart")
    cart.add_route("GET", read_cart)
    cart.add_route("POST", empty_cart)
    (
        Cors.for_app(app)
        .origin(PAGE)
        .allow_credentials()
        .allow_headers("Content-Type")
        .enforce_everywhere(own=[OWN])
    )
    return app


if __name__ == "__main__":
    web.run_app(create_app(), host="127.0.0.1", port=8080)
