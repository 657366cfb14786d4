"""Which clause of a policy an origin finds, and who is asked about it.

Expectations from the contract's *Matching origins*.
"""

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from pytest_aiohttp.plugin import AiohttpClient

from aiohttp_cors import Cors, CorsConfigError, LiveOrigins, Policy
from aiohttp_cors._protocol.compiled_policy import compile_policy
from aiohttp_cors._server.decision import grant_of
from tests.integration.fluent_support import EVIL, Handler, refuses, routed
from tests.integration.support import ORIGIN, OTHER, Client, Connection, hello, preflight, send

PATH = "/items"


class Asked:
    """A predicate that remembers what it was asked about."""

    def __init__(self, answer: bool = True) -> None:
        self.origins: list[str] = []
        self._answer = answer

    def __call__(self, origin: str) -> bool:
        self.origins.append(origin)
        return self._answer


def cors() -> Cors:
    return Cors.for_app(web.Application())


def bound(policy: Policy, handler: Handler = hello) -> web.Application:
    app = web.Application()
    Cors.for_app(app).use(policy).on(routed(app, PATH, "GET", "PUT", handler=handler))
    return app


async def clause_of(client: Client, origin: str) -> str | None:
    """Which clause answers; each exposes a name of its own. Preflight and actual request agree."""
    actual = await send(client, "GET", PATH, origin=origin)
    before = await preflight(client, PATH, "PUT", origin=origin)
    assert (before.status == 200) == (actual.cors.get("allow-origin") in {origin, "*"})
    return actual.cors.get("expose-headers") if actual.cors else None


@pytest.mark.parametrize("backwards", [False, True])
async def test_the_most_specific_clause_decides_in_whatever_order_they_are_written(
    aiohttp_client: AiohttpClient, backwards: bool
) -> None:
    clauses = [
        ("https://a.x.example", "exact"),
        ("https://a.x.example:*", "any-port-of-a-fixed-host"),
        ("https://*.a.x.example", "longer-suffix"),
        ("https://*.x.example:8443", "exact-port"),
        ("https://*.x.example:*", "any-port"),
        ("https://*.localhost", "localhost"),
    ]
    ordered = clauses[::-1] if backwards else clauses
    (first, name), *rest = ordered
    rule = cors().origin(first).expose(name)
    for origin, name in rest:
        rule = rule.origin(origin).expose(name)
    policy = rule.origin_where(lambda origin: origin.endswith("b.x.example")).expose("asked")
    client = await aiohttp_client(bound(policy.any_origin().expose("any").policy))
    for origin, expected in (
        ("https://a.x.example", "exact"),
        ("https://a.x.example:8443", "any-port-of-a-fixed-host"),
        ("https://b.a.x.example", "longer-suffix"),
        ("https://b.a.x.example:8443", "exact-port"),
        ("https://b.x.example:8443", "exact-port"),
        ("https://b.x.example:8444", "any-port"),
        ("https://b.x.example", "any-port"),
        ("https://c.b.a.x.example", "longer-suffix"),
        ("https://x.example", "any"),
        ("http://a.x.example", "any"),
        ("https://zb.x.example.evil.example", "any"),
        ("https://x.localhost", "localhost"),
        ("null", "any"),
    ):
        assert await clause_of(client, origin) == expected, origin


async def test_predicates_and_live_sets_are_asked_in_the_order_written(
    aiohttp_client: AiohttpClient,
) -> None:
    live = LiveOrigins([ORIGIN])
    first, second = Asked(), Asked()
    rule = cors().origin(live).expose("live").origin_where(first).expose("first")
    policy = rule.origin_where(second).expose("second").policy
    client = await aiohttp_client(bound(policy))
    assert await clause_of(client, ORIGIN) == "live"
    assert (first.origins, second.origins) == ([], [])
    assert await clause_of(client, OTHER) == "first"
    assert (first.origins, second.origins) == ([OTHER, OTHER], [])


