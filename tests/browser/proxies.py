"""nginx that terminates TLS in front of an application, as it is often set up.

Knows its configuration, a certificate that is made for the test, and how a port of the kernel's choice
leads to a server that listens on a Unix socket. Knows nothing of CORS.
"""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Final

from aiohttp import web

from tests.browser.processes import child


class MissingProxyError(Exception):
    """What the proxy needs is not installed."""


# Debian keeps nginx where an ordinary user's path does not lead.
_PATHS: Final = "/usr/local/sbin:/usr/sbin:/sbin"

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
    map $http_upgrade $to_upgrade {{ default upgrade; '' close; }}
    server {{
        listen unix:{own} ssl;
        ssl_certificate {home}/certificate.pem;
        ssl_certificate_key {home}/key.pem;
        location / {{
            proxy_pass http://unix:{app}:;
            proxy_http_version 1.1;
            proxy_set_header Host {host};
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $to_upgrade;
            proxy_set_header X-Forwarded-Host $http_host;
            proxy_set_header X-Forwarded-Proto https;
        }}
    }}
}}
"""


@asynccontextmanager
async def behind_nginx(
    host: str, make: Callable[[int], web.Application]
) -> AsyncGenerator[int, None]:
    """An application behind nginx, which writes `host` as ``Host``; gives the port, for https.

    `make` is given the port.
    """
    nginx, openssl = _program("nginx"), _program("openssl")
    async with AsyncExitStack() as stack:
        # Not pytest's folder: the path of a socket has at most 107 bytes.
        folder = tempfile.TemporaryDirectory(prefix="proxy-")
        home = Path(stack.enter_context(folder))
        own, app = home / "own", home / "app"
        await _make_certificate(openssl, home)
        port = await stack.enter_async_context(_forwarding(own))
        runner = web.AppRunner(make(port), shutdown_timeout=0.1)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.UnixSite(runner, str(app)).start()
        config = home / "nginx.conf"
        config.write_text(_NGINX.format(home=home, own=own, app=app, host=host))
        command = (nginx, "-p", home, "-c", config, "-e", "stderr")
        running = await stack.enter_async_context(child(*command, home=home))
        await running.line(r"start worker process \d")
        yield port


async def _make_certificate(openssl: str, home: Path) -> None:
    made = await asyncio.create_subprocess_exec(
        *(openssl, "req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=localhost"),
        *("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
        *("-addext", "subjectAltName=DNS:localhost"),
        *("-keyout", home / "key.pem", "-out", home / "certificate.pem"),
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await made.communicate()
    if made.returncode != 0:
        raise RuntimeError(said.decode())


@asynccontextmanager
async def _forwarding(path: Path) -> AsyncGenerator[int, None]:
    """A port that leads to a Unix socket, byte by byte: nginx cannot tell which port it got."""

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_unix_connection(str(path))
        await asyncio.gather(_pump(reader, inner_writer), _pump(inner_reader, writer))

    connections = set[asyncio.Task[None]]()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(forward(reader, writer))
        connections.add(task)
        task.add_done_callback(connections.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    _, port = server.sockets[0].getsockname()
    assert isinstance(port, int)
    try:
        yield port
    finally:
        server.close()
        for task in list(connections):
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        # Either side may go away at any time.
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
    finally:
        writer.close()


def _program(name: str) -> str:
    found = shutil.which(name) or shutil.which(name, path=_PATHS)
    if found is None:
        raise MissingProxyError(f"{name} is not installed")
    return found
