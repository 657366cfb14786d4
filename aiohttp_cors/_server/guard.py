"""`Guard`: refuses what an enforced policy does not allow, before anything of the application runs.

Owns: the place of the guard, the line from a request to its decision, and the 403.
Leaves to: `aiohttp_cors._protocol.enforcement` the decision; to `aiohttp_cors._table` the row.

The guard is a middleware, and it is the first one of its application: a session, a cache or an access
check before it would have worked for a request of an attacker already. It is apart from
`aiohttp_cors.answer_preflights`, which a program may put where it likes.

Where an application and one below it have a guard, the outer one decides.
"""

from collections.abc import Awaitable, Generator
from contextlib import contextmanager
from typing import Final, final

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from aiohttp_cors._protocol.checks import judge_actual
from aiohttp_cors._protocol.compiled_policy import CompiledPolicy
from aiohttp_cors._protocol.enforcement import Facts, Judged, judge_facts, judge_origin
from aiohttp_cors._server.actual import row_of_actual
from aiohttp_cors._server.aiohttp_release import as_middleware
from aiohttp_cors._server.answers import refuse_forged
from aiohttp_cors._server.decision import grant_of
from aiohttp_cors._server.headers import facts_of
from aiohttp_cors._server.log import log_enforcement
from aiohttp_cors._server.selection import landed, may_take
from aiohttp_cors._table.coverage import Row
from aiohttp_cors._table.overlap import paths_of
from aiohttp_cors._table.router import Mounted
from aiohttp_cors._table.table import Table
from aiohttp_cors._values.enforcement import Enforcement

_NOBODY: Final = CompiledPolicy(())
_LATE: Final = (
    "{!r} is mounted or has started, so that its requests cannot be seen first any more: enforce"
    " before add_subapp, add_domain and the start of the server"
)
_NOT_FIRST: Final = (
    "{!r}: the middleware that enforces is not the first of {!r}: what is before it would run for"
    " requests that are refused. Put yours behind it: app.middlewares.append(...)"
)


@final
class Guard:
    """The middleware of one application that refuses requests; it is there once it is needed."""

    def __init__(self, app: web.Application, table: Table) -> None:
        self._app = app
        self._table = table
        self._is_needed = False

    @contextmanager
    def put_first(self, enforced: Enforcement | None) -> Generator[None, None, None]:
        """Put the guard before all other middlewares, if what is bound meanwhile is enforced.

        Raises `RuntimeError`, before anything is bound, if it cannot be put there any more.
        """
        middlewares = self._app.middlewares
        is_missing = enforced is not None and self not in middlewares
        if is_missing and middlewares.frozen:
            raise RuntimeError(_LATE.format(self._app))
        yield
        if is_missing:
            middlewares.insert(0, as_middleware(self))
            self._is_needed = True

    def check(self) -> None:
        """Raise `RuntimeError` if the guard is needed and is not the first middleware."""
        if self._is_needed and guard_of(self._app) is not self:
            raise RuntimeError(_NOT_FIRST.format(self._app, list(self._app.middlewares)))

    def __call__(self, request: web.Request, handler: Handler) -> Awaitable[web.StreamResponse]:
        """What aiohttp calls with every request of the application."""
        guarded = (app for app in request.match_info.apps if guard_of(app) is not None)
        if next(guarded, self._app) is self._app:
            return self._answer(request, handler)
        return handler(request)

    async def _answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        # A startup receiver after ours may have put something before the guard.
        self.check()
        row = await self._row(request)
        if row.enforced is None:
            return await handler(request)
        facts = facts_of(request)
        judged = await judge_request(request, facts, row)
        if judged.refusal is None:
            return await handler(request)
        is_reported = row.enforced.report_only
        log_enforcement(request, facts.origin, judged.why.name.lower(), judged.refusal, is_reported)
        return await handler(request) if is_reported else refuse_forged(judged.refusal)

    async def _row(self, request: web.Request) -> Row:
        """The row that decides about a request, also where its route does not say what serves it."""
        table, here = self._table, landed(request.match_info)
        row = await row_of_actual(table, request, here)
        if row.enforced is not None or here.error is not None:
            return row
        apps = here.apps or (self._app,)
        index = table.index(apps[-1])
        if here.resource is not None and index.holds(here.resource):
            return row
        # A resource of the program's own may answer with a route of no resource, or of a new one.
        for resource in index.asked(paths_of(request.rel_url)):
            other = table.row(Mounted(apps, resource), request.method)
            if other.enforced is not None and await may_take(resource, request):
                return other
        return row


def guard_of(app: web.Application) -> Guard | None:
    """The guard of an application, where it is in its place."""
    first = app.middlewares[0] if app.middlewares else None
    return first if isinstance(first, Guard) else None


def others_of(app: web.Application) -> list[Middleware]:
    """The middlewares of an application, but for the guard."""
    return [each for each in app.middlewares if not isinstance(each, Guard)]


async def judge_request(request: web.Request, facts: Facts, row: Row) -> Judged:
    """The decision about a request. Precondition: `row` is enforced."""
    enforced = row.enforced or Enforcement()
    # A view that decides by itself is enforced only where that is a conflict: nobody is allowed.
    policy = row.policy if isinstance(row.policy, CompiledPolicy) else _NOBODY
    any_origin = any(table.any_origin is not None for table in policy.tables)
    judged = judge_facts(facts, enforced, any_origin=any_origin)
    if judged is not None:
        return judged
    origin = facts.origin
    grant = await grant_of(request, policy, origin)
    return judge_origin(facts, enforced, judge_actual(origin, facts.method, grant, row.naming))
