"""How several values are spelled that were given as one; as a call that takes them is written."""

import pytest

from aiohttp_cors._values.hints import spelled, unpacked
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
    assert unpacked(given, is_text) is None


def test_what_can_be_read_once_only_is_left_alone() -> None:
    given = iter(["X-A"])
    assert unpacked(given, is_text) is None
    assert list(given) == ["X-A"]
