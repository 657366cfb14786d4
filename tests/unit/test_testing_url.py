"""The URLs a page fetches; expectations from the URL standard, HTML and Fetch.

What the three engines say of the rows about ``Location`` and spelling is in `tests.browser`.
"""

import pytest

from aiohttp_cors.browser.url import (
    PageUrl,
    are_same_origin,
    is_ip_address,
    is_loopback,
    parse_url,
    scalar_values,
)


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
        ("http://[::ffff:1.2.3.4]/", "http://[::ffff:102:304]/", "http://[::ffff:102:304]"),
        ("http://h/ä b?ö#ü", "http://h/%C3%A4%20b?%C3%B6#%C3%BC", "http://h"),
        ("http://h/%7e", "http://h/%7e", "http://h"),
        ("http://h/%7Eu/a%41", "http://h/%7Eu/a%41", "http://h"),
        ("http://h/?x=a b", "http://h/?x=a%20b", "http://h"),
        ("http://h/a?", "http://h/a?", "http://h"),
        ("http://h/%zz", "http://h/%zz", "http://h"),
        ("http://h/a/%2e%2e/b/%2E./c", "http://h/c", "http://h"),
        ("http:\\\\h\\a?b\\c", "http://h/a?b\\c", "http://h"),
        ("http:h/a", "http://h/a", "http://h"),
        ("https:///h/a", "https://h/a", "https://h"),
        ("http://u:p@h/", "http://u:p@h/", "http://h"),
        ("http://%41.example/", "http://a.example/", "http://a.example"),
        ("http://ä.example/", "http://xn--4ca.example/", "http://xn--4ca.example"),
        ("http://127.1/", "http://127.0.0.1/", "http://127.0.0.1"),
        ("http://0x7f.0.0.1/", "http://127.0.0.1/", "http://127.0.0.1"),
        ("http://h/\ud800", "http://h/%EF%BF%BD", "http://h"),
        ("mailto:a@b.example", "mailto:a@b.example", "null"),
        ("data:text/plain,x", "data:text/plain,x", "null"),
        ("ftp://h/", "ftp://h/", "null"),
        ("chrome-extension://abc/x", "chrome-extension://abc/x", "null"),
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
        "http://a b/",
        "http://a<b/",
        "http://a^b/",
        "http://a|b/",
        "http://a%00b/",
        "http://a%2Fb/",
        "http://1.2.3.4.5/",
        "http://1.2.3.256/",
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
        ("/%2e%2e/c", "http://h:81/c#f"),
        ("?q", "http://h:81/a/b?q#f"),
        ("?", "http://h:81/a/b?#f"),
        ("", "http://h:81/a/b?x#f"),
        ("#g", "http://h:81/a/b?x#g"),
        ("#", "http://h:81/a/b?x#"),
        ("http:c", "http://h:81/a/c#f"),
        ("http:/c", "http://h:81/c#f"),
        # These leave the server: what an open redirect is made of.
        ("//other/b", "http://other/b#f"),
        ("///other/b", "http://other/b#f"),
        ("/\\other/b", "http://other/b#f"),
        ("\\\\other\\b", "http://other/b#f"),
        ("/\t/other/b", "http://other/b#f"),
        ("https:other/b", "https://other/b#f"),
        ("http:///other/b", "http://other/b#f"),
        ("https://other/#", "https://other/#"),
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
    assert parsed.path == "/a"


def test_a_query_without_anything_in_it_is_a_query() -> None:
    assert url("http://h?#").target == "http://h/?"
    assert url("http://h?#").path == "/"


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
        ("[::2]", False),
        ("localhost.example", False),
        ("mylocalhost", False),
        ("128.0.0.1", False),
        ("", False),
    ],
)
def test_loopback_hosts(host: str, *, expected: bool) -> None:
    assert is_loopback(host) is expected


@pytest.mark.parametrize(
    "host, expected",
    [("127.0.0.1", True), ("[::1]", True), ("1.example", False), ("::1", False), ("[x", False)],
)
def test_hosts_that_are_addresses(host: str, *, expected: bool) -> None:
    assert is_ip_address(host) is expected


def test_https_and_this_machine_are_potentially_trustworthy() -> None:
    assert url("https://h/").is_potentially_trustworthy
    assert url("http://127.0.0.1/").is_potentially_trustworthy
    assert not url("http://h/").is_potentially_trustworthy


@pytest.mark.parametrize(
    "text, expected",
    [("a", "a"), ("\ud83d\ude00", "\U0001f600"), ("\udc00a\ud800", "\ufffda\ufffd")],
    ids=["no surrogate", "a pair", "one without the other"],
)
def test_lone_surrogates_are_no_text(text: str, expected: str) -> None:
    assert scalar_values(text) == expected
