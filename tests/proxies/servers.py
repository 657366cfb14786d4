"""nginx and HAProxy as reverse proxies: started here, in front of an application, on a port.

Knows their configuration files and when they are ready. Knows nothing of CORS. The proxies and the
application listen on Unix sockets. What hands a port's connections on to a proxy runs in the test's
process, so that the kernel chooses the port.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Final, TypeAlias

from aiohttp import web

from tests.browser.processes import child, until
from tests.caching.caches import installed

StartProxy: TypeAlias = Callable[[Path, Path, str], AbstractAsyncContextManager[Path]]
"""Given a folder of its own, the application's socket and rules, a proxy that gives its socket."""

# As root the workers would be another user, who cannot read the folder of a test.
_NGINX: Final = """
daemon off;
user root;
worker_processes 1;
pid {home}/nginx.pid;
error_log stderr notice;
events {{}}
http {{
    access_log off;
    client_body_temp_path {home}/body;
    fastcgi_temp_path {home}/fastcgi;
    proxy_temp_path {home}/proxy;
    scgi_temp_path {home}/scgi;
    uwsgi_temp_path {home}/uwsgi;
    proxy_cache_path {home}/cache keys_zone=shared:1m;
    limit_req_zone all zone=few:1m rate=1r/m;
    server {{
        listen unix:{own};
        location / {{
            proxy_pass http://unix:{app}:;
            proxy_http_version 1.1;
            proxy_set_header Host $http_host;
            {rules}
        }}
    }}
}}
"""

_HAPROXY: Final = """
defaults
    mode http
    timeout connect 30s
    timeout client 60s
    timeout server 60s
    timeout tarpit 60s
frontend proxy
    bind unix@{own}
    {rules}
    default_backend application
backend application
    server application unix@{app}
"""


@asynccontextmanager
async def nginx(home: Path, app: Path, rules: str) -> AsyncGenerator[Path, None]:
    """An nginx whose one location has `rules`."""
    found = installed("nginx")
    own, config = home / "own", home / "nginx.conf"
    (home / "users").touch()
    config.write_text(_NGINX.format(home=home, own=own, app=app, rules=rules))
    async with child(found, "-p", home, "-c", config, "-e", "stderr", home=home) as running:
        await running.line(r"start worker process \d")
        yield own


@asynccontextmanager
async def haproxy(home: Path, app: Path, rules: str) -> AsyncGenerator[Path, None]:
    """A HAProxy whose one frontend has `rules`."""
    found = installed("haproxy")
    own, config = home / "own", home / "haproxy.cfg"
    config.write_text(_HAPROXY.format(own=own, app=app, rules=rules))
    async with child(found, "-db", "-f", config, home=home):

        async def is_there() -> bool | None:
            return own.is_socket() or None

        await until(is_there, "socket of HAProxy")
        yield own


PROXIES: Final[Mapping[str, StartProxy]] = {"nginx": nginx, "haproxy": haproxy}


@asynccontextmanager
async def deployed(
    app: web.Application, folder: Path, proxy: StartProxy, rules: str
) -> AsyncGenerator[str, None]:
    """`app` behind a proxy; gives the ``host:port`` where it is asked."""
    async with AsyncExitStack() as stack:
        runner = web.AppRunner(app)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.UnixSite(runner, folder / "app").start()
        own = await stack.enter_async_context(proxy(folder, folder / "app", rules))
        yield await stack.enter_async_context(_port_of(own))


@asynccontextmanager
async def _port_of(socket: Path) -> AsyncGenerator[str, None]:
    """A port whose connections are handed on to a Unix socket."""
    running: set[asyncio.Task[None]] = set()

    async def hand_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        there_reader, there_writer = await asyncio.open_unix_connection(str(socket))
        try:
            await asyncio.gather(_pump(reader, there_writer), _pump(there_reader, writer))
        finally:
            there_writer.close()
            writer.close()
            running.discard(task)

    server = await asyncio.start_server(hand_on, "127.0.0.1", 0)
    async with server:
        host, port = server.sockets[0].getsockname()[:2]
        yield f"{host}:{port}"
    await asyncio.gather(*running)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
    writer.close()
