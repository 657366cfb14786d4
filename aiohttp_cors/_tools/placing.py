"""A request that no socket carried, placed by the router of an application.

Owns: what aiohttp's server does between a request and its handler.
Leaves to: the tools what the request says; no handler runs.
"""

from aiohttp import web


async def place(app: web.Application, request: web.Request) -> web.Request:
    """`request`, as `app` sees it when the router has selected a route.

    Raises what a router of the program's own raises.
    """
    match_info = await app.router.resolve(request)
    match_info.add_app(app)
    match_info.freeze()
    # Only aiohttp's server does this otherwise, and it would go on to the handler.
    setattr(request, "_match_info", match_info)  # noqa: B010 -- there is no public way
    return request
