"""Child processes that end when the test run ends, however it ends.

Knows processes, their output, and how to wait for what they do. Knows no browser.
"""

import asyncio
import os
import re
import shutil
import signal
import subprocess
from asyncio.subprocess import DEVNULL, PIPE, STDOUT
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Final, TypeVar, final

PATIENCE: Final = 60
"""Seconds until what does not happen is an error; nothing waits that long for what does."""

_INTERVAL: Final = 0.02
_LINES_KEPT: Final = 200

_Answer = TypeVar("_Answer")


@final
class Child:
    """A running child process, whose output is read as it comes."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.number: Final = process.pid
        self._process = process
        self._lines = deque[str](maxlen=_LINES_KEPT)

    @property
    def output(self) -> str:
        """Its last lines."""
        return "\n".join(self._lines)

    async def line(self, pattern: str) -> re.Match[str]:
        """What `pattern` finds in its output, once it does."""

        async def find() -> re.Match[str] | None:
            found = re.search(pattern, self.output)
            if found is None and self._process.returncode is not None:
                raise RuntimeError("\n".join(["it ended:", *self._lines]))
            return found

        return await until(find, f"{pattern!r} in its output")

    async def read(self) -> None:
        """Read to the end of its output."""
        output = self._process.stdout
        assert output is not None
        async for line in output:
            self._lines.append(line.decode(errors="replace").rstrip())

    def signal(self, number: signal.Signals) -> None:
        """Send it and all that it has started a signal."""
        os.killpg(self._process.pid, number)

    async def kill(self) -> None:
        """End it and all that it has started."""
        with suppress(ProcessLookupError):
            self.signal(signal.SIGKILL)
        await self._process.wait()


@asynccontextmanager
async def child(
    *command: str | Path, home: Path, root: bool = True, **environment: str
) -> AsyncGenerator[Child, None]:
    """Start `command` with `home` for what it writes; kill it at the end.

    A command that refuses to be root says so: see `_guard`.
    """
    kept = {name: v for name, v in os.environ.items() if not name.lower().endswith("_proxy")}
    process = await asyncio.create_subprocess_exec(
        *_guard(root),
        *command,
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=STDOUT,
        env={**kept, "HOME": str(home), "TMPDIR": str(home), **environment},
        start_new_session=True,
        limit=2**20,
    )
    running = Child(process)
    reader = asyncio.create_task(running.read())
    try:
        yield running
    finally:
        await running.kill()
        await reader


async def until(ask: Callable[[], Awaitable[_Answer | None]], what: str) -> _Answer:
    """Ask until there is an answer; `TimeoutError` if none comes."""

    async def poll() -> _Answer:
        # Neither a process nor a port sets an event when it is ready.
        while (answer := await ask()) is None:  # noqa: ASYNC110
            await asyncio.sleep(_INTERVAL)
        return answer

    try:
        return await asyncio.wait_for(poll(), PATIENCE)
    except asyncio.TimeoutError:
        raise TimeoutError(f"no {what} in {PATIENCE} s") from None


@cache
def _guard(root: bool) -> tuple[str, ...]:
    """What makes the kernel kill a child, with all that it starts, when this process is killed.

    A namespace of processes ends with its first one. Who is not root needs to be it in a namespace
    of users, where the kernel allows that; elsewhere, what a browser starts may outlive us. In that
    namespace it is root, with `root` or not at all.
    """
    setpriv, unshare = shutil.which("setpriv"), shutil.which("unshare")
    if setpriv is None:
        return ()
    guard = (setpriv, "--pdeathsig", "KILL")
    if unshare is None or (not root and os.geteuid() != 0):
        return (*guard, "--")
    user = () if os.geteuid() == 0 else (unshare, "--user", "--map-root-user", "--")
    with_namespace = (*user, *guard, unshare, "--pid", "--fork", "--kill-child=KILL", "--")
    is_allowed = subprocess.run((*with_namespace, "true"), capture_output=True, check=False)
    return with_namespace if is_allowed.returncode == 0 else (*guard, "--")
