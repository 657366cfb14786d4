"""The engines that are installed, with a page each, and what the script of a row sees in them.

Knows an event loop of its own, in a thread: tests that wait for browsers are ordinary functions,
whatever loop other tests run in.
"""

import asyncio
import os
from collections.abc import Coroutine, Generator, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, contextmanager
from pathlib import Path
from threading import Thread
from typing import TypeVar, final

import pytest

from tests.browser.engines import ENGINES, Engine, HasConsole, MissingBrowserError, TakesPictures
from tests.browser.processes import until
from tests.browser.script import outcomes, script
from tests.browser.servers import Servers, page_server, serving
from tests.truth_table.words import BLOCKED, Outcome, Row

_Result = TypeVar("_Result")


@final
class Browsers:
    """The engines with a page each, in an event loop that runs from one test to the next."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="browsers")
        self._stack = AsyncExitStack()
        self._engines: dict[str, Engine | BaseException] = {}
        self._shown: dict[str, str] = {}
        self._pages = 0

    def start(self, folder: Path) -> None:
        """Start all engines that are installed, at once, each in a folder of its own."""
        self._thread.start()
        self._do(self._start(folder))

    def stop(self) -> None:
        """Stop them, and whatever they have started."""
        try:
            self._do(self._stack.aclose())
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    def engine(self, name: str) -> Engine:
        """The engine; where it is not installed, the test is skipped or, with `CI` set, fails."""
        engine = self._engines[name]
        if isinstance(engine, MissingBrowserError):
            if os.environ.get("CI"):
                pytest.fail(str(engine))
            pytest.skip(str(engine))
        if isinstance(engine, BaseException):
            raise engine
        return engine

    def versions(self) -> Iterator[tuple[str, str]]:
        """Each engine's name and version, or why there is none."""
        for name, engine in self._engines.items():
            yield name, str(engine) if isinstance(engine, BaseException) else engine.version

    def show(self, row: Row, name: str) -> tuple[list[Outcome], list[str]]:
        """What the script of `row` sees in the engine, and what its servers are asked."""
        seen, servers = self._do(self._show(row, name, self.engine(name)))
        return seen, servers.asked

    def say(self, row: Row, name: str, about: str) -> list[str]:
        """What the engine's console says with `about` in `row`, a message per blocked fetch."""
        return self._do(self._say(row, name, self.engine(name), about))

    @property
    def pages(self) -> int:
        """The port of the server that has the pages."""
        return self._pages

    @contextmanager
    def serving(
        self, server: AbstractAsyncContextManager[_Result]
    ) -> Generator[_Result, None, None]:
        """A server that runs in the loop of the browsers."""
        running = self._do(server.__aenter__())
        try:
            yield running
        finally:
            self._do(server.__aexit__(None, None, None))

    def visit(self, url: str, name: str, script: str) -> str:
        """The text that an async function with the body `script` returns in the page at `url`."""
        return self._do(self._visit(url, self.engine(name), name, script))

    def show_on(self, name: str, *, width: int, dark: bool) -> None:
        """Lay pages out for a screen of that width, from now on."""
        self._do(self._pictured(name).show_on(width=width, dark=dark))

    def picture(self, name: str) -> bytes:
        """The whole page that was visited last, as a PNG."""
        return self._do(self._pictured(name).picture())

    def _pictured(self, name: str) -> TakesPictures:
        engine = self.engine(name)
        assert isinstance(engine, TakesPictures)
        return engine

    async def _start(self, folder: Path) -> None:
        self._pages = await self._stack.enter_async_context(page_server())
        entering = [self._stack.enter_async_context(ENGINES[n](folder / n)) for n in ENGINES]
        for name in ENGINES:
            (folder / name).mkdir()
        started = await asyncio.gather(*entering, return_exceptions=True)
        self._engines = dict(zip(ENGINES, started, strict=True))

    async def _show(self, row: Row, name: str, engine: Engine) -> tuple[list[Outcome], Servers]:
        async with serving(row, pages=self._pages) as servers:
            if self._shown.get(name) != servers.page_url:
                await engine.open(servers.page_url)
                self._shown[name] = servers.page_url
            seen = outcomes(await engine.run(script(row, servers)))
            return seen, servers

    async def _visit(self, url: str, engine: Engine, name: str, script: str) -> str:
        self._shown.pop(name, None)
        await engine.open(url)
        return await engine.run(script)

    async def _say(self, row: Row, name: str, engine: Engine, about: str) -> list[str]:
        assert isinstance(engine, HasConsole)
        seen, servers = await self._show(row, name, engine)
        said: list[str] = []

        async def all_of_it() -> list[str] | None:
            # What other rows left is about other servers.
            said.extend(
                message
                for message in await engine.console()
                if about in message and servers.world.api in message
            )
            return said if len(said) >= seen.count(BLOCKED) else None

        return await until(all_of_it, f"message with {about!r} for each of {seen}")

    def _do(self, what: Coroutine[object, object, _Result]) -> _Result:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result()
