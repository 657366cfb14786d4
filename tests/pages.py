"""The pages of the documentation, and the blocks in them.

Every Python block stands alone. What type checkers say of the blocks, `tests.typing` asks them: lines
that end in its mark have to be reported, and are not run.
"""

import inspect
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from sybil import Document, Example
from sybil.evaluators.python import PythonEvaluator
from sybil.parsers.markdown import CodeBlockParser

from tests.typing.programs import MARK

ROOT: Final = Path(__file__).parents[1]
README: Final = ROOT / "README.md"
PAGES: Final = (README, *sorted((ROOT / "docs").rglob("*.md")))


def page(name: str) -> Path:
    """A page of ``docs`` by its name, ``README`` for the first of all."""
    return README if name == "README" else ROOT / "docs" / f"{name}.md"


def text_of(name: str) -> str:
    """The text of a page."""
    return page(name).read_text("utf-8")


def name_of(path: Path) -> str:
    """The name of a page, from the root of the project."""
    return path.relative_to(ROOT).with_suffix("").as_posix()


def blocks_of(text: str, language: str, path: Path = README) -> list[Example]:
    """The blocks of one language; each is evaluated in a namespace of its own."""
    examples: list[Example] = []
    parse = CodeBlockParser(language, PythonEvaluator())
    for region in parse(Document(text, str(path))):
        document = Document(text, str(path))
        document.add(region)
        document.namespace["__name__"] = "page"
        examples += document.examples()
    return examples


def source_of(block: Example) -> str:
    """The code of a block."""
    return str(block.parsed)


def texts_of(name: str, language: str) -> list[str]:
    """The blocks of one language on a page."""
    return [source_of(block) for block in blocks_of(text_of(name), language)]


def is_marked(block: Example) -> bool:
    """Whether type checkers have to report something in the block."""
    return any(line.endswith(MARK) for line in source_of(block).splitlines())


def holds_tests(block: Example) -> bool:
    """Whether the block is a test module."""
    return re.search(r"^(async )?def test_", source_of(block), re.MULTILINE) is not None


def id_of(block: Example) -> str:
    """``docs/origins line 5``."""
    return f"{name_of(Path(block.document.path))} line {block.line}"


def output_after(block: Example) -> str:
    """What the page says that a block prints: the `output` block that follows it at once."""
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
    """Evaluate a block, hold its output against the page's, and start its application."""
    app = await app_of(block)
    assert capsys.readouterr().out == output_after(block)
    if app is not None:
        async with TestServer(app):
            pass


def run_tests(block: Example, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the tests of a block as their author would, with the settings that ``docs/testing`` gives.

    A warning is an error, as in many a suite.
    """
    settings = next(text for text in texts_of("testing", "ini") if text.startswith("[pytest]"))
    (folder / "pytest.ini").write_text(settings, "utf-8")
    program = folder / "test_block.py"
    program.write_text("\n" * block.line + source_of(block), "utf-8")
    options = ["-q", "-W", "error", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", *options, program.name]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
