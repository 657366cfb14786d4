"""Rows: redirects, within one server and from one to the other."""

from typing import Final

from aiohttp_cors import ResourceOptions
from tests.truth_table import programs
from tests.truth_table.programs import redirecting, redirecting_classically
from tests.truth_table.words import BLOCKED, Fetch, Sees, classic, fluent, row

_REDIRECTED: Final = Sees(body="GET ", redirected=True)

ROWS: Final = (
    row(
        "a redirect within the program is followed",
        redirecting(lambda w: "/users"),
        Fetch("/old", sees=_REDIRECTED, asks=["GET /old", "GET /users"]),
    ),
    row(
        "a redirect within a classic program is followed",
        redirecting_classically(lambda w: "/users", 307),
        Fetch(
            "/old",
            method="PUT",
            headers={"X-A": "1"},
            body="text",
            sees=Sees(body="PUT text", redirected=True),
            asks=[
                "OPTIONS /old for PUT with x-a",
                "PUT /old",
                "OPTIONS /users for PUT with x-a",
                "PUT /users",
            ],
        ),
    ),
    row(
        "a redirect that nobody covers is not followed",
        redirecting(lambda w: "/users", covered=False),
        Fetch("/old", sees=BLOCKED, asks=["GET /old"]),
    ),
    row(
        "a redirect to what nobody covers is followed and not readable",
        redirecting(lambda w: "/nothing"),
        Fetch("/old", sees=BLOCKED, asks=["GET /old", "GET /nothing"]),
    ),
    row(
        "a redirect to another origin makes the page's origin opaque, and any origin reads",
        redirecting(lambda w: f"{w.other}/users"),
        Fetch(
            "/old",
            sees=Sees(redirected=True),
            asks=["GET /old", "GET /users at other from null"],
        ),
        other=fluent(lambda cors, w: cors.any_origin()),
    ),
    row(
        "a redirect between classic programs that allow * is readable with an opaque origin",
        redirecting_classically(lambda w: f"{w.other}/users"),
        Fetch(
            "/old",
            sees=Sees(redirected=True),
            asks=["GET /old", "GET /users at other from null"],
        ),
        other=classic(lambda w: {"*": ResourceOptions()}),
    ),
    row(
        "a redirect to another origin that names the page is not readable",
        redirecting(lambda w: f"{w.other}/users"),
        Fetch("/old", sees=BLOCKED, asks=["GET /old", "GET /users at other from null"]),
        other=fluent(lambda cors, w: cors.origin(w.page)),
    ),
    row(
        "a cookie follows a redirect to another origin, and its answer is not readable",
        redirecting(lambda w: f"{w.other}/users"),
        Fetch(
            "/session",
            at="other",
            method="POST",
            credentials="include",
            sees=Sees(body="welcome"),
            asks=["POST /session at other"],
        ),
        Fetch(
            "/old",
            credentials="include",
            sees=BLOCKED,
            asks=["GET /old and cookie ada", "GET /users at other from null and cookie ada"],
        ),
        other=programs.FLUENT_LOGIN,
    ),
    row(
        "a redirect from the page's own origin to another keeps the page's origin",
        redirecting(lambda w: f"{w.other}/users"),
        Fetch(
            "/old",
            sees=Sees(redirected=True),
            asks=["GET /old without origin", "GET /users at other"],
        ),
        other=fluent(lambda cors, w: cors.origin(w.page)),
        page="api",
    ),
    row(
        "a redirect from another origin to the page's own is not readable without permission",
        fluent(lambda cors, w: cors.origin(w.page)),
        Fetch("/old", at="other", sees=BLOCKED, asks=["GET /old at other", "GET /users from null"]),
        other=redirecting_classically(lambda w: f"{w.api}/users"),
        page="api",
    ),
    row(
        "a redirect from another origin to the page's own is readable to any origin",
        fluent(lambda cors, w: cors.any_origin()),
        Fetch(
            "/old",
            at="other",
            sees=Sees(redirected=True),
            asks=["GET /old at other", "GET /users from null"],
        ),
        other=redirecting_classically(lambda w: f"{w.api}/users"),
        page="api",
    ),
    row(
        "a preflighted request is preflighted again where it is redirected to",
        redirecting(lambda w: f"{w.other}/users", 307),
        Fetch(
            "/old",
            method="PUT",
            sees=Sees(redirected=True),
            asks=[
                "OPTIONS /old for PUT",
                "PUT /old",
                "OPTIONS /users at other for PUT from null",
                "PUT /users at other from null",
            ],
        ),
        other=fluent(lambda cors, w: cors.any_origin(), "PUT"),
    ),
    row(
        "a preflighted request stops where its redirect leads to a refusal",
        redirecting(lambda w: f"{w.other}/users", 308),
        Fetch(
            "/old",
            method="PUT",
            sees=BLOCKED,
            asks=[
                "OPTIONS /old for PUT",
                "PUT /old",
                "OPTIONS /users at other for PUT from null",
            ],
        ),
        other=fluent(lambda cors, w: cors.origin(w.page), "PUT"),
    ),
    row(
        "303 turns PUT into GET, which needs no preflight",
        redirecting(lambda w: "/users", 303),
        Fetch(
            "/old",
            method="PUT",
            body="text",
            sees=_REDIRECTED,
            asks=["OPTIONS /old for PUT", "PUT /old", "GET /users"],
        ),
    ),
    row(
        "302 turns POST into GET and takes the Content-Type away",
        redirecting(lambda w: "/users", 302),
        Fetch(
            "/old",
            method="POST",
            headers={"Content-Type": "application/json"},
            body="{}",
            sees=_REDIRECTED,
            asks=["OPTIONS /old for POST with content-type", "POST /old", "GET /users"],
        ),
    ),
    row(
        "a redirect to another origin takes Authorization away",
        redirecting(lambda w: f"{w.other}/users"),
        Fetch(
            "/old",
            headers={"Authorization": "Bearer a"},
            sees=Sees(redirected=True),
            asks=[
                "OPTIONS /old for GET with authorization",
                "GET /old, authorized",
                "GET /users at other from null",
            ],
        ),
        other=fluent(lambda cors, w: cors.any_origin()),
    ),
    row(
        "a page that follows redirects by hand sees nothing of them",
        redirecting(lambda w: "/users"),
        Fetch(
            "/old",
            redirect="manual",
            sees=Sees(status=0, body="", type="opaqueredirect"),
            asks=["GET /old"],
        ),
        Fetch("/old", redirect="error", sees=BLOCKED, asks=["GET /old"]),
    ),
)
