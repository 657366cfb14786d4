"""Chromium, Firefox and WebKit: how each is found, started, and told what to do.

Knows two protocols, WebDriver and WebDriver BiDi, and a little of each. Knows nothing of CORS.

Sources: https://www.w3.org/TR/webdriver2/ and https://w3c.github.io/webdriver-bidi/
"""

import base64
import itertools
import json
import shutil
import socket
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final, Protocol, TypeGuard, final, runtime_checkable

from aiohttp import ClientError, ClientSession, ClientTimeout, ClientWebSocketResponse
from typing_extensions import override

from tests.browser.processes import PATIENCE, child, until


class Engine(Protocol):
    """A browser with one page open."""

    version: str

    async def open(self, url: str) -> None:
        """Navigate to `url`, until it has loaded."""
        ...

    async def run(self, script: str) -> str:
        """The text that an async function with the body `script` returns in the page."""
        ...


@runtime_checkable
class HasConsole(Protocol):
    """An engine that tells what its console says."""

    async def console(self) -> list[str]:
        """The messages since the last call. One may come a moment after what it is about."""
        ...


@runtime_checkable
class TakesPictures(Protocol):
    """An engine that shows its page on a screen of any width, light or dark."""

    async def show_on(self, *, width: int, dark: bool) -> None:
        """Lay the page out for such a screen."""
        ...

    async def picture(self) -> bytes:
        """The whole page as a PNG."""
        ...


class MissingBrowserError(Exception):
    """What a browser needs is not installed."""

    @override
    def __str__(self) -> str:
        return f"{super().__str__()} is not installed: make browsers"


@final
class _WebDriver:
    """A session of the classic WebDriver protocol."""

    def __init__(self, http: ClientSession, base: str, session: str, version: str) -> None:
        self.version = version
        self._http = http
        self._session = f"{base}/session/{session}"

    @classmethod
    @asynccontextmanager
    async def started(
        cls, base: str, capabilities: Mapping[str, object]
    ) -> AsyncGenerator["_WebDriver", None]:
        """A new session of the driver at `base`, once the driver is ready."""
        async with ClientSession(timeout=ClientTimeout(PATIENCE)) as http:

            async def is_ready() -> bool | None:
                try:
                    async with http.get(f"{base}/status") as response:
                        answer = _field(await response.json(), "value")
                except ClientError:
                    return None
                return _field(answer, "ready") is True or None

            await until(is_ready, f"driver at {base}")
            # The tests make their own certificates.
            always = {"acceptInsecureCerts": True, **capabilities}
            wanted = {"capabilities": {"alwaysMatch": always}}
            session = await _post(http, f"{base}/session", wanted)
            found = _field(session, "capabilities")
            version = f"{_field(found, 'browserName')} {_field(found, 'browserVersion')}"
            driver = cls(http, base, _text(_field(session, "sessionId")), version)
            try:
                yield driver
            finally:
                async with http.delete(driver._session):
                    pass

    async def open(self, url: str) -> None:
        await self.ask("url", {"url": url})

    async def run(self, script: str) -> str:
        done = "arguments[arguments.length - 1]"
        text = f"{_function(script)}.then({done}, error => {done}(String(error)))"
        asked = {"script": text, "args": list[object]()}
        return _text(await self.ask("execute/async", asked))

    async def ask(self, what: str, command: Mapping[str, object]) -> object:
        """What the driver answers to a command of the session."""
        return await _post(self._http, f"{self._session}/{what}", command)


@final
class _Chromium:
    """Chromium, whose driver keeps the messages of the console."""

    def __init__(self, driver: _WebDriver) -> None:
        self.version = driver.version
        self.open = driver.open
        self.run = driver.run
        self._driver = driver

    async def console(self) -> list[str]:
        entries = await self._driver.ask("se/log", {"type": "browser"})
        assert _is_list(entries)
        return [_text(_field(entry, "message")) for entry in entries]

    async def show_on(self, *, width: int, dark: bool) -> None:
        screen = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        await self._devtools("Emulation.setDeviceMetricsOverride", screen)
        await self._devtools("Emulation.setEmulatedMedia", {"features": [scheme]})
        await self._devtools("Emulation.setScrollbarsHidden", {"hidden": True})

    async def picture(self) -> bytes:
        taken = await self._devtools("Page.captureScreenshot", {"captureBeyondViewport": True})
        return base64.b64decode(_text(_field(taken, "data")))

    async def _devtools(self, command: str, params: Mapping[str, object]) -> object:
        """What the DevTools protocol answers."""
        return await self._driver.ask("goog/cdp/execute", {"cmd": command, "params": params})


async def _post(http: ClientSession, url: str, command: Mapping[str, object]) -> object:
    async with http.post(url, json=command) as response:
        value = _field(await response.json(), "value")
        if response.status != 200:
            raise RuntimeError(f"{url}: {value}")
        return value


