"""What the rules leave alone, what they could not look at, and the rarer ways in which they find.

What each rule is there for, `tests.unit.test_findings_pages` and `bad_program` show.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import cast

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from typing_extensions import override

import aiohttp_cors
from aiohttp_cors import Cors, LiveOrigins, ResourceOptions, answer_preflights
from aiohttp_cors._server.aiohttp_release import RELEASE
from aiohttp_cors._tools.findings import origins
from aiohttp_cors._tools.findings.report import Report, report_on
from aiohttp_cors._values.findings import REPORTED_ONLY, UNCHECKED_WEBSOCKET
from tests.integration.support import hello

A = "https://a.example"
B = "https://b.example"


@pytest.fixture(autouse=True)
def _one_worker(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("WEB_CONCURRENCY", "GUNICORN_CMD_ARGS"):
        monkeypatch.delenv(name, raising=False)


def ids(report: Report) -> list[str]:
    return [finding.kind.id for finding in report.findings]


def texts(report: Report) -> list[str]:
    return [finding.text for finding in report.findings]


# Origins


def over_public_suffix() -> web.Application:
    app = web.Application()
    cors = Cors.for_app(app)
    cors.origin("https://*.github.io").on(app.router.add_get("/a", hello))
    cors.origin("https://*.co.uk:*").on(app.router.add_get("/b", hello))
    return app


def missing(host: str) -> str | None:
    """What `aiohttp_cors.browser.site` does without the list."""
    raise ImportError(host)


def test_without_the_list_it_is_said_that_nobody_looked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(origins, "registrable_domain", missing)
    report = report_on(over_public_suffix())
    assert report.findings == ()
    (text,) = report.not_looked_at
    assert "https://*.co.uk:*, https://*.github.io" in text
    assert 'pip install "aiohttp-cors[testing]"' in text


@pytest.mark.parametrize(
    "pattern",
    [
        "https://*.a.example",
        "https://*.shop.github.io",
        "http://*.localhost:*",
        "http://localhost:*",
        "chrome-extension://*.co.uk",
        "https://github.io",
    ],
)
def test_a_pattern_below_which_nobody_else_registers_is_left_alone(pattern: str) -> None:
    app = web.Application()
    Cors.for_app(app).origin(pattern).on(app.router.add_get("/a", hello))
    assert ids(report_on(app)) == []


def test_a_classic_key_that_is_a_pattern_is_looked_up_too() -> None:
    app = web.Application()
    cors = aiohttp_cors.setup(app)
    cors.add(app.router.add_get("/a", hello), {"https://*.co.uk": ResourceOptions()})
    (finding,) = report_on(app).findings
    assert finding.kind.id == "pattern-over-public-suffix"
    assert finding.instead == '{"https://*.<your name>.co.uk": …}'


def test_credentials_for_an_address_over_http_have_no_other_spelling() -> None:
    app = web.Application()
    rule = Cors.for_app(app).origin("http://192.0.2.1", "http://localhost")
    rule.allow_credentials(dangerously_over_http=True).on(app.router.add_get("/a", hello))
    (finding,) = report_on(app).findings
    assert finding.text == "credentials are allowed over http to 'http://192.0.2.1'"


# Names


def test_names_that_are_worth_listing_are_left_alone() -> None:
    app = web.Application()
    rule = Cors.for_app(app).origin(A).allow_headers("Content-Type", "Authorization")
    rule = rule.expose("ETag", "Location").max_age(7200).allow_methods("GET", "PUT")
    route = app.router.add_get("/a", hello)
    rule.on(route, app.router.add_put("/a/b", hello))
    assert ids(report_on(app)) == []


def test_a_method_that_one_of_the_targets_serves_is_served() -> None:
    app = web.Application()
    rule = Cors.for_app(app).origin(A).allow_methods("GET", "PUT", "DELETE")
    rule.on(app.router.add_get("/a", hello), app.router.add_route("*", "/b", hello))
    assert ids(report_on(app)) == []


def test_what_no_request_reaches_says_nothing_about_methods() -> None:
    app = web.Application()
    aiohttp_cors.setup(app, defaults={A: ResourceOptions(allow_methods=["DELETE"])})
    assert ids(report_on(app)) == []


# Routes


def test_an_exclusion_is_a_decision_and_no_forgotten_route() -> None:
    app = web.Application()
    excluded = app.router.add_get("/a", hello, name="a")
    app.router.add_post("/a", hello, name="b")
    Cors.for_app(app).origin(A).everywhere(excluding=[excluded])
    assert ids(report_on(app)) == []


def test_a_classic_route_that_was_left_out_is_named_with_the_call_that_adds_it() -> None:
    app = web.Application()
    resource = app.router.add_resource("/a")
    cors = aiohttp_cors.setup(app, defaults={A: ResourceOptions()})
    cors.add(resource.add_route("GET", hello))
    resource.add_route("PUT", hello)
    (finding,) = report_on(app).findings
    assert (finding.kind.id, finding.instead) == ("uncovered-route", "cors.add(route)")
    assert finding.text == "no policy covers PUT of '/a', where GET is covered"


def test_a_resource_that_an_earlier_one_of_its_path_shadows_is_named() -> None:
    app = web.Application()
    app.router.add_route("*", "/a", hello, name="first")
    second = app.router.add_get("/a", hello, name="second").resource
    assert second is not None
    cors = Cors.for_app(app)
    cors.origin(A).on(second, app.router["first"])
    (finding,) = report_on(app).findings
    assert finding.kind.id == "shadowed-binding"
    assert finding.text == "another resource of '/a' serves GET, HEAD before this one"


def test_two_resources_of_a_path_that_one_policy_covers_are_left_alone() -> None:
    app = web.Application()
    app.router.add_get("/a", hello, name="first")
    app.router.add_get("/a", hello, name="second")
    Cors.for_app(app).origin(A).everywhere()
    assert ids(report_on(app)) == []


@pytest.mark.skipif(RELEASE >= (4, 0), reason="aiohttp 4 takes no router")
@pytest.mark.filterwarnings("ignore:router argument is deprecated")
def test_a_router_of_the_programs_own_may_ask_in_any_order() -> None:
    class Router(web.UrlDispatcher):
        @override
        async def resolve(self, request: web.Request) -> web.UrlMappingMatchInfo:
            return await super().resolve(request)

    app = web.Application(router=Router())
    app.router.add_get("/a", hello, name="first")
    Cors.for_app(app).origin(A).on(app.router.add_get("/a", hello, name="second"))
    assert ids(report_on(app)) == []


def test_a_policy_for_everything_that_decides_about_a_404_alone_is_left_alone() -> None:
    app = web.Application()
    cors = Cors.for_app(app)
    cors.origin(A).on(app.router.add_get("/a", hello))
    cors.origin(B).everywhere()
    assert ids(report_on(app)) == []


class Choosing(web.PlainResource):
    """Chooses by a header."""

    @override
    async def resolve(self, request: web.Request) -> tuple[None, set[str]]:
        return None, set()


def test_a_resource_of_the_programs_own_making_is_not_looked_at() -> None:
    app = web.Application()
    app.router.register_resource(Choosing("/choosing"))
    Cors.for_app(app).origin(A).everywhere()
    report = report_on(app)
    assert report.findings == ()
    assert report.not_looked_at == (
        "/choosing is of a class that chooses by itself what it serves",
    )


# Layers


@web.middleware
async def looks_at_origin(request: web.Request, handler: Handler) -> web.StreamResponse:
    if request.headers.get("Origin") not in {None, A}:
        raise web.HTTPForbidden
    return await handler(request)


@web.middleware
async def authenticate(request: web.Request, handler: Handler) -> web.StreamResponse:
    raise web.HTTPUnauthorized


async def listens(request: web.Request) -> web.WebSocketResponse:
    return web.WebSocketResponse()


def test_a_websocket_behind_a_middleware_that_looks_at_the_origin_is_left_alone() -> None:
    app, below = web.Application(middlewares=[looks_at_origin]), web.Application()
    below.router.add_get("/updates", listens)
    app.add_subapp("/below", below)
    Cors.for_app(app).origin(A).everywhere()
    assert ids(report_on(app)) == []


def by_nobody(app: web.Application, route: web.AbstractRoute) -> None:
    Cors.for_app(app)


def by_a_policy(app: web.Application, route: web.AbstractRoute) -> None:
    Cors.for_app(app).origin(A).on(route)


def by_everywhere(app: web.Application, route: web.AbstractRoute) -> None:
    Cors.for_app(app).origin(A).everywhere()


def by_nobody_within(app: web.Application, route: web.AbstractRoute) -> None:
    Cors.for_app(app).origin(A).enforce_everywhere(excluding=[route])


def by_what_was_added(app: web.Application, route: web.AbstractRoute) -> None:
    aiohttp_cors.setup(app).add(route, {A: ResourceOptions()})


def by_another_enforcement(app: web.Application, route: web.AbstractRoute) -> None:
    Cors.for_app(app).origin(A).enforce_on(app.router.add_get("/other", hello))


OPEN_WEBSOCKETS: dict[str, tuple[Callable[[web.Application, web.AbstractRoute], None], str]] = {
    "no policy": (by_nobody, ".enforce_on(route)"),
    "a policy": (by_a_policy, ".enforce_on(route)"),
    "everywhere": (by_everywhere, ".enforce_everywhere()"),
    "an exclusion": (by_nobody_within, ".enforce_on(route)"),
    "the classic API": (
        by_what_was_added,
        'if request.headers.get("Origin") not in ORIGINS: raise web.HTTPForbidden',
    ),
    "another policy that is enforced": (by_another_enforcement, ".enforce_on(route)"),
}


@pytest.mark.parametrize("binds, instead", OPEN_WEBSOCKETS.values(), ids=OPEN_WEBSOCKETS)
def test_an_open_websocket_is_named_with_the_call_that_closes_it(
    binds: Callable[[web.Application, web.AbstractRoute], None], instead: str
) -> None:
    app = web.Application()
    binds(app, app.router.add_get("/updates", listens))
    (finding,) = report_on(app).findings
    text = "any site can open the WebSocket '/updates' with the user's cookies"
    assert finding[:1] + finding[2:] == (UNCHECKED_WEBSOCKET, text, instead)


def test_a_websocket_that_is_enforced_is_left_alone() -> None:
    app = web.Application()
    app.router.add_get("/updates", listens)
    cors = Cors.for_app(app).origin(A).enforce_everywhere()
    cors.origin(A).enforce_on(app.router.add_get("/more", listens))
    assert ids(report_on(app)) == []


def test_an_enforcement_that_only_reports_leaves_a_websocket_open() -> None:
    app = web.Application()
    app.router.add_get("/updates", listens)
    Cors.for_app(app).origin(A).enforce_everywhere(report_only=True)
    is_open = "any site can open the WebSocket '/updates' with the user's cookies"
    reaches = "what this policy does not allow is logged and reaches the handlers"
    assert [(each.kind, each.text, each.instead) for each in report_on(app).findings] == [
        (UNCHECKED_WEBSOCKET, f"{is_open}, which is only reported", "leave report_only=True out"),
        (REPORTED_ONLY, reaches, "leave report_only=True out"),
    ]


def test_what_enforces_is_no_middleware_of_the_program() -> None:
    app = web.Application(middlewares=[answer_preflights])
    Cors.for_app(app).origin(A).enforce_on(app.router.add_get("/a", hello))
    report = report_on(app)
    assert (report.findings, report.not_looked_at) == ((), ())


def test_an_application_without_cors_is_not_searched() -> None:
    app = web.Application()
    app.router.add_get("/updates", listens)
    report = report_on(app)
    assert (report.findings, report.is_set_up) == ((), False)


def test_a_middleware_that_cannot_be_read_is_not_looked_at() -> None:
    app = web.Application(middlewares=[cast("Middleware", partial(len))])
    Cors.for_app(app).origin(A).everywhere()
    assert report_on(app).not_looked_at == ("the code of the middleware len",)


def test_a_middleware_of_a_known_library_sets_headers() -> None:
    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        return await handler(request)

    middleware.__module__ = "aiohttp_middlewares.cors"
    app = web.Application(middlewares=[middleware])
    Cors.for_app(app).origin(A).everywhere()
    assert ids(report_on(app)) == ["second-layer"]


def test_the_middlewares_of_the_root_stand_before_those_of_what_it_mounts() -> None:
    app = web.Application(middlewares=[authenticate])
    below = web.Application(middlewares=[answer_preflights])
    Cors.for_app(below).origin(A).on(below.router.add_get("/a", hello))
    app.add_subapp("/below", below)
    assert ids(report_on(app)) == ["middleware-before-preflights"]


def test_a_middleware_after_ours_may_want_credentials() -> None:
    app = web.Application(middlewares=[authenticate])
    below = web.Application(middlewares=[answer_preflights, authenticate])
    below.router.add_get("/a", hello)
    app.add_subapp("/below", below)
    Cors.for_app(app).origin(A).everywhere()
    assert ids(report_on(app)) == []


def test_an_own_handler_of_headers_on_what_nothing_covers_is_its_authors_affair() -> None:
    async def by_hand(request: web.Request) -> web.Response:
        return web.Response(headers={"Access-Control-Allow-Origin": "*"})

    app = web.Application()
    Cors.for_app(app).origin(A).on(app.router.add_get("/a", hello))
    app.router.add_get("/b", by_hand)
    assert ids(report_on(app)) == []


def test_a_mounted_application_whose_preflights_arrive_is_left_alone() -> None:
    app, below = web.Application(), web.Application()
    Cors.for_app(below).origin(A).on(below.router.add_get("/a", hello))
    app.add_subapp("/below", below)
    assert ids(report_on(app)) == []


# Live sets


LIVE = LiveOrigins([A])
KEY = web.AppKey("live", LiveOrigins)


async def feeds(app: web.Application) -> AsyncIterator[None]:
    LIVE.replace([A])
    yield


async def feeds_by_key(app: web.Application) -> AsyncIterator[None]:
    app[KEY].replace([A])
    yield


async def unrelated(app: web.Application) -> None:
    """Feeds nothing."""


def living() -> web.Application:
    app = web.Application()
    app.on_startup.append(unrelated)
    Cors.for_app(app).origin(LIVE).on(app.router.add_get("/a", hello))
    return app


WORKERS: dict[str, tuple[dict[str, str], str, str]] = {
    "one": ({"WEB_CONCURRENCY": "1", "GUNICORN_CMD_ARGS": "-w 1"}, "workers = 1", ""),
    "no number": ({"WEB_CONCURRENCY": "many", "GUNICORN_CMD_ARGS": "-w"}, "", ""),
    "nothing about workers": ({"GUNICORN_CMD_ARGS": "--bind :80"}, "bind = ':80'", ""),
    "a quotation mark alone": ({"GUNICORN_CMD_ARGS": "'"}, "", ""),
    "a file that is no Python": ({}, "workers = = 4", ""),
    "the environment": ({"WEB_CONCURRENCY": "4"}, "", "WEB_CONCURRENCY=4"),
    "-w": ({"GUNICORN_CMD_ARGS": "-k x -w 4"}, "", "GUNICORN_CMD_ARGS has --workers 4"),
    "-w without a space": ({"GUNICORN_CMD_ARGS": "-w4"}, "", "GUNICORN_CMD_ARGS has --workers 4"),
    "--workers": (
        {"GUNICORN_CMD_ARGS": "--workers 4"},
        "",
        "GUNICORN_CMD_ARGS has --workers 4",
    ),
    "--workers=": (
        {"GUNICORN_CMD_ARGS": "--workers=4"},
        "",
        "GUNICORN_CMD_ARGS has --workers 4",
    ),
    "a file": ({}, "import os\nworkers = 4", "gunicorn.conf.py has workers = 4"),
    "two": (
        {"WEB_CONCURRENCY": "2"},
        "workers = 3",
        "WEB_CONCURRENCY=2, gunicorn.conf.py has workers = 3",
    ),
}


@pytest.mark.parametrize("environment, config, seen", WORKERS.values(), ids=WORKERS)
def test_several_workers_are_seen_where_they_are_configured(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    environment: dict[str, str],
    config: str,
    seen: str,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "gunicorn.conf.py").write_text(config, "utf-8")
    told = "a change of a live set that nothing feeds reaches one worker alone"
    assert texts(report_on(living())) == ([f"{seen}: {told}"] if seen else [])


def test_a_number_of_workers_that_is_computed_is_not_looked_at(tmp_path: Path) -> None:
    (tmp_path / "gunicorn.conf.py").write_text("workers = 2 * 2", "utf-8")
    report = report_on(living())
    assert report.findings == ()
    assert report.not_looked_at == ("how many workers gunicorn.conf.py starts is computed there",)


async def sets() -> AsyncGenerator[list[str], None]:
    yield [A]


@pytest.mark.parametrize("feed", [feeds, feeds_by_key, LIVE.fed_by(sets)])
def test_a_live_set_that_is_fed_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, feed: Callable[[web.Application], AsyncIterator[None]]
) -> None:
    monkeypatch.setenv("WEB_CONCURRENCY", "4")
    app = living()
    app[KEY] = LIVE
    app.cleanup_ctx.append(feed)
    assert ids(report_on(app)) == []
