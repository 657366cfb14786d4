"""What a policy of the fluent API is bound to, and the rows that follow from it.

Owns: what can be a target, which binding contradicts another, and the rows of bound routes,
resources, sub-applications and everything.
Leaves to: `aiohttp_cors._table.coverage` which of two rows decides.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias, TypeGuard

from aiohttp import hdrs, web

from aiohttp_cors._table.bindings import (
    Binding,
    Bindings,
    claim,
    is_added,
    is_claimed,
    is_enforced,
    release,
)
from aiohttp_cors._table.coverage import NO_ROWS, UNCOVERED, Coverage, Level, Row, everything
from aiohttp_cors._table.overlap import path_of
from aiohttp_cors._table.router import is_native, mounted_app, resources_of, routes_of
from aiohttp_cors._values.errors import CorsConfigError, Problem

Target: TypeAlias = web.AbstractResource | web.AbstractRoute
"""What a policy is bound to: a resource of any kind, a sub-application's included, or a route."""

_LIST: Final = "what is excluded is a list of resources or routes"
_BOUND_ONCE: Final = "a target has one policy: bind it once, with all its clauses in one policy"
_ADDED: Final = "a CorsConfig has it already: leave it out"
_OPENS: Final = "the policy of its resource is enforced, which one that is not would open"
_OPENED: Final = "a policy that is not enforced is bound to a route of it, which that would open"


def bind_targets(
    bindings: Bindings,
    binding: Binding,
    targets: Iterable[object],
    *,
    app: web.Application | None = None,
) -> list[Target]:
    """Bind a policy to all `targets`, or to none; returns them.

    The router of `app` is asked for what was meant by what is no target.

    Raises `CorsConfigError` with a problem for each target that is none (*invalid*) or that has
    a policy of its own already (*conflicting*).
    """
    enforced = binding.enforced is not None
    parsed = _parse(bindings, targets, app, enforced=enforced)
    for target in parsed:
        claim(target, enforced=enforced)
        if isinstance(target, web.AbstractRoute):
            bindings.bind_route(target, binding)
        elif (below := mounted_app(target)) is not None:
            bindings.bind_sub_application(below, binding)
        else:
            bindings.bind_resource(target, binding)
    return parsed


def release_targets(bindings: Bindings, bound: Iterable[Target]) -> None:
    """Take back what `bind_targets` has bound."""
    for target in bound:
        release(target)
        if isinstance(target, web.AbstractRoute):
            bindings.unbind_route(target)
        elif (below := mounted_app(target)) is not None:
            bindings.unbind_sub_application(below)
        else:
            bindings.unbind_resource(target)


def bind_everywhere(
    bindings: Bindings,
    binding: Binding,
    excluding: object,
    *,
    app: web.Application | None = None,
) -> None:
    """Bind a policy to every resource but the excluded ones; a route excludes its resource.

    Raises `CorsConfigError` as `bind_targets` does.
    """
    if bindings.everywhere is not None:
        raise CorsConfigError([Problem("target", "everywhere", "conflicting", _BOUND_ONCE, "")])
    if not _may_hold_targets(excluding):
        hint = "" if resource_of(excluding) is None else f"[{excluding!r}]"
        raise CorsConfigError([Problem("excluding", repr(excluding), "invalid", _LIST, hint)])
    excluded: list[web.AbstractResource] = []
    problems: list[Problem] = []
    for target in excluding:
        resource = resource_of(target)
        if resource is None:
            problems.append(_no_target("excluding", target, app))
        else:
            excluded.append(resource)
    if problems:
        raise CorsConfigError(problems)
    bindings.bind_everywhere(binding, tuple(excluded))


def coverage_of(
    bindings: Bindings, resource: web.AbstractResource, routes: Sequence[web.AbstractRoute]
) -> Coverage:
    """The rows that were bound to a resource, or to the routes that it lists."""
    binding = bindings.resources.get(resource)
    whole = UNCOVERED if binding is None else binding.row(Level.RESOURCE)
    bound = {
        route.method: own.row(Level.ROUTE).before(whole)
        for route in routes
        if (own := bindings.routes.get(route)) is not None
    }
    if not bound:
        return everything(whole)
    rest = bound.pop(hdrs.METH_ANY, whole)
    routed = {route.method for route in routes}
    # Every other route of the resource keeps the resource's policy, whatever a "*" route has.
    by_method = {**dict.fromkeys(routed - {hdrs.METH_ANY}, whole), **bound}
    # HEAD is answered by the GET handler or by one that shows the same, unless a "*" route has it.
    serves_head = hdrs.METH_HEAD in routed or hdrs.METH_ANY not in routed
    if hdrs.METH_GET in bound and hdrs.METH_HEAD not in bound and serves_head:
        by_method[hdrs.METH_HEAD] = bound[hdrs.METH_GET]
    return Coverage({m: row for m, row in by_method.items() if row != rest} or NO_ROWS, rest, whole)


