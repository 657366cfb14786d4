# What the tests' browser cannot be asked for.

from aiohttp import web
from aiohttp.test_utils import TestClient

from aiohttp_cors.testing import Browser


async def fetches(browser: Browser, client: TestClient[web.Request, web.Application]) -> None:
    Browser(client)  # E
    Browser(client, "https://app.example.com")  # E
    Browser("http://localhost", origin="https://app.example.com")  # E
    await browser.fetch()  # E
    await browser.fetch("/", "PUT")  # E
    await browser.fetch(b"/")  # E
    await browser.fetch("/", credentials=True)  # E
    await browser.fetch("/", mode="same-site")  # E
    await browser.fetch("/", redirect="no")  # E
    await browser.fetch("/", headers=["X-A"])  # E
    await browser.fetch("/", data=1)  # E
    await browser.fetch("/", data={"a": 1})  # E
    await browser.fetch("/", data=["a"])  # E
    await browser.fetch("/", upload_listener="progress")  # E
    browser.page("https://other.example")  # E
    browser.cookies.set("session=ada")  # E
    browser.origin = "https://other.example"  # E
    browser.get("/")  # E
    browser.advance("10 minutes")  # E
