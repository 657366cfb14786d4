"""`aiohttp_cors.testing.Browser` does what the table of cases says, on real sockets."""

import pytest

from tests.browser.report import MODEL, Report
from tests.browser.script import modelled
from tests.browser.servers import site
from tests.truth_table.rows import CASES
from tests.truth_table.words import Case


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_the_model_does_what_the_table_says(case: Case, report: Report) -> None:
    # Nobody opens a page: its origin has a port that no server has.
    async with site(case, pages=9) as servers:
        seen = await modelled(case, servers)
        agrees = (seen, servers.asked) == (case.sees, case.asks)
        report.add(case.name, MODEL, seen, "agrees" if agrees else "differs")
        assert seen == case.sees
        assert servers.asked == case.asks
