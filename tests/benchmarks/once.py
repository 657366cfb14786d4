"""What is paid once, or by the program and not by a request, in a process of its own.

``python -m tests.benchmarks.once FOLDER WHAT CONTENDER NUMBER`` prints one figure: seconds of processor
time, or bytes. ``python -m tests.benchmarks.once FOLDER operations|import`` counts under valgrind.
"""

import asyncio
import gc
import importlib
import logging
import sys
import tracemalloc
import warnings
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from time import process_time
from typing import TYPE_CHECKING, Final

from aiohttp import hdrs, web

from tests.benchmarks import plan
from tests.benchmarks.callgrind import Markers
from tests.benchmarks.contenders import BY_KEY, Contender
from tests.benchmarks.shape import Shape, exact
from tests.benchmarks.wire import Connection
from tests.benchmarks.workloads import Workload, allowed_get, preflight

if TYPE_CHECKING:
    from aiohttp_cors import CredentialedRule

SIZES: Final = (100, 10_000)
"""Of what operations are counted with."""
OPERATIONS: Final = (
    "LiveOrigins.add",
    "LiveOrigins.discard",
    "in LiveOrigins",
    "a step of a chain",
)
_TIMES: Final = 50


def _shape(resources: int) -> Shape:
    return Shape(resources=resources, methods=("GET", "PUT"))


def _set_up(contender: Contender, resources: int) -> float:
    """Seconds to make an application of so many resources and to start it."""

    def started(count: int) -> None:
        runner = web.AppRunner(contender.build(_shape(count)), access_log=None)
        loop.run_until_complete(runner.setup())

    loop = asyncio.new_event_loop()
    started(1)  # for what a process does once
    return _seconds(lambda: started(resources))


def _memory(contender: Contender, resources: int) -> float:
    """Bytes that are kept when each resource has answered a GET and a preflight."""

    async def used(count: int) -> Connection:
        connection = await Connection.to(contender.build(_shape(count)))
        for number in range(count):
            where = Shape(resources=1)
            for workload in (allowed_get("", where), preflight("", where)):
                old, new = (f" {where.path(each)} ".encode() for each in (0, number))
                await connection.ask(workload.requests[0].replace(old, new))
        return connection

    loop = asyncio.new_event_loop()
    connections = [loop.run_until_complete(used(1))]  # for what a process does once
    traced: list[int] = []
    tracemalloc.start()
    for count in (1, resources):
        connections.append(loop.run_until_complete(used(count)))
        gc.collect()
        traced.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    for connection in connections:
        loop.run_until_complete(connection.close())
    # Of the first application, all was counted twice.
    return float(traced[1] - 2 * traced[0])


def _on(_: Contender, origins: int) -> float:
    """Seconds that ``.on()`` takes with a rule of so many origins."""
    app = web.Application()
    rule = _rule(app, origins)
    resource = app.router.add_resource("/")
    return _seconds(lambda: rule.on(resource))


class _View(web.View):
    async def get(self) -> web.StreamResponse:
        return web.Response()

    async def put(self) -> web.StreamResponse:
        return web.Response()


def _overlapping_views(contender: Contender, views: int) -> web.Application:
    app = contender.build(Shape())
    for number in range(views):
        app.router.add_view(f"/{{tenant}}/{number:05}", _View)
    return app


def _overlapping(contender: Contender, views: int) -> float:
    """Seconds to start with so many views below ``/{tenant}/`` that nothing is bound to."""
    app = _overlapping_views(contender, views)
    runner = web.AppRunner(app, access_log=None)
    loop = asyncio.new_event_loop()
    return _seconds(lambda: loop.run_until_complete(runner.setup()))


def _overlapping_peak(contender: Contender, views: int) -> float:
    """Bytes that such a start needs at most, for a while."""
    app = _overlapping_views(contender, views)
    runner = web.AppRunner(app, access_log=None)
    loop = asyncio.new_event_loop()
    tracemalloc.start()
    loop.run_until_complete(runner.setup())
    return float(tracemalloc.get_traced_memory()[1])


def _longer(contender: Contender, _: int) -> float:
    """Bytes by which an answer to a hostile request exceeds an ordinary one; names asked for aside."""

    async def sizes(workloads: Iterable[Workload]) -> list[int]:
        found: list[int] = []
        for workload in workloads:
            connection = await Connection.to(contender.build(workload.shape))
            answer = await connection.ask(workload.requests[0])
            named = answer.headers.get(hdrs.ACCESS_CONTROL_ALLOW_HEADERS, "")
            found.append(answer.size - (len(named) if workload.allowed else 0))
            await connection.close()
        return found

    loop = asyncio.new_event_loop()
    hostile = (*plan.HOSTILE, *plan.HOSTILE_ANY, plan.LONG_ORIGIN, plan.LONG_ORIGIN_PREFLIGHT)
    largest = max(loop.run_until_complete(sizes(hostile)))
    return largest - max(loop.run_until_complete(sizes((plan.PREFLIGHT, plan.REFUSED_PREFLIGHT))))


def _rule(app: web.Application, origins: int) -> "CredentialedRule":
    from aiohttp_cors import Cors

    return Cors.for_app(app).origin(*map(exact, range(origins))).allow_credentials()


def _seconds(act: Callable[[], object]) -> float:
    gc.collect()
    start = process_time()
    act()
    return process_time() - start


def _operations() -> None:
    from aiohttp_cors import LiveOrigins

    markers = Markers()
    gc.disable()
    for size in SIZES:
        live = LiveOrigins(map(exact, range(size)))
        more = [f"https://more{number:04}.example" for number in range(_TIMES)]
        rule = _rule(web.Application(), size)
        acts: Sequence[Callable[[str], object]] = (
            live.add,
            live.discard,
            live.__contains__,
            partial(_step, rule),
        )
        for name, act in zip(OPERATIONS, acts, strict=True):
            # As often as it takes the interpreter to settle, and a dict to grow.
            for number in range(2 * _TIMES):
                act(f"https://warm{number:04}.example")
            markers.count_from_here()
            act(more[-1])
            markers.forget()
            for origin in more:
                act(origin)
            markers.write_down(f"{name}, {size}")


def _step(rule: "CredentialedRule", _: str) -> object:
    return rule.allow_headers("X-Request-ID")


def _import() -> None:
    markers = Markers()
    markers.count_from_here()
    markers.forget()
    importlib.import_module("aiohttp_cors")
    markers.write_down("import")
    print(*(name for name in sys.modules if name.startswith("aiohttp_cors.")))


FIGURES: Final = {
    "set-up": _set_up,
    "memory": _memory,
    "on": _on,
    "overlapping": _overlapping,
    "overlapping-peak": _overlapping_peak,
    "longer": _longer,
}
COUNTED: Final = {"operations": (_operations, _TIMES), "import": (_import, 1)}


def main() -> None:
    folder, what, *rest = sys.argv[1:]
    logging.basicConfig(level=logging.ERROR)
    warnings.simplefilter("ignore")
    if folder:
        sys.path.insert(0, folder)
    if what in COUNTED:
        COUNTED[what][0]()
        return
    key, number = rest
    contender = BY_KEY[key]
    contender.activate()
    print(FIGURES[what](contender, int(number)))


if __name__ == "__main__":
    main()
