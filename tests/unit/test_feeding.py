"""`LiveOrigins.fed_by`: a set that follows a source for as long as an application runs."""

import asyncio
import copy
import doctest
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import TypeAlias, final

import pytest
from aiohttp import web
from typing_extensions import Self, override

from aiohttp_cors import CorsConfigError, LiveOrigins
from aiohttp_cors._server import live_origins
from aiohttp_cors._server.feeding import name_of
from aiohttp_cors._values.sources import Snapshots
from tests.virtual_time import run_in_virtual_time

A = "https://a.example"
B = "https://b.example"
WILD = "https://*.wild.example"

Step: TypeAlias = list[str] | float | Exception
"""A set that is given, seconds that pass, or what is raised."""
Body: TypeAlias = Callable[[], Awaitable[None]]

FOREVER = 1e9
DOWN = ConnectionError("the database is down")


@final
class Sources:
    """Sources that go by a script each; the last script is that of all further ones."""

    def __init__(self, *scripts: Sequence[Step]) -> None:
        self._scripts = list(scripts)
        self.made: list[float] = []
        self.closed: list[float] = []
        self.tasks: set[object] = set()

    async def source(self) -> AsyncGenerator[list[str], None]:
        now = asyncio.get_running_loop().time
        script = self._scripts[min(len(self.made), len(self._scripts) - 1)]
        self.made.append(now())
        self.tasks.clear()
        try:
            for step in script:
                self.tasks.add(asyncio.current_task())
                if isinstance(step, Exception):
                    raise step
                if isinstance(step, list):
                    yield step
                else:
                    await asyncio.sleep(step)
        finally:
            self.tasks.add(asyncio.current_task())
            self.closed.append(now())


@asynccontextmanager
async def serving(
    live: LiveOrigins, snapshots: Snapshots, stale_after: float | timedelta | None = None
) -> AsyncGenerator[None, None]:
    """An application that runs, fed by `snapshots`."""
    app = web.Application()
    app.cleanup_ctx.append(live.fed_by(snapshots, stale_after=stale_after))
    runner = web.AppRunner(app)
    try:
        await runner.setup()
        yield
    finally:
        await runner.cleanup()


def until(moment: float) -> Awaitable[None]:
    """Let time pass to shortly after a moment: what is due then has happened."""
    return asyncio.sleep(moment - asyncio.get_running_loop().time() + 0.5)


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    assert {record.name for record in caplog.records} <= {"aiohttp_cors"}
    assert {record.levelno for record in caplog.records} <= {logging.WARNING}
    return [record.getMessage() for record in caplog.records]


def test_the_application_starts_when_the_first_set_has_come() -> None:
    live = LiveOrigins([B])

    async def main() -> None:
        assert live.age is None
        async with serving(live, Sources([30, [A], FOREVER]).source):
            assert asyncio.get_running_loop().time() == 30
            assert set(live) == {A}
            assert live.age == timedelta()

    run_in_virtual_time(main())


def test_each_set_replaces_the_one_before() -> None:
    live = LiveOrigins()
    seen: list[set[str]] = []

    async def main() -> None:
        async with serving(live, Sources([[A], 10, [B, WILD], 10, [A], FOREVER]).source):
            for moment in (0, 10, 20):
                await until(moment)
                seen.append(set(live))

    run_in_virtual_time(main())
    assert seen == [{A}, {B, WILD}, {A}]


def test_an_empty_set_is_a_set_and_means_nobody() -> None:
    live = LiveOrigins()

    async def main() -> None:
        async with serving(live, Sources([[], 10, [A], 10, [], FOREVER]).source):
            assert not live.allows(A)
            await until(10)
            assert live.allows(A)
            await until(20)
            assert not live.allows(A)
            assert live.age == timedelta(seconds=0.5)

    run_in_virtual_time(main())


async def _raises() -> AsyncGenerator[list[str], None]:
    if DOWN.args:
        raise DOWN
    yield []


def _cannot_be_made() -> AsyncIterator[list[str]]:
    raise DOWN


def _is_a_list() -> AsyncIterator[list[str]]:
    return [A]  # type: ignore[return-value]  # pyright: ignore[reportReturnType]


