"""What a policy that is not enforced would open of what another one enforces.

Owns: binding with that check, and the check of all that an application serves.
Leaves to: `aiohttp_cors._table.coverage` which of two rows decides, and that nothing is opened even
where a conflict is seen too late to be refused.

A policy that is not enforced conflicts with a less specific one that is. A route and its resource are
compared when either is bound (`aiohttp_cors._table.targets`). Policies of whole applications are
compared at the call as far as they can be seen there, and once more when the application starts:
whatever mounts an application may come later.
"""

from collections.abc import Iterable, Iterator
from typing import Final
from weakref import WeakSet

from aiohttp import web

from aiohttp_cors._table import targets as unchecked
from aiohttp_cors._table.additions import Addition
from aiohttp_cors._table.bindings import BINDINGS, Binding, Bindings
from aiohttp_cors._table.coverage import Row
from aiohttp_cors._table.overlap import path_shown
from aiohttp_cors._table.router import Mounted, app_tree, mounted_app, resources_of
from aiohttp_cors._table.table import Table
from aiohttp_cors._table.targets import Target, release_targets, resource_of
from aiohttp_cors._values.errors import CorsConfigError, Problem

# The tables of applications whose own engine enforces the policy of a whole application.
_enforcing: Final[WeakSet[Table]] = WeakSet()


def bind_targets(
    table: Table, bindings: Bindings, binding: Binding, targets: Iterable[object]
) -> list[Target]:
    """Bind a policy to all `targets`, or to none; returns them.

    Raises `CorsConfigError` as `aiohttp_cors._table.targets.bind_targets` does, and *conflicting* for
    what would open something that is enforced.
    """
    bound = unchecked.bind_targets(bindings, binding, targets, app=table.app)
    if binding.enforced is None and not _enforcing:
        return bound
    resources = [resource for each in bound if (resource := resource_of(each)) is not None]
    below = [app for each in resources if (app := mounted_app(each)) is not None]
    tables = _tables(table, binding, is_broad=bool(below))
    problems = list(_conflicts(tables, resources, below))
    if problems:
        release_targets(bindings, bound)
        raise CorsConfigError(problems)
    if below and binding.enforced is not None:
        _enforcing.add(table)
    return bound


def bind_everywhere(table: Table, bindings: Bindings, binding: Binding, excluding: object) -> None:
    """Bind a policy to every resource but the excluded ones. Raises as `bind_targets`."""
    unchecked.bind_everywhere(bindings, binding, excluding, app=table.app)
    tables = _tables(table, binding, is_broad=True)
    problems = list(_conflicts(tables, (), [table.app]))
    if problems:
        bindings.unbind_everywhere()
        raise CorsConfigError(problems)
    if binding.enforced is not None:
        _enforcing.add(table)


def add(
    table: Table, bindings: Bindings, resource: web.AbstractResource, addition: Addition
) -> None:
    """Replace what was added of `resource` in the classic API. Raises as `bind_targets`."""
    before = bindings.additions.get(resource)
    bindings.add(resource, addition)
    problems = list(_conflicts(_enforcing_with(table), [resource], ()))
    if problems:
        bindings.add(resource, before)
        raise CorsConfigError(problems)


def refuse_conflicts(table: Table) -> None:
    """Raise `CorsConfigError` for every conflict in an application and in those below it."""
    apps = list(app_tree(table.app))
    if any(bindings.enforce for app in apps if (bindings := app.get(BINDINGS)) is not None):
        problems = list(_conflicts([table], (), apps))
        if problems:
            raise CorsConfigError(problems)


def _tables(table: Table, binding: Binding, *, is_broad: bool) -> set[Table]:
    """The tables in which a new binding of one application may conflict with another binding."""
    if binding.enforced is None:
        return _enforcing_with(table)
    return {table} if is_broad else set()


def _enforcing_with(table: Table) -> set[Table]:
    """The tables of applications that enforce, and `table` if one of them is in it or below it."""
    tables = set(_enforcing)
    if tables and any(app is each.app for app in app_tree(table.app) for each in tables):
        tables.add(table)
    return tables


def _conflicts(
    tables: Iterable[Table],
    resources: Iterable[web.AbstractResource],
    apps: Iterable[web.Application],
) -> Iterator[Problem]:
    """The conflicts in what `resources` and `apps` serve, each pair of lines once."""
    seen: set[object] = set()
    for table in tables:
        for path, row in _rows(table, resources, apps):
            key = row.written, row.conflicts
            if row.conflicts is not None and key not in seen:
                seen.add(key)
                yield _problem(path, row)


def _rows(
    table: Table,
    resources: Iterable[web.AbstractResource],
    apps: Iterable[web.Application],
) -> Iterator[tuple[str, Row]]:
    meant = {*map(id, resources), *map(id, apps)}
    for way in _ways((table.app,)):
        is_whole = not meant.isdisjoint(map(id, way))
        for resource in resources_of(way[-1]):
            if mounted_app(resource) is None and (is_whole or id(resource) in meant):
                coverage = table.coverage(Mounted(way, resource))
                for row in (*coverage.rows(), coverage.on_405):
                    yield path_shown(resource), row
        if is_whole:
            yield "404", table.unmatched(way)


def _ways(apps: tuple[web.Application, ...]) -> Iterator[tuple[web.Application, ...]]:
    """The applications on the way to each one, that of `apps` first."""
    yield apps
    for resource in resources_of(apps[-1]):
        below = mounted_app(resource)
        if below is not None:
            yield from _ways((*apps, below))


def _problem(path: str, row: Row) -> Problem:
    enforced = row.conflicts
    where = "" if enforced is None else f"{enforced.bound.filename}:{enforced.bound.lineno} "
    because = f"{where}enforces a less specific policy, which one that is not enforced would open"
    return Problem("target", path, "conflicting", because, ".enforce_on")
