"""PostgreSQL and Redis, started here, over Unix sockets.

Knows how each is started, killed, and started again with what it had stored. Knows no port: the
sockets are files in the folder that each server has for itself.
"""

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final, final

import psycopg
import redis
from typing_extensions import Self

from tests.browser.processes import Child, child, until

_ACCOUNT: Final = "postgres"


class MissingServerError(Exception):
    """This server is not installed."""


@final
class Server:
    """A server that can be killed and started again, or stopped and continued."""

    def __init__(self, run: Callable[[], AbstractAsyncContextManager[Child]]) -> None:
        self._run = run
        self._running: Child | None = None
        self._stack = AsyncExitStack()

    async def start(self) -> None:
        """Start it, and wait until it answers."""
        self._running = await self._stack.enter_async_context(self._run())

    def stop(self) -> None:
        """Let it do nothing more: its connections stay open."""
        assert self._running is not None
        self._running.signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it go on where it stopped."""
        assert self._running is not None
        self._running.signal(signal.SIGCONT)

    async def kill(self) -> None:
        """End it at once, whatever it does."""
        await self._stack.aclose()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.kill()


@final
class PostgreSQL:
    """A cluster in a folder of its own. PostgreSQL refuses to be root: as root, it is another user."""

    def __init__(self, home: Path) -> None:
        """Make the cluster, without a server; `home` is an empty folder."""
        self.home = home
        self.address = f"host={home} user={_ACCOUNT} dbname=postgres"
        self._programs = _programs_of_postgresql()
        if os.geteuid() == 0:
            account = pwd.getpwnam(_ACCOUNT)
            os.chown(home, account.pw_uid, account.pw_gid)
        init = (f"{self._programs}/initdb", "--no-sync", "--auth=trust", "--encoding=UTF8")
        command = (*_not_root(), *init, f"--username={_ACCOUNT}", f"--pgdata={self._data}")
        subprocess.run(command, cwd=home, check=True, capture_output=True)

    @property
    def _data(self) -> Path:
        return self.home / "data"

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[Child, None]:
        """A server for the cluster; killed at the end."""
        command = [*_not_root(), f"{self._programs}/postgres", "-D", str(self._data)]
        for setting in ("listen_addresses=", f"unix_socket_directories={self.home}", "fsync=off"):
            command += ["-c", setting]
        async with child(*command, home=self.home, root=False) as running:
            await until(self._answers, "answer of PostgreSQL")
            yield running

    async def _answers(self) -> bool | None:
        try:
            connection = await psycopg.AsyncConnection.connect(self.address)
        except psycopg.OperationalError:
            return None
        await connection.close()
        return True


@asynccontextmanager
async def redis_server(home: Path) -> AsyncGenerator[Child, None]:
    """A Redis that answers on ``home/redis`` and stores each change in `home` at once."""
    program = shutil.which("redis-server")
    if program is None:
        raise MissingServerError("redis-server is not installed")
    socket = home / "redis"
    options = ("--port", "0", "--unixsocket", socket, "--dir", home, "--save", "")

    async def answers() -> bool | None:
        try:
            with redis.Redis(unix_socket_path=str(socket)) as client:
                client.exists("anything")
        except redis.ConnectionError:
            return None
        return True

    async with child(program, *options, "--appendonly", "yes", home=home) as running:
        await until(answers, "answer of Redis")
        yield running


def _programs_of_postgresql() -> str:
    """The folder of Debian's newest PostgreSQL, which is on no path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda each: int(each.parts[-2]))
    if not found:
        raise MissingServerError("PostgreSQL is not installed")
    return str(found[-1])


def _not_root() -> tuple[str, ...]:
    """What makes a command another user's where we are root."""
    if os.geteuid() != 0:
        return ()
    account = ("--reuid", _ACCOUNT, "--regid", _ACCOUNT, "--clear-groups")
    # The kernel forgets this signal when a process becomes another user.
    return ("setpriv", *account, "--pdeathsig", "KILL", "--")
