"""The requests of the demo and what should come of each: the one place that knows both.

The page makes its table of them, `once` its requests, and both compare the outcome with what is
written here. The block reasons are those of `aiohttp_cors.testing`; a real browser tells a script
no more than that there was one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias, final

from aiohttp_cors.testing import BlockReason

Sender: TypeAlias = Literal["page", "stranger"]
"""Whose script makes the request: the page that the policy names, or one that it does not."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One request and what should come of it.

    - `title`: what the row is about;
    - `sender`, `method`, `path`, `headers`, `body`, `credentials`: the call of ``fetch``;
    - `shows`: the response header that the script looks at, None for the body;
    - `outcome`: what the script reads, or why the browser blocks it;
    - `verdicts`: what the server decides about each request that reaches it, the preflight's first.
    """

    title: str
    sender: Sender = "page"
    method: str = "GET"
    path: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: str | None = None
    credentials: Literal["omit", "include"] = "omit"
    shows: str | None = None
    outcome: str | BlockReason
    verdicts: tuple[str, ...]


ROWS: Final = (
    Row(
        title="plain GET",
        path="/notes",
        outcome='200 "milk, bread, tea"',
        verdicts=("GET 200: allowed",),
    ),
    Row(
        title="GET without credentials: the error can be read",
        path="/me",
        outcome='401 "sign in first"',
        verdicts=("GET 401: allowed",),
    ),
    Row(
        title="POST that is given a cookie",
        method="POST",
        path="/session",
        credentials="include",
        outcome='200 "welcome, Ada"',
        verdicts=("POST 200: allowed",),
    ),
    Row(
        title="credentialed GET, with the cookie",
        path="/me",
        credentials="include",
        outcome='200 "you are Ada"',
        verdicts=("GET 200: allowed",),
    ),
    Row(
        title="PUT with a custom header: a preflight first",
        method="PUT",
        path="/notes/1",
        headers={"X-CSRF-Token": "demo"},
        body="oat milk",
        outcome='200 "replaced by oat milk"',
        verdicts=("OPTIONS 200: allowed", "PUT 200: allowed"),
    ),
    Row(
        title="POST of JSON: its Content-Type needs a preflight",
        method="POST",
        path="/notes",
        headers={"Content-Type": "application/json"},
        body='{"text": "coffee"}',
        credentials="include",
        outcome='201 "created coffee"',
        verdicts=("OPTIONS 200: allowed", "POST 201: allowed"),
    ),
    Row(
        title="exposed header",
        path="/notes",
        shows="X-Total-Count",
        outcome="200 X-Total-Count: 3",
        verdicts=("GET 200: allowed",),
    ),
    Row(
        title="header that is not exposed",
        path="/notes",
        shows="X-Served-By",
        outcome="200 X-Served-By: not readable",
        verdicts=("GET 200: allowed",),
    ),
    Row(
        title="refused header",
        method="PUT",
        path="/notes/1",
        headers={"X-Debug": "1"},
        body="oat milk",
        outcome=BlockReason.HEADER_NOT_ALLOWED,
        verdicts=("OPTIONS 200: headers not allowed",),
    ),
    Row(
        title="refused method",
        method="DELETE",
        path="/notes/1",
        outcome=BlockReason.METHOD_NOT_ALLOWED,
        verdicts=("OPTIONS 200: method not allowed",),
    ),
    Row(
        title="patch, which is not PATCH",
        method="patch",
        path="/notes/1",
        body="oat milk",
        outcome=BlockReason.METHOD_NOT_ALLOWED,
        verdicts=("OPTIONS 200: method not allowed",),
    ),
    Row(
        title="refused origin",
        sender="stranger",
        path="/notes",
        outcome=BlockReason.ALLOW_ORIGIN_MISSING,
        verdicts=("GET 200: origin not allowed",),
    ),
    Row(
        title="refused origin: the cookie is sent, the answer withheld",
        sender="stranger",
        path="/me",
        credentials="include",
        outcome=BlockReason.ALLOW_ORIGIN_MISSING,
        verdicts=("GET 200: origin not allowed",),
    ),
    Row(
        title="refused origin: the preflight stops the PUT",
        sender="stranger",
        method="PUT",
        path="/notes/1",
        body="poison",
        outcome=BlockReason.ALLOW_ORIGIN_MISSING,
        verdicts=("OPTIONS 403: origin not allowed",),
    ),
    Row(
        title="any origin",
        sender="stranger",
        path="/health",
        outcome='200 "fine"',
        verdicts=("GET 200: allowed",),
    ),
    Row(
        title="any origin, but not with credentials",
        sender="stranger",
        path="/health",
        credentials="include",
        outcome=BlockReason.ALLOW_ORIGIN_WILDCARD,
        verdicts=("GET 200: allowed",),
    ),
    Row(
        title="route that may only be read: GET",
        path="/archive",
        outcome='200 "old notes"',
        verdicts=("GET 200: allowed",),
    ),
    Row(
        title="route that may only be read: POST needs no preflight, runs, and cannot be read",
        method="POST",
        path="/archive",
        outcome=BlockReason.ALLOW_ORIGIN_MISSING,
        verdicts=("POST 200: method not allowed",),
    ),
    Row(
        title="route that no policy covers",
        path="/admin",
        outcome=BlockReason.ALLOW_ORIGIN_MISSING,
        verdicts=("GET 200: no policy covers it",),
    ),
    Row(
        title="404 of a handler",
        path="/notes/99",
        outcome='404 "no such note"',
        verdicts=("GET 404: allowed",),
    ),
    Row(
        title="404 of the router",
        path="/nowhere",
        outcome=BlockReason.ALLOW_ORIGIN_MISSING,
        verdicts=("GET 404: no policy covers it",),
    ),
    Row(
        title="405",
        method="POST",
        path="/notes/1",
        outcome='405 "405: Method Not Allowed"',
        verdicts=("POST 405: allowed",),
    ),
    Row(
        title="500 of an unhandled error",
        path="/broken",
        outcome='500 "500 Internal Server Error"',
        verdicts=("GET 500: allowed",),
    ),
)
