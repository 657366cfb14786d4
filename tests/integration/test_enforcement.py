"""What an enforced policy refuses before anything runs, on every kind of target and at every moment.

Expectations from the contract's *Enforcement*. The table itself is held by `tests.unit.test_enforcement`;
here it is seen that the guard stands where it has to, with the facts of real requests.
"""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, ClassVar, Final

import pytest
from aiohttp import web
from aiohttp.web_urldispatcher import UrlMappingMatchInfo
from pytest_aiohttp.plugin import AiohttpClient
from typing_extensions import override

import aiohttp_cors
from aiohttp_cors import Cors, LiveOrigins, OriginRule
from aiohttp_cors.cors_config import Config
from tests.integration.fluent_support import EVIL, Handler, routed
from tests.integration.support import ORIGIN, OTHER, Answer, Client, Connection, preflight, send

METHODS: Final = ("GET", "POST", "PUT")


class Site:
    """An application of which each handler and middleware that runs is noted."""

    def __init__(self) -> None:
        self.reached: list[str] = []
        self.app = self.application("root")

    def application(self, name: str) -> web.Application:
        return web.Application(middlewares=[self.middleware(name)])

    def middleware(self, name: str) -> Any:
        @web.middleware
        async def noting(request: web.Request, handler: Handler) -> web.StreamResponse:
            self.reached.append(f"middleware of {name}")
            return await handler(request)

        return noting

    async def handler(self, request: web.Request) -> web.StreamResponse:
        self.reached.append("handler")
        if request.headers.get("Upgrade") == "websocket":
            socket = web.WebSocketResponse()
            await socket.prepare(request)
            return socket
        return web.Response(text="reached")

    @property
    def rule(self) -> OriginRule:
        return Cors.for_app(self.app).origin(ORIGIN)

    def routed(self, path: str, *methods: str, app: web.Application | None = None) -> web.Resource:
        return routed(app or self.app, path, *(methods or METHODS), handler=self.handler)


@pytest.fixture
def site() -> Site:
    return Site()


def is_refusal(answer: Answer) -> bool:
    """Whether it is our 403, which no page can read and no cache keeps."""
    if answer.status != 403:
        return False
    # HEAD has no body.
    assert answer.text.startswith("Cross-origin request refused: ") or not answer.text
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers.getall("Cache-Control") == ["no-store"]
    assert answer.cors == {}
    return True


async def is_enforced(client: Client, site: Site, path: str, method: str = "POST") -> bool:
    """Whether a forged request is refused before anything runs, and an allowed one is not."""
    site.reached.clear()
    refused = is_refusal(await send(client, method, path, origin=EVIL))
    assert refused == (site.reached == [])
    allowed = await send(client, method, path)
    assert allowed.status != 403
    assert site.reached
    return refused


# Every kind of target


class Items(web.View):
    async def get(self) -> web.StreamResponse:
        return web.Response(text="reached")

    async def post(self) -> web.StreamResponse:
        return web.Response(text="reached")


def a_sub_application(site: Site) -> web.AbstractResource:
    sub = site.application("sub")
    site.routed("/inside", app=sub)
    return site.app.add_subapp("/sub", sub)


def a_nested_sub_application(site: Site) -> web.AbstractResource:
    sub, inner = site.application("sub"), site.application("inner")
    site.routed("/inside", app=inner)
    sub.add_subapp("/inner", inner)
    return site.app.add_subapp("/sub", sub)


def a_domain(site: Site) -> web.AbstractResource:
    sub = site.application("domain")
    site.routed("/inside", app=sub)
    return site.app.add_domain("localhost", sub)


