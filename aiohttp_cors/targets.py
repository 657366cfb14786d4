"""Binds a policy to what aiohttp routes: resources, routes, sub-applications, everything.

Knows what can be a target and which binding contradicts another. Does not know how a policy
was written.
"""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Final, TypeAlias, TypeGuard

from aiohttp import hdrs, web

from aiohttp_cors._protocol.compiled_policy import CompiledPolicy
from aiohttp_cors._table.target_hints import no_target
from aiohttp_cors._values.errors import CorsConfigError, Problem
from aiohttp_cors._values.policy import Policy
from aiohttp_cors.adapters import NO_POLICIES, RESOURCE_LEVEL, Coverage, mounted_app, with_head
from aiohttp_cors.covered import claim, is_claimed
from aiohttp_cors.engine import Engine

Target: TypeAlias = web.AbstractResource | web.AbstractRoute
"""What a policy is bound to: a resource of any kind, a sub-application's included, or a route."""

_LIST: Final = "what is excluded is a list of resources or routes"
_BOUND_ONCE: Final = "a target has one policy: bind it once, with all its clauses in one policy"
_ADDED: Final = "a CorsConfig has it already: leave it out"


def bind_targets(engine: Engine, policy: Policy, targets: Iterable[object]) -> None:
    """Bind `policy` to all `targets`, or to none.

    Raises `CorsConfigError` with a problem for each target that is none (*invalid*) or that has
    a policy of its own already (*conflicting*).
    """
    parsed = _parse(engine, targets)
    compiled = engine.compiled(policy)
    for route, resource in parsed:
        claim(route or resource, classic=False)
        below = mounted_app(resource)
        if route is not None:
            if not engine.routes:
                engine.before_start.append(partial(_see_later_routes, engine))
            engine.routes[route] = compiled
            _bind_routes(engine, resource)
        elif below is not None:
            engine.table.bind_subapp(below, compiled)
            engine.settle_again()
        else:
            engine.bind(resource, _coverage(engine, resource, compiled))


def bind_everywhere(engine: Engine, policy: Policy, excluding: object) -> None:
    """Bind `policy` to every resource but the excluded ones; a route excludes its resource.

    Raises `CorsConfigError` as `bind_targets` does.
    """
    if engine.table.everywhere is not None:
        raise CorsConfigError([Problem("target", "everywhere", "conflicting", _BOUND_ONCE, "")])
    if not _may_hold_targets(excluding):
        hint = "" if _resource_of(excluding) is None else f"[{excluding!r}]"
        raise CorsConfigError([Problem("excluding", repr(excluding), "invalid", _LIST, hint)])
    excluded: list[web.AbstractResource] = []
    problems: list[Problem] = []
    for target in excluding:
        resource = _resource_of(target)
        if resource is None:
            problems.append(no_target("excluding", target))
        else:
            excluded.append(resource)
    if problems:
        raise CorsConfigError(problems)
    engine.table.bind_everywhere(engine.compiled(policy), excluded)
    engine.settle_again()


def _bind_routes(engine: Engine, resource: web.AbstractResource) -> None:
    bound = engine.table.bound(resource)
    engine.bind(resource, _coverage(engine, resource, None if bound is None else bound.whole))


def _see_later_routes(engine: Engine) -> None:
    """Look again at the resources of bound routes: a ``*`` route serves HEAD itself."""
    for resource in {own for route in engine.routes if (own := route.resource) is not None}:
        _bind_routes(engine, resource)


def _may_hold_targets(value: object) -> TypeGuard[Iterable[object]]:
    # A resource iterates over its routes, of which it may have none yet: one by one, please.
    alone = isinstance(value, str | Mapping | web.AbstractResource)
    return isinstance(value, Iterable) and not alone


def _resource_of(target: object) -> web.AbstractResource | None:
    """The resource that a target is or belongs to; None for what is no target."""
    resource = target.resource if isinstance(target, web.AbstractRoute) else target
    return resource if isinstance(resource, web.AbstractResource) else None


def _parse(
    engine: Engine,
    targets: Iterable[object],
) -> list[tuple[web.AbstractRoute | None, web.AbstractResource]]:
    """Each target as its route, None for a whole resource, and its resource."""
    parsed: list[tuple[web.AbstractRoute | None, web.AbstractResource]] = []
    problems: list[Problem] = []
    seen: set[int] = set()
    for target in targets:
        route = target if isinstance(target, web.AbstractRoute) else None
        resource = _resource_of(target)
        if resource is None:
            problems.append(no_target("target", target))
            continue
        below = None if route is not None else mounted_app(resource)
        # One application may be mounted under several domains; what is bound follows it.
        carrier = target if below is None else below
        is_bound = below is not None and engine.table.has_subapp(below)
        if id(carrier) in seen or is_bound or is_claimed(route or resource):
            bound = engine.table.bound(resource)
            because = _BOUND_ONCE if bound is None or not bound.classic else _ADDED
            problems.append(Problem("target", repr(target), "conflicting", because, ""))
        seen.add(id(carrier))
        parsed.append((route, resource))
    if problems:
        raise CorsConfigError(problems)
    return parsed


def _coverage(
    engine: Engine, resource: web.AbstractResource, whole: CompiledPolicy | None
) -> Coverage:
    bound: dict[str, CompiledPolicy | None] = {}
    if engine.routes:
        bound = {route.method: engine.routes[route] for route in resource if route in engine.routes}
    routes = frozenset(bound)
    by_method: Mapping[str, CompiledPolicy | None] = NO_POLICIES
    otherwise = whole
    if hdrs.METH_ANY in bound:
        otherwise = bound.pop(hdrs.METH_ANY)
        routed = {route.method for route in resource} - {hdrs.METH_ANY}
        by_method = {**dict.fromkeys(routed, whole), **bound}
    elif bound:
        serves_any = any(route.method == hdrs.METH_ANY for route in resource)
        by_method = bound if serves_any else with_head(bound)
        routes = frozenset(by_method)
    policies = [whole, otherwise, *by_method.values()]
    return Coverage(
        classic=False,
        level=RESOURCE_LEVEL,
        by_method=by_method,
        otherwise=otherwise,
        whole=whole,
        added=by_method,
        fallback=otherwise,
        once=any(policy is not None and policy.asks for policy in policies),
        routes=routes,
    )
