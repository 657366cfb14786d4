"""The requests of the table, made from Python over real sockets.

A browser's part is played here in a few lines, with the checks of `aiohttp_cors.browser.checks`:
all that the demo asks of a browser is a preflight where one is due, and the checks of the answers. A
test suite has `aiohttp_cors.testing.Browser`, which needs an extra that the demo does without.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypedDict, final

from aiohttp import ClientResponse, ClientSession, DummyCookieJar
from yarl import URL

from aiohttp_cors.browser.checks import HttpResponse, cors_check, preflight_check, readable_headers
from aiohttp_cors.browser.headers import HeaderList, unsafe_request_header_names
from aiohttp_cors.browser.preflight_cache import Requester
from aiohttp_cors.introspection import Explanation
from aiohttp_cors.testing import BlockReason, CorsBlocked
from examples.demo.explaining import explain_row
from examples.demo.rows import ROWS, Row
from examples.demo.site import Site

_NEED_NO_PREFLIGHT: Final = frozenset({"GET", "HEAD", "POST"})


@final
@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a row's request: what the script read or the block, the server's verdicts, and why."""

    row: Row
    outcome: str | BlockReason
    verdicts: tuple[str, ...]
    explanation: Explanation

    @property
    def is_expected(self) -> bool:
        """Whether it is what the row says."""
        return (self.outcome, self.verdicts) == (self.row.outcome, self.row.verdicts)


class _Verdict(TypedDict):
    line: str


async def make_requests(site: Site) -> Sequence[Outcome]:
    """Make each row's request, in their order: one of them sets a cookie that later ones send."""
    # The cookie is for localhost, whatever the port: both pages have it, as two tabs of a browser.
    with_cookies = ClientSession()
    without_cookies = ClientSession(cookie_jar=DummyCookieJar())
    async with with_cookies, without_cookies:
        outcomes: list[Outcome] = []
        for number, row in enumerate(ROWS):
            session = with_cookies if row.credentials == "include" else without_cookies
            name = f"row-{number}"
            try:
                outcome: str | BlockReason = await _make_request(
                    site, row, name, session, preflights=without_cookies
                )
            except CorsBlocked as blocked:
                outcome = blocked.reason
            verdicts = await _read_verdicts(site, name, without_cookies)
            outcomes.append(Outcome(row, outcome, verdicts, await explain_row(site, row)))
        return outcomes


async def _read_verdicts(site: Site, name: str, session: ClientSession) -> tuple[str, ...]:
    """What the server has decided, as the page asks for it."""
    async with session.get(f"{site.page}/verdicts", params={"of": name}) as answer:
        verdicts: list[_Verdict] = await answer.json()
        return tuple(verdict["line"] for verdict in verdicts)


async def _make_request(
    site: Site, row: Row, name: str, session: ClientSession, preflights: ClientSession
) -> str:
    """What the script reads; `CorsBlocked` where the browser lets it read nothing."""
    origin = site.page if row.sender == "page" else site.stranger
    url = URL(f"{site.api.origin}{row.path}").with_query(request=name)
    headers: HeaderList = tuple(row.headers.items())
    if row.body is not None and "Content-Type" not in row.headers:
        headers += (("Content-Type", "text/plain;charset=UTF-8"),)
    requester = Requester(origin, str(url), credentials=row.credentials == "include")
    unsafe = unsafe_request_header_names(headers)
    if unsafe or row.method not in _NEED_NO_PREFLIGHT:
        asked = {"Origin": origin, "Access-Control-Request-Method": row.method}
        if unsafe:
            asked["Access-Control-Request-Headers"] = ",".join(unsafe)
        async with preflights.options(url, headers=asked) as answer:
            preflight_check(requester, row.method, headers, _head(answer))
    async with session.request(
        row.method,
        url,
        headers={"Origin": origin, **dict(headers)},
        data=None if row.body is None else row.body.encode(),
        allow_redirects=False,
    ) as answer:
        head = _head(answer)
        cors_check(requester, head)
        if row.shows is None:
            body = await answer.text()
            return f'{answer.status} "{body.partition(chr(10))[0]}"'
        readable = dict(readable_headers(head, "cors", credentials=requester.credentials))
        return f"{answer.status} {row.shows}: {readable.get(row.shows.lower(), 'not readable')}"


def _head(answer: ClientResponse) -> HttpResponse:
    return HttpResponse(answer.status, tuple(answer.headers.items()))
