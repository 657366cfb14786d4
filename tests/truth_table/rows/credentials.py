"""Rows: requests with cookies, and what a page reads of their answers."""

from typing import Final

from aiohttp_cors import ResourceOptions
from tests.truth_table import programs
from tests.truth_table.words import BLOCKED, Fetch, Sees, classic, row

ROWS: Final = (
    row(
        "a cookie is kept and sent where the page includes credentials",
        programs.FLUENT_LOGIN,
        Fetch(
            "/session",
            method="POST",
            credentials="include",
            sees=Sees(body="welcome"),
            asks=["POST /session"],
        ),
        Fetch(credentials="include", asks=["GET /users and cookie ada"]),
        Fetch(
            method="PUT",
            credentials="include",
            asks=["OPTIONS /users for PUT", "PUT /users and cookie ada"],
        ),
        Fetch(asks=["GET /users"]),
        Fetch(credentials="omit", asks=["GET /users"]),
    ),
    row(
        "a cookie of a classic program is kept and sent",
        programs.CLASSIC_LOGIN,
        Fetch(
            "/session",
            method="POST",
            credentials="include",
            sees=Sees(body="welcome"),
            asks=["POST /session"],
        ),
        Fetch(credentials="include", asks=["GET /users and cookie ada"]),
        Fetch(
            method="PUT",
            credentials="include",
            asks=["OPTIONS /users for PUT", "PUT /users and cookie ada"],
        ),
    ),
    row(
        "a cookie is not kept where the page does not include credentials",
        programs.FLUENT_LOGIN,
        Fetch("/session", method="POST", sees=Sees(body="welcome"), asks=["POST /session"]),
        Fetch(credentials="include", asks=["GET /users"]),
    ),
    row(
        "an answer to a cookie is not readable where the policy allows no credentials",
        programs.LOGIN_WITHOUT_CREDENTIALS,
        Fetch(
            "/session",
            method="POST",
            credentials="include",
            sees=BLOCKED,
            asks=["POST /session"],
        ),
        # The browser has kept the cookie of an answer that it did not show.
        Fetch(credentials="include", sees=BLOCKED, asks=["GET /users and cookie ada"]),
        Fetch(method="PUT", credentials="include", sees=BLOCKED, asks=["OPTIONS /users for PUT"]),
        Fetch(asks=["GET /users"]),
    ),
    row(
        "an answer to a cookie is not readable where any origin is allowed",
        programs.LOGIN_FOR_ANYBODY,
        Fetch(
            "/session",
            method="POST",
            credentials="include",
            sees=BLOCKED,
            asks=["POST /session"],
        ),
        Fetch(credentials="include", sees=BLOCKED, asks=["GET /users and cookie ada"]),
        Fetch(credentials="omit", asks=["GET /users"]),
    ),
    row(
        "a classic program that allows * with credentials shows a page its cookies' answers",
        classic(lambda w: {"*": ResourceOptions(allow_credentials=True)}, "PUT"),
        Fetch(method="PUT", credentials="include", asks=["OPTIONS /users for PUT", "PUT /users"]),
    ),
)
