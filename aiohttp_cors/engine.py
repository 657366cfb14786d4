"""`Engine`: the one mutable object per application; it connects the table to aiohttp.

Knows when aiohttp asks for what: the signal that every response passes, the startup at which
the application is complete, the middlewares. Both faces write into its table. Does not know how
a policy was configured or how a verdict is found.

Source: aiohttp, *Signals*, https://docs.aiohttp.org/en/stable/web_advanced.html#signals
"""

from collections.abc import Callable, Sequence
from typing import Final, TypeGuard, final

from aiohttp import hdrs, web

from aiohttp_cors._protocol.checks import ActualVerdict, Refused, judge_actual
from aiohttp_cors._protocol.compiled_policy import CompiledPolicy, compile_policy
from aiohttp_cors._server.call_site import CallSite, warn_at
from aiohttp_cors._values.errors import CorsConfigError, Problem
from aiohttp_cors._values.policy import Policy
from aiohttp_cors.adapters import Coverage, app_tree, resource_of_405, resources_below
from aiohttp_cors.covered import (
    TABLE,
    CoverageTable,
    find_any_coverage,
    find_coverage,
    tables_of,
)
from aiohttp_cors.decisions import Decision, grant_of, keep, kept, log_refusal, logger
from aiohttp_cors.neighbours import Located
from aiohttp_cors.preflights import answer_first, answer_options, finish
from aiohttp_cors.responses import remove_foreign, write_verdict

_UNKNOWN: Final = CompiledPolicy(())


