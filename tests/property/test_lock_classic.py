"""`diff` says "wider" exactly where some request passes now and did not before: the classic API.

As `tests.property.test_lock`, with two configurations of the same routes. Methods that no route serves
are tried where they need no preflight: what is said about the text of a 405 goes no further.
"""

import asyncio
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, final

import pytest
from aiohttp import web
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from aiohttp_cors import CorsConfig, LiveOrigins
from aiohttp_cors._tools.locking.difference import Kind
from aiohttp_cors.browser.request import PageRequest
from tests.property.compared import Side, compare_sides, show
from tests.property.judged import HEADERS, HOST, ORIGINS, SAFELISTED
from tests.property.random_programs import MODES
from tests.property.test_one_classic_route import CONFIGS, METHODS, PATHS, Config
from tests.random_examples import examples

ASKED: Final = 60


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


@final
@dataclass(frozen=True, slots=True)
class Added:
    """What is added of one resource, its routes before itself."""

    routes: Mapping[str, Config]
    own: Config | None


@final
@dataclass(frozen=True, slots=True)
class Pair:
    """The routes by path, and two configurations: the defaults, and what is added by path."""

    routed: Mapping[str, tuple[str, ...]]
    before: tuple[Config, Mapping[str, Added]]
    now: tuple[Config, Mapping[str, Added]]


@st.composite
def pairs(draw: st.DrawFn) -> Pair:
    methods = st.lists(st.sampled_from(METHODS), min_size=1, max_size=4, unique=True)
    routed = {path: tuple(draw(methods)) for path in PATHS}

    def configuration() -> tuple[Config, Mapping[str, Added]]:
        added: dict[str, Added] = {}
        for path, serves in routed.items():
            routes = draw(st.lists(st.sampled_from(serves), max_size=2, unique=True))
            configs = {method: draw(CONFIGS) for method in routes}
            added[path] = Added(configs, draw(st.none() | CONFIGS))
        return draw(CONFIGS), added

    return Pair(routed, configuration(), configuration())


def build(pair: Pair, configuration: tuple[Config, Mapping[str, Added]]) -> web.Application:
    async def handler(request: web.Request) -> web.Response:
        return web.Response()

    app = web.Application()
    defaults, added = configuration
    cors = CorsConfig(app, defaults=defaults)
    for path, methods in pair.routed.items():
        resource = app.router.add_resource(path)
        routes = {method: resource.add_route(method, handler) for method in methods}
        if added[path].own is not None:
            cors.add(resource, added[path].own)
        for method, config in added[path].routes.items():
            cors.add(routes[method], config)
    return app


def some_pages(pair: Pair, seed: int) -> Iterator[PageRequest]:
    chance = random.Random(seed)
    lines = ((), (), *((line,) for line in HEADERS))
    for _ in range(ASKED):
        path = chance.choice(list(PATHS))
        method, headers = chance.choice(METHODS), chance.choice(lines)
        is_simple = method in SAFELISTED and not any(HEADERS[line] for line in headers)
        if method in pair.routed[path] or is_simple:
            yield PageRequest(
                url=f"{HOST}{PATHS[path]}",
                origin=chance.choice([origin for origin in ORIGINS if origin != HOST]),
                method=method,
                headers=headers,
                credentials=chance.choice(MODES),
            )


def test_what_passes_now_alone_is_wider_and_each_witness_shows_it(
    loop: asyncio.AbstractEventLoop,
) -> None:
    @settings(max_examples=examples(150), suppress_health_check=[HealthCheck.too_slow])
    @given(pairs(), st.integers(0, 2**32))
    def compare_any(pair: Pair, seed: int) -> None:
        before, now = (
            Side(build(pair, configuration), LiveOrigins(), loop)
            for configuration in (pair.before, pair.now)
        )
        try:
            difference = compare_sides(before, now, list(some_pages(pair, seed)))
            for change in difference.changes:
                request = change.request
                needs_preflight = request.method not in SAFELISTED or request.headers
                event(change.gain.value)
                if change.kind is not Kind.OTHER and not (request.answer and needs_preflight):
                    show(before, now, change, HOST + PATHS[request.path])
        finally:
            before.stop()
            now.stop()

    compare_any()
