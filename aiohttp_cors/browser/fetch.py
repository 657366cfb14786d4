"""What a browser does when a page calls ``fetch``: which requests it sends, and what comes of it.

Owns: the order of requests, checks and redirects, from the call to the response.
Leaves to: its caller (a test's HTTP client, or any function) to carry requests, answers and cookies;
to `aiohttp_cors.browser.checks` the checks of one answer; to `aiohttp_cors.browser.provenance` the
headers that say where a request comes from.

Implements, of Fetch:

- *main fetch*: https://fetch.spec.whatwg.org/#main-fetch
- *HTTP fetch*: https://fetch.spec.whatwg.org/#http-fetch
- *HTTP-redirect fetch*: https://fetch.spec.whatwg.org/#http-redirect-fetch
- *CORS-preflight fetch*: https://fetch.spec.whatwg.org/#cors-preflight-fetch

What the CORS protocol does not touch is left out: the HTTP cache, service workers, ``Referer``,
mixed content, content security policies, ``Cross-Origin-Resource-Policy``, and asking for a
password.
"""

import re
from collections.abc import Callable, Generator
from contextlib import closing
from typing import Final, Literal, TypeAlias, final

from aiohttp_cors._values.vocabulary import SAFELISTED_METHODS
from aiohttp_cors.browser.checks import (
    BlockReason,
    CorsBlocked,
    HttpResponse,
    cors_check,
    preflight_check,
    readable_headers,
)
from aiohttp_cors.browser.headers import (
    NON_WILDCARD_REQUEST_HEADERS,
    REQUEST_BODY_HEADERS,
    unsafe_request_header_names,
)
from aiohttp_cors.browser.preflight_cache import PreflightCache, Requester
from aiohttp_cors.browser.provenance import fetch_metadata, origin_headers, request_origin
from aiohttp_cors.browser.request import HttpRequest, PageRequest, PageResponse, RequestMode
from aiohttp_cors.browser.url import PageUrl, are_same_origin, parse_url

__all__ = (
    "MAX_REDIRECTS",
    "REDIRECT_STATUSES",
    "BlockReason",
    "CorsBlocked",
    "FetchSteps",
    "HttpRequest",
    "HttpResponse",
    "PageRequest",
    "PageResponse",
    "PreflightCache",
    "fetch_steps",
    "run_fetch",
)

FetchSteps: TypeAlias = Generator[HttpRequest | PageResponse, HttpResponse, None]
"""A fetch under way: each `HttpRequest` is answered by ``send``; the `PageResponse` ends it."""

REDIRECT_STATUSES: Final = frozenset({301, 302, 303, 307, 308})
"""The *redirect statuses*."""

MAX_REDIRECTS: Final = 20
"""How many redirects one fetch follows."""

# How aiohttp hands them on: PEP 383.
_NO_UTF_8: Final = re.compile(r"[\udc80-\udcff]")

_Tainting: TypeAlias = Literal["basic", "cors", "opaque"]


def run_fetch(
    page: PageRequest, cache: PreflightCache, send: Callable[[HttpRequest], HttpResponse]
) -> PageResponse:
    """What `page` gets from a server that answers as `send` does; `CorsBlocked` if it is nothing.

    >>> page = PageRequest(url="http://127.0.0.1/", origin="https://app.example", method="PUT")
    >>> run_fetch(page, PreflightCache(), lambda request: HttpResponse(405))
    Traceback (most recent call last):
    ...
    aiohttp_cors.testing.CorsBlocked: preflight for http://127.0.0.1/: the CORS check found \
no allowed origin: the server sent 405 without Access-Control-Allow-Origin; expected \
Access-Control-Allow-Origin: https://app.example
    """
    __tracebackhide__ = True
    with closing(fetch_steps(page, cache)) as steps:
        step = next(steps)
        while isinstance(step, HttpRequest):
            step = steps.send(send(step))
    return step


