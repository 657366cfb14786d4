"""Runs the counted processes, two at a time, and keeps what they counted.

Owns: who is counted with what, how often, and the means.
Leaves to: `tests.benchmarks.callgrind` one process; to `tests.benchmarks.limits` what the means are
compared with.
"""

import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from statistics import mean
from typing import Final, final

from tests.benchmarks import callgrind
from tests.benchmarks.contenders import BASELINE, OLD, ROOT, Contender
from tests.benchmarks.plan import Lane
from tests.benchmarks.shape import Shape
from tests.benchmarks.workloads import Workload

SEEDS: Final = (1, 2, 3)
_AT_ONCE: Final = 2


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


def run(lanes: Iterable[Lane], settings: Settings) -> Counts:
    """Counts what can be had; what cannot is in `Counts.unavailable`.

    Raises `callgrind.Missing`.
    """
    callgrind.markers()
    unavailable: dict[Lane, str] = {}
    groups: dict[str, list[Lane]] = defaultdict(list)
    for lane in dict.fromkeys(lanes):
        why = _fetch(lane.contender)
        if why is None:
            groups[_package(lane.contender)].append(lane)
        else:
            unavailable[lane] = why
    groups = {which: _beside_baseline(its) for which, its in groups.items()}
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        settings.progress("checking the answers")
        first = [_Job(which, its, settings.seeds[0]) for which, its in groups.items()]
        for wrong in pool.map(lambda job: _check(job, settings), first):
            unavailable |= wrong
        groups = {
            which: [lane for lane in its if lane not in unavailable]
            for which, its in groups.items()
        }
        jobs = [_Job(which, its, seed) for seed in settings.seeds for which, its in groups.items()]
        settings.progress(
            f"counting: {len(jobs)} processes, {sum(map(len, groups.values()))} lanes"
        )
        wholes: dict[Lane, list[float]] = defaultdict(list)
        additions: dict[Lane, list[float]] = defaultdict(list)
        for job, counts in zip(jobs, pool.map(lambda job: _run(job, settings), jobs), strict=True):
            settings.progress(f"   {job.which}, hash seed {job.seed}")
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


def _check(job: _Job, settings: Settings) -> Mapping[Lane, str]:
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
    complaints = dict(line.partition(": ")[::2] for line in done.stderr.splitlines())
    failed = {line.removeprefix("failed: ") for line in done.stdout.splitlines()}
    wrong: dict[Lane, str] = {}
    for lane in job.lanes:
        for name in {lane.name, lane.application} & failed:
            wrong[lane] = f"{lane.name}: {complaints.get(name, 'failed without a word')}"
    return wrong


def _run(job: _Job, settings: Settings) -> Mapping[Lane, float]:
    keep = None if settings.keep is None else settings.keep / job.which / f"seed{job.seed}"
    counts = callgrind.count(job.arguments(settings.package), seed=job.seed, keep=keep)
    return {lane: counts[lane.name]["Ir"] / lane.workload.counted for lane in job.lanes}
