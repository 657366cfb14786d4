"""A program as it was written for aiohttp-cors: it runs unchanged. `examples/builder.py` is the same one.

The defaults allow one origin. One route allows another one as well. A loop adds every route.
"""

from aiohttp import web

import aiohttp_cors


async def list_books(request: web.Request) -> web.Response:
    return web.json_response(["Emma"], headers={"X-Total-Count": "1"})


async def add_book(request: web.Request) -> web.Response:
    return web.Response(status=201)


async def create_app() -> web.Application:
    app = web.Application()
    cors = aiohttp_cors.setup(
        app,
        defaults={
            "https://library.example.com": aiohttp_cors.ResourceOptions(
                allow_credentials=True,
                allow_headers=("Content-Type",),
                expose_headers=("X-Total-Count",),
            )
        },
    )
    books = cors.add(app.router.add_resource("/books"))
    cors.add(
        books.add_route("GET", list_books),
        {
            "https://partner.example": aiohttp_cors.ResourceOptions(
                expose_headers=("X-Total-Count",)
            )
        },
    )
    cors.add(books.add_route("POST", add_book))
    return app


if __name__ == "__main__":
    web.run_app(create_app())
