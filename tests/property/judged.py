"""Random programs for `test_browser_judges`: what they are, how they are built, what they allow.

A program is described first, with names and numbers only. From the description an application is
built with the fluent API, and a twin of it without any CORS, which tells what serves a request.
`may_read` is the oracle: it reads the description, asks the twin and never the library.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias, final

from aiohttp import web
from aiohttp.typedefs import Handler

from aiohttp_cors import (
    AnyOriginRule,
    Cors,
    CredentialedRule,
    LiveOrigins,
    OriginRule,
    answer_preflights,
)

Kind: TypeAlias = Literal["keys", "where", "awaited", "live", "any"]
Rule: TypeAlias = OriginRule | CredentialedRule | AnyOriginRule

# Patterns and exact origins, the most specific first, and the origins below that each means.
KEYS: Final[Mapping[str, frozenset[str]]] = {
    "https://a.example": frozenset({"https://a.example"}),
    "https://b.y.x.example": frozenset({"https://b.y.x.example"}),
    "http://localhost:*": frozenset({"http://localhost", "http://localhost:3000"}),
    "https://*.y.x.example": frozenset({"https://b.y.x.example"}),
    "https://*.y.x.example:*": frozenset({"https://b.y.x.example", "https://b.y.x.example:8443"}),
    "https://*.x.example": frozenset({"https://b.y.x.example", "https://y.x.example"}),
}
PARTNERS: Final = ("https://p.example", "https://q.example", "https://a.example")
HOST: Final = "https://api.example"
ORIGINS: Final = (
    "https://a.example",
    "https://b.y.x.example",
    "https://b.y.x.example:8443",
    "https://y.x.example",
    "http://localhost",
    "http://localhost:3000",
    "https://p.example",
    "https://q.example",
    "https://evil.example",
    "null",
    HOST,
)
METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
# Header lines that a script sets, and whether a preflight has to ask for them.
HEADERS: Final[Mapping[tuple[str, str], bool]] = {
    ("X-A", "1"): True,
    ("x-b", "2"): True,
    ("Authorization", "Bearer t"): True,
    ("Content-Type", "application/json"): True,
    ("Content-Type", "text/plain"): False,
    ("Accept", "text/html"): False,
}
NAMES: Final = ("X-A", "X-B", "Authorization", "Content-Type")
# Templates, and what each matches.
PATHS: Final[Mapping[str, str]] = {
    "/a": "/a",
    "/b": "/b",
    "/u/me": "/u/me",
    "/u/{id}": "/u/[^{}/]+",
    "/u/{id:\\d+}": "/u/\\d+",
    "/{rest:[abu].*}": "/[abu].*",
}
SUB: Final = "/sub"
URLS: Final = (
    "/a",
    "/b",
    "/u/me",
    "/u/1",
    "/u/x",
    "/z",
    "/sub/a",
    "/sub/u/1",
    "/sub/u/me",
    "/sub/z",
)
MAX_REDIRECTS: Final = 20
SAFELISTED: Final = frozenset({"GET", "HEAD", "POST"})


@final
@dataclass(frozen=True, slots=True)
class ClauseOf:
    """A clause: origins by key, a predicate that allows `partners`, a live set, or any origin."""

    kind: Kind
    keys: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    credentials: bool = False
    names: tuple[str, ...] | Literal["*"] = ()
    methods: tuple[str, ...] | Literal["*"] | None = None
    max_age: int | None = None


PolicyOf: TypeAlias = tuple[ClauseOf, ...]


@final
@dataclass(frozen=True, slots=True)
class Site:
    """A resource: `policy` is bound to it, `routes` to its routes, each by a policy's number."""

    path: str
    below: bool
    methods: tuple[str, ...]
    is_view: bool
    status: int
    policy: int | None
    routes: Mapping[str, int]
    is_there: bool = True

    @property
    def routed(self) -> tuple[str, ...]:
        """The methods of its routes; a view has one for all of its own."""
        return ("*",) if self.is_view else self.methods

    def serves(self, path: str) -> bool:
        prefix = SUB if self.below else ""
        return self.is_there and re.fullmatch(prefix + PATHS[self.path], path) is not None

    @property
    def takes_options(self) -> bool:
        return self.is_view or not {"*", "OPTIONS"}.isdisjoint(self.methods)

    def policy_for(self, method: str) -> int | None:
        """The policy of the route for `method`, or of the resource."""
        if method == "HEAD" and "HEAD" not in self.routes and "GET" in self.routes:
            method = "GET"
        if "*" in self.routes:
            return self.routes["*"]
        return self.routes.get(method, self.policy)


