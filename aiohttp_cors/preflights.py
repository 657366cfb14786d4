"""Answers preflights: finds the route that would serve the request, and asks its policy.

Knows how aiohttp's router is asked for another method, and how a verdict becomes a response.
Does not know the checks themselves (`aiohttp_cors.protocol`).

Source: Fetch, *CORS-preflight fetch*, https://fetch.spec.whatwg.org/#cors-preflight-fetch-0
"""

from collections.abc import Awaitable, Sequence
from typing import Final, final

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from aiohttp_cors.adapters import (
    Coverage,
    TablesOfRequest,
    resource_of_405,
    routed_methods,
    view_of,
)
from aiohttp_cors.covered import (
    TABLE,
    Neighbour,
    Situation,
    find_any_coverage,
    find_coverage,
    overlapping,
    tables_of,
)
from aiohttp_cors.decisions import grant_of, log_refusal, logger
from aiohttp_cors.fetch import is_token
from aiohttp_cors.paths import is_found_by_path
from aiohttp_cors.protocol import (
    PreflightAllowed,
    PreflightVerdict,
    Refused,
    judge_classic_preflight,
    judge_preflight,
    refuse_method,
)
from aiohttp_cors.table import CompiledPolicy

_VARY: Final = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"


@final
class PreflightAnswer(web.Response):
    """An answer of ours: it is finished, and nothing more is written to it."""


@final
class PreflightRefusal(web.HTTPForbidden):
    """A refusal of ours: it is finished, and nothing more is written to it."""


@web.middleware
def answer_first(request: web.Request, handler: Handler) -> Awaitable[web.StreamResponse]:
    """The middleware that answers preflights before any other middleware sees them.

    Every other request costs one comparison.
    """
    if request.method == hdrs.METH_OPTIONS and is_preflight(request):
        return _answer_or_pass(request, handler)
    return handler(request)


async def answer_options(request: web.Request) -> web.StreamResponse:
    """The handler of the ``OPTIONS`` routes that this library adds.

    Raises `web.HTTPForbidden` for a refused preflight; and for a request that is no preflight
    where the classic API covers the resource, as 0.8.1 did. The fluent API answers that with the
    methods of the resource.
    """
    if is_preflight(request):
        return answer(request, await judge(request) or refuse(request))
    match_info = request.match_info
    resource = match_info.route.resource
    coverage = find_any_coverage(match_info.apps, resource)
    if resource is None or coverage is None or coverage.classic:
        origin = request.headers.get(hdrs.ORIGIN)
        verdict = judge_classic_preflight(origin, None, (), added=None, fallback=None)
        return answer(request, verdict)
    methods = {hdrs.METH_OPTIONS, *own_methods(resource)} - {hdrs.METH_ANY}
    return answer(request, PreflightAllowed([("Allow", ", ".join(sorted(methods)))]))


def is_preflight(request: web.Request) -> bool:
    """Whether an ``OPTIONS`` request is a CORS-preflight request: it has both headers."""
    headers = request.headers
    return hdrs.ORIGIN in headers and hdrs.ACCESS_CONTROL_REQUEST_METHOD in headers


def own_methods(resource: web.AbstractResource) -> frozenset[str]:
    """The methods that the application itself routes on `resource`, with ``*`` for any other."""
    return routed_methods(route for route in resource if route.handler is not answer_options)


async def judge(request: web.Request) -> PreflightVerdict | None:
    """The verdict on a preflight; None when neither its URL nor its route is covered.

    The policy is that of the route which the router selects for the same URL with the requested
    method. Costs a second resolve unless it is proved that no other resource can match.

    Precondition: `is_preflight(request)`.
    """
    match_info = request.match_info
    apps: Sequence[web.Application] = match_info.apps
    resource = match_info.route.resource
    method = request.headers[hdrs.ACCESS_CONTROL_REQUEST_METHOD]
    prepared = _prepared(apps, resource)
    if prepared is not None:
        if is_token(method) and prepared.coverage.covers(method):
            return await _judge(request, method, prepared)
        return refuse(request)
    known = find_any_coverage(apps, resource)
    if is_token(method):
        resource, apps = await _serving(request, method)
        coverage = find_coverage(apps, resource, method)
        if resource is not None and coverage is not None:
            situation = await _situation_of_url(request, apps, resource, coverage)
            return await _judge(request, method, situation)
    return None if known is None else refuse(request)


