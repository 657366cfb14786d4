"""A row's programs on real sockets, and what they were asked.

Knows aiohttp's servers; nothing is added to an application but a page to be of its origin. Knows
no browser.
"""

import socket
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Final, final

from aiohttp import hdrs, web
from aiohttp.abc import AbstractAccessLogger
from aiohttp.web_log import AccessLogger
from typing_extensions import override

from tests.truth_table.words import Fetch, Page, Row, Server, World

PAGE_PATH: Final = "/page"
SANDBOX_PATH: Final = "/sandbox"

# The icon is there so that no browser asks for one.
_HTML: Final = '<!doctype html><link rel="icon" href="data:,"><title>page</title>'
_NOT_RECORDED: Final = frozenset({PAGE_PATH, "/favicon.ico"})

_used_ports: Final = set[int]()


@final
@dataclass(frozen=True, slots=True)
class Servers:
    """The servers of one row, running: `asked` grows with every request but those for pages."""

    world: World
    asked: list[str]
    page_url: str

    def url(self, fetch: Fetch) -> str:
        """The absolute URL that `fetch` is for."""
        return (self.world.api if fetch.at == "api" else self.world.other) + fetch.path


@asynccontextmanager
async def serving(row: Row, *, pages: int) -> AsyncGenerator[Servers, None]:
    """Start the servers of `row`, on ports that no earlier row had: nobody remembers them.

    `pages` is the port of the server that has the pages of other origins than the API's.
    """
    asked: list[str] = []
    async with AsyncExitStack() as stack:
        api, other = stack.enter_context(_socket()), stack.enter_context(_socket())
        world = _world(row.page, pages=pages, api=_port(api), other=_port(other))
        app = row.program.build(world)
        if row.page == "api":
            app.router.add_get(PAGE_PATH, page)
        await stack.enter_async_context(_running(app, api, _recorder(asked, "api", world)))
        if row.other is not None:
            app = row.other.build(world)
            await stack.enter_async_context(_running(app, other, _recorder(asked, "other", world)))
        page_url = world.page + PAGE_PATH
        if row.page == "sandbox":
            page_url = f"http://localhost:{pages}{SANDBOX_PATH}"
        yield Servers(world, asked, page_url)


def _world(page: Page, *, pages: int, api: int, other: int) -> World:
    origins: dict[Page, str] = {
        "page": f"http://localhost:{pages}",
        "api": f"http://localhost:{api}",
        "subdomain": f"http://app.localhost:{pages}",
        "elsewhere": f"http://127.0.0.1:{pages}",
        "sandbox": "null",
    }
    return World(origins[page], origins["api"], f"http://localhost:{other}")


@asynccontextmanager
async def page_server() -> AsyncGenerator[int, None]:
    """The server that has the pages; gives its port."""
    app = web.Application()
    app.router.add_get(PAGE_PATH, page)
    app.router.add_get(SANDBOX_PATH, _sandboxed_page)
    with _socket() as listening:
        async with _running(app, listening, AccessLogger):
            yield _port(listening)


@asynccontextmanager
async def serving_app(app: web.Application) -> AsyncGenerator[int, None]:
    """A server of `app`; gives its port, which no earlier server had."""
    with _socket() as listening:
        async with _running(app, listening, AccessLogger):
            yield _port(listening)


@asynccontextmanager
async def _running(
    app: web.Application, listening: socket.socket, recorder: type[AbstractAccessLogger]
) -> AsyncGenerator[None, None]:
    runner = web.AppRunner(app, shutdown_timeout=0.1, access_log_class=recorder)
    await runner.setup()
    try:
        await web.SockSite(runner, listening).start()
        yield
    finally:
        await runner.cleanup()


async def page(request: web.Request) -> web.Response:
    return web.Response(text=_HTML, content_type="text/html")


async def _sandboxed_page(request: web.Request) -> web.Response:
    headers = {"Content-Security-Policy": "sandbox allow-scripts"}
    return web.Response(text=_HTML, content_type="text/html", headers=headers)


def _recorder(asked: list[str], server: Server, world: World) -> type[AbstractAccessLogger]:
    """An access logger that records a line per request: it sees all, and the program nothing."""

    @final
    class Recorder(AbstractAccessLogger):
        @property
        @override
        def enabled(self) -> bool:
            return True

        @override
        def log(self, request: web.BaseRequest, response: web.StreamResponse, time: float) -> None:
            if request.path not in _NOT_RECORDED:
                asked.append(_line(request, server, world))

    return Recorder


def _line(request: web.BaseRequest, server: Server, world: World) -> str:
    """The request in the words of `tests.truth_table.words.Fetch`."""
    line = f"{request.method} {request.raw_path}"
    if server == "other":
        line += " at other"
    if hdrs.ACCESS_CONTROL_REQUEST_METHOD in request.headers:
        line += f" for {request.headers[hdrs.ACCESS_CONTROL_REQUEST_METHOD]}"
    if hdrs.ACCESS_CONTROL_REQUEST_HEADERS in request.headers:
        line += f" with {request.headers[hdrs.ACCESS_CONTROL_REQUEST_HEADERS]}"
    origin = request.headers.get(hdrs.ORIGIN)
    if origin is None:
        line += " without origin"
    elif origin != world.page:
        names = {world.api: "api", world.other: "other"}
        line += f" from {names.get(origin, origin)}"
    for name, value in request.cookies.items():
        if name.endswith(world.cookie):
            line += f" and cookie {value}"
    if hdrs.AUTHORIZATION in request.headers:
        line += ", authorized"
    return line


def _socket() -> socket.socket:
    """A listening socket on a port that this process never had before."""
    repeated: list[socket.socket] = []
    try:
        while True:
            listening = socket.create_server(("127.0.0.1", 0))
            if _port(listening) not in _used_ports:
                _used_ports.add(_port(listening))
                return listening
            repeated.append(listening)
    finally:
        for again in repeated:
            again.close()


def _port(listening: socket.socket) -> int:
    _, port = listening.getsockname()
    assert isinstance(port, int)
    return port
