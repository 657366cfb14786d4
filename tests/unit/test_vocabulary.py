"""The standard's fixed names and grammar; every list is transcribed from the standard itself."""

import pytest

from aiohttp_cors._values import vocabulary as fetch
from aiohttp_cors._values.vocabulary import (
    first_token,
    is_forbidden_request_header,
    is_token,
    normalize_method,
)

# RFC 9110, section 5.6.2: tchar
TCHAR = "!#$%&'*+-.^_`|~" + "0123456789" + "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

# https://fetch.spec.whatwg.org/#forbidden-request-header, step 1
FORBIDDEN_REQUEST_HEADERS = [
    "Accept-Charset",
    "Accept-Encoding",
    "Access-Control-Request-Headers",
    "Access-Control-Request-Method",
    "Connection",
    "Content-Length",
    "Cookie",
    "Cookie2",
    "Date",
    "DNT",
    "Expect",
    "Host",
    "Keep-Alive",
    "Origin",
    "Referer",
    "Set-Cookie",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
    "Via",
]

# https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name
SAFELISTED_RESPONSE_HEADERS = [
    "Cache-Control",
    "Content-Language",
    "Content-Length",
    "Content-Type",
    "Expires",
    "Last-Modified",
    "Pragma",
]

# RFC 9110, section 7.6.1, and RFC 2616, section 13.5.1, for the two of proxies.
HOP_BY_HOP_HEADERS = [
    "Connection",
    "Keep-Alive",
    "Proxy-Authenticate",
    "Proxy-Authorization",
    "Proxy-Connection",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
]

# https://fetch.spec.whatwg.org/#http-requests (of the CORS protocol)
CORS_REQUEST_HEADERS = [
    "Origin",
    "Access-Control-Request-Method",
    "Access-Control-Request-Headers",
]

# https://fetch.spec.whatwg.org/#http-responses (of the CORS protocol)
CORS_RESPONSE_HEADERS = [
    "Access-Control-Allow-Origin",
    "Access-Control-Allow-Credentials",
    "Access-Control-Allow-Methods",
    "Access-Control-Allow-Headers",
    "Access-Control-Max-Age",
    "Access-Control-Expose-Headers",
]


@pytest.mark.parametrize(
    "constant, names",
    [
        ("NORMALIZED_METHODS", ["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"]),
        ("FORBIDDEN_METHODS", ["CONNECT", "TRACE", "TRACK"]),
        ("SAFELISTED_METHODS", ["GET", "HEAD", "POST"]),
    ],
)
def test_the_methods_of_the_standard_are_all_there_and_no_others(
    constant: str, names: list[str]
) -> None:
    assert getattr(fetch, constant) == set(names)


@pytest.mark.parametrize(
    "constant, names",
    [
        ("FORBIDDEN_REQUEST_HEADERS", FORBIDDEN_REQUEST_HEADERS),
        ("FORBIDDEN_RESPONSE_HEADERS", ["Set-Cookie", "Set-Cookie2"]),
        ("SAFELISTED_RESPONSE_HEADERS", SAFELISTED_RESPONSE_HEADERS),
        ("HOP_BY_HOP_HEADERS", HOP_BY_HOP_HEADERS),
        ("CORS_REQUEST_HEADERS", CORS_REQUEST_HEADERS),
        ("CORS_RESPONSE_HEADERS", CORS_RESPONSE_HEADERS),
    ],
)
def test_the_header_names_of_the_standard_are_all_there_in_lower_case_and_no_others(
    constant: str, names: list[str]
) -> None:
    assert getattr(fetch, constant) == {name.lower() for name in names}


@pytest.mark.parametrize("code", range(0x100))
def test_a_character_is_a_token_exactly_when_it_is_a_tchar(code: int) -> None:
    assert is_token(chr(code)) is (chr(code) in TCHAR)


@pytest.mark.parametrize("text", ["GET", "X-Request-ID", "*", TCHAR, "x" * 10_000])
def test_one_or_more_tchars_are_a_token(text: str) -> None:
    assert is_token(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param(" GET", id="space before"),
        pytest.param("GET ", id="space after"),
        pytest.param("GET\n", id="line feed after"),
        pytest.param("X A", id="space inside"),
        pytest.param("X-A,X-B", id="comma"),
        pytest.param("X:A", id="colon"),
        pytest.param('"X"', id="quotes"),
        pytest.param("X\0", id="NUL"),
        pytest.param("\xdf", id="sharp s, whose upper case is ASCII"),
        pytest.param("\u212a", id="Kelvin sign, whose lower case is ASCII"),
        pytest.param("1\u0663", id="a digit that is not ASCII"),
        pytest.param("X\udcff", id="a byte that is not UTF-8"),
    ],
)
def test_anything_else_is_no_token(text: str) -> None:
    assert not is_token(text)


@pytest.mark.parametrize(
    "text, token",
    [
        ("X-A", "X-A"),
        (" X-A", "X-A"),
        ("X-A, X-B", "X-A"),
        ("X-A: 1", "X-A"),
        ("é-X", "-X"),
        ("", None),
        ("\t ,:é", None),
    ],
)
def test_the_first_token_of_a_text_is_found_if_there_is_one(text: str, token: str | None) -> None:
    assert first_token(text) == token


@pytest.mark.parametrize("method", ["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"])
def test_a_method_that_fetch_normalizes_is_upper_cased_from_any_case(method: str) -> None:
    spellings = [method, method.lower(), method.title(), method.swapcase()]
    assert {normalize_method(spelling) for spelling in spellings} == {method}


@pytest.mark.parametrize(
    "method",
    [
        "patch",
        "PATCH",
        "Patch",
        "query",
        "connect",
        "trace",
        "track",
        "x-custom",
        "gets",
        "po\u017ft",
    ],
)
def test_every_other_method_stays_as_it_is_written(method: str) -> None:
    # The last has a long s, whose upper case is that of an ASCII letter.
    assert normalize_method(method) == method


@pytest.mark.parametrize("name", FORBIDDEN_REQUEST_HEADERS)
def test_a_forbidden_request_header_is_recognised_in_any_case(name: str) -> None:
    assert is_forbidden_request_header(name)
    assert is_forbidden_request_header(name.lower())
    assert is_forbidden_request_header(name.upper())


@pytest.mark.parametrize(
    "name",
    ["Proxy-", "Proxy-Authorization", "proxy-x", "PROXY-X", "Sec-", "Sec-Fetch-Site", "sec-x"],
)
def test_names_that_begin_with_proxy_or_sec_are_forbidden(name: str) -> None:
    assert is_forbidden_request_header(name)


@pytest.mark.parametrize(
    "name",
    [
        "Accept",
        "Authorization",
        "Content-Type",
        "User-Agent",
        "X-Sec-Token",
        "X-Proxy-Token",
        "Proxy",
        "Sec",
        "Secret",
        "Proxying",
        "Origins",
        "X-Cookie",
        "Cookie3",
    ],
)
def test_other_request_headers_are_not_forbidden(name: str) -> None:
    assert not is_forbidden_request_header(name)
