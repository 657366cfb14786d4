"""What one classic configuration tells by itself, and what to write instead.

Expectations from the contract's *Classic* section: any string is accepted as a key, and one that no
browser can ever send is named.
"""

from collections.abc import Mapping

import pytest

from aiohttp_cors._values.config_findings import findings_in, options_text
from aiohttp_cors._values.findings import KINDS, FindingLevel
from aiohttp_cors._values.options import ResourceOptions
from aiohttp_cors._values.place import Place

A = "https://a.example"
PLAIN = ResourceOptions()
CREDENTIALED = ResourceOptions(allow_credentials=True)
HERE = Place("app.py", 31)
NULL = (
    "null-origin",
    "any site can send the origin 'null'",
    """{"https://<your page>": ResourceOptions()}""",
)

ROWS: dict[str, tuple[Mapping[str, ResourceOptions], list[tuple[str, str, str]]]] = {
    "nothing to say": (
        {A: CREDENTIALED, "*": PLAIN, "http://b.example": PLAIN, "http://localhost": CREDENTIALED},
        [],
    ),
    "a pattern": ({"https://*.a.example": CREDENTIALED}, []),
    "any name": ({A: ResourceOptions(allow_headers="*", allow_methods="*")}, []),
    "credentials for any origin": (
        {"*": ResourceOptions(allow_credentials=True, expose_headers="*", max_age=5)},
        [
            (
                "any-origin-with-credentials",
                "any origin may send credentials and read the answers ('*')",
                """{"*": ResourceOptions(expose_headers="*", max_age=5)}""",
            )
        ],
    ),
    "credentials over http": (
        {"http://a.example": CREDENTIALED},
        [
            (
                "credentials-over-http",
                "credentials are allowed over http to 'http://a.example'",
                """{"https://a.example": ResourceOptions(allow_credentials=True)}""",
            )
        ],
    ),
    "null": ({"null": PLAIN}, [NULL]),
    "a file": (
        {"file://": PLAIN},
        [
            (
                "file-origin",
                "some web views send the origin 'file://', whoever wrote the file that they show",
                """{"<the scheme of your app>://localhost": ResourceOptions()}""",
            )
        ],
    ),
    "a file with a path, which nobody sends": (
        {"file:///index.html": PLAIN},
        [("unsendable-origin", "no browser sends the origin 'file:///index.html'", "")],
    ),
    "a slash": (
        {f"{A}/": ResourceOptions(allow_headers=["X-B", "X-A"])},
        [
            (
                "unsendable-origin",
                f"no browser sends the origin '{A}/'",
                f"""{{"{A}": ResourceOptions(allow_headers=['X-A', 'X-B'])}}""",
            )
        ],
    ),
    "a WebSocket's URL": (
        {"wss://a.example": PLAIN},
        [
            (
                "unsendable-origin",
                "no browser sends the origin 'wss://a.example'",
                f"""{{"{A}": ResourceOptions()}}""",
            )
        ],
    ),
    "what only a function could say": (
        {"https://*-team.a.example": PLAIN},
        [("unsendable-origin", "no browser sends the origin 'https://*-team.a.example'", "")],
    ),
    "a star before others": (
        {"*": PLAIN, "null": PLAIN},
        [NULL],
    ),
    "a star among methods": (
        {A: ResourceOptions(allow_methods=["GET", "*"])},
        [
            (
                "star-in-list",
                f"in the list allow_methods of '{A}' the '*' is a name, and stands for no other",
                """allow_methods="*\"""",
            )
        ],
    ),
    "a star among request headers": (
        {"*": ResourceOptions(allow_headers=["*"])},
        [
            (
                "star-in-list",
                "in the list allow_headers of '*' the '*' is a name, and stands for no other",
                """allow_headers="*\"""",
            )
        ],
    ),
    "a star among exposed headers, which browsers take for any name": (
        {A: ResourceOptions(expose_headers=["*"])},
        [],
    ),
    "a star among exposed headers, which no browser takes so with credentials": (
        {A: ResourceOptions(expose_headers=["*"], allow_credentials=True)},
        [
            (
                "star-in-list",
                f"in the list expose_headers of '{A}' the '*' is a name, and stands for no other",
                """expose_headers="*\"""",
            )
        ],
    ),
}


@pytest.mark.parametrize("config, expected", ROWS.values(), ids=ROWS)
def test_what_should_not_be_there_is_found(
    config: Mapping[str, ResourceOptions], expected: list[tuple[str, str, str]]
) -> None:
    found = list(findings_in(config, HERE))
    assert [(each.kind.id, each.text, each.instead) for each in found] == expected
    assert {each.place for each in found} <= {HERE}


@pytest.mark.parametrize(
    "options",
    [
        PLAIN,
        ResourceOptions(
            allow_credentials=True,
            expose_headers=["X-A"],
            allow_headers="*",
            max_age=0,
            allow_methods=["PUT", "GET"],
        ),
        ResourceOptions(allow_methods=[]),
    ],
    ids=["plain", "all", "no method"],
)
def test_the_text_of_options_is_the_call_that_makes_them(options: ResourceOptions) -> None:
    made = eval(options_text(options), {"ResourceOptions": ResourceOptions})
    assert made == options


def test_ids_are_short_words_and_each_has_one_kind() -> None:
    ids = [kind.id for kind in KINDS]
    assert len(set(ids)) == len(ids)
    assert all(word.isalpha() and word.islower() for each in ids for word in each.split("-"))
    assert max(map(len, ids)) <= 30


def test_levels_are_spelled_as_the_contract_has_them_the_worst_first() -> None:
    assert [level.value for level in FindingLevel] == ["broken", "permissive", "practice", "style"]
    worst, *_, least = FindingLevel
    assert worst.is_at_least(least)
    assert least.is_at_least(least)
    assert not least.is_at_least(worst)
    assert len({level.meaning for level in FindingLevel}) == 4
