"""What an application has at the URL of a question: what serves it, and what decides about it.

Owns: the two requests that are never sent, the preflight and the actual one, as `Part`s.
Leaves to: `aiohttp_cors._server.preflights` and `actual` what decides, to
`aiohttp_cors._tools.explanations.outcomes` what comes of it.
"""

from collections.abc import Callable
from typing import Final, NamedTuple, final

from aiohttp import hdrs, web
from typing_extensions import Self

from aiohttp_cors._protocol.checks import judge_preflight, refuse_method
from aiohttp_cors._protocol.compiled_policy import CompiledPolicy
from aiohttp_cors._protocol.grant import Grant
from aiohttp_cors._protocol.verdicts import Asked, Refused
from aiohttp_cors._server.actual import row_of_actual
from aiohttp_cors._server.answers import status_of
from aiohttp_cors._server.headers import asked_of
from aiohttp_cors._server.preflights import is_ours, refuse_beside, row_of, scope_of, table_of
from aiohttp_cors._server.selection import Landed, landed, resource_of_405, select
from aiohttp_cors._table.additions import AskedView
from aiohttp_cors._table.coverage import UNCOVERED, Level, Row, RowPolicy
from aiohttp_cors._table.router import Mounted, routed_methods, routes_of
from aiohttp_cors._table.scope import Scope
from aiohttp_cors._table.table import Table
from aiohttp_cors._tools.explanations.enforcing import guarded
from aiohttp_cors._tools.explanations.never_sent import arrive, redirect_of
from aiohttp_cors._tools.explanations.outcomes import Answer, Part, actual_answer
from aiohttp_cors._tools.explanations.question import Question
from aiohttp_cors.browser.checks import HttpResponse

_REDIRECT: Final = 308


@final
class Ground(NamedTuple):
    """What an application has at a URL.

    - `table`: None where CORS is set up nowhere on the way;
    - `here`: where the actual request lands;
    - `mounted`: the resource that serves it, or that answers 405; None for a 404;
    - `location`: where the application redirects it;
    - `actual`, `preflight`: what decides; no preflight where the browser sends none;
    - `by_hand`: the program's own handler of the preflight, which this library does not answer;
    - `view`: a view that decides about a request by code of its own;
    - `methods`: those that the resource serves, with ``*`` for any other.
    """

    table: Table | None
    here: Landed
    mounted: Mounted | None
    location: str | None
    actual: Part
    preflight: Part | None
    by_hand: web.AbstractRoute | None
    view: type[object] | None
    methods: frozenset[str]

    @property
    def row(self) -> Row:
        """The row that decides first."""
        return self.actual.row if self.preflight is None else self.preflight.row

    def without_resource(self) -> Self:
        """The same if the resource were not there: only a policy of whole applications covers it."""
        if self.row.level > Level.RESOURCE:
            return self._replace(mounted=None)
        actual = self.actual._replace(row=UNCOVERED)
        preflight = None if self.preflight is None else self.preflight._replace(row=UNCOVERED)
        return self._replace(mounted=None, actual=actual, preflight=preflight)

    def serves(self, method: str) -> bool:
        """Whether a route, or a view's method, serves requests with `method`."""
        return not self.methods.isdisjoint({method, hdrs.METH_ANY})

    @property
    def status(self) -> int | None:
        """The status with which the router answers; None where a route serves the request."""
        return None if self.here.error is None else self.here.error.status


