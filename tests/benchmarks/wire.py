"""A connection to an application without a socket: raw bytes in, raw bytes out.

The bytes of a request go into the protocol object that aiohttp's own server makes for a connection,
and the answer comes out of the transport it was given: the parser, the router, the handler, every
hook and the writer run as in production, the kernel does not.
"""

import asyncio
from time import process_time
from typing import Final, final

from aiohttp import web
from multidict import CIMultiDict
from typing_extensions import override

_PATIENCE: Final = 20
_WARM: Final = 20


@final
class Answer:
    """A parsed response."""

    def __init__(self, raw: bytes) -> None:
        self.size: Final = len(raw)
        head, _, self.body = raw.partition(b"\r\n\r\n")
        status, *lines = head.decode("latin-1").split("\r\n")
        self.status: Final = int(status.split(" ")[1])
        self.headers: Final = CIMultiDict[str](
            (name, value) for name, _, value in (line.partition(": ") for line in lines)
        )


@final
class _Memory(asyncio.Transport):
    """Keeps what is written to it."""

    def __init__(self) -> None:
        super().__init__({"peername": ("127.0.0.1", 1), "sockname": ("127.0.0.1", 2)})
        self.written: list[bytes] = []
        self._closing = False

    @override
    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written.append(bytes(data))

    @override
    def is_closing(self) -> bool:
        return self._closing

    @override
    def close(self) -> None:
        self._closing = True

    @override
    def pause_reading(self) -> None:
        pass

    @override
    def resume_reading(self) -> None:
        pass


@final
class Connection:
    """A kept-alive connection to a started application."""

    def __init__(self, runner: web.AppRunner) -> None:
        server = runner.server
        if server is None:
            raise RuntimeError("the application has not been started")
        self._runner = runner
        self._transport = _Memory()
        self._protocol = server()
        self._protocol.connection_made(self._transport)

    @classmethod
    async def to(cls, app: web.Application) -> "Connection":
        """Starts the application and connects to it."""
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        return cls(runner)

    async def ask(self, request: bytes) -> Answer:
        """One request and its whole answer."""
        written = self._transport.written
        written.clear()
        self._protocol.data_received(request)
        for _ in range(_PATIENCE):
            await asyncio.sleep(0)
        if not written or self._transport.is_closing():
            raise RuntimeError(f"no answer, or the connection was closed: {request[:80]!r}")
        return Answer(b"".join(written))

    async def burst(self, requests: tuple[bytes, ...], times: int) -> float:
        """Seconds of processor time that `times` requests take, `requests` taken in turn.

        Processor time, not the clock on the wall: what else the machine does in between is no part
        of it, and nothing here ever waits.
        """
        await self.ask(requests[0])
        writes = len(self._transport.written)
        # Another process had the processor's caches until now.
        await self.feed(requests, min(times, _WARM))
        turns = _turns(requests, times)
        start = process_time()
        await self._feed(turns)
        taken = process_time() - start
        if len(self._transport.written) != writes:
            raise RuntimeError("an answer was cut short")
        return taken

    async def feed(self, requests: tuple[bytes, ...], times: int) -> None:
        """`times` requests, `requests` taken in turn; nobody looks at the answers."""
        await self._feed(_turns(requests, times))

    async def _feed(self, requests: list[bytes]) -> None:
        written = self._transport.written
        feed = self._protocol.data_received
        for request in requests:
            written.clear()
            feed(request)
            while not written:  # noqa: ASYNC110 - an event would be one more thing to measure
                await asyncio.sleep(0)

    async def close(self) -> None:
        """Ends the connection and stops the application."""
        self._protocol.connection_lost(None)
        await self._runner.cleanup()


def _turns(requests: tuple[bytes, ...], times: int) -> list[bytes]:
    return [requests[turn % len(requests)] for turn in range(times)]
