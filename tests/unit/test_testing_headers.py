"""Which request headers need permission; expectations from Fetch, *Headers*."""

import pytest

from aiohttp_cors.browser.headers import (
    is_forbidden_request_header_value,
    is_header_value,
    is_no_cors_safelisted_request_header,
    is_safelisted_request_header,
    normalize_value,
    unsafe_request_header_names,
)

# https://fetch.spec.whatwg.org/#cors-unsafe-request-header-byte
UNSAFE_BYTES = [*range(0x09), *range(0x0A, 0x20), *b'"():<>?@[\\]{}', 0x7F]
# https://fetch.spec.whatwg.org/#cors-safelisted-request-header, accept-language
LANGUAGE_BYTES = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz *,-.;="


@pytest.mark.parametrize(
    "name, value",
    [
        ("Accept", "*/*"),
        ("ACCEPT", "text/html;q=0.9,*/*"),
        ("Accept", ""),
        ("Accept", "a\tb"),
        ("Accept", "x" * 128),
        ("Accept", "é"),
        ("Accept-Language", "de-CH, en;q=0.5, *"),
        ("Content-Language", "de"),
        ("Content-Language", ""),
        ("Content-Type", "text/plain"),
        ("content-type", "TEXT/Plain; charset=utf-8"),
        ("Content-Type", "text/plain ;charset=utf-8"),
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Content-Type", "multipart/form-data; boundary=x"),
        ("Content-Type", "text/plain;"),
        ("Content-Type", "text/plain;nonsense,more"),
        ("Range", "bytes=0-"),
        ("Range", "bytes=0-0"),
        ("range", "bytes=10-20"),
    ],
)
def test_a_safelisted_header_needs_no_permission(name: str, value: str) -> None:
    assert is_safelisted_request_header(name, value)


@pytest.mark.parametrize(
    "name, value",
    [
        ("Accept", "x" * 129),
        ("Accept-Language", "de_CH"),
        ("Accept-Language", "é"),
        ("Accept-Language", "d" * 129),
        ("Content-Language", "de/CH"),
        ("Content-Type", "application/json"),
        ("Content-Type", "text/plain;charset=(x)"),
        ("Content-Type", 'text/plain;charset="utf-8"'),
        ("Content-Type", "text"),
        ("Content-Type", "text/"),
        ("Content-Type", "/plain"),
        ("Content-Type", ""),
        ("Content-Type", "text /plain"),
        ("Content-Type", "text/plain, text/plain"),
        ("Content-Type", "application/json, text/plain"),
        ("Content-Type", "text/plain;" + "x" * 118),
        ("Range", "bytes=-500"),
        ("Range", "bytes=-"),
        ("Range", "bytes=20-10"),
        ("Range", "bytes=0-1,3-4"),
        ("Range", "bytes = 0-1"),
        ("Range", "Bytes=0-1"),
        ("Range", "bytes=٠-"),
        ("Range", "0-1"),
        ("Authorization", ""),
        ("X-Requested-With", "XMLHttpRequest"),
        ("DPR", "1"),
        ("Save-Data", "on"),
    ],
)
def test_any_other_header_needs_permission(name: str, value: str) -> None:
    assert not is_safelisted_request_header(name, value)


@pytest.mark.parametrize("name, value", [("Accept", "{}"), ("Content-Type", "text/plain;{}")])
def test_the_unsafe_bytes_are_those_of_the_standard(name: str, value: str) -> None:
    unsafe = [
        byte
        for byte in range(256)
        if not is_safelisted_request_header(name, value.format(chr(byte)))
    ]
    assert unsafe == sorted(UNSAFE_BYTES)


@pytest.mark.parametrize("name", ["Accept-Language", "Content-Language"])
def test_the_bytes_of_a_language_are_those_of_the_standard(name: str) -> None:
    safe = [byte for byte in range(256) if is_safelisted_request_header(name, chr(byte))]
    assert safe == sorted(LANGUAGE_BYTES)


def test_unsafe_names_are_in_lower_case_sorted_and_each_once() -> None:
    headers = [("X-b", "1"), ("Accept", "*/*"), ("X-A", "2"), ("x-B", "3")]
    assert unsafe_request_header_names(headers) == ("x-a", "x-b")


def test_a_name_that_is_safelisted_and_then_not_is_unsafe() -> None:
    headers = [("Content-Type", "text/plain"), ("content-type", "application/json")]
    assert unsafe_request_header_names(headers) == ("content-type",)


@pytest.mark.parametrize(
    "sizes, expected",
    [([128] * 8, ()), ([128] * 8 + [1], ("accept", "accept-language"))],
    ids=["1024 bytes pass", "1025 bytes do not"],
)
def test_safelisted_values_have_1024_bytes_in_all(sizes: list[int], expected: tuple[str]) -> None:
    names = ["Accept", "Accept-Language"] * len(sizes)
    headers = [(name, "x" * size) for name, size in zip(names, sizes, strict=False)]
    assert unsafe_request_header_names(headers) == expected


def test_values_of_unsafe_headers_do_not_count_towards_the_1024_bytes() -> None:
    headers = [("Accept", "x" * 128), ("X-Long", "x" * 5000)]
    assert unsafe_request_header_names(headers) == ("x-long",)


@pytest.mark.parametrize(
    "name, value, expected",
    [
        ("Accept", "*/*", True),
        ("accept-language", "de", True),
        ("Content-Type", "text/plain", True),
        ("Content-Type", "application/json", False),
        ("Range", "bytes=0-", False),
        ("X-A", "1", False),
    ],
)
def test_a_no_cors_request_has_four_headers(name: str, value: str, *, expected: bool) -> None:
    assert is_no_cors_safelisted_request_header(name, value) is expected


@pytest.mark.parametrize(
    "name, value, expected",
    [
        ("Cookie", "a=b", True),
        ("sec-fetch-site", "none", True),
        ("X-HTTP-Method-Override", "PUT", False),
        ("X-HTTP-Method-Override", "TRACE", True),
        ("x-http-method", "put, trace", True),
        ("X-Method-Override", "GET,\tConnect ,,", True),
        ("X-Method-Override", '"TRACE"', False),
        ("X-Method-Override", '"a,TRACE,\\"b', False),
        ("X-Method-Override", '"a",TRACK', True),
        ("X-Method", "TRACE", False),
    ],
)
def test_headers_a_script_cannot_set(name: str, value: str, *, expected: bool) -> None:
    assert is_forbidden_request_header_value(name, value) is expected


def test_whitespace_at_the_ends_of_a_value_goes() -> None:
    assert normalize_value("\t\r\n a b \n") == "a b"


@pytest.mark.parametrize(
    "value, expected",
    [
        ("a b", True),
        ("", True),
        ("ÿ", True),
        ("a\nb", False),
        ("a\r", False),
        ("\0", False),
        ("Ā", False),
    ],
)
def test_a_header_value_is_bytes_without_line_ends(value: str, *, expected: bool) -> None:
    assert is_header_value(value) is expected
