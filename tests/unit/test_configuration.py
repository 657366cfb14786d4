"""Options by origin as the classic API reads them, and the hazards that it names at startup.

Expectations from the contract's *Classic* section: any string is accepted as a key, and one that no
browser can ever send is named. What the fluent API refuses has rows in `test_invalid_policies`.
"""

from collections.abc import Mapping

import pytest

from aiohttp_cors._values.configuration import hazards_of, parse_config
from aiohttp_cors._values.options import ResourceOptions

A = "https://a.example"
PLAIN = ResourceOptions()
CREDENTIALED = ResourceOptions(allow_credentials=True)


def test_nothing_is_an_empty_configuration() -> None:
    assert parse_config(None) == {}
    assert parse_config({}) == {}


def test_options_may_be_mappings_with_the_same_keys() -> None:
    parsed = parse_config({A: {"allow_headers": ["X-A"], "allow_methods": ["put"]}, "*": PLAIN})
    assert parsed == {
        A: ResourceOptions(allow_headers=["X-A"], allow_methods=["PUT"]),
        "*": PLAIN,
    }


REFUSED: dict[str, tuple[object, str]] = {
    "a text": (A, "a configuration is a mapping"),
    "a list": ([A], "a configuration is a mapping"),
    "a key that is no text": ({3: PLAIN}, "an origin is a string, got 3"),
    "options that are none": ({A: "*"}, "options are ResourceOptions or a mapping"),
    "options that nobody knows": (
        {A: {"allow_header": ["X-A"]}},
        "Unexpected keywords in resource options: 'allow_header'",
    ),
    "several options that nobody knows": (
        {A: {"allow_header": ["X-A"], "age": 5}},
        "Unexpected keywords in resource options: 'allow_header', 'age'",
    ),
    "names in a text": ({A: {"allow_headers": "X-A"}}, "'allow_headers' must be"),
}


@pytest.mark.parametrize("config, words", REFUSED.values(), ids=REFUSED)
def test_what_is_no_configuration_is_a_value_error(config: object, words: str) -> None:
    with pytest.raises(ValueError, match="^" + words.replace("*", r"\*")):
        parse_config(config)


HAZARDS: dict[str, tuple[Mapping[str, ResourceOptions], list[str]]] = {
    "none": (
        {A: CREDENTIALED, "*": PLAIN, "http://b.example": PLAIN, "http://localhost": CREDENTIALED},
        [],
    ),
    "a pattern": ({"https://*.a.example": CREDENTIALED}, []),
    "credentials for any origin": (
        {"*": CREDENTIALED},
        ["any origin may send credentials and read the answers ('*')"],
    ),
    "credentials over http": (
        {"http://a.example": CREDENTIALED},
        ["credentials are allowed over http to 'http://a.example'"],
    ),
    "null": ({"null": PLAIN}, ["any site can send the origin 'null'"]),
    "a file": (
        {"file://": PLAIN},
        ["some web views send the origin 'file://', whoever wrote the file that they show"],
    ),
    "a file with a path, which nobody sends": (
        {"file:///index.html": PLAIN},
        ["no browser sends the origin 'file:///index.html'"],
    ),
    "a slash": (
        {f"{A}/": PLAIN},
        [f"no browser sends the origin '{A}/' (hint: {A})"],
    ),
    "a WebSocket's URL": (
        {"wss://a.example": PLAIN},
        [f"no browser sends the origin 'wss://a.example' (hint: {A})"],
    ),
    "what only a function could say": (
        {"https://*-team.a.example": PLAIN},
        ["no browser sends the origin 'https://*-team.a.example'"],
    ),
    "a star before others": (
        {"*": PLAIN, "null": PLAIN},
        ["any site can send the origin 'null'"],
    ),
    "several": (
        {"null": PLAIN, "a.example": PLAIN},
        [
            "any site can send the origin 'null'",
            f"no browser sends the origin 'a.example' (hint: {A})",
        ],
    ),
}


@pytest.mark.parametrize("config, hazards", HAZARDS.values(), ids=HAZARDS)
def test_what_should_not_be_there_is_a_sentence(
    config: Mapping[str, ResourceOptions], hazards: list[str]
) -> None:
    found = hazards_of(config)
    assert list(found) == hazards
    assert found == dict.fromkeys(hazards)