TARGETS: Final[dict[str, tuple[Callable[[Site], Any], str, str]]] = {
    "resource": (lambda site: site.routed("/items"), "POST", "/items"),
    "dynamic resource": (lambda site: site.routed("/items/{id}"), "POST", "/items/7"),
    "route": (lambda site: next(iter(site.routed("/items", "POST"))), "POST", "/items"),
    "GET route": (lambda site: next(iter(site.routed("/items", "GET"))), "GET", "/items"),
    "HEAD of a GET route": (
        lambda site: site.app.router.add_get("/items", site.handler),
        "HEAD",
        "/items",
    ),
    "* route": (
        lambda site: site.app.router.add_route("*", "/items", site.handler),
        "DELETE",
        "/items",
    ),
    "view": (lambda site: site.app.router.add_view("/items", Items), "POST", "/items"),
    "view's resource": (
        lambda site: site.app.router.add_view("/items", Items).resource,
        "POST",
        "/items",
    ),
    "static": (
        lambda site: site.app.router.add_static("/files", Path(__file__).parent),
        "GET",
        "/files/__init__.py",
    ),
    "sub-application": (a_sub_application, "POST", "/sub/inside"),
    "nested sub-application": (a_nested_sub_application, "POST", "/sub/inner/inside"),
    "404 of a sub-application": (a_sub_application, "POST", "/sub/nothing"),
    "405 of a sub-application": (a_sub_application, "DELETE", "/sub/inside"),
    "405 of a resource": (lambda site: site.routed("/items"), "DELETE", "/items"),
    "domain": (a_domain, "POST", "/inside"),
}


@pytest.mark.parametrize("make, method, path", TARGETS.values(), ids=TARGETS)
async def test_a_forged_request_reaches_nothing_of_a_target(
    aiohttp_client: AiohttpClient,
    site: Site,
    make: Callable[[Site], Any],
    method: str,
    path: str,
) -> None:
    site.rule.enforce_on(make(site))
    assert await is_enforced(await aiohttp_client(site.app), site, path, method)


@pytest.mark.parametrize("make, method, path", TARGETS.values(), ids=TARGETS)
async def test_a_forged_request_reaches_nothing_where_everything_is_enforced(
    aiohttp_client: AiohttpClient,
    site: Site,
    make: Callable[[Site], Any],
    method: str,
    path: str,
) -> None:
    make(site)
    site.rule.enforce_everywhere()
    assert await is_enforced(await aiohttp_client(site.app), site, path, method)


@pytest.mark.parametrize("make, method, path", TARGETS.values(), ids=TARGETS)
async def test_a_policy_that_is_not_enforced_refuses_nothing(
    aiohttp_client: AiohttpClient,
    site: Site,
    make: Callable[[Site], Any],
    method: str,
    path: str,
) -> None:
    site.rule.on(make(site))
    assert not await is_enforced(await aiohttp_client(site.app), site, path, method)


async def test_what_is_not_bound_stays_open(aiohttp_client: AiohttpClient, site: Site) -> None:
    site.routed("/open")
    post = next(route for route in site.routed("/items") if route.method == "POST")
    site.rule.enforce_on(post)
    client = await aiohttp_client(site.app)
    assert await is_enforced(client, site, "/items", "POST")
    assert not await is_enforced(client, site, "/items", "PUT")
    assert not await is_enforced(client, site, "/open")
    assert not await is_enforced(client, site, "/nothing")


async def test_a_404_is_enforced_with_everything(aiohttp_client: AiohttpClient, site: Site) -> None:
    site.rule.enforce_everywhere()
    assert await is_enforced(await aiohttp_client(site.app), site, "/nothing")


async def test_what_is_excluded_stays_open(aiohttp_client: AiohttpClient, site: Site) -> None:
    site.routed("/items")
    hook, bound = site.routed("/hook"), site.routed("/bound")
    cors = site.rule.enforce_everywhere(excluding=[hook, bound])
    cors.origin(OTHER).on(bound)
    client = await aiohttp_client(site.app)
    assert await is_enforced(client, site, "/items")
    assert not await is_enforced(client, site, "/hook")
    assert not await is_enforced(client, site, "/bound")


async def test_a_ready_policy_is_enforced(aiohttp_client: AiohttpClient, site: Site) -> None:
    options = {ORIGIN: {"allow_credentials": True}}
    Cors.for_app(site.app).use(options).enforce_on(site.routed("/items"))
    site.routed("/view")
    Cors.for_app(site.app).use(site.rule.policy).enforce_everywhere()
    client = await aiohttp_client(site.app)
    assert await is_enforced(client, site, "/items")
    assert await is_enforced(client, site, "/view")


