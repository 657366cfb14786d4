"""`everywhere`: every resource of the application, those added later, and 404 and 405.

Expectations from the contract's table and the sentence on `everywhere(excluding=…)`.
"""

from pathlib import Path

import pytest
from aiohttp import web
from pytest_aiohttp.plugin import AiohttpClient

from aiohttp_cors import Cors, CorsConfigError
from tests.integration.fluent_support import listed, refuses, routed, saying, unauthorized
from tests.integration.support import ORIGIN, OTHER, Client, hello, preflight, send

NAMED = {"allow-origin": ORIGIN}


class Items(web.View):
    async def get(self) -> web.Response:
        return web.Response(text="items")


async def is_covered(client: Client, path: str, method: str = "GET") -> bool:
    """Whether preflight and actual request at `path` are answered by the policy, or by none."""
    before = await preflight(client, path, method)
    actual = await send(client, method, path)
    refused = await send(client, method, path, origin=OTHER)
    answers = [before.status == 200, actual.cors == NAMED, refused.vary == ["Origin"]]
    assert len(set(answers)) == 1, (before, actual, refused)
    assert refused.cors == {}
    return answers[0]


async def test_every_kind_of_resource_is_covered(
    aiohttp_client: AiohttpClient, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text("a file")
    sub, app = web.Application(), web.Application()
    routed(sub, "/items", "GET", "PUT")
    app.add_subapp("/sub/", sub)
    domain = web.Application()
    routed(domain, "/domain", "GET")
    app.add_domain("api.localhost", domain)
    routed(app, "/plain", "GET")
    routed(app, "/u/{id}", "PUT")
    routed(app, "/any", "*")
    app.router.add_static("/files", tmp_path)
    app.router.add_view("/view", Items)
    Cors.for_app(app).origin(ORIGIN).everywhere()
    client = await aiohttp_client(app)
    for path in ("/plain", "/any", "/files/a.txt", "/view", "/sub/items"):
        assert await is_covered(client, path), path
    answer = await send(client, "GET", "/domain", headers={"Host": "api.localhost"})
    assert (answer.status, answer.cors) == (200, NAMED)
    assert await is_covered(client, "/u/1", "PUT")
    assert await is_covered(client, "/sub/items", "PUT")


async def test_a_path_that_nothing_serves_can_be_read_as_404(aiohttp_client: AiohttpClient) -> None:
    app = web.Application()
    routed(app, "/items", "GET")
    Cors.for_app(app).origin(ORIGIN).allow_credentials().everywhere()
    client = await aiohttp_client(app)
    answer = await send(client, "GET", "/nowhere")
    assert answer.status == 404
    assert answer.cors == {**NAMED, "allow-credentials": "true"}
    assert answer.vary == ["Origin"]
    for origin in (OTHER, "null", None):
        answer = await send(client, "GET", "/nowhere", origin=origin)
        assert (answer.status, answer.cors, answer.vary) == (404, {}, ["Origin"])


async def test_a_method_that_nothing_serves_can_be_read_as_405(
    aiohttp_client: AiohttpClient,
) -> None:
    sub, app = web.Application(), web.Application()
    routed(sub, "/items", "GET")
    routed(app, "/items", "GET")
    app.add_subapp("/sub/", sub)
    Cors.for_app(app).origin(ORIGIN).everywhere()
    client = await aiohttp_client(app)
    for path in ("/items", "/sub/items"):
        answer = await send(client, "DELETE", path)
        assert (answer.status, answer.cors, answer.vary) == (405, NAMED, ["Origin"])
        assert refuses(await preflight(client, path, "DELETE"), "DELETE")


async def test_the_constant_star_is_on_everything(aiohttp_client: AiohttpClient) -> None:
    app = web.Application()
    routed(app, "/items", "GET")
    Cors.for_app(app).any_origin().everywhere()
    client = await aiohttp_client(app)
    for path, method, status in (
        ("/items", "GET", 200),
        ("/items", "PUT", 405),
        ("/nowhere", "GET", 404),
    ):
        for origin in (ORIGIN, "null", None):
            answer = await send(client, method, path, origin=origin)
            assert (answer.status, answer.cors, answer.vary) == (status, {"allow-origin": "*"}, [])


@pytest.mark.parametrize("behind_auth", [False, True])
async def test_a_preflight_for_a_path_that_nothing_serves_is_a_404_with_headers(
    aiohttp_client: AiohttpClient, behind_auth: bool
) -> None:
    """Behind an auth middleware, too: a browser sends no credentials with a preflight."""
    sub, app = web.Application(), web.Application()
    routed(sub, "/items", "GET")
    routed(app, "/items", "GET")
    app.add_subapp("/sub/", sub)
    if behind_auth:
        app.middlewares.append(unauthorized)
    Cors.for_app(app).origin(ORIGIN).everywhere()
    client = await aiohttp_client(app)
    for path in ("/nowhere", "/sub/nowhere"):
        for method in ("GET", "PUT"):
            answer = await preflight(client, path, method)
            assert (answer.status, answer.cors.get("allow-origin")) == (404, ORIGIN)
            refused = await preflight(client, path, method, origin=OTHER)
            assert (refused.status, refused.cors) == (404, {})
            assert "Origin" in refused.headers["Vary"]


async def test_a_preflight_for_a_path_that_nothing_serves_is_no_actual_request_with_options(
    aiohttp_client: AiohttpClient,
) -> None:
    """Whether the rule names OPTIONS does not matter."""
    app = web.Application()
    routed(app, "/items", "GET")
    Cors.for_app(app).origin(ORIGIN).allow_methods("GET").everywhere()
    client = await aiohttp_client(app)
    answer = await preflight(client, "/nowhere", "GET")
    assert (answer.status, answer.cors.get("allow-origin")) == (404, ORIGIN)


# Later


async def test_what_is_added_before_the_start_is_covered(aiohttp_client: AiohttpClient) -> None:
    sub, app = web.Application(), web.Application()
    Cors.for_app(app).origin(ORIGIN).everywhere()
    routed(app, "/items", "GET", "PUT")
    routed(sub, "/items", "GET", "PUT")
    app.add_subapp("/sub/", sub)
    client = await aiohttp_client(app)
    assert await is_covered(client, "/items", "PUT")
    assert await is_covered(client, "/sub/items", "PUT")


async def test_a_route_that_is_added_after_the_start_is_covered(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    resource = routed(app, "/items", "GET")
    Cors.for_app(app).origin(ORIGIN).everywhere()
    client = await aiohttp_client(app)
    assert await is_covered(client, "/items")
    resource.add_route("PUT", hello)
    assert await is_covered(client, "/items", "PUT")
    answer = await preflight(client, "/items", "PUT")
    assert listed(answer.cors["allow-methods"]) == ["GET", "PUT"]


async def test_a_resource_that_is_added_after_the_start_is_covered_where_the_router_allows_it(
    aiohttp_client: AiohttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Home Assistant does: it has middlewares, and keeps its router from freezing."""
    app = web.Application(middlewares=[unauthorized])
    routed(app, "/early", "GET")
    Cors.for_app(app).origin(ORIGIN).everywhere()
    monkeypatch.setattr(app.router, "freeze", lambda: None)
    client = await aiohttp_client(app)
    assert (await preflight(client, "/late", "PUT")).status == 404
    routed(app, "/late", "GET", "PUT")
    answer = await preflight(client, "/late", "PUT")
    assert (answer.status, answer.cors["allow-origin"]) == (200, ORIGIN)
    assert listed(answer.cors["allow-methods"]) == ["GET", "PUT"]
    answer = await send(client, "GET", "/late")
    assert (answer.status, answer.cors) == (401, NAMED)


async def test_it_may_be_said_after_the_start(aiohttp_client: AiohttpClient) -> None:
    app = web.Application()
    routed(app, "/items", "GET", "PUT")
    cors = Cors.for_app(app)
    client = await aiohttp_client(app)
    assert not await is_covered(client, "/items", "PUT")
    cors.origin(ORIGIN).everywhere()
    assert await is_covered(client, "/items", "PUT")
    assert (await send(client, "GET", "/nowhere")).cors == NAMED


async def test_a_target_that_is_bound_after_requests_came_replaces_everywhere(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    resource = routed(app, "/items", "GET")
    cors = Cors.for_app(app)
    cors.origin(ORIGIN).everywhere()
    client = await aiohttp_client(app)
    assert await is_covered(client, "/items")
    cors.origin(OTHER).on(resource)
    assert (await send(client, "GET", "/items")).cors == {}
    assert (await send(client, "GET", "/items", origin=OTHER)).cors == {"allow-origin": OTHER}


async def test_it_can_be_said_once(aiohttp_client: AiohttpClient) -> None:
    app = web.Application()
    routed(app, "/items", "GET")
    cors = Cors.for_app(app)
    cors.origin(ORIGIN).everywhere()
    with pytest.raises(CorsConfigError) as caught:
        cors.origin(OTHER).everywhere()
    assert [problem.reason for problem in caught.value.problems] == ["conflicting"]
    # The same rule again would warn about a rule that is never bound.
    with pytest.warns(UserWarning, match="never bound"):
        client = await aiohttp_client(app)
    assert await is_covered(client, "/items")


# Excluding


async def test_an_excluded_resource_is_left_alone(aiohttp_client: AiohttpClient) -> None:
    app = web.Application()
    public, private = routed(app, "/public", "GET"), routed(app, "/private", "GET")
    Cors.for_app(app).origin(ORIGIN).everywhere(excluding=[private])
    client = await aiohttp_client(app)
    assert public is not private
    assert await is_covered(client, "/public")
    for method, status in (("GET", 200), ("PUT", 405), ("OPTIONS", 405)):
        answer = await send(client, method, "/private")
        assert (answer.status, answer.cors, answer.vary) == (status, {}, [])
    assert (await preflight(client, "/private")).cors == {}


@pytest.mark.parametrize("path", ["/private", "/u/{id}", r"/u/{id:\d+}"])
async def test_an_excluded_target_takes_along_the_resources_of_the_same_path(
    aiohttp_client: AiohttpClient, path: str
) -> None:
    app = web.Application()
    first = routed(app, path, "GET")
    routed(app, "/between", "GET")
    second = routed(app, path, "PUT")
    assert first is not second
    Cors.for_app(app).origin(ORIGIN).everywhere(excluding=[second])
    client = await aiohttp_client(app)
    concrete = "/private" if path == "/private" else "/u/1"
    for method in ("GET", "PUT"):
        assert not await is_covered(client, concrete, method)
        assert (await preflight(client, concrete, method)).cors == {}
    answer = await send(client, "DELETE", concrete)
    assert (answer.status, answer.cors) == (405, {})
    assert await is_covered(client, "/between")


async def test_resources_of_another_pattern_are_not_taken_along(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    numbers = routed(app, r"/u/{id:\d+}", "GET")
    routed(app, "/u/{id:[a-z]+}", "GET")
    Cors.for_app(app).origin(ORIGIN).everywhere(excluding=[numbers])
    client = await aiohttp_client(app)
    assert not await is_covered(client, "/u/1")
    assert await is_covered(client, "/u/a")


async def test_the_same_path_in_another_router_is_not_taken_along(
    aiohttp_client: AiohttpClient,
) -> None:
    first, second, app = web.Application(), web.Application(), web.Application()
    private = routed(first, "/items", "GET")
    routed(second, "/items", "GET")
    app.add_subapp("/first/", first)
    app.add_subapp("/second/", second)
    Cors.for_app(app).origin(ORIGIN).everywhere(excluding=[private])
    client = await aiohttp_client(app)
    assert not await is_covered(client, "/first/items")
    assert await is_covered(client, "/second/items")


async def test_an_excluded_route_excludes_its_resource(aiohttp_client: AiohttpClient) -> None:
    app = web.Application()
    resource = app.router.add_resource("/private")
    route = resource.add_route("GET", hello)
    resource.add_route("PUT", hello)
    Cors.for_app(app).origin(ORIGIN).everywhere(excluding=[route])
    client = await aiohttp_client(app)
    assert not await is_covered(client, "/private")


async def test_an_excluded_sub_application_takes_along_all_below_it_its_404_and_405(
    aiohttp_client: AiohttpClient,
) -> None:
    inner, sub, app = web.Application(), web.Application(), web.Application()
    routed(inner, "/items", "GET")
    routed(sub, "/items", "GET")
    routed(app, "/items", "GET")
    sub.add_subapp("/inner/", inner)
    private = app.add_subapp("/sub/", sub)
    Cors.for_app(app).origin(ORIGIN).everywhere(excluding=[private])
    client = await aiohttp_client(app)
    for path in ("/sub/items", "/sub/inner/items"):
        assert not await is_covered(client, path)
        answer = await send(client, "DELETE", path)
        assert (answer.status, answer.cors, answer.vary) == (405, {}, [])
    for path in ("/sub/nowhere", "/sub/inner/nowhere"):
        answer = await send(client, "GET", path)
        assert (answer.status, answer.cors, answer.vary) == (404, {}, [])
        answer = await preflight(client, path)
        assert (answer.status, answer.cors) == (404, {})
    assert await is_covered(client, "/items")
    assert (await send(client, "GET", "/nowhere")).cors == NAMED


async def test_an_excluded_inner_sub_application_leaves_the_outer_one_covered(
    aiohttp_client: AiohttpClient,
) -> None:
    inner, sub, app = web.Application(), web.Application(), web.Application()
    routed(inner, "/items", "GET")
    routed(sub, "/items", "GET")
    private = sub.add_subapp("/inner/", inner)
    app.add_subapp("/sub/", sub)
    Cors.for_app(app).origin(ORIGIN).everywhere(excluding=[private])
    client = await aiohttp_client(app)
    assert not await is_covered(client, "/sub/inner/items")
    assert (await send(client, "GET", "/sub/inner/nowhere")).cors == {}
    assert await is_covered(client, "/sub/items")
    assert (await send(client, "GET", "/sub/nowhere")).cors == NAMED


async def test_an_excluded_domain_is_left_alone(aiohttp_client: AiohttpClient) -> None:
    api, app = web.Application(), web.Application()
    routed(api, "/items", "GET")
    routed(app, "/outside", "GET")
    private = app.add_domain("api.localhost", api)
    Cors.for_app(app).origin(ORIGIN).everywhere(excluding=[private])
    client = await aiohttp_client(app)
    there = {"Host": "api.localhost"}
    for path, status in (("/items", 200), ("/nowhere", 404)):
        answer = await send(client, "GET", path, headers=there)
        assert (answer.status, answer.cors, answer.vary) == (status, {}, [])
    assert (await preflight(client, "/items", headers=there)).cors == {}
    assert await is_covered(client, "/outside")


async def test_an_excluded_static_resource_is_left_alone(
    aiohttp_client: AiohttpClient, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text("a file")
    app = web.Application()
    private = app.router.add_static("/files", tmp_path)
    routed(app, "/items", "GET")
    Cors.for_app(app).origin(ORIGIN).everywhere(excluding=[private])
    client = await aiohttp_client(app)
    assert not await is_covered(client, "/files/a.txt")
    assert await is_covered(client, "/items")


async def test_what_is_excluded_may_have_a_policy_of_its_own(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    own = routed(app, "/own", "GET")
    cors = Cors.for_app(app)
    cors.origin(OTHER).everywhere(excluding=[own])
    cors.origin(ORIGIN).on(own)
    client = await aiohttp_client(app)
    assert await is_covered(client, "/own")


async def test_attack_a_preflight_for_an_excluded_route_lands_on_a_covered_neighbour(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    private = routed(app, "/users/me", "DELETE")
    routed(app, "/users/{id}", "GET", "DELETE")
    Cors.for_app(app).origin(ORIGIN).allow_any_method().everywhere(excluding=[private])
    client = await aiohttp_client(app)
    assert (await preflight(client, "/users/me", "DELETE")).cors == {}
    assert (await send(client, "DELETE", "/users/me")).cors == {}
    assert await is_covered(client, "/users/you", "DELETE")


# Handlers that take everything


async def test_own_options_handlers_keep_what_is_no_preflight(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    resource = routed(app, "/items", "GET")
    resource.add_route("OPTIONS", saying("my own"))
    app.router.add_route("*", "/{rest:.*}", saying("the rest"))
    Cors.for_app(app).origin(ORIGIN).everywhere()
    client = await aiohttp_client(app)
    for path, text in (("/items", "my own"), ("/anything", "the rest")):
        answer = await send(client, "OPTIONS", path)
        assert (answer.text, answer.cors) == (text, NAMED)
        answer = await preflight(client, path)
        assert (answer.status, answer.text, answer.cors["allow-origin"]) == (200, "", ORIGIN)


async def test_an_own_options_handler_for_every_path_keeps_what_is_no_preflight(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    app.router.add_route("OPTIONS", "/{rest:.*}", saying("my own"))
    routed(app, "/items", "GET", "PUT")
    Cors.for_app(app).origin(ORIGIN).everywhere()
    client = await aiohttp_client(app)
    answer = await preflight(client, "/items", "PUT")
    assert (answer.status, answer.text, answer.cors["allow-origin"]) == (200, "", ORIGIN)
    assert (await send(client, "OPTIONS", "/items")).text == "my own"
    assert (await send(client, "OPTIONS", "/elsewhere")).text == "my own"


async def test_it_replaces_nothing_that_was_bound(aiohttp_client: AiohttpClient) -> None:
    app = web.Application()
    resource = routed(app, "/own", "GET")
    put = resource.add_route("PUT", hello)
    cors = Cors.for_app(app)
    cors.origin(OTHER).on(put)
    cors.origin(ORIGIN).everywhere()
    client = await aiohttp_client(app)
    assert await is_covered(client, "/own")
    assert (await preflight(client, "/own", "PUT")).status == 403
    assert (await preflight(client, "/own", "PUT", origin=OTHER)).status == 200
    answer = await send(client, "DELETE", "/own")
    assert (answer.status, answer.cors) == (405, NAMED)
