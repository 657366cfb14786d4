"""The floor: the least that CORS for actual responses costs on aiohttp's public interface.

A receiver of ``on_response_prepare`` looks its route up, tests exactly for headers of the protocol that
somebody else set, and writes the same headers as everybody. What it leaves out is what a library is
for: it knows one policy, of exact origins, made by hand, and nothing may change once it has started.
It answers no preflight.
"""

from typing import Final

from aiohttp import hdrs, web

from tests.benchmarks.shape import Shape, bare

_PREFIX: Final = "access-control-"


def build(shape: Shape) -> web.Application:
    """The application with CORS in a receiver of its own."""
    made = bare(shape)
    allowed = frozenset(shape.allowed())
    covered = frozenset(id(route) for route in made.routes())
    harmless: set[str] = set()

    async def on_response_prepare(request: web.Request, response: web.StreamResponse) -> None:
        if id(request.match_info.route) not in covered:
            return
        headers = response.headers
        if not harmless.issuperset(headers):
            foreign = [name for name in headers if name.lower().startswith(_PREFIX)]
            harmless.update(name for name in headers if name not in foreign)
            for name in foreign:
                headers.popall(name, None)
        origin = request.headers.get(hdrs.ORIGIN)
        if origin in allowed:
            headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = origin
            headers[hdrs.ACCESS_CONTROL_ALLOW_CREDENTIALS] = "true"
        if headers.setdefault(hdrs.VARY, hdrs.ORIGIN) != hdrs.ORIGIN:
            headers[hdrs.VARY] = f"{headers[hdrs.VARY]}, {hdrs.ORIGIN}"

    made.app.on_response_prepare.append(on_response_prepare)
    return made.app
