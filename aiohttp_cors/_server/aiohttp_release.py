"""What depends on the release of aiohttp.

Owns: the comparison of releases.
Leaves to: `aiohttp_cors._server.headers` the headers of a request, which every release reads alike.
"""

from typing import Final, TypeVar

import aiohttp
from aiohttp import web

_Middleware = TypeVar("_Middleware")

RELEASE: Final = tuple(map(int, aiohttp.__version__.split(".")[:2]))
"""The release that is installed: ``(3, 14)``."""

TYPES_EMPTY_BODIES: Final = RELEASE < (3, 11)
"""Whether aiohttp gives a content type even to an empty body."""


def as_middleware(middleware: _Middleware, release: tuple[int, ...] = RELEASE) -> _Middleware:
    """Mark a middleware as one that takes request and handler.

    aiohttp 3 takes one without the mark for a factory. aiohttp 4 knows no other kind, and warns about
    the mark.
    """
    return web.middleware(middleware) if release < (4, 0) else middleware
