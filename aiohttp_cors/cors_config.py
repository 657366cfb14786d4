"""The classic API: `CorsConfig`, which covers resources and routes one `add` at a time.

A drop-in for aiohttp-cors 0.8.1 on this library's engine. Knows how its configurations are
written and chained: a route's before its resource's before the defaults. Holds no rule of the
protocol.
"""

import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import Final, NamedTuple, TypeAlias, TypeGuard, TypeVar, final

from aiohttp import hdrs, web

from aiohttp_cors.adapters import (
    NO_POLICIES,
    RESOURCE_LEVEL,
    Coverage,
    view_of,
    with_head,
)
from aiohttp_cors.covered import claim, is_claimed
from aiohttp_cors.engine import add_options_route, engine_for
from aiohttp_cors.errors import Problem
from aiohttp_cors.origins import is_potentially_trustworthy, parse_origin
from aiohttp_cors.preflights import answer_options
from aiohttp_cors.resource_options import ResourceOptions
from aiohttp_cors.table import CompiledPolicy, OriginTable, compile_options

__all__ = ("APP_CONFIG_KEY", "Config", "ConfiguredView", "CorsConfig", "setup")

Config: TypeAlias = Mapping[str, ResourceOptions | Mapping[str, object]]
"""A configuration: options by origin, ``{"https://app.example.com": ResourceOptions()}``.

The options may be a mapping with the keyword arguments of `ResourceOptions`. The key ``"*"``
stands for every origin that has no options of its own.
"""

_OPTION_NAMES: Final = frozenset(option.name for option in fields(ResourceOptions))

# What a mapping holds is only known, and checked, at run time.
_make_options: Callable[..., ResourceOptions] = ResourceOptions

_Entity = TypeVar("_Entity", bound=web.AbstractResource | web.AbstractRoute)


class ConfiguredView(ABC):
    """A view that brings a configuration of its own; `aiohttp_cors.CorsViewMixin` is the one."""

    @classmethod
    @abstractmethod
    def own_methods(cls) -> frozenset[str] | None:
        """The methods the view configures, in upper case; None to be asked on every request."""

    @classmethod
    @abstractmethod
    def own_tables(cls, method: str) -> list[OriginTable]:
        """The tables for a method, the most specific first."""

    @classmethod
    @abstractmethod
    def tables_of_request(cls, request: web.Request, method: str) -> list[OriginTable]:
        """The tables for one request; raises `KeyError` for a method that the view lacks."""


_NO_VIEWS: Final[Mapping[str, type[ConfiguredView]]] = MappingProxyType({})


