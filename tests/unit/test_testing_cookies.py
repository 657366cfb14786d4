"""Which cookies a browser takes and sends; expectations from RFC 6265bis, *Storage* and *Retrieval Model*.

Where the RFC leaves a choice, and of this machine, expectations are Chromium's and Firefox's
(`tests.browser`).
"""

from datetime import timedelta

import pytest

from aiohttp_cors.browser.cookies import Cookie, Cookies, RefusedCookie

API = "https://api.example.com/users/1"
SAME_SITE = "https://app.example.com"
CROSS_SITE = "https://app.example"
DATE = "Wed, 01 Jan 2020 00:00:00 GMT"


def sent(
    line: str,
    *,
    url: str = API,
    origin: str = SAME_SITE,
    to: str | None = None,
    by: str | None = None,
) -> str | None:
    """What a page of `by` sends to `to`, after a page of `origin` was answered from `url`."""
    cookies = Cookies()
    cookies.receive(line, url, origin, date=DATE)
    return cookies.header(to or url, by or origin)


@pytest.mark.parametrize(
    "line, same_site, cross_site",
    [
        ("a=1", "a=1", None),
        ("a=1; SameSite=Lax", "a=1", None),
        ("a=1; SameSite=Strict", "a=1", None),
        ("a=1; SameSite=None; Secure", "a=1", "a=1"),
        ("a=1; SameSite=None", None, None),
        ("a=1; Secure", "a=1", None),
        ("a=1; SameSite=maybe; Secure", "a=1", None),
    ],
)
def test_across_sites_a_cookie_is_taken_and_sent_with_same_site_none_and_secure_only(
    line: str, same_site: str | None, cross_site: str | None
) -> None:
    assert sent(line) == same_site
    assert sent(line, origin=CROSS_SITE) == cross_site
    assert sent(line, by=CROSS_SITE) == cross_site
    assert sent(line, origin=CROSS_SITE, by=SAME_SITE) == cross_site


@pytest.mark.parametrize(
    "url, origin, expected",
    [
        ("https://a.example.com/", "https://b.example.com", "a=1"),
        ("https://a.example.com/", "http://b.example.com", None),
        ("https://a.github.io/", "https://b.github.io", None),
        ("http://localhost:1/", "http://localhost:2", "a=1"),
        ("http://localhost:1/", "http://127.0.0.1:1", None),
        ("http://app.localhost:1/", "http://localhost:1", None),
        ("http://127.0.0.1:1/", "http://127.0.0.1:2", "a=1"),
        ("http://127.0.0.1:1/", "null", None),
        ("http://127.0.0.1:1/", "chrome-extension://abc", None),
    ],
)
def test_a_site_is_a_scheme_and_a_registrable_domain(
    url: str, origin: str, expected: str | None
) -> None:
    assert sent("a=1", url=url, origin=origin) == expected


@pytest.mark.parametrize(
    "line, url, because",
    [
        ("a=1; SameSite=None", API, "SameSite=None needs Secure"),
        ("a=1; Partitioned", API, "Partitioned needs Secure"),
        ("a=1; Secure", "http://api.example.com/", "it is Secure and came without TLS"),
        ("__Secure-a=1", API, "__Secure- needs Secure"),
        ("__secure-a=1", API, "__Secure- needs Secure"),
        ("__Host-a=1", API, "__Host- needs Secure, Path=/ and no Domain"),
        ("__Host-a=1; Path=/", API, "__Host- needs Secure, Path=/ and no Domain"),
        ("__Host-a=1; Secure", "https://h/", "__Host- needs Secure, Path=/ and no Domain"),
        ("__host-a=1; Secure; Path=/x", API, "__Host- needs Secure, Path=/ and no Domain"),
        (
            "__Host-a=1; Secure; Path=/; Domain=example.com",
            API,
            "__Host- needs Secure, Path=/ and no Domain",
        ),
        ("=__Host-a=1", API, "what looks like a name with a prefix is a value without a name"),
        ("__Secure-a", API, "what looks like a name with a prefix is a value without a name"),
        ("a=1; Domain=com", API, "com is a public suffix"),
        ("a=1; Domain=example", API, "example is a public suffix"),
        (
            "a=1; Domain=app.example.com",
            API,
            "api.example.com is not in the domain app.example.com",
        ),
        ("a=1; Domain=pi.example.com", API, "api.example.com is not in the domain pi.example.com"),
        ("a=1; Domain=0.0.1", "http://127.0.0.1/", "127.0.0.1 is not in the domain 0.0.1"),
        ("a\0=1", API, "it is empty, too long, or has a character that no cookie has"),
    ],
)
def test_a_cookie_that_breaks_a_rule_is_not_taken_and_the_rule_is_noted(
    line: str, url: str, because: str
) -> None:
    cookies = Cookies()
    cookies.receive(line, url, SAME_SITE)
    assert list(cookies) == []
    assert cookies.refused == [RefusedCookie(line, url, because)]
    with pytest.raises(ValueError, match="is no cookie for") as refused:
        cookies.set(line, url)
    assert str(refused.value) == f"{line!r} is no cookie for {url}: {because}"
    assert len(cookies.refused) == 1


