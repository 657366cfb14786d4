"""How a preflight for a resource reaches us: by a route of ours, if nothing else takes it.

Owns: our ``OPTIONS`` routes, which resources take ``OPTIONS`` requests themselves, and whether the
middleware is needed.
Leaves to: `aiohttp_cors._server.engine` when that is looked at, and the middleware.
"""

from collections.abc import Iterable
from typing import NamedTuple, TypeGuard, final

from aiohttp import hdrs, web

from aiohttp_cors._protocol.verdicts import Dialect
from aiohttp_cors._server.guard import others_of
from aiohttp_cors._server.preflights import answer_options, is_ours
from aiohttp_cors._table.coverage import Coverage
from aiohttp_cors._table.overlap import PathIndex
from aiohttp_cors._table.router import (
    Mounted,
    app_tree,
    freezes,
    has_native_router,
    is_native,
    resources_below,
    routes_of,
)
from aiohttp_cors._table.table import Table


@final
class Arrival(NamedTuple):
    """How preflights for the resources of an application reach us.

    - `covered`: what has a policy, with its rows;
    - `by_route`: those of them to which an ``OPTIONS`` route of ours leads;
    - `needs_middleware`: whether the middleware has to catch some;
    - `is_anything_covered`: whether there are any to catch.
    """

    covered: list[tuple[Mounted, Coverage]]
    by_route: list[web.AbstractResource]
    needs_middleware: bool
    is_anything_covered: bool


def arrival_of(app: web.Application, table: Table, *, is_broad: bool) -> Arrival:
    """How preflights reach us; changes nothing. `is_broad`: a policy reaches what nobody named."""
    apps = list(app_tree(app))
    everything = list(resources_below((app,)))
    takers = _paths_of_takers(everything)
    needs_middleware = any(others_of(app) or not has_native_router(app) for app in apps)
    needs_middleware = needs_middleware or (is_broad and not all(map(freezes, apps)))
    covered: list[tuple[Mounted, Coverage]] = []
    by_route: list[web.AbstractResource] = []
    for mounted in everything:
        # A preflight for this resource may arrive at another one, which takes it. What nothing
        # covers yet may be covered after the start, when no middleware can be added any more.
        is_taken = any(_overlaps(takers, app, mounted.resource) for app in mounted.apps)
        needs_middleware = needs_middleware or is_taken
        coverage = table.coverage(mounted)
        if not coverage.is_covered():
            continue
        covered.append((mounted, coverage))
        if not is_taken and coverage.has(Dialect.FLUENT):
            if _can_take_preflights(mounted.resource):
                by_route.append(mounted.resource)
            else:
                needs_middleware = True
    return Arrival(covered, by_route, needs_middleware, is_broad or bool(covered))


def _paths_of_takers(everything: Iterable[Mounted]) -> dict[int, PathIndex]:
    """The resources that take ``OPTIONS`` requests themselves, by each application that leads there."""
    takers: dict[int, list[web.AbstractResource]] = {}
    for apps, resource in everything:
        if not is_native(resource) or _takes_options(resource):
            for app in apps:
                takers.setdefault(id(app), []).append(resource)
    return {app: PathIndex(resources) for app, resources in takers.items()}


def _overlaps(
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
