"""`Policy`: what a finished configuration of the fluent API is, as a value.

Knows which origins a clause names and what it allows them, and what no policy may hold. Knows
nothing of the application, of requests or of how a policy is looked up (`aiohttp_cors.table`).

Source: Fetch, *CORS protocol*, https://fetch.spec.whatwg.org/#http-cors-protocol
"""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias, final

from typing_extensions import override

from aiohttp_cors.errors import CorsConfigError, Problem
from aiohttp_cors.live_origins import LiveOrigins
from aiohttp_cors.names import (
    parse_max_age,
    parse_method,
    parse_request_header,
    parse_response_header,
)
from aiohttp_cors.origins import (
    EXAMPLE,
    Origin,
    OriginPattern,
    is_potentially_trustworthy,
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
    """

    predicate: Predicate

    @override
    def __eq__(self, other: object) -> bool:
        return isinstance(other, OriginWhere) and self.predicate is other.predicate

    @override
    def __hash__(self) -> int:
        return id(self.predicate)


OriginSource: TypeAlias = Origin | OriginPattern | LiveOrigins | OriginWhere | AnyOrigin
"""Where a clause's origins come from."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """The rights of some origins.

    - `origins`: in the order written;
    - `expose_headers`, `allow_headers`: names as written, ``"*"`` for any;
    - `allow_methods`: names as the browser sends them, ``"*"`` for any, None for those that are
      routed on the target;
    - `max_age`: seconds, None for the browser's default.

    Raises `CorsConfigError` for names and ages that no policy may hold, and for credentials on
    any origin.
    """

    origins: tuple[OriginSource, ...]
    allow_credentials: bool = False
    expose_headers: frozenset[str] | Literal["*"] = frozenset()
    allow_headers: frozenset[str] | Literal["*"] = frozenset()
    allow_methods: frozenset[str] | Literal["*"] | None = None
    max_age: int | None = None

    def __post_init__(self) -> None:
        problems = [
            *_problems(self.expose_headers, parse_response_header),
            *_problems(self.allow_headers, parse_request_header),
            *_problems(self.allow_methods, parse_method),
        ]
        age = None if self.max_age is None else parse_max_age(self.max_age)
        if isinstance(age, Problem):
            problems.append(age)
        if self.allow_credentials and AnyOrigin() in self.origins:
            problems.append(Problem("allow_credentials", "*", "prohibited", EXAMPLE))
        if problems:
            raise CorsConfigError(problems)


@final
@dataclass(frozen=True, slots=True)
class Policy:
    """A whole policy: its clauses in the order written. Frozen, comparable, hashable.

    Of the clauses that match an origin one alone decides: the one that names it exactly, then the
    most specific pattern, then predicates and live sets in the order written, then any origin.

    Raises `CorsConfigError` when two clauses name the same origin.
    """

    clauses: tuple[Clause, ...]

    def __post_init__(self) -> None:
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


def credentials_over_http(clause: Clause) -> list[Problem]:
    """The origins of a clause to which credentials may not be given: ``http``, not loopback."""
    return [
        Problem("allow_credentials", str(source), "prohibited", secure_hint(source))
        for source in clause.origins
        if isinstance(source, Origin | OriginPattern) and not is_potentially_trustworthy(source)
    ]


def _problems(
    names: frozenset[str] | str | None, parse: Callable[[object], str | Problem]
) -> Iterator[Problem]:
    if isinstance(names, frozenset):
        for name in sorted(names):
            parsed = parse(name)
            if isinstance(parsed, Problem):
                yield parsed
