"""`CoverageTable`: which resources of an application are covered, and by what.

Knows how a resource finds its coverage, and which of several applications on a request's way
has the more specific one. Does not know where the policies come from or what they decide.

The order is that of specificity: a route, its resource, the sub-application, everything; of two
that are equally specific, the inner application's.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple, final
from weakref import WeakKeyDictionary

from aiohttp import web

from aiohttp_cors._protocol.compiled_policy import CompiledPolicy
from aiohttp_cors.adapters import (
    EVERYWHERE_LEVEL,
    NO_POLICIES,
    SUBAPP_LEVEL,
    Coverage,
    mounted_app,
)
from aiohttp_cors.neighbours import Neighbours
from aiohttp_cors.paths import path_of


@final
class Situation(NamedTuple):
    """What decides about the preflights of a resource.

    - `coverage`: how its methods find their policies;
    - `methods`: those that are routed on its path, with ``*`` for any other;
    - `only`: the policy that decides about all of them; None where there are several;
    - `size`: how many resources the router had, None if it was frozen, and how many routes the
      resource had when this was found out; where it is kept.
    """

    coverage: Coverage
    methods: frozenset[str]
    only: CompiledPolicy | None
    size: tuple[int | None, int] = (None, 0)


# What carries a policy of its own, in whichever application: the one thing that two set-ups may
# both reach for. True where it is the classic API's. An entry lives as long as its target.
_claims: Final[WeakKeyDictionary[web.AbstractResource | web.AbstractRoute, bool]] = (
    WeakKeyDictionary()
)


def claim(target: web.AbstractResource | web.AbstractRoute, *, classic: bool) -> None:
    """Note that `target` has a policy of its own; the classic API claims whole resources."""
    _claims[target] = classic


def is_claimed(target: web.AbstractResource | web.AbstractRoute) -> bool:
    """Whether `target` has a policy of its own, or its resource is the classic API's."""
    resource = target.resource if isinstance(target, web.AbstractRoute) else target
    return target in _claims or (resource is not None and _claims.get(resource, False))


