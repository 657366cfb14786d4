"""The pages about whom a configuration names.

Owns: the texts about origins, patterns and live sets.
Leaves to: `aiohttp_cors._tools.findings.origins` and `live` the rules.
"""

from typing import Final

from aiohttp_cors._tools.findings.page import Page
from aiohttp_cors._values.findings import (
    ANY_ORIGIN_WITH_CREDENTIALS,
    CREDENTIALS_OVER_HTTP,
    FILE_ORIGIN,
    NULL_ORIGIN,
    PATTERN_OVER_PUBLIC_SUFFIX,
    UNFED_LIVE_ORIGINS,
    UNSENDABLE_ORIGIN,
)

_CORS_PROTOCOL: Final = (
    "Fetch, CORS protocol and credentials",
    "https://fetch.spec.whatwg.org/#cors-protocol-and-credentials",
)
_SERIALIZED: Final = (
    "HTML, ASCII serialization of an origin",
    "https://html.spec.whatwg.org/#ascii-serialisation-of-an-origin",
)

_CLASSIC: Final = """\
from aiohttp import web

from aiohttp_cors import ResourceOptions, setup


async def me(request: web.Request) -> web.Response:
    return web.Response(text="Ada")


app = web.Application()
options = ResourceOptions(%s)
cors = setup(app, defaults={"%s": options})
cors.add(app.router.add_get("/me", me))
"""

_FLUENT: Final = """\
from aiohttp import web

from aiohttp_cors import Cors


async def me(request: web.Request) -> web.Response:
    return web.Response(text="Ada")


app = web.Application()
route = app.router.add_get("/me", me)
rule = Cors.for_app(app).origin("%s")
rule%s.on(route)
"""

_LIVE: Final = """\
%sfrom aiohttp import web

from aiohttp_cors import Cors, LiveOrigins


async def tenants(request: web.Request) -> web.Response:
    return web.json_response([])


%sapp = web.Application()
customers = LiveOrigins(["https://ada.example"])
Cors.for_app(app).origin(customers).on(app.router.add_get("/tenants", tenants))
%s"""

_SOURCE: Final = '''\
async def registered() -> AsyncGenerator[list[str], None]:
    """Read the origins from the database, again and again."""
    while True:
        yield ["https://ada.example", "https://grace.example"]
        await asyncio.sleep(60)


'''

PAGES: Final = (
    Page(
        kind=ANY_ORIGIN_WITH_CREDENTIALS,
        what="The options of any origin ('*') allow credentials. The classic API answers each origin "
        "with its own name then, so that browsers accept it.",
        why="Every site that a signed-in user opens can send requests with the user's cookies and read "
        "the answers: it acts as the user. What looks like a default for convenience switches the "
        "same-origin policy off.",
        example=_CLASSIC % ("allow_credentials=True", "*"),
        instead=_CLASSIC % ("allow_credentials=True", "https://app.example.com"),
        references=(_CORS_PROTOCOL,),
    ),
    Page(
        kind=CREDENTIALS_OVER_HTTP,
        what="Credentials are allowed to an origin with the scheme http that is not on the user's own "
        "machine (localhost, 127.0.0.0/8, [::1]). In the fluent API "
        "dangerously_over_http=True allows it.",
        why="Whoever is on the network path between the user and such a page (a Wi-Fi access point, a "
        "proxy) can put a script into the page. The script sends requests with the user's cookies to "
        "this server, over https as well, and reads the answers.\n\n"
        "Where the network is trusted, ignore the finding: check --ignore credentials-over-http.",
        example=_FLUENT
        % ("http://wiki.example.com", ".allow_credentials(dangerously_over_http=True)"),
        instead=_FLUENT % ("https://wiki.example.com", ".allow_credentials()"),
        references=(
            (
                "Secure Contexts, Is origin potentially trustworthy?",
                "https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy",
            ),
        ),
    ),
    Page(
        kind=NULL_ORIGIN,
        what="The origin 'null' is allowed.",
        why="'null' is what browsers write for an origin that has no name. Any site can have it: a "
        "sandboxed frame is enough, or a data: URL. To allow 'null' is to allow everybody, with "
        "whatever the options allow.",
        example=_CLASSIC % ("", "null"),
        instead=_CLASSIC % ("", "https://app.example.com"),
        references=(_SERIALIZED,),
    ),
    Page(
        kind=FILE_ORIGIN,
        what="The origin 'file://' is allowed.",
        why="Browsers write 'null' for a local file. Some web views write 'file://' instead, for every "
        "file that they show, whoever wrote it. An app should load its pages with a scheme of its own "
        "(capacitor://localhost, for example) and be allowed under that name.",
        example=_CLASSIC % ("", "file://"),
        instead=_CLASSIC % ("", "capacitor://localhost"),
        references=(_SERIALIZED,),
    ),
    Page(
        kind=PATTERN_OVER_PUBLIC_SUFFIX,
        what="A pattern allows all names below a public suffix: a domain below which anybody can "
        "register a name, such as co.uk, github.io or herokuapp.com.",
        why="Whoever registers a name there is allowed. With credentials, that stranger's pages act as "
        "the user.\n\n"
        "The list of public suffixes is data that changes, and no part of this library. check looks it "
        'up with publicsuffixlist, of the extra "testing"; without it check says that it could not.',
        example=_FLUENT % ("https://*.github.io", ""),
        instead=_FLUENT % ("https://ada.github.io", ""),
        references=(("Public Suffix List", "https://publicsuffix.org/list/"),),
    ),
    Page(
        kind=UNSENDABLE_ORIGIN,
        what="A key of a classic configuration is no origin that a browser sends: it has a path or a "
        "'/' at the end, upper case, the default port, or no scheme.",
        why="Origins are compared byte for byte. A browser sends scheme, host and port, in lower case "
        "and without the scheme's own port. Such a key therefore matches nothing, and whoever it was "
        "written for is refused. The fluent API refuses such a text at once.",
        example=_CLASSIC % ("", "https://app.example.com/"),
        instead=_CLASSIC % ("", "https://app.example.com"),
        references=(_SERIALIZED,),
    ),
    Page(
        kind=UNFED_LIVE_ORIGINS,
        what="Several workers are in view (WEB_CONCURRENCY, GUNICORN_CMD_ARGS or gunicorn.conf.py says "
        "so), and no startup receiver or cleanup context refers to a live set.",
        why="A live set lives in one process. A handler that calls add() changes the set of the worker "
        "that happened to serve the request; the others go on allowing, or refusing, what they did. A "
        "revoked origin stays allowed in all but one of them.\n\n"
        "Let each worker feed its own set from where the truth is kept: fed_by follows a source of whole "
        "sets.",
        example=_LIVE % ("", "", ""),
        instead=_LIVE
        % (
            "import asyncio\nfrom collections.abc import AsyncGenerator\n\n",
            _SOURCE,
            "app.cleanup_ctx.append(customers.fed_by(registered))\n",
        ),
        references=(
            ("gunicorn, workers", "https://docs.gunicorn.org/en/stable/settings.html#workers"),
            (
                "aiohttp, Cleanup Context",
                "https://docs.aiohttp.org/en/stable/web_advanced.html#cleanup-context",
            ),
        ),
    ),
)
