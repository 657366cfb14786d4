"""The README: every Python block stands alone, runs, and does what the text around it says.

What type checkers say of the same blocks, `tests.typing` asks them: lines that end in its mark have
to be reported, and are not run.
"""

import inspect
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from aiohttp import hdrs, web
from aiohttp.test_utils import TestClient, TestServer
from sybil import Document, Example
from sybil.evaluators.python import PythonEvaluator
from sybil.parsers.markdown import CodeBlockParser

from aiohttp_cors import Cors, CorsWarning
from aiohttp_cors.testing import Browser, CorsBlocked
from tests.typing.programs import MARK, readme_programs

README: Final = Path(__file__).parents[1] / "README.md"
TEXT: Final = README.read_text("utf-8")


def blocks_of(text: str, language: str) -> list[Example]:
    """The blocks of one language; each is evaluated in a namespace of its own."""
    examples: list[Example] = []
    parse = CodeBlockParser(language, PythonEvaluator())
    for region in parse(Document(text, str(README))):
        document = Document(text, str(README))
        document.add(region)
        document.namespace["__name__"] = "readme"
        examples += document.examples()
    return examples


def source_of(block: Example) -> str:
    return str(block.parsed)


def texts_of(language: str) -> list[str]:
    return [source_of(block) for block in blocks_of(TEXT, language)]


def is_marked(block: Example) -> bool:
    return any(line.endswith(MARK) for line in source_of(block).splitlines())


def holds_tests(block: Example) -> bool:
    return re.search(r"^(async )?def test_", source_of(block), re.MULTILINE) is not None


BLOCKS: Final = [block for block in blocks_of(TEXT, "python") if not is_marked(block)]
PROGRAMS: Final = [block for block in BLOCKS if not holds_tests(block)]
TESTS: Final = [block for block in BLOCKS if holds_tests(block)]


def line_of(block: Example) -> str:
    return f"line {block.line}"


def output_after(block: Example) -> str:
    """What the README says that a block prints: the `output` block that follows it at once."""
    rest = block.document.text[block.region.end :]
    found = re.match(r"\s*```output\n(.*?)```", rest, re.DOTALL)
    return found[1] if found else ""


async def app_of(block: Example) -> web.Application | None:
    """The application that `create_app` of a block makes, once the block was evaluated."""
    block.evaluate()
    create_app: object = block.namespace.get("create_app")
    if not callable(create_app):
        return None
    made: object = create_app()
    app: object = await made if inspect.isawaitable(made) else made
    assert isinstance(app, web.Application)
    return app


async def run(block: Example, capsys: pytest.CaptureFixture[str]) -> None:
    """Evaluate a block, hold its output against the README's, and start its application."""
    app = await app_of(block)
    assert capsys.readouterr().out == output_after(block)
    if app is not None:
        async with TestServer(app):
            pass


