"""`Policy`: a finished configuration of the fluent API, as a value.

Owns: what a clause allows, and what no clause and no policy may hold.
Leaves to: `aiohttp_cors._values.sources` what an origin source is, and to
`aiohttp_cors._protocol.compiled_policy` how a policy is looked up. Nothing here knows an
application or a request.

Source: Fetch, *CORS protocol*, https://fetch.spec.whatwg.org/#http-cors-protocol
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, Literal, TypeGuard, final

from typing_extensions import override

from aiohttp_cors._values.chain_text import (
    credentials_step,
    names_step,
    origin_step,
    source_text,
)
from aiohttp_cors._values.errors import CorsConfigError, Problem, shown
from aiohttp_cors._values.hints import EMPTY_SETTING
from aiohttp_cors._values.names import (
    parse_max_age,
    parse_method,
    parse_request_header,
    parse_response_header,
    parse_switch,
)
from aiohttp_cors._values.origins import (
    OVER_HTTP,
    Origin,
    OriginPattern,
    credentials_problem,
)
from aiohttp_cors._values.sources import (
    AnyOrigin,
    LiveSource,
    OriginSource,
    OriginWhere,
    Predicate,
    check_source,
)

__all__ = (
    "ANY_WITH_CREDENTIALS",
    "NO_ORIGIN",
    "AnyOrigin",
    "Clause",
    "LiveSource",
    "OriginSource",
    "OriginWhere",
    "Policy",
    "Predicate",
    "chain_of",
    "credentials_problems",
)

NO_ORIGIN: Final = Problem(
    "origin", "", "missing", f"a clause is about one origin at least; {EMPTY_SETTING}", ""
)
"""The problem of a clause, a chain or a mapping about nobody."""

ANY_WITH_CREDENTIALS: Final = Problem(
    "allow_credentials",
    "*",
    "prohibited",
    "with credentials for any origin every site could act as the user; name the origins",
    ".origin",
)
"""The problem of credentials in a clause about any origin."""

_NO_TUPLE: Final = "the origins of a clause are a tuple"
_LIVE_OVER_HTTP: Final = (
    "this live set may hold http origins of other machines, and the clause has to accept that too"
)
_NAMES: Final = "names are a frozenset of str, or '*' for any"
_CLAUSES: Final = "a policy is a tuple of clauses, as the .policy of a rule has them"
_ONCE: Final = "a policy names an origin once, since one clause decides alone"
_NO_NAMES: Final[frozenset[str]] = frozenset()


@final
@dataclass(frozen=True, slots=True, kw_only=True, init=False, repr=False)
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
    machine, or for a live set that may hold such origins, unless that danger is named.
    """

    origins: tuple[OriginSource, ...]
    allow_credentials: bool
    dangerously_over_http: bool = field(compare=False)
    expose_headers: frozenset[str] | Literal["*"]
    allow_headers: frozenset[str] | Literal["*"]
    allow_methods: frozenset[str] | Literal["*"] | None
    max_age: int | None

    def __init__(
        self,
        *,
        origins: tuple[OriginSource, ...],
        allow_credentials: bool = False,
        dangerously_over_http: bool = False,
        expose_headers: frozenset[str] | Literal["*"] = _NO_NAMES,
        allow_headers: frozenset[str] | Literal["*"] = _NO_NAMES,
        allow_methods: frozenset[str] | Literal["*"] | None = None,
        max_age: int | None = None,
    ) -> None:
        sources = _check_sources(origins)
        over_http = parse_switch(dangerously_over_http, field="dangerously_over_http")
        routed = allow_methods is None
        methods = [] if routed else _parse_names("allow_methods", allow_methods, parse_method)
        age = None if max_age is None else parse_max_age(max_age)
        parsed = [
            *sources,
            parse_switch(allow_credentials, field="allow_credentials"),
            over_http,
            *_parse_names("expose_headers", expose_headers, parse_response_header),
            *_parse_names("allow_headers", allow_headers, parse_request_header),
            *methods,
            age,
        ]
        problems = [problem for problem in parsed if isinstance(problem, Problem)]
        if allow_credentials is True:
            problems += credentials_problems(sources, over_http=over_http is not False)
        if problems:
            raise CorsConfigError(problems)
        # The only way to fill a frozen value; nothing is visible before all seven are checked.
        fill = object.__setattr__
        fill(self, "origins", origins)
        fill(self, "allow_credentials", allow_credentials)
        fill(self, "dangerously_over_http", dangerously_over_http)
        fill(self, "expose_headers", expose_headers)
        fill(self, "allow_headers", allow_headers)
        named = not routed and allow_methods != "*"
        fill(self, "allow_methods", frozenset(methods) if named else allow_methods)
        fill(self, "max_age", age)

    @override
    def __repr__(self) -> str:
        return f"Clause({_steps_of(self)})"


