"""What the pages show of answers, logs, errors and commands is what these say."""

import io
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from aiohttp import hdrs, web
from aiohttp.test_utils import TestClient, TestServer

import aiohttp_cors
from aiohttp_cors import Cors, CorsWarning
from aiohttp_cors._tools.command import COMMANDS, main
from aiohttp_cors._tools.explanations.console import read_console
from aiohttp_cors._tools.explanations.console_words import PREFLIGHT_FAILED, SENTENCES, Sentence
from aiohttp_cors._tools.probing.causes import Cause
from aiohttp_cors._values.findings import FindingLevel
from aiohttp_cors.testing import Browser, CorsBlocked
from tests.pages import app_of, blocks_of, holds_tests, source_of, text_of, texts_of


def header_lines(text: str) -> tuple[str, dict[str, str]]:
    first, *lines = text.splitlines()
    return first, dict(line.split(": ", 1) for line in lines)


async def first_program() -> TestClient[web.Request, web.Application]:
    app = await app_of(blocks_of(text_of("tutorial"), "python")[0])
    assert app is not None
    return TestClient(TestServer(app))


async def test_the_preflight_of_the_first_program_is_answered_as_shown() -> None:
    request, response = texts_of("tutorial", "http")
    line, asked = header_lines(request)
    method, path, _ = line.split()
    status, shown = header_lines(response)
    async with await first_program() as client:
        answer = await client.request(method, path, headers=asked)
    assert f"HTTP/1.1 {answer.status} {answer.reason}" == status
    sent = {
        name: value
        for name, value in answer.headers.items()
        if name.startswith("Access-Control-") or name == hdrs.VARY
    }
    assert sent == shown


async def test_the_partner_of_the_first_program_may_read_one_thing_without_cookies() -> None:
    partner = {"Origin": "https://partner.example"}
    async with await first_program() as client:
        read = await client.get("/users", headers=partner)
        written = await client.post("/users", headers=partner)
    assert read.headers["Access-Control-Allow-Origin"] == "https://partner.example"
    assert "Access-Control-Allow-Credentials" not in read.headers
    assert "Access-Control-Allow-Origin" not in written.headers


