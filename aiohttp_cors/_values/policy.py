"""`Policy`: what a finished configuration of the fluent API is, as a value.

Knows which origins a clause names and what it allows them, and what no policy may hold. Knows
nothing of the application, of requests or of how a policy is looked up (`aiohttp_cors._protocol.compiled_policy`).

Source: Fetch, *CORS protocol*, https://fetch.spec.whatwg.org/#http-cors-protocol
"""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias, TypeGuard, final

from typing_extensions import override

from aiohttp_cors._values.errors import CorsConfigError, Problem
from aiohttp_cors._values.names import (
    parse_max_age,
    parse_method,
    parse_request_header,
    parse_response_header,
    parse_switch,
)
from aiohttp_cors._values.origins import (
    EXAMPLE,
    Origin,
    OriginPattern,
    is_potentially_trustworthy,
    parse_origin,
    secure_hint,
)

Predicate: TypeAlias = Callable[[str], bool | Awaitable[bool]]
"""Says of a serialized origin whether it is allowed; only ``True`` allows. May be async."""


@final
@dataclass(frozen=True, slots=True)
class AnyOrigin:
    """Every origin, opaque ones included: the ``*`` of the CORS protocol."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class OriginWhere:
    """The origins for which `predicate` answers ``True``; equal only to one with the same object.

    Two predicates that compare equal today may answer differently tomorrow.

    Raises `CorsConfigError` for what cannot be called.
    """

    predicate: Predicate

    def __post_init__(self) -> None:
        predicate: object = self.predicate
        if not callable(predicate):
            raise CorsConfigError([Problem("origin", repr(predicate), "invalid", "a function")])

    @override
    def __eq__(self, other: object) -> bool:
        return isinstance(other, OriginWhere) and self.predicate is other.predicate

    @override
    def __hash__(self) -> int:
        return id(self.predicate)


class LiveSource(ABC):
    """A set of origins that may change at any time; `aiohttp_cors.LiveOrigins` is the one.

    A policy keeps the object and asks it on every request.
    """

    __slots__ = ()

    @abstractmethod
    def allows(self, origin: str) -> bool:
        """Whether `origin` is allowed now.

        Precondition: `origin_index.is_serialized(origin)`.
        """


OriginSource: TypeAlias = Origin | OriginPattern | LiveSource | OriginWhere | AnyOrigin
"""Where a clause's origins come from."""

_SOURCES: Final = "a tuple of Origin, OriginPattern, LiveOrigins, OriginWhere or AnyOrigin"
_CLAUSES: Final = "a tuple of clauses, as a rule's .policy has them"
_NAMES: Final = "a frozenset of names, or '*'"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """The rights of some origins.

    - `origins`: in the order written;
    - `dangerously_over_http`: whether that was said when credentials were allowed; allows nothing
      by itself, and is therefore not compared;
    - `expose_headers`, `allow_headers`: names as written, ``"*"`` for any;
    - `allow_methods`: names as the browser sends them, ``"*"`` for any, None for those that are
      routed on the target;
    - `max_age`: seconds, None for the browser's default.

    Raises `CorsConfigError` for what is of another type, for origins, names and ages that no
    policy may hold, for credentials on any origin, and for credentials over ``http`` to another
    machine unless that danger is named.
    """

    origins: tuple[OriginSource, ...]
    allow_credentials: bool = False
    dangerously_over_http: bool = field(default=False, compare=False)
    expose_headers: frozenset[str] | Literal["*"] = frozenset()
    allow_headers: frozenset[str] | Literal["*"] = frozenset()
    allow_methods: frozenset[str] | Literal["*"] | None = None
    max_age: int | None = None

    def __post_init__(self) -> None:
        sources = _parse_sources(self.origins)
        over_http = parse_switch(self.dangerously_over_http, field="dangerously_over_http")
        routed = self.allow_methods is None
        methods = [] if routed else _parse_names("allow_methods", self.allow_methods, parse_method)
        age = None if self.max_age is None else parse_max_age(self.max_age)
        parsed = [
            *sources,
            parse_switch(self.allow_credentials, field="allow_credentials"),
            over_http,
            *_parse_names("expose_headers", self.expose_headers, parse_response_header),
            *_parse_names("allow_headers", self.allow_headers, parse_request_header),
            *methods,
            age,
        ]
        problems = [problem for problem in parsed if isinstance(problem, Problem)]
        if self.allow_credentials is True:
            problems += _credentials_problems(sources, over_http=over_http is not False)
        if problems:
            raise CorsConfigError(problems)
        # The only way to fill a frozen value.
        fill = object.__setattr__
        fill(self, "max_age", age)
        if not routed and self.allow_methods != "*":
            fill(self, "allow_methods", frozenset(methods))


