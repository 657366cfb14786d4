"""Rows: an ``XMLHttpRequest`` whose upload is watched is preflighted whatever it sends."""

from typing import Final

from aiohttp_cors import ResourceOptions
from tests.truth_table import programs
from tests.truth_table.words import BLOCKED, Fetch, Sees, by_hand, classic, fluent, row

_ALLOW_ANY: Final = {"Access-Control-Allow-Origin": "*"}

_WATCHED: Final = Fetch(
    method="POST",
    body="text",
    upload_listener=True,
    asks=["OPTIONS /users for POST", "POST /users"],
)

_REFUSED: Final = Fetch(
    method="POST",
    body="text",
    upload_listener=True,
    sees=BLOCKED,
    asks=["OPTIONS /users for POST"],
)

ROWS: Final = (
    row(
        "an upload that is watched is preflighted without an unsafe header",
        fluent(lambda cors, w: cors.origin(w.page), "POST"),
        _WATCHED,
        Fetch(method="POST", body="text", upload_listener=True, asks=["POST /users"]),
    ),
    row(
        "an upload that is watched is blocked by a refusal without CORS headers",
        fluent(lambda cors, w: cors.origin(w.page).allow_methods("GET"), "POST"),
        Fetch(
            method="POST",
            body="text",
            upload_listener=True,
            sees=BLOCKED,
            asks=["OPTIONS /users for POST"],
        ),
    ),
    row(
        "an upload that is watched passes where a preflight lists no methods, and once is enough",
        by_hand(preflight=_ALLOW_ANY, actual=_ALLOW_ANY),
        _WATCHED,
        Fetch(method="POST", body="text", upload_listener=True, asks=["POST /users"]),
    ),
    row(
        "an upload that is watched passes whatever methods a preflight lists",
        by_hand(preflight={**_ALLOW_ANY, "Access-Control-Allow-Methods": "PUT"}, actual=_ALLOW_ANY),
        _WATCHED,
    ),
    row(
        "no methods in the preflight of a PUT that is watched stand for PUT",
        by_hand(preflight=_ALLOW_ANY, actual=_ALLOW_ANY),
        Fetch(
            method="PUT",
            body="text",
            upload_listener=True,
            asks=["OPTIONS /users for PUT", "PUT /users"],
        ),
    ),
    row(
        "no methods in the preflight of a POST that is watched allow no PUT",
        by_hand(preflight=_ALLOW_ANY, actual=_ALLOW_ANY),
        _WATCHED,
        Fetch(method="PUT", body="text", sees=BLOCKED, asks=["OPTIONS /users for PUT"]),
    ),
    row(
        "a listener for uploads makes a preflight of a request that uploads nothing",
        fluent(lambda cors, w: cors.origin(w.page)),
        Fetch(upload_listener=True, asks=["OPTIONS /users for GET", "GET /users"]),
    ),
    row(
        "an upload that is watched needs nothing at home",
        fluent(lambda cors, w: cors.any_origin(), "POST"),
        Fetch(
            method="POST",
            body="text",
            upload_listener=True,
            sees=Sees(
                type="basic",
                headers={"access-control-allow-origin": "*", "x-custom": "1", "x-other": "2"},
            ),
            asks=["POST /users"],
        ),
        page="api",
    ),
    row(
        "an upload that is watched stays refused after an allowed PUT, and twice in a row",
        fluent(
            lambda cors, w: cors.origin(w.page).allow_methods("PUT").max_age(600), "PUT", "POST"
        ),
        _REFUSED,
        _REFUSED,
        Fetch(
            method="PUT",
            body="text",
            upload_listener=True,
            asks=["OPTIONS /users for PUT", "PUT /users"],
        ),
        _REFUSED,
    ),
    row(
        "an upload that is watched is refused where its route has no policy",
        programs.HALF_COVERED_UPLOAD,
        _REFUSED,
        Fetch(asks=["GET /users"]),
        _REFUSED,
    ),
    row(
        "an upload that is watched is refused for a header, and allowed without it",
        fluent(lambda cors, w: cors.origin(w.page).allow_headers("X-A").max_age(600), "POST"),
        Fetch(
            method="POST",
            body="text",
            headers={"X-Debug": "1"},
            upload_listener=True,
            sees=BLOCKED,
            asks=["OPTIONS /users for POST with x-debug"],
        ),
        Fetch(
            method="POST",
            body="text",
            headers={"X-A": "1"},
            upload_listener=True,
            asks=["OPTIONS /users for POST with x-a", "POST /users"],
        ),
        Fetch(
            method="POST",
            body="text",
            headers={"X-Debug": "1"},
            upload_listener=True,
            sees=BLOCKED,
            asks=["OPTIONS /users for POST with x-debug"],
        ),
    ),
    row(
        "an upload that is watched is refused by a classic program that does not route it",
        classic(lambda w: {w.page: ResourceOptions(max_age=600)}, "PUT"),
        _REFUSED,
        Fetch(
            method="PUT",
            body="text",
            upload_listener=True,
            asks=["OPTIONS /users for PUT", "PUT /users"],
        ),
        _REFUSED,
    ),
)
