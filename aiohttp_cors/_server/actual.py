"""Writes the headers of actual responses.

Owns: the receiver of ``on_response_prepare``, and what it remembers about routes.
Leaves to: `aiohttp_cors._table` the row; to `aiohttp_cors._protocol.checks` the verdict.

Every response passes here: a handler's result, an error that was raised, 404 and 405, a stream, a
WebSocket's 101. A receiver that raises drops the connection, so this one does not.

Source: aiohttp, *Signals*, https://docs.aiohttp.org/en/stable/web_advanced.html#signals
"""

from collections.abc import Callable, Sequence
from typing import final

from aiohttp import hdrs, web

from aiohttp_cors._protocol.checks import judge_actual
from aiohttp_cors._protocol.compiled_policy import Grant
from aiohttp_cors._protocol.verdicts import Dialect, Refused
from aiohttp_cors._server.decision import Decision, grant_of, keep, kept
from aiohttp_cors._server.headers import remove_foreign, write_verdict
from aiohttp_cors._server.log import (
    is_listened_to,
    log_grant,
    log_near_miss,
    log_refusal,
    log_uncovered,
    logger,
)
from aiohttp_cors._server.preflights import finish, is_ours, table_of
from aiohttp_cors._server.selection import Landed, landed, resource_of_405
from aiohttp_cors._table.bindings import filled
from aiohttp_cors._table.coverage import Row, ViewPolicy
from aiohttp_cors._table.router import Mounted
from aiohttp_cors._table.table import Remembered, Table


