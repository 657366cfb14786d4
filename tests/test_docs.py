"""The README and the pages in ``docs``: every Python block runs, and every link leads somewhere.

What type checkers say of the same blocks, `tests.typing` asks them.
"""

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from sybil import Example

from aiohttp_cors import CorsWarning
from tests.pages import (
    PAGES,
    README,
    ROOT,
    blocks_of,
    holds_tests,
    id_of,
    is_marked,
    name_of,
    run,
    run_tests,
    source_of,
    text_of,
)
from tests.typing.programs import page_programs

ALL: Final = {page: blocks_of(page.read_text("utf-8"), "python", page) for page in PAGES}
BLOCKS: Final = [block for blocks in ALL.values() for block in blocks if not is_marked(block)]
PROGRAMS: Final = [block for block in BLOCKS if not holds_tests(block)]
TESTS: Final = [block for block in BLOCKS if holds_tests(block)]

LINK: Final = re.compile(r"\]\(([^)\s]+)\)")


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    logger = logging.getLogger("aiohttp_cors")
    level = logger.level
    yield
    logger.setLevel(level)


@pytest.mark.parametrize("block", PROGRAMS, ids=id_of)
async def test_a_block_runs_alone_and_its_application_starts(
    block: Example, capsys: pytest.CaptureFixture[str]
) -> None:
    await run(block, capsys)


@pytest.mark.parametrize("block", TESTS, ids=id_of)
def test_the_tests_in_a_block_pass(block: Example, tmp_path: Path) -> None:
    done = run_tests(block, tmp_path)
    assert done.returncode == 0, done.stdout
    assert re.search(r"\b[1-9][0-9]* passed", done.stdout)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_block_is_seen_by_the_type_checkers(page: Path) -> None:
    checked = [program.text.lstrip("\n") for program in page_programs(page)]
    assert [source_of(block) for block in ALL[page]] == checked


def test_there_are_blocks() -> None:
    assert len(PROGRAMS) > 12
    assert len(TESTS) > 2


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param("1 / 0\n", id="raises"),
        pytest.param("print('one')\n```\n\n```output\ntwo\n", id="prints something else"),
        pytest.param("print('one')\n", id="prints what the page does not say"),
        pytest.param(
            "from aiohttp import web\n"
            "from aiohttp_cors import Cors\n"
            "def create_app() -> web.Application:\n"
            "    app = web.Application()\n"
            "    Cors.for_app(app).any_origin()\n"
            "    return app\n",
            id="has a rule without effect",
        ),
        pytest.param("from aiohttp_cors import Cors, nothing\n", id="imports what there is not"),
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


def anchors_of(page: Path) -> set[str]:
    """What a link to a page can name: its headings, as forges spell them."""
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", title.lower()) for title in titles)
    return {title.replace(" ", "-") for title in plain}


def leads_somewhere(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (page.parent / path) if path else page
    return target.exists() and (not anchor or anchor in anchors_of(target))


LINKED: Final = (
    *PAGES,
    *(ROOT / f"{n}.md" for n in ("CHANGELOG", "CONTRIBUTING", "RELEASING", "SECURITY")),
)


@pytest.mark.parametrize("page", LINKED, ids=name_of)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    links = [link for link in LINK.findall(page.read_text("utf-8")) if "://" not in link]
    assert [link for link in links if not leads_somewhere(page, link)] == []


def test_a_link_to_a_heading_that_is_not_there_leads_nowhere() -> None:
    assert leads_somewhere(README, "docs/targets.md#middlewares-and-sub-applications")
    assert not leads_somewhere(README, "docs/targets.md#no-such-heading")
    assert not leads_somewhere(README, "docs/no-such-page.md")


NAMED_TESTS: Final = sorted(
    set(re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", (ROOT / "SECURITY.md").read_text("utf-8")))
)


@pytest.mark.parametrize("file, name", NAMED_TESTS, ids=[name for _, name in NAMED_TESTS])
def test_a_test_that_the_threat_model_names_is_there(file: str, name: str) -> None:
    assert re.search(rf"^(async )?def {name}\(", (ROOT / file).read_text("utf-8"), re.MULTILINE)


def test_every_attempt_of_the_threat_model_has_a_test() -> None:
    model = (ROOT / "SECURITY.md").read_text("utf-8").partition("## Threat model")[2]
    attempts = re.findall(
        r"^\| (?!attempt|mistake|---).*$", model.partition("\n## ")[0], re.MULTILINE
    )
    assert [row for row in attempts if "::test_" not in row] == []
    assert len(attempts) > 20


def test_every_decision_is_listed() -> None:
    index = ROOT / "docs" / "decisions" / "README.md"
    pages = {page.name for page in index.parent.glob("*.md")} - {"README.md"}
    assert set(LINK.findall(index.read_text("utf-8"))) == pages


def test_the_readme_can_be_read_in_ten_minutes() -> None:
    assert len(README.read_text("utf-8").splitlines()) <= 180


def linked_from(page: Path) -> set[Path]:
    links = LINK.findall(page.read_text("utf-8"))
    return {(page.parent / link.partition("#")[0]).resolve() for link in links if "://" not in link}


ANSWERS: Final = {
    "why is my request blocked": ("troubleshooting", "# Troubleshooting"),
    "how do I allow cookies": ("rights", "`.allow_credentials()`"),
    "how do I allow previews": ("origins", "https://*.preview.example"),
    "how do I test it": ("testing", "# Testing with a browser"),
    "how do I move from aiohttp-cors": ("migration", "| aiohttp-cors | builder |"),
    "what does finding X mean": ("findings/README", "[pattern-over-public-suffix]("),
    "how do I protect my WebSocket": (
        "enforcement",
        "## How do I protect my forms and my WebSocket?",
    ),
    "how do I add an origin without a restart": (
        "live-origins",
        "## Add an origin without a restart",
    ),
}


@pytest.mark.parametrize("question", ANSWERS)
def test_a_question_is_answered_within_two_clicks(question: str) -> None:
    name, words = ANSWERS[question]
    assert words in text_of(name)
    first = linked_from(README)
    second = {each for page in first if page.suffix == ".md" for each in linked_from(page)}
    assert (ROOT / "docs" / f"{name}.md") in first | second
