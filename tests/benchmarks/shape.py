"""The application that every contender gives CORS to, and the policy it is to have."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

from aiohttp import web

REQUEST_HEADERS: Final = ("Content-Type", "X-CSRF-Token")
EXPOSED: Final = "X-Request-ID"
MAX_AGE: Final = 3600
UNCOVERED: Final = "/uncovered"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Covered resources, one uncovered, and one policy with credentials for all covered ones."""

    origins: int = 100
    """Exact origins; see `exact`."""
    patterns: int = 0
    """Wildcard patterns after them; see `pattern`."""
    resources: int = 1
    """Covered resources; see `Shape.path`."""
    overlapping: bool = False
    """Whether all covered resources are below one variable part."""
    catch_all: bool = False
    """Whether a resource that matches every path comes after them, covered by nothing."""
    methods: tuple[str, ...] = ("GET", "POST", "PUT")
    """Routes of each covered resource."""
    expose_all: bool = False
    any_header: bool = False

    def path(self, number: int) -> str:
        """Where a covered resource is, as a client asks for it."""
        return f"/acme/{number:05}" if self.overlapping else path(number)

    def allowed(self) -> list[str]:
        """What the policy allows, as users write it."""
        return [
            *(exact(number) for number in range(self.origins)),
            *(pattern(number) for number in range(self.patterns)),
        ]


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Bare:
    """An application before it has CORS."""

    app: web.Application
    covered: Sequence[web.Resource]

    def routes(self) -> list[web.AbstractRoute]:
        """Those of the covered resources."""
        return [route for resource in self.covered for route in resource]


def exact(number: int) -> str:
    """An exact origin; all are of one length."""
    return f"https://app{number:05}.example"


def pattern(number: int) -> str:
    """A pattern, with a host of its own each."""
    return f"https://*.a{number:05}.example"


def matching(number: int) -> str:
    """An origin that `pattern(number)` and no other matches."""
    return f"https://x.a{number:05}.example"


REFUSED: Final = "https://evil0000.example"


def path(number: int) -> str:
    """Where a covered resource is that has its URL for itself."""
    return f"/covered/{number:05}"


async def hello(request: web.Request) -> web.StreamResponse:
    """The handler of every route, in all applications but the one written by hand."""
    return web.Response(text="hello", headers={EXPOSED: "1"})


def bare(shape: Shape) -> Bare:
    """The application without CORS, which every contender starts from."""
    app = web.Application()
    covered: list[web.Resource] = []
    for number in range(shape.resources):
        where = f"/{{tenant}}/{number:05}" if shape.overlapping else path(number)
        resource = app.router.add_resource(where)
        for method in shape.methods:
            resource.add_route(method, hello)
        covered.append(resource)
    app.router.add_resource(UNCOVERED).add_route("GET", hello)
    if shape.catch_all:
        app.router.add_resource("/{tail:.*}").add_route("GET", hello)
    return Bare(app=app, covered=covered)