def run_tests(block: Example, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the tests of a block as their author would, with the settings that the README gives.

    A warning is an error, as in many a suite.
    """
    settings = next(text for text in texts_of("ini") if text.startswith("[pytest]"))
    (folder / "pytest.ini").write_text(settings, "utf-8")
    program = folder / "test_block.py"
    program.write_text("\n" * block.line + source_of(block), "utf-8")
    options = ["-q", "-W", "error", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", *options, program.name]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    logger = logging.getLogger("aiohttp_cors")
    level = logger.level
    yield
    logger.setLevel(level)


@pytest.mark.parametrize("block", PROGRAMS, ids=line_of)
async def test_a_block_runs_alone_and_its_application_starts(
    block: Example, capsys: pytest.CaptureFixture[str]
) -> None:
    await run(block, capsys)


@pytest.mark.parametrize("block", TESTS, ids=line_of)
def test_the_tests_in_a_block_pass(block: Example, tmp_path: Path) -> None:
    done = run_tests(block, tmp_path)
    assert done.returncode == 0, done.stdout
    assert re.search(r"\b[1-9][0-9]* passed", done.stdout)


def test_every_block_is_seen_by_the_type_checkers() -> None:
    checked = [program.text.lstrip("\n") for program in readme_programs(TEXT)]
    assert texts_of("python") == checked
    assert len(PROGRAMS) > 8
    assert len(TESTS) == 3


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param("1 / 0\n", id="raises"),
        pytest.param("print('one')\n```\n\n```output\ntwo\n", id="prints something else"),
        pytest.param("print('one')\n", id="prints what the README does not say"),
        pytest.param(
            "from aiohttp import web\n"
            "from aiohttp_cors import Cors\n"
            "def create_app() -> web.Application:\n"
            "    app = web.Application()\n"
            "    Cors.for_app(app).any_origin()\n"
            "    return app\n",
            id="has a rule without effect",
        ),
        pytest.param("from aiohttp_cors import Cors, explain\n", id="imports what there is not"),
    ],
)
async def test_a_broken_block_fails(broken: str, capsys: pytest.CaptureFixture[str]) -> None:
    (block,) = blocks_of(f"```python\n{broken}```\n", "python")
    with pytest.raises((ArithmeticError, AssertionError, CorsWarning, ImportError)):
        await run(block, capsys)


def test_a_failing_test_in_a_block_fails(tmp_path: Path) -> None:
    (block,) = blocks_of(
        "```python\nasync def test_it() -> None:\n    assert False\n```\n", "python"
    )
    done = run_tests(block, tmp_path)
    assert done.returncode == 1
    assert "test_block.py:3: AssertionError" in done.stdout


def header_lines(text: str) -> tuple[str, dict[str, str]]:
    first, *lines = text.splitlines()
    return first, dict(line.split(": ", 1) for line in lines)


async def quick_start() -> TestClient[web.Request, web.Application]:
    app = await app_of(BLOCKS[0])
    assert app is not None
    return TestClient(TestServer(app))


async def test_the_preflight_of_the_quick_start_is_answered_as_shown() -> None:
    request, response = texts_of("http")
    line, asked = header_lines(request)
    method, path, _ = line.split()
    status, shown = header_lines(response)
    async with await quick_start() as client:
        answer = await client.request(method, path, headers=asked)
    assert f"HTTP/1.1 {answer.status} {answer.reason}" == status
    sent = {
        name: value
        for name, value in answer.headers.items()
        if name.startswith("Access-Control-") or name == hdrs.VARY
    }
    assert sent == shown


async def test_the_partner_of_the_quick_start_may_read_one_thing_without_cookies() -> None:
    partner = {"Origin": "https://partner.example"}
    async with await quick_start() as client:
        read = await client.get("/users", headers=partner)
        written = await client.post("/users", headers=partner)
    assert read.headers["Access-Control-Allow-Origin"] == "https://partner.example"
    assert "Access-Control-Allow-Credentials" not in read.headers
    assert "Access-Control-Allow-Origin" not in written.headers


async def test_a_refusal_is_logged_as_shown(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", "aiohttp_cors")
    async with await quick_start() as client:
        await client.get("/users", headers={"Origin": "http://localhost:3000"})
    (record,) = caplog.records
    line = f"{record.levelname}:{record.name}:{record.getMessage()}"
    assert f"\n    {line}\n" in TEXT


@pytest.mark.parametrize(
    "asked",
    [
        {"Access-Control-Request-Headers": "x-debug", "Access-Control-Request-Method": "POST"},
        {"Access-Control-Request-Method": "DELETE"},
    ],
    ids=["header", "method"],
)
async def test_a_preflight_is_refused_in_the_words_shown(asked: dict[str, str]) -> None:
    async with await quick_start() as client:
        headers = {"Origin": "https://app.example.com", **asked}
        answer = await client.options("/users", headers=headers)
        text = await answer.text()
    assert answer.status == 200
    failed, _, words = text.partition(": ")
    assert f"`{failed}:`" in TEXT
    assert f"- `{words.partition(' for ')[0]}`" in TEXT


async def test_a_blocked_fetch_is_explained_in_the_words_shown() -> None:
    app = await app_of(TESTS[0])
    assert app is not None
    async with TestClient(TestServer(app)) as client:
        browser = Browser(client, origin="https://app.example.com")
        with pytest.raises(CorsBlocked) as blocked:
            await browser.fetch("/users/1", method="PUT", headers={"X-Debug": "1"})
        explained = str(blocked.value).replace(f":{client.port}/", ":8080/")
    (shown,) = re.findall(r"^    (preflight for (?:.+\n)+)", TEXT, re.MULTILINE)
    assert " ".join(shown.split()) == explained


async def test_a_chain_without_effect_is_warned_of_in_the_words_shown() -> None:
    (shown,) = re.findall(r"^    shop/app\.py:31: (.*)$", TEXT, re.MULTILINE)
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
    settings = next(text for text in texts_of("ini") if text.startswith("[mypy]"))
    (tmp_path / "mypy.ini").write_text(settings, "utf-8")
    (program,) = texts_of("py")
    (tmp_path / "app.py").write_text(program, "utf-8")
    (shown,) = texts_of("console")
    command = [sys.executable, "-m", "mypy", "app.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout == shown
