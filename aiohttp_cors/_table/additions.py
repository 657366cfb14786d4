"""What was added in the classic API, and the rows that follow from it.

Owns: how configurations are chained (view, route, resource, defaults), and what becomes of a route
that was left out.
Leaves to: `aiohttp_cors.cors_config` the calls and their errors.

The rules, of which the first that fits gives the row:

- An added route is decided by its own configuration, its resource's if that was added too, and the
  defaults. A view's own configuration and the defaults come before these.
- ``HEAD`` beside an added ``GET`` is decided as that, or as the resource if that was added. Its
  preflight has to be named.
- A route that was left out beside an added one is decided by the resource's configuration and the
  defaults; where the resource was not added itself, the configuration of the route that was added
  first takes its place. The options that decide have to name the method, for the actual request
  too: the author was choosing.
- Any other route is decided by the resource's configuration and the defaults. Only its preflight
  has to be named.
- A 405 is decided by the resource's configuration and the defaults.
"""

import logging
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Final, final

from aiohttp import hdrs, web
from typing_extensions import override

from aiohttp_cors._protocol.compiled_policy import CompiledPolicy, OriginTable
from aiohttp_cors._protocol.verdicts import Dialect, Naming
from aiohttp_cors._table.coverage import NO_ROWS, Coverage, Level, Row, RowPolicy, ViewPolicy
from aiohttp_cors._table.router import ANY_METHOD, view_of
from aiohttp_cors._values.place import Written

logger: Final = logging.getLogger("aiohttp_cors")


class ConfiguredView(ABC):
    """A view that brings a configuration of its own; `aiohttp_cors.CorsViewMixin` is the one."""

    @classmethod
    @abstractmethod
    def own_methods(cls) -> frozenset[str] | None:
        """The methods the view configures, in upper case; None to be asked on every request."""

    @classmethod
    @abstractmethod
    def own_tables(cls, method: str) -> list[OriginTable]:
        """The tables for a method, the most specific first; of no method, those of all."""

    @classmethod
    @abstractmethod
    def tables_of_request(cls, request: web.Request, method: str) -> list[OriginTable]:
        """The tables for one request; raises `KeyError` for a method that the view lacks."""


@final
class AskedView(ViewPolicy):
    """A view that is asked once per request, and the configurations that follow its own."""

    __slots__ = ("view",)

    def __init__(self, view: type[ConfiguredView], after: CompiledPolicy) -> None:
        super().__init__(after)
        self.view: type[ConfiguredView] = view

    @property
    @override
    def view_name(self) -> str:
        return f"{self.view.__module__}.{self.view.__qualname__}"

    @override
    def ask(self, request: web.Request, method: str) -> CompiledPolicy | None:
        try:
            tables = self.view.tables_of_request(request, method)
        except KeyError:
            return None
        return CompiledPolicy([*tables, *self.lacking.tables])

    @override
    def __repr__(self) -> str:
        return f"asks {self.view.__qualname__}"


@final
class Defaults:
    """The defaults of one `aiohttp_cors.CorsConfig`; assigning to `policy` is a change of facts."""

    __slots__ = ("policy",)

    def __init__(self, policy: CompiledPolicy) -> None:
        self.policy: CompiledPolicy = policy


@final
class Addition:
    """What was added of one resource.

    - `own`: the resource's own configuration, None if only routes of it were added;
    - `routes`: the configurations of its added routes by method, in the order of their addition;
    - `defaults`: those of the `CorsConfig` that it was added to.
    """

    __slots__ = ("defaults", "own", "routes")

    def __init__(
        self,
        own: OriginTable | None,
        routes: Mapping[str, OriginTable],
        defaults: Defaults,
    ) -> None:
        self.own: OriginTable | None = own
        self.routes: Mapping[str, OriginTable] = routes
        self.defaults: Defaults = defaults

    @property
    def general(self) -> OriginTable:
        """The resource's own configuration; without it, that of the route which was added first."""
        return next(iter(self.routes.values())) if self.own is None else self.own


