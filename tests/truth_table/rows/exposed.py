"""Rows: which headers of an answer a page can read, and what handlers set themselves."""

from typing import Final

from aiohttp_cors import ResourceOptions
from tests.truth_table.programs import answer_with
from tests.truth_table.words import BLOCKED, STRANGER, Fetch, Sees, classic, fluent, row

ROWS: Final = (
    row(
        "an exposed header is readable and no other",
        fluent(lambda cors, w: cors.origin(w.page).expose("X-Custom")),
        Fetch(sees=Sees(headers={"x-custom": "1"}), asks=["GET /users"]),
    ),
    row(
        "an exposed header of a classic program is readable and no other",
        classic(lambda w: {w.page: ResourceOptions(expose_headers=["X-Custom"])}),
        Fetch(sees=Sees(headers={"x-custom": "1"}), asks=["GET /users"]),
    ),
    row(
        "all headers are readable with credentials, when all are exposed",
        fluent(lambda cors, w: cors.origin(w.page).allow_credentials().expose_all()),
        Fetch(
            credentials="include",
            sees=Sees(headers={"x-custom": "1", "x-other": "2"}),
            asks=["GET /users"],
        ),
    ),
    row(
        "all headers are readable to any origin, when all are exposed",
        fluent(lambda cors, w: cors.any_origin().expose_all()),
        Fetch(
            sees=Sees(
                headers={
                    "access-control-allow-origin": "*",
                    "access-control-expose-headers": "*",
                    "x-custom": "1",
                    "x-other": "2",
                }
            ),
            asks=["GET /users"],
        ),
    ),
    row(
        "all headers of a classic program are readable, when * is exposed",
        classic(
            lambda w: {w.page: ResourceOptions(allow_credentials=True, expose_headers="*")},
        ),
        Fetch(
            credentials="include",
            sees=Sees(headers={"x-custom": "1", "x-other": "2"}),
            asks=["GET /users"],
        ),
    ),
    row(
        "a cookie is not readable, though all headers are exposed",
        fluent(
            lambda cors, w: cors.origin(w.page).allow_credentials().expose_all(),
            handler=answer_with(Set_Cookie="unread=1; Max-Age=0", X_Custom="1"),
        ),
        Fetch(credentials="include", sees=Sees(headers={"x-custom": "1"}), asks=["GET /users"]),
    ),
    row(
        "safelisted response headers are readable without being exposed",
        fluent(
            lambda cors, w: cors.origin(w.page),
            handler=answer_with(Content_Language="de", Cache_Control="no-store", ETag='"1"'),
        ),
        Fetch(
            sees=Sees(headers={"cache-control": "no-store", "content-language": "de"}),
            asks=["GET /users"],
        ),
    ),
    row(
        "an answer for named origins says that it varies, beside what it said before",
        fluent(
            lambda cors, w: cors.origin(w.page).expose("Vary"),
            handler=answer_with(Vary="Accept-Encoding"),
        ),
        Fetch(sees=Sees(headers={"vary": "Accept-Encoding, Origin"}), asks=["GET /users"]),
    ),
    row(
        "an answer of a classic program says that it varies",
        classic(lambda w: {w.page: ResourceOptions(expose_headers=["Vary"])}),
        Fetch(sees=Sees(headers={"vary": "Origin"}), asks=["GET /users"]),
    ),
    row(
        "an answer for any origin is the same for all and does not vary",
        fluent(lambda cors, w: cors.any_origin().expose("Vary")),
        Fetch(asks=["GET /users"]),
    ),
    row(
        "what a handler allows by itself is void",
        fluent(
            lambda cors, w: cors.origin(STRANGER),
            handler=answer_with(Access_Control_Allow_Origin="*"),
        ),
        Fetch(sees=BLOCKED, asks=["GET /users"]),
    ),
    row(
        "what a handler allows by itself is replaced by the policy",
        fluent(
            lambda cors, w: cors.origin(w.page),
            handler=answer_with(Access_Control_Allow_Origin=STRANGER),
        ),
        Fetch(asks=["GET /users"]),
    ),
    row(
        "what a handler allows by itself is void in a classic program",
        classic(
            lambda w: {STRANGER: ResourceOptions()},
            handler=answer_with(Access_Control_Allow_Origin="*"),
        ),
        Fetch(sees=BLOCKED, asks=["GET /users"]),
    ),
)
