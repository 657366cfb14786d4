"""`diff` and `assert_no_wider`: what a change of configuration lets pages do, shown by a request."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeAlias

import pytest
from aiohttp import web
from typing_extensions import override

from aiohttp_cors import Cors, CorsConfig, CorsViewMixin, LiveOrigins, ResourceOptions
from aiohttp_cors._tools.command import main
from aiohttp_cors._tools.locking.difference import Difference, compare
from aiohttp_cors._tools.locking.difference_text import lines_of
from aiohttp_cors._tools.locking.facts import Reach
from aiohttp_cors._tools.locking.lock_file import write_lock
from aiohttp_cors._tools.locking.reach import reach_of
from aiohttp_cors._values.configuration import Config
from aiohttp_cors.cors import AnyOriginRule, CredentialedRule, OriginRule
from aiohttp_cors.testing import assert_no_wider
from tests.integration.support import hello

A: Final = "https://a.example"
B: Final = "https://b.example"
READ: Final = ("GET", "HEAD", "POST")

Rule = OriginRule | CredentialedRule | AnyOriginRule
Write = Callable[[Cors], Rule]


def application(
    write: Write | None, *methods: str, path: str = "/users/{id}", more: int = 0
) -> web.Application:
    """An application with one policy for one resource, and for `more` others like it."""
    app = web.Application()
    resources = [
        app.router.add_resource(template) for template in (path, *(f"/{n}" for n in range(more)))
    ]
    for resource in resources:
        for method in methods or READ:
            resource.add_route(method, hello)
    if write is not None:
        write(Cors.for_app(app)).on(*resources)
    return app


def between(before: web.Application, now: web.Application) -> Difference:
    return compare(reach_of(before), reach_of(now))


def told(difference: Difference) -> list[str]:
    """The lines, each whole however long it is."""
    whole: list[str] = []
    for line in lines_of(difference):
        assert len(line) <= 80
        indent = len(line) - len(line.lstrip())
        if indent in {2, 6}:
            whole[-1] += f" {line.lstrip()}"
        else:
            whole.append(line.lstrip())
    return whole


def is_partner(origin: str) -> bool:
    return False


def is_friend(origin: str) -> bool:
    return False


PARTNER: Final = f"where:{__name__}.is_partner"
FRIEND: Final = f"where:{__name__}.is_friend"

# Before, now, and the lines but the last.
POLICIES: Final[dict[str, tuple[Write | None, Write | None, list[str]]]] = {
    "nothing": (lambda c: c.origin(A), lambda c: c.origin(A), []),
    "another order": (
        lambda c: c.origin(A).max_age(1).origin(B, "https://*.b.example"),
        lambda c: c.origin("https://*.b.example", B).origin(A).max_age(1),
        [],
    ),
    "two clauses that say one thing": (
        lambda c: c.origin(A, B),
        lambda c: c.origin(A).origin(B),
        [],
    ),
    "a pattern that another one contains": (
        lambda c: c.origin("https://*.example.com:*"),
        lambda c: c.origin("https://*.example.com:*", "https://x.example.com"),
        [],
    ),
    "a policy": (
        None,
        lambda c: c.origin(A).allow_credentials(),
        [f"+ {A} may now read GET /users/{{id}} with cookies", "also HEAD, POST"],
    ),
    "no policy": (
        lambda c: c.origin(A),
        None,
        [f"- {A} may no longer read GET /users/{{id}}", "also HEAD, POST"],
    ),
    "an origin": (
        lambda c: c.origin(A),
        lambda c: c.origin(A, B),
        [f"+ {B} may now read GET /users/{{id}}", "also HEAD, POST"],
    ),
    "subdomains in place of one": (
        lambda c: c.origin("https://x.preview.example.com"),
        lambda c: c.origin("https://*.preview.example.com"),
        [
            "+ https://x1.preview.example.com may now read GET /users/{id}",
            "also HEAD, POST",
        ],
    ),
    "ports": (
        lambda c: c.origin("https://*.a.example"),
        lambda c: c.origin("https://*.a.example:*"),
        [
            "+ https://x.a.example:8443 may now read GET /users/{id}",
            "also HEAD, POST",
        ],
    ),
    "an exception": (
        lambda c: c.origin("https://*.a.example"),
        lambda c: (
            c.origin("https://*.a.example").origin("https://x.a.example").allow_methods("GET")
        ),
        ["- https://x.a.example may no longer read POST /users/{id}"],
    ),
    "any origin": (
        lambda c: c.origin(A).allow_credentials(),
        lambda c: c.any_origin(),
        [
            "+ https://elsewhere.example may now read GET /users/{id}",
            "also HEAD, POST",
            f"- {A} may no longer read GET /users/{{id}} with cookies",
            "also HEAD, POST",
            f"~ answers to GET /users/{{id}} for {A} are written as constant, not fluent",
            "also HEAD, POST",
        ],
    ),
    "cookies": (
        lambda c: c.origin(A),
        lambda c: c.origin(A).allow_credentials(),
        [f"+ {A} may now read GET /users/{{id}} with cookies", "also HEAD, POST"],
    ),
    "headers": (
        lambda c: c.origin(A, B).allow_headers("X-A").expose("X-Old"),
        lambda c: c.origin(A, B).allow_headers("X-C", "X-B").expose("X-New", "X-Old"),
        [
            f"+ {A} may now read GET /users/{{id}} after setting the request headers x-b, x-c",
            f"also HEAD, POST; {B}",
            f"+ {A} may now see the response header x-new of GET /users/{{id}}",
            f"also HEAD, POST; {B}",
            f"- {A} may no longer read GET /users/{{id}} after setting the request header x-a",
            f"also HEAD, POST; {B}",
        ],
    ),
    "any header": (
        lambda c: c.origin(A).allow_headers("X-Other").expose_all(),
        lambda c: c.origin(A).allow_any_header().expose("X-A"),
        [
            f"+ {A} may now read GET /users/{{id}} after setting any request header (such as x-other1)",
            "also HEAD, POST",
            f"- {A} may no longer see any response header (such as x-other) of GET /users/{{id}}",
            "also HEAD, POST",
        ],
    ),
    "ages": (
        lambda c: c.origin(A, B, "https://c.example", "https://d.example", "https://e.example"),
        lambda c: c.origin(
            A, B, "https://c.example", "https://d.example", "https://e.example"
        ).max_age(60),
        [
            f"~ preflights of GET /users/{{id}} for {A} are remembered for 60 s, before as long as browsers do unasked",
            f"also HEAD, POST; {B}, https://c.example, https://d.example and 1 more",
        ],
    ),
    "a predicate": (
        lambda c: c.origin(A),
        lambda c: c.origin(A).origin_where(is_partner),
        [
            f"+ https://elsewhere.example, if {PARTNER} accepts it, may now read GET /users/{{id}}",
            "also HEAD, POST",
            f"? {PARTNER} decides by itself: no change behind it can be seen",
        ],
    ),
    "predicates in another order": (
        lambda c: c.origin_where(is_partner).max_age(1).origin_where(is_friend),
        lambda c: c.origin_where(is_friend).origin_where(is_partner).max_age(1),
        [
            f"~ preflights of GET /users/{{id}} for https://elsewhere.example, if {FRIEND} and {PARTNER} accepts it, are remembered as long as browsers do unasked, before for 1 s",
            "also HEAD, POST",
            f"? {FRIEND} decides by itself: no change behind it can be seen",
            f"? {PARTNER} decides by itself: no change behind it can be seen",
        ],
    ),
    "a live set in place of a predicate": (
        lambda c: c.origin_where(is_partner),
        lambda c: c.origin(LiveOrigins([A])),
        [
            "+ https://elsewhere.example, if live:LiveOrigins accepts it, may now read GET /users/{id}",
            "also HEAD, POST",
            f"- https://elsewhere.example, if {PARTNER} accepts it, may no longer read GET /users/{{id}}",
            "also HEAD, POST",
            "? live:LiveOrigins decides by itself: no change behind it can be seen",
            f"? {PARTNER} decides by itself: no change behind it can be seen",
        ],
    ),
}


@pytest.mark.parametrize("before, now, said", POLICIES.values(), ids=list(POLICIES))
def test_a_difference_is_told_by_one_request(
    before: Write | None, now: Write | None, said: list[str]
) -> None:
    *lines, last = told(between(application(before), application(now)))
    assert lines == said
    assert (last == "No difference.") is not any(line[0] in "+-~" for line in said)


def test_what_is_wider_comes_first_and_is_counted() -> None:
    before = application(lambda c: c.origin(A).allow_headers("X-A").max_age(1), *READ)
    now = application(lambda c: c.origin(B).max_age(1), *READ)
    lines = lines_of(between(before, now))
    assert [line[:1] for line in lines] == ["+", " ", "-", " ", "1"]
    assert lines[-1] == "1 wider, 1 narrower, 0 other."


def test_equal_changes_of_many_paths_are_one() -> None:
    before = application(lambda c: c.origin(A), more=5)
    now = application(lambda c: c.origin(A, B), more=5)
    lines = told(between(before, now))
    assert lines == [
        f"+ {B} may now read GET /0",
        "also HEAD, POST; /1, /2, /3 and 2 more",
        "1 wider, 0 narrower, 0 other.",
    ]


def test_the_names_of_variables_mean_nothing() -> None:
    before = application(lambda c: c.origin(A), path=r"/users/{id:\d+}/{x}")
    now = application(lambda c: c.origin(A), path=r"/users/{number:\d+}/{y}")
    assert lines_of(between(before, now)) == ["No difference."]


def test_a_new_route_is_wider_and_where_there_was_a_405_as_well() -> None:
    before = application(lambda c: c.origin(A), "GET", "HEAD")
    now = application(lambda c: c.origin(A))
    assert lines_of(between(before, now))[0] == f"+ {A} may now read POST /users/{{id}}"
    assert lines_of(between(now, before))[0] == f"- {A} may no longer read POST /users/{{id}}"


def test_a_405_and_a_404_are_told_apart_from_the_answer_of_a_route() -> None:
    before, now = application(None, "GET", "HEAD"), application(None, "GET", "HEAD")
    Cors.for_app(now).origin(A).everywhere()
    assert told(between(before, now)) == [
        f"+ {A} may now read the 404 to GET /*",
        "also HEAD, POST",
        f"+ {A} may now read GET /users/{{id}}",
        "also HEAD",
        f"+ {A} may now read the 405 to POST /users/{{id}}",
        "3 wider, 0 narrower, 0 other.",
    ]


def test_any_method_is_shown_by_one_that_nobody_named() -> None:
    before = application(lambda c: c.any_origin().allow_methods("GET"), "*")
    now = application(lambda c: c.any_origin().allow_any_method(), "*")
    assert told(between(before, now))[:2] == [
        "+ https://elsewhere.example may now read DELETE /users/{id}",
        "also OPTIONS, PATCH, POST, PUT, REPORT",
    ]


def test_the_other_api_is_another_way_to_answer() -> None:
    before, now = application(lambda c: c.origin(A)), application(None)
    cors = CorsConfig(now, defaults={A: ResourceOptions()})
    for route in list(now.router.routes()):
        cors.add(route)
    assert told(between(before, now))[:2] == [
        f"~ answers to GET /users/{{id}} for {A} are written as classic, not fluent",
        "also HEAD, POST",
    ]


class Decides(web.View, CorsViewMixin):
    @override
    @classmethod
    def get_request_config(cls, request: web.Request, request_method: str) -> Config:
        return {}

    async def get(self) -> None:
        """Nothing."""


class AlsoDecides(Decides):
    """Another view."""


class Plain(web.View, CorsViewMixin):
    async def get(self) -> None:
        """Nothing."""


def with_view(view: type[web.View] | None) -> web.Application:
    app = web.Application()
    if view is not None:
        CorsConfig(app, defaults={A: ResourceOptions()}).add(app.router.add_view("/me", view))
    return app


VIEWS: Final[dict[str, tuple[type[web.View] | None, type[web.View] | None, list[str]]]] = {
    "the same": (Decides, Decides, []),
    "new": (
        None,
        Decides,
        [
            f"+ who may read GET /me cannot be compared: {__name__}.Decides decides by itself, a policy did before",
        ],
    ),
    "another": (
        Decides,
        AlsoDecides,
        [
            f"+ who may read GET /me cannot be compared: {__name__}.AlsoDecides decides by itself, {__name__}.Decides decided before",
        ],
    ),
    "none any more": (
        Decides,
        Plain,
        [
            f"+ who may read GET /me cannot be compared: a policy decides, {__name__}.Decides decided before",
            "- https://elsewhere.example may no longer read GET /me",
        ],
    ),
    "gone": (Decides, None, [f"- {A} may no longer read GET /me"]),
}


@pytest.mark.parametrize("before, now, said", VIEWS.values(), ids=list(VIEWS))
def test_a_view_that_decides_by_itself_cannot_be_compared(
    before: type[web.View] | None, now: type[web.View] | None, said: list[str]
) -> None:
    lines = told(between(with_view(before), with_view(now)))
    assert [line for line in lines if line[0] in "+-" and "GET" in line] == said
    assert any(line.startswith(f"? {__name__}.") for line in lines)


def open_to(target: web.AbstractResource, cors: Cors) -> None:
    cors.origin(A).on(target)


def enforced(target: web.AbstractResource, cors: Cors) -> None:
    cors.origin(A).enforce_on(target)


def enforced_for_others(target: web.AbstractResource, cors: Cors) -> None:
    cors.origin(A).enforce_on(target, own=[B], isolate=True)


def reported(target: web.AbstractResource, cors: Cors) -> None:
    cors.origin(A).enforce_on(target, report_only=True)


def enforced_everywhere(target: web.AbstractResource, cors: Cors) -> None:
    cors.origin(A).enforce_everywhere()


LOST: Final = "+ the server no longer refuses what is not allowed to read GET /users/{id}"
WON: Final = "- the server now refuses what is not allowed to read GET /users/{id}"
Binds: TypeAlias = Callable[[web.AbstractResource, Cors], None]
ENFORCED: Final[dict[str, tuple[Binds, Binds, str]]] = {
    "lost": (enforced, open_to, LOST),
    "won": (open_to, enforced, WON),
    "only reported": (enforced, reported, LOST),
    "reported before": (reported, enforced, WON),
    "reported or not at all": (reported, open_to, "No difference."),
    "elsewhere": (enforced, enforced_for_others, "No difference."),
    "lost, with the paths that nothing serves": (enforced_everywhere, open_to, LOST),
}


@pytest.mark.parametrize("before, now, line", ENFORCED.values(), ids=list(ENFORCED))
def test_a_policy_that_is_not_enforced_any_more_is_wider(
    before: Binds, now: Binds, line: str
) -> None:
    reaches: list[Reach] = []
    for binds in (before, now):
        app = web.Application()
        target = app.router.add_resource("/users/{id}")
        target.add_route("GET", hello)
        binds(target, Cors.for_app(app))
        reaches.append(reach_of(app))
    assert lines_of(compare(*reaches))[0] == line


def test_a_lock_tells_enforced_programs_from_others() -> None:
    """What alike resources were asked is remembered by whether they are enforced, too."""
    app = web.Application()
    cors = Cors.for_app(app)
    rule = cors.origin(A)
    open_one, closed = app.router.add_resource("/open"), app.router.add_resource("/closed")
    for target in (open_one, closed):
        target.add_route("GET", hello)
    rule.on(open_one)
    rule.enforce_on(closed)
    by_path = {fact.path: fact.rights for fact in reach_of(app).facts}
    assert {
        path: not isinstance(rights, str) and rights.enforced for path, rights in by_path.items()
    } == {"/open": False, "/closed": True}


def narrow() -> web.Application:
    return application(lambda c: c.origin(A))


def wide() -> web.Application:
    app = application(lambda c: c.origin(A, B).allow_headers("X-A").max_age(1))
    app.on_startup.append(receiver)
    return app


async def receiver(app: web.Application) -> None:
    """Nothing to do at startup."""


def run(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = main(arguments, out=out, err=err)
    return code, out.getvalue(), err.getvalue()


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / "cors.lock"
    path.write_text(write_lock(reach_of(narrow())), "utf-8")
    return path


def test_the_command_exits_with_1_if_something_is_wider(lock: Path) -> None:
    code, printed, said = run("diff", str(lock), f"{__name__}:wide")
    assert (code, said) == (1, "")
    lines = printed.splitlines()
    assert f"+ {B} may now read GET /users/{{id}}" in lines
    assert lines[-2:] == [
        "2 wider, 0 narrower, 1 other.",
        f"Not run: {__name__}.receiver; --start runs them.",
    ]


def test_the_command_exits_with_0_if_nothing_is(tmp_path: Path, lock: Path) -> None:
    assert run("diff", str(lock), f"{__name__}:narrow") == (0, "No difference.\n", "")
    lock.write_text(write_lock(reach_of(wide())), "utf-8")
    code, printed, _ = run("diff", str(lock), f"{__name__}:narrow")
    assert (code, printed[0]) == (0, "-")


def test_the_command_prints_json(lock: Path) -> None:
    code, printed, _ = run("diff", "--json", str(lock), f"{__name__}:wide")
    assert code == 1
    found = json.loads(printed)
    assert found.pop("narrower") == []
    assert found.pop("unseen") == []
    assert found.pop("not_run") == [f"{__name__}.receiver"]
    assert [change["change"] for change in found["other"]] == ["max-age"]
    answer, header = found["wider"]
    assert answer == {
        "change": "answer",
        "text": f"{B} may now read GET /users/{{id}}",
        "request": {
            "origin": B,
            "accepted_by": [],
            "method": "GET",
            "path": "/users/{id}",
            "status": None,
            "credentials": False,
            "headers": [],
            "exposed": [],
        },
        "before": None,
        "now": None,
        "more_origins": [],
        "more_methods": ["HEAD", "POST"],
        "more_paths": [],
    }
    assert header["request"]["headers"] == ["x-a"]


def test_json_says_which_status_an_answer_has_that_no_route_made(tmp_path: Path) -> None:
    path = tmp_path / "cors.lock"
    path.write_text(write_lock(reach_of(application(None))), "utf-8")
    _, printed, _ = run("diff", "--json", str(path), f"{__name__}:everywhere")
    assert [change["request"]["status"] for change in json.loads(printed)["wider"]] == [404, None]


def everywhere() -> web.Application:
    app = application(None)
    Cors.for_app(app).origin(A).everywhere()
    return app


UNREADABLE: Final[dict[str, tuple[bytes | None, str]]] = {
    "missing": (
        None,
        "is missing; make it with: python -m aiohttp_cors lock {spec} > {path}",
    ),
    "another version": (
        b"aiohttp-cors lock 7\n",
        ": it is a lock of version 7, and this program reads 1; make it with: python -m ",
    ),
    "damaged": (
        b"aiohttp-cors lock 1\n\x1b[2J\n",
        ": it is damaged: line 2: no line of a lock reads '\\x1b[2J'; make it with: ",
    ),
    "bytes": (b"\xff", "cannot be read: 'utf-8' codec can't decode byte 0xff"),
}


@pytest.mark.parametrize("content, said", UNREADABLE.values(), ids=list(UNREADABLE))
def test_what_is_no_lock_is_one_line_and_exit_code_2(
    tmp_path: Path, content: bytes | None, said: str
) -> None:
    path, spec = tmp_path / "cors.lock", f"{__name__}:narrow"
    if content is not None:
        path.write_bytes(content)
    code, printed, error = run("diff", str(path), spec)
    assert (code, printed, error.count("\n")) == (2, "", 1)
    between_ = "" if said.startswith(":") else " "
    assert error.startswith(f"aiohttp_cors: {path}{between_}{said.format(spec=spec, path=path)}")


def test_an_application_is_held_to_its_lock(lock: Path) -> None:
    assert_no_wider(narrow(), lock)
    assert_no_wider(application(None), str(lock))
    with pytest.raises(AssertionError) as failed:
        assert_no_wider(wide(), lock)
    assert str(failed.value).splitlines() == lines_of(between(narrow(), wide()))


def test_a_lock_that_is_missing_is_said_how_to_make(tmp_path: Path) -> None:
    with pytest.raises(AssertionError) as failed:
        assert_no_wider(narrow(), tmp_path / "cors.lock")
    assert str(failed.value) == (
        f"{tmp_path / 'cors.lock'} is missing; make it with:"
        f" python -m aiohttp_cors lock MODULE:NAME > {tmp_path / 'cors.lock'}"
    )
