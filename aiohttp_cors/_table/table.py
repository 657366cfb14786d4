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

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias, final

from aiohttp import web
from typing_extensions import override

from aiohttp_cors._protocol.compiled_policy import CompiledPolicy
from aiohttp_cors._protocol.decision import Decision
from aiohttp_cors._table import additions, targets
from aiohttp_cors._table.alike import Alike, Answers, Derived
from aiohttp_cors._table.bindings import Bindings, bindings_of, filled
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
class Table:
    """The rows of one application and of those below it.

    `is_ours` says of a route whether this library added it.
    """

    __slots__ = (
        "__weakref__",
        "_alike",
        "_app",
        "_decisions",
        "_derived",
        "_indexes",
        "_is_ours",
        "answered",
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
        self.answered: int = 0
        """How many `Answers` there are."""
        self._alike: dict[tuple[object, ...], Alike] = {}
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
        self.answered = 0
        self._alike = {}
        self._decisions = {}
        self.sole = {}
        self.uniform = {}

    @property
    def size(self) -> int:
        """How many entries there are; it does not grow with requests."""
        derived = len(self._derived) + len(self._indexes) + len(self.routes)
        shared = len(self._alike) + self.answered + len(self._decisions)
        return derived + shared + len(self.sole) + len(self.uniform)

    def coverage(self, mounted: Mounted) -> Coverage:
        """The rows of a resource; one dict lookup after the first."""
        return self.derived(mounted).alike.coverage

    def alike(self, everything: Iterable[Mounted]) -> Iterator[tuple[Mounted, Alike]]:
        """What follows for many resources, one object for those that are alike; nothing is kept.

        Precondition: while they are looked at, no fact changes and no route is added but ours.
        """
        known: dict[tuple[object, ...], Alike] = {}
        apps: tuple[web.Application, ...] = ()
        said: Sequence[Bindings] = ()
        for mounted in everything:
            if mounted.apps is not apps:
                apps, said = mounted.apps, bindings_of(mounted.apps)
            yield mounted, self._derive(mounted, said, known).alike

    def methods(self, mounted: Mounted) -> frozenset[str]:
        """The methods that a resource routes, with ``*`` for any other; our own left out."""
        return self.derived(mounted).alike.methods

    def row(self, mounted: Mounted, method: str) -> Row:
        """The row that decides about `method` of a resource."""
        return self.derived(mounted).alike.coverage.row(method)

    def answers(self, resource: object) -> Mapping[str, Answers] | None:
        """What is remembered about preflights for a resource of this application, by method.

        None unless the resource has its URLs for itself and lists the routes that it had.
        """
        key = id(resource)
        known = self._derived.get(key)
        if known is None or known.size != len(known.resource) or not self.sole.get(key):
            return None
        return known.alike.answers

    def answers_of(self, mounted: Mounted) -> dict[str, Answers]:
        """What is remembered about preflights by method, for all resources that are alike."""
        return self.derived(mounted).alike.answers

    def unmatched(self, apps: tuple[web.Application, ...]) -> Row:
        """The row of an answer that belongs to no resource, such as a 404."""
        return targets.broad_row(apps, bindings_of(apps), None, matched=False)

    def unnamed(self, apps: tuple[web.Application, ...]) -> Row:
        """The row of an answer of a route whose resource nobody names."""
        return targets.broad_row(apps, bindings_of(apps), None, matched=True)

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
        if self.may_keep() and self.is_listed(mounted):
            derived = self._derive(mounted, bindings_of(mounted.apps), self._alike)
            self._derived[key] = derived
            filled(self)
            return derived
        return self._derive(mounted, bindings_of(mounted.apps), {})

    def _derive(
        self,
        mounted: Mounted,
        said: Sequence[Bindings],
        known: dict[tuple[object, ...], Alike],
    ) -> Derived:
        """What follows from the bindings and the router: the one place where rows come from.

        `said` are the bindings of the applications on the way, the inner application's first.
        Where all that the rows follow from is equal, they are: most resources are like another, and
        their rows are worked out once. `known` is what was worked out before, by these facts.
        """
        apps, resource = mounted
        all_routes = routes_of(resource)
        routes = [route for route in all_routes if not self._is_ours(route)]
        broad = targets.broad_row(apps, said, resource, matched=True)
        # Bindings keep their rows alive, and routes their views. A row that conflicts is made anew.
        facts: list[object] = [id(broad) if broad.conflicts is None else broad]
        facts += [bindings.about(resource, routes) for bindings in said]
        for route in routes:
            handler: object = route.handler
            facts += route.method, id(handler) if isinstance(handler, type) else 0
        key = tuple(facts)
        alike = known.get(key)
        if alike is None:
            coverage = everything(broad)
            for bindings in reversed(said):
                coverage = targets.coverage_of(bindings, resource, routes).over(coverage)
                addition = bindings.additions.get(resource)
                if addition is not None:
                    coverage = additions.coverage_of(addition, routes).over(coverage)
            alike = known[key] = Alike(coverage, routed_methods(routes))
        return Derived(resource, alike, len(all_routes))

    def decision(self, row: Row, method: str) -> Decision | None:
        """What `row` decides about actual requests with `method`; one object for equal questions.

        Precondition: no view has to be asked.
        """
        if not isinstance(row.policy, CompiledPolicy):
            return None
        made = Decision(row.policy, method, row.naming)
        key = (row.policy, made.refuses)
        return self._decisions.setdefault(key, made)

    @override
    def __repr__(self) -> str:
        lines: list[str] = []
        for mounted in resources_below((self._app,)):
            lines.append(path_shown(mounted.resource))
            known = self._derive(mounted, bindings_of(mounted.apps), {}).alike
            by_row: dict[str, list[str]] = {}
            for method in sorted(known.methods):
                by_row.setdefault(repr(known.coverage.row(method)), []).append(method)
            lines += [f"    {', '.join(methods)} {row}" for row, methods in by_row.items()]
        lines.append(f"(no resource)\n    * {self.unmatched((self._app,))!r}")
        return "\n".join(lines)


TABLE: Final[web.AppKey[Table]] = web.AppKey("aiohttp_cors.table", Table)