async def test_a_matched_clause_decides_alone(aiohttp_client: AiohttpClient) -> None:
    asked = Asked()
    rule = cors().origin(ORIGIN).origin(f"{ORIGIN}:*").allow_credentials().allow_any_header()
    policy = rule.origin_where(asked).allow_any_method().any_origin().expose("any").policy
    client = await aiohttp_client(bound(policy))
    answer = await send(client, "GET", PATH)
    assert answer.cors == {"allow-origin": ORIGIN}
    assert refuses(await preflight(client, PATH, "PUT", names="x-a"), "PUT", "x-a")
    assert refuses(await preflight(client, PATH, "DELETE"), "DELETE")
    assert asked.origins == []


@pytest.mark.parametrize(
    "origin",
    [
        "https://app.example/",
        "https://APP.example",
        "HTTPS://app.example",
        "https://app.example:443",
        "http://app.example",
        "https://app.example.",
        "https://app.example.evil.example",
        "https://evilapp.example",
        "https://app.example@evil.example",
        "https://app.example https://evil.example",
        "https://evil.example,https://app.example",
        "null",
        "*",
        "",
    ],
)
async def test_comparison_is_byte_for_byte(aiohttp_client: AiohttpClient, origin: str) -> None:
    client = await aiohttp_client(bound(cors().origin(ORIGIN).policy))
    assert await clause_of(client, origin) is None
    assert (await send(client, "GET", PATH, origin=origin)).vary == ["Origin"]


@pytest.mark.parametrize(
    "origin",
    [
        "https://x.example",
        "https://.x.example",
        "https://a..x.example",
        "https://evil.example/.x.example",
        "https://evil.example?.x.example",
        "https://evil.example#.x.example",
        "https://evil.example\\.x.example",
        "https://evil.example:.x.example",
        "https://user@a.x.example",
        "https://a.x.example:8443",
        "https://a.x.example:",
        "https://a.x.example/",
        "https://A.x.example",
        "https://a b.x.example",
        "https://a.x.example.evil.example",
        "https://ax.example",
        "https://[::1].x.example",
        "a.x.example",
        "://a.x.example",
    ],
)
async def test_attack_a_pattern_matches_only_what_is_a_subdomain(
    aiohttp_client: AiohttpClient, origin: str
) -> None:
    policy = cors().origin("https://*.x.example").allow_credentials().policy
    client = await aiohttp_client(bound(policy))
    assert await clause_of(client, origin) is None


async def test_any_port_means_any_number_or_none(aiohttp_client: AiohttpClient) -> None:
    client = await aiohttp_client(bound(cors().origin("http://localhost:*").expose("x").policy))
    for origin in ("http://localhost", "http://localhost:1", "http://localhost:65535"):
        assert await clause_of(client, origin) == "x"
    for origin in ("http://localhost:", "http://localhost:x", "http://localhost:1.evil.example"):
        assert await clause_of(client, origin) is None


# Who is not asked


@pytest.mark.parametrize(
    "origin", ["null", "https://ä.example", "https://a.example\t.", f"https://{'x' * 319}", "\x7f"]
)
async def test_no_predicate_is_asked_about_what_is_no_serialized_origin(
    aiohttp_client: AiohttpClient, origin: str
) -> None:
    asked = Asked()
    client = await aiohttp_client(bound(cors().origin_where(asked).policy))
    headers = [f"Origin: {origin}".encode(), b"X: y"]
    connection = await Connection.to(client)
    answer = await connection.request(b"GET /items HTTP/1.1", *headers)
    assert answer.cors == {}
    await connection.close()
    assert asked.origins == []


