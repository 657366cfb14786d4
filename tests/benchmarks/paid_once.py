"""Runs `tests.benchmarks.once`, two processes at a time, and keeps the figures.

Figures of time are the lowest of several; what else runs on a machine only makes them higher.
"""

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from math import nan
from typing import Final, final

from tests.benchmarks import callgrind
from tests.benchmarks.contenders import BASELINE, EVERYWHERE, FLUENT, OURS, ROOT, Contender
from tests.benchmarks.counting import Settings
from tests.benchmarks.once import COUNTED

_RESOURCES: Final = 10_000
_USED: Final = 1000
_VIEWS: Final = (500, 4000)
_ORIGINS: Final = 10_000
_REPEATS: Final = 3
_PATIENCE: Final = 60
# A library that is imported loads none of them.
_TOOLS: Final = ("testing", "mypy_plugin", "_tools")


@final
@dataclass(frozen=True, slots=True)
class Once:
    """Figures; not a number for what could not be told."""

    set_up: Mapping[Contender, float]
    """Microseconds a resource beyond the same application without CORS."""
    memory: Mapping[Contender, float]
    """Bytes a resource beyond the same application without CORS."""
    overlapping: Mapping[Contender, float]
    """How much longer each of many overlapping views takes than each of few, at the start."""
    overlapping_peak: Mapping[Contender, float]
    """How much more memory each of many takes than each of few, at the start."""
    on: float
    """Milliseconds."""
    operations: Mapping[str, float]
    """Instructions by name and size."""
    longer: Mapping[Contender, float]
    """Bytes by which an answer to a hostile request exceeds an ordinary one."""
    imported: float
    """Instructions."""
    tools: frozenset[str]
    """Those that an import of ours loads."""


@final
class Run:
    """The processes under way."""

    def __init__(self, pool: Executor, settings: Settings) -> None:
        self._settings = settings
        self._figures: dict[tuple[str, Contender, int], list[Future[float]]] = {}
        self._pool = pool
        for contender in (BASELINE, *OURS, EVERYWHERE):
            self._submit("set-up", contender, _RESOURCES, _REPEATS)
            self._submit("memory", contender, _USED)
        for contender in OURS:
            self._submit("longer", contender, 0)
            for number in _VIEWS:
                self._submit("overlapping", contender, number, _REPEATS)
                self._submit("overlapping-peak", contender, number)
        self._submit("on", FLUENT, _ORIGINS, _REPEATS)
        self._counts = {name: pool.submit(self._count, name) for name in COUNTED}
        self._modules = pool.submit(self._loaded)

    def result(self) -> Once:
        """Waits."""
        beyond = [*OURS, EVERYWHERE]
        return Once(
            set_up=self._beyond("set-up", beyond, _RESOURCES, 1e6 / _RESOURCES),
            memory=self._beyond("memory", beyond, _USED, 1 / (_USED - 1)),
            overlapping=self._each_of_many("overlapping"),
            overlapping_peak=self._each_of_many("overlapping-peak"),
            on=self._least("on", FLUENT, _ORIGINS) * 1e3,
            operations=self._counts["operations"].result(),
            longer={each: self._least("longer", each, 0) for each in OURS},
            imported=self._counts["import"].result()["import"],
            tools=self._modules.result(),
        )

    def _submit(self, what: str, contender: Contender, number: int, times: int = 1) -> None:
        self._figures[what, contender, number] = [
            self._pool.submit(self._figure, what, contender, number) for _ in range(times)
        ]

    def _beyond(
        self, what: str, contenders: Iterable[Contender], number: int, factor: float
    ) -> dict[Contender, float]:
        without = self._least(what, BASELINE, number)
        return {each: (self._least(what, each, number) - without) * factor for each in contenders}

    def _each_of_many(self, what: str) -> dict[Contender, float]:
        few, many = _VIEWS
        return {
            each: (self._least(what, each, many) / many) / (self._least(what, each, few) / few)
            for each in OURS
        }

    def _least(self, what: str, contender: Contender, number: int) -> float:
        return min(each.result() for each in self._figures[what, contender, number])

    @property
    def _folder(self) -> str:
        return "" if self._settings.package is None else str(self._settings.package)

    def _figure(self, what: str, contender: Contender, number: int) -> float:
        try:
            return float(self._python(what, contender.key, str(number)))
        except (subprocess.SubprocessError, ValueError) as error:
            self._settings.progress(f"   {what} of {contender.name}: {error}")
            return nan

    def _python(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.once", self._folder, *arguments],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            timeout=_PATIENCE,
            cwd=ROOT,
            env=callgrind.environment(1) | {"PATH": os.environ.get("PATH", os.defpath)},
        )
        return done.stdout

    def _count(self, what: str) -> Mapping[str, float]:
        _, times = COUNTED[what]
        self._python(what)  # compiles all modules
        arguments = ["-m", "tests.benchmarks.once", self._folder, what]
        counts = callgrind.count(arguments, seed=self._settings.seeds[0])
        return {name: events["Ir"] / times for name, events in counts.items()}

    def _loaded(self) -> frozenset[str]:
        loaded = self._python("import").split()
        return frozenset(name for name in _TOOLS if f"aiohttp_cors.{name}" in loaded)
