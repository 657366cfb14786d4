"""`LiveOrigins`: a set of allowed origins that changes while the application serves.

Owns: how members are validated and changed, from any thread, and what a request sees of a change.
Leaves to: `aiohttp_cors._server.feeding` how the set follows a source; and to
`aiohttp_cors._values.policy` the clauses that the set is used in. The set does not know them, and
therefore refuses what one of them, with credentials, would have to refuse.
"""

from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from datetime import timedelta
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Final, TypeGuard, final

from aiohttp import web
from typing_extensions import override

from aiohttp_cors._values.errors import CorsConfigError, Problem, shown
from aiohttp_cors._values.hints import EMPTY_SETTING, is_empty
from aiohttp_cors._values.names import parse_switch
from aiohttp_cors._values.origin_index import OriginIndex
from aiohttp_cors._values.origins import (
    Origin,
    OriginPattern,
    ParsedOrigin,
    credentials_problem,
    meant_origin,
    parse_origin,
)
from aiohttp_cors._values.policy import LiveSource
from aiohttp_cors._values.sources import Snapshots

if TYPE_CHECKING:
    from aiohttp_cors._server.feeding import Feed

_COLLECTION: Final = "the members of a live set are a collection of str"
_SHOWN: Final = 16
"""How many members a `repr` lists."""


