"""Applications with the library, the same one without it, and how their answers are compared.

Every exchange ends with a request that asks to close the connection: its answer is there if the
connection lasted until then.
"""

import re
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, final

from aiohttp import web

import aiohttp_cors
from aiohttp_cors import Cors, ResourceOptions
from tests.integration.support import ORIGIN, OTHER, hello

OWN: Final = b"Origin: " + ORIGIN.encode()
EVIL: Final = b"Origin: " + OTHER.encode()
METHOD: Final = b"Access-Control-Request-Method: PUT"
NAMES: Final = b"Access-Control-Request-Headers: x-a"
HOST: Final = b"Host: localhost"
LAST: Final = b"GET /last HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


async def last(request: web.Request) -> web.Response:
    return web.Response(text="last")


def bare() -> web.Application:
    app = web.Application()
    resource = app.router.add_resource("/hello")
    for method in ("GET", "POST", "PUT"):
        resource.add_route(method, hello)
    app.router.add_get("/last", last)
    return app


def fluent() -> web.Application:
    app = bare()
    cors = Cors.for_app(app).origin(ORIGIN, "https://*.x.example").allow_credentials()
    cors.allow_headers("X-A").expose_all().everywhere()
    return app


def any_origin() -> web.Application:
    app = bare()
    Cors.for_app(app).any_origin().allow_any_header().allow_any_method().everywhere()
    return app


def enforced() -> web.Application:
    app = bare()
    Cors.for_app(app).origin(ORIGIN).allow_credentials().enforce_everywhere()
    return app


def classic() -> web.Application:
    app = bare()
    options = ResourceOptions(
        allow_credentials=True, expose_headers="*", allow_headers="*", allow_methods="*"
    )
    cors = aiohttp_cors.setup(app, defaults={ORIGIN: options, "*": options})
    for resource in list(app.router.resources()):
        cors.add(resource)
    return app


KINDS: Final[Sequence[Callable[[], web.Application]]] = [fluent, any_origin, enforced, classic]


@final
class Came(NamedTuple):
    """The answers that came until the server closed the connection."""

    statuses: list[int]
    origins: list[str | None]
    is_last: bool
    """Whether the request that closes the connection was answered."""


_STATUS: Final = re.compile(rb"HTTP/\d\.\d (\d{3})")
_LENGTH: Final = re.compile(rb"(?im)^content-length: *(\d+)\r?$")
_ALLOWED: Final = re.compile(rb"(?im)^access-control-allow-origin: *([^\r\n]*)\r?$")


def parsed(received: bytes) -> Came:
    statuses: list[int] = []
    origins: list[str | None] = []
    body = b""
    while received:
        head, _, rest = received.partition(b"\r\n\r\n")
        status, length, allowed = (each.search(head) for each in (_STATUS, _LENGTH, _ALLOWED))
        assert status is not None, received
        size = 0 if length is None else int(length[1])
        assert length is not None or int(status[1]) == 100, received
        statuses.append(int(status[1]))
        origins.append(None if allowed is None else allowed[1].decode("latin-1"))
        body, received = rest[:size], rest[size:]
    is_last = body == b"last"
    cut = len(statuses) - is_last
    return Came(statuses[:cut], origins[:cut], is_last)


def head(first: bytes, *lines: bytes) -> bytes:
    return b"\r\n".join([first, *lines, b"", b""])


def compare(ours: Came, theirs: Came) -> None:
    """Raise `AssertionError` if the library costs an answer or the connection, or answers 500."""
    assert not {status for status in ours.statuses if status >= 500}, ours
    assert len(ours.statuses) == len(theirs.statuses), (ours, theirs)
    assert ours.is_last == theirs.is_last, (ours, theirs)
    # What aiohttp itself refuses, it refuses in both.
    assert [status == 400 for status in ours.statuses] == [
        status == 400 for status in theirs.statuses
    ], (ours, theirs)
