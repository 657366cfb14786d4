"""`aiohttp_cors.testing.Browser` does what the truth table says, on real sockets."""

import pytest

from tests.browser.report import MODEL, Report
from tests.browser.script import modelled
from tests.browser.servers import serving
from tests.truth_table.rows import ROWS
from tests.truth_table.words import Row


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
async def test_the_model_does_what_the_table_says(row: Row, report: Report) -> None:
    # Nobody opens a page: its origin has a port that no server has.
    async with serving(row, pages=9) as servers:
        seen = await modelled(row, servers)
        agrees = (seen, servers.asked) == (row.sees, row.asks)
        report.add(row.name, MODEL, seen, "agrees" if agrees else "differs")
        assert seen == row.sees
        assert servers.asked == row.asks
