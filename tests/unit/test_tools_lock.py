"""`lock`: who may read what, one fact a line, in a text that means exactly that."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import ClassVar, Final

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from typing_extensions import Never, override

from aiohttp_cors import Cors, CorsConfig, CorsViewMixin, LiveOrigins, ResourceOptions
from aiohttp_cors._protocol.checks import judge_actual
from aiohttp_cors._protocol.grant import Grant
from aiohttp_cors._protocol.verdicts import ActualVerdict, Naming
from aiohttp_cors._tools.command import main
from aiohttp_cors._tools.locking import rights
from aiohttp_cors._tools.locking.lock_file import LockError, read_lock, write_lock
from aiohttp_cors._tools.locking.reach import reach_of
from aiohttp_cors._values.configuration import Config
from tests.integration.support import hello

A: Final = "https://a.example"
B: Final = "https://b.example"
OPTIONS: Final = ResourceOptions(allow_credentials=True, allow_headers=["X-A"])


def says(
    answers: str = "fluent",
    *,
    credentials: str = "no",
    headers: str = "(none)",
    exposed: str = "(none)",
    age: str = "(none)",
    enforced: str = "no",
) -> str:
    """How rights are written that allow nothing but to read, and what is said beside that."""
    return (
        f"credentials={credentials} headers={headers} exposed={exposed} enforced={enforced}"
        f" max-age={age} answers={answers}"
    )


FLUENT: Final = says()
CLASSIC: Final = says("classic")
CONSTANT: Final = says("constant")


def is_partner(origin: str) -> bool:
    return False


class Partners:
    def __call__(self, origin: str) -> bool:
        return False


def served(app: web.Application, path: str, *methods: str) -> web.Resource:
    resource = app.router.add_resource(path)
    for method in methods:
        resource.add_route(method, hello)
    return resource


def fluent(app: web.Application) -> Cors:
    return Cors.for_app(app)


def everything_allowed(app: web.Application) -> None:
    rule = fluent(app).origin(A).allow_credentials().allow_headers("X-B", "X-A").expose("X-C")
    rule.max_age(60).on(served(app, "/users", "GET", "HEAD", "POST", "DELETE"))


def methods_named(app: web.Application) -> None:
    resource = served(app, "/users", "GET", "HEAD", "POST", "DELETE")
    fluent(app).origin(A).allow_methods("GET", "DELETE").on(resource)


def a_405(app: web.Application) -> None:
    fluent(app).origin(A).allow_headers("X-A").on(served(app, "/users", "PUT"))


def any_method(app: web.Application) -> None:
    fluent(app).any_origin().allow_any_method().expose_all().on(served(app, "/any", "*"))


def two_policies(app: web.Application) -> None:
    resource = served(app, "/users", "GET", "HEAD", "POST")
    fluent(app).origin(A).on(resource)
    fluent(app).origin(B).allow_any_header().on(next(iter(resource)))


def own_options(app: web.Application) -> None:
    resource = served(app, "/users", "POST", "HEAD", "GET", "OPTIONS")
    fluent(app).origin(A).on(resource)


def templates(app: web.Application) -> None:
    targets: list[web.AbstractResource] = [
        served(app, r"/n/{id:\d+}/{b:(x|y)}/z", "GET", "HEAD", "POST"),
        served(app, "/u/{id}", "GET", "HEAD"),
        served(app, "/u/{name}", "POST"),
        served(app, "/sp ace", "GET", "HEAD", "POST"),
        app.router.add_static("/static", Path(__file__).parent),
    ]
    fluent(app).origin(A).on(*targets)


def mounted(app: web.Application) -> None:
    below, domain = web.Application(), web.Application()
    served(below, "/items", "GET", "HEAD", "POST")
    served(domain, "/items", "GET", "HEAD", "POST")
    fluent(below).origin(A).everywhere(excluding=[served(below, "/own", "GET")])
    app.add_subapp("/below", below)
    resource = app.add_domain("api.example", domain)
    fluent(app).origin(B).on(resource)


def classic_resource(app: web.Application) -> None:
    options = ResourceOptions(allow_methods=["PUT"], allow_headers=["X-A", "Cookie", "*"])
    CorsConfig(app, defaults={A: options}).add(served(app, "/users", "GET", "HEAD", "POST", "PUT"))


def classic_routes(app: web.Application) -> None:
    resource = served(app, "/users", "GET", "POST", "PUT")
    options = ResourceOptions(allow_methods=["PUT"], max_age=7, expose_headers="*")
    CorsConfig(app).add(next(iter(resource)), {A: options, B: ResourceOptions(), "*": options})


def odd_keys(app: web.Application) -> None:
    config = {"null": OPTIONS, f"{A}/": OPTIONS, "https://*.com": OPTIONS}
    CorsConfig(app).add(next(iter(served(app, "/users", "POST"))), config)


class Shop(web.View, CorsViewMixin):
    cors_config: ClassVar[Config] = {A: ResourceOptions(expose_headers=["X-C", "Cache-Control"])}

    async def get(self) -> None:
        """Nothing."""

    async def put(self) -> None:
        """Nothing."""


class Decides(Shop):
    @override
    @classmethod
    def get_request_config(cls, request: web.Request, request_method: str) -> Config:
        return {}


def enforced(app: web.Application) -> None:
    below = web.Application()
    fluent(app).origin(A).enforce_on(served(app, "/refused", "GET", "HEAD", "POST"))
    fluent(app).origin(A).on(served(app, "/open", "GET", "HEAD", "POST"))
    fluent(app).origin(A).enforce_on(served(app, "/told", "GET", "HEAD"), report_only=True)
    own = served(app, "/own", "GET", "HEAD", "POST")
    fluent(app).origin(A).enforce_on(*own, own=[B], isolate=True)
    fluent(below).origin(A).enforce_everywhere()
    app.add_subapp("/below", below)


def views(app: web.Application) -> None:
    cors = CorsConfig(app)
    cors.add(app.router.add_view("/shop", Shop))
    cors.add(app.router.add_view("/decides", Decides))


def asked(app: web.Application) -> None:
    named = partial(is_partner)
    rule = fluent(app).origin(A).origin_where(is_partner).max_age(1).origin_where(named)
    rule = rule.max_age(2).origin(LiveOrigins()).max_age(3).origin_where(Partners()).max_age(4)
    rule.any_origin().max_age(5).on(served(app, "/users", "GET", "HEAD", "POST"))


def one_predicate(app: web.Application) -> None:
    fluent(app).origin_where(is_partner).on(served(app, "/users", "GET", "HEAD", "POST"))


def precedence(app: web.Application) -> None:
    wide = fluent(app).origin("https://*.a.example", "https://*.a.example:*", B)
    narrow = wide.allow_credentials().origin("https://x.a.example", "https://*.b.a.example:*")
    narrow.max_age(1).on(served(app, "/users", "GET", "HEAD", "POST"))


class OwnRouter(web.UrlDispatcher):
    @override
    async def resolve(self, request: web.Request) -> web.UrlMappingMatchInfo:
        return await super().resolve(request)


def own_router(app: web.Application) -> None:
    below = web.Application()
    object.__setattr__(below, "_router", OwnRouter())  # aiohttp takes none since 3.0
    app.add_subapp("/below", below)
    fluent(app).any_origin().everywhere()


def asked_lines() -> list[str]:
    """Each that is asked stands behind those that are asked before it; the named origin is out."""
    order = [
        f"where:{__name__}.is_partner",
        f"where:{__name__}.is_partner#2",
        "live:LiveOrigins",
        f"where:{__name__}.Partners",
    ]
    lines = [f"read /users GET,HEAD,POST {A} {says()}"]
    for number, name in enumerate([*order, "*"]):
        before = [f"!{earlier}" for earlier in order[:number]]
        lines += [
            f"origins @{name} !{A}",
            f"origins @{name} {' '.join([*before, name] if name != '*' else before)}",
            f"read /users GET,HEAD,POST @{name} {says(age=str(number + 1))}",
        ]
    return [*lines, "origins @* *"]


class OwnResource(web.PlainResource):
    @override
    def get_info(self) -> Never:
        raise NotImplementedError


def own_resource(app: web.Application) -> None:
    resource = OwnResource("/own")
    app.router.register_resource(resource)
    resource.add_route("*", hello)
    fluent(app).origin(A).allow_methods("PUT").on(resource)


MANY: Final = "DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT,*"
PROGRAMS: Final[list[tuple[Callable[[web.Application], None], list[str]]]] = [
    (
        everything_allowed,
        [
            f"read /users DELETE,GET,HEAD,POST {A} {says(credentials='yes', headers='x-a,x-b', exposed='x-c', age='60')}"
        ],
    ),
    # POST needs no preflight, so that the answer itself has to refuse it.
    (methods_named, [f"read /users DELETE,GET,HEAD {A} {FLUENT}"]),
    # No preflight can allow a header with a method that is not served.
    (
        a_405,
        [
            f"read /users 405:GET,405:HEAD,405:POST {A} {FLUENT}",
            f"read /users PUT {A} {says(headers='x-a')}",
        ],
    ),
    (any_method, [f"read /any {MANY} * {says('constant', exposed='(any)')}"]),
    (
        two_policies,
        [
            f"read /users GET,HEAD {B} {says(headers='(any)')}",
            f"read /users POST {A} {FLUENT}",
        ],
    ),
    (own_options, [f"read /users GET,HEAD,OPTIONS,POST {A} {FLUENT}"]),
    (
        templates,
        [
            rf"read /n/{{id:\d+}}/{{b:(x|y)}}/z GET,HEAD,POST {A} {FLUENT}",
            f"read /sp%20ace GET,HEAD,POST {A} {FLUENT}",
            f"read /static/* GET,HEAD,405:POST {A} {FLUENT}",
            f"read /u/{{id}} GET,HEAD,POST {A} {FLUENT}",
        ],
    ),
    (
        mounted,
        [
            f"read //api.example/* 404:GET,404:HEAD,404:POST {B} {FLUENT}",
            f"read //api.example/items GET,HEAD,POST {B} {FLUENT}",
            f"read /below/* 404:GET,404:HEAD,404:POST {A} {FLUENT}",
            f"read /below/items GET,HEAD,POST {A} {FLUENT}",
        ],
    ),
    # GET, HEAD and POST are read without a preflight, which has to name their method.
    (
        classic_resource,
        [
            f"read /users GET,HEAD,POST {A} {CLASSIC}",
            f"read /users PUT {A} {says('classic', headers='x-a')}",
        ],
    ),
    # One added route is a choice: a POST that nobody named is refused, a PUT is named.
    (
        classic_routes,
        [
            f"origins @* !{B}",
            "origins @* *",
            f"read /users GET {B} {CLASSIC}",
            f"read /users GET,PUT @* {says('classic', exposed='(any)', age='7')}",
        ],
    ),
    (
        odd_keys,
        [
            f"origins @literal:https://*.com literal:{A}/",
            "origins @literal:https://*.com literal:https://*.com",
            "origins @literal:https://*.com literal:null",
            f"read /users POST @literal:https://*.com {says('classic', credentials='yes', headers='x-a')}",
        ],
    ),
    # What is only reported reaches its handler.
    (
        enforced,
        [
            f"read /below/* 404:GET,404:HEAD,404:POST {A} {says(enforced='yes')}",
            f"read /open GET,HEAD,POST {A} {FLUENT}",
            f"read /own GET,HEAD,POST {A} {says(enforced='yes')}",
            f"read /refused GET,HEAD,POST {A} {says(enforced='yes')}",
            f"read /told GET,HEAD,405:POST {A} {FLUENT}",
        ],
    ),
    (
        views,
        [
            f"asks /decides GET,PUT {__name__}.Decides",
            f"read /shop GET,PUT,405:HEAD,405:POST {A} {says('classic', exposed='x-c')}",
        ],
    ),
    (asked, asked_lines()),
    (
        one_predicate,
        [f"read /users GET,HEAD,POST where:{__name__}.is_partner {FLUENT}"],
    ),
    # The exact origin before the pattern, the longer suffix before the shorter one; the pattern
    # with a port says nothing that the one with any port does not.
    (
        precedence,
        [
            f"origins @{B} !https://*.b.a.example:*",
            f"origins @{B} !https://x.a.example",
            f"origins @{B} https://*.a.example:*",
            f"origins @{B} {B}",
            "origins @https://x.a.example https://*.b.a.example:*",
            "origins @https://x.a.example https://x.a.example",
            f"read /users GET,HEAD,POST @https://x.a.example {says(age='1')}",
            f"read /users GET,HEAD,POST @{B} {says(credentials='yes')}",
        ],
    ),
    (own_resource, [f"read /own PUT {A} {FLUENT}"]),
    (
        own_router,
        [
            f"read /* 404:GET,404:HEAD,404:POST * {CONSTANT}",
            f"read /below/* 404:GET,404:HEAD,404:POST * {CONSTANT}",
            f"read /below/** {MANY} * {CONSTANT}",
        ],
    ),
]


def lines_of(build: Callable[[web.Application], None]) -> list[str]:
    app = web.Application()
    build(app)
    return write_lock(reach_of(app)).splitlines()


@pytest.mark.parametrize(
    "build, expected", PROGRAMS, ids=lambda value: getattr(value, "__name__", "")
)
def test_a_lock_says_who_may_read_what(
    build: Callable[[web.Application], None], expected: list[str]
) -> None:
    first, methods, *lines = lines_of(build)
    assert first == "aiohttp-cors lock 1"
    assert methods == f"methods {MANY.removesuffix(',*')}"
    assert sorted(lines) == sorted(expected)


@pytest.mark.parametrize(
    "build", [build for build, _ in PROGRAMS], ids=lambda build: build.__name__
)
def test_a_lock_is_read_as_it_was_written_however_its_lines_are_ordered(
    build: Callable[[web.Application], None],
) -> None:
    lines = lines_of(build)
    text = "\n".join([*lines, ""])
    first, *others = lines
    for order in (others, others[::-1]):
        read = read_lock("\r\n".join([first, "", "# a comment", *order]))
        assert write_lock(read) == text


@pytest.mark.parametrize(
    "build", [build for build, _ in PROGRAMS], ids=lambda build: build.__name__
)
async def test_a_lock_is_the_same_once_the_application_has_started(
    build: Callable[[web.Application], None],
) -> None:
    app = web.Application()
    build(app)
    before = write_lock(reach_of(app))
    async with TestServer(app):
        assert write_lock(reach_of(app)) == before


def test_sets_come_before_facts_and_both_are_sorted() -> None:
    lines = lines_of(asked)[2:]
    sets = [line for line in lines if line.startswith("origins ")]
    assert lines[: len(sets)] == sorted(sets)
    assert lines[len(sets) :] == sorted(lines[len(sets) :])


def test_a_method_that_only_this_application_has_is_named() -> None:
    app = web.Application()
    fluent(app).origin(A).on(served(app, "/users", "PURGE", "HEAD", "GET", "POST"))
    lines = write_lock(reach_of(app)).splitlines()
    assert lines[1:] == [
        "methods DELETE,GET,HEAD,OPTIONS,PATCH,POST,PURGE,PUT",
        f"read /users GET,HEAD,POST,PURGE {A} {FLUENT}",
    ]


def test_two_sets_that_share_all_their_members_have_names_with_numbers() -> None:
    app = web.Application()
    rule = fluent(app).origin(A, "https://*.a.example").origin("https://x.a.example").max_age(1)
    rule.on(served(app, "/one", "GET", "HEAD", "POST"))
    fluent(app).origin(A, "https://*.a.example").on(served(app, "/two", "GET", "HEAD", "POST"))
    names = {
        line.split(" ")[3] for line in write_lock(reach_of(app)).splitlines() if line[0] == "r"
    }
    assert names == {f"@{A}", f"@{A}#2", "https://x.a.example"}


def test_hostile_text_is_one_word_in_a_lock() -> None:
    app = web.Application()
    resource = app.router.add_resource("/{a:\\\\x{2}[ \x7f\u202e]+}")
    for method in ("GET", "HEAD", "POST"):
        resource.add_route(method, hello)
    fluent(app).origin(A).on(resource)
    reach = reach_of(app)
    line = write_lock(reach).splitlines()[-1]
    assert line.split(" ")[1] == r"/{a:\\x{5c}x{2}[\x{20}\x{7f}\x{202e}]+}"
    assert read_lock(write_lock(reach)).facts == reach.facts


def test_a_question_is_asked_once_for_all_resources_that_are_alike(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    questions: list[str] = []

    def count(
        origin: str | None, method: str, grant: Grant | None, naming: Naming
    ) -> ActualVerdict | None:
        questions.append(method)
        return judge_actual(origin, method, grant, naming)

    monkeypatch.setattr(rights, "judge_actual", count)
    asked_for: list[int] = []
    for number in (2, 200):
        app = web.Application()
        rule = fluent(app)
        for n in range(number):
            # Other origins: the questions are the same.
            rule = rule.origin(f"https://a{n}.example").on(served(app, f"/{n}", "GET", "PUT"))
        questions.clear()
        reach_of(app)
        asked_for.append(len(questions))
    assert asked_for[0] == asked_for[1] > 0


LINE: Final = f"read / GET {A} {FLUENT}"
DAMAGED: Final[dict[str, tuple[str, str]]] = {
    "no lock": ("{}", "it is no lock, whose first line is 'aiohttp-cors lock 1'"),
    "nothing": ("", "it is no lock, whose first line is 'aiohttp-cors lock 1'"),
    "version": (
        "aiohttp-cors lock 2\n",
        "it is a lock of version 2, and this program reads 1",
    ),
}
# What follows the first two lines, and what is said about line 3.
DAMAGED_LINES: Final[dict[str, tuple[str, str]]] = {
    "conflict": ("<<<<<<< HEAD", "no line of a lock reads '<<<<<<< HEAD'"),
    "two spaces": (LINE.replace(" GET", "  GET"), "'GET' is no origin"),
    "cut": ("read / GET", "no line of a lock reads 'read / GET'"),
    "method": (LINE.replace("GET", "G(T"), "'G(T' is no method"),
    "origin": (LINE.replace(A, f"{A}/"), f"'{A}/' is no origin"),
    "literal": (LINE.replace(A, "literal:\x7f"), "'literal:\\x7f' is no origin"),
    "sets": (f"origins {A}", f"no line of a lock reads 'origins {A}'"),
    "empty set": ("origins @x", "no line of a lock reads 'origins @x'"),
    "two origins": (
        f"origins @x {A} {B}",
        "one origin a line, and what is asked all in one",
    ),
    "rights": (
        LINE.replace("enforced=no ", ""),
        "the rights of a line are credentials, headers, exposed, enforced, max-age, answers",
    ),
    "switch": (LINE.replace("credentials=no", "credentials=No"), "'No' is none of yes, no"),
    "age": (LINE.replace("max-age=(none)", "max-age=-1"), "'-1' is no age"),
    "answers": (
        LINE.replace("answers=fluent", "answers="),
        "'' is none of fluent, constant, classic",
    ),
    "headers": (
        LINE.replace("headers=(none)", "headers=a,,b"),
        "'a,,b' is no list of header names",
    ),
    "escape": (
        LINE.replace("/", r"/\x{110000}", 1),
        r"'/\\x{110000}' has an escape of no character",
    ),
}
# What is missing, and what is said about the whole.
DAMAGED_WHOLES: Final[dict[str, tuple[str, str]]] = {
    "methods": (f"aiohttp-cors lock 1\n{LINE}", "it is damaged: no line names the methods"),
    "set": (
        f"aiohttp-cors lock 1\nmethods GET\n{LINE.replace(A, '@x')}",
        "it is damaged: no line says which origins are '@x'",
    ),
    "twice": (
        f"aiohttp-cors lock 1\nmethods GET\n{LINE}\n{LINE.replace('credentials=no', 'credentials=yes')}",
        f"it is damaged: it speaks of '/ GET {A}' twice",
    ),
}


@pytest.mark.parametrize(
    "text, said", [*DAMAGED.values(), *DAMAGED_WHOLES.values()], ids=[*DAMAGED, *DAMAGED_WHOLES]
)
def test_what_is_no_lock_is_refused_in_one_line(text: str, said: str) -> None:
    with pytest.raises(LockError) as refused:
        read_lock(text)
    assert str(refused.value) == said


@pytest.mark.parametrize("line, said", DAMAGED_LINES.values(), ids=list(DAMAGED_LINES))
def test_a_damaged_line_is_refused_in_one_line(line: str, said: str) -> None:
    with pytest.raises(LockError) as refused:
        read_lock(f"aiohttp-cors lock 1\nmethods GET\n{line}\n")
    assert str(refused.value) == f"it is damaged: line 3: {said}"


def test_what_is_asked_twice_about_a_set_is_refused() -> None:
    with pytest.raises(LockError, match="line 4"):
        read_lock(
            "aiohttp-cors lock 1\nmethods GET\norigins @x where:a\norigins @x where:b where:c"
        )


async def receiver(app: web.Application) -> None:
    """Nothing to do at startup."""


def create_app() -> web.Application:
    app = web.Application()
    classic_routes(app)
    views(app)
    app.on_startup.append(receiver)
    return app


def run(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = main(arguments, out=out, err=err)
    return code, out.getvalue(), err.getvalue()


def test_the_command_prints_the_lock_and_names_what_it_did_not_run() -> None:
    code, printed, said = run("lock", f"{__name__}:create_app")
    assert (code, said) == (0, "")
    first, comment, rest = printed.split("\n", 2)
    assert comment == f"# not run: {__name__}.receiver"
    assert f"{first}\n{rest}" == write_lock(reach_of(create_app()))


def test_the_command_prints_json() -> None:
    code, printed, _ = run("lock", "--json", f"{__name__}:create_app")
    assert code == 0
    found = json.loads(printed)
    facts = {(fact["path"], fact["origins"]): fact for fact in found.pop("facts")}
    assert found == {
        "version": 1,
        "methods": MANY.removesuffix(",*").split(","),
        "origins": {"@*": [f"!{B}", "*"]},
        "not_run": [f"{__name__}.receiver"],
    }
    assert facts["/users", "@*"] == {
        "path": "/users",
        "methods": ["GET", "PUT"],
        "origins": "@*",
        "credentials": False,
        "headers": [],
        "exposed": None,
        "enforced": False,
        "max_age": 7,
        "answers": "classic",
    }
    assert facts["/decides", "*"]["view"] == f"{__name__}.Decides"
    assert facts["/users", B]["max_age"] is None


def test_json_says_null_for_any_header() -> None:
    code, printed, _ = run("lock", "--json", f"{__name__}:any_header")
    assert code == 0
    (fact,) = json.loads(printed)["facts"]
    assert (fact["headers"], fact["exposed"]) == (None, ["x-c"])


def any_header() -> web.Application:
    app = web.Application()
    resource = served(app, "/users", "GET", "HEAD", "POST")
    fluent(app).origin(A).allow_any_header().expose("X-C").on(resource)
    return app


def test_a_lock_is_the_same_in_every_run() -> None:
    printed = {
        subprocess.run(
            [sys.executable, "-m", "aiohttp_cors", "lock", f"{__name__}:every_program"],
            check=True,
            capture_output=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(printed) == 1
    assert b"read //api.example/items" in next(iter(printed))


def every_program() -> web.Application:
    root = web.Application()
    mounted(root)  # below a path aiohttp cannot mount domains
    for number, (build, _) in enumerate(PROGRAMS):
        app = web.Application()
        build(app)
        if build is not mounted:
            root.add_subapp(f"/{number}", app)
    return root