@final
class Engine:
    """What CORS needs to know and to do for one application; made by `engine_for`."""

    __slots__ = (
        "_app",
        "_compiled",
        "_settled",
        "_told",
        "before_start",
        "hazards",
        "is_inner",
        "routes",
        "table",
        "unused",
    )

    def __init__(self, app: web.Application) -> None:
        self._app = app
        self._settled = False
        self._told: set[web.AbstractResource | None] = set()
        self.is_inner: bool = False
        """Whether an application above this one has an engine, which answers first for both."""
        self.table: CoverageTable = CoverageTable()
        self.before_start: list[Callable[[], None]] = []
        """Called at startup, when the router is complete."""
        self.routes: dict[web.AbstractRoute, CompiledPolicy] = {}
        """The policies that the fluent API bound to single routes."""
        self._compiled: dict[Policy, CompiledPolicy] = {}
        self.hazards: dict[str, None] = {}
        """What the startup warning names, a sentence each."""
        self.unused: dict[object, CallSite] = {}
        """The clauses that were begun and never bound, with the place where each began."""

    def attach(self) -> None:
        """Register what aiohttp calls, once."""
        self._app[TABLE] = self.table
        self._speak_for_inner()
        self._app.on_response_prepare.append(self._on_response_prepare)
        if self._app.on_startup.frozen:  # set up by a startup receiver: routes may still follow
            self._settled = True
            self._answer_first(needed=True)
        else:
            self._app.on_startup.append(self._on_startup)
            if self._app.middlewares:  # a sub-application's are closed when it is mounted
                self._answer_first(needed=True)

    def bind(self, resource: web.AbstractResource, coverage: Coverage) -> None:
        """Cover `resource`, and see that its preflights arrive: at startup, or now after it."""
        self.table.bind(resource, coverage)
        if self._settled and not add_options_route(resource):
            self._answer_first(needed=True)

    def compiled(self, policy: Policy) -> CompiledPolicy:
        """The table of a fluent policy; the same for equal policies, which decide as one."""
        table = self._compiled.get(policy)
        if table is None:
            table = self._compiled[policy] = compile_policy(policy)
        return table

    def settle_again(self) -> None:
        """See that preflights of what a broad policy covers arrive, where startup is over."""
        if self._settled:
            self._settle()

    async def _on_startup(self, app: web.Application) -> None:
        if not self._settled:
            self._speak_for_inner()
            for look_again in self.before_start:
                look_again()
            self._settled = True
            self._tell()
        self._settle()
        if app.on_startup[-1] != self._on_startup:
            # Receivers that follow may still add routes and middlewares.
            self._answer_first(needed=False)

    def _tell(self) -> None:
        if self.hazards:
            logger.warning("CORS configuration of %r: %s", self._app, "; ".join(self.hazards))
        for place in self.unused.values():
            warn_at(place, "this rule was never bound by .on() or .everywhere()")

    def _settle(self) -> None:
        """See that preflights of all that is covered arrive: at routes of ours, or first of all."""
        below = list(resources_below((self._app,)))
        # Where the application takes OPTIONS requests itself, those that are no preflights are its
        # own, and preflights of a covered resource of the same URL may arrive there.
        shared = {
            other
            for resource, apps in below
            if _takes_options(resource)
            for _, other in self.table.neighbours.of(Located(apps, resource)).neighbours
        }
        needed = any(app.middlewares for app in app_tree(self._app))
        for resource, apps in below:
            own = self.table.coverage_of(resource, apps)
            coverage = own or find_any_coverage(apps, resource)
            if coverage is None:
                continue
            if resource in shared:
                needed = True
            elif not coverage.classic:
                arrives = add_options_route if own else _can_take_preflights
                needed = not arrives(resource) or needed
        if needed:
            self._answer_first(needed=True)

    def _speak_for_inner(self) -> None:
        for app in app_tree(self._app):
            engine = app.get(ENGINE)
            if engine is not None and engine is not self:
                engine.is_inner = True
                engine.table.usual.clear()

    def _answer_first(self, *, needed: bool) -> None:
        middlewares = self._app.middlewares
        if not middlewares.frozen:
            if answer_first in middlewares:
                middlewares.remove(answer_first)
            middlewares.insert(0, answer_first)
        elif needed and not self.is_inner and answer_first not in middlewares:
            logger.warning(
                "%r is mounted or has started, so that some of its preflights reach its own"
                " handlers and middlewares first: set CORS up on the root application, and before"
                " it starts",
                self._app,
            )

    async def _on_response_prepare(
        self, request: web.Request, response: web.StreamResponse
    ) -> None:
        try:
            route = request.match_info.route
            policy = self.table.usual.get(route, _UNKNOWN)
            if policy is None:
                return
            if policy is _UNKNOWN:
                if not finish(response):
                    await self._find_out(request, response)
                return
            # The usual case: to decide again costs less than to look for what was decided.
            origin = request.headers.get(hdrs.ORIGIN)
            grant = policy.constant if origin is None else policy.match(origin)
            verdict = judge_actual(origin, route.method, grant)
            foreign = write_verdict(response.headers, origin, verdict, policy.constant is None)
            if foreign or type(verdict) is Refused:
                self._tell_of(request, origin, verdict, foreign)
        except Exception:  # noqa: BLE001 -- whatever is raised here drops the connection
            logger.exception("no CORS headers are written")
            remove_foreign(response.headers)

    async def _find_out(self, request: web.Request, response: web.StreamResponse) -> None:
        """Decide about a request of which nothing is known yet, and remember what its route gives."""
        apps, route = request.match_info.apps, request.match_info.route
        resource = route.resource
        coverage = self.table.coverage_of(resource, apps)
        if request.method == hdrs.METH_OPTIONS:
            # What the classic API covers takes no OPTIONS requests but ours and those of views.
            done = resource is not None and (coverage is None or coverage.classic)
            if not done and route.handler is not answer_options:
                await self._decide_once(request, response)
            return
        if resource is None or coverage is not None:
            await self._decide_once(request, response)
        if resource is None or request.method == hdrs.METH_ANY or request.method != route.method:
            return
        # A resource of a program's own making may have a new route for each request.
        if all(known is not route for known in resource):
            return
        only_way = len(apps) == 1 and not self.is_inner
        if coverage is None and (only_way or not self.table.is_broad):
            self.table.usual[route] = None
        elif coverage is not None and only_way and not coverage.once:
            self.table.usual[route] = coverage.policy_for(route.method)

    async def _decide_once(self, request: web.Request, response: web.StreamResponse) -> None:
        decision = kept(request) or await _decide(request)
        if decision.written_to is not response:
            keep(request, decision._replace(written_to=response))
            if decision.covered:
                origin, verdict = decision.origin, decision.verdict
                foreign = write_verdict(response.headers, origin, verdict, decision.vary)
                self._tell_of(request, origin, verdict, foreign)

    def _tell_of(
        self,
        request: web.Request,
        origin: str | None,
        verdict: ActualVerdict | None,
        foreign: Sequence[str],
    ) -> None:
        """Log a refusal, and once per resource that a handler wrote CORS headers of its own."""
        if isinstance(verdict, Refused):
            log_refusal(request, origin, verdict)
        resource = request.match_info.route.resource
        if foreign and resource not in self._told:
            self._told.add(resource)
            names = ", ".join(foreign)
            logger.warning("%r: the handler's own %s gave way to the policy's", resource, names)


