"""gunicorn with several workers, and a connection to each of them.

Knows what each worker decides about an origin. Knows no recipe.
"""

import sys
import time
from collections.abc import AsyncGenerator, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final, final

from aiohttp import ClientSession, TCPConnector

from tests.browser.processes import Child, child, until

WORKERS: Final = 3

_ROOT: Final = Path(__file__).parents[2]
_AT_ONCE: Final = 8
_KEPT: Final = 600
"""Seconds for which nobody closes a connection."""


@final
class Worker:
    """One worker, asked over a connection that stays open."""

    def __init__(self, session: ClientSession) -> None:
        self._session = session
        self.process = 0

    async def allows(self, origin: str) -> bool:
        """Whether it lets a page of `origin` read its answer."""
        async with self._session.get("/", headers={"Origin": origin}) as response:
            process = (await response.json())["worker"]
            assert process == self.process or not self.process, "another worker has answered"
            self.process = process
            return response.headers.get("Access-Control-Allow-Origin") == origin


@final
class Workers:
    """All workers of a gunicorn that runs."""

    def __init__(self, running: Child, workers: Collection[Worker]) -> None:
        self._running = running
        self._workers = workers

    async def decide(self, *, allowed: Collection[str], refused: Collection[str]) -> float:
        """Wait until every worker decides so; the seconds until the last of them did."""
        begin = time.monotonic()

        async def all_do() -> float | None:
            for worker in self._workers:
                for origin in (*allowed, *refused):
                    if await worker.allows(origin) != (origin in allowed):
                        return None
            return time.monotonic() - begin

        return await until(all_do, f"worker that allows {allowed} and refuses {refused}")

    async def log(self, pattern: str) -> None:
        """Wait until every worker has logged it, in its newest lines."""
        await self._running.line(rf"(?s)({pattern}.*){{{len(self._workers)}}}")


@asynccontextmanager
async def gunicorn(recipe: str, home: Path, *, read_every: str) -> AsyncGenerator[Child, None]:
    """A gunicorn with the application of a recipe, on a port of the kernel's choice."""
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        f"examples.live_origins.from_{recipe}:create_app()",
    ]
    command += ["--chdir", str(_ROOT), "--bind", "127.0.0.1:0", "--keep-alive", str(_KEPT)]
    command += ["--worker-class", "aiohttp.GunicornWebWorker", "--workers", str(WORKERS)]
    async with child(*command, home=home, READ_EVERY=read_every) as running:
        yield running


@asynccontextmanager
async def workers(recipe: str, home: Path, *, read_every: str) -> AsyncGenerator[Workers, None]:
    """The workers of a gunicorn, once each of them answers."""
    started = gunicorn(recipe, home, read_every=read_every)
    async with started as running, AsyncExitStack() as stack:
        address = (await running.line(r"Listening at: (http://\S+)"))[1]
        found: dict[int, Worker] = {}

        async def connect() -> bool | None:
            # Whichever worker is awake takes a connection. Those that were taken stay open.
            for _ in range(_AT_ONCE):
                connector = TCPConnector(limit=1, keepalive_timeout=_KEPT)
                session = ClientSession(address, connector=connector)
                worker = Worker(await stack.enter_async_context(session))
                await worker.allows("https://nobody.example")
                found.setdefault(worker.process, worker)
            return len(found) == WORKERS or None

        await until(connect, f"answer of {WORKERS} workers")
        yield Workers(running, found.values())
