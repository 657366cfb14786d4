"""Runs the lanes: every contender in its own process, in interleaved rounds.

A round is one burst of every lane, A B C A B C, so that a machine that slows down slows all of them.
A generation is a set of fresh processes: where a process happens to lie in memory is worth half a
microsecond a request, for as long as it lives, and only other processes average it out.

pyperf was considered: it runs a benchmark's processes one after another, and what is compared here
are differences of 1 to 3 % between contenders.
"""

import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Final, final

from tests.benchmarks.contenders import BASELINE, CACHE, Contender
from tests.benchmarks.figures import Figure
from tests.benchmarks.plan import Lane
from tests.benchmarks.shape import Shape
from tests.benchmarks.workloads import Workload


class Unavailable(Exception):
    """A contender that cannot be measured, and why."""


@final
@dataclass(frozen=True, slots=True)
class Results:
    """Microseconds a request: a list of rounds for each generation of each lane."""

    rounds: Mapping[Lane, list[list[float]]]
    unavailable: Mapping[Contender, str]

    def whole(self, contender: Contender, workload: Workload) -> Figure:
        """What a request costs.

        Raises `Unavailable` for a contender that was not measured; so do the others.
        """
        return Figure.of([median(rounds) for rounds in self._of(contender, workload)])

    def added(self, contender: Contender, workload: Workload) -> Figure:
        """What a request costs more than without CORS, compared round by round."""
        pairs = zip(self._of(contender, workload), self._of(BASELINE, workload), strict=True)
        return Figure.of(
            [
                median(mine - its for mine, its in zip(rounds, without, strict=True))
                for rounds, without in pairs
            ]
        )

    def _of(self, contender: Contender, workload: Workload) -> list[list[float]]:
        if contender in self.unavailable:
            raise Unavailable(contender.name)
        return self.rounds[Lane(contender, workload)]


def environment() -> dict[str, str]:
    """That of this process, with bytecode as an installed package has it, whatever forbids it here."""
    inherited = {name: os.environ[name] for name in os.environ.keys() - {"PYTHONDONTWRITEBYTECODE"}}
    return inherited | {"PYTHONPYCACHEPREFIX": str(CACHE / "bytecode")}


@final
class _Process:
    """A worker that serves one application of one contender."""

    def __init__(self, contender: Contender, workloads: Iterable[Workload]) -> None:
        names = [workload.name for workload in workloads]
        self._process: Final = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.worker", contender.name, *names],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(),
        )

    def wait_until_ready(self) -> None:
        """Raises `Unavailable` when it ends instead."""
        assert self._process.stdout is not None
        if self._process.stdout.readline() != "ready\n":
            _, errors = self._process.communicate()
            raise Unavailable(errors.strip().rpartition("\n")[2])

    def burst(self, workload: Workload) -> float:
        """Microseconds a request."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{workload.name}\n")
        self._process.stdin.flush()
        return float(self._process.stdout.readline())

    def stop(self) -> None:
        self._process.kill()
        self._process.communicate()


@final
@dataclass(slots=True)
class _Measurement:
    rounds: dict[Lane, list[list[float]]] = field(default_factory=dict[Lane, list[list[float]]])
    unavailable: dict[Contender, str] = field(default_factory=dict[Contender, str])

    def generation(self, lanes: Iterable[Lane], count: int) -> None:
        by_process: dict[tuple[Contender, Shape], list[Lane]] = defaultdict(list)
        for lane in lanes:
            if lane.contender not in self.unavailable:
                by_process[lane.contender, lane.shape].append(lane)
        processes = {
            key: _Process(key[0], [lane.workload for lane in served])
            for key, served in by_process.items()
        }
        try:
            for (contender, _), process in processes.items():
                try:
                    process.wait_until_ready()
                except Unavailable as unavailable:
                    self.unavailable[contender] = str(unavailable)
            ready = [lane for lane in lanes if lane.contender not in self.unavailable]
            for lane in ready:
                self.rounds.setdefault(lane, []).append([])
            for turn in range(count):
                # There and back, so that to come after somebody is nobody's lot.
                for lane in ready if turn % 2 else reversed(ready):
                    process = processes[lane.contender, lane.shape]
                    self.rounds[lane][-1].append(process.burst(lane.workload))
        finally:
            for process in processes.values():
                process.stop()


def run(
    lanes: Iterable[Lane], *, generations: int, rounds: int, progress: Callable[[str], None]
) -> Results:
    """Measures what can be had; what cannot is in `Results.unavailable`."""
    all_lanes = tuple(lanes)
    measurement = _Measurement()
    for contender in dict.fromkeys(lane.contender for lane in all_lanes):
        try:
            contender.fetch()
        except (subprocess.SubprocessError, OSError) as error:
            measurement.unavailable[contender] = f"could not be installed: {error}"
    for generation in range(generations):
        progress(f"generation {generation + 1} of {generations}: {len(all_lanes)} lanes")
        measurement.generation(all_lanes, rounds)
    return Results(measurement.rounds, measurement.unavailable)