def fetch_steps(page: PageRequest, cache: PreflightCache) -> FetchSteps:
    """The same, one request at a time, for callers who have to wait for their answers.

    Started with ``next``; a network error is raised as `CorsBlocked` by the step that finds it.
    Close the generator when an answer cannot be had: that, too, is a network error.

    >>> page = PageRequest(url="http://127.0.0.1/", origin="http://127.0.0.1")
    >>> steps = fetch_steps(page, PreflightCache())
    >>> next(steps).url
    'http://127.0.0.1/'
    >>> steps.send(HttpResponse(204)).status
    204
    """
    return _Fetch(page, cache).run()


@final
class _Fetch:
    """A *request* of the standard: what changes from one redirect to the next."""

    def __init__(self, page: PageRequest, cache: PreflightCache) -> None:
        self._page = page
        self._cache = cache
        self._urls = [page.parsed_url]
        self._method = page.method
        self._headers = page.headers
        self._body = page.body
        self._tainting: _Tainting = "basic"
        self._has_used_preflights = False

    def run(self) -> FetchSteps:
        __tracebackhide__ = True
        try:
            response = yield from self._main_fetch()
        except (CorsBlocked, GeneratorExit) as error:
            if self._has_used_preflights:
                self._cache.clear(self._origin, self._url.href)
            # A block is an outcome, no crash: with the way to the check forgotten and these frames
            # hidden, pytest shows the line of the test.
            raise error.with_traceback(None)  # noqa: B904 -- it is the same error
        yield response

    def _main_fetch(self) -> Generator[HttpRequest, HttpResponse, PageResponse]:
        while True:
            self._tainting = self._next_tainting()
            if self._tainting == "cors":
                yield from self._preflight()
            response = yield self._http_request()
            if self._tainting == "cors":
                cors_check(self._requester, response)
            if response.status not in REDIRECT_STATUSES:
                return self._filtered(response)
            if self._page.redirect == "error":
                sent = f"{response.status}"
                raise self._blocked(BlockReason.REDIRECT_MODE, sent, "any other status")
            if self._page.redirect == "manual":
                return PageResponse(type="opaqueredirect", url=self._url.without_fragment)
            location = self._location(response)
            if location is None:
                return self._filtered(response)
            self._redirect(response.status, location)

    def _next_tainting(self) -> _Tainting:
        """The *response tainting* of the current URL, or a network error."""
        page, url = self._page, self._url
        if self._tainting == "basic" and are_same_origin(url.origin, page.origin):
            return "basic"
        if page.mode == "same-origin":
            expected = f"a URL of {page.origin}, or the mode cors"
            raise self._blocked(BlockReason.SAME_ORIGIN_MODE, "", expected)
        if page.mode == "no-cors" and page.redirect != "follow":
            raise self._blocked(BlockReason.NO_CORS_REDIRECT_MODE, "", "the redirect mode follow")
        if not url.is_http:
            raise self._blocked(BlockReason.URL_SCHEME, "", "an http or https URL")
        return "opaque" if page.mode == "no-cors" else "cors"

    def _preflight(self) -> Generator[HttpRequest, HttpResponse, None]:
        """*CORS-preflight fetch*, if one is needed and the cache has not all that it would give."""
        is_forced = self._page.use_cors_preflight
        needs_method = is_forced or self._method not in SAFELISTED_METHODS
        unsafe = unsafe_request_header_names(self._headers)
        if not needs_method and not unsafe:
            return
        self._has_used_preflights = True
        requester = self._requester
        if (not needs_method or self._cache.allows_method(requester, self._method)) and all(
            self._cache.allows_header(requester, name) for name in unsafe
        ):
            return
        asked = [("Access-Control-Request-Method", self._method)]
        if unsafe:
            asked.append(("Access-Control-Request-Headers", ",".join(unsafe)))
        response = yield HttpRequest(
            method="OPTIONS",
            url=self._url.target,
            headers=(("Accept", "*/*"), *asked, *self._browser_headers("OPTIONS", "cors")),
            body=None,
            credentials=False,
            preflight=True,
        )
        answer = preflight_check(
            requester, self._method, self._headers, response, use_cors_preflight=is_forced
        )
        self._cache.store(
            requester,
            max_age=answer.max_age,
            methods=answer.methods,
            header_names=answer.header_names,
        )

    def _http_request(self) -> HttpRequest:
        page = self._page
        return HttpRequest(
            method=self._method,
            url=self._url.target,
            headers=(*self._headers, *self._browser_headers(self._method, page.mode)),
            body=self._body,
            credentials=page.credentials == "include"
            or (page.credentials == "same-origin" and self._tainting == "basic"),
            preflight=False,
        )

    def _browser_headers(self, method: str, mode: RequestMode) -> list[tuple[str, str]]:
        """The headers that tell the server where the request comes from."""
        origin, urls = self._page.origin, self._urls
        is_cors = self._tainting == "cors"
        return [
            *origin_headers(origin, urls, method=method, is_cors=is_cors, may_hide=mode != "cors"),
            *fetch_metadata(origin, urls, mode),
        ]

    def _location(self, response: HttpResponse) -> PageUrl | None:
        """The *location URL*; None without a ``Location``."""
        values = response.values("Location")
        if not values:
            return None
        location = parse_url(_as_text(values[0]), self._url) if len(values) == 1 else None
        sent = response.line("Location")
        if location is None:
            raise self._blocked(BlockReason.REDIRECT_LOCATION, sent, "one URL")
        if not location.is_http:
            raise self._blocked(BlockReason.REDIRECT_SCHEME, sent, "an http or https URL")
        if len(self._urls) > MAX_REDIRECTS:
            raise self._blocked(
                BlockReason.REDIRECT_COUNT, sent, "any other status than a redirect"
            )
        leaves_origin = self._page.mode == "cors" and not are_same_origin(
            self._page.origin, location.origin
        )
        if location.includes_credentials and (leaves_origin or self._tainting == "cors"):
            raise self._blocked(BlockReason.REDIRECT_CREDENTIALS, sent, location.target)
        if self._page.is_stream and self._body is not None and response.status != 303:
            raise self._blocked(BlockReason.REDIRECT_STREAM, sent, "the status 303")
        return location

    def _redirect(self, status: int, location: PageUrl) -> None:
        if (status in {301, 302} and self._method == "POST") or (
            status == 303 and self._method not in {"GET", "HEAD"}
        ):
            self._method = "GET"
            self._body = None
            self._delete_headers(REQUEST_BODY_HEADERS)
        if not are_same_origin(self._url.origin, location.origin):
            self._delete_headers(NON_WILDCARD_REQUEST_HEADERS)
        self._urls.append(location)

    def _delete_headers(self, names: frozenset[str]) -> None:
        self._headers = tuple(h for h in self._headers if h[0].lower() not in names)

    def _filtered(self, response: HttpResponse) -> PageResponse:
        if self._tainting == "opaque":
            return PageResponse(type="opaque")
        return PageResponse(
            type=self._tainting,
            status=response.status,
            headers=readable_headers(
                response, self._tainting, credentials=self._page.credentials == "include"
            ),
            url=self._url.without_fragment,
            redirected=len(self._urls) > 1,
        )

    def _blocked(self, reason: BlockReason, sent: str, expected: str) -> CorsBlocked:
        return CorsBlocked(reason, self._url.href, False, sent, expected)

    @property
    def _url(self) -> PageUrl:
        """The *current URL*."""
        return self._urls[-1]

    @property
    def _origin(self) -> str:
        """The *serialized request origin*."""
        return request_origin(self._page.origin, self._urls)

    @property
    def _requester(self) -> Requester:
        include = self._page.credentials == "include"
        return Requester(self._origin, self._url.href, credentials=include)


def _as_text(location: str) -> str:
    """A ``Location``, its bytes that are no UTF-8 percent-encoded, as in Chromium and Firefox."""
    return _NO_UTF_8.sub(lambda byte: f"%{ord(byte[0]) - 0xDC00:02X}", location)
