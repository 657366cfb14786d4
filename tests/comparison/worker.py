"""Serves described programs on a real socket and performs the described requests.

``python -m tests.comparison.worker FOLDER`` imports the ``aiohttp_cors`` in FOLDER, says where it
found it, then reads a task a line and writes a report a line until its input ends.
"""

import asyncio
import json
import logging
import pathlib
import sys
import tempfile
import traceback
import warnings
from typing import TYPE_CHECKING, Final

from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from tests.comparison import description as d
from tests.comparison.lines import from_line, to_line

if TYPE_CHECKING:
    from tests.comparison.building import Building

_NO_ANSWER_AFTER: Final = 30.0
_REFUSED_NAMES: Final = "CORS preflight request failed: headers are not allowed: "
_LISTS: Final = frozenset(
    (
        "access-control-allow-headers",
        "access-control-allow-methods",
        "access-control-expose-headers",
    )
)
_HANDSHAKE: Final = (
    ("Upgrade", "websocket"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ("Sec-WebSocket-Version", "13"),
)


async def perform(task: d.Task, building: "Building") -> d.Report:
    """Builds, serves, asks, stops."""
    runner = web.AppRunner(building.apps["root"], access_log=None, shutdown_timeout=1)
    done: list[d.Done] = []
    started = False
    try:
        for step in (*task.program.steps, *(() if _starts(task.program) else (d.Start(),))):
            if isinstance(step, d.Start) and not started:
                await runner.setup()
                started = True
            done.append(building.take(step))
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        answers = [await ask(host, port, request) for request in task.requests]
        routed = task.requests if task.with_routing else ()
        routing = [await route(request, building) for request in routed]
    finally:
        await runner.cleanup()
    steps = tuple(done[: len(task.program.steps)])
    return d.Report(steps=steps, answers=tuple(answers), routing=tuple(routing))


def _starts(program: d.Program) -> bool:
    return any(isinstance(step, d.Start) for step in program.steps)


async def ask(host: str, port: int, request: d.Request) -> d.Answer:
    """One request on a connection of its own."""
    upgrade = request.first("Upgrade") is not None
    headers = [("Host", "server.example"), ("Connection", "Upgrade" if upgrade else "close")]
    headers += (item for item in request.headers if item[0] != "Upgrade")
    headers += _HANDSHAKE if upgrade else ()
    head = [f"{request.method} {request.path} HTTP/1.1", *(f"{n}: {v}" for n, v in headers)]
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write("\r\n".join((*head, "", "")).encode("latin-1"))
        return await asyncio.wait_for(_read(reader, request.method), _NO_ANSWER_AFTER)
    except (ConnectionError, asyncio.IncompleteReadError):
        return d.Answer(status=0)
    finally:
        writer.close()


async def _read(reader: asyncio.StreamReader, method: str) -> d.Answer:
    head = await _head(reader)
    if not head:
        return d.Answer(status=0)
    status = int(head[0].split(" ")[1])
    headers = [(n.lower(), v.strip()) for n, _, v in (line.partition(":") for line in head[1:])]
    body = b""
    if method != "HEAD" and status not in {101, 204, 304}:
        length = dict(headers).get("content-length")
        if length is not None:
            body = await reader.readexactly(int(length))
        elif ("transfer-encoding", "chunked") in headers:
            body = await _chunks(reader)
        else:
            body = await reader.read()
    text = body.decode(errors="backslashreplace")
    if text.startswith(_REFUSED_NAMES):
        text = _REFUSED_NAMES + ", ".join(sorted(text[len(_REFUSED_NAMES) :].split(", ")))
    cors = sorted((n, _sorted(v) if n in _LISTS else v) for n, v in headers if _is_cors(n))
    return d.Answer(status=status, cors=tuple(cors), body=text)


async def _head(reader: asyncio.StreamReader) -> list[str]:
    lines: list[str] = []
    while line := (await reader.readline()).decode("latin-1").rstrip("\r\n"):
        lines.append(line)
    return lines


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while length := int(await reader.readline(), 16):
        body += await reader.readexactly(length)
        await reader.readline()
    return body


def _is_cors(name: str) -> bool:
    return name.startswith("access-control-")


def _sorted(names: str) -> str:
    return ",".join(sorted({name.strip() for name in names.split(",")}))


async def route(request: d.Request, building: "Building") -> d.Routing:
    """Where the router leads this request, and the one that a preflight asks about."""
    asked = request.first("Access-Control-Request-Method")
    mocked = make_mocked_request(request.method, request.path)
    touched: list[str] = []
    for name, resource in building.resources.items():
        _, methods = await resource.resolve(mocked)
        if methods:
            touched.append(name)
    # A mocked request has its method in upper case, a cloned one has it as it is.
    server = None if asked is None else await _target(mocked.clone(method=asked), building)
    return d.Routing(
        receiver=await _target(mocked, building), server=server, touched=tuple(touched)
    )


async def _target(request: web.Request, building: "Building") -> d.Target | None:
    match = await building.apps["root"].router.resolve(request)
    name = building.name_of(match.route.resource)
    return None if name is None else d.Target(resource=name, method=match.route.method)


async def main(folder: str) -> None:
    """Answers the tasks of the standard input."""
    sys.path.insert(0, folder)
    warnings.simplefilter("ignore")
    logging.disable()
    import aiohttp_cors
    from tests.comparison.building import Building

    print(aiohttp_cors.__file__, aiohttp_cors.__version__, flush=True)  # noqa: T201
    with tempfile.TemporaryDirectory() as name:
        files = pathlib.Path(name)
        (files / "file.txt").write_text("a file")
        while line := sys.stdin.readline():
            task = from_line(line)
            if not isinstance(task, d.Task):
                raise TypeError(line)
            try:
                reply = to_line(await perform(task, Building(task.program, files)))
            except Exception:  # noqa: BLE001 - goes to the one who set the task
                reply = json.dumps(traceback.format_exc())
            print(reply, flush=True)  # noqa: T201


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
