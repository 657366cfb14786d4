"""One server after the other: load with every answer checked, then throughput beside others.

Owns: the order and the length of the parts, and what a server's outcome consists of.
Leaves to: `tests.soak.report` whether it is good.
"""

import asyncio
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

from tests.benchmarks.contenders import BASELINE, FLUENT, OLD, Contender
from tests.soak import client, wrk
from tests.soak.compared import REQUESTS
from tests.soak.servers import Server, started

COMPARED: Final = (BASELINE, FLUENT, OLD)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Lengths:
    """How long each part takes, in seconds."""

    warm: int
    """Until the memory *before* is read."""
    load: int
    burst: int
    """Of throughput, each contender in each round."""
    rounds: int
    least_changes: int
    """How often live origins have to be changed in a worker for the run to say something."""


WHOLE: Final = Lengths(warm=5, load=60, burst=3, rounds=5, least_changes=500)
QUICK: Final = Lengths(warm=1, load=3, burst=1, rounds=1, least_changes=50)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Soaked:
    """What came of a server under load."""

    load: wrk.Load
    tally: client.Tally
    before: float
    """Mebibytes after the warm-up."""
    after: float
    trouble: tuple[str, ...]
    """Errors in its log."""


@final
@dataclass(frozen=True, slots=True)
class Burst:
    """What a contender did in a round of the comparison."""

    per_second: float
    microseconds: float
    """Of processor time, for each request."""


@final
@dataclass(frozen=True, slots=True)
class Throughput:
    """The rounds of each contender, by its name, and why one was not measured."""

    rounds: Mapping[str, Sequence[Burst]]
    dropped: int
    missing: str = ""


async def soak(server: Server, lengths: Lengths, home: Path) -> Soaked:
    """Check a server under load."""
    async with started(server, "tests.soak.application", home) as running:
        warm = await _together(running.port, lengths.warm, home, client.Tally(), seed=1)
        before = running.mebibytes
        tally = client.Tally()
        load = await _together(running.port, lengths.load, home, tally, seed=2)
        return Soaked(
            load=load,
            tally=tally,
            before=before,
            after=running.mebibytes,
            trouble=(*warm.complaints, *running.trouble),
        )


async def _together(
    port: int, seconds: int, home: Path, tally: client.Tally, *, seed: int
) -> wrk.Load:
    load, _ = await asyncio.gather(
        wrk.check(port, seconds, home), client.check(port, seconds, tally, seed=seed)
    )
    return load


async def throughput(server: Server, lengths: Lengths, home: Path) -> Throughput:
    """Measure the contenders in turn, so that a machine that slows down slows all of them."""
    contenders, missing = _at_hand()
    rounds: dict[str, list[Burst]] = {contender.name: [] for contender in contenders}
    dropped = 0
    async with AsyncExitStack() as stack:
        starting = [
            started(server, "tests.soak.compared", home, contender=contender.key)
            for contender in contenders
        ]
        running = await asyncio.gather(*map(stack.enter_async_context, starting))
        for _ in range(lengths.rounds):
            for contender, one in zip(contenders, running, strict=True):
                before = one.processor_seconds
                load = await wrk.measure(one.port, lengths.burst, REQUESTS, home)
                worked = one.processor_seconds - before
                rounds[contender.name].append(Burst(load.per_second, worked / load.requests * 1e6))
                dropped += load.dropped
    return Throughput(rounds, dropped, missing)


def _at_hand() -> tuple[list[Contender], str]:
    missing: list[str] = []
    found: list[Contender] = []
    for contender in COMPARED:
        try:
            contender.fetch()
        except subprocess.SubprocessError as error:
            missing.append(f"{contender.name} was not measured: {error}")
        else:
            found.append(contender)
    return found, "; ".join(missing)
