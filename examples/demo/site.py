"""The API and the page, each served on a port of localhost.

The page is served on two ports, and so has two origins: one that the policy names, and the stranger,
which it does not.
"""

import inspect
import logging
import socket
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

from aiohttp import web
from yarl import URL

from aiohttp_cors.testing import BlockReason
from examples.demo.api import Configure, configure_cors, create_api
from examples.demo.rows import ROWS, Row
from examples.demo.verdicts import listening

_FILES: Final = Path(__file__).with_name("static")

# /broken fails on purpose: its traceback is no news.
_server_logger: Final = logging.getLogger("examples.demo.server")
_server_logger.setLevel(logging.CRITICAL + 1)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """The ports to listen on; 0 lets the kernel choose."""

    api: int = 0
    page: int = 0
    stranger: int = 0


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The demo while it runs: three origins, ``http://localhost:8080``, and the policy's source."""

    api: str
    page: str
    stranger: str
    policy: str


@asynccontextmanager
async def serving(
    ports: Ports | None = None, configure: Configure = configure_cors
) -> AsyncGenerator[Site, None]:
    """While it is open, the API and the page are served; `OSError` where a port is taken."""
    ports = ports or Ports()
    async with AsyncExitStack() as stack:
        stack.enter_context(listening())
        # Before the applications: the policy names the page, and the page calls the API.
        api, page, stranger = (
            stack.enter_context(socket.create_server(("127.0.0.1", port)))
            for port in (ports.api, ports.page, ports.stranger)
        )
        site = Site(
            api=_origin(api),
            page=_origin(page),
            stranger=_origin(stranger),
            policy=inspect.getsource(configure),
        )
        for app, sockets in (
            (create_api(site.page, configure), [api]),
            (_create_page(site), [page, stranger]),
        ):
            runner = web.AppRunner(
                app, access_log=None, logger=_server_logger, shutdown_timeout=1.0
            )
            await runner.setup()
            stack.push_async_callback(runner.cleanup)
            for sock in sockets:
                await web.SockSite(runner, sock).start()
        yield site


def _origin(listener: socket.socket) -> str:
    port: int = listener.getsockname()[1]
    return str(URL.build(scheme="http", host="localhost", port=port).origin())


def _create_page(site: Site) -> web.Application:
    async def index(request: web.Request) -> web.FileResponse:
        return web.FileResponse(_FILES / "page.html")

    async def frame(request: web.Request) -> web.FileResponse:
        return web.FileResponse(_FILES / "stranger.html")

    async def data(request: web.Request) -> web.Response:
        """What the scripts work on; they put it into the page as text, never as markup."""
        return web.json_response(
            {
                "api": site.api,
                "page": site.page,
                "stranger": site.stranger,
                "policy": site.policy,
                "rows": [_row(row) for row in ROWS],
            }
        )

    app = web.Application()
    app.router.add_get("/", index)
    app.router.add_get("/stranger", frame)
    app.router.add_get("/demo.json", data)
    app.router.add_static("/static", _FILES)
    return app


def _row(row: Row) -> dict[str, object]:
    blocked = row.outcome.value if isinstance(row.outcome, BlockReason) else None
    return {
        "title": row.title,
        "sender": row.sender,
        "method": row.method,
        "path": row.path,
        "headers": dict(row.headers),
        "body": row.body,
        "credentials": row.credentials,
        "shows": row.shows,
        "reads": row.outcome if blocked is None else None,
        "blocked": blocked,
        "verdicts": row.verdicts,
    }
