"""The application that stands behind a shared cache, and what it must answer to whom.

Knows which resource has which policy, and writes down, from the contract, the CORS headers that
each origin must get. Every answer may be kept for an hour, says for whom it was made, and has a
number of its own, so that one which comes twice came from the cache.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from typing import Final, final

from aiohttp import web

from aiohttp_cors import Cors

ALLOWED: Final = (
    "https://app.example",
    "https://admin.example:8443",
    "https://one.preview.example",
    "https://two.preview.example",
)
PARTNER: Final = "https://partner.example"
EVIL: Final = "https://evil.example"
ORIGINS: Final = (None, *ALLOWED, PARTNER, EVIL, "null")
LANGUAGES: Final = ("en", "de")

RESOURCES: Final = ("named", "missing", "translated", "mixed", "open", "uncovered")
SHARED: Final = frozenset({"open", "uncovered"})
"""What says the same to everybody: one answer is enough for all."""


@final
@dataclass(frozen=True, slots=True)
class Ask:
    """A request: what for, by whom, how; an ``OPTIONS`` request with an origin is a preflight."""

    resource: str
    origin: str | None
    method: str
    language: str

    @property
    def headers(self) -> Mapping[str, str]:
        headers = {"Host": "api.example", "Accept-Language": self.language}
        if self.origin is not None:
            headers["Origin"] = self.origin
        if self.method == "OPTIONS":
            headers["Access-Control-Request-Method"] = "GET"
        return headers


@final
@dataclass(frozen=True, slots=True)
class Got:
    """What came: the status, the headers that name an origin or allow credentials, for whom."""

    status: int
    cors: Mapping[str, str]
    made_for: str
    language: str
    number: int


WHO_MAY_READ: Final = ("Access-Control-Allow-Origin", "Access-Control-Allow-Credentials")
"""The headers that depend on who asks; no resource here exposes anything."""

_CREDENTIALS: Final = {"Access-Control-Allow-Credentials": "true"}


def expected_cors(ask: Ask) -> Mapping[str, str]:
    """The headers that the policy of the resource means this origin to get."""
    if ask.resource == "uncovered" or (ask.origin is None and ask.method == "OPTIONS"):
        return {}
    if ask.resource == "open":
        return {"Access-Control-Allow-Origin": "*"}
    if ask.origin is None:
        return {}
    echoed = {"Access-Control-Allow-Origin": ask.origin}
    if ask.resource == "mixed":
        return echoed | (_CREDENTIALS if ask.origin == PARTNER else {})
    return echoed | _CREDENTIALS if ask.origin in ALLOWED else {}


def create_app() -> web.Application:
    """The application; below ``/forgetful`` a receiver that follows ours takes ``Vary`` away."""
    numbers = count(1)

    async def answer(request: web.Request) -> web.Response:
        language = request.headers["Accept-Language"]
        headers = {
            "Cache-Control": "public, max-age=3600",
            "X-Made-For": request.headers.get("Origin", "nobody"),
            "X-Number": str(next(numbers)),
        }
        if request.path.endswith("/missing"):
            raise web.HTTPNotFound(headers=headers)
        if request.path.endswith("/translated"):
            headers |= {"Vary": "Accept-Language", "Content-Language": language}
        return web.Response(text="hello", headers=headers)

    app = web.Application()
    resources = {
        name: app.router.add_resource(f"/{{kind}}/{{example}}/{name}") for name in RESOURCES
    }
    for resource in resources.values():
        resource.add_route("GET", answer)
        resource.add_route("HEAD", answer)
    (
        Cors.for_app(app)
        .origin("https://app.example", "https://admin.example:8443", "https://*.preview.example")
        .allow_credentials()
        .on(resources["named"], resources["missing"], resources["translated"])
        .origin(PARTNER)
        .allow_credentials()
        .any_origin()
        .on(resources["mixed"])
        .any_origin()
        .on(resources["open"])
    )
    app.on_response_prepare.append(_forget_vary)
    return app


async def _forget_vary(request: web.Request, response: web.StreamResponse) -> None:
    if request.match_info.get("kind") == "forgetful":
        response.headers.popall("Vary", None)
