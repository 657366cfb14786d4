"""Each recipe with the real thing, on several workers: whatever happens, all decide by the source."""

import asyncio
import importlib
from collections.abc import Callable
from pathlib import Path

import pytest
from aiohttp import web

from tests.services.conftest import Figures
from tests.services.sources import NOTIFYING, SOURCES, Source
from tests.services.workers import WORKERS, gunicorn, workers

pytestmark = pytest.mark.services

A = "https://a.example"
B = "https://b.example"
C = "https://c.example"

SELDOM = "600"
"""So many seconds between two reads without a notification that no test sees one."""

each_recipe = pytest.mark.parametrize("recipe", list(SOURCES))
notifying_recipes = pytest.mark.parametrize("recipe", NOTIFYING)


def seconds_between(recipe: str) -> str:
    """Seconds; where there are notifications, it is these that the test is about."""
    return SELDOM if recipe in NOTIFYING else "0.5"


@each_recipe
async def test_every_worker_decides_by_the_last_change(
    recipe: str, source: Source, home: Path, figures: Figures
) -> None:
    source.save([A])
    every = seconds_between(recipe)
    async with workers(recipe, home, read_every=every) as serving:
        await serving.decide(allowed=[A], refused=[B, C])
        for allowed in ([B, C], [], [A, C]):
            source.save(allowed)
            seconds = await serving.decide(
                allowed=allowed, refused=[each for each in (A, B, C) if each not in allowed]
            )
            bound = "as soon as notified" if recipe in NOTIFYING else f"{every} s and one read"
            figures.append(f"{recipe:<10}  {seconds:6.3f} s  {WORKERS} workers; bound: {bound}")


@each_recipe
async def test_a_bad_row_keeps_the_last_good_set_on_every_worker_until_it_is_mended(
    recipe: str, source: Source, home: Path
) -> None:
    source.save([A])
    async with workers(recipe, home, read_every="0.5") as serving:
        source.add_by_hand("https://B.example/")
        await serving.log(r"failed: CorsConfigError\(\"origin 'https://B.example/' is invalid")
        await serving.decide(allowed=[A], refused=[B, C])
        source.save([B])
        await serving.decide(allowed=[B], refused=[A, C])


@notifying_recipes
async def test_a_lost_notification_costs_a_delay_and_nothing_else(
    recipe: str, source: Source, home: Path, figures: Figures
) -> None:
    source.save([A])
    every = "0.5"
    async with workers(recipe, home, read_every=every) as serving:
        source.add_by_hand(B)
        seconds = await serving.decide(allowed=[A, B], refused=[C])
        figures.append(
            f"{recipe:<10}  {seconds:6.3f} s  {WORKERS} workers, no notification;"
            f" bound: {every} s and one read"
        )


@notifying_recipes
async def test_a_server_that_is_killed_and_started_again_is_followed_again(
    recipe: str, source: Source, home: Path, figures: Figures
) -> None:
    source.save([A])
    assert source.server is not None
    async with workers(recipe, home, read_every=SELDOM) as serving:
        await source.server.kill()
        await serving.log(r"live origins: \S+ failed: ")
        await serving.decide(allowed=[A], refused=[B, C])
        await source.server.start()
        # Before the workers have come back: nobody hears a notification of this change.
        source.add_by_hand(B)
        seconds = await serving.decide(allowed=[A, B], refused=[C])
        figures.append(
            f"{recipe:<10}  {seconds:6.3f} s  {WORKERS} workers, after a restart;"
            " bound: 16 s and one read"
        )
        source.save([C])
        await serving.decide(allowed=[C], refused=[A, B])


@pytest.mark.parametrize("recipe", ["redis"])
async def test_a_server_that_says_nothing_more_leaves_nobody_allowed_until_it_does(
    recipe: str, source: Source, home: Path
) -> None:
    """Its connections stay open, as those of a machine that has gone: only the age tells."""
    source.save([A])
    assert source.server is not None
    async with workers(recipe, home, read_every="0.2") as serving:
        await serving.decide(allowed=[A], refused=[B])
        source.server.stop()
        await serving.decide(allowed=[], refused=[A, B])
        await serving.log(r"failed: TimeoutError\('no set came for 2\.4 s'\)")
        source.server.go_on()
        await serving.decide(allowed=[A], refused=[B])


@notifying_recipes
async def test_no_worker_starts_without_its_source(recipe: str, source: Source, home: Path) -> None:
    assert source.server is not None
    await source.server.kill()
    async with gunicorn(recipe, home, read_every=SELDOM) as running:
        await running.line(
            rf"RuntimeError: the first set of live origins from examples\.live_origins\.from_{recipe}"
            r"\.tenants did not come: "
        )


@each_recipe
async def test_an_application_ends_without_a_task_a_warning_or_a_line_in_the_log(
    recipe: str, source: Source, caplog: pytest.LogCaptureFixture
) -> None:
    source.save([A])
    module = importlib.import_module(f"examples.live_origins.from_{recipe}")
    create_app: Callable[[], web.Application] = module.create_app
    before = asyncio.all_tasks()
    runner = web.AppRunner(create_app())
    await runner.setup()
    await runner.cleanup()
    assert asyncio.all_tasks() == before
    assert caplog.records == []
