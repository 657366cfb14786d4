"""`Table`: which row decides about each request, as it follows from bindings and router.

Owns: what was derived, and when it is derived again.
Leaves to: `aiohttp_cors._table.additions` and `targets` the rows that one API gives.

A table is a cache. It is made when it is asked and dropped as a whole when a fact changes:
`aiohttp_cors._table.bindings.changed` drops it when something is bound, added or assigned. A router
that has grown drops it as well. The entry of a resource remembers how many routes the resource had.
So the order of set-up never matters.

Only resources that a router lists have entries, and only if they are of aiohttp's own making. A
resource that a program makes anew for each request leaves nothing behind.
"""

from collections.abc import Callable
from typing import Final, NamedTuple, TypeAlias, final

from aiohttp import web
from multidict import CIMultiDictProxy
from typing_extensions import override

from aiohttp_cors._protocol.compiled_policy import CompiledPolicy
from aiohttp_cors._protocol.decision import Decision
from aiohttp_cors._protocol.grant import Grant
from aiohttp_cors._table import additions, targets
from aiohttp_cors._table.bindings import bindings_of, filled
from aiohttp_cors._table.coverage import Coverage, Row, RowPolicy, everything
from aiohttp_cors._table.overlap import PathIndex, path_shown
from aiohttp_cors._table.router import (
    Mounted,
    has_native_router,
    is_native,
    resources_below,
    resources_of,
    routed_methods,
    routes_of,
)

Key: TypeAlias = int | tuple[int, ...]
ByPolicies: TypeAlias = tuple[frozenset[RowPolicy | None], PathIndex]
"""Policies, and the resources about each of which these decide; None for what is not covered."""


@final
class Derived(NamedTuple):
    """What follows from the facts for one resource, as one chain of applications reaches it.

    - `coverage`: its rows;
    - `methods`: those that it routes and a browser can send, with ``*`` for any other;
    - `size`: how many routes it had, our own included.
    """

    resource: web.AbstractResource
    coverage: Coverage
    methods: frozenset[str]
    size: int


@final
class Answers(NamedTuple):
    """What is remembered about the preflights of a resource for one method.

    - `size`: how many routes the resource had;
    - `policy`: that of the row;
    - `refuses_origin`: whether an origin without a grant is refused for itself, whatever it asks for;
    - `ready`: the headers of allowed answers, by grant and line of header names, but for the origin.
    """

    resource: web.AbstractResource
    size: int
    policy: CompiledPolicy
    refuses_origin: bool
    ready: dict[tuple[Grant, str], CIMultiDictProxy[str]]


