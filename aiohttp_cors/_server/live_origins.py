"""`LiveOrigins`: a set of allowed origins that can be replaced while the application serves.

Knows how members are validated and swapped. Does not know the policies it is used in, and
therefore refuses what one of them, with credentials, would have to refuse.
"""

from collections.abc import Iterable, Iterator
from threading import Lock
from typing import TypeGuard, final

from typing_extensions import override

from aiohttp_cors._values.errors import CorsConfigError, Problem
from aiohttp_cors._values.names import parse_switch
from aiohttp_cors._values.origin_index import OriginIndex
from aiohttp_cors._values.origins import (
    EXAMPLE,
    Origin,
    ParsedOrigin,
    is_potentially_trustworthy,
    parse_origin,
    secure_hint,
)
from aiohttp_cors._values.policy import LiveSource


@final
class LiveOrigins(LiveSource):
    """Origins and patterns whose number may change at any time, from any thread.

    `replace`, `add` and `discard` validate like the configuration does and swap the whole set at
    once: a request sees the set before or after, never a mixture, and looks at it once. A refused
    change raises `CorsConfigError` and changes nothing. Iterating gives the strings as written,
    ``in`` says whether one of them is a member (not whether a pattern matches).

    An ``http`` origin of another machine is *prohibited* unless `dangerously_over_http` is given,
    since the rule that uses this set may allow credentials.
    """

    __slots__ = ("_dangerously_over_http", "_index", "_lock")

    def __init__(self, origins: Iterable[str] = (), *, dangerously_over_http: bool = False) -> None:
        switch = parse_switch(dangerously_over_http, field="dangerously_over_http")
        if isinstance(switch, Problem):
            raise CorsConfigError([switch])
        self._dangerously_over_http = switch
        self._lock = Lock()
        self._index: OriginIndex[str] = self._parse(origins)

    def replace(self, origins: Iterable[str]) -> None:
        """Make `origins` the whole set. Raises `CorsConfigError` with all problems."""
        index = self._parse(origins)
        with self._lock:
            self._index = index

    def add(self, origin: str) -> None:
        """Add one origin or pattern; one that is there already stays. Raises `CorsConfigError`."""
        with self._lock:
            self._index = self._parse([*self, origin])

    def discard(self, origin: str) -> None:
        """Take one origin or pattern out, if it is there."""
        with self._lock:
            self._index = self._parse(member for member in self if member != origin)

    def __iter__(self) -> Iterator[str]:
        return iter(self._index)

    def __contains__(self, origin: object) -> bool:
        return origin in tuple(self._index)

    @override
    def __repr__(self) -> str:
        switch = ", dangerously_over_http=True" if self._dangerously_over_http else ""
        return f"LiveOrigins({sorted(self)!r}{switch})"

    @override
    def allows(self, origin: str) -> bool:
        """Whether a member is, or matches, `origin`; judged on one snapshot of the set.

        Precondition: `origin_index.is_serialized(origin)`.
        """
        return self._index.match(origin) is not None

    def _parse(self, origins: object) -> OriginIndex[str]:
        if isinstance(origins, str):
            raise CorsConfigError([Problem("origins", origins, "invalid", f"[{origins!r}]")])
        if not _is_iterable(origins):
            raise CorsConfigError([Problem("origins", repr(origins), "invalid", f"[{EXAMPLE!r}]")])
        index: OriginIndex[str] = OriginIndex()
        problems: list[Problem] = []
        for text in origins:
            parsed = self._parse_one(text)
            if isinstance(parsed, Problem):
                problems.append(parsed)
            else:
                written = str(parsed)
                index.put(written if isinstance(parsed, Origin) else parsed, written)
        if problems:
            raise CorsConfigError(problems)
        return index

    def _parse_one(self, text: object) -> ParsedOrigin | Problem:
        parsed = parse_origin(text)
        if isinstance(parsed, Problem) or self._dangerously_over_http:
            return parsed
        if is_potentially_trustworthy(parsed):
            return parsed
        return Problem("origin", str(parsed), "prohibited", secure_hint(parsed))


def _is_iterable(value: object) -> TypeGuard[Iterable[object]]:
    return isinstance(value, Iterable)