async def test_an_origin_of_326_bytes_is_the_longest_that_is_looked_at(
    aiohttp_client: AiohttpClient,
) -> None:
    asked = Asked()
    client = await aiohttp_client(bound(cors().origin_where(asked).policy))
    longest = "https://" + "x" * 318
    assert len(longest) == 326
    assert (await send(client, "GET", PATH, origin=longest)).cors == {"allow-origin": longest}
    assert (await send(client, "GET", PATH, origin=f"{longest}x")).cors == {}
    assert asked.origins == [longest]


async def test_no_predicate_is_asked_where_an_exact_origin_or_a_pattern_decides(
    aiohttp_client: AiohttpClient,
) -> None:
    asked = Asked()
    policy = cors().origin_where(asked).origin(ORIGIN, "https://*.x.example").policy
    client = await aiohttp_client(bound(policy))
    for origin in (ORIGIN, "https://a.x.example"):
        assert (await send(client, "GET", PATH, origin=origin)).cors == {"allow-origin": origin}
    assert asked.origins == []


async def test_no_predicate_is_asked_without_an_origin(aiohttp_client: AiohttpClient) -> None:
    asked = Asked()
    client = await aiohttp_client(bound(cors().origin_where(asked).policy))
    answer = await send(client, "GET", PATH, origin=None)
    assert (answer.cors, answer.vary) == ({}, ["Origin"])
    assert asked.origins == []


# How often, and what an answer means


async def fails(request: web.Request) -> web.StreamResponse:
    raise LookupError("a bug of the program")


async def redirects(request: web.Request) -> web.StreamResponse:
    raise web.HTTPFound("/elsewhere")


@pytest.mark.parametrize("handler", [hello, fails, redirects])
async def test_a_predicate_is_asked_at_most_once_per_request(
    aiohttp_client: AiohttpClient, handler: Handler
) -> None:
    asked = Asked()
    app = bound(cors().origin_where(asked).policy, handler)
    client = await aiohttp_client(app)
    await send(client, "GET", PATH)
    assert asked.origins == [ORIGIN]
    await preflight(client, PATH, "PUT", origin=OTHER)
    assert asked.origins == [ORIGIN, OTHER]


async def test_a_predicate_of_everywhere_is_asked_at_most_once_per_request(
    aiohttp_client: AiohttpClient,
) -> None:
    asked = Asked()
    sub, app = web.Application(), web.Application()
    routed(sub, PATH, "GET", handler=fails)
    app.add_subapp("/sub/", sub)
    Cors.for_app(app).origin_where(asked).everywhere()
    client = await aiohttp_client(app)
    requests: list[tuple[str, str]] = [
        ("GET", "/sub/items"),
        ("GET", "/sub/nowhere"),
        ("DELETE", "/sub/items"),
        ("GET", "/nowhere"),
    ]
    for number, (method, path) in enumerate(requests, start=1):
        answer = await send(client, method, path)
        assert answer.cors == {"allow-origin": ORIGIN}
        assert len(asked.origins) == number
    await preflight(client, "/nowhere", "PUT")
    assert len(asked.origins) == 5
    await preflight(client, "/sub/items", "GET")
    assert len(asked.origins) == 6


@pytest.mark.parametrize("answer", [True, False], ids=str)
@pytest.mark.parametrize("is_async", [True, False])
async def test_a_predicate_may_be_sync_or_async(
    aiohttp_client: AiohttpClient, answer: bool, is_async: bool
) -> None:
    async def later(origin: str) -> bool:
        return answer

    predicate: Callable[[str], bool | Awaitable[bool]] = later if is_async else Asked(answer)
    client = await aiohttp_client(bound(cors().origin_where(predicate).allow_credentials().policy))
    actual = await send(client, "GET", PATH)
    assert actual.cors.get("allow-origin") == (ORIGIN if answer else None)
    assert actual.vary == ["Origin"]
    assert (await preflight(client, PATH, "PUT")).status == (200 if answer else 403)


