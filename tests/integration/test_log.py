"""What is said at DEBUG, with fields that a handler can count, and what startup warns of.

Expectations from the issue's *A refusal says why* and the contract's *Actual responses* and *Errors*.
"""

import logging
import re
from collections.abc import Callable
from typing import Final, TypeAlias

import pytest
from aiohttp import web
from pytest_aiohttp.plugin import AiohttpClient

import aiohttp_cors
from aiohttp_cors import Cors, CorsWarning, OriginRule
from tests.integration.fluent_support import routed
from tests.integration.support import ORIGIN, OTHER, Client, hello, preflight, send

Fact: TypeAlias = tuple[object, ...]


@pytest.fixture(autouse=True)
def _at_debug(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "aiohttp_cors")


def facts(caplog: pytest.LogCaptureFixture) -> list[Fact]:
    """Reason, origin, method and route of each record at DEBUG."""
    return [
        tuple(vars(record)[f"cors_{name}"] for name in ("reason", "origin", "method", "route"))
        for record in caplog.records
        if record.levelno == logging.DEBUG and record.name == "aiohttp_cors"
    ]


def texts(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [r.getMessage() for r in caplog.records if r.name == "aiohttp_cors"]


def site(origin: str = ORIGIN) -> tuple[web.Application, OriginRule]:
    app = web.Application()
    routed(app, "/items", "GET", "PUT")
    routed(app, "/forgotten", "GET")
    (items, _) = app.router.resources()
    rule = Cors.for_app(app).origin(origin)
    rule.on(items)
    return app, rule


async def test_a_refusal_is_one_record_with_its_reason(
    aiohttp_client: AiohttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    client = await aiohttp_client(site()[0])
    await send(client, "GET", "/items", origin=OTHER)
    await preflight(client, "/items", "PUT", names="x-a")
    await preflight(client, "/items", "DELETE")
    assert facts(caplog) == [
        ("origin", OTHER, "GET", "/items"),
        ("headers", ORIGIN, "PUT", "/items"),
        ("method", ORIGIN, "DELETE", "/items"),
    ]


async def test_what_nothing_covers_is_named_once_per_route(
    aiohttp_client: AiohttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    client = await aiohttp_client(site()[0])
    for _ in range(3):
        await send(client, "GET", "/forgotten")
        await send(client, "GET", "/forgotten", origin=None)
    assert facts(caplog) == [("not_covered", ORIGIN, "GET", "/forgotten")]
    assert texts(caplog) == ["no policy covers GET /forgotten"]


async def test_the_route_of_a_preflight_that_no_policy_covers_is_said_to_have_none(
    aiohttp_client: AiohttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    app, _ = site()
    routed(app, "/{name}", "POST")
    client = await aiohttp_client(app)
    answer = await preflight(client, "/items", "POST")
    assert answer.text.endswith("the route that serves POST has no policy")
    assert "not allowed" not in answer.text
    assert facts(caplog) == [("not_covered", ORIGIN, "POST", "/items")]


async def test_a_404_with_an_origin_is_named(
    aiohttp_client: AiohttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    client = await aiohttp_client(site()[0])
    await send(client, "GET", "/nowhere")
    assert facts(caplog) == [("not_found", ORIGIN, "GET", None)]
    assert texts(caplog) == ["no policy covers the 404 of GET /nowhere"]


@pytest.mark.parametrize("path", ["/items", "/forgotten", "/nowhere"])
@pytest.mark.parametrize(
    "origin, headers",
    [
        (OTHER, {"Sec-Fetch-Site": "same-origin"}),
        ("https://own.example", {"Host": "own.example"}),
        ("https://own.example", {"Host": "OWN.example:443"}),
        ("http://own.example:8080", {"Host": "own.example:8080"}),
    ],
    ids=["the browser says so", "host", "default port", "port"],
)
async def test_the_servers_own_page_is_no_false_alarm(
    aiohttp_client: AiohttpClient,
    caplog: pytest.LogCaptureFixture,
    origin: str,
    headers: dict[str, str],
    path: str,
) -> None:
    client = await aiohttp_client(site()[0])
    await send(client, "GET", path, origin=origin, headers=headers)
    assert facts(caplog) == []


async def test_the_servers_own_page_does_not_use_up_what_is_said_once(
    aiohttp_client: AiohttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    client = await aiohttp_client(site()[0])
    own = {"Sec-Fetch-Site": "same-origin"}
    await send(client, "GET", "/forgotten", origin=OTHER, headers=own)
    await send(client, "GET", "/forgotten")
    assert facts(caplog) == [("not_covered", ORIGIN, "GET", "/forgotten")]


NEAR: Final = [
    ("http://127.0.0.1:8098", "http://localhost:8098", True),
    ("https://app.example.com", "http://app.example.com", True),
    ("https://app.example.com", "https://app.example.com:8443", True),
    ("https://app.example.com", "https://www.app.example.com", True),
    ("https://app.example.com", "https://app.example.com.", True),
    ("https://app.example.com", "https://app.example.org", False),
    ("https://app.example.com", "https://evil.example", False),
    ("https://app.example.com", "null", False),
]


@pytest.mark.parametrize("configured, sent, is_near", NEAR, ids=[row[1] for row in NEAR])
async def test_a_near_miss_is_named(
    aiohttp_client: AiohttpClient,
    caplog: pytest.LogCaptureFixture,
    configured: str,
    sent: str,
    is_near: bool,
) -> None:
    client = await aiohttp_client(site(configured)[0])
    await send(client, "GET", "/items", origin=sent)
    await preflight(client, "/items", "PUT", origin=sent)
    said = [text for text in texts(caplog) if text.startswith("configured is")]
    assert said == [f"configured is {configured}, sent {sent}"] * (2 if is_near else 0)


async def test_the_nearest_of_several_is_named(
    aiohttp_client: AiohttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    app = web.Application()
    items = routed(app, "/items", "GET")
    origins = ["https://a.example", "http://localhost:1", "http://127.0.0.1:3000"]
    Cors.for_app(app).origin(*origins).on(items)
    client = await aiohttp_client(app)
    await send(client, "GET", "/items", origin="http://localhost:3000")
    assert "configured is http://localhost:1, sent http://localhost:3000" in texts(caplog)


async def test_nothing_is_said_to_nobody(
    aiohttp_client: AiohttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "aiohttp_cors")
    app = web.Application()
    Cors.for_app(app).origin_where(lambda _: bool).on(routed(app, "/items", "GET"))  # type: ignore[arg-type,return-value]  # pyright: ignore[reportArgumentType]
    routed(app, "/forgotten", "GET")
    client = await aiohttp_client(app)
    for path in ("/items", "/forgotten", "/nowhere"):
        await send(client, "GET", path, origin=OTHER)
        await preflight(client, path, "GET", origin=OTHER)
    assert texts(caplog) == []


@pytest.mark.parametrize("answer", [1, "yes", re.match("a", "a")], ids=["1", "text", "match"])
async def test_a_predicate_that_answers_something_true_is_named(
    aiohttp_client: AiohttpClient, caplog: pytest.LogCaptureFixture, answer: object
) -> None:
    app = web.Application()
    predicate: Callable[[str], object] = lambda _: answer  # noqa: E731
    Cors.for_app(app).origin_where(predicate).on(routed(app, "/items", "GET"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client = await aiohttp_client(app)
    await send(client, "GET", "/items")
    assert [fact[0] for fact in facts(caplog)] == ["predicate", "origin"]
    assert "only True allows" in texts(caplog)[0]


@pytest.mark.parametrize("cookie", [True, False])
@pytest.mark.parametrize("credentials", [True, False])
async def test_a_browser_that_blocks_third_party_cookies_is_named(
    aiohttp_client: AiohttpClient,
    caplog: pytest.LogCaptureFixture,
    credentials: bool,
    cookie: bool,
) -> None:
    app = web.Application()
    rule = Cors.for_app(app).origin(ORIGIN)
    (rule.allow_credentials() if credentials else rule).on(routed(app, "/items", "GET"))
    client = await aiohttp_client(app)
    headers = {"Sec-Fetch-Storage-Access": "none", **({"Cookie": "a=1"} if cookie else {})}
    await send(client, "GET", "/items", headers=headers)
    named = [fact[0] for fact in facts(caplog)]
    assert named == (["third_party_cookies"] if credentials and not cookie else [])


async def test_a_value_that_a_client_chose_is_cut(
    aiohttp_client: AiohttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    client = await aiohttp_client(site()[0])
    await send(client, "GET", "/items", origin="https://" + "x" * 7000)
    await preflight(client, "/items", "X" * 7000)
    assert [len(text) < 500 for text in texts(caplog)] == [True, True]


# What startup warns of


async def warned(aiohttp_client: AiohttpClient, app: web.Application) -> list[str]:
    async def serve() -> None:
        client: Client = await aiohttp_client(app)
        await send(client, "GET", "/users")

    with pytest.warns(CorsWarning) as records:
        await serve()
    assert {record.filename for record in records} == {__file__}
    return [str(record.message) for record in records]


def named() -> web.Application:
    routes = web.RouteTableDef()

    @routes.get("/users", name="users")
    async def users(request: web.Request) -> web.Response:
        return web.Response()

    @routes.post("/users")
    async def create(request: web.Request) -> web.Response:
        return web.Response()

    app = web.Application()
    app.add_routes(routes)
    return app


def interrupted() -> web.Application:
    app = web.Application()
    app.router.add_get("/users", hello, name="users")
    app.router.add_get("/between", hello)
    app.router.add_post("/users", hello)
    app.router.add_put("/users", hello)
    return app


@pytest.mark.parametrize("make, methods", [(named, "POST"), (interrupted, "POST, PUT")])
async def test_a_path_of_which_only_a_part_is_covered_is_warned_of_once(
    aiohttp_client: AiohttpClient, make: Callable[[], web.Application], methods: str
) -> None:
    app = make()
    Cors.for_app(app).origin(ORIGIN).on(app.router["users"])
    (text,) = await warned(aiohttp_client, app)
    assert text.startswith(f"no policy covers {methods} of '/users'")
    expression = text.partition(".on(*")[2].removesuffix(")) [split-path]")
    every = eval(expression, {"app": app})
    assert {method.method for resource in every for method in resource} >= set(methods.split(", "))


@pytest.mark.parametrize("make", [named, interrupted])
async def test_what_was_meant_is_not_warned_of(
    aiohttp_client: AiohttpClient, make: Callable[[], web.Application]
) -> None:
    """A route that was bound by itself, an exclusion, everything, and the classic API."""
    by_route, excluded, whole, classic = make(), make(), make(), make()
    (get, *_) = by_route.router["users"]
    Cors.for_app(by_route).origin(ORIGIN).on(get)
    rule = Cors.for_app(excluded).origin(ORIGIN)
    rule.everywhere(excluding=[excluded.router["users"]])
    same = [r for r in whole.router.resources() if r.canonical == "/users"]
    Cors.for_app(whole).origin(ORIGIN).on(*same)
    aiohttp_cors.setup(classic).add(classic.router["users"])
    for app in (by_route, excluded, whole, classic):
        client = await aiohttp_client(app)
        await send(client, "GET", "/users")


async def test_a_target_of_an_application_that_is_never_mounted_is_warned_of(
    aiohttp_client: AiohttpClient,
) -> None:
    app, forgotten = web.Application(), web.Application()
    routed(app, "/users", "GET")
    rule = Cors.for_app(app).origin(ORIGIN)
    rule.on(routed(forgotten, "/inside", "GET"))
    (text,) = await warned(aiohttp_client, app)
    assert "'/inside' is in no router of the application" in text


async def test_a_target_of_an_application_that_is_mounted_is_not(
    aiohttp_client: AiohttpClient,
) -> None:
    app, sub = web.Application(), web.Application()
    Cors.for_app(app).origin(ORIGIN).on(routed(sub, "/inside", "GET"))
    app.add_subapp("/sub", sub)
    client = await aiohttp_client(app)
    assert (await send(client, "GET", "/sub/inside")).cors == {"allow-origin": ORIGIN}


async def test_positions_among_the_programs_own_middlewares_are_not_shifted(
    aiohttp_client: AiohttpClient,
) -> None:
    """A program that inserts at a position finds there what it has put there."""

    @web.middleware
    async def passing(request: web.Request, handler: object) -> web.StreamResponse:
        raise NotImplementedError

    app = web.Application(middlewares=[passing])
    aiohttp_cors.setup(app)
    Cors.for_app(app)
    assert list(app.middlewares) == [passing]
