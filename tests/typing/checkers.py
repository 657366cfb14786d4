"""The four type checkers: how each is set, started and read.

Knows their settings and the form of their output. Does not know what they should say.
"""

import importlib.util
import json
import os
import re
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar, Final, final

from typing_extensions import override

from tests.typing.environment import Environment

PYTHON_VERSION: Final = "3.10"
_MYPY_INI: Final = Path(__file__).parents[2] / "mypy.ini"


@final
@dataclass(frozen=True)
class Report:
    """What a checker says of a line: an error, or something less."""

    path: str
    line: int
    is_error: bool
    message: str


class Checker(ABC):
    """A type checker with the settings that this library answers for."""

    name: ClassVar[str]

    @property
    def is_installed(self) -> bool:
        """Whether it can be started."""
        return importlib.util.find_spec(self.name) is not None

    @property
    def title(self) -> str:
        """Its name and version."""
        return f"{self.name} {version(self.name)}"

    def check(self, project: Path, environment: Environment) -> list[Report]:
        """All it says of the programs in `project`.

        Raises `RuntimeError` when it does not come to its end.
        """
        command = [sys.executable, "-m", self.name, *self.arguments(project, environment)]
        variables = {**os.environ, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1", "NO_COLOR": "1"}
        # Its own path and settings, not those of whoever runs this.
        for name in ("PYTHONPATH", "MYPYPATH", "VIRTUAL_ENV", "FORCE_COLOR"):
            variables.pop(name, None)
        done = subprocess.run(
            command, cwd=project, env=variables, capture_output=True, text=True, check=False
        )
        try:
            if done.returncode in {0, 1}:
                return list(self.parse(done.stdout, project))
        except ValueError:  # no JSON: it has not come to its end
            pass
        raise RuntimeError(f"{self.name} failed: {done.stdout}{done.stderr}")

    @abstractmethod
    def arguments(self, project: Path, environment: Environment) -> list[str]:
        """The command line; writes the settings that need a file."""

    @abstractmethod
    def parse(self, output: str, project: Path) -> Iterator[Report]:
        """What the output says, line by line."""


@final
class Mypy(Checker):
    """mypy with this project's own settings: strict, and the codes beyond that."""

    name = "mypy"

    @override
    def arguments(self, project: Path, environment: Environment) -> list[str]:
        settings = ["--config-file", str(_MYPY_INI), "--python-version", PYTHON_VERSION]
        python = ["--python-executable", str(environment.python)]
        # Named one by one: what the settings exclude from this project is meant here.
        files = [str(path.relative_to(project)) for path in sorted(project.rglob("*.py"))]
        cache = ["--cache-dir", str(environment.folder / "mypy_cache")]
        return [*settings, *python, *cache, "--explicit-package-bases", "--output", "json", *files]

    @override
    def parse(self, output: str, project: Path) -> Iterator[Report]:
        for line in output.splitlines():
            if not line.startswith("{"):
                continue
            said = json.loads(line)
            if said["severity"] != "note":
                text = f"{said['message']} [{said['code']}]"
                yield Report(said["file"], said["line"], said["severity"] == "error", text)


@final
class Pyright(Checker):
    """pyright in its strict mode."""

    name = "pyright"

    @override
    def arguments(self, project: Path, environment: Environment) -> list[str]:
        settings = {
            "typeCheckingMode": "strict",
            "pythonVersion": PYTHON_VERSION,
            "include": ["."],
        }
        (project / "pyrightconfig.json").write_text(json.dumps(settings), "utf-8")
        return ["--pythonpath", str(environment.python), "--outputjson"]

    @override
    def parse(self, output: str, project: Path) -> Iterator[Report]:
        for said in _parsed(output)["generalDiagnostics"]:
            path = Path(said["file"]).relative_to(project).as_posix()
            line = said["range"]["start"]["line"] + 1
            text = f"{said['message']} [{said.get('rule', '')}]"
            yield Report(path, line, said["severity"] == "error", text)


@final
class Ty(Checker):
    """ty as it comes; what it only warns of is no error."""

    name = "ty"

    _LINE: Final = re.compile(r"(.+?):(\d+):\d+: (\w+)\[(.*)")

    @override
    def arguments(self, project: Path, environment: Environment) -> list[str]:
        settings = ["--python-version", PYTHON_VERSION, "--output-format", "concise"]
        return ["check", *settings, "--python", str(environment.folder), "--no-progress"]

    @override
    def parse(self, output: str, project: Path) -> Iterator[Report]:
        for line in output.splitlines():
            found = self._LINE.fullmatch(line)
            if found:
                path, number, severity, text = found.groups()
                yield Report(path, int(number), severity == "error", f"[{text}")


@final
class Pyrefly(Checker):
    """pyrefly with its strict preset."""

    name = "pyrefly"

    @override
    def arguments(self, project: Path, environment: Environment) -> list[str]:
        settings = {
            "preset": "strict",
            "python-version": PYTHON_VERSION,
            "python-interpreter-path": str(environment.python),
        }
        lines = [f"{key} = {json.dumps(value)}\n" for key, value in settings.items()]
        (project / "pyrefly.toml").write_text("".join(lines), "utf-8")
        return ["check", "--output-format", "json", "--summary=none"]

    @override
    def parse(self, output: str, project: Path) -> Iterator[Report]:
        for said in _parsed(output)["errors"]:
            text = f"{said['concise_description']} [{said['name']}]"
            yield Report(said["path"], said["line"], said["severity"] == "error", text)


CHECKERS: Final[tuple[Checker, ...]] = (Mypy(), Pyright(), Ty(), Pyrefly())


def _parsed(output: str) -> Any:  # the checker's JSON is what it is
    return json.loads(output[output.index("{") :])
