"""Sets of origins, compared exactly: what is in them, and one origin for each class.

Owns: `OriginSet`, which origins it holds, and the classes that some origins and patterns tell apart.
Leaves to: `aiohttp_cors._values.origin_index` which of several patterns is the most specific one;
to `aiohttp_cors._tools.locking.reach` what an origin may do.

Nothing about an origin counts but which of the given origins and patterns it matches. So there are
finitely many classes. Patterns and their intersections are closed: of all that match an origin one
is the most specific, and it is contained in each of the others. It names the class. An origin of the
class is made by trying labels and ports that nobody named.

A predicate and a live set are opaque. Each is a name: an origin is accepted by some of them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import Final, NamedTuple, TypeAlias, final

from aiohttp_cors._values.origin_index import OriginIndex
from aiohttp_cors._values.origins import OriginPattern

Named: TypeAlias = str | OriginPattern
"""An exact origin, as a browser sends it, or a pattern."""

OPAQUE: Final = "null"
"""The opaque origin: no predicate and no live set is asked about it."""

_NOBODY: Final = frozenset[str]()


@final
class OriginSet(NamedTuple):
    """A set of origins.

    - `inside`, `outside`: origins and patterns. The most specific one that an origin matches
      decides whether the origin is in the set;
    - `asked`: names of predicates and live sets in their order, each with whether an origin that it
      accepts is in the set. The first that accepts an origin decides, where no named one does;
    - `rest`: whether every other origin is in the set.
    """

    inside: frozenset[Named] = frozenset()
    outside: frozenset[Named] = frozenset()
    asked: tuple[tuple[str, bool], ...] = ()
    rest: bool = False

    def named(self) -> Iterator[Named]:
        """The origins and patterns that tell members from others."""
        yield from self.inside
        yield from self.outside


EVERYBODY: Final = OriginSet(rest=True)
"""The set of all origins."""


@final
class Members:
    """Says which origins are in a set."""

    __slots__ = ("_index", "_set")

    def __init__(self, origins: OriginSet) -> None:
        self._set = origins
        self._index: OriginIndex[bool] = OriginIndex()
        for each in origins.inside:
            self._index.put(each, True)
        for each in origins.outside:
            self._index.put(each, False)

    def holds(self, origin: str, accepted: frozenset[str] = _NOBODY) -> bool:
        """Whether `origin`, which the predicates and live sets `accepted` accept, is in the set.

        Precondition: `aiohttp_cors._values.origin_index.is_serialized(origin)`.
        """
        decided = self._index.match(origin)
        if decided is not None:
            return decided
        if origin != OPAQUE:
            for name, is_in in self._set.asked:
                if name in accepted:
                    return is_in
        return self._set.rest


@final
class Classes:
    """The classes of origins that some origins and patterns tell apart.

    - `witnesses`: an origin of each class that has a name, the least specific first;
    - `elsewhere`: an origin that matches none of the names.
    """

    __slots__ = ("elsewhere", "witnesses")

    def __init__(self, named: Iterable[Named]) -> None:
        closed = sorted(_closed(named), key=_specificity)
        index: OriginIndex[Named] = OriginIndex()
        for each in closed:
            index.put(each, each)
        self.witnesses: Mapping[Named, str] = {each: _witness(each, index) for each in closed}
        tries = (f"https://elsewhere{n or ''}.example" for n in count())
        self.elsewhere: str = next(origin for origin in tries if index.match(origin) is None)

    def origins(self) -> list[str]:
        """An origin of each class, the most specific first."""
        names = sorted(self.witnesses, key=lambda each: _specificity(each)[:3], reverse=True)
        return [*(self.witnesses[each] for each in names), self.elsewhere]

    def set_of(
        self, inside: frozenset[Named], asked: Sequence[tuple[str, bool]], *, rest: bool
    ) -> OriginSet:
        """The set that holds the classes `inside`, and of the other origins as `OriginSet` says.

        What changes nothing is left out: equal sets have the same few names.
        """
        kept_asked = list(asked)
        while kept_asked and kept_asked[-1][1] is rest:
            kept_asked.pop()
        index: OriginIndex[bool] = OriginIndex()
        kept: tuple[list[Named], list[Named]] = [], []
        for each, witness in self.witnesses.items():
            is_in = each in inside
            otherwise = index.match(witness)
            if otherwise is None and (not kept_asked or witness == OPAQUE):
                otherwise = rest
            if otherwise is not is_in:
                index.put(each, is_in)
                kept[is_in].append(each)
        return OriginSet(frozenset(kept[True]), frozenset(kept[False]), tuple(kept_asked), rest)


def _closed(named: Iterable[Named]) -> set[Named]:
    """`named`, and every intersection of patterns among them."""
    found = set(named)
    patterns = [each for each in found if isinstance(each, OriginPattern)]
    by_host: dict[tuple[str, str], list[OriginPattern]] = {}
    for pattern in patterns:
        if pattern.subdomains:
            by_host.setdefault((pattern.scheme, pattern.host), []).append(pattern)
    for pattern in patterns:
        # "*.a.example" does not match "a.example".
        host = pattern.host if pattern.subdomains else pattern.host.partition(".")[2]
        while host:
            for wider in by_host.get((pattern.scheme, host), ()):
                if pattern.port == "*" and wider.port != "*":
                    found.add(_with_port(pattern, wider.port))
            host = host.partition(".")[2]
    return found


def _with_port(pattern: OriginPattern, port: int | None) -> Named:
    if pattern.subdomains:
        return OriginPattern(pattern.scheme, pattern.host, port, True)
    return f"{pattern.scheme}://{pattern.host}{_written(port)}"


def _specificity(named: Named) -> tuple[int, int, bool, str]:
    """What contains another one comes before it; equal for every run."""
    if isinstance(named, str):
        return 2, 0, False, named
    fixed = 0 if named.subdomains else 1
    return fixed, len(named.host), named.port != "*", str(named)


def _witness(named: Named, index: OriginIndex[Named]) -> str:
    """An origin of which `named` is the most specific name."""
    if isinstance(named, str):
        return named
    tries = (_try(named, n) for n in count())
    return next(origin for origin in tries if index.match(origin) == named)


def _try(pattern: OriginPattern, n: int) -> str:
    """An origin that a pattern matches: the plainest one first, then one that nobody may have named."""
    label = f"x{n - 1 if n > 1 else ''}." if pattern.subdomains else ""
    # A port that somebody named is no port of "any other".
    port = (8442 + n if n else None) if pattern.port == "*" else pattern.port
    return f"{pattern.scheme}://{label}{pattern.host}{_written(port)}"


def _written(port: int | None) -> str:
    return "" if port is None else f":{port}"
