"""What a script can ask for; expectations from Fetch, *Request class* and *Headers class*."""

from typing import cast

import pytest

from aiohttp_cors.browser.request import (
    CredentialsMode,
    PageRequest,
    PageResponse,
    RedirectMode,
    RequestMode,
    ResponseType,
    is_serialized_origin,
)

URL = "http://127.0.0.1/users"
ORIGIN = "https://app.example"


@pytest.mark.parametrize(
    "method, sent",
    [
        ("get", "GET"),
        ("Put", "PUT"),
        ("delete", "DELETE"),
        ("patch", "patch"),
        ("PATCH", "PATCH"),
        ("*", "*"),
    ],
)
def test_six_methods_are_upper_cased(method: str, sent: str) -> None:
    assert PageRequest(url=URL, origin=ORIGIN, method=method).method == sent


@pytest.mark.parametrize("method", ["CONNECT", "trace", "Track", "", "G T", "GET\n"])
def test_a_method_no_script_can_send_is_a_type_error(method: str) -> None:
    with pytest.raises(TypeError, match="cannot send"):
        PageRequest(url=URL, origin=ORIGIN, method=method)


@pytest.mark.parametrize("method", ["GET", "head"])
def test_a_body_with_get_or_head_is_a_type_error(method: str) -> None:
    with pytest.raises(TypeError, match="no body"):
        PageRequest(url=URL, origin=ORIGIN, method=method, body=b"")


@pytest.mark.parametrize("method", ["PUT", "OPTIONS", "patch"])
def test_a_no_cors_request_has_a_safelisted_method(method: str) -> None:
    with pytest.raises(TypeError, match="no-cors"):
        PageRequest(url=URL, origin=ORIGIN, method=method, mode="no-cors")


def test_a_no_cors_request_cannot_stream() -> None:
    with pytest.raises(TypeError, match="stream"):
        PageRequest(url=URL, origin=ORIGIN, method="POST", body=b"", mode="no-cors", is_stream=True)


@pytest.mark.parametrize(
    "mode, redirect", [("no-cors", "follow"), ("same-origin", "follow"), ("cors", "manual")]
)
def test_an_upload_listener_is_of_an_xml_http_request(
    mode: RequestMode, redirect: RedirectMode
) -> None:
    with pytest.raises(TypeError, match="XMLHttpRequest"):
        PageRequest(url=URL, origin=ORIGIN, mode=mode, redirect=redirect, upload_listener=True)


@pytest.mark.parametrize("url", ["/users", "", "http://u@127.0.0.1/", "http://:p@127.0.0.1/"])
def test_a_url_is_absolute_and_has_no_password(url: str) -> None:
    with pytest.raises(TypeError, match="URL"):
        PageRequest(url=url, origin=ORIGIN)


@pytest.mark.parametrize(
    "name, value", [("X A", "1"), ("", "1"), ("X-A", "a\nb"), ("X-A", "\0"), ("X-A", "€")]
)
def test_what_is_no_header_is_a_type_error(name: str, value: str) -> None:
    with pytest.raises(TypeError, match="not a header"):
        PageRequest(url=URL, origin=ORIGIN, headers=((name, value),))


def test_what_is_no_text_is_a_type_error_that_names_it() -> None:
    nothing = cast("str", None)
    with pytest.raises(TypeError, match=r"^url is not a str: None$"):
        PageRequest(url=nothing, origin=ORIGIN)
    with pytest.raises(TypeError, match=r"^origin is not a str: None$"):
        PageRequest(url=URL, origin=nothing)
    with pytest.raises(TypeError, match=r"^method is not a str: None$"):
        PageRequest(url=URL, origin=ORIGIN, method=nothing)
    with pytest.raises(TypeError, match=r"^a header's name is not a str: None$"):
        PageRequest(url=URL, origin=ORIGIN, headers=((nothing, "1"),))
    with pytest.raises(TypeError, match=r"^the value of X-A is not a str: None$"):
        PageRequest(url=URL, origin=ORIGIN, headers=(("X-A", nothing),))


