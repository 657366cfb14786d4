"""Where a policy is enforced, no request of a page that it refuses reaches a handler.

Random programs, most of whose policies are enforced, get random requests of pages: those that a script
sends (the model of a browser, with its preflights and what it remembers of them), and those that need no
script: forms, links, images and WebSockets, composed as the engines were seen to send them. Routes come
late in between. The oracle reads the description of a program and asks the library nothing.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias, TypedDict, final

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from aiohttp_cors import AnyOriginRule, Cors, CredentialedRule, LiveOrigins, OriginRule
from aiohttp_cors._protocol.enforcement import Judged, Why
from aiohttp_cors._server import guard
from aiohttp_cors.browser.checks import CorsBlocked, HttpResponse
from aiohttp_cors.browser.fetch import run_fetch
from aiohttp_cors.browser.preflight_cache import PreflightCache
from aiohttp_cors.browser.request import HttpRequest, PageRequest
from tests.property.memory_server import MemoryServer
from tests.random_examples import examples

HOST: Final = "https://api.example"
OPAQUE: Final = "null"
ORIGINS: Final = (
    "https://a.example",
    "https://b.example",
    "https://www.api.example",
    "https://evil.example",
)
PAGES: Final = (HOST, OPAQUE, *ORIGINS)
METHODS: Final = ("GET", "POST", "PUT", "DELETE")
SITES: Final = 3

Source: TypeAlias = Literal["exact", "predicate", "live", "any"]
Kind: TypeAlias = Literal["fetch", "no-cors", "form", "socket", "image", "link", "object"]


@final
@dataclass(frozen=True, slots=True)
class ClauseOf:
    """A clause of a policy; one about any origin has no credentials."""

    source: Source
    origins: frozenset[str]
    credentials: bool
    methods: frozenset[str] | None
    authorization: bool

    def allows(self, method: str, credentials: Sequence[str]) -> bool:
        named = self.methods
        if named is not None and method not in named and not (method == "HEAD" and "GET" in named):
            return False
        allowed = {"Cookie", "Authorization"} if self.has_credentials else set[str]()
        allowed |= {"Authorization"} if self.authorization else set()
        return set(credentials) <= allowed

    @property
    def has_credentials(self) -> bool:
        return self.credentials and self.source != "any"


PolicyOf: TypeAlias = tuple[ClauseOf, ...]


@final
@dataclass(frozen=True, slots=True)
class Bound:
    """A policy, and how it is bound: enforced as it says, or not at all."""

    policy: PolicyOf
    enforced: bool
    isolate: bool
    own: bool


@final
@dataclass(frozen=True, slots=True)
class Site:
    """A resource, its methods, and what is bound to it and to single routes."""

    below: bool
    methods: tuple[str, ...]
    resource: Bound | None
    routes: Mapping[str, Bound]

    @property
    def path(self) -> str:
        return "/sub" if self.below else ""


@final
@dataclass(frozen=True, slots=True)
class Program:
    sites: tuple[Site, ...]
    mounted: Bound | None
    everywhere: Bound | None
    has_own_setup: bool

    def bound(self, number: int, method: str) -> Bound | None:
        """What decides about a method of a resource."""
        site = self.sites[number]
        route = "GET" if method == "HEAD" else method
        broad = (self.mounted if site.below else None) or self.everywhere
        return site.routes.get(route) or site.resource or broad

    def path(self, number: int) -> str:
        return f"{self.sites[number].path}/{number}"


@final
@dataclass(frozen=True, slots=True)
class Sent:
    """A request of a page.

    - `secure`: the server is reached over https, so that a browser says where the page is from;
    - `engine`: the one that says so on WebSocket handshakes, too, or the one that does not;
    - `no_referrer`: the page hides its origin from forms, as a policy of its own;
    - `late`: before it, a method is added to the resource.
    """

    kind: Kind
    page: str
    site: int
    method: str
    secure: bool
    engine: Literal["chromium", "other"]
    no_referrer: bool
    credentials: tuple[str, ...]
    late: str | None


# Programs and requests

clauses: Final = st.builds(
    ClauseOf,
    source=st.sampled_from(["exact", "exact", "predicate", "live", "any"]),
    origins=st.frozensets(st.sampled_from(ORIGINS[:3]), min_size=1, max_size=2),
    credentials=st.booleans(),
    methods=st.none() | st.frozensets(st.sampled_from(METHODS), min_size=1, max_size=3),
    authorization=st.booleans(),
)


def is_policy(policy: Sequence[ClauseOf]) -> bool:
    """No origin twice, and one live set or any origin at most."""
    named = [origin for each in policy if each.source == "exact" for origin in each.origins]
    kinds = [each.source for each in policy if each.source in {"any", "live"}]
    return len(named) == len(set(named)) and len(kinds) == len(set(kinds))


policies: Final = st.lists(clauses, min_size=1, max_size=2).filter(is_policy).map(tuple)
enforced: Final = st.builds(
    Bound, policy=policies, enforced=st.just(True), isolate=st.booleans(), own=st.booleans()
)
bare: Final = st.builds(
    Bound, policy=policies, enforced=st.just(False), isolate=st.just(False), own=st.just(False)
)


@st.composite
def programs(draw: st.DrawFn) -> Program:
    """Programs of which nothing more specific opens what something less specific enforces."""
    everywhere = draw(st.none() | bare | enforced | enforced)
    closed = everywhere is not None and everywhere.enforced
    mounted = draw(st.none() | enforced | (enforced if closed else bare))
    sites: list[Site] = []
    for _ in range(SITES):
        below = draw(st.booleans())
        outer = (mounted if below else None) or everywhere
        is_closed = (outer is not None and outer.enforced) or (below and closed)
        methods = tuple(draw(st.lists(st.sampled_from(METHODS), unique=True, min_size=1)))
        resource = draw(st.none() | enforced | (enforced if is_closed else bare))
        is_closed = is_closed or (resource is not None and resource.enforced)
        routes = {
            method: draw(enforced if is_closed else bare | enforced)
            for method in methods
            if draw(st.integers(0, 3)) == 0
        }
        sites.append(Site(below, methods, resource, routes))
    return Program(tuple(sites), mounted, everywhere, draw(st.booleans()))


requests: Final = st.builds(
    Sent,
    kind=st.sampled_from(["fetch", "no-cors", "form", "socket", "image", "link", "object"]),
    page=st.sampled_from(PAGES),
    site=st.integers(0, SITES - 1),
    method=st.sampled_from([*METHODS, "HEAD"]),
    secure=st.booleans(),
    engine=st.sampled_from(["chromium", "other"]),
    no_referrer=st.booleans(),
    credentials=st.lists(st.sampled_from(["Cookie", "Authorization"]), unique=True).map(tuple),
    late=st.none() | st.none() | st.sampled_from(METHODS),
)


# The application


@web.middleware
async def passes_on(request: web.Request, handler: Handler) -> web.StreamResponse:
    return await handler(request)


@final
@dataclass
class Running:
    """A program that runs, and what reaches its handlers."""

    program: Program
    reached: list[int] = field(default_factory=list[int])
    resources: list[web.Resource] = field(default_factory=list[web.Resource])

    def application(self) -> web.Application:
        app, sub = web.Application(middlewares=[passes_on]), web.Application()
        apps = [sub if site.below else app for site in self.program.sites]
        inner = Cors.for_app(sub) if self.program.has_own_setup else None
        resources = [apps[number].router.add_resource(f"/{number}") for number in range(len(apps))]
        self.resources = resources
        outer = Cors.for_app(app)
        own = [inner if site.below and inner is not None else outer for site in self.program.sites]
        for number, site in enumerate(self.program.sites):
            routes = {method: self.add(number, method) for method in site.methods}
            for method, bound in site.routes.items():
                self._bind(own[number], bound, routes[method])
            if site.resource is not None:
                self._bind(own[number], site.resource, resources[number])
        mounted = app.add_subapp("/sub", sub)
        if self.program.mounted is not None:
            self._bind(outer, self.program.mounted, mounted)
        if self.program.everywhere is not None:
            rule = self._rule(outer, self.program.everywhere.policy)
            if self.program.everywhere.enforced:
                rule.enforce_everywhere(**_options(self.program.everywhere))
            else:
                rule.everywhere()
        return app

    def add(self, number: int, method: str) -> web.AbstractRoute:
        async def handler(request: web.Request) -> web.Response:
            self.reached.append(number)
            return web.Response()

        return self.resources[number].add_route(method, handler)

    def _bind(
        self, cors: Cors, bound: Bound, target: web.AbstractResource | web.AbstractRoute
    ) -> None:
        rule = self._rule(cors, bound.policy)
        if bound.enforced:
            rule.enforce_on(target, **_options(bound))
        else:
            rule.on(target)

    def _rule(self, cors: Cors, policy: PolicyOf) -> OriginRule | CredentialedRule | AnyOriginRule:
        state: Cors | OriginRule | CredentialedRule | AnyOriginRule = cors
        for clause in policy:
            rule: OriginRule | CredentialedRule | AnyOriginRule = self._begin(state, clause)
            if isinstance(rule, OriginRule) and clause.credentials:
                rule = rule.allow_credentials()
            if clause.methods is not None:
                rule = rule.allow_methods(*clause.methods)
            state = rule.allow_headers("Authorization") if clause.authorization else rule
        assert not isinstance(state, Cors)
        return state

    def _begin(
        self, state: Cors | OriginRule | CredentialedRule | AnyOriginRule, clause: ClauseOf
    ) -> OriginRule | AnyOriginRule:
        match clause.source:
            case "exact":
                return state.origin(*clause.origins)
            case "predicate":
                return state.origin_where(lambda origin: origin in clause.origins)
            case "live":
                return state.origin(LiveOrigins(clause.origins))
            case "any":
                return state.any_origin()


class Options(TypedDict):
    """What `enforce_on` and `enforce_everywhere` take alike."""

    own: list[str]
    isolate: bool


def _options(bound: Bound) -> Options:
    return {"own": [HOST] if bound.own else [], "isolate": bound.isolate}


# What a page sends


def lines_of(sent: Sent) -> list[tuple[str, str]]:
    """The header lines that an engine adds, as they were measured; not those of a script."""
    is_named = sent.kind in {"form", "socket"}
    hidden = sent.kind == "form" and sent.no_referrer
    lines = [("Origin", OPAQUE if hidden else sent.page)] if is_named else []
    if sent.secure and not (sent.kind == "socket" and sent.engine == "chromium"):
        neighbour = sent.page.endswith(".api.example")
        site = "same-origin" if sent.page == HOST else "same-site" if neighbour else "cross-site"
        mode = "navigate" if sent.kind in {"form", "link", "object"} else "no-cors"
        dest = {"form": "document", "link": "document", "object": "object"}.get(sent.kind, "image")
        lines += [("Sec-Fetch-Site", site), ("Sec-Fetch-Mode", mode), ("Sec-Fetch-Dest", dest)]
    if sent.kind == "socket":
        # Without "Connection: Upgrade": the connection goes on with HTTP.
        lines += [("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13")]
    return lines + [(name, "x") for name in sent.credentials]


def method_of(sent: Sent) -> str:
    match sent.kind:
        case "form":
            return "POST"
        case "socket" | "image" | "link" | "object":
            return "GET"
        case "no-cors":
            return sent.method if sent.method in {"GET", "HEAD", "POST"} else "POST"
        case "fetch":
            return sent.method


def may_reach(bound: Bound, request: HttpRequest, page: str, *, is_embed: bool) -> bool:
    """Whether the policy lets a request of a page reach a handler.

    What a server cannot know of is no reason: a link of a page that is refused looks like any other.
    """
    told = dict(request.headers)
    origin, site = told.get("Origin"), told.get("Sec-Fetch-Site")
    is_socket = "Upgrade" in told
    if page == HOST and (site == "same-origin" or origin in {None, HOST}):
        return True
    clause = clause_for(bound.policy, origin) if origin is not None else None
    if origin is None:
        assert request.method in {"GET", "HEAD"}
        assert not is_socket
        is_public = any(each.source == "any" for each in bound.policy)
        return site is None or not (is_embed and bound.isolate) or is_public
    if origin == OPAQUE or clause is None:
        return False
    sent = [name for name in ("Cookie", "Authorization") if name in told]
    return clause.allows(request.method, sent)


def clause_for(policy: PolicyOf, origin: str) -> ClauseOf | None:
    """The clause that decides about an origin."""
    orders: tuple[set[str], ...] = ({"exact"}, {"predicate", "live"})
    for sources in orders:
        for clause in policy:
            if clause.source in sources and origin in clause.origins:
                return clause
    return next((clause for clause in policy if clause.source == "any"), None)


@final
class Trial:
    """A running program and its pages; each request is held against the oracle as it passes."""

    def __init__(self, program: Program, loop: asyncio.AbstractEventLoop) -> None:
        self._running = Running(program)
        self._server = MemoryServer(self._running.application(), loop)
        self._cache = PreflightCache()

    def stop(self) -> None:
        self._server.stop()

    def run(self, sent: Sent) -> None:
        running = self._running
        resource = running.resources[sent.site]
        if sent.late is not None and all(route.method != sent.late for route in resource):
            running.add(sent.site, sent.late)
        url = HOST + running.program.path(sent.site)
        if sent.kind in {"fetch", "no-cors"}:
            script = PageRequest(
                url=url,
                origin=sent.page,
                method=method_of(sent),
                mode="cors" if sent.kind == "fetch" else "no-cors",
                headers=(("Authorization", "x"),) if "Authorization" in sent.credentials else (),
                credentials="include" if "Cookie" in sent.credentials else "omit",
            )
            with suppress(CorsBlocked):
                run_fetch(script, self._cache, lambda request: self._pass(sent, request))
            return
        lines = tuple(lines_of(sent))
        request = HttpRequest(
            method=method_of(sent),
            url=url,
            headers=lines,
            body=None,
            credentials=False,
            preflight=False,
        )
        self._pass(sent, request)

    def _pass(self, sent: Sent, request: HttpRequest) -> HttpResponse:
        lines = list(request.headers)
        if request.credentials and not request.preflight:
            lines.append(("Cookie", "x"))
        if not sent.secure:
            lines = [line for line in lines if not line[0].startswith("Sec-Fetch-")]
        whole = HttpRequest(
            method=request.method,
            url=request.url,
            headers=tuple(lines),
            body=request.body,
            credentials=request.credentials,
            preflight=request.preflight,
        )
        reached = self._running.reached
        reached.clear()
        response = self._server.send(whole)
        bound = self._running.program.bound(sent.site, request.method)
        if request.preflight:
            assert not reached
        elif bound is not None and bound.enforced:
            is_embed = sent.kind != "link"
            expected = may_reach(bound, whole, sent.page, is_embed=is_embed)
            is_routed = any(
                route.method == request.method for route in self._running.resources[sent.site]
            )
            assert bool(reached) == (expected and is_routed), (sent, whole, response.status)
            assert expected or not is_routed or response.status == 403
        return response


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


def judge(program: Program, script: Sequence[Sent], loop: asyncio.AbstractEventLoop) -> None:
    trial = Trial(program, loop)
    try:
        for sent in script:
            trial.run(sent)
    finally:
        trial.stop()


def test_no_request_of_a_page_that_the_policy_refuses_reaches_a_handler(
    loop: asyncio.AbstractEventLoop,
) -> None:
    @settings(max_examples=examples(500), suppress_health_check=[HealthCheck.too_slow])
    @given(programs(), st.lists(requests, min_size=1, max_size=8))
    def judge_any(program: Program, script: list[Sent]) -> None:
        judge(program, script, loop)

    judge_any()


def passes(*_: object, **__: object) -> Judged:
    """Everything that the rows about origins decide passes."""
    return Judged(Why.CREDENTIALED)


def passes_all(*_: object, **__: object) -> Judged:
    """Everything passes before a policy is asked."""
    return Judged(Why.NO_BROWSER)


@pytest.mark.parametrize("name, wrong", [("judge_origin", passes), ("judge_facts", passes_all)])
def test_a_fault_in_the_guard_is_found(
    loop: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch, name: str, wrong: object
) -> None:
    monkeypatch.setattr(guard, name, wrong)

    @settings(
        max_examples=200,
        phases=[Phase.generate],
        database=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(programs(), st.lists(requests, min_size=1, max_size=8))
    def judge_any(program: Program, script: list[Sent]) -> None:
        judge(program, script, loop)

    with pytest.raises(AssertionError):
        judge_any()
