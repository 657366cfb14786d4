"""The reach of an application's configuration: who may read what, as facts.

Owns: which questions are asked of the table, and how equal answers become one fact.
Leaves to: `aiohttp_cors._table.table` the rows; to `aiohttp_cors._tools.rights` and `granted` what a
row's policy allows to whom; to `aiohttp_cors._tools.lock_file` how facts are written.

A row's policy is asked once for all resources that it covers in the same way.
"""

from collections.abc import Iterator
from itertools import chain, count
from typing import Final, NamedTuple, TypeAlias, final

from aiohttp import hdrs, web

from aiohttp_cors._protocol.compiled_policy import CompiledPolicy
from aiohttp_cors._protocol.grant import Grant
from aiohttp_cors._protocol.verdicts import Dialect
from aiohttp_cors._table.coverage import Coverage, Row, ViewPolicy, everything
from aiohttp_cors._table.router import (
    ANY_METHOD,
    Mounted,
    has_native_router,
    mounted_app,
    resources_of,
    routes_of,
)
from aiohttp_cors._tools.granted import Granted
from aiohttp_cors._tools.origin_sets import EVERYBODY, OriginSet
from aiohttp_cors._tools.rights import Case, Rights
from aiohttp_cors._tools.rows import apps_below, table_of
from aiohttp_cors._tools.templates import meaning_of, template_of
from aiohttp_cors._values.vocabulary import FORBIDDEN_METHODS

ANY: Final = hdrs.METH_ANY
"""Stands for every method that the reach does not name."""

USUAL_METHODS: Final = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
"""The methods that are always named."""

NO_ROUTE: Final = "405:"
"""Precedes a method of a path at which another method is served: the answer is a 405."""
NO_RESOURCE: Final = "404:"
"""Precedes a method of paths at which nothing is served."""


@final
class Fact(NamedTuple):
    """Who may read what.

    - `path`: a template, ``/users/{id}``;
    - `methods`: ``GET``; `ANY` for every method that `Reach.methods` does not name; `NO_ROUTE` or
      `NO_RESOURCE` before the method of an answer that no route made;
    - `origins`: the origins of the pages;
    - `rights`: what they may do; the name of the view that says so on every request.
    """

    path: str
    methods: frozenset[str]
    origins: OriginSet
    rights: Rights | str


@final
class Reach(NamedTuple):
    """All facts, and the methods that are named."""

    methods: frozenset[str]
    facts: tuple[Fact, ...]


_NONE: Final = frozenset[str]()
_Found: TypeAlias = dict[tuple[OriginSet, Rights | str], frozenset[str]]
_Key: TypeAlias = tuple[object, ...]


def reach_of(app: web.Application) -> Reach:
    """The reach of `app` and of all that is mounted below it. It need not have started."""
    return _Survey(list(_spots(app))).reach()


@final
class _Spot(NamedTuple):
    """A resource, or what an application serves without one.

    - `own`: the methods that it serves, with `ANY` for any other; None for paths without a resource;
    - `takes_all`: a route takes every method, also to say that it is not served.
    """

    path: str
    coverage: Coverage
    own: frozenset[str] | None
    takes_all: bool = True


def _spots(app: web.Application) -> Iterator[_Spot]:
    """What is served by `app` and all that is mounted below it."""
    table = table_of(app)
    for apps, domain, below in apps_below((app,)):
        for resource in resources_of(apps[-1]):
            if mounted_app(resource) is None:
                mounted = Mounted(apps, resource)
                yield _Spot(
                    f"{domain}{template_of(resource)}",
                    table.coverage(mounted),
                    table.methods(mounted),
                    any(route.method == ANY for route in routes_of(resource)),
                )
        if not has_native_router(apps[-1]):
            yield _Spot(f"{below}/**", everything(table.unnamed(apps)), ANY_METHOD)
        yield _Spot(f"{below}/*", everything(table.unmatched(apps)), None)


