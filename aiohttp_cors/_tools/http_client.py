"""A browser's requests over aiohttp's client, to the letter.

Owns: what keeps aiohttp from changing a request (its URL, its method), how an answer begins, and its
header lines.
Leaves to: `aiohttp_cors.testing` which requests there are, and what their answers mean.
"""

import io
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Final, final

from aiohttp import ClientError, ClientResponse, ClientSession, DummyCookieJar
from aiohttp.connector import BaseConnector
from multidict import CIMultiDict
from typing_extensions import override
from yarl import URL

from aiohttp_cors.browser.headers import HeaderList
from aiohttp_cors.browser.request import HttpRequest

# Bytes of an answer's body; what this library says about a refusal is mostly shorter.
_SHOWN: Final = 200


def client_session(connector: BaseConnector | None) -> ClientSession:
    """A session over the connections, and the TLS, of another one; its cookies are nobody's."""
    return ClientSession(connector=connector, connector_owner=False, cookie_jar=DummyCookieJar())


@asynccontextmanager
async def answer_to(
    request: HttpRequest, cookies: str | None, session: ClientSession
) -> AsyncGenerator[ClientResponse, None]:
    """The answer to `request`, sent as it is, with the ``Cookie`` header `cookies` if any."""
    headers = CIMultiDict(request.headers)
    if cookies is not None:
        headers["Cookie"] = cookies
    async with session.request(
        _ExactMethod(request.method),
        exact_url(request.url),
        headers=headers,
        # As a file: of many bytes aiohttp says that they had better been one.
        data=io.BytesIO(request.body) if request.body else request.body,
        allow_redirects=False,
        skip_auto_headers=("Content-Type",),
    ) as answer:
        yield answer


def exact_url(url: str) -> URL:
    """A URL that aiohttp sends as it is: ``/a%41?``, not ``/aA``.

    yarl forgets a question mark without a query. So the query stands in yarl's path.

    Precondition: `url` is serialized, http or https, without password and fragment.
    """
    scheme, _, rest = url.partition("://")
    authority, _, path = rest.partition("/")
    return URL.build(scheme=scheme, authority=authority, path=f"/{path}", encoded=True)


async def beginning(answer: ClientResponse) -> str:
    """How the body begins, as far as it comes: it explains a refusal and decides nothing."""
    begun = b""
    with suppress(ClientError):
        while missing := _SHOWN - len(begun):
            chunk = await answer.content.read(missing)
            if not chunk:
                break
            begun += chunk
    return begun.decode(errors="replace")


def header_lines(answer: ClientResponse) -> HeaderList:
    """All header lines of an answer, each by itself: aiohttp 4 joins the lines of a name."""
    return tuple(
        (name.decode("utf-8", "surrogateescape"), value.decode("utf-8", "surrogateescape"))
        for name, value in answer.raw_headers
    )


@final
class _ExactMethod(str):
    """A method that aiohttp sends as it is: a browser told ``patch`` does not send ``PATCH``."""

    __slots__ = ()

    @override
    def upper(self) -> str:
        return self
