"""A browser's console says why a request was refused: it names the header or the method.

Only Chromium's driver hands its console out. Its texts are its own: these tests ask for the words that
tell a page's author what to change, and for no more of the sentence than that.
"""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import pytest
from aiohttp import web

from aiohttp_cors.introspection import explain
from tests.browser.browsers import Browsers
from tests.browser.servers import serving
from tests.truth_table.rows import ROWS
from tests.truth_table.words import Program, Row, World

BLOCKED_BY_CORS: Final = "has been blocked by CORS policy"
NO_HEADER: Final = "No 'Access-Control-Allow-Origin' header is present on the requested resource"
DEBUG: Final = "Request header field x-debug is not allowed by Access-Control-Allow-Headers"


def method(name: str) -> str:
    return f"Method {name} is not allowed by Access-Control-Allow-Methods"


# By the name of a row: what the console says, a message for each fetch that is blocked.
SAID: Final[Mapping[str, Sequence[str]]] = {
    "a refused header blocks twice in a row, and after an allowed one": [DEBUG] * 4,
    "a refused header blocks a request with cookies": [DEBUG] * 2,
    "a header is refused where none is allowed": [DEBUG] * 2,
    "a header is refused though any method is allowed": [DEBUG] * 3,
    "a header is refused to every page where any origin is allowed": [DEBUG] * 2,
    "an upload that is watched is refused for a header, and allowed without it": [DEBUG] * 2,
    "a request header that is not allowed stops the request": [
        "Request header field x-b is not allowed by Access-Control-Allow-Headers"
    ],
    # Each policy of the path tells its own; a narrow answer has the requested method alone.
    "a refused header of one policy stays refused beside another's on the same path": [
        DEBUG,
        *["Request header field x-a is not allowed by Access-Control-Allow-Headers"] * 2,
        DEBUG,
    ],
    "a refused method blocks twice in a row, and after an allowed one": [method("DELETE")] * 3,
    "several refused methods block, whatever was allowed before": [
        method("DELETE"),
        method("PURGE"),
        method("DELETE"),
    ],
    "a method that the policy leaves out is refused though every header is allowed": (
        [method("DELETE")] * 3
    ),
    "patch in lower case is refused twice in a row, and after PATCH": [method("patch")] * 3,
    # A refused origin is told nothing, and whoever asks for GET, HEAD or POST is not either.
    "a refused origin is told nothing, whatever it asks for": [NO_HEADER] * 3,
    "a refused origin sends nothing that needs a preflight": [NO_HEADER],
    "a token that PUT may carry brings no POST that the policy leaves out": [NO_HEADER] * 3,
    "an upload that is watched is blocked by a refusal without CORS headers": [NO_HEADER],
    "an upload that is watched stays refused after an allowed PUT, and twice in a row": (
        [NO_HEADER] * 3
    ),
    "one covered route covers no other": [NO_HEADER],
    # The classic API answers as it always did.
    "a refused header and a refused method block in a classic program": [NO_HEADER] * 5,
}


async def explained(row: Row) -> list[str]:
    """What `explain` says that Chromium says, a message for each fetch that is blocked."""
    texts: list[str] = []
    for fetch in row.fetches:
        made: list[web.Application] = []

        def build(world: World, made: list[web.Application] = made) -> web.Application:
            made.append(row.program.build(world))
            return made[0]

        program = Program(row.program.api, build)
        async with serving(replace(row, program=program), pages=9) as servers:
            explanation = await explain(
                made[0],
                fetch.method,
                servers.url(fetch),
                origin=servers.world.page,
                headers=fetch.headers,
                credentials=fetch.credentials == "include",
            )
        if explanation.words is not None:
            texts.append(explanation.words.chromium)
    return texts


# The others have listeners for uploads, which `explain` cannot be asked about.
EXPLAINED: Final = [
    *[name for name in SAID if "watched" not in name],
    "an answer to a cookie is not readable where the policy allows no credentials",
    "an answer to a cookie is not readable where any origin is allowed",
    "a private route is not opened by a pattern that matches its path",
]


def without_ports(text: str) -> str:
    return re.sub(r"localhost:[0-9]+", "localhost", text)


@pytest.mark.browser
@pytest.mark.parametrize("name", EXPLAINED)
async def test_explain_says_what_the_console_says(name: str, browsers: Browsers) -> None:
    (row,) = (row for row in ROWS if row.name == name)
    said = await asyncio.to_thread(browsers.say, row, "chromium", BLOCKED_BY_CORS)
    for message, expected in zip(said, await explained(row), strict=True):
        assert without_ports(expected) in without_ports(message)


@pytest.mark.browser
@pytest.mark.parametrize("name", SAID)
def test_the_console_says_why_a_request_is_refused(name: str, browsers: Browsers) -> None:
    (row,) = (row for row in ROWS if row.name == name)
    said = browsers.say(row, "chromium", BLOCKED_BY_CORS)
    assert len(said) == len(SAID[name])
    for message, expected in zip(said, SAID[name], strict=True):
        assert expected in message
