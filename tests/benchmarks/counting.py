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
from pathlib import Path
from statistics import mean
from typing import Final, final

from tests.benchmarks import callgrind
from tests.benchmarks.contenders import BASELINE, ROOT, Contender
from tests.benchmarks.plan import Lane
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
    """Instructions a request, the mean over all seeds."""

    by_lane: Mapping[Lane, float]
    unavailable: Mapping[Contender, str]

    def whole(self, contender: Contender, workload: Workload) -> float:
        """What a request costs.

        Raises `Unavailable` for what was not counted; so does `added`.
        """
        try:
            return self.by_lane[Lane(contender, workload)]
        except KeyError:
            why = self.unavailable.get(contender, "not counted")
            raise Unavailable(f"{contender.name}, {workload.name}: {why}") from None

    def added(self, contender: Contender, workload: Workload) -> float:
        """What a request costs more than without CORS."""
        return self.whole(contender, workload) - self.whole(BASELINE, workload)


@final
@dataclass(frozen=True, slots=True)
class _Job:
    contender: Contender
    names: Sequence[str]
    seed: int

    def arguments(self, package: Path | None) -> list[str]:
        folder = "" if package is None else str(package)
        return ["-m", "tests.benchmarks.counted", self.contender.key, folder, *self.names]


def run(lanes: Iterable[Lane], settings: Settings) -> Counts:
    """Counts what can be had; what cannot is in `Counts.unavailable`.

    Raises `callgrind.Missing`.
    """
    served: dict[Contender, list[Lane]] = defaultdict(list)
    for lane in dict.fromkeys(lanes):
        served[lane.contender].append(lane)
    unavailable: dict[Contender, str] = {}
    callgrind.markers()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for contender in served:
            try:
                contender.fetch()
            except (subprocess.SubprocessError, OSError) as error:
                unavailable[contender] = f"could not be installed: {error}"
        names = {
            contender: [lane.workload.name for lane in its]
            for contender, its in served.items()
            if contender not in unavailable
        }
        settings.progress("checking the answers")
        checks = {
            contender: pool.submit(_check, _Job(contender, its, settings.seeds[0]), settings)
            for contender, its in names.items()
        }
        for contender, check in checks.items():
            wrong = check.result()
            if wrong is not None:
                unavailable[contender] = wrong
                del names[contender]
        jobs = [_Job(each, its, seed) for seed in settings.seeds for each, its in names.items()]
        settings.progress(f"counting: {len(jobs)} processes, {sum(map(len, names.values()))} lanes")
        counted = pool.map(lambda job: _run(job, settings), jobs)
        values: dict[tuple[Contender, str], list[float]] = defaultdict(list)
        for job, counts in zip(jobs, counted, strict=True):
            settings.progress(f"   {job.contender.name}, hash seed {job.seed}")
            for name, count in counts.items():
                values[job.contender, name].append(count)
    return Counts(
        {
            lane: mean(values[contender, lane.workload.name]) / lane.workload.counted
            for contender, its in served.items()
            if contender in names
            for lane in its
        },
        unavailable,
    )


def _check(job: _Job, settings: Settings) -> str | None:
    """The same without valgrind, which also compiles all modules; what is wrong, or None."""
    done = subprocess.run(
        [sys.executable, *job.arguments(settings.package)],
        check=False,
        capture_output=True,
        text=True,
        env=callgrind.environment(job.seed),
        cwd=ROOT,
        timeout=300,
    )
    errors = done.stderr.strip().rpartition("\n")[2]
    return None if done.returncode == 0 else errors or "it failed without a word"


def _run(job: _Job, settings: Settings) -> Mapping[str, int]:
    keep = settings.keep
    if keep is not None:
        keep = keep / job.contender.key / f"seed{job.seed}"
    counts = callgrind.count(job.arguments(settings.package), seed=job.seed, keep=keep)
    return {name: events["Ir"] for name, events in counts.items()}
