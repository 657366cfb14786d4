"""How a preflight for a resource reaches us: by a route of ours, if nothing else takes it.

Owns: our ``OPTIONS`` routes, which resources take ``OPTIONS`` requests themselves, and whether the
middleware is needed.
Leaves to: `aiohttp_cors._server.engine` when that is looked at, and the middleware.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple, TypeGuard, final

from aiohttp import hdrs, web

from aiohttp_cors._protocol.verdicts import Dialect
from aiohttp_cors._server.guard import others_of
from aiohttp_cors._server.preflights import answer_options, is_ours
from aiohttp_cors._table.alike import Alike
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

_TAKING: Final = frozenset({hdrs.METH_OPTIONS, hdrs.METH_ANY})


@final
class Arrival(NamedTuple):
    """How preflights for the resources of an application reach us.

    - `covered`: what has a policy, with its rows;
    - `to_open`: those of them that are to get an ``OPTIONS`` route of ours;
    - `needs_middleware`: whether the middleware has to catch some;
    - `is_anything_covered`: whether there are any to catch.
    """

    covered: list[tuple[Mounted, Alike]]
    to_open: list[web.Resource | web.StaticResource]
    needs_middleware: bool
    is_anything_covered: bool


def arrival_of(app: web.Application, table: Table, *, is_broad: bool) -> Arrival:
    """How preflights reach us; changes nothing. `is_broad`: a policy reaches what nobody named."""
    apps = list(app_tree(app))
    takers = _paths_of_takers(resources_below((app,)))
    needs_middleware = any(others_of(app) or not has_native_router(app) for app in apps)
    needs_middleware = needs_middleware or (is_broad and not all(map(freezes, apps)))
    covered: list[tuple[Mounted, Alike]] = []
    # One application may be mounted twice, and its resources come twice.
    to_open: dict[int, web.Resource | web.StaticResource] = {}
    for mounted, alike in table.alike(resources_below((app,))):
        # A preflight for this resource may arrive at another one, which takes it. What nothing
        # covers yet may be covered after the start, when no middleware can be added any more.
        is_taken = _overlaps(takers, mounted)
        needs_middleware = needs_middleware or is_taken
        if not alike.coverage.is_covered():
            continue
        covered.append((mounted, alike))
        if not is_taken and alike.coverage.has(Dialect.FLUENT):
            taking = _options_routes(mounted.resource)
            if not _can_take_preflights(mounted.resource, taking):
                needs_middleware = True
            elif not taking:
                to_open[id(mounted.resource)] = mounted.resource
    return Arrival(covered, list(to_open.values()), needs_middleware, is_broad or bool(covered))


def _paths_of_takers(everything: Iterable[Mounted]) -> dict[int, PathIndex]:
    """The resources that take ``OPTIONS`` requests themselves, by each application that leads there."""
    takers: dict[int, list[web.AbstractResource]] = {}
    for apps, resource in everything:
        if not is_native(resource) or _takes_options(resource):
            for app in apps:
                takers.setdefault(id(app), []).append(resource)
    return {app: PathIndex(resources) for app, resources in takers.items()}


def _overlaps(takers: dict[int, PathIndex], mounted: Mounted) -> bool:
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


def _can_take_preflights(
    resource: web.AbstractResource, taking: list[web.AbstractRoute]
) -> TypeGuard[web.Resource | web.StaticResource]:
    """Whether `resource` has an ``OPTIONS`` route of ours, or can be given one.

    `taking` are those of its routes that may serve ``OPTIONS`` requests.
    """
    is_resource = isinstance(resource, web.Resource | web.StaticResource)
    return is_resource and all(map(is_ours, taking))


def add_options_route(resource: web.AbstractResource) -> bool:
    """Let preflights of `resource` arrive at a route of ours; False where it cannot take one."""
    taking = _options_routes(resource)
    if not _can_take_preflights(resource, taking):
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