async def test_a_view_of_the_classic_api_is_enforced_by_a_fluent_policy(
    aiohttp_client: AiohttpClient, site: Site
) -> None:
    class View(web.View, aiohttp_cors.CorsViewMixin):
        cors_config: ClassVar[Config] = {EVIL: {"allow_credentials": True}}

        async def post(self) -> web.StreamResponse:
            return web.Response()

    site.rule.enforce_on(site.app.router.add_view("/items", View))
    assert await is_enforced(await aiohttp_client(site.app), site, "/items")


# Specificity


async def test_the_more_specific_policy_is_enforced(
    aiohttp_client: AiohttpClient, site: Site
) -> None:
    items = site.routed("/items")
    post = next(route for route in items if route.method == "POST")
    site.rule.enforce_on(post).origin(OTHER).on(items)
    client = await aiohttp_client(site.app)
    assert await is_enforced(client, site, "/items", "POST")
    assert is_refusal(await send(client, "POST", "/items", origin=OTHER))
    assert not await is_enforced(client, site, "/items", "PUT")


async def test_an_enforced_resource_stands_under_an_enforced_everything(
    aiohttp_client: AiohttpClient, site: Site
) -> None:
    items = site.routed("/items")
    site.routed("/others")
    site.rule.enforce_everywhere().origin(ORIGIN, OTHER).enforce_on(items)
    client = await aiohttp_client(site.app)
    assert await is_enforced(client, site, "/items")
    assert (await send(client, "POST", "/items", origin=OTHER)).status == 200
    assert is_refusal(await send(client, "POST", "/others", origin=OTHER))


# WebSockets


async def opens(client: Client, path: str, headers: dict[str, str]) -> bool:
    handshake = {"Upgrade": "websocket", "Connection": "Upgrade", **headers}
    handshake |= {"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA=="}
    handshake["Host"] = "localhost"
    async with client.get(path, headers=handshake) as response:
        assert response.status in {101, 403}
        return response.status == 101


