"""Run mutmut, print the score, and ask that CONTRIBUTING.md names each survivor."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.mutation.mutants import KILLED, read_listed, read_results

_ROOT: Final = Path(__file__).parents[2]
_MUTMUT: Final = str(Path(sys.executable).with_name("mutmut"))


def main() -> int:
    """Print killed / total and the survivors; 1 when one is not listed or is no more."""
    # mutmut asks for tests by the names of an earlier collection, and takes "no such test" for a kill.
    unstable = sorted(_collect() ^ _collect())
    if unstable:
        _say("named otherwise when the same process collects again: " + ", ".join(unstable))
        return 1
    # What mutmut remembers of a survivor outlives the test that would kill it.
    shutil.rmtree(_ROOT / "mutants", ignore_errors=True)
    subprocess.run([_MUTMUT, "run", "--max-children", "2"], cwd=_ROOT, check=True)
    printed = subprocess.run(
        [_MUTMUT, "results", "--all", "true"],
        cwd=_ROOT,
        check=True,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ).stdout
    results = read_results(printed)
    listed = read_listed((_ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    survivors = {name: status for name, status in results.items() if status not in KILLED}
    for name, status in sorted(survivors.items()):
        _say(f"{name}: {status}{'' if name in listed else ', NOT LISTED in CONTRIBUTING.md'}")
    for name in sorted(listed - survivors.keys()):
        _say(f"{name}: listed in CONTRIBUTING.md and no survivor")
    killed = len(results) - len(survivors)
    _say(f"mutation score: {killed} / {len(results)} = {killed / len(results):.1%}")
    return 0 if listed == survivors.keys() else 1


class _Names:
    def __init__(self) -> None:
        self.collected: set[str] = set()

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        self.collected.add(item.nodeid)


def _collect() -> set[str]:
    names = _Names()
    pytest.main(["--collect-only", "-p", "no:terminal", "tests/unit"], plugins=[names])
    return names.collected


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
