"""`examples/cookie_login.py`: the test that its reader would write."""

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler
from pytest_aiohttp.plugin import AiohttpClient

from aiohttp_cors.testing import Browser, CorsBlocked
from examples.cookie_login import ORIGIN, create_app


@pytest.fixture
async def browser(aiohttp_client: AiohttpClient) -> Browser:
    return Browser(await aiohttp_client(create_app()), origin=ORIGIN)


async def test_a_customer_logs_in_and_out(browser: Browser) -> None:
    refused = await browser.fetch("/session", credentials="include")
    assert refused.status == 401
    await browser.fetch("/session", method="POST", data={"name": "Ada"}, credentials="include")
    known = await browser.fetch("/session", credentials="include")
    assert await known.json() == {"name": "Ada"}
    await browser.fetch("/session", method="DELETE", credentials="include")
    assert (await browser.fetch("/session", credentials="include")).status == 401


async def test_another_page_of_the_same_browser_reads_nothing(browser: Browser) -> None:
    await browser.fetch("/session", method="POST", data={"name": "Ada"}, credentials="include")
    attacker = browser.page(origin="https://evil.example")
    with pytest.raises(CorsBlocked):
        await attacker.fetch("/session", credentials="include")


async def test_without_credentials_nobody_is_logged_in(browser: Browser) -> None:
    await browser.fetch("/session", method="POST", data={"name": "Ada"})
    assert (await browser.fetch("/session", credentials="include")).status == 401


async def test_a_cookie_without_same_site_none_is_not_taken(aiohttp_client: AiohttpClient) -> None:
    @web.middleware
    async def forget_same_site(request: web.Request, handler: Handler) -> web.StreamResponse:
        response = await handler(request)
        if "session" in response.cookies:
            response.cookies["session"]["samesite"] = ""
        return response

    app = create_app()
    app.middlewares.append(forget_same_site)
    browser = Browser(await aiohttp_client(app), origin=ORIGIN)
    await browser.fetch("/session", method="POST", data={"name": "Ada"}, credentials="include")
    assert len(browser.cookies.refused) == 1
    assert (await browser.fetch("/session", credentials="include")).status == 401
