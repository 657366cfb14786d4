"""No refused request passes within one route's configuration of a classic program.

The classic API answers as aiohttp-cors 0.8.1 did, and the contract does not protect it across the routes of
a URL: a browser combines a header that was allowed for one of them with the method of another. So a
browser asks each URL with one method here, with random headers, origins and credentials, over and over,
while routes are added to the resources and to the configuration.

The expectation is the contract's *Which policy decides*, rule 7, and *Matching origins*.
"""

import asyncio
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import combinations, product
from types import ModuleType
from typing import Final, Literal, TypeAlias, final

import pytest
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aiohttp_cors import CorsConfig, ResourceOptions, setup
from aiohttp_cors._protocol.compiled_policy import CompiledPolicy
from aiohttp_cors._protocol.verdicts import Dialect, Naming
from aiohttp_cors._table import additions, bindings
from aiohttp_cors._table.additions import Addition
from aiohttp_cors._table.coverage import Level, Row
from aiohttp_cors.browser.checks import CorsBlocked, HttpResponse
from aiohttp_cors.browser.fetch import run_fetch
from aiohttp_cors.browser.preflight_cache import PreflightCache
from aiohttp_cors.browser.request import CredentialsMode, HttpRequest, PageRequest
from tests.property.judged import HEADERS, HOST, KEYS, ORIGINS, SAFELISTED, OpenQuestionError
from tests.property.memory_server import MemoryServer
from tests.property.remembered import Remembered
from tests.random_examples import examples

Config: TypeAlias = Mapping[str, ResourceOptions]
Kind: TypeAlias = Literal["route", "resource is added", "route is added"]

METHODS: Final = ("GET", "HEAD", "POST", "PUT", "DELETE")
# Templates, and a path that each matches; no two match the same.
PATHS: Final[Mapping[str, str]] = {"/a": "/a", "/u/{id}": "/u/1"}
EXACT: Final = tuple(key for key in KEYS if "*" not in key)
PATTERNS: Final = tuple(key for key in KEYS if "*" in key)
MANY: Final = examples(600)
ALL_AGES: Final = 100_000
"""More seconds than a preflight is ever remembered."""

Named: TypeAlias = tuple[str, ...] | Literal["*"]

ALLOW_HEADERS: Final[tuple[Named, ...]] = (
    (),
    ("X-A",),
    ("X-A", "x-b"),
    ("Authorization", "Content-Type"),
    "*",
)
ALLOW_METHODS: Final[tuple[Named | None, ...]] = (
    None,
    ("PUT",),
    ("GET", "POST"),
    ("delete",),
    "*",
)
OPTIONS: Final = st.sampled_from(
    [
        ResourceOptions(
            allow_credentials=credentials,
            allow_headers=names,
            allow_methods=methods,
            max_age=max_age,
        )
        for credentials, names, methods, max_age in product(
            (False, True),
            ALLOW_HEADERS,
            ALLOW_METHODS,
            (None, 0, 60),
        )
    ]
)
CONFIGS: Final = st.dictionaries(st.sampled_from((*KEYS, "*", "*")), OPTIONS, max_size=3)


@final
@dataclass(frozen=True, slots=True)
class Step:
    """A route comes, a resource is added, or one of its routes is."""

    kind: Kind
    site: int
    method: str = ""


@final
@dataclass(frozen=True, slots=True)
class Site:
    """A resource: its routes, those that are added, in order, and its own addition."""

    path: str
    routed: tuple[str, ...]
    added: Mapping[str, Config]
    own: Config | None


@final
@dataclass(frozen=True, slots=True)
class Program:
    """`stages` are the steps before the first fetch, and those that come later."""

    defaults: Config
    sites: tuple[Site, ...]
    stages: tuple[tuple[Step, ...], ...]


@final
@dataclass(frozen=True, slots=True)
class Ask:
    """A script's request; before it, `seconds` pass."""

    site: int
    origin: str
    headers: tuple[tuple[str, str], ...]
    credentials: CredentialsMode
    watched: bool
    seconds: int


@st.composite
def sites(draw: st.DrawFn, path: str) -> Site:
    routed = draw(st.lists(st.sampled_from(METHODS), min_size=1, max_size=4, unique=True))
    added = draw(st.lists(st.sampled_from(routed), max_size=2, unique=True))
    configs = {method: draw(CONFIGS) for method in added}
    return Site(path, tuple(routed), configs, draw(st.none() | CONFIGS))


@st.composite
def programs(draw: st.DrawFn) -> Program:
    made = [draw(sites(path)) for path in PATHS]
    later = st.sampled_from((0, 0, 1, 2))
    stages: tuple[list[Step], ...] = ([], [], [])
    for number, site in enumerate(made):
        own = draw(later)
        if site.own is not None:
            stages[own].append(Step("resource is added", number))
        routed = {method: draw(later) for method in site.routed}
        for method, stage in routed.items():
            stages[stage].append(Step("route", number, method))
        # A resource cannot be added behind its routes, and those are added in the order written.
        earliest = 0 if site.own is None else own
        for method in site.added:
            earliest = max(earliest, routed[method], draw(later))
            stages[earliest].append(Step("route is added", number, method))
    return Program(draw(CONFIGS), tuple(made), tuple(tuple(stage) for stage in stages))


