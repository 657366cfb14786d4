"""`TableRow`: the compiled table of an application, as rows that people and programs read.

Owns: which methods share a row, and how paths of mounted applications are shown.
Leaves to: `aiohttp_cors._table` which policy decides.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, final

from aiohttp import hdrs, web
from aiohttp.web_urldispatcher import MatchedSubAppResource
from yarl import URL

from aiohttp_cors._protocol.verdicts import Dialect
from aiohttp_cors._server.preflights import is_ours
from aiohttp_cors._table.coverage import Coverage, Level, Row
from aiohttp_cors._table.overlap import path_shown, paths_of
from aiohttp_cors._table.router import Mounted, mounted_app, resources_of
from aiohttp_cors._table.table import TABLE, Table
from aiohttp_cors._values.enforcement import Enforcement
from aiohttp_cors._values.place import Written

Api: TypeAlias = Literal["fluent", "classic"]
LevelName: TypeAlias = Literal["route", "resource", "sub-application", "everywhere"]

NO_RESOURCE: Final = "(no resource)"
"""The path of the row that decides about what no resource serves, such as a 404."""

_APIS: Final[dict[Dialect, Api]] = {Dialect.FLUENT: "fluent", Dialect.CLASSIC: "classic"}
_LEVELS: Final[dict[Level, LevelName]] = {
    Level.ROUTE: "route",
    Level.RESOURCE: "resource",
    Level.SUB_APPLICATION: "sub-application",
    Level.EVERYWHERE: "everywhere",
}


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """What decides about some methods of one path.

    - `path`: as it was routed, with what mounts it: ``/users/{id}``, ``//api.example.com/users``;
      ``(no resource)`` for what no resource serves;
    - `methods`: in upper case, sorted; ``*`` for every other method;
    - `policy`: who is allowed what, as text; empty where nothing is allowed;
    - `level`: to what the policy was bound; None where nobody said anything;
    - `api`: in which API it was written; None where nobody said anything;
    - `named`: whether the options that decide for the origin have to name the method: ``always``,
      for its ``preflight`` alone, or ``never``;
    - `written`: where the policy was written and bound; None where nobody said anything;
    - `enforced`: how requests that the policy does not allow are refused; None where they are not.

    A row with a `level` and no `policy` is an exclusion: ``everywhere(excluding=[...])``.
    """

    path: str
    methods: tuple[str, ...]
    policy: str
    level: LevelName | None
    api: Api | None
    named: Literal["always", "preflight", "never"]
    written: Written | None
    enforced: Enforcement | None = None

    @property
    def is_covered(self) -> bool:
        """Whether a policy decides."""
        return bool(self.policy)


@final
class Located:
    """A resource with the path under which people know it, the methods that it routes, and their rows."""

    __slots__ = ("_table", "coverage", "domain", "methods", "mounted", "path")

    def __init__(self, table: Table, mounted: Mounted, domain: str) -> None:
        self._table = table
        self.mounted = mounted
        self.domain = domain
        self.path: str = domain + path_shown(mounted.resource)
        derived = table.derived(mounted).alike
        self.methods: frozenset[str] = derived.methods
        self.coverage: Coverage = derived.coverage

    def may_match(self, path: str) -> bool:
        """Whether the resource may serve the path of a URL."""
        index = self._table.index(self.mounted.apps[-1])
        near = index.may_match(paths_of(URL(path)), at_most=-1) or ()
        return any(resource is self.mounted.resource for resource in near)

    def by_row(self) -> list[tuple[Row, tuple[str, ...]]]:
        """The rows of the routed methods, each with its methods in order."""
        methods: dict[Row, list[str]] = {}
        for method in sorted(self.methods):
            methods.setdefault(self.coverage.row(method), []).append(method)
        return [(row, tuple(names)) for row, names in methods.items()]


def table_of(app: web.Application) -> Table:
    """The table of an application; a new one where CORS was set up below it alone, or nowhere."""
    return app.get(TABLE) or Table(app, is_ours=is_ours)


def located(app: web.Application) -> Iterator[Located]:
    """Every resource of `app` and below it, in the order of the routers."""
    table = table_of(app)
    for apps, domain, _ in apps_below((app,)):
        for resource in resources_of(apps[-1]):
            if mounted_app(resource) is None:
                yield Located(table, Mounted(apps, resource), domain)


def rows_of(app: web.Application, *, url_path: str | None = None) -> tuple[TableRow, ...]:
    """The rows of `app` and of all applications below it, whatever API they were set up with.

    With `url_path`, the path of a URL, only the rows of resources that may serve it; what no
    resource serves, if there are none.

    What no resource serves comes last: a row for `app`, and one for each application below it in
    which another policy decides.
    """
    rows = [
        _shown(each.path, methods, row)
        for each in located(app)
        if url_path is None or each.may_match(url_path)
        for row, methods in each.by_row()
    ]
    if url_path is not None and rows:
        return tuple(rows)
    table = table_of(app)
    root = table.unmatched((app,))
    for apps, _, path in apps_below((app,)):
        row = table.unmatched(apps)
        if len(apps) == 1 or row != root:
            rows.append(_shown(f"{path} {NO_RESOURCE}".strip(), (hdrs.METH_ANY,), row))
    return tuple(rows)


def apps_below(
    apps: tuple[web.Application, ...], domain: str = "", path: str = ""
) -> Iterator[tuple[tuple[web.Application, ...], str, str]]:
    """Each application, with those on the way to it, its domain, and the path where it is mounted."""
    yield apps, domain, path
    for resource in resources_of(apps[-1]):
        below = mounted_app(resource)
        if below is None:
            continue
        # A domain does not show in the paths of its resources, a prefix does.
        is_domain = isinstance(resource, MatchedSubAppResource)
        shown = f"//{path_shown(resource)}" if is_domain else domain + path_shown(resource)
        yield from apps_below((*apps, below), shown if is_domain else domain, shown)


def _shown(path: str, methods: tuple[str, ...], row: Row) -> TableRow:
    return TableRow(
        path=path,
        methods=methods,
        policy="" if row.policy is None else repr(row.policy),
        level=_LEVELS.get(row.level),
        api=None if row.level is Level.NOBODY else _APIS[row.dialect],
        named=row.naming.value,
        written=row.written,
        enforced=row.enforced,
    )
