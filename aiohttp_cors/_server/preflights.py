"""Answers preflights.

Owns: the straight line from a preflight to its verdict, and the middleware.
Leaves to: `aiohttp_cors._server.answers` the responses; to `aiohttp_cors._server.selection` which resource would serve the request; to
`aiohttp_cors._table` the row; to `aiohttp_cors._protocol.checks` the verdict.

Source: Fetch, *CORS-preflight fetch*, https://fetch.spec.whatwg.org/#cors-preflight-fetch-0
"""

from collections.abc import Awaitable

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from aiohttp_cors._protocol.checks import (
    judge_preflight,
    refuse_incomplete,
    refuse_method,
    refuse_uncovered,
)
from aiohttp_cors._protocol.compiled_policy import CompiledPolicy
from aiohttp_cors._protocol.grant import Grant
from aiohttp_cors._protocol.verdicts import (
    Asked,
    Dialect,
    Naming,
    PreflightAllowed,
    PreflightVerdict,
    Refused,
)
from aiohttp_cors._server.aiohttp_release import as_middleware
from aiohttp_cors._server.answers import answer, recall, remember
from aiohttp_cors._server.decision import grant_of
from aiohttp_cors._server.headers import asked_of, first_line, is_preflight
from aiohttp_cors._server.log import log_near_miss, logger
from aiohttp_cors._server.selection import Landed, Selection, landed, resource_of_405, select
from aiohttp_cors._table.coverage import Level, Row, ViewPolicy
from aiohttp_cors._table.overlap import paths_of
from aiohttp_cors._table.router import Mounted
from aiohttp_cors._table.scope import NOTHING_KNOWN, Scope, scope_at, scope_of_sole
from aiohttp_cors._table.table import TABLE, Table


@as_middleware
def answer_preflights(request: web.Request, handler: Handler) -> Awaitable[web.StreamResponse]:
    """The middleware that answers preflights, wherever a program puts it among its own.

        app = web.Application(middlewares=[ban, answer_preflights, authenticate])

    Left out, it goes before all others at startup, if it is needed: a browser sends no credentials
    with a preflight, so that a middleware that wants some would refuse every one. Every request that
    is no preflight costs one comparison.
    """
    if request.method == hdrs.METH_OPTIONS and is_preflight(request):
        return _answer_or_pass(request, handler)
    return handler(request)


async def answer_options(request: web.Request) -> web.StreamResponse:
    """The handler of the ``OPTIONS`` routes that this library adds.

    A refused preflight is answered with 403. So is a request that is no preflight where the classic
    API covers the resource, as in 0.8.1. The fluent API answers that with the methods of the
    resource.
    """
    if is_preflight(request):
        known = _recall(request)
        if known is not None:
            return known
        return answer(request, await judge(request) or refuse(request))
    here = landed(request.match_info)
    table = table_of(here)
    if (
        table is None
        or here.mounted is None
        or not table.coverage(here.mounted).has(Dialect.FLUENT)
    ):
        return answer(request, refuse_incomplete(first_line(request, hdrs.ORIGIN)))
    methods = {hdrs.METH_OPTIONS, *table.methods(here.mounted)} - {hdrs.METH_ANY}
    return answer(request, PreflightAllowed([("Allow", ", ".join(sorted(methods)))]))


def is_ours(route: web.AbstractRoute) -> bool:
    """Whether this library added `route`."""
    return route.handler is answer_options


def table_of(here: Landed) -> Table | None:
    """The table of the outermost application on the way that has one."""
    for app in here.apps:
        table = app.get(TABLE)
        if table is not None:
            return table
    return None


async def judge(request: web.Request) -> PreflightVerdict | None:
    """The verdict on a preflight; None where nothing here is covered, and the request goes on.

    The policy is that of the route which the router selects for the same URL with the requested
    method. Fetch, *CORS-preflight fetch*, steps 7 and 8, is what the browser does with the answer.

    Precondition: `is_preflight(request)`.
    """
    here = landed(request.match_info)
    table = table_of(here)
    if table is None:
        return None
    asked = asked_of(request)
    served = asked.method.upper()  # routes are in upper case, and one of aiohttp's parsers is too
    selection = await select(table, request, here, served)
    if selection is None:
        return await refuse_beside(table, request, here, asked, None)
    row = row_of(table, selection, served)
    if row.policy is None:
        return await refuse_beside(table, request, here, asked, selection)
    verdict = await _judge_row(table, request, asked, selection, row)
    for other in selection.others:
        # Any of these may serve the request instead: all have to allow it.
        theirs = table.row(other, served)
        if theirs.policy is None:
            return refuse_uncovered(asked.method)
        if theirs.policy is row.policy and theirs.naming is row.naming:
            verdict = _both(verdict, verdict)  # a predicate is asked once
            continue
        also = await _judge_row(
            table, request, asked, Selection(selection.apps, other, selection.others), theirs
        )
        verdict = _both(verdict, also)
    return verdict


