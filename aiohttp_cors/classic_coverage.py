"""Which policies decide about a resource of the classic API, by what was added of it.

Knows how configurations are chained: a view's before a route's before its resource's before the
defaults. Does not know what may be added.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple, final

from aiohttp import hdrs, web

from aiohttp_cors._protocol.compiled_policy import CompiledPolicy, OriginTable
from aiohttp_cors.adapters import NO_POLICIES, RESOURCE_LEVEL, Coverage, view_of, with_head


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


# Most resources have neither: one of each for all.
_NO_VIEWS: Final[Mapping[str, type[ConfiguredView]]] = MappingProxyType({})
_NO_METHODS: Final = frozenset[str]()


@final
class Record(NamedTuple):
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


def views_and_functions(
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
    return views or _NO_VIEWS, frozenset(functions) if hdrs.METH_ANY in views else _NO_METHODS


def coverage_of(record: Record, defaults: CompiledPolicy) -> Coverage:
    """Which policy decides about each request to a resource, `defaults` where nothing else does."""
    whole = defaults
    if record.own:
        whole = CompiledPolicy([record.own, *whole.tables])
    routes = {
        method: CompiledPolicy([table, *whole.tables]) if table else whole
        for method, table in record.routes.items()
    }
    if hdrs.METH_ANY in record.views:
        return _view_coverage(record, record.views[hdrs.METH_ANY], routes, whole, defaults)
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
            actual[method] = CompiledPolicy(
                [*view.own_tables(method), *defaults.tables, *rest.tables]
            )

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
    record: Record,
    view: type[ConfiguredView],
    routes: dict[str, CompiledPolicy],
    whole: CompiledPolicy,
    defaults: CompiledPolicy,
) -> Coverage:
    # As in 0.8.1, what `add` was given has a say in the actual answers of a view only.
    rest = routes.pop(hdrs.METH_ANY, whole)
    rest = rest if record.own is None else whole
    methods = view.own_methods()
    preflights = {m: CompiledPolicy([*view.own_tables(m), *defaults.tables]) for m in methods or ()}
    actual = {m: CompiledPolicy([*own.tables, *rest.tables]) for m, own in preflights.items()}
    # A 405 of the view is read under what it says for any method.
    general = [] if methods is None else [*view.own_tables(""), *defaults.tables]
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
