"""Runs the counted processes, two at a time, and keeps what they counted.

Owns: who is counted with what, how often, and the means.
Leaves to: `tests.benchmarks.callgrind` one process; to `tests.benchmarks.limits` what the means are
compared with.
"""

import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path
from statistics import mean
from typing import Final, final

from tests.benchmarks import callgrind
from tests.benchmarks.contenders import BASELINE, OLD, ROOT, Contender
from tests.benchmarks.plan import Lane
from tests.benchmarks.shape import Shape
from tests.benchmarks.workloads import Workload

SEEDS: Final = (1, 2, 3)


class Unavailable(Exception):
    """A contender that cannot be counted, and why."""


@final
@dataclass(frozen=True, slots=True)
class Settings:
    """How to count."""

    seeds: Sequence[int] = SEEDS
    package: Path | None = None
    """The checkout that our own contenders are taken from; None for this one."""
    keep: Path | None = None
    """Where callgrind's files stay."""
    progress: Callable[[str], None] = field(default=lambda _: None)


@final
@dataclass(frozen=True, slots=True)
class Counts:
    """Instructions a request, the means over all seeds."""

    wholes: Mapping[Lane, float]
    additions: Mapping[Lane, float]
    """Beyond the same request without CORS in the same process."""
    unavailable: Mapping[Lane, str]

    def whole(self, contender: Contender, workload: Workload) -> float:
        """What a request costs.

        Raises `Unavailable` for what was not counted; so does `added`.
        """
        return self._of(self.wholes, Lane(contender, workload))

    def added(self, contender: Contender, workload: Workload) -> float:
        """What a request costs more than without CORS."""
        return self._of(self.additions, Lane(contender, workload))

    def cost(self, contender: Contender, workload: Workload) -> float:
        """What is compared: the whole of a preflight, of all others what is added."""
        if workload.preflight:
            return self.whole(contender, workload)
        return self.added(contender, workload)

    def _of(self, values: Mapping[Lane, float], lane: Lane) -> float:
        try:
            return values[lane]
        except KeyError:
            raise Unavailable(self.unavailable.get(lane, f"{lane.name} was not counted")) from None


@final
@dataclass(frozen=True, slots=True)
class _Job:
    """One process: lanes of contenders that can be imported beside each other, one hash seed."""

    which: str
    lanes: Sequence[Lane]
    seed: int

    def arguments(self, package: Path | None) -> list[str]:
        folder = "" if package is None else str(package)
        names = [lane.name for lane in self.lanes]
        return ["-m", "tests.benchmarks.counted", self.which, folder, *names]


@final
@dataclass(frozen=True, slots=True)
class Batch:
    """Lanes that are counted in one process a package, each with every hash seed."""

    lanes: Iterable[Lane]
    seeds: Sequence[int]


def run(batches: Iterable[Batch], settings: Settings, pool: Executor) -> Counts:
    """Counts what can be had; what cannot is in `Counts.unavailable`.

    A lane of several batches is counted with the first. Raises `callgrind.Missing`.
    """
    callgrind.markers()
    unavailable: dict[Lane, str] = {}
    jobs: list[_Job] = []
    asked: set[Lane] = set()
    for batch in batches:
        groups: dict[str, list[Lane]] = defaultdict(list)
        for lane in dict.fromkeys(batch.lanes):
            why = _fetch(lane.contender)
            if why is not None:
                unavailable[lane] = why
            elif lane not in asked:
                asked.add(lane)
                groups[_package(lane.contender)].append(lane)
        for which, its in groups.items():
            beside = _beside_baseline(its)
            jobs += [_Job(which, beside, seed) for seed in batch.seeds]
    settings.progress("checking the answers")
    first = {tuple(job.lanes): job for job in reversed(jobs)}.values()
    for wrong in pool.map(partial(_check, settings), first):
        unavailable |= wrong
    jobs = [
        replace(job, lanes=[each for each in job.lanes if each not in unavailable]) for job in jobs
    ]
    settings.progress(
        f"counting: {len(jobs)} processes, {sum(len(job.lanes) for job in jobs)} counts"
    )
    wholes: dict[Lane, list[float]] = defaultdict(list)
    additions: dict[Lane, list[float]] = defaultdict(list)
    for job, counts in zip(jobs, pool.map(partial(_run, settings), jobs), strict=True):
        settings.progress(f"   {job.which}, {len(job.lanes)} lanes, hash seed {job.seed}")
        for lane, count in counts.items():
            wholes[lane].append(count)
            without = counts.get(Lane(BASELINE, lane.workload))
            if without is not None:
                additions[lane].append(count - without)
    return Counts(
        {lane: mean(values) for lane, values in wholes.items()},
        {lane: mean(values) for lane, values in additions.items()},
        unavailable,
    )


@cache
def _fetch(contender: Contender) -> str | None:
    """Why it cannot be had; None if it can."""
    try:
        contender.fetch()
    except (subprocess.SubprocessError, OSError) as error:
        return f"{contender.name} could not be installed: {error}"
    return None


def _package(contender: Contender) -> str:
    """Which of the two packages of one name a process has to import for it."""
    return OLD.key if contender is OLD else "ours"


def _beside_baseline(lanes: Iterable[Lane]) -> list[Lane]:
    """With the same requests without CORS, where they are compared with that; applications together."""
    beside: dict[tuple[Contender, Shape], dict[Lane, None]] = defaultdict(dict)
    for lane in lanes:
        without = Lane(BASELINE, lane.workload)
        for each in (lane,) if lane.workload.preflight else (without, lane):
            beside[each.contender, each.shape][each] = None
    return [lane for its in beside.values() for lane in its]


def _check(settings: Settings, job: _Job) -> Mapping[Lane, str]:
    """The same without valgrind, which also compiles all modules; what is wrong."""
    done = subprocess.run(
        [sys.executable, *job.arguments(settings.package)],
        check=False,
        capture_output=True,
        text=True,
        env=callgrind.environment(job.seed),
        cwd=ROOT,
        timeout=300,
    )
    if done.returncode:
        raise callgrind.Failed(done.stderr)
    lines = (line.partition(": ") for line in done.stderr.splitlines())
    complaints = {name: complaint for name, _, complaint in lines}
    failed = {line.removeprefix("failed: ") for line in done.stdout.splitlines()}
    wrong: dict[Lane, str] = {}
    for lane in job.lanes:
        for name in {lane.name, lane.application} & failed:
            wrong[lane] = f"{lane.name}: {complaints.get(name, 'failed without a word')}"
    return wrong


def _run(settings: Settings, job: _Job) -> Mapping[Lane, float]:
    keep = None if settings.keep is None else settings.keep / job.which / f"seed{job.seed}"
    counts = callgrind.count(
        job.arguments(settings.package), seed=job.seed, options=callgrind.LEFT_OUT, keep=keep
    )
    return {
        lane: counts[lane.name]["Ir"] / lane.workload.counted
        for lane in job.lanes
        if lane.name in counts
    }
