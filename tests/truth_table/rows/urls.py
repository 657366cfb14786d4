"""Rows: how URLs are read and sent; expectations from the URL standard."""

from collections.abc import Callable
from typing import Final

from tests.truth_table.programs import redirecting
from tests.truth_table.words import BLOCKED, Fetch, Row, Sees, World, fluent, row

_FOR_ANYBODY: Final = fluent(lambda cors, w: cors.any_origin())
_AWAY: Final = Sees(redirected=True)


def _host(origin: str) -> str:
    """``localhost:8080``."""
    return origin.partition("://")[2]


def _leaving(name: str, location: Callable[[World], str]) -> Row:
    """A row: the ``Location`` leads from the API to the other server."""
    return row(
        f"a Location leaves its server by {name}",
        redirecting(location),
        Fetch("/old", sees=_AWAY, asks=["GET /old", "GET /users at other from null"]),
        other=_FOR_ANYBODY,
    )


ROWS: Final = (
    _leaving("three slashes", lambda w: f"///{_host(w.other)}/users"),
    _leaving("a slash and a backslash", lambda w: f"/\\{_host(w.other)}/users"),
    _leaving("two backslashes", lambda w: f"\\\\{_host(w.other)}/users"),
    _leaving("three slashes after a scheme", lambda w: f"http:///{_host(w.other)}/users"),
    _leaving("a host that is percent-encoded", lambda w: f"{w.other.replace('l', '%6C', 1)}/users"),
    row(
        "a Location with a scheme and one slash stays on its server",
        redirecting(lambda w: "http:/users"),
        Fetch("/old", sees=Sees(body="GET ", redirected=True), asks=["GET /old", "GET /users"]),
    ),
    row(
        "dots in a Location may be percent-encoded",
        redirecting(lambda w: "/a/%2e%2e/b/%2E./users"),
        Fetch("/old", sees=Sees(body="GET ", redirected=True), asks=["GET /old", "GET /users"]),
    ),
    row(
        "a Location that is not ASCII is UTF-8",
        redirecting(lambda w: "/users?x=\u00e9"),
        Fetch(
            "/old",
            sees=Sees(body="GET ", redirected=True),
            asks=["GET /old", "GET /users?x=%C3%A9"],
        ),
    ),
    row(
        "a Location with a host that cannot be is an error",
        redirecting(lambda w: f"http://a<b@{_host(w.other)}%2f/users"),
        Fetch("/old", sees=BLOCKED, asks=["GET /old"]),
        other=_FOR_ANYBODY,
    ),
    row(
        "a path is sent as the script has spelled it",
        fluent(lambda cors, w: cors.origin(w.page), path="/aA~"),
        Fetch("/a%41%7E", asks=["GET /a%41%7E"]),
    ),
    row(
        "a query is sent as the script has spelled it but for what no URL has",
        fluent(lambda cors, w: cors.origin(w.page)),
        Fetch("/users?x=a b+%63'\"", asks=["GET /users?x=a%20b+%63%27%22"]),
        Fetch("/users?", asks=["GET /users?"]),
    ),
    row(
        "two spellings of a path are two URLs to the memory of preflights",
        fluent(lambda cors, w: cors.origin(w.page).max_age(600), "PUT"),
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
        Fetch("/%75sers", method="PUT", asks=["OPTIONS /%75sers for PUT", "PUT /%75sers"]),
        Fetch(method="PUT", asks=["PUT /users"]),
    ),
)
