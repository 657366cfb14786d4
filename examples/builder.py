"""The program of `examples/classic.py`, written with the builder.

What was a default is a chain kept in a variable. Nothing is merged: each policy says all that it allows.
"""

from aiohttp import web

from aiohttp_cors import Cors


async def list_books(request: web.Request) -> web.Response:
    return web.json_response(["Emma"], headers={"X-Total-Count": "1"})


async def add_book(request: web.Request) -> web.Response:
    return web.Response(status=201)


def create_app() -> web.Application:
    app = web.Application()
    books = app.router.add_resource("/books")
    reading = books.add_route("GET", list_books)
    books.add_route("POST", add_book)
    ours = (
        Cors.for_app(app)
        .origin("https://library.example.com")
        .allow_credentials()
        .allow_headers("Content-Type")
        .expose("X-Total-Count")
    )
    ours.on(books)
    ours.origin("https://partner.example").expose("X-Total-Count").on(reading)
    return app


if __name__ == "__main__":
    web.run_app(create_app())
