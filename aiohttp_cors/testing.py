"""A browser for tests: what a page of some origin can do with an application, and what it sees.

    browser = Browser(client, origin="https://app.example")
    response = await browser.fetch("/users", method="PUT", json={"name": "Ada"})

`Browser` is the client's side of the Fetch standard over aiohttp's own test client. Knows HTTP and
cookies; which requests are sent and what a script may read of the answers is decided by
`aiohttp_cors.browser.fetch`, which can be used without a server.

Not imported by ``import aiohttp_cors``: a server does not need it.
"""

import json as json_module
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import timedelta
from http.cookies import CookieError, SimpleCookie
from typing import Final, Protocol, final
from urllib.parse import urlencode

from aiohttp import ClientError, ClientResponse, ClientSession, CookieJar, DummyCookieJar
from multidict import CIMultiDict
from typing_extensions import override
from yarl import URL

from aiohttp_cors.browser.checks import BlockReason, CorsBlocked, HttpResponse
from aiohttp_cors.browser.fetch import fetch_steps
from aiohttp_cors.browser.preflight_cache import PreflightCache
from aiohttp_cors.browser.request import (
    CredentialsMode,
    HttpRequest,
    PageRequest,
    PageResponse,
    RedirectMode,
    RequestMode,
    ResponseType,
    is_serialized_origin,
    require,
)
from aiohttp_cors.browser.response import BrowserResponse
from aiohttp_cors.browser.url import is_loopback

__all__ = (
    "BlockReason",
    "Browser",
    "BrowserClient",
    "BrowserResponse",
    "CorsBlocked",
    "CredentialsMode",
    "Preflight",
    "RedirectMode",
    "RequestMode",
    "ResponseType",
)

_TEXT: Final = "text/plain;charset=UTF-8"
# Bytes of a refused preflight's body; what this library says about a refusal is mostly shorter.
_SHOWN: Final = 200
_FORM: Final = "application/x-www-form-urlencoded;charset=UTF-8"


class BrowserClient(Protocol):
    """What `Browser` needs of a client: `aiohttp.test_utils.TestClient` is one."""

    @property
    def session(self) -> ClientSession:
        """The session whose connector carries the requests; nothing else of it is used."""
        ...

    def make_url(self, path: str, /) -> URL:
        """The absolute URL of a path on the server."""
        ...


@final
@dataclass(frozen=True, slots=True)
class Preflight:
    """A *CORS-preflight request* that was sent: ``Preflight(url, "PUT", ("content-type",), 200)``.

    - `url`: without fragment;
    - `method`: what ``Access-Control-Request-Method`` asked for;
    - `headers`: the names ``Access-Control-Request-Headers`` asked for, lower case, sorted;
    - `status`: of the answer, whether or not it passed the browser's checks.
    """

    url: str
    method: str
    headers: tuple[str, ...]
    status: int


