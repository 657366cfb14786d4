"""A cell: an environment with the wheel in it, and the tests run there.

Knows venv, pip and pytest as commands. Environments are kept in ``.cache/matrix`` and made anew when
what they are made from has changed; the wheel is installed for each run.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias, final

from tests.matrix.interpreters import Interpreter

Dependencies: TypeAlias = Literal["oldest", "newest", "oldest mypy", "development"]
"""What stands beside the wheel. ``oldest mypy`` is for the tests of the mypy plugin alone;
``development`` is aiohttp from a folder with its source."""

# What the tests that are run in a cell cannot do without.
TOOLS: Final = ("pytest>=9.0", "pytest-aiohttp", "pytest-randomly", "hypothesis")
# The oldest mypy that the plugin supports: `docs/types.md` names it.
OLDEST_MYPY: Final = "mypy==1.8.0"
# Tests of the two folders that a cell without mypy does not run.
LEFT_OUT: Final[Mapping[str, str]] = {"test_mypy_plugin.py": "it has a cell of its own"}
_PLUGIN: Final = "tests/unit/test_mypy_plugin.py"
# Programs of the tests mark their middlewares as aiohttp 3 asks for it.
_OF_DEVELOPMENT: Final = ("-W", "ignore:Middleware decorator is deprecated:DeprecationWarning")

_SOURCE: Final = Path(__file__).parents[2]
_CACHE: Final = _SOURCE / ".cache" / "matrix"
_CONSTRAINTS: Final = Path(__file__).with_name("oldest.txt")
# Not a constraint: pytest-asyncio asks for 4.12, and works with ours.
_OLDEST_TYPING: Final = "typing-extensions==4.10.0"
# What of `tests` a cell has, beside the modules that are no tests.
_FOLDERS: Final = ("unit", "integration", "matrix", "truth_table")


class CellError(Exception):
    """A cell that failed; the text is what the command printed."""


@final
@dataclass(frozen=True)
class Made:
    """What all cells of a run have in common: the wheel, and the folder with the tests."""

    wheel: Path
    project: Path


@final
@dataclass(frozen=True)
class Cell:
    """A Python and what is installed beside the wheel."""

    interpreter: Interpreter
    dependencies: Dependencies
    aiohttp: Path | None = None
    """The folder with aiohttp's source, for ``development``."""

    def run(self, made: Made) -> list[str]:
        """Run the tests: versions, counts and seconds, then a line per reason why some were not."""
        python = self._environment(made.wheel)
        outcome = made.project / "outcome.json"
        environ = {
            **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
            "MATRIX_OUTCOME": str(outcome),
            "MATRIX_DEPENDENCIES": self.dependencies,
        }
        plugins = ("-p", "tests.matrix.in_cell", "-p", "no:cacheprovider")
        started = time.monotonic()
        chosen = [_PLUGIN] if self._has_mypy else ["tests", f"--ignore={_PLUGIN}"]
        options = ("--tb=short", *(_OF_DEVELOPMENT if self.aiohttp else ()))
        run([python, "-m", "pytest", *plugins, *options, *chosen], made.project, environ)
        seconds = time.monotonic() - started
        found = json.loads(outcome.read_text("utf-8"))
        versions = "  ".join(f"{name} {version}" for name, version in found["versions"].items())
        tests = ", ".join(f"{count} {name}" for name, count in found["tests"].items() if count)
        return [f"{versions}  {tests}  {seconds:.0f} s", *found["reasons"]]

    @property
    def _has_mypy(self) -> bool:
        return self.dependencies == "oldest mypy"

    def _environment(self, wheel: Path) -> str:
        """The interpreter of this cell's environment, with `wheel` in it."""
        folder = _CACHE / f"{self.interpreter.release}-{self.dependencies.replace(' ', '-')}"
        python = str(folder / "bin" / "python")
        pip = (python, "-m", "pip", "--disable-pip-version-check", "--quiet", "install")
        sources = (_SOURCE / "pyproject.toml", _CONSTRAINTS, Path(__file__))
        contents = [str(self.aiohttp).encode(), *(source.read_bytes() for source in sources)]
        made_from = hashlib.sha256(b"".join(contents)).hexdigest()
        mark = folder / "made-from"
        if not (mark.is_file() and mark.read_text("utf-8") == made_from):
            shutil.rmtree(folder, ignore_errors=True)
            run([self.interpreter.path, "-m", "venv", str(folder)])
            oldest = self.dependencies == "oldest"
            constraints = ("--constraint", str(_CONSTRAINTS)) if oldest else ()
            tools = (*TOOLS, OLDEST_MYPY) if self._has_mypy else TOOLS
            run([*pip, "--only-binary", ":all:", *constraints, f"{wheel}[testing]", *tools])
            if oldest:
                run([*pip, "--no-deps", _OLDEST_TYPING])
            if self.aiohttp is not None:
                # What is in Python alone: the parser in C needs sources that are not aiohttp's own.
                environ = {**os.environ, "AIOHTTP_NO_EXTENSIONS": "1"}
                run([*pip, str(self.aiohttp)], environ=environ)
            mark.write_text(made_from, "utf-8")
        run([*pip, "--no-deps", "--no-index", "--force-reinstall", str(wheel)])
        return python


def make(folder: Path) -> Made:
    """Build this library's wheel, and lay its tests out."""
    wheels = folder / "wheels"
    run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(wheels)], _SOURCE)
    (wheel,) = wheels.glob("*.whl")
    return lay_out(wheel, _SOURCE, folder)


def lay_out(wheel: Path, source: Path, folder: Path) -> Made:
    """Copy the tests of `source` to where only `wheel` can be imported."""
    project, tests = folder / "project", source / "tests"

    def left_out(at: str, names: list[str]) -> set[str]:
        """What a cell has no use for: the tests of other folders, whose helpers may be shared."""
        parts = Path(at).relative_to(tests).parts
        tested = parts[:1] and parts[0] in _FOLDERS
        others = {name for name in names if name.startswith("test_") and not tested}
        return {"__pycache__", *others, *(["conftest.py"] if parts and not tested else [])}

    for name in ("docs", "examples"):
        shutil.copytree(source / name, project / name)
    shutil.copytree(tests, project / "tests", ignore=left_out)
    shutil.copy(source / "pyproject.toml", project)  # pytest's settings
    return Made(wheel, project)


def run(
    command: Sequence[str], folder: Path | None = None, environ: Mapping[str, str] | None = None
) -> None:
    """Run a command; raises `CellError` with what it printed if it fails."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CellError(f"$ {' '.join(command)}\n{done.stdout}")
