"""What `explain` says of an enforced program is what becomes of the request.

The programs and the pages are those of `test_enforced`. The model of a browser sends the request over
aiohttp's own server; `explain` sends nothing.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aiohttp_cors.browser.checks import CorsBlocked, HttpResponse
from aiohttp_cors.browser.fetch import run_fetch
from aiohttp_cors.browser.preflight_cache import PreflightCache
from aiohttp_cors.browser.request import HttpRequest, PageRequest
from aiohttp_cors.introspection import Explanation, explain
from tests.property.memory_server import MemoryServer
from tests.property.test_enforced import HOST, METHODS, PAGES, SITES, Program, Running, programs
from tests.random_examples import examples

FAILS: Final = "\u2717"

scripts: Final = st.builds(
    PageRequest,
    url=st.just(HOST),
    origin=st.sampled_from([page for page in PAGES if page != HOST]),
    method=st.sampled_from([*METHODS, "HEAD"]),
    mode=st.just("cors"),
    headers=st.sampled_from([(), (("Authorization", "x"),)]),
    credentials=st.sampled_from(["include", "omit"]),
)


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


async def explained(running: Running, script: PageRequest) -> Explanation:
    return await explain(
        running.application(),
        script.method,
        script.url,
        origin=script.origin,
        headers=[f"{name}: {value}" for name, value in script.headers],
        credentials=script.credentials == "include",
    )


def test_the_guard_does_what_an_explanation_says(loop: asyncio.AbstractEventLoop) -> None:
    @settings(max_examples=examples(300), suppress_health_check=[HealthCheck.too_slow])
    @given(programs(), st.integers(0, SITES - 1), scripts)
    def compare(program: Program, site: int, any_script: PageRequest) -> None:
        script = replace(any_script, url=HOST + program.path(site))
        told = loop.run_until_complete(explained(Running(program), script))
        server = MemoryServer(Running(program).application(), loop)
        statuses: list[int] = []

        def send(request: HttpRequest) -> HttpResponse:
            response = server.send(request)
            if not request.preflight:
                statuses.append(response.status)
            return response

        is_read = True
        try:
            run_fetch(script, PreflightCache(), send)
        except CorsBlocked:
            is_read = False
        finally:
            server.stop()
        if told.allowed is None:
            return
        assert told.allowed is is_read, str(told)
        # Where the preflight is refused, the guard sees no request.
        refused = [
            step for step in told.steps if step.check == "enforcement" and step.mark == FAILS
        ]
        assert bool(refused) is (statuses == [403]), str(told)

    compare()
