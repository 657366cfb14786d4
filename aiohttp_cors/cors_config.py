"""The classic API: `CorsConfig`, which covers resources and routes one `add` at a time.

Owns: what may be added, the defaults, and the words of the errors that programs rely on.
Leaves to: `aiohttp_cors._table.additions` how configurations are chained.

A drop-in for aiohttp-cors 0.8.1 on this library's engine.
"""

import warnings
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeVar, final

from aiohttp import hdrs, web

from aiohttp_cors._protocol.compiled_policy import CompiledPolicy, OriginTable, compile_options
from aiohttp_cors._server.arrival import add_options_route
from aiohttp_cors._server.call_site import call_site
from aiohttp_cors._server.engine import engine_for
from aiohttp_cors._server.preflights import is_ours
from aiohttp_cors._table import openings
from aiohttp_cors._table.additions import (
    NO_TABLES,
    Addition,
    ConfiguredView,
    Defaults,
    check_views,
)
from aiohttp_cors._table.bindings import changed, claim, is_claimed
from aiohttp_cors._table.router import routes_of, view_of
from aiohttp_cors._values.config_findings import findings_in
from aiohttp_cors._values.configuration import Config, parse_config
from aiohttp_cors._values.options import ResourceOptions

if TYPE_CHECKING:
    from aiohttp_cors.introspection import Explanation, TableRow

__all__ = ("APP_CONFIG_KEY", "Config", "CorsConfig", "setup")

_Entity = TypeVar("_Entity", bound=web.AbstractResource | web.AbstractRoute)


@final
class CorsConfig:
    """Covers the resources and routes that are added to it, each with its own configuration.

    `defaults` apply to everything that is added, where nothing more specific names the origin.
    Several instances for one application share its engine, but not their defaults.

    Raises `ValueError` for a bad configuration, `RuntimeError` when the application has started.
    """

    def __init__(self, app: web.Application, *, defaults: Config | None = None) -> None:
        parsed = parse_config(defaults)
        self._engine = engine_for(app)
        self._defaults_in_force = Defaults(CompiledPolicy(()))
        self._use_defaults(parsed)

    @property
    def defaults(self) -> Mapping[str, ResourceOptions]:
        """The options by origin that apply where nothing more specific does; read-only.

        Assigning another configuration takes effect at once, for all that was added before.
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
        needs_options = _needs_options_route(resource)
        place = call_site().place
        addition = self._extended(resource, route, compile_options(parsed, place))
        check_views(routes_of(resource))
        openings.add(self._engine.table, self._engine.bindings, resource, addition)
        # Nothing is refused from here on.
        claim(resource, classic=True)
        if needs_options:
            add_options_route(resource)
        self._engine.notes.add(findings_in(parsed, place))
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

    def _extended(
        self,
        resource: web.Resource | web.StaticResource,
        route: web.ResourceRoute | None,
        table: OriginTable,
    ) -> Addition:
        """What was added of `resource` with one more addition, or a `ValueError`."""
        before = self._engine.bindings.additions.get(resource)
        is_own = before is not None and before.defaults is self._defaults_in_force
        if not is_own and (is_claimed(resource) or any(map(is_claimed, resource))):
            raise ValueError(
                f"CORS is already configured for {resource!r} elsewhere:"
                f" it already has OPTIONS handler or view of another set-up"
            )
        if before is None:
            before = Addition(None, NO_TABLES, self._defaults_in_force)
        elif route is None:
            raise ValueError(f"CORS is already configured for {resource!r} resource")
        if route is None:
            return before._replace(own=table)
        if route.method in before.routes:
            raise ValueError(
                f"{route!r} cannot be added:"
                f" CORS already configured on resource {resource!r} for {route.method}"
            )
        return before._replace(routes={**before.routes, route.method: table})

    def _use_defaults(self, parsed: Mapping[str, ResourceOptions]) -> None:
        self._defaults = MappingProxyType(parsed)
        place = call_site().place
        self._defaults_in_force.policy = CompiledPolicy([compile_options(parsed, place)])
        changed()
        self._engine.notes.add(findings_in(parsed, place))


def setup(app: web.Application, *, defaults: Config | None = None) -> CorsConfig:
    """Set CORS up for `app` and return what resources and routes are added to.

    `defaults` are the options by origin that apply to everything that is added. The result is
    kept as ``app[APP_CONFIG_KEY]``, where views with `aiohttp_cors.CorsViewMixin` find it.

    Raises `ValueError` for a bad configuration, `RuntimeError` when the application has started.
    """
    cors = CorsConfig(app, defaults=defaults)
    app[APP_CONFIG_KEY] = cors
    return cors


APP_CONFIG_KEY: Final[web.AppKey[CorsConfig]] = web.AppKey("aiohttp_cors", CorsConfig)
"""Where `setup` keeps the application's `CorsConfig`."""


def _needs_options_route(resource: web.Resource | web.StaticResource) -> bool:
    """Whether preflights need a route; raises `ValueError` where another handler has theirs."""
    for route in resource:
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
