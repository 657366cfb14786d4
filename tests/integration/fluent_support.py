"""What the tests of the fluent API over real sockets share.

Knows how to read lists in headers and how a program with routes begins. Expects nothing.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeAlias

from aiohttp import web

from tests.integration.support import Answer, hello

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]

EVIL: Final = "https://evil.example"


def listed(value: str) -> list[str]:
    """The members of a list in a header, sorted."""
    return sorted(member.strip() for member in value.split(","))


def routed(
    app: web.Application, path: str, *methods: str, handler: Handler = hello
) -> web.Resource:
    """A new resource of `app` that serves `methods`."""
    resource = app.router.add_resource(path)
    for method in methods:
        resource.add_route(method, handler)
    return resource


def saying(text: str) -> Handler:
    """A handler that answers with `text`."""

    async def handler(request: web.Request) -> web.Response:
        return web.Response(text=text)

    return handler


def routes_of(resource: web.AbstractResource) -> Sequence[web.AbstractRoute]:
    return list(resource)


@web.middleware
async def unauthorized(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A middleware that lets nobody in."""
    raise web.HTTPUnauthorized


@web.middleware
async def reads_the_body(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A middleware that reads what there is before it goes on."""
    await request.read()
    return await handler(request)


def refuses(answer: Answer, method: str, name: str | None = None) -> bool:
    """Whether every browser refuses `method`, or the header `name`, by this answer to a preflight.

    An allowed origin is told what is allowed, so that the browser's console can name what is not.
    """
    if answer.status == 403:
        return answer.cors == {}
    told = answer.cors["allow-methods"] if name is None else answer.cors.get("allow-headers", "")
    return answer.text.startswith("CORS preflight request failed: ") and (name or method) not in (
        listed(told if name is None else told.lower())
    )
