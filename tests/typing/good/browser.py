"""A test suite that uses `aiohttp_cors.testing.Browser` on aiohttp's own test client."""

from collections.abc import AsyncIterator
from datetime import timedelta
from io import BufferedReader, BytesIO

from aiohttp import FormData, web
from aiohttp.test_utils import TestClient
from multidict import CIMultiDictProxy
from typing_extensions import assert_type

from aiohttp_cors.testing import (
    BlockReason,
    Browser,
    BrowserResponse,
    Cookie,
    CorsBlocked,
    Preflight,
    RefusedCookie,
)


async def reads(client: TestClient[web.Request, web.Application]) -> None:
    browser = Browser(client, origin="https://app.example.com")
    response = await browser.fetch("/users", method="PUT", headers={"X-A": "1"}, json={"a": 1})
    assert_type(response, BrowserResponse)
    assert_type(response.status, int)
    assert_type(response.headers, CIMultiDictProxy[str])
    assert_type(await response.text(), str)
    assert_type(await browser.fetch("/", credentials="include", mode="no-cors"), BrowserResponse)
    assert_type(browser.preflights, list[Preflight])
    browser.advance(3600)
    browser.advance(timedelta(hours=1))
    await browser.fetch(client.app.router["user"].url_for(id="1"))


async def sends(browser: Browser, form: FormData, photo: BufferedReader) -> None:
    async def stream() -> AsyncIterator[bytes]:
        yield b"part"

    for data in ("text", b"bytes", bytearray(b"bytes"), memoryview(b"bytes"), {"name": "Ada"}):
        await browser.fetch("/users", method="POST", data=data)
    await browser.fetch("/users", method="POST", data=form)
    await browser.fetch("/users", method="POST", data=photo)
    await browser.fetch("/users", method="POST", data=BytesIO(b"blob"), upload_listener=True)
    await browser.fetch("/users", method="POST", data=stream())


def shares(victim: Browser) -> list[str]:
    attacker = victim.page(origin="https://evil.example")
    assert_type(attacker, Browser)
    attacker.cookies.set("session=ada; SameSite=None; Secure", "https://api.example.com/")
    assert_type(list(victim.cookies), list[Cookie])
    return [assert_type(refused, RefusedCookie).because for refused in victim.cookies.refused]


async def is_refused(browser: Browser) -> BlockReason | None:
    try:
        await browser.fetch("/users", data={"name": "Ada"}, redirect="error")
    except CorsBlocked as blocked:
        return assert_type(blocked.reason, BlockReason)
    return None
