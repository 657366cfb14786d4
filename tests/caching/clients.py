"""`CachedSite`: the application behind a cache, and clients that ask it through the cache.

Knows an event loop of its own, which outlives a test and runs only while somebody asks.
"""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from itertools import count
from pathlib import Path
from typing import TypeAlias, final

from aiohttp import ClientSession, DummyCookieJar, UnixConnector, web

from tests.caching.application import WHO_MAY_READ, Ask, Got, create_app
from tests.caching.caches import StartCache

Rounds: TypeAlias = Sequence[Sequence[Ask]]
"""Requests, of which those of one round are sent at the same time."""


@final
class CachedSite:
    """Each list of rounds that is asked finds the cache empty: its URLs are new."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._stack = AsyncExitStack()
        self._examples = count(1)
        self._session: ClientSession | None = None

    def start(self, start_cache: StartCache, folder: Path) -> None:
        """Start the application and, in front of it, the cache."""
        self._loop.run_until_complete(self._start(start_cache, folder))

    def stop(self) -> None:
        """Stop both."""
        self._loop.run_until_complete(self._stack.aclose())

    def ask(self, kind: str, rounds: Rounds) -> list[list[Got]]:
        """What the clients get, in the order in which they ask."""
        return self._loop.run_until_complete(
            self._ask_all(f"/{kind}/{next(self._examples)}", rounds)
        )

    async def _start(self, start_cache: StartCache, folder: Path) -> None:
        runner = web.AppRunner(create_app())
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        await web.UnixSite(runner, folder / "app").start()
        home = folder / "home"
        home.mkdir()
        own = await self._stack.enter_async_context(start_cache(home, folder / "app"))
        connector = UnixConnector(str(own))
        self._session = await self._stack.enter_async_context(
            ClientSession("http://api.example", connector=connector, cookie_jar=DummyCookieJar())
        )

    async def _ask_all(self, path: str, rounds: Rounds) -> list[list[Got]]:
        return [
            list(await asyncio.gather(*[self._ask(path, ask) for ask in asks])) for asks in rounds
        ]

    async def _ask(self, path: str, ask: Ask) -> Got:
        assert self._session is not None
        url = f"{path}/{ask.resource}"
        async with self._session.request(ask.method, url, headers=ask.headers) as response:
            await response.read()
            headers = response.headers
            return Got(
                status=response.status,
                cors={name: headers[name] for name in WHO_MAY_READ if name in headers},
                made_for=headers.get("X-Made-For", ""),
                language=headers.get("Content-Language", ""),
                number=int(headers.get("X-Number", "0")),
            )
