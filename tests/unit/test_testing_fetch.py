"""What a browser sends and what comes of it; expectations from Fetch, *main fetch* and below.

Each case is a page's request and the answers a server would give, in order; what is expected is
which requests went out and what the page got. The page is at `PAGE`, the server at `API`.
"""

from dataclasses import dataclass, field, replace

import pytest

from aiohttp_cors.browser.fetch import (
    BlockReason,
    CorsBlocked,
    HttpRequest,
    HttpResponse,
    PageRequest,
    PageResponse,
    PreflightCache,
    fetch_steps,
    run_fetch,
)

PAGE = "https://app.example"
API = "http://127.0.0.1:8080"
OTHER = "http://127.0.0.1:9090"
GET = PageRequest(url=f"{API}/users", origin=PAGE)
PUT = replace(GET, method="PUT")
SAME_ORIGIN = replace(GET, origin=API)

ANY = ("Access-Control-Allow-Origin", "*")
PAGE_ALLOWED = ("Access-Control-Allow-Origin", PAGE)
NULL_ALLOWED = ("Access-Control-Allow-Origin", "null")
CREDENTIALS_ALLOWED = ("Access-Control-Allow-Credentials", "true")
PUT_ALLOWED = ("Access-Control-Allow-Methods", "PUT")
PATCH_ALLOWED = ("Access-Control-Allow-Methods", "PATCH")


def ok(*headers: tuple[str, str], status: int = 200) -> HttpResponse:
    return HttpResponse(status, headers)


def to(location: str, *headers: tuple[str, str], status: int = 307) -> HttpResponse:
    return HttpResponse(status, (*headers, ("Location", location)))


@dataclass
class Server:
    """Answers in order, and keeps what it was asked."""

    answers: list[HttpResponse]
    asked: list[HttpRequest] = field(default_factory=list[HttpRequest])

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self.asked.append(request)
        return self.answers[len(self.asked) - 1]

    @property
    def lines(self) -> list[str]:
        """Method, URL and, after an arrow, the origin of each request."""
        return [
            f"{request.method} {request.url}{f' <- {origin}' if origin else ''}"
            for request in self.asked
            for origin in [header(request, "Origin")]
        ]


def header(request: HttpRequest, name: str) -> str | None:
    values = [value for other, value in request.headers if other.lower() == name.lower()]
    assert len(values) <= 1
    return values[0] if values else None


@dataclass(frozen=True, kw_only=True)
class Case:
    """`gets` is what the page gets: a type and a status, or the check that failed."""

    page: PageRequest
    answers: tuple[HttpResponse, ...] = ()
    sent: tuple[str, ...] = ()
    gets: tuple[str, int] | BlockReason