def test_a_cookie_for_the_own_site_is_not_taken_from_another_and_that_is_noted() -> None:
    cookies = Cookies()
    cookies.receive("a=1", API, CROSS_SITE)
    (refused,) = cookies.refused
    assert refused.because == "SameSite is Lax and the page is from another site"


@pytest.mark.parametrize(
    "line, url",
    [
        ("__Secure-a=1; Secure", API),
        ("__Host-a=1; Secure; Path=/", API),
        ("__Host-a=1; Secure; Path=/; Domain=", API),
        ("__Host-a=1; Secure; Path=/", "http://localhost:8080/"),
    ],
)
def test_a_cookie_that_keeps_what_its_prefix_promises_is_taken(line: str, url: str) -> None:
    assert sent(line, url=url, origin="/".join(url.split("/")[:3])) is not None


@pytest.mark.parametrize(
    "url, expected",
    [
        ("https://h.example.com/", "a=1"),
        ("http://h.example.com/", None),
        ("http://localhost:1/", "a=1"),
        ("http://app.localhost:1/", "a=1"),
        ("http://127.0.0.1:1/", "a=1"),
        ("http://[::1]:1/", "a=1"),
    ],
)
def test_to_a_secure_cookie_this_machine_is_as_good_as_tls(url: str, expected: str | None) -> None:
    assert sent("a=1; Secure; SameSite=None", url=url) == expected


def test_a_secure_cookie_is_not_sent_without_tls() -> None:
    line = "a=1; Secure; SameSite=None"
    assert sent(line, to="http://api.example.com/users") is None
    assert sent("a=1", to="http://api.example.com/users", by="http://h.example.com") == "a=1"


@pytest.mark.parametrize(
    "line, host, expected",
    [
        ("a=1", "api.example.com", "a=1"),
        ("a=1", "v1.api.example.com", None),
        ("a=1", "example.com", None),
        ("a=1; Domain=api.example.com", "v1.api.example.com", "a=1"),
        ("a=1; Domain=example.com", "api.example.com", "a=1"),
        ("a=1; Domain=example.com", "example.com", "a=1"),
        ("a=1; Domain=example.com", "notexample.com", None),
    ],
)
def test_a_cookie_goes_to_its_host_or_to_all_hosts_of_its_domain(
    line: str, host: str, expected: str | None
) -> None:
    url = f"https://{host}/users"
    assert sent(line, to=url, by=url.rpartition("/")[0]) == expected


@pytest.mark.parametrize("url", ["http://localhost:1/", "https://github.io/"])
def test_a_public_suffix_that_is_the_host_itself_gets_a_cookie_of_its_own(url: str) -> None:
    host = url.partition("://")[2].partition("/")[0].partition(":")[0]
    cookies = Cookies()
    cookies.set(f"a=1; Domain={host}", url)
    (cookie,) = cookies
    assert (cookie.domain, cookie.host_only) == (host, True)


def test_an_address_may_be_its_own_domain() -> None:
    url = "http://127.0.0.1:8080/"
    assert sent("a=1; Domain=127.0.0.1", url=url, origin="http://127.0.0.1:9") == "a=1"


@pytest.mark.parametrize(
    "line, path, expected",
    [
        ("a=1", "/users", "a=1"),
        ("a=1", "/users/2", "a=1"),
        ("a=1", "/users/2?q", "a=1"),
        ("a=1", "/usersonly", None),
        ("a=1", "/", None),
        ("a=1; Path=/", "/", "a=1"),
        ("a=1; Path=/users/", "/users/1", "a=1"),
        ("a=1; Path=/users/", "/users", None),
        ("a=1; Path=/use", "/users", None),
        ("a=1; Path=users", "/users", "a=1"),
    ],
)
def test_a_cookie_goes_to_its_path_and_below(line: str, path: str, expected: str | None) -> None:
    assert sent(line, to=f"https://api.example.com{path}") == expected


