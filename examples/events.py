"""Server-sent events that pages of one origin may read, and a WebSocket that only they may open.

CORS says who may read the events. It does not stop a WebSocket handshake, which every page may send with the
user's cookies: the enforced policy refuses it before the handler runs.
"""

import asyncio
from collections.abc import AsyncIterator

from aiohttp import WSMsgType, web

from aiohttp_cors import Cors

ORIGIN = "https://dashboard.example.com"
NEWS = web.AppKey("news", asyncio.Queue[str])


async def headlines(news: asyncio.Queue[str]) -> AsyncIterator[str]:
    while (headline := await news.get()) != "":
        yield headline


async def events(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Cache-Control": "no-store"})
    response.content_type = "text/event-stream"
    await response.prepare(request)  # the headers of CORS are there from the beginning
    async for headline in headlines(request.app[NEWS]):
        await response.write(f"data: {headline}\n\n".encode())
    return response


async def chat(request: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    async for message in socket:
        if message.type is WSMsgType.TEXT:
            await socket.send_str(f"you said {message.data}")
    return socket


def create_app() -> web.Application:
    app = web.Application()
    app[NEWS] = asyncio.Queue()
    stream = app.router.add_get("/events", events)
    socket = app.router.add_get("/chat", chat)
    ours = Cors.for_app(app).origin(ORIGIN).allow_credentials()
    ours.on(stream)
    ours.enforce_on(socket)
    return app


if __name__ == "__main__":
    web.run_app(create_app())