async def _decide(request: web.Request) -> Decision:
    """The decision about an actual request: the most specific policy on its way."""
    origin = request.headers.get(hdrs.ORIGIN)
    policy = await _find_policy(request)
    if policy is None:
        return Decision(origin=origin, verdict=None, vary=False, covered=False)
    grant = await grant_of(policy, origin)
    method = request.method
    if method == hdrs.METH_OPTIONS:
        # A preflight that comes here is for a path that nothing serves.
        method = request.headers.get(hdrs.ACCESS_CONTROL_REQUEST_METHOD, method)
    verdict = judge_actual(origin, method, grant)
    return Decision(origin=origin, verdict=verdict, vary=policy.constant is None, covered=True)


async def _find_policy(request: web.Request) -> CompiledPolicy | None:
    match_info = request.match_info
    apps, resource = match_info.apps, match_info.route.resource
    method: str | None = request.method
    if isinstance(match_info.http_exception, web.HTTPMethodNotAllowed):
        resource, method = await resource_of_405(request), None
    if resource is not None:
        coverage = find_coverage(apps, resource, method)
        return None if coverage is None else _policy_of(request, coverage, method)
    for table in tables_of(apps):
        policy = table.unmatched(apps)
        if policy is not None:
            return policy
    return None


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


def _takes_options(resource: web.AbstractResource) -> bool:
    takes = {hdrs.METH_OPTIONS, hdrs.METH_ANY}
    return any(route.method in takes and route.handler is not answer_options for route in resource)


def _can_take_preflights(
    resource: web.AbstractResource,
) -> TypeGuard[web.Resource | web.StaticResource]:
    """Whether `resource` has an ``OPTIONS`` route of ours, or can be given one."""
    return isinstance(resource, web.Resource | web.StaticResource) and not _takes_options(resource)


def add_options_route(resource: web.AbstractResource) -> bool:
    """Let preflights of `resource` arrive at a route of ours; False where it cannot take one."""
    if not _can_take_preflights(resource):
        return False
    if all(route.method != hdrs.METH_OPTIONS for route in resource):
        if isinstance(resource, web.StaticResource):
            resource.set_options_route(answer_options)
        else:
            resource.add_route(hdrs.METH_OPTIONS, answer_options)
    return True


ENGINE: Final[web.AppKey[Engine]] = web.AppKey("aiohttp_cors.engine", Engine)


def engine_for(app: object) -> Engine:
    """The engine of `app`, made and registered at the first call.

    Raises `CorsConfigError` for what is no application (*invalid*), `RuntimeError` when it is
    frozen or mounted: aiohttp then lets nobody register any more.
    """
    if not isinstance(app, web.Application):
        because = "CORS is set up for a web.Application"
        raise CorsConfigError([Problem("app", repr(app), "invalid", because, "")])
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
