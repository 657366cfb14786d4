"""What is remembered between requests is bounded, is dropped in time, and decides as if it were new.

Expectations from the contract's *Preflight* 9 and *Which policy decides*, rule 8.
"""

from collections.abc import Mapping, MutableMapping

import pytest
from aiohttp import web
from aiohttp.web_urldispatcher import UrlMappingMatchInfo
from pytest_aiohttp.plugin import AiohttpClient
from typing_extensions import override

from aiohttp_cors import Cors, OriginRule, ResourceOptions, answer_preflights, setup
from aiohttp_cors._server import actual, answers
from aiohttp_cors._table.alike import Answers
from aiohttp_cors._table.table import TABLE
from tests.integration.fluent_support import Handler, listed, routed
from tests.integration.support import ORIGIN, OTHER, Client, hello, preflight, send

NAMED = {"allow-origin": ORIGIN}
VARY = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"


def bound(*methods: str) -> tuple[web.Application, web.Resource, OriginRule]:
    app = web.Application()
    items = routed(app, "/items", *methods)
    rule = Cors.for_app(app).origin(ORIGIN, "https://*.app.example").allow_headers("X-A", "X-B")
    return app, items, rule.max_age(600)


def answers_for(app: web.Application, resource: web.Resource) -> Mapping[str, Answers]:
    """What is remembered about preflights for a resource, by method."""
    return app[TABLE].answers(resource) or {}


def remembered(app: web.Application, resource: web.Resource) -> int:
    """How many allowed answers are remembered."""
    return sum(len(known.ready) for known in answers_for(app, resource).values())


async def test_an_answer_that_is_remembered_says_the_same_to_each_origin(
    aiohttp_client: AiohttpClient,
) -> None:
    app, items, rule = bound("GET", "PUT")
    rule.on(items)
    client = await aiohttp_client(app)
    for origin in (ORIGIN, "https://one.app.example", "https://two.app.example"):
        for _ in range(2):
            answer = await preflight(client, "/items", "PUT", names="x-a", origin=origin)
            assert answer.cors["allow-origin"] == origin
            assert listed(answer.cors["allow-methods"]) == ["GET", "PUT"]
            assert (answer.cors["allow-headers"], answer.cors["max-age"]) == ("X-A,X-B", "600")
    assert remembered(app, items) == 1
    refused = await preflight(client, "/items", "PUT", names="x-a", origin=OTHER)
    assert (refused.status, refused.cors) == (403, {})
    assert "is not allowed" in refused.text


async def test_attack_nobody_writes_to_what_is_remembered(aiohttp_client: AiohttpClient) -> None:
    """Some versions of aiohttp make a `CIMultiDict` that a response is given its very headers."""

    @web.middleware
    async def adds(request: web.Request, handler: Handler) -> web.StreamResponse:
        response = await handler(request)
        response.headers.add("X-Request-ID", "1")
        return response

    app, items, rule = bound("PUT")
    rule.on(items)
    app.middlewares.extend([adds, answer_preflights])
    client = await aiohttp_client(app)
    for _ in range(4):
        answer = await preflight(client, "/items", "PUT", names="x-a")
        assert answer.headers.getall("X-Request-ID") == ["1"]
    (known,) = answers_for(app, items).values()
    for ready in known.ready.values():
        assert not isinstance(ready, MutableMapping)
        assert "X-Request-ID" not in ready


async def test_attack_nobody_writes_to_what_every_refusal_carries(
    aiohttp_client: AiohttpClient,
) -> None:
    @web.middleware
    async def adds(request: web.Request, handler: Handler) -> web.StreamResponse:
        response = await handler(request)
        response.headers.add("X-Request-ID", "1")
        return response

    app, items, rule = bound("PUT")
    rule.on(items)
    app.middlewares.extend([adds, answer_preflights])
    client = await aiohttp_client(app)
    for _ in range(4):
        answer = await preflight(client, "/items", "PUT", origin=OTHER)
        assert answer.headers.getall("X-Request-ID") == ["1"]
        assert answer.headers.getall("Content-Type") == ["text/plain; charset=utf-8"]
        assert answer.headers.getall("Vary") == [VARY]


async def test_a_refusal_says_the_same_each_time(aiohttp_client: AiohttpClient) -> None:
    app, items, rule = bound("PUT")
    rule.on(items)
    client = await aiohttp_client(app)
    for origin in (OTHER, "https://third.example", OTHER):
        refused = await preflight(client, "/items", "PUT", origin=origin)
        assert (refused.status, refused.cors) == (403, {})
        assert refused.text == f"CORS preflight request failed: origin '{origin}' is not allowed"