@final
@dataclass(frozen=True, slots=True)
class Program:
    """`subapp`: bound to the mounted application; `inner`: ``everywhere`` in it; `outer`: in all.

    `is_own`: the sub-application has a set-up of its own, for its resources and routes.
    """

    policies: tuple[PolicyOf, ...]
    sites: tuple[Site, ...]
    subapp: int | None
    inner: int | None
    outer: int | None
    excluded: int | Literal["subapp"] | None
    is_own: bool
    has_middleware: bool
    target: str


@final
@dataclass(frozen=True, slots=True)
class Ask:
    """A script's ``fetch``; before it, `seconds` pass, or the live sets become `live`.

    With `watched` it is a request whose upload has a listener: it is preflighted whatever it sends.
    """

    path: str
    origin: str
    method: str
    headers: tuple[tuple[str, str], ...]
    credentials: Literal["omit", "same-origin", "include"]
    seconds: int
    live: tuple[str, ...] | None
    watched: bool = False


@final
@dataclass(frozen=True, slots=True)
class Part:
    """What may come late: a site, a route of it, a policy of either, or a broad policy."""

    kind: Literal["site", "route", "site's policy", "route's policy", "subapp", "inner", "outer"]
    site: int = 0
    method: str = ""


def parts_of(program: Program) -> Sequence[Part]:
    """All parts, in an order in which they can be put together."""
    parts: list[Part] = []
    for number, site in enumerate(program.sites):
        parts.append(Part("site", number))
        parts += [Part("route", number, method) for method in site.routed]
        parts += [Part("site's policy", number)] if site.policy is not None else []
        parts += [Part("route's policy", number, method) for method in site.routes]
    parts += [Part("inner")] if program.inner is not None and program.is_own else []
    parts += [Part("subapp")] if program.subapp is not None else []
    parts += [Part("outer")] if program.outer is not None else []
    return parts


def with_parts(program: Program, parts: Collection[Part]) -> Program:
    """The program that has come so far; its numbers stay."""
    sites = [
        replace(
            site,
            is_there=Part("site", number) in parts,
            methods=tuple(
                method
                for method in site.methods
                if Part("route", number, "*" if site.is_view else method) in parts
            ),
            policy=site.policy if Part("site's policy", number) in parts else None,
            routes={
                method: policy
                for method, policy in site.routes.items()
                if Part("route's policy", number, method) in parts
            },
        )
        for number, site in enumerate(program.sites)
    ]
    return replace(
        program,
        sites=tuple(sites),
        inner=program.inner if Part("inner") in parts else None,
        subapp=program.subapp if Part("subapp") in parts else None,
        outer=program.outer if Part("outer") in parts else None,
    )


