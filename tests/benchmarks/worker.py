"""One contender in a process of its own.

``python -m tests.benchmarks.worker CONTENDER WORKLOAD...`` serves the one application that the
workloads share, says ``ready``, then reads the name of a workload a line and writes how many
microseconds of processor time a request of it took. A contender whose answers are not what a workload
says is not measured: the process ends with what is wrong.
"""

import asyncio
import logging
import sys

from tests.benchmarks.contenders import BY_NAME, Contender
from tests.benchmarks.plan import CASES, Lane
from tests.benchmarks.wire import Connection


async def check(connection: Connection, lane: Lane) -> None:
    """Raises `ValueError` when an answer is not what the workload says."""
    answers = [await connection.ask(request) for request in lane.workload.requests]
    for complaint in lane.workload.complaints(lane.contender, answers):
        raise ValueError(f"{lane.workload.name}: {complaint}")


async def serve(contender: Contender, names: list[str]) -> None:
    """Until the input ends."""
    lanes = {name: Lane(contender, CASES[name]) for name in names}
    (shape,) = {lane.shape for lane in lanes.values()}
    connection = await Connection.to(contender.build(shape))
    for lane in lanes.values():
        await check(connection, lane)
        await connection.burst(lane.workload.requests, lane.workload.times)
    print("ready", flush=True)
    for line in sys.stdin:
        workload = lanes[line.rstrip("\n")].workload
        seconds = await connection.burst(workload.requests, workload.times)
        print(seconds / workload.times * 1e6, flush=True)
    await connection.close()


def main() -> None:
    contender, *names = sys.argv[1:]
    # The library's DEBUG line per refusal is off in production, and so it is here.
    logging.basicConfig(level=logging.ERROR)
    BY_NAME[contender].activate()
    asyncio.run(serve(BY_NAME[contender], names))


if __name__ == "__main__":
    main()