@pytest.mark.parametrize("truthy", [1, "yes", [1], object(), None, 0], ids=["1", "yes", "[1]", "object", "None", "0"])  # fmt: skip
@pytest.mark.parametrize("is_async", [True, False])
async def test_only_true_allows(
    aiohttp_client: AiohttpClient, truthy: object, is_async: bool
) -> None:
    def now(origin: str) -> bool:
        return truthy  # type: ignore[return-value]  # pyright: ignore[reportReturnType]

    async def later(origin: str) -> bool:
        return now(origin)

    policy = cors().origin_where(later if is_async else now).policy
    client = await aiohttp_client(bound(policy))
    assert (await send(client, "GET", PATH)).cors == {}
    assert (await preflight(client, PATH, "PUT")).status == 403


@pytest.mark.parametrize("is_async", [True, False])
@pytest.mark.parametrize("handler", [hello, fails])
async def test_a_predicate_that_raises_refuses_and_is_logged_once(
    aiohttp_client: AiohttpClient,
    caplog: pytest.LogCaptureFixture,
    is_async: bool,
    handler: Handler,
) -> None:
    def now(origin: str) -> bool:
        raise LookupError("the database is away")

    async def later(origin: str) -> bool:
        return now(origin)

    rule = cors().origin(OTHER).origin_where(later if is_async else now)
    client = await aiohttp_client(bound(rule.any_origin().policy, handler))

    def logged() -> list[str]:
        records = [record for record in caplog.records if record.name == "aiohttp_cors"]
        caplog.clear()
        return [str(record.exc_info[1]) for record in records if record.exc_info is not None]

    caplog.set_level(logging.INFO)
    answer = await send(client, "GET", PATH)
    assert answer.status == (200 if handler is hello else 500)
    assert (answer.cors, answer.vary) == ({}, ["Origin"])
    assert logged() == ["the database is away"]
    answer = await preflight(client, PATH, "PUT")
    assert (answer.status, answer.cors) == (403, {})
    assert logged() == ["the database is away"]
    assert (await send(client, "GET", PATH, origin=OTHER)).cors == {"allow-origin": OTHER}
    assert logged() == []


@pytest.mark.skipif(sys.version_info < (3, 11), reason="Python 3.10 cannot tell who was cancelled")
async def test_a_predicate_whose_own_errand_is_cancelled_refuses(
    aiohttp_client: AiohttpClient,
) -> None:
    async def never(origin: str) -> bool:
        errand = asyncio.get_running_loop().create_future()
        errand.cancel()
        await errand
        return True

    client = await aiohttp_client(bound(cors().origin_where(never).policy))
    assert (await send(client, "GET", PATH)).cors == {}
    assert (await preflight(client, PATH, "PUT")).status == 403


async def test_a_request_that_is_cancelled_while_a_predicate_is_asked_is_cancelled() -> None:
    asked = asyncio.Event()

    async def waits(origin: str) -> bool:
        asked.set()
        await asyncio.get_running_loop().create_future()
        return True

    policy = compile_policy(cors().origin_where(waits).policy)
    request = asyncio.create_task(grant_of(make_mocked_request("GET", PATH), policy, ORIGIN))
    await asked.wait()
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request


