"""A browser lets a request through if and only if the policy of the route that serves it allows it.

Random programs of the fluent API answer random fetches of a script, with the preflight cache and
redirects, in a browser as the Fetch standard describes it. What the policy allows is read from the
description of the program (`tests.property.judged`); what serves a request is asked of a twin of
the program that has no CORS. On the way, no answer may give away anything it should not.
"""

import asyncio
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import combinations, product
from types import ModuleType
from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from aiohttp_cors import LiveOrigins
from aiohttp_cors._protocol import checks, decision
from aiohttp_cors._protocol.checks import judge_actual, judge_preflight
from aiohttp_cors._protocol.compiled_policy import CompiledPolicy
from aiohttp_cors._protocol.grant import Grant
from aiohttp_cors._protocol.header_values import RequestedNames
from aiohttp_cors._protocol.verdicts import (
    ActualVerdict,
    Asked,
    Naming,
    OnTheWire,
    PreflightVerdict,
    Refused,
    UrlScope,
)
from aiohttp_cors._server import preflights
from aiohttp_cors._table.scope import Scope
from aiohttp_cors.browser.checks import CorsBlocked, HttpResponse
from aiohttp_cors.browser.fetch import run_fetch
from aiohttp_cors.browser.preflight_cache import PreflightCache
from aiohttp_cors.browser.request import CredentialsMode, HttpRequest, PageRequest
from tests.property.judged import (
    HEADERS,
    HOST,
    KEYS,
    METHODS,
    NAMES,
    ORIGINS,
    PARTNERS,
    PATHS,
    URLS,
    Ask,
    ClauseOf,
    Kind,
    OpenQuestionError,
    PolicyOf,
    Program,
    Served,
    Site,
    build,
    find_grant,
    may_read,
)
from tests.property.memory_server import MemoryServer
from tests.random_examples import examples

ORDERS: Final = [tuple(random.Random(n).sample(list(KEYS), len(KEYS))) for n in range(20)]
FLAGS: Final = st.sampled_from(list(product((False, True), repeat=2)))
ALL_AGES: Final = 100_000
"""More seconds than a preflight is ever remembered."""


# Few draws and long lists: most of the time of an example goes into drawing it.
OPTIONS: Final = st.sampled_from(
    list(
        product(
            (False, True),
            ((), NAMES[:1], NAMES[:2], NAMES[2:], NAMES, "*"),
            (None, None, ("GET",), ("PUT", "POST"), METHODS[2:], "*"),
            (None, 0, 60, 86400),
        )
    )
)
KINDS: Final[st.SearchStrategy[Kind]] = st.sampled_from(
    ("keys", "keys", "where", "awaited", "live", "any")
)
MODES: Final[tuple[CredentialsMode, ...]] = ("omit", "same-origin", "include")
PLACES: Final = st.sampled_from(list(product((False, False, True), PATHS)))
SERVED: Final = st.sampled_from(
    [
        *product((False, True), (("GET",), ("GET", "PUT"), ("PATCH", "DELETE"), METHODS[:4])),
        *product((False, True), (("HEAD", "GET", "POST"), ("PUT", "OPTIONS"), METHODS)),
        (False, ("POST",)),
        (False, ("*",)),
        (False, ("*",)),
    ]
)
STATUSES: Final = st.sampled_from((200, 200, 200, 200, 204, 401, 404, 302, 307))
FETCHES: Final = st.sampled_from(
    list(
        product(
            METHODS,
            ((), (), *combinations(HEADERS, 1), *combinations(list(HEADERS)[:4], 2)),
            MODES,
        )
    )
)
LIVE: Final = (ORIGINS[:1], ORIGINS[1:4], PARTNERS[:2], ())
MEANWHILE: Final = st.sampled_from(
    [(0, None), (0, None), (5, None), (61, None), *product((0,), LIVE)]
)


@st.composite
def policies(draw: st.DrawFn) -> PolicyOf:
    keys = list(draw(st.sampled_from(ORDERS)))
    clauses: list[ClauseOf] = []
    for kind in draw(st.lists(KINDS, min_size=1, max_size=4)):
        if kind in {"live", "any"} and any(clause.kind == kind for clause in clauses):
            continue
        credentials, names, methods, max_age = draw(OPTIONS)
        clause = ClauseOf(
            kind=kind,
            keys=tuple(keys[:2]) if kind == "keys" else (),
            credentials=credentials and kind != "any",
            names=names,
            methods=methods,
            max_age=max_age,
        )
        if kind in {"where", "awaited"}:
            clause = replace(clause, partners=PARTNERS[:1] if names else PARTNERS[1:])
        if kind == "keys":
            keys = keys[2:]
        if clause.keys or kind != "keys":
            clauses.append(clause)
    return tuple(clauses)


@st.composite
def sites(draw: st.DrawFn, policy: st.SearchStrategy[int]) -> Site:
    below, path = draw(PLACES)
    is_view, methods = draw(SERVED)
    routes = ("*",) if is_view else methods
    bound = routes[: draw(st.sampled_from((0, 0, 1, 2)))]
    return Site(
        path=path,
        below=below,
        methods=methods,
        is_view=is_view,
        status=draw(STATUSES),
        policy=draw(st.none() | policy),
        routes={method: draw(policy) for method in bound},
    )


