"""The classic API: `CorsConfig`, which covers resources and routes one `add` at a time.

Owns: what may be added, the defaults, and the words of the errors that programs rely on.
Leaves to: `aiohttp_cors._table.additions` how configurations are chained.

A drop-in for aiohttp-cors 0.8.1 on this library's engine.
"""

import warnings
from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeVar, final

from aiohttp import hdrs, web

from aiohttp_cors._protocol.compiled_policy import CompiledPolicy, OriginTable, compile_options
from aiohttp_cors._server.arrival import open_options_route
from aiohttp_cors._server.call_site import CallSite, call_site
from aiohttp_cors._server.engine import engine_for
from aiohttp_cors._server.preflights import is_ours
from aiohttp_cors._table import openings
from aiohttp_cors._table.additions import (
    Addition,
    ConfiguredView,
    Defaults,
    check_views,
)
from aiohttp_cors._table.bindings import changed, claim, is_any_claimed
from aiohttp_cors._table.router import routes_of, view_of
from aiohttp_cors._values.configuration import Config, parse_config
from aiohttp_cors._values.findings import Finding
from aiohttp_cors._values.options import ResourceOptions
from aiohttp_cors._values.place import Place

if TYPE_CHECKING:
    from aiohttp_cors.introspection import Explanation, TableRow

__all__ = ("APP_CONFIG_KEY", "Config", "CorsConfig", "setup")

_Entity = TypeVar("_Entity", bound=web.AbstractResource | web.AbstractRoute)


@final
class CorsConfig:
    """Covers the resources and routes that are added to it, each with its own configuration.

    `defaults` apply to everything that is added, where nothing more specific names the origin.
    Several instances for one application share its engine, but not their defaults.

        cors = CorsConfig(app, defaults={"https://app.example.com": ResourceOptions()})
        cors.add(users)

    Raises `ValueError` for a bad configuration, `RuntimeError` when the application has started.
    """

    def __init__(self, app: web.Application, *, defaults: Config | None = None) -> None:
        parsed = parse_config(defaults)
        self._engine = engine_for(app)
        self._defaults_in_force = Defaults(CompiledPolicy(()))
        self._tables: dict[object, tuple[OriginTable, Collection[Finding]]] = {}
        self._additions: dict[object, Addition] = {}
        self._use_defaults(parsed)

    @property
    def defaults(self) -> Mapping[str, ResourceOptions]:
        """The options by origin that apply where nothing more specific does; read-only.

        Assigning another configuration takes effect at once, for all that was added before.

            cors.defaults = {**cors.defaults, "https://partner.example": ResourceOptions()}
        """
        return self._defaults

    @defaults.setter
    def defaults(self, config: Config | None) -> None:
        self._use_defaults(parse_config(config))

    def add(self, entity: _Entity, config: Config | None = None, webview: bool = False) -> _Entity:
        """Cover a resource or one of its routes; returns `entity`.

        - a resource: `config` applies to all its routes. A preflight succeeds for the methods of
          its added routes and for those that its `allow_methods` name;
        - a route: `config` applies to this route alone. One added route is a choice: the other
          routes of its resource are covered only if the `allow_methods` of the options that decide
          name their method.

            cors.add(users)
            cors.add(health, {"*": ResourceOptions()})

        Adds an ``OPTIONS`` route to the resource, unless a view answers preflights itself. Works
        before and after the application has started. `webview` is without effect.

        Raises `ValueError` for a bad configuration, for anything but a plain, dynamic or static
        resource and their routes, for what was added before, and for a resource that has an
        ``OPTIONS`` or ``*`` handler of its own. A refused call changes nothing.
        """
        if webview:
            text = "webview has no effect: views are recognised without it"
            warnings.warn(text, DeprecationWarning, stacklevel=2)
        parsed = parse_config(config)
        route = entity if isinstance(entity, web.ResourceRoute) else None
        resource = entity if route is None else route.resource
        if not isinstance(resource, web.Resource | web.StaticResource):
            raise ValueError(f"Resource or ResourceRoute expected, got {entity!r}")
        routes = routes_of(resource)
        needs_options = _needs_options_route(resource, routes)
        before = self._before(resource, routes)
        table, findings = self._compiled(parsed, call_site())
        # What was possible once is possible again: a loop may add thousands of resources.
        key = (before, None if route is None else route.method, table)
        addition = self._additions.get(key)
        if addition is None:
            addition = self._additions[key] = self._extended(resource, route, before, table)
        check_views(routes)
        openings.add(self._engine.table, self._engine.bindings, resource, addition)
        # Nothing is refused from here on.
        if needs_options:
            open_options_route(resource)
        if findings:
            self._engine.notes.add(findings)
        if before is None:
            claim(resource, classic=True)
        return entity

    def table(self) -> "tuple[TableRow, ...]":
        """The compiled table: see `aiohttp_cors.Cors.table`."""
        from aiohttp_cors.introspection import rows_of  # noqa: PLC0415 -- a server needs it not

        return rows_of(self._engine.app)

    async def explain(
        self,
        method: str,
        path: str,
        *,
        origin: str,
        headers: Iterable[str] | Mapping[str, str] = (),
        credentials: bool = False,
    ) -> "Explanation":
        """Why a script may or may not read the answer to a request: see `aiohttp_cors.Cors.explain`."""
        from aiohttp_cors.introspection import explain  # noqa: PLC0415 -- a server needs it not

        return await explain(
            self._engine.app,
            method,
            path,
            origin=origin,
            headers=headers,
            credentials=credentials,
            api="classic",
        )

    def _before(
        self, resource: web.AbstractResource, routes: Sequence[web.AbstractRoute]
    ) -> Addition | None:
        """What was added of `resource` here, or a `ValueError` if another set-up has it."""
        before = self._engine.bindings.additions.get(resource)
        if before is not None and before.defaults is self._defaults_in_force:
            return before
        if is_any_claimed(resource, routes):
            raise ValueError(
                f"CORS is already configured for {resource!r} elsewhere:"
                f" it already has OPTIONS handler or view of another set-up"
            )
        return None

    def _extended(
        self,
        resource: web.AbstractResource,
        route: web.ResourceRoute | None,
        before: Addition | None,
        table: OriginTable,
    ) -> Addition:
        """What was added of `resource` with one more addition, or a `ValueError`."""
        if route is None:
            if before is not None:
                raise ValueError(f"CORS is already configured for {resource!r} resource")
            return Addition(table, {}, self._defaults_in_force)
        own = None if before is None else before.own
        routes: Mapping[str, OriginTable] = {} if before is None else before.routes
        if route.method in routes:
            raise ValueError(
                f"{route!r} cannot be added:"
                f" CORS already configured on resource {resource!r} for {route.method}"
            )
        return Addition(own, {**routes, route.method: table}, self._defaults_in_force)

    def _compiled(
        self, parsed: Mapping[str, ResourceOptions], site: CallSite
    ) -> tuple[OriginTable, Collection[Finding]]:
        """The table of a configuration and what is found in it; one object for equal ones of one line."""
        key = (tuple(parsed.items()), site.filename, site.lineno)
        known = self._tables.get(key)
        if known is None:
            table = compile_options(parsed, site.place)
            known = self._tables[key] = table, _findings_in(parsed, site.place)
        return known

    def _use_defaults(self, parsed: Mapping[str, ResourceOptions]) -> None:
        self._defaults = MappingProxyType(parsed)
        place = call_site().place
        self._defaults_in_force.policy = CompiledPolicy([compile_options(parsed, place)])
        changed()
        self._engine.notes.add(_findings_in(parsed, place))


