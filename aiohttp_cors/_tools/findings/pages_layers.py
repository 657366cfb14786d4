"""The pages about what else of the program stands beside the policies.

Owns: the texts about middlewares, receivers, handlers and mounted applications.
Leaves to: `aiohttp_cors._tools.findings.layers` the rules.
"""

from typing import Final

from aiohttp_cors._tools.findings.page import Page
from aiohttp_cors._values.findings import (
    LATE_PREFLIGHTS,
    MIDDLEWARE_BEFORE_PREFLIGHTS,
    OVERWRITTEN_HEADERS,
    SECOND_LAYER,
    UNCHECKED_WEBSOCKET,
)

_MIDDLEWARES: Final = (
    "aiohttp, Middlewares",
    "https://docs.aiohttp.org/en/stable/web_advanced.html#middlewares",
)
_SIGNALS: Final = (
    "aiohttp, Signals",
    "https://docs.aiohttp.org/en/stable/web_advanced.html#signals",
)

_AUTHENTICATED: Final = """\
from aiohttp import web
from aiohttp.typedefs import Handler

from aiohttp_cors import Cors, answer_preflights


@web.middleware
async def login(request: web.Request, handler: Handler) -> web.StreamResponse:
    if "Authorization" not in request.headers:
        raise web.HTTPUnauthorized
    return await handler(request)


async def me(request: web.Request) -> web.Response:
    return web.Response(text="Ada")


app = web.Application(middlewares=[%s])
rule = Cors.for_app(app).origin("https://app.example.com")
rule.allow_headers("Authorization").on(app.router.add_get("/me", me))
"""

_MOUNTED: Final = """\
from aiohttp import web

from aiohttp_cors import Cors%s


async def options(request: web.Request) -> web.Response:
    return web.Response(headers={"Allow": "GET"})


async def me(request: web.Request) -> web.Response:
    return web.Response(text="Ada")


app = web.Application()
below = web.Application(%s)
resource = below.router.add_resource("/me")
resource.add_route("GET", me)
resource.add_route("OPTIONS", options)
Cors.for_app(below).origin("https://app.example.com").on(resource)
app.add_subapp("/below", below)
"""

_HANDLER: Final = """\
from aiohttp import web

from aiohttp_cors import Cors


async def me(request: web.Request) -> web.Response:
    return web.Response(%s)


app = web.Application()
rule = Cors.for_app(app).origin("https://app.example.com")
rule.on(app.router.add_get("/me", me))
"""

_RECEIVER: Final = """\
from aiohttp import web

from aiohttp_cors import Cors


async def me(request: web.Request) -> web.Response:
    return web.Response(text="Ada")


async def finish(request: web.Request, response: web.StreamResponse) -> None:
    response.headers["%s"] = "%s"


app = web.Application()
rule = Cors.for_app(app).origin("https://app.example.com")
rule.on(app.router.add_get("/me", me))
app.on_response_prepare.append(finish)
"""

_WEBSOCKET: Final = """\
from aiohttp import web

from aiohttp_cors import Cors


async def me(request: web.Request) -> web.Response:
    return web.Response(text="Ada")


async def updates(request: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    return socket


app = web.Application()
rule = Cors.for_app(app).origin("https://app.example.com").allow_credentials()
rule.on(app.router.add_get("/me", me))
%s
"""

PAGES: Final = (
    Page(
        kind=LATE_PREFLIGHTS,
        what="CORS is set up for an application that is mounted, or was set up after the start, and the "
        "middleware that answers preflights cannot be put before the program's own handlers of OPTIONS "
        "requests and middlewares.",
        why="aiohttp closes the list of middlewares when an application is mounted. Preflights then reach "
        "an OPTIONS handler, a '*' route or a middleware of the program first. A browser sends no "
        "credentials with a preflight: an authentication middleware answers 401, and every request that "
        "needs a preflight fails.",
        example=_MOUNTED % ("", ""),
        instead=_MOUNTED % (", answer_preflights", "middlewares=[answer_preflights]"),
        references=(_MIDDLEWARES,),
    ),
    Page(
        kind=MIDDLEWARE_BEFORE_PREFLIGHTS,
        what="A middleware that wants credentials stands before answer_preflights, as far as its code "
        "tells; or a startup receiver put a middleware before ours.",
        why="A browser sends a preflight without cookies and without an Authorization header. A "
        "middleware that wants them answers 401, and the browser then refuses the request that it "
        "asked for. What may stand before the answers to preflights is a ban list, a rate limiter, a "
        "guard against browsers.",
        example=_AUTHENTICATED % "login, answer_preflights",
        instead=_AUTHENTICATED % "answer_preflights, login",
        references=(
            _MIDDLEWARES,
            (
                "Fetch, CORS-preflight fetch",
                "https://fetch.spec.whatwg.org/#cors-preflight-fetch-0",
            ),
        ),
    ),
    Page(
        kind=SECOND_LAYER,
        what="A handler, a middleware or a receiver of the program sets headers of the CORS protocol on "
        "what a policy covers.",
        why="The policy's headers replace them: what the code seems to allow is not what is sent. The "
        "two can also come apart later, when the policy is taken away and the forgotten headers "
        "decide.\n\n"
        "check reads the code and runs nothing: it follows a function into those of the same package "
        "that it names, a few steps far. Headers that come out of a registry or a file are not seen, "
        "nor is what a proxy adds.",
        example=_HANDLER % 'headers={"Access-Control-Allow-Origin": "*"}',
        instead=_HANDLER % 'text="Ada"',
        references=(_SIGNALS,),
    ),
    Page(
        kind=OVERWRITTEN_HEADERS,
        what="A receiver of on_response_prepare comes after that of this library and sets headers of the "
        "CORS protocol.",
        why="It has the last word: it overwrites what the policy decided for this origin, or adds a "
        "second value. Browsers refuse two values, and '*' where credentials are allowed.",
        example=_RECEIVER % ("Access-Control-Allow-Origin", "*"),
        instead=_RECEIVER % ("X-Served-By", "shelf-7"),
        references=(
            _SIGNALS,
            ("Fetch, CORS check", "https://fetch.spec.whatwg.org/#concept-cors-check"),
        ),
    ),
    Page(
        kind=UNCHECKED_WEBSOCKET,
        what="A handler opens a WebSocket, no policy is enforced there, and neither its code nor that of "
        "a middleware looks at the origin.",
        why="CORS does not apply to WebSockets. Any site can open one to this server, the browser sends "
        "the user's cookies along, and the page reads what comes: cross-site WebSocket hijacking. Only "
        "the server can compare the Origin header of the handshake. A policy that is enforced does so "
        "before the handler runs; one with report_only=True refuses nothing.\n\n"
        "check reads the code: a handler that mentions Origin or Sec-Fetch-Site, or a middleware before "
        "it that does, is taken for one that looks.",
        example=_WEBSOCKET % 'app.router.add_get("/updates", updates)',
        instead=_WEBSOCKET % 'rule.enforce_on(app.router.add_get("/updates", updates))',
        references=(
            (
                "RFC 6455, Origin Considerations",
                "https://www.rfc-editor.org/rfc/rfc6455#section-10.2",
            ),
        ),
    ),
)