def judge_view(request: web.Request, tables: TablesOfRequest) -> PreflightVerdict:
    """The verdict on an ``OPTIONS`` request of a view that is asked for its tables."""
    headers = request.headers
    origin = headers.get(hdrs.ORIGIN)
    method = headers.get(hdrs.ACCESS_CONTROL_REQUEST_METHOD)
    added = None
    if origin is not None and method is not None:
        try:
            added = CompiledPolicy(tables(request, method))
        except KeyError:
            pass  # the view has no such method
        except Exception:  # noqa: BLE001 -- user code; a request is refused, never dropped
            logger.exception("the view's own configuration could not be read")
    return judge_classic_preflight(
        origin, method, _header_lines(request), added=added, fallback=None
    )


async def serves_actual(request: web.Request, view: object) -> bool:
    """Whether the actual request that a preflight announces would be routed to `view`, too."""
    match_info = await _resolve(request, request.headers[hdrs.ACCESS_CONTROL_REQUEST_METHOD])
    return match_info is not None and view_of(match_info.route) is view


def refuse(request: web.Request) -> Refused:
    """The refusal of a method that no policy has a say about.

    Precondition: `is_preflight(request)`.
    """
    headers = request.headers
    return refuse_method(headers[hdrs.ACCESS_CONTROL_REQUEST_METHOD], headers[hdrs.ORIGIN])


def answer(request: web.Request, verdict: PreflightVerdict) -> web.Response:
    """The answer to a preflight: an empty 200, or `web.HTTPForbidden` raised."""
    if isinstance(verdict, Refused):
        log_refusal(request, request.headers.get(hdrs.ORIGIN), verdict)
        raise PreflightRefusal(text=_text(verdict), headers={hdrs.VARY: _VARY})
    return PreflightAnswer(headers=[*verdict.headers, (hdrs.VARY, _VARY)])


async def _answer_or_pass(request: web.Request, handler: Handler) -> web.StreamResponse:
    verdict = await judge(request)
    if verdict is not None:
        return answer(request, verdict)
    match_info = request.match_info
    unmatched = isinstance(match_info.http_exception, web.HTTPNotFound) and any(
        table.unmatched(match_info.apps) is not None for table in tables_of(match_info.apps)
    )
    # A browser sends no credentials with a preflight: a middleware would answer 401, not 404.
    return await (match_info.handler if unmatched else handler)(request)


async def _serving(
    request: web.Request, method: str
) -> tuple[web.AbstractResource | None, Sequence[web.Application]]:
    """The resource that would serve `method` on this URL, and the applications on the way to it.

    Where no route would, the resource that matches the URL.
    """
    asked = request.match_info
    apps = asked.apps
    match_info = await _resolve(request, method)
    if match_info is None:
        return None, apps
    if match_info.http_exception is None:
        return match_info.route.resource, (apps[0], *match_info.apps)
    if isinstance(asked.http_exception, web.HTTPMethodNotAllowed):
        return await resource_of_405(request), apps
    return asked.route.resource, apps


async def _resolve(request: web.Request, method: str) -> web.UrlMappingMatchInfo | None:
    """What the router selects for the same URL with `method`; None where it cannot be asked."""
    try:
        asked = request.clone(method=method)
    except RuntimeError:  # somebody read the body, and aiohttp does not clone that
        return None
    return await request.match_info.apps[0].router.resolve(asked)


