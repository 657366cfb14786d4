"""How several values are spelled that were given as one; as a call that takes them is written."""

import pytest
from yarl import URL

from aiohttp_cors._values.hints import (
    is_empty,
    members_of,
    mended_members,
    nearest_name,
    spelled,
    text_of,
    unpacked,
)
from tests.hints import values_of


@pytest.mark.parametrize(
    "values, hint",
    [
        (["X-A"], "X-A"),
        (["X-A", "X-A"], "X-A"),
        (["X-A", "X-B"], "'X-A', 'X-B'"),
        (["X-B", "X-A", "X-B", "X-C"], "'X-B', 'X-A', 'X-C'"),
    ],
    ids=["one", "one twice", "two", "one of three twice"],
)
def test_one_value_is_as_it_is_and_several_are_quoted_each_once(
    values: list[str], hint: str
) -> None:
    assert spelled(values) == hint
    assert spelled(iter(values)) == hint
    assert values_of(hint) == list(dict.fromkeys(values))


def test_a_value_with_quotes_can_be_pasted() -> None:
    assert values_of(spelled(["'", "X-A", "it's"])) == ["'", "X-A", "it's"]


def is_text(value: object) -> bool:
    return isinstance(value, str)


def test_a_collection_of_legal_values_is_unpacked_in_its_order() -> None:
    names = ["X-B", "X-A"]
    ordered: list[object] = [names, tuple(names), dict.fromkeys(names).keys()]
    assert {unpacked(given, is_text) for given in ordered} == {"*['X-B', 'X-A']"}
    assert unpacked({"X-A"}, is_text) == unpacked(frozenset({"X-A"}), is_text) == "*['X-A']"
    assert values_of("*['X-B', 'X-A']") == names


@pytest.mark.parametrize(
    "given",
    [None, 3, [], (), ["X-A", 3], [3, "X-A"], [["X-A"]], {"X-A": 1}, b"X-A", "", "X-A", object],
    ids=repr,
)
def test_all_else_is_not_unpacked(given: object) -> None:
    assert unpacked(given, is_text) == ""


def test_what_can_be_read_once_only_is_left_alone() -> None:
    given = iter(["X-A"])
    assert unpacked(given, is_text) == ""
    assert list(given) == ["X-A"]


def upper(value: object) -> str:
    return value.upper() if isinstance(value, str) else ""


@pytest.mark.parametrize(
    "given, hint",
    [
        (["a", "b"], "*['A', 'B']"),
        (("a",), "*['A']"),
        (["a", 3], ""),
        (["a", ""], ""),
        ([], ""),
        ("a", ""),
        ({"a": 1}, ""),
        (None, ""),
    ],
    ids=repr,
)
def test_the_members_of_a_collection_are_mended_all_or_none(given: object, hint: str) -> None:
    assert mended_members(given, upper) == hint


@pytest.mark.parametrize("given", [None, "", b"", [], (), {}, frozenset[str]()], ids=repr)
def test_none_and_what_has_no_members_are_empty(given: object) -> None:
    assert is_empty(given)
    assert members_of(given) == []


@pytest.mark.parametrize(
    "given", [0, False, " ", [None], iter(())], ids=lambda each: type(each).__name__
)
def test_all_else_is_not_empty(given: object) -> None:
    assert not is_empty(given)


def test_the_text_in_an_object_is_that_of_bytes_or_of_a_url() -> None:
    assert text_of(b"x") == text_of(bytearray(b"x")) == "x"
    assert text_of(b"\xff") is None
    assert text_of(3) is None
    assert text_of(URL("https://a.example/")) == "https://a.example/"


@pytest.mark.parametrize(
    "given, name",
    [
        ("allow_header", "allow_headers"),
        ("Allow-Headers", "allow_headers"),
        ("mx-g", "max_age"),
        ("headers", "allow_headers"),
        ("maxage", "max_age"),
        ("origin", ""),
        ("", ""),
        (3, ""),
    ],
)
def test_a_misspelt_name_means_the_nearest_or_none(given: object, name: str) -> None:
    assert nearest_name(given, ["max_age", "allow_headers"]) == name
