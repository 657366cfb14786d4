"""The demo, as ``python -m examples.demo`` runs it: over real sockets, on free ports."""

import asyncio
import json
import logging
import signal
import socket
import sys
from pathlib import Path

import pytest
from aiohttp import ClientSession, web

from aiohttp_cors import Cors
from examples.demo.__main__ import main
from examples.demo.rows import ROWS
from examples.demo.site import Ports, serving

ROOT = Path(__file__).parents[2]


def configure_without_credentials(app: web.Application, page: str) -> None:
    resources = app.router.named_resources()
    (
        Cors.for_app(app)
        .origin(page)
        .allow_headers("Content-Type", "X-CSRF-Token")
        .expose("X-Total-Count")
        .on(*(resources[name] for name in ("notes", "note", "session", "me", "broken")))
        .any_origin()
        .on(resources["health"], resources["verdicts"])
    )


def configure_nothing(app: web.Application, page: str) -> None:
    pass


def test_each_request_of_the_demo_goes_as_it_should(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["--once"])

    printed = capsys.readouterr().out
    assert status == 0, printed
    assert printed.endswith(f"{len(ROWS)} of {len(ROWS)} requests went as they should\n")
    assert "\nNO " not in printed


def test_the_terminal_shows_the_addresses_and_the_policy(
    capsys: pytest.CaptureFixture[str],
) -> None:
    main(["--once"])

    printed = capsys.readouterr().out
    for name in ("API", "page", "stranger"):
        assert f"{name:<10}http://localhost:" in printed
    assert "        Cors.for_app(app)\n" in printed


def test_a_changed_policy_makes_the_demo_fail(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["--once"], configure_without_credentials)

    printed = capsys.readouterr().out
    assert status == 1
    assert "\nNO  credentialed GET, with the cookie" in printed
    assert "\nok  plain GET" in printed


def test_the_demo_fails_in_its_table_when_nothing_is_allowed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status = main(["--once"], configure_nothing)

    printed = capsys.readouterr().out
    assert status == 1
    assert f"\n0 of {len(ROWS)} requests went as they should\n" in printed


def test_a_port_that_is_taken_is_an_error_without_a_traceback(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        with pytest.raises(SystemExit) as exit_info:
            main(["--once", "--page-port", str(port)])

    assert exit_info.value.code == 1
    assert capsys.readouterr().err.startswith("cannot listen: ")


async def test_the_page_gets_its_rows_and_the_policy_as_data() -> None:
    async with serving(Ports()) as site, ClientSession() as session:
        async with session.get(f"{site.page}/demo.json") as answer:
            data = json.loads(await answer.text())
        for path in ("/", "/stranger", "/static/page.js", "/static/fetching.js"):
            async with session.get(f"{site.page}{path}") as answer:
                assert answer.status == 200
                assert "Access-Control-Allow-Origin" not in answer.headers

    assert [row["title"] for row in data["rows"]] == [row.title for row in ROWS]
    assert data["policy"] == site.policy
    assert (data["api"], data["page"], data["stranger"]) == (site.api, site.page, site.stranger)


async def test_the_demo_leaves_logging_as_it_was() -> None:
    logger = logging.getLogger("aiohttp_cors")
    before = (logger.level, list(logger.handlers))

    async with serving():
        assert logger.level == logging.DEBUG

    assert (logger.level, list(logger.handlers)) == before


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "terminate"])
async def test_a_signal_stops_the_demo_cleanly(number: signal.Signals) -> None:
    demo = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "examples.demo"),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        assert demo.stdout is not None
        printed = b""
        while b"Ctrl-C stops the demo." not in printed:
            line = await demo.stdout.readline()
            assert line, "the demo has stopped by itself"
            printed += line
        page = printed.decode().partition("page      ")[2].split()[0]
        async with ClientSession() as session, session.get(page) as answer:
            assert answer.status == 200
            demo.send_signal(number)  # while a connection is open
            _, errors = await demo.communicate()
    finally:
        if demo.returncode is None:
            demo.kill()
            await demo.wait()

    assert demo.returncode == 0
    assert errors == b""