@final
class Built:
    """A program's application, put together part by part; without a live set its twin without CORS.

    What is not among `parts` is to be added later, before or after the start.
    """

    def __init__(self, program: Program, live: LiveOrigins | None, parts: Sequence[Part]) -> None:
        self._program = program
        self._live = live
        self.app, sub = web.Application(), web.Application()
        if len(parts) < len(parts_of(program)):
            # As one very large program does: resources may be added after the start.
            vars(self.app.router)["freeze"] = lambda: None
            if live is not None:
                # Once the application has started, nobody can place it.
                self.app.middlewares.append(answer_preflights)
        if program.has_middleware:
            self.app.middlewares.append(_pass_through)
        if program.is_own and any(site.below and site.takes_options for site in program.sites):
            # A sub-application's middlewares are closed when it is mounted: with one of its own,
            # set-up can place ours in time. Without, it says at startup that preflights go astray.
            sub.middlewares.append(_pass_through)
        self._sub = sub
        self._resources: dict[int, web.Resource] = {}
        self._cors_of_sub = Cors.for_app(sub) if live is not None and program.is_own else None
        kinds = {"site", "route"}
        inside = [part for part in parts if part.kind in kinds or self._is_of_sub(part)]
        self.add(inside)
        self._cors = Cors.for_app(self.app) if live is not None else None
        self._mounted = self.app.add_subapp(SUB, sub)
        self.add([part for part in parts if part not in inside])

    def add(self, parts: Iterable[Part]) -> None:
        """Add sites and routes, or bind policies, in this order."""
        for part in parts:
            if part.kind == "site":
                self._site(part.site)
            elif part.kind == "route":
                self._route(part)
            elif self._live is not None:
                self._bind(part, self._live)

    def _is_of_sub(self, part: Part) -> bool:
        """Whether the set-up of the sub-application binds it."""
        if self._cors_of_sub is None or part.kind in {"subapp", "outer"}:
            return False
        return part.kind == "inner" or self._program.sites[part.site].below

    def _site(self, number: int) -> None:
        site = self._program.sites[number]
        plain = web.DynamicResource if "{" in site.path else web.PlainResource
        resource = self._resources[number] = plain(site.path)
        (self._sub if site.below else self.app).router.register_resource(resource)

    def _route(self, part: Part) -> None:
        site = self._program.sites[part.site]
        handler = _handler(part.site, site, self._program.target)
        if not site.is_view:
            self._resources[part.site].add_route(part.method, handler)
            return

        async def handle(view: web.View) -> web.StreamResponse:
            return await handler(view.request)

        methods = {method.lower(): handle for method in site.methods}
        self._resources[part.site].add_route("*", type("View", (web.View,), methods))

    def _bind(self, part: Part, live: LiveOrigins) -> None:
        cors = self._cors_of_sub if self._is_of_sub(part) else self._cors

        def rule(policy: int | None) -> Rule:
            assert cors is not None
            assert policy is not None
            return _rule(cors, self._program.policies[policy], live)

        match part.kind:
            case "site's policy":
                policy = self._program.sites[part.site].policy
                rule(policy).on(self._resources[part.site])
            case "route's policy":
                policy, routes = self._program.sites[part.site].routes[part.method], self._resources
                (route,) = (each for each in routes[part.site] if each.method == part.method)
                rule(policy).on(route)
            case "inner":
                rule(self._program.inner).everywhere()
            case "subapp":
                rule(self._program.subapp).on(self._mounted)
            case _:
                rule(self._program.outer).everywhere(excluding=self._excluded())

    def _excluded(self) -> Sequence[web.AbstractResource]:
        match self._program.excluded:
            case None:
                return []
            case "subapp":
                return [self._mounted]
            case number:
                return [self._resources[number]]


def _rule(cors: Cors, policy: PolicyOf, live: LiveOrigins) -> Rule:
    state: Cors | Rule = cors
    for clause in policy:
        rule = _begin(state, clause, live)
        if isinstance(rule, OriginRule) and clause.credentials:
            rule = rule.allow_credentials()
        if clause.names == "*":
            rule = rule.allow_any_header()
        elif clause.names:
            rule = rule.allow_headers(*clause.names)
        if clause.methods == "*":
            rule = rule.allow_any_method()
        elif clause.methods:
            rule = rule.allow_methods(*clause.methods)
        state = rule if clause.max_age is None else rule.max_age(clause.max_age)
    assert not isinstance(state, Cors)
    return state


def _begin(state: Cors | Rule, clause: ClauseOf, live: LiveOrigins) -> Rule:
    match clause.kind:
        case "keys":
            return state.origin(*clause.keys)
        case "where":
            return state.origin_where(lambda origin: origin in clause.partners)
        case "awaited":

            async def is_partner(origin: str) -> bool:
                return origin in clause.partners

            return state.origin_where(is_partner)
        case "live":
            return state.origin(live)
        case "any":
            return state.any_origin()


@web.middleware
async def _pass_through(request: web.Request, handler: Handler) -> web.StreamResponse:
    return await handler(request)


def _handler(number: int, site: Site, target: str) -> Handler:
    headers = {"X-Site": str(number)}
    if site.status in {302, 307}:
        headers["Location"] = target

    async def handler(request: web.Request) -> web.StreamResponse:
        if site.status == 404:
            raise web.HTTPNotFound(headers=headers)
        return web.Response(status=site.status, headers=headers)

    return handler