def test_a_word_the_standard_does_not_know_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="'navigate'"):
        PageRequest(url=URL, origin=ORIGIN, mode=cast("RequestMode", "navigate"))
    with pytest.raises(TypeError, match="'included'"):
        PageRequest(url=URL, origin=ORIGIN, credentials=cast("CredentialsMode", "included"))
    with pytest.raises(TypeError, match="'yes'"):
        PageRequest(url=URL, origin=ORIGIN, redirect=cast("RedirectMode", "yes"))


@pytest.mark.parametrize(
    "origin, expected",
    [
        ("https://app.example", True),
        ("http://127.0.0.1:8080", True),
        ("http://[::1]:8080", True),
        ("null", True),
        ("chrome-extension://abcdef", True),
        ("moz-extension://0d0c7a1e-0000-4000-8000-000000000000", True),
        ("https://xn--4ca.example", True),
        ("https://\u00e4.example", False),
        ("https://a_b.example", True),
        ("https://a b.example", False),
        ("https://127.1", False),
        ("https:app.example", False),
        ("https://app.example/", False),
        ("https://app.example:443", False),
        ("https://App.example", False),
        ("https://app.example?", False),
        ("app.example", False),
        ("NULL", False),
        ("*", False),
        ("", False),
        ("chrome-extension://abcdef/page", False),
        ("http://[app.example", False),
        ("http://app.example:99999", False),
    ],
)
def test_an_origin_is_written_as_a_browser_sends_it(origin: str, *, expected: bool) -> None:
    assert is_serialized_origin(origin) is expected


def test_a_page_with_something_else_for_an_origin_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="no origin"):
        PageRequest(url=URL, origin="https://app.example/")


def test_headers_no_script_can_set_are_dropped_without_a_word() -> None:
    page = PageRequest(
        url=URL,
        origin=ORIGIN,
        headers=(("Cookie", "a=b"), ("X-A", " 1\t"), ("origin", "x"), ("Sec-Fetch-Site", "none")),
    )
    assert page.headers == (("X-A", "1"), ("Accept", "*/*"))


def test_an_accept_of_the_script_replaces_the_default() -> None:
    page = PageRequest(url=URL, origin=ORIGIN, headers=(("accept", "text/html"),))
    assert page.headers == (("accept", "text/html"),)


def test_a_body_brings_its_type() -> None:
    page = PageRequest(url=URL, origin=ORIGIN, method="POST", body=b"x", body_type="text/plain")
    assert page.headers == (("Content-Type", "text/plain"), ("Accept", "*/*"))


def test_a_content_type_of_the_script_replaces_that_of_the_body() -> None:
    page = PageRequest(
        url=URL,
        origin=ORIGIN,
        method="POST",
        headers=(("content-type", "application/json"),),
        body=b"{}",
        body_type="text/plain",
    )
    assert page.headers == (("content-type", "application/json"), ("Accept", "*/*"))


def test_a_no_cors_request_keeps_only_safelisted_headers() -> None:
    page = PageRequest(
        url=URL,
        origin=ORIGIN,
        method="POST",
        mode="no-cors",
        headers=(
            ("X-A", "1"),
            ("Authorization", "x"),
            ("Range", "bytes=0-"),
            ("Content-Type", "application/json"),
            ("Accept-Language", "de"),
        ),
        body=b"{}",
        body_type="text/plain;charset=UTF-8",
    )
    assert page.headers == (
        ("Accept-Language", "de"),
        ("Content-Type", "text/plain;charset=UTF-8"),
        ("Accept", "*/*"),
    )


def test_a_no_cors_header_set_twice_is_safelisted_as_a_whole() -> None:
    long = "x" * 70
    page = PageRequest(
        url=URL,
        origin=ORIGIN,
        mode="no-cors",
        headers=(("Accept", long), ("accept", long), ("Accept", "y")),
    )
    assert page.headers == (("Accept", long), ("Accept", "y"))


@pytest.mark.parametrize(
    "response_type, expected",
    [("basic", True), ("cors", True), ("opaque", False), ("opaqueredirect", False)],
)
def test_an_opaque_response_has_no_body(response_type: ResponseType, *, expected: bool) -> None:
    assert PageResponse(type=response_type).has_body is expected
