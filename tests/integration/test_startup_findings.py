"""What an application is told about its configuration when it starts: once, in one record, with ids.

Expectations from the contract: findings of the levels *broken* and *permissive*. Those that need the
program's code or the list of public suffixes to be read are `check`'s alone
(`docs/decisions/what-startup-tells.md`). A rule or a target without effect is a `CorsWarning`.
"""

import logging
import re

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler
from pytest_aiohttp.plugin import AiohttpClient

import aiohttp_cors
from aiohttp_cors import Cors, CorsWarning, ResourceOptions, answer_preflights
from aiohttp_cors._tools.findings.pages import PAGES
from aiohttp_cors._tools.findings.report import report_on
from aiohttp_cors._values.findings import FindingLevel
from tests.integration.support import ORIGIN, hello, send

CREDENTIALED = ResourceOptions(allow_credentials=True)
ID = re.compile(r"\[([a-z-]+)(?:, (.+?):([0-9]+))?\]")


def ids_told(caplog: pytest.LogCaptureFixture) -> list[list[str]]:
    """The ids in each record of the log."""
    records = [each for each in caplog.records if each.name == "aiohttp_cors"]
    assert {each.levelno for each in records} <= {logging.WARNING}
    return [[name for name, _, _ in ID.findall(each.getMessage())] for each in records]


@web.middleware
async def pass_on(request: web.Request, handler: Handler) -> web.StreamResponse:
    return await handler(request)


def bad() -> web.Application:
    """A mounted application that was set up by itself, with findings of both levels."""
    app, below = web.Application(), web.Application(middlewares=[pass_on])
    cors = aiohttp_cors.setup(below, defaults={"*": CREDENTIALED, "null": CREDENTIALED})
    notes = below.router.add_resource("/notes")
    allowed = ResourceOptions(allow_headers=["X-Token"])
    cors.add(notes.add_route("PUT", hello), {ORIGIN: allowed, "https://a.example/": allowed})
    cors.add(notes.add_route("POST", hello), {ORIGIN: ResourceOptions(max_age=86401)})
    app.add_subapp("/below", below)
    return app


async def test_what_is_broken_or_too_permissive_is_told_in_one_record_with_ids_and_lines(
    aiohttp_client: AiohttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    client = await aiohttp_client(bad())
    (told,) = ids_told(caplog)
    assert sorted(told) == [
        "any-origin-with-credentials",
        "late-preflights",
        "null-origin",
        "remembered-preflight",
        "unsendable-origin",
    ]
    assert {PAGES[each].kind.level for each in told} == {
        FindingLevel.BROKEN,
        FindingLevel.PERMISSIVE,
    }
    files = [file for _, file, _ in ID.findall(caplog.records[0].getMessage())]
    assert set(files) == {__file__}
    caplog.clear()
    await send(client, "PUT", "/below/notes")
    assert ids_told(caplog) == []


async def test_check_finds_what_startup_tells_in_the_same_words(
    aiohttp_client: AiohttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    before = {(each.kind.id, each.place, each.text) for each in report_on(bad()).findings}
    app = bad()
    await aiohttp_client(app)
    (told,) = ids_told(caplog)
    text = caplog.records[0].getMessage()
    started = {(each.kind.id, each.place, each.text) for each in report_on(app).findings}
    assert started == before
    assert {name for name, _, _ in before} == {*told, "long-max-age"}
    assert all(each in text for name, _, each in before if name in told)


async def test_what_to_write_instead_is_told_too(
    aiohttp_client: AiohttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    app = web.Application()
    aiohttp_cors.setup(app, defaults={f"{ORIGIN}/": CREDENTIALED})
    await aiohttp_client(app)
    instead = f'(instead: {{"{ORIGIN}": ResourceOptions(allow_credentials=True)}})'
    assert instead in caplog.records[0].getMessage()


async def test_a_record_names_twenty_findings_and_how_many_more_there_are(
    aiohttp_client: AiohttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    app = web.Application()
    aiohttp_cors.setup(app, defaults={f"name{number}": {} for number in range(23)})
    await aiohttp_client(app)
    (told,) = ids_told(caplog)
    assert len(told) == 20
    assert caplog.records[0].getMessage().endswith("; and 3 more")


async def test_what_is_set_up_in_a_startup_receiver_is_told_at_once(
    aiohttp_client: AiohttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    async def set_up(app: web.Application) -> None:
        aiohttp_cors.setup(app, defaults={"null": CREDENTIALED})

    app = web.Application()
    app.on_startup.append(set_up)
    await aiohttp_client(app)
    assert ids_told(caplog) == [["null-origin"]]


async def test_a_sentence_is_told_once_whenever_and_wherever_it_comes_again(
    aiohttp_client: AiohttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    app = web.Application()
    resource = app.router.add_resource("/notes")
    cors = aiohttp_cors.setup(app, defaults={"null": CREDENTIALED})
    await aiohttp_client(app)
    cors.add(resource.add_route("GET", hello), {"null": CREDENTIALED})
    cors.add(resource.add_route("PUT", hello), {"file://": CREDENTIALED})
    assert ids_told(caplog) == [["null-origin"], ["file-origin"]]
    nulls = [each for each in report_on(app).findings if each.kind.id == "null-origin"]
    assert len({each.place for each in nulls}) == 2


async def test_a_middleware_that_a_receiver_put_first_is_told_with_its_id(
    aiohttp_client: AiohttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    async def late(app: web.Application) -> None:
        app.middlewares.insert(0, pass_on)

    app = web.Application(middlewares=[pass_on])
    Cors.for_app(app).origin(ORIGIN).everywhere()
    app.on_startup.append(late)
    client = await aiohttp_client(app)
    await send(client, "GET", "/nowhere")
    assert ids_told(caplog) == [["middleware-before-preflights"]]
    assert [each.kind.id for each in report_on(app).findings] == ["middleware-before-preflights"]
    assert app.middlewares[1] is answer_preflights


async def test_a_rule_without_effect_is_a_warning_with_its_id_and_no_record(
    aiohttp_client: AiohttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    app = web.Application()
    Cors.for_app(app).origin(ORIGIN)
    Cors.for_app(app).origin(ORIGIN).on(web.Application().router.add_get("/elsewhere", hello))
    with pytest.warns(CorsWarning) as warned:
        await aiohttp_client(app)
    ids = [ID.findall(str(each.message))[0][0] for each in warned]
    assert ids == ["unbound-rule", "unreachable-target"]
    assert ids_told(caplog) == []
    found = report_on(app).findings
    assert [each.kind.id for each in found] == ids
    assert [(str(each.place and each.place.filename)) for each in found] == [__file__, __file__]


async def test_what_only_the_programs_code_shows_is_left_to_check(
    aiohttp_client: AiohttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    async def listens(request: web.Request) -> web.WebSocketResponse:
        return web.WebSocketResponse()

    app = web.Application()
    cors = Cors.for_app(app)
    cors.origin("https://*.github.io").on(app.router.add_get("/updates", listens))
    await aiohttp_client(app)
    assert ids_told(caplog) == []
    assert {each.kind.id for each in report_on(app).findings} == {
        "unchecked-websocket",
        "pattern-over-public-suffix",
    }
