"""``make dist``: makes the distributions, and sees that they are what a user should get.

Owns: the steps, and what each of them asks.
Leaves to: `build` and hatchling the distributions, to twine their metadata, and to `tests.matrix` the
environments in which the tests run.

1. Make the sdist and the wheel twice: they are the same to the byte.
2. The metadata are complete, and the README can be shown.
3. The sdist has what its own tests need: they are unpacked from it.
4. On each Python found, the wheel passes the unit and the integration tests.
5. In an environment with nothing but the wheel, the README's first example answers a request.
"""

import os
import subprocess
import sys
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.matrix.cells import Cell, CellError, lay_out, run
from tests.matrix.interpreters import find_interpreters

_SOURCE: Final = Path(__file__).parents[2]
_DIST: Final = _SOURCE / "dist"
_EXAMPLE: Final = Path(__file__).with_name("example.py")


def main() -> int:
    """Take all steps; 1 at the first that fails."""
    try:
        with TemporaryDirectory(prefix="distribution-") as name:
            _take_steps(Path(name).resolve())
    except CellError as error:
        _say(f"FAILED\n{error}")
        return 1
    return 0


def _take_steps(folder: Path) -> None:
    for old in _DIST.glob("*"):
        old.unlink()
    made, again = _build(_DIST), _build(folder / "again")
    for one, other in zip(made, again, strict=True):
        if one.read_bytes() != other.read_bytes():
            raise CellError(f"{one.name}: two builds differ")
        _say(f"{one.name}: two builds are equal, {one.stat().st_size} bytes")
    run([sys.executable, "-m", "twine", "check", "--strict", *map(str, made)])
    _say("twine: metadata and README pass")

    sdist, wheel = made
    with tarfile.open(sdist) as archive:
        archive.extractall(folder / "sdist", filter="data")
    (unpacked,) = (folder / "sdist").iterdir()
    tests = lay_out(wheel, unpacked, folder)
    for interpreter in find_interpreters():
        line, *_ = Cell(interpreter, "newest").run(tests)
        _say(f"{interpreter.release}: {line}")

    environment = folder / "empty"
    run([sys.executable, "-m", "venv", str(environment)])
    python = str(environment / "bin" / "python")
    run([python, "-m", "pip", "--disable-pip-version-check", "--quiet", "install", str(wheel)])
    run([python, "-W", "error", str(_EXAMPLE), str(_SOURCE / "README.md")], folder)
    _say("the README's first example answers in an environment with nothing but the wheel")


def _build(folder: Path) -> list[Path]:
    """The sdist, and the wheel that is made from it."""
    # hatchling takes the time of files from here; without git from a constant of its own.
    asked = ["git", "log", "-1", "--format=%ct"]
    commit = subprocess.run(asked, cwd=_SOURCE, capture_output=True, text=True, check=False)
    epoch = {"SOURCE_DATE_EPOCH": commit.stdout.strip()} if commit.returncode == 0 else {}
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder)]
    run([*command, str(_SOURCE)], environ={**os.environ, **epoch})
    return [*folder.glob("*.tar.gz"), *folder.glob("*.whl")]


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
