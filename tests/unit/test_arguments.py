"""What the steps of a chain say of their arguments beyond the grammar of each.

The calls that are refused have rows in `test_invalid_policies`.
"""

import pytest

from aiohttp_cors._values.arguments import add_names, missing, refuse_both
from aiohttp_cors._values.errors import CorsConfigError, Problem
from aiohttp_cors._values.names import parse_request_header


def test_a_step_of_names_that_is_given_none_is_fed_from_an_empty_setting() -> None:
    because = "this step takes one name at least; is the setting empty?"
    assert missing("allow_headers", "name") == Problem("allow_headers", "", "missing", because, "")


def test_targets_come_from_no_setting() -> None:
    because = "this step takes one resource or route at least"
    assert missing("target", "resource or route") == Problem("target", "", "missing", because, "")


def test_names_beside_any_contradict_it() -> None:
    with pytest.raises(CorsConfigError) as caught:
        add_names(("X-A", "X-B"), "*", parse_request_header, "allow_headers")
    because = "any name is allowed already: leave the names out"
    assert caught.value.problems == (
        Problem("allow_headers", "X-A, X-B", "conflicting", because, ""),
    )


def test_of_names_that_differ_in_case_the_first_stays() -> None:
    names = frozenset({"X-A"})
    added = add_names(("x-a", "x-b", "X-B"), names, parse_request_header, "allow_headers")
    assert added == {"X-A", "x-b"}


def test_any_name_beside_names_contradicts_them() -> None:
    with pytest.raises(CorsConfigError) as caught:
        refuse_both("allow_headers", ".allow_any_header", frozenset({"X-B", "X-A"}))
    because = "the clause names X-A, X-B already: say one of the two"
    assert caught.value.problems == (
        Problem("allow_headers", ".allow_any_header", "conflicting", because, ""),
    )


def test_any_name_beside_none_or_any_contradicts_nothing() -> None:
    refuse_both("allow_headers", ".allow_any_header", frozenset())
    refuse_both("allow_headers", ".allow_any_header", "*")
    refuse_both("allow_methods", ".allow_any_method", None)
