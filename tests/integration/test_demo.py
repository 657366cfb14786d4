"""The demo, as ``python -m examples.demo`` runs it: over real sockets, on free ports."""

import asyncio
import json
import logging
import re
import signal
import socket
import sys
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, web

from aiohttp_cors import Cors
from aiohttp_cors.testing import BlockReason
from examples.demo.__main__ import main
from examples.demo.cases import CASES
from examples.demo.policies import POLICIES
from examples.demo.rows import ROWS
from examples.demo.serving import serving
from examples.demo.site import Api

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
        .on(resources["health"])
    )


def configure_nothing(app: web.Application, page: str) -> None:
    pass


def test_each_request_of_the_demo_goes_as_it_should(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["--once"])

    printed = capsys.readouterr().out
    assert status == 0, printed
    assert printed.endswith(f"{len(ROWS)} of {len(ROWS)} requests went as they should\n")
    assert "it should have been" not in printed


def test_each_row_says_allowed_or_blocked_and_how_to_mend_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    main(["--once"])

    lines = capsys.readouterr().out.splitlines()
    blocked = [row for row in ROWS if isinstance(row.outcome, BlockReason)]
    assert sum(line.startswith("blocked  ") for line in lines) == len(blocked)
    assert sum(line.startswith("allowed  ") for line in lines) == len(ROWS) - len(blocked)
    assert sum(line.startswith(f"{'':11}why: ") for line in lines) == len(blocked)
    assert sum(line.startswith(f"{'':11}to allow it: ") for line in lines) == len(blocked)
    assert f'{"":13}.allow_headers("x-debug")' in lines


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
    _, _, row = printed.partition("\nblocked  credentialed GET, with the cookie")
    said, _, _ = row.partition("\nallowed  ")
    assert ".allow_credentials()" in said
    assert re.search(r'it should have been +200 "you are Ada"', said)
    assert "\nallowed  plain GET" in printed


