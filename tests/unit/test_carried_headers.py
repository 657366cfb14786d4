"""What a remembered preflight of a classic resource carries; a model of a browser shows that it does."""

from collections.abc import Mapping

import pytest
from aiohttp import web
from pytest_aiohttp.plugin import AiohttpClient
from typing_extensions import override

import aiohttp_cors
from aiohttp_cors import CorsViewMixin, ResourceOptions
from aiohttp_cors._server.carried_headers import carried_header
from aiohttp_cors._table.router import Mounted
from aiohttp_cors._table.table import TABLE
from aiohttp_cors._values.findings import Finding
from aiohttp_cors.cors_config import Config
from aiohttp_cors.testing import Browser, CorsBlocked
from tests.integration.support import hello

A = "https://a.example"
NONE: Config = {A: ResourceOptions()}
TOKEN: Config = {A: ResourceOptions(allow_headers=["X-Token"], allow_credentials=True)}
ANY: Config = {A: ResourceOptions(allow_headers="*")}


class View(web.View, CorsViewMixin):
    cors_config = {A: ResourceOptions(allow_headers=["X-Token"])}  # noqa: RUF012

    async def get(self) -> web.Response:
        return web.Response()

    async def post(self) -> web.Response:
        return web.Response()

    @classmethod
    @override
    def get_request_config(cls, request: web.Request, request_method: str) -> Config:
        return NONE


Added = Mapping[str, Config | None]

ROWS: dict[str, tuple[Added, str | None]] = {
    "a header that the other route refuses": ({"PUT": TOKEN, "POST": NONE}, "X-TOKEN PUT POST"),
    "the other way round": ({"POST": TOKEN, "PUT": NONE}, "X-TOKEN POST PUT"),
    "any header": ({"PUT": ANY, "POST": NONE}, "X-CSRF-TOKEN PUT POST"),
    "a route that was left out and that no preflight guards": (
        {"PUT": TOKEN, "POST": None},
        "X-TOKEN PUT POST",
    ),
    "a route that was left out and that a preflight guards": ({"PUT": TOKEN, "DELETE": None}, None),
    "a route that was left out and that its method names": (
        {
            "PUT": {A: ResourceOptions(allow_headers=["X-Token"], allow_methods=["GET"])},
            "GET": None,
        },
        None,
    ),
    "the same headers": ({"PUT": TOKEN, "POST": TOKEN}, None),
    "the same headers in other options": (
        {"PUT": TOKEN, "POST": {A: ResourceOptions(allow_headers=["x-token"], max_age=5)}},
        None,
    ),
    "any header on both": ({"PUT": ANY, "POST": {**ANY, "*": ResourceOptions()}}, None),
    "a memory that is switched off": (
        {"PUT": {A: ResourceOptions(allow_headers=["X-Token"], max_age=0)}, "POST": NONE},
        None,
    ),
    "another origin": (
        {"PUT": {"https://b.example": ResourceOptions(allow_headers=["X-Token"])}, "DELETE": NONE},
        None,
    ),
    "an origin of a pattern": (
        {
            "PUT": {"https://*.a.example:*": ResourceOptions(allow_headers=["X-Token"])},
            "POST": {"https://*.a.example:*": ResourceOptions()},
        },
        "X-TOKEN PUT POST",
    ),
    "any origin": (
        {
            "PUT": {"*": ResourceOptions(allow_headers=["X-Token"])},
            "POST": {"*": ResourceOptions()},
        },
        "X-TOKEN PUT POST",
    ),
    "one route": ({"PUT": TOKEN}, None),
}


def added(config: Added) -> web.Application:
    app = web.Application()
    resource = app.router.add_resource("/notes")
    cors = aiohttp_cors.setup(app)
    for method, options in config.items():
        route = resource.add_route(method, hello)
        if options is not None:
            cors.add(route, options)
    return app


def found(app: web.Application) -> Finding | None:
    (resource,) = app.router.resources()
    mounted, table = Mounted((app,), resource), app[TABLE]
    return carried_header(mounted, table.coverage(mounted), table.methods(mounted))


@pytest.mark.parametrize("config, expected", ROWS.values(), ids=ROWS)
def test_a_header_that_is_carried_too_far_is_found(config: Added, expected: str | None) -> None:
    finding = found(added(config))
    if expected is None:
        assert finding is None
        return
    name, by, to = expected.split()
    assert finding is not None
    assert f"may send {name} with {by} of '/notes' sends it with {to}, too" in finding.text


def test_a_view_that_is_asked_is_left_alone() -> None:
    app = web.Application()
    resource = app.router.add_resource("/notes")
    aiohttp_cors.setup(app, defaults=TOKEN).add(resource.add_route("*", View))
    assert found(app) is None


async def is_carried(client: AiohttpClient, app: web.Application) -> bool:
    """Whether a page that sent a PUT with the header may send a POST with it, unasked."""
    browser = Browser(await client(app), origin=A)
    await browser.fetch("/notes", method="PUT", headers={"X-Token": "1"})
    before = len(browser.preflights)
    try:
        await browser.fetch("/notes", method="POST", headers={"X-Token": "1"})
    except CorsBlocked:
        return False
    return len(browser.preflights) == before


async def test_a_browser_does_carry_what_is_found(aiohttp_client: AiohttpClient) -> None:
    plain: Config = {A: ResourceOptions(allow_headers=["X-Token"])}
    assert await is_carried(aiohttp_client, added({"PUT": plain, "POST": NONE}))
    kept_off: Config = {A: ResourceOptions(allow_headers=["X-Token"], max_age=0)}
    assert not await is_carried(aiohttp_client, added({"PUT": kept_off, "POST": NONE}))
