"""Which resource would serve the request that a preflight is for.

Owns: asking aiohttp's router, and whatever stands in its place.
Leaves to: `aiohttp_cors._table` which policy covers the resource.

A router or a resource of the program's own may raise, may lack what aiohttp's have, and may choose
by a header that the preflight does not carry. It is asked for nothing but the requested method.
"""

from collections.abc import Iterator
from typing import TypeGuard, final

from aiohttp import hdrs, web
from aiohttp.web_urldispatcher import SystemRoute

from aiohttp_cors._table.overlap import PathIndex, Paths, paths_of
from aiohttp_cors._table.router import (
    Mounted,
    has_native_router,
    is_native,
    mounted_app,
    resources_of,
)
from aiohttp_cors._table.scope import is_sole
from aiohttp_cors._table.table import Table


@final
class Landed:
    """Where a request arrived.

    - `apps`: the applications on its way, the root first;
    - `route`: None for whatever a router of the program's own leaves out;
    - `resource`: None for a 404, for a 405, and for a resource that nobody names;
    - `error`: the router's answer if no route serves the request.
    """

    __slots__ = ("apps", "error", "resource", "route")

    def __init__(
        self,
        apps: tuple[web.Application, ...],
        route: web.AbstractRoute | None,
        resource: web.AbstractResource | None,
        error: web.HTTPException | None,
    ) -> None:
        self.apps = apps
        self.route = route
        self.resource = resource
        self.error = error

    @property
    def mounted(self) -> Mounted | None:
        return None if self.resource is None else Mounted(self.apps, self.resource)


@final
class Selection:
    """What would serve the request.

    - `apps`: the applications on the way;
    - `serving`: the resource; None if nobody names it;
    - `others`: further resources that may serve the request for a reason that no preflight carries;
      each of them has to allow it;
    - `is_sole`: whether no other resource can match the URL.
    """

    __slots__ = ("apps", "is_sole", "others", "serving")

    def __init__(
        self,
        apps: tuple[web.Application, ...],
        serving: Mounted | None,
        others: tuple[Mounted, ...] = (),
        *,
        is_sole: bool = False,
    ) -> None:
        self.apps = apps
        self.serving = serving
        self.others = others
        self.is_sole = is_sole


def landed(match_info: object) -> Landed:
    """Where a request arrived, of whatever a router has answered."""
    apps: object = getattr(match_info, "apps", ())
    route: object = getattr(match_info, "route", None)
    resource: object = getattr(route, "resource", None)
    error: object = getattr(match_info, "http_exception", None)
    # An `isinstance` of one of aiohttp's abstract classes takes six times as long as `type(x) is C`.
    return Landed(
        apps if _are_apps(apps) else (),
        route
        if type(route) is web.ResourceRoute
        or type(route) is SystemRoute
        or isinstance(route, web.AbstractRoute)
        else None,
        resource
        if resource is None
        or type(resource) is web.PlainResource
        or isinstance(resource, web.AbstractResource)
        else None,
        error
        if error is None
        or type(error) is web.HTTPMethodNotAllowed
        or isinstance(error, web.HTTPException)
        else None,
    )


def _are_apps(value: object) -> TypeGuard[tuple[web.Application, ...]]:
    return isinstance(value, tuple)


async def resource_of_405(
    table: Table, request: web.Request, apps: tuple[web.Application, ...]
) -> web.AbstractResource | None:
    """The first resource that matches the URL with other methods.

    Only resources whose path may match are asked, unless the router is of the program's own making.
    """
    app = apps[-1]
    native = has_native_router(app)
    resources = table.index(app).asked(paths_of(request.rel_url)) if native else resources_of(app)
    for resource in resources:
        try:
            match_info, allowed = await resource.resolve(request)
        except Exception:  # noqa: BLE001, S112 -- a class of the program's own
            continue
        if match_info is None and allowed:
            return resource
    return None


async def may_take(resource: web.AbstractResource, request: web.Request) -> bool:
    """Whether a resource serves a request, as far as it says so: one that raises may."""
    try:
        match_info, _ = await resource.resolve(request)
    except Exception:  # noqa: BLE001 -- a class of the program's own
        return True
    return match_info is not None


async def select(table: Table, request: web.Request, here: Landed, method: str) -> Selection | None:
    """What would serve the same URL with `method`; None if nobody would, or nobody can tell.

    Where no route would, the resource of the 405 is meant. Costs a second resolve unless it is
    proved that no other resource can match.

    Precondition: `request` landed `here`, and one of our tables is on the way.
    """
    if here.mounted is not None and is_sole(table, here.mounted):
        return Selection(here.apps, here.mounted, is_sole=True)
    root = here.apps[0]
    try:
        # A RuntimeError says that somebody has read the body: aiohttp does not clone that.
        actual = request.clone(method=method)
        there = landed(await root.router.resolve(actual))
    except Exception:  # noqa: BLE001 -- a router of the program's own
        return None
    apps = (root, *there.apps)
    if there.error is None:
        serving = there.mounted and Mounted(apps, there.mounted.resource)
        others = tuple(_others(table, apps, serving, method, paths_of(request.rel_url)))
        return Selection(apps, serving, others)
    matching = None
    if isinstance(there.error, web.HTTPMethodNotAllowed):
        # Where the preflight has landed says nothing: that depends on who has an OPTIONS route.
        matching = await resource_of_405(table, actual, apps)
    return None if matching is None else Selection(apps, Mounted(apps, matching))


def _others(
    table: Table,
    apps: tuple[web.Application, ...],
    serving: Mounted | None,
    method: str,
    paths: Paths,
) -> Iterator[Mounted]:
    """What the routers on the way may choose in place of `serving`, for reasons we cannot see."""
    for depth, app in enumerate(apps):
        index = table.index(app)
        native = has_native_router(app)
        if native and not index.has_foreign:
            continue
        step = serving.resource if serving is not None and app is apps[-1] else None
        below = None if app is apps[-1] else apps[depth + 1]
        for resource in _choices(index, paths, step, below, native=native):
            other = Mounted(apps[: depth + 1], resource)
            if not is_native(resource) or table.methods(other) & {method, hdrs.METH_ANY}:
                yield other


def _choices(
    index: PathIndex,
    paths: Paths,
    step: web.AbstractResource | None,
    below: web.Application | None,
    *,
    native: bool,
) -> Iterator[web.AbstractResource]:
    """The resources of one router beside the one that leads on.

    aiohttp's router asks in order. So only resources of the program's own can take a request that
    it would give to a later one; and if it gave the request to such a one, any later one may get it.
    """
    passed = False
    for resource in index.asked(paths):
        leads_on = resource is step or (below is not None and mounted_app(resource) is below)
        if leads_on and native and is_native(resource):
            return
        if leads_on:
            passed = True
        elif passed or not native or not is_native(resource):
            yield resource
