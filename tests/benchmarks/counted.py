"""A contender in a process of its own, under valgrind: counts what its requests cost.

``python -m tests.benchmarks.counted CONTENDER FOLDER CASE...`` forks for each case, so that none finds
anything that another left behind. A child builds the application, checks each answer, warms up, and
counts. Without valgrind nothing is counted: a first such run compiles all modules and says quickly
whether the answers are right.

What moved the counts is pinned here: the clocks, the garbage collector, the event loop's timers, and
the heap. Hashes and the environment are pinned by `tests.benchmarks.callgrind`.
"""

import asyncio
import gc
import logging
import os
import sys
import time
from collections.abc import Callable
from itertools import repeat
from pathlib import Path
from typing import Final

from tests.benchmarks.callgrind import Markers
from tests.benchmarks.contenders import BY_KEY, Contender
from tests.benchmarks.plan import CASES, Lane
from tests.benchmarks.wire import Connection
from tests.benchmarks.worker import check

_WARM: Final = 150
_NOW: Final = 1_700_000_000.0
# Objects of up to 512 bytes come from pools of 16 KiB (4 KiB before Python 3.10).
_POOL: Final = 16 * 1024
_SMALL: Final = range(16, 513, 16)


def _pin_clocks(loop: asyncio.AbstractEventLoop) -> None:
    # `Date` is written once a second, and timers of one moment take the same steps in their heap.
    wall: Callable[[], float] = repeat(_NOW).__next__
    steady: Callable[[], float] = repeat(1000.0).__next__
    time.time = wall
    loop.time = steady  # type: ignore[method-assign]  # pyright: ignore[reportAttributeAccessIssue]


def _make_room() -> None:
    """Leaves pools of each size half empty, so that no counted request asks for a new one."""
    for size in _SMALL:
        header = sys.getsizeof(b"")
        kept = [bytes(max(size - header, 1)) for _ in range(4 * _POOL // size)]
        _room.append(kept[::2])


_room: Final[list[list[bytes]]] = []


async def _count(lane: Lane, markers: Markers) -> None:
    connection = await Connection.to(lane.contender.build(lane.shape))
    await check(connection, lane)
    workload = lane.workload
    await connection.feed(workload.requests, max(_WARM, len(workload.requests)))
    gc.collect()
    gc.disable()
    _make_room()
    await connection.feed(workload.requests, len(workload.requests))
    markers.count_from_here()
    await connection.feed(workload.requests[-1:], 2)
    markers.forget()
    await connection.feed(workload.requests, workload.counted)
    markers.write_down(workload.name)


def _fork(lane: Lane, markers: Markers, loop: asyncio.AbstractEventLoop) -> None:
    child = os.fork()
    if child == 0:
        try:
            loop.run_until_complete(_count(lane, markers))
        except BaseException as error:
            print(f"{lane.workload.name}: {error!r}", file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if status:
        sys.exit(1)


def main() -> None:
    key, folder, *names = sys.argv[1:]
    contender: Contender = BY_KEY[key]
    # The library's DEBUG line per refusal is off in production, and so it is here.
    logging.basicConfig(level=logging.ERROR)
    contender.activate(Path(folder) if folder else None)
    markers = Markers()
    loop = asyncio.new_event_loop()
    _pin_clocks(loop)
    for name in names:
        _fork(Lane(contender, CASES[name]), markers, loop)


if __name__ == "__main__":
    main()
