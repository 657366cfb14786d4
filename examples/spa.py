"""A single-page application, in development and in production: the origins come from the environment.

    APP_ORIGINS=https://app.example.com python -m examples.spa

Without the variable, the development server on this machine is allowed, whatever its port.
"""

import os
from collections.abc import Sequence

from aiohttp import web

from aiohttp_cors import Cors

DEVELOPMENT = ("http://localhost:*", "http://127.0.0.1:*")


async def get_todos(request: web.Request) -> web.Response:
    return web.json_response(["write an example"], headers={"X-Total-Count": "1"})


async def add_todo(request: web.Request) -> web.Response:
    todo: object = await request.json()
    return web.json_response(todo, status=201)


def create_app(origins: Sequence[str] = DEVELOPMENT) -> web.Application:
    app = web.Application()
    app.router.add_get("/todos", get_todos)
    app.router.add_post("/todos", add_todo)
    (
        Cors.for_app(app)
        .origin(*origins)
        .allow_credentials()
        .allow_headers("Content-Type")
        .expose("X-Total-Count")
        .max_age(600)
        .everywhere()
    )
    return app


def from_environment() -> web.Application:
    """The application for the origins in ``APP_ORIGINS``, separated by spaces."""
    return create_app(os.environ.get("APP_ORIGINS", "").split() or DEVELOPMENT)


if __name__ == "__main__":
    web.run_app(from_environment())