@final
@dataclass(frozen=True, slots=True, init=False, repr=False)
class Policy:
    """A whole policy: its clauses in the order written. Frozen, comparable, hashable.

    If several clauses match an origin, only the most specific one applies: the clause that names the
    origin exactly, then the most specific pattern, then predicates and live sets in the order
    written, then any origin.

    Raises `CorsConfigError` for what is no tuple of clauses, and when two of them name the same
    origin.
    """

    clauses: tuple[Clause, ...]

    def __init__(self, clauses: tuple[Clause, ...]) -> None:
        given: object = clauses
        if not _is_tuple(given) or not all(isinstance(clause, Clause) for clause in given):
            raise CorsConfigError([Problem("clauses", shown(given), "invalid", _CLAUSES, "")])
        sources = [source for clause in clauses for source in clause.origins]
        if len(set(sources)) < len(sources):
            raise CorsConfigError(_repeated(sources))
        object.__setattr__(self, "clauses", clauses)  # the only way to fill a frozen value

    @override
    def __repr__(self) -> str:
        return f"Policy({chain_of(self)})"

    def sources(self) -> Iterator[tuple[OriginSource, Clause]]:
        """Every source of origins with the clause it belongs to, in the order written."""
        for clause in self.clauses:
            for source in clause.origins:
                yield source, clause


def chain_of(policy: Policy) -> str:
    """The chain that makes a policy: ``.origin("https://a.example").max_age(600)``."""
    return "".join(map(_steps_of, policy.clauses))


def credentials_problems(
    sources: Iterable[OriginSource | Problem], *, over_http: bool
) -> Iterator[Problem]:
    """Credentials are for no clause about any origin, and not for ``http`` to another machine."""
    for source in sources:
        if isinstance(source, AnyOrigin):
            yield ANY_WITH_CREDENTIALS
        elif over_http:
            continue
        elif isinstance(source, Origin | OriginPattern):
            problem = credentials_problem(source, field="allow_credentials")
            if problem is not None:
                yield problem
        elif isinstance(source, LiveSource) and source.dangerously_over_http:
            value = shown(source)
            yield Problem("allow_credentials", value, "prohibited", _LIVE_OVER_HTTP, OVER_HTTP)


def _steps_of(clause: Clause) -> str:
    over_http = clause.dangerously_over_http
    return "".join(
        [
            origin_step(clause.origins),
            credentials_step(over_http=over_http) if clause.allow_credentials else "",
            names_step("expose", clause.expose_headers, "expose_all", _NO_NAMES),
            names_step("allow_headers", clause.allow_headers, "allow_any_header", _NO_NAMES),
            names_step("allow_methods", clause.allow_methods, "allow_any_method", None),
            "" if clause.max_age is None else f".max_age({clause.max_age})",
        ]
    )


def _repeated(sources: Iterable[OriginSource]) -> list[Problem]:
    problems: list[Problem] = []
    seen: set[OriginSource] = set()
    for source in sources:
        if source in seen:
            problems.append(Problem("origin", source_text(source), "conflicting", _ONCE, ""))
        seen.add(source)
    return problems


def _check_sources(origins: object) -> list[OriginSource | Problem]:
    if not _is_tuple(origins):
        return [Problem("origins", shown(origins), "invalid", _NO_TUPLE, "")]
    return [check_source(source) for source in origins] or [NO_ORIGIN]


def _parse_names(
    what: str, names: object, parse: Callable[[object], str | Problem]
) -> list[str | Problem]:
    if names == "*":
        return []
    if not _is_frozenset(names):
        return [Problem(what, shown(names), "invalid", _NAMES, "")]
    return [parse(name) for name in sorted(names, key=str)]


def _is_tuple(value: object) -> TypeGuard[tuple[object, ...]]:
    return isinstance(value, tuple)


def _is_frozenset(value: object) -> TypeGuard[frozenset[object]]:
    return isinstance(value, frozenset)
