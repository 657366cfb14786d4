"""The requests of the table, made from Python over real sockets.

A script's view comes from `aiohttp_cors.testing.Browser`, a browser's side of the Fetch standard.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import TypedDict, final

from aiohttp import ClientSession
from yarl import URL

from aiohttp_cors.testing import BlockReason, Browser, CorsBlocked
from examples.demo.rows import ROWS, Row
from examples.demo.site import Site


@final
@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a row's request: what the script read or the block, and the server's verdicts."""

    row: Row
    outcome: str | BlockReason
    verdicts: tuple[str, ...]

    @property
    def is_expected(self) -> bool:
        """Whether it is what the row says."""
        return (self.outcome, self.verdicts) == (self.row.outcome, self.row.verdicts)


@final
@dataclass(frozen=True, slots=True)
class _Client:
    """What `Browser` needs to reach the API."""

    session: ClientSession
    api: URL

    def make_url(self, path: str, /) -> URL:
        return self.api.join(URL(path))


class _Verdict(TypedDict):
    line: str


async def make_requests(site: Site) -> Sequence[Outcome]:
    """Make each row's request, in their order: one of them sets a cookie that later ones send."""
    async with ClientSession() as session:
        client = _Client(session, URL(site.api))
        page = Browser(client, origin=site.page)
        stranger = Browser(client, origin=site.stranger)
        outcomes: list[Outcome] = []
        for number, row in enumerate(ROWS):
            if row.sender == "stranger":
                _share_cookies(page, stranger, client.api)
            browser = page if row.sender == "page" else stranger
            outcomes.append(await _make_request(browser, row, f"row-{number}"))
        return outcomes


async def _make_request(browser: Browser, row: Row, name: str) -> Outcome:
    outcome: str | BlockReason
    try:
        response = await browser.fetch(
            f"{row.path}?request={name}",
            method=row.method,
            headers=row.headers,
            credentials=row.credentials,
            data=row.body,
        )
    except CorsBlocked as blocked:
        outcome = blocked.reason
    else:
        body = await response.text()
        shown = f'"{body.partition(chr(10))[0]}"'
        if row.shows is not None:
            shown = f"{row.shows}: {response.headers.get(row.shows, 'not readable')}"
        outcome = f"{response.status} {shown}"
    verdicts: list[_Verdict] = []
    with suppress(CorsBlocked):  # then the row differs, and the table says so
        answer = await browser.fetch(f"/verdicts?of={name}")
        verdicts = await answer.json()
    return Outcome(row, outcome, tuple(verdict["line"] for verdict in verdicts))


def _share_cookies(giver: Browser, taker: Browser, api: URL) -> None:
    """Two tabs of one browser have the same cookies; two `Browser` objects have not."""
    for morsel in giver.cookie_jar:
        taker.cookie_jar.update_cookies(SimpleCookie({morsel.key: morsel.value}), api)