def _judge_classic(request: web.Request, method: str, coverage: Coverage) -> PreflightVerdict:
    if coverage.view is not None and method not in coverage.added:
        return judge_view(request, coverage.view)
    return judge_classic_preflight(
        request.headers[hdrs.ORIGIN],
        method,
        _header_lines(request),
        added=coverage.added.get(method),
        fallback=coverage.fallback,
    )


async def _judge(request: web.Request, method: str, situation: Situation) -> PreflightVerdict:
    coverage = situation.coverage
    if coverage.classic:
        return _judge_classic(request, method, coverage)
    policy = coverage.added.get(method, coverage.fallback)
    origin = request.headers[hdrs.ORIGIN]
    return judge_preflight(
        origin,
        method,
        _header_lines(request),
        grant=None if policy is None else await grant_of(policy, origin),
        routed=situation.methods,
        alone=situation.only is policy,
    )


def _prepared(
    apps: Sequence[web.Application], resource: web.AbstractResource | None
) -> Situation | None:
    """The situation of a covered resource that alone can match its URLs; None for others.

    Proved once, and again after something was bound or added. Costs two dict lookups.
    """
    table = apps[0].get(TABLE) if len(apps) == 1 else None
    if table is None or resource is None:
        return None
    prepared = table.prepared.get(resource)
    resources, routes = len(apps[0].router.resources()), len(resource)
    if prepared is None or prepared.resources != resources or prepared.routes != routes:
        coverage = table.coverage_of(resource, apps)
        if coverage is None or table.overlapping(resource, apps):
            return None
        prepared = table.prepared[resource] = _situation(apps, resource, coverage)
    return prepared


def _situation(
    apps: Sequence[web.Application], resource: web.AbstractResource, coverage: Coverage
) -> Situation:
    """The situation of a resource that alone can match its URLs."""
    methods = own_methods(resource)
    policies = _preflight_policies(apps, resource, methods)
    return Situation(
        coverage=coverage,
        methods=methods,
        only=policies.pop() if len(policies) == 1 else None,
        resources=len(apps[0].router.resources()),
        routes=len(resource),
    )


async def _situation_of_url(
    request: web.Request,
    apps: Sequence[web.Application],
    resource: web.AbstractResource,
    coverage: Coverage,
) -> Situation:
    """The situation at the URL of a preflight, which other resources may match too.

    Asks the router for each method that any of them routes. A resource of a program's own making
    may choose by more than the URL: all its methods have a say.
    """
    asked: set[str] = set()
    policies: set[CompiledPolicy | None] = set()
    for other, on_way in (Neighbour(resource, tuple(apps)), *overlapping(apps, resource)):
        methods = own_methods(other)
        if is_found_by_path(other):
            asked |= methods
        else:
            policies |= _preflight_policies(on_way, other, methods) or {None}
    routed = set(own_methods(resource))
    for method in asked:
        selected, its_apps = await _serving(request, method)
        if selected is not None and method in own_methods(selected):
            policies.add(_preflight_policy(its_apps, selected, method))
            routed.add(method)
    only = policies.pop() if len(policies) == 1 else None
    return Situation(coverage, frozenset(routed), only)


def _preflight_policies(
    apps: Sequence[web.Application], resource: web.AbstractResource, methods: frozenset[str]
) -> set[CompiledPolicy | None]:
    return {_preflight_policy(apps, resource, method) for method in methods}


def _preflight_policy(
    apps: Sequence[web.Application], resource: web.AbstractResource, method: str
) -> CompiledPolicy | None:
    coverage = find_coverage(apps, resource, method)
    return None if coverage is None else coverage.added.get(method, coverage.fallback)


def _header_lines(request: web.Request) -> Sequence[str]:
    name = hdrs.ACCESS_CONTROL_REQUEST_HEADERS
    return request.headers.getall(name) if name in request.headers else ()


def _text(refused: Refused) -> str:
    # A byte that is no UTF-8 reaches us as a lone surrogate; no response can carry one.
    text = f"CORS preflight request failed: {refused.text}"
    return text.encode(errors="backslashreplace").decode()
