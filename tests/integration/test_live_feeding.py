"""A set that a source feeds, over real sockets: what a page may read follows what the source gives."""

import asyncio
from collections.abc import AsyncGenerator
from typing import final

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from aiohttp_cors import Cors, LiveOrigins
from tests.integration.fluent_support import routed
from tests.integration.support import ORIGIN, OTHER, Client, preflight, send


@final
class Given:
    """A source that gives what it is given."""

    def __init__(self, first: list[str]) -> None:
        self._queue: asyncio.Queue[list[str]] = asyncio.Queue()
        self._queue.put_nowait(first)

    async def source(self) -> AsyncGenerator[list[str], None]:
        while True:
            yield await self._queue.get()
            self._queue.task_done()

    async def give(self, origins: list[str]) -> None:
        """Give a set, and wait until it was taken."""
        self._queue.put_nowait(origins)
        await self._queue.join()


def fed(given: Given) -> Client:
    app, live = web.Application(), LiveOrigins()
    app.cleanup_ctx.append(live.fed_by(given.source, stale_after=3600))
    Cors.for_app(app).origin(live).allow_credentials().on(routed(app, "/", "GET", "PUT"))
    return TestClient(TestServer(app))


async def may_read(client: Client, origin: str) -> tuple[bool, bool]:
    """Whether the actual request is allowed, and whether the preflight is."""
    actual = await send(client, "GET", "/", origin=origin)
    asked = await preflight(client, "/", "PUT", origin=origin)
    return "allow-origin" in actual.cors, "allow-origin" in asked.cors


async def test_every_request_is_decided_by_the_last_set() -> None:
    given = Given([ORIGIN])
    async with fed(given) as client:
        assert await may_read(client, ORIGIN) == (True, True)
        assert await may_read(client, OTHER) == (False, False)
        await given.give([OTHER])
        assert await may_read(client, ORIGIN) == (False, False)
        assert await may_read(client, OTHER) == (True, True)
        await given.give([])
        assert await may_read(client, OTHER) == (False, False)


async def test_a_server_without_a_first_set_does_not_start() -> None:
    async def broken() -> AsyncGenerator[list[str], None]:
        yield ["https://app.example/"]

    app = web.Application()
    app.cleanup_ctx.append(LiveOrigins().fed_by(broken))
    with pytest.raises(RuntimeError, match=r"did not come: .*'https://app.example/' is invalid"):
        async with TestServer(app):
            pytest.fail("it started")