async def test_a_refusal_is_logged_as_shown(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", "aiohttp_cors")
    async with await first_program() as client:
        await client.get("/users", headers={"Origin": "http://localhost:3000"})
    (record,) = caplog.records
    line = f"{record.levelname}:{record.name}:{record.getMessage()}"
    assert f"\n    {line}\n" in text_of("troubleshooting")


@pytest.mark.parametrize(
    "asked",
    [
        {"Access-Control-Request-Headers": "x-debug", "Access-Control-Request-Method": "POST"},
        {"Access-Control-Request-Method": "DELETE"},
    ],
    ids=["header", "method"],
)
async def test_a_preflight_is_refused_in_the_words_shown(asked: dict[str, str]) -> None:
    async with await first_program() as client:
        headers = {"Origin": "https://app.example.com", **asked}
        answer = await client.options("/users", headers=headers)
        text = await answer.text()
    assert answer.status == 200
    failed, _, words = text.partition(": ")
    page = text_of("troubleshooting")
    assert f"`{failed}:`" in page
    assert f"- `{words.partition(' for ')[0]}`" in page


async def test_a_blocked_fetch_is_explained_in_the_words_shown() -> None:
    modules = [block for block in blocks_of(text_of("testing"), "python") if holds_tests(block)]
    app = await app_of(modules[0])
    assert app is not None
    async with TestClient(TestServer(app)) as client:
        browser = Browser(client, origin="https://app.example.com")
        with pytest.raises(CorsBlocked) as blocked:
            await browser.fetch("/users/1", method="PUT", headers={"X-Debug": "1"})
        explained = str(blocked.value).replace(f":{client.port}/", ":8080/")
    (shown,) = re.findall(r"^    (preflight for (?:.+\n)+)", text_of("testing"), re.MULTILINE)
    assert " ".join(shown.split()) == explained


async def test_a_chain_without_effect_is_warned_of_in_the_words_shown() -> None:
    (shown,) = re.findall(r"^    shop/app\.py:31: (.*)$", text_of("errors"), re.MULTILINE)
    app = web.Application()
    Cors.for_app(app).any_origin()
    with pytest.warns(CorsWarning) as warned:
        async with TestServer(app):
            pass
    (warning,) = warned
    assert warning.filename == __file__
    assert shown.removeprefix("CorsWarning: ") == str(warning.message)


def test_mypy_reports_what_is_shown_of_the_plugin(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    settings = next(text for text in texts_of("types", "ini") if text.startswith("[mypy]"))
    (tmp_path / "mypy.ini").write_text(settings, "utf-8")
    (program,) = texts_of("types", "py")
    (tmp_path / "app.py").write_text(program, "utf-8")
    (shown,) = texts_of("types", "console")
    command = [sys.executable, "-m", "mypy", "app.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout == shown


@pytest.mark.parametrize(
    "page, number",
    [
        pytest.param("explain", 0, id="explain a request"),
        pytest.param("explain", 1, id="explain a message of a console"),
        pytest.param("command-line", 0, id="show"),
        pytest.param("command-line", 1, id="show for one origin"),
    ],
)
def test_a_command_prints_what_is_shown(page: str, number: int, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(texts_of(page, "python")[0], "utf-8")
    line, _, shown = texts_of(page, "console")[number].partition("\n")
    command = shlex.split(line.removeprefix("$ python"))
    environment = {**os.environ, "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, *command],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stdout == shown


def test_every_command_and_every_option_that_all_have_is_on_the_page_of_the_command_line() -> None:
    page = text_of("command-line")
    for name in COMMANDS:
        assert re.search(rf"^\| `{name} ", page, re.MULTILINE), name
    for option in ("--json", "--start", "--help"):
        assert f"| `{option}` |" in page


@pytest.mark.parametrize("cause", Cause, ids=[cause.name for cause in Cause])
def test_every_cause_that_probe_names_is_on_its_page(cause: Cause) -> None:
    rows = [line for line in text_of("probe").splitlines() if line.startswith("| `")]
    assert sum(f"`{cause.value}`" in row for row in rows) == 1


def test_lock_and_diff_print_what_is_shown_and_the_assertion_holds(tmp_path: Path) -> None:
    before, now = map(source_of, blocks_of(text_of("lock"), "python"))
    locked, difference = texts_of("lock", "text")
    (suite,) = texts_of("lock", "py")
    program, lock = tmp_path / "app.py", tmp_path / "cors.lock"
    (tmp_path / "test_cors.py").write_text(suite, "utf-8")

    # The package under test, wherever it was imported from.
    own = {**os.environ, "PYTHONPATH": str(Path(aiohttp_cors.__file__).parents[1])}

    def run(*command: str) -> tuple[int, str]:
        arguments = [sys.executable, "-m", *command]
        done = subprocess.run(
            arguments, cwd=tmp_path, env=own, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout

    program.write_text(before, "utf-8")
    assert run("aiohttp_cors", "lock", "app:create_app") == (0, locked)
    lock.write_text(locked, "utf-8")
    assert run("pytest", "-q", "test_cors.py")[0] == 0
    program.write_text(now, "utf-8")
    assert run("aiohttp_cors", "diff", "cors.lock", "app:create_app") == (1, difference)
    code, said = run("pytest", "-q", "test_cors.py")
    assert code == 1
    assert difference.splitlines()[0] in said


QUOTED: Final = re.findall(
    r'^\| (Chromium|Firefox|Safari) \| "(.+)" \|$', text_of("troubleshooting"), re.MULTILINE
)


@pytest.mark.parametrize("browser, message", QUOTED)
def test_explain_knows_each_message_of_a_console_that_is_quoted(browser: str, message: str) -> None:
    read = read_console(message)
    assert read is not None
    assert read.browser == browser


@pytest.mark.parametrize(
    "sentence",
    [pytest.param(s, id=f"{s.browser} {s.text}") for s in SENTENCES if s.is_current],
)
def test_each_message_of_a_console_has_its_section(sentence: Sentence) -> None:
    text = sentence.text.removeprefix(PREFLIGHT_FAILED)
    pattern = re.sub(r"\\{\w+\\}", ".*", re.escape(text))
    assert any(
        browser == sentence.browser
        and re.fullmatch(pattern, message.removeprefix(PREFLIGHT_FAILED))
        for browser, message in QUOTED
    )


def test_check_prints_what_its_page_shows(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (program,), (shown,) = texts_of("check", "py"), texts_of("check", "console")
    (tmp_path / "shop.py").write_text(program, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.delitem(sys.modules, "shop", raising=False)
    asked, printed = shown.split("\n", 1)
    out, err = io.StringIO(), io.StringIO()
    code = main(asked.removeprefix("$ python -m aiohttp_cors ").split(), out=out, err=err)
    monkeypatch.delitem(sys.modules, "shop")
    assert (code, err.getvalue()) == (1, "")
    assert out.getvalue() == printed


def test_the_page_of_check_has_the_levels_with_their_meanings() -> None:
    text = text_of("check")
    for level in FindingLevel:
        assert re.search(
            rf"\| `{level.value}` \| .*{re.escape(level.meaning.partition(': ')[2])} \|", text
        )
