"""The words of the truth table: programs, a page's fetches, what it sees, what servers are asked.

Knows how a row is written and how a short program is made of it. Knows no browser and opens no
socket.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import Final, Literal, TypeAlias, final

from aiohttp import hdrs, web
from multidict import CIMultiDict

from aiohttp_cors import AnyOriginRule, Cors, CredentialedRule, OriginRule, setup
from aiohttp_cors.cors_config import Config
from aiohttp_cors.testing import CredentialsMode, RedirectMode, RequestMode, ResponseType

Page: TypeAlias = Literal["page", "api", "subdomain", "elsewhere", "sandbox"]
"""Where the page is from.

- ``page``: a server of its own, another port of ``localhost`` than the API's: another origin, but
  the same site, so that a ``Lax`` cookie is sent;
- ``api``: the API's own origin;
- ``subdomain``: ``app.localhost``, another site;
- ``elsewhere``: ``127.0.0.1``, another site, too;
- ``sandbox``: an opaque origin, as in a sandboxed frame.
"""

Server: TypeAlias = Literal["api", "other"]
Api: TypeAlias = Literal["fluent", "classic", "by hand"]
Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]
Rule: TypeAlias = OriginRule | CredentialedRule | AnyOriginRule

STRANGER: Final = "https://stranger.example"
"""An origin that no page of a row has."""


@final
@dataclass(frozen=True, slots=True)
class World:
    """Where everything is: serialized origins, each with a port that nobody had before."""

    page: str
    api: str
    other: str

    @property
    def cookie(self) -> str:
        """The name of the row's cookie: cookies know no ports, and browsers outlive a row."""
        return f"session-{self.api.rpartition(':')[2]}"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Sees:
    """What the script gets: `headers` are all that it can read, but for `EVERY_RESPONSE`."""

    status: int = 200
    body: str = "hello"
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    type: ResponseType = "cors"
    redirected: bool = False


BLOCKED: Final = "blocked"
"""The promise is rejected with a ``TypeError``: Fetch's *network error*."""

Outcome: TypeAlias = Sees | str
"""`Sees`, `BLOCKED`, or the name of an error that no row expects."""

EVERY_RESPONSE: Final = frozenset(
    {"content-length", "content-type", "date", "last-modified", "server"}
)
"""Response headers that say nothing about CORS: no row mentions them."""


@final
@dataclass(frozen=True, slots=True)
class Fetch:
    """A call of ``fetch``, what comes of it, and the requests that it costs.

    With `upload_listener` it is an ``XMLHttpRequest``: ``fetch`` has none.

    `asks` has a line per request, in order, of the parts that apply, in this order::

        PUT /users at other for PUT with x-a,x-b from null and cookie ada, authorized

    - ``at other``: sent to the other server;
    - ``for``, ``with``: ``Access-Control-Request-Method`` and ``-Headers``;
    - ``from api``, ``from null``, ``without origin``: its ``Origin``, if it is not the page's own;
    - ``and cookie``: the value of the row's cookie, whatever its name begins with;
    - ``authorized``: it has an ``Authorization``.
    """

    path: str = "/users"
    _: KW_ONLY
    at: Server = "api"
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: str | None = None
    mode: RequestMode = "cors"
    credentials: CredentialsMode = "same-origin"
    redirect: RedirectMode = "follow"
    upload_listener: bool = False
    sees: Outcome = field(default_factory=Sees)
    asks: Sequence[str] = ()


Build: TypeAlias = Callable[[World], web.Application]


@final
@dataclass(frozen=True, slots=True)
class Program:
    """An application and the API that it is configured with."""

    api: Api
    build: Build


@final
@dataclass(frozen=True, slots=True)
class Row:
    """A row: a sentence, the programs on the two servers, and what a page does there, in order."""

    name: str
    program: Program
    fetches: tuple[Fetch, ...]
    other: Program | None
    page: Page

    @property
    def asks(self) -> list[str]:
        """All requests that the servers must see."""
        return [line for fetch in self.fetches for line in fetch.asks]

    @property
    def sees(self) -> list[Outcome]:
        """What the script must see, a fetch at a time."""
        return [fetch.sees for fetch in self.fetches]


def row(
    name: str,
    program: Program,
    *fetches: Fetch,
    other: Program | None = None,
    page: Page = "page",
) -> Row:
    """A row of the table."""
    return Row(name, program, fetches, other, page)


async def hello(request: web.Request) -> web.Response:
    """Answer with headers of which some are worth exposing."""
    return web.Response(text="hello", headers={"X-Custom": "1", "X-Other": "2"})


def fluent(
    rule: Callable[[Cors, World], Rule],
    *methods: str,
    path: str = "/users",
    handler: Handler = hello,
) -> Program:
    """One resource, by default with ``GET``, bound to a rule of the fluent API."""

    def build(world: World) -> web.Application:
        app = web.Application()
        resource = app.router.add_resource(path)
        for method in methods or ("GET",):
            resource.add_route(method, handler)
        rule(Cors.for_app(app), world).on(resource)
        return app

    return Program("fluent", build)


def classic(
    defaults: Callable[[World], Config],
    *methods: str,
    path: str = "/users",
    handler: Handler = hello,
) -> Program:
    """One resource, by default with ``GET``, all of whose routes are added to the classic API."""

    def build(world: World) -> web.Application:
        app = web.Application()
        resource = app.router.add_resource(path)
        cors = setup(app, defaults=defaults(world))
        for method in methods or ("GET",):
            cors.add(resource.add_route(method, handler))
        return app

    return Program("classic", build)


def by_hand(
    *,
    preflight: Mapping[str, str],
    actual: Mapping[str, str],
    preflight_status: int = 200,
) -> Program:
    """No library at all: the handler writes these headers, in which ``PAGE`` is the page's origin.

    For what a server may say and this library does not.
    """

    def build(world: World) -> web.Application:
        async def answer(request: web.Request) -> web.Response:
            asks = hdrs.ACCESS_CONTROL_REQUEST_METHOD in request.headers
            lines = preflight if asks else actual
            headers = CIMultiDict((n, v.replace("PAGE", world.page)) for n, v in lines.items())
            if asks:
                return web.Response(status=preflight_status, headers=headers)
            headers["X-Custom"] = "1"
            return web.Response(text="hello", headers=headers)

        app = web.Application()
        app.router.add_route("*", "/users", answer)
        return app

    return Program("by hand", build)
