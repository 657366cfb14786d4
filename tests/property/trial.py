"""`Trial`: a random program and its twin, running, and a browser that asks both.

Holds what no answer may ever do. What a request should come to is said by `tests.property.judged`.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Final

from aiohttp_cors import LiveOrigins
from aiohttp_cors.browser.checks import CorsBlocked, HttpResponse
from aiohttp_cors.browser.fetch import run_fetch
from aiohttp_cors.browser.preflight_cache import PreflightCache
from aiohttp_cors.browser.request import HttpRequest, PageRequest
from tests.property.judged import (
    HOST,
    Ask,
    OpenQuestionError,
    Program,
    Served,
    build,
    find_grant,
    may_read,
)
from tests.property.memory_server import MemoryServer

ALL_AGES: Final = 100_000
"""More seconds than a preflight is ever remembered."""


def cors_of(response: HttpResponse) -> list[tuple[str, str]]:
    lines = [(name.lower(), value) for name, value in response.headers]
    return [line for line in lines if line[0].startswith("access-control-")]


class Trial:
    """A program and its twin, running; `send` looks at each answer as it passes."""

    def __init__(self, program: Program, loop: asyncio.AbstractEventLoop) -> None:
        self.program = program
        self.live = LiveOrigins()
        self.heard: list[object] = []
        self._twin = MemoryServer(build(program, None), loop)
        self._server = MemoryServer(build(program, self.live), loop)
        self._served: dict[tuple[str, str], Served] = {}

    def stop(self) -> None:
        self._server.stop()
        self._twin.stop()

    def served(self, method: str, path: str) -> Served:
        """What the twin, which knows no CORS, does with a request."""
        known = self._served.get((method, path))
        if known is None:
            answer = self._twin.send(plain(method, path))
            number = answer.values("X-Site")
            known = Served(int(number[0]) if number else None, answer.status)
            self._served[method, path] = known
        return known

    def send(self, request: HttpRequest) -> HttpResponse:
        """The answer to a request of the browser, once it is seen to be sound."""
        response = self._server.send(request)
        self.heard.append((request, response.status, cors_of(response)))
        cors = cors_of(response)
        told = dict(cors)
        assert len(told) == len(cors), "a header twice"
        if told.get("access-control-allow-origin") == "*":
            assert "access-control-allow-credentials" not in told
        if request.preflight:
            # Under `everywhere`, what nobody serves is a 404 that an allowed origin may know of.
            assert response.status in {200, 404} or not cors, "a refusal that tells something"
            return response
        path = request.url.removeprefix(HOST)
        served = self.served(request.method, path)
        if served.site is not None:
            assert response.status == served.status
        origin = dict(request.headers).get("Origin")
        if origin is not None:
            with suppress(OpenQuestionError):
                grant = find_grant(
                    self.program, path, request.method, origin, list(self.live), served
                )
                assert grant or not cors, "an answer to the refused that tells something"
        return response


def plain(method: str, path: str) -> HttpRequest:
    return HttpRequest(
        method=method, url=HOST + path, headers=(), body=None, credentials=False, preflight=False
    )


def run_script(trial: Trial, script: Sequence[Ask]) -> Iterator[tuple[Ask, bool]]:
    """Each fetch, and whether the browser let it through."""
    cache = PreflightCache()
    for ask in script:
        cache.advance(ask.seconds)
        if ask.live is not None:
            # What was remembered of the earlier set has run out.
            cache.advance(ALL_AGES)
            trial.live.replace(ask.live)
        page = PageRequest(
            url=HOST + ask.path,
            origin=ask.origin,
            method=ask.method,
            headers=ask.headers,
            credentials=ask.credentials,
        )
        try:
            run_fetch(page, cache, trial.send)
        except CorsBlocked:
            yield ask, False
        else:
            yield ask, True


def judge(program: Program, script: Sequence[Ask], loop: asyncio.AbstractEventLoop) -> None:
    trial = Trial(program, loop)
    try:
        for ask, is_through in run_script(trial, script):
            try:
                expected = may_read(program, ask, list(trial.live), trial.served)
            except OpenQuestionError:
                continue
            assert is_through is expected, ask
    finally:
        trial.stop()
