"""What `probe` expects is what a server answers: every program of the truth table holds for itself."""

import pytest
from aiohttp.test_utils import TestServer

from aiohttp_cors._tools.probing.asking import ask_all
from aiohttp_cors._tools.probing.diagnosis import diagnosed
from aiohttp_cors._tools.probing.plan import Choices, plan_for
from tests.truth_table.rows import ROWS
from tests.truth_table.words import Row, World

WORLD = World(
    page="http://localhost:8001", api="http://localhost:8002", other="http://localhost:8003"
)
CONFIGURED = [row for row in ROWS if row.program.api in {"fluent", "classic"}]


@pytest.mark.parametrize("row", CONFIGURED, ids=lambda row: row.name)
async def test_a_program_answers_what_is_expected_of_it(row: Row) -> None:
    async with TestServer(row.program.build(WORLD)) as server:
        base = str(server.make_url("")).rstrip("/")
        choices = Choices(
            host=base.partition("//")[2],
            paths=(),
            origins=(),
            values={"name": "hello.txt", "filename": "hello.txt", "id": "1"},
            is_unsafe=True,
            limit=100,
        )
        plan = await plan_for(row.program.build(WORLD), choices)
        asked, _ = await ask_all(plan.groups, base, seconds=60, on_answer=lambda: None)
    assert [(each.asked.question, each.broken) for each in diagnosed(asked) if each.broken] == []
    assert len(asked) == plan.size
