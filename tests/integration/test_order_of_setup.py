"""The order of set-up never matters: what comes late decides as if it had been there before.

Expectations from the contract's *Which policy decides*, rule 8. A program is made in two parts. The
second part comes at every moment that aiohttp knows. The rows of the table and the answers over a
real socket have to be those of the program that was made in one piece.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias, final

import pytest
from aiohttp import web
from pytest_aiohttp.plugin import AiohttpClient

import aiohttp_cors
from aiohttp_cors import (
    Cors,
    CorsConfig,
    CorsViewMixin,
    CorsWarning,
    LiveOrigins,
    OriginRule,
    ResourceOptions,
    answer_preflights,
)
from aiohttp_cors._server.engine import ENGINE
from aiohttp_cors._table.table import TABLE
from tests.integration.fluent_support import unauthorized
from tests.integration.support import ORIGIN, OTHER, Client, hello, preflight, send

# An OPTIONS request that is no preflight is left out: aiohttp gives it to the route that was first.
METHODS: Final = ("GET", "HEAD", "POST", "PUT")

Act: TypeAlias = Callable[[web.Application], None]


def keep_open(app: web.Application) -> None:
    """As one very large program does: resources may be added after the start."""
    vars(app.router)["freeze"] = lambda: None


def rule(app: web.Application) -> OriginRule:
    return Cors.for_app(app).origin(ORIGIN)


def resource(app: web.Application, path: str = "/items") -> web.Resource:
    """The resource of a path; the tests know that there is one."""
    (found,) = (
        each
        for each in app.router.resources()
        if isinstance(each, web.Resource) and each.canonical == path
    )
    return found


def inner(app: web.Application) -> tuple[web.Application, web.AbstractResource]:
    for mounted in app.router.resources():
        below = mounted.get_info().get("app")
        if below is not None:
            return below, mounted
    raise LookupError


def classic(app: web.Application) -> CorsConfig:
    return app[aiohttp_cors.APP_CONFIG_KEY]


class Plain(web.View):
    async def get(self) -> web.Response:
        return web.Response(text="view")

    async def put(self) -> web.Response:
        return web.Response(text="view")


class Narrow(CorsViewMixin, Plain):
    cors_config = {ORIGIN: ResourceOptions()}  # noqa: RUF012 -- as classic programs write it


WIDE: Final = {
    "*": ResourceOptions(allow_credentials=True, expose_headers="*", allow_methods=["GET"])
}


@final
@dataclass(frozen=True, slots=True)
class Program:
    """`first` is there from the beginning, `second` comes at the moment that is tried.

    `is_set_up` says whether the first part sets CORS up already. It then can come after the start.
    """

    name: str
    first: Sequence[Act]
    second: Act
    is_set_up: bool = True
    paths: Sequence[str] = ("/items", "/nothing")


def get(app: web.Application) -> None:
    app.router.add_resource("/items").add_route("GET", hello)


def view(app: web.Application) -> None:
    app.router.add_resource("/items").add_route("*", Plain)


def anything(app: web.Application) -> None:
    app.router.add_resource("/items").add_route("*", hello)


def static(app: web.Application) -> None:
    app.router.add_static("/files", Path(__file__).parent)


def mounted(app: web.Application) -> None:
    sub = web.Application()
    keep_open(sub)
    sub.router.add_resource("/items").add_route("GET", hello)
    app.add_subapp("/sub", sub)


def bind(app: web.Application) -> None:
    rule(app).allow_credentials().expose("X-Custom").on(resource(app))


def bind_route(app: web.Application) -> None:
    (route, *_) = (each for each in resource(app) if each.method in {"GET", "*"})
    rule(app).allow_credentials().expose("X-Custom").on(route)


def bind_static(app: web.Application) -> None:
    (files,) = (r for r in app.router.resources() if isinstance(r, web.StaticResource))
    rule(app).on(files)


def bind_mounted(app: web.Application) -> None:
    rule(app).on(inner(app)[1])


def bind_all(app: web.Application) -> None:
    rule(app).allow_credentials().everywhere()


def bind_live(app: web.Application) -> None:
    Cors.for_app(app).origin(LiveOrigins([ORIGIN])).on(resource(app))


def begin(app: web.Application) -> None:
    Cors.for_app(app)


def route(method: str, handler: type[web.View] | None = None) -> Act:
    def act(app: web.Application) -> None:
        resource(app).add_route(method, handler or hello)

    act.__name__ = f"a {method} route"
    return act


def late_resource(app: web.Application) -> None:
    app.router.add_resource("/late").add_route("GET", hello)


def late_anything(app: web.Application) -> None:
    app.router.add_resource("/late").add_route("*", hello)


def late_inside(app: web.Application) -> None:
    inner(app)[0].router.add_resource("/sub/late").add_route("PUT", hello)


def setup(app: web.Application) -> None:
    aiohttp_cors.setup(app)


def add(app: web.Application) -> None:
    classic(app).add(resource(app), WIDE)


def add_get(app: web.Application) -> None:
    (route, *_) = (each for each in resource(app) if each.method == "GET")
    classic(app).add(route, WIDE)


def assign(app: web.Application) -> None:
    classic(app).defaults = WIDE


def set_up_and_add(app: web.Application) -> None:
    setup(app)
    add(app)


def set_up_and_add_a_view(app: web.Application) -> None:
    setup(app)
    resource(app).add_route("*", Narrow)
    add(app)


PROGRAMS: Final = [
    # routes and resources that come late
    Program("a private * route beside a bound GET route", [get, bind_route], route("*")),
    Program("a PUT route of a bound resource", [get, bind], route("PUT")),
    Program("a HEAD route beside a bound GET route", [get, bind_route], route("HEAD")),
    Program("a view of a bound resource", [get, bind], route("*", Plain)),
    Program("a route under everywhere", [get, bind_all], route("PUT")),
    Program(
        "a resource under everywhere", [get, bind_all], late_resource, paths=("/items", "/late")
    ),
    Program(
        "a * resource under everywhere", [get, bind_all], late_anything, paths=("/items", "/late")
    ),
    Program(
        "a resource of a bound application",
        [mounted, bind_mounted],
        late_inside,
        paths=("/sub/items", "/sub/late", "/sub/nothing"),
    ),
    Program("a route of a classic resource", [get, setup, add], route("PUT")),
    Program("a view of a classic resource", [get, setup, add], route("*", Narrow)),
    Program("a route beside an added one", [get, setup, add_get], route("PUT")),
    Program("a * route beside an added one", [get, setup, add_get], route("*")),
    Program(
        "a resource beside a classic one",
        [get, setup, add],
        late_resource,
        paths=("/items", "/late"),
    ),
    # policies that come late
    Program("a bound resource", [get, begin], bind),
    Program("a bound route", [get, begin], bind_route),
    Program("a bound view", [view, begin], bind),
    Program("a bound * route", [anything, begin], bind_route),
    Program("a static resource", [static, begin], bind_static, paths=("/files/a.txt", "/nothing")),
    Program(
        "a mounted application",
        [mounted, begin],
        bind_mounted,
        paths=("/sub/items", "/sub/nothing"),
    ),
    Program(
        "everywhere", [get, mounted, begin], bind_all, paths=("/items", "/sub/items", "/nothing")
    ),
    Program("a live set", [get, begin], bind_live),
    Program("an added resource", [get, setup], add),
    Program("an added route", [get, setup], add_get),
    Program("assigned defaults", [get, setup, add_get], assign),
    # the whole set-up
    Program("all of the fluent API", [get], bind, is_set_up=False),
    Program(
        "all of everywhere",
        [get, mounted],
        bind_all,
        is_set_up=False,
        paths=("/items", "/sub/items", "/nothing"),
    ),
    Program("all of the classic API", [get], set_up_and_add, is_set_up=False),
    Program("all of a classic view", [get], set_up_and_add_a_view, is_set_up=False),
]

MOMENTS: Final = (
    "at once",
    "a startup receiver before ours",
    "a startup receiver after ours",
    "cleanup_ctx",
    "after the start",
)

# The handler of a "*" route gets the preflight of a policy that is bound after the start, where the
# application had no reason to install the middleware. A warning says so.
UNREACHABLE: Final = {
    ("a bound * route", "after the start"),
    ("a bound view", "after the start"),
}


def made(program: Program, moment: str) -> web.Application:
    app = web.Application()
    keep_open(app)

    async def receive(app: web.Application) -> None:
        program.second(app)

    async def enter(app: web.Application) -> AsyncIterator[None]:
        program.second(app)
        yield

    if moment == "a startup receiver before ours":
        app.on_startup.append(receive)
    for act in program.first:
        act(app)
    if moment == "at once":
        program.second(app)
    if moment == "a startup receiver after ours":
        app.on_startup.append(receive)
    if moment == "cleanup_ctx":
        app.cleanup_ctx.append(enter)
    return app


async def answers(client: Client, program: Program) -> dict[str, object]:
    """What every request and every preflight gets."""
    seen: dict[str, object] = {}
    for path in program.paths:
        for method in METHODS:
            for origin in (ORIGIN, OTHER):
                actual = await send(client, method, path, origin=origin)
                told = {name: sorted(value.split(",")) for name, value in actual.cors.items()}
                seen[f"{method} {path} {origin}"] = (actual.status, told, actual.vary)
                asked = await preflight(client, path, method, origin=origin)
                told = {name: sorted(value.split(",")) for name, value in asked.cors.items()}
                seen[f"for {method} {path} {origin}"] = (asked.status, told, asked.vary)
    return seen


def late(programs: Sequence[Program], moments: Sequence[str]) -> pytest.MarkDecorator:
    """Every program at every moment; CORS itself cannot be set up after the start."""
    rows = [
        pytest.param(program, moment, id=f"{program.name}, {moment}")
        for program in programs
        for moment in moments
        if program.is_set_up or moment != "after the start"
    ]
    return pytest.mark.parametrize("program, moment", rows)


@late(PROGRAMS, MOMENTS[1:])
async def test_what_comes_late_decides_as_if_it_had_been_there_before(
    aiohttp_client: AiohttpClient, program: Program, moment: str
) -> None:
    reference = made(program, "at once")
    expected = await answers(await aiohttp_client(reference), program)
    late = made(program, moment)
    client = await aiohttp_client(late)
    if moment == "after the start":
        await answers(client, program)  # what is remembered of it has to be forgotten
        program.second(late)
    found = await answers(client, program)
    assert repr(late[TABLE]) == repr(reference[TABLE])
    if (program.name, moment) in UNREACHABLE:
        expected = {key: value for key, value in expected.items() if not key.startswith("for ")}
    differing = {key: (found[key], value) for key, value in expected.items() if found[key] != value}
    assert differing == {}


# What is said at startup


def hazardous(app: web.Application) -> None:
    classic(app).add(resource(app), {"null": ResourceOptions()})


def hazardous_defaults(app: web.Application) -> None:
    classic(app).defaults = {"null": ResourceOptions()}


def hazardous_setup(app: web.Application) -> None:
    aiohttp_cors.setup(app, defaults={"null": ResourceOptions()})


def never_bound(app: web.Application) -> None:
    rule(app)


HAZARDS: Final = [
    Program("add", [get, setup], hazardous),
    Program("defaults", [get, setup], hazardous_defaults),
    Program("setup", [get], hazardous_setup, is_set_up=False),
]


@late(HAZARDS, MOMENTS)
async def test_a_hazard_is_named_once_whenever_it_comes(
    aiohttp_client: AiohttpClient,
    caplog: pytest.LogCaptureFixture,
    program: Program,
    moment: str,
) -> None:
    app = made(program, moment)
    client = await aiohttp_client(app)
    if moment == "after the start":
        program.second(app)
    for _ in range(2):
        await send(client, "GET", "/items")
    said = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert len([text for text in said if "'null'" in text]) == 1


@pytest.mark.parametrize("moment", MOMENTS[:-1])
@pytest.mark.parametrize("first", [[get, begin], [get]], ids=["begun before", "all of it"])
async def test_a_rule_that_is_never_bound_is_warned_of_whenever_it_begins(
    aiohttp_client: AiohttpClient, first: Sequence[Act], moment: str
) -> None:
    async def serve() -> None:
        client = await aiohttp_client(made(Program("", first, never_bound), moment))
        for _ in range(2):
            await send(client, "GET", "/items")

    with pytest.warns(CorsWarning, match="never bound") as warned:
        await serve()
    assert len(warned) == 1
    assert warned[0].filename == __file__


async def test_a_rule_that_is_begun_while_serving_leaves_no_mark(
    aiohttp_client: AiohttpClient,
) -> None:
    """A program may validate what somebody types by ``cors.origin(text)``."""
    app = web.Application()
    get(app)
    bind(app)
    await aiohttp_client(app)
    for _ in range(3):
        rule(app)
    assert app[ENGINE].notes.begun == 0


@pytest.mark.parametrize("is_ours_first", [True, False])
async def test_a_middleware_that_a_later_receiver_puts_first_is_named_once(
    aiohttp_client: AiohttpClient, caplog: pytest.LogCaptureFixture, is_ours_first: bool
) -> None:
    async def put_first(app: web.Application) -> None:
        app.middlewares.insert(0, unauthorized)

    app = web.Application()
    get(app)
    bind(app)
    app.on_startup.append(put_first)
    if not is_ours_first:
        app.middlewares.append(answer_preflights)
    client = await aiohttp_client(app)
    for _ in range(2):
        assert (await preflight(client, "/items")).status == 401
    said = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert len([text for text in said if "unauthorized" in text]) == (1 if is_ours_first else 0)


class Nonsense(CorsViewMixin, Plain):
    cors_config = {ORIGIN: 3}  # noqa: RUF012 -- as classic programs write it


async def test_a_view_that_comes_late_with_nonsense_is_refused_and_costs_the_others_nothing(
    aiohttp_client: AiohttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    app = web.Application()
    get(app)
    set_up_and_add(app)
    client = await aiohttp_client(app)
    route("PUT", Nonsense)(app)
    assert (await preflight(client, "/items", "PUT")).status == 403
    assert (await send(client, "PUT", "/items")).cors == {}
    assert (await preflight(client, "/items", "GET")).status == 200
    assert (await send(client, "GET", "/items")).cors["allow-origin"] == ORIGIN
    assert any("allows nothing" in record.getMessage() for record in caplog.records)


async def test_a_set_up_that_a_later_receiver_completes_is_warned_of_in_no_way(
    aiohttp_client: AiohttpClient,
) -> None:
    """The suite makes an error of each warning."""
    app, sub = web.Application(), web.Application()
    app.router.add_get("/items", hello, name="items")
    app.router.add_get("/between", hello)
    rule(app).on(app.router["items"])
    begun = rule(app)

    async def complete(app: web.Application) -> None:
        begun.on(app.router.add_resource("/items").add_route("POST", hello))

    app.on_startup.append(complete)
    app.add_subapp("/sub", sub)
    client = await aiohttp_client(app)
    assert (await send(client, "POST", "/items")).cors == {"allow-origin": ORIGIN}


@pytest.mark.parametrize("mounted", [False, True])
async def test_where_no_receiver_follows_the_start_itself_warns(
    aiohttp_client: AiohttpClient, mounted: bool
) -> None:
    app = web.Application()
    never_bound(app)
    if mounted:
        app.add_subapp("/sub", web.Application())
    with pytest.warns(CorsWarning, match="never bound"):
        await aiohttp_client(app)


async def test_a_warning_that_is_an_error_costs_the_first_response_no_header(
    aiohttp_client: AiohttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    app = web.Application()
    get(app)
    bind(app)

    async def begin_one(app: web.Application) -> None:
        never_bound(app)

    app.on_startup.append(begin_one)
    client = await aiohttp_client(app)
    assert (await send(client, "GET", "/items")).cors["allow-origin"] == ORIGIN
    assert any("never bound" in record.getMessage() for record in caplog.records)
