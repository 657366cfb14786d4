"""Which questions `probe` asks about an application, and what it expects for them."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest
from aiohttp import web
from aiohttp.web_urldispatcher import UrlMappingMatchInfo
from typing_extensions import override

import aiohttp_cors
from aiohttp_cors import Cors, CorsViewMixin, LiveOrigins, ResourceOptions
from aiohttp_cors._tools.loading import CannotRunError
from aiohttp_cors._tools.probing.plan import Choices, Plan, plan_for
from aiohttp_cors._tools.probing.rows import Expected, NotAsked, Question
from aiohttp_cors.browser.checks import HttpResponse
from tests.integration.support import hello

A: Final = "https://a.example"
B: Final = "https://b.example"
NOBODY: Final = "https://cors-probe.invalid"
VARY: Final = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"


async def planned(
    app: web.Application,
    *,
    paths: tuple[str, ...] = (),
    origins: tuple[str, ...] = (),
    values: Mapping[str, str] | None = None,
    unsafe: bool = False,
    limit: int = 500,
    host: str = "api.example",
) -> Plan:
    return await plan_for(
        app,
        Choices(
            host=host,
            paths=paths,
            origins=origins,
            values=values or {},
            is_unsafe=unsafe,
            limit=limit,
        ),
    )


def questions(plan: Plan) -> list[Question]:
    return [question for group in plan.groups for question, _ in group]


def words(plan: Plan) -> list[str]:
    return [f"{question.path} {question.words}" for question in questions(plan)]


def expected(plan: Plan, text: str) -> Expected:
    found = [
        expected
        for group in plan.groups
        for question, expected in group
        if f"{question.path} {question.words}" == text
    ]
    assert len(found) == 1, words(plan)
    return found[0]


def application(path: str, *methods: str) -> tuple[web.Application, web.Resource]:
    app = web.Application()
    resource = app.router.add_resource(path)
    for method in methods or ("GET",):
        resource.add_route(method, hello)
    return app, resource


async def test_each_method_is_asked_about_and_a_get_is_sent() -> None:
    app, items = application("/items", "GET", "PUT")
    Cors.for_app(app).origin(A).on(items)
    plan = await planned(app)
    assert words(plan) == [
        f"/items preflight for GET from {A}",
        f"/items preflight for PUT from {A}",
        f"/items preflight for PUT from {NOBODY}",
        f"/items GET from {A}",
        f"/items GET from {NOBODY}",
    ]
    assert plan.not_asked == []
    assert plan.size == 5


async def test_what_is_expected_is_what_the_application_answers() -> None:
    app, items = application("/items", "GET", "PUT")
    (
        Cors.for_app(app)
        .origin(A)
        .allow_credentials()
        .allow_headers("X-Token")
        .expose("X-Page")
        .max_age(60)
        .on(items)
    )
    plan = await planned(app)
    preflight = expected(plan, f"/items preflight for PUT from {A}")
    assert preflight.answer.status == 200
    assert preflight.answer.get("Access-Control-Allow-Origin") == A
    assert preflight.answer.get("Access-Control-Allow-Credentials") == "true"
    assert preflight.answer.get("Access-Control-Allow-Methods") == "GET,PUT"
    assert preflight.answer.get("Access-Control-Allow-Headers") == "X-Token"
    assert preflight.answer.get("Access-Control-Max-Age") == "60"
    refused = expected(plan, f"/items preflight for PUT from {NOBODY}")
    assert refused.answer.status == 403
    assert refused.answer.get("Access-Control-Allow-Origin") is None
    actual = expected(plan, f"/items GET from {A}")
    assert actual.answer.get("Access-Control-Allow-Origin") == A
    assert actual.answer.get("Access-Control-Expose-Headers") == "X-Page"
    assert actual.answer.get("Vary") == "Origin"
    assert not actual.exposes_all
    assert expected(plan, f"/items GET from {NOBODY}").answer.get("Vary") == "Origin"


async def test_an_enforced_policy_is_expected_to_refuse() -> None:
    app, items = application("/items", "GET", "POST")
    Cors.for_app(app).origin(A).enforce_on(items)
    plan = await planned(app, unsafe=True)
    for method in ("GET", "POST"):
        allowed = expected(plan, f"/items {method} from {A}")
        assert (allowed.is_refused, allowed.answer.get("Vary")) == (False, "Origin")
    refused = expected(plan, f"/items GET from {NOBODY}")
    assert refused == Expected(HttpResponse(403), is_refused=True)
    preflight = expected(plan, f"/items preflight for GET from {NOBODY}")
    assert (preflight.is_refused, preflight.answer.get("Vary")) == (False, VARY)


async def test_a_sandbox_is_expected_to_be_refused_whatever_the_policy_allows() -> None:
    app, items = application("/items")
    Cors.for_app(app).any_origin().enforce_on(items)
    plan = await planned(app, origins=("null",))
    assert expected(plan, "/items GET from null").is_refused


async def test_what_is_only_reported_is_expected_to_pass() -> None:
    app, items = application("/items")
    Cors.for_app(app).origin(A).enforce_on(items, report_only=True)
    assert not expected(await planned(app), f"/items GET from {NOBODY}").is_refused


async def test_no_handler_runs() -> None:
    async def boom(request: web.Request) -> web.Response:
        raise AssertionError

    app = web.Application()
    Cors.for_app(app).origin(A).on(app.router.add_get("/items", boom))
    assert (await planned(app)).size == 4


async def test_what_all_headers_of_a_response_expose_is_left_open() -> None:
    app, items = application("/items")
    Cors.for_app(app).origin(A).expose_all().on(items)
    actual = expected(await planned(app), f"/items GET from {A}")
    assert actual.exposes_all
    assert actual.answer.get("Access-Control-Expose-Headers") is None


ORIGINS: Final = {
    "one of many exact ones, and another": ((A, B, "https://c.example"), {A, B, NOBODY}),
    "one beside a pattern": (
        (A, B, "https://*.c.example"),
        {A, "https://cors-probe.c.example", NOBODY},
    ),
    "any port": (("http://localhost:*",), {"http://localhost:8443", NOBODY}),
    "any subdomain and port": (
        ("https://*.c.example:*",),
        {"https://cors-probe.c.example:8443", NOBODY},
    ),
    "a subdomain and a port": (
        ("https://*.c.example:444",),
        {"https://cors-probe.c.example:444", NOBODY},
    ),
}


@pytest.mark.parametrize("case", ORIGINS.values(), ids=ORIGINS)
async def test_representatives_stand_for_the_origins_of_a_clause(
    case: tuple[tuple[str, ...], set[str]],
) -> None:
    origins, asking = case
    app, items = application("/items")
    Cors.for_app(app).origin(*origins).on(items)
    plan = await planned(app)
    assert {question.origin for question in questions(plan)} == asking
    refused = {
        question.origin
        for group in plan.groups
        for question, expected in group
        if expected.answer.get("Access-Control-Allow-Origin") is None
    }
    assert refused == {NOBODY}


async def test_each_clause_has_a_representative() -> None:
    app, items = application("/items")
    Cors.for_app(app).origin(A).allow_headers("X-A").origin(B).allow_any_header().on(items)
    names = {question.origin: question.names for question in questions(await planned(app))[:2]}
    assert names == {A: ("x-a",), B: ("authorization", "content-type")}


async def test_any_origin_has_a_representative_and_no_stranger() -> None:
    app, items = application("/items")
    Cors.for_app(app).any_origin().on(items)
    plan = await planned(app)
    assert {question.origin for question in questions(plan)} == {"https://cors-probe.example"}


async def test_the_members_of_a_live_set_are_asked_as() -> None:
    app, items = application("/items")
    Cors.for_app(app).origin(LiveOrigins([A])).on(items)
    plan = await planned(app)
    assert {question.origin for question in questions(plan)} == {A, NOBODY}
    assert plan.not_asked == []


async def test_a_predicate_is_said_and_asked_about_a_named_origin_alone() -> None:
    asked: list[str] = []

    def predicate(origin: str) -> bool:
        asked.append(origin)
        return True

    app, items = application("/items")
    Cors.for_app(app).origin_where(predicate).on(items)
    plan = await planned(app)
    assert plan.groups == []
    assert [template for template, _ in plan.not_asked] == ["/items"]
    assert "--origin" in plan.not_asked[0].why
    assert asked == []
    plan = await planned(app, origins=(B,))
    assert words(plan) == [f"/items preflight for GET from {B}", f"/items GET from {B}"]
    allowed = expected(plan, f"/items GET from {B}")
    assert allowed.answer.get("Access-Control-Allow-Origin") == B


async def test_a_predicate_that_raises_decides_nothing() -> None:
    def predicate(origin: str) -> bool:
        raise LookupError("no database")

    app, items = application("/items")
    Cors.for_app(app).origin_where(predicate).on(items)
    plan = await planned(app, origins=(B,))
    assert plan.groups == []
    assert plan.not_asked[0] == NotAsked(
        "/items",
        f"preflight for GET from {B}: the program's own code decides, and raised LookupError: no"
        " database",
    )


async def test_a_policy_that_allows_nobody_says_so() -> None:
    app, items = application("/items")
    aiohttp_cors.setup(app).add(items)
    plan = await planned(app)
    assert {question.origin for question in questions(plan)} == {NOBODY}
    assert "--origin" in plan.not_asked[0].why


async def test_a_view_that_decides_by_itself_is_asked() -> None:
    class Items(web.View, CorsViewMixin):
        @override
        @classmethod
        def get_request_config(
            cls, request: web.Request, request_method: str
        ) -> Mapping[str, ResourceOptions]:
            return {B: ResourceOptions()}

        async def get(self) -> web.Response:
            return web.Response()

    app = web.Application()
    route = app.router.add_view("/items", Items)
    aiohttp_cors.setup(app).add(route)
    plan = await planned(app, origins=(A, B))
    allowed = {
        question.origin
        for group in plan.groups
        for question, expected in group
        if expected.answer.get("Access-Control-Allow-Origin")
    }
    assert allowed == {B}
    assert plan.not_asked == []


async def test_any_method_is_represented_by_the_five_that_pages_use() -> None:
    app, items = application("/items", "*")
    Cors.for_app(app).origin(A).on(items)
    plan = await planned(app)
    methods = [question.method for question in questions(plan) if question.origin == A]
    assert methods == ["DELETE", "GET", "PATCH", "POST", "PUT", "GET"]


async def test_a_method_that_only_the_policy_names_is_asked_about() -> None:
    app, items = application("/items")
    Cors.for_app(app).origin(A).allow_methods("GET", "DELETE").on(items)
    plan = await planned(app)
    assert words(plan)[:2] == [
        f"/items preflight for DELETE from {A}",
        f"/items preflight for GET from {A}",
    ]
    assert [q.method for q in questions(await planned(app, unsafe=True)) if not q.is_preflight] == [
        "GET",
        "GET",
    ]


async def test_head_is_sent_where_there_is_no_get() -> None:
    app, items = application("/items", "HEAD")
    Cors.for_app(app).origin(A).on(items)
    assert words(await planned(app)) == [
        f"/items preflight for HEAD from {A}",
        f"/items preflight for HEAD from {NOBODY}",
        f"/items HEAD from {A}",
        f"/items HEAD from {NOBODY}",
    ]


async def test_other_methods_are_sent_once_where_that_was_asked_for() -> None:
    app, items = application("/items", "GET", "POST", "PUT")
    Cors.for_app(app).origin(A, B).on(items)
    sent = [q.words for q in questions(await planned(app, unsafe=True)) if not q.is_preflight]
    assert sent == [
        f"GET from {A}",
        f"GET from {B}",
        f"GET from {NOBODY}",
        f"POST from {A}",
        f"PUT from {A}",
    ]


async def test_two_policies_of_one_path_are_asked_about_apart() -> None:
    app, items = application("/items", "GET", "PUT")
    get, put = items
    Cors.for_app(app).origin(A).on(get).origin(B).on(put)
    assert words(await planned(app)) == [
        f"/items preflight for GET from {A}",
        f"/items preflight for GET from {NOBODY}",
        f"/items GET from {A}",
        f"/items GET from {NOBODY}",
        f"/items preflight for PUT from {B}",
        f"/items preflight for PUT from {NOBODY}",
    ]


async def test_what_nothing_covers_is_not_asked_about() -> None:
    app, items = application("/items", "GET", "PUT")
    app.router.add_get("/own", hello)
    get, _ = items
    Cors.for_app(app).origin(A).on(get)
    assert {(q.path, q.method) for q in questions(await planned(app))} == {("/items", "GET")}


VARIABLES: Final = {
    "any": ("/items/{id}", r"/items/[a-z\-]+"),
    "digits": (r"/items/{id:\d+}", r"/items/\d+"),
    "a UUID": (r"/{id:[0-9a-f]{8}-[0-9a-f-]{27}}", r"/[0-9a-f-]{36}"),
    "a date": (r"/{y:\d{4}}/{m:\d\d?}/{d:\d\d?}", r"/\d{4}/\d+/\d+"),
    "two in one part": (r"/{name}.{suffix:[a-z]+}", r"/[^/.]+\.[a-z]+"),
    "the rest": ("/files/{tail:.*}", r"/files/.*"),
}


@pytest.mark.parametrize("case", VARIABLES.values(), ids=VARIABLES)
async def test_a_made_up_value_fits_the_path_and_is_only_preflighted(case: tuple[str, str]) -> None:
    template, pattern = case
    app, items = application(template)
    Cors.for_app(app).origin(A).on(items)
    plan = await planned(app)
    assert [question.is_preflight for question in questions(plan)] == [True, True]
    assert all(re.fullmatch(pattern, question.path) for question in questions(plan))
    assert "--param" in plan.not_asked[0].why


async def test_a_given_value_is_sent_percent_encoded() -> None:
    app, items = application("/items/{id}/{tail:.+}")
    Cors.for_app(app).origin(A).on(items)
    plan = await planned(app, values={"id": "a b?", "tail": "c/d", "other": "1"})
    assert {question.path for question in questions(plan)} == {"/items/a%20b%3F/c/d"}
    assert questions(plan)[-1].method == "GET"
    assert plan.not_asked == []


NO_PATHS: Final[Mapping[str, tuple[str, dict[str, str], str]]] = {
    "a value that cannot be made up": (r"/{id:x{7}}", {}, "it needs a value: --param id=VALUE"),
    "a value that does not fit": (r"/{id:\d+}", {"id": "x"}, "the values of --param do not fit it"),
}


@pytest.mark.parametrize("case", NO_PATHS.values(), ids=NO_PATHS)
async def test_a_path_that_cannot_be_asked_is_said(
    case: tuple[str, dict[str, str], str],
) -> None:
    template, values, why = case
    app, items = application(template)
    Cors.for_app(app).origin(A).on(items)
    plan = await planned(app, values=values)
    assert plan == Plan([], [NotAsked("/{id}", why)])


async def test_a_static_path_needs_the_name_of_a_file(tmp_path: Path) -> None:
    app = web.Application()
    Cors.for_app(app).origin(A).on(app.router.add_static("/static", tmp_path))
    plan = await planned(app)
    assert words(plan) == [
        f"/static/cors-probe preflight for GET from {A}",
        f"/static/cors-probe preflight for GET from {NOBODY}",
    ]
    assert plan.not_asked == [NotAsked("/static", "GET: it needs a value: --param filename=VALUE")]
    plan = await planned(app, values={"filename": "app.js"})
    assert f"/static/app.js GET from {A}" in words(plan)


async def test_a_class_of_the_programs_own_is_left_out() -> None:
    class Own(web.PlainResource):
        @override
        async def resolve(
            self, request: web.Request
        ) -> tuple[UrlMappingMatchInfo | None, set[str]]:
            return None, set()

    app = web.Application()
    own = Own("/own")
    own.add_route("GET", hello)
    app.router.register_resource(own)
    Cors.for_app(app).origin(A).on(own)
    assert await planned(app) == Plan(
        [], [NotAsked("/own", "its class is of the program's own making")]
    )


async def test_a_path_that_another_resource_serves_is_left_out() -> None:
    app = web.Application()
    app.router.add_get(r"/{id:\d+}", hello, allow_head=False)
    Cors.for_app(app).origin(A).on(app.router.add_get("/{id:1}", hello, allow_head=False))
    plan = await planned(app, values={"id": "1"})
    assert plan.groups == []
    assert {why.partition(": ")[2] for _, why in plan.not_asked} == {
        "another resource serves this path"
    }


async def test_a_domain_is_asked_about_if_the_url_has_it() -> None:
    app, inner = web.Application(), web.Application()
    Cors.for_app(inner).origin(A).on(inner.router.add_get("/items", hello, allow_head=False))
    app.add_domain("api.example", inner)
    assert (await planned(app)).size == 4
    elsewhere = await planned(app, host="other.example")
    assert elsewhere.groups == []
    assert {template for template, _ in elsewhere.not_asked} == {"//api.example/items"}


async def test_a_router_that_raises_is_said() -> None:
    class Router(web.UrlDispatcher):
        @override
        async def resolve(self, request: web.Request) -> UrlMappingMatchInfo:
            raise LookupError("no tenant")

    app = web.Application()
    app.router.__class__ = Router
    Cors.for_app(app).origin(A).on(app.router.add_get("/items", hello, allow_head=False))
    plan = await planned(app)
    assert plan.groups == []
    assert {why.partition(": ")[2] for _, why in plan.not_asked} == {
        "the application's router raised LookupError: no tenant"
    }


async def test_one_path_can_be_chosen() -> None:
    app = web.Application()
    items = app.router.add_get("/items", hello, allow_head=False)
    item = app.router.add_get(r"/items/{id:\d+}", hello, allow_head=False)
    Cors.for_app(app).origin(A).on(items, item)
    assert {q.path for q in questions(await planned(app, paths=("/items",)))} == {"/items"}
    plan = await planned(app, paths=("/items/7", "/items/8"))
    assert [q.path for q in questions(plan) if not q.is_preflight and q.origin == A] == [
        "/items/7",
        "/items/8",
    ]
    shown = await planned(app, paths=("/items/{id}",))
    assert {question.path for question in questions(shown)} == {"/items/1"}


async def test_a_path_that_nothing_serves_cannot_be_chosen() -> None:
    app, items = application("/items")
    Cors.for_app(app).origin(A).on(items)
    with pytest.raises(CannotRunError, match=r"no resource .* serves /itmes"):
        await planned(app, paths=("/items", "/itmes"))


async def test_origins_can_be_chosen() -> None:
    app, items = application("/items")
    Cors.for_app(app).origin(A).allow_headers("X-A").on(items)
    plan = await planned(app, origins=(B, A))
    assert words(plan) == [
        f"/items preflight for GET from {B}",
        f"/items preflight for GET from {A}",
        f"/items GET from {B}",
        f"/items GET from {A}",
    ]
    assert {question.names for question in questions(plan)} == {("x-a",), ()}


async def test_a_policy_of_everything_is_asked_about_a_404_too() -> None:
    app, _ = application("/items")
    Cors.for_app(app).origin(A).everywhere()
    plan = await planned(app)
    (row,) = [question for question in questions(plan) if question.template == "(no resource)"]
    assert row.words == f"GET from {A}"
    answer = expected(plan, f"{row.path} {row.words}").answer
    assert answer.get("Access-Control-Allow-Origin") == A
    chosen = await planned(app, paths=("/items",))
    assert {question.template for question in questions(chosen)} == {"/items"}


async def test_a_404_that_cannot_be_had_is_said() -> None:
    app, _ = application("/{tail:.*}")
    Cors.for_app(app).origin(A).everywhere()
    assert (await planned(app)).not_asked[-1] == NotAsked(
        "(no resource)", f"GET from {A}: another resource serves this path"
    )


async def test_a_path_of_another_application_is_left_out() -> None:
    app, inner = web.Application(), web.Application()
    app.router.add_get("/inner/{name:[a-z]+-[a-z]+}", hello, allow_head=False)
    Cors.for_app(inner).origin(A).on(inner.router.add_get("/{name}", hello, allow_head=False))
    app.add_subapp("/inner", inner)
    plan = await planned(app)
    assert plan.groups == []
    assert plan.not_asked[0].why.endswith("another resource serves this path")


async def test_the_number_of_questions_is_bounded() -> None:
    app, items = application("/items")
    Cors.for_app(app).origin(A).on(items)
    plan = await planned(app, limit=3)
    assert plan.size == 3
    assert plan.not_asked == [NotAsked("--limit", "1 more rows")]
