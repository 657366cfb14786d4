"""`explain` and a browser agree about random programs, and what a remedy says is true of them.

The programs and what a browser asks of them are those of `test_browser_judges`. The browser is the
model, over aiohttp's own server.
"""

import asyncio
from collections.abc import Iterator
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings

from aiohttp_cors import LiveOrigins
from aiohttp_cors.browser.checks import CorsBlocked
from aiohttp_cors.browser.fetch import run_fetch
from aiohttp_cors.browser.preflight_cache import PreflightCache
from aiohttp_cors.browser.request import PageRequest
from aiohttp_cors.introspection import Explanation, explain
from tests.property.judged import HOST, Ask, Built, Program, parts_of
from tests.property.memory_server import MemoryServer
from tests.property.random_programs import programs, scripts
from tests.random_examples import examples
from tests.truth_table.remedies import edited, extend

MANY: Final = examples(200)


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


def is_through(server: MemoryServer, ask: Ask, method: str) -> bool:
    """Whether a browser that remembers nothing lets the first request of a fetch through."""
    page = PageRequest(
        url=HOST + ask.path,
        origin=ask.origin,
        method=method,
        headers=ask.headers,
        credentials=ask.credentials,
        redirect="manual",
    )
    try:
        run_fetch(page, PreflightCache(), server.send)
    except CorsBlocked:
        return False
    return True


async def explained(built: Built, ask: Ask) -> Explanation:
    return await explain(
        built.app,
        ask.method,
        HOST + ask.path,
        origin=ask.origin,
        headers=[f"{name}: {value}" for name, value in ask.headers],
        credentials=ask.credentials == "include",
    )


def test_an_explanation_says_what_a_browser_does_whenever_it_says_anything(
    loop: asyncio.AbstractEventLoop,
) -> None:
    @settings(max_examples=MANY, suppress_health_check=[HealthCheck.too_slow])
    @given(programs(), scripts())
    def compare(program: Program, script: list[Ask]) -> None:
        live = LiveOrigins()
        built = Built(program, live, parts_of(program))
        before = [loop.run_until_complete(explained(built, ask)) for ask in script]
        server = MemoryServer(built.app, loop)
        try:
            for ask, early in zip(script, before, strict=True):
                told = loop.run_until_complete(explained(built, ask))
                assert early.allowed == told.allowed
                if told.allowed is not None:
                    assert told.allowed is is_through(server, ask, ask.method), str(told)
        finally:
            server.stop()

    compare()


def test_what_a_remedy_says_lets_the_request_through(loop: asyncio.AbstractEventLoop) -> None:
    @settings(max_examples=MANY, suppress_health_check=[HealthCheck.too_slow])
    @given(programs(), scripts())
    def mend(program: Program, script: list[Ask]) -> None:
        ask = script[0]
        told = loop.run_until_complete(
            explained(Built(program, LiveOrigins(), parts_of(program)), ask)
        )
        if told.remedy is None or told.remedy.impossible:
            assert told.allowed is not False or ask.origin == "null" or ask.method == "TRACE"
            return
        with edited(told.remedy.changes):
            built = Built(program, LiveOrigins(), parts_of(program))
            extend(built.app, told.remedy.changes, ask.path)
            server = MemoryServer(built.app, loop)
            try:
                assert is_through(server, ask, ask.method), str(told)
            finally:
                server.stop()

    mend()
