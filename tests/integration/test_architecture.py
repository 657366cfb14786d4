"""``docs/architecture.md`` says what a policy and a request enter on their way, and it is true."""

import itertools
import re
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import FrameType
from typing import Final

import pytest
from aiohttp import web
from pytest_aiohttp.plugin import AiohttpClient
from typing_extensions import Self

from aiohttp_cors import Cors
from aiohttp_cors._server.aiohttp_release import TYPES_EMPTY_BODIES
from tests.integration.fluent_support import routed
from tests.integration.support import ORIGIN, Client, preflight, send

PAGE: Final = Path(__file__).parents[2] / "docs" / "architecture.md"
MODULE: Final = re.compile(r"`((?:_[a-z]+\.)?[a-z_]+)`")

pytestmark = pytest.mark.skipif(not PAGE.exists(), reason="the built wheel is tried, not the page")


def section(title: str) -> str:
    text = PAGE.read_text(encoding="utf-8")
    return text.split(f"## The trip of {title}\n")[1].split("\n## ")[0]


def listed(title: str) -> set[str]:
    """The modules that the numbered lines of a section name."""
    lines = [line for line in section(title).splitlines() if re.match(r"\d+\. ", line)]
    return {name for line in lines for name in MODULE.findall(line)}


class Trip:
    """The modules of the package that are entered while it lasts."""

    def __init__(self) -> None:
        self.modules: set[str] = set()

    def __enter__(self) -> Self:
        sys.setprofile(self._note)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)

    def _note(self, frame: FrameType, event: str, _: object) -> None:
        name = str(frame.f_globals.get("__name__"))
        if event == "call" and name.startswith("aiohttp_cors."):
            self.modules.add(name.removeprefix("aiohttp_cors."))


TRIPS: Final = itertools.count()


def bound() -> tuple[web.Application, set[str]]:
    app = web.Application()
    name = f"X-Trip-{next(TRIPS)}"  # which no response of this process had before

    async def answering(request: web.Request) -> web.Response:
        return web.Response(headers={name: "1"})

    items = routed(app, "/items", "GET", "PUT", handler=answering)
    with Trip() as trip:
        Cors.for_app(app).origin(ORIGIN).allow_headers("X-A").on(items)
    return app, trip.modules


async def entered(ask: Callable[[], Awaitable[object]]) -> set[str]:
    with Trip() as trip:
        await ask()
    return trip.modules


def test_the_trip_of_a_policy_is_the_one_that_the_page_describes() -> None:
    _, modules = bound()
    # What only says whether a name is a token is left out.
    assert modules - {"_values.vocabulary"} == listed("a policy")


async def test_the_trip_of_an_actual_request_is_the_one_that_the_page_describes(
    aiohttp_client: AiohttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Other tests of this process may have sent all the names that are remembered.
    monkeypatch.setattr("aiohttp_cors._server.headers._MAX_HARMLESS", sys.maxsize)
    app, _ = bound()
    client: Client = await aiohttp_client(app)
    assert await entered(lambda: send(client, "GET", "/items")) == listed("an actual request")
    (later,) = (text for text in section("an actual request").split("\n\n") if "later" in text)
    assert await entered(lambda: send(client, "GET", "/items")) == set(MODULE.findall(later))


async def test_the_trip_of_a_preflight_is_the_one_that_the_page_describes(
    aiohttp_client: AiohttpClient,
) -> None:
    app, _ = bound()
    client: Client = await aiohttp_client(app)
    await send(client, "GET", "/items")
    modules = await entered(lambda: preflight(client, "/items", "PUT", names="x-a"))
    # To an older aiohttp an answer of ours is nothing that can be left alone at once.
    remembered = {"_table.bindings"} if TYPES_EMPTY_BODIES else set[str]()
    assert modules == listed("a preflight") - remembered