@final
@dataclass(frozen=True, slots=True)
class Policy:
    """A whole policy: its clauses in the order written. Frozen, comparable, hashable.

    Of the clauses that match an origin one alone decides: the one that names it exactly, then the
    most specific pattern, then predicates and live sets in the order written, then any origin.

    Raises `CorsConfigError` for what is no tuple of clauses, and when two of them name the same
    origin.
    """

    clauses: tuple[Clause, ...]

    def __post_init__(self) -> None:
        clauses: object = self.clauses
        if not _is_tuple(clauses) or not all(isinstance(clause, Clause) for clause in clauses):
            raise CorsConfigError([Problem("clauses", repr(clauses), "invalid", _CLAUSES)])
        problems: list[Problem] = []
        seen: set[OriginSource] = set()
        for source, _ in self.sources():
            if source in seen:
                text = "*" if isinstance(source, AnyOrigin) else str(source)
                problems.append(Problem("origin", text, "conflicting", "write it once"))
            seen.add(source)
        if problems:
            raise CorsConfigError(problems)

    def sources(self) -> Iterator[tuple[OriginSource, Clause]]:
        """Every source of origins with the clause it belongs to, in the order written."""
        for clause in self.clauses:
            for source in clause.origins:
                yield source, clause


def _parse_sources(origins: object) -> list[OriginSource | Problem]:
    if not _is_tuple(origins):
        return [Problem("origins", repr(origins), "invalid", _SOURCES)]
    if not origins:
        return [Problem("origin", "", "missing", EXAMPLE)]
    return [_parse_source(source) for source in origins]


def _parse_source(source: object) -> OriginSource | Problem:
    if isinstance(source, LiveSource | OriginWhere | AnyOrigin):
        return source
    if not isinstance(source, Origin | OriginPattern):
        return Problem("origins", repr(source), "invalid", _SOURCES)
    # Their fields may hold anything, but what they write has to mean them.
    parsed = parse_origin(str(source))
    if isinstance(parsed, Problem) or parsed == source:
        return parsed
    return Problem("origin", repr(source), "invalid", repr(parsed))


def _parse_names(
    what: str, names: object, parse: Callable[[object], str | Problem]
) -> list[str | Problem]:
    if names == "*":
        return []
    if not _is_frozenset(names):
        return [Problem(what, repr(names), "invalid", _NAMES)]
    return [parse(name) for name in sorted(names, key=str)]


def _credentials_problems(
    sources: list[OriginSource | Problem], *, over_http: bool
) -> Iterator[Problem]:
    """Credentials are for no clause about any origin, and not for ``http`` to another machine."""
    for source in sources:
        if isinstance(source, AnyOrigin):
            yield Problem("allow_credentials", "*", "prohibited", EXAMPLE)
        elif (
            isinstance(source, Origin | OriginPattern)
            and not over_http
            and not is_potentially_trustworthy(source)
        ):
            yield Problem("allow_credentials", str(source), "prohibited", secure_hint(source))


def _is_tuple(value: object) -> TypeGuard[tuple[object, ...]]:
    return isinstance(value, tuple)


def _is_frozenset(value: object) -> TypeGuard[frozenset[object]]:
    return isinstance(value, frozenset)