@final
class Receiver:
    """Writes the policy's headers into each response of one application.

    `on_first` is called with the first response, when the application has started.
    """

    __slots__ = ("_on_first", "_remembered", "_table", "_uncovered", "_warned")

    def __init__(self, table: Table, on_first: Callable[[], None]) -> None:
        self._table = table
        self._remembered = table.routes
        self._on_first: Callable[[], None] | None = on_first
        self._uncovered: set[int] = set()
        self._warned: set[int] = set()

    async def on_response_prepare(self, request: web.Request, response: web.StreamResponse) -> None:
        """What aiohttp calls when the headers of a response are about to be sent."""
        try:
            known = self._remembered.get(id(getattr(request.match_info, "route", None)))
            if known is None or known.method != request.method:
                await self._find_out(request, response)
                return
            policy = known.policy
            if policy is None:
                return
            # Decide again instead of reading the kept decision: a missed `request.get` costs
            # 0.3 µs, the decision less.
            origin = request.headers.get(hdrs.ORIGIN)
            grant = policy.constant if origin is None else policy.match(origin)
            verdict = judge_actual(origin, known.method, grant, known.naming)
            foreign = write_verdict(response.headers, origin, verdict, policy.constant is None)
            if foreign or is_listened_to():
                self._log(request, Decision(origin, verdict, policy), foreign)
        except Exception:  # noqa: BLE001 -- whatever is raised here drops the connection
            logger.exception("no CORS headers are written")
            remove_foreign(response.headers)
            # A cache must not hand this answer to an origin that is allowed.
            write_verdict(response.headers, None, None, vary=True)

    async def _find_out(self, request: web.Request, response: web.StreamResponse) -> None:
        """Decide about a request of which nothing is remembered, and remember what decided."""
        if self._on_first is not None:
            on_first, self._on_first = self._on_first, None
            on_first()
        here = landed(request.match_info)
        if finish(response) or (request.method == hdrs.METH_OPTIONS and self._is_left_alone(here)):
            return
        decision = kept(request)
        if decision is not None and decision.written_to is response:
            return
        table = table_of(request) or self._table
        decision = decision or await _decide(table, request)
        keep(request, decision._replace(written_to=response))
        foreign: Sequence[str] = ()
        if decision.policy is not None:
            vary = decision.policy.constant is None
            foreign = write_verdict(response.headers, decision.origin, decision.verdict, vary)
        self._log(request, decision, foreign)
        self._remember(request)

    def _is_left_alone(self, here: Landed) -> bool:
        """Whether an ``OPTIONS`` request is answered by us, or by a view of the classic API.

        Nothing else takes such requests of what the classic API covers.
        """
        if here.mounted is None:
            return False
        if here.route is not None and is_ours(here.route):
            return True
        row = self._table.row(here.mounted, hdrs.METH_OPTIONS)
        return row.dialect is Dialect.CLASSIC

    def _remember(self, request: web.Request) -> None:
        here = landed(request.match_info)
        route = here.route
        if route is None or here.mounted is None or route.method != request.method:
            return
        # A preflight may arrive at an OPTIONS route of the program's, and is answered before it.
        if len(here.apps) != 1 or self._table.is_inner or route.method == hdrs.METH_OPTIONS:
            return
        if not self._table.is_listed(here.mounted) or not self._table.may_keep():
            return
        row = self._table.row(here.mounted, route.method)
        if isinstance(row.policy, ViewPolicy) or (row.policy is not None and row.policy.asks):
            return
        self._remembered[id(route)] = Remembered(route, route.method, row.policy, row.naming)
        filled(self._table)

    def _log(
        self,
        request: web.Request,
        decision: Decision,
        foreign: Sequence[str],
    ) -> None:
        """Log what was decided, and once per resource that a handler wrote headers of its own."""
        origin, verdict, policy, _ = decision
        if isinstance(verdict, Refused):
            log_refusal(request, origin, verdict)
            if origin is not None and policy is not None:
                log_near_miss(request, origin, policy)
        elif isinstance(verdict, Grant):
            log_grant(request, origin, verdict)
        elif policy is None and origin is not None and is_listened_to():
            here = landed(request.match_info)
            if here.error is not None or self._is_new(self._uncovered, here, here.route):
                log_uncovered(request, origin)
        if foreign:
            here = landed(request.match_info)
            if self._is_new(self._warned, here, here.resource):
                names, by = ", ".join(foreign), here.resource
                logger.warning("%r: the handler's own %s gave way to the policy's", by, names)

    def _is_new(self, seen: set[int], here: Landed, thing: object) -> bool:
        """Whether a resource or a route is met for the first time.

        One that a program makes anew for each request is one of its kind.
        """
        is_known = here.mounted is not None and self._table.is_listed(here.mounted)
        met = id(thing) if is_known else id(type(thing))
        is_new = met not in seen
        seen.add(met)
        return is_new


async def _decide(table: Table, request: web.Request) -> Decision:
    """The decision about an actual request: its row, what that grants, the verdict."""
    row = await _row_of(table, request)
    origin = request.headers.get(hdrs.ORIGIN)
    if row is None or row.policy is None:
        return Decision(origin, None, None)
    method = request.method
    policy = row.policy
    if isinstance(policy, ViewPolicy):
        policy = policy.ask(request, method) or policy.lacking
    grant = await grant_of(request, policy, origin)
    if method == hdrs.METH_OPTIONS:
        # A preflight that comes here is for a path that nothing serves.
        method = request.headers.get(hdrs.ACCESS_CONTROL_REQUEST_METHOD, method)
    verdict = judge_actual(origin, method, grant, row.naming)
    return Decision(origin, verdict, policy)


async def _row_of(table: Table, request: web.Request) -> Row | None:
    """The row that decides about an actual request; None if it is not for us to say."""
    here = landed(request.match_info)
    if here.mounted is not None:
        return table.row(here.mounted, request.method)
    if here.error is None:
        return table.unnamed(here.apps)
    if isinstance(here.error, web.HTTPMethodNotAllowed):
        resource = await resource_of_405(table, request, here.apps)
        if resource is not None:
            return table.coverage(Mounted(here.apps, resource)).on_405
    return table.unmatched(here.apps)
