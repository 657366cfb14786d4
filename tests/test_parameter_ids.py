"""Tests have the same names in every process, so that one that failed can be asked for by its name."""

import os
import subprocess
import sys
from itertools import zip_longest
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).parents[1]
_COLLECT: Final = (sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:randomly")


def test_tests_are_collected_under_the_same_names_whatever_the_hash_seed() -> None:
    runs = [_collecting(seed) for seed in ("1", "2")]
    one, two = (run.communicate()[0].splitlines() for run in runs)
    assert [run.returncode for run in runs] == [0, 0], one
    assert [name for name in one if name.startswith("tests/unit/test_errors.py::")]
    differing = [pair for pair in zip_longest(one[:-1], two[:-1]) if pair[0] != pair[1]]
    assert differing == []


def _collecting(seed: str) -> "subprocess.Popen[str]":
    # Sets are printed in the order of their hashes, and objects with their addresses.
    environ = {**os.environ, "PYTHONHASHSEED": seed}
    return subprocess.Popen(
        (*_COLLECT, "tests"), cwd=_ROOT, env=environ, stdout=subprocess.PIPE, text=True
    )
