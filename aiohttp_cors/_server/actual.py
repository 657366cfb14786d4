"""Writes the headers of actual responses.

Owns: the receiver of ``on_response_prepare``, and what it remembers about routes.
Leaves to: `aiohttp_cors._table` the row; to `aiohttp_cors._protocol.checks` the verdict.

Every response passes here: a handler's result, an error that was raised, 404 and 405, a stream, a
WebSocket's 101. A receiver that raises drops the connection, so this one does not.

Source: aiohttp, *Signals*, https://docs.aiohttp.org/en/stable/web_advanced.html#signals
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeAlias, final

from aiohttp import hdrs, web

from aiohttp_cors._protocol.checks import refuse_actual
from aiohttp_cors._protocol.compiled_policy import CompiledPolicy
from aiohttp_cors._protocol.decision import Decision
from aiohttp_cors._protocol.grant import Grant
from aiohttp_cors._protocol.header_values import merge_vary
from aiohttp_cors._protocol.verdicts import Dialect, Naming
from aiohttp_cors._server.aiohttp_release import TYPES_EMPTY_BODIES
from aiohttp_cors._server.answers import PreflightRefusal, is_finished
from aiohttp_cors._server.decision import grant_of, keep, kept
from aiohttp_cors._server.headers import expose, first_line, is_harmless, remove_foreign
from aiohttp_cors._server.log import (
    is_listened_to,
    is_own,
    log_grant,
    log_near_miss,
    log_refusal,
    log_uncovered,
    logger,
)
from aiohttp_cors._server.preflights import is_ours, table_of
from aiohttp_cors._server.selection import Landed, landed, resource_of_405
from aiohttp_cors._table.bindings import filled
from aiohttp_cors._table.coverage import Row, ViewPolicy
from aiohttp_cors._table.router import Mounted
from aiohttp_cors._table.table import Table
from aiohttp_cors._values.origin_index import MAX_ORIGIN

# Read on every request: a global of this module takes half as long as one of another.
_ORIGIN: Final = hdrs.ORIGIN
_ALLOW_CREDENTIALS: Final = hdrs.ACCESS_CONTROL_ALLOW_CREDENTIALS
_ALLOW_ORIGIN: Final = hdrs.ACCESS_CONTROL_ALLOW_ORIGIN
_VARY: Final = hdrs.VARY
# An object of its own: what `setdefault` gives tells whether there was a line, and there may be more.
_MEMBER: Final = str(b"Origin", "ascii")

_UNKNOWN: Final = Decision(CompiledPolicy(()), "", Naming.NEVER)
"""Stands for a route about which nothing is remembered."""
_is_enabled_for: Final = logger.isEnabledFor


Receive: TypeAlias = Callable[[web.Request, web.StreamResponse], Awaitable[None]]


@final
class Receiver:
    """Writes the policy's headers into each response of one application.

    `on_first` is called with the first response, when the application has started.
    """

    __slots__ = ("_on_first", "_table", "_uncovered", "_warned")

    def __init__(self, table: Table, on_first: Callable[[], None]) -> None:
        self._table = table
        self._on_first: Callable[[], None] | None = on_first
        self._uncovered: set[int] = set()
        self._warned: set[int] = set()

    def receive(self) -> Receive:
        """What aiohttp calls when the headers of a response are about to be sent.

        It is a function of its own, and written out where a shorter one would do: every call and
        every attribute here is paid by every response.
        """
        remembered, find_out = self._table.routes.get, self._find_out

        async def on_response_prepare(request: web.Request, response: web.StreamResponse) -> None:
            try:
                try:
                    known = remembered(request.match_info.route, _UNKNOWN)
                except (AttributeError, TypeError):  # a match or a route of the program's own
                    known = _UNKNOWN
                if known is None:
                    return
                if known is _UNKNOWN:
                    known = await find_out(request, response)
                    if known is None:
                        return
                headers = response.headers
                foreign = () if is_harmless(headers) else remove_foreign(headers)
                # Decide again instead of reading a kept decision: a missed `request.get` costs more.
                # The one header that is read outside of `headers`: a call is 4 % of what this adds.
                origin = request.headers.get(_ORIGIN)
                if origin is None:
                    grant = known.constant
                else:
                    # Nobody configures a longer one, and to hash it is work.
                    grant = known.exact.get(origin) if len(origin) <= MAX_ORIGIN else None
                    if grant is None:
                        if "," in origin:  # aiohttp 4 joins lines
                            origin = first_line(request, _ORIGIN) or ""
                            grant = known.exact.get(origin)
                        if grant is None and known.rest is not None:
                            grant = known.rest(origin)
                if grant is not None and grant not in known.refuses:
                    if grant.expose is not None:
                        expose(headers, grant)
                    headers[_ALLOW_ORIGIN] = grant.allow_origin or origin or "null"
                    if grant.allow_credentials:
                        headers[_ALLOW_CREDENTIALS] = "true"
                elif origin is not None and _is_enabled_for(logging.DEBUG):
                    self._log_refusal(request, origin, known, grant)
                if known.varies and headers.setdefault(_VARY, _MEMBER) is not _MEMBER:
                    headers[_VARY] = merge_vary(headers.getall(_VARY), _MEMBER)
                if foreign:
                    self._warn_of(foreign, request)
            except Exception:  # noqa: BLE001 -- whatever is raised here drops the connection
                logger.exception("no CORS headers are written")
                remove_foreign(response.headers)
                # A cache must not hand this answer to an origin that is allowed.
                vary = response.headers.getall(_VARY, [])
                response.headers[_VARY] = merge_vary(vary, "Origin")

        return on_response_prepare

    async def _find_out(
        self, request: web.Request, response: web.StreamResponse
    ) -> Decision | None:
        """What decides about a request of whose route nothing is remembered; None for nothing."""
        if self._on_first is not None:
            on_first, self._on_first = self._on_first, None
            on_first()
        is_done = is_finished(response)
        here = landed(request.match_info)
        if is_done:
            if here.route is not None and is_ours(here.route) and not TYPES_EMPTY_BODIES:
                # aiohttp adds nothing to an answer of ours: it can be left alone at once.
                self._table.routes[here.route] = None
                filled(self._table)
            return None
        if request.method == hdrs.METH_OPTIONS and self._is_left_alone(here):
            return None
        known = kept(request)
        if known is not None and (
            known.written_to is response or isinstance(known.written_to, PreflightRefusal)
        ):
            return None
        table = table_of(here) or self._table
        decision = await _decide(table, request, here) if known is None else known.decision
        keep(request, decision, response)
        if is_listened_to():
            self._log(request, here, decision)
        else:
            self._remember(request, here)
        return decision

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

    def _remember(self, request: web.Request, here: Landed) -> None:
        """Remember what decides about a route of aiohttp's own, which serves its one method."""
        route, table = here.route, self._table
        if here.mounted is None or type(route) is not web.ResourceRoute:
            return
        # A "*" route serves many methods. A preflight may arrive at an OPTIONS route of the
        # program's, and is answered before it.
        if route.method != request.method or route.method in {hdrs.METH_ANY, hdrs.METH_OPTIONS}:
            return
        if len(here.apps) != 1 or table.is_inner:
            return
        if not table.is_listed(here.mounted) or not table.may_keep():
            return
        row = table.row(here.mounted, route.method)
        # The guard's refusals are left alone, so that each answer of an enforced route is looked at.
        if row.enforced is not None:
            return
        if isinstance(row.policy, ViewPolicy) or (row.policy is not None and row.policy.asks):
            return
        table.routes[route] = table.decision(row, route.method)
        filled(table)

    def _log(self, request: web.Request, here: Landed, decision: Decision | None) -> None:
        """Say what no policy covers, once for a route; and what hides behind a granted request.

        While somebody listens nothing is remembered, so that every request is seen here.
        """
        origin = first_line(request, _ORIGIN)
        if origin is None:
            return
        if decision is not None:
            grant = decision.exact.get(origin)
            if grant is not None:
                log_grant(request, origin, grant)
        elif not is_own(request, origin) and (
            here.error is not None or self._is_new(self._uncovered, here, here.route)
        ):
            log_uncovered(request, origin)

    def _log_refusal(
        self, request: web.Request, origin: str, decision: Decision, grant: Grant | None
    ) -> None:
        log_refusal(request, origin, refuse_actual(grant))
        if grant is None:
            log_near_miss(request, origin, decision.policy)

    def _warn_of(self, foreign: Sequence[str], request: web.Request) -> None:
        """Warn once per resource that a handler wrote CORS headers of its own."""
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


async def _decide(table: Table, request: web.Request, here: Landed) -> Decision | None:
    """The decision about an actual request: its row, and what that grants; None for no policy."""
    row = await row_of_actual(table, request, here)
    if row.policy is None:
        return None
    method = request.method
    policy = row.policy
    if isinstance(policy, ViewPolicy):
        policy = policy.ask(request, method) or policy.lacking
    origin = first_line(request, _ORIGIN)
    grant = await grant_of(request, policy, origin)
    if method == hdrs.METH_OPTIONS:
        # A preflight that comes here is for a path that nothing serves.
        asked = first_line(request, hdrs.ACCESS_CONTROL_REQUEST_METHOD)
        method = method if asked is None else asked
    return Decision.about(policy, method, row.naming, origin, grant)


async def row_of_actual(table: Table, request: web.Request, here: Landed) -> Row:
    """The row that decides about an actual request."""
    if here.mounted is not None:
        return table.row(here.mounted, request.method)
    if here.error is None:
        return table.unnamed(here.apps)
    if isinstance(here.error, web.HTTPMethodNotAllowed):
        resource = await resource_of_405(table, request, here.apps)
        if resource is not None:
            return table.coverage(Mounted(here.apps, resource)).on_405
    return table.unmatched(here.apps)
