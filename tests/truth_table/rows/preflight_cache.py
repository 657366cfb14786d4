"""Rows: what a browser remembers of a preflight, and for what it asks again."""

from typing import Final

from aiohttp_cors import ResourceOptions
from tests.truth_table import programs
from tests.truth_table.programs import token_for_put
from tests.truth_table.words import BLOCKED, Fetch, classic, fluent, row

_TOKEN: Final = {"X-CSRF-Token": "1"}


def _with_token(method: str, path: str = "/users") -> Fetch:
    """A request with the token and with cookies that is allowed and remembered for no moment."""
    return Fetch(
        path,
        method=method,
        headers=_TOKEN,
        credentials="include",
        asks=[f"OPTIONS {path} for {method} with x-csrf-token", f"{method} {path}"],
    )


def _no_token(method: str, path: str = "/users") -> Fetch:
    """A request with the token and with cookies that ends with its preflight."""
    return Fetch(
        path,
        method=method,
        headers=_TOKEN,
        credentials="include",
        sees=BLOCKED,
        asks=[f"OPTIONS {path} for {method} with x-csrf-token"],
    )


ROWS: Final = (
    row(
        "a preflight is remembered for as long as the policy says",
        fluent(lambda cors, w: cors.origin(w.page).max_age(600), "PUT"),
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
        Fetch(method="PUT", asks=["PUT /users"]),
    ),
    row(
        "a preflight of a classic program is remembered",
        classic(lambda w: {w.page: ResourceOptions(max_age=600)}, "PUT"),
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
        Fetch(method="PUT", asks=["PUT /users"]),
    ),
    row(
        "nothing is remembered with max-age 0",
        fluent(lambda cors, w: cors.origin(w.page).max_age(0), "PUT"),
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
    ),
    row(
        "nothing of a classic program is remembered with max-age 0",
        classic(lambda w: {w.page: ResourceOptions(max_age=0)}, "PUT"),
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
    ),
    row(
        "one preflight serves all methods and headers of a policy",
        fluent(
            lambda cors, w: cors.origin(w.page).allow_headers("X-A", "X-B").max_age(600),
            "PUT",
            "DELETE",
        ),
        Fetch(
            method="PUT",
            headers={"X-A": "1"},
            asks=["OPTIONS /users for PUT with x-a", "PUT /users"],
        ),
        Fetch(method="DELETE", headers={"X-A": "1", "X-B": "2"}, asks=["DELETE /users"]),
    ),
    row(
        "a preflight of a classic program serves its own method only",
        classic(lambda w: {w.page: ResourceOptions(max_age=600)}, "PUT", "DELETE"),
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
        Fetch(method="DELETE", asks=["OPTIONS /users for DELETE", "DELETE /users"]),
        Fetch(method="PUT", asks=["PUT /users"]),
    ),
    row(
        "a preflight of a classic program serves its own headers only",
        classic(lambda w: {w.page: ResourceOptions(allow_headers=["X-A", "X-B"], max_age=600)}),
        Fetch(headers={"X-A": "1"}, asks=["OPTIONS /users for GET with x-a", "GET /users"]),
        Fetch(headers={"X-B": "1"}, asks=["OPTIONS /users for GET with x-b", "GET /users"]),
        Fetch(headers={"X-A": "1"}, asks=["GET /users"]),
    ),
    row(
        "where any header is allowed, a preflight serves those that it named",
        fluent(lambda cors, w: cors.origin(w.page).allow_any_header().max_age(600)),
        Fetch(headers={"X-A": "1"}, asks=["OPTIONS /users for GET with x-a", "GET /users"]),
        Fetch(headers={"X-B": "1"}, asks=["OPTIONS /users for GET with x-b", "GET /users"]),
    ),
    row(
        "a preflight is remembered for its URL only",
        fluent(lambda cors, w: cors.origin(w.page).max_age(600), "PUT", path="/users/{id}"),
        Fetch("/users/1", method="PUT", asks=["OPTIONS /users/1 for PUT", "PUT /users/1"]),
        Fetch("/users/2", method="PUT", asks=["OPTIONS /users/2 for PUT", "PUT /users/2"]),
        Fetch("/users/1?a", method="PUT", asks=["OPTIONS /users/1?a for PUT", "PUT /users/1?a"]),
        Fetch("/users/1", method="PUT", asks=["PUT /users/1"]),
    ),
    row(
        "a preflight without credentials does not serve a request with them",
        fluent(lambda cors, w: cors.origin(w.page).allow_credentials().max_age(600), "PUT"),
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
        Fetch(
            method="PUT",
            credentials="include",
            asks=["OPTIONS /users for PUT", "PUT /users"],
        ),
    ),
    row(
        "a preflight with credentials serves a request without them",
        fluent(lambda cors, w: cors.origin(w.page).allow_credentials().max_age(600), "PUT"),
        Fetch(
            method="PUT",
            credentials="include",
            asks=["OPTIONS /users for PUT", "PUT /users"],
        ),
        Fetch(method="PUT", asks=["PUT /users"]),
    ),
    row(
        "a preflight of one policy does not combine with another's on the same path",
        programs.TWO_POLICIES,
        Fetch(
            method="PUT",
            headers={"X-A": "1"},
            asks=["OPTIONS /users for PUT with x-a", "PUT /users"],
        ),
        Fetch(method="DELETE", asks=["OPTIONS /users for DELETE", "DELETE /users"]),
        Fetch(
            method="DELETE",
            headers={"X-A": "1"},
            sees=BLOCKED,
            asks=["OPTIONS /users for DELETE with x-a"],
        ),
    ),
    row(
        "a preflight of a route's policy does not combine with that of everywhere",
        programs.TWO_POLICIES_BELOW_EVERYWHERE,
        Fetch(method="DELETE", asks=["OPTIONS /users for DELETE", "DELETE /users"]),
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
        "a token that PUT may carry brings no POST that the policy leaves out",
        fluent(token_for_put, "PUT", "POST"),
        _no_token("POST"),
        _with_token("PUT"),
        _no_token("POST"),
        _with_token("PUT"),
        _no_token("POST"),
    ),
    row(
        "a token that PUT may carry brings no GET and no HEAD that the policy leaves out",
        fluent(token_for_put, "GET", "HEAD", "PUT"),
        _with_token("PUT"),
        _no_token("GET"),
        _no_token("HEAD"),
    ),
    row(
        "a token that PUT may carry brings no POST to a * route",
        fluent(token_for_put, "*"),
        _with_token("PUT"),
        _no_token("POST"),
        _no_token("GET"),
    ),
    row(
        "a token that PUT may carry brings no POST to the other half of a split path",
        programs.TOKEN_ON_A_SPLIT_PATH,
        _with_token("PUT"),
        _no_token("POST"),
        _no_token("POST"),
    ),
    row(
        "a token that PUT may carry brings no POST to the half of a path that nobody covers",
        programs.TOKEN_BESIDE_WHAT_NOBODY_COVERS,
        _with_token("PUT"),
        _no_token("POST"),
        _no_token("POST"),
    ),
    row(
        "a token that PUT may carry brings no POST to a pattern that matches its path",
        programs.TOKEN_EVERYWHERE,
        _with_token("PUT", "/users/me"),
        _no_token("POST", "/users/me"),
    ),
    row(
        "where the policy names every method that is routed, its token is remembered",
        fluent(
            lambda cors, w: (
                cors.origin(w.page)
                .allow_headers("X-CSRF-Token")
                .allow_methods("PUT", "POST")
                .max_age(600)
            ),
            "PUT",
            "POST",
        ),
        Fetch(
            method="PUT",
            headers=_TOKEN,
            asks=["OPTIONS /users for PUT with x-csrf-token", "PUT /users"],
        ),
        Fetch(method="POST", headers=_TOKEN, asks=["POST /users"]),
    ),
    # The classic API answers as it always did, and the documentation says so.
    row(
        "a token that PUT of a classic program may carry brings a POST as well",
        programs.CLASSIC_TOKEN,
        _no_token("POST"),
        _with_token("PUT"),
        Fetch(
            method="POST",
            headers=_TOKEN,
            credentials="include",
            sees=BLOCKED,
            asks=["POST /users"],
        ),
    ),
    row(
        "a token of a classic program that forbids to remember brings nothing else",
        programs.CLASSIC_TOKEN_WITHOUT_MEMORY,
        _with_token("PUT"),
        _no_token("POST"),
    ),
)
