"""`examples/events.py`: events are read, and only pages of the origin open the WebSocket."""

import pytest
from aiohttp import WSMsgType, WSServerHandshakeError
from pytest_aiohttp.plugin import AiohttpClient

from aiohttp_cors.testing import Browser, CorsBlocked
from examples.events import NEWS, ORIGIN, create_app


async def test_a_page_of_the_origin_reads_the_events(aiohttp_client: AiohttpClient) -> None:
    app = create_app()
    for headline in ("one", "two", ""):  # the empty one ends the stream
        app[NEWS].put_nowait(headline)
    browser = Browser(await aiohttp_client(app), origin=ORIGIN)
    response = await browser.fetch("/events", credentials="include")
    assert await response.text() == "data: one\n\ndata: two\n\n"


async def test_another_page_reads_none(aiohttp_client: AiohttpClient) -> None:
    app = create_app()
    app[NEWS].put_nowait("")
    browser = Browser(await aiohttp_client(app), origin="https://evil.example")
    with pytest.raises(CorsBlocked):
        await browser.fetch("/events", credentials="include")


async def test_a_page_of_the_origin_opens_the_socket(aiohttp_client: AiohttpClient) -> None:
    client = await aiohttp_client(create_app())
    async with client.ws_connect("/chat", headers={"Origin": ORIGIN}) as socket:
        await socket.send_str("hello")
        message = await socket.receive()
    assert (message.type, message.data) == (WSMsgType.TEXT, "you said hello")


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
async def test_another_page_does_not(origin: str, aiohttp_client: AiohttpClient) -> None:
    client = await aiohttp_client(create_app())
    with pytest.raises(WSServerHandshakeError) as refused:
        await client.ws_connect("/chat", headers={"Origin": origin})
    assert refused.value.status == 403
