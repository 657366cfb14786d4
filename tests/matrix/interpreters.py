"""Which Pythons this machine has.

Knows pyenv's folder and the names on the path. Does not know what is run with them.
"""

import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias, final

Version: TypeAlias = tuple[int, int]

# Those of the classifiers in pyproject.toml.
SUPPORTED: Final[tuple[Version, ...]] = ((3, 10), (3, 11), (3, 12), (3, 13))

# A name on the path may be a shim with nothing behind it, or a Python that makes no environments.
_QUESTION: Final = "import ensurepip, platform, venv; print(platform.python_version())"


@final
@dataclass(frozen=True)
class Interpreter:
    """A Python: where it is, and its version in full, ``3.12.1``."""

    path: str
    release: str

    @property
    def version(self) -> Version:
        """Its language, ``(3, 12)``."""
        major, minor, *_ = self.release.split(".")
        return int(major), int(minor)


def find_interpreters() -> list[Interpreter]:
    """One of each supported version that is found, and the one that runs this; oldest first."""
    own = Interpreter(sys.executable, platform.python_version())
    others = (_find(version) for version in SUPPORTED if version != own.version)
    found = [own, *(other for other in others if other is not None)]
    return sorted(found, key=lambda interpreter: interpreter.version)


def _find(version: Version) -> Interpreter | None:
    for path in _candidates(version):
        command = [path, "-c", _QUESTION]
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
        if answer.returncode == 0:
            return Interpreter(path, answer.stdout.strip())
    return None


def _candidates(version: Version) -> Iterator[str]:
    """The installations of pyenv, the newest first, then the name on the path."""
    major, minor = version
    versions = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    if versions.is_dir():
        release = re.compile(rf"{major}\.{minor}\.(\d+)")
        matches = (release.fullmatch(folder.name) for folder in versions.iterdir())
        for match in sorted(filter(None, matches), key=lambda match: -int(match[1])):
            yield str(versions / match[0] / "bin" / "python")
    on_path = shutil.which(f"python{major}.{minor}")
    if on_path is not None:
        yield on_path
