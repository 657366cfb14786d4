"""Options by origin as the classic API reads them.

What the fluent API refuses has rows in `test_invalid_policies`.
"""

import pytest

from aiohttp_cors._values.configuration import parse_config
from aiohttp_cors._values.options import ResourceOptions

A = "https://a.example"
PLAIN = ResourceOptions()


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
