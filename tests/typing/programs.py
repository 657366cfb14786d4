"""The consumer programs, and the lines of them that a checker must report.

Knows how a program marks such a line: it ends in ``# E``. Does not know the checkers.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

MARK: Final = "# E"

_HERE: Final = Path(__file__).parent
_ROOT: Final = _HERE.parents[1]
_BLOCK: Final = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@final
@dataclass(frozen=True)
class Program:
    """A program to be checked: its path relative to the project it is checked in, and its text."""

    path: str
    text: str

    @property
    def marked(self) -> frozenset[int]:
        """The numbers of the lines that must be reported."""
        lines = enumerate(self.text.splitlines(), start=1)
        return frozenset(number for number, line in lines if line.endswith(MARK))


def all_programs() -> list[Program]:
    """The programs of this folder, and each Python block of the documentation as one of its own."""
    pages = (_ROOT / "README.md", *sorted((_ROOT / "docs").rglob("*.md")))
    blocks = [program for page in pages for program in page_programs(page)]
    examples = _programs(_ROOT / "examples")
    return [*_programs(_HERE / "good"), *_programs(_HERE / "bad"), *examples, *blocks]


def page_programs(page: Path) -> Iterator[Program]:
    """The blocks of a page of the documentation; every line keeps its number there."""
    name = page.relative_to(_ROOT).with_suffix("").as_posix()
    return programs_in(re.sub(r"\W", "_", name.lower()), page.read_text("utf-8"))


def programs_in(folder: str, text: str) -> Iterator[Program]:
    """The blocks of a text, each a program in `folder`."""
    for block in _BLOCK.finditer(text):
        before = text.count("\n", 0, block.start(1))
        yield Program(f"{folder}/line_{before + 1}.py", "\n" * before + block[1])


def _programs(folder: Path) -> Iterator[Program]:
    for path in sorted(folder.glob("*.py")):
        yield Program(f"{folder.name}/{path.name}", path.read_text("utf-8"))
