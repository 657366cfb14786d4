"""Rows: routes of a classic resource that were not added, beside one that was."""

from collections.abc import Sequence
from typing import Final

from aiohttp_cors import ResourceOptions
from tests.truth_table import programs
from tests.truth_table.programs import added_routes
from tests.truth_table.words import BLOCKED, STRANGER, Fetch, Sees, row

_PLAIN: Final = ResourceOptions()
_WITH_CREDENTIALS: Final = ResourceOptions(allow_credentials=True, max_age=600)
_ANY_METHOD: Final = ResourceOptions(allow_methods="*")


def _covered(*methods: str) -> Sequence[Fetch]:
    """Fetches of which each is preflighted and readable; ``GET`` and ``POST`` are readable."""
    return [
        Fetch(method=method, asks=[f"{method} /users"])
        if method in {"GET", "POST"}
        else Fetch(method=method, asks=[f"OPTIONS /users for {method}", f"{method} /users"])
        for method in methods
    ]


def _refused(*methods: str) -> Sequence[Fetch]:
    """Fetches that are blocked: ``GET`` and ``POST`` arrive, and are not readable."""
    return [
        Fetch(
            method=method,
            credentials=credentials,
            sees=BLOCKED,
            asks=[
                f"{method} /users" if method in {"GET", "POST"} else f"OPTIONS /users for {method}"
            ],
        )
        for method in methods
        for credentials in ("same-origin", "include")
    ]


def _refused_with_header(method: str) -> Fetch:
    return Fetch(
        method=method,
        headers={"X-A": "1"},
        sees=BLOCKED,
        asks=[f"OPTIONS /users for {method} with x-a"],
    )


ROWS: Final = (
    row(
        "a route that was left out beside an added one is not covered by the defaults",
        added_routes(
            "GET",
            defaults={"PAGE": _WITH_CREDENTIALS},
            left_out=["POST", "PUT", "DELETE"],
        ),
        *_covered("GET"),
        *_refused("POST", "PUT", "DELETE"),
        _refused_with_header("POST"),
    ),
    row(
        "a route that was left out beside an added one is not covered by * of the defaults",
        added_routes("PUT", defaults={"*": _WITH_CREDENTIALS}, left_out=["GET", "POST", "DELETE"]),
        *_covered("PUT"),
        *_refused("GET", "POST", "DELETE"),
    ),
    row(
        "a route that was left out beside an added one is not covered by its resource",
        added_routes("GET", resource={"PAGE": _WITH_CREDENTIALS}, left_out=["POST", "PUT"]),
        *_covered("GET"),
        *_refused("POST", "PUT"),
    ),
    row(
        "a route that was left out is covered where the defaults name its method",
        added_routes(
            "GET",
            defaults={"PAGE": ResourceOptions(allow_methods=["PUT", "POST"])},
            left_out=["POST", "PUT", "DELETE"],
        ),
        *_covered("GET", "POST", "PUT"),
        *_refused("DELETE"),
    ),
    row(
        "routes that were left out are covered where the defaults name *",
        added_routes("GET", defaults={"*": _ANY_METHOD}, left_out=["POST", "PUT", "DELETE"]),
        *_covered("GET", "POST", "PUT", "DELETE"),
    ),
    row(
        "a route that was left out is covered where its resource names its method",
        added_routes(
            "GET",
            resource={"PAGE": ResourceOptions(allow_methods=["put"])},
            left_out=["PUT", "POST"],
        ),
        *_covered("GET", "PUT"),
        *_refused("POST"),
    ),
    row(
        "a route that was left out is covered where the route that was added first names it",
        added_routes(
            "GET",
            "DELETE",
            options={"PAGE": ResourceOptions(allow_methods=["PUT"])},
            defaults={"PAGE": _PLAIN},
            left_out=["PUT", "POST"],
        ),
        *_covered("GET", "DELETE", "PUT"),
        *_refused("POST"),
    ),
    row(
        "the options that decide for the origin have to name what was left out, and no others",
        added_routes(
            "GET",
            defaults={"PAGE": _PLAIN, "*": _ANY_METHOD, STRANGER: _ANY_METHOD},
            left_out=["POST", "PUT"],
        ),
        *_covered("GET"),
        *_refused("POST", "PUT"),
    ),
    row(
        "the resource decides before the defaults about what was left out",
        added_routes(
            "GET",
            resource={"PAGE": _PLAIN},
            defaults={"PAGE": _ANY_METHOD},
            left_out=["POST", "PUT"],
        ),
        *_covered("GET"),
        *_refused("POST", "PUT"),
    ),
    row(
        "where no route was added, the resource covers every route and preflights what it names",
        added_routes(
            resource={"PAGE": ResourceOptions(allow_methods=["PUT"])},
            left_out=["GET", "POST", "PUT", "DELETE"],
        ),
        *_covered("GET", "POST", "PUT"),
        Fetch(method="DELETE", sees=BLOCKED, asks=["OPTIONS /users for DELETE"]),
    ),
    row(
        "a second added route has nothing of the first one's configuration",
        added_routes("PUT", "DELETE", options={"PAGE": _WITH_CREDENTIALS}),
        *_covered("PUT"),
        *_refused("DELETE"),
    ),
    row(
        "HEAD beside an added GET is decided as GET, where it is named",
        programs.HEAD_BESIDE_GET,
        Fetch(method="HEAD", sees=Sees(body="", headers={"x-custom": "1"}), asks=["HEAD /users"]),
        Fetch(
            method="HEAD",
            headers={"X-A": "1"},
            sees=Sees(body="", headers={"x-custom": "1"}),
            asks=["OPTIONS /users for HEAD with x-a", "HEAD /users"],
        ),
        Fetch(
            method="HEAD",
            headers={"X-B": "1"},
            sees=BLOCKED,
            asks=["OPTIONS /users for HEAD with x-b"],
        ),
    ),
    row(
        "HEAD beside an added PUT is left out",
        added_routes("PUT", defaults={"PAGE": _PLAIN}, left_out=["HEAD"]),
        *_covered("PUT"),
        Fetch(method="HEAD", sees=BLOCKED, asks=["HEAD /users"]),
    ),
    row(
        "a page reads the 405 of a resource of which one route was added",
        added_routes("GET", defaults={"PAGE": _PLAIN}),
        Fetch(
            method="POST",
            sees=Sees(status=405, body="405: Method Not Allowed"),
            asks=["POST /users"],
        ),
    ),
)