FAILING_STARTS: dict[str, tuple[Snapshots, str]] = {
    "it raises": (_raises, "ConnectionError('the database is down')"),
    "it cannot be made": (_cannot_be_made, "ConnectionError('the database is down')"),
    "it is no iterator": (_is_a_list, "TypeError("),
    "it ends": (Sources([1]).source, "RuntimeError('the source ended')"),
    "it is silent": (Sources([FOREVER]).source, "TimeoutError('no set came for 60 s')"),
    "a bad member": (
        Sources([[A, f"{B}/"]]).source,
        "CorsConfigError(\"origin 'https://b.example/' is invalid:",
    ),
    "no strings": (Sources([[1]]).source, "CorsConfigError("),  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
}


@pytest.mark.parametrize("snapshots, why", FAILING_STARTS.values(), ids=FAILING_STARTS)
def test_a_source_that_gives_no_first_set_fails_the_start(
    snapshots: Snapshots, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    live = LiveOrigins([WILD])

    async def main() -> None:
        with pytest.raises(RuntimeError) as caught:
            async with serving(live, snapshots, 60):
                pytest.fail("it started")
        begin = f"the first set of live origins from {name_of(snapshots)} did not come: "
        assert str(caught.value).startswith(begin + why)
        assert isinstance(caught.value.__cause__, Exception)

    run_in_virtual_time(main())
    assert set(live) == {WILD}
    assert live.age is None
    assert logged(caplog) == []


def test_a_start_that_is_given_up_leaves_nothing_behind() -> None:
    live, sources = LiveOrigins(), Sources([FOREVER])

    async def main() -> None:
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(serving(live, sources.source).__aenter__(), 5)

    run_in_virtual_time(main())
    assert sources.closed == [5]


LATER_FAILURES: dict[str, tuple[Step, str]] = {
    "it raises": (DOWN, "ConnectionError('the database is down')"),
    "a bad member": ([B, "null"], "CorsConfigError(\"origin 'null' is prohibited:"),
    "it ends": (0, "RuntimeError('the source ended')"),
}


@pytest.mark.parametrize("last, why", LATER_FAILURES.values(), ids=LATER_FAILURES)
def test_a_later_failure_keeps_the_last_good_set_and_is_logged(
    last: Step, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    live, sources = LiveOrigins(), Sources([[A], 10, last], [FOREVER])

    async def main() -> None:
        async with serving(live, sources.source):
            await until(1000)
            assert set(live) == {A}
            assert live.allows(A)
            assert live.age == timedelta(seconds=1000.5)

    run_in_virtual_time(main())
    (line,) = logged(caplog)
    assert line.startswith(f"live origins: {name_of(sources.source)} failed: {why}")
    assert line.endswith("; the last good set stays, and the source is made anew")
    assert sources.made == [0, 11]
    assert sources.closed == [10, 1000.5]


def test_the_log_says_how_long_the_last_good_set_stays(caplog: pytest.LogCaptureFixture) -> None:
    sources = Sources([[A], 10, DOWN], [[A], FOREVER])

    async def main() -> None:
        async with serving(LiveOrigins(), sources.source, timedelta(minutes=5)):
            await until(20)

    run_in_virtual_time(main())
    (line,) = logged(caplog)
    assert "; the last good set stays and allows nobody once it is 300 s old, and the" in line


def test_a_source_is_made_anew_with_a_growing_pause_and_its_failure_is_logged_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    sources = Sources([[A], DOWN], [DOWN])

    async def main() -> None:
        async with serving(LiveOrigins(), sources.source):
            await until(70)

    run_in_virtual_time(main())
    assert sources.made == [0, 1, 3, 7, 15, 31, 47, 63]
    assert len(logged(caplog)) == 1


def test_a_failure_with_another_text_is_news(caplog: pytest.LogCaptureFixture) -> None:
    sources = Sources([[A], DOWN], [DOWN], [["null"]], [DOWN], [DOWN])

    async def main() -> None:
        async with serving(LiveOrigins(), sources.source):
            await until(70)

    run_in_virtual_time(main())
    assert ["null" in line for line in logged(caplog)] == [False, True, False]


HELD: dict[str, tuple[Sequence[Step], list[float], int]] = {
    # The second script, when sources are made, and how often DOWN is logged.
    "a minute": ([[A], 60, DOWN], [0, 1, 62, 64, 68], 2),
    "nearly a minute": ([[A], 59, DOWN], [0, 1, 62, 66], 1),
    "without a set": ([60, DOWN], [0, 1, 63, 67], 1),
}


@pytest.mark.parametrize("second, made, lines", HELD.values(), ids=HELD)
def test_a_source_that_held_for_a_minute_had_recovered(
    second: Sequence[Step], made: list[float], lines: int, caplog: pytest.LogCaptureFixture
) -> None:
    sources = Sources([[A], DOWN], second, [DOWN])

    async def main() -> None:
        async with serving(LiveOrigins(), sources.source):
            await until(69)

    run_in_virtual_time(main())
    assert sources.made == made
    assert len(logged(caplog)) == lines


def test_after_stale_after_nobody_matches_until_the_next_good_set() -> None:
    live = LiveOrigins()
    sources = Sources([[A, WILD], 10, DOWN], [20, DOWN], [[A, WILD], FOREVER])

    async def main() -> None:
        async with serving(live, sources.source, 30):
            await until(29)
            assert live.allows(A)
            assert live.allows("https://x.wild.example")
            await until(29.5)
            assert not live.allows(A)
            assert not live.allows("https://x.wild.example")
            assert set(live) == {A, WILD}, "the last good set can still be looked at"
            await until(34)
            assert live.allows(A)
            assert sources.made == [0, 11, 33]

    run_in_virtual_time(main())


def test_without_stale_after_the_last_good_set_stays() -> None:
    live = LiveOrigins()

    async def main() -> None:
        async with serving(live, Sources([[A], DOWN], [DOWN]).source):
            await until(3600)
            assert live.allows(A)

    run_in_virtual_time(main())


def test_a_silent_source_is_given_up_and_made_anew(caplog: pytest.LogCaptureFixture) -> None:
    live, sources = LiveOrigins(), Sources([[A], 10, [A], FOREVER], [[B], FOREVER])

    async def main() -> None:
        async with serving(live, sources.source, 60):
            await until(121)
            assert set(live) == {B}

    run_in_virtual_time(main())
    assert (sources.made, sources.closed[0]) == ([0, 121], 120)
    (line,) = logged(caplog)
    assert "failed: TimeoutError('no set came for 60 s')" in line


def test_a_source_that_gives_sets_in_time_goes_on() -> None:
    sources = Sources([step for _ in range(20) for step in ([A], 59)], [FOREVER])

    async def main() -> None:
        async with serving(LiveOrigins(), sources.source, 60):
            await until(19 * 59)

    run_in_virtual_time(main())
    assert sources.made == [0]


@pytest.mark.parametrize(
    "script", [[[A], 10, DOWN], [[A], ["null"]], [[A], FOREVER]], ids=["raises", "bad", "waits"]
)
def test_a_source_is_made_read_and_closed_in_one_task(script: Sequence[Step]) -> None:
    sources = Sources(script)

    async def main() -> None:
        here = asyncio.current_task()
        async with serving(LiveOrigins(), sources.source):
            await until(10)
        assert len(sources.tasks) == 1
        assert here not in sources.tasks

    run_in_virtual_time(main())


@final
class Iterator(AsyncIterator[list[str]]):
    """Gives sets by hand, and is closed as one that is no generator."""

    def __init__(self, sets: Iterable[list[str]]) -> None:
        self._sets = iter(sets)
        self.closed = 0

    def __call__(self) -> Self:
        return self

    @override
    async def __anext__(self) -> list[str]:
        for given in self._sets:
            return given
        await asyncio.sleep(FOREVER)
        raise StopAsyncIteration

    async def aclose(self) -> None:
        self.closed += 1


def test_any_iterator_that_can_be_closed_is_closed() -> None:
    iterator = Iterator([[A]])

    async def main() -> None:
        async with serving(LiveOrigins(), iterator):
            assert iterator.closed == 0

    run_in_virtual_time(main())
    assert iterator.closed == 1


@final
class Unclosable(AsyncIterator[list[str]]):
    """An iterator that cannot be closed: it gives one set, then waits, then ends."""

    def __init__(self, wait: float) -> None:
        self._wait = wait
        self._given = False

    @override
    async def __anext__(self) -> list[str]:
        if self._given:
            await asyncio.sleep(self._wait)
            raise StopAsyncIteration
        self._given = True
        return [A]


@pytest.mark.parametrize("wait", [10, FOREVER], ids=["it ends", "it is ended"])
def test_an_iterator_need_not_be_closable(wait: float) -> None:
    live = LiveOrigins()

    async def main() -> None:
        async with serving(live, lambda: Unclosable(wait)):
            await until(100)
            assert set(live) == {A}

    run_in_virtual_time(main())


def test_a_source_in_which_a_cancellation_is_lost_is_closed_at_its_next_set() -> None:
    live, closed = LiveOrigins(), list[bool]()

    async def deaf() -> AsyncGenerator[list[str], None]:
        try:
            yield [A]
            while True:
                try:
                    await asyncio.sleep(FOREVER)
                except asyncio.CancelledError:
                    await asyncio.sleep(1)
                    yield [B]
        finally:
            closed.append(True)

    async def main() -> None:
        async with serving(live, deaf):
            pass

    run_in_virtual_time(main())
    assert closed == [True]


STUBBORN: dict[str, tuple[float | None, float, list[float]]] = {
    # `stale_after`, when the application ends, and when the source is cancelled.
    "when the application ends": (None, 60, [60, 70, 80]),
    "when it is silent": (30, 90, [60, 70, 80]),
    "when the application ends while a silent source is closed": (30, 65, [60, 65, 75]),
}


@pytest.mark.parametrize("stale_after, end, times", STUBBORN.values(), ids=STUBBORN)
def test_a_source_that_does_not_end_when_it_is_cancelled_is_cancelled_again(
    stale_after: float | None, end: float, times: list[float]
) -> None:
    cancelled: list[float] = []

    async def stubborn() -> AsyncGenerator[list[str], None]:
        yield [A]
        for _ in range(3):
            try:
                await asyncio.sleep(FOREVER)
            finally:
                cancelled.append(asyncio.get_running_loop().time())
                continue  # noqa: B012 -- what is lost here is the cancellation

    async def main() -> None:
        async with serving(LiveOrigins(), stubborn, stale_after):
            await asyncio.sleep(end)

    run_in_virtual_time(main())
    assert cancelled[:3] == times


def test_a_source_that_waits_for_something_cancelled_is_made_anew(
    caplog: pytest.LogCaptureFixture,
) -> None:
    made: list[float] = []

    async def cancelled() -> AsyncGenerator[list[str], None]:
        made.append(asyncio.get_running_loop().time())
        yield [A]
        raise asyncio.CancelledError

    async def main() -> None:
        async with serving(LiveOrigins(), cancelled):
            await until(3)

    run_in_virtual_time(main())
    assert made == [0, 1, 3]
    (line,) = logged(caplog)
    assert "RuntimeError('the source was cancelled')" in line


def test_a_source_that_cannot_be_closed_is_said_to_be_so_and_nothing_more(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def unclosable() -> AsyncGenerator[list[str], None]:
        try:
            yield [A]
            await asyncio.sleep(FOREVER)
        finally:
            raise DOWN

    async def main() -> None:
        async with serving(LiveOrigins(), unclosable):
            pass

    run_in_virtual_time(main())
    assert logged(caplog) == [
        f"live origins: {name_of(unclosable)} was not closed: {DOWN!r}",
    ]


@pytest.mark.parametrize("moment", [5, 10.25], ids=["while it waits", "in the pause"])
def test_when_the_application_ends_the_source_has_ended(moment: float) -> None:
    sources = Sources([[A], 10, DOWN])

    async def main() -> None:
        async with serving(LiveOrigins(), sources.source):
            await asyncio.sleep(moment)
        assert len(sources.closed) == len(sources.made)
        await until(1000)

    run_in_virtual_time(main())
    assert sources.made == [0]


def test_the_age_is_the_time_since_the_last_good_set() -> None:
    live = LiveOrigins()
    sources = Sources([[A], 10, [B], 10, ["null"]], [FOREVER])

    async def main() -> None:
        async with serving(live, sources.source):
            await until(7)
            assert live.age == timedelta(seconds=7.5)
            await until(12)
            assert live.age == timedelta(seconds=2.5)
            await until(30)
            assert live.age == timedelta(seconds=20.5)
        assert live.age is None

    run_in_virtual_time(main())


def test_the_age_is_unknown_before_the_first_set() -> None:
    live = LiveOrigins([A])
    ages: list[timedelta | None] = []

    async def late() -> AsyncGenerator[list[str], None]:
        ages.append(live.age)
        yield [B]
        await asyncio.sleep(FOREVER)

    async def main() -> None:
        async with serving(live, late):
            pass

    run_in_virtual_time(main())
    assert ages == [None]


def test_when_the_application_has_ended_a_set_does_not_grow_stale() -> None:
    live = LiveOrigins()

    async def main() -> None:
        async with serving(live, Sources([[A], FOREVER]).source, 30):
            pass
        await until(100)
        assert live.allows(A)

    run_in_virtual_time(main())


def test_a_change_by_hand_lasts_until_the_next_set() -> None:
    live = LiveOrigins()

    async def main() -> None:
        async with serving(live, Sources([[A], 10, [A], FOREVER]).source):
            live.add(B)
            assert set(live) == {A, B}
            await until(10)
            assert set(live) == {A}

    run_in_virtual_time(main())


def test_a_second_source_for_one_set_is_conflicting_and_the_first_goes_on() -> None:
    live, second = LiveOrigins(), Sources([[B]])
    first = Sources([[A], 10, [A, B], FOREVER])

    async def main() -> None:
        async with serving(live, first.source):
            with pytest.raises(CorsConfigError) as caught:
                async with serving(live, second.source):
                    pytest.fail("it started")
            assert str(caught.value) == (
                f"snapshots {name_of(first.source)!r} is conflicting: a live set has one source at"
                " a time, and another one feeds it already"
            )
            await until(10)
            assert set(live) == {A, B}

    run_in_virtual_time(main())
    assert second.made == []


def test_a_set_can_be_fed_by_one_application_after_another() -> None:
    live = LiveOrigins()

    async def main() -> None:
        for origin in (A, B):
            async with serving(live, Sources([[origin], FOREVER]).source):
                assert set(live) == {origin}

    run_in_virtual_time(main())


def test_a_copy_of_a_fed_set_is_not_fed() -> None:
    live = LiveOrigins()

    async def main() -> None:
        async with serving(live, Sources([[A], 10, [B], FOREVER]).source):
            twin = copy.copy(live)
            await until(10)
            assert (set(twin), twin.age) == ({A}, None)

    run_in_virtual_time(main())


NAMED: dict[str, tuple[object, str]] = {
    "a function": (_raises, "_raises"),
    "a method": (Sources([]).source, "Sources.source"),
    "a lambda": (lambda: _raises(), "<lambda>"),  # noqa: PLW0108 -- the lambda is what is named
    "a partial": (partial(Sources, [["secret"]]), "Sources"),
    "an object": (Iterator([]), "Iterator"),
    "a class": (Unclosable, "Unclosable"),
}


@pytest.mark.parametrize("source, name", NAMED.values(), ids=NAMED)
def test_a_source_is_named_without_its_arguments(source: object, name: str) -> None:
    assert name_of(source) == f"{__name__}.{name}"


BAD_SOURCES: dict[str, tuple[object, str]] = {
    "a list": ([A], ""),
    "none": (None, ""),
    "a set of origins": (LiveOrigins(), ""),
    "an iterator of a class": (Unclosable(1), ""),
    "a generator that was made already": (_raises(), "_raises"),
}


@pytest.mark.parametrize("given, hint", BAD_SOURCES.values(), ids=BAD_SOURCES)
def test_a_source_is_a_function(given: object, hint: str) -> None:
    with pytest.raises(CorsConfigError) as caught:
        LiveOrigins().fed_by(given)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    (problem,) = caught.value.problems
    assert (problem.field, problem.reason, problem.hint) == ("snapshots", "invalid", hint)


@pytest.mark.parametrize(
    "given",
    [0, -1, float("nan"), float("inf"), True, "60", timedelta(), timedelta(seconds=-1)],
    ids=str,
)
def test_an_age_is_positive_and_ends(given: object) -> None:
    with pytest.raises(CorsConfigError) as caught:
        LiveOrigins().fed_by(_raises, stale_after=given)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    (problem,) = caught.value.problems
    assert (problem.field, problem.reason) == ("stale_after", "invalid")


def test_all_problems_of_the_call_are_reported_at_once() -> None:
    with pytest.raises(CorsConfigError) as caught:
        LiveOrigins().fed_by(None, stale_after=0)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert [problem.field for problem in caught.value.problems] == ["snapshots", "stale_after"]


@pytest.mark.parametrize("age", [0.5, 60, timedelta(minutes=1)], ids=str)
def test_an_age_may_be_a_number_or_a_timedelta(age: float | timedelta) -> None:
    live = LiveOrigins()
    seconds = age.total_seconds() if isinstance(age, timedelta) else age

    async def main() -> None:
        async with serving(live, Sources([[A], FOREVER]).source, age):
            await asyncio.sleep(seconds / 2)
            assert live.allows(A)
            await asyncio.sleep(seconds / 2)
            assert not live.allows(A)

    run_in_virtual_time(main())


def test_the_example_in_the_docstring_is_true() -> None:
    tested = doctest.testmod(live_origins, extraglobs={"asyncio": asyncio})
    assert tested.failed == 0
    assert tested.attempted
