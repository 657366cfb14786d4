"""The truth table is one: sentences, each once, enough of them, for both APIs."""

import re
from collections import Counter

import pytest

from tests.truth_table.rows import ROWS
from tests.truth_table.words import Row

_LINE = re.compile(
    r"[A-Za-z]+ /\S*( at other)?( for ([A-Za-z]+|\*))?( with \S+)?"
    r"( from (api|null)| without origin)?( and cookie \w+)?(, authorized)?"
)


def test_there_are_rows_enough_for_both_apis() -> None:
    apis = Counter(row.program.api for row in ROWS)
    assert len(ROWS) >= 100
    assert apis["fluent"] >= 60
    assert apis["classic"] >= 30


def test_no_row_is_there_twice() -> None:
    assert [name for name, n in Counter(row.name for row in ROWS).items() if n > 1] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_is_a_sentence_about_fetches_and_well_formed_requests(row: Row) -> None:
    assert len(row.name.split()) >= 4
    assert not row.name.endswith(".")
    assert row.name.isascii()
    assert row.fetches
    for line in row.asks:
        assert _LINE.fullmatch(line), line
    # Nobody asks a server that is not there.
    assert row.other is not None or not any(" at other" in line for line in row.asks)