@final
class CoverageTable:
    """What is covered in one application. Entries are swapped as a whole, at any time.

    Policies of whole applications reach a resource when it is first asked for, and again after
    something broad was bound; later requests find the entry with one dict lookup.
    """

    __slots__ = (
        "_bound",
        "_entries",
        "_excluded",
        "_subapps",
        "_ways",
        "everywhere",
        "is_broad",
        "neighbours",
        "prepared",
        "usual",
    )

    everywhere: CompiledPolicy | None
    is_broad: bool
    """Whether a policy of a whole application may reach a resource that has no entry."""

    def __init__(self) -> None:
        self._entries: dict[web.AbstractResource | None, Coverage] = {}
        self.everywhere = None
        self.is_broad = False
        self.prepared: dict[web.AbstractResource, Situation] = {}
        """The situations of resources that alone can match their URLs, filled as they are asked."""
        self.usual: dict[web.AbstractRoute, CompiledPolicy | None] = {}
        """The policies of actual requests by route, None for no say, filled as they are asked."""
        self._bound: dict[web.AbstractResource, Coverage] = {}
        # By identity: an Application is no key before aiohttp 3.10.
        self._subapps: dict[int, CompiledPolicy] = {}
        self._excluded: tuple[web.AbstractResource, ...] = ()
        self._ways: dict[web.AbstractResource, tuple[web.Application, ...]] = {}
        self.neighbours: Neighbours = Neighbours()

    def bound(self, resource: web.AbstractResource) -> Coverage | None:
        """What was bound to `resource` or to routes of it, and to nothing broader."""
        return self._bound.get(resource)

    def bind(self, resource: web.AbstractResource, coverage: Coverage) -> None:
        """Cover `resource`, in place of what was bound to it before."""
        self._bound[resource] = coverage
        self._forget()
        self._ways.pop(resource, None)
        self._entries[resource] = coverage

    def has_subapp(self, app: web.Application) -> bool:
        """Whether a policy was bound to the sub-application `app`."""
        return id(app) in self._subapps

    def bind_subapp(self, app: web.Application, policy: CompiledPolicy) -> None:
        """Cover all resources of a sub-application, at any depth."""
        self._subapps[id(app)] = policy
        self._forget_broad()

    def bind_everywhere(
        self, policy: CompiledPolicy, excluded: Sequence[web.AbstractResource]
    ) -> None:
        """Cover every resource but the excluded ones and those of the same path."""
        self.everywhere = policy
        self._excluded = tuple(excluded)
        self._forget_broad()

    def coverage_of(
        self, resource: web.AbstractResource | None, apps: Sequence[web.Application]
    ) -> Coverage | None:
        """The coverage of `resource`, which `apps` lead to; one dict lookup after the first."""
        # More than one way may lead to a resource: its application can have several domains.
        if resource is not None and self.is_broad and self._ways.get(resource) != tuple(apps):
            self._ways[resource] = tuple(apps)
            coverage = self._with_broad(self._bound.get(resource), resource, apps)
            if coverage is None:
                self._entries.pop(resource, None)
            else:
                self._entries[resource] = coverage
        return self._entries.get(resource)

    def unmatched(self, apps: Sequence[web.Application]) -> CompiledPolicy | None:
        """The policy of an answer that belongs to no resource, such as a 404."""
        excluded = any(mounted_app(resource) in apps for resource in self._excluded)
        return None if excluded else self.everywhere

    def _forget(self) -> None:
        self.prepared.clear()
        self.usual.clear()

    def _forget_broad(self) -> None:
        self.is_broad = True
        self._entries = dict(self._bound.items())
        self._ways = {}
        self._forget()

    def _with_broad(
        self,
        bound: Coverage | None,
        resource: web.AbstractResource,
        apps: Sequence[web.Application],
    ) -> Coverage | None:
        if bound is not None and bound.whole is not None:
            return bound
        level, policy = self._broad_policy(resource, apps)
        if policy is None:
            return bound
        if bound is None:
            return Coverage(
                classic=False,
                level=level,
                by_method=NO_POLICIES,
                otherwise=policy,
                whole=policy,
                added=NO_POLICIES,
                fallback=policy,
                once=policy.asks,
            )
        otherwise = bound.otherwise or policy
        return bound._replace(
            level=level,
            by_method={method: own or policy for method, own in bound.by_method.items()},
            added={method: own or policy for method, own in bound.added.items()},
            otherwise=otherwise,
            whole=policy,
            fallback=otherwise,
            once=bound.once or policy.asks,
        )

    def _broad_policy(
        self, resource: web.AbstractResource, apps: Sequence[web.Application]
    ) -> tuple[int, CompiledPolicy | None]:
        for app in reversed(apps):
            policy = self._subapps.get(id(app))
            if policy is not None:
                return SUBAPP_LEVEL, policy
        excluded = self.everywhere is None or any(
            _is_excluded(resource, apps, by) for by in self._excluded
        )
        return EVERYWHERE_LEVEL, None if excluded else self.everywhere


def _is_excluded(
    resource: web.AbstractResource, apps: Sequence[web.Application], by: web.AbstractResource
) -> bool:
    if resource is by or mounted_app(by) in apps:
        return True
    path = path_of(by)
    return path is not None and path == path_of(resource) and by in apps[-1].router.resources()


TABLE: Final[web.AppKey[CoverageTable]] = web.AppKey(
    "aiohttp_cors._protocol.compiled_policy", CoverageTable
)


def tables_of(apps: Sequence[web.Application]) -> list[CoverageTable]:
    """The tables of `apps`, the inner application's first."""
    return [table for app in reversed(apps) if (table := app.get(TABLE)) is not None]


def find_coverage(
    apps: Sequence[web.Application], resource: web.AbstractResource | None, method: str | None
) -> Coverage | None:
    """The most specific coverage of `method` on `resource`, of all `apps` on the way to it.

    None as `method` stands for the resource as a whole, without its single routes. `apps` are in
    the order of `UrlMappingMatchInfo.apps`, the root first.
    """
    best: Coverage | None = None
    for table in tables_of(apps):
        found = table.coverage_of(resource, apps)
        if found is None or not found.covers(method):
            continue
        if best is None or found.level_of(method) < best.level_of(method):
            best = found
    return best


def find_any_coverage(
    apps: Sequence[web.Application], resource: web.AbstractResource | None
) -> Coverage | None:
    """A coverage of at least one method of `resource`, the inner application's first."""
    for table in tables_of(apps):
        found = table.coverage_of(resource, apps)
        if found is not None:
            return found
    return None
