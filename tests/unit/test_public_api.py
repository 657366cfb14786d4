"""What users type: names, signatures, states and fields are a contract, and frozen here.

A name that joins the package joins `PUBLIC`, a step of the fluent API its state in `STATES`.
"""

import dataclasses
import importlib
import inspect
import sys
from collections.abc import Callable
from importlib.metadata import version
from importlib.resources import files
from types import ModuleType
from typing import Final, get_type_hints

import pytest
from aiohttp import web

import aiohttp_cors
from aiohttp_cors import introspection
from aiohttp_cors._protocol import checks as protocol
from aiohttp_cors._server import live_origins
from aiohttp_cors._values import errors, names, origin_grammar, origins, policy
from aiohttp_cors._values import options as resource_options
from aiohttp_cors._values import vocabulary as fetch
from aiohttp_cors._values.errors import Problem
from aiohttp_cors._values.options import ResourceOptions
from aiohttp_cors._values.origins import Origin, OriginPattern
from aiohttp_cors._values.policy import AnyOrigin, Clause, OriginWhere, Policy

METADATA: Final = {
    "__author__",
    "__copyright__",
    "__email__",
    "__license__",
    "__summary__",
    "__title__",
    "__uri__",
    "__version__",
}
PUBLIC: Final = {
    # both
    "answer_preflights",
    "CorsConfigError",
    "CorsWarning",
    "Problem",
    # classic
    "APP_CONFIG_KEY",
    "CorsConfig",
    "CorsViewMixin",
    "ResourceOptions",
    "custom_cors",
    "setup",
    # fluent
    "AnyOriginRule",
    "BoundPolicy",
    "Cors",
    "CredentialedRule",
    "LiveOrigins",
    "OriginRule",
    "Policy",
}

BEGIN: Final = {"origin", "any_origin", "origin_where"}
ALLOW: Final = {
    "allow_any_header",
    "allow_any_method",
    "allow_headers",
    "allow_methods",
    "expose",
    "expose_all",
    "max_age",
}
BIND: Final = {"enforce_everywhere", "enforce_on", "everywhere", "on", "policy"}
STATES: Final = {
    "Cors": BEGIN | {"explain", "for_app", "table", "use"},
    "OriginRule": BEGIN | ALLOW | BIND | {"allow_credentials"},
    "CredentialedRule": BEGIN | ALLOW | BIND,
    "AnyOriginRule": BEGIN | ALLOW | BIND,
    "BoundPolicy": BIND,
}
# What says at run time why there is no such step; type checkers do not see it.
REFUSED: Final = {
    "Cors": {"enforce_everywhere", "enforce_on", "everywhere", "on"},
    "AnyOriginRule": {"allow_credentials"},
}
OTHER_CLASSES: Final = {
    "CorsConfig": {"add", "defaults", "explain", "table"},
    "CorsConfigError": {"add_note", "args", "problems", "with_traceback"},
    # The last three are what `CorsConfig.add` asks a view for.
    "CorsViewMixin": {"cors_config", "get_request_config", "options"}
    | {"own_methods", "own_tables", "tables_of_request"},
    "LiveOrigins": {"add", "age", "allows", "dangerously_over_http", "discard"}
    | {"fed_by", "replace"},
    "Policy": {"clauses", "sources"},
    "Problem": {"because", "field", "hint", "reason", "value"},
    "ResourceOptions": {
        "allow_credentials",
        "allow_headers",
        "allow_methods",
        "expose_headers",
        "is_method_allowed",
        "max_age",
    },
}

