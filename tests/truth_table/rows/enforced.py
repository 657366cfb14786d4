"""Rows: policies that are enforced, on what a page may ask with CORS.

What is refused is a 403 without headers of the protocol: no page reads it. What other requests meet, forms,
sockets, images, is in `tests.browser.test_enforcement`.
"""

from collections.abc import Callable
from typing import Final

from aiohttp import web

from aiohttp_cors import Cors
from tests.truth_table.words import (
    BLOCKED,
    STRANGER,
    Fetch,
    Program,
    Rule,
    Sees,
    World,
    hello,
    row,
)


def _enforced(
    rule: Callable[[Cors, World], Rule], *methods: str, report_only: bool = False
) -> Program:
    """One resource, by default with ``GET``, whose rule is enforced."""

    def build(world: World) -> web.Application:
        app = web.Application()
        resource = app.router.add_resource("/users")
        for method in methods or ("GET",):
            resource.add_route(method, hello)
        rule(Cors.for_app(app), world).enforce_on(resource, report_only=report_only)
        return app

    return Program("fluent", build)


def _everywhere(rule: Callable[[Cors, World], Rule]) -> Program:
    """One resource, beside which nothing is served; all of it is enforced."""

    def build(world: World) -> web.Application:
        app = web.Application()
        app.router.add_get("/users", hello)
        rule(Cors.for_app(app), world).enforce_everywhere()
        return app

    return Program("fluent", build)


ROWS: Final = (
    row(
        "an enforced policy lets an allowed page read and write",
        _enforced(lambda cors, w: cors.origin(w.page), "GET", "POST", "PUT"),
        Fetch(asks=["GET /users"]),
        Fetch(method="POST", body="a", asks=["POST /users"]),
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
    ),
    row(
        "an enforced policy refuses what another page reads and writes",
        _enforced(lambda cors, w: cors.origin(STRANGER), "GET", "POST", "PUT"),
        Fetch(sees=BLOCKED, asks=["GET /users"]),
        Fetch(method="POST", body="a", sees=BLOCKED, asks=["POST /users"]),
        Fetch(method="PUT", sees=BLOCKED, asks=["OPTIONS /users for PUT"]),
    ),
    row(
        "an enforced policy refuses a method that it does not name",
        _enforced(lambda cors, w: cors.origin(w.page).allow_methods("GET"), "GET", "POST"),
        Fetch(asks=["GET /users"]),
        Fetch(method="POST", body="a", sees=BLOCKED, asks=["POST /users"]),
    ),
    row(
        "an enforced policy with credentials passes a request with them",
        _enforced(lambda cors, w: cors.origin(w.page).allow_credentials(), "GET", "POST"),
        Fetch(method="POST", body="a", credentials="include", asks=["POST /users"]),
    ),
    row(
        "an enforced policy without credentials passes a request that carries none",
        _enforced(lambda cors, w: cors.origin(w.page).allow_headers("Authorization"), "POST"),
        Fetch(method="POST", body="a", asks=["POST /users"]),
        Fetch(
            method="POST",
            body="a",
            headers={"Authorization": "Bearer 1"},
            asks=["OPTIONS /users for POST with authorization", "POST /users, authorized"],
        ),
        Fetch(method="POST", body="a", credentials="include", sees=BLOCKED, asks=["POST /users"]),
    ),
    row(
        "an enforced policy of any origin refuses a sandboxed page",
        _enforced(lambda cors, w: cors.any_origin(), "GET", "POST", "PUT"),
        Fetch(sees=BLOCKED, asks=["GET /users"]),
        Fetch(method="POST", body="a", sees=BLOCKED, asks=["POST /users"]),
        Fetch(method="PUT", sees=BLOCKED, asks=["OPTIONS /users for PUT", "PUT /users"]),
        page="sandbox",
    ),
    row(
        "an enforcement that only reports refuses nothing",
        _enforced(lambda cors, w: cors.any_origin(), "GET", "POST", report_only=True),
        Fetch(asks=["GET /users"]),
        Fetch(method="POST", body="a", asks=["POST /users"]),
        page="sandbox",
    ),
    row(
        "an enforced application answers an allowed page 404 and another one 403",
        _everywhere(lambda cors, w: cors.origin(w.page)),
        Fetch("/nothing", sees=Sees(status=404, body="404: Not Found"), asks=["GET /nothing"]),
        Fetch(
            method="POST",
            body="a",
            sees=Sees(status=405, body="405: Method Not Allowed"),
            asks=["POST /users"],
        ),
    ),
    row(
        "an enforced application shows another page no 404",
        _everywhere(lambda cors, w: cors.origin(STRANGER)),
        Fetch("/nothing", sees=BLOCKED, asks=["GET /nothing"]),
        Fetch(method="POST", body="a", sees=BLOCKED, asks=["POST /users"]),
    ),
)
