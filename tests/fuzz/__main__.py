"""Fuzz each target for a bounded time: a line each with executions and findings; 1 for a finding.

What is found is put into the committed corpus, where ordinary tests replay it.
"""

import argparse
import importlib.util
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.fuzz.targets import TARGETS
from tests.fuzz.test_corpus import CORPUS

_RUNS: Final = re.compile(r"stat::number_of_executed_units:\s+(\d+)")
_LONGEST: Final = 9000


def main(arguments: Sequence[str] | None = None) -> int:
    """Run all targets one after the other; 0 when nothing was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=120, help="for all targets together")
    parser.add_argument("--seed", type=int, default=0, help="try the same again; 0 for anything")
    options = parser.parse_args(arguments)
    seconds: int = options.seconds
    seed: int = options.seed
    if importlib.util.find_spec("atheris") is None:
        sys.stdout.write("atheris has no wheel for this Python: nothing is fuzzed\n")
        return 0
    each = max(1, seconds // len(TARGETS))
    return 1 if sum(_fuzz(name, each, seed) for name in TARGETS) else 0


def _fuzz(name: str, seconds: int, seed: int) -> int:
    """How many findings there are of one target; libFuzzer ends with the first."""
    with TemporaryDirectory(prefix="fuzz-") as folder:
        work = Path(folder)
        (work / "grown").mkdir()
        (work / "found").mkdir()
        command = [
            *(sys.executable, "-m", "tests.fuzz.once", name),
            *(str(work / "grown"), str(CORPUS / name)),
            *(f"-max_total_time={seconds}", f"-max_len={_LONGEST}", "-timeout=30"),
            f"-seed={seed}",
            *(f"-artifact_prefix={work / 'found'}/", "-print_final_stats=1", "-verbosity=0"),
        ]
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
        )
        said = done.stdout.decode(errors="replace")
        runs = _RUNS.search(said)
        found = sorted((work / "found").iterdir())
        count = "?" if runs is None else runs[1]
        sys.stdout.write(f"{name:<14} {count:>9} executions  {len(found)} findings\n")
        for artifact in found:
            kept = CORPUS / name / artifact.name
            kept.write_bytes(artifact.read_bytes())
            sys.stdout.write(f"{'':<14} {kept}\n")
        if found or done.returncode:
            # What was sent is in it: no byte of it reaches the terminal as it is.
            sys.stdout.write("".join(f"{line[:200]!a}\n" for line in said.splitlines()[-40:]))
        sys.stdout.flush()
        return len(found) or int(bool(done.returncode))


if __name__ == "__main__":
    sys.exit(main())