def coverage_of(addition: Addition, routes: Sequence[web.AbstractRoute]) -> Coverage:
    """The rows of an added resource that lists `routes`, our own left out."""
    whole = _chain(addition.own, addition.defaults.policy)
    left_out = _left_out(addition, whole)
    rows = {
        route.method: _row_of(addition, route, whole) or left_out
        for route in routes
        if route.method != hdrs.METH_ANY
    }
    # A "*" route that serves HEAD has its own row.
    has_head = hdrs.METH_HEAD in rows or all(route.method != hdrs.METH_ANY for route in routes)
    if has_head and hdrs.METH_GET in addition.routes and hdrs.METH_HEAD not in addition.routes:
        head = rows[hdrs.METH_GET].policy if addition.own is None else whole
        rows[hdrs.METH_HEAD] = _row(head, Naming.PREFLIGHT, addition.general)
    for method in addition.routes.keys() - rows.keys() - ANY_METHOD:
        # Our own OPTIONS route, in a loop over all that a router has.
        added = addition.routes[method]
        rows[method] = _row(_chain(added, whole), Naming.NEVER, added)
    any_method = addition.routes.get(hdrs.METH_ANY)
    rest = left_out
    if any_method is not None:
        rest = _row(_chain(any_method, whole), Naming.NEVER, any_method)
    on_405 = _row(whole, Naming.NEVER, addition.general)
    view = _covered_view_on_any(addition, routes)
    if view is not None:
        after = _chain(any_method, whole) if addition.own is None else whole
        added = addition.general if any_method is None else any_method
        methods = view.own_methods()
        for method in (methods or frozenset()) - rows.keys():
            rows[method] = _row(_view_policy(view, method, addition, after), Naming.NEVER, added)
        general = _view_policy(view, "", addition, after)
        lacking = general.lacking if isinstance(general, AskedView) else general
        on_405 = _row(lacking, Naming.NEVER, added)
        # The view is asked about a method that it lacks, to say so.
        lacks_some = methods is not None and hdrs.METH_ANY not in methods
        rest = _row(AskedView(view, lacking) if lacks_some else general, Naming.NEVER, added)
    by_method = {method: row for method, row in rows.items() if row != rest}
    return Coverage(by_method or NO_ROWS, rest, on_405)


def _left_out(addition: Addition, whole: CompiledPolicy) -> Row:
    """The row of a route that was not added."""
    if not addition.routes:
        return _row(whole, Naming.PREFLIGHT, addition.general)
    policy = whole if addition.own is not None else _chain(addition.general, whole)
    return _row(policy, Naming.ALWAYS, addition.general)


def _row_of(addition: Addition, route: web.AbstractRoute, whole: CompiledPolicy) -> Row | None:
    """The row of a route with a method of its own; None if it was left out, or is no view."""
    view = _configured(route)
    table = addition.routes.get(route.method)
    if table is None:
        if view is None or addition.routes:
            return None
        own = _view_policy(view, route.method, addition, whole)
        return _row(own, Naming.PREFLIGHT, addition.general)
    policy = _chain(table, whole)
    if view is None:
        return _row(policy, Naming.NEVER, table)
    after = policy if addition.own is None else whole
    return _row(_view_policy(view, route.method, addition, after), Naming.NEVER, table)


def _row(policy: RowPolicy | None, naming: Naming, added: OriginTable) -> Row:
    written = None if added.place is None else Written(added.place)
    return Row(policy, naming, Dialect.CLASSIC, Level.RESOURCE, written)


def _chain(table: OriginTable | None, policy: CompiledPolicy) -> CompiledPolicy:
    return CompiledPolicy([table, *policy.tables]) if table else policy


def _view_policy(
    view: type[ConfiguredView], method: str, addition: Addition, after: CompiledPolicy
) -> CompiledPolicy | AskedView:
    """What `view` says about `method`, then the defaults, then what `add` was given."""
    if view.own_methods() is None:
        return AskedView(view, after)
    try:
        own = view.own_tables(method)
    except ValueError:
        # The view came after its resource was added. A request is refused, never dropped.
        logger.exception("the configuration of %r allows nothing", view)
        return CompiledPolicy(())
    return CompiledPolicy([*own, *addition.defaults.policy.tables, *after.tables])


def check_views(routes: Sequence[web.AbstractRoute]) -> None:
    """Raise `ValueError` for a view whose own configuration is none."""
    for route in routes:
        if isinstance(route.handler, type) and (view := _configured(route)) is not None:
            for method in ("", *(view.own_methods() or ())):
                view.own_tables(method)


def _configured(route: web.AbstractRoute) -> type[ConfiguredView] | None:
    view = view_of(route)
    return view if view is not None and issubclass(view, ConfiguredView) else None


def _covered_view_on_any(
    addition: Addition, routes: Sequence[web.AbstractRoute]
) -> type[ConfiguredView] | None:
    """The view on the ``*`` route, unless that was left out beside an added route."""
    if addition.routes and hdrs.METH_ANY not in addition.routes:
        return None
    for route in routes:
        if route.method == hdrs.METH_ANY:
            return _configured(route)
    return None
