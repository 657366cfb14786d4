"""Two programs side by side: what a browser reads of each, held to the difference of their locks."""

import asyncio
from collections.abc import Sequence

from aiohttp import web

from aiohttp_cors import LiveOrigins
from aiohttp_cors._tools.locking.difference import Change, Difference, Kind, Request, compare
from aiohttp_cors._tools.locking.facts import Reach
from aiohttp_cors._tools.locking.lock_file import read_lock, write_lock
from aiohttp_cors._tools.locking.reach import reach_of
from aiohttp_cors.browser.checks import CorsBlocked
from aiohttp_cors.browser.fetch import run_fetch
from aiohttp_cors.browser.preflight_cache import PreflightCache
from aiohttp_cors.browser.request import PageRequest
from tests.property.memory_server import MemoryServer


class Side:
    """One program, running, with what its lock says."""

    def __init__(
        self, app: web.Application, live: LiveOrigins, loop: asyncio.AbstractEventLoop
    ) -> None:
        self.live = live
        self.reach: Reach = read_lock(write_lock(reach_of(app)))
        self._server = MemoryServer(app, loop)

    def reads(self, page: PageRequest) -> bool:
        """Whether a page gets the answer."""
        try:
            run_fetch(page, PreflightCache(), self._server.send)
        except CorsBlocked:
            return False
        return True

    def stop(self) -> None:
        self._server.stop()


def page_of(request: Request, url: str) -> PageRequest:
    """The request that shows a change, as a script sends it."""
    return PageRequest(
        url=url,
        origin=request.origin,
        method=request.method,
        headers=tuple((name, '"') for name in request.headers),
        credentials="include" if request.credentials else "omit",
    )


def compare_sides(before: Side, now: Side, pages: Sequence[PageRequest]) -> Difference:
    """The difference, once each request that passes on one side alone is seen to be in it."""
    difference = compare(before.reach, now.reach)
    for page in pages:
        passes = before.reads(page), now.reads(page)
        if passes == (False, True):
            assert difference.of(Kind.WIDER), page
        if passes == (True, False):
            assert difference.of(Kind.NARROWER), page
    return difference


def show(before: Side, now: Side, change: Change, url: str) -> None:
    """Hold a change to its own request, which passes on one side alone."""
    request = change.request
    for side in (before, now):
        side.live.replace([request.origin] if request.accepted else [])
    passes = before.reads(page_of(request, url)), now.reads(page_of(request, url))
    assert passes == (change.kind is Kind.NARROWER, change.kind is Kind.WIDER), change
