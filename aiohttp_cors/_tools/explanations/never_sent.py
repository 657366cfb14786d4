"""Requests that are never sent: what an application's router would make of them.

Owns: how a request is made without a connection, where it lands, and which code of the program's own
would have to be asked about it.
Leaves to: `aiohttp_cors._server.selection` what landing means.

Nothing of the program runs: no handler, no middleware, no router and no resource of its own.
"""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple, final

from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict
from yarl import URL

from aiohttp_cors._table.overlap import PathIndex, paths_of
from aiohttp_cors._table.router import has_native_router, is_native, mounted_app, resources_of
from aiohttp_cors._tools.explanations.question import Question
from aiohttp_cors._tools.placing import place

_NORMALIZE: Final = "normalize_path_middleware."


@final
class Foreign(NamedTuple):
    """Code of the program's own that chooses what serves a request: a router or a resource."""

    what: object
    is_router: bool


async def arrive(
    app: web.Application, asked: Question, method: str, headers: Iterable[tuple[str, str]]
) -> web.Request:
    """A request of the page's to `app`, as the application sees it when it has selected a route."""
    host = asked.host.partition("://")[2] or "localhost"
    lines = CIMultiDict([("Host", host), ("Origin", asked.origin), *headers])
    mocked = make_mocked_request(method, "/", headers=lines, app=app)
    path, _, query = asked.path.partition("?")
    # Spelled as it is sent: versions of aiohttp differ in what they compare.
    request = mocked.clone(rel_url=URL.build(path=path, query_string=query, encoded=True))
    return await place(app, request)


def foreign_at(app: web.Application, path: str) -> Foreign | None:
    """The code of the program's own that would be asked about a path; None for none."""
    return next(_foreign(app, path), None)


def _foreign(app: web.Application, path: str) -> Iterator[Foreign]:
    if not has_native_router(app):
        yield Foreign(app.router, is_router=True)
    # Nobody looks further than at the first.
    for resource in PathIndex(resources_of(app)).asked(paths_of(URL(path))):
        if not is_native(resource):
            yield Foreign(resource, is_router=False)
        below = mounted_app(resource)
        if below is not None:
            yield from _foreign(below, path)


async def redirect_of(request: web.Request) -> str | None:
    """Where ``normalize_path_middleware`` would redirect the request; None for nowhere.

    The middleware is aiohttp's own code. It asks the router and runs nothing of the program.
    """
    for app in request.match_info.apps:
        for middleware in app.middlewares:
            is_aiohttps = (
                getattr(middleware, "__module__", "") == web.normalize_path_middleware.__module__
            )
            if is_aiohttps and str(getattr(middleware, "__qualname__", "")).startswith(_NORMALIZE):
                # As aiohttp does around each middleware; its way to do so has changed.
                setattr(request.match_info, "_current_app", app)  # noqa: B010
                try:
                    await middleware(request, _nobody)
                except web.HTTPMove as move:
                    return str(move.location)
    return None


async def _nobody(_request: web.Request) -> web.StreamResponse:
    """The handler of a request that is never sent."""
    return web.Response()
