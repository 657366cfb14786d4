"""How a live set follows a source of whole sets: a poll of a database, notifications, a file.

Owns: when a source is made, when it is given up and made anew, what the log says of that, and how
old the last good set is.
Leaves to: `aiohttp_cors._server.live_origins` what a set may hold and how it is replaced, and to the
user's function where sets come from.

A source is made, read and closed in one task, because an async generator may hold what has to be
left in the task that entered it (a timeout, a task group). Each source has a task of its own.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from math import inf
from typing import Final, Protocol, final, runtime_checkable

from aiohttp_cors._server.log import logger
from aiohttp_cors._values.errors import CorsConfigError, Problem, shown
from aiohttp_cors._values.sources import Snapshots

SHORTEST_PAUSE: Final = 1.0
"""Seconds between the end of a source and the next one; each further pause is twice as long."""
LONGEST_PAUSE: Final = 16.0
SETTLED: Final = 60.0
"""A source that gave a set and held for so many seconds had recovered: its end is news for the log,
and the pause after it is the shortest again.
"""
CLOSING: Final = 10.0
"""Seconds after which a source that was cancelled, and has not ended, is cancelled again: a driver
may answer the first cancellation by asking a server that is silent to end the query.
"""

_SOURCE: Final = "a source is a function that makes an async iterator of sets"
_STALE_AFTER: Final = "an age is a positive number of seconds or a timedelta, or None for no limit"


@runtime_checkable
class _Closable(Protocol):
    def aclose(self) -> Awaitable[object]: ...


@final
class Feed:
    """What keeps one live set up to date while one application runs.

    A set that is no good (one member is enough) is refused as a whole, and ends its source like an
    exception does. A source that is silent for `stale_after` seconds is cancelled: a connection
    that is half open never says so.

    Precondition: made while an event loop runs, whose clock is the only one that is asked.
    """

    __slots__ = (
        "_decided",
        "_failure",
        "_good_at",
        "_name",
        "_now",
        "_replace",
        "_sets",
        "_snapshots",
        "_source",
        "_stale_after",
        "_stale_at",
        "_wanted",
    )

    def __init__(
        self,
        snapshots: Snapshots,
        replace: Callable[[Iterable[str]], None],
        stale_after: float | None,
    ) -> None:
        self._now = asyncio.get_running_loop().time
        self._decided = asyncio.Event()  # whether the first set came, or the source failed before
        self._failure: Exception | None = None
        self._name = name_of(snapshots)
        self._snapshots = snapshots
        self._replace = replace
        self._stale_after = stale_after
        self._sets = 0  # how many good ones came
        self._good_at = self._stale_at = inf
        self._source: asyncio.Task[Exception] | None = None  # the present one
        self._wanted = False  # whether it is read on

    @property
    def name(self) -> str:
        """How errors and the log call the source."""
        return self._name

    @property
    def age(self) -> timedelta | None:
        """The time since the last good set; None before the first."""
        return timedelta(seconds=self._now() - self._good_at) if self._sets else None

    def is_stale(self) -> bool:
        """Whether the last good set is too old to allow anybody; one look at the loop's clock.

        Asked on every request instead of being noted by a timer: a task that was cancelled from
        outside, or a loop that was blocked, must not keep an old permission alive.
        """
        return self._now() >= self._stale_at

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None, None]:
        """From the first good set on; `RuntimeError` where the source fails before that."""
        keeping = asyncio.create_task(self._keep())
        try:
            await self._decided.wait()
            if self._failure is not None:
                text = f"the first set of live origins from {self._name} did not come: "
                raise RuntimeError(text + shown(self._failure)) from self._failure
            yield
        finally:
            keeping.cancel()
            await asyncio.wait({keeping})
            await self._end_source()

    async def _keep(self) -> None:
        """Follow one source after the other."""
        pause, told = SHORTEST_PAUSE, ""
        while True:
            made, before = self._now(), self._sets
            failure = await self._follow()
            if not self._sets:
                self._failure = failure
                self._decided.set()
                return
            if self._sets > before and self._now() - made >= SETTLED:
                pause, told = SHORTEST_PAUSE, ""
            text = shown(failure)
            if text != told:
                told = text
                self._tell(text)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _follow(self) -> Exception:
        """Read a new source until it fails, ends or is silent; what went wrong."""
        self._wanted = True
        self._source = source = asyncio.create_task(self._read())
        before = -1
        while not source.done() and before != self._sets:
            before = self._sets
            await asyncio.wait({source}, timeout=self._stale_after)
        if not source.done():
            await self._end_source()
            return TimeoutError(f"no set came for {self._stale_after:g} s")
        if source.cancelled():
            # Not by us: the source waited for something that was cancelled.
            return RuntimeError("the source was cancelled")
        return source.result()

    async def _end_source(self) -> None:
        """Cancel the present source, if there is one, until it has ended."""
        self._wanted = False
        while self._source is not None and not self._source.done():
            self._source.cancel()
            await asyncio.wait({self._source}, timeout=CLOSING)

    async def _read(self) -> Exception:
        """Make a source, take what it gives, and close it; what went wrong."""
        try:
            iterator = self._snapshots()
            try:
                async for origins in iterator:
                    self._take(origins)
                    if not self._wanted:
                        # The cancellation got lost in the source: asyncio.wait_for before 3.12
                        # swallows one that comes together with what it waits for.
                        raise asyncio.CancelledError
            finally:
                if isinstance(iterator, _Closable):
                    await iterator.aclose()
        except Exception as error:  # noqa: BLE001 -- whatever the user's code raises
            if not self._wanted:
                logger.warning("live origins: %s was not closed: %s", self._name, shown(error))
            return error
        return RuntimeError("the source ended")

    def _take(self, origins: Iterable[str]) -> None:
        self._replace(origins)
        self._sets += 1
        self._good_at = self._now()
        if self._stale_after is not None:
            self._stale_at = self._good_at + self._stale_after
        self._decided.set()

    def _tell(self, failure: str) -> None:
        text = "live origins: %s failed: %s; the last good set stays%s, and the source is made anew"
        limit = ""
        if self._stale_after is not None:
            limit = f" and allows nobody once it is {self._stale_after:g} s old"
        logger.warning(text, self._name, failure, limit)


def source_problem(snapshots: object) -> Problem | None:
    """What is wrong with a value that should be a function which makes a source."""
    if callable(snapshots):
        return None
    # ``tenants()`` was given where ``tenants`` is meant.
    hint = str(getattr(snapshots, "__name__", "")) if hasattr(snapshots, "__anext__") else ""
    return Problem("snapshots", shown(snapshots), "invalid", _SOURCE, hint)


def parse_stale_after(given: object) -> float | Problem | None:
    """Seconds, of a number or a `timedelta`; None stays None."""
    if given is None:
        return None
    seconds = given.total_seconds() if isinstance(given, timedelta) else given
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds < inf:
        return Problem("stale_after", shown(given), "invalid", _STALE_AFTER, "")
    return float(seconds)


def already_fed(name: str) -> CorsConfigError:
    """The error of a second source for one set, in the name of the first."""
    because = "a live set has one source at a time, and another one feeds it already"
    return CorsConfigError([Problem("snapshots", name, "conflicting", because, "")])


def name_of(snapshots: object) -> str:
    """``shop.tenants.snapshots`` for a function, a partial of it, and an object of its class.

    Never a `repr`: that of a partial shows its arguments, the password of a database among them.
    """
    made = snapshots.func if isinstance(snapshots, partial) else snapshots
    named = made if hasattr(made, "__qualname__") else type(made)
    return f"{named.__module__}.{getattr(named, '__qualname__', '')}"
