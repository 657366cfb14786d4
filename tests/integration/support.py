"""What the tests over real sockets share: requests as a browser sends them, and what came back.

Knows aiohttp's test client and plain sockets. Expects nothing: that is each test's own affair.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias, final

from aiohttp import web
from aiohttp.test_utils import TestClient
from multidict import CIMultiDict, CIMultiDictProxy

if TYPE_CHECKING:
    Client: TypeAlias = TestClient[web.Request, web.Application]
else:
    Client = TestClient  # no generic class before aiohttp 3.11

ORIGIN: Final = "https://app.example"
OTHER: Final = "https://other.example"

PREFLIGHT_VARY: Final = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"

_PREFIX: Final = "access-control-"


@final
@dataclass(frozen=True, slots=True)
class Answer:
    """A response as it came; `cors` holds its CORS headers as ``{"allow-origin": "..."}``."""

    status: int
    headers: CIMultiDictProxy[str]
    text: str

    @property
    def cors(self) -> dict[str, str]:
        """The ``Access-Control-*`` headers without the prefix, in lower case, each there once."""
        pairs = [(name.lower(), value) for name, value in self.headers.items()]
        found = [(name.removeprefix(_PREFIX), value) for name, value in pairs if _PREFIX in name]
        assert len(dict(found)) == len(found), f"a CORS header was sent twice: {found}"
        return dict(found)

    @property
    def vary(self) -> list[str]:
        """The values of all ``Vary`` lines."""
        return self.headers.getall("Vary", [])


async def send(
    client: Client,
    method: str,
    path: str,
    *,
    origin: str | None = ORIGIN,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """What the server answers to an actual request; redirects are not followed."""
    lines = CIMultiDict(headers or {})
    # aiohttp 3.9 does not survive a port there under new versions of yarl.
    lines.setdefault("Host", "localhost")
    if origin is not None:
        lines["Origin"] = origin
    async with client.request(method, path, headers=lines, allow_redirects=False) as response:
        text = await response.text(errors="backslashreplace")
        # Line by line: aiohttp 4 joins the lines of a name.
        pairs = [(name.decode(), value.decode()) for name, value in response.raw_headers]
        return Answer(response.status, CIMultiDictProxy(CIMultiDict(pairs)), text)


async def preflight(
    client: Client,
    path: str,
    method: str = "GET",
    *,
    origin: str = ORIGIN,
    names: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """What the server answers to a preflight for `method` with the request headers `names`."""
    lines = CIMultiDict(headers or {})
    lines["Access-Control-Request-Method"] = method
    if names is not None:
        lines["Access-Control-Request-Headers"] = names
    return await send(client, "OPTIONS", path, origin=origin, headers=lines)


async def hello(request: web.Request) -> web.Response:
    """A handler that answers with a header worth exposing."""
    return web.Response(text="hello", headers={"X-Custom": "1"})


@final
class Connection:
    """One connection to the server of a client, for requests whose bytes matter."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def to(cls, client: Client) -> "Connection":
        url = client.make_url("/")
        return cls(*await asyncio.open_connection(url.host, url.port))

    async def request(self, *lines: bytes) -> Answer:
        """The answer to the request with these lines, of which the first is the request line."""
        self._writer.write(b"\r\n".join([*lines, b"Host: localhost", b"", b""]))
        await self._writer.drain()
        first, *rest = (await self._reader.readuntil(b"\r\n\r\n")).decode().splitlines()
        headers = CIMultiDict(
            (name, value.strip()) for name, _, value in (line.partition(":") for line in rest[:-1])
        )
        body = await self._reader.readexactly(int(headers.get("Content-Length", "0")))
        return Answer(int(first.split()[1]), CIMultiDictProxy(headers), body.decode())

    async def close(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()
