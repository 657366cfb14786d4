"""The response object that `aiohttp_cors.testing.Browser` hands to a test.

Owns: how a script reads a response: names and decoding are the browser's.
Leaves to: `aiohttp_cors.browser.fetch` what of it the script may read.

Implements Fetch, *Response class* and *Body mixin*: https://fetch.spec.whatwg.org/#response-class
"""

import json
from typing import Any, final

from multidict import CIMultiDict, CIMultiDictProxy
from typing_extensions import override

from aiohttp_cors.browser.request import PageResponse, ResponseType


@final
class BrowserResponse:
    """What the page's script gets, named as in a browser.

        response = await browser.fetch("/users/1")
        assert response.ok
        assert response.headers["Content-Type"] == "application/json; charset=utf-8"
        assert await response.json() == {"name": "Ada"}

    Of a response whose `type` is ``opaque`` or ``opaqueredirect`` a script sees nothing: `status` is
    0, `headers` and the body are empty.
    """

    __slots__ = ("_body", "_page")

    def __init__(self, page: PageResponse, body: bytes) -> None:
        self._page = page
        self._body = body

    @override
    def __repr__(self) -> str:
        return f"<BrowserResponse {self.type} {self.status} {self.url}>"

    @property
    def type(self) -> ResponseType:
        """``basic`` (same-origin), ``cors``, ``opaque`` or ``opaqueredirect``."""
        return self._page.type

    @property
    def status(self) -> int:
        """The status, 0 where it is hidden."""
        return self._page.status

    @property
    def ok(self) -> bool:
        """True for a status from 200 to 299."""
        return 200 <= self.status <= 299

    @property
    def headers(self) -> CIMultiDictProxy[str]:
        """The headers a script can read and no others; several values are joined by ``", "``."""
        return CIMultiDictProxy(CIMultiDict(self._page.headers))

    @property
    def url(self) -> str:
        """Where the response came from, after all redirects; empty when `type` is ``opaque``."""
        return self._page.url

    @property
    def redirected(self) -> bool:
        """True when the response came after a redirect."""
        return self._page.redirected

    async def read(self) -> bytes:
        """The body."""
        return self._body

    async def text(self) -> str:
        """The body as UTF-8, whatever the headers say, as in a browser; never fails."""
        return self._body.decode("utf-8-sig", "replace")

    async def json(self) -> Any:  # what the server sent is whatever it is
        """The body parsed as JSON; `ValueError` if it is none."""
        return json.loads(await self.text())
