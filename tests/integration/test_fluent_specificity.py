"""Of several policies that reach a request, which one decides; and that it decides alone.

Expectations from the contract's *Which policy decides*: a route's before its resource's, then the
sub-application's (inner before outer), then `everywhere` (inner before outer).
"""

from pathlib import Path

import pytest
from aiohttp import web
from pytest_aiohttp.plugin import AiohttpClient

from aiohttp_cors import Cors, OriginRule
from tests.integration.fluent_support import listed, reads_the_body, refuses, routed, saying
from tests.integration.support import ORIGIN, Client, hello, preflight, send

ROUTE = "https://route.example"
RESOURCE = "https://resource.example"
INNER = "https://inner.example"
OUTER = "https://outer.example"
ROOT = "https://root.example"
EVERYONE = (ROUTE, RESOURCE, INNER, OUTER, ROOT)


async def served(client: Client, path: str, method: str = "GET") -> list[str]:
    """The origins that may use `method` on `path`; preflight and actual request agree on them."""
    found: list[str] = []
    for origin in EVERYONE:
        before = await preflight(client, path, method, origin=origin)
        actual = await send(client, method, path, origin=origin)
        assert (before.status == 200) == (actual.cors == {"allow-origin": origin})
        assert before.cors == {} or before.status == 200
        assert actual.cors or actual.vary in (["Origin"], [])
        if actual.cors:
            found.append(origin)
    return found


def rule(app: web.Application, origin: str) -> OriginRule:
    return Cors.for_app(app).origin(origin)


async def test_a_route_replaces_its_resource(aiohttp_client: AiohttpClient) -> None:
    app = web.Application()
    resource = app.router.add_resource("/items")
    resource.add_route("GET", hello)
    put = resource.add_route("PUT", hello)
    rule(app, RESOURCE).on(resource)
    rule(app, ROUTE).on(put)
    client = await aiohttp_client(app)
    assert await served(client, "/items", "GET") == [RESOURCE]
    assert await served(client, "/items", "PUT") == [ROUTE]


async def test_it_does_not_matter_which_was_bound_first(aiohttp_client: AiohttpClient) -> None:
    app = web.Application()
    resource = app.router.add_resource("/items")
    put = resource.add_route("PUT", hello)
    resource.add_route("GET", hello)
    rule(app, ROUTE).on(put)
    rule(app, RESOURCE).on(resource)
    client = await aiohttp_client(app)
    assert await served(client, "/items", "GET") == [RESOURCE]
    assert await served(client, "/items", "PUT") == [ROUTE]


