"""Rows: methods that need permission, and those that need none."""

from typing import Final

from aiohttp_cors import ResourceOptions
from tests.truth_table import programs
from tests.truth_table.programs import echo
from tests.truth_table.words import BLOCKED, STRANGER, Fetch, Sees, classic, fluent, row

_OPAQUE: Final = Sees(status=0, body="", type="opaque")

ROWS: Final = (
    row(
        "PUT, PATCH and DELETE are preflighted and sent",
        fluent(lambda cors, w: cors.origin(w.page).max_age(0), "PUT", "PATCH", "DELETE"),
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
        Fetch(method="PATCH", asks=["OPTIONS /users for PATCH", "PATCH /users"]),
        Fetch(method="DELETE", asks=["OPTIONS /users for DELETE", "DELETE /users"]),
    ),
    row(
        "PUT, PATCH and DELETE of a classic program are preflighted and sent",
        classic(lambda w: {w.page: ResourceOptions()}, "PUT", "PATCH", "DELETE"),
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
        Fetch(method="PATCH", asks=["OPTIONS /users for PATCH", "PATCH /users"]),
        Fetch(method="DELETE", asks=["OPTIONS /users for DELETE", "DELETE /users"]),
    ),
    row(
        "a refused origin sends nothing that needs a preflight",
        fluent(lambda cors, w: cors.origin(STRANGER), "PUT"),
        Fetch(method="PUT", sees=BLOCKED, asks=["OPTIONS /users for PUT"]),
    ),
    row(
        "a refused origin sends nothing that needs a preflight to a classic program",
        classic(lambda w: {STRANGER: ResourceOptions()}, "PUT"),
        Fetch(method="PUT", sees=BLOCKED, asks=["OPTIONS /users for PUT"]),
    ),
    row(
        "a method that is not routed is refused by the preflight",
        fluent(lambda cors, w: cors.origin(w.page)),
        Fetch(method="PUT", sees=BLOCKED, asks=["OPTIONS /users for PUT"]),
    ),
    row(
        "a method that the policy leaves out is refused by the preflight",
        fluent(lambda cors, w: cors.origin(w.page).allow_methods("GET"), "GET", "PUT"),
        Fetch(asks=["GET /users"]),
        Fetch(method="PUT", sees=BLOCKED, asks=["OPTIONS /users for PUT"]),
    ),
    row(
        "a method that the policy names passes the preflight, and its 405 is readable",
        fluent(lambda cors, w: cors.origin(w.page).allow_methods("GET", "PUT")),
        Fetch(
            method="PUT",
            sees=Sees(status=405, body="405: Method Not Allowed"),
            asks=["OPTIONS /users for PUT", "PUT /users"],
        ),
    ),
    row(
        "a classic resource allows the methods that its configuration names",
        programs.CLASSIC_RESOURCE,
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
        Fetch(method="DELETE", sees=BLOCKED, asks=["OPTIONS /users for DELETE"]),
    ),
    row(
        "a POST that the policy leaves out is not readable, though it arrives",
        fluent(lambda cors, w: cors.origin(w.page).allow_methods("GET"), "GET", "POST"),
        Fetch(method="POST", body="text", sees=BLOCKED, asks=["POST /users"]),
    ),
    row(
        "what one route of a classic program was added with allows no other route",
        programs.ONE_CLASSIC_ROUTE,
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
        Fetch(method="DELETE", sees=BLOCKED, asks=["OPTIONS /users for DELETE"]),
        Fetch(sees=BLOCKED, asks=["GET /users"]),
    ),
    row(
        "a route's policy replaces its resource's, and takes nothing over",
        programs.ROUTE_OF_A_RESOURCE,
        Fetch(
            method="PUT",
            headers={"X-A": "1"},
            asks=["OPTIONS /users for PUT with x-a", "PUT /users"],
        ),
        Fetch(
            method="DELETE",
            headers={"X-A": "1"},
            sees=BLOCKED,
            asks=["OPTIONS /users for DELETE with x-a"],
        ),
    ),
    row(
        "one covered route covers no other",
        programs.ONE_ROUTE,
        Fetch(asks=["GET /users"]),
        Fetch(method="POST", sees=BLOCKED, asks=["POST /users"]),
    ),
    row(
        "patch in lower case is not PATCH",
        fluent(lambda cors, w: cors.origin(w.page), "PATCH"),
        Fetch(method="patch", sees=BLOCKED, asks=["OPTIONS /users for patch"]),
    ),
    row(
        "patch in lower case is not PATCH to a classic program",
        classic(lambda w: {w.page: ResourceOptions()}, "PATCH"),
        Fetch(method="patch", sees=BLOCKED, asks=["OPTIONS /users for patch"]),
    ),
    row(
        "put in lower case is PUT",
        fluent(lambda cors, w: cors.origin(w.page), "PUT"),
        Fetch(method="put", asks=["OPTIONS /users for PUT", "PUT /users"]),
    ),
    row(
        "a * route takes any method",
        fluent(lambda cors, w: cors.origin(w.page), "*", handler=echo),
        Fetch(
            method="PURGE",
            sees=Sees(body="PURGE "),
            asks=["OPTIONS /users for PURGE", "PURGE /users"],
        ),
    ),
    row(
        "HEAD follows the policy of GET",
        fluent(lambda cors, w: cors.origin(w.page).expose("X-Custom"), "GET", "HEAD"),
        Fetch(method="HEAD", sees=Sees(body="", headers={"x-custom": "1"}), asks=["HEAD /users"]),
    ),
    row(
        "HEAD of a classic program is readable",
        classic(lambda w: {w.page: ResourceOptions()}, "GET", "HEAD"),
        Fetch(method="HEAD", sees=Sees(body=""), asks=["HEAD /users"]),
    ),
    row(
        "a POST of text needs no preflight",
        fluent(lambda cors, w: cors.origin(w.page), "POST", handler=echo),
        Fetch(method="POST", body="text", sees=Sees(body="POST text"), asks=["POST /users"]),
    ),
    row(
        "a script cannot send TRACE",
        fluent(lambda cors, w: cors.origin(w.page).allow_any_method(), "*"),
        Fetch(method="TRACE", sees=BLOCKED),
    ),
    row(
        "an opaque answer shows nothing, and needs no permission",
        fluent(lambda cors, w: cors.origin(STRANGER), "GET", "POST"),
        Fetch(mode="no-cors", sees=_OPAQUE, asks=["GET /users without origin"]),
        Fetch(method="POST", body="text", mode="no-cors", sees=_OPAQUE, asks=["POST /users"]),
    ),
    row(
        "a request that must stay at its origin is not sent to another",
        fluent(lambda cors, w: cors.origin(w.page)),
        Fetch(mode="same-origin", sees=BLOCKED),
    ),
)
