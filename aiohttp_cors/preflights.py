"""Answers preflights: finds the route that would serve the request, and asks its policy.

Knows how aiohttp's router is asked for another method, and how a verdict becomes a response.
Does not know the checks themselves (`aiohttp_cors.protocol`).

Source: Fetch, *CORS-preflight fetch*, https://fetch.spec.whatwg.org/#cors-preflight-fetch-0
"""

from collections.abc import Awaitable, Sequence
from typing import Final

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from aiohttp_cors.adapters import Coverage, TablesOfRequest, resource_of_405
from aiohttp_cors.covered import TABLE, find_coverage, is_covered
from aiohttp_cors.decisions import keep, log_refusal, logger
from aiohttp_cors.fetch import is_token
from aiohttp_cors.protocol import (
    PreflightVerdict,
    Refused,
    judge_classic_preflight,
    refuse_method,
)
from aiohttp_cors.table import CompiledPolicy

_VARY: Final = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"


@web.middleware
def answer_first(request: web.Request, handler: Handler) -> Awaitable[web.StreamResponse]:
    """The middleware that answers preflights before any other middleware sees them.

    Every other request costs the two lookups of the condition.
    """
    if request.method == hdrs.METH_OPTIONS and is_preflight(request):
        return _answer_or_pass(request, handler)
    return handler(request)


async def answer_options(request: web.Request) -> web.StreamResponse:
    """The handler of the ``OPTIONS`` routes that this library adds.

    Raises `web.HTTPForbidden` for a refused preflight, and for a request that is no preflight.
    """
    if is_preflight(request):
        verdict = await judge(request) or refuse(request)
    else:
        verdict = judge_classic_preflight(
            request.headers.get(hdrs.ORIGIN), None, (), added=None, fallback=None
        )
    return respond(request, verdict)


def is_preflight(request: web.Request) -> bool:
    """Whether an ``OPTIONS`` request is a CORS-preflight request: it has both headers."""
    headers = request.headers
    return hdrs.ORIGIN in headers and hdrs.ACCESS_CONTROL_REQUEST_METHOD in headers


async def judge(request: web.Request) -> PreflightVerdict | None:
    """The verdict on a preflight; None when neither its URL nor its route is covered.

    The policy is that of the route which the router selects for the same URL with the requested
    method. Costs a second resolve unless no other resource can match.

    Precondition: `is_preflight(request)`.
    """
    apps = request.match_info.apps
    received = request.match_info.route.resource
    method = request.headers[hdrs.ACCESS_CONTROL_REQUEST_METHOD]
    known = is_covered(apps, received)
    if is_token(method):
        if received is None or not known or not _is_alone(apps, received):
            serving, on_way = await _serving(request, method)
            coverage = find_coverage(on_way, serving, method)
        else:
            coverage = find_coverage(apps, received, method)
        if coverage is not None:
            return _judge_covered(request, method, coverage)
    return refuse(request) if known else None


def judge_view(request: web.Request, tables_of: TablesOfRequest) -> PreflightVerdict:
    """The verdict on an ``OPTIONS`` request of a view that is asked for its tables."""
    headers = request.headers
    origin = headers.get(hdrs.ORIGIN)
    method = headers.get(hdrs.ACCESS_CONTROL_REQUEST_METHOD)
    added = None
    if origin is not None and method is not None:
        try:
            added = CompiledPolicy(tables_of(request, method))
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


def respond(request: web.Request, verdict: PreflightVerdict) -> web.Response:
    """`answer`, and the verdict kept on the request: the response is finished and is left alone."""
    keep(request, verdict)
    if isinstance(verdict, Refused):
        log_refusal(request, request.headers.get(hdrs.ORIGIN), verdict)
    return answer(verdict)


def answer(verdict: PreflightVerdict) -> web.Response:
    """The answer to a preflight: an empty 200, or `web.HTTPForbidden` raised."""
    if isinstance(verdict, Refused):
        raise web.HTTPForbidden(text=_text(verdict), headers={hdrs.VARY: _VARY})
    return web.Response(headers=[*verdict.headers, (hdrs.VARY, _VARY)])


async def _answer_or_pass(request: web.Request, handler: Handler) -> web.StreamResponse:
    verdict = await judge(request)
    return await handler(request) if verdict is None else respond(request, verdict)


def _is_alone(apps: Sequence[web.Application], resource: web.AbstractResource) -> bool:
    # Proved only where the application's own router is the whole story.
    table = apps[0].get(TABLE)
    if table is None or len(apps) > 1:
        return False
    return not table.overlapping(resource, apps[0].router)


async def _serving(
    request: web.Request, method: str
) -> tuple[web.AbstractResource | None, Sequence[web.Application]]:
    """The resource that would serve `method` on this URL, and the applications on the way to it.

    Where no route would, the resource that matches the URL.
    """
    asked = request.match_info
    apps = asked.apps
    try:
        match_info = await apps[0].router.resolve(request.clone(method=method))
    except RuntimeError:  # somebody read the body, and aiohttp does not clone that
        return None, apps
    if match_info.http_exception is None:
        return match_info.route.resource, (apps[0], *match_info.apps)
    if isinstance(asked.http_exception, web.HTTPMethodNotAllowed):
        return await resource_of_405(request), apps
    return asked.route.resource, apps


def _judge_covered(request: web.Request, method: str, coverage: Coverage) -> PreflightVerdict:
    added = coverage.added.get(method)
    if added is None and coverage.by_request is not None:
        return judge_view(request, coverage.by_request)
    return judge_classic_preflight(
        request.headers[hdrs.ORIGIN],
        method,
        _header_lines(request),
        added=added,
        fallback=coverage.fallback,
    )


def _header_lines(request: web.Request) -> Sequence[str]:
    name = hdrs.ACCESS_CONTROL_REQUEST_HEADERS
    return request.headers.getall(name) if name in request.headers else ()


def _text(refused: Refused) -> str:
    # A byte that is no UTF-8 reaches us as a lone surrogate; no response can carry one.
    text = f"CORS preflight request failed: {refused.text}"
    return text.encode(errors="backslashreplace").decode()
