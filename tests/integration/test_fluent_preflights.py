"""What a preflight for a target of the fluent API is answered.

Expectations from Fetch, *CORS-preflight fetch*, and from the contract's *Preflight*.
"""

import logging

import pytest
from aiohttp import web
from multidict import CIMultiDict
from pytest_aiohttp.plugin import AiohttpClient

from aiohttp_cors import AnyOriginRule, Cors, CredentialedRule, OriginRule
from tests.integration.fluent_support import EVIL, listed, refuses, routed
from tests.integration.support import (
    ORIGIN,
    OTHER,
    PREFLIGHT_VARY,
    Connection,
    hello,
    preflight,
    send,
)

PATH = "/items"


def bound(rule: OriginRule | CredentialedRule | AnyOriginRule | None = None) -> web.Application:
    """An application with GET, PUT and PATCH on one path, under `rule` of another application."""
    app = web.Application()
    resource = routed(app, PATH, "GET", "PUT", "PATCH")
    if rule is None:
        Cors.for_app(app).origin(ORIGIN).on(resource)
    else:
        Cors.for_app(app).use(rule.policy).on(resource)
    return app


def rule() -> OriginRule:
    return Cors.for_app(web.Application()).origin(ORIGIN)


async def test_success_is_an_empty_200_without_a_type(aiohttp_client: AiohttpClient) -> None:
    client = await aiohttp_client(bound())
    answer = await preflight(client, PATH, "PUT")
    assert (answer.status, answer.text) == (200, "")
    assert "Content-Type" not in answer.headers
    assert set(answer.cors) == {"allow-origin", "allow-methods"}
    assert answer.cors["allow-origin"] == ORIGIN
    assert answer.vary == [PREFLIGHT_VARY]


async def test_one_preflight_names_all_methods_of_the_path(aiohttp_client: AiohttpClient) -> None:
    client = await aiohttp_client(bound())
    for method in ("GET", "PUT", "PATCH"):
        answer = await preflight(client, PATH, method)
        assert listed(answer.cors["allow-methods"]) == ["GET", "PATCH", "PUT"]