@st.composite
def programs(draw: st.DrawFn) -> Program:
    written = draw(st.lists(policies(), min_size=1, max_size=3))
    policy = st.sampled_from(range(len(written)))
    seldom = st.sampled_from((None, None, *range(len(written))))
    served = draw(st.lists(sites(policy), min_size=1, max_size=5))
    is_own, has_middleware = draw(FLAGS)
    return Program(
        policies=tuple(written),
        sites=tuple(served),
        subapp=draw(seldom),
        inner=draw(seldom) if is_own else None,
        outer=draw(seldom),
        excluded=draw(st.sampled_from((None, None, "subapp", *range(len(served))))),
        is_own=is_own,
        has_middleware=has_middleware,
        target=draw(st.sampled_from(URLS)),
    )


@st.composite
def scripts(draw: st.DrawFn) -> list[Ask]:
    """Fetches of a few paths and origins, so that preflights are remembered and found again."""
    paths = draw(st.lists(st.sampled_from(URLS), min_size=1, max_size=2))
    origins = draw(st.lists(st.sampled_from(ORIGINS), min_size=1, max_size=2))
    script: list[Ask] = []
    for i in range(draw(st.integers(1, 12))):
        method, headers, credentials = draw(FETCHES)
        seconds, live = draw(MEANWHILE)
        path, origin = paths[i % len(paths)], origins[i // 2 % len(origins)]
        script.append(Ask(path, origin, method, headers, credentials, seconds, live))
    return script


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


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


MANY: Final = examples(2000)


def test_a_browser_lets_through_what_the_policy_of_the_serving_route_allows_and_nothing_else(
    loop: asyncio.AbstractEventLoop,
) -> None:
    @settings(max_examples=MANY, suppress_health_check=[HealthCheck.too_slow])
    @given(programs(), scripts())
    def judge_any(program: Program, script: list[Ask]) -> None:
        judge(program, script, loop)

    judge_any()


def in_another_order(policy: PolicyOf) -> PolicyOf:
    """The same clauses from last to first, but predicates and live sets in the order written."""
    asked = iter([clause for clause in policy if clause.kind in {"where", "awaited", "live"}])
    kept = {"keys", "any"}
    return tuple(clause if clause.kind in kept else next(asked) for clause in reversed(policy))


def test_the_order_of_clauses_changes_no_answer_but_that_of_predicates_and_live_sets(
    loop: asyncio.AbstractEventLoop,
) -> None:
    @settings(max_examples=MANY // 8, suppress_health_check=[HealthCheck.too_slow])
    @given(programs(), scripts())
    def compare_orders(program: Program, script: list[Ask]) -> None:
        policies = tuple(in_another_order(policy) for policy in program.policies)
        assume(policies != program.policies)
        heard: list[list[object]] = []
        for variant in (program, replace(program, policies=policies)):
            trial = Trial(variant, loop)
            try:
                list(run_script(trial, script))
            finally:
                trial.stop()
            heard.append(trial.heard)
        assert heard[0] == heard[1]

    compare_orders()


def ignore_methods(
    origin: str | None, method: str, grant: Grant | None, naming: Naming
) -> ActualVerdict | None:
    """An actual request with a method that the rule does not name is answered like any other."""
    named = None if grant is None or not grant.checks_method else grant.allow_methods
    return judge_actual(origin, next(iter(named)) if named else method, grant, naming)


def refuse_no_header(names: RequestedNames, grant: Grant) -> Refused | None:
    """A preflight may ask for any header name."""
    return None


def echo_all(names: RequestedNames, grant: Grant) -> str:
    """And is told that it is allowed."""
    return ",".join(names or ())


def remember_all(
    asked: Asked, policy: CompiledPolicy, grant: Grant | None, row: OnTheWire, scope: UrlScope
) -> PreflightVerdict:
    """A browser may remember an answer where another policy decides about another method."""
    wide = Scope(scope.methods, alone=True, unchecked=frozenset())
    return judge_preflight(asked, policy, grant, row, wide)


FAULTS: Final[Mapping[str, Sequence[tuple[ModuleType, str, object]]]] = {
    "methods": [(decision, "judge_actual", ignore_methods)],
    "names": [(checks, "_refuse_headers", refuse_no_header), (checks, "_echo", echo_all)],
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_the_library_is_found(
    loop: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    for module, name, wrong in FAULTS[fault]:
        monkeypatch.setattr(module, name, wrong)

    @settings(
        max_examples=500,
        phases=[Phase.generate],
        database=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(programs(), scripts())
    def judge_any(program: Program, script: list[Ask]) -> None:
        judge(program, script, loop)

    with pytest.raises(AssertionError):
        judge_any()


def test_what_a_browser_remembers_of_one_policy_is_no_word_about_another(
    loop: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    origin = "https://a.example"
    program = Program(
        policies=(
            (ClauseOf(kind="keys", keys=(origin,), names="*", max_age=60),),
            (ClauseOf(kind="keys", keys=(origin,)),),
        ),
        sites=(Site("/a", False, ("GET", "PUT"), False, 200, None, {"GET": 0, "PUT": 1}),),
        subapp=None,
        inner=None,
        outer=None,
        excluded=None,
        is_own=False,
        has_middleware=False,
        target="/a",
    )
    asked = (("X-A", "1"),)
    script = [Ask("/a", origin, method, asked, "omit", 0, None) for method in ("GET", "PUT")]
    script.insert(0, Ask("/a", origin, "PUT", (), "omit", 0, None))
    judge(program, script, loop)
    monkeypatch.setattr(preflights, "judge_preflight", remember_all)
    with pytest.raises(AssertionError):
        judge(program, script, loop)
