"""Chromium, Firefox and WebKit do what the table of cases says, but for listed deviations."""

import pytest

from tests.browser.browsers import Browsers
from tests.browser.deviations import DEVIATIONS
from tests.browser.engines import ENGINES
from tests.browser.report import Report
from tests.truth_table.rows import CASES
from tests.truth_table.words import Case


@pytest.mark.browser
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_engine_does_what_the_table_says(
    case: Case, engine: str, browsers: Browsers, report: Report
) -> None:
    deviation = DEVIATIONS.get((case.name, engine))
    expected = case if deviation is None else deviation
    seen, asked = browsers.show(case, engine)
    if (seen, asked) != (expected.sees, expected.asks):
        report.add(case.name, engine, seen, "differs")
    elif deviation is None:
        report.add(case.name, engine, seen, "agrees")
    else:
        report.add(case.name, engine, seen, "deviates")
        for evidence in deviation.evidence:
            report.explain(engine, evidence)
    assert seen == expected.sees
    assert asked == expected.asks


def test_every_deviation_is_one_from_a_row_and_has_evidence() -> None:
    rows = {case.name: case for case in CASES}
    for (name, engine), deviation in DEVIATIONS.items():
        row = rows[name]
        assert engine in ENGINES
        assert (deviation.sees, deviation.asks) != (row.sees, row.asks)
        assert deviation.evidence