@final
class Table:
    """The rows of one application and of those below it.

    `is_ours` says of a route whether this library added it.
    """

    __slots__ = (
        "__weakref__",
        "_app",
        "_coverages",
        "_decisions",
        "_derived",
        "_indexes",
        "_is_ours",
        "_methods",
        "answers",
        "is_inner",
        "routes",
        "sole",
        "uniform",
    )

    def __init__(
        self, app: web.Application, *, is_ours: Callable[[web.AbstractRoute], bool]
    ) -> None:
        self._app = app
        self._is_ours = is_ours
        self._derived: dict[Key, Derived] = {}
        self._indexes: dict[int, PathIndex] = {}
        self.is_inner: bool = False
        """Whether an application above this one has a table: requests may come through both."""
        self.routes: dict[web.AbstractRoute, Decision | None] = {}
        """What was decided about routes of aiohttp's own class; None for what nothing covers."""
        self.answers: dict[tuple[int, str], Answers] = {}
        """What `aiohttp_cors._server.answers` remembers, by resource and method."""
        self._coverages: dict[object, Coverage] = {}
        self._methods: dict[frozenset[str], frozenset[str]] = {}
        self._decisions: dict[object, Decision] = {}
        self.sole: dict[Key, bool] = {}
        self.uniform: dict[tuple[int, ...], list[ByPolicies]] = {}
        """What `aiohttp_cors._table.scope` has proved: about resources by their `key`, about routers
        by the applications that lead there."""

    @property
    def app(self) -> web.Application:
        """The application that the table belongs to."""
        return self._app

    def drop(self) -> None:
        """Forget everything that was derived."""
        self._derived = {}
        self._indexes = {}
        self.routes.clear()
        self.answers = {}
        self._coverages = {}
        self._methods = {}
        self._decisions = {}
        self.sole = {}
        self.uniform = {}

    @property
    def size(self) -> int:
        """How many entries there are; it does not grow with requests."""
        derived = len(self._derived) + len(self._indexes) + len(self.routes)
        shared = len(self._coverages) + len(self._methods) + len(self._decisions)
        return derived + shared + len(self.sole) + len(self.uniform)

    def coverage(self, mounted: Mounted) -> Coverage:
        """The rows of a resource; one dict lookup after the first."""
        return self.derived(mounted).coverage

    def methods(self, mounted: Mounted) -> frozenset[str]:
        """The methods that a resource routes, with ``*`` for any other; our own left out."""
        return self.derived(mounted).methods

    def row(self, mounted: Mounted, method: str) -> Row:
        """The row that decides about `method` of a resource."""
        return self.derived(mounted).coverage.row(method)

    def unmatched(self, apps: tuple[web.Application, ...]) -> Row:
        """The row of an answer that belongs to no resource, such as a 404."""
        return targets.broad_row(apps, None, matched=False)

    def unnamed(self, apps: tuple[web.Application, ...]) -> Row:
        """The row of an answer of a route whose resource nobody names."""
        return targets.broad_row(apps, None, matched=True)

    def index(self, app: web.Application) -> PathIndex:
        """The paths of the router of `app`, read again after it has grown."""
        resources = resources_of(app)
        index = self._indexes.get(id(app))
        if index is None or index.size != len(resources):
            if index is not None:
                self.drop()
            index = PathIndex(resources)
            if self.may_keep():
                self._indexes[id(app)] = index
                filled(self)
        return index

    def key(self, mounted: Mounted) -> Key:
        """What an entry is kept by: the identities of a resource and of the way to it."""
        apps, resource = mounted
        return id(resource) if len(apps) == 1 else (id(resource), *map(id, apps))

    def may_keep(self) -> bool:
        """Whether paths are final: mounting an application changes those below it."""
        return self._app.frozen

    def is_listed(self, mounted: Mounted) -> bool:
        """Whether something may be remembered about a resource."""
        app = mounted.apps[-1]
        return (
            is_native(mounted.resource)
            and has_native_router(app)
            and self.index(app).holds(mounted.resource)
        )

    def derived(self, mounted: Mounted) -> Derived:
        """What follows from the facts for a resource; one dict lookup after the first."""
        key = self.key(mounted)
        known = self._derived.get(key)
        if known is not None:
            if known.size == len(known.resource):
                return known
            self.drop()
        derived = self._derive(mounted)
        if self.may_keep() and self.is_listed(mounted):
            derived = self._derived[key] = self._shared(derived)
            filled(self)
        return derived

    def _derive(self, mounted: Mounted) -> Derived:
        """What follows from the bindings and the router: the one place where rows come from."""
        apps, resource = mounted
        all_routes = routes_of(resource)
        routes = [route for route in all_routes if not self._is_ours(route)]
        coverage = everything(targets.broad_row(apps, resource, matched=True))
        for bindings in reversed(bindings_of(apps)):
            coverage = targets.coverage_of(bindings, resource, routes).over(coverage)
            addition = bindings.additions.get(resource)
            if addition is not None:
                coverage = additions.coverage_of(addition, routes).over(coverage)
        return Derived(resource, coverage, routed_methods(routes), len(all_routes))

    def decision(self, row: Row, method: str) -> Decision | None:
        """What `row` decides about actual requests with `method`; one object for equal questions.

        Precondition: no view has to be asked.
        """
        if not isinstance(row.policy, CompiledPolicy):
            return None
        made = Decision(row.policy, method, row.naming)
        key = (row.policy, made.refuses)
        return self._decisions.setdefault(key, made)

    def _shared(self, derived: Derived) -> Derived:
        """What is kept, with the same object for equal values: most resources are like another."""
        coverage, methods = derived.coverage, derived.methods
        key = (frozenset(coverage.by_method.items()), coverage.rest, coverage.on_405)
        return derived._replace(
            coverage=self._coverages.setdefault(key, coverage),
            methods=self._methods.setdefault(methods, methods),
        )

    @override
    def __repr__(self) -> str:
        lines: list[str] = []
        for mounted in resources_below((self._app,)):
            lines.append(path_shown(mounted.resource))
            known = self._derive(mounted)
            by_row: dict[str, list[str]] = {}
            for method in sorted(known.methods):
                by_row.setdefault(repr(known.coverage.row(method)), []).append(method)
            lines += [f"    {', '.join(methods)} {row}" for row, methods in by_row.items()]
        lines.append(f"(no resource)\n    * {self.unmatched((self._app,))!r}")
        return "\n".join(lines)


TABLE: Final[web.AppKey[Table]] = web.AppKey("aiohttp_cors.table", Table)
