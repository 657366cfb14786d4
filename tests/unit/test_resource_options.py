"""`ResourceOptions`: what is normalised, what is refused, and that it is a value.

Expectations from the contract's *Classic* section.
"""

import copy
import dataclasses
import enum
import pickle
import sys
from collections.abc import Callable, Iterator
from typing import Literal, TypeAlias

import pytest

from aiohttp_cors._values.options import Names, ResourceOptions

Given: TypeAlias = Names | Literal["*"]
NAME_FIELDS = ("allow_headers", "allow_methods", "expose_headers")

# What is only known, and checked, at run time.
make: Callable[..., ResourceOptions] = ResourceOptions

FULL = ResourceOptions(
    allow_credentials=True,
    expose_headers=["X-Request-ID", "x-lower"],
    allow_headers=["X-Requested-With", "content-type"],
    max_age=3600,
    allow_methods=["put", "PATCH"],
)


def test_everything_left_out_allows_nothing_beside_the_plain_request() -> None:
    options = ResourceOptions()
    assert options.allow_credentials is False
    assert options.expose_headers == frozenset()
    assert options.allow_headers == frozenset()
    assert options.max_age is None
    assert options.allow_methods is None


def test_headers_and_methods_to_allow_are_upper_cased_and_exposed_ones_keep_their_case() -> None:
    assert FULL.allow_headers == frozenset({"X-REQUESTED-WITH", "CONTENT-TYPE"})
    assert FULL.allow_methods == frozenset({"PUT", "PATCH"})
    assert FULL.expose_headers == frozenset({"X-Request-ID", "x-lower"})


def test_names_that_differ_only_in_case_are_one_where_they_are_upper_cased() -> None:
    options = ResourceOptions(allow_headers=["X-A", "x-a"], allow_methods=["put", "PUT"])
    assert options.allow_headers == frozenset({"X-A"})
    assert options.allow_methods == frozenset({"PUT"})


@pytest.mark.parametrize("field", NAME_FIELDS)
def test_a_star_stays_a_star(field: str) -> None:
    assert getattr(make(**{field: "*"}), field) == "*"


@pytest.mark.parametrize("field", NAME_FIELDS)
@pytest.mark.parametrize(
    "names",
    [
        ["X-A", "X-B"],
        ("X-A", "X-B"),
        {"X-A", "X-B"},
        frozenset({"X-A", "X-B"}),
        {"X-A": 1, "X-B": 2}.keys(),
    ],
    ids=lambda names: type(names).__name__,
)
def test_any_collection_of_names_is_kept_as_a_frozenset(field: str, names: Given) -> None:
    kept: object = getattr(make(**{field: names}), field)
    assert isinstance(kept, frozenset)
    assert kept == frozenset({"X-A", "X-B"})


@pytest.mark.parametrize("field", NAME_FIELDS)
def test_an_empty_collection_names_nothing(field: str) -> None:
    assert getattr(make(**{field: []}), field) == frozenset()


def test_methods_can_be_left_to_the_added_routes_explicitly() -> None:
    assert ResourceOptions(allow_methods=None).allow_methods is None


def test_changing_what_was_given_does_not_change_the_options() -> None:
    names = ["X-A"]
    options = ResourceOptions(allow_headers=names, expose_headers=names, allow_methods=names)
    names.append("X-B")
    assert (
        options.allow_headers
        == options.expose_headers
        == options.allow_methods
        == frozenset({"X-A"})
    )


@pytest.mark.parametrize("age", [0, 1, 86400, 10**9, sys.maxsize])
def test_any_age_from_zero_on_is_kept(age: int) -> None:
    assert ResourceOptions(max_age=age).max_age == age


class Age(int, enum.Enum):
    HOUR = 3600


def test_an_age_is_kept_as_a_plain_number() -> None:
    age: object = ResourceOptions(max_age=Age.HOUR).max_age
    assert age == 3600
    assert type(age) is int


