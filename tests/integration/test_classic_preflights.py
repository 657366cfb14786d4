"""What a preflight for a target of the classic API is answered, to the letter.

Expectations from Fetch, *CORS-preflight fetch*, and from what aiohttp-cors 0.8.1 answers.
"""

import pytest
from aiohttp import web
from multidict import CIMultiDict
from pytest_aiohttp.plugin import AiohttpClient

import aiohttp_cors
from aiohttp_cors import ResourceOptions
from aiohttp_cors.cors_config import Config
from tests.integration.support import ORIGIN, OTHER, PREFLIGHT_VARY, Client, hello, preflight, send

FAILED = "CORS preflight request failed: "
PATH = "/hello"
ANY = ResourceOptions(allow_headers="*", allow_methods="*")
REQUEST_HEADERS = "Access-Control-Request-Headers"


def covered(config: Config | None, resource_config: Config | None = None) -> web.Application:
    """An application whose GET and PUT were added with `config`; its POST was not."""
    app = web.Application()
    cors = aiohttp_cors.setup(app)
    resource = cors.add(app.router.add_resource(PATH), resource_config)
    cors.add(resource.add_route("GET", hello), config)
    cors.add(resource.add_route("PUT", hello), config)
    resource.add_route("POST", hello)
    return app


async def test_success_is_an_empty_200_without_a_type(aiohttp_client: AiohttpClient) -> None:
    client = await aiohttp_client(covered({ORIGIN: ResourceOptions()}))
    answer = await preflight(client, PATH, "PUT")
    assert (answer.status, answer.text) == (200, "")
    assert answer.headers["Content-Length"] == "0"
    assert "Content-Type" not in answer.headers
    assert answer.cors == {"allow-origin": ORIGIN, "allow-methods": "PUT"}
    assert answer.vary == [PREFLIGHT_VARY]


