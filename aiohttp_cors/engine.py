"""`Engine`: the one mutable object per application; it connects the table to aiohttp.

Knows when aiohttp asks for what: the signal that every response passes, the startup at which
the application is complete, the middlewares. Both faces write into its table. Does not know how
a policy was configured or how a verdict is found.

Source: aiohttp, *Signals*, https://docs.aiohttp.org/en/stable/web_advanced.html#signals
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, final

from aiohttp import hdrs, web

from aiohttp_cors.adapters import Coverage, app_tree, resource_of_405
from aiohttp_cors.covered import TABLE, CoverageTable, find_coverage
from aiohttp_cors.decisions import Decision, keep, kept, log_refusal, logger
from aiohttp_cors.preflights import answer_first
from aiohttp_cors.protocol import ActualVerdict, PreflightAllowed, Refused, judge_actual
from aiohttp_cors.responses import remove_foreign, write_verdict
from aiohttp_cors.table import CompiledPolicy


@final
class Engine:
    """What CORS needs to know and to do for one application; made by `engine_for`."""

    __slots__ = ("_app", "_told", "hazards", "table")

    def __init__(self, app: web.Application) -> None:
        self._app = app
        self._told: set[web.AbstractResource | None] = set()
        self.table = CoverageTable()
        self.hazards: dict[str, None] = {}
        """What the startup warning names, a sentence each."""

    def attach(self) -> None:
        """Register what aiohttp calls, once."""
        self._app[TABLE] = self.table
        self._app.on_response_prepare.append(self._on_response_prepare)
        if self._app.on_startup.frozen:  # set up by a startup receiver: routes may still follow
            self._answer_first()
        else:
            self._app.on_startup.append(self._on_startup)
            if self._app.middlewares:  # a sub-application's are closed when it is mounted
                self._answer_first()

    async def _on_startup(self, app: web.Application) -> None:
        followed = app.on_startup[-1] != self._on_startup
        if followed or any(below.middlewares for below in app_tree(app)):
            self._answer_first()
        if self.hazards:
            logger.warning("CORS configuration of %r: %s", app, "; ".join(self.hazards))

    def _answer_first(self) -> None:
        middlewares = self._app.middlewares
        if middlewares and middlewares[0] is answer_first:
            return
        if middlewares.frozen:
            if answer_first not in middlewares and middlewares:
                logger.warning(
                    "%r is mounted already: its middlewares see preflights before CORS does."
                    " Set CORS up on the root application.",
                    self._app,
                )
            return
        if answer_first in middlewares:
            middlewares.remove(answer_first)
        middlewares.insert(0, answer_first)

    async def _on_response_prepare(
        self, request: web.Request, response: web.StreamResponse
    ) -> None:
        try:
            match_info = request.match_info
            coverage = self.table.coverage_of(match_info.route.resource)
            if (
                coverage is not None
                and coverage.decides_again
                and request.method != hdrs.METH_OPTIONS
                and len(match_info.apps) == 1
            ):
                # The usual case: to decide again costs less than to look for what was decided.
                policy = coverage.policy_for(request.method)
                if policy is not None:
                    origin = request.headers.get(hdrs.ORIGIN)
                    grant = policy.constant if origin is None else policy.match(origin)
                    verdict = judge_actual(origin, request.method, grant=grant)
                    self._write(request, response, origin, verdict, vary=policy.constant is None)
            elif coverage is not None or match_info.http_exception is not None:
                await self._decide_once(request, response)
        except Exception:  # noqa: BLE001 -- whatever is raised here drops the connection
            logger.exception("no CORS headers are written")
            remove_foreign(response.headers)

    async def _decide_once(self, request: web.Request, response: web.StreamResponse) -> None:
        decision = kept(request)
        if isinstance(decision, PreflightAllowed):
            # aiohttp 3.9 gives a type even to an empty body.
            response.headers.popall(hdrs.CONTENT_TYPE, None)
        if isinstance(decision, PreflightAllowed | Refused):
            return
        if decision is None:
            decision = await _decide(request)
        elif decision.written_to is response:
            return
        keep(request, replace(decision, written_to=response))
        if decision.covered:
            self._write(request, response, decision.origin, decision.verdict, vary=decision.vary)

    def _write(
        self,
        request: web.Request,
        response: web.StreamResponse,
        origin: str | None,
        verdict: ActualVerdict | None,
        *,
        vary: bool,
    ) -> None:
        headers = response.headers
        foreign = remove_foreign(headers)
        if foreign:
            self._tell_of_foreign(request.match_info.route.resource, foreign)
        if isinstance(verdict, Refused):
            log_refusal(request, origin, verdict)
        write_verdict(headers, origin, verdict, vary=vary)

    def _tell_of_foreign(
        self, resource: web.AbstractResource | None, foreign: Sequence[str]
    ) -> None:
        if resource not in self._told:
            self._told.add(resource)
            names = ", ".join(foreign)
            logger.warning("%r: the handler's own %s gave way to the policy's", resource, names)


async def _decide(request: web.Request) -> Decision:
    """The decision about an actual request: the most specific policy on its way."""
    match_info = request.match_info
    origin = request.headers.get(hdrs.ORIGIN)
    method: str | None = request.method
    resource = match_info.route.resource
    if isinstance(match_info.http_exception, web.HTTPMethodNotAllowed):
        resource, method = await resource_of_405(request), None
    policy = None
    coverage = find_coverage(match_info.apps, resource, method)
    if coverage is not None:
        policy = _policy_of(request, coverage, method)
    if policy is None:
        return Decision(origin=origin, verdict=None, vary=False, covered=False)
    grant = policy.constant
    if origin is not None and grant is None:
        grant = await policy.ask(origin) if policy.asks else policy.match(origin)
    verdict = judge_actual(origin, request.method, grant=grant)
    return Decision(origin=origin, verdict=verdict, vary=policy.constant is None, covered=True)


def _policy_of(
    request: web.Request, coverage: Coverage, method: str | None
) -> CompiledPolicy | None:
    if method is None:
        return coverage.whole
    if coverage.by_request is None or method in coverage.by_method:
        return coverage.policy_for(method)
    try:
        tables = coverage.by_request(request, method)
    except KeyError:  # the view answers 405, which is read under the rest of its configuration
        tables = ()
    rest = () if coverage.whole is None else coverage.whole.tables
    return CompiledPolicy([*tables, *rest])


ENGINE: Final[web.AppKey[Engine]] = web.AppKey("aiohttp_cors.engine", Engine)


def engine_for(app: web.Application) -> Engine:
    """The engine of `app`, made and registered at the first call.

    Raises `RuntimeError` when the application is frozen or mounted: aiohttp then lets nobody
    register any more.
    """
    engine = app.get(ENGINE)
    if engine is None:
        if app.on_response_prepare.frozen:
            raise RuntimeError(
                f"{app!r} has started or is mounted: CORS has to be set up before"
                " add_subapp, add_domain and the start of the server"
            )
        engine = app[ENGINE] = Engine(app)
        engine.attach()
    return engine
