"""Rules about what is bound to routes and resources.

Owns: routes that nothing covers beside covered ones, bindings that decide about nothing, routes that
a classic ``allow_methods`` opens, and policies whose enforcement only reports.
Leaves to: `aiohttp_cors._server.startup_checks` targets without effect and paths that aiohttp split, to
`aiohttp_cors._server.carried_headers` what remembered preflights carry.
"""

from collections.abc import Iterator
from typing import Final, TypeAlias, final

from aiohttp import hdrs

from aiohttp_cors._protocol.checks import judge_actual
from aiohttp_cors._protocol.grant import Grant
from aiohttp_cors._protocol.verdicts import Dialect, Naming
from aiohttp_cors._server.carried_headers import carried_header
from aiohttp_cors._table.bindings import bindings_of
from aiohttp_cors._table.coverage import Level, Row, ViewPolicy
from aiohttp_cors._table.overlap import path_of
from aiohttp_cors._table.router import has_native_router, is_native
from aiohttp_cors._tools.findings.survey import NO_REPORT, NotLookedAt, Survey, compiled
from aiohttp_cors._tools.rows import Located, table_of
from aiohttp_cors._values.findings import (
    OPENED_ROUTE,
    REPORTED_ONLY,
    SHADOWED_BINDING,
    UNCOVERED_ROUTE,
    Finding,
)
from aiohttp_cors._values.place import Place

_REPORTED: Final = "what this policy does not allow is logged and reaches the handlers"
_LEAVE_OUT: Final = "leave this policy out"
_ONE_RESOURCE: Final = (
    "resource = app.router.add_resource(path), and resource.add_route(…) for each"
)

Rows: TypeAlias = list[tuple[Row, tuple[str, ...]]]


def look(survey: Survey) -> Iterator[Finding | NotLookedAt]:
    """What is bound otherwise than its author hardly means."""
    for path in _paths_of(survey):
        yield from path.uncovered()
        yield from path.shadowed()
    for resource in survey.resources:
        if not is_native(resource.mounted.resource):
            yield NotLookedAt(
                f"{resource.path} is of a class that chooses by itself what it serves"
            )
        rows = resource.by_row()
        for row, _ in rows:
            if isinstance(row.policy, ViewPolicy):
                yield NotLookedAt(
                    f"what {resource.path} allows is decided by its view ({row.policy!r})"
                )
            if row.enforced is not None and row.enforced.report_only:
                yield Finding(REPORTED_ONLY, _bound_at(row), _REPORTED, NO_REPORT)
        carried = carried_header(resource.mounted, resource.coverage, resource.methods)
        if carried is not None:
            yield carried
        yield from _opened(resource, rows)
        yield from _bound_apart(resource)
    yield from _decided_closer(survey)


@final
class _Path:
    """The resources of one path of one router, in the order in which it asks them."""

    __slots__ = ("resources",)

    def __init__(self) -> None:
        self.resources: list[Located] = []

    def served(self) -> Iterator[tuple[Located, frozenset[str]]]:
        """Each resource with the methods that no earlier one takes."""
        taken: frozenset[str] = frozenset()
        for resource in self.resources:
            any_method = hdrs.METH_ANY in taken
            yield resource, frozenset() if any_method else resource.methods - taken
            taken |= resource.methods

    def uncovered(self) -> Iterator[Finding]:
        """The methods that nothing allows, where another one of the path is allowed."""
        covered: dict[str, Row] = {}
        uncovered: list[str] = []
        for resource, methods in self.served():
            for method in sorted(methods - {hdrs.METH_OPTIONS}):
                row = resource.coverage.row(method)
                if _is_allowed(row, method):
                    covered[method] = row
                elif row.level is Level.NOBODY or row.naming is Naming.ALWAYS:
                    uncovered.append(method)
        if not covered or not uncovered:
            return
        row = next(iter(covered.values()))
        path = self.resources[0].path
        allowed = ", ".join(covered)
        text = f"no policy covers {', '.join(uncovered)} of {path!r}, where {allowed} is covered"
        yield Finding(UNCOVERED_ROUTE, _bound_at(row), text, _cover(row))

    def shadowed(self) -> Iterator[Finding]:
        """What was bound to routes that an earlier resource takes."""
        for resource, methods in self.served():
            rows: dict[Row, list[str]] = {}
            for method in sorted(resource.methods - methods):
                row = resource.coverage.row(method)
                if row.level is Level.ROUTE or (row.level is Level.RESOURCE and not methods):
                    rows.setdefault(row, []).append(method)
            for row, taken in rows.items():
                text = f"another resource of {resource.path!r} serves {', '.join(taken)} before this one"
                yield Finding(SHADOWED_BINDING, _bound_at(row), text, _ONE_RESOURCE)