@final
class _BiDi:
    """A session of the WebDriver BiDi protocol."""

    # A string, because aiohttp 3.9's is not generic.
    def __init__(self, socket: "ClientWebSocketResponse[bool]") -> None:
        self.version = ""
        self._socket = socket
        self._ids = itertools.count()
        self._page = ""

    @classmethod
    @asynccontextmanager
    async def started(cls, url: str) -> AsyncGenerator["_BiDi", None]:
        """A new session of the browser that listens at `url`."""
        timeout = ClientTimeout(PATIENCE)
        async with ClientSession(timeout=timeout) as http, http.ws_connect(url) as socket:
            driver = cls(socket)
            wanted = {"alwaysMatch": {"acceptInsecureCerts": True}}
            session = await driver._do("session.new", {"capabilities": wanted})
            found = _field(session, "capabilities")
            driver.version = f"{_field(found, 'browserName')} {_field(found, 'browserVersion')}"
            tree = await driver._do("browsingContext.getTree", {})
            contexts = _field(tree, "contexts")
            assert _is_list(contexts)
            driver._page = _text(_field(contexts[0], "context"))
            try:
                yield driver
            finally:
                await driver._do("browser.close", {})

    async def open(self, url: str) -> None:
        asked = {"context": self._page, "url": url, "wait": "complete"}
        await self._do("browsingContext.navigate", asked)

    async def run(self, script: str) -> str:
        asked = {
            "expression": _function(script),
            "target": {"context": self._page},
            "awaitPromise": True,
        }
        answer = await self._do("script.evaluate", asked)
        if _field(answer, "type") != "success":
            raise RuntimeError(str(answer))
        return _text(_field(_field(answer, "result"), "value"))

    async def _do(self, method: str, params: Mapping[str, object]) -> object:
        number = next(self._ids)
        await self._socket.send_json({"id": number, "method": method, "params": params})
        while True:
            message: object = await self._socket.receive_json(timeout=PATIENCE)
            if _field(message, "id") == number:
                if _field(message, "type") != "success":
                    raise RuntimeError(f"{method}: {message}")
                return _field(message, "result")


_CHROMIUM_OPTIONS: Final = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--ignore-certificate-errors",
)


@asynccontextmanager
async def _chromium(home: Path) -> AsyncGenerator[Engine, None]:
    binary, program = _installed("chromium"), _installed("chromedriver")
    options = [*_CHROMIUM_OPTIONS, f"--user-data-dir={home / 'profile'}"]
    async with child(program, "--port=0", home=home) as running:
        port = (await running.line(r"started successfully on port (\d+)"))[1]
        wanted = {
            "goog:chromeOptions": {"binary": binary, "args": options},
            "goog:loggingPrefs": {"browser": "ALL"},
        }
        async with _WebDriver.started(f"http://127.0.0.1:{port}", wanted) as driver:
            yield _Chromium(driver)


@asynccontextmanager
async def _firefox(home: Path) -> AsyncGenerator[Engine, None]:
    profile = home / "profile"
    profile.mkdir()
    options = ("--headless", "--no-remote", "--profile", profile, "--remote-debugging-port=0")
    async with child(
        _installed("firefox-esr", "firefox"), *options, "about:blank", home=home
    ) as it:
        url = (await it.line(r"WebDriver BiDi listening on (ws://\S+)"))[1]
        async with _BiDi.started(f"{url}/session") as engine:
            yield engine


@asynccontextmanager
async def _webkit(home: Path) -> AsyncGenerator[Engine, None]:
    driver, display, browser = _installed("WebKitWebDriver"), _installed("Xvfb"), _mini_browser()
    async with AsyncExitStack() as stack:
        screen = ("-displayfd", "1", "-screen", "0", "1024x768x24", "-nolisten", "tcp")
        xvfb = await stack.enter_async_context(child(display, *screen, home=home))
        number = (await xvfb.line(r"(?m)^(\d+)$"))[1]
        port = _free_port()
        started = child(driver, f"--port={port}", home=home, DISPLAY=f":{number}")
        await stack.enter_async_context(started)
        options = {"binary": browser, "args": ["--automation"]}
        wanted = {"webkitgtk:browserOptions": options}
        base = f"http://127.0.0.1:{port}"
        yield await stack.enter_async_context(_WebDriver.started(base, wanted))


ENGINES: Final[Mapping[str, Callable[[Path], AbstractAsyncContextManager[Engine]]]] = {
    "chromium": _chromium,
    "firefox": _firefox,
    "webkit": _webkit,
}
"""How each engine is started, in an empty folder of its own."""


def _installed(*names: str) -> str:
    for name in names:
        found = shutil.which(name)
        if found is not None:
            return found
    raise MissingBrowserError(names[0])


def _mini_browser() -> str:
    """WebKitGTK's own browser, which is on no path."""
    for found in Path("/usr/lib").glob("*/webkit2gtk-4.1/MiniBrowser"):
        return str(found)
    raise MissingBrowserError("MiniBrowser")


def _free_port() -> int:
    """A port of the kernel's choice, for a driver that cannot tell which one it got."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        _, port = server.getsockname()
        assert isinstance(port, int)
        return port


def _function(body: str) -> str:
    """A call of an async function, as an expression."""
    return f"(async () => {{{body}}})()"


def _field(value: object, name: str) -> object:
    """A member of a JSON object; None without it."""
    return value.get(name) if _is_object(value) else None


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"not a text: {json.dumps(value)}")
    return value


def _is_object(value: object) -> TypeGuard[Mapping[str, object]]:
    return isinstance(value, Mapping)


def _is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)
