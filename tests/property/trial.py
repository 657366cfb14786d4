"""`Trial`: a random program and its twin, running, and a browser that asks both.

Holds what no answer may ever do. What a request should come to is said by `tests.property.judged`.
"""

import asyncio
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Final

from aiohttp_cors import LiveOrigins
from aiohttp_cors.browser.checks import CorsBlocked, HttpResponse
from aiohttp_cors.browser.fetch import run_fetch
from aiohttp_cors.browser.preflight_cache import PreflightCache
from aiohttp_cors.browser.request import HttpRequest, PageRequest
from tests.property.judged import (
    HEADERS,
    HOST,
    SAFELISTED,
    Ask,
    Built,
    OpenQuestionError,
    Part,
    Program,
    Served,
    find_grant,
    may_read,
    parts_of,
    passes_preflight,
    with_parts,
)
from tests.property.memory_server import MemoryServer
from tests.property.remembered import Remembered

ALL_AGES: Final = 100_000
"""More seconds than a preflight is ever remembered."""


def cors_of(response: HttpResponse) -> list[tuple[str, str]]:
    lines = [(name.lower(), value) for name, value in response.headers]
    return [line for line in lines if line[0].startswith("access-control-")]


class Trial:
    """A program and its twin, running; `send` looks at each answer as it passes.

    `parts` are there from the start. `come` adds others.
    """

    def __init__(
        self,
        program: Program,
        loop: asyncio.AbstractEventLoop,
        parts: Sequence[Part] | None = None,
    ) -> None:
        self.live = LiveOrigins()
        self.cache = PreflightCache()
        self.remembered = Remembered()
        self.heard: list[object] = []
        self._whole = program
        self._parts = list(parts_of(program) if parts is None else parts)
        self.program = with_parts(program, self._parts)
        self._apps = [Built(program, None, self._parts), Built(program, self.live, self._parts)]
        self._twin, self._server = (MemoryServer(built.app, loop) for built in self._apps)
        self._served: dict[tuple[str, str], Served] = {}
        self._credentials = False

    def stop(self) -> None:
        self._server.stop()
        self._twin.stop()

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass for every browser."""
        self.cache.advance(seconds)
        self.remembered.advance(seconds)

    def come(self, parts: Sequence[Part]) -> None:
        """Add parts, late. What browsers remember is what was so before: it has run out."""
        for built in self._apps:
            built.add(parts)
        self._parts += parts
        self.program = with_parts(self._whole, self._parts)
        self._served.clear()
        self.advance(ALL_AGES)

    def fetch(self, ask: Ask) -> bool:
        """Whether the browser lets a fetch through."""
        self._credentials = ask.credentials == "include"
        page = PageRequest(
            url=HOST + ask.path,
            origin=ask.origin,
            method=ask.method,
            headers=ask.headers,
            credentials=ask.credentials,
            upload_listener=ask.watched,
        )
        try:
            run_fetch(page, self.cache, self.send)
        except CorsBlocked:
            return False
        return True

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
            self.remembered.note(request, response, credentials=self._credentials)
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
        if origin is not None and origin != HOST:
            unsafe = {line[0].lower() for line in request.headers if HEADERS.get(line)}
            self._must_pass(path, request.method, origin, frozenset(unsafe), self._credentials)
        return response

    def look_back(self) -> None:
        """Nothing that a browser may send out of its memory is refused."""
        for known in self.remembered.known():
            path = known.url.removeprefix(HOST)
            for method in known.methods | SAFELISTED:
                self._must_pass(path, method, known.origin, known.names, known.credentials)

    def _must_pass(
        self, path: str, method: str, origin: str, unsafe: frozenset[str], credentials: bool
    ) -> None:
        """A request that reaches a handler without having been allowed is one that needs no leave."""
        served = self.served(method, path)
        if served.site is None or (method in SAFELISTED and not unsafe):
            return
        clause = find_grant(self.program, path, method, origin, list(self.live), served)
        assert clause is not None, "a refused request passes"
        assert clause.credentials or not credentials, "a refused request passes with credentials"
        assert passes_preflight(self.program, path, method, unsafe, clause, served), (
            "a request passes with a refused header"
        )


@contextmanager
def on_trial(
    program: Program, loop: asyncio.AbstractEventLoop, parts: Sequence[Part] | None = None
) -> Generator[Trial, None, None]:
    """A trial that is stopped at the end."""
    trial = Trial(program, loop, parts)
    try:
        yield trial
    finally:
        trial.stop()


def plain(method: str, path: str) -> HttpRequest:
    return HttpRequest(
        method=method, url=HOST + path, headers=(), body=None, credentials=False, preflight=False
    )


def run_script(trial: Trial, script: Sequence[Ask]) -> Iterator[tuple[Ask, bool]]:
    """Each fetch, and whether the browser let it through."""
    for ask in script:
        trial.advance(ask.seconds)
        if ask.live is not None:
            # What was remembered of the earlier set has run out.
            trial.advance(ALL_AGES)
            trial.live.replace(ask.live)
        yield ask, trial.fetch(ask)


def judge(trial: Trial, script: Sequence[Ask]) -> None:
    """Hold a browser to what the program allows, and what it remembers, too."""
    for ask, is_through in run_script(trial, script):
        trial.look_back()
        with suppress(OpenQuestionError):
            expected = may_read(trial.program, ask, list(trial.live), trial.served)
            assert is_through is expected, ask