@final
class Browser:
    """A browser with one page open, whose scripts are of `origin`.

    - `client`: aiohttp's test client, started; its server is the one that relative paths go to;
    - `origin`: the page's, as a browser writes it: ``https://app.example``, no path; ``null`` for a
      sandboxed frame or a local file. Where it is the server's own, the page is same-origin and
      nothing is checked: ``str(client.make_url("/").origin())``. `ValueError` if it is no origin.

    Two browsers on one client share nothing. Each has

    - `preflights`: the `Preflight`s that were really sent, in order, each with `url`, `method`,
      `headers` and `status`; a test may clear the list;
    - `cookie_jar`: its cookies.

        async def test_strangers_see_nothing(aiohttp_client):
            client = await aiohttp_client(create_app())
            stranger = Browser(client, origin="https://evil.example")
            with pytest.raises(CorsBlocked) as blocked:
                await stranger.fetch("/users", credentials="include")
            assert blocked.value.reason is BlockReason.ALLOW_ORIGIN_MISSING

    The browser holds to the standard where engines do not: ``Access-Control-Allow-Headers: *``
    does not cover ``Authorization``, and a preflight is remembered for as long as the server says.
    ``Authorization`` is sent when a script sets it; the browser has no passwords of its own.

    Its cookies are simpler than a browser's. All count as same-site, whatever their ``SameSite``
    says and wherever the page is from; ``__Host-`` means nothing; a ``Secure`` cookie is also sent
    without TLS to a server on this machine, as Chromium and Firefox do; one whose ``Domain`` is not
    the server's is dropped; `advance` does not age them.
    """

    preflights: list[Preflight]

    def __init__(self, client: BrowserClient, *, origin: str) -> None:
        require("origin", origin, str)
        if not is_serialized_origin(origin):
            raise ValueError(f"{origin!r} is no origin; one is https://app.example, without a path")
        self.preflights = []
        self._client = client
        self._origin = origin
        self._cache = PreflightCache()
        self._cookie_jar: CookieJar | None = None

    @override
    def __repr__(self) -> str:
        return f"<Browser {self._origin}>"

    @property
    def origin(self) -> str:
        """The origin of the page."""
        return self._origin

    @property
    def cookie_jar(self) -> CookieJar:
        """The cookies the browser has, to look at or to set beforehand; ports do not matter to it.

        Precondition: an event loop runs, as in a test.
        """
        # The jar asks for the loop; a browser is also made in fixtures that have none.
        if self._cookie_jar is None:
            self._cookie_jar = CookieJar(unsafe=True)
        return self._cookie_jar

    def advance(self, seconds: float | timedelta) -> None:
        """Let `seconds` pass for what the browser remembers of preflights; cookies do not age."""
        self._cache.advance(seconds)

    async def fetch(
        self,
        path: str | URL,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        credentials: CredentialsMode = "same-origin",
        mode: RequestMode = "cors",
        data: str | bytes | Mapping[str, str] | None = None,
        json: object = None,
        redirect: RedirectMode = "follow",
    ) -> BrowserResponse:
        """What ``fetch(path, {...})`` gives the page, once the body has come to its end.

        - `path`: on the client's server, or an absolute URL, as text or as ``url_for`` makes it;
          redirects go wherever they lead;
        - `headers`: a ``MultiDict`` for one that is set more than once;
        - `data`: text, bytes (sent without ``Content-Type``) or a form's fields; its kind brings the
          ``Content-Type`` that a browser would send, unless `headers` has one;
        - `json`: what ``JSON.stringify`` is given, sent as ``application/json``; None for no body, so
          that ``null`` itself is ``data="null"`` with that ``Content-Type``;

        - `mode`: ``cors``, ``no-cors`` (the answer is hidden) or ``same-origin``;
        - `credentials`: ``same-origin``, ``include`` (cookies for other origins, too) or ``omit``;
        - `redirect`: ``follow``, ``error`` or ``manual`` (the redirect is hidden).

        Raises `CorsBlocked` where the page's promise is rejected because a check failed; `TypeError`
        where it is rejected because a script cannot ask for this (what is no URL, method ``TRACE``,
        a body with ``GET``), and for an argument of another type; aiohttp's `ClientError` where the
        network is the reason. Headers that a script cannot set (``Cookie``, ``Origin``, ``Sec-*``)
        are left out without a word, as in a browser.

            created = await browser.fetch("/users", method="POST", json={"name": "Ada"})
            assert created.status == 201
        """
        __tracebackhide__ = True  # pytest then shows the line of the test
        require("path", path, str, URL)
        headers = {} if headers is None else headers
        require("headers", headers, Mapping)
        try:
            url = self._client.make_url("/").join(URL(path))
        except ValueError as error:
            raise TypeError(f"not a URL: {path!r}") from error
        pairs = list(headers.items())
        body, body_type = _extracted(data)
        if json is not None:
            if body is not None:
                raise TypeError("either data or json, not both")
            body, body_type = json_module.dumps(json).encode(), _TEXT
            if not any(name.lower() == "content-type" for name, _ in pairs):
                pairs.append(("Content-Type", "application/json"))
        page = PageRequest(
            url=str(url),
            origin=self._origin,
            method=method,
            headers=tuple(pairs),
            body=body,
            body_type=body_type,
            mode=mode,
            credentials=credentials,
            redirect=redirect,
        )
        # The connections and their TLS are the client's; its cookies and default headers are not.
        async with ClientSession(
            connector=self._client.session.connector,
            connector_owner=False,
            cookie_jar=DummyCookieJar(),
        ) as session:
            return await self._run(page, session)

    async def _run(self, page: PageRequest, session: ClientSession) -> BrowserResponse:
        __tracebackhide__ = True
        with closing(fetch_steps(page, self._cache)) as steps:
            body = b""
            step = next(steps)
            while isinstance(step, HttpRequest):
                async with session.request(
                    _ExactMethod(step.method),
                    URL(step.url, encoded=True),
                    headers=CIMultiDict([*step.headers, *self._cookie_header(step)]),
                    data=step.body,
                    allow_redirects=False,
                    skip_auto_headers=("Content-Type",),
                ) as answer:
                    self._remember(step, answer)
                    is_refusal = step.preflight and not 200 <= answer.status <= 299
                    text = await _beginning(answer) if is_refusal else ""
                    head = HttpResponse(answer.status, tuple(answer.headers.items()), text)
                    step = steps.send(head)
                    is_readable = isinstance(step, PageResponse) and step.has_body
                    body = await answer.read() if is_readable else b""
            return BrowserResponse(step, body)

    def _cookie_header(self, request: HttpRequest) -> list[tuple[str, str]]:
        if not request.credentials:
            return []
        url = URL(request.url, encoded=True)
        # To browsers a server on this machine is as good as one with TLS.
        if is_loopback(url.host or ""):
            url = url.with_scheme("https")
        cookies = self.cookie_jar.filter_cookies(url)
        pairs = [f"{name}={morsel.coded_value}" for name, morsel in cookies.items()]
        return [("Cookie", "; ".join(pairs))] if pairs else []

    def _remember(self, request: HttpRequest, answer: ClientResponse) -> None:
        if request.preflight:
            asked = dict(request.headers)
            names = asked.get("Access-Control-Request-Headers", "")
            self.preflights.append(
                Preflight(
                    request.url,
                    asked["Access-Control-Request-Method"],
                    tuple(names.split(",")) if names else (),
                    answer.status,
                )
            )
        if request.credentials:
            # Line by line: cookies of one name and different paths are different cookies.
            for line in answer.headers.getall("Set-Cookie", ()):
                with suppress(CookieError):  # a name that browsers take and http.cookies does not
                    self.cookie_jar.update_cookies(SimpleCookie(line), answer.url)


class _ExactMethod(str):
    """A method that aiohttp sends as it is: a browser told ``patch`` does not send ``PATCH``."""

    __slots__ = ()

    @override
    def upper(self) -> str:
        return self


async def _beginning(answer: ClientResponse) -> str:
    """How the body begins, as far as it comes: it explains a refusal and decides nothing."""
    beginning = b""
    with suppress(ClientError):
        while missing := _SHOWN - len(beginning):
            chunk = await answer.content.read(missing)
            if not chunk:
                break
            beginning += chunk
    return beginning.decode(errors="replace")


def _extracted(data: str | bytes | Mapping[str, str] | None) -> tuple[bytes | None, str | None]:
    """Fetch's *extract a body*: the bytes, and the type that this kind of body has."""
    match data:
        case None:
            return None, None
        case str():
            return data.encode(), _TEXT
        case bytes():
            return data, None
        case _:
            return urlencode(data).encode(), _FORM
