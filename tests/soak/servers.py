"""The servers that are put under load: how each is started, and what its processes hold.

Owns: command lines, ports, memory, and what a server's log says went wrong.
Leaves to: `tests.browser.processes` child processes that end when we do.
"""

import asyncio
import importlib.util
import os
import re
import sys
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

from tests.browser.processes import Child, child, until

_ROOT: Final = Path(__file__).parents[2]
_WORKERS: Final = 2
# Something that nobody caught, and a worker that died.
_ERROR: Final = re.compile(r"\[(?:ERROR|CRITICAL)\] *(.*)")
_PSS: Final = re.compile(r"^Pss:\s+(\d+) kB$", re.MULTILINE)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A way to serve an application."""

    name: str
    worker_class: str | None = None
    """Of gunicorn; without one, `web.run_app`."""
    needs: str | None = None
    """A module that it cannot do without."""

    @property
    def left_out(self) -> str | None:
        """Why it cannot be started here."""
        if self.needs is None or importlib.util.find_spec(self.needs) is not None:
            return None
        return f"{self.needs} is not installed: there may be none for Python {sys.version[:4]}"

    def command(self, module: str) -> list[str]:
        """What serves a module's `create_app`, on a port of the kernel's choice."""
        if self.worker_class is None:
            return [sys.executable, "-m", module]
        gunicorn = [sys.executable, "-m", "gunicorn", f"{module}:create_app()"]
        gunicorn += ["--chdir", str(_ROOT), "--bind", "127.0.0.1:0", "--workers", str(_WORKERS)]
        # The connections of the load tool are idle for as long as others take turns.
        return [*gunicorn, "--worker-class", self.worker_class, "--keep-alive", "75"]


SERVERS: Final = (
    Server(name="web.run_app"),
    Server(
        name=f"gunicorn, {_WORKERS} workers",
        worker_class="aiohttp.GunicornWebWorker",
        needs="gunicorn",
    ),
    Server(
        name=f"gunicorn, {_WORKERS} workers with uvloop",
        worker_class="aiohttp.GunicornUVLoopWebWorker",
        needs="uvloop",
    ),
)


@final
@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers."""

    port: int
    _child: Child

    @property
    def mebibytes(self) -> float:
        """What its processes hold, what they share counted once."""
        return sum(map(_kibibytes, _tree(self._child.number))) / 1024

    @property
    def processor_seconds(self) -> float:
        """What its processes have worked until now."""
        return sum(map(_processor_seconds, _tree(self._child.number)))

    @property
    def trouble(self) -> list[str]:
        """Errors in the last lines of its log."""
        return trouble(self._child.output)


@asynccontextmanager
async def started(
    server: Server, module: str, home: Path, *, contender: str = ""
) -> AsyncGenerator[Running, None]:
    """A server of a module's application, until the end of the block.

    The contender is for `tests.soak.compared`.
    """
    command = server.command(module)
    async with child(
        *command,
        home=home,
        PYTHONUNBUFFERED="1",
        SOAK_CONTENDER=contender,
    ) as running:
        port = int(
            (await running.line(r"(?:Running on|Listening at:) http://127\.0\.0\.1:(\d+)"))[1]
        )
        if server.worker_class is not None:
            await running.line(rf"(?s)(?:Booting worker.*){{{_WORKERS}}}")

        async def answers() -> bool | None:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                return None
            writer.write(b"GET /plain HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            has_answered = await reader.read(5) == b"HTTP/"
            writer.close()
            return has_answered or None

        await until(answers, "answer of the server")
        yield Running(port, running)


def trouble(log: str) -> list[str]:
    """The errors in a log, each once: what was said, what was raised, or both."""
    found: list[str] = []
    is_traceback = has_said = False
    for line in log.splitlines():
        if is_traceback:
            # What was raised is the first line that is neither empty nor indented.
            if line.strip() == line != "":
                found[-1] += f"{': ' if found[-1] else ''}{line}"
                is_traceback = False
        elif line.startswith("Traceback "):
            is_traceback = True
            if not has_said:
                found.append("")
        elif said := _ERROR.search(line):
            found.append(said[1])
            has_said = True
            continue
        has_said = False
    return found


def _tree(root: int) -> Iterator[int]:
    """A process, and all that it and its children have started."""
    yield root
    for each in Path(f"/proc/{root}/task").glob("*/children"):
        for number in each.read_text("ascii").split():
            yield from _tree(int(number))


def _kibibytes(process: int) -> int:
    # A process that waits for its child alone (unshare) holds next to nothing.
    found = _PSS.search(Path(f"/proc/{process}/smaps_rollup").read_text("ascii"))
    return 0 if found is None else int(found[1])


def _processor_seconds(process: int) -> float:
    # The name, in parentheses, may hold anything. User and system time are fields 14 and 15.
    fields = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
