"""`Survey`: all that the rules look at, gathered once from the table of an application.

Owns: the resources with their rows, and what each deciding clause says, in one shape for both APIs.
Leaves to: the other modules of this folder the rules, and to `aiohttp_cors._table` which policy
decides.
"""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple, final

from aiohttp import web

from aiohttp_cors._protocol.compiled_policy import CompiledPolicy, OriginTable
from aiohttp_cors._protocol.grant import Grant
from aiohttp_cors._server.engine import ENGINE, Engine
from aiohttp_cors._table.coverage import Row, ViewPolicy
from aiohttp_cors._table.router import app_tree, routes_of, view_of
from aiohttp_cors._tools.findings.code import Reader, place_of
from aiohttp_cors._tools.rows import Located, located, table_of
from aiohttp_cors._values.chain_text import names_step
from aiohttp_cors._values.options import ResourceOptions
from aiohttp_cors._values.origins import parse_origin
from aiohttp_cors._values.place import Place
from aiohttp_cors._values.policy import AnyOrigin, Clause, OriginSource, Policy

NO_REPORT: Final = "leave report_only=True out"


@final
class NotLookedAt(NamedTuple):
    """What a rule could not look at, and why, as a sentence without its full stop."""

    text: str


@final
class Said(NamedTuple):
    """A clause of a fluent policy, or the options of one origin.

    - `sources`: whom it is about; empty for a classic key that no browser sends;
    - `rights`: what it allows;
    - `grant`: the same as the judge has it;
    - `place`: where it was written.
    """

    sources: tuple[OriginSource, ...]
    rights: Clause | ResourceOptions
    grant: Grant
    place: Place | None

    def names_text(self, field: str, names: frozenset[str]) -> str:
        """The step or the argument that says `names`, in the API that was used."""
        if isinstance(self.rights, ResourceOptions):
            return f"{field}={sorted(names)!r}" if names else f"leave {field} out"
        step = "expose" if field == "expose_headers" else field
        return names_step(step, names, "", frozenset[str]()) or f"leave .{step} out"


@final
class Survey:
    """An application as the rules see it.

    - `resources`: every resource with its rows;
    - `engines`: those of the application and of the ones below it, the outermost first;
    - `said`: every clause that decides about something;
    - `classic`: the classic configurations that decide about something, and where they were written;
    - `served`: the methods that each grant decides about, ``*`` for any.
    """

    __slots__ = ("app", "classic", "engines", "reader", "resources", "said", "served")

    def __init__(self, app: web.Application) -> None:
        self.app = app
        self.reader = Reader()
        self.resources: tuple[Located, ...] = tuple(located(app))
        self.engines: tuple[Engine, ...] = _engines_of(app)
        self.said: list[Said] = []
        self.classic: list[tuple[Mapping[str, ResourceOptions], Place | None]] = []
        self.served: dict[Grant, set[str]] = {}
        seen: set[tuple[int, object]] = set()
        for resource in self.resources:
            for row, methods in resource.by_row():
                self._note(row, methods, resource, seen)
            self._note(resource.coverage.on_405, (), resource, seen)
        self._note(table_of(app).unmatched((app,)), (), None, seen)

    def _note(
        self,
        row: Row,
        methods: tuple[str, ...],
        resource: Located | None,
        seen: set[tuple[int, object]],
    ) -> None:
        policy = row.policy.lacking if isinstance(row.policy, ViewPolicy) else row.policy
        for table in () if policy is None else policy.tables:
            for grant in table.grants:
                self.served.setdefault(grant, set()).update(methods)
            clauses = () if row.written is None else row.written.clauses
            key = id(table), clauses
            if key in seen:
                continue
            seen.add(key)
            if isinstance(table.source, Policy):
                self.said += _said_of_policy(table, table.source, clauses)
            else:
                place = table.place or _place_of_view(resource)
                self.classic.append((table.source, place))
                self.said += _said_of_options(table, table.source, place)


def compiled(row: Row) -> CompiledPolicy | None:
    """The policy of a row, if it does not have to be asked."""
    return row.policy if isinstance(row.policy, CompiledPolicy) else None


def _engines_of(app: web.Application) -> tuple[Engine, ...]:
    engines = (below.get(ENGINE) for below in app_tree(app))
    return tuple({id(engine): engine for engine in engines if engine is not None}.values())


def _said_of_policy(
    table: OriginTable, policy: Policy, places: tuple[Place, ...]
) -> Iterator[Said]:
    for clause, grant, place in zip(policy.clauses, table.grants, places, strict=True):
        yield Said(clause.origins, clause, grant, place)


def _said_of_options(
    table: OriginTable, config: Mapping[str, ResourceOptions], place: Place | None
) -> Iterator[Said]:
    grants = dict(zip(dict.fromkeys(config.values()), table.grants, strict=True))
    for key, options in config.items():
        parsed = AnyOrigin() if key == "*" else parse_origin(key)
        sources = () if not isinstance(parsed, OriginSource) else (parsed,)
        yield Said(sources, options, grants[options], place)


def _place_of_view(resource: Located | None) -> Place | None:
    """Where the view of a resource is written, which brings a configuration of its own."""
    routes = [] if resource is None else routes_of(resource.mounted.resource)
    return next((place_of(view) for view in map(view_of, routes) if view is not None), None)