@pytest.mark.parametrize("url", ["https://h.example.com", "https://h.example.com/users"])
def test_a_cookie_from_the_root_goes_everywhere(url: str) -> None:
    assert sent("a=1", url=url, to="https://h.example.com/else") == "a=1"


def test_longer_paths_go_first_and_older_cookies_before_newer() -> None:
    cookies = Cookies()
    for line in ("a=1; Path=/", "b=2", "a=3", "c=4; Path=/", "=5; Path=/", "a=6; Path=/"):
        cookies.set(line, API)
    assert cookies.header(API, SAME_SITE) == "b=2; a=3; a=6; c=4; 5"


def test_a_cookie_of_the_same_name_host_and_path_replaces_the_other() -> None:
    cookies = Cookies()
    for line in ("a=1", "a=2; Path=/", "a=3; Domain=api.example.com", "a=4; Secure"):
        cookies.set(line, API)
    assert [cookie.value for cookie in cookies] == ["4", "2", "3"]


@pytest.mark.parametrize(
    "line, expected",
    [
        ("a=2", "a=1"),
        ("a=2; Path=/users/1/x", "a=1"),
        ("a=2; Domain=example.com", "a=1"),
        ("a=2; Path=/", "a=1; a=2"),
        ("b=2", "a=1; b=2"),
    ],
)
def test_what_came_without_tls_hides_no_secure_cookie(line: str, expected: str) -> None:
    cookies = Cookies()
    cookies.set("a=1; Secure; SameSite=None", API)
    without_tls = API.replace("https", "http")
    cookies.receive(line, without_tls, "http://app.example.com")
    by_https = cookies.header(API, SAME_SITE)
    assert by_https == expected
    noted = "it came without TLS and would hide one that is Secure"
    assert [each.because for each in cookies.refused] == ([noted] if expected == "a=1" else [])


def test_a_partitioned_cookie_goes_along_with_pages_of_the_site_that_got_it() -> None:
    cookies = Cookies()
    line = "a=1; SameSite=None; Secure; Partitioned"
    cookies.receive(line, API, "https://www.app.example:8443")
    assert cookies.header(API, "https://other.example") is None
    assert cookies.header(API, "https://shop.app.example") == "a=1"
    cookies.receive(line.replace("1", "2"), API, SAME_SITE)
    assert cookies.header(API, SAME_SITE) == "a=2"
    cookies.set(line.replace("1", "3"), API)  # the user has opened the API itself
    assert cookies.header(API, SAME_SITE) == "a=3"
    assert [cookie.partition for cookie in cookies] == [
        "https://app.example",
        "https://example.com",
    ]


def test_cookies_end_when_their_time_has_come() -> None:
    cookies = Cookies()
    expires = "Expires=Wed, 01 Jan 2020 00:01:00 GMT"
    for line in ("a=1; Max-Age=60", f"b=2; {expires}", "c=3", "d=4; Max-Age=61"):
        cookies.receive(line, API, SAME_SITE, date=DATE)
    cookies.advance(59.5)
    assert cookies.header(API, SAME_SITE) == "a=1; b=2; c=3; d=4"
    cookies.advance(timedelta(seconds=0.5))
    assert cookies.header(API, SAME_SITE) == "c=3; d=4"
    assert len(cookies) == 2


@pytest.mark.parametrize(
    "end", ["Max-Age=0", "Max-Age=-1", "Expires=Thu, 01 Jan 1970 00:00:00 GMT"]
)
def test_a_cookie_can_be_taken_back(end: str) -> None:
    cookies = Cookies()
    cookies.set("a=1", API)
    cookies.receive(f"a=; {end}", API, SAME_SITE)
    assert list(cookies) == []
    assert cookies.refused == []


def test_cookies_can_be_looked_at_and_forgotten() -> None:
    cookies = Cookies()
    cookies.set("a=1; Domain=example.com; Path=/; HttpOnly; Secure; Max-Age=60", API)
    assert list(cookies) == [
        Cookie(
            name="a",
            value="1",
            domain="example.com",
            host_only=False,
            path="/",
            secure=True,
            http_only=True,
            same_site="Lax",
            expires=60,
        )
    ]
    cookies.clear()
    assert list(cookies) == []


@pytest.mark.parametrize("url", ["/users", "ftp://api.example/", "http://["])
def test_a_cookie_is_for_an_http_url(url: str) -> None:
    with pytest.raises(ValueError, match="not an http or https URL"):
        Cookies().set("a=1", url)