@st.composite
def programs_and_methods(draw: st.DrawFn) -> tuple[Program, Sequence[str]]:
    """A program, and a method for each of its URLs: mostly one that is routed."""
    program = draw(programs())
    likely = [(*site.added, *site.routed, *site.routed, *METHODS) for site in program.sites]
    return program, [draw(st.sampled_from(methods)) for methods in likely]


ASKS: Final = st.builds(
    Ask,
    st.sampled_from(range(len(PATHS))),
    st.sampled_from(ORIGINS[:-1]),
    st.sampled_from([(), (), *combinations(HEADERS, 1), *combinations(list(HEADERS)[:4], 2)]),
    st.sampled_from(("omit", "same-origin", "include")),
    st.booleans(),
    st.sampled_from((0, 0, 0, 5, 61)),
)


def find_options(chain: Sequence[Config], origin: str) -> ResourceOptions | None:
    """The options that decide about `origin`, along a chain of configurations."""
    meant = [*product(EXACT, chain), *((key, config) for config in chain for key in PATTERNS)]
    for key, config in meant:
        if key in config and origin in KEYS[key]:
            return config[key]
    return next((config["*"] for config in chain if "*" in config), None)


def names(options: ResourceOptions, method: str) -> bool:
    return options.is_method_allowed(method)


@final
class State:
    """What of a program has come so far; says what a browser may read of it."""

    def __init__(self, program: Program, steps: Collection[Step]) -> None:
        self._program = program
        self._steps = steps

    def may_read(self, ask: Ask, method: str) -> bool:
        """Whether a script may read the answer; `OpenQuestionError` where the contract is silent."""
        site, defaults = self._program.sites[ask.site], self._program.defaults
        routed = [each for each in site.routed if self._has("route", ask.site, each)]
        added = [each for each in site.added if self._has("route is added", ask.site, each)]
        own = site.own if self._has("resource is added", ask.site) else None
        if not routed:
            raise OpenQuestionError  # to aiohttp a resource without a route is none
        if own is None and not added:
            return False
        whole = [defaults] if own is None else [own, defaults]
        chain, must_name, must_name_for_preflight = whole, False, False
        if method in added:
            chain = [site.added[method], *whole]
        elif method in routed and added:
            if method == "HEAD" and "GET" in added:
                raise OpenQuestionError  # whether its preflight has to be named
            must_name = True
            chain = whole if own is not None else [site.added[added[0]], defaults]
        elif method in routed:
            must_name_for_preflight = True
        elif needs_preflight(ask, method):
            raise OpenQuestionError  # a method that nobody serves
        options = find_options(chain, ask.origin)
        if options is None or (ask.credentials == "include" and not options.allow_credentials):
            return False
        if must_name and not names(options, method):
            return False
        if not needs_preflight(ask, method):
            return True
        if must_name_for_preflight and not names(options, method):
            return False
        allowed = options.allow_headers
        return allowed == "*" or {name.upper() for name in unsafe(ask)} <= allowed

    def _has(self, kind: Kind, site: int, method: str = "") -> bool:
        return Step(kind, site, method) in self._steps


def unsafe(ask: Ask) -> frozenset[str]:
    return frozenset(line[0].lower() for line in ask.headers if HEADERS[line])


def needs_preflight(ask: Ask, method: str) -> bool:
    return ask.watched or method not in SAFELISTED or bool(unsafe(ask))


async def handler(request: web.Request) -> web.Response:
    return web.Response(text="hello")