@pytest.mark.parametrize(
    "config, request_headers, text",
    [
        ({ORIGIN: ANY}, {}, "origin header is not specified in the request"),
        (
            {ORIGIN: ANY},
            {"Access-Control-Request-Method": "GET"},
            "origin header is not specified in the request",
        ),
        (
            {ORIGIN: ANY},
            {"Origin": ORIGIN},
            "'Access-Control-Request-Method' header is not specified",
        ),
        (
            None,
            {"Origin": ORIGIN, "Access-Control-Request-Method": "GET"},
            "no origins are allowed",
        ),
        (
            {ORIGIN: ANY},
            {"Origin": OTHER, "Access-Control-Request-Method": "GET"},
            f"origin '{OTHER}' is not allowed",
        ),
        (
            {ORIGIN: ANY},
            {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"},
            f"request method 'POST' is not allowed for '{ORIGIN}' origin",
        ),
        (
            {ORIGIN: ResourceOptions(allow_headers=["X-A"])},
            {
                "Origin": ORIGIN,
                "Access-Control-Request-Method": "GET",
                REQUEST_HEADERS: "x-a,x-b,X-c",
            },
            "headers are not allowed: X-B, X-C",
        ),
    ],
    ids=["nothing", "no origin", "no method", "no origins", "origin", "method", "headers"],
)
async def test_a_refusal_says_why_and_carries_no_cors_header(
    aiohttp_client: AiohttpClient,
    config: Config | None,
    request_headers: dict[str, str],
    text: str,
) -> None:
    client = await aiohttp_client(covered(config))
    answer = await send(client, "OPTIONS", PATH, origin=None, headers=request_headers)
    assert (answer.status, answer.text) == (403, FAILED + text)
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert (answer.cors, answer.vary) == ({}, [PREFLIGHT_VARY])


@pytest.mark.parametrize(
    "config, asked, text",
    [
        (
            None,
            ("POST", OTHER, "x-a"),
            f"request method 'POST' is not allowed for '{OTHER}' origin",
        ),
        (None, ("GET", OTHER, "x-a"), "no origins are allowed"),
        ({ORIGIN: ANY}, ("GET", OTHER, "x a"), f"origin '{OTHER}' is not allowed"),
    ],
    ids=["method before origins", "origins before origin", "origin before headers"],
)
async def test_the_first_check_that_fails_decides(
    aiohttp_client: AiohttpClient, config: Config | None, asked: tuple[str, str, str], text: str
) -> None:
    client = await aiohttp_client(covered(config))
    method, origin, names = asked
    answer = await preflight(client, PATH, method, origin=origin, names=names)
    assert (answer.status, answer.text) == (403, FAILED + text)


@pytest.mark.parametrize(
    "lines, names",
    [
        ([], None),
        ([""], None),
        ([" , ,"], None),
        (["x-a"], "X-A"),
        (["X-A"], "X-A"),
        (["x-a,x-b"], "X-A,X-B"),
        (["x-b,x-a"], "X-A,X-B"),
        (["x-a , \t x-b\t"], "X-A,X-B"),
        (["x-a,x-a,X-A"], "X-A"),
        ([",x-a,,x-b, ,"], "X-A,X-B"),
        (["x-a", "x-b"], "X-A,X-B"),
        (["x-a", "", "x-a, x-b"], "X-A,X-B"),
    ],
    ids=[
        "no line",
        "empty line",
        "empty elements only",
        "lower case",
        "upper case",
        "two",
        "any order",
        "spaces and tabs",
        "duplicates",
        "empty elements",
        "two lines",
        "an empty line between",
    ],
)
async def test_requested_names_come_in_any_shape(
    aiohttp_client: AiohttpClient, lines: list[str], names: str | None
) -> None:
    client = await aiohttp_client(
        covered({ORIGIN: ResourceOptions(allow_headers=["x-a", "X-B", "X-C"])})
    )
    headers = CIMultiDict([(REQUEST_HEADERS, line) for line in lines])
    answer = await preflight(client, PATH, headers=headers)
    assert answer.status == 200
    allowed = answer.cors.get("allow-headers")
    assert (allowed and sorted(allowed.split(","))) == (names and names.split(","))


@pytest.mark.parametrize("name", ["x a", "x@a", "x-a;x-b", "x:a", "(x)", "x-\u00fc", '"x-a"'])
async def test_a_name_that_is_no_token_is_refused_whatever_is_allowed(
    aiohttp_client: AiohttpClient, name: str
) -> None:
    client = await aiohttp_client(covered({ORIGIN: ANY}))
    answer = await preflight(client, PATH, names=f"x-a,{name}")
    assert answer.status == 403
    assert answer.cors == {}


async def test_256_names_are_looked_at_and_257_are_not(aiohttp_client: AiohttpClient) -> None:
    client = await aiohttp_client(covered({ORIGIN: ANY}))
    names = [f"x{i}" for i in range(257)]
    assert (await preflight(client, PATH, names=",".join(names[:256]))).status == 200
    assert (await preflight(client, PATH, names=",".join(names))).status == 403


async def test_8_kib_of_names_are_looked_at_and_one_byte_more_is_not(
    aiohttp_client: AiohttpClient,
) -> None:
    client = await aiohttp_client(covered({ORIGIN: ANY}))

    def lines(length: int) -> CIMultiDict[str]:
        # Two lines, since aiohttp itself ends at 8190 bytes; joined by one comma.
        first = ",".join(["x" * 99] * 40)
        second = first.ljust(length - len(first) - 1, ",")
        return CIMultiDict([(REQUEST_HEADERS, first), (REQUEST_HEADERS, second)])

    assert (await preflight(client, PATH, headers=lines(8192))).status == 200
    assert (await preflight(client, PATH, headers=lines(8193))).status == 403


@pytest.mark.parametrize("method", ["PU T", "PUT,GET", "PUT;", "P\u00dcT", "", "GET\t GET"])
async def test_a_method_that_is_no_token_is_refused_whatever_is_allowed(
    aiohttp_client: AiohttpClient, method: str
) -> None:
    client = await aiohttp_client(covered({ORIGIN: ANY}, {ORIGIN: ANY}))
    answer = await preflight(client, PATH, method)
    assert (answer.status, answer.cors) == (403, {})


async def test_a_routes_method_is_compared_exactly_and_allow_methods_is_not(
    aiohttp_client: AiohttpClient,
) -> None:
    exact = await aiohttp_client(covered({ORIGIN: ResourceOptions()}))
    assert (await preflight(exact, PATH, "put")).status == 403
    named = await aiohttp_client(covered(None, {ORIGIN: ResourceOptions(allow_methods=["patch"])}))
    for method in ("PATCH", "patch", "Patch"):
        assert (await preflight(named, PATH, method)).cors["allow-methods"] == method


@pytest.mark.parametrize(
    "options, expected",
    [
        (ResourceOptions(), {}),
        (ResourceOptions(allow_credentials=True), {"allow-credentials": "true"}),
        (ResourceOptions(max_age=0), {"max-age": "0"}),
        (ResourceOptions(max_age=86400), {"max-age": "86400"}),
        (ResourceOptions(expose_headers=["X-A"]), {}),
        (ResourceOptions(allow_headers=["X-A"]), {}),
        (ResourceOptions(allow_methods=["DELETE"]), {}),
    ],
    ids=["nothing", "credentials", "age 0", "age", "expose", "headers", "methods"],
)
async def test_an_answer_holds_what_the_options_say_and_no_more(
    aiohttp_client: AiohttpClient, options: ResourceOptions, expected: dict[str, str]
) -> None:
    client = await aiohttp_client(covered({ORIGIN: options}))
    answer = await preflight(client, PATH)
    assert answer.cors == {"allow-origin": ORIGIN, "allow-methods": "GET", **expected}


async def test_a_route_is_asked_before_its_resource_and_that_before_the_defaults(
    aiohttp_client: AiohttpClient,
) -> None:
    def aged(*ages: int) -> dict[str, ResourceOptions]:
        origins = ("https://a.example", "https://b.example", "https://c.example", "*")
        return {o: ResourceOptions(max_age=age) for o, age in zip(origins, ages, strict=False)}

    app = web.Application()
    cors = aiohttp_cors.setup(app, defaults=aged(30, 31, 32, 33))
    resource = cors.add(app.router.add_resource(PATH), aged(20, 21))
    cors.add(resource.add_route("GET", hello), aged(10))
    client = await aiohttp_client(app)
    for name, age in {"a": "10", "b": "21", "c": "32", "d": "33"}.items():
        answer = await preflight(client, PATH, origin=f"https://{name}.example")
        assert answer.cors["max-age"] == age


async def age_of(client: Client, origin: str) -> str | None:
    return (await preflight(client, PATH, origin=origin)).cors.get("max-age")


@pytest.mark.parametrize(
    "origin, age",
    [
        ("https://a.example", "1"),
        ("https://x.b.example", "2"),
        ("https://x.y.b.example", "2"),
        ("https://b.example", "9"),
        ("https://x.b.example:8443", "9"),
        ("https://deep.x.c.example", "4"),
        ("https://x.c.example", "3"),
        ("https://a.example:8443", "5"),
        ("https://exact.b.example", "6"),
        ("https://A.example", "9"),
        ("https://a.example/", "9"),
        ("http://a.example", "9"),
        ("null", "9"),
        ("https://evil.example/.b.example", "9"),
        ("https://" + "a" * (326 - len("https://")), "9"),
        ("https://" + "a" * (327 - len("https://")), None),
        ("https://\u00fc.b.example", None),
        ("https://a.example https://b.example", None),
        ("", None),
    ],
)
async def test_an_exact_origin_is_before_a_pattern_and_that_before_the_star(
    aiohttp_client: AiohttpClient, origin: str, age: str | None
) -> None:
    def aged(age: int) -> ResourceOptions:
        return ResourceOptions(max_age=age)

    app = web.Application()
    cors = aiohttp_cors.setup(app, defaults={"https://exact.b.example": aged(6), "*": aged(9)})
    cors.add(
        app.router.add_get(PATH, hello),
        {
            "https://a.example": aged(1),
            "https://*.b.example": aged(2),
            "https://*.c.example": aged(3),
            "https://*.x.c.example": aged(4),
            "https://a.example:*": aged(5),
        },
    )
    client = await aiohttp_client(app)
    assert await age_of(client, origin) == age


async def test_a_key_that_is_no_pattern_stays_a_literal(aiohttp_client: AiohttpClient) -> None:
    odd = "https://*.com"  # refused by the grammar of patterns
    client = await aiohttp_client(covered({odd: ResourceOptions(max_age=1), "": ResourceOptions()}))
    assert await age_of(client, odd) == "1"
    assert await age_of(client, "https://x.com") is None
    assert (await preflight(client, PATH, origin="")).status == 403


async def test_the_opaque_origin_can_be_named(aiohttp_client: AiohttpClient) -> None:
    client = await aiohttp_client(covered({"null": ResourceOptions()}))
    assert (await preflight(client, PATH, origin="null")).cors["allow-origin"] == "null"
    assert (await send(client, "GET", PATH, origin="null")).cors == {"allow-origin": "null"}


async def test_a_request_for_private_network_access_is_answered_as_if_it_had_not_asked(
    aiohttp_client: AiohttpClient,
) -> None:
    client = await aiohttp_client(covered({ORIGIN: ResourceOptions()}))
    asked = {"Access-Control-Request-Private-Network": "true"}
    answer = await preflight(client, PATH, headers=asked)
    assert answer.cors == {"allow-origin": ORIGIN, "allow-methods": "GET"}
