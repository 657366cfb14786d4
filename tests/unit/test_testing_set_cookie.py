"""What a ``Set-Cookie`` line asks for; expectations from RFC 6265bis, *The Set-Cookie Header Field*."""

import pytest

from aiohttp_cors.browser.set_cookie import SameSite, SetCookie, parse_set_cookie

NOW = "Wed, 01 Jan 2020 00:00:00 GMT"
DAYS_400 = 400 * 24 * 3600


def said(line: str) -> SetCookie:
    cookie = parse_set_cookie(line, date=NOW)
    assert cookie is not None
    return cookie


@pytest.mark.parametrize(
    "line, name, value",
    [
        ("a=1", "a", "1"),
        (" a\t= 1 2 ;x", "a", "1 2"),
        ("a=b=c", "a", "b=c"),
        ('a="1"', "a", '"1"'),
        ("a=", "a", ""),
        ("=1", "", "1"),
        ("a", "", "a"),
        ("a(b)=1, 2", "a(b)", "1, 2"),
        ("a=\tb\tc", "a", "b\tc"),
        ("a=ü", "a", "ü"),
        ("a=" + "x" * 4095, "a", "x" * 4095),
    ],
    ids=[
        "usual",
        "whitespace",
        "two equals signs",
        "quotes are a part of it",
        "no value",
        "no name",
        "no equals sign",
        "what is no token",
        "a tab",
        "UTF-8",
        "4096 bytes",
    ],
)
def test_a_line_has_a_name_and_a_value(line: str, name: str, value: str) -> None:
    assert (said(line).name, said(line).value) == (name, value)


@pytest.mark.parametrize(
    "line",
    ["", ";Secure", "=", " = ;", "a=\0", "a=1;\x7f", "a\n=1", "a=\udcff", "a=" + "ü" * 2048],
    ids=[
        "nothing",
        "no pair",
        "an empty pair",
        "an empty pair and spaces",
        "NUL",
        "DEL in an attribute",
        "a line end",
        "no UTF-8",
        "4097 bytes",
    ],
)
def test_a_line_that_a_browser_overlooks(line: str) -> None:
    assert parse_set_cookie(line) is None


def test_attributes_have_defaults() -> None:
    assert said("a=1") == SetCookie(name="a", value="1")


@pytest.mark.parametrize(
    "attributes, same_site",
    [
        ("SameSite=Strict", "Strict"),
        ("samesite = NONE ", "None"),
        ("SameSite=Lax", "Lax"),
        ("SameSite=", "Lax"),
        ("SameSite", "Lax"),
        ("SameSite=no", "Lax"),
        ("SameSite=None; SameSite=Strict", "Strict"),
        ("SameSite=None; SameSite=no", "Lax"),
        pytest.param(f"SameSite=None; SameSite={'x' * 1025}", "None", id="more than 1024 bytes"),
    ],
)
def test_same_site_is_lax_unless_the_last_that_is_said_is_something_else(
    attributes: str, same_site: SameSite
) -> None:
    assert said(f"a=1; {attributes}").same_site == same_site


@pytest.mark.parametrize(
    "attributes, domain, path",
    [
        ("Domain=Example.COM; Path=/A", "example.com", "/A"),
        ("Domain=.example.com;path=a", "example.com", ""),
        ("Domain=; Path=", "", ""),
        ("Domain=a.example; Domain=b.example", "b.example", ""),
    ],
)
def test_domain_and_path(attributes: str, domain: str, path: str) -> None:
    cookie = said(f"a=1; {attributes}")
    assert (cookie.domain, cookie.path) == (domain, path)


def test_flags_need_no_value() -> None:
    cookie = said("a=1; secure; HTTPONLY=no; Partitioned")
    assert (cookie.secure, cookie.http_only, cookie.partitioned) == (True, True, True)


@pytest.mark.parametrize(
    "attributes, lifetime",
    [
        ("Max-Age=60", 60),
        ("Max-Age=0", 0),
        ("Max-Age=-1", -1),
        ("Max-Age=99999999", DAYS_400),
        pytest.param(f"Max-Age={'9' * 999}", DAYS_400, id="999 digits"),
        pytest.param(f"Max-Age=-{'9' * 999}", -1, id="999 digits below 0"),
        ("Max-Age=1.5", None),
        ("Max-Age=+1", None),
        ("Max-Age=", None),
        ("Expires=Wed, 01 Jan 2020 00:01:00 GMT", 60),
        ("Expires=Wed, 01-Jan-2020 00:01:00 GMT", 60),
        ("Expires=Wed, 01 Jan 2020 00:01:00 -0000", 60),
        ("Expires=Thu, 01 Jan 1970 00:00:00 GMT", -1577836800),
        ("Expires=Sun, 01 Jan 2090 00:00:00 GMT", DAYS_400),
        ("Expires=tomorrow", None),
        ("Expires=Sun, 99 Jan 2090 00:00:00 GMT", None),
        ("Expires=", None),
        ("Expires=Wed, 01 Jan 2020 00:01:00 GMT; Max-Age=5", 5),
        ("Expires=Wed, 01 Jan 2020 00:01:00 GMT; Max-Age=x", 60),
    ],
)
def test_a_cookie_lives_as_long_as_it_says_and_400_days_at_most(
    attributes: str, lifetime: float | None
) -> None:
    assert said(f"a=1; {attributes}").lifetime == lifetime


def test_without_a_date_of_the_answer_what_is_long_past_is_past() -> None:
    for date in (None, "yesterday"):
        for expires, lifetime in (("Thu, 01 Jan 1970", 0), ("Sun, 01 Jan 2090", DAYS_400)):
            line = f"a=1; Expires={expires} 00:00:00 GMT"
            cookie = parse_set_cookie(line, date=date)
            assert cookie is not None
            assert cookie.lifetime == lifetime
