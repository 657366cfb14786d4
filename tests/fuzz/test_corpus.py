"""What the fuzzer found, and where it begins, without the fuzzer."""

from pathlib import Path
from typing import Final

import pytest

from tests.fuzz.targets import TARGETS

CORPUS: Final = Path(__file__).with_name("corpus")
INPUTS: Final = sorted(CORPUS.glob("*/*"))


@pytest.mark.parametrize("path", INPUTS, ids=[str(path.relative_to(CORPUS)) for path in INPUTS])
def test_an_input_of_the_corpus_finds_nothing(path: Path) -> None:
    TARGETS[path.parent.name](path.read_bytes())


def test_each_target_has_a_corpus() -> None:
    assert {path.parent.name for path in INPUTS} == set(TARGETS)