@final
class _Survey:
    """Asks about every method of every spot, and remembers the answers to equal questions."""

    def __init__(self, spots: list[_Spot]) -> None:
        self._spots = spots  # kept alive: tables of options count by identity
        self._granted: dict[_Key, Granted] = {}
        self._rights: dict[_Key, Rights | None] = {}
        self._found: dict[_Key, _Found] = {}
        self._methods = USUAL_METHODS.union(*map(self._named_by, spots)) - ANY_METHOD
        self._methods -= FORBIDDEN_METHODS

    def reach(self) -> Reach:
        """All facts."""
        by_path: dict[tuple[str, bool], list[_Spot]] = {}
        for spot in self._spots:
            by_path.setdefault((meaning_of(spot.path), spot.own is None), []).append(spot)
        facts: list[Fact] = []
        for spots in by_path.values():
            found = self._asked(spots[0], *self._methods_of(spots, 0))
            for n in range(1, len(spots)):
                more = self._asked(spots[n], *self._methods_of(spots, n))
                found = {key: found.get(key, _NONE) | more.get(key, _NONE) for key in found | more}
            facts += [Fact(spots[0].path, methods, *key) for key, methods in found.items()]
        return Reach(self._methods, tuple(facts))

    def _named_by(self, spot: _Spot) -> frozenset[str]:
        """The methods that a spot's routes and policies name."""
        policies = [row.policy for row in spot.coverage.rows()]
        grants = [
            grant
            for policy in policies
            if isinstance(policy, CompiledPolicy)
            for grant in self._granted_by(policy).grants
        ]
        named = (grant.allow_methods or _NONE for grant in grants)
        return frozenset(spot.coverage.by_method).union(spot.own or _NONE, *named)

    def _methods_of(self, spots: list[_Spot], n: int) -> tuple[frozenset[str], frozenset[str]]:
        """The methods of a path that one of its resources serves, and those that nobody serves.

        The router asks the resources in their order, and the first has the answer that no route
        made.
        """
        everything, served = self._methods | ANY_METHOD, [self._served(spot) for spot in spots]
        own = served[n] - _NONE.union(*served[:n])
        return own, everything - _NONE.union(*served) if n == 0 else _NONE

    def _served(self, spot: _Spot) -> frozenset[str]:
        own = spot.own or _NONE
        return self._methods | ANY_METHOD if ANY in own else own & self._methods

    def _asked(self, spot: _Spot, served: frozenset[str], unserved: frozenset[str]) -> _Found:
        """Who may read what of a spot; asked once for all spots that are covered alike."""
        rows = frozenset((m, _key_of(row)) for m, row in spot.coverage.by_method.items())
        others = _key_of(spot.coverage.rest), _key_of(spot.coverage.on_405)
        key = rows, *others, spot.own, spot.takes_all, served, unserved
        known = self._found.get(key)
        if known is None:
            known = self._found[key] = self._ask(spot, served, unserved)
        return known

    def _ask(self, spot: _Spot, served: frozenset[str], unserved: frozenset[str]) -> _Found:
        found: dict[tuple[OriginSet, Rights | str], set[str]] = {}
        for method in sorted(served | unserved):
            row = ahead = spot.coverage.row(method)
            prefix = ""
            if method in unserved:
                if method == hdrs.METH_OPTIONS:
                    continue  # answered by this library, which lets nobody read the answer
                row = row if spot.takes_all else spot.coverage.on_405
                if isinstance(row.policy, ViewPolicy):
                    continue  # a method that the view lacks
                prefix = NO_RESOURCE if spot.own is None else NO_ROUTE
            elif method == hdrs.METH_OPTIONS and row.dialect is Dialect.CLASSIC:
                continue  # such requests are left to the view that answers preflights
            for origins, rights in self._readers(row, ahead, method, spot.own):
                found.setdefault((origins, rights), set()).add(f"{prefix}{method}")
        return {key: frozenset(methods) for key, methods in found.items()}

    def _readers(
        self, row: Row, ahead: Row, method: str, own: frozenset[str] | None
    ) -> Iterator[tuple[OriginSet, Rights | str]]:
        """Who may read the answers to `method`, which `row` decides about, and `ahead` before it."""
        policy = row.policy
        if isinstance(policy, ViewPolicy):
            yield EVERYBODY, policy.view
        if not isinstance(policy, CompiledPolicy):
            return
        granted = self._granted_by(policy)
        # A preflight for what nothing serves is a 404, with which it fails. That of another policy
        # is beside the point: it is about an answer that no route makes.
        is_judged = own is not None and _key_of(ahead)[0] == _key_of(row)[0]
        by_rights: dict[Rights, set[Grant]] = {}
        for grant in granted.grants:
            real = stand_in(self._methods) if method == ANY else method
            case = Case(policy, grant, row, ahead if is_judged else None, real, own or _NONE)
            rights = self._rights_in(case)
            if rights is not None:
                by_rights.setdefault(rights, set()).add(grant)
        for rights, grants in by_rights.items():
            origins = granted.origins(frozenset(grants))
            if not origins.is_empty():
                yield origins, rights

    def _granted_by(self, policy: CompiledPolicy) -> Granted:
        key = tuple(map(id, policy.tables))
        known = self._granted.get(key)
        if known is None:
            known = self._granted[key] = Granted(policy)
        return known

    def _rights_in(self, case: Case) -> Rights | None:
        """The rights in a case; grants that allow the same are the same case."""
        fields = tuple(getattr(case.grant, name) for name in Grant.__slots__)
        ahead = None if case.preflight is None else case.preflight.naming
        key = fields, case.row.naming, case.row.dialect, ahead, case.method, case.methods
        if key not in self._rights:
            self._rights[key] = case.rights()
        return self._rights[key]


def _key_of(row: Row) -> _Key:
    """What decides, so that two rows with the same key decide alike."""
    policy = row.policy
    if isinstance(policy, CompiledPolicy):
        return tuple(map(id, policy.tables)), row.naming, row.dialect
    return None if policy is None else policy.view, row.naming, row.dialect


def stand_in(methods: frozenset[str]) -> str:
    """A method that is none of `methods`, and that aiohttp's parsers take."""
    unusual = ("REPORT", "PROPFIND", "SEARCH", "PURGE", "LOCK", "MERGE", "NOTIFY")
    tries = chain(unusual, (f"X{n}" for n in count()))
    return next(method for method in tries if method not in methods)
