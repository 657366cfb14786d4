"""Contenders in a process under valgrind: counts what their requests cost.

``python -m tests.benchmarks.counted old|ours FOLDER CONTENDER=CASE...`` forks for each application, and
each of these for each case, so that no case finds anything that another left behind, and all find the
same: where the names of attributes happen to lie decides how often the interpreter's cache of them
misses, which is worth as much as a tenth of what is measured. What is compared is therefore counted in
children of one process. The last child checks each answer, warms up, and counts. Without valgrind
nothing is counted: a first such run compiles all modules and says quickly whether the answers are
right.

What moved the counts is pinned here: the clocks, the garbage collector, the event loop's timers, and
the heap. Hashes and the environment are pinned by `tests.benchmarks.callgrind`.
"""

import asyncio
import gc
import importlib
import logging
import os
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import groupby, repeat
from typing import Final

from tests.benchmarks.callgrind import Markers
from tests.benchmarks.contenders import BASELINE, BY_KEY, OLD
from tests.benchmarks.plan import CASES, NO_ORIGIN, Lane
from tests.benchmarks.shape import Shape, bare
from tests.benchmarks.wire import Connection
from tests.benchmarks.worker import check

# A place in the bytecode settles after some dozens of executions.
_WARM: Final = 3
_NOW: Final = 1_700_000_000.0
# Objects of up to 512 bytes come from pools of 16 KiB.
_POOL: Final = 16 * 1024
_SMALL: Final = range(16, 513, 16)
_room: Final[list[list[bytes]]] = []


def _pin_clocks(loop: asyncio.AbstractEventLoop) -> None:
    # `Date` is written once a second, and timers of one moment take the same steps in their heap.
    wall: Callable[[], float] = repeat(_NOW).__next__
    steady: Callable[[], float] = repeat(1000.0).__next__
    time.time = wall
    loop.time = steady  # type: ignore[method-assign]


def _make_room() -> None:
    """Leaves pools of each size half empty, so that no counted request asks for a new one."""
    header = sys.getsizeof(b"")
    for size in _SMALL:
        kept = [bytes(max(size - header, 2)) for _ in range(2 * _POOL // size)]
        _room.append(kept[::2])


async def _count(connection: Connection, lane: Lane, markers: Markers) -> None:
    await check(connection, lane)
    requests, times, fresh = lane.workload.requests, lane.workload.counted, lane.workload.fresh
    await connection.feed(requests, max(_WARM * times, len(requests)))
    gc.collect()
    gc.disable()
    _make_room()
    await connection.feed(requests, len(requests))
    markers.count_from_here()
    await connection.feed(requests[-1:], 2)
    markers.forget()
    await connection.feed(fresh or requests, times)
    markers.write_down(lane.name)


def _fork(name: str, act: Callable[[], None]) -> None:
    """Does something in a child; of one that fails it prints the name."""
    child = os.fork()
    if child == 0:
        try:
            act()
        except BaseException as error:  # noqa: BLE001 -- the parent's stack is none of the child's
            print(f"{name}: {error!r}", file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if status:
        print(f"failed: {name}", flush=True)


def _serve(lanes: Sequence[Lane], markers: Markers, loop: asyncio.AbstractEventLoop) -> None:
    """Builds the one application of the lanes, and counts each lane in a child."""
    contender, shape = lanes[0].contender, lanes[0].shape
    contender.activate()
    connection = loop.run_until_complete(Connection.to(contender.build(shape)))

    def count(lane: Lane) -> None:
        loop.run_until_complete(_count(connection, lane, markers))

    for lane in lanes:
        _fork(lane.name, partial(count, lane))


def main() -> None:
    """Prints the lanes that failed."""
    which, folder, *names = sys.argv[1:]
    # The library's DEBUG line per refusal is off in production, and so it is here.
    logging.basicConfig(level=logging.ERROR)
    if which == OLD.key:
        OLD.activate()
    elif folder:
        sys.path.insert(0, folder)
    importlib.import_module("aiohttp_cors")
    markers = Markers()
    loop = asyncio.new_event_loop()
    _pin_clocks(loop)
    # Once here, so that valgrind need not translate everything again in every child.
    warm = Lane(BASELINE, NO_ORIGIN)
    loop.run_until_complete(check(loop.run_until_complete(Connection.to(bare(Shape()).app)), warm))
    lanes = [
        Lane(BY_KEY[key], CASES[case]) for key, _, case in (name.partition("=") for name in names)
    ]
    for application, served in groupby(lanes, key=lambda lane: lane.application):
        _fork(application, partial(_serve, list(served), markers, loop))


if __name__ == "__main__":
    main()
