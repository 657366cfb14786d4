"""Every row of the truth table, explained; and what a remedy says, done.

The model of a browser fetches over a socket, and says what is true. `explain` never sends anything.
"""

import logging
from dataclasses import replace
from typing import Final

import pytest
from aiohttp import web

from aiohttp_cors.introspection import Explanation, explain
from aiohttp_cors.testing import BlockReason, CorsBlocked
from tests.browser.script import fetched, page_of
from tests.browser.servers import serving
from tests.truth_table.remedies import changed_fetch, changed_program, edited
from tests.truth_table.rows import ROWS
from tests.truth_table.words import Fetch, Program, Row, Sees, World

# Programs that split a path on purpose are warned at startup.
pytestmark = pytest.mark.filterwarnings("ignore:no policy covers:aiohttp_cors.CorsWarning")

CASES: Final = {
    f"{row.name} [{number}]": (row, fetch)
    for row in ROWS
    for number, fetch in enumerate(row.fetches)
}


def why_not_asked(row: Row, fetch: Fetch) -> str:
    """Why a fetch is nothing that `explain` can be asked about; empty for one that is."""
    if row.program.api == "by hand" or fetch.at == "other":
        return "another server's doing"
    if row.page == "api":
        return "a page of the server's own origin"
    if fetch.mode != "cors":
        return "another mode than cors"
    if fetch.upload_listener:
        return "a listener for uploads makes the preflight"
    if "%" in fetch.path:
        return "a spelling that aiohttp's versions compare differently"
    if fetch.path == "/old":
        return "a handler redirects, and no handler is run"
    return ""


ASKED: Final = {
    name: (row, fetch) for name, (row, fetch) in CASES.items() if not why_not_asked(row, fetch)
}

# What a refusal's log record says, and what `explain` says of the same check.
REASONS: Final = {
    "origin": "origin",
    "no_origins": "origin",
    "method": "method",
    "headers": "headers",
    "not_covered": "not covered",
    "not_found": "not covered",
    "opaque_origin": "origin",
    "not_allowed": "origin",
}
CREDENTIALS: Final = {BlockReason.ALLOW_CREDENTIALS, BlockReason.ALLOW_ORIGIN_WILDCARD}

# What no change of the server can allow, by the reason that is given.
IMPOSSIBLE: Final = {
    "no script can send TRACE": ["a script cannot send TRACE [0]"],
    "* is no method": ["* is no method that a page can ask for [0]"],
    "a policy that is enforced refuses this origin": [
        f"an enforced policy of any origin refuses a sandboxed page [{n}]" for n in range(3)
    ],
}


def reason_logged(record: logging.LogRecord) -> str:
    """What the record of a refusal says, as `explain` puts it."""
    reason = getattr(record, "cors_reason", "")
    # Enforcement has one reason for all that the policy does not allow.
    names_method = reason == "not_allowed" and "method 'POST' is not" in record.getMessage()
    return "method" if names_method else REASONS.get(reason, "")


def built(
    row: Row, fetch: Fetch, program: Program | None = None
) -> tuple[Row, list[web.Application]]:
    """The row with this one fetch, and where its application is put when it is built."""
    made: list[web.Application] = []
    given = row.program if program is None else program

    def build(world: World) -> web.Application:
        made.append(given.build(world))
        return made[0]

    return replace(row, program=Program(given.api, build), fetches=(fetch,)), made


async def outcome_of(
    row: Row, fetch: Fetch, program: Program | None = None
) -> tuple[Sees | CorsBlocked | TypeError, Explanation]:
    """What the model of a browser sees, and the explanation of the same fetch."""
    alone, made = built(row, fetch, program)
    async with serving(alone, pages=9) as servers, page_of(servers) as browser:
        headers = {**fetch.headers}
        if fetch.body is not None:
            headers.setdefault("Content-Type", "text/plain")
        explanation = await explain(
            made[0],
            fetch.method,
            servers.url(fetch),
            origin=servers.world.page,
            headers=headers,
            credentials=fetch.credentials == "include",
            api="classic" if row.program.api == "classic" else "fluent",
        )
        try:
            return await fetched(browser, fetch, servers.url(fetch)), explanation
        except (CorsBlocked, TypeError) as blocked:
            return blocked, explanation


@pytest.mark.parametrize("name", ASKED)
async def test_a_row_is_explained_as_the_browser_sees_it(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    row, fetch = ASKED[name]
    caplog.set_level(logging.DEBUG, "aiohttp_cors")
    seen, explanation = await outcome_of(row, fetch)
    if "predicate" in name and row.page != "sandbox":
        assert explanation.allowed is None
        return
    assert explanation.allowed is isinstance(seen, Sees), str(explanation)
    if isinstance(seen, CorsBlocked):
        logged = [reason for record in caplog.records if (reason := reason_logged(record))]
        unsaid = "credentials" if seen.reason in CREDENTIALS else "not covered"
        expected = [*logged, unsaid][0]
        if seen.reason is BlockReason.PREFLIGHT_STATUS:
            expected = "status"
        assert explanation.reason == expected, str(explanation)


@pytest.mark.parametrize("name", ASKED)
async def test_what_the_remedy_says_makes_the_row_pass(name: str) -> None:
    row, fetch = ASKED[name]
    _, explanation = await outcome_of(row, fetch)
    remedy = explanation.remedy
    if explanation.allowed is not False:
        assert remedy is None
        return
    assert remedy is not None
    if remedy.impossible:
        (why,) = [why for why, names in IMPOSSIBLE.items() if name in names]
        assert why in remedy.impossible
        assert not remedy.changes
        return
    program = changed_program(row.program, remedy.changes, fetch.path)
    with edited(remedy.changes):
        seen, again = await outcome_of(row, changed_fetch(fetch, remedy.changes), program)
    assert isinstance(seen, Sees), f"{explanation}\n{seen}\n{again}"
    assert again.allowed is True


def test_every_row_is_explained_or_left_out_for_a_reason() -> None:
    assert len(ASKED) > 200
    impossible = [name for names in IMPOSSIBLE.values() for name in names]
    assert set(impossible) <= set(ASKED)
