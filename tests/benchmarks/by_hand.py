"""CORS as somebody competent writes it into the handlers: one dict lookup, the same headers.

A refused preflight raises `web.HTTPForbidden`, as aiohttp's documentation does, and lets aiohttp write
the text. That is what limits are compared with. Two other forms are counted beside it and have no limit:
to say a text, for which aiohttp need not parse its own content type, and to return a plain 403, which
saves the exception as well.

Source: aiohttp, *Exceptions*, https://docs.aiohttp.org/en/stable/web_quickstart.html#exceptions
"""

from collections.abc import Mapping
from functools import partial
from typing import Final

from aiohttp import hdrs, web
from multidict import CIMultiDict

from tests.benchmarks.shape import EXPOSED, MAX_AGE, REQUEST_HEADERS, UNCOVERED, Shape, path

_PREFLIGHT_VARY: Final = (
    f"{hdrs.ORIGIN}, {hdrs.ACCESS_CONTROL_REQUEST_METHOD}, {hdrs.ACCESS_CONTROL_REQUEST_HEADERS}"
)


_TEXT: Final = "not allowed"


def build(shape: Shape, *, text: str | None = None, raises: bool = True) -> web.Application:
    """The application with CORS in its handlers: they call `allow` with what they are about to return.

    `text` and `raises` say how a preflight is refused.
    """
    allowed = frozenset(shape.allowed())
    methods = frozenset(shape.methods)
    names = frozenset(name.lower() for name in REQUEST_HEADERS)
    listed_methods = ", ".join(shape.methods)
    listed_names = ", ".join(REQUEST_HEADERS)
    # By hand one knows what one's responses carry.
    exposed = f"{hdrs.DATE}, {hdrs.SERVER}, {EXPOSED}" if shape.expose_all else None

    def allow(request: web.Request, headers: CIMultiDict[str]) -> None:
        headers[hdrs.VARY] = hdrs.ORIGIN
        origin = request.headers.get(hdrs.ORIGIN)
        if origin in allowed:
            headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = origin
            headers[hdrs.ACCESS_CONTROL_ALLOW_CREDENTIALS] = "true"
            if exposed is not None:
                headers[hdrs.ACCESS_CONTROL_EXPOSE_HEADERS] = exposed

    async def hello(request: web.Request) -> web.StreamResponse:
        response = web.Response(text="hello", headers={EXPOSED: "1"})
        allow(request, response.headers)
        return response

    async def uncovered(request: web.Request) -> web.StreamResponse:
        return web.Response(text="hello", headers={EXPOSED: "1"})

    async def preflight(request: web.Request) -> web.StreamResponse:
        asked: Mapping[str, str] = request.headers
        origin = asked.get(hdrs.ORIGIN)
        if (
            origin is None
            or origin not in allowed
            or asked.get(hdrs.ACCESS_CONTROL_REQUEST_METHOD) not in methods
            or any(
                name.strip().lower() not in names
                for name in asked.get(hdrs.ACCESS_CONTROL_REQUEST_HEADERS, "").split(",")
                if name.strip()
            )
        ):
            if raises:
                raise web.HTTPForbidden(text=text, headers={hdrs.VARY: _PREFLIGHT_VARY})
            return web.Response(status=403, text=text, headers={hdrs.VARY: _PREFLIGHT_VARY})
        return web.Response(
            headers={
                hdrs.ACCESS_CONTROL_ALLOW_ORIGIN: origin,
                hdrs.ACCESS_CONTROL_ALLOW_CREDENTIALS: "true",
                hdrs.ACCESS_CONTROL_ALLOW_METHODS: listed_methods,
                hdrs.ACCESS_CONTROL_ALLOW_HEADERS: listed_names,
                hdrs.ACCESS_CONTROL_MAX_AGE: str(MAX_AGE),
                hdrs.VARY: _PREFLIGHT_VARY,
            }
        )

    app = web.Application()
    for number in range(shape.resources):
        resource = app.router.add_resource(path(number))
        for method in shape.methods:
            resource.add_route(method, hello)
        resource.add_route(hdrs.METH_OPTIONS, preflight)
    app.router.add_resource(UNCOVERED).add_route("GET", uncovered)
    return app


build_with_text: Final = partial(build, text=_TEXT)
build_returning: Final = partial(build, text=_TEXT, raises=False)
