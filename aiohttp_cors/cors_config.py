"""The classic API: `CorsConfig`, which covers resources and routes one `add` at a time.

A drop-in for aiohttp-cors 0.8.1 on this library's engine. Knows what may be added, and the
defaults. Holds no rule of the protocol, and does not know how configurations are chained
(`aiohttp_cors.classic_coverage`).
"""

import warnings
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, TypeVar, final

from aiohttp import hdrs, web

from aiohttp_cors._protocol.compiled_policy import CompiledPolicy, OriginTable, compile_options
from aiohttp_cors._values.configuration import Config, hazards_of, parse_config
from aiohttp_cors._values.options import ResourceOptions
from aiohttp_cors.adapters import view_of
from aiohttp_cors.classic_coverage import ConfiguredView, Record, coverage_of, views_and_functions
from aiohttp_cors.covered import claim, is_claimed
from aiohttp_cors.engine import add_options_route, engine_for
from aiohttp_cors.preflights import answer_options

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
        self._records: dict[web.Resource | web.StaticResource, Record] = {}
        self._engine.before_start.append(self._see_views)
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

        - a resource: `config` applies to its added routes, and to the methods that its
          `allow_methods` name;
        - a route: `config` applies to this route alone.

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
        record = self._extended(resource, route, compile_options(parsed))
        coverage = coverage_of(record, self._default_policy)
        # Nothing is refused from here on.
        if needs_options:
            add_options_route(resource)
        self._engine.hazards.update(hazards_of(parsed))
        self._records[resource] = record
        claim(resource, classic=True)
        self._engine.table.bind(resource, coverage)
        return entity

    def _extended(
        self,
        resource: web.Resource | web.StaticResource,
        route: web.ResourceRoute | None,
        table: OriginTable,
    ) -> Record:
        """The record of `resource` with one more addition, or a `ValueError`."""
        record = self._records.get(resource)
        if record is None and (is_claimed(resource) or any(map(is_claimed, resource))):
            raise ValueError(
                f"CORS is already configured for {resource!r} elsewhere:"
                f" it already has OPTIONS handler or view of another set-up"
            )
        if route is None and record is not None:
            raise ValueError(f"CORS is already configured for {resource!r} resource")
        routes: Mapping[str, OriginTable] = {} if record is None else record.routes
        if route is not None and route.method in routes:
            raise ValueError(
                f"{route!r} cannot be added:"
                f" CORS already configured on resource {resource!r} for {route.method}"
            )
        own = table if route is None else None if record is None else record.own
        routes = routes if route is None else {**routes, route.method: table}
        return Record(own, routes, *views_and_functions(resource))

    def _see_views(self) -> None:
        """Look again at what was added before its routes."""
        for resource, record in self._records.items():
            views, functions = views_and_functions(resource)
            if views != record.views:
                seen = record._replace(views=views, functions=functions)
                self._records[resource] = seen
                self._engine.table.bind(resource, coverage_of(seen, self._default_policy))

    def _use_defaults(self, parsed: Mapping[str, ResourceOptions]) -> None:
        self._defaults = MappingProxyType(parsed)
        self._default_policy = CompiledPolicy([compile_options(parsed)])
        self._engine.hazards.update(hazards_of(parsed))
        for resource, record in self._records.items():
            self._engine.table.bind(resource, coverage_of(record, self._default_policy))


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
            if route.handler is not answer_options:
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