def refuse(request: web.Request) -> Refused:
    """The refusal of a preflight that no policy covers. Precondition: `is_preflight(request)`."""
    return refuse_uncovered(asked_of(request).method)


async def judge_view(request: web.Request, view: ViewPolicy) -> PreflightVerdict:
    """The verdict on an ``OPTIONS`` request that no router has seen: the view judges alone."""
    if not is_preflight(request):
        return refuse_incomplete(first_line(request, hdrs.ORIGIN))
    row = Row(view, Naming.NEVER, Dialect.CLASSIC, Level.RESOURCE)
    _, verdict = await _judge_policy(request, asked_of(request), row, NOTHING_KNOWN)
    return verdict


async def _answer_or_pass(request: web.Request, handler: Handler) -> web.StreamResponse:
    known = _recall(request)
    if known is not None:
        return known
    verdict = await judge(request)
    if verdict is not None:
        return answer(request, verdict)
    here = landed(request.match_info)
    table = table_of(here)
    unmatched = (
        table is not None
        and isinstance(here.error, web.HTTPNotFound)
        and table.unmatched(here.apps).policy is not None
    )
    # A browser sends no credentials with a preflight: a middleware would answer 401, not 404.
    return await (request.match_info.handler if unmatched else handler)(request)


def _recall(request: web.Request) -> web.Response | None:
    """The remembered answer to a preflight for a resource of an application that stands alone."""
    match_info = request.match_info
    apps = match_info.apps
    table = apps[0].get(TABLE) if len(apps) == 1 else None
    if table is None or not table.answered:
        return None
    # Of whatever kind it is: only what a table has seen is remembered.
    resource: object = getattr(getattr(match_info, "route", None), "resource", None)
    return recall(table, request, resource)


def row_of(table: Table, selection: Selection, method: str) -> Row:
    """The row that decides about a preflight for `method`."""
    if selection.serving is None:
        return table.unnamed(selection.apps)
    return table.row(selection.serving, method)


async def refuse_beside(
    table: Table, request: web.Request, here: Landed, asked: Asked, selection: Selection | None
) -> Refused | None:
    """The refusal of a preflight for what nobody covers, if something at this URL is covered."""
    near = [] if selection is None or selection.serving is None else [selection.serving]
    if here.mounted is not None:
        near.append(here.mounted)
    elif isinstance(here.error, web.HTTPMethodNotAllowed):
        matching = await resource_of_405(table, request, here.apps)
        near += [] if matching is None else [Mounted(here.apps, matching)]
    if any(table.coverage(mounted).is_covered() for mounted in near):
        return refuse_uncovered(asked.method)
    return None


async def _judge_row(
    table: Table, request: web.Request, asked: Asked, selection: Selection, row: Row
) -> PreflightVerdict:
    scope = scope_of(table, request, selection, row, asked)
    grant, verdict = await _judge_policy(request, asked, row, scope)
    if selection.is_sole and selection.serving is not None:
        remember(table, selection.serving, asked, row, grant, verdict)
    return verdict


def scope_of(
    table: Table, request: web.Request, selection: Selection, row: Row, asked: Asked
) -> Scope:
    """What an answer may say about the URL beyond the method that was asked."""
    if row.dialect is not Dialect.FLUENT:
        return NOTHING_KNOWN  # the classic API answers what was asked
    serving, policy = selection.serving, row.policy
    if serving is None or policy is None:
        # The router selected a route for the method, and that is all that is known.
        return Scope(frozenset({asked.method}), alone=False, unchecked=frozenset())
    if selection.is_sole:
        return scope_of_sole(table, serving, policy)
    scope = scope_at(table, serving, policy, paths_of(request.rel_url))
    return Scope(scope.methods, scope.alone and not selection.others, scope.unchecked)


async def _judge_policy(
    request: web.Request, asked: Asked, row: Row, scope: Scope
) -> tuple[Grant | None, PreflightVerdict]:
    """What the row's policy grants, and the verdict."""
    policy = row.policy
    if isinstance(policy, ViewPolicy):
        try:
            policy = policy.ask(request, asked.method)
        except Exception:  # noqa: BLE001 -- user code; a request is refused, never dropped
            logger.exception("the view's own configuration could not be read")
            policy = None
    if not isinstance(policy, CompiledPolicy):
        return None, refuse_method(asked)  # the view has no such method
    grant = await grant_of(request, policy, asked.origin)
    if grant is None:
        log_near_miss(request, asked.origin, policy)
    return grant, judge_preflight(asked, policy, grant, row, scope)


def _both(one: PreflightVerdict, other: PreflightVerdict) -> PreflightVerdict:
    """What two candidates allow: a refusal of either, without a word about what is allowed."""
    for verdict in (one, other):
        if isinstance(verdict, Refused):
            return verdict._replace(headers=())
    credentials = hdrs.ACCESS_CONTROL_ALLOW_CREDENTIALS
    if any(name == credentials for name, _ in other.headers):
        return one
    return PreflightAllowed([pair for pair in one.headers if pair[0] != credentials])