@final
@dataclass(frozen=True, slots=True)
class Served:
    """What the twin says: the number of the site whose handler answered, if any, and the status."""

    site: int | None
    status: int


class OpenQuestionError(Exception):
    """What the contract does not say, about methods that no route serves."""


AskTwin: TypeAlias = Callable[[str, str], Served]


def find_clause(policy: PolicyOf, origin: str, live: Sequence[str]) -> ClauseOf | None:
    """The clause that decides about `origin`."""
    for key, origins in KEYS.items():
        for clause in policy:
            if key in clause.keys and origin in origins:
                return clause
    for clause in policy:
        asked = live if clause.kind == "live" else clause.partners
        if origin in asked:
            return clause
    return next((clause for clause in policy if clause.kind == "any"), None)


def find_policy(program: Program, path: str, method: str, served: Served) -> int | None:
    """The number of the policy that decides about a request, the most specific one.

    Raises `OpenQuestionError` for a 405 of several resources, and of one without a route.
    """
    below = path.startswith(SUB + "/")
    if served.site is not None:
        site = program.sites[served.site]
        own = site.policy_for(method)
        return own if own is not None else _broad(program, site, below=below)
    matching = [site for site in program.sites if site.below is below and site.serves(path)]
    if not matching:
        return _broad(program, None, below=below)
    site = matching[0]
    if not site.methods:
        # With no route at all a resource is none to aiohttp; once covered, it has one for OPTIONS.
        raise OpenQuestionError
    if len(matching) > 1 or (method == "HEAD" and "GET" in site.routes):
        raise OpenQuestionError
    # A 405: of the resource as a whole, or of the view that has no such method.
    own = site.policy_for(method) if site.is_view else site.policy
    return own if own is not None else _broad(program, site, below=below)


def _broad(program: Program, site: Site | None, *, below: bool) -> int | None:
    if below and program.subapp is not None:
        return program.subapp
    if below and program.inner is not None and program.is_own:
        return program.inner
    match program.excluded:
        case None:
            return program.outer
        case "subapp":
            return None if below else program.outer
        case number:
            excluded = program.sites[number]
            same = site is not None and (site.path, site.below) == (excluded.path, excluded.below)
            return None if same else program.outer


def find_grant(
    program: Program, path: str, method: str, origin: str, live: Sequence[str], served: Served
) -> ClauseOf | None:
    """The clause under which an actual request is answered; None where it is under none."""
    number = find_policy(program, path, method, served)
    clause = None if number is None else find_clause(program.policies[number], origin, live)
    if clause is not None and isinstance(clause.methods, tuple):
        # Who may GET may ask for the HEAD of it.
        named = {*clause.methods, *(["HEAD"] if "GET" in clause.methods else [])}
        return clause if method in named else None
    return clause


def passes_preflight(
    program: Program,
    path: str,
    method: str,
    unsafe: frozenset[str],
    clause: ClauseOf,
    served: Served,
) -> bool:
    """Whether the clause allows the method and the header names of a request that needs it."""
    if served.site is None:
        # The rule has to name a method that nobody serves, and the answer is a 404 where nobody
        # serves the path.
        if clause.methods is None or not any(site.serves(path) for site in program.sites):
            return False
        if method == "OPTIONS":
            raise OpenQuestionError
    return clause.names == "*" or unsafe <= {name.lower() for name in clause.names}


def may_read(program: Program, ask: Ask, live: Sequence[str], twin: AskTwin) -> bool:
    """Whether a script of a browser may read the answer; redirects are followed."""
    path, method, headers = ask.path, ask.method, ask.headers
    for _ in range(MAX_REDIRECTS + 1):
        served = twin(method, path)
        if ask.origin != HOST:
            clause = find_grant(program, path, method, ask.origin, live, served)
            if clause is None or (ask.credentials == "include" and not clause.credentials):
                return False
            unsafe = frozenset(line[0].lower() for line in headers if HEADERS[line])
            needs_preflight = method not in SAFELISTED or unsafe or ask.watched
            if needs_preflight and not passes_preflight(
                program, path, method, unsafe, clause, served
            ):
                return False
        if served.site is None or served.status not in {302, 307}:
            return True
        path = program.target
        if served.status == 302 and method == "POST":
            method = "GET"
            headers = tuple(line for line in headers if line[0] != "Content-Type")
    return False
