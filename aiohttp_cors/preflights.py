"""Answers preflights: finds the route that would serve the request, and asks its policy.

Knows how aiohttp's router is asked for another method, and how a verdict becomes a response.
Does not know the checks themselves (`aiohttp_cors._protocol.checks`).

Source: Fetch, *CORS-preflight fetch*, https://fetch.spec.whatwg.org/#cors-preflight-fetch-0
"""

from collections.abc import Awaitable, Sequence
from collections.abc import Set as AbstractSet
from typing import Final, final

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from aiohttp_cors._protocol.checks import (
    PreflightAllowed,
    PreflightVerdict,
    Refused,
    judge_classic_preflight,
    judge_preflight,
    refuse_method,
    refuse_origin,
)
from aiohttp_cors._protocol.compiled_policy import CompiledPolicy, Grant
from aiohttp_cors._values.vocabulary import FORBIDDEN_METHODS
from aiohttp_cors.adapters import (
    Coverage,
    TablesOfRequest,
    resource_of_405,
    routed_methods,
)
from aiohttp_cors.covered import (
    TABLE,
    Situation,
    find_any_coverage,
    find_coverage,
    tables_of,
)
from aiohttp_cors.decisions import grant_of, log_refusal, logger
from aiohttp_cors.neighbours import Located

_VARY: Final = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"

# What a page can use after a preflight, and what stands for any other.
_METHODS: Final = frozenset(hdrs.METH_ALL) - FORBIDDEN_METHODS | {hdrs.METH_ANY}


@final
class PreflightAnswer(web.Response):
    """An answer of ours: it is finished, and nothing more is written to it."""


@final
class PreflightRefusal(web.HTTPForbidden):
    """A refusal of ours: it is finished, and nothing more is written to it."""


def finish(response: web.StreamResponse) -> bool:
    """Whether `response` answers a preflight for us; then it is ready when this returns."""
    if isinstance(response, PreflightAnswer):
        # aiohttp 3.9 gives a type even to an empty body.
        response.headers.popall(hdrs.CONTENT_TYPE, None)
        return True
    if isinstance(response, PreflightRefusal):
        # Once raised, it is in a cycle with its own traceback: a load for the collector.
        response.__traceback__ = None
        return True
    return False


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
    apps, resource = match_info.apps, match_info.route.resource
    served = _served(request.headers[hdrs.ACCESS_CONTROL_REQUEST_METHOD])
    situation = _prepared(apps, resource)
    if situation is not None and situation.coverage.covers(served):
        return await _judge(request, situation.coverage, situation)
    if situation is None:
        serving = await _serving(request, served)
        coverage = None if serving is None else find_coverage(*serving, served)
        if serving is not None and coverage is not None:
            return await _judge(request, coverage, serving)
    return None if find_any_coverage(apps, resource) is None else refuse(request)


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


def _served(method: str) -> str:
    # Routes are in upper case, and aiohttp's parser in Python makes every method so.
    return method.upper()


async def _serving(request: web.Request, method: str) -> Located | None:
    """The resource that would serve `method` on this URL; None where the router cannot be asked.

    Where no route would, the resource that matches the URL.
    """
    try:
        selected = await _selected(request, method)
    except RuntimeError:  # somebody read the body, and aiohttp does not clone that
        return None
    if selected is not None:
        return selected
    asked = request.match_info
    matching = asked.route.resource
    if isinstance(asked.http_exception, web.HTTPMethodNotAllowed):
        matching = await resource_of_405(request)
    return None if matching is None else Located(asked.apps, matching)


async def _selected(request: web.Request, method: str) -> Located | None:
    """The resource that the router selects for the same URL with `method`, if there is a route."""
    root = request.match_info.apps[0]
    match_info = await root.router.resolve(request.clone(method=method))
    resource = None if match_info.http_exception is not None else match_info.route.resource
    return None if resource is None else Located((root, *match_info.apps), resource)


def _judge_classic(request: web.Request, coverage: Coverage) -> PreflightVerdict:
    method = request.headers[hdrs.ACCESS_CONTROL_REQUEST_METHOD]
    served = _served(method)
    if coverage.view is not None and served not in coverage.added:
        return judge_view(request, coverage.view)
    added = coverage.added.get(served)
    return judge_classic_preflight(
        request.headers[hdrs.ORIGIN],
        method,
        _header_lines(request),
        # The methods of routes are compared as they are written.
        added=added if method == served else None,
        fallback=coverage.fallback if added is None else None,
    )


async def _judge(
    request: web.Request, coverage: Coverage, known: Situation | Located
) -> PreflightVerdict:
    if coverage.classic:
        return _judge_classic(request, coverage)
    origin = request.headers[hdrs.ORIGIN]
    method = request.headers[hdrs.ACCESS_CONTROL_REQUEST_METHOD]
    policy = coverage.added.get(_served(method), coverage.fallback)
    grant = None if policy is None else await grant_of(policy, origin)
    if grant is None:
        return refuse_origin(origin)
    if isinstance(known, Located):
        known = await _situation_of_url(request, coverage, known, grant)
    return judge_preflight(
        origin,
        method,
        _header_lines(request),
        grant=grant,
        routed=known.methods,
        alone=known.only is policy,
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
    router = apps[0].router
    # A frozen router takes no more resources; its resources still take routes.
    size = (None if router.frozen else len(router.resources()), len(resource))
    if prepared is None or prepared.size != size:
        coverage = table.coverage_of(resource, apps)
        if coverage is None or table.neighbours.of(Located(apps, resource)).neighbours:
            return None
        methods = own_methods(resource)
        policies = _preflight_policies(Located(apps, resource), methods)
        only = policies.pop() if len(policies) == 1 else None
        prepared = table.prepared[resource] = Situation(coverage, methods, only, size)
    return prepared


async def _situation_of_url(
    request: web.Request, coverage: Coverage, serving: Located, grant: Grant
) -> Situation:
    """The situation at the URL of a preflight, which other resources may match too.

    Asks the router for each method that a browser may use or that one of them routes. Where a
    resource may choose by more than the URL, all its methods have a say.
    """
    near = tables_of(serving.apps)[0].neighbours.of(serving)
    policies: set[CompiledPolicy | None] = set()
    for other in near.unforeseeable:
        policies |= _preflight_policies(other, own_methods(other.resource)) or {None}
    own = own_methods(serving.resource)
    routed = set(own)
    for method in _METHODS | near.methods | own | (grant.allow_methods or frozenset()):
        selected = await _selected(request, method)
        if selected is not None and method in own_methods(selected.resource):
            policies |= _preflight_policies(selected, {method})
            routed.add(method)
        if len(policies) > 1:
            break
    only = policies.pop() if len(policies) == 1 else None
    return Situation(coverage, frozenset(routed), only)


def _preflight_policies(located: Located, methods: AbstractSet[str]) -> set[CompiledPolicy | None]:
    """The policies that decide about preflights for `methods`; None for one that is not covered."""
    policies: set[CompiledPolicy | None] = set()
    for method in methods:
        coverage = find_coverage(*located, method)
        policies.add(None if coverage is None else coverage.added.get(method, coverage.fallback))
    return policies


def _header_lines(request: web.Request) -> Sequence[str]:
    name = hdrs.ACCESS_CONTROL_REQUEST_HEADERS
    return request.headers.getall(name) if name in request.headers else ()


def _text(refused: Refused) -> str:
    # A byte that is no UTF-8 reaches us as a lone surrogate; no response can carry one.
    text = f"CORS preflight request failed: {refused.text}"
    return text.encode(errors="backslashreplace").decode()
