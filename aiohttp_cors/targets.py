"""Binds a policy to what aiohttp routes: resources, routes, sub-applications, everything.

Knows what can be a target and which binding contradicts another. Does not know how a policy
was written.
"""

from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

from aiohttp import hdrs, web

from aiohttp_cors.adapters import NO_POLICIES, RESOURCE_LEVEL, Coverage, mounted_app, with_head
from aiohttp_cors.engine import Engine
from aiohttp_cors.errors import CorsConfigError, Problem
from aiohttp_cors.policy import Policy
from aiohttp_cors.table import CompiledPolicy

Target: TypeAlias = web.AbstractResource | web.AbstractRoute
"""What a policy is bound to: a resource of any kind, a sub-application's included, or a route."""

_HINT: Final = "a resource or a route, as app.router.add_resource and add_route return them"
_BOUND_ONCE: Final = "bind it once, with all its clauses in one policy"


def bind_targets(engine: Engine, policy: Policy, targets: Iterable[object]) -> None:
    """Bind `policy` to all `targets`, or to none.

    Raises `CorsConfigError` with a problem for each target that is none (*invalid*) or that has
    a policy of its own already (*conflicting*).
    """
    parsed = _parse(targets)
    _refuse_bound(engine, parsed)
    compiled = engine.compiled(policy)
    for target in parsed:
        if isinstance(target, web.Application):
            engine.table.bind_subapp(target, compiled)
            engine.settle_again()
        elif isinstance(target, web.AbstractResource):
            engine.bind(target, _coverage(engine, target, compiled))
        else:
            _bind_route(engine, target, compiled)


def bind_everywhere(engine: Engine, policy: Policy, excluding: Iterable[object]) -> None:
    """Bind `policy` to every resource but the excluded ones; a route excludes its resource.

    Raises `CorsConfigError` as `bind_targets` does.
    """
    if engine.table.everywhere is not None:
        raise CorsConfigError([Problem("target", "everywhere", "conflicting", _BOUND_ONCE)])
    excluded: list[web.AbstractResource] = []
    problems: list[Problem] = []
    for target in excluding:
        resource = target.resource if isinstance(target, web.AbstractRoute) else target
        if isinstance(resource, web.AbstractResource):
            excluded.append(resource)
        else:
            problems.append(Problem("excluding", repr(target), "invalid", _HINT))
    if problems:
        raise CorsConfigError(problems)
    engine.table.bind_everywhere(engine.compiled(policy), excluded)
    engine.settle_again()


def _parse(
    targets: Iterable[object],
) -> list[web.AbstractResource | web.AbstractRoute | web.Application]:
    parsed: list[web.AbstractResource | web.AbstractRoute | web.Application] = []
    problems: list[Problem] = []
    for target in targets:
        if isinstance(target, web.AbstractResource):
            parsed.append(mounted_app(target) or target)
        elif isinstance(target, web.AbstractRoute) and target.resource is not None:
            parsed.append(target)
        else:
            problems.append(Problem("target", repr(target), "invalid", _HINT))
    if problems:
        raise CorsConfigError(problems)
    return parsed


def _refuse_bound(
    engine: Engine, targets: Iterable[web.AbstractResource | web.AbstractRoute | web.Application]
) -> None:
    problems: list[Problem] = []
    seen: set[int] = set()
    for target in targets:
        if id(target) in seen or _is_bound(engine, target):
            problems.append(Problem("target", repr(target), "conflicting", _BOUND_ONCE))
        seen.add(id(target))
    if problems:
        raise CorsConfigError(problems)


def _is_bound(
    engine: Engine, target: web.AbstractResource | web.AbstractRoute | web.Application
) -> bool:
    if isinstance(target, web.Application):
        return engine.table.has_subapp(target)
    resource = target if isinstance(target, web.AbstractResource) else target.resource
    if resource is None:
        return False
    for bound in (engine.table.bound(resource), engine.table.bound_elsewhere(resource)):
        # The two faces merge differently, so that a resource belongs to one of them.
        if bound is not None and (bound.classic or (resource is target and bound.whole)):
            return True
    return target in engine.routes


def _bind_route(engine: Engine, route: web.AbstractRoute, policy: CompiledPolicy) -> None:
    resource = route.resource
    if resource is not None:
        engine.routes[route] = policy
        bound = engine.table.bound(resource)
        engine.bind(resource, _coverage(engine, resource, None if bound is None else bound.whole))


def _coverage(
    engine: Engine, resource: web.AbstractResource, whole: CompiledPolicy | None
) -> Coverage:
    bound: dict[str, CompiledPolicy | None] = {}
    if engine.routes:
        bound = {route.method: engine.routes[route] for route in resource if route in engine.routes}
    by_method: Mapping[str, CompiledPolicy | None] = NO_POLICIES
    otherwise = whole
    if hdrs.METH_ANY in bound:
        otherwise = bound.pop(hdrs.METH_ANY)
        routed = {route.method for route in resource} - {hdrs.METH_ANY}
        by_method = {**dict.fromkeys(routed, whole), **bound}
    elif bound:
        serves_any = any(route.method == hdrs.METH_ANY for route in resource)
        by_method = bound if serves_any else with_head(bound)
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
    )