def _paths_of(survey: Survey) -> list[_Path]:
    paths: dict[object, _Path] = {}
    for resource in survey.resources:
        path = path_of(resource.mounted.resource)
        chain = tuple(map(id, resource.mounted.apps))
        # What a router of the program's own asks first, nobody knows.
        is_ordered = path is not None and has_native_router(resource.mounted.apps[-1])
        key = (chain, path) if is_ordered else id(resource)
        paths.setdefault(key, _Path()).resources.append(resource)
    return list(paths.values())


def _is_allowed(row: Row, method: str) -> bool:
    """Whether somebody may read what is answered to `method`."""
    policy = compiled(row)
    if policy is None:
        return row.policy is not None  # a view that is asked
    return policy.asks or any(_judged(grant, method, row) for grant in policy.grants())


def _judged(grant: Grant, method: str, row: Row) -> bool:
    return judge_actual("", method, grant, row.naming) is grant


def _opened(resource: Located, rows: Rows) -> Iterator[Finding]:
    """Routes that were not added and that the options of an added one name."""
    opened: dict[Place | None, list[str]] = {}
    for row, methods in rows:
        policy = compiled(row)
        if policy is None or row.naming is not Naming.ALWAYS:
            continue
        for table in policy.tables:
            opens = [m for m in methods if any(_judged(g, m, row) for g in table.grants)]
            if opens:
                opened.setdefault(table.place, []).extend(opens)
    for place, opens in opened.items():
        listed = ", ".join(dict.fromkeys(opens))
        text = f"allow_methods opens {listed} of {resource.path!r}, which was not added"
        yield Finding(
            OPENED_ROUTE, place, text, "cors.add(route, {…}) for each route that is meant"
        )


def _bound_apart(resource: Located) -> Iterator[Finding]:
    """The policy of a resource, if each of its routes has another one."""
    apps, target = resource.mounted
    levels = {resource.coverage.row(method).level for method in resource.methods}
    for bindings in bindings_of(apps):
        binding = bindings.resources.get(target)
        if binding is not None and levels == {Level.ROUTE}:
            text = f"each route of {resource.path!r} has a policy of its own, so that this one decides about none"
            yield Finding(SHADOWED_BINDING, binding.written.bound, text, _LEAVE_OUT)


def _decided_closer(survey: Survey) -> Iterator[Finding]:
    """The policies of whole applications, if others decide about all that is in them."""
    table = table_of(survey.app)
    deciding = {row.written for each in survey.resources for row in each.coverage.rows()}
    chains = {tuple(map(id, each.mounted.apps)): each.mounted.apps for each in survey.resources}
    deciding |= {table.unmatched(apps).written for apps in [(survey.app,), *chains.values()]}
    for engine in survey.engines:
        broad = [binding for _, binding in engine.bindings.sub_applications.items()]
        broad += [] if engine.bindings.everywhere is None else [engine.bindings.everywhere]
        for binding in broad:
            if binding.written not in deciding:
                text = "other policies decide about all that this one was bound to"
                yield Finding(SHADOWED_BINDING, binding.written.bound, text, _LEAVE_OUT)


def _bound_at(row: Row) -> Place | None:
    return None if row.written is None else row.written.bound


def _cover(row: Row) -> str:
    """The call that covers the other routes, too, in the API of `row`."""
    return ".on(resource)" if row.dialect is Dialect.FLUENT else "cors.add(route)"
