"""`testing.Browser` against servers on real sockets.

The servers write their CORS headers by hand: what is tested is what the browser does with them.
"""

import socket
from asyncio import StreamReader, StreamWriter, start_server
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, cast

import pytest
from aiohttp import ClientConnectionError, ClientSession, FormData, TCPConnector, web
from aiohttp.abc import AbstractResolver
from aiohttp.test_utils import TestClient
from multidict import CIMultiDict, MultiDict
from pytest_aiohttp.plugin import AiohttpClient
from typing_extensions import override
from yarl import URL

from aiohttp_cors.testing import (
    BlockReason,
    Browser,
    CorsBlocked,
    Preflight,
    RequestMode,
)

if TYPE_CHECKING:  # aiohttp 3.9 has none
    from aiohttp.abc import ResolveResult

# A string, because aiohttp 3.9's is not generic.
Client: TypeAlias = "TestClient[web.Request, web.Application]"

PAGE = "https://app.example"


@dataclass
class Site:
    """A server that answers each path as it was told, and keeps what it was asked."""

    answers: dict[str, Callable[[web.Request], Awaitable[web.StreamResponse]]]
    asked: list[web.BaseRequest] = field(default_factory=list[web.BaseRequest])
    bodies: list[bytes] = field(default_factory=list[bytes])

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        self.bodies.append(await request.read())
        return await self.answers[request.path](request)

    @property
    def app(self) -> web.Application:
        app = web.Application(client_max_size=2**21)
        app.router.add_route("*", "/{path:.*}", self.handle)
        return app


def answering(
    *headers: tuple[str, str], status: int = 200, text: str = "hello"
) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handler(request: web.Request) -> web.Response:
        body = None if request.method == "OPTIONS" else text
        return web.Response(status=status, text=body, headers=CIMultiDict(headers))

    return handler


ANY = ("Access-Control-Allow-Origin", "*")
PAGE_ALLOWED = ("Access-Control-Allow-Origin", PAGE)
CREDENTIALS_ALLOWED = ("Access-Control-Allow-Credentials", "true")
METHODS_ALLOWED = ("Access-Control-Allow-Methods", "PUT,DELETE")
HEADERS_ALLOWED = ("Access-Control-Allow-Headers", "Content-Type")

EVERYTHING = (ANY, METHODS_ALLOWED, HEADERS_ALLOWED)


@dataclass
class AtServer:
    """A client of a server that aiohttp has not made."""

    session: ClientSession
    base: URL

    def make_url(self, path: str, /) -> URL:
        return self.base.join(URL(path))


async def open_page(
    aiohttp_client: AiohttpClient, site: Site, *, origin: str | None = PAGE
) -> tuple[Browser, Client]:
    """A browser and the client it uses; without an `origin`, the page is the server's own."""
    client: Client = await aiohttp_client(site.app)
    own = str(client.make_url("/").origin())
    return Browser(client, origin=own if origin is None else origin), client


async def test_a_shared_response_is_readable(aiohttp_client: AiohttpClient) -> None:
    exposed = ("Access-Control-Expose-Headers", "X-A")
    site = Site({"/": answering(ANY, exposed, ("X-A", "1"), ("X-A", "2"), ("X-B", "3"))})
    browser, client = await open_page(aiohttp_client, site)
    response = await browser.fetch("/")
    assert (response.type, response.status, response.ok) == ("cors", 200, True)
    assert (response.url, response.redirected) == (str(client.make_url("/")), False)
    assert dict(response.headers) == {
        "content-length": "5",
        "content-type": "text/plain; charset=utf-8",
        "x-a": "1, 2",
    }
    assert response.headers["X-A"] == "1, 2"
    assert await response.read() == b"hello"
    assert await response.text() == "hello"
    assert repr(response) == f"<BrowserResponse cors 200 {client.make_url('/')}>"
    assert site.asked[0].headers["Origin"] == PAGE
    assert site.asked[0].headers["Accept"] == "*/*"
    assert site.asked[0].headers["Sec-Fetch-Site"] == "cross-site"
    assert browser.preflights == []


async def test_a_response_that_is_not_shared_is_blocked(aiohttp_client: AiohttpClient) -> None:
    browser, client = await open_page(aiohttp_client, Site({"/": answering(status=401)}))
    with pytest.raises(CorsBlocked) as blocked:
        await browser.fetch("/")
    assert blocked.value.reason is BlockReason.ALLOW_ORIGIN_MISSING
    assert str(blocked.value) == (
        f"{client.make_url('/')}: the CORS check found no allowed origin: the server sent "
        f"401 without Access-Control-Allow-Origin; expected Access-Control-Allow-Origin: {PAGE}"
    )


