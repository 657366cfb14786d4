"""Rows: an ``XMLHttpRequest`` whose upload is watched is preflighted whatever it sends."""

from typing import Final

from tests.truth_table.words import BLOCKED, Fetch, Sees, by_hand, fluent, row

_ALLOW_ANY: Final = {"Access-Control-Allow-Origin": "*"}

_WATCHED: Final = Fetch(
    method="POST",
    body="text",
    upload_listener=True,
    asks=["OPTIONS /users for POST", "POST /users"],
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
)