async def test_a_refusal_of_the_method_comes_first_each_time_in_the_classic_api(
    aiohttp_client: AiohttpClient,
) -> None:
    """The options of the origin have to name the method, and this origin has none."""
    app = web.Application()
    items = routed(app, "/items", "PUT")
    setup(app).add(items, {ORIGIN: ResourceOptions(allow_methods=["PUT"])})
    client = await aiohttp_client(app)
    assert (await preflight(client, "/items", "PUT")).cors["allow-origin"] == ORIGIN
    for _ in range(3):
        refused = await preflight(client, "/items", "PUT", origin=OTHER)
        assert (refused.status, refused.cors) == (403, {})
        assert f"request method 'PUT' is not allowed for '{OTHER}' origin" in refused.text


async def test_the_constant_star_is_remembered_as_it_is(aiohttp_client: AiohttpClient) -> None:
    app = web.Application()
    Cors.for_app(app).any_origin().on(routed(app, "/items", "GET", "PUT"))
    client = await aiohttp_client(app)
    for origin in (ORIGIN, OTHER):
        assert (await preflight(client, "/items", "PUT", origin=origin)).cors["allow-origin"] == "*"


async def test_attack_a_private_route_that_comes_late_makes_remembered_answers_narrow(
    aiohttp_client: AiohttpClient,
) -> None:
    app, items, rule = bound("PUT", "DELETE")
    (*routes,) = items
    rule.on(*routes)
    client = await aiohttp_client(app)
    for _ in range(2):
        assert (await preflight(client, "/items", "PUT", names="x-a")).cors["max-age"] == "600"
    items.add_route("POST", hello)
    answer = await preflight(client, "/items", "PUT", names="x-a")
    assert (answer.cors["allow-methods"], answer.cors["max-age"]) == ("PUT", "0")
    assert (await preflight(client, "/items", "POST", names="x-a")).cors == {}


async def test_a_policy_that_is_bound_later_decides_at_once(aiohttp_client: AiohttpClient) -> None:
    app, items, rule = bound("GET", "PUT")
    rule.everywhere()
    client = await aiohttp_client(app)
    for _ in range(2):
        assert (await preflight(client, "/items", "PUT")).status == 200
        assert (await send(client, "PUT", "/items")).cors == NAMED
    Cors.for_app(app).origin(OTHER).on(items)
    assert (await preflight(client, "/items", "PUT")).cors == {}
    assert (await send(client, "PUT", "/items")).cors == {}
    assert (await send(client, "PUT", "/items", origin=OTHER)).cors == {"allow-origin": OTHER}


@pytest.mark.parametrize(
    "names, count",
    [
        (["x-a", "x-b", "x-a,x-b", "x-a"], 3),
        (["x-a," + "," * 600, ",x-a"], 1),
        ([", ".join(["x-a"] * n) for n in range(1, 80)], answers.MOST_LINES),
    ],
    ids=["each line", "a long line", "very many lines"],
)
async def test_the_lines_of_header_names_that_are_remembered_are_bounded(
    aiohttp_client: AiohttpClient, names: list[str], count: int
) -> None:
    app, items, rule = bound("PUT")
    rule.on(items)
    client = await aiohttp_client(app)
    for line in names:
        assert (await preflight(client, "/items", "PUT", names=line)).status == 200
    assert remembered(app, items) == count


async def test_the_methods_that_are_remembered_are_bounded(
    aiohttp_client: AiohttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "_MOST", 2)
    app, items, rule = bound("GET", "PUT", "PATCH", "DELETE")
    rule.allow_any_method().on(items)
    client = await aiohttp_client(app)
    for method in ("X-ONE", "X-TWO", "PUT", "PATCH", "DELETE", "GET"):
        for _ in range(2):
            assert (await preflight(client, "/items", method)).status == 200
    assert sorted(answers_for(app, items)) == ["PATCH", "PUT"]


async def test_resources_that_are_alike_share_what_is_remembered(
    aiohttp_client: AiohttpClient,
) -> None:
    app, items, rule = bound("GET", "PUT")
    others = [routed(app, f"/others/{number}", "GET", "PUT") for number in range(3)]
    for resource in (items, *others):
        rule.on(resource)
    client = await aiohttp_client(app)
    for path in ("/items", *(f"/others/{number}" for number in range(3))):
        assert (await preflight(client, path, "PUT", names="x-a")).cors["max-age"] == "600"
    assert remembered(app, items) == 1
    assert all(answers_for(app, other) is answers_for(app, items) for other in others)


