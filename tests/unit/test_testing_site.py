"""Which origins are one site; expectations from HTML, *sites*, and from the public suffix list."""

import pytest

from aiohttp_cors.browser.site import are_same_site, registrable_domain, site_of


@pytest.mark.parametrize(
    "host, expected",
    [
        ("example.com", "example.com"),
        ("a.b.example.com", "example.com"),
        ("example.com.", "example.com."),
        ("a.b.example.co.uk", "example.co.uk"),
        ("me.github.io", "me.github.io"),
        ("a.me.github.io", "me.github.io"),
        ("xn--85x722f.com.cn", "xn--85x722f.com.cn"),
        ("app.localhost", "app.localhost"),
        ("com", None),
        ("co.uk", None),
        ("github.io", None),
        ("localhost", None),
        ("intranet", None),
        ("127.0.0.1", None),
        ("[2001:db8::1]", None),
    ],
)
def test_the_registrable_domain_of_a_host(host: str, expected: str | None) -> None:
    assert registrable_domain(host) == expected


@pytest.mark.parametrize(
    "origin, expected",
    [
        ("https://app.example.com:8443", "https://example.com"),
        ("http://localhost:8080", "http://localhost"),
        ("http://127.0.0.1:8080", "http://127.0.0.1"),
        ("http://[::1]", "http://[::1]"),
        ("http://[::1]:8080", "http://[::1]"),
        ("chrome-extension://abcdef", "chrome-extension://abcdef"),
        ("null", None),
    ],
)
def test_the_site_of_an_origin_has_a_scheme_and_no_port(origin: str, expected: str | None) -> None:
    assert site_of(origin) == expected


@pytest.mark.parametrize(
    "one, other, expected",
    [
        ("https://a.example.com", "https://a.example.com:1", True),
        ("https://a.example.com", "https://b.example.com", True),
        ("https://example.com", "https://b.example.com", True),
        ("https://a.example.com", "http://a.example.com", False),
        ("https://a.example.com", "https://a.example.com.", False),
        ("https://a.github.io", "https://b.github.io", False),
        ("http://127.0.0.1", "http://127.0.0.1:8080", True),
        ("http://127.0.0.1", "http://126.0.0.1", False),
        ("http://[::1]:1", "http://[::1]:2", True),
        ("http://localhost", "http://127.0.0.1", False),
        ("http://localhost", "http://app.localhost", False),
        ("chrome-extension://abcdef", "https://abcdef", False),
        ("null", "null", False),
        ("null", "https://example.com", False),
        ("https://example.com", "null", False),
    ],
)
def test_two_origins_are_same_site(one: str, other: str, *, expected: bool) -> None:
    assert are_same_site(one, other) is expected
