"""Run the cells one after the other, a line each; 1 when one of them fails."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.matrix.cells import LEFT_OUT, Cell, CellError, Made, make
from tests.matrix.interpreters import SUPPORTED, Interpreter, Version, find_interpreters

# aiohttp 3.9.0 has no wheel for a newer Python.
_LAST_WITH_OLDEST: Final[Version] = (3, 12)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run all cells, or with ``--quick`` the oldest; 0 when all of them passed."""
    parser = argparse.ArgumentParser(prog="python -m tests.matrix", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only the oldest cell")
    parser.add_argument("--aiohttp", type=Path, help="also a cell with aiohttp from this folder")
    options = parser.parse_args(arguments)
    quick: bool = options.quick
    aiohttp: Path | None = options.aiohttp

    interpreters = find_interpreters()
    cells = [cell for interpreter in interpreters for cell in _cells(interpreter)]
    # As old as the oldest Python that is found: a mypy of that time runs there.
    cells.append(Cell(interpreters[0], "oldest mypy"))
    if aiohttp is not None:
        cells.append(Cell(interpreters[-1], "development", aiohttp.resolve()))
    for version in sorted({*SUPPORTED} - {interpreter.version for interpreter in interpreters}):
        _say(f"{'.'.join(map(str, version)):<8} not found on this machine")
    for name, reason in LEFT_OUT.items():
        _say(f"left out: {name}, because {reason}")
    if quick:
        _say(f"the oldest of {len(cells)} cells; make matrix runs all")
        del cells[1:]
    with TemporaryDirectory(prefix="matrix-") as name:
        made = make(Path(name).resolve())
        failed = [cell for cell in cells if not _passes(cell, made)]
    return 1 if failed else 0


def _cells(interpreter: Interpreter) -> list[Cell]:
    newest = Cell(interpreter, "newest")
    if interpreter.version <= _LAST_WITH_OLDEST:
        return [Cell(interpreter, "oldest"), newest]
    _say(f"{interpreter.release:<8} oldest  left out: aiohttp 3.9.0 has no wheel for it")
    return [newest]


def _passes(cell: Cell, made: Made) -> bool:
    title = f"{cell.interpreter.release:<8} {cell.dependencies}"
    try:
        line, *reasons = cell.run(made)
    except CellError as error:
        _say(f"{title}  FAILED\n{error}")
        return False
    _say(f"{title}  {line}")
    for reason in reasons:
        _say(f"{'':<16} {reason}")
    return True


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
