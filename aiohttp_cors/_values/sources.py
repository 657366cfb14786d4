"""Where a clause's origins come from: origins, patterns, predicates, live sets, or any origin.

Owns: the closed union of sources, and what each of them is.
Leaves to: `aiohttp_cors._values.origins` the grammar, and to `aiohttp_cors._server.live_origins`
how a live set changes.
"""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias, final

from typing_extensions import override

from aiohttp_cors._values.errors import CorsConfigError, Problem, shown
from aiohttp_cors._values.origins import Origin, OriginPattern, meant_origin, parse_origin

Predicate: TypeAlias = Callable[[str], bool | Awaitable[bool]]
"""Says of a serialized origin whether it is allowed; only ``True`` allows. May be async."""

Snapshots: TypeAlias = Callable[[], AsyncIterator[Iterable[str]]]
"""Makes an async iterator of whole sets; an async generator function is one."""

_SOURCES: Final = (
    "a clause holds Origin, OriginPattern, LiveOrigins, OriginWhere and AnyOrigin alone"
)


@final
@dataclass(frozen=True, slots=True, init=False, eq=False)
class AnyOrigin:
    """Every origin, opaque ones included: the ``*`` of the CORS protocol."""

    @override
    def __eq__(self, other: object) -> bool:
        return isinstance(other, AnyOrigin)

    @override
    def __hash__(self) -> int:
        return hash(AnyOrigin)


@final
@dataclass(frozen=True, slots=True, init=False, eq=False)
class OriginWhere:
    """The origins for which `predicate` answers ``True``; equal only to one with the same object.

    Two predicates that compare equal today may answer differently tomorrow.

    Raises `CorsConfigError` for what cannot be called.
    """

    predicate: Predicate

    def __init__(self, predicate: Predicate) -> None:
        given: object = predicate
        if not callable(given):
            because = "a predicate is a function of an origin"
            hint = f".origin({meant!r})" if (meant := meant_origin(given)) else ""
            raise CorsConfigError([Problem("origin", shown(given), "invalid", because, hint)])
        object.__setattr__(self, "predicate", predicate)  # the only way to fill a frozen value

    @override
    def __eq__(self, other: object) -> bool:
        return isinstance(other, OriginWhere) and self.predicate is other.predicate

    @override
    def __hash__(self) -> int:
        return id(self.predicate)


class LiveSource(ABC):
    """A set of origins that may change at any time; `aiohttp_cors.LiveOrigins` is the one.

    A policy keeps the object, and asks it on every request.
    """

    __slots__ = ()

    @property
    @abstractmethod
    def dangerously_over_http(self) -> bool:
        """Whether the set may hold ``http`` origins of other machines; fixed for its life.

        Read when a clause allows credentials.
        """

    @abstractmethod
    def allows(self, origin: str) -> bool:
        """Whether `origin` is allowed now.

        Precondition: `origin_index.is_serialized(origin)`.
        """


OriginSource: TypeAlias = Origin | OriginPattern | LiveSource | OriginWhere | AnyOrigin
"""Where a clause's origins come from."""


def check_source(source: object) -> OriginSource | Problem:
    """A source that may have been made by hand, or the problem with it."""
    if isinstance(source, LiveSource | OriginWhere | AnyOrigin):
        return source
    if not isinstance(source, Origin | OriginPattern):
        parsed = parse_origin(source)
        hint = "" if isinstance(parsed, Problem) else repr(parsed)
        return Problem("origins", shown(source), "invalid", _SOURCES, hint)
    # Their fields may hold anything, but what they write has to mean them.
    parsed = parse_origin(str(source))
    if isinstance(parsed, Problem) or parsed == source:
        return parsed
    because = "the fields of an origin are those that its text is read as"
    return Problem("origin", repr(source), "invalid", because, repr(parsed))