def setup(app: web.Application, *, defaults: Config | None = None) -> CorsConfig:
    """Set CORS up for `app` and return what resources and routes are added to.

    `defaults` are the options by origin that apply to everything that is added. The result is
    kept as ``app[APP_CONFIG_KEY]``, where views with `aiohttp_cors.CorsViewMixin` find it.

        cors = setup(app, defaults={"https://app.example.com": ResourceOptions()})
        cors.add(users)

    Raises `ValueError` for a bad configuration, `RuntimeError` when the application has started.
    """
    cors = CorsConfig(app, defaults=defaults)
    app[APP_CONFIG_KEY] = cors
    return cors


APP_CONFIG_KEY: Final[web.AppKey[CorsConfig]] = web.AppKey("aiohttp_cors", CorsConfig)
"""Where `setup` keeps the application's `CorsConfig`."""


def _findings_in(parsed: Mapping[str, ResourceOptions], place: Place) -> Collection[Finding]:
    """What a configuration holds and should not."""
    if not parsed:
        return ()
    # Programs that use the fluent API alone import this module, too.
    from aiohttp_cors._values.config_findings import findings_in  # noqa: PLC0415 -- see above

    return tuple(findings_in(parsed, place))


def _needs_options_route(
    resource: web.AbstractResource, routes: Sequence[web.AbstractRoute]
) -> bool:
    """Whether preflights need a route; raises `ValueError` where another handler has theirs."""
    for route in routes:
        if route.method == hdrs.METH_OPTIONS:
            if not is_ours(route):
                raise ValueError(f"{resource!r} already has OPTIONS handler {route.handler!r}")
            return False
        if route.method == hdrs.METH_ANY:
            view = view_of(route)
            if view is None:
                raise ValueError(f"{resource!r} already has a '*' handler for all methods")
            if not issubclass(view, ConfiguredView):
                raise ValueError(
                    f"{view!r}: a web view should be derived from aiohttp_cors.CorsViewMixin"
                )
            return False
    return True