async def ground_of(app: web.Application, question: Question) -> Ground:
    """What `app` has at the URL of `question`. Precondition: no code of the program's own chooses."""
    request = await arrive(app, question, question.method, ())
    here = landed(request.match_info)
    table = table_of(here)
    location = await redirect_of(request)
    status = 200 if here.error is None else here.error.status
    row = UNCOVERED if table is None else await row_of_actual(table, request, here)
    unguarded = actual_answer(question, row, _REDIRECT if location else status, question.method)
    answer = guarded(question, row, unguarded)
    mounted = here.mounted
    if mounted is None and table is not None and status == 405:
        matching = await resource_of_405(table, request, here.apps)
        mounted = None if matching is None else Mounted(here.apps, matching)
    policy: RowPolicy | None = row.policy
    if isinstance(policy, AskedView) and _deciding_view(row) is None:
        policy = policy.ask(request, question.method) or policy.lacking
    preflight, by_hand = None, None
    if question.needs_preflight:
        preflight, by_hand = await _preflight(app, question)
    rows = [row] if preflight is None else [preflight.row, row]
    return Ground(
        table,
        here,
        mounted,
        location,
        Part(row, _compiled(policy), answer),
        preflight,
        by_hand,
        next(filter(None, map(_deciding_view, rows)), None),
        _methods(table, mounted),
    )


async def _preflight(
    app: web.Application, question: Question
) -> tuple[Part, web.AbstractRoute | None]:
    lines = [(hdrs.ACCESS_CONTROL_REQUEST_METHOD, question.method)]
    if question.headers:
        lines.append((hdrs.ACCESS_CONTROL_REQUEST_HEADERS, ",".join(question.headers)))
    request = await arrive(app, question, hdrs.METH_OPTIONS, lines)
    here = landed(request.match_info)
    table = table_of(here)
    if table is None:
        return await _passed_on(question, None, request, here, UNCOVERED)
    asked = asked_of(request)
    served = asked.method.upper()
    selection = await select(table, request, here, served)
    row = UNCOVERED if selection is None else row_of(table, selection, served)
    if selection is None or row.policy is None:
        refused = await refuse_beside(table, request, here, asked, selection)
        if refused is None:
            return await _passed_on(question, table, request, here, row)
        return Part(row, None, _always(refused)), None
    policy: RowPolicy | None = row.policy
    if isinstance(policy, AskedView) and _deciding_view(row) is None:
        policy = policy.ask(request, asked.method)
    if not isinstance(policy, CompiledPolicy):
        return Part(row, None, _always(refuse_method(asked))), None  # the view has no such method
    scope = scope_of(table, request, selection, row, asked)
    return Part(row, policy, _preflight_answer(asked, policy, row, scope)), None


async def _passed_on(
    question: Question, table: Table | None, request: web.Request, here: Landed, row: Row
) -> tuple[Part, web.AbstractRoute | None]:
    """A preflight that this library does not answer: the router does, or a handler of the program's."""
    location = await redirect_of(request)
    if table is not None and here.error is not None:
        row = await row_of_actual(table, request, here)
    status = 200 if here.error is None else here.error.status
    answer = actual_answer(question, row, _REDIRECT if location else status, question.method)
    by_hand = here.route if here.error is None and here.route and not is_ours(here.route) else None
    return Part(row, _compiled(row.policy), answer), by_hand


def _compiled(policy: RowPolicy | None) -> CompiledPolicy | None:
    return policy if isinstance(policy, CompiledPolicy) else None


def _deciding_view(row: Row) -> type[object] | None:
    """The view whose own code would have to be asked; a view may only be asked what it lacks."""
    policy = row.policy
    if isinstance(policy, AskedView) and policy.view.own_methods() is None:
        return policy.view
    return None


def _methods(table: Table | None, mounted: Mounted | None) -> frozenset[str]:
    if mounted is None:
        return frozenset()
    return routed_methods(routes_of(mounted.resource)) if table is None else table.methods(mounted)


def _always(refused: Refused) -> Callable[[Grant | None], Answer]:
    return lambda _: Answer(HttpResponse(status_of(refused)), refused)


def _preflight_answer(
    asked: Asked, policy: CompiledPolicy, row: Row, scope: Scope
) -> Callable[[Grant | None], Answer]:
    def answer(grant: Grant | None) -> Answer:
        verdict = judge_preflight(asked, policy, grant, row, scope)
        response = HttpResponse(status_of(verdict), tuple(verdict.headers))
        return Answer(response, verdict if isinstance(verdict, Refused) else None)

    return answer