@final
class LiveOrigins(LiveSource):
    """A set of origins and patterns that may change at any time, from any thread.

    `replace`, `add` and `discard` validate like the configuration does: a refused change raises
    `CorsConfigError` and changes nothing. A request sees the set before or after a change, never a
    mixture. `add`, `discard` and ``in`` cost the same in a set of any size. Iterating gives the
    strings as written. ``in`` says whether a string is a member, not whether a pattern matches. A
    copy is a set of its own.

        customers = LiveOrigins(["https://ada.example"])
        cors.origin(customers).on(users)
        customers.add("https://grace.example")  # takes effect with the next request in this process

    An ``http`` origin of another machine is *prohibited* unless `dangerously_over_http` is given,
    because the rule that uses this set may allow credentials. A rule with credentials that uses such
    a set has to be given the same switch.
    """

    __slots__ = ("_changes", "_dangerously_over_http", "_feed", "_index", "_lock")

    def __init__(self, origins: Iterable[str] = (), *, dangerously_over_http: bool = False) -> None:
        switch = parse_switch(dangerously_over_http, field="dangerously_over_http")
        if isinstance(switch, Problem):
            raise CorsConfigError([switch])
        self._dangerously_over_http = switch
        self._lock = Lock()
        self._changes = 0
        self._feed: Feed | None = None
        self._index: OriginIndex[str] = self._parse(origins)

    @property
    @override
    def dangerously_over_http(self) -> bool:
        """Whether the set may hold ``http`` origins of other machines; fixed for its life."""
        return self._dangerously_over_http

    def fed_by(
        self, snapshots: Snapshots, *, stale_after: float | timedelta | None = None
    ) -> Callable[[web.Application], AsyncGenerator[None, None]]:
        """A context for `aiohttp.web.Application.cleanup_ctx` in which a source replaces the set.

        - `snapshots`: a function that makes an async iterator of whole sets; an async generator
          function is one. A set may be empty: nobody matches then.
        - `stale_after`: seconds, or a `timedelta`, after which the last good set allows nobody. A
          source that is silent for as long is given up (within twice the time).

        >>> async def tenants() -> AsyncGenerator[list[str], None]:
        ...     while True:
        ...         yield ["https://ada.example"]  # a query, perhaps
        ...         await asyncio.sleep(5)
        >>> app, customers = web.Application(), LiveOrigins()
        >>> app.cleanup_ctx.append(customers.fed_by(tenants, stale_after=60))

        The server starts when the first set has come; where none comes, the start fails with a
        `RuntimeError` that says why. A later set that is refused, and a source that raises, ends or
        is silent, leave the last good set as it is; one warning is logged, and the source is made
        anew after a second, then after two, up to 16. The iterator is closed (``aclose``) before
        the next one is made, and when the application ends.

        `replace`, `add` and `discard` go on working: the next set of the source decides again.

        Raises `CorsConfigError`: *invalid* for what is no function and no age; *conflicting*, when
        the application starts, where another source feeds the set at that time.
        """
        # Few programs feed a set, and all import this module.
        from aiohttp_cors._server import feeding as source  # noqa: PLC0415 -- see above

        problem = source.source_problem(snapshots)
        seconds = source.parse_stale_after(stale_after)
        if problem is not None or isinstance(seconds, Problem):
            problems = (problem, seconds)
            raise CorsConfigError(each for each in problems if isinstance(each, Problem))

        async def feeding(_: web.Application) -> AsyncGenerator[None, None]:
            if self._feed is not None:
                raise source.already_fed(self._feed.name)
            self._feed = feed = source.Feed(snapshots, self.replace, seconds)
            try:
                async with feed.running():
                    yield
            finally:
                self._feed = None

        return feeding

    @property
    def age(self) -> timedelta | None:
        """The time since the last good set of the source; None where no source feeds the set."""
        return None if self._feed is None else self._feed.age

    def replace(self, origins: Iterable[str]) -> None:
        """Make `origins` the whole set.

            customers.replace(["https://ada.example", "https://*.preview.example.com"])

        Raises `CorsConfigError` with all problems.
        """
        index = self._parse(origins)
        with self._lock:
            self._index = index

    def add(self, origin: str) -> None:
        """Add one origin or pattern; one that is there already stays.

            customers.add("https://grace.example")

        Raises `CorsConfigError` for what can be no member.
        """
        key, written = _key(self._parse_one(origin))
        with self._lock:
            self._index.put(key, written)
            self._changes += 1

    def discard(self, origin: str) -> None:
        """Take one origin or pattern out, if it is there.

            customers.discard("https://ada.example")

        Raises `CorsConfigError` for what can be no member: a misspelt revocation revokes nothing.
        """
        key, _ = _key(self._parse_one(origin))
        with self._lock:
            self._index.drop(key)
            self._changes += 1

    def __len__(self) -> int:
        with self._lock:
            return len(self._index)

    def __iter__(self) -> Iterator[str]:
        """The members at this moment, whatever changes later."""
        with self._lock:
            return iter(tuple(self._index))

    def __contains__(self, origin: object) -> bool:
        return origin in self._index

    @override
    def __reduce__(self) -> tuple[partial["LiveOrigins"], tuple[tuple[str, ...]]]:
        # For copy, deepcopy and pickle: a lock can be none of the three.
        make = partial(LiveOrigins, dangerously_over_http=self._dangerously_over_http)
        return make, (tuple(self),)

    @override
    def __repr__(self) -> str:
        members = sorted(self)
        switch = ", dangerously_over_http=True" if self._dangerously_over_http else ""
        if len(members) > _SHOWN:
            return f"<LiveOrigins of {len(members)} origins{switch}>"
        return f"LiveOrigins({members!r}{switch})"

    @override
    def allows(self, origin: str) -> bool:
        """Whether a member is, or matches, `origin`; judged on one snapshot of the set.

        Members of a set that is older than its ``stale_after`` match nothing.

        Precondition: `origin_index.is_serialized(origin)`.
        """
        if self._feed is not None and self._feed.is_stale():
            return False
        # A pattern is found by several lookups. One change that falls between them is no harm,
        # since it changes one key: the answer is that of before or of after. Two changes may give
        # an answer that was never true (one moves an origin from a pattern to its exact spelling,
        # say). The first of two has been counted when the second begins.
        changes, index = self._changes, self._index
        allowed = index.match(origin) is not None
        if allowed or (changes == self._changes and index is self._index):
            return allowed
        with self._lock:
            return self._index.match(origin) is not None

    def _parse(self, origins: object) -> OriginIndex[str]:
        if isinstance(origins, str | bytes | bytearray) or not _is_iterable(origins):
            raise CorsConfigError([_no_collection(origins)])
        index: OriginIndex[str] = OriginIndex()
        problems: list[Problem] = []
        for text in origins:
            parsed = self._checked(text)
            if isinstance(parsed, Problem):
                problems.append(parsed)
            else:
                index.put(*_key(parsed))
        if problems:
            raise CorsConfigError(problems)
        return index

    def _parse_one(self, text: object) -> ParsedOrigin:
        parsed = self._checked(text)
        if isinstance(parsed, Problem):
            raise CorsConfigError([parsed])
        return parsed

    def _checked(self, text: object) -> ParsedOrigin | Problem:
        parsed = parse_origin(text)
        if isinstance(parsed, Problem) or self._dangerously_over_http:
            return parsed
        return credentials_problem(parsed, field="origin") or parsed


def _key(parsed: ParsedOrigin) -> tuple[str | OriginPattern, str]:
    """What a member is kept under, and how it is written."""
    written = str(parsed)
    return (written if isinstance(parsed, Origin) else parsed), written


def _no_collection(given: object) -> Problem:
    value = given if isinstance(given, str) else shown(given)
    meant = meant_origin(given)
    because = f"{_COLLECTION}; {EMPTY_SETTING}" if is_empty(given) else _COLLECTION
    return Problem("origins", value, "invalid", because, f"[{meant!r}]" if meant else "")


def _is_iterable(value: object) -> TypeGuard[Iterable[object]]:
    return isinstance(value, Iterable)
