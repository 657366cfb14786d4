"""What is paid once: the time and memory of setting an application up, and the time of the import.

``python -m tests.benchmarks.once CONTENDER RESOURCES time|memory`` sets up one application and says
what it took: seconds of processor time, or bytes.
"""

import asyncio
import gc
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from time import process_time
from typing import Final, final

from aiohttp import web

from tests.benchmarks.contenders import BASELINE, BY_NAME, CLASSIC, OLD, OURS, Contender
from tests.benchmarks.figures import Figure
from tests.benchmarks.measure import environment
from tests.benchmarks.plan import MANY
from tests.benchmarks.shape import Shape

_IMPORTS: Final = 4

_IMPORT: Final = """
import aiohttp.web, sys, time
sys.path[:0] = sys.argv[1:]
start = time.process_time()
import aiohttp_cors
taken = time.process_time() - start
print(taken, *(name for name in sys.modules if name.startswith("aiohttp_cors.")))
"""


@final
@dataclass(frozen=True, slots=True)
class Once:
    """Figures of those that could be measured."""

    set_up: Mapping[Contender, Figure]
    """Microseconds a resource beyond the same application without CORS."""
    memory: Mapping[Contender, Figure]
    """Bytes a further resource beyond the same application without CORS."""
    imported: Mapping[Contender, Figure]
    """Milliseconds that ``import aiohttp_cors`` adds to ``import aiohttp.web``."""
    modules: frozenset[str]
    """What an import of ours loads."""


def run(contenders: Iterable[Contender], *, repeats: int, progress: Callable[[str], None]) -> Once:
    """Measures in fresh processes, contender after contender, `repeats` times."""
    progress(f"setting up {MANY} resources, {repeats} times")
    everybody = (BASELINE, *contenders)
    times = _interleaved(everybody, repeats, lambda each: _set_up(each, MANY, "time") / MANY * 1e6)
    memory = _interleaved(
        everybody,
        1,
        lambda each: (_set_up(each, MANY, "memory") - _set_up(each, 1, "memory")) / (MANY - 1),
    )
    progress(f"importing, {repeats * _IMPORTS} times")
    modules: set[str] = set()

    def imported(each: Contender) -> float:
        folder = () if each.folder is None else (str(each.folder),)
        taken, *loaded = _python("-c", _IMPORT, *folder).split()
        if each in OURS:
            modules.update(loaded)
        return float(taken) * 1e3

    packages = [each for each in contenders if each in {OLD, CLASSIC}]
    for each in packages:
        imported(each)  # for the bytecode, and for the disk
    return Once(
        set_up=_beyond_baseline(times),
        memory=_beyond_baseline(memory),
        imported=_interleaved(packages, repeats * _IMPORTS, imported),
        modules=frozenset(modules),
    )


def _interleaved(
    contenders: Iterable[Contender], repeats: int, measure: Callable[[Contender], float]
) -> dict[Contender, Figure]:
    values: dict[Contender, list[float]] = {each: [] for each in contenders}
    for _ in range(repeats):
        for each, so_far in values.items():
            so_far.append(measure(each))
    return {each: Figure.of(figures) for each, figures in values.items()}


def _beyond_baseline(figures: dict[Contender, Figure]) -> dict[Contender, Figure]:
    without = figures.pop(BASELINE)
    return {each: figure - without for each, figure in figures.items()}


def _set_up(contender: Contender, resources: int, what: str) -> float:
    return float(_python("-m", "tests.benchmarks.once", contender.name, str(resources), what))


def _python(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        timeout=300,
        env=environment(),
    )
    return done.stdout


async def _started(contender: Contender, resources: int) -> web.AppRunner:
    runner = web.AppRunner(contender.build(Shape(resources=resources, methods=("GET",))))
    await runner.setup()
    return runner


async def _time(contender: Contender, resources: int) -> float:
    # A first application, for what a process does once.
    await _started(contender, 1)
    gc.collect()
    start = process_time()
    await _started(contender, resources)
    return process_time() - start


async def _memory(contender: Contender, resources: int) -> int:
    await _started(contender, 1)
    gc.collect()
    tracemalloc.start()
    # Kept until it was measured.
    runner = await _started(contender, resources)
    gc.collect()
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    await runner.cleanup()
    return kept


def main() -> None:
    name, resources, what = sys.argv[1:]
    contender = BY_NAME[name]
    contender.activate()
    measure = _time if what == "time" else _memory
    print(asyncio.run(measure(contender, int(resources))))


if __name__ == "__main__":
    main()
