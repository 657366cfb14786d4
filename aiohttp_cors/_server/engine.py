"""`Engine`: what CORS does for one application, beside its requests.

Owns: what is registered with aiohttp and when, how preflights reach us, and what is said at startup.
Leaves to: `aiohttp_cors._server.actual` and `preflights` the requests; to `aiohttp_cors._table`
everything about policies.

Preflights reach us in two ways. Covered resources get an ``OPTIONS`` route of ours, which costs
other requests nothing. A middleware catches them where that is not enough:

- the application, or one below it, has middlewares of its own: one that wants credentials would
  refuse every preflight;
- a resource takes ``OPTIONS`` requests itself (a ``*`` route, a handler of its own): preflights for
  covered resources at the same URL arrive there, too;
- a policy is broad and the router stays open: resources may come after the start.

Source: aiohttp, *Application*, https://docs.aiohttp.org/en/stable/web_reference.html#application
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from typing import Final, final

from aiohttp import web

from aiohttp_cors._protocol.compiled_policy import CompiledPolicy, compile_policy
from aiohttp_cors._server.actual import Receiver
from aiohttp_cors._server.arrival import add_options_route, arrival_of, open_options_route
from aiohttp_cors._server.call_site import CallSite
from aiohttp_cors._server.guard import Guard, others_of
from aiohttp_cors._server.log import logger
from aiohttp_cors._server.preflights import answer_preflights, is_ours
from aiohttp_cors._server.setup_notes import SetupNotes
from aiohttp_cors._table import openings
from aiohttp_cors._table.alike import Alike
from aiohttp_cors._table.bindings import BINDINGS, Binding, Bindings
from aiohttp_cors._table.router import Mounted, app_tree, mounted_app
from aiohttp_cors._table.table import TABLE, Table
from aiohttp_cors._table.targets import Target, resource_of
from aiohttp_cors._values.enforcement import Enforcement
from aiohttp_cors._values.errors import CorsConfigError, CorsWarning, Problem
from aiohttp_cors._values.findings import LATE_PREFLIGHTS, MIDDLEWARE_BEFORE_PREFLIGHTS, Finding
from aiohttp_cors._values.place import Written
from aiohttp_cors._values.policy import Policy


@final
class Engine:
    """What CORS needs to know and to do for one application; made by `engine_for`.

    `bindings` holds what users said, `table` what follows from it.
    """

    __slots__ = (
        "_app",
        "_bindings",
        "_compiled",
        "_is_first",
        "_is_settled",
        "_latest",
        "bindings",
        "guard",
        "notes",
        "table",
    )

    def __init__(self, app: web.Application) -> None:
        self._app = app
        self.bindings: Bindings = Bindings()
        self.table: Table = Table(app, is_ours=is_ours)
        self.guard: Guard = Guard(app, self.table)
        self._is_settled = False
        self._is_first = False
        self._compiled: dict[Policy, CompiledPolicy] = {}
        self._bindings: dict[tuple[CompiledPolicy, Written, Enforcement | None], Binding] = {}
        self._latest: tuple[Policy, CompiledPolicy] = (Policy(()), CompiledPolicy(()))
        self.notes: SetupNotes = SetupNotes(app, self.table)

    @property
    def app(self) -> web.Application:
        """The application that the engine belongs to."""
        return self._app

    def attach(self) -> None:
        """Register what aiohttp calls, once."""
        self._app[BINDINGS] = self.bindings
        self._app[TABLE] = self.table
        receiver = Receiver(self.table, self._on_first_response)
        self._app.on_response_prepare.append(receiver.receive())
        self._mark_inner()
        if self._app.on_startup.frozen:  # CORS is set up by a startup receiver
            self._is_settled = True
            self.notes.tell()
            self._go_first(needed=True)
        else:
            self._app.on_startup.append(self._on_startup)

    def binding(self, policy: Policy, written: Written, enforced: Enforcement | None) -> Binding:
        """A fluent policy, compiled once for all that are equal: these decide as one.

        Bindings of one line are one object, too: a loop may bind thousands. It binds one policy, whose
        hash takes as long as it has origins: the same object is not looked up again.
        """
        if policy is not self._latest[0]:
            compiled = self._compiled.get(policy)
            if compiled is None:
                compiled = self._compiled[policy] = compile_policy(policy)
            self._latest = policy, compiled
        key = (self._latest[1], written, enforced)
        binding = self._bindings.get(key)
        if binding is None:
            binding = self._bindings[key] = Binding(*key)
        return binding

    def bind(self, binding: Binding, targets: Iterable[object], site: CallSite) -> None:
        """Bind a policy to all `targets`, or to none, and see to what follows from that.

        Raises `CorsConfigError`, and `RuntimeError` where it is too late to enforce.
        """
        with self.guard.put_first(binding.enforced):
            bound = openings.bind_targets(self.table, self.bindings, binding, targets)
        self.take_note(bound, site)

    def bind_everywhere(self, binding: Binding, excluding: object) -> None:
        """Bind a policy to all that the application has and will have. Raises as `bind` does."""
        with self.guard.put_first(binding.enforced):
            openings.bind_everywhere(self.table, self.bindings, binding, excluding)
        self.see_to_all_preflights()

    def see_to_all_preflights(self) -> None:
        """Let preflights of everything that is covered arrive, after a broad policy was bound."""
        if self._is_settled:
            self._settle()

    def begin(self, mark: object, site: CallSite) -> None:
        """Note that a clause began at `site`; only what begins before the start is tracked."""
        if not self._app.frozen:
            self.notes.begin(mark, site)

    def take_note(self, targets: Sequence[Target], site: CallSite) -> None:
        """See to the preflights of what was bound at `site`, now or at startup.

        What is bound before the start is looked at then: it may have no effect.
        """
        if not self._app.frozen:
            self.notes.bind(targets, site)
        if not self._is_settled:
            return
        resources = [resource for each in targets if (resource := resource_of(each)) is not None]
        if any(mounted_app(resource) is not None for resource in resources):
            self._settle()
            return
        arrive = [add_options_route(resource) for resource in resources]
        if not all(arrive):
            self._go_first(needed=True)

    async def _on_startup(self, app: web.Application) -> None:
        self._is_settled = True
        self._mark_inner()
        self.guard.check()
        openings.refuse_conflicts(self.table)
        self._settle()
        self.notes.tell()
        if _is_followed(app, self._on_startup):
            # Receivers that follow may still bind policies, and add routes and middlewares: what
            # has no effect is said with the first response.
            self._go_first(needed=False)
        else:
            self.notes.warn()
            if app.on_startup[-1] != self._on_startup:
                self._go_first(needed=False)

    def _on_first_response(self) -> None:
        """Look once more when everything is set up: receivers may have followed ours."""
        try:
            self.notes.warn()
        except CorsWarning as warning:  # a filter made it an error: the response is not to blame
            logger.error("%s", warning)
        middlewares = others_of(self._app) if self._is_first else ()
        if middlewares and middlewares[0] is not answer_preflights:
            text = f"{middlewares[0]!r} was put before the middleware that answers preflights"
            instead = "put aiohttp_cors.answer_preflights where it belongs among your own"
            self.notes.add([Finding(MIDDLEWARE_BEFORE_PREFLIGHTS, None, text, instead)])

    def _settle(self) -> None:
        """See that preflights of all that is covered arrive: at routes of ours, or first of all."""
        arrival = arrival_of(self._app, self.table, is_broad=self.bindings.are_broad)
        self.notes.add(_carried(arrival.covered))
        for resource in arrival.to_open:
            open_options_route(resource)
        if arrival.needs_middleware:
            self._go_first(needed=arrival.is_anything_covered)

    def _mark_inner(self) -> None:
        for app in app_tree(self._app):
            engine = app.get(ENGINE)
            if engine is not None and engine is not self:
                engine.table.is_inner = True
                engine.table.drop()

    def _go_first(self, *, needed: bool) -> None:
        """Put the middleware that answers preflights first, unless the program has placed it."""
        middlewares = self._app.middlewares
        if answer_preflights in middlewares:
            return
        if not middlewares.frozen:
            middlewares.insert(len(middlewares) - len(others_of(self._app)), answer_preflights)
            self._is_first = True
        elif needed and not self.table.is_inner:
            self.notes.add([late_preflights(self)])


def late_preflights(engine: Engine) -> Finding:
    """The finding about an application in which no middleware of ours can go first any more."""
    text = (
        "the application is mounted or has started, so that some of its preflights reach its own"
        " handlers and middlewares first"
    )
    instead = (
        "set CORS up on the root application before it starts, or put"
        " aiohttp_cors.answer_preflights among its middlewares"
    )
    return Finding(LATE_PREFLIGHTS, engine.bindings.first_place, text, instead)


def _carried(covered: Iterable[tuple[Mounted, Alike]]) -> Iterator[Finding]:
    """What a remembered preflight carries too far; resources that are alike are looked at once."""
    looked_at: dict[Alike, bool] = {}
    for mounted, alike in covered:
        # With one row for all methods there is nothing to carry.
        if alike.coverage.by_method and looked_at.get(alike, True):
            # Loaded at startup: an import of the package does without.
            from aiohttp_cors._server.carried_headers import (  # noqa: PLC0415 -- see above
                carried_header,
            )

            finding = carried_header(mounted, alike.coverage, alike.methods)
            looked_at[alike] = finding is not None
            if finding is not None:
                yield finding


def _is_followed(
    app: web.Application, receiver: Callable[[web.Application], Awaitable[None]]
) -> bool:
    """Whether a startup receiver of the program's comes after `receiver`.

    aiohttp's own start the applications that are mounted.
    """
    later = list(app.on_startup)[app.on_startup.index(receiver) + 1 :]
    return any(getattr(each, "__module__", "") != web.Application.__module__ for each in later)


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