async def test_a_page_of_the_servers_own_origin_needs_nothing(
    aiohttp_client: AiohttpClient,
) -> None:
    site = Site({"/": answering(("X-A", "1"), ("Set-Cookie", "a=b"), status=404)})
    browser, _ = await open_page(aiohttp_client, site, origin=None)
    response = await browser.fetch("/", method="PUT", headers={"X-B": "1"}, json=[1])
    assert (response.type, response.status, response.ok) == ("basic", 404, False)
    assert response.headers["X-A"] == "1"
    assert "Set-Cookie" not in response.headers
    assert [request.method for request in site.asked] == ["PUT"]
    assert site.asked[0].headers["Origin"] == browser.origin
    assert repr(browser) == f"<Browser {browser.origin}>"


@pytest.fixture
async def client(aiohttp_client: AiohttpClient) -> Client:
    return await aiohttp_client(Site({"/": answering(("Set-Cookie", "a=1"), ANY)}).app)


@pytest.fixture
def browser(client: Client) -> Browser:
    return Browser(client, origin=PAGE)


async def test_a_browser_can_be_made_in_a_fixture_without_an_event_loop(browser: Browser) -> None:
    assert (await browser.fetch("/", mode="no-cors", credentials="include")).type == "opaque"
    assert [cookie.line for cookie in browser.cookies.refused] == ["a=1"]


async def test_a_page_with_an_opaque_origin_needs_permission_for_null(
    aiohttp_client: AiohttpClient,
) -> None:
    site = Site({"/": answering(("Access-Control-Allow-Origin", "null"))})
    browser, _ = await open_page(aiohttp_client, site, origin="null")
    assert (await browser.fetch("/")).type == "cors"
    assert site.asked[0].headers["Origin"] == "null"


async def test_preflights_are_recorded(aiohttp_client: AiohttpClient) -> None:
    site = Site({"/": answering(*EVERYTHING)})
    browser, client = await open_page(aiohttp_client, site)
    await browser.fetch("/", method="PUT", json={"name": "Ada"})
    await browser.fetch("/?2", method="DELETE")
    url = str(client.make_url("/"))
    assert browser.preflights == [
        Preflight(url, "PUT", ("content-type",), 200),
        Preflight(f"{url}?2", "DELETE", (), 200),
    ]
    assert [request.method for request in site.asked] == ["OPTIONS", "PUT", "OPTIONS", "DELETE"]
    assert site.asked[0].headers["Access-Control-Request-Headers"] == "content-type"
    assert site.asked[1].headers["Content-Type"] == "application/json"
    assert site.bodies[1] == b'{"name": "Ada"}'


async def test_a_refused_preflight_is_recorded_and_blocks(aiohttp_client: AiohttpClient) -> None:
    site = Site({"/": answering(status=403)})
    browser, client = await open_page(aiohttp_client, site)
    with pytest.raises(CorsBlocked) as blocked:
        await browser.fetch("/", method="PUT")
    assert blocked.value.preflight
    assert browser.preflights == [Preflight(str(client.make_url("/")), "PUT", (), 403)]
    assert [request.method for request in site.asked] == ["OPTIONS"]