@final
class _Record(NamedTuple):
    """What was added for one resource.

    - `own`: its own configuration, None when only routes of it were added;
    - `routes`: the configurations of its added routes by method;
    - `views`: its views that bring a configuration, by the method of their route;
    - `functions`: the methods of its other routes, where a view serves all the rest.
    """

    own: OriginTable | None
    routes: Mapping[str, OriginTable]
    views: Mapping[str, type[ConfiguredView]]
    functions: frozenset[str]


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
        self._records: dict[web.Resource | web.StaticResource, _Record] = {}
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
        coverage = self._coverage(record)
        # Nothing is refused from here on.
        if needs_options:
            add_options_route(resource)
        self._engine.hazards.update(_hazards(parsed))
        self._records[resource] = record
        claim(resource, classic=True)
        self._engine.table.bind(resource, coverage)
        return entity

    def _extended(
        self,
        resource: web.Resource | web.StaticResource,
        route: web.ResourceRoute | None,
        table: OriginTable,
    ) -> _Record:
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
        return _Record(own, routes, *_views_and_functions(resource))

    def _see_views(self) -> None:
        """Look again at what was added before its routes."""
        for resource, record in self._records.items():
            views, functions = _views_and_functions(resource)
            if views != record.views:
                seen = record._replace(views=views, functions=functions)
                self._records[resource] = seen
                self._engine.table.bind(resource, self._coverage(seen))

    def _use_defaults(self, parsed: Mapping[str, ResourceOptions]) -> None:
        self._defaults = MappingProxyType(parsed)
        self._default_table = compile_options(parsed)
        self._default_policy = CompiledPolicy([self._default_table])
        self._engine.hazards.update(_hazards(parsed))
        for resource, record in self._records.items():
            self._engine.table.bind(resource, self._coverage(record))

    def _coverage(self, record: _Record) -> Coverage:
        whole = self._default_policy
        if record.own:
            whole = CompiledPolicy([record.own, *whole.tables])
        routes = {
            method: CompiledPolicy([table, *whole.tables]) if table else whole
            for method, table in record.routes.items()
        }
        if hdrs.METH_ANY in record.views:
            return self._view_coverage(record, record.views[hdrs.METH_ANY], routes, whole)
        # As in 0.8.1, what a view's route was given counts where its resource was not added itself.
        beside_view = routes if record.own is None else {}
        actual = dict(routes)
        asked: dict[str, type[ConfiguredView]] = {}
        for method, view in record.views.items():
            if view.own_methods() is None:
                asked[method] = view
                actual.pop(method, None)
            else:
                rest = beside_view.get(method, whole)
                actual[method] = CompiledPolicy([*self._own_tables(view, method), *rest.tables])

        def tables_of_request(request: web.Request, method: str) -> list[OriginTable]:
            own = asked[method].tables_of_request(request, method)
            return [*own, *beside_view.get(method, whole).tables]

        by_method: Mapping[str, CompiledPolicy | None] = actual
        if all(policy is whole for policy in actual.values()):
            by_method = NO_POLICIES
        elif record.own is None:
            # A HEAD that was not added follows its resource if that was, and otherwise its GET.
            by_method = with_head(actual)
        return Coverage(
            classic=True,
            level=RESOURCE_LEVEL,
            by_method=by_method,
            otherwise=whole,
            whole=whole,
            added=routes or NO_POLICIES,
            fallback=whole,
            by_request=tables_of_request if asked else None,
            once=bool(asked),
        )

    def _view_coverage(
        self,
        record: _Record,
        view: type[ConfiguredView],
        routes: dict[str, CompiledPolicy],
        whole: CompiledPolicy,
    ) -> Coverage:
        # As in 0.8.1, what `add` was given has a say in the actual answers of a view only.
        rest = routes.pop(hdrs.METH_ANY, whole)
        rest = rest if record.own is None else whole
        methods = view.own_methods()
        preflights = {m: CompiledPolicy(self._own_tables(view, m)) for m in methods or ()}
        actual = {m: CompiledPolicy([*own.tables, *rest.tables]) for m, own in preflights.items()}
        # A 405 of the view is read under what it says for any method.
        general = [] if methods is None else self._own_tables(view, "")
        otherwise = CompiledPolicy([*general, *rest.tables])
        follows_get = record.own is None and hdrs.METH_HEAD in record.functions
        return Coverage(
            classic=True,
            level=RESOURCE_LEVEL,
            by_method={
                **actual,
                **dict.fromkeys(record.functions, whole),
                **(with_head(routes) if follows_get else routes),
            },
            otherwise=otherwise,
            whole=otherwise,
            added={**preflights, **dict.fromkeys(record.functions), **routes},
            fallback=whole,
            by_request=view.tables_of_request if methods is None else None,
            view=view.tables_of_request,
            once=methods is None,
        )

    def _own_tables(self, view: type[ConfiguredView], method: str) -> list[OriginTable]:
        return [*view.own_tables(method), self._default_table]


def parse_config(config: object) -> dict[str, ResourceOptions]:
    """A configuration with every value a `ResourceOptions`; raises `ValueError`."""
    if config is None:
        return {}
    if not _is_mapping(config):
        raise ValueError(f"a configuration is a mapping of options by origin, got {config!r}")
    parsed: dict[str, ResourceOptions] = {}
    for origin, options in config.items():
        if not isinstance(origin, str):
            raise ValueError(f"an origin is a string, got {origin!r}")
        parsed[origin] = _parse_options(options)
    return parsed


def _parse_options(options: object) -> ResourceOptions:
    if isinstance(options, ResourceOptions):
        return options
    if not _is_mapping(options):
        raise ValueError(f"options are ResourceOptions or a mapping of them, got {options!r}")
    unexpected = [repr(name) for name in options if name not in _OPTION_NAMES]
    if unexpected:
        raise ValueError(f"Unexpected keywords in resource options: {', '.join(unexpected)}")
    return _make_options(**{str(name): value for name, value in options.items()})


def _is_mapping(value: object) -> TypeGuard[Mapping[object, object]]:
    return isinstance(value, Mapping)


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


def _views_and_functions(
    resource: web.Resource | web.StaticResource,
) -> tuple[Mapping[str, type[ConfiguredView]], frozenset[str]]:
    """The views that bring a configuration, by method, and the methods of all other routes."""
    views: dict[str, type[ConfiguredView]] = {}
    functions: set[str] = set()
    for route in resource:
        view = view_of(route)
        if view is not None and issubclass(view, ConfiguredView):
            views[route.method] = view
        else:
            functions.add(route.method)
    if hdrs.METH_ANY not in views:
        functions.clear()
    return views or _NO_VIEWS, frozenset(functions)


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


def _hazards(config: Mapping[str, ResourceOptions]) -> dict[str, None]:
    """What is accepted for compatibility and should not be there; a sentence each."""
    hazards: dict[str, None] = {}
    for origin, options in config.items():
        if origin == "*":
            if options.allow_credentials:
                hazards["any origin may send credentials and read the answers ('*')"] = None
            continue
        parsed = parse_origin(origin)
        if isinstance(parsed, Problem):
            if origin == "null":
                hazards["any site can send the origin 'null'"] = None
            else:
                hazards[f"no browser sends the origin {origin!r} (hint: {parsed.hint})"] = None
        elif options.allow_credentials and not is_potentially_trustworthy(parsed):
            hazards[f"credentials are allowed over http to {origin!r}"] = None
    return hazards