async def test_attack_an_answer_for_a_sole_resource_is_none_for_one_that_another_overlaps(
    aiohttp_client: AiohttpClient,
) -> None:
    """The two have equal rows and equal methods, and ``/mine/{name}`` may serve what one serves."""
    app, items, rule = bound("PUT")
    beside = routed(app, "/mine/items", "PUT")
    routed(app, "/mine/{name}", "POST")
    for resource in (items, beside):
        rule.on(resource)
    client = await aiohttp_client(app)
    for _ in range(2):
        wide = await preflight(client, "/items", "PUT", names="x-a")
        assert (wide.cors["allow-headers"], wide.cors["max-age"]) == ("X-A,X-B", "600")
        narrow = await preflight(client, "/mine/items", "PUT", names="x-a")
        assert (narrow.cors["allow-headers"], narrow.cors["max-age"]) == ("X-A", "0")
    assert answers_for(app, beside) == {}


async def test_what_has_to_be_asked_is_not_remembered(aiohttp_client: AiohttpClient) -> None:
    app = web.Application()
    answers_of = iter([True, False, True])
    Cors.for_app(app).origin_where(lambda _: next(answers_of)).on(routed(app, "/items", "PUT"))
    client = await aiohttp_client(app)
    told = [(await preflight(client, "/items", "PUT")).status for _ in range(3)]
    assert told == [200, 403, 200]


async def test_nothing_is_remembered_while_the_router_may_grow(
    aiohttp_client: AiohttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, items, rule = bound("PUT")
    rule.on(items)
    monkeypatch.setattr(app.router, "freeze", lambda: None)
    client = await aiohttp_client(app)
    assert (await preflight(client, "/items", "PUT")).cors["max-age"] == "600"
    routed(app, "/{name}", "POST")
    assert (await preflight(client, "/items", "PUT")).cors["max-age"] == "0"
    assert remembered(app, items) == 0


async def test_several_lines_of_names_are_read_together(aiohttp_client: AiohttpClient) -> None:
    app, items, rule = bound("PUT")
    rule.on(items)
    client = await aiohttp_client(app)
    assert (await preflight(client, "/items", "PUT", names="x-a")).status == 200
    lines = [("Origin", ORIGIN), ("Access-Control-Request-Method", "PUT")]
    names = [("Access-Control-Request-Headers", name) for name in ("x-a", "x-evil")]
    async with client.options("/items", headers=[*lines, *names]) as answer:
        assert "headers are not allowed: X-EVIL" in await answer.text()


class Unhashable(web.ResourceRoute):
    __hash__ = None  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]

    @override
    def __eq__(self, other: object) -> bool:
        return True


class Own(web.PlainResource):
    @override
    async def resolve(self, request: web.Request) -> tuple[UrlMappingMatchInfo | None, set[str]]:
        if request.path != "/own":
            return None, set()
        return UrlMappingMatchInfo({}, Unhashable(request.method, hello, self)), {"GET"}


async def test_a_route_that_cannot_be_hashed_is_looked_at_each_time(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    own = Own("/own")
    app.router.register_resource(own)
    Cors.for_app(app).origin(ORIGIN).on(own)
    client: Client = await aiohttp_client(app)
    for _ in range(2):
        assert (await send(client, "GET", "/own")).cors == NAMED


async def test_where_aiohttp_gives_a_type_to_an_empty_body_it_is_taken_away(
    aiohttp_client: AiohttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As aiohttp before 3.11 does."""
    monkeypatch.setattr(answers, "TYPES_EMPTY_BODIES", True)
    monkeypatch.setattr(actual, "TYPES_EMPTY_BODIES", True)

    async def give_a_type(request: web.Request, response: web.StreamResponse) -> None:
        response.headers.setdefault("Content-Type", "application/octet-stream")

    app = web.Application()
    app.on_response_prepare.append(give_a_type)
    Cors.for_app(app).origin(ORIGIN).on(routed(app, "/items", "PUT"))
    client = await aiohttp_client(app)
    for _ in range(2):
        answer = await preflight(client, "/items", "PUT")
        assert (answer.status, answer.text) == (200, "")
        assert "Content-Type" not in answer.headers
