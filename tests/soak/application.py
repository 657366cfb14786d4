"""The application that is put under load, and a task in every worker that changes it meanwhile.

Owns: its resources and policies, both APIs among them, and the steps from state to state.
Leaves to: `tests.soak.moving` what each step changes. `python -m tests.soak.application` is
`web.run_app`; gunicorn imports `create_app`.

Every answer says in which state it was made. Nothing is awaited between a decision and that header,
so that the state is the one that was decided by.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Final, final

from aiohttp import web
from aiohttp.http_exceptions import BadHttpMessage

import aiohttp_cors
from aiohttp_cors import Cors, LiveOrigins
from tests.soak.moving import (
    CASE,
    LATE_ROUTES,
    MEMBERS,
    RESOURCES,
    START,
    STATE,
    State,
    late_route,
    live,
    members,
    path,
)

CREDENTIALED: Final = ("https://app.example.com", "https://*.preview.example.com")
HEADERS: Final = ("Content-Type", "X-CSRF-Token")
LIVE_HEADERS: Final = ("X-Token",)
EXPOSED: Final = "X-Request-ID"
MAX_AGE: Final = 600
CLASSIC: Final = "https://classic.example"

_EVERY: Final = 0.01
"""Seconds from one step to the next."""
STEPS_PER_ROUTE: Final = 8


async def hello(request: web.Request) -> web.StreamResponse:
    return web.Response(text="hello", headers={EXPOSED: "1"})


async def refuses(request: web.Request) -> web.StreamResponse:
    raise web.HTTPBadRequest


async def socket(request: web.Request) -> web.StreamResponse:
    answer = web.WebSocketResponse()
    try:
        await answer.prepare(request)
        await answer.close()
    except ConnectionResetError:
        # A page that is gone already is no error of the server, and nobody gets this.
        return web.Response()
    return answer


@final
class Moving:
    """What changes, and where it stands."""

    def __init__(self, resources: list[web.Resource]) -> None:
        self.state = START
        self.origins: Final = LiveOrigins(members(self.state))
        self._resources: Final = resources

    def step(self) -> None:
        """Change the live origins, by replacing all or by two small changes; at times add a route."""
        changes, routes = self.state
        after = State(changes + 1, routes)
        if changes % 2:
            self.origins.discard(live(changes))
            self.origins.add(live(changes + MEMBERS))
        else:
            self.origins.replace(members(after))
        if changes % STEPS_PER_ROUTE == 0 and routes < LATE_ROUTES:
            number, method = late_route(routes)
            self._resources[number].add_route(method, hello)
            after = State(changes + 1, routes + 1)
        self.state = after

    async def run(self, app: web.Application) -> AsyncIterator[None]:
        """A `cleanup_ctx`: steps until the application ends."""

        async def steps() -> None:
            while True:
                await asyncio.sleep(_EVERY)
                self.step()

        task = asyncio.create_task(steps())
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    async def sign(self, request: web.Request, response: web.StreamResponse) -> None:
        """An `on_response_prepare` receiver."""
        response.headers[STATE] = str(self.state)
        if CASE in request.headers:
            response.headers[CASE] = request.headers[CASE]


def create(*, moves: bool = True) -> tuple[web.Application, Moving]:
    """An application, and what moves in it: by itself, or when asked."""
    app = web.Application()
    resources = [app.router.add_resource(path(number)) for number in range(RESOURCES)]
    for resource in resources:
        for method in ("GET", "HEAD", "POST"):
            resource.add_route(method, hello)
    refusing = app.router.add_get("/refuses", refuses)
    enforced = app.router.add_resource("/enforced")
    for method in ("GET", "POST"):
        enforced.add_route(method, hello)
    sockets = app.router.add_get("/socket", socket)
    app.router.add_get("/plain", hello)
    classic = app.router.add_put("/classic", hello)

    moving = Moving(resources)
    rule = (
        Cors.for_app(app)
        .origin(*CREDENTIALED)
        .allow_credentials()
        .expose(EXPOSED)
        .allow_headers(*HEADERS)
        .max_age(MAX_AGE)
    )
    rule.on(refusing)
    rule.enforce_on(enforced, sockets)
    rule.origin(moving.origins).allow_headers(*LIVE_HEADERS).on(*resources)
    options = aiohttp_cors.ResourceOptions(allow_credentials=True, allow_headers=("X-Token",))
    aiohttp_cors.setup(app).add(classic, {CLASSIC: options})

    # After ours, as programs append theirs.
    app.on_response_prepare.append(moving.sign)
    if moves:
        app.cleanup_ctx.append(moving.run)
    return app, moving


def create_app() -> web.Application:
    """What gunicorn serves."""
    for name in ("aiohttp.server", "gunicorn.error"):
        logging.getLogger(name).addFilter(_is_no_nonsense)
    return create()[0]


def _is_no_nonsense(record: logging.LogRecord) -> bool:
    # aiohttp logs what is no HTTP as an error of the server, with a traceback.
    return record.exc_info is None or not isinstance(record.exc_info[1], BadHttpMessage)


if __name__ == "__main__":
    web.run_app(create_app(), host="127.0.0.1", port=0, access_log=None)
