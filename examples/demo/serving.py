"""The APIs and the page, each served on a port of localhost.

The page is served on two ports, and so has two origins: one that policies name, and the stranger,
which they do not. The API is served once for each policy.
"""

import inspect
import logging
import socket
from collections.abc import AsyncGenerator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

from aiohttp import web
from yarl import URL

from examples.demo.api import create_api
from examples.demo.page import create_page
from examples.demo.policies import POLICIES, Configure
from examples.demo.site import Api, Ports, Site
from examples.demo.verdicts import Verdicts, listening

# /broken fails on purpose: its traceback is no news.
_server_logger: Final = logging.getLogger("examples.demo.server")
_server_logger.setLevel(logging.CRITICAL + 1)


@asynccontextmanager
async def serving(
    ports: Ports | None = None, configure: Configure | None = None
) -> AsyncGenerator[Site, None]:
    """While it is open, the APIs and the page are served; `OSError` where a port is taken.

    `configure` takes the place of the table's policy.
    """
    ports = ports or Ports()
    async with AsyncExitStack() as stack:
        stack.enter_context(listening())

        def listen(port: int) -> socket.socket:
            return stack.enter_context(socket.create_server(("127.0.0.1", port)))

        # Before the applications: the policies name the page, and the page calls the APIs.
        page, stranger = listen(ports.page), listen(ports.stranger)
        listeners = [listen(0 if number else ports.api) for number in range(len(POLICIES))]
        table, *others = POLICIES.items()
        chosen = [(table[0], configure or table[1]), *others]
        verdicts = Verdicts()
        site = Site(
            apis=tuple(
                _api(name, each, _origin(page), listener, verdicts)
                for (name, each), listener in zip(chosen, listeners, strict=True)
            ),
            page=_origin(page),
            stranger=_origin(stranger),
        )
        for api, listener in zip(site.apis, listeners, strict=True):
            await _serve(stack, api.app, [listener])
        await _serve(stack, create_page(site, verdicts), [page, stranger])
        yield site


def _api(
    policy: str, configure: Configure, page: str, listener: socket.socket, verdicts: Verdicts
) -> Api:
    app = create_api()
    configure(app, page)
    # After the library's own receiver, so that the headers are those that are sent.
    app.on_response_prepare.append(verdicts.remember)
    lines, number = inspect.getsourcelines(configure)
    return Api(
        policy=policy,
        origin=_origin(listener),
        app=app,
        source="".join(lines),
        file=inspect.getfile(configure),
        line=number,
    )


async def _serve(
    stack: AsyncExitStack, app: web.Application, listeners: Iterable[socket.socket]
) -> None:
    runner = web.AppRunner(app, access_log=None, logger=_server_logger, shutdown_timeout=1.0)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    for listener in listeners:
        await web.SockSite(runner, listener).start()


def _origin(listener: socket.socket) -> str:
    port: int = listener.getsockname()[1]
    return str(URL.build(scheme="http", host="localhost", port=port).origin())