async def blocked_by(
    aiohttp_client: AiohttpClient, preflight: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> str:
    """What a `CorsBlocked` says was sent, where a preflight is answered by `preflight`."""
    browser, _ = await open_page(aiohttp_client, Site({"/": preflight}))
    with pytest.raises(CorsBlocked) as blocked:
        await browser.fetch("/", method="PUT")
    return blocked.value.sent


async def test_the_body_of_a_refused_preflight_is_in_the_explanation(
    aiohttp_client: AiohttpClient,
) -> None:
    async def refuse(_: web.Request) -> web.Response:
        return web.Response(status=403, text="request method 'PUT' is not allowed")

    assert await blocked_by(aiohttp_client, refuse) == (
        "403 without Access-Control-Allow-Origin (\"request method 'PUT' is not allowed\")"
    )


async def test_the_body_of_a_refusal_with_status_200_is_in_the_explanation(
    aiohttp_client: AiohttpClient,
) -> None:
    async def refuse(_: web.Request) -> web.Response:
        headers = {ANY[0]: ANY[1], "Access-Control-Allow-Methods": "GET"}
        return web.Response(text="request method 'PUT' is not allowed", headers=headers)

    assert await blocked_by(aiohttp_client, refuse) == (
        "Access-Control-Allow-Methods: GET (\"request method 'PUT' is not allowed\")"
    )


async def test_the_body_of_a_preflight_that_passes_stops_nothing(
    aiohttp_client: AiohttpClient,
) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(text="hello" * 100, headers=CIMultiDict(EVERYTHING))

    browser, _ = await open_page(aiohttp_client, Site({"/": answer}))
    assert await (await browser.fetch("/", method="PUT")).text() == "hello" * 100


async def test_no_more_than_the_beginning_of_a_refusal_is_shown(
    aiohttp_client: AiohttpClient,
) -> None:
    async def refuse(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(status=500)
        await response.prepare(request)
        for _ in range(50):
            await response.write(b"\xffabcd")
        await response.write(b"and more")
        return response

    shown = "\N{REPLACEMENT CHARACTER}abcd" * 40
    assert await blocked_by(aiohttp_client, refuse) == (
        f"500 without Access-Control-Allow-Origin ({shown!r})"
    )


async def test_a_refusal_that_breaks_off_is_a_refusal(aiohttp_client: AiohttpClient) -> None:
    async def serve(reader: StreamReader, writer: StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 100\r\n\r\nno upstr")
        writer.close()
        await writer.wait_closed()

    browser, _ = await open_page(aiohttp_client, Site({}))
    async with await start_server(serve, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        with pytest.raises(CorsBlocked) as blocked:
            await browser.fetch(url, method="PUT")
    assert blocked.value.reason is BlockReason.ALLOW_ORIGIN_MISSING
    assert blocked.value.sent.startswith("502 without Access-Control-Allow-Origin")


async def test_preflights_are_remembered_until_the_clock_moves(
    aiohttp_client: AiohttpClient,
) -> None:
    site = Site({"/": answering(*EVERYTHING, ("Access-Control-Max-Age", "60"))})
    browser, _ = await open_page(aiohttp_client, site)
    await browser.fetch("/", method="PUT")
    browser.advance(59)
    await browser.fetch("/", method="DELETE")
    assert len(browser.preflights) == 1
    browser.advance(1)
    await browser.fetch("/", method="DELETE")
    assert len(browser.preflights) == 2


async def test_the_clock_is_moved_by_a_timedelta_too(aiohttp_client: AiohttpClient) -> None:
    site = Site({"/": answering(*EVERYTHING, ("Access-Control-Max-Age", "600"))})
    browser, _ = await open_page(aiohttp_client, site)
    await browser.fetch("/", method="PUT")
    browser.advance(timedelta(minutes=9, seconds=59.5))
    await browser.fetch("/", method="PUT")
    assert len(browser.preflights) == 1
    browser.advance(timedelta(seconds=0.5))
    await browser.fetch("/", method="PUT")
    assert len(browser.preflights) == 2


async def test_two_browsers_share_nothing(aiohttp_client: AiohttpClient) -> None:
    headers = (*EVERYTHING[1:], PAGE_ALLOWED, CREDENTIALS_ALLOWED, ("Set-Cookie", "a=b"))
    site = Site({"/": answering(*headers)})
    browser, client = await open_page(aiohttp_client, site)
    other = Browser(client, origin=PAGE)
    for each in (browser, other):
        await each.fetch("/", method="PUT", credentials="include")
        assert len(each.preflights) == 1
    assert all("Cookie" not in request.headers for request in site.asked)


async def test_a_method_is_sent_as_the_script_wrote_it(aiohttp_client: AiohttpClient) -> None:
    # aiohttp's own parser takes no `patch`, which is no reason for a browser to send `PATCH`.
    lines: list[bytes] = []

    async def serve(reader: StreamReader, writer: StreamWriter) -> None:
        lines.append((await reader.readuntil(b"\r\n\r\n")).partition(b"\r\n")[0])
        writer.write(
            b"HTTP/1.1 204 No Content\r\n"
            b"Access-Control-Allow-Origin: *\r\n"
            b"Access-Control-Allow-Methods: patch\r\n"
            b"Connection: close\r\n\r\n"
        )
        writer.close()
        await writer.wait_closed()

    browser, _ = await open_page(aiohttp_client, Site({}))
    async with await start_server(serve, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        response = await browser.fetch(url, method="patch")
    assert response.status == 204
    assert lines == [b"OPTIONS / HTTP/1.1", b"patch / HTTP/1.1"]


@pytest.mark.parametrize("mode", ["cors", "no-cors"])
async def test_the_kind_of_a_body_brings_its_type(
    aiohttp_client: AiohttpClient, mode: RequestMode
) -> None:
    site = Site({"/": answering(ANY)})
    browser, _ = await open_page(aiohttp_client, site)
    await browser.fetch("/", method="POST", data="grüß dich", mode=mode)
    await browser.fetch("/", method="POST", data={"a": "b c", "ä": "&"}, mode=mode)
    await browser.fetch("/", method="POST", data=b"\0\xff", mode=mode)
    await browser.fetch("/", method="POST", mode=mode)
    assert [request.headers.get("Content-Type") for request in site.asked] == [
        "text/plain;charset=UTF-8",
        "application/x-www-form-urlencoded;charset=UTF-8",
        None,
        None,
    ]
    assert site.bodies == ["grüß dich".encode(), b"a=b+c&%C3%A4=%26", b"\0\xff", b""]


async def test_a_page_sends_forms_files_and_bytes(aiohttp_client: AiohttpClient) -> None:
    site = Site({"/": answering(ANY)})
    browser, _ = await open_page(aiohttp_client, site)
    await browser.fetch("/", method="POST", data=FormData({"a": "1"}))
    await browser.fetch("/", method="POST", data=BytesIO(b"x"))
    await browser.fetch("/", method="POST", data=bytearray(b"y"))
    # More than aiohttp takes as bytes without a word.
    await browser.fetch("/", method="POST", data=memoryview(bytes(2**20 + 1)))
    first, *others = (request.headers.get("Content-Type") for request in site.asked)
    assert first is not None
    assert first.startswith("multipart/form-data; boundary=")
    assert others == [None] * 3
    assert (site.bodies[1], site.bodies[2], len(site.bodies[3])) == (b"x", b"y", 2**20 + 1)
    assert browser.preflights == []


async def test_a_type_that_a_form_cannot_have_needs_a_preflight(
    aiohttp_client: AiohttpClient, tmp_path: Path
) -> None:
    browser, _ = await open_page(aiohttp_client, Site({"/": answering(*EVERYTHING)}))
    (tmp_path / "a.png").write_bytes(b"png")
    with (tmp_path / "a.png").open("rb") as photo:
        await browser.fetch("/", method="POST", data=photo)
    assert [preflight.headers for preflight in browser.preflights] == [("content-type",)]


async def test_an_upload_listener_and_a_stream_are_preflighted(
    aiohttp_client: AiohttpClient,
) -> None:
    async def stream() -> AsyncIterator[bytes]:
        yield b"ab"
        yield b"c"

    site = Site({"/": answering(ANY), "/2": answering(ANY)})
    browser, _ = await open_page(aiohttp_client, site)
    await browser.fetch("/", method="POST", data="x", upload_listener=True)
    await browser.fetch("/", method="POST", data="x", upload_listener=True)
    await browser.fetch("/2", method="POST", data=stream())
    assert [request.method for request in site.asked] == [
        *("OPTIONS", "POST", "POST"),
        *("OPTIONS", "POST"),
    ]
    assert [preflight.headers for preflight in browser.preflights] == [(), ()]
    assert site.bodies[4] == b"abc"


async def test_a_body_that_no_page_sends_is_a_type_error(aiohttp_client: AiohttpClient) -> None:
    browser, _ = await open_page(aiohttp_client, Site({}))
    with pytest.raises(TypeError, match=r"^data is nothing that fetch takes for a body: 1$"):
        await browser.fetch("/", method="POST", data=cast("str", 1))


async def test_a_json_body_without_cors_is_plain_text(aiohttp_client: AiohttpClient) -> None:
    site = Site({"/": answering()})
    browser, _ = await open_page(aiohttp_client, site)
    response = await browser.fetch("/", method="POST", json=[1], mode="no-cors")
    assert site.asked[0].headers["Content-Type"] == "text/plain;charset=UTF-8"
    assert site.bodies == [b"[1]"]
    assert (response.type, response.status, response.ok) == ("opaque", 0, False)
    assert (response.url, dict(response.headers)) == ("", {})
    assert await response.text() == ""


async def test_a_content_type_of_the_script_stays(aiohttp_client: AiohttpClient) -> None:
    site = Site({"/": answering(*EVERYTHING)})
    browser, _ = await open_page(aiohttp_client, site)
    headers = {"content-type": "application/merge-patch+json"}
    await browser.fetch("/", method="PUT", headers=headers, json={})
    assert list(site.asked[1].headers.getall("Content-Type")) == ["application/merge-patch+json"]


async def test_a_header_can_be_given_twice(aiohttp_client: AiohttpClient) -> None:
    site = Site({"/": answering(ANY)})
    browser, _ = await open_page(aiohttp_client, site)
    await browser.fetch("/", headers=MultiDict([("Accept", "a/b"), ("Accept", "c/d")]))
    assert list(site.asked[0].headers.getall("Accept")) == ["a/b", "c/d"]


async def test_data_and_json_do_not_go_together(aiohttp_client: AiohttpClient) -> None:
    browser, _ = await open_page(aiohttp_client, Site({}))
    with pytest.raises(TypeError, match="not both"):
        await browser.fetch("/", method="POST", data="x", json={})


async def test_what_no_script_can_ask_for_is_a_type_error(aiohttp_client: AiohttpClient) -> None:
    browser, _ = await open_page(aiohttp_client, Site({}))
    with pytest.raises(TypeError, match="TRACE"):
        await browser.fetch("/", method="TRACE")


async def test_a_url_that_cannot_be_parsed_is_a_type_error(aiohttp_client: AiohttpClient) -> None:
    browser, _ = await open_page(aiohttp_client, Site({}))
    for url in ("http://[bad", "http://127.0.0.1:99999/"):
        with pytest.raises(TypeError, match="not a URL") as refused:
            await browser.fetch(url)
        assert repr(url) in str(refused.value)


async def test_an_argument_of_another_type_is_a_type_error_that_names_it(
    aiohttp_client: AiohttpClient,
) -> None:
    browser, client = await open_page(aiohttp_client, Site({}))
    with pytest.raises(TypeError, match=r"^origin is not a str: None$"):
        Browser(client, origin=cast("str", None))
    with pytest.raises(TypeError, match=r"^path is not a str or URL: None$"):
        await browser.fetch(cast("str", None))
    with pytest.raises(TypeError, match=r"^headers is not a Mapping: \[\('X-A', '1'\)\]$"):
        await browser.fetch("/", headers=cast("dict[str, str]", [("X-A", "1")]))
    with pytest.raises(TypeError, match=r"^method is not a str: 1$"):
        await browser.fetch("/", method=cast("str", 1))
    with pytest.raises(TypeError, match=r"^the value of X-Debug is not a str: 1$"):
        await browser.fetch("/", headers={"X-Debug": cast("str", 1)})


async def test_an_origin_has_no_path(aiohttp_client: AiohttpClient) -> None:
    client: Client = await aiohttp_client(web.Application())
    with pytest.raises(ValueError, match="without a path"):
        Browser(client, origin="https://app.example/")


async def test_text_is_utf_8_whatever_the_headers_say(aiohttp_client: AiohttpClient) -> None:
    async def latin(_: web.Request) -> web.Response:
        body = b'\xef\xbb\xbf{"a": "\xff"}'
        headers = {"Content-Type": "text/plain; charset=latin-1", ANY[0]: ANY[1]}
        return web.Response(body=body, headers=headers)

    browser, _ = await open_page(aiohttp_client, Site({"/": latin}))
    response = await browser.fetch("/")
    assert await response.text() == '{"a": "\N{REPLACEMENT CHARACTER}"}'
    assert await response.json() == {"a": "\N{REPLACEMENT CHARACTER}"}


async def test_json_that_is_none_is_a_value_error(aiohttp_client: AiohttpClient) -> None:
    browser, _ = await open_page(aiohttp_client, Site({"/": answering(ANY)}))
    response = await browser.fetch("/")
    with pytest.raises(ValueError, match="Expecting value"):
        await response.json()


async def test_a_stream_is_read_to_its_end(aiohttp_client: AiohttpClient) -> None:
    async def stream(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={ANY[0]: ANY[1]})
        await response.prepare(request)
        await response.write(b"a")
        await response.write(b"b")
        return response

    browser, _ = await open_page(aiohttp_client, Site({"/": stream}))
    assert await (await browser.fetch("/")).text() == "ab"


async def misuse(browser: Browser) -> None:
    await browser.fetch("/", data="a", json={})


async def fetch_what_is_not_shared(browser: Browser) -> None:
    await browser.fetch("/")


async def fetch_what_needs_a_preflight(browser: Browser) -> None:
    await browser.fetch("/", method="PUT")


async def fetch_without_a_request(browser: Browser) -> None:
    await browser.fetch("/", mode="same-origin")


@pytest.mark.parametrize(
    "call",
    [misuse, fetch_what_is_not_shared, fetch_what_needs_a_preflight, fetch_without_a_request],
    ids=lambda call: call.__name__,
)
async def test_pytest_shows_the_line_that_fetches_and_no_other(
    aiohttp_client: AiohttpClient, call: Callable[[Browser], Awaitable[None]]
) -> None:
    browser, _ = await open_page(aiohttp_client, Site({"/": answering()}))
    with pytest.raises((CorsBlocked, TypeError)) as raised:
        await call(browser)
    *_, last = raised.traceback.filter(raised)
    assert (str(last.path), last.name) == (__file__, call.__name__)


# Cookies

CROSS_SITE = "SameSite=None; Secure"


async def test_cookies_go_and_come_with_credentials_only(aiohttp_client: AiohttpClient) -> None:
    headers = (PAGE_ALLOWED, CREDENTIALS_ALLOWED)
    lines = (f"a=1; {CROSS_SITE}", f'b="2 3"; Path=/x; {CROSS_SITE}')
    site = Site(
        {
            "/": answering(*headers),
            "/set": answering(*headers, *(("Set-Cookie", line) for line in lines)),
        }
    )
    browser, _ = await open_page(aiohttp_client, site)
    await browser.fetch("/set")
    assert len(browser.cookies) == 0
    await browser.fetch("/set", credentials="include")
    assert [(cookie.name, cookie.value) for cookie in browser.cookies] == [
        ("a", "1"),
        ("b", '"2 3"'),
    ]
    site.asked.clear()
    await browser.fetch("/", credentials="include")
    await browser.fetch("/")
    await browser.fetch("/", credentials="omit")
    assert [request.headers.get("Cookie") for request in site.asked] == ["a=1", None, None]


async def test_a_page_of_the_servers_own_origin_has_cookies_unless_it_omits_them(
    aiohttp_client: AiohttpClient,
) -> None:
    site = Site({"/": answering(("Set-Cookie", "a=1"))})
    browser, _ = await open_page(aiohttp_client, site, origin=None)
    await browser.fetch("/", credentials="omit")
    await browser.fetch("/")
    await browser.fetch("/")
    await browser.fetch("/", credentials="omit")
    assert [request.headers.get("Cookie") for request in site.asked] == [None, None, "a=1", None]


async def test_cookies_of_a_blocked_response_are_kept(aiohttp_client: AiohttpClient) -> None:
    site = Site({"/": answering(("Set-Cookie", f"a=1; {CROSS_SITE}"))})
    browser, _ = await open_page(aiohttp_client, site)
    with pytest.raises(CorsBlocked):
        await browser.fetch("/", credentials="include")
    assert [cookie.name for cookie in browser.cookies] == ["a"]


async def test_a_preflight_has_no_cookies(aiohttp_client: AiohttpClient) -> None:
    line = ("Set-Cookie", f"b=2; {CROSS_SITE}")

    async def answer(request: web.Request) -> web.Response:
        headers = (*EVERYTHING[1:], PAGE_ALLOWED, CREDENTIALS_ALLOWED)
        asks = request.method == "OPTIONS"
        return web.Response(headers=CIMultiDict([*headers, line] if asks else headers))

    site = Site({"/": answer})
    browser, client = await open_page(aiohttp_client, site)
    browser.cookies.set(f"a=1; {CROSS_SITE}", str(client.make_url("/")))
    await browser.fetch("/", method="PUT", credentials="include")
    assert [request.headers.get("Cookie") for request in site.asked] == [None, "a=1"]
    assert [cookie.name for cookie in browser.cookies] == ["a"]


@pytest.mark.parametrize(
    "attributes, origin, expected",
    [
        (CROSS_SITE, PAGE, 200),
        ("", PAGE, 401),
        ("Secure", PAGE, 401),
        ("SameSite=None", PAGE, 401),
        ("SameSite=Lax; Secure", PAGE, 401),
        ("", "http://127.0.0.1:9", 200),
        ("SameSite=Strict", "http://127.0.0.1:9", 200),
        ("", "https://127.0.0.1", 401),
    ],
)
async def test_a_login_across_sites_needs_a_cookie_for_all_sites(
    aiohttp_client: AiohttpClient, attributes: str, origin: str, expected: int
) -> None:
    async def log_in(request: web.Request) -> web.Response:
        lines = [
            (ANY[0], origin),
            CREDENTIALS_ALLOWED,
            ("Set-Cookie", f"session=ada; {attributes}"),
        ]
        return web.Response(headers=CIMultiDict(lines))

    async def greet(request: web.Request) -> web.Response:
        status = 200 if request.cookies.get("session") == "ada" else 401
        headers = CIMultiDict([(ANY[0], origin), CREDENTIALS_ALLOWED])
        return web.Response(status=status, headers=headers)

    site = Site({"/session": log_in, "/me": greet})
    browser, _ = await open_page(aiohttp_client, site, origin=origin)
    await browser.fetch("/session", method="POST", credentials="include")
    assert (await browser.fetch("/me", credentials="include")).status == expected


async def test_cookies_get_older_with_the_browser(aiohttp_client: AiohttpClient) -> None:
    site = Site({"/": answering(("Set-Cookie", "a=1; Max-Age=60"))})
    browser, _ = await open_page(aiohttp_client, site, origin=None)
    await browser.fetch("/")
    browser.advance(timedelta(seconds=60))
    await browser.fetch("/")
    assert "Cookie" not in site.asked[1].headers


async def test_a_cookie_that_aiohttp_deletes_is_gone(aiohttp_client: AiohttpClient) -> None:
    async def log_out(request: web.Request) -> web.Response:
        response = web.Response()
        response.del_cookie("a")
        return response

    site = Site({"/": answering(("Set-Cookie", "a=1; Path=/")), "/logout": log_out})
    browser, _ = await open_page(aiohttp_client, site, origin=None)
    await browser.fetch("/")
    assert len(browser.cookies) == 1
    await browser.fetch("/logout")
    assert len(browser.cookies) == 0


async def test_two_pages_of_a_browser_share_cookies_and_preflights(
    aiohttp_client: AiohttpClient,
) -> None:
    async def answer(request: web.Request) -> web.Response:
        lines = [(ANY[0], request.headers["Origin"]), CREDENTIALS_ALLOWED, METHODS_ALLOWED]
        lines += [("Set-Cookie", f"session=ada; {CROSS_SITE}"), ("Access-Control-Max-Age", "60")]
        return web.Response(headers=CIMultiDict(lines))

    site = Site({"/": answer})
    victim, _ = await open_page(aiohttp_client, site)
    attacker = victim.page(origin="https://evil.example")
    again = attacker.page(origin=PAGE)
    assert (attacker.origin, again.origin) == ("https://evil.example", PAGE)
    assert repr(attacker) == "<Browser https://evil.example>"
    await victim.fetch("/", method="PUT", credentials="include")
    await attacker.fetch("/", method="PUT", credentials="include")
    await again.fetch("/", method="PUT", credentials="include")
    assert [request.method for request in site.asked] == ["OPTIONS", "PUT", "OPTIONS", "PUT", "PUT"]
    assert [request.headers.get("Cookie") for request in site.asked if request.method == "PUT"] == [
        None,
        "session=ada",
        "session=ada",
    ]
    assert victim.preflights is attacker.preflights
    assert len(victim.preflights) == 2
    attacker.advance(60)
    await again.fetch("/", method="PUT", credentials="include")
    assert len(victim.preflights) == 3


async def test_a_page_of_another_site_is_not_sent_what_is_for_the_own_site(
    aiohttp_client: AiohttpClient,
) -> None:
    site = Site({"/": answering(("Set-Cookie", "session=ada"), ANY)})
    own, _ = await open_page(aiohttp_client, site, origin=None)
    await own.fetch("/")
    attacker = own.page(origin="https://evil.example")
    await attacker.fetch("/", mode="no-cors", credentials="include")
    await own.fetch("/")
    assert [request.headers.get("Cookie") for request in site.asked] == [None, None, "session=ada"]


async def test_a_page_has_an_origin(aiohttp_client: AiohttpClient) -> None:
    browser, _ = await open_page(aiohttp_client, Site({}))
    with pytest.raises(ValueError, match="without a path"):
        browser.page(origin="https://app.example/")


class LocalResolver(AbstractResolver):
    """Every host is this machine."""

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> "list[ResolveResult]":
        flags = socket.AddressInfo.AI_NUMERICHOST
        return [
            {
                "hostname": host,
                "host": "127.0.0.1",
                "port": port,
                "family": socket.AF_INET,
                "proto": 0,
                "flags": flags,
            }
        ]

    @override
    async def close(self) -> None:
        pass


async def test_a_secure_cookie_goes_to_no_other_machine_without_tls(
    aiohttp_client: AiohttpClient,
) -> None:
    page = "http://app.example.com"
    lines = ((ANY[0], page), CREDENTIALS_ALLOWED)
    cookies = (("Set-Cookie", "a=1; Secure"), ("Set-Cookie", "b=2; Domain=example.com"))
    site = Site({"/": answering(*lines, *cookies)})
    connector = TCPConnector(resolver=LocalResolver())
    client: Client = await aiohttp_client(site.app, connector=connector)
    browser = Browser(client, origin=page)
    url = str(client.make_url("/").with_host("api.example.com"))
    await browser.fetch(url, credentials="include")
    await browser.fetch(url, credentials="include")
    assert site.asked[1].headers["Cookie"] == "b=2"
    assert "Sec-Fetch-Site" not in site.asked[1].headers
    assert [each.because for each in browser.cookies.refused] == [
        "it is Secure and came without TLS"
    ] * 2


async def test_a_cookie_may_have_a_name_that_python_has_not(
    aiohttp_client: AiohttpClient,
) -> None:
    cookies = (("Set-Cookie", "a(b)=1"), ("Set-Cookie", "c=2"))
    site = Site({"/": answering(*cookies)})
    browser, _ = await open_page(aiohttp_client, site, origin=None)
    await browser.fetch("/")
    await browser.fetch("/")
    assert site.asked[1].headers["Cookie"] == "a(b)=1; c=2"


async def test_a_cookie_that_is_no_utf_8_is_left_out(aiohttp_client: AiohttpClient) -> None:
    heads: list[bytes] = []

    async def serve(reader: StreamReader, writer: StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(
            b"HTTP/1.1 204 No Content\r\nConnection: close\r\n"
            b"Set-Cookie: a=\xff\r\nSet-Cookie: b=\xc3\xbc\r\n\r\n"
        )
        writer.close()
        await writer.wait_closed()

    async with await start_server(serve, "127.0.0.1", 0) as server:
        own = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        browser, _ = await open_page(aiohttp_client, Site({}), origin=own)
        await browser.fetch(own)
        await browser.fetch(own)
    assert b"Cookie: b=\xc3\xbc\r\n" in heads[1]


async def test_the_cookies_and_headers_of_the_client_are_not_the_browsers(
    aiohttp_client: AiohttpClient,
) -> None:
    site = Site({"/": answering(("Set-Cookie", "a=1"))})
    client: Client = await aiohttp_client(site.app, headers={"X-Client": "1"})
    own = str(client.make_url("/").origin())
    await client.get("/")
    await Browser(client, origin=own).fetch("/")
    assert site.asked[0].headers["X-Client"] == "1"
    assert "Cookie" not in site.asked[1].headers
    assert "X-Client" not in site.asked[1].headers


# Redirects and other servers


async def test_a_redirect_to_another_server_is_followed(aiohttp_client: AiohttpClient) -> None:
    other = Site({"/2": answering(("Access-Control-Allow-Origin", "null"), text="there")})
    server: Client = await aiohttp_client(other.app)
    target = str(server.make_url("/2"))
    site = Site({"/": answering(ANY, ("Location", target), status=302)})
    browser, _ = await open_page(aiohttp_client, site)
    response = await browser.fetch("/", headers={"Accept": "a/b"})
    assert (response.type, response.url, response.redirected) == ("cors", target, True)
    assert await response.text() == "there"
    assert other.asked[0].headers["Origin"] == "null"
    assert other.asked[0].headers["Accept"] == "a/b"


async def test_localhost_and_127_0_0_1_are_two_origins(aiohttp_client: AiohttpClient) -> None:
    site = Site({"/": answering()})
    browser, client = await open_page(aiohttp_client, site, origin=None)
    assert client.make_url("/").host == "127.0.0.1"
    with pytest.raises(CorsBlocked):
        await browser.fetch(str(client.make_url("/").with_host("localhost")))
    assert site.asked[0].headers["Sec-Fetch-Site"] == "cross-site"


async def test_a_manual_redirect_shows_nothing(aiohttp_client: AiohttpClient) -> None:
    site = Site({"/": answering(("Location", "/2"), status=302)})
    browser, client = await open_page(aiohttp_client, site, origin=None)
    response = await browser.fetch("/", redirect="manual")
    assert (response.type, response.status) == ("opaqueredirect", 0)
    assert response.url == str(client.make_url("/"))
    assert await response.read() == b""
    assert len(site.asked) == 1


async def test_a_url_is_seen_from_the_servers_root(aiohttp_client: AiohttpClient) -> None:
    site = Site({"/a/b": answering(ANY), "/ä": answering(ANY)})
    browser, client = await open_page(aiohttp_client, site)
    await browser.fetch("a/b?c#d")
    await browser.fetch(str(client.make_url("/a/b")))
    await browser.fetch(f"//127.0.0.1:{client.port}/a/b")
    await browser.fetch("/ä")
    assert [request.rel_url for request in site.asked] == [
        URL("/a/b?c"),
        URL("/a/b"),
        URL("/a/b"),
        URL("/ä"),
    ]


@pytest.mark.parametrize(
    "path, sent",
    [
        ("/a%41", "/a%41"),
        ("/%7Eu", "/%7Eu"),
        ("/~u", "/~u"),
        ("/?x=a b", "/?x=a%20b"),
        ("/?x=a+b%20c'", "/?x=a+b%20c%27"),
        ("/?", "/?"),
        ("/?#top", "/?"),
        ("/a/%2e%2E/b;c=1", "/b;c=1"),
        ("/a//b", "/a//b"),
        ("\\a\\b", "/a/b"),
        ("/%zz", "/%zz"),
        ("/a\ud800", "/a%EF%BF%BD"),
    ],
)
async def test_a_url_is_sent_as_a_browser_sends_it(
    aiohttp_client: AiohttpClient, path: str, sent: str
) -> None:
    lines: list[bytes] = []

    async def serve(reader: StreamReader, writer: StreamWriter) -> None:
        lines.append((await reader.readuntil(b"\r\n\r\n")).partition(b"\r\n")[0])
        writer.write(b"HTTP/1.1 204 No Content\r\nAccess-Control-Allow-Origin: *\r\n")
        writer.write(b"Connection: close\r\n\r\n")
        writer.close()
        await writer.wait_closed()

    async with await start_server(serve, "127.0.0.1", 0) as server:
        port: int = server.sockets[0].getsockname()[1]
        browser, client = await open_page(aiohttp_client, Site({}))
        base = client.make_url("/").with_port(port)
        at_server = Browser(AtServer(client.session, base), origin=PAGE)
        response = await at_server.fetch(path)
    assert lines == [f"GET {sent} HTTP/1.1".encode()]
    assert response.url == f"http://127.0.0.1:{port}{sent}"
    assert browser.preflights == []


async def test_two_spellings_of_a_path_are_two_preflights(aiohttp_client: AiohttpClient) -> None:
    site = Site({"/a": answering(*EVERYTHING)})
    browser, client = await open_page(aiohttp_client, site)
    for path in ("/a", "/%61", "/a", "/a?"):
        await browser.fetch(path, method="PUT")
    own = str(client.make_url("/"))
    assert [preflight.url.removeprefix(own) for preflight in browser.preflights] == [
        "a",
        "%61",
        "a?",
    ]


@pytest.mark.parametrize("start", ["///", "/\\", "\\\\", "//", "http:///"])
async def test_an_open_redirect_leaves_the_server(
    aiohttp_client: AiohttpClient, start: str
) -> None:
    other = Site({"/2": answering(("Access-Control-Allow-Origin", "null"))})
    server: Client = await aiohttp_client(other.app)
    location = ("Location", f"{start}127.0.0.1:{server.port}/2")
    browser, _ = await open_page(aiohttp_client, Site({"/": answering(ANY, location, status=302)}))
    response = await browser.fetch("/")
    assert response.url == str(server.make_url("/2"))


async def test_a_url_may_be_one_that_the_router_made(aiohttp_client: AiohttpClient) -> None:
    site = Site({"/users/a b": answering(ANY)})
    browser, _ = await open_page(aiohttp_client, site)
    await browser.fetch(URL("/users/a b?c"))
    assert site.asked[0].raw_path == "/users/a%20b?c"


async def test_a_failing_network_is_no_block(aiohttp_client: AiohttpClient) -> None:
    site = Site({"/": answering(*EVERYTHING)})
    server: Client = await aiohttp_client(site.app)
    browser, _ = await open_page(aiohttp_client, Site({}))
    url = str(server.make_url("/"))
    await browser.fetch(url, method="PUT")
    await server.close()
    with pytest.raises(ClientConnectionError):
        await browser.fetch(url, method="PUT")
    assert len(browser.preflights) == 1
