"""A browser for tests: what a page of some origin can do with an application, and what it sees.

Owns: `Browser`, the client's side of the Fetch standard over aiohttp's own test client, and its
record of preflights; `assert_no_wider`, the command ``diff`` as an assertion.
Leaves to: `aiohttp_cors.browser.fetch`, which needs no server, which requests are sent and what a
script may read of the answers; to `aiohttp_cors.browser.cookies` the cookies.

    browser = Browser(client, origin="https://app.example")
    response = await browser.fetch("/users", method="PUT", json={"name": "Ada"})

Not imported by ``import aiohttp_cors``: a server does not need it. `Browser` needs the extra
``aiohttp-cors[testing]``; the names beside it do not.
"""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from os import PathLike
from pathlib import Path
from typing import Protocol, final

from aiohttp import ClientResponse, ClientSession, web
from typing_extensions import override
from yarl import URL

from aiohttp_cors._tools.http_client import answer_to, beginning, client_session, header_lines
from aiohttp_cors._tools.locking.difference import Kind
from aiohttp_cors._tools.locking.difference_text import lines_of
from aiohttp_cors._tools.locking.lock_file import LockError
from aiohttp_cors._tools.locking.locked import difference_from
from aiohttp_cors._tools.request_body import BodyInit, extract_body
from aiohttp_cors.browser.body import BinaryFile, json_body
from aiohttp_cors.browser.checks import BlockReason, CorsBlocked, HttpResponse
from aiohttp_cors.browser.cookies import Cookie, Cookies, RefusedCookie
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
from aiohttp_cors.browser.url import parse_url

__all__ = (
    "BinaryFile",
    "BlockReason",
    "BodyInit",
    "Browser",
    "BrowserClient",
    "BrowserResponse",
    "Cookie",
    "Cookies",
    "CorsBlocked",
    "CredentialsMode",
    "Preflight",
    "RedirectMode",
    "RefusedCookie",
    "RequestMode",
    "ResponseType",
    "assert_no_wider",
)


