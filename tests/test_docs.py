"""The pages in ``docs``: every Python block stands alone and runs, and every link leads somewhere.

What type checkers say of the same blocks, `tests.typing` asks them.
"""

import re
from pathlib import Path
from typing import Final

import pytest

from tests.typing.programs import Program, page_programs

ROOT: Final = Path(__file__).parents[1]
PAGES: Final = sorted((ROOT / "docs").rglob("*.md"))
BLOCKS: Final = [program for page in PAGES for program in page_programs(page)]
LINK: Final = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("block", BLOCKS, ids=[block.path for block in BLOCKS])
def test_a_block_runs_alone(block: Program) -> None:
    exec(compile(block.text, block.path, "exec"), {"__name__": "page"})


def test_a_broken_block_fails() -> None:
    with pytest.raises(AssertionError):
        test_a_block_runs_alone(Program("page.py", "assert not 1"))


@pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])
def test_every_link_of_a_page_leads_to_a_file(page: Path) -> None:
    links = LINK.findall(page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_decision_is_listed() -> None:
    index = (ROOT / "docs" / "decisions" / "README.md").read_text("utf-8")
    pages = {page.name for page in (ROOT / "docs" / "decisions").glob("*.md")} - {"README.md"}
    assert set(LINK.findall(index)) == pages
