"""Rows: answers that are errors, whoever made them, and middlewares before the handlers."""

from typing import Final

from aiohttp import web

from aiohttp_cors import ResourceOptions
from tests.truth_table import programs
from tests.truth_table.programs import raising
from tests.truth_table.words import BLOCKED, STRANGER, Fetch, Sees, classic, fluent, row

ROWS: Final = (
    row(
        "a page reads that it has to log in",
        fluent(
            lambda cors, w: cors.origin(w.page),
            handler=raising(lambda: web.HTTPUnauthorized(text="log in first")),
        ),
        Fetch(sees=Sees(status=401, body="log in first"), asks=["GET /users"]),
    ),
    row(
        "a page of a refused origin does not learn that it has to log in",
        fluent(
            lambda cors, w: cors.origin(STRANGER),
            handler=raising(lambda: web.HTTPUnauthorized(text="log in first")),
        ),
        Fetch(sees=BLOCKED, asks=["GET /users"]),
    ),
    row(
        "a page reads that what it asked a classic program for is not there",
        classic(
            lambda w: {w.page: ResourceOptions()},
            handler=raising(lambda: web.HTTPNotFound(text="no such user")),
        ),
        Fetch(sees=Sees(status=404, body="no such user"), asks=["GET /users"]),
    ),
    row(
        "a page reads that the program has failed",
        fluent(lambda cors, w: cors.origin(w.page), handler=raising(RuntimeError)),
        Fetch(
            sees=Sees(
                status=500,
                body="500 Internal Server Error\n\nServer got itself in trouble",
            ),
            asks=["GET /users"],
        ),
    ),
    row(
        "a page reads that a classic program has failed",
        classic(lambda w: {w.page: ResourceOptions()}, handler=raising(RuntimeError)),
        Fetch(
            sees=Sees(
                status=500,
                body="500 Internal Server Error\n\nServer got itself in trouble",
            ),
            asks=["GET /users"],
        ),
    ),
    row(
        "a page reads that a method is not routed",
        fluent(lambda cors, w: cors.origin(w.page)),
        Fetch(
            method="POST",
            sees=Sees(status=405, body="405: Method Not Allowed"),
            asks=["POST /users"],
        ),
    ),
    row(
        "a page reads that a method of a classic program is not routed",
        classic(lambda w: {w.page: ResourceOptions()}),
        Fetch(
            method="POST",
            sees=Sees(status=405, body="405: Method Not Allowed"),
            asks=["POST /users"],
        ),
    ),
    row(
        "a middleware that wants a login lets preflights pass, and a page reads its 401",
        programs.AUTHENTICATED,
        Fetch(sees=Sees(status=401, body="log in first"), asks=["GET /users"]),
        Fetch(
            method="PUT",
            headers={"Authorization": "Bearer a"},
            asks=["OPTIONS /users for PUT with authorization", "PUT /users, authorized"],
        ),
    ),
    row(
        "a middleware of a classic program that wants a login lets preflights pass",
        programs.CLASSIC_AUTHENTICATED,
        Fetch(sees=Sees(status=401, body="log in first"), asks=["GET /users"]),
        Fetch(
            method="PUT",
            headers={"Authorization": "Bearer a"},
            asks=["OPTIONS /users for PUT with authorization", "PUT /users, authorized"],
        ),
    ),
)