async def test_nothing_of_the_policy_that_was_replaced_is_inherited(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    resource = app.router.add_resource("/items")
    put = resource.add_route("PUT", hello)
    wide = rule(app, ORIGIN).allow_credentials().allow_any_header().expose_all().max_age(9)
    wide.on(resource)
    rule(app, ORIGIN).on(put)
    client = await aiohttp_client(app)
    answer = await preflight(client, "/items", "PUT")
    assert answer.status == 200
    assert (
        {"allow-origin", "allow-methods"}
        <= set(answer.cors)
        <= {"allow-origin", "allow-methods", "max-age"}
    )
    assert answer.cors.get("max-age") in {None, "0"}
    assert refuses(await preflight(client, "/items", "PUT", names="x-a"), "PUT", "x-a")
    assert (await send(client, "PUT", "/items")).cors == {"allow-origin": ORIGIN}


async def test_a_resource_replaces_its_sub_application(aiohttp_client: AiohttpClient) -> None:
    sub, app = web.Application(), web.Application()
    resource = routed(sub, "/items", "GET")
    put = resource.add_route("PUT", hello)
    routed(sub, "/rest", "GET")
    mounted = app.add_subapp("/sub/", sub)
    rule(app, INNER).on(mounted)
    rule(app, RESOURCE).on(resource)
    rule(app, ROUTE).on(put)
    client = await aiohttp_client(app)
    assert await served(client, "/sub/items") == [RESOURCE]
    assert await served(client, "/sub/items", "PUT") == [ROUTE]
    assert await served(client, "/sub/rest") == [INNER]


async def test_a_route_alone_leaves_the_rest_to_its_sub_application(
    aiohttp_client: AiohttpClient,
) -> None:
    sub, app = web.Application(), web.Application()
    resource = routed(sub, "/items", "GET")
    put = resource.add_route("PUT", hello)
    rule(app, INNER).on(app.add_subapp("/sub/", sub))
    rule(app, ROUTE).on(put)
    client = await aiohttp_client(app)
    assert await served(client, "/sub/items") == [INNER]
    assert await served(client, "/sub/items", "PUT") == [ROUTE]
    answer = await send(client, "DELETE", "/sub/items", origin=INNER)
    assert (answer.status, answer.cors) == (405, {"allow-origin": INNER})


@pytest.mark.parametrize("method", ["GET", "*"])
async def test_attack_a_rule_that_is_also_bound_everywhere_keeps_its_place_on_a_route(
    aiohttp_client: AiohttpClient, method: str
) -> None:
    """Equal policies compile once; how specific a binding is does not depend on that."""
    sub, app = web.Application(), web.Application()
    resource = sub.router.add_resource("/items")
    route = resource.add_route(method, hello)
    Cors.for_app(sub).origin(RESOURCE).allow_credentials().on(resource)
    app.add_subapp("/sub/", sub)
    ours = rule(app, ROUTE)
    ours.on(route)
    ours.everywhere()
    client = await aiohttp_client(app)
    assert await served(client, "/sub/items") == [ROUTE]


async def test_an_inner_sub_application_replaces_an_outer_one(
    aiohttp_client: AiohttpClient,
) -> None:
    inner, outer, app = web.Application(), web.Application(), web.Application()
    routed(inner, "/items", "GET")
    routed(outer, "/items", "GET")
    routed(app, "/items", "GET")
    mounted = outer.add_subapp("/inner/", inner)
    rule(app, OUTER).on(app.add_subapp("/outer/", outer))
    rule(app, INNER).on(mounted)
    rule(app, ROOT).everywhere()
    client = await aiohttp_client(app)
    assert await served(client, "/outer/inner/items") == [INNER]
    assert await served(client, "/outer/items") == [OUTER]
    assert await served(client, "/items") == [ROOT]


async def test_an_inner_everywhere_replaces_an_outer_one(aiohttp_client: AiohttpClient) -> None:
    inner, outer, app = web.Application(), web.Application(), web.Application()
    for some in (inner, outer, app):
        routed(some, "/items", "GET")
    rule(inner, INNER).everywhere()
    rule(outer, OUTER).everywhere()
    rule(app, ROOT).everywhere()
    outer.add_subapp("/inner/", inner)
    app.add_subapp("/outer/", outer)
    client = await aiohttp_client(app)
    assert await served(client, "/outer/inner/items") == [INNER]
    assert await served(client, "/outer/items") == [OUTER]
    assert await served(client, "/items") == [ROOT]
    for path, origin in (("/outer/inner/x", INNER), ("/outer/x", OUTER), ("/x", ROOT)):
        for other in (INNER, OUTER, ROOT):
            answer = await send(client, "GET", path, origin=other)
            assert answer.status == 404
            assert answer.cors == ({"allow-origin": origin} if other == origin else {})


async def test_a_sub_application_replaces_even_an_inner_everywhere(
    aiohttp_client: AiohttpClient,
) -> None:
    sub, app = web.Application(), web.Application()
    routed(sub, "/items", "GET")
    rule(sub, INNER).everywhere()
    rule(app, OUTER).on(app.add_subapp("/sub/", sub))
    client = await aiohttp_client(app)
    assert await served(client, "/sub/items") == [OUTER]


async def test_engines_of_several_applications_take_part_in_the_same_order(
    aiohttp_client: AiohttpClient,
) -> None:
    sub, app = web.Application(), web.Application()
    resource = routed(sub, "/items", "GET")
    put = resource.add_route("PUT", hello)
    rule(sub, RESOURCE).on(resource)
    app.add_subapp("/sub/", sub)
    rule(app, ROUTE).on(put)
    rule(app, ROOT).everywhere()
    client = await aiohttp_client(app)
    assert await served(client, "/sub/items", "PUT") == [ROUTE]
    assert await served(client, "/sub/items") == [RESOURCE]


async def test_a_resource_bound_by_the_root_replaces_an_everywhere_of_the_sub_application(
    aiohttp_client: AiohttpClient,
) -> None:
    sub, app = web.Application(), web.Application()
    resource = routed(sub, "/items", "GET")
    routed(sub, "/rest", "GET")
    rule(sub, INNER).everywhere()
    app.add_subapp("/sub/", sub)
    rule(app, RESOURCE).on(resource)
    client = await aiohttp_client(app)
    assert await served(client, "/sub/items") == [RESOURCE]
    assert await served(client, "/sub/rest") == [INNER]


async def test_attack_a_root_neither_overrides_nor_adds_to_what_its_sub_application_decided(
    aiohttp_client: AiohttpClient,
) -> None:
    """The sub-application refuses: the root's policy must not open it again."""
    sub, app = web.Application(), web.Application()
    resource = routed(sub, "/private", "GET", "PUT")
    view = sub.router.add_route("*", "/any", hello)
    Cors.for_app(sub).origin(INNER).allow_methods("PUT").on(resource, view)
    app.add_subapp("/sub/", sub)
    Cors.for_app(app).origin(ROOT).allow_credentials().allow_any_header().expose_all().everywhere()
    client = await aiohttp_client(app)
    for path in ("/sub/private", "/sub/any"):
        for method in ("GET", "PUT", "DELETE"):
            answer = await send(client, method, path, origin=ROOT)
            assert (answer.cors, answer.vary) == ({}, ["Origin"])
            assert (await preflight(client, path, method, origin=ROOT)).cors == {}
        answer = await send(client, "PUT", path, origin=INNER)
        assert answer.cors == {"allow-origin": INNER}
        answer = await send(client, "GET", path, origin=INNER)
        assert answer.cors == {}


async def test_attack_a_constant_star_of_the_root_opens_nothing_in_a_sub_application(
    aiohttp_client: AiohttpClient,
) -> None:
    sub, app = web.Application(), web.Application()
    Cors.for_app(sub).origin(INNER).on(routed(sub, "/private", "GET"))
    app.add_subapp("/sub/", sub)
    Cors.for_app(app).any_origin().everywhere()
    client = await aiohttp_client(app)
    for origin in (ROOT, None):
        answer = await send(client, "GET", "/sub/private", origin=origin)
        assert (answer.cors, answer.vary) == ({}, ["Origin"])
    assert (await preflight(client, "/sub/private", origin=ROOT)).status == 403


async def test_a_constant_star_of_a_sub_application_stays_constant_below_a_root(
    aiohttp_client: AiohttpClient,
) -> None:
    sub, app = web.Application(), web.Application()
    Cors.for_app(sub).any_origin().on(routed(sub, "/public", "GET"))
    app.add_subapp("/sub/", sub)
    Cors.for_app(app).origin(ROOT).allow_credentials().everywhere()
    client = await aiohttp_client(app)
    for origin in (ROOT, None):
        answer = await send(client, "GET", "/sub/public", origin=origin)
        assert (answer.cors, answer.vary) == ({"allow-origin": "*"}, [])


# The route that would serve the request


@pytest.mark.parametrize("private_first", [True, False])
async def test_attack_a_preflight_that_lands_on_a_covered_neighbour_is_judged_by_the_route_itself(
    aiohttp_client: AiohttpClient, private_first: bool
) -> None:
    """``DELETE /users/me`` is private; ``OPTIONS /users/me`` lands on ``/users/{id}``."""
    app = web.Application()
    resources: dict[str, web.Resource] = {}
    for path in ("/users/me", "/users/{id}") if private_first else ("/users/{id}", "/users/me"):
        methods = ["DELETE"] if path == "/users/me" else ["GET", "PUT"]
        resources[path] = routed(app, path, *methods)
    Cors.for_app(app).origin(ORIGIN).allow_any_header().on(resources["/users/{id}"])
    client = await aiohttp_client(app)
    for names in (None, "x-a"):
        answer = await preflight(client, "/users/me", "DELETE", names=names)
        assert answer.cors == {}
        assert answer.status != 200
    assert (await send(client, "DELETE", "/users/me")).cors == {}
    assert (await preflight(client, "/users/me", "PUT")).status == 200
    assert (await preflight(client, "/users/you", "PUT")).status == 200
    assert refuses(await preflight(client, "/users/you", "DELETE"), "DELETE")


async def test_attack_any_method_of_a_neighbour_does_not_cover_a_private_route(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    routed(app, "/users/me", "DELETE")
    wide = routed(app, "/users/{id}", "GET")
    Cors.for_app(app).origin(ORIGIN).allow_any_method().on(wide)
    client = await aiohttp_client(app)
    assert (await preflight(client, "/users/me", "DELETE")).cors == {}
    assert (await preflight(client, "/users/you", "DELETE")).status == 200


async def test_attack_a_neighbour_with_another_policy_is_judged_by_its_own(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    me = routed(app, "/users/me", "DELETE")
    others = routed(app, "/users/{id}", "GET")
    rule(app, RESOURCE).on(me)
    rule(app, ROOT).allow_methods("GET", "DELETE").on(others)
    client = await aiohttp_client(app)
    assert await served(client, "/users/me", "DELETE") == [RESOURCE]
    assert await served(client, "/users/me", "GET") == [ROOT]


async def test_attack_a_private_route_behind_a_covered_sub_application(
    aiohttp_client: AiohttpClient,
) -> None:
    sub, app = web.Application(), web.Application()
    routed(sub, "/{id}", "GET", "DELETE")
    routed(app, "/users/me", "DELETE")
    rule(app, ORIGIN).on(app.add_subapp("/users", sub))
    client = await aiohttp_client(app)
    actual = await send(client, "DELETE", "/users/me")
    before = await preflight(client, "/users/me", "DELETE")
    # Whichever of the two the router takes: a preflight succeeds if and only if that is covered.
    assert (before.status == 200) == (actual.cors == {"allow-origin": ORIGIN})


@pytest.mark.parametrize("covered_first", [True, False])
@pytest.mark.filterwarnings("ignore:no policy covers:aiohttp_cors.CorsWarning")
async def test_one_path_in_two_resources_of_which_one_is_covered(
    aiohttp_client: AiohttpClient, covered_first: bool
) -> None:
    app = web.Application()
    methods = ["GET", "PUT"] if covered_first else ["PUT", "GET"]
    first = routed(app, "/items", methods[0])
    routed(app, "/between", "GET")
    second = routed(app, "/items", methods[1])
    covered = first if covered_first else second
    rule(app, ORIGIN).on(covered)
    client = await aiohttp_client(app)
    assert (await preflight(client, "/items", "GET")).status == 200
    assert (await send(client, "GET", "/items")).cors == {"allow-origin": ORIGIN}
    assert (await preflight(client, "/items", "PUT")).cors == {}
    assert (await send(client, "PUT", "/items")).cors == {}


@pytest.mark.filterwarnings("ignore:no policy covers:aiohttp_cors.CorsWarning")
async def test_an_own_options_handler_of_an_uncovered_neighbour_hides_no_preflight(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    first = routed(app, "/items", "PUT")
    first.add_route("OPTIONS", saying("my own"))
    routed(app, "/between", "GET")
    covered = routed(app, "/items", "GET")
    rule(app, ORIGIN).on(covered)
    client = await aiohttp_client(app)
    answer = await preflight(client, "/items", "GET")
    assert (answer.status, answer.text) == (200, "")
    assert answer.cors["allow-origin"] == ORIGIN
    assert (await preflight(client, "/items", "PUT")).cors == {}
    assert (await send(client, "OPTIONS", "/items")).text == "my own"


async def test_attack_resources_that_share_a_canonical_path_are_told_apart(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    numbers = routed(app, r"/u/{id:\d+}", "GET", "PUT")
    words = routed(app, "/u/{id:[a-z]+}", "GET", "PUT")
    assert numbers.canonical == words.canonical
    Cors.for_app(app).origin(ORIGIN).allow_credentials().on(numbers)
    client = await aiohttp_client(app)
    assert (await preflight(client, "/u/1", "PUT")).status == 200
    assert (await preflight(client, "/u/a", "PUT")).cors == {}
    answer = await send(client, "GET", "/u/a")
    assert (answer.status, answer.cors, answer.vary) == (200, {}, [])


async def test_attack_no_route_inherits_the_policy_of_another(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    resource = app.router.add_resource("/items")
    get = resource.add_route("GET", hello)
    put = resource.add_route("PUT", hello)
    resource.add_route("DELETE", hello)
    Cors.for_app(app).origin(ROUTE).allow_credentials().allow_any_header().on(get)
    rule(app, RESOURCE).on(put)
    client = await aiohttp_client(app)
    answer = await send(client, "DELETE", "/items", origin=ROUTE)
    assert (answer.status, answer.cors, answer.vary) == (200, {}, [])
    assert (await preflight(client, "/items", "DELETE", origin=ROUTE)).status == 403
    assert await served(client, "/items", "PUT") == [RESOURCE]
    answer = await preflight(client, "/items", "PUT", origin=RESOURCE, names="x-a")
    assert refuses(answer, "PUT", "x-a")


# One path, several policies: the browser's preflight cache is per URL


async def test_attack_a_header_of_one_policy_is_never_combined_with_a_method_of_another(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    resource = app.router.add_resource("/items")
    put = resource.add_route("PUT", hello)
    delete = resource.add_route("DELETE", hello)
    cors = Cors.for_app(app)
    cors.origin(ORIGIN).allow_headers("X-A", "X-B").max_age(600).on(put)
    cors.origin(ORIGIN).max_age(600).on(delete)
    client = await aiohttp_client(app)
    answer = await preflight(client, "/items", "PUT", names="x-a")
    assert answer.cors["allow-methods"] == "PUT"
    assert answer.cors["allow-headers"].lower() == "x-a"
    assert answer.cors["max-age"] == "0"
    answer = await preflight(client, "/items", "DELETE")
    assert answer.cors == {"allow-origin": ORIGIN, "allow-methods": "DELETE", "max-age": "0"}
    assert refuses(await preflight(client, "/items", "DELETE", names="x-a"), "DELETE", "x-a")


async def test_attack_a_safelisted_method_of_another_policy_gets_no_header_from_the_cache(
    aiohttp_client: AiohttpClient,
) -> None:
    """POST needs no entry for its method; a remembered header alone would let it pass."""
    app = web.Application()
    resource = app.router.add_resource("/items")
    resource.add_route("POST", hello)
    put = resource.add_route("PUT", hello)
    Cors.for_app(app).origin(ORIGIN).allow_headers("X-A").max_age(600).on(put)
    client = await aiohttp_client(app)
    answer = await preflight(client, "/items", "PUT", names="x-a")
    assert answer.status == 200
    assert (answer.cors["allow-methods"], answer.cors["max-age"]) == ("PUT", "0")


@pytest.mark.parametrize("same_path", [True, False])
async def test_attack_policies_of_two_resources_that_match_one_url_are_not_combined(
    aiohttp_client: AiohttpClient, same_path: bool
) -> None:
    app = web.Application()
    first = routed(app, "/items/1", "PUT")
    routed(app, "/between", "GET")
    second = routed(app, "/items/1" if same_path else "/items/{id}", "DELETE")
    cors = Cors.for_app(app)
    cors.origin(ORIGIN).allow_headers("X-A").max_age(600).on(first)
    cors.origin(ORIGIN).allow_headers("X-B").max_age(600).on(second)
    client = await aiohttp_client(app)
    for method, name in (("PUT", "x-a"), ("DELETE", "x-b")):
        answer = await preflight(client, "/items/1", method)
        assert answer.status == 200
        assert (answer.cors["allow-methods"], answer.cors["max-age"]) == (method, "0")
        assert "allow-headers" not in answer.cors
        answer = await preflight(client, "/items/1", method, names=name)
        assert answer.cors["allow-headers"].lower() == name


async def test_attack_methods_named_by_a_rule_do_not_reach_over_to_another_policy(
    aiohttp_client: AiohttpClient,
) -> None:
    """The rule on one resource names DELETE, which another resource of the same URL serves."""
    app = web.Application()
    first = routed(app, "/items/1", "PUT")
    second = routed(app, "/items/{id}", "DELETE")
    cors = Cors.for_app(app)
    cors.origin(ORIGIN).allow_methods("PUT", "DELETE").max_age(600).on(first)
    cors.origin(ROOT).on(second)
    client = await aiohttp_client(app)
    answer = await preflight(client, "/items/1", "PUT")
    assert (answer.cors["allow-methods"], answer.cors["max-age"]) == ("PUT", "0")
    assert (await preflight(client, "/items/1", "DELETE")).status == 403


async def test_one_policy_for_several_routes_of_a_path_answers_for_all_of_them(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    resource = app.router.add_resource("/items")
    routes = [resource.add_route(method, hello) for method in ("PUT", "DELETE")]
    Cors.for_app(app).origin(ORIGIN).allow_headers("X-A").max_age(600).on(*routes)
    client = await aiohttp_client(app)
    answer = await preflight(client, "/items", "PUT")
    assert listed(answer.cors["allow-methods"]) == ["DELETE", "PUT"]
    assert answer.cors["allow-headers"].lower() == "x-a"
    assert answer.cors["max-age"] == "600"


async def test_one_rule_that_is_bound_in_two_calls_answers_for_both(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    first = routed(app, "/items", "PUT")
    routed(app, "/between", "GET")
    second = routed(app, "/items", "DELETE")
    same = Cors.for_app(app).origin(ORIGIN).max_age(600)
    same.on(first)
    same.on(second)
    client = await aiohttp_client(app)
    answer = await preflight(client, "/items", "PUT")
    assert listed(answer.cors["allow-methods"]) == ["DELETE", "PUT"]
    assert answer.cors["max-age"] == "600"


async def test_a_neighbour_that_matches_only_other_urls_does_not_narrow_an_answer(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    first = routed(app, r"/items/{id:\d+}", "PUT", "DELETE")
    rule(app, RESOURCE).on(routed(app, "/items/new", "POST"))
    rule(app, ROOT).on(routed(app, "/other", "PUT"))
    Cors.for_app(app).origin(ORIGIN).max_age(600).on(first)
    client = await aiohttp_client(app)
    answer = await preflight(client, "/items/1", "PUT")
    assert listed(answer.cors["allow-methods"]) == ["DELETE", "PUT"]
    assert answer.cors["max-age"] == "600"


async def test_a_catch_all_that_serves_nothing_of_a_url_does_not_narrow_its_answer(
    aiohttp_client: AiohttpClient, tmp_path: Path
) -> None:
    """A page for every other path, or its files: no request for ``/items`` ever gets there."""
    app = web.Application()
    items = routed(app, "/items", "GET", "HEAD", "PUT")
    Cors.for_app(app).origin(ORIGIN).allow_headers("X-A").max_age(600).on(items)
    app.router.add_static("/", tmp_path)
    app.router.add_get("/{rest:.*}", hello)
    client = await aiohttp_client(app)
    answer = await preflight(client, "/items", "PUT")
    assert listed(answer.cors["allow-methods"]) == ["GET", "HEAD", "PUT"]
    assert (answer.cors["allow-headers"], answer.cors["max-age"]) == ("X-A", "600")


@pytest.mark.parametrize("method", ["GET", "*"])
async def test_attack_a_catch_all_that_serves_one_more_method_gets_nothing_from_the_cache(
    aiohttp_client: AiohttpClient, method: str
) -> None:
    app = web.Application()
    items = routed(app, "/items", "HEAD", "PUT", *([] if method == "GET" else ["GET", "POST"]))
    Cors.for_app(app).origin(ORIGIN).allow_headers("X-A").max_age(600).on(items)
    routed(app, "/{rest:.*}", method)
    client = await aiohttp_client(app)
    answer = await preflight(client, "/items", "PUT", names="x-a")
    assert (answer.cors["allow-methods"], answer.cors["max-age"]) == ("PUT", "0")


async def test_a_catch_all_narrows_no_answer_where_every_method_is_taken_before_it(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    items = routed(app, "/items", "*")
    Cors.for_app(app).origin(ORIGIN).max_age(600).on(items)
    routed(app, "/{rest:.*}", "*")
    client = await aiohttp_client(app)
    assert (await preflight(client, "/items", "PUT")).cors["max-age"] == "600"


@pytest.mark.parametrize("path", ["/users/me", "/both"])
async def test_attack_a_method_in_lower_case_is_judged_by_the_route_of_the_one_in_upper_case(
    aiohttp_client: AiohttpClient, path: str
) -> None:
    """Aiohttp's parser in Python serves ``patch`` by the route for ``PATCH``."""
    app = web.Application()
    app.router.add_patch("/users/me", hello)
    Cors.for_app(app).origin(ORIGIN).allow_any_method().on(routed(app, "/users/{id}", "GET"))
    both = routed(app, "/both", "PATCH")
    Cors.for_app(app).origin(ORIGIN).on(both.add_route("*", hello))
    client = await aiohttp_client(app)
    for method in ("PATCH", "patch", "Patch"):
        assert (await preflight(client, path, method)).cors == {}
    assert (await preflight(client, "/users/1", "patch")).cors["allow-methods"] == "patch"


async def test_attack_a_star_as_requested_method_opens_nothing(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    Cors.for_app(app).origin(ORIGIN).allow_any_method().on(routed(app, "/items", "*"))
    client = await aiohttp_client(app)
    assert (await preflight(client, "/items", "*")).cors == {}
    assert (await preflight(client, "/items", "DELETE")).status == 200


async def test_attack_a_late_method_of_a_private_route_is_not_among_those_that_are_answered(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    me = app.router.add_resource("/users/me")
    one = routed(app, "/users/{id}", "GET", "PUT")
    rule = Cors.for_app(app).origin(ORIGIN).allow_headers("X-A").max_age(600)
    rule.on(me.add_route("GET", hello), one)
    client = await aiohttp_client(app)
    answer = await preflight(client, "/users/me", "PUT")
    assert listed(answer.cors["allow-methods"]) == ["GET", "PUT"]
    one.add_route("LOCK", hello)
    me.add_route("LOCK", hello)
    answer = await preflight(client, "/users/me", "PUT")
    assert (answer.cors["allow-methods"], answer.cors["max-age"]) == ("PUT", "0")
    assert (await preflight(client, "/users/me", "LOCK")).status == 403


@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("mounted", [False, True])
async def test_beside_very_many_patterns_the_bindings_alone_prove_that_one_policy_decides(
    aiohttp_client: AiohttpClient, private: bool, mounted: bool
) -> None:
    app, sub = web.Application(), web.Application()
    tenants = [routed(app, f"/{{tenant}}/{n}", "GET", "PUT") for n in range(40)]
    inside = routed(sub, "/{rest}", "GET", "PUT")
    domain = app.add_domain("sub.localhost", sub) if mounted else None
    rule = Cors.for_app(app).origin(ORIGIN).allow_headers("X-A").max_age(600)
    rule.on(*tenants[private:], *([inside] if mounted else []))
    assert (domain is None) is not mounted
    client = await aiohttp_client(app)
    for _ in range(2):
        answer = await preflight(client, "/t/7", "PUT")
        told = (listed(answer.cors["allow-methods"]), answer.cors["max-age"])
        assert told == ((["PUT"], "0") if private else (["GET", "PUT"], "600"))


@pytest.mark.parametrize("is_ours", [False, True])
async def test_a_mounted_application_that_may_serve_more_methods_of_a_url_is_looked_into(
    aiohttp_client: AiohttpClient, is_ours: bool
) -> None:
    """The router asks ``/sub/items`` first, and the mounted application for all that it lacks."""
    app, sub = web.Application(), web.Application()
    items = routed(app, "/sub/items", "PUT")
    inside = routed(sub, "/{name}", "DELETE")
    mounted = app.add_subapp("/sub", sub)
    rule = Cors.for_app(app).origin(ORIGIN).max_age(600)
    rule.on(items, *([inside] if is_ours else []))
    assert mounted is not None
    client = await aiohttp_client(app)
    answer = await preflight(client, "/sub/items", "PUT")
    told = (listed(answer.cors["allow-methods"]), answer.cors["max-age"])
    assert told == ((["DELETE", "PUT"], "600") if is_ours else (["PUT"], "0"))


async def test_one_rule_answers_for_all_methods_of_a_url_whichever_resource_serves_them(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    first = routed(app, "/items/new", "PUT")
    second = routed(app, "/items/{id}", "DELETE", "PATCH")
    Cors.for_app(app).origin(ORIGIN).max_age(600).on(first, second)
    client = await aiohttp_client(app)
    answer = await preflight(client, "/items/new", "DELETE")
    assert listed(answer.cors["allow-methods"]) == ["DELETE", "PATCH", "PUT"]
    assert answer.cors["max-age"] == "600"
    answer = await preflight(client, "/items/1", "DELETE")
    assert listed(answer.cors["allow-methods"]) == ["DELETE", "PATCH"]


async def test_attack_a_sub_application_and_its_root_share_a_resource_and_combine_nothing(
    aiohttp_client: AiohttpClient,
) -> None:
    """The sub-application decides about GET, the root's everywhere about the rest."""
    sub, app = web.Application(), web.Application()
    resource = sub.router.add_resource("/items")
    get = resource.add_route("GET", hello)
    resource.add_route("PUT", hello)
    Cors.for_app(sub).origin(ORIGIN).max_age(600).on(get)
    app.add_subapp("/sub/", sub)
    Cors.for_app(app).origin(ORIGIN).allow_headers("X-A").max_age(600).everywhere()
    client = await aiohttp_client(app)
    answer = await preflight(client, "/sub/items", "PUT", names="x-a")
    assert answer.status == 200
    assert (answer.cors["allow-methods"], answer.cors["max-age"]) == ("PUT", "0")
    assert refuses(await preflight(client, "/sub/items", "GET", names="x-a"), "GET", "x-a")


async def test_attack_a_route_that_the_root_bound_is_not_combined_with_its_resource(
    aiohttp_client: AiohttpClient,
) -> None:
    sub, app = web.Application(), web.Application()
    resource = routed(sub, "/items", "DELETE")
    put = resource.add_route("PUT", hello)
    Cors.for_app(sub).origin(ORIGIN).allow_headers("X-A").max_age(600).on(resource)
    app.add_subapp("/sub/", sub)
    Cors.for_app(app).origin(ORIGIN).max_age(600).on(put)
    client = await aiohttp_client(app)
    answer = await preflight(client, "/sub/items", "DELETE", names="x-a")
    assert answer.status == 200
    assert (answer.cors["allow-methods"], answer.cors["max-age"]) == ("DELETE", "0")
    assert refuses(await preflight(client, "/sub/items", "PUT", names="x-a"), "PUT", "x-a")


async def test_attack_an_uncovered_neighbour_outside_a_sub_application_gets_nothing_from_the_cache(
    aiohttp_client: AiohttpClient,
) -> None:
    """``POST /users/me`` is the root's and private: a remembered header would let it pass."""
    sub, app = web.Application(), web.Application()
    routed(sub, "/{id}", "GET", "PUT")
    Cors.for_app(sub).origin(ORIGIN).allow_headers("X-A").max_age(600).everywhere()
    routed(app, "/users/me", "POST")
    app.add_subapp("/users", sub)
    client = await aiohttp_client(app)
    answer = await preflight(client, "/users/me", "PUT", names="x-a")
    assert answer.status == 200
    assert (answer.cors["allow-methods"], answer.cors["max-age"]) == ("PUT", "0")
    assert (await preflight(client, "/users/me", "POST", names="x-a")).cors == {}
    assert (await send(client, "POST", "/users/me")).cors == {}


async def test_attack_a_set_up_inside_a_sub_application_does_not_speak_for_a_route_outside(
    aiohttp_client: AiohttpClient,
) -> None:
    sub, app = web.Application(), web.Application()
    Cors.for_app(sub).origin(ORIGIN).allow_any_method().on(routed(sub, "/{id}", "GET"))
    routed(app, "/users/me", "DELETE")
    app.add_subapp("/users", sub)
    client = await aiohttp_client(app)
    assert (await preflight(client, "/users/me", "DELETE")).cors == {}
    assert (await preflight(client, "/users/you", "DELETE")).status == 200


async def test_attack_what_is_excluded_stays_so_after_a_neighbour_was_asked(
    aiohttp_client: AiohttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A late resource of an excluded path, first looked at for a neighbour in a sub-application."""
    sub, app = web.Application(), web.Application()
    routed(sub, "/{id}", "GET", "PUT")
    private = routed(app, "/users/me", "DELETE")
    app.add_subapp("/users", sub)
    rule(app, ORIGIN).everywhere(excluding=[private])
    monkeypatch.setattr(app.router, "freeze", lambda: None)
    client = await aiohttp_client(app)
    routed(app, "/users/me", "POST")
    assert (await preflight(client, "/users/me", "PUT")).status == 200
    answer = await send(client, "POST", "/users/me")
    # In the oldest aiohttp the sub-application, which is older, answers with a 405 of its own.
    assert answer.cors == {} or answer.status == 405
    assert (await preflight(client, "/users/me", "POST")).cors == {}


async def test_attack_a_preflight_with_a_body_that_was_read_opens_nothing(
    aiohttp_client: AiohttpClient,
) -> None:
    """No browser sends one; the router cannot be asked again about such a request."""
    sub, app = web.Application(), web.Application(middlewares=[reads_the_body])
    routed(sub, "/u/me", "DELETE")
    Cors.for_app(sub).origin(ORIGIN).allow_any_method().on(routed(sub, "/u/{id}", "GET"))
    app.add_subapp("/sub/", sub)
    client = await aiohttp_client(app)
    headers = {
        "Host": "localhost",
        "Origin": ORIGIN,
        "Access-Control-Request-Method": "DELETE",
    }
    async with client.options("/sub/u/me", headers=headers, data=b"body") as answer:
        assert answer.status == 403
        assert "Access-Control-Allow-Origin" not in answer.headers


async def test_attack_a_method_that_nobody_serves_is_decided_by_the_resource_of_the_405(
    aiohttp_client: AiohttpClient,
) -> None:
    """Wherever the preflight has landed: that depends on who has an OPTIONS route."""
    app = web.Application()
    routed(app, "/users/me", "GET")
    anybody = routed(app, "/users/{id}", "GET")
    Cors.for_app(app).origin(ORIGIN).allow_methods("GET", "PUT").on(anybody)
    client = await aiohttp_client(app)
    assert (await send(client, "PUT", "/users/me")).cors == {}
    refused = await preflight(client, "/users/me", "PUT")
    assert (refused.status, refused.cors) == (403, {})
    assert (await preflight(client, "/users/1", "PUT")).status == 200