SIGNATURES: Final = {
    # classic
    "setup": "(app, *, defaults=None)",
    "CorsConfig": "(app, *, defaults=None)",
    "CorsConfig.add": "(self, entity, config=None, webview=False)",
    "CorsConfig.explain": ("(self, method, path, *, origin, headers=(), credentials=False)"),
    "CorsConfig.table": "(self)",
    "CorsViewMixin.get_request_config": "(request, request_method)",
    "CorsViewMixin.options": "(self)",
    "ResourceOptions": (
        "(*, allow_credentials=False, expose_headers=(), allow_headers=(), max_age=None,"
        " allow_methods=None)"
    ),
    "ResourceOptions.is_method_allowed": "(self, method)",
    "custom_cors": "(config)",
    # fluent
    "Cors.for_app": "(app)",
    "Cors.any_origin": "(self)",
    "Cors.origin_where": "(self, predicate)",
    "Cors.explain": "(self, method, path, *, origin, headers=(), credentials=False)",
    "Cors.table": "(self)",
    "Cors.use": "(self, policy)",
    "OriginRule.expose": "(self, first, /, *more)",
    "OriginRule.expose_all": "(self)",
    "OriginRule.allow_headers": "(self, first, /, *more)",
    "OriginRule.allow_any_header": "(self)",
    "OriginRule.allow_methods": "(self, first, /, *more)",
    "OriginRule.allow_any_method": "(self)",
    "OriginRule.on": "(self, target, /, *targets)",
    "OriginRule.everywhere": "(self, *, excluding=())",
    "OriginRule.enforce_on": (
        "(self, target, /, *targets, own=(), isolate=False, report_only=False)"
    ),
    "OriginRule.enforce_everywhere": (
        "(self, *, excluding=(), own=(), isolate=False, report_only=False)"
    ),
    "BoundPolicy.enforce_on": (
        "(self, target, /, *targets, own=(), isolate=False, report_only=False)"
    ),
    "BoundPolicy.enforce_everywhere": (
        "(self, *, excluding=(), own=(), isolate=False, report_only=False)"
    ),
    "BoundPolicy.on": "(self, target, /, *targets)",
    "BoundPolicy.everywhere": "(self, *, excluding=())",
    "LiveOrigins": "(origins=(), *, dangerously_over_http=False)",
    "LiveOrigins.replace": "(self, origins)",
    "LiveOrigins.add": "(self, origin)",
    "LiveOrigins.discard": "(self, origin)",
    "LiveOrigins.fed_by": "(self, snapshots, *, stale_after=None)",
    # both
    "answer_preflights": "(request, handler)",
    # errors
    "CorsConfigError": "(problems)",
    "Problem": "(field, value, reason, because, hint)",
}

# A value of each kind, and its fields in order.
VALUES: Final[list[tuple[object, list[str]]]] = [
    (
        Problem("origin", "", "missing", "", ""),
        ["field", "value", "reason", "because", "hint"],
    ),
    (
        ResourceOptions(),
        ["allow_credentials", "expose_headers", "allow_headers", "max_age", "allow_methods"],
    ),
    (Policy((Clause(origins=(AnyOrigin(),)),)), ["clauses"]),
    (
        Clause(origins=(AnyOrigin(),)),
        [
            "origins",
            "allow_credentials",
            "dangerously_over_http",
            "expose_headers",
            "allow_headers",
            "allow_methods",
            "max_age",
        ],
    ),
    (AnyOrigin(), []),
    (OriginWhere(bool), ["predicate"]),
    (Origin("https", "a.example", None), ["scheme", "host", "port"]),
    (
        OriginPattern("https", "a.example", None, True),
        ["scheme", "host", "port", "subdomains"],
    ),
]

# The modules where aiohttp-cors 0.8.1 has them.
MODULES: Final = {
    "resource_options": ["ResourceOptions"],
    "cors_config": ["CorsConfig"],
    "mixin": ["CorsViewMixin", "custom_cors"],
}
CLASSES: Final = sorted(name for name in PUBLIC if isinstance(getattr(aiohttp_cors, name), type))


def public_class(name: str) -> type:
    found: object = getattr(aiohttp_cors, name)
    assert isinstance(found, type)
    return found


def public_names(holder: object) -> set[str]:
    return {name for name in dir(holder) if not name.startswith("_")}


