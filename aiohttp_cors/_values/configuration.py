"""Options by origin, ``{"https://app.example.com": ResourceOptions()}``, as both APIs are given them.

Owns: how such a mapping is read. For the classic API any string is an origin; for the fluent one the
mapping becomes a `Policy`.
Leaves to: `aiohttp_cors._values.options` the options of one origin, to
`aiohttp_cors._values.config_findings` what a configuration should not hold, and to the two APIs what
it is bound to.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import fields, replace
from typing import Final, TypeAlias, TypeGuard

from aiohttp_cors._values.errors import CorsConfigError, Problem, shown
from aiohttp_cors._values.hints import nearest_name
from aiohttp_cors._values.names import STARS
from aiohttp_cors._values.options import ResourceOptions
from aiohttp_cors._values.origins import (
    OVER_HTTP,
    Origin,
    parse_origin,
)
from aiohttp_cors._values.policy import NO_ORIGIN, AnyOrigin, Clause, Policy
from aiohttp_cors._values.vocabulary import is_token

Config: TypeAlias = Mapping[str, ResourceOptions | Mapping[str, object]]
"""A configuration: options by origin, ``{"https://app.example.com": ResourceOptions()}``.

The options may be a mapping with the keyword arguments of `ResourceOptions`. The key ``"*"``
stands for every origin that has no options of its own.
"""

_OPTION_NAMES: Final = tuple(option.name for option in fields(ResourceOptions))
_BY_ORIGIN: Final = "a policy is a Policy, or options by origin"
_OPTIONS: Final = "the options of an origin are ResourceOptions, or a mapping with the same keys"
_KEYS: Final = f"the options of an origin are {', '.join(_OPTION_NAMES)}"
_COLLECTION: Final = "names are a collection of str, or '*' for any"

_LOOPBACK: Final = Origin("https", "localhost", None)

# What a mapping holds is only known, and checked, at run time.
_make_options: Callable[..., ResourceOptions] = ResourceOptions
_make_clause: Callable[..., Clause] = Clause


def parse_config(config: object) -> dict[str, ResourceOptions]:
    """A configuration with every value a `ResourceOptions`; raises `ValueError`."""
    if config is None:
        return {}
    if not _is_mapping(config):
        raise ValueError(f"a configuration is a mapping of options by origin, got {config!r}")
    parsed: dict[str, ResourceOptions] = {}
    for origin, options in config.items():
        if not isinstance(origin, str):
            raise ValueError(f"an origin is a string, got {origin!r}")
        parsed[origin] = _parse_options(options)
    return parsed


def parse_policy(config: object) -> Policy:
    """The policy of `aiohttp_cors.Cors.use` for options by origin, validated like a chain.

    Raises `CorsConfigError` with all its problems.
    """
    if not _is_mapping(config):
        raise CorsConfigError([Problem("policy", shown(config), "invalid", _BY_ORIGIN, "")])
    if not config:
        raise CorsConfigError([NO_ORIGIN])
    clauses: list[Clause] = []
    problems: list[Problem] = []
    for origin, options in config.items():
        source = AnyOrigin() if origin == "*" else parse_origin(origin)
        if isinstance(source, Problem):
            problems.append(source)
            # What else is wrong is said as well, and nothing about this origin.
            source = _LOOPBACK
        fields_given, refused = _fields_of(options)
        problems += refused
        try:
            clauses.append(_make_clause(origins=(source,), **fields_given))
        except CorsConfigError as error:
            problems += map(as_option, error.problems)
    if problems:
        raise CorsConfigError(problems)
    return Policy(tuple(clauses))


def _fields_of(options: object) -> tuple[dict[str, object], list[Problem]]:
    """The fields of a clause that options fill, and what cannot fill one.

    What the fields hold is for `Clause` to check.
    """
    if isinstance(options, ResourceOptions):
        return {name: getattr(options, name) for name in _OPTION_NAMES}, []
    if not _is_mapping(options):
        return {}, [Problem("options", shown(options), "invalid", _OPTIONS, "")]
    given: dict[str, object] = {}
    problems: list[Problem] = []
    for name, value in options.items():
        if not isinstance(name, str) or name not in _OPTION_NAMES:
            text = name if isinstance(name, str) else shown(name)
            hint = nearest_name(name, _OPTION_NAMES)
            problems.append(Problem("options", text, "invalid", _KEYS, hint))
        elif name not in STARS or value == "*" or (value is None and name == "allow_methods"):
            given[name] = value
        elif _is_collection(value):
            names, wrong = _names_of(name, value)
            problems += wrong
            given[name] = names
        else:
            text = value if isinstance(value, str) else shown(value)
            problems.append(Problem(name, text, "invalid", _COLLECTION, _list_meant(value)))
    return given, problems


def _names_of(field: str, given: Collection[object]) -> tuple[frozenset[str], list[Problem]]:
    """The texts of a collection, and a problem for each other member, which may have no hash."""
    names = frozenset(each for each in given if isinstance(each, str))
    others = [each for each in given if not isinstance(each, str)]
    return names, [Problem(field, shown(each), "invalid", _COLLECTION, "") for each in others]


def _list_meant(value: object) -> str:
    """``["X-A", "X-B"]`` for a text that holds names; empty for all else."""
    names = [part.strip() for part in value.split(",")] if isinstance(value, str) else []
    spelled = ", ".join(f'"{name}"' for name in names)
    return f"[{spelled}]" if names and all(map(is_token, names)) else ""


def as_option(problem: Problem) -> Problem:
    """The problem with a hint that can be written among options, where a chain has steps."""
    hint = problem.hint.replace(OVER_HTTP, f".allow_credentials({OVER_HTTP})")
    if hint == STARS.get(problem.field):
        hint = f'{problem.field}="*"'
    elif problem.field in STARS and hint == ".allow_credentials":
        hint = "allow_credentials=True"
    return replace(problem, hint=hint)


def _parse_options(options: object) -> ResourceOptions:
    if isinstance(options, ResourceOptions):
        return options
    if not _is_mapping(options):
        raise ValueError(f"options are ResourceOptions or a mapping of them, got {options!r}")
    unexpected = [repr(name) for name in options if name not in _OPTION_NAMES]
    if unexpected:
        raise ValueError(f"Unexpected keywords in resource options: {', '.join(unexpected)}")
    return _make_options(**{str(name): value for name, value in options.items()})


def _is_mapping(value: object) -> TypeGuard[Mapping[object, object]]:
    return isinstance(value, Mapping)


def _is_collection(value: object) -> TypeGuard[Collection[object]]:
    no_list = isinstance(value, str | bytes | bytearray | Mapping)
    return isinstance(value, Collection) and not no_list
