"""The table of cases is one: sentences, each once, enough of them, for both APIs."""

import re
from collections import Counter

import pytest

from tests.truth_table.rows import CASES
from tests.truth_table.words import Case

_LINE = re.compile(
    r"[A-Za-z]+ /\S*( at other)?( for ([A-Za-z]+|\*))?( with \S+)?"
    r"( from (api|null)| without origin)?( and cookie \w+)?(, authorized)?"
)


def test_there_are_rows_enough_for_both_apis() -> None:
    apis = Counter(case.program.api for case in CASES)
    assert len(CASES) >= 100
    assert apis["fluent"] >= 60
    assert apis["classic"] >= 30


def test_no_row_is_there_twice() -> None:
    assert [name for name, n in Counter(case.name for case in CASES).items() if n > 1] == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_row_is_a_sentence_about_fetches_and_well_formed_requests(case: Case) -> None:
    assert len(case.name.split()) >= 4
    assert not case.name.endswith(".")
    assert case.name.isascii()
    assert case.fetches
    for line in case.asks:
        assert _LINE.fullmatch(line), line
    # Nobody asks a server that is not there.
    assert case.other is not None or not any(" at other" in line for line in case.asks)
