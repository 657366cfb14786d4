"""A fresh environment with the library's wheel, and a project whose programs are checked in it.

Knows packaging: the wheel is built from the source tree and unpacked by pip, so that the checkers
see what a user's see, ``py.typed`` included. The library's dependencies are those of the
environment that runs this. Does not know the checkers.
"""

import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

from tests.typing.programs import Program

_SOURCE: Final = Path(__file__).parents[2]
_PROJECT: Final = "aiohttp_cors"


@final
@dataclass(frozen=True)
class Environment:
    """A virtual environment: its folder and its interpreter."""

    folder: Path
    python: Path


def make_environment(folder: Path) -> Environment:
    """An environment in `folder`, with the wheel of this library and what it depends on."""
    venv.create(folder, symlinks=True)
    environment = Environment(folder, folder / "bin" / "python")
    packages = _packages_of(environment)
    # Whatever is installed here, but for this library and the .pth files that lead to its source.
    for installed in Path(sysconfig.get_path("purelib")).iterdir():
        if _PROJECT not in installed.name and installed.suffix != ".pth":
            (packages / installed.name).symlink_to(installed)
    wheel = _build_wheel(folder / "wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    offline = ["--no-deps", "--no-index", "--no-compile"]
    _run([*pip, "install", *offline, "--target", str(packages), str(wheel)])
    return environment


def write_project(folder: Path, programs: Iterable[Program]) -> None:
    """Write the programs to their paths below `folder`."""
    for program in programs:
        path = folder / program.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(program.text, "utf-8")


def where_the_library_is(environment: Environment, project: Path) -> Path:
    """The folder that a program in `project` imports the library from."""
    code = f"import importlib.util as u; print(u.find_spec({_PROJECT!r}).origin)"
    found = _run([str(environment.python), "-c", code], project)
    return Path(found.strip()).parent


def _build_wheel(folder: Path) -> Path:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    _run(build, _SOURCE)
    (wheel,) = folder.glob("*.whl")
    return wheel


def _packages_of(environment: Environment) -> Path:
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    return Path(_run([str(environment.python), "-c", code]).strip())


def _run(command: list[str], folder: Path | None = None) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stdout}{done.stderr}")
    return done.stdout