def assert_no_wider(app: web.Application, lock: str | PathLike[str]) -> None:
    """Assert that no page may do what it could not do when the file `lock` was made.

    The file is what ``python -m aiohttp_cors lock MODULE:NAME`` printed. `app` need not have started.
    Raises `AssertionError` with the text of ``python -m aiohttp_cors diff``, one request for each
    difference; with one line for a file that is missing, damaged or of another version.

        def test_cors_is_no_wider_than_what_was_reviewed():
            assert_no_wider(create_app(), "cors.lock")
    """
    __tracebackhide__ = True
    try:
        difference = difference_from(Path(lock), app)
    except LockError as error:
        raise AssertionError(str(error)) from error
    if difference.of(Kind.WIDER):
        raise AssertionError("\n".join(lines_of(difference)))


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

    Two browsers on one client share nothing; `page` opens another page in the same browser. It has

    - `preflights`: the `Preflight`s that were really sent, in order, each with `url`, `method`,
      `headers` and `status`; a test may clear the list;
    - `cookies`: its `Cookies`, to look at or to set beforehand; `Cookies.refused` has what servers
      sent and it did not take, and why.

        async def test_strangers_see_nothing(aiohttp_client):
            client = await aiohttp_client(create_app())
            stranger = Browser(client, origin="https://evil.example")
            with pytest.raises(CorsBlocked) as blocked:
                await stranger.fetch("/users", credentials="include")
            assert blocked.value.reason is BlockReason.ALLOW_ORIGIN_MISSING

    The browser holds to the standard where engines do not: ``Access-Control-Allow-Headers: *``
    does not cover ``Authorization``, and a preflight is remembered for as long as the server says.
    ``Authorization`` is sent when a script sets it; the browser has no passwords of its own.

    Cookies follow ``SameSite`` (without it, ``Lax``). A cookie for other sites needs
    ``SameSite=None; Secure``. A ``Secure`` cookie needs TLS, or a server on this machine, as in
    Chromium and Firefox. Third-party cookies are not blocked; some engines block them by default.
    """

    preflights: list[Preflight]
    cookies: Cookies

    def __init__(self, client: BrowserClient, *, origin: str) -> None:
        __tracebackhide__ = True
        require("origin", origin, str)
        if not is_serialized_origin(origin):
            raise ValueError(f"{origin!r} is no origin; one is https://app.example, without a path")
        self.preflights = []
        self.cookies = Cookies()
        self._client = client
        self._origin = origin
        self._cache = PreflightCache()

    @override
    def __repr__(self) -> str:
        return f"<Browser {self._origin}>"

    @property
    def origin(self) -> str:
        """The origin of the page."""
        return self._origin

    def page(self, *, origin: str) -> "Browser":
        """Another page of the same browser: its cookies, its preflights and its clock are shared.

        victim = Browser(client, origin="https://app.example")
        attacker = victim.page(origin="https://evil.example")
        """
        page = Browser(self._client, origin=origin)
        page.preflights, page.cookies, page._cache = self.preflights, self.cookies, self._cache
        return page

    def advance(self, seconds: float | timedelta) -> None:
        """Let `seconds` pass for what the browser remembers: preflights and cookies."""
        self._cache.advance(seconds)
        self.cookies.advance(seconds)

    async def fetch(
        self,
        path: str | URL,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        credentials: CredentialsMode = "same-origin",
        mode: RequestMode = "cors",
        data: BodyInit | None = None,
        json: object = None,
        redirect: RedirectMode = "follow",
        upload_listener: bool = False,
    ) -> BrowserResponse:
        """What ``fetch(path, {...})`` gives the page, after the whole body has arrived.

        - `path`: on the client's server, or an absolute URL, as text or as ``url_for`` makes it;
          sent as a browser sends it, and redirects go wherever they lead;
        - `headers`: a ``MultiDict`` if a header is set more than once;
        - `data`: text; bytes; a mapping, for a ``URLSearchParams``; aiohttp's ``FormData``; an open
          binary file; an async iterable of bytes, for a stream. Its kind brings the
          ``Content-Type`` that a browser would send, unless `headers` has one;
        - `json`: what ``JSON.stringify`` is given, sent as ``application/json``; None for no body,
          so that ``null`` itself is ``data="null"`` with that ``Content-Type``;
        - `mode`: ``cors``, ``no-cors`` (the answer is hidden) or ``same-origin``;
        - `credentials`: ``same-origin``, ``include`` (cookies for other origins, too) or ``omit``;
        - `redirect`: ``follow``, ``error`` or ``manual`` (the redirect is hidden);
        - `upload_listener`: the request is an ``XMLHttpRequest`` that shows how far the upload is.
          Such a request is always preflighted, and so is a stream.

        Raises `CorsBlocked` if a check of the browser fails; `TypeError` if no script can ask for this
        (a text that is no URL, the method ``TRACE``, a body with ``GET``), and for an argument of
        another type; aiohttp's `ClientError` if the network fails. Headers that a script cannot set
        (``Cookie``, ``Origin``, ``Sec-*``) are silently left out, as in a browser.

            created = await browser.fetch("/users", method="POST", json={"name": "Ada"})
            assert created.status == 201
        """
        __tracebackhide__ = True  # pytest then shows the line of the test
        require("path", path, str, URL)
        headers = {} if headers is None else headers
        require("headers", headers, Mapping)
        url = parse_url(str(path), parse_url(str(self._client.make_url("/"))))
        if url is None:
            raise TypeError(f"not a URL: {path!r}")
        pairs = list(headers.items())
        body = None if data is None else await extract_body(data)
        if json is not None:
            if body is not None:
                raise TypeError("either data or json, not both")
            body = json_body(json)
            if not any(name.lower() == "content-type" for name, _ in pairs):
                pairs.append(("Content-Type", "application/json"))
        page = PageRequest(
            url=url.href,
            origin=self._origin,
            method=method,
            headers=tuple(pairs),
            body=None if body is None else body.content,
            body_type=None if body is None else body.type,
            mode=mode,
            credentials=credentials,
            redirect=redirect,
            is_stream=body is not None and body.is_stream,
            upload_listener=upload_listener,
        )
        # The connections and their TLS are the client's; its cookies and default headers are not.
        async with client_session(self._client.session.connector) as session:
            return await self._run(page, session)

    async def _run(self, page: PageRequest, session: ClientSession) -> BrowserResponse:
        __tracebackhide__ = True
        with closing(fetch_steps(page, self._cache)) as steps:
            body = b""
            step = next(steps)
            while isinstance(step, HttpRequest):
                cookies = self.cookies.header(step.url, self._origin) if step.credentials else None
                async with answer_to(step, cookies, session) as answer:
                    self._remember(step, answer)
                    text = await beginning(answer) if step.preflight else ""
                    head = HttpResponse(answer.status, header_lines(answer), text)
                    step = steps.send(head)
                    is_readable = isinstance(step, PageResponse) and step.has_body
                    body = await answer.read() if is_readable else b""
            return BrowserResponse(step, body)

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
            date = answer.headers.get("Date")
            for name, line in header_lines(answer):
                if name.lower() == "set-cookie":
                    self.cookies.receive(line, request.url, self._origin, date=date)