CASES: dict[str, Case] = {
    # main fetch
    "a same-origin page may do anything": Case(
        page=replace(SAME_ORIGIN, method="PUT", headers=(("X-A", "1"),)),
        answers=(ok(status=404),),
        sent=(f"PUT {API}/users <- {API}",),
        gets=("basic", 404),
    ),
    "a same-origin GET names no origin": Case(
        page=SAME_ORIGIN, answers=(ok(),), sent=(f"GET {API}/users",), gets=("basic", 200)
    ),
    "a same-origin HEAD names no origin": Case(
        page=replace(SAME_ORIGIN, method="HEAD"),
        answers=(ok(),),
        sent=(f"HEAD {API}/users",),
        gets=("basic", 200),
    ),
    "an opaque origin is same-origin with nothing": Case(
        page=replace(GET, origin="null"),
        answers=(ok(NULL_ALLOWED),),
        sent=(f"GET {API}/users <- null",),
        gets=("cors", 200),
    ),
    "an extension's page names its origin": Case(
        page=replace(GET, origin="chrome-extension://abcdef"),
        answers=(ok(("Access-Control-Allow-Origin", "chrome-extension://abcdef")),),
        sent=(f"GET {API}/users <- chrome-extension://abcdef",),
        gets=("cors", 200),
    ),
    "another origin's response is readable when shared": Case(
        page=GET, answers=(ok(ANY),), sent=(f"GET {API}/users <- {PAGE}",), gets=("cors", 200)
    ),
    "an error is readable when shared": Case(
        page=GET,
        answers=(ok(PAGE_ALLOWED, status=500),),
        sent=(f"GET {API}/users <- {PAGE}",),
        gets=("cors", 500),
    ),
    "another origin's response is sent for and then hidden": Case(
        page=replace(GET, method="POST"),
        answers=(ok(),),
        sent=(f"POST {API}/users <- {PAGE}",),
        gets=BlockReason.ALLOW_ORIGIN_MISSING,
    ),
    "a request with credentials needs more": Case(
        page=replace(GET, credentials="include"),
        answers=(ok(PAGE_ALLOWED),),
        sent=(f"GET {API}/users <- {PAGE}",),
        gets=BlockReason.ALLOW_CREDENTIALS,
    ),
    "a request with credentials gets them": Case(
        page=replace(GET, credentials="include"),
        answers=(ok(PAGE_ALLOWED, CREDENTIALS_ALLOWED),),
        sent=(f"GET {API}/users <- {PAGE}",),
        gets=("cors", 200),
    ),
    "the mode same-origin stays": Case(
        page=replace(GET, mode="same-origin"), gets=BlockReason.SAME_ORIGIN_MODE
    ),
    "the mode same-origin works at home": Case(
        page=replace(SAME_ORIGIN, mode="same-origin"),
        answers=(ok(),),
        sent=(f"GET {API}/users",),
        gets=("basic", 200),
    ),
    "the mode no-cors hides the answer": Case(
        page=replace(GET, mode="no-cors"),
        answers=(ok(ANY),),
        sent=(f"GET {API}/users",),
        gets=("opaque", 0),
    ),
    "the mode no-cors hides an origin with TLS from a server without": Case(
        page=replace(GET, mode="no-cors", method="POST"),
        answers=(ok(),),
        sent=(f"POST {API}/users <- null",),
        gets=("opaque", 0),
    ),
    "the mode no-cors names an origin without TLS": Case(
        page=replace(GET, mode="no-cors", method="POST", origin=OTHER),
        answers=(ok(),),
        sent=(f"POST {API}/users <- {OTHER}",),
        gets=("opaque", 0),
    ),
    "the mode no-cors names an origin with TLS to a server with TLS": Case(
        page=replace(GET, url="https://api.example/", mode="no-cors", method="POST"),
        answers=(ok(),),
        sent=(f"POST https://api.example/ <- {PAGE}",),
        gets=("opaque", 0),
    ),
    "the mode no-cors has to follow redirects": Case(
        page=replace(GET, mode="no-cors", redirect="manual"),
        gets=BlockReason.NO_CORS_REDIRECT_MODE,
    ),
    "the mode no-cors need not follow redirects at home": Case(
        page=replace(SAME_ORIGIN, mode="no-cors", redirect="error"),
        answers=(ok(),),
        sent=(f"GET {API}/users",),
        gets=("basic", 200),
    ),
    "another scheme than http and https": Case(
        page=replace(GET, url="ftp://127.0.0.1/"), gets=BlockReason.URL_SCHEME
    ),
    # CORS-preflight fetch
    "a method that is not safelisted is asked for": Case(
        page=PUT,
        answers=(ok(ANY, PUT_ALLOWED), ok(ANY, status=201)),
        sent=(f"OPTIONS {API}/users <- {PAGE}", f"PUT {API}/users <- {PAGE}"),
        gets=("cors", 201),
    ),
    "OPTIONS is not safelisted": Case(
        page=replace(GET, method="OPTIONS"),
        answers=(ok(ANY, ("Access-Control-Allow-Methods", "OPTIONS")), ok(ANY)),
        sent=(f"OPTIONS {API}/users <- {PAGE}", f"OPTIONS {API}/users <- {PAGE}"),
        gets=("cors", 200),
    ),
    "a header that is not safelisted is asked for": Case(
        page=replace(GET, headers=(("X-A", "1"),)),
        answers=(ok(ANY, ("Access-Control-Allow-Headers", "x-a")), ok(ANY)),
        sent=(f"OPTIONS {API}/users <- {PAGE}", f"GET {API}/users <- {PAGE}"),
        gets=("cors", 200),
    ),
    "a refused preflight is the end": Case(
        page=PUT,
        answers=(HttpResponse(403),),
        sent=(f"OPTIONS {API}/users <- {PAGE}",),
        gets=BlockReason.ALLOW_ORIGIN_MISSING,
    ),
    "a preflight without the method is the end": Case(
        page=PUT,
        answers=(ok(ANY),),
        sent=(f"OPTIONS {API}/users <- {PAGE}",),
        gets=BlockReason.METHOD_NOT_ALLOWED,
    ),
    "a preflight is not redirected": Case(
        page=PUT,
        answers=(to(f"{API}/users/", ANY, PUT_ALLOWED),),
        sent=(f"OPTIONS {API}/users <- {PAGE}",),
        gets=BlockReason.PREFLIGHT_STATUS,
    ),
    "after the preflight the answer is checked, too": Case(
        page=PUT,
        answers=(ok(ANY, PUT_ALLOWED), ok()),
        sent=(f"OPTIONS {API}/users <- {PAGE}", f"PUT {API}/users <- {PAGE}"),
        gets=BlockReason.ALLOW_ORIGIN_MISSING,
    ),
    # HTTP-redirect fetch
    "a redirect at home": Case(
        page=SAME_ORIGIN,
        answers=(to("/2", status=302), ok()),
        sent=(f"GET {API}/users", f"GET {API}/2"),
        gets=("basic", 200),
    ),
    "a redirect from home names the page's origin": Case(
        page=SAME_ORIGIN,
        answers=(to(f"{OTHER}/2"), ok(("Access-Control-Allow-Origin", API))),
        sent=(f"GET {API}/users", f"GET {OTHER}/2 <- {API}"),
        gets=("cors", 200),
    ),
    "a redirect from home and back is no longer at home": Case(
        page=SAME_ORIGIN,
        answers=(
            to(f"{OTHER}/2"),
            to(f"{API}/3", ("Access-Control-Allow-Origin", API)),
            ok(),
        ),
        sent=(f"GET {API}/users", f"GET {OTHER}/2 <- {API}", f"GET {API}/3 <- null"),
        gets=BlockReason.ALLOW_ORIGIN_MISSING,
    ),
    "a redirect within another origin": Case(
        page=GET,
        answers=(to("/2", ANY), ok(PAGE_ALLOWED)),
        sent=(f"GET {API}/users <- {PAGE}", f"GET {API}/2 <- {PAGE}"),
        gets=("cors", 200),
    ),
    "a redirect by another origin to a third is of an opaque origin": Case(
        page=GET,
        answers=(to(f"{OTHER}/2", ANY), ok(NULL_ALLOWED)),
        sent=(f"GET {API}/users <- {PAGE}", f"GET {OTHER}/2 <- null"),
        gets=("cors", 200),
    ),
    "a third origin that allows the page allows not its opaque origin": Case(
        page=GET,
        answers=(to(f"{OTHER}/2", ANY), ok(PAGE_ALLOWED)),
        sent=(f"GET {API}/users <- {PAGE}", f"GET {OTHER}/2 <- null"),
        gets=BlockReason.ALLOW_ORIGIN_MISMATCH,
    ),
    "a redirect that is not shared is not followed": Case(
        page=GET,
        answers=(to(f"{API}/2"),),
        sent=(f"GET {API}/users <- {PAGE}",),
        gets=BlockReason.ALLOW_ORIGIN_MISSING,
    ),
    "a redirected request is asked for again": Case(
        page=PUT,
        answers=(ok(ANY, PUT_ALLOWED), to("/2", ANY), ok(ANY, PUT_ALLOWED), ok(ANY)),
        sent=(
            f"OPTIONS {API}/users <- {PAGE}",
            f"PUT {API}/users <- {PAGE}",
            f"OPTIONS {API}/2 <- {PAGE}",
            f"PUT {API}/2 <- {PAGE}",
        ),
        gets=("cors", 200),
    ),
    "a request from home is asked for where it is redirected": Case(
        page=replace(SAME_ORIGIN, method="PUT"),
        answers=(to(f"{OTHER}/2"), ok(ANY, PUT_ALLOWED), ok(ANY)),
        sent=(
            f"PUT {API}/users <- {API}",
            f"OPTIONS {OTHER}/2 <- {API}",
            f"PUT {OTHER}/2 <- {API}",
        ),
        gets=("cors", 200),
    ),
    "a redirected PUT that becomes a GET is not asked for again": Case(
        page=PUT,
        answers=(ok(ANY, PUT_ALLOWED), to("/2", ANY, status=303), ok(ANY)),
        sent=(
            f"OPTIONS {API}/users <- {PAGE}",
            f"PUT {API}/users <- {PAGE}",
            f"GET {API}/2 <- {PAGE}",
        ),
        gets=("cors", 200),
    ),
    "the mode same-origin does not follow elsewhere": Case(
        page=replace(SAME_ORIGIN, mode="same-origin"),
        answers=(to(f"{OTHER}/2"),),
        sent=(f"GET {API}/users",),
        gets=BlockReason.SAME_ORIGIN_MODE,
    ),
    "the mode no-cors stays hidden when it comes home": Case(
        page=replace(SAME_ORIGIN, mode="no-cors"),
        answers=(to(f"{OTHER}/2"), to(f"{API}/3"), ok()),
        sent=(f"GET {API}/users", f"GET {OTHER}/2", f"GET {API}/3"),
        gets=("opaque", 0),
    ),
    "the redirect mode error": Case(
        page=replace(SAME_ORIGIN, redirect="error"),
        answers=(to("/2"),),
        sent=(f"GET {API}/users",),
        gets=BlockReason.REDIRECT_MODE,
    ),
    "the redirect mode manual": Case(
        page=replace(GET, redirect="manual"),
        answers=(to("/2", ANY),),
        sent=(f"GET {API}/users <- {PAGE}",),
        gets=("opaqueredirect", 0),
    ),
    "the redirect mode manual with a redirect that is not shared": Case(
        page=replace(GET, redirect="manual"),
        answers=(to("/2"),),
        sent=(f"GET {API}/users <- {PAGE}",),
        gets=BlockReason.ALLOW_ORIGIN_MISSING,
    ),
    "a redirect without a location is an answer": Case(
        page=GET,
        answers=(ok(ANY, status=302),),
        sent=(f"GET {API}/users <- {PAGE}",),
        gets=("cors", 302),
    ),
    "300 is no redirect": Case(
        page=SAME_ORIGIN,
        answers=(to("/2", status=300),),
        sent=(f"GET {API}/users",),
        gets=("basic", 300),
    ),
    "two locations": Case(
        page=SAME_ORIGIN,
        answers=(to("/2", ("Location", "/2")),),
        sent=(f"GET {API}/users",),
        gets=BlockReason.REDIRECT_LOCATION,
    ),
    "a location that is no URL": Case(
        page=SAME_ORIGIN,
        answers=(to("http://["),),
        sent=(f"GET {API}/users",),
        gets=BlockReason.REDIRECT_LOCATION,
    ),
    "a location of another scheme": Case(
        page=SAME_ORIGIN,
        answers=(to("data:text/plain,x"),),
        sent=(f"GET {API}/users",),
        gets=BlockReason.REDIRECT_SCHEME,
    ),
    "a location with bytes that are no UTF-8": Case(
        page=SAME_ORIGIN,
        answers=(to("/caf\udce9?\udcff"), ok()),
        sent=(f"GET {API}/users", f"GET {API}/caf%E9?%FF"),
        gets=("basic", 200),
    ),
    "three slashes leave the server": Case(
        page=SAME_ORIGIN,
        answers=(to("///127.0.0.1:9090/2"), ok()),
        sent=(f"GET {API}/users", f"GET {OTHER}/2 <- {API}"),
        gets=BlockReason.ALLOW_ORIGIN_MISSING,
    ),
    "a slash and a backslash leave the server": Case(
        page=SAME_ORIGIN,
        answers=(to("/\\127.0.0.1:9090/2"), ok()),
        sent=(f"GET {API}/users", f"GET {OTHER}/2 <- {API}"),
        gets=BlockReason.ALLOW_ORIGIN_MISSING,
    ),
    "a location with dots that are percent-encoded": Case(
        page=SAME_ORIGIN,
        answers=(to("/a/%2e%2E/b"), ok()),
        sent=(f"GET {API}/users", f"GET {API}/b"),
        gets=("basic", 200),
    ),
    "a location with a host that cannot be": Case(
        page=SAME_ORIGIN,
        answers=(to("http://127.0.0.1%2F@evil<example/"),),
        sent=(f"GET {API}/users",),
        gets=BlockReason.REDIRECT_LOCATION,
    ),
    "20 redirects": Case(
        page=SAME_ORIGIN,
        answers=(*[to("/users")] * 20, ok()),
        sent=(f"GET {API}/users",) * 21,
        gets=("basic", 200),
    ),
    "21 redirects": Case(
        page=SAME_ORIGIN,
        answers=(to("/users"),) * 21,
        sent=(f"GET {API}/users",) * 21,
        gets=BlockReason.REDIRECT_COUNT,
    ),
    "a location with a password, at home": Case(
        page=SAME_ORIGIN,
        answers=(to("http://u:p@127.0.0.1:8080/2"), ok()),
        sent=(f"GET {API}/users", f"GET {API}/2"),
        gets=("basic", 200),
    ),
    "a location with a password, from home to elsewhere": Case(
        page=SAME_ORIGIN,
        answers=(to("http://u:p@127.0.0.1:9090/2"),),
        sent=(f"GET {API}/users",),
        gets=BlockReason.REDIRECT_CREDENTIALS,
    ),
    "a location with a password, from elsewhere to home": Case(
        page=replace(GET, origin=OTHER),
        answers=(to("http://u:p@127.0.0.1:9090/2", ANY),),
        sent=(f"GET {API}/users <- {OTHER}",),
        gets=BlockReason.REDIRECT_CREDENTIALS,
    ),
    "a location with a password in the mode no-cors": Case(
        page=replace(GET, mode="no-cors"),
        answers=(to("http://u:p@127.0.0.1:9090/2"), ok()),
        sent=(f"GET {API}/users", f"GET {OTHER}/2"),
        gets=("opaque", 0),
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_page_and_a_server(case: Case) -> None:
    server = Server(list(case.answers))
    if isinstance(case.gets, BlockReason):
        with pytest.raises(CorsBlocked) as blocked:
            run_fetch(case.page, PreflightCache(), server)
        assert blocked.value.reason is case.gets
    else:
        response = run_fetch(case.page, PreflightCache(), server)
        assert (response.type, response.status) == case.gets
    assert server.lines == list(case.sent)


# What a preflight carries


def preflight_of(page: PageRequest) -> HttpRequest:
    request = next(fetch_steps(page, PreflightCache()))
    assert isinstance(request, HttpRequest)
    assert request.preflight
    return request


def test_a_preflight_asks_for_the_method_and_the_unsafe_headers() -> None:
    page = replace(
        PUT,
        headers=(("X-B", "1"), ("Authorization", "x"), ("Accept-Language", "de"), ("x-A", "2")),
        body=b"{}",
        body_type="application/json",
        credentials="include",
    )
    assert preflight_of(page) == HttpRequest(
        method="OPTIONS",
        url=f"{API}/users",
        headers=(
            ("Accept", "*/*"),
            ("Access-Control-Request-Method", "PUT"),
            ("Access-Control-Request-Headers", "authorization,content-type,x-a,x-b"),
            ("Origin", PAGE),
            ("Sec-Fetch-Dest", "empty"),
            ("Sec-Fetch-Mode", "cors"),
            ("Sec-Fetch-Site", "cross-site"),
        ),
        body=None,
        credentials=False,
        preflight=True,
    )


def test_a_preflight_for_a_method_alone_names_no_headers() -> None:
    preflight = preflight_of(PUT)
    assert header(preflight, "Access-Control-Request-Method") == "PUT"
    assert header(preflight, "Access-Control-Request-Headers") is None


def test_a_preflight_for_headers_alone_names_the_method() -> None:
    preflight = preflight_of(replace(GET, headers=(("X-A", "1"),)))
    assert header(preflight, "Access-Control-Request-Method") == "GET"


def test_a_method_that_is_not_normalized_is_asked_for_as_it_is() -> None:
    assert header(preflight_of(replace(GET, method="patch")), "Access-Control-Request-Method") == (
        "patch"
    )


# What a request carries


def first_request(page: PageRequest) -> HttpRequest:
    request = next(fetch_steps(page, PreflightCache()))
    assert isinstance(request, HttpRequest)
    return request


def test_a_request_carries_what_the_script_gave_it() -> None:
    page = replace(
        SAME_ORIGIN,
        url=f"{API}/users?page=2#top",
        method="POST",
        headers=(("X-A", "1"),),
        body=b"x",
        body_type="text/plain",
    )
    assert first_request(page) == HttpRequest(
        method="POST",
        url=f"{API}/users?page=2",
        headers=(
            ("X-A", "1"),
            ("Content-Type", "text/plain"),
            ("Accept", "*/*"),
            ("Origin", API),
            ("Sec-Fetch-Dest", "empty"),
            ("Sec-Fetch-Mode", "cors"),
            ("Sec-Fetch-Site", "same-origin"),
        ),
        body=b"x",
        credentials=True,
        preflight=False,
    )


@pytest.mark.parametrize(
    "page, expected",
    [
        (replace(SAME_ORIGIN, credentials="omit"), False),
        (replace(SAME_ORIGIN, credentials="same-origin"), True),
        (replace(SAME_ORIGIN, credentials="include"), True),
        (replace(GET, credentials="omit"), False),
        (replace(GET, credentials="same-origin"), False),
        (replace(GET, credentials="include"), True),
        (replace(GET, mode="no-cors", credentials="same-origin"), False),
        (replace(GET, mode="no-cors", credentials="include"), True),
    ],
    ids=[
        "omit at home",
        "same-origin at home",
        "include at home",
        "omit elsewhere",
        "same-origin elsewhere",
        "include elsewhere",
        "same-origin elsewhere without CORS",
        "include elsewhere without CORS",
    ],
)
def test_whether_cookies_go_with_a_request(page: PageRequest, *, expected: bool) -> None:
    assert first_request(page).credentials is expected


def test_cookies_of_the_page_do_not_go_where_it_is_redirected() -> None:
    server = Server(
        [to(f"{OTHER}/2"), to(f"{API}/3", ("Access-Control-Allow-Origin", API)), ok(ANY)]
    )
    run_fetch(SAME_ORIGIN, PreflightCache(), server)
    assert [request.credentials for request in server.asked] == [True, False, False]


def test_fetch_metadata_is_for_trustworthy_urls() -> None:
    assert header(first_request(replace(GET, url="http://api.example/")), "Sec-Fetch-Mode") is None
    request = first_request(replace(GET, url="https://api.example/", mode="no-cors"))
    assert header(request, "Sec-Fetch-Mode") == "no-cors"
    assert header(request, "Sec-Fetch-Dest") == "empty"
    assert header(request, "Sec-Fetch-Site") == "cross-site"


def test_fetch_metadata_remembers_where_a_request_has_been() -> None:
    server = Server([to(f"{OTHER}/2"), ok(ANY)])
    run_fetch(SAME_ORIGIN, PreflightCache(), server)
    assert [header(request, "Sec-Fetch-Site") for request in server.asked] == [
        "same-origin",
        "same-site",
    ]


# What a redirect changes

WITH_BODY = replace(
    SAME_ORIGIN,
    headers=(
        ("Content-Encoding", "gzip"),
        ("content-language", "de"),
        ("Content-Location", "/x"),
        ("Content-Type", "text/plain"),
        ("X-A", "1"),
    ),
    body=b"x",
    method="POST",
)


@pytest.mark.parametrize(
    "status, method, becomes",
    [
        (301, "POST", "GET"),
        (302, "POST", "GET"),
        (303, "POST", "GET"),
        (307, "POST", "POST"),
        (308, "POST", "POST"),
        (301, "PUT", "PUT"),
        (302, "DELETE", "DELETE"),
        (303, "PUT", "GET"),
        (303, "OPTIONS", "GET"),
    ],
)
def test_some_redirects_make_a_get_without_a_body(status: int, method: str, becomes: str) -> None:
    server = Server([to("/2", status=status), ok()])
    run_fetch(replace(WITH_BODY, method=method), PreflightCache(), server)
    first, second = server.asked
    assert (first.method, second.method) == (method, becomes)
    if becomes == method:
        assert second.body == first.body == b"x"
        assert second.headers == first.headers
    else:
        assert second.body is None
        assert second.headers[:2] == (("X-A", "1"), ("Accept", "*/*"))


def test_303_leaves_head_alone() -> None:
    server = Server([to("/2", status=303), ok()])
    run_fetch(replace(SAME_ORIGIN, method="HEAD"), PreflightCache(), server)
    assert [request.method for request in server.asked] == ["HEAD", "HEAD"]


def test_authorization_goes_when_a_redirect_leaves_the_origin() -> None:
    page = replace(SAME_ORIGIN, headers=(("authorization", "x"), ("X-A", "1")))
    allowed = ("Access-Control-Allow-Headers", "x-a")
    server = Server([to("/2"), to(f"{OTHER}/3"), ok(ANY, allowed), ok(ANY)])
    run_fetch(page, PreflightCache(), server)
    assert [header(request, "Authorization") for request in server.asked] == ["x", "x", None, None]
    assert header(server.asked[2], "Access-Control-Request-Headers") == "x-a"
    assert header(server.asked[3], "X-A") == "1"


def test_a_redirect_names_the_origin_in_its_preflight_as_in_the_request() -> None:
    server = Server(
        [
            ok(ANY, PUT_ALLOWED),
            to(f"{OTHER}/2", ANY),
            ok(NULL_ALLOWED, PUT_ALLOWED),
            ok(NULL_ALLOWED),
        ]
    )
    run_fetch(PUT, PreflightCache(), server)
    assert [header(request, "Origin") for request in server.asked] == [PAGE, PAGE, "null", "null"]


# What the page gets


def test_a_response_shows_its_url_and_that_it_was_redirected() -> None:
    server = Server([to("/2?x=1"), ok(("X-A", "1"), ("Set-Cookie", "a=b"))])
    page = replace(SAME_ORIGIN, url=f"{API}/users#top")
    assert run_fetch(page, PreflightCache(), server) == PageResponse(
        type="basic", status=200, headers=(("x-a", "1"),), url=f"{API}/2?x=1", redirected=True
    )


def test_a_response_to_another_origin_shows_what_is_exposed() -> None:
    exposed = ("Access-Control-Expose-Headers", "*")
    headers = (PAGE_ALLOWED, CREDENTIALS_ALLOWED, exposed, ("X-A", "1"), ("Pragma", "x"))
    response = run_fetch(GET, PreflightCache(), Server([ok(*headers)]))
    assert dict(response.headers)["x-a"] == "1"
    page = replace(GET, credentials="include")
    response = run_fetch(page, PreflightCache(), Server([ok(*headers)]))
    assert response.headers == (("pragma", "x"),)
    assert (response.url, response.redirected) == (f"{API}/users", False)


def test_an_opaque_response_shows_nothing() -> None:
    server = Server([to("/2", ANY), ok(ANY, ("X-A", "1"))])
    response = run_fetch(replace(GET, mode="no-cors"), PreflightCache(), server)
    assert response == PageResponse(type="opaque")


def test_an_opaque_redirect_shows_its_url_alone() -> None:
    server = Server([to("/2", ANY, ("X-A", "1"))])
    response = run_fetch(replace(GET, redirect="manual"), PreflightCache(), server)
    assert response == PageResponse(type="opaqueredirect", url=f"{API}/users")


def test_a_block_says_where_and_why() -> None:
    with pytest.raises(CorsBlocked) as blocked:
        run_fetch(PUT, PreflightCache(), Server([ok(ANY, PATCH_ALLOWED)]))
    assert blocked.value.url == f"{API}/users"
    assert blocked.value.preflight
    assert blocked.value.sent == "Access-Control-Allow-Methods: PATCH"
    assert blocked.value.expected == "Access-Control-Allow-Methods: PUT"


def test_pytest_shows_the_line_that_fetches_and_no_other() -> None:
    with pytest.raises(CorsBlocked) as blocked:
        run_fetch(PUT, PreflightCache(), Server([ok()]))
    assert [str(entry.path) for entry in blocked.traceback.filter(blocked)] == [__file__]


# The preflight cache, over several fetches


def test_a_preflight_is_not_repeated_while_it_is_remembered() -> None:
    cache = PreflightCache()
    server = Server([ok(ANY, PUT_ALLOWED), ok(ANY), ok(ANY), ok(ANY, PUT_ALLOWED), ok(ANY)])
    run_fetch(PUT, cache, server)
    cache.advance(4.9)
    run_fetch(PUT, cache, server)
    cache.advance(0.1)
    run_fetch(PUT, cache, server)
    assert [request.preflight for request in server.asked] == [True, False, False, True, False]


@pytest.mark.parametrize(
    "again",
    [
        replace(PUT, url=f"{API}/users?page=2"),
        replace(PUT, url=f"{API}/users#top"),
        replace(PUT, origin="https://other.example"),
        replace(PUT, method="PATCH"),
        replace(PUT, headers=(("X-A", "1"),)),
        replace(PUT, credentials="include"),
    ],
    ids=[
        "another query",
        "another fragment",
        "another origin",
        "another method",
        "another header",
        "credentials",
    ],
)
def test_a_preflight_is_needed_again_for(again: PageRequest) -> None:
    cache = PreflightCache()
    run_fetch(PUT, cache, Server([ok(ANY, PUT_ALLOWED), ok(ANY)]))
    request = next(fetch_steps(again, cache))
    assert isinstance(request, HttpRequest)
    assert request.preflight


def test_a_safelisted_method_needs_no_entry() -> None:
    cache = PreflightCache()
    allowed = ("Access-Control-Allow-Headers", "x-a")
    page = replace(GET, headers=(("X-A", "1"),))
    run_fetch(page, cache, Server([ok(ANY, allowed), ok(ANY)]))
    request = next(fetch_steps(replace(page, method="POST"), cache))
    assert isinstance(request, HttpRequest)
    assert not request.preflight


def test_a_refused_preflight_makes_the_browser_forget() -> None:
    cache = PreflightCache()
    run_fetch(PUT, cache, Server([ok(ANY, PUT_ALLOWED), ok(ANY)]))
    with pytest.raises(CorsBlocked):
        run_fetch(replace(PUT, method="PATCH"), cache, Server([ok(ANY, PUT_ALLOWED)]))
    assert preflight_needed(PUT, cache)


def test_an_answer_that_is_not_shared_makes_the_browser_forget() -> None:
    cache = PreflightCache()
    with pytest.raises(CorsBlocked):
        run_fetch(PUT, cache, Server([ok(ANY, PUT_ALLOWED), ok()]))
    assert preflight_needed(PUT, cache)


def test_an_answer_that_does_not_come_makes_the_browser_forget() -> None:
    cache = PreflightCache()
    steps = fetch_steps(PUT, cache)
    next(steps)
    steps.send(ok(ANY, PUT_ALLOWED))
    steps.close()
    assert preflight_needed(PUT, cache)


def test_a_blocked_request_without_preflight_makes_the_browser_forget_nothing() -> None:
    cache = PreflightCache()
    run_fetch(PUT, cache, Server([ok(ANY, PUT_ALLOWED), ok(ANY)]))
    with pytest.raises(CorsBlocked):
        run_fetch(GET, cache, Server([ok()]))
    assert not preflight_needed(PUT, cache)


def test_a_failure_after_a_redirect_forgets_the_place_it_led_to() -> None:
    cache = PreflightCache()
    moved = replace(PUT, url=f"{API}/2")
    answers = [ok(ANY, PUT_ALLOWED), to("/2", ANY), ok(ANY, PUT_ALLOWED), ok()]
    with pytest.raises(CorsBlocked):
        run_fetch(PUT, cache, Server(answers))
    assert preflight_needed(moved, cache)
    assert not preflight_needed(PUT, cache)


# The use-CORS-preflight flag

LISTENED = replace(GET, method="POST", upload_listener=True)
STREAMED = replace(GET, method="POST", body=b"x", is_stream=True)
FLAGGED = pytest.mark.parametrize(
    "page", [LISTENED, STREAMED], ids=["upload listener", "streamed body"]
)


@FLAGGED
def test_what_has_the_flag_is_preflighted_without_an_unsafe_header(page: PageRequest) -> None:
    server = Server([ok(ANY), ok(ANY, status=201)])
    assert run_fetch(page, PreflightCache(), server).status == 201
    assert [request.method for request in server.asked] == ["OPTIONS", "POST"]
    assert header(server.asked[0], "Access-Control-Request-Method") == "POST"
    assert header(server.asked[0], "Access-Control-Request-Headers") is None


@FLAGGED
def test_what_has_the_flag_is_blocked_by_a_refusal(page: PageRequest) -> None:
    server = Server([HttpResponse(403)])
    with pytest.raises(CorsBlocked) as blocked:
        run_fetch(page, PreflightCache(), server)
    assert blocked.value.reason is BlockReason.ALLOW_ORIGIN_MISSING
    assert len(server.asked) == 1


@FLAGGED
def test_what_has_the_flag_passes_whatever_methods_are_listed(page: PageRequest) -> None:
    server = Server([ok(ANY, PUT_ALLOWED), ok(ANY)])
    assert run_fetch(page, PreflightCache(), server).type == "cors"


@FLAGGED
def test_what_has_the_flag_needs_nothing_at_home(page: PageRequest) -> None:
    server = Server([ok()])
    run_fetch(replace(page, origin=API), PreflightCache(), server)
    assert [request.method for request in server.asked] == ["POST"]


@pytest.mark.parametrize(
    "allowed, again",
    [((), False), ((("Access-Control-Allow-Methods", "POST"),), False), ((PUT_ALLOWED,), True)],
    ids=["absent", "POST", "PUT"],
)
def test_the_flag_asks_the_cache_for_the_method_of_a_post_too(
    allowed: tuple[tuple[str, str], ...], *, again: bool
) -> None:
    cache = PreflightCache()
    run_fetch(LISTENED, cache, Server([ok(ANY, *allowed), ok(ANY)]))
    assert preflight_needed(LISTENED, cache) is again


def test_absent_methods_of_a_request_with_the_flag_allow_no_other() -> None:
    cache = PreflightCache()
    run_fetch(LISTENED, cache, Server([ok(ANY), ok(ANY)]))
    assert preflight_needed(PUT, cache)
    assert not preflight_needed(replace(LISTENED, upload_listener=False), cache)


def test_a_method_of_a_request_with_the_flag_passes_where_no_methods_are_listed() -> None:
    page = replace(LISTENED, method="PUT")
    assert run_fetch(page, PreflightCache(), Server([ok(ANY), ok(ANY)])).type == "cors"
    with pytest.raises(CorsBlocked) as blocked:
        run_fetch(replace(page, upload_listener=False), PreflightCache(), Server([ok(ANY)]))
    assert blocked.value.reason is BlockReason.METHOD_NOT_ALLOWED


def test_the_flag_stays_over_a_redirect_and_a_listener_sends_its_body_again() -> None:
    server = Server([ok(ANY), to("/2", ANY), ok(ANY), ok(ANY)])
    run_fetch(replace(LISTENED, body=b"x"), PreflightCache(), server)
    assert [request.method for request in server.asked] == ["OPTIONS", "POST", "OPTIONS", "POST"]
    assert server.asked[3].body == b"x"


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_cannot_have_a_streamed_body_a_second_time(status: int) -> None:
    server = Server([to("/2", status=status)])
    with pytest.raises(CorsBlocked) as blocked:
        run_fetch(replace(STREAMED, origin=API), PreflightCache(), server)
    assert blocked.value.reason is BlockReason.REDIRECT_STREAM
    assert blocked.value.expected == "the status 303"


def test_303_needs_no_streamed_body_and_what_follows_may_be_anything() -> None:
    server = Server([to("/2", status=303), to("/3", status=307), ok()])
    run_fetch(replace(STREAMED, origin=API), PreflightCache(), server)
    assert [request.method for request in server.asked] == ["POST", "GET", "GET"]


def test_two_spellings_of_a_path_are_two_urls() -> None:
    cache = PreflightCache()
    run_fetch(PUT, cache, Server([ok(ANY, PUT_ALLOWED), ok(ANY)]))
    assert preflight_needed(replace(PUT, url=f"{API}/%75sers"), cache)
    assert preflight_needed(replace(PUT, url=f"{API}/users?"), cache)
    assert not preflight_needed(replace(PUT, url=f"{API}/./a/%2E%2e/users"), cache)


def preflight_needed(page: PageRequest, cache: PreflightCache) -> bool:
    request = next(fetch_steps(page, cache))
    assert isinstance(request, HttpRequest)
    return request.preflight
