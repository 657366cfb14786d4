"""How a refused configuration is shown: `Problem`, `CorsConfigError`, `CorsWarning`."""

import copy
import pickle
import warnings
from collections.abc import Callable, Iterable
from dataclasses import FrozenInstanceError
from typing import get_args

import pytest

from aiohttp_cors._values.errors import CorsConfigError, CorsWarning, Problem, Reason, shown

SLASH = Problem(
    "origin", "https://a.example/", "invalid", "an origin has no path", "https://a.example"
)
COOKIE = Problem("allow_headers", "Cookie", "forbidden", "no script can set Cookie", "")


def test_the_reasons_are_the_five_words_of_the_contract() -> None:
    assert get_args(Reason) == ("missing", "invalid", "forbidden", "prohibited", "conflicting")


def test_a_problem_says_field_value_reason_rule_and_hint_in_one_sentence() -> None:
    assert str(SLASH) == (
        "origin 'https://a.example/' is invalid: an origin has no path (hint: https://a.example)"
    )


def test_a_problem_without_a_hint_says_none() -> None:
    assert str(COOKIE) == "allow_headers 'Cookie' is forbidden: no script can set Cookie"


def test_what_is_missing_is_not_shown_as_an_empty_text() -> None:
    missing = Problem("origin", "", "missing", "a clause is about one origin at least", "")
    assert str(missing) == "origin is missing: a clause is about one origin at least"
    assert str(Problem("origin", "", "invalid", "x", "")) == "origin '' is invalid: x"


def test_a_value_with_a_line_break_is_shown_in_one_line() -> None:
    assert "\n" not in str(Problem("origin", "a\nb", "invalid", "an origin is one line", ""))


@pytest.mark.parametrize("value", ["a\nb", None, True, [2**256], 2**256 - 1])
def test_what_was_given_is_shown_as_its_repr(value: object) -> None:
    assert shown(value) == repr(value)


@pytest.mark.parametrize("number", [2**256, -(2**256)], ids=["above", "below"])
def test_an_int_beyond_measure_is_shown_by_its_size(number: int) -> None:
    assert shown(number) == "int of 257 bits"


def test_what_is_long_is_cut() -> None:
    assert shown("x" * 298) == repr("x" * 298)
    assert shown("x" * 299) == f"'{'x' * 299}…"


def test_problems_are_compared_and_hashed_by_their_parts() -> None:
    same = Problem(
        "origin", "https://a.example/", "invalid", "an origin has no path", "https://a.example"
    )
    assert {SLASH, same, COOKIE} == {SLASH, COOKIE}


def test_a_problem_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        SLASH.hint = "x"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]


def test_a_refused_configuration_is_a_value_error() -> None:
    assert issubclass(CorsConfigError, ValueError)


@pytest.mark.parametrize("given", [list, tuple, iter])
def test_all_problems_of_a_call_are_kept_in_order(
    given: Callable[[list[Problem]], Iterable[Problem]],
) -> None:
    assert CorsConfigError(given([SLASH, COOKIE])).problems == (SLASH, COOKIE)


def test_the_message_of_the_error_holds_the_sentence_of_every_problem() -> None:
    assert str(CorsConfigError([SLASH, COOKIE])) == f"{SLASH}; {COOKIE}"


def test_the_error_survives_pickling_and_copying() -> None:
    error = CorsConfigError([SLASH, COOKIE])
    pickled: object = pickle.loads(pickle.dumps(error))
    for twin in (pickled, copy.copy(error), copy.deepcopy(error)):
        assert isinstance(twin, CorsConfigError)
        assert twin.problems == error.problems
        assert str(twin) == str(error)


def test_a_doubtful_configuration_is_a_user_warning() -> None:
    with pytest.warns(UserWarning, match="never bound") as caught:
        warnings.warn(CorsWarning("never bound"), stacklevel=1)
    assert caught[0].category is CorsWarning