def broad_row(
    apps: tuple[web.Application, ...],
    said: Sequence[Bindings],
    resource: web.AbstractResource | None,
    *,
    matched: bool,
) -> Row:
    """The row that was bound to whole applications on the way to a resource; `said` is of `apps`.

    None as `resource` stands for a 404, or, if something `matched`, for a resource that a router of
    the program's own does not name.
    """
    rows = list(_broad_rows(apps, said, resource, matched=matched)) or [UNCOVERED]
    decides = rows[0]
    for other in rows[1:]:
        decides = decides.before(other)
    return decides


def _broad_rows(
    apps: tuple[web.Application, ...],
    said: Sequence[Bindings],
    resource: web.AbstractResource | None,
    *,
    matched: bool,
) -> Iterator[Row]:
    """The rows of whole applications, the most specific first, up to an exclusion."""
    for app in reversed(apps):
        for bindings in said:
            binding = bindings.sub_applications.get(app)
            if binding is not None:
                yield binding.row(Level.SUB_APPLICATION)
    for bindings in said:
        if bindings.everywhere is not None:
            # Inner decisions stand: nobody further out is asked about what is excluded here.
            excluded = any(_is_excluded(resource, apps, by) for by in bindings.excluded)
            if matched and resource is None:
                # The unnamed resource may be any of the program's own.
                excluded = excluded or not all(map(is_native, bindings.excluded))
            yield bindings.everywhere.row(Level.EVERYWHERE, excluded=excluded)
            if excluded:
                return


def _is_excluded(
    resource: web.AbstractResource | None,
    apps: tuple[web.Application, ...],
    by: web.AbstractResource,
) -> bool:
    below = mounted_app(by)
    if below is not None:
        return any(app is below for app in apps)
    if resource is None or resource is by:
        return resource is by
    path = path_of(by)
    return (
        path is not None
        and path == path_of(resource)
        and any(other is by for other in resources_of(apps[-1]))
    )


def _may_hold_targets(value: object) -> TypeGuard[Iterable[object]]:
    # A resource iterates over its routes, of which it may have none yet: one by one, please.
    alone = isinstance(value, str | Mapping | web.AbstractResource)
    return isinstance(value, Iterable) and not alone


def resource_of(target: object) -> web.AbstractResource | None:
    """The resource that a target is or belongs to; None for what is no target."""
    if isinstance(target, web.AbstractResource):
        return target
    resource = target.resource if isinstance(target, web.AbstractRoute) else None
    return resource if isinstance(resource, web.AbstractResource) else None


def _no_target(field: str, given: object, app: web.Application | None) -> Problem:
    # Needed for a mistake alone.
    from aiohttp_cors._table.target_hints import no_target  # noqa: PLC0415 -- see above

    return no_target(field, given, app)


def _parse(
    bindings: Bindings,
    targets: Iterable[object],
    app: web.Application | None,
    *,
    enforced: bool,
) -> list[Target]:
    parsed: list[Target] = []
    problems: list[Problem] = []
    seen: set[int] = set()
    for target in targets:
        resource = resource_of(target)
        if resource is None:
            problems.append(_no_target("target", target, app))
            continue
        route = target if isinstance(target, web.AbstractRoute) else None
        below = None if route is not None else mounted_app(resource)
        # One application may be mounted under several domains; what is bound follows it.
        carrier = target if below is None else below
        is_bound = below is not None and below in bindings.sub_applications
        if id(carrier) in seen or is_bound or is_claimed(route or resource, resource):
            because = _ADDED if is_added(resource) else _BOUND_ONCE
            problems.append(Problem("target", repr(target), "conflicting", because, ""))
        elif not enforced and route is not None and is_enforced(resource):
            problems.append(Problem("target", repr(target), "conflicting", _OPENS, ".enforce_on"))
        elif (
            enforced
            and route is None
            and any(
                is_claimed(each, resource) and not is_enforced(each) for each in routes_of(resource)
            )
        ):
            problems.append(Problem("target", repr(target), "conflicting", _OPENED, ""))
        seen.add(id(carrier))
        parsed.append(route or resource)
    if problems:
        raise CorsConfigError(problems)
    return parsed