@pytest.mark.parametrize(
    "headers, is_open",
    [
        ({"Origin": EVIL}, False),
        ({"Origin": EVIL, "Cookie": "session=1"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": EVIL, "Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Origin": "http://localhost"}, True),
        ({"Origin": "https://localhost"}, True),
        ({"Origin": "http://localhost:8080"}, False),
        ({"Origin": EVIL, "Sec-Fetch-Site": "same-origin"}, True),
        ({"Origin": ORIGIN}, True),
        ({}, True),
    ],
    ids=[
        "evil",
        "evil with cookie",
        "sandbox",
        "evil says so",
        "no origin",
        "own",
        "own behind TLS",
        "another port",
        "own says so",
        "allowed",
        "no browser",
    ],
)
async def test_a_websocket_opens_for_own_and_allowed_pages_alone(
    aiohttp_client: AiohttpClient, site: Site, headers: dict[str, str], is_open: bool
) -> None:
    site.rule.enforce_on(site.routed("/socket"))
    client = await aiohttp_client(site.app)
    assert await opens(client, "/socket", headers) == is_open
    assert bool(site.reached) == is_open


async def test_a_cookie_opens_no_websocket_without_credentials(
    aiohttp_client: AiohttpClient, site: Site
) -> None:
    first, second = site.routed("/socket"), site.routed("/trusting")
    site.rule.enforce_on(first).origin(ORIGIN).allow_credentials().enforce_on(second)
    client = await aiohttp_client(site.app)
    headers = {"Origin": ORIGIN, "Cookie": "session=1"}
    assert not await opens(client, "/socket", headers)
    assert await opens(client, "/trusting", headers)


@pytest.mark.parametrize("upgrade", [b"websocket", b"WebSocket", b"h2c, websocket", b" websocket "])
async def test_a_handshake_is_recognised_however_it_is_spelled(
    aiohttp_client: AiohttpClient, site: Site, upgrade: bytes
) -> None:
    site.rule.enforce_on(site.routed("/socket"))
    connection = await Connection.to(await aiohttp_client(site.app))
    lines = [b"GET /socket HTTP/1.1", b"Sec-Fetch-Site: cross-site", b"Connection: Upgrade"]
    answer = await connection.request(*lines, b"Upgrade: " + upgrade)
    assert is_refusal(answer)
    assert site.reached == []
    await connection.close()


# The facts of a request


CREDENTIALS: Final = {"Cookie": "session=1", "Authorization": "Bearer x"}


@pytest.mark.parametrize("name", CREDENTIALS)
async def test_a_credential_is_refused_where_none_is_allowed(
    aiohttp_client: AiohttpClient, site: Site, name: str
) -> None:
    site.rule.enforce_on(site.routed("/items"))
    client = await aiohttp_client(site.app)
    answer = await send(client, "POST", "/items", headers={name: CREDENTIALS[name]})
    assert is_refusal(answer)
    assert f"is allowed without credentials, and {name} is sent" in answer.text
    assert site.reached == []


async def test_a_token_passes_where_the_header_is_allowed(
    aiohttp_client: AiohttpClient, site: Site
) -> None:
    site.rule.allow_headers("Authorization").enforce_on(site.routed("/items"))
    client = await aiohttp_client(site.app)
    headers = {"Authorization": "Bearer x"}
    assert (await send(client, "POST", "/items", headers=headers)).status == 200
    headers["Cookie"] = "session=1"
    assert is_refusal(await send(client, "POST", "/items", headers=headers))


REPEATED: Final = {
    "origins": [b"Origin: https://app.example", b"Origin: https://evil.example"],
    "the same origin": [b"Origin: https://app.example", b"origin: https://app.example"],
    "sites": [b"Sec-Fetch-Site: same-origin", b"Sec-Fetch-Site: cross-site"],
    "own and no site": [b"Sec-Fetch-Site: same-origin", b"SEC-FETCH-SITE: none"],
    "an origin and an empty one": [b"Origin: https://app.example", b"Origin:"],
}


@pytest.mark.parametrize("lines", REPEATED.values(), ids=REPEATED)
async def test_repeated_lines_are_refused(
    aiohttp_client: AiohttpClient, site: Site, lines: list[bytes]
) -> None:
    site.rule.enforce_on(site.routed("/items"))
    connection = await Connection.to(await aiohttp_client(site.app))
    answer = await connection.request(b"POST /items HTTP/1.1", *lines, b"Content-Length: 0")
    assert is_refusal(answer)
    assert "is there 2 times" in answer.text
    assert site.reached == []
    await connection.close()


@pytest.mark.parametrize("value", [b"", b" ", b"\xff", b"https://\xff.example"])
async def test_an_origin_that_is_none_is_not_taken_for_absent(
    aiohttp_client: AiohttpClient, site: Site, value: bytes
) -> None:
    site.rule.enforce_on(site.routed("/items"))
    connection = await Connection.to(await aiohttp_client(site.app))
    lines = [b"POST /items HTTP/1.1", b"Origin: " + value, b"Content-Length: 0"]
    answer = await connection.request(*lines)
    assert is_refusal(answer)
    assert site.reached == []
    await connection.close()


@pytest.mark.parametrize("name", ["X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded"])
async def test_a_forwarded_host_is_never_trusted(
    aiohttp_client: AiohttpClient, site: Site, name: str
) -> None:
    site.rule.enforce_on(site.routed("/items"))
    client = await aiohttp_client(site.app)
    headers = {name: "evil.example"}
    answer = await send(client, "POST", "/items", origin=EVIL, headers=headers)
    assert is_refusal(answer)


async def test_the_refusal_says_which_two_values_were_compared(
    aiohttp_client: AiohttpClient, site: Site
) -> None:
    site.rule.enforce_on(site.routed("/items"))
    client = await aiohttp_client(site.app)
    answer = await send(
        client, "POST", "/items", origin="https://www.example.com", headers={"Host": "backend:8080"}
    )
    assert answer.text == (
        "Cross-origin request refused: origin 'https://www.example.com' is neither allowed nor this"
        " host 'backend:8080'; does a proxy change Host?\n"
    )
    assert "Vary" not in answer.headers


async def test_own_origins_stand_in_place_of_the_host(
    aiohttp_client: AiohttpClient, site: Site
) -> None:
    site.rule.enforce_on(site.routed("/items"), own=["https://www.example.com"])
    client = await aiohttp_client(site.app)
    assert (await send(client, "POST", "/items", origin="https://www.example.com")).status == 200
    assert is_refusal(await send(client, "POST", "/items", origin="http://localhost"))


async def test_images_of_other_sites_are_refused_if_isolated(
    aiohttp_client: AiohttpClient, site: Site
) -> None:
    image = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}
    link = {**image, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    items = site.routed("/items")
    site.rule.enforce_everywhere().origin(ORIGIN).enforce_on(items, isolate=True)
    client = await aiohttp_client(site.app)
    assert is_refusal(await send(client, "GET", "/items", origin=None, headers=image))
    assert (await send(client, "GET", "/items", origin=None, headers=link)).status == 200
    assert (await send(client, "GET", "/others", origin=None, headers=image)).status == 404


# Beside CORS


async def test_preflights_are_answered_as_without_enforcement(
    aiohttp_client: AiohttpClient, site: Site
) -> None:
    enforced, bound = site.routed("/enforced"), site.routed("/bound")
    site.rule.enforce_on(enforced).origin(ORIGIN).on(bound)
    client = await aiohttp_client(site.app)
    for origin in (ORIGIN, EVIL):
        answers = [
            await preflight(client, path, "PUT", origin=origin) for path in ("/enforced", "/bound")
        ]
        # Each answer has its own date.
        assert answers[0].status == answers[1].status
        assert answers[0].cors == answers[1].cors
        assert answers[0].text == answers[1].text


async def test_a_plain_options_request_is_refused_like_any_other(
    aiohttp_client: AiohttpClient, site: Site
) -> None:
    site.rule.enforce_on(site.routed("/items"))
    client = await aiohttp_client(site.app)
    assert is_refusal(await send(client, "OPTIONS", "/items", origin=EVIL))
    assert (await send(client, "OPTIONS", "/items")).headers[
        "Allow"
    ] == "GET,OPTIONS,POST,PUT".replace(",", ", ")


async def test_what_passes_has_the_headers_of_cors(
    aiohttp_client: AiohttpClient, site: Site
) -> None:
    site.rule.expose("X-A").enforce_on(site.routed("/items"))
    client = await aiohttp_client(site.app)
    for _ in range(3):  # what is remembered of a route must not reach the refusals
        answer = await send(client, "POST", "/items")
        assert answer.cors == {"allow-origin": ORIGIN, "expose-headers": "X-A"}
        refused = await send(client, "POST", "/items", headers={"Cookie": "a=b"})
        assert is_refusal(refused)
        assert "Vary" not in refused.headers


async def test_the_refusal_of_a_sub_application_has_no_headers_either(
    aiohttp_client: AiohttpClient, site: Site
) -> None:
    sub = site.application("sub")
    Cors.for_app(sub).origin(ORIGIN).enforce_on(site.routed("/items", app=sub))
    site.app.add_subapp("/sub", sub)
    site.rule.everywhere()
    site.routed("/root")
    client = await aiohttp_client(site.app)
    for _ in range(2):
        refused = await send(client, "POST", "/sub/items", headers={"Cookie": "a=b"})
        assert is_refusal(refused)
        # The middlewares of the root belong to another application.
        assert site.reached == ["middleware of root"]
        site.reached.clear()


async def test_a_predicate_is_asked_once_for_guard_and_headers(
    aiohttp_client: AiohttpClient, site: Site
) -> None:
    asked: list[str] = []

    async def predicate(origin: str) -> bool:
        asked.append(origin)
        return origin == OTHER

    Cors.for_app(site.app).origin_where(predicate).enforce_on(site.routed("/items"))
    client = await aiohttp_client(site.app)
    assert (await send(client, "POST", "/items", origin=OTHER)).cors == {"allow-origin": OTHER}
    assert is_refusal(await send(client, "POST", "/items", origin=EVIL))
    assert asked == [OTHER, EVIL]


async def test_a_predicate_is_not_asked_about_own_pages_and_sandboxes(
    aiohttp_client: AiohttpClient, site: Site
) -> None:
    asked: list[str] = []

    def predicate(origin: str) -> bool:
        asked.append(origin)
        return True

    Cors.for_app(site.app).origin_where(predicate).enforce_on(site.routed("/items"))
    client = await aiohttp_client(site.app)
    assert is_refusal(await send(client, "POST", "/items", origin="null"))
    assert is_refusal(await send(client, "POST", "/items", origin="https://a.example/"))
    assert asked == []


async def test_a_predicate_that_raises_refuses(aiohttp_client: AiohttpClient, site: Site) -> None:
    def predicate(origin: str) -> bool:
        raise KeyError(origin)

    Cors.for_app(site.app).origin_where(predicate).enforce_on(site.routed("/items"))
    client = await aiohttp_client(site.app)
    assert is_refusal(await send(client, "POST", "/items"))


async def test_live_origins_decide_with_the_next_request(
    aiohttp_client: AiohttpClient, site: Site
) -> None:
    live = LiveOrigins([ORIGIN])
    Cors.for_app(site.app).origin(live).enforce_on(site.routed("/items"))
    client = await aiohttp_client(site.app)
    assert await is_enforced(client, site, "/items")
    live.discard(ORIGIN)
    assert is_refusal(await send(client, "POST", "/items"))
    live.add(EVIL)
    assert (await send(client, "POST", "/items", origin=EVIL)).status == 200


async def test_a_method_that_no_clause_allows_is_refused(
    aiohttp_client: AiohttpClient, site: Site
) -> None:
    site.rule.allow_methods("GET").enforce_on(site.routed("/items"))
    client = await aiohttp_client(site.app)
    assert (await send(client, "GET", "/items")).status == 200
    answer = await send(client, "POST", "/items")
    assert is_refusal(answer)
    assert f"method 'POST' is not allowed for origin '{ORIGIN}'" in answer.text


# Late


async def test_a_route_that_comes_late_is_enforced(
    aiohttp_client: AiohttpClient, site: Site
) -> None:
    items = site.routed("/items", "GET")
    site.rule.enforce_on(items)
    client = await aiohttp_client(site.app)
    assert await is_enforced(client, site, "/items", "GET")
    items.add_route("PUT", site.handler)
    assert await is_enforced(client, site, "/items", "PUT")


async def test_resources_that_come_late_are_enforced_with_everything(
    aiohttp_client: AiohttpClient, site: Site
) -> None:
    site.rule.enforce_everywhere()

    async def adds(app: web.Application) -> None:
        site.routed("/in-startup")

    async def goes_on(app: web.Application) -> AsyncIterator[None]:
        site.routed("/in-context")
        yield

    site.app.on_startup.append(adds)
    site.app.cleanup_ctx.append(goes_on)
    client = await aiohttp_client(site.app)
    for path in ("/in-startup", "/in-context"):
        assert await is_enforced(client, site, path)


async def test_a_policy_may_be_enforced_in_a_startup_receiver(
    aiohttp_client: AiohttpClient, site: Site
) -> None:
    items = site.routed("/items")

    async def enforces(app: web.Application) -> None:
        site.rule.enforce_on(items)

    Cors.for_app(site.app)
    site.app.on_startup.append(enforces)
    assert await is_enforced(await aiohttp_client(site.app), site, "/items")


async def test_more_may_be_enforced_after_the_start(
    aiohttp_client: AiohttpClient, site: Site
) -> None:
    items, late = site.routed("/items"), site.routed("/late")
    site.rule.enforce_on(items)
    client = await aiohttp_client(site.app)
    assert not await is_enforced(client, site, "/late")
    site.rule.enforce_on(late)
    assert await is_enforced(client, site, "/late")


# What a program brings along


class Foreign(web.PlainResource):
    """Answers with a route of a resource that nobody has registered; `answers` says how often."""

    answers = -1

    @override
    async def resolve(self, request: web.Request) -> tuple[UrlMappingMatchInfo | None, set[str]]:
        match_info, allowed = await super().resolve(request)
        if match_info is None:
            return None, allowed
        if self.answers == 0:
            raise KeyError
        self.answers -= 1
        new = web.PlainResource(request.path)
        return UrlMappingMatchInfo({}, new.add_route(request.method, match_info.handler)), allowed


def foreign(site: Site, path: str) -> Foreign:
    resource = Foreign(path)
    resource.add_route("POST", site.handler)
    site.app.router.register_resource(resource)
    return resource


async def test_a_resource_of_the_programs_own_is_enforced_although_it_is_not_named(
    aiohttp_client: AiohttpClient, site: Site
) -> None:
    foreign(site, "/others")
    site.rule.enforce_on(foreign(site, "/items"))
    client = await aiohttp_client(site.app)
    assert await is_enforced(client, site, "/items")
    assert not await is_enforced(client, site, "/others")


async def test_a_resource_that_raises_when_it_is_asked_again_is_enforced(
    aiohttp_client: AiohttpClient, site: Site
) -> None:
    resource = foreign(site, "/items")
    site.rule.enforce_on(resource)
    client = await aiohttp_client(site.app)
    resource.answers = 1
    assert is_refusal(await send(client, "POST", "/items", origin=EVIL))


# Only reported


async def test_what_is_only_reported_is_logged_and_passes(
    aiohttp_client: AiohttpClient, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    site.rule.enforce_on(site.routed("/items/{id}"), report_only=True)
    client = await aiohttp_client(site.app)
    answer = await send(client, "POST", "/items/7", origin=EVIL)
    assert (answer.status, answer.text) == (200, "reached")
    assert (await send(client, "POST", "/items/7")).status == 200
    (record,) = [each for each in caplog.records if each.name == "aiohttp_cors"]
    assert record.levelname == "WARNING"
    assert record.getMessage().startswith(
        f"'POST' of '/items/7' would be refused: \"origin '{EVIL}' is neither allowed nor this host"
    )
    fields = {name: value for name, value in vars(record).items() if name.startswith("cors_")}
    assert fields == {
        "cors_reason": "not_allowed",
        "cors_origin": EVIL,
        "cors_method": "POST",
        "cors_route": "/items/{id}",
    }


async def test_a_refusal_is_logged_for_who_listens(
    aiohttp_client: AiohttpClient, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    site.rule.enforce_on(site.routed("/items"))
    client = await aiohttp_client(site.app)
    assert is_refusal(await send(client, "POST", "/items", origin="null"))
    assert [each for each in caplog.records if each.name == "aiohttp_cors"] == []
    with caplog.at_level("DEBUG", "aiohttp_cors"):
        assert is_refusal(await send(client, "POST", "/items", origin="null"))
    (record,) = [each for each in caplog.records if each.name == "aiohttp_cors"]
    assert record.getMessage() == ("'POST' of '/items' is refused: \"origin 'null' is nobody's\"")
    assert (record.levelname, vars(record)["cors_reason"]) == ("DEBUG", "opaque_origin")


async def test_what_two_applications_report_is_logged_once(
    aiohttp_client: AiohttpClient, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    sub = site.application("sub")
    site.routed("/items", app=sub)
    Cors.for_app(sub).origin(ORIGIN).enforce_everywhere(report_only=True)
    site.rule.enforce_on(site.app.add_subapp("/sub", sub), report_only=True)
    client = await aiohttp_client(site.app)
    assert (await send(client, "POST", "/sub/items", origin=EVIL)).status == 200
    assert len([each for each in caplog.records if each.name == "aiohttp_cors"]) == 1
