"""`CoverageTable`: which resources of an application are covered, and by what.

Knows how a resource finds its coverage, and which of several applications on a request's way
has the more specific one. Does not know where the policies come from or what they decide.

The order is that of specificity: a route, its resource, the sub-application, everything; of two
that are equally specific, the inner application's.
"""

from collections.abc import Sequence
from typing import Final, final

from aiohttp import web

from aiohttp_cors.adapters import Coverage
from aiohttp_cors.paths import PathIndex


@final
class CoverageTable:
    """The covered resources of one application. Entries are swapped as a whole, at any time."""

    __slots__ = ("_overlaps", "_paths", "entries")

    entries: dict[web.AbstractResource | None, Coverage]

    def __init__(self) -> None:
        self.entries = {}
        self._paths: PathIndex | None = None
        self._overlaps: dict[web.AbstractResource, list[web.AbstractResource]] = {}

    def coverage_of(self, resource: web.AbstractResource | None) -> Coverage | None:
        """The coverage of `resource`; one dict lookup."""
        return self.entries.get(resource)

    def overlapping(
        self, resource: web.AbstractResource, router: web.UrlDispatcher
    ) -> list[web.AbstractResource]:
        """The other resources of `router` that may match a URL of `resource`.

        One dict lookup; linear in the number of resources the first time for a resource, and
        again after resources were added.
        """
        resources = router.resources()
        if self._paths is None or self._paths.size != len(resources):
            self._paths = PathIndex(list(resources))
            self._overlaps = {}
        overlaps = self._overlaps.get(resource)
        if overlaps is None:
            overlaps = self._overlaps[resource] = self._paths.overlapping(resource)
        return overlaps


TABLE: Final[web.AppKey[CoverageTable]] = web.AppKey("aiohttp_cors.table", CoverageTable)


def find_coverage(
    apps: Sequence[web.Application], resource: web.AbstractResource | None, method: str | None
) -> Coverage | None:
    """The most specific coverage of `method` on `resource`, of all `apps` on the way to it.

    None as `method` stands for the resource as a whole, without its single routes. `apps` are in the order of `UrlMappingMatchInfo.apps`, the root first.
    """
    best: Coverage | None = None
    for app in reversed(apps):
        table = app.get(TABLE)
        found = None if table is None else table.coverage_of(resource)
        if found is None or not found.covers(method):
            continue
        if best is None or found.level_of(method) < best.level_of(method):
            best = found
    return best


def is_covered(apps: Sequence[web.Application], resource: web.AbstractResource | None) -> bool:
    """Whether any of `apps` covers at least one method of `resource`."""
    tables = [table for app in apps if (table := app.get(TABLE)) is not None]
    return any(table.coverage_of(resource) is not None for table in tables)
