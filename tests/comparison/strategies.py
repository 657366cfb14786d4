"""Random programs and requests, of the kinds that people write, and of those they should not.

Small vocabularies, so that what a request asks is often what a configuration says.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from hypothesis import strategies as st

from tests.comparison import description as d

_KEYS: Final = (
    "*",
    "https://a.example",
    "https://b.example.com",
    "http://localhost:8080",
    "https://A.example",
    "https://a.example/",
    "null",
    "https://*.example.com",
    "https://*.b.example.com",
    "http://localhost:*",
    "https://*.example.com:*",
    "https://*.com",
    "https://a.*",
)
_ORIGINS: Final = (
    "https://a.example",
    "https://b.example.com",
    "https://a.example",
    "https://b.example.com",
    "http://localhost:8080",
    "https://A.example",
    "https://a.example/",
    "https://other.example",
    "https://x.b.example.com",
    "https://x.b.example.com:444",
    "https://example.com",
    "http://localhost",
    "null",
    "",
    "https://a.example, https://b.example.com",
    "https://*.example.com",
    "https://it's.example",
    "https://a\xe9.example",
    "https://a.example\xc3\xa9",
    "https://" + "a" * 320 + ".example",
)
_ANSWERED: Final = ("X-One", "X-Two", "x-lower", "Content-Length", "Set-Cookie", "ETag", "Pragma")
_SENT: Final = ("X-A", "x-b", "Content-Type", "Authorization")
_DEEDS: Final[tuple[d.Deed, ...]] = (
    *("answer", "answer", "answer"),
    *("raise", "break", "stream", "upgrade"),
)
_WRONG: Final[tuple[d.Wrong, ...]] = ("a string", "None", "the mounted application")
_METHODS: Final = ("GET", "POST", "PUT", "DELETE", "PATCH", "PROPFIND", "HEAD", "OPTIONS")
_HANDLER_HEADERS: Final = (
    ("X-One", "1"),
    ("x-lower", "2"),
    ("Set-Cookie", "a=b"),
    ("Set-Cookie", "c=d"),
    ("Cache-Control", "no-store"),
    ("ETag", '"tag"'),
    ("Vary", "Accept"),
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Max-Age", "5"),
    ("Access-Control-Expose-Headers", "X-Mine"),
)
_PATHS: Final[Mapping[str, tuple[str, ...]]] = {
    "/a": ("/a",),
    "/a/b": ("/a/b",),
    "/u/{id}": ("/u/me", "/u/7"),
    "/u/me": ("/u/me",),
    r"/u/{id:\d+}": ("/u/7", "/u/me"),
    "": ("", "/"),
    "/": ("/",),
}
_STATIC_PATHS: Final[Mapping[str, tuple[str, ...]]] = {
    "/files": ("/files/file.txt", "/files/none.txt", "/files/")
}


def _rarely(strategy: st.SearchStrategy[bool]) -> st.SearchStrategy[bool]:
    """About one in eight."""
    return st.tuples(strategy, strategy, strategy).map(all)


RARELY: Final = _rarely(st.booleans())


def _names(names: Sequence[str]) -> st.SearchStrategy[d.Names]:
    some = st.lists(st.sampled_from(names), max_size=3, unique=True).map(tuple)
    return st.one_of(some, st.just("*"))


@st.composite
def options(draw: st.DrawFn, *, spelled: bool = True) -> d.Options:
    as_mapping = spelled and draw(RARELY)
    flaw: d.Flaw | None = None
    if as_mapping and draw(RARELY):
        flaw = draw(st.sampled_from(("keyword", "age", "string", "credentials")))
    return d.Options(
        allow_credentials=draw(st.booleans()),
        expose_headers=draw(_names(_ANSWERED)),
        allow_headers=draw(_names(_SENT)),
        max_age=draw(st.sampled_from((None, 0, 600))),
        allow_methods=None
        if as_mapping
        else draw(st.one_of(st.none(), st.none(), _names((*_METHODS, "put", "Get")))),
        as_mapping=as_mapping,
        flaw=flaw,
    )


def configs(*, spelled: bool = True) -> st.SearchStrategy[d.Config]:
    key = st.one_of(st.sampled_from(_KEYS[:3]), st.sampled_from(_KEYS))
    keys = st.lists(key, max_size=3, unique=True)
    return keys.flatmap(
        lambda keys: st.tuples(*(st.tuples(st.just(key), options(spelled=spelled)) for key in keys))
    )


def _maybe_config(*, spelled: bool = True) -> st.SearchStrategy[d.Config | None]:
    config = configs(spelled=spelled)
    return st.one_of(st.none(), config, config, config)


@st.composite
def handlers(draw: st.DrawFn) -> d.Handler:
    does = draw(st.sampled_from(_DEEDS))
    status = 200
    if does == "raise":
        status = draw(st.sampled_from((401, 404, 302, 304, 409, 503)))
    elif does == "answer":
        status = draw(st.sampled_from((200, 200, 201, 403, 500)))
    headers = draw(st.lists(st.sampled_from(_HANDLER_HEADERS), max_size=2, unique=True))
    own = [h for h in headers if h[0].startswith("Access-Control-")]
    if own and not draw(st.booleans()):
        headers = [h for h in headers if h not in own]
    return d.Handler(does=does, status=status, headers=tuple(headers))


@st.composite
def views(draw: st.DrawFn, method: str) -> d.View:
    names = ("get", "post", "put", "head", "patch", "propfind") if method == "*" else ("get",)
    methods = [
        d.ViewMethod(name=name, handler=draw(handlers()), config=draw(_maybe_config(spelled=False)))
        for name in draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True))
    ]
    return d.View(
        methods=tuple(methods),
        config=draw(_maybe_config(spelled=False)),
        mixin="absent" if draw(RARELY) else draw(st.sampled_from(("after", "before"))),
        answer=draw(configs(spelled=False)) if draw(RARELY) else None,
    )


@st.composite
def _routes(draw: st.DrawFn, resource: str) -> list[d.AddRoute]:
    kind = draw(st.sampled_from(("functions",) * 7 + ("view", "view", "mixed", "star")))
    routes: list[d.AddRoute] = []
    if kind in {"functions", "mixed"}:
        common = st.sampled_from(_METHODS[:7] * 3 + ("OPTIONS",))
        methods = draw(st.lists(common, min_size=1, max_size=4, unique=True))
        routes += [
            d.AddRoute(resource=resource, method=m, handler=draw(handlers())) for m in methods
        ]
    if kind in {"view", "mixed"}:
        method = "GET" if kind == "view" and draw(RARELY) else "*"
        routes.append(d.AddRoute(resource=resource, method=method, handler=draw(views(method))))
    if kind == "star":
        routes.append(d.AddRoute(resource=resource, method="*", handler=draw(handlers())))
    return routes


@st.composite
def programs(draw: st.DrawFn) -> d.Program:
    has_sub = draw(RARELY)
    corses = [d.Setup(name="cors", app="root", defaults=draw(_maybe_config()))]
    if has_sub and draw(st.booleans()):
        corses.append(d.Setup(name="inner", app="sub", defaults=draw(_maybe_config())))
    if draw(RARELY):
        by_class = draw(st.booleans())
        second = draw(_maybe_config())
        corses.append(d.Setup(name="second", app="root", defaults=second, by_class=by_class))

    before: list[d.Step] = []
    adds: list[d.Step] = []
    after: list[d.Step] = []
    previous: dict[d.AppName, str | None] = {"root": None, "sub": None}
    for number in range(draw(st.integers(1, 4))):
        name = f"r{number}"
        app: d.AppName = "sub" if has_sub and draw(st.booleans()) else "root"
        static = draw(RARELY)
        paths = _STATIC_PATHS if static else _PATHS
        # One path twice in a row would be one resource.
        path = draw(st.sampled_from([path for path in paths if path != previous[app]] or ["/z"]))
        previous[app] = path
        before.append(d.AddResource(name=name, app=app, path=path, static=static))
        routes = [] if static else draw(_routes(name))
        # A function on all methods can be added only where it comes after its resource.
        on_all = any(r.method == "*" and isinstance(r.handler, d.Handler) for r in routes)
        is_late = draw(RARELY) or (on_all and draw(st.booleans()))
        late = draw(st.integers(0, len(routes))) if is_late else 0
        early = routes[: len(routes) - late]
        before += early
        mine = [cors.name for cors in corses if cors.app in {"root", app}]
        cors = draw(st.sampled_from(mine))
        methods = ["GET", "HEAD"] if static else [route.method for route in routes]
        chosen = draw(st.sampled_from(("nothing", "resource", "routes", "routes", "both", "both")))
        if chosen in {"resource", "both"}:
            adds.append(d.Add(cors=cors, resource=name, config=draw(_maybe_config())))
        if chosen in {"routes", "both"}:
            for method in draw(st.lists(st.sampled_from(methods), min_size=1, unique=True)):
                comes_late = any(r.method == method for r in routes[len(routes) - late :])
                webview = draw(RARELY)
                add = d.Add(
                    cors=cors,
                    resource=name,
                    method=method,
                    config=draw(_maybe_config()),
                    webview=webview,
                )
                (after if comes_late else adds).append(add)
        after[:0] = routes[len(routes) - late :]
    if draw(st.booleans()):
        adds = draw(st.permutations(adds))
    if draw(st.booleans()) and draw(st.booleans()):
        app = draw(st.sampled_from(("root", "sub")))
        adds.append(d.AddEvery(cors="cors", app=app, listed=draw(st.booleans())))
    if draw(RARELY):
        what = draw(st.sampled_from(_WRONG))
        adds.append(d.AddWrong(cors="cors", what=what))
    if draw(RARELY):
        adds.append(d.Assign(cors="cors", defaults=draw(configs(spelled=False))))
    mount: list[d.Step] = [d.Mount()] if has_sub else []
    order = [*corses, *before] if draw(st.booleans()) else [*before, *corses]
    start = draw(st.integers(0, len(adds) + len(after))) if draw(RARELY) else None
    later: list[d.Step] = [*adds, *after]
    if start is not None:
        later.insert(start, d.Start())
    return d.Program(
        steps=(*order, *mount, *later),
        root_middlewares=draw(_middlewares()),
        sub_middlewares=draw(_middlewares()) if has_sub else (),
    )


@st.composite
def _middlewares(draw: st.DrawFn) -> tuple[d.Middleware, ...]:
    if not draw(RARELY):
        return ()
    kinds: tuple[d.Middleware, ...] = (
        "raise 401",
        "return 401",
        "add a header",
        "add CORS headers",
    )
    return tuple(draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=2, unique=True)))


_HEADER_LISTS: Final = (
    "x-a",
    "x-a,x-b",
    "X-A , x-b",
    "\tx-a\t,,x-b, ",
    "x-b,x-a,X-B",
    "content-type,x-a",
    "x-unknown",
    "x-unknown,x-a,y-unknown",
    "authorization",
    "",
    ",",
    "*",
    "x a",
    "x-a;",
    "x-\xe9",
    ",".join(f"x-{number}" for number in range(257)),
    "x-" + "a" * 8100 + ",x-a,x-b,x-c,x-d,x-e,x-f,x-g,x-h,x-i,x-j",
)


_ODD_METHODS: Final = (
    *("get", "Put", "TRACE", "CONNECT", "*", "", "a b", "it's", "REQUEST", "_ITER", "UNKNOWN"),
)


@st.composite
def requests(draw: st.DrawFn, program: d.Program) -> d.Request:
    path, method = draw(st.sampled_from(_served(program)))
    if draw(RARELY):
        method = draw(st.sampled_from(_METHODS))
    headers: list[tuple[str, str]] = []
    if not draw(RARELY):
        keys = [key for key in _origins_of(program) if "*" not in key]
        from_keys = draw(st.booleans()) or draw(st.booleans())
        origins = keys if keys and from_keys else _ORIGINS
        headers.append(("Origin", draw(st.sampled_from(origins))))
    if draw(st.booleans()):
        headers.append(("Authorization", "Bearer token"))
    if draw(st.booleans()):
        if draw(RARELY):
            headers.append(("Upgrade", "websocket"))
        if draw(RARELY):
            method = "OPTIONS"
        return d.Request(method=method, path=path, headers=tuple(headers))
    if draw(RARELY):
        method = draw(st.sampled_from(_ODD_METHODS))
    headers.append(("Access-Control-Request-Method", method))
    for _ in range(draw(st.sampled_from((0, 1, 1, 1, 2)))):
        usual = not draw(RARELY)
        line = draw(st.sampled_from(_HEADER_LISTS[:9] if usual else _HEADER_LISTS))
        headers.append(("Access-Control-Request-Headers", line))
    return d.Request(method="OPTIONS", path=path, headers=tuple(headers))


def _served(program: d.Program) -> list[tuple[str, str]]:
    """Paths, each with a method that some resource has there."""
    resources = {s.name: s for s in program.steps if isinstance(s, d.AddResource)}
    served: list[tuple[str, str]] = []
    for resource in resources.values():
        methods = ["GET", "HEAD"] if resource.static else []
        for step in program.steps:
            if isinstance(step, d.AddRoute) and step.resource == resource.name:
                if isinstance(step.handler, d.View) and step.method == "*":
                    methods += [method.name.upper() for method in step.handler.methods]
                else:
                    methods.append("GET" if step.method == "*" else step.method)
        prefix = "/sub" if resource.app == "sub" else ""
        known = _STATIC_PATHS if resource.static else _PATHS
        paths = [prefix + path or "/" for path in known.get(resource.path, (resource.path,))]
        served += [(path, method) for path in paths for method in methods]
    return [*served, ("/nowhere", "GET")]


def _origins_of(program: d.Program) -> list[str]:
    configs: list[d.Config | None] = []
    for step in program.steps:
        if isinstance(step, d.Setup | d.Assign):
            configs.append(step.defaults)
        elif isinstance(step, d.Add):
            configs.append(step.config)
        elif isinstance(step, d.AddRoute) and isinstance(step.handler, d.View):
            configs += [step.handler.config, *(m.config for m in step.handler.methods)]
    return [key for config in configs for key, _ in config or ()]


@st.composite
def tasks(draw: st.DrawFn) -> d.Task:
    program = draw(programs())
    asked = draw(st.lists(requests(program), min_size=8, max_size=20))
    return d.Task(program=program, requests=tuple(asked))