@pytest.mark.parametrize("age", [10**6000, -(10**6000)], ids=["large", "negative"])
def test_an_age_of_so_many_digits_that_python_writes_none_is_refused_like_any_other(
    age: int,
) -> None:
    with pytest.raises(ValueError, match=r"'max_age' must be .*, got int of 19932 bits"):
        ResourceOptions(max_age=age)


@pytest.mark.parametrize("field", NAME_FIELDS)
@pytest.mark.parametrize("text", ["X-A", "GET", "", "X-A, X-B", "**"])
def test_a_bare_string_is_refused_with_the_right_spelling(field: str, text: str) -> None:
    with pytest.raises(ValueError, match=f"'{field}'") as caught:
        make(**{field: text})
    assert f'{field}=["{text}"]' in str(caught.value)


@pytest.mark.parametrize("field", NAME_FIELDS)
@pytest.mark.parametrize(
    "given",
    [
        pytest.param(1, id="number"),
        pytest.param(True, id="bool"),
        pytest.param(b"X-A", id="bytes"),
        pytest.param(bytearray(b"X-A"), id="bytearray"),
        pytest.param({"X-A": 1}, id="mapping"),
        pytest.param(iter(["X-A"]), id="iterator, which can be read once only"),
        pytest.param(object(), id="object"),
    ],
)
def test_what_is_no_collection_of_names_is_refused(field: str, given: object) -> None:
    with pytest.raises(ValueError, match=f"'{field}' must be '\\*' or a collection of names"):
        make(**{field: given})


@pytest.mark.parametrize("field", ["allow_headers", "expose_headers"])
def test_header_names_cannot_be_none(field: str) -> None:
    with pytest.raises(ValueError, match=f"'{field}' must be '\\*' or a collection of names"):
        make(**{field: None})


@pytest.mark.parametrize("field", NAME_FIELDS)
@pytest.mark.parametrize(
    "name",
    [
        pytest.param("", id="empty"),
        pytest.param(" X-A", id="space before"),
        pytest.param("X-A ", id="space after"),
        pytest.param("X A", id="space inside"),
        pytest.param("X-A\r\nSet-Cookie: x=1", id="line break"),
        pytest.param("X-A,X-B", id="comma"),
        pytest.param("X-A:", id="colon"),
        pytest.param("é", id="not ASCII"),
        pytest.param("\xdf", id="sharp s, whose upper case is a token"),
        pytest.param("\udcff", id="lone surrogate"),
        pytest.param(None, id="None"),
        pytest.param(1, id="number"),
        pytest.param(b"X-A", id="bytes"),
        pytest.param(("X-A",), id="tuple"),
    ],
)
def test_a_name_that_is_no_token_is_refused(field: str, name: object) -> None:
    with pytest.raises(ValueError, match=f"'{field}' must hold HTTP tokens") as caught:
        make(**{field: ["X-Good", name]})
    assert repr(name) in str(caught.value)


@pytest.mark.parametrize("value", [None, 0, 1, "", "yes", [], object], ids=repr)
def test_credentials_are_allowed_by_a_bool_and_nothing_else(value: object) -> None:
    with pytest.raises(ValueError, match="'allow_credentials'"):
        make(allow_credentials=value)


@pytest.mark.parametrize(
    "value", [-1, -(10**9), 2**63, True, False, 1.0, 3600.5, "3600", "", [], float("inf")], ids=repr
)
def test_an_age_that_is_no_whole_number_of_seconds_from_zero_on_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="'max_age'"):
        make(max_age=value)


def test_an_unknown_keyword_and_a_positional_argument_are_refused() -> None:
    with pytest.raises(TypeError):
        make(allow_origin="*")
    with pytest.raises(TypeError):
        make(True)


@pytest.mark.parametrize(
    "methods, method, allowed",
    [
        (None, "GET", False),
        ([], "GET", False),
        (["GET"], "GET", True),
        (["GET"], "get", True),
        (["get"], "GET", True),
        (["GET"], "POST", False),
        (["PATCH"], "patch", True),
        ("*", "GET", True),
        ("*", "x-custom", True),
        (["GET"], "", False),
    ],
)
def test_a_method_is_allowed_when_it_is_named_in_any_case(
    methods: Given | None, method: str, allowed: bool
) -> None:
    assert ResourceOptions(allow_methods=methods).is_method_allowed(method) is allowed


