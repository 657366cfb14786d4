"""`Scope`: what the answer to a preflight may say about its URL, beyond the method that was asked.

Owns: the proof that one policy decides about every request to a URL.
Leaves to: `aiohttp_cors._protocol.checks` what an answer then lists.

A browser keeps what a preflight allowed by URL. It combines a header that one answer allowed with a
method that another one allowed. It lets GET, HEAD and POST pass whatever methods were allowed. So an
answer may say more than was asked only where one policy decides about every request to the URL.

The router is never asked here: whoever traces its calls would see requests that nobody sent.
"""

from collections.abc import Iterable
from typing import Final, final

from aiohttp import hdrs, web

from aiohttp_cors._table.coverage import RowPolicy
from aiohttp_cors._table.overlap import PathIndex, Paths
from aiohttp_cors._table.router import (
    ANY_METHOD,
    Mounted,
    has_native_router,
    is_native,
    mounted_app,
    resources_below,
    resources_of,
)
from aiohttp_cors._table.table import ByPolicies, Table

# How many patterns are tried for one preflight; beside more, the bindings alone have to prove it.
_MOST_PATTERNS: Final = 16

_UNCHECKED: Final = frozenset({hdrs.METH_GET, hdrs.METH_HEAD, hdrs.METH_POST})


@final
class Scope:
    """What is known about a URL, for the answer to a preflight.

    - `methods`: those that the policy of the serving route decides about on this path, with ``*``
      for any other;
    - `alone`: whether that policy decides about every request to this URL;
    - `unchecked`: those of GET, HEAD and POST that something at this URL may serve. Browsers do not
      check these three against an answer.
    """

    __slots__ = ("alone", "methods", "unchecked")

    def __init__(self, methods: frozenset[str], alone: bool, unchecked: frozenset[str]) -> None:
        self.methods = methods
        self.alone = alone
        self.unchecked = unchecked


NOTHING_KNOWN: Final = Scope(frozenset(), alone=False, unchecked=frozenset())
"""The scope of a URL about which nothing is known, and of an origin that is refused."""


def is_sole(table: Table, mounted: Mounted) -> bool:
    """Whether aiohttp selects this resource for every request to its URLs.

    Proved once for a resource: two dict lookups later.
    """
    for app in mounted.apps:
        table.index(app)  # makes the table forget its proofs if the router has grown
    key = table.key(mounted)
    known = table.sole.get(key)
    if known is None:
        known = _prove_sole(table, mounted)
        if table.is_listed(mounted):
            table.sole[key] = known
    return known


def scope_of_sole(table: Table, mounted: Mounted, policy: RowPolicy) -> Scope:
    """The scope of a resource. Precondition: `is_sole(table, mounted)`."""
    methods = table.methods(mounted)
    coverage = table.coverage(mounted)
    alone = all(coverage.row(method).policy is policy for method in methods)
    return Scope(methods, alone, _unchecked(methods))


def scope_at(table: Table, serving: Mounted, policy: RowPolicy, paths: Paths) -> Scope:
    """The scope of the URL with `paths` (its spellings), which other resources may match too."""
    own = scope_of_sole(table, serving, policy)
    methods, unchecked = set(own.methods), set(own.unchecked)
    alone = own.alone and is_native(serving.resource)
    for depth, app in enumerate(serving.apps):
        apps = serving.apps[: depth + 1]
        index = table.index(app)
        near = index.may_match(paths, at_most=_MOST_PATTERNS)
        if near is None:
            alone = alone and _is_uniform(table, serving, apps, policy)
            unchecked |= _UNCHECKED
            continue
        step = _step(near, serving, depth)
        alone = alone and has_native_router(app) and step is not None
        for other in near:
            if step is None or other is step or not alone:
                continue
            is_later = index.rank(other) > index.rank(step)
            if is_later and step is not serving.resource:
                continue  # a mounted application keeps what it was asked for
            beside = Mounted(apps, other)
            taken = own.methods if is_later else frozenset[str]()
            served = _served(table, beside, taken)
            alone = all(table.row(each, method).policy is policy for each, method in served)
            if alone:
                methods |= {method for _, method in served}
            unchecked |= _unchecked(method for _, method in served)
    return Scope(frozenset(methods), alone, frozenset(unchecked))


def _prove_sole(table: Table, mounted: Mounted) -> bool:
    if not is_native(mounted.resource):
        return False
    for app in mounted.apps:
        if not has_native_router(app):
            return False
        for other in table.index(app).overlapping(mounted.resource):
            below = mounted_app(other)
            if below is None or all(app is not below for app in mounted.apps):
                return False
    return True


def _step(
    near: list[web.AbstractResource], serving: Mounted, depth: int
) -> web.AbstractResource | None:
    """The resource of the router at `depth` that leads to the serving one."""
    below = serving.apps[depth + 1] if depth + 1 < len(serving.apps) else None
    leading = (
        other
        for other in near
        if (other is serving.resource if below is None else mounted_app(other) is below)
    )
    return next(leading, None)


def _served(table: Table, beside: Mounted, taken: frozenset[str]) -> list[tuple[Mounted, str]]:
    """What `beside` may serve of a URL where `taken` are served before it is asked."""
    if not is_native(beside.resource):
        # What such a resource lists says nothing about what it serves.
        return [(beside, method) for method in _left(ANY_METHOD, taken)]
    below = mounted_app(beside.resource)
    if below is None:
        return [(beside, method) for method in _left(table.methods(beside), taken)]
    inside = resources_below((*beside.apps, below))
    return [(each, method) for each in inside for method in _left(table.methods(each), taken)]


def _left(methods: frozenset[str], taken: frozenset[str]) -> frozenset[str]:
    return frozenset[str]() if hdrs.METH_ANY in taken else methods - taken


def _is_uniform(
    table: Table, serving: Mounted, apps: tuple[web.Application, ...], policy: RowPolicy
) -> bool:
    """Whether bindings alone say that one policy decides about all that overlaps `serving`.

    One policy for each of them as a whole, and no route bound apart: so late routes do not matter.
    """
    return all(
        policies <= {policy} or not any(True for _ in index.overlapping(serving.resource))
        for policies, index in _by_policies(table, apps)
    )


def _by_policies(table: Table, apps: tuple[web.Application, ...]) -> Iterable[ByPolicies]:
    """The resources of one router by the policies that decide about each of them.

    Derived once for a router, in time linear in its resources: to look at all that overlaps a
    resource, for each resource, would be quadratic.
    """
    key = tuple(map(id, apps))
    known = table.uniform.get(key)
    if known is None:
        found: dict[frozenset[RowPolicy | None], list[web.AbstractResource]] = {}
        for resource in resources_of(apps[-1]):
            leaves = _leaves(Mounted(apps, resource))
            rows = (row for each in leaves for row in table.coverage(each).rows())
            found.setdefault(frozenset(row.policy for row in rows), []).append(resource)
        known = [(policies, PathIndex(resources)) for policies, resources in found.items()]
        table.uniform[key] = known
    return known


def _leaves(mounted: Mounted) -> Iterable[Mounted]:
    below = mounted_app(mounted.resource)
    return [mounted] if below is None else resources_below((*mounted.apps, below))


def _unchecked(methods: Iterable[str]) -> frozenset[str]:
    found = frozenset(methods)
    return _UNCHECKED if hdrs.METH_ANY in found else found & _UNCHECKED