async def test_a_predicate_that_raises_on_a_404_refuses(
    aiohttp_client: AiohttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(origin: str) -> bool:
        raise LookupError("the database is away")

    app = web.Application()
    Cors.for_app(app).origin_where(broken).everywhere()
    client = await aiohttp_client(app)
    answer = await send(client, "GET", "/nowhere")
    assert (answer.status, answer.cors, answer.vary) == (404, {}, ["Origin"])
    assert len([record for record in caplog.records if record.name == "aiohttp_cors"]) == 1


async def test_the_predicate_of_a_sub_application_is_asked_and_not_that_of_its_root(
    aiohttp_client: AiohttpClient,
) -> None:
    inner, outer = Asked(answer=False), Asked()
    sub, app = web.Application(), web.Application()
    Cors.for_app(sub).origin_where(inner).on(routed(sub, PATH, "GET", "PUT", handler=fails))
    app.add_subapp("/sub/", sub)
    Cors.for_app(app).origin_where(outer).everywhere()
    client = await aiohttp_client(app)
    answer = await send(client, "GET", "/sub/items")
    assert (answer.status, answer.cors, answer.vary) == (500, {}, ["Origin"])
    assert (await preflight(client, "/sub/items", "PUT")).status == 403
    assert (inner.origins, outer.origins) == ([ORIGIN, ORIGIN], [])


async def test_attack_a_predicate_that_only_compares_equal_does_not_answer_for_another(
    aiohttp_client: AiohttpClient,
) -> None:
    """Two tenants begin with equal lists; one of them changes afterwards."""

    @dataclass
    class Tenant:
        origins: list[str]

        def __call__(self, origin: str) -> bool:
            return origin in self.origins

    first, second = Tenant([ORIGIN]), Tenant([ORIGIN])
    app = web.Application()
    setup = Cors.for_app(app)
    setup.origin_where(first).on(routed(app, "/first", "GET"))
    setup.origin_where(second).on(routed(app, "/second", "GET"))
    second.origins.clear()
    first.origins.append(OTHER)
    client = await aiohttp_client(app)
    assert (await send(client, "GET", "/first")).cors == {"allow-origin": ORIGIN}
    assert (await send(client, "GET", "/second")).cors == {}
    assert (await send(client, "GET", "/second", origin=OTHER)).cors == {}


# Live sets


async def test_a_live_set_is_replaced_while_the_application_serves(
    aiohttp_client: AiohttpClient,
) -> None:
    live = LiveOrigins([ORIGIN])
    client = await aiohttp_client(bound(cors().origin(live).allow_credentials().policy))

    async def allowed(origin: str) -> bool:
        actual = await send(client, "GET", PATH, origin=origin)
        before = await preflight(client, PATH, "PUT", origin=origin)
        assert (before.status == 200) == bool(actual.cors)
        assert actual.vary == ["Origin"]
        return bool(actual.cors)

    assert await allowed(ORIGIN)
    assert not await allowed(OTHER)
    live.replace([OTHER, "https://*.x.example"])
    assert not await allowed(ORIGIN)
    assert await allowed(OTHER)
    assert await allowed("https://a.x.example")
    assert not await allowed("https://x.example")
    live.add(ORIGIN)
    live.discard(OTHER)
    assert await allowed(ORIGIN)
    assert not await allowed(OTHER)
    with pytest.raises(CorsConfigError):
        live.replace([EVIL, "null"])
    assert await allowed(ORIGIN)
    assert not await allowed(EVIL)
    live.replace([])
    assert not await allowed(ORIGIN)


async def test_a_live_set_beside_exact_origins(aiohttp_client: AiohttpClient) -> None:
    live = LiveOrigins()
    policy = cors().origin(ORIGIN, live).expose("named").any_origin().expose("any").policy
    client = await aiohttp_client(bound(policy))
    assert await clause_of(client, ORIGIN) == "named"
    assert await clause_of(client, OTHER) == "any"
    live.add(OTHER)
    assert await clause_of(client, OTHER) == "named"
    assert await clause_of(client, "null") == "any"


async def test_one_live_set_serves_several_policies(aiohttp_client: AiohttpClient) -> None:
    live = LiveOrigins([ORIGIN])
    app = web.Application()
    setup = Cors.for_app(app)
    setup.origin(live).allow_credentials().on(routed(app, "/1", "GET"))
    setup.origin(live).on(routed(app, "/2", "GET"))
    client = await aiohttp_client(app)
    live.replace([OTHER])
    for path in ("/1", "/2"):
        assert (await send(client, "GET", path)).cors == {}
        assert (await send(client, "GET", path, origin=OTHER)).cors["allow-origin"] == OTHER