def test_equal_options_are_equal_and_hash_alike() -> None:
    twin = ResourceOptions(
        allow_methods=("PATCH", "PUT"),
        max_age=3600,
        allow_headers={"CONTENT-TYPE", "x-requested-with"},
        expose_headers=["x-lower", "X-Request-ID"],
        allow_credentials=True,
    )
    assert twin == FULL
    assert hash(twin) == hash(FULL)
    assert ResourceOptions() != FULL


@pytest.mark.parametrize(
    "change",
    [
        {"allow_credentials": False},
        {"expose_headers": "*"},
        {"allow_headers": "*"},
        {"max_age": None},
        {"max_age": 0},
        {"allow_methods": None},
        {"allow_methods": "*"},
        {"allow_methods": []},
    ],
    ids=repr,
)
def test_replacing_one_field_keeps_the_others(change: dict[str, object]) -> None:
    replaced = dataclasses.replace(FULL, **change)  # type: ignore[arg-type]
    before, after = dataclasses.asdict(FULL), dataclasses.asdict(replaced)
    assert after == before | {k: frozenset() if v == [] else v for k, v in change.items()}
    assert replaced != FULL


def test_a_replaced_value_is_normalised_and_validated_like_a_new_one() -> None:
    assert dataclasses.replace(FULL, allow_headers=frozenset({"x-b"})) == ResourceOptions(
        allow_credentials=True,
        expose_headers=["X-Request-ID", "x-lower"],
        allow_headers=["X-B"],
        max_age=3600,
        allow_methods=["PUT", "PATCH"],
    )
    with pytest.raises(ValueError, match="'max_age'"):
        dataclasses.replace(FULL, max_age=-1)


def pickled(options: ResourceOptions, protocol: int) -> ResourceOptions:
    twin: object = pickle.loads(pickle.dumps(options, protocol))
    assert isinstance(twin, ResourceOptions)
    return twin


def replaced(options: ResourceOptions) -> ResourceOptions:
    return dataclasses.replace(options)


COPIES: dict[str, Callable[[ResourceOptions], ResourceOptions]] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "replace": replaced,
    "pickle 2": lambda options: pickled(options, 2),
    "newest pickle": lambda options: pickled(options, pickle.HIGHEST_PROTOCOL),
}


@pytest.mark.parametrize("twin", COPIES.values(), ids=COPIES)
@pytest.mark.parametrize("options", [FULL, ResourceOptions()], ids=["full", "empty"])
def test_options_survive_being_copied(
    options: ResourceOptions, twin: Callable[[ResourceOptions], ResourceOptions]
) -> None:
    assert twin(options) == options
    assert hash(twin(options)) == hash(options)


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(ResourceOptions)])
def test_no_field_can_be_changed_or_deleted(field: str) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(FULL, field, None)
    with pytest.raises(dataclasses.FrozenInstanceError):
        delattr(FULL, field)


def test_options_have_no_place_for_anything_else() -> None:
    with pytest.raises((AttributeError, TypeError)):
        setattr(FULL, "extra", 1)  # noqa: B010 -- type checkers refuse the plain statement
    assert not hasattr(FULL, "__dict__")


def test_the_repr_can_be_pasted() -> None:
    scope = {"ResourceOptions": ResourceOptions}
    assert eval(repr(FULL), scope) == FULL
    assert eval(repr(ResourceOptions()), scope) == ResourceOptions()


def test_options_are_no_longer_a_tuple() -> None:
    assert tuple not in ResourceOptions.__mro__


def iterate(names: Names) -> Iterator[str]:
    return iter(names)


@pytest.mark.parametrize("names", [["X-A"], ("X-A",), {"X-A"}, frozenset({"X-A"})], ids=repr)
def test_names_are_what_can_be_iterated_and_asked_for_a_member(names: Names) -> None:
    assert list(iterate(names)) == ["X-A"]
    assert "X-A" in names
