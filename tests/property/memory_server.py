"""`MemoryServer`: an application with aiohttp's own server around it, and no socket.

Knows the bytes of HTTP/1.1 that aiohttp reads and writes. Thousands of examples of a property run
against the whole server in the time that connections alone would take.
"""

import asyncio
from typing import Final, final

from aiohttp import web
from typing_extensions import override

from aiohttp_cors.browser.checks import HttpResponse
from aiohttp_cors.browser.request import HttpRequest

_HEAD_ENDS: Final = b"\r\n\r\n"
_TURNS: Final = 10_000


@final
class MemoryServer:
    """An application that has started, with one connection; `stop` it in the end."""

    def __init__(self, app: web.Application, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False)
        loop.run_until_complete(self._runner.setup())
        self._transport = _Transport()
        loop.run_until_complete(self._connect())

    def send(self, request: HttpRequest) -> HttpResponse:
        """The answer to a request whose URL begins with ``https://`` and any host."""
        return self._loop.run_until_complete(self._send(request))

    def stop(self) -> None:
        """End the connection and the application."""
        self._protocol.connection_lost(None)
        self._loop.run_until_complete(self._runner.cleanup())

    async def _connect(self) -> None:
        assert self._runner.server is not None
        self._protocol = self._runner.server()
        self._protocol.connection_made(self._transport)

    async def _send(self, request: HttpRequest) -> HttpResponse:
        host, _, path = request.url.removeprefix("https://").partition("/")
        lines = [f"{request.method} /{path} HTTP/1.1", f"Host: {host}"]
        lines += [f"{name}: {value}" for name, value in request.headers]
        written = self._transport.written
        written.clear()
        self._protocol.data_received("\r\n".join([*lines, "", ""]).encode())
        for _ in range(_TURNS):
            head, ends, body = written.partition(_HEAD_ENDS)
            if ends:
                response = _parse(head.decode())
                length = int((response.values("Content-Length") or ("0",))[0])
                if request.method == "HEAD" or len(body) >= length:
                    return response
            await asyncio.sleep(0)
        raise AssertionError(f"no answer to {lines}, but {written!r}")


@final
class _Transport(asyncio.Transport):
    def __init__(self) -> None:
        super().__init__()
        self.written = bytearray()

    @override
    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += data

    @override
    def is_closing(self) -> bool:
        return False

    @override
    def close(self) -> None:
        """Nothing is open."""


def _parse(head: str) -> HttpResponse:
    first, *lines = head.split("\r\n")
    pairs = [line.partition(":") for line in lines]
    return HttpResponse(int(first.split()[1]), tuple((n, value.strip()) for n, _, value in pairs))
