"""Rows: which pages a policy lets in, by their origin."""

from typing import Final

from aiohttp_cors import LiveOrigins, ResourceOptions
from tests.truth_table.words import BLOCKED, STRANGER, Fetch, Sees, classic, fluent, row

ROWS: Final = (
    row(
        "a page whose origin is named reads the answer",
        fluent(lambda cors, w: cors.origin(w.page)),
        Fetch(asks=["GET /users"]),
    ),
    row(
        "a page whose origin is named reads the answer of a classic program",
        classic(lambda w: {w.page: ResourceOptions()}),
        Fetch(asks=["GET /users"]),
    ),
    row(
        "a page whose origin is not named reads nothing, though its request arrives",
        fluent(lambda cors, w: cors.origin(STRANGER), "GET", "POST"),
        Fetch(sees=BLOCKED, asks=["GET /users"]),
        Fetch(method="POST", body="text", sees=BLOCKED, asks=["POST /users"]),
    ),
    row(
        "a page whose origin is not named reads nothing of a classic program",
        classic(lambda w: {STRANGER: ResourceOptions()}),
        Fetch(sees=BLOCKED, asks=["GET /users"]),
    ),
    row(
        "every page reads what any origin may",
        fluent(lambda cors, w: cors.any_origin()),
        Fetch(asks=["GET /users"]),
    ),
    row(
        "every page reads what * allows in a classic program",
        classic(lambda w: {"*": ResourceOptions()}, "GET", "PUT"),
        Fetch(asks=["GET /users"]),
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
    ),
    row(
        "a pattern for any port allows the page",
        fluent(lambda cors, w: cors.origin("http://localhost:*"), "GET", "PUT"),
        Fetch(asks=["GET /users"]),
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
    ),
    row(
        "a pattern for any port allows the page of a classic program",
        classic(lambda w: {"http://localhost:*": ResourceOptions()}),
        Fetch(asks=["GET /users"]),
    ),
    row(
        "a pattern for any port of another host does not allow the page",
        fluent(lambda cors, w: cors.origin("http://127.0.0.1:*")),
        Fetch(sees=BLOCKED, asks=["GET /users"]),
    ),
    row(
        "a pattern for subdomains allows a page of a subdomain",
        fluent(lambda cors, w: cors.origin("http://*.localhost:*"), "PUT"),
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
        page="subdomain",
    ),
    row(
        "a pattern for subdomains does not allow a page of the bare domain",
        fluent(lambda cors, w: cors.origin("http://*.localhost:*")),
        Fetch(sees=BLOCKED, asks=["GET /users"]),
    ),
    row(
        "a predicate allows the page",
        fluent(lambda cors, w: cors.origin_where(lambda origin: origin == w.page)),
        Fetch(asks=["GET /users"]),
    ),
    row(
        "a live set of origins allows the page",
        fluent(lambda cors, w: cors.origin(LiveOrigins([w.page])).allow_credentials()),
        Fetch(credentials="include", asks=["GET /users"]),
    ),
    row(
        "the exact origin decides alone, also behind a pattern that allows more",
        fluent(
            lambda cors, w: (
                cors.origin("http://localhost:*").allow_headers("X-A").origin(w.page).max_age(0)
            ),
            "PUT",
        ),
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
        Fetch(
            method="PUT",
            headers={"X-A": "1"},
            sees=BLOCKED,
            asks=["OPTIONS /users for PUT with x-a"],
        ),
    ),
    row(
        "a page with an opaque origin reads what any origin may",
        fluent(lambda cors, w: cors.any_origin(), "PUT"),
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
        page="sandbox",
    ),
    row(
        "a page with an opaque origin reads what * allows in a classic program",
        classic(lambda w: {"*": ResourceOptions()}),
        Fetch(asks=["GET /users"]),
        page="sandbox",
    ),
    row(
        "a predicate is not asked about a page with an opaque origin",
        fluent(lambda cors, w: cors.origin_where(lambda origin: True)),
        Fetch(sees=BLOCKED, asks=["GET /users"]),
        page="sandbox",
    ),
    row(
        "a page of the program's own origin needs no permission",
        fluent(lambda cors, w: cors.origin(STRANGER), "GET", "PUT"),
        Fetch(
            sees=Sees(type="basic", headers={"x-custom": "1", "x-other": "2", "vary": "Origin"}),
            asks=["GET /users without origin"],
        ),
        Fetch(
            method="PUT",
            headers={"X-A": "1"},
            sees=Sees(type="basic", headers={"x-custom": "1", "x-other": "2", "vary": "Origin"}),
            asks=["PUT /users"],
        ),
        page="api",
    ),
)
