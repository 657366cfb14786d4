"""Compiles configurations into tables that a request only looks up.

Owns: how an origin finds its grant, and which header values are ready before any request.
Leaves to: `aiohttp_cors._table` resources and routes. The same tables serve both APIs.

Source: Fetch, *HTTP responses* of the CORS protocol, https://fetch.spec.whatwg.org/#http-responses
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from inspect import isawaitable
from typing import Final, final

from typing_extensions import assert_never, override

from aiohttp_cors._protocol.grant import Grant, grant_of_clause, grant_of_options
from aiohttp_cors._values.options import ResourceOptions
from aiohttp_cors._values.origin_index import MAX_ORIGIN, OriginIndex, is_serialized
from aiohttp_cors._values.origins import Origin, OriginPattern, parse_origin
from aiohttp_cors._values.place import Place
from aiohttp_cors._values.policy import AnyOrigin, LiveSource, OriginWhere, Policy

_ANY_KEY: Final = "*"
_NOTHING_SAID: Final = Policy(())


@final
class OriginTable:
    """One configuration by origin: exact and patterns, then those that are asked, then any.

    - `grants`: all that an origin may get, each once; a fluent policy has one for each clause;
    - `source`: what was written;
    - `place`: where options of the classic API were written, None if that is not known.

    Equal only to itself.
    """

    __slots__ = ("any_origin", "asked", "grants", "index", "place", "source")

    def __init__(
        self,
        index: OriginIndex[Grant],
        asked: tuple[tuple[LiveSource | OriginWhere, Grant], ...],
        any_origin: Grant | None,
        grants: tuple[Grant, ...] = (),
        source: Policy | Mapping[str, ResourceOptions] = _NOTHING_SAID,
        place: Place | None = None,
    ) -> None:
        self.index: OriginIndex[Grant] = index
        self.asked: tuple[tuple[LiveSource | OriginWhere, Grant], ...] = asked
        self.any_origin: Grant | None = any_origin
        self.grants: tuple[Grant, ...] = grants
        self.source: Policy | Mapping[str, ResourceOptions] = source
        self.place: Place | None = place

    def __bool__(self) -> bool:
        return bool(self.index or self.asked or self.any_origin is not None)


_EMPTY: Final = OriginTable(OriginIndex(), (), None)


@final
class CompiledPolicy:
    """The tables that decide about a route together, the most specific first.

    A fluent policy has one; the classic API chains route, resource and defaults. An exact origin
    in any of them wins over a pattern in any, and that over "any origin".
    """

    __slots__ = ("asks", "constant", "exact", "rest", "tables")

    tables: tuple[OriginTable, ...]
    asks: bool
    """Whether a predicate or a live set may have to be asked: use `ask` instead of `match`."""
    constant: Grant | None
    """The only grant of a policy that answers every request with the constant ``*``."""
    exact: Mapping[str, Grant]
    """What exact origins are granted, where one table says so; to be looked at first."""
    rest: Callable[[str], Grant | None] | None
    """What to ask about an origin that is not in `exact`; None if that is granted nothing."""

    def __init__(self, tables: Iterable[OriginTable]) -> None:
        self.tables = tuple(table for table in tables if table)
        self.asks = any(table.asked for table in self.tables)
        first = self.tables[0] if len(self.tables) == 1 else _EMPTY
        self.exact = first.index.exact
        only_exact = not self.tables or (
            bool(first) and not first.index.patterns and first.any_origin is None
        )
        self.rest = None if only_exact else self._beyond_exact
        grant = None if self.asks or first.index else first.any_origin
        self.constant = None if grant is None or grant.allow_origin is None else grant

    def match(self, origin: str) -> Grant | None:
        """What `origin` is granted; one dict lookup for an exact origin.

        Precondition: not `asks`.
        """
        grant = self.exact.get(origin) if len(origin) <= MAX_ORIGIN else None
        return self.rest(origin) if grant is None and self.rest is not None else grant

    def grants(self) -> Iterator[Grant]:
        """All that an origin may get."""
        for table in self.tables:
            yield from table.grants

    def _beyond_exact(self, origin: str) -> Grant | None:
        return self.constant or self._named(origin) or self._any(origin)

    async def ask(self, origin: str, on_truthy: Callable[[object], None]) -> Grant | None:
        """Like `match`, and asks predicates and live sets, in the order written.

        Raises what a predicate raises; nobody is asked about an opaque origin (``null``). What a
        predicate answers that is true and not ``True`` refuses, and is given to `on_truthy`.
        """
        named = self.constant or self._named(origin)
        return named or await self._asked(origin, on_truthy) or self._any(origin)

    def candidates(
        self, origin: str
    ) -> Iterator[tuple[LiveSource | OriginWhere | None, Grant | None]]:
        """What `ask` may come to, in its order, each with whom it would ask; nobody is asked.

        The last needs nobody's answer: it is what `origin` is granted if everybody before refuses.
        """
        named = self.constant or self._named(origin)
        if named is None:
            yield from self._askable(origin)
        yield None, named or self._any(origin)

    @override
    def __repr__(self) -> str:
        described = [text for table in self.tables for text in _described(table)]
        return "; ".join(described) or "no origin"

    def _named(self, origin: str) -> Grant | None:
        for table in self.tables:
            grant = table.index.exact.get(origin)
            if grant is not None:
                return grant
        for table in self.tables:
            if table.index.patterns and is_serialized(origin):
                grant = table.index.match_pattern(origin)
                if grant is not None:
                    return grant
        return None

    async def _asked(self, origin: str, on_truthy: Callable[[object], None]) -> Grant | None:
        for source, grant in self._askable(origin):
            if await _allows(source, origin, on_truthy):
                return grant
        return None

    def _askable(self, origin: str) -> Iterator[tuple[LiveSource | OriginWhere, Grant]]:
        """Who is asked about `origin`, in the order written; nobody about an opaque one."""
        if origin != "null" and is_serialized(origin):
            for table in self.tables:
                yield from table.asked

    def _any(self, origin: str) -> Grant | None:
        for table in self.tables:
            if table.any_origin is not None and is_serialized(origin):
                return table.any_origin
        return None


def _described(table: OriginTable) -> Iterator[str]:
    """A text for each grant of a table, with the origins that get it."""
    by_grant: dict[int, tuple[Grant, list[str]]] = {}
    exact, patterns = table.index.exact.items(), table.index.patterns.items()
    sources: list[tuple[str, Grant]] = [*exact, *patterns]
    sources += [(repr(source), grant) for source, grant in table.asked]
    if table.any_origin is not None:
        sources.append(("*", table.any_origin))
    for text, grant in sources:
        by_grant.setdefault(id(grant), (grant, []))[1].append(text)
    for grant, origins in by_grant.values():
        more = f" and {len(origins) - 3} more" if len(origins) > 4 else ""
        yield f"{', '.join(origins[:3] if more else origins)}{more}{grant.words}"


async def _allows(
    source: LiveSource | OriginWhere, origin: str, on_truthy: Callable[[object], None]
) -> bool:
    if isinstance(source, LiveSource):
        return source.allows(origin)
    answer: object = source.predicate(origin)
    answer = await answer if isawaitable(answer) else answer
    # Anything but True refuses: a truthy object is more often a mistake than an answer.
    if answer is not True and answer:
        on_truthy(answer)
    return answer is True


def compile_policy(policy: Policy) -> CompiledPolicy:
    """The table of a fluent policy.

    Precondition: no origin appears twice, which `Policy` sees to.
    """
    only_any = [source for source, _ in policy.sources()] == [AnyOrigin()]
    index: OriginIndex[Grant] = OriginIndex()
    asked: list[tuple[LiveSource | OriginWhere, Grant]] = []
    any_origin: Grant | None = None
    grants: list[Grant] = []
    for clause in policy.clauses:
        grant = grant_of_clause(clause, constant=only_any)
        grants.append(grant)
        for source in clause.origins:
            match source:
                case Origin():
                    index.put(str(source), grant)
                case OriginPattern():
                    index.put(source, grant)
                case LiveSource() | OriginWhere():
                    asked.append((source, grant))
                case AnyOrigin():
                    any_origin = grant
                case _:
                    assert_never(source)
    return CompiledPolicy([OriginTable(index, tuple(asked), any_origin, tuple(grants), policy)])


def compile_options(
    config: Mapping[str, ResourceOptions], place: Place | None = None
) -> OriginTable:
    """The table of one classic configuration, written at `place`.

    Its keys are origins, patterns or ``*``. Any string is a legal key. One that the grammar takes for a pattern matches as one, every
    other matches itself.
    """
    index: OriginIndex[Grant] = OriginIndex()
    any_origin: Grant | None = None
    grants = {options: grant_of_options(options) for options in config.values()}
    for key, options in config.items():
        if key == _ANY_KEY:
            any_origin = grants[options]
        elif is_serialized(key):
            parsed = parse_origin(key) if "*" in key else None
            index.put(parsed if isinstance(parsed, OriginPattern) else key, grants[options])
    return OriginTable(index, (), any_origin, tuple(grants.values()), config, place)
