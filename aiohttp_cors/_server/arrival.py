"""How a preflight for a resource reaches us: by a route of ours, if nothing else takes it.

Owns: our ``OPTIONS`` routes, and which resources take ``OPTIONS`` requests themselves.
Leaves to: `aiohttp_cors._server.engine` when that is looked at, and the middleware.
"""

from collections.abc import Iterable
from typing import Final

from aiohttp import hdrs, web

from aiohttp_cors._server.preflights import answer_options, is_ours
from aiohttp_cors._table.overlap import PathIndex
from aiohttp_cors._table.router import Mounted, is_native, routes_of

_TAKING: Final = frozenset({hdrs.METH_OPTIONS, hdrs.METH_ANY})


def paths_of_takers(everything: Iterable[Mounted]) -> dict[int, PathIndex]:
    """The resources that take ``OPTIONS`` requests themselves, by each application that leads there."""
    takers: dict[int, list[web.AbstractResource]] = {}
    for apps, resource in everything:
        if not is_native(resource) or _takes_options(resource):
            for app in apps:
                takers.setdefault(id(app), []).append(resource)
    return {app: PathIndex(resources) for app, resources in takers.items()}


def overlaps(takers: dict[int, PathIndex], mounted: Mounted) -> bool:
    """Whether another resource may take the ``OPTIONS`` requests of this one."""
    return bool(takers) and any(
        True
        for app in mounted.apps
        if (index := takers.get(id(app))) is not None
        for _ in index.overlapping(mounted.resource)
    )


def _takes_options(resource: web.AbstractResource) -> bool:
    return not all(map(is_ours, _options_routes(resource)))


def _options_routes(resource: web.AbstractResource) -> list[web.AbstractRoute]:
    """The routes that may serve ``OPTIONS`` requests."""
    return [route for route in routes_of(resource) if route.method in _TAKING]


def add_options_route(resource: web.AbstractResource) -> bool:
    """Let preflights of `resource` arrive at a route of ours; False where it cannot take one."""
    taking = _options_routes(resource)
    if not all(map(is_ours, taking)):
        return False
    if not isinstance(resource, web.Resource | web.StaticResource):
        return False
    if not taking:
        open_options_route(resource)
    return True


def open_options_route(resource: web.Resource | web.StaticResource) -> None:
    """Add a route of ours. Precondition: no route of `resource` serves ``OPTIONS``."""
    if isinstance(resource, web.StaticResource):
        resource.set_options_route(answer_options)
    else:
        resource.add_route(hdrs.METH_OPTIONS, answer_options)