def shape(target: Callable[..., object]) -> str:
    """A signature without its annotations."""
    signature = inspect.signature(target)
    bare = [
        parameter.replace(annotation=inspect.Parameter.empty)
        for parameter in signature.parameters.values()
    ]
    return str(signature.replace(parameters=bare, return_annotation=inspect.Signature.empty))


def fields_of(value: object) -> list[str]:
    assert dataclasses.is_dataclass(value)
    return [field.name for field in dataclasses.fields(value)]


def found_at(path: str) -> object:
    target: object = aiohttp_cors
    for name in path.split("."):
        target = getattr(target, name)
    return target


def test_the_public_names_are_those_of_the_contract() -> None:
    assert sorted(aiohttp_cors.__all__) == sorted(METADATA | PUBLIC)


def test_every_public_name_is_there_and_no_other_but_the_modules() -> None:
    assert set(aiohttp_cors.__all__) <= set(dir(aiohttp_cors))
    others = public_names(aiohttp_cors) - PUBLIC
    assert {name for name in others if not isinstance(getattr(aiohttp_cors, name), ModuleType)} == (
        set()
    )


def test_the_names_of_aiohttp_cors_0_8_1_are_all_there() -> None:
    assert set(aiohttp_cors.__all__) >= METADATA | {
        "setup",
        "CorsConfig",
        "ResourceOptions",
        "CorsViewMixin",
        "custom_cors",
        "APP_CONFIG_KEY",
    }


@pytest.mark.parametrize("module", MODULES)
def test_the_classic_names_are_also_where_0_8_1_has_them(module: str) -> None:
    found = importlib.import_module(f"aiohttp_cors.{module}")
    for name in MODULES[module]:
        assert getattr(found, name) is getattr(aiohttp_cors, name)
        assert name in found.__all__


@pytest.mark.parametrize("name", sorted(METADATA))
def test_the_metadata_are_texts(name: str) -> None:
    value: object = getattr(aiohttp_cors, name)
    assert isinstance(value, str)
    assert value


def test_the_distribution_has_the_version_that_the_package_says() -> None:
    assert version("aiohttp-cors") == aiohttp_cors.__version__


def test_the_package_says_that_it_is_typed() -> None:
    assert files(aiohttp_cors).joinpath("py.typed").is_file()


@pytest.mark.parametrize("path", SIGNATURES)
def test_a_call_takes_the_arguments_of_the_contract(path: str) -> None:
    target = found_at(path)
    assert callable(target)
    assert shape(target) == SIGNATURES[path]


def test_every_public_class_has_its_members_listed() -> None:
    listed = STATES.keys() | OTHER_CLASSES.keys()
    assert set(CLASSES) - listed == {"CorsWarning"}


@pytest.mark.parametrize("name", sorted(STATES))
def test_a_state_has_exactly_the_steps_that_may_follow_it(name: str) -> None:
    assert public_names(public_class(name)) == STATES[name] | REFUSED.get(name, set())


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_step_that_does_not_exist_says_why(name: str) -> None:
    cors = aiohttp_cors.Cors.for_app(web.Application())
    state = cors if name == "Cors" else cors.any_origin()
    for step in REFUSED[name]:
        refused: Callable[[], object] = getattr(state, step)
        with pytest.raises(aiohttp_cors.CorsConfigError):
            refused()
        assert step not in STATES[name]


@pytest.mark.parametrize("name", sorted(OTHER_CLASSES))
def test_a_class_has_exactly_its_public_members(name: str) -> None:
    members = public_names(public_class(name))
    if issubclass(public_class(name), Exception):
        members |= {"add_note"}  # since Python 3.11
    assert members - {"problems"} == OTHER_CLASSES[name] - {"problems"}


@pytest.mark.parametrize("value, names", VALUES, ids=lambda row: type(row).__name__)
def test_a_value_has_the_fields_of_the_contract_in_order(value: object, names: list[str]) -> None:
    assert fields_of(value) == names


