"""Rows: what other servers say and this library does not; the browser's side alone."""

from typing import Final

from aiohttp_cors import ResourceOptions
from tests.truth_table import programs
from tests.truth_table.words import BLOCKED, STRANGER, Fetch, Sees, by_hand, classic, row

_ALLOW_PAGE: Final = {"Access-Control-Allow-Origin": "PAGE"}
_ALLOW_ANY: Final = {"Access-Control-Allow-Origin": "*"}
_ANYTHING: Final = {
    **_ALLOW_ANY,
    "Access-Control-Allow-Methods": "*",
    "Access-Control-Allow-Headers": "*",
}
_WITH_CREDENTIALS: Final = {**_ALLOW_PAGE, "Access-Control-Allow-Credentials": "true"}

# What other servers say and this library does not: here only the model is held against engines.
ROWS: Final = (
    row(
        "* allows every method and header without credentials",
        by_hand(preflight=_ANYTHING, actual=_ALLOW_ANY),
        Fetch(
            method="PUT",
            headers={"X-A": "1"},
            asks=["OPTIONS /users for PUT with x-a", "PUT /users"],
        ),
    ),
    row(
        "* is no method that a page can ask for",
        classic(lambda w: {w.page: ResourceOptions(allow_methods="*", max_age=600)}),
        Fetch(method="*", sees=BLOCKED, asks=["OPTIONS /users for *"]),
    ),
    row(
        "* is no method where credentials are included",
        by_hand(
            preflight={**_WITH_CREDENTIALS, "Access-Control-Allow-Methods": "*"},
            actual=_WITH_CREDENTIALS,
        ),
        Fetch(method="PUT", credentials="include", sees=BLOCKED, asks=["OPTIONS /users for PUT"]),
    ),
    row(
        "a failed request takes back what was remembered of its URL",
        by_hand(
            preflight={
                "Access-Control-Allow-Origin": "*",
                "Access-Control-Allow-Methods": "PUT",
                "Access-Control-Max-Age": "600",
            },
            actual={},
        ),
        Fetch(method="PUT", sees=BLOCKED, asks=["OPTIONS /users for PUT", "PUT /users"]),
        Fetch(method="PUT", sees=BLOCKED, asks=["OPTIONS /users for PUT", "PUT /users"]),
    ),
    row(
        "a preflight that did not suffice is not remembered",
        by_hand(
            preflight={
                **_WITH_CREDENTIALS,
                "Access-Control-Allow-Methods": "*",
                "Access-Control-Max-Age": "600",
            },
            actual=_WITH_CREDENTIALS,
        ),
        Fetch(method="PUT", credentials="include", sees=BLOCKED, asks=["OPTIONS /users for PUT"]),
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
    ),
    row(
        "* is no header where credentials are included",
        by_hand(
            preflight={**_WITH_CREDENTIALS, "Access-Control-Allow-Headers": "*"},
            actual=_WITH_CREDENTIALS,
        ),
        Fetch(
            headers={"X-A": "1"},
            credentials="include",
            sees=BLOCKED,
            asks=["OPTIONS /users for GET with x-a"],
        ),
    ),
    row(
        "* exposes no header where credentials are included",
        by_hand(
            preflight={},
            actual={**_WITH_CREDENTIALS, "Access-Control-Expose-Headers": "*"},
        ),
        Fetch(credentials="include", asks=["GET /users"]),
    ),
    row(
        "* does not cover Authorization",
        by_hand(preflight=_ANYTHING, actual=_ALLOW_ANY),
        Fetch(
            headers={"Authorization": "Bearer a"},
            sees=BLOCKED,
            asks=["OPTIONS /users for GET with authorization"],
        ),
    ),
    row(
        "a preflight passes with 204 and not with 404",
        by_hand(preflight=_ANYTHING, actual=_ALLOW_ANY, preflight_status=204),
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
        Fetch(at="other", method="PUT", sees=BLOCKED, asks=["OPTIONS /users at other for PUT"]),
        other=by_hand(preflight=_ANYTHING, actual=_ALLOW_ANY, preflight_status=404),
    ),
    row(
        "a preflight is not redirected",
        by_hand(
            preflight={**_ANYTHING, "Location": "/users"},
            actual=_ALLOW_ANY,
            preflight_status=307,
        ),
        Fetch(method="PUT", sees=BLOCKED, asks=["OPTIONS /users for PUT"]),
    ),
    row(
        "two allowed origins in one header are none",
        by_hand(preflight={}, actual={"Access-Control-Allow-Origin": f"PAGE, {STRANGER}"}),
        Fetch(sees=BLOCKED, asks=["GET /users"]),
    ),
    row(
        "an allowed origin with a slash at its end is another",
        by_hand(preflight={}, actual={"Access-Control-Allow-Origin": "PAGE/"}),
        Fetch(sees=BLOCKED, asks=["GET /users"]),
    ),
    row(
        "credentials are allowed by true and not by True",
        by_hand(preflight={}, actual={**_ALLOW_PAGE, "Access-Control-Allow-Credentials": "True"}),
        Fetch(credentials="include", sees=BLOCKED, asks=["GET /users"]),
    ),
    row(
        "methods that are no tokens spoil a preflight",
        by_hand(
            preflight={**_ALLOW_ANY, "Access-Control-Allow-Methods": "PUT, DEL ETE"},
            actual=_ALLOW_ANY,
        ),
        Fetch(method="PUT", sees=BLOCKED, asks=["OPTIONS /users for PUT"]),
    ),
    row(
        "GET, HEAD and POST pass, whatever methods a preflight allows",
        by_hand(
            preflight={
                **_ALLOW_ANY,
                "Access-Control-Allow-Methods": "PUT",
                "Access-Control-Allow-Headers": "X-A",
            },
            actual=_ALLOW_ANY,
        ),
        Fetch(
            method="POST",
            headers={"X-A": "1"},
            asks=["OPTIONS /users for POST with x-a", "POST /users"],
        ),
    ),
    row(
        "cookies of the page's own origin are kept and sent, unless the page omits credentials",
        programs.UNCOVERED_LOGIN,
        Fetch(
            "/session",
            method="POST",
            sees=Sees(body="welcome", type="basic"),
            asks=["POST /session"],
        ),
        Fetch(
            sees=Sees(type="basic", headers={"x-custom": "1", "x-other": "2"}),
            asks=["GET /users without origin and cookie ada"],
        ),
        Fetch(
            credentials="omit",
            sees=Sees(type="basic", headers={"x-custom": "1", "x-other": "2"}),
            asks=["GET /users without origin"],
        ),
        page="api",
    ),
    row(
        "a negative Max-Age forbids to remember a preflight",
        by_hand(
            preflight={
                **_ALLOW_ANY,
                "Access-Control-Allow-Methods": "PUT",
                "Access-Control-Max-Age": "-1",
            },
            actual=_ALLOW_ANY,
        ),
        *[Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"])] * 2,
    ),
)
