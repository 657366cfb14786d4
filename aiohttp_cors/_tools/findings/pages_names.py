"""The pages about the names and the ages of a configuration.

Owns: the texts about headers, methods and ages.
Leaves to: `aiohttp_cors._tools.findings.names` the rules.
"""

from typing import Final

from aiohttp_cors._tools.findings.page import Page
from aiohttp_cors._values.findings import (
    LONG_MAX_AGE,
    NEEDLESS_HEADER,
    STAR_IN_LIST,
    UNSERVED_METHOD,
)

_FLUENT: Final = """\
from aiohttp import web

from aiohttp_cors import Cors


async def replace(request: web.Request) -> web.Response:
    return web.Response(text="replaced")


app = web.Application()
note = app.router.add_put("/note", replace)
rule = Cors.for_app(app).origin("https://app.example.com")
rule%s.on(note)
"""

_CLASSIC: Final = """\
from aiohttp import web

from aiohttp_cors import ResourceOptions, setup


async def replace(request: web.Request) -> web.Response:
    return web.Response(text="replaced")


app = web.Application()
options = ResourceOptions(%s)
cors = setup(app, defaults={"https://app.example.com": options})
cors.add(app.router.add_put("/note", replace))
"""

PAGES: Final = (
    Page(
        kind=STAR_IN_LIST,
        what="A list of names holds '*'. In the classic API a list holds names, and '*' is one of them; "
        "any name is allowed by the text '*' in place of the list.",
        why="No script sends a method or a header that is called '*'. What was meant to be allowed is "
        "refused. (Browsers do take the '*' of an answer for any exposed header, but not where "
        "credentials are allowed.)",
        example=_CLASSIC % 'allow_headers=["*"]',
        instead=_CLASSIC % 'allow_headers="*"',
        references=(("Fetch, HTTP responses", "https://fetch.spec.whatwg.org/#http-responses"),),
    ),
    Page(
        kind=NEEDLESS_HEADER,
        what="A list names a header that needs no listing: scripts may send or read it anyway, or no "
        "script ever can.",
        why="Accept, Accept-Language and Content-Language are safelisted: a script may send them without "
        "being asked (values of more than 128 bytes, or with unusual signs, do have to be allowed). So "
        "are seven response headers for reading, Content-Type and Content-Length among them. Cookie, "
        "Host, Origin and the like belong to the browser, and no script reads Set-Cookie. A longer "
        "list only hides the names that matter.\n\n"
        "Content-Type is worth listing: without it a script can send forms and plain text, but no JSON.",
        example=_FLUENT % '.allow_headers("Accept", "Content-Type")',
        instead=_FLUENT % '.allow_headers("Content-Type")',
        references=(
            (
                "Fetch, CORS-safelisted request-header",
                "https://fetch.spec.whatwg.org/#cors-safelisted-request-header",
            ),
            (
                "Fetch, CORS-safelisted response-header name",
                "https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name",
            ),
            (
                "Fetch, forbidden request-header",
                "https://fetch.spec.whatwg.org/#forbidden-request-header",
            ),
        ),
    ),
    Page(
        kind=LONG_MAX_AGE,
        what="The age is longer than Chromium keeps the answer to a preflight.",
        why="Chromium keeps a preflight for 7200 seconds at most, Firefox for 86400, WebKit for 600. A "
        "longer age changes nothing there. Where it does count, a change of the configuration takes "
        "that long to reach the users.",
        example=_FLUENT % ".max_age(86400)",
        instead=_FLUENT % ".max_age(7200)",
        references=(
            (
                "MDN, Access-Control-Max-Age",
                "https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Access-Control-Max-Age",
            ),
        ),
    ),
    Page(
        kind=UNSERVED_METHOD,
        what="A clause allows a method that none of the routes serves about which the clause decides.",
        why="The preflight succeeds, and the request is answered 405. In the fluent API allow_methods "
        "stands instead of the routed methods, so that the list is also what shuts others out: a "
        "method that was misspelt or moved elsewhere is worth a look.",
        example=_FLUENT % '.allow_methods("PUT", "DELETE")',
        instead=_FLUENT % '.allow_methods("PUT")',
        references=(("Fetch, Methods", "https://fetch.spec.whatwg.org/#methods"),),
    ),
)