@pytest.mark.parametrize("value", [row[0] for row in VALUES], ids=lambda row: type(row).__name__)
def test_a_value_is_frozen_and_takes_nothing_else(value: object) -> None:
    for name in fields_of(value):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(value, name, None)
        with pytest.raises(dataclasses.FrozenInstanceError):
            delattr(value, name)
    with pytest.raises((AttributeError, TypeError)):
        setattr(value, "anything", None)  # noqa: B010 -- type checkers refuse the plain statement
    assert not hasattr(value, "__dict__")


@pytest.mark.parametrize("value", [row[0] for row in VALUES], ids=lambda row: type(row).__name__)
def test_a_value_can_be_hashed_and_shows_its_fields(value: object) -> None:
    assert isinstance(hash(value), int)
    assert repr(value).startswith(f"{type(value).__name__}(")
    # A policy and its clauses are shown as the chain that makes them: test_policy.
    if not isinstance(value, Policy | Clause):
        assert all(f"{name}=" in repr(value) for name in fields_of(value))


def test_every_state_of_the_fluent_api_is_frozen() -> None:
    cors = aiohttp_cors.Cors.for_app(web.Application())
    rule = cors.origin("https://a.example")
    states = [
        cors,
        rule,
        rule.allow_credentials(),
        rule.any_origin(),
        cors.use(rule.policy),
    ]
    assert {type(state).__name__ for state in states} == set(STATES)
    for state in states:
        for field in ("anything", *(field.name for field in dataclasses.fields(state))):
            with pytest.raises((AttributeError, TypeError)):
                setattr(state, field, None)


@pytest.mark.skipif(sys.version_info < (3, 11), reason="typing.final leaves no mark before 3.11")
@pytest.mark.parametrize("name", sorted(set(CLASSES) - {"CorsViewMixin"}))
def test_only_the_mixin_is_there_to_be_derived_from(name: str) -> None:
    assert getattr(public_class(name), "__final__", False)


def own_members(kind: type) -> dict[str, object]:
    """Public methods and properties, also those of our own base classes."""
    return {
        name: inspect.getattr_static(kind, name)
        for name in public_names(kind)
        if any(name in vars(base) for base in kind.__mro__ if "aiohttp_cors" in base.__module__)
    }


@pytest.mark.parametrize("name", sorted(PUBLIC - {"APP_CONFIG_KEY"}))
def test_every_public_thing_says_what_it_is(name: str) -> None:
    target: object = getattr(aiohttp_cors, name)
    text = target.__doc__ or ""
    # A dataclass without a docstring gets its signature for one.
    assert text
    assert not text.startswith(f"{name}(")


@pytest.mark.parametrize("name", CLASSES)
def test_every_public_method_says_what_it_does(name: str) -> None:
    kind = public_class(name)
    for member, found in own_members(kind).items():
        if isinstance(found, property | classmethod) or inspect.isfunction(found):
            assert inspect.getdoc(getattr(kind, member)), f"{name}.{member}"


@pytest.mark.parametrize("name", CLASSES)
def test_annotations_can_be_resolved_at_run_time(name: str) -> None:
    kind = public_class(name)
    get_type_hints(kind)
    for found in own_members(kind).values():
        if inspect.isfunction(found):
            # What a tool gives is imported by who annotates with it.
            get_type_hints(found, localns=vars(introspection))


@pytest.mark.parametrize(
    "module",
    [
        errors,
        fetch,
        live_origins,
        names,
        origin_grammar,
        origins,
        policy,
        protocol,
        resource_options,
    ],
    ids=lambda module: module.__name__,
)
def test_every_constant_of_the_vocabulary_is_immutable(module: ModuleType) -> None:
    constants = {
        name: value for name, value in vars(module).items() if name.isupper() and name[0] != "_"
    }
    assert {name for name, value in constants.items() if isinstance(value, list | set | dict)} == (
        set()
    )