def test_without_a_policy_only_the_rows_that_no_policy_covers_go_as_they_should(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status = main(["--once"], configure_nothing)

    printed = capsys.readouterr().out
    uncovered = [row for row in ROWS if all("no policy covers it" in v for v in row.verdicts)]
    assert status == 1
    assert f"\n{len(uncovered)} of {len(ROWS)} requests went as they should\n" in printed


def test_a_port_that_is_taken_is_an_error_without_a_traceback(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        with pytest.raises(SystemExit) as exit_info:
            main(["--once", "--page-port", str(port)])

    assert exit_info.value.code == 1
    assert capsys.readouterr().err.startswith("cannot listen: ")


async def test_the_page_gets_its_rows_and_the_policies_as_data() -> None:
    async with serving() as site, ClientSession() as session:
        async with session.get(f"{site.page}/demo.json") as answer:
            data = json.loads(await answer.text())
        for path in ("/", "/stranger", "/static/page.js", "/static/fetching.js"):
            async with session.get(f"{site.page}{path}") as answer:
                assert answer.status == 200
                assert "Access-Control-Allow-Origin" not in answer.headers

    assert [row["title"] for row in data["rows"]] == [row.title for row in ROWS]
    assert [case["title"] for case in data["cases"]] == [case.title for case in CASES]
    assert [policy["name"] for policy in data["policies"]] == list(POLICIES)
    assert [policy["origin"] for policy in data["policies"]] == [api.origin for api in site.apis]
    assert (data["page"], data["stranger"]) == (site.page, site.stranger)


def test_the_page_needs_nothing_from_elsewhere() -> None:
    for file in (ROOT / "examples/demo/static").iterdir():
        without_comments = re.sub(r"(?m)^\s*// .*$", "", file.read_text("utf-8"))
        assert "//" not in without_comments, file


async def explained(**changed: str) -> tuple[Api, int, dict[str, Any]]:
    """What is told of an allowed request, with what is changed: the API, the status, the data."""
    async with serving() as site, ClientSession() as session:
        request = {
            "policy": site.api.policy,
            "origin": site.page,
            "method": "GET",
            "path": "/notes",
        }
        query = {**request, **changed}
        async with session.get(f"{site.page}/explain", params=query) as answer:
            told: dict[str, Any] = json.loads(await answer.text())
    api = next((api for api in site.apis if api.policy == query["policy"]), site.api)
    return api, answer.status, told


def line(api: Api, number: int) -> str:
    """A line of the policy's code, by the number that it has in its file."""
    return api.source.splitlines()[number - api.line].strip()


async def test_a_request_is_explained_with_the_line_that_decided_and_the_remedy() -> None:
    api, status, told = await explained(method="PUT", path="/notes/1", header="X-Debug: 1")

    assert status == 200
    assert (told["allowed"], told["reason"]) == (False, "headers")
    assert line(api, told["line"]) == ".origin(page)"
    where = f"add to the clause (policies.py:{told['line']})"
    assert told["mending"] == [{"what": where, "code": '.allow_headers("x-debug")'}]
    assert "Request header field x-debug is not allowed" in told["words"]["chromium"]
    assert {"✓", "✗"} == {step["mark"] for step in told["steps"]}


async def test_the_line_shown_for_a_refused_origin_is_the_one_that_names_the_nearest() -> None:
    api, _, told = await explained(policy="the wrong host")

    assert line(api, told["line"]) == '.origin(page.replace("localhost", "127.0.0.1"))'
    (near,) = told["near"]
    assert "http://127.0.0.1" in near["text"]


async def test_where_no_policy_covers_the_route_no_line_decided() -> None:
    _, _, told = await explained(path="/admin")

    assert (told["reason"], told["line"]) == ("not covered", None)


async def test_what_a_function_decides_is_not_known() -> None:
    _, _, told = await explained(policy="a function decides")

    assert told["allowed"] is None
    assert "?" in {step["mark"] for step in told["steps"]}


async def test_an_allowed_request_has_nothing_to_mend() -> None:
    _, _, told = await explained()

    assert (told["allowed"], told["mending"], told["words"]) == (True, [], None)


async def test_what_no_script_can_send_says_that_no_change_helps() -> None:
    _, _, told = await explained(method="TRACE")

    (mending,) = told["mending"]
    assert mending["what"].startswith("no change helps: ")
    assert mending["code"] == ""


async def test_a_dangerous_remedy_is_called_dangerous() -> None:
    _, _, told = await explained(origin="http://app.example.com", credentials="")

    assert any(each["what"].startswith("dangerous: ") for each in told["mending"])


@pytest.mark.parametrize(
    "field, value, said",
    [
        ("policy", "import os", "choose one of the list"),
        ("method", "GE T", "a method is an HTTP token"),
        ("method", "", "a method is an HTTP token"),
        ("path", "notes", "a path begins with '/'"),
        ("path", "@elsewhere.example/", "a path begins with '/'"),
        ("path", "//elsewhere.example/", "a path begins with one '/'"),
        ("origin", "https://app.example.com/", "https://app.example.com"),
        ("origin", "https://*.example.com", "a page has one origin"),
        ("origin", "<img src=x>", "<img src=x>"),
        ("origin", "", "origin"),
        ("headers", "X Debug: 1", "a header is a name"),
        ("headers", "é: 1", "a header is a name"),
        ("headers", "", "a header is a name"),
    ],
    ids=[
        "code",
        "method",
        "no-method",
        "path",
        "user-name",
        "host",
        "origin",
        "pattern",
        "markup",
        "no-origin",
        "header",
        "umlaut",
        "no-header",
    ],
)
async def test_what_cannot_be_asked_is_a_clear_message(field: str, value: str, said: str) -> None:
    _, status, told = await explained(**{"header" if field == "headers" else field: value})

    assert status == 400
    assert list(told["problems"]) == [field]
    assert said in told["problems"][field]


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
