"""A test suite that uses `aiohttp_cors.testing.Browser` on aiohttp's own test client."""

from datetime import timedelta

from aiohttp import web
from aiohttp.test_utils import TestClient
from multidict import CIMultiDictProxy
from typing_extensions import assert_type

from aiohttp_cors.testing import BlockReason, Browser, BrowserResponse, CorsBlocked, Preflight


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


async def is_refused(browser: Browser) -> BlockReason | None:
    try:
        await browser.fetch("/users", data={"name": "Ada"}, redirect="error")
    except CorsBlocked as blocked:
        return assert_type(blocked.reason, BlockReason)
    return None