class Trial:
    """The program, running, and a browser."""

    def __init__(self, program: Program, loop: asyncio.AbstractEventLoop) -> None:
        self._program = program
        self._steps: list[Step] = []
        self._cache = PreflightCache()
        self._remembered = Remembered()
        self._sent: list[str] = []
        self._credentials = False
        app = web.Application()
        self._cors: CorsConfig = setup(app, defaults=program.defaults)
        self._resources = [app.router.add_resource(site.path) for site in program.sites]
        self.come(program.stages[0])
        self._server = MemoryServer(app, loop)

    def stop(self) -> None:
        self._server.stop()

    def come(self, steps: Sequence[Step]) -> None:
        """Do these steps. What browsers remember is what was so before: it has run out."""
        for step in steps:
            site, resource = self._program.sites[step.site], self._resources[step.site]
            match step.kind:
                case "route":
                    resource.add_route(step.method, handler)
                case "resource is added":
                    self._cors.add(resource, site.own)
                case "route is added":
                    (route,) = (route for route in resource if route.method == step.method)
                    self._cors.add(route, site.added[step.method])
        self._steps += steps
        self._advance(ALL_AGES)

    def judge(self, asked: Sequence[Ask], methods: Sequence[str]) -> None:
        """Hold the browser to what the program allows; `methods` has one for each URL."""
        state = State(self._program, self._steps)
        for ask in asked:
            method = methods[ask.site]
            self._advance(ask.seconds)
            is_through = self._fetch(ask, method)
            with suppress(OpenQuestionError):
                expected = state.may_read(ask, method)
                assert is_through is expected, (method, ask)
                if needs_preflight(ask, method):
                    assert expected or not self._sent, "a refused request has arrived"
            self._look_back(state, methods)

    def _look_back(self, state: State, methods: Sequence[str]) -> None:
        """All that is remembered of a URL may be sent at once with its method."""
        for known in self._remembered.known():
            (number,) = (n for n in range(len(self._resources)) if self._url(n) == known.url)
            method = methods[number]
            assert known.methods <= {method}
            lines = tuple(
                line for line in HEADERS if HEADERS[line] and line[0].lower() in known.names
            )
            credentials: CredentialsMode = "include" if known.credentials else "omit"
            all_at_once = Ask(number, known.origin, lines, credentials, True, 0)
            with suppress(OpenQuestionError):
                assert state.may_read(all_at_once, method), (method, all_at_once)

    def _fetch(self, ask: Ask, method: str) -> bool:
        self._sent.clear()
        self._credentials = ask.credentials == "include"
        page = PageRequest(
            url=self._url(ask.site),
            origin=ask.origin,
            method=method,
            headers=ask.headers,
            credentials=ask.credentials,
            upload_listener=ask.watched,
        )
        try:
            run_fetch(page, self._cache, self._send)
        except CorsBlocked:
            return False
        return True

    def _send(self, request: HttpRequest) -> HttpResponse:
        response = self._server.send(request)
        if request.preflight:
            self._remembered.note(request, response, credentials=self._credentials)
        else:
            self._sent.append(request.method)
        return response

    def _url(self, site: int) -> str:
        return HOST + PATHS[self._program.sites[site].path]

    def _advance(self, seconds: int) -> None:
        self._cache.advance(seconds)
        self._remembered.advance(seconds)


def judge(
    program: Program,
    methods: Sequence[str],
    asked: Sequence[Ask],
    loop: asyncio.AbstractEventLoop,
) -> None:
    """Ask the same at each stage."""
    trial = Trial(program, loop)
    try:
        trial.judge(asked, methods)
        for steps in program.stages[1:]:
            trial.come(steps)
            trial.judge(asked, methods)
    finally:
        trial.stop()


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


def test_no_refused_request_passes_within_one_routes_configuration(
    loop: asyncio.AbstractEventLoop,
) -> None:
    @settings(max_examples=MANY, suppress_health_check=[HealthCheck.too_slow])
    @given(programs_and_methods(), st.lists(ASKS, min_size=1, max_size=8))
    def judge_any(case: tuple[Program, Sequence[str]], asked: list[Ask]) -> None:
        judge(*case, asked, loop)

    judge_any()


def covers_what_was_left_out(addition: Addition, whole: CompiledPolicy) -> Row:
    """A route that was left out is decided by the defaults, as in 0.8.1."""
    return Row(whole, Naming.NEVER, Dialect.CLASSIC, Level.RESOURCE)


PAGE: Final = "https://a.example"
WIDE: Final[Config] = {PAGE: ResourceOptions(allow_credentials=True, allow_headers="*")}
NARROW: Final[Config] = {PAGE: ResourceOptions()}
ROUTES: Final = (Step("route", 0, "GET"), Step("route", 0, "PUT"))
WITH_COOKIES: Final = [Ask(0, PAGE, (("X-A", "1"),), "include", False, 0)]

# What is broken, and the program that shows it to a PUT with a header and with cookies.
FAULTS: Final[Mapping[str, tuple[tuple[ModuleType, str, object], Program]]] = {
    "a route that was left out is covered": (
        (additions, "_left_out", covers_what_was_left_out),
        Program(
            WIDE,
            (Site("/a", ("GET", "PUT"), {"GET": {}}, None),),
            ((*ROUTES, Step("route is added", 0, "GET")),),
        ),
    ),
    "what was known before a route was added is kept": (
        (bindings, "changed", lambda: None),
        Program(
            {},
            (Site("/a", ("GET", "PUT"), {"GET": NARROW, "PUT": WIDE}, None),),
            (
                (*ROUTES, Step("route is added", 0, "GET")),
                (Step("route is added", 0, "PUT"),),
            ),
        ),
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_the_library_is_found(
    loop: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    broken, program = FAULTS[fault]
    judge(program, ["PUT"], WITH_COOKIES, loop)
    monkeypatch.setattr(*broken)
    with pytest.raises(AssertionError):
        judge(program, ["PUT"], WITH_COOKIES, loop)
