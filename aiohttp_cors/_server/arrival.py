"""How a preflight for a resource reaches us: by a route of ours, if nothing else takes it.

Owns: our ``OPTIONS`` routes, and which resources take ``OPTIONS`` requests themselves.
Leaves to: `aiohttp_cors._server.engine` when that is looked at, and the middleware.
"""

from collections.abc import Iterable
from typing import TypeGuard

from aiohttp import hdrs, web

from aiohttp_cors._server.preflights import answer_options, is_ours
from aiohttp_cors._table.overlap import PathIndex
from aiohttp_cors._table.router import Mounted, is_native, routes_of


def paths_of_takers(everything: Iterable[Mounted]) -> dict[int, PathIndex]:
    """The resources that take ``OPTIONS`` requests themselves, by each application that leads there."""
    takers: dict[int, list[web.AbstractResource]] = {}
    for apps, resource in everything:
        if not is_native(resource) or _takes_options(resource):
            for app in apps:
                takers.setdefault(id(app), []).append(resource)
    return {app: PathIndex(resources) for app, resources in takers.items()}


def overlaps(
    takers: dict[int, PathIndex], app: web.Application, resource: web.AbstractResource
) -> bool:
    index = takers.get(id(app))
    return index is not None and any(True for _ in index.overlapping(resource))


def _takes_options(resource: web.AbstractResource) -> bool:
    takes = {hdrs.METH_OPTIONS, hdrs.METH_ANY}
    return any(route.method in takes and not is_ours(route) for route in routes_of(resource))


def _can_take_preflights(
    resource: web.AbstractResource,
) -> TypeGuard[web.Resource | web.StaticResource]:
    """Whether `resource` has an ``OPTIONS`` route of ours, or can be given one."""
    return isinstance(resource, web.Resource | web.StaticResource) and not _takes_options(resource)


def add_options_route(resource: web.AbstractResource) -> bool:
    """Let preflights of `resource` arrive at a route of ours; False where it cannot take one."""
    if not _can_take_preflights(resource):
        return False
    if all(route.method != hdrs.METH_OPTIONS for route in resource):
        if isinstance(resource, web.StaticResource):
            resource.set_options_route(answer_options)
        else:
            resource.add_route(hdrs.METH_OPTIONS, answer_options)
    return True
