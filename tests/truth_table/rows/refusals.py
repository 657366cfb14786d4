"""Rows: preflights that are refused to an origin that is allowed, and what they leave behind.

Such an answer may be a 200 that says what is allowed. The browser then blocks by itself, and nothing that
it keeps of the answer may let a refused request pass later.
"""

from typing import Final

from aiohttp_cors import ResourceOptions
from tests.truth_table import programs
from tests.truth_table.words import BLOCKED, STRANGER, Fetch, classic, fluent, row


def _refused(method: str, *names: str) -> Fetch:
    """A fetch that ends with its preflight."""
    asks = f"OPTIONS /users for {method}"
    return Fetch(
        method=method,
        headers=dict.fromkeys(names, "1"),
        sees=BLOCKED,
        asks=[f"{asks} with {','.join(names).lower()}" if names else asks],
    )


def _allowed(method: str, *names: str) -> Fetch:
    """A fetch that takes a preflight."""
    asks = f"OPTIONS /users for {method}"
    return Fetch(
        method=method,
        headers=dict.fromkeys(names, "1"),
        asks=[f"{asks} with {','.join(names).lower()}" if names else asks, f"{method} /users"],
    )


def _included(fetch: Fetch) -> Fetch:
    """The same with cookies."""
    return Fetch(
        method=fetch.method,
        headers=fetch.headers,
        credentials="include",
        sees=fetch.sees,
        asks=fetch.asks,
    )


ROWS: Final = (
    row(
        "a refused header blocks twice in a row, and after an allowed one",
        fluent(lambda cors, w: cors.origin(w.page).allow_headers("X-A").max_age(600), "GET", "PUT"),
        _refused("GET", "X-Debug"),
        _refused("GET", "X-Debug"),
        _allowed("PUT", "X-A"),
        _refused("PUT", "X-A", "X-Debug"),
        _refused("GET", "X-Debug"),
    ),
    row(
        "a refused header blocks a request with cookies",
        fluent(
            lambda cors, w: (
                cors.origin(w.page).allow_credentials().allow_headers("X-A").max_age(600)
            ),
            "PUT",
        ),
        _included(_refused("PUT", "X-Debug")),
        _included(_allowed("PUT", "X-A")),
        _included(_refused("PUT", "X-Debug")),
    ),
    row(
        "a header is refused where none is allowed",
        fluent(lambda cors, w: cors.origin(w.page).max_age(600), "PUT"),
        _refused("PUT", "X-Debug"),
        _allowed("PUT"),
        _refused("PUT", "X-Debug"),
    ),
    row(
        "a header is refused though any method is allowed",
        fluent(
            lambda cors, w: (
                cors.origin(w.page).allow_any_method().allow_headers("X-A").max_age(600)
            ),
            "*",
        ),
        _refused("PUT", "X-Debug"),
        _allowed("PUT", "X-A"),
        _refused("PUT", "X-Debug"),
        _refused("POST", "X-Debug"),
    ),
    row(
        "a header is refused to every page where any origin is allowed",
        fluent(lambda cors, w: cors.any_origin().allow_headers("X-A").max_age(600), "PUT"),
        _refused("PUT", "X-Debug"),
        _allowed("PUT", "X-A"),
        _refused("PUT", "X-Debug"),
    ),
    row(
        "a refused method blocks twice in a row, and after an allowed one",
        fluent(lambda cors, w: cors.origin(w.page).max_age(600), "GET", "PUT"),
        _refused("DELETE"),
        _refused("DELETE"),
        Fetch(asks=["GET /users"]),
        _refused("DELETE"),
    ),
    row(
        "a refused method blocks after an allowed one that was remembered",
        fluent(lambda cors, w: cors.origin(w.page).max_age(600), "PUT"),
        _allowed("PUT"),
        _refused("DELETE"),
        _refused("DELETE"),
    ),
    row(
        "several refused methods block, whatever was allowed before",
        fluent(lambda cors, w: cors.origin(w.page).max_age(600), "GET", "PUT", "PATCH"),
        _allowed("PATCH"),
        Fetch(method="PUT", asks=["PUT /users"]),
        _refused("DELETE"),
        _refused("PURGE"),
        _refused("DELETE"),
    ),
    row(
        "a method that the policy leaves out is refused though every header is allowed",
        fluent(
            lambda cors, w: (
                cors.origin(w.page).allow_any_header().allow_methods("GET", "PUT").max_age(600)
            ),
            "GET",
            "PUT",
            "DELETE",
        ),
        _refused("DELETE", "X-A"),
        _refused("DELETE", "X-A"),
        _allowed("PUT", "X-A"),
        _refused("DELETE", "X-A"),
    ),
    row(
        "a method is refused together with a header",
        fluent(lambda cors, w: cors.origin(w.page).allow_headers("X-A").max_age(600), "PUT"),
        _refused("DELETE", "X-Debug"),
        _allowed("PUT", "X-A"),
        _refused("DELETE", "X-A"),
        _refused("PUT", "X-Debug"),
    ),
    row(
        "patch in lower case is refused twice in a row, and after PATCH",
        fluent(lambda cors, w: cors.origin(w.page).max_age(600), "PATCH"),
        _refused("patch"),
        _refused("patch"),
        _allowed("PATCH"),
        _refused("patch"),
    ),
    row(
        "a refused header of one policy stays refused beside another's on the same path",
        programs.TWO_POLICIES,
        _refused("PUT", "X-Debug"),
        _refused("DELETE", "X-A"),
        _allowed("PUT", "X-A"),
        _refused("DELETE", "X-A"),
        _refused("PUT", "X-Debug"),
    ),
    row(
        "a refused origin is told nothing, whatever it asks for",
        fluent(lambda cors, w: cors.origin(STRANGER).allow_headers("X-A").max_age(600), "PUT"),
        _refused("PUT", "X-Debug"),
        _refused("DELETE"),
        _refused("PUT", "X-A"),
    ),
    row(
        "a refused header and a refused method block in a classic program",
        classic(
            lambda w: {w.page: ResourceOptions(allow_headers=["X-A"], max_age=600)}, "GET", "PUT"
        ),
        _refused("PUT", "X-Debug"),
        _refused("PUT", "X-Debug"),
        _allowed("PUT", "X-A"),
        _refused("PUT", "X-Debug"),
        _refused("DELETE"),
        _refused("DELETE"),
    ),
)
