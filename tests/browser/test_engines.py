"""Chromium, Firefox and WebKit do what the truth table says, but for listed deviations."""

import pytest

from tests.browser.browsers import Browsers
from tests.browser.deviations import DEVIATIONS
from tests.browser.engines import ENGINES
from tests.browser.report import Report
from tests.truth_table.rows import ROWS
from tests.truth_table.words import Row


@pytest.mark.browser
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_an_engine_does_what_the_table_says(
    row: Row, engine: str, browsers: Browsers, report: Report
) -> None:
    deviation = DEVIATIONS.get((row.name, engine))
    expected = row if deviation is None else deviation
    seen, asked = browsers.show(row, engine)
    if (seen, asked) != (expected.sees, expected.asks):
        report.add(row.name, engine, seen, "differs")
    elif deviation is None:
        report.add(row.name, engine, seen, "agrees")
    else:
        report.add(row.name, engine, seen, "deviates")
        for evidence in deviation.evidence:
            report.explain(engine, evidence)
    assert seen == expected.sees
    assert asked == expected.asks


def test_every_deviation_is_one_from_a_row_and_has_evidence() -> None:
    rows = {row.name: row for row in ROWS}
    for (name, engine), deviation in DEVIATIONS.items():
        row = rows[name]
        assert engine in ENGINES
        assert (deviation.sees, deviation.asks) != (row.sees, row.asks)
        assert deviation.evidence
