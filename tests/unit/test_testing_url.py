"""The URLs a page fetches; expectations from the URL standard, HTML and Fetch."""

import pytest

from aiohttp_cors.browser.url import (
    PageUrl,
    are_same_origin,
    fetch_site,
    is_loopback,
    is_redirect_tainted,
    parse_url,
)

PAGE = "https://app.example"


def url(text: str, base: str | None = None) -> PageUrl:
    parsed = parse_url(text, None if base is None else url(base))
    assert parsed is not None
    return parsed


@pytest.mark.parametrize(
    "text, href, origin",
    [
        ("http://h", "http://h/", "http://h"),
        ("HTTP://H.Example:80/A", "http://h.example/A", "http://h.example"),
        ("https://h:443/", "https://h/", "https://h"),
        ("https://h:80/", "https://h:80/", "https://h:80"),
        ("http://h:/x", "http://h/x", "http://h"),
        (" \thttp://h/a\nb ", "http://h/ab", "http://h"),
        ("http://[::1]:8080/", "http://[::1]:8080/", "http://[::1]:8080"),
        ("http://[0:0::1]/", "http://[::1]/", "http://[::1]"),
        ("http://h/ä b?ö#ü", "http://h/%C3%A4%20b?%C3%B6#%C3%BC", "http://h"),
        ("http://h/%7e", "http://h/%7e", "http://h"),
        ("http:\\\\h\\a?b\\c", "http://h/a?b%5Cc", "http://h"),
        ("http://u:p@h/", "http://u:p@h/", "http://h"),
        ("mailto:a@b.example", "mailto:a@b.example", "null"),
        ("data:text/plain,x", "data:text/plain,x", "null"),
    ],
)
def test_a_url_is_serialized_and_has_an_origin(text: str, href: str, origin: str) -> None:
    assert (url(text).href, url(text).origin) == (href, origin)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/relative",
        "h",
        "http://",
        "http://h:x/",
        "http://h:99999/",
        "http://[::1",
        "http://[:x:]/",
        "http://[v1.x:]/",
        "http://h/\ud800",
    ],
)
def test_what_is_no_absolute_url_is_a_failure(text: str) -> None:
    assert parse_url(text) is None


@pytest.mark.parametrize(
    "location, expected",
    [
        ("/b", "http://h:81/b#f"),
        ("c", "http://h:81/a/c#f"),
        ("../c", "http://h:81/c#f"),
        ("?q", "http://h:81/a/b?q#f"),
        ("", "http://h:81/a/b?x#f"),
        ("#g", "http://h:81/a/b?x#g"),
        ("//other/b", "http://other/b#f"),
        ("\\\\other\\b", "http://other/b#f"),
        ("/\\other", "http://other/#f"),
        ("https://other/#", "https://other/#f"),
    ],
)
def test_a_location_is_seen_from_where_it_was_received(location: str, expected: str) -> None:
    assert url(location, "http://h:81/a/b?x#f").href == expected


def test_a_location_that_is_no_url_is_a_failure() -> None:
    assert parse_url("http://[", url("http://h/")) is None


def test_a_request_goes_to_the_url_without_password_and_fragment() -> None:
    parsed = url("http://u:p@h:8080/a?b#c")
    assert parsed.target == "http://h:8080/a?b"
    assert parsed.without_fragment == "http://u:p@h:8080/a?b"


@pytest.mark.parametrize(
    "text, expected",
    [
        ("http://h/", False),
        ("http://@h/", False),
        ("http://:@h/", False),
        ("http://u@h/", True),
        ("http://:p@h/", True),
    ],
)
def test_a_url_includes_credentials_with_a_user_or_a_password(text: str, *, expected: bool) -> None:
    assert url(text).includes_credentials is expected


def test_an_opaque_origin_is_same_origin_with_nothing() -> None:
    assert are_same_origin("http://h", "http://h")
    assert not are_same_origin("http://h", "https://h")
    assert not are_same_origin("null", "null")


@pytest.mark.parametrize(
    "host, expected",
    [
        ("localhost", True),
        ("app.localhost", True),
        ("localhost.", True),
        ("127.0.0.1", True),
        ("127.255.0.3", True),
        ("[::1]", True),
        ("localhost.example", False),
        ("mylocalhost", False),
        ("128.0.0.1", False),
        ("", False),
    ],
)
def test_loopback_hosts(host: str, *, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_https_and_this_machine_are_potentially_trustworthy() -> None:
    assert url("https://h/").is_potentially_trustworthy
    assert url("http://127.0.0.1/").is_potentially_trustworthy
    assert not url("http://h/").is_potentially_trustworthy


@pytest.mark.parametrize(
    "urls, tainted",
    [
        (["https://app.example/"], False),
        (["https://api.example/"], False),
        (["https://app.example/", "https://api.example/"], False),
        (["https://api.example/", "https://api.example/2"], False),
        (["https://api.example/", "https://app.example/"], True),
        (["https://api.example/", "https://other.example/"], True),
        (["https://app.example/", "https://api.example/", "https://app.example/"], True),
        (["https://api.example/", "https://api.example/2", "http://api.example/"], True),
    ],
    ids=[
        "the page's own origin",
        "another origin",
        "from the page's origin to another",
        "within another origin",
        "from another origin back to the page's",
        "from another origin to a third",
        "from the page's origin to another and back",
        "from another origin to another scheme",
    ],
)
def test_a_redirect_by_another_origin_to_a_further_one_taints(
    urls: list[str], *, tainted: bool
) -> None:
    assert is_redirect_tainted(PAGE, [url(text) for text in urls]) is tainted


@pytest.mark.parametrize(
    "origin, urls, expected",
    [
        ("http://h:1", ["http://h:1/"], "same-origin"),
        ("http://h:1", ["http://h:2/"], "same-site"),
        ("http://[::1]", ["http://[::1]:2/"], "same-site"),
        ("http://h:1", ["http://h:1/", "http://h:2/"], "same-site"),
        ("http://h:1", ["http://h:2/", "http://h:1/"], "same-site"),
        ("http://h:1", ["http://other/", "http://h:1/"], "cross-site"),
        ("http://h", ["https://h/"], "cross-site"),
        ("null", ["http://h/"], "cross-site"),
    ],
)
def test_the_site_is_that_of_the_farthest_url(origin: str, urls: list[str], expected: str) -> None:
    assert fetch_site(origin, [url(text) for text in urls]) == expected
