"""Fluent and classic configurations that mean the same give the same decisions.

A random configuration is written through both APIs, a browser asks both applications the same
random requests, and what it may read has to be the same; so have the answers to preflights, as far
as a browser understands them.

What the contract lets the two answer differently is left out: requests with a method that the rule
does not name (the fluent API then writes no header), methods in lower case (the classic API
compares those that a rule names without regard to case), and wider lists in answers to preflights.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, final

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import event, given, settings
from hypothesis import strategies as st

import aiohttp_cors
from aiohttp_cors import AnyOriginRule, Cors, CredentialedRule, OriginRule, ResourceOptions
from aiohttp_cors.testing import Browser, CorsBlocked
from tests.integration.fluent_support import refuses
from tests.integration.support import Answer, Client, preflight
from tests.random_examples import examples

Rule: TypeAlias = OriginRule | CredentialedRule | AnyOriginRule
Config: TypeAlias = dict[str, ResourceOptions]
Outcome: TypeAlias = tuple[int, tuple[tuple[str, str], ...]] | Literal["blocked"]
Understood: TypeAlias = tuple[bool, str | None, str | None] | Literal["refused"]

METHODS: Final = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH")
KEYS: Final = (
    "https://a.example",
    "https://b.example:8443",
    "https://*.x.example",
    "https://*.y.x.example",
    "http://localhost:*",
    "*",
)
ORIGINS: Final = (
    "https://a.example",
    "https://b.example:8443",
    "https://b.example",
    "https://y.x.example",
    "https://z.y.x.example",
    "https://x.example",
    "http://localhost",
    "http://localhost:3000",
    "https://evil.example",
)
NAMES: Final = ("X-One", "X-Two", "Authorization", "Content-Type", "Accept")
RESPONSE_NAMES: Final = ("X-Custom", "ETag", "X-Absent", "Cache-Control")
# Written by the library or by aiohttp below it: no part of what the program answers.
NOT_THE_PROGRAMS: Final = ("access-control-", "vary", "date", "server", "connection")


@final
@dataclass(frozen=True, slots=True)
class Site:
    """A path, the methods that are routed there, and what is configured for it."""

    path: str
    routed: tuple[str, ...]
    config: Config

    @property
    def named(self) -> frozenset[str] | Literal["*"] | None:
        """The methods that every rule of this site names."""
        return next(iter(self.config.values())).allow_methods

    @property
    def leaves_out_head(self) -> bool:
        return isinstance(self.named, frozenset) and "HEAD" not in self.named

    def is_compared(self, method: str) -> bool:
        return self.named is None or self.named == "*" or method in self.named


@final
@dataclass(frozen=True, slots=True)
class Request:
    site: int
    method: str
    origin: str
    names: tuple[str, ...]
    credentials: Literal["omit", "same-origin", "include"]
    seconds: int


@final
@dataclass(frozen=True, slots=True)
class Program:
    sites: tuple[Site, ...]
    classic: Literal["resource", "routes", "defaults"]
    fluent: Literal["mapping", "chain", "routes", "everywhere"]


def some(names: Sequence[str]) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(names), max_size=3)


@st.composite
def configs(draw: st.DrawFn, routed: tuple[str, ...]) -> Config:
    keys = draw(st.lists(st.sampled_from(KEYS), min_size=1, max_size=4, unique=True))
    more = draw(some(METHODS))
    methods = draw(st.sampled_from([None, "*", frozenset(routed) | more]))
    config: Config = {}
    for key in keys:
        names = draw(st.one_of(st.just("*"), some(NAMES)))
        exposed = draw(st.one_of(st.just("*"), some(RESPONSE_NAMES)))
        config[key] = ResourceOptions(
            allow_credentials=key != "*" and draw(st.booleans()),
            allow_headers="*" if isinstance(names, str) else names,
            expose_headers="*" if isinstance(exposed, str) else exposed,
            allow_methods="*" if isinstance(methods, str) else methods,
            max_age=draw(st.sampled_from([None, 0, 5, 600, 86400])),
        )
    return config


@st.composite
def programs(draw: st.DrawFn) -> Program:
    routed = tuple(sorted(draw(st.sets(st.sampled_from(METHODS), min_size=1, max_size=4))))
    one = Site("/items", routed, draw(configs(routed)))
    if draw(st.booleans()):
        # Defaults and `everywhere` say the same for all there is.
        sites = (one, Site("/u/{id}", routed, one.config))
        return Program(sites, "defaults" if draw(st.booleans()) else "resource", "everywhere")
    other = tuple(sorted(draw(st.sets(st.sampled_from(METHODS), min_size=1, max_size=4))))
    sites = (one, Site("/u/{id}", other, draw(configs(other))))
    # Rules on routes say nothing about a 405, in either API; and what they name is about this one
    # route in the classic API.
    if all(site.named is None for site in sites) and draw(st.booleans()):
        return Program(sites, "routes", "routes")
    return Program(sites, "resource", draw(st.sampled_from(("mapping", "chain"))))


@st.composite
def requests(draw: st.DrawFn) -> Request:
    return Request(
        site=draw(st.integers(0, 1)),
        method=draw(st.sampled_from(METHODS)),
        origin=draw(st.sampled_from(ORIGINS)),
        names=tuple(draw(st.lists(st.sampled_from(NAMES), max_size=3, unique=True))),
        credentials=draw(st.sampled_from(("omit", "same-origin", "include"))),
        seconds=draw(st.sampled_from([0, 0, 0, 5, 601])),
    )


async def handler(request: web.Request) -> web.Response:
    match request.match_info.get("id"):
        case "404":
            raise web.HTTPNotFound
        case "401":
            return web.Response(status=401)
        case _:
            headers = {"X-Custom": "1", "ETag": '"1"', "Cache-Control": "no-cache"}
            return web.Response(text=request.method, headers=headers)


def routed(app: web.Application, site: Site) -> web.Resource:
    resource = app.router.add_resource(site.path)
    for method in site.routed:
        resource.add_route(method, handler)
    return resource


def classic(program: Program) -> web.Application:
    app = web.Application()
    defaults = program.sites[0].config if program.classic == "defaults" else None
    cors = aiohttp_cors.setup(app, defaults=defaults)
    for site in program.sites:
        resource = routed(app, site)
        routes = list(resource)
        cors.add(resource, site.config if program.classic == "resource" else None)
        for route in routes:
            cors.add(route, site.config if program.classic == "routes" else None)
    return app


def fluent(program: Program) -> web.Application:
    app = web.Application()
    cors = Cors.for_app(app)
    resources = [routed(app, site) for site in program.sites]
    if program.fluent == "everywhere":
        cors.use(program.sites[0].config).everywhere()
        return app
    for resource, site in zip(resources, program.sites, strict=True):
        if program.fluent == "chain":
            chain(cors, site.config).on(resource)
        else:
            cors.use(site.config).on(*(resource if program.fluent == "routes" else [resource]))
    return app


def chain(cors: Cors, config: Config) -> Rule:
    """The steps that say what a mapping says."""
    state: Cors | Rule = cors
    for origin, options in config.items():
        rule: Rule = state.any_origin() if origin == "*" else state.origin(origin)
        if isinstance(rule, OriginRule) and options.allow_credentials:
            rule = rule.allow_credentials()
        if options.allow_headers == "*":
            rule = rule.allow_any_header()
        elif options.allow_headers:
            rule = rule.allow_headers(*options.allow_headers)
        if options.expose_headers == "*":
            rule = rule.expose_all()
        elif options.expose_headers:
            rule = rule.expose(*options.expose_headers)
        if options.allow_methods == "*":
            rule = rule.allow_any_method()
        elif options.allow_methods:
            rule = rule.allow_methods(*options.allow_methods)
        state = rule if options.max_age is None else rule.max_age(options.max_age)
    assert not isinstance(state, Cors)
    return state


def path_of(request: Request, program: Program) -> str:
    ids = {"GET": "1", "PUT": "404", "POST": "401"}
    return program.sites[request.site].path.replace("{id}", ids.get(request.method, "2"))


async def fetched(browser: Browser, path: str, request: Request) -> Outcome:
    """What a script gets of a request: status and headers, or nothing."""
    try:
        response = await browser.fetch(
            path,
            method=request.method,
            headers=dict.fromkeys(request.names, "application/json"),
            credentials=request.credentials,
        )
    except CorsBlocked:
        return "blocked"
    return response.status, tuple(sorted(the_programs(response.headers)))


def the_programs(headers: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, value in headers.items():
        if not name.lower().startswith(NOT_THE_PROGRAMS):
            yield name.lower(), value


def understood(answer: Answer, request: Request) -> Understood:
    """What a browser learns from the answer to a preflight about the request it is for."""
    if answer.status != 200:
        assert answer.cors == {}
        return "refused"
    assert answer.cors["allow-origin"] in {"*", request.origin}
    if answer.text:
        assert refuses(answer, request.method) or any(
            refuses(answer, request.method, name.lower()) for name in request.names
        )
        return "refused"
    assert request.method in answer.cors["allow-methods"].split(",")
    allowed = {name.strip().lower() for name in answer.cors.get("allow-headers", "").split(",")}
    assert {name.lower() for name in request.names} <= allowed
    return True, answer.cors.get("allow-credentials"), answer.cors.get("max-age")


async def compare(program: Program, asked: Sequence[Request]) -> None:
    apps = [classic(program), fluent(program)]
    clients: list[Client] = [TestClient(TestServer(app)) for app in apps]
    try:
        for client in clients:
            await client.start_server()
        browsers: dict[str, list[Browser]] = {
            origin: [Browser(client, origin=origin) for client in clients] for origin in ORIGINS
        }
        for request in asked:
            path = path_of(request, program)
            if request.method == "HEAD" and program.sites[request.site].leaves_out_head:
                continue  # HEAD follows a GET that is named in the fluent API only
            answers = [
                await preflight(
                    client,
                    path,
                    request.method,
                    origin=request.origin,
                    names=",".join(request.names),
                )
                for client in clients
            ]
            by_classic, by_fluent = (understood(answer, request) for answer in answers)
            assert by_classic == by_fluent, request
            event(f"preflight {'refused' if by_classic == 'refused' else 'allowed'}")
            if not program.sites[request.site].is_compared(request.method):
                continue
            pair = browsers[request.origin]
            for browser in pair:
                browser.advance(request.seconds)
            one, two = [await fetched(browser, path, request) for browser in pair]
            assert one == two, request
            event(f"response {'blocked' if one == 'blocked' else 'read'}")
    finally:
        for client in clients:
            await client.close()


@settings(max_examples=examples(150))
@given(programs(), st.lists(requests(), min_size=4, max_size=12))
def test_configurations_that_mean_the_same_give_the_same_decisions(
    program: Program, asked: list[Request]
) -> None:
    asyncio.run(compare(program, asked))