async def test_methods_come_from_the_router_without_our_own_and_those_no_script_sends(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    resource = routed(app, PATH, "DELETE", "TRACE", "CONNECT", "PROPFIND")
    Cors.for_app(app).origin(ORIGIN).on(resource)
    client = await aiohttp_client(app)
    for _ in range(2):
        answer = await preflight(client, PATH, "PROPFIND")
        assert listed(answer.cors["allow-methods"]) == ["DELETE", "PROPFIND"]
    for method in ("TRACE", "CONNECT", "OPTIONS", "GET"):
        assert refuses(await preflight(client, PATH, method), method)


async def test_an_options_handler_of_the_program_is_a_method_like_any_other(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    Cors.for_app(app).origin(ORIGIN).on(routed(app, PATH, "GET", "OPTIONS"))
    client = await aiohttp_client(app)
    answer = await preflight(client, PATH, "OPTIONS")
    assert answer.status == 200
    assert listed(answer.cors["allow-methods"]) == ["GET", "OPTIONS"]


async def test_one_preflight_names_all_configured_headers(aiohttp_client: AiohttpClient) -> None:
    client = await aiohttp_client(bound(rule().allow_headers("X-One", "x-two")))
    for names in (None, "x-one", "x-one,x-two"):
        answer = await preflight(client, PATH, "PUT", names=names)
        assert answer.status == 200
        allowed = [name.lower() for name in listed(answer.cors["allow-headers"])]
        assert allowed == ["x-one", "x-two"]


async def test_no_header_is_named_where_none_is_allowed(aiohttp_client: AiohttpClient) -> None:
    client = await aiohttp_client(bound())
    for names in (None, "", ", ,"):
        answer = await preflight(client, PATH, "PUT", names=names)
        assert answer.status == 200
        assert "allow-headers" not in answer.cors


async def test_any_header_echoes_the_requested_ones_so_that_authorization_is_covered(
    aiohttp_client: AiohttpClient,
) -> None:
    for any_header in (
        rule().allow_any_header(),
        rule().allow_credentials().allow_any_header(),
        Cors.for_app(web.Application()).any_origin().allow_any_header(),
    ):
        client = await aiohttp_client(bound(any_header))
        answer = await preflight(client, PATH, "PUT", names="authorization,x-one")
        allowed = [name.lower() for name in listed(answer.cors["allow-headers"])]
        assert allowed == ["authorization", "x-one"]
        assert "allow-headers" not in (await preflight(client, PATH, "PUT")).cors


async def test_any_method_echoes_the_requested_one(aiohttp_client: AiohttpClient) -> None:
    client = await aiohttp_client(bound(rule().allow_any_method()))
    for method in ("PUT", "DELETE", "patch", "X-ANYTHING"):
        answer = await preflight(client, PATH, method)
        assert (answer.status, answer.cors["allow-methods"]) == (200, method)


async def test_methods_that_the_rule_names_replace_those_of_the_router(
    aiohttp_client: AiohttpClient,
) -> None:
    client = await aiohttp_client(bound(rule().allow_methods("GET", "DELETE")))
    for method in ("GET", "DELETE"):
        answer = await preflight(client, PATH, method)
        assert listed(answer.cors["allow-methods"]) == ["DELETE", "GET"]
    assert refuses(await preflight(client, PATH, "PUT"), "PUT")
    assert refuses(await preflight(client, PATH, "PATCH"), "PATCH")


@pytest.mark.parametrize("method", ["put", "Put", "get", "patch", "DELETE", "", "P UT", "*"])
async def test_methods_are_compared_exactly(aiohttp_client: AiohttpClient, method: str) -> None:
    client = await aiohttp_client(bound())
    answer = await preflight(client, PATH, method)
    assert refuses(answer, method)
    assert answer.vary == [PREFLIGHT_VARY]


async def test_a_method_that_is_no_token_is_refused_whatever_is_allowed(
    aiohttp_client: AiohttpClient,
) -> None:
    client = await aiohttp_client(bound(rule().allow_any_method().allow_any_header()))
    for method in ("", "P UT", "PUT,GET", "PÜT", "PUT;"):
        answer = await preflight(client, PATH, method)
        assert (answer.status, answer.cors) == (403, {})


async def test_a_lower_case_patch_is_another_method(aiohttp_client: AiohttpClient) -> None:
    client = await aiohttp_client(bound(rule().allow_methods("PATCH")))
    assert (await preflight(client, PATH, "PATCH")).status == 200
    assert (await preflight(client, PATH, "patch")).status == 403


@pytest.mark.parametrize("credentials", [True, False])
async def test_credentials_are_allowed_only_by_the_rule_that_matched(
    aiohttp_client: AiohttpClient, credentials: bool
) -> None:
    first = rule().allow_credentials() if credentials else rule()
    client = await aiohttp_client(bound(first.origin(OTHER)))
    answer = await preflight(client, PATH, "PUT")
    assert answer.cors.get("allow-credentials") == ("true" if credentials else None)
    assert "allow-credentials" not in (await preflight(client, PATH, "PUT", origin=OTHER)).cors


@pytest.mark.parametrize("age", [0, 600])
async def test_the_age_is_sent_zero_included(aiohttp_client: AiohttpClient, age: int) -> None:
    client = await aiohttp_client(bound(rule().max_age(age)))
    assert (await preflight(client, PATH, "PUT")).cors["max-age"] == str(age)


async def test_a_refusal_carries_nothing_but_vary(aiohttp_client: AiohttpClient) -> None:
    client = await aiohttp_client(bound(rule().allow_credentials().max_age(5)))
    for origin in (OTHER, "null", ORIGIN.upper(), f"{ORIGIN}.evil.example", "x" * 400):
        answer = await preflight(client, PATH, "PUT", origin=origin)
        assert (answer.status, answer.cors, answer.vary) == (403, {}, [PREFLIGHT_VARY])
        assert answer.headers["Content-Type"].startswith("text/plain")


async def test_the_checks_are_origin_then_method_then_headers(
    aiohttp_client: AiohttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    client = await aiohttp_client(bound())
    with caplog.at_level(logging.DEBUG, "aiohttp_cors"):
        await preflight(client, PATH, "DELETE", origin=OTHER, names="x-one")
        await preflight(client, PATH, "DELETE", names="x-one")
        await preflight(client, PATH, "PUT", names="x-one")
    refusals = [record.getMessage() for record in caplog.records if record.name == "aiohttp_cors"]
    assert len(refusals) == 3
    for word, refusal in zip(["origin", "method", "headers"], refusals, strict=True):
        assert refusal.startswith(word)


async def test_a_refusal_is_logged_with_the_values_of_the_client_as_arguments(
    aiohttp_client: AiohttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    client = await aiohttp_client(bound())
    with caplog.at_level(logging.DEBUG, "aiohttp_cors"):
        await preflight(client, PATH, "PUT", origin="https://%s.example")
    (record,) = [record for record in caplog.records if record.name == "aiohttp_cors"]
    assert record.levelno == logging.DEBUG
    assert "https://%s.example" not in str(record.msg)
    assert "https://%s.example" in record.getMessage()


@pytest.mark.parametrize(
    "names",
    [
        "x-one",
        "X-ONE",
        "x-two,x-one",
        " x-one , \tx-two\t",
        ",,x-one,,x-two,",
        "x-one,x-one,X-One",
    ],
)
async def test_names_in_any_case_order_and_spacing_are_understood(
    aiohttp_client: AiohttpClient, names: str
) -> None:
    client = await aiohttp_client(bound(rule().allow_headers("X-One", "X-Two")))
    assert (await preflight(client, PATH, "PUT", names=names)).status == 200


async def test_names_may_come_in_several_lines(aiohttp_client: AiohttpClient) -> None:
    client = await aiohttp_client(bound(rule().allow_headers("X-One", "X-Two")))
    lines = [("Origin", ORIGIN), ("Access-Control-Request-Method", "PUT")]
    name = "Access-Control-Request-Headers"
    for second, text in (("x-two", ""), ("x-three", "headers are not allowed: X-THREE")):
        headers = CIMultiDict([*lines, (name, "x-one"), (name, second)])
        async with client.options(PATH, headers=headers) as answer:
            assert (await answer.text()).endswith(text)
            assert bool(await answer.text()) is bool(text)


@pytest.mark.parametrize("names", ["x one", "x-one;", "x-ön", "x-one,(x)", "x:one", '"x-one"'])
async def test_a_name_that_is_no_token_is_refused_even_where_any_is_allowed(
    aiohttp_client: AiohttpClient, names: str
) -> None:
    client = await aiohttp_client(bound(rule().allow_any_header()))
    answer = await preflight(client, PATH, "PUT", names=names)
    assert (answer.status, answer.cors) == (403, {})


async def test_a_bounded_number_of_names_is_looked_at(aiohttp_client: AiohttpClient) -> None:
    client = await aiohttp_client(bound(rule().allow_any_header()))
    names = [f"x-{number}" for number in range(257)]
    assert (await preflight(client, PATH, "PUT", names=",".join(names[:256]))).status == 200
    assert (await preflight(client, PATH, "PUT", names=",".join(names))).status == 403


async def test_a_bounded_number_of_bytes_is_looked_at(aiohttp_client: AiohttpClient) -> None:
    client = await aiohttp_client(bound(rule().allow_any_header()))
    lines = [("Origin", ORIGIN), ("Access-Control-Request-Method", "PUT")]
    for size, status in ((4090, 200), (4097, 403)):
        names = [("Access-Control-Request-Headers", letter * size) for letter in "ab"]
        headers = CIMultiDict([*lines, *names])
        async with client.options(PATH, headers=headers, max_field_size=10_000) as answer:
            assert answer.status == status


async def test_a_byte_beyond_ascii_is_refused_and_breaks_nothing(
    aiohttp_client: AiohttpClient,
) -> None:
    client = await aiohttp_client(bound(rule().allow_any_header().allow_any_method()))
    connection = await Connection.to(client)
    good = [f"Origin: {ORIGIN}".encode(), b"Access-Control-Request-Method: PUT", b"X: y"]
    for index, line in enumerate(
        [
            b"Origin: \xff",
            b"Access-Control-Request-Method: \xff",
            b"Access-Control-Request-Headers: \xff",
        ]
    ):
        lines = [*good]
        lines[index] = line
        answer = await connection.request(b"OPTIONS /items HTTP/1.1", *lines)
        assert (answer.status, answer.cors) == (403, {})
    answer = await connection.request(b"OPTIONS /items HTTP/1.1", *good)
    assert answer.status == 200
    await connection.close()


async def test_a_request_for_private_network_access_is_answered_as_if_it_had_not_been(
    aiohttp_client: AiohttpClient,
) -> None:
    client = await aiohttp_client(bound())
    asks = {"Access-Control-Request-Private-Network": "true"}
    answer = await preflight(client, PATH, "PUT", headers=asks)
    assert answer.status == 200
    assert set(answer.cors) == {"allow-origin", "allow-methods"}


async def test_any_origin_alone_is_the_constant_star(aiohttp_client: AiohttpClient) -> None:
    client = await aiohttp_client(bound(Cors.for_app(web.Application()).any_origin().max_age(5)))
    for origin in (ORIGIN, "null", "x" * 400, "https://ä.example"):
        answer = await preflight(client, PATH, "PUT", origin=origin)
        assert answer.status == 200
        assert (answer.cors["allow-origin"], answer.cors["max-age"]) == ("*", "5")


async def test_any_origin_beside_another_clause_echoes(aiohttp_client: AiohttpClient) -> None:
    client = await aiohttp_client(bound(rule().allow_credentials().any_origin()))
    for origin in (ORIGIN, EVIL, "null"):
        answer = await preflight(client, PATH, "PUT", origin=origin)
        assert answer.cors["allow-origin"] == origin
        assert ("allow-credentials" in answer.cors) == (origin == ORIGIN)


async def test_options_that_is_no_preflight_is_told_the_methods_without_cors_headers(
    aiohttp_client: AiohttpClient,
) -> None:
    client = await aiohttp_client(bound())
    no_preflights = [
        {},
        {"Origin": ORIGIN},
        {"Access-Control-Request-Method": "PUT"},
        {"Access-Control-Request-Headers": "x-one", "Origin": ORIGIN},
    ]
    for headers in no_preflights:
        answer = await send(client, "OPTIONS", PATH, origin=None, headers=headers)
        assert (answer.status, answer.text, answer.cors) == (200, "", {})
        assert listed(answer.headers["Allow"]) == ["GET", "OPTIONS", "PATCH", "PUT"]


async def test_an_answer_to_a_preflight_is_not_written_to_again(
    aiohttp_client: AiohttpClient,
) -> None:
    """The headers of an actual response are for actual responses."""
    exposes = rule().allow_credentials().expose("X-Custom")
    client = await aiohttp_client(bound(exposes))
    answer = await preflight(client, PATH, "PUT")
    assert set(answer.cors) == {"allow-origin", "allow-methods", "allow-credentials"}
    assert answer.vary == [PREFLIGHT_VARY]


async def test_a_preflight_does_not_run_the_handler(aiohttp_client: AiohttpClient) -> None:
    async def handler(request: web.Request) -> web.Response:
        raise AssertionError("a preflight ran the handler")

    app = web.Application()
    Cors.for_app(app).origin(ORIGIN).on(routed(app, PATH, "GET", "PUT", handler=handler))
    client = await aiohttp_client(app)
    assert (await preflight(client, PATH, "PUT")).status == 200


async def test_a_resource_without_any_route_of_its_own_refuses_every_method(
    aiohttp_client: AiohttpClient,
) -> None:
    app = web.Application()
    Cors.for_app(app).origin(ORIGIN).on(app.router.add_resource(PATH))
    client = await aiohttp_client(app)
    assert (await preflight(client, PATH, "GET")).status == 403


async def test_the_methods_of_one_path_in_two_resources_are_named_together(
    aiohttp_client: AiohttpClient,
) -> None:
    """The router makes two resources of one path whose routes are not added back to back."""
    app = web.Application()
    first = app.router.add_get(PATH, hello)
    app.router.add_get("/between", hello)
    second = app.router.add_put(PATH, hello)
    assert first.resource is not None
    assert second.resource is not None
    assert first.resource is not second.resource
    Cors.for_app(app).origin(ORIGIN).on(first.resource, second.resource)
    client = await aiohttp_client(app)
    for method in ("GET", "PUT"):
        answer = await preflight(client, PATH, method)
        assert answer.status == 200
        assert listed(answer.cors["allow-methods"]) == ["GET", "HEAD", "PUT"]
