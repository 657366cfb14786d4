"""Rows: request headers that need permission, and those that need none."""

from typing import Final

from aiohttp_cors import ResourceOptions
from tests.truth_table.programs import echo
from tests.truth_table.words import BLOCKED, STRANGER, Fetch, Sees, classic, fluent, row

# What a request header's value may be, to need no permission, ends at 128 bytes.
_LONGEST: Final = "en," * 42 + "en"
_TOO_LONG: Final = _LONGEST + "a"

ROWS: Final = (
    row(
        "request headers are asked for by name, in lower case and sorted",
        fluent(lambda cors, w: cors.origin(w.page).allow_headers("X-A", "X-B")),
        Fetch(
            headers={"X-B": "1", "X-A": "2"},
            asks=["OPTIONS /users for GET with x-a,x-b", "GET /users"],
        ),
    ),
    row(
        "request headers of a classic program are asked for by name",
        classic(lambda w: {w.page: ResourceOptions(allow_headers=["x-a", "X-B"])}),
        Fetch(
            headers={"X-B": "1", "X-A": "2"},
            asks=["OPTIONS /users for GET with x-a,x-b", "GET /users"],
        ),
    ),
    row(
        "a request header that is not allowed stops the request",
        fluent(lambda cors, w: cors.origin(w.page).allow_headers("X-A")),
        Fetch(
            headers={"X-A": "1", "X-B": "2"},
            sees=BLOCKED,
            asks=["OPTIONS /users for GET with x-a,x-b"],
        ),
    ),
    row(
        "a request header that a classic program does not allow stops the request",
        classic(lambda w: {w.page: ResourceOptions(allow_headers=["X-A"])}),
        Fetch(headers={"X-B": "2"}, sees=BLOCKED, asks=["OPTIONS /users for GET with x-b"]),
    ),
    row(
        "where any header is allowed, Authorization is",
        fluent(lambda cors, w: cors.origin(w.page).allow_any_header()),
        Fetch(
            headers={"Authorization": "Bearer a", "X-A": "1"},
            asks=["OPTIONS /users for GET with authorization,x-a", "GET /users, authorized"],
        ),
    ),
    row(
        "where any header is allowed to any origin, Authorization is",
        fluent(lambda cors, w: cors.any_origin().allow_any_header()),
        Fetch(
            headers={"Authorization": "Bearer a"},
            asks=["OPTIONS /users for GET with authorization", "GET /users, authorized"],
        ),
    ),
    row(
        "where a classic program allows * with credentials, Authorization is allowed",
        classic(lambda w: {w.page: ResourceOptions(allow_credentials=True, allow_headers="*")}),
        Fetch(
            headers={"Authorization": "Bearer a"},
            credentials="include",
            asks=["OPTIONS /users for GET with authorization", "GET /users, authorized"],
        ),
    ),
    row(
        "JSON is preflighted for its Content-Type",
        fluent(
            lambda cors, w: cors.origin(w.page).allow_headers("Content-Type"),
            "POST",
            handler=echo,
        ),
        Fetch(
            method="POST",
            headers={"Content-Type": "application/json"},
            body="{}",
            sees=Sees(body="POST {}"),
            asks=["OPTIONS /users for POST with content-type", "POST /users"],
        ),
    ),
    row(
        "JSON is stopped where its Content-Type is not allowed",
        classic(lambda w: {w.page: ResourceOptions()}, "POST"),
        Fetch(
            method="POST",
            headers={"Content-Type": "application/json"},
            body="{}",
            sees=BLOCKED,
            asks=["OPTIONS /users for POST with content-type"],
        ),
    ),
    row(
        "a form is sent without a preflight, whatever the case of its type",
        fluent(lambda cors, w: cors.origin(w.page), "POST", handler=echo),
        Fetch(
            method="POST",
            headers={"Content-Type": "Application/X-WWW-Form-Urlencoded"},
            body="a=1",
            sees=Sees(body="POST a=1"),
            asks=["POST /users"],
        ),
    ),
    row(
        "a safelisted header of 128 bytes needs no permission",
        fluent(lambda cors, w: cors.origin(w.page)),
        Fetch(headers={"Accept-Language": _LONGEST}, asks=["GET /users"]),
    ),
    row(
        "a safelisted header of 129 bytes needs permission and gets it by name",
        fluent(lambda cors, w: cors.origin(w.page).allow_headers("Accept-Language")),
        Fetch(
            headers={"Accept-Language": _TOO_LONG},
            asks=["OPTIONS /users for GET with accept-language", "GET /users"],
        ),
    ),
    row(
        "a safelisted header of 129 bytes is stopped where nobody allows it",
        fluent(lambda cors, w: cors.origin(w.page)),
        Fetch(
            headers={"Accept-Language": _TOO_LONG},
            sees=BLOCKED,
            asks=["OPTIONS /users for GET with accept-language"],
        ),
    ),
    row(
        "a safelisted header with an unsafe byte needs permission",
        classic(lambda w: {w.page: ResourceOptions(allow_headers=["Accept"])}),
        Fetch(
            headers={"Accept": 'text/plain;a="b"'},
            asks=["OPTIONS /users for GET with accept", "GET /users"],
        ),
    ),
    row(
        "a header that was safelisted once needs permission",
        fluent(lambda cors, w: cors.origin(w.page)),
        Fetch(
            headers={"Save-Data": "on"},
            sees=BLOCKED,
            asks=["OPTIONS /users for GET with save-data"],
        ),
    ),
    row(
        "headers that no script can set are dropped without a word",
        fluent(lambda cors, w: cors.origin(w.page)),
        Fetch(
            headers={
                "Access-Control-Request-Method": "PUT",
                "Cookie": "a=b",
                "Origin": STRANGER,
                "Proxy-Authorization": "a",
                "Sec-Fetch-Site": "none",
            },
            asks=["GET /users"],
        ),
    ),
)
