"""Options by origin, ``{"https://app.example.com": ResourceOptions()}``, as both APIs are given them.

Knows how such a mapping is read: for the classic API any string is an origin, and hazards are
named; for the fluent one it becomes a `Policy`. Does not know what it is then bound to.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Final, TypeAlias, TypeGuard

from aiohttp_cors._values.errors import CorsConfigError, Problem
from aiohttp_cors._values.options import ResourceOptions
from aiohttp_cors._values.origins import is_potentially_trustworthy, parse_origin
from aiohttp_cors._values.policy import AnyOrigin, Clause, Policy

Config: TypeAlias = Mapping[str, ResourceOptions | Mapping[str, object]]
"""A configuration: options by origin, ``{"https://app.example.com": ResourceOptions()}``.

The options may be a mapping with the keyword arguments of `ResourceOptions`. The key ``"*"``
stands for every origin that has no options of its own.
"""

_OPTION_NAMES: Final = frozenset(option.name for option in fields(ResourceOptions))

# What a mapping holds is only known, and checked, at run time.
_make_options: Callable[..., ResourceOptions] = ResourceOptions


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


def hazards_of(config: Mapping[str, ResourceOptions]) -> dict[str, None]:
    """What is accepted for compatibility and should not be there; a sentence each."""
    hazards: dict[str, None] = {}
    for origin, options in config.items():
        if origin == "*":
            if options.allow_credentials:
                hazards["any origin may send credentials and read the answers ('*')"] = None
            continue
        parsed = parse_origin(origin)
        if isinstance(parsed, Problem):
            if origin == "null":
                hazards["any site can send the origin 'null'"] = None
            else:
                hazards[f"no browser sends the origin {origin!r} (hint: {parsed.hint})"] = None
        elif options.allow_credentials and not is_potentially_trustworthy(parsed):
            hazards[f"credentials are allowed over http to {origin!r}"] = None
    return hazards


def parse_policy(config: object) -> Policy:
    """The policy of `aiohttp_cors.Cors.use` for options by origin, validated like a chain.

    Raises `CorsConfigError` with all its problems.
    """
    if not _is_mapping(config):
        hint = "a Policy, or ResourceOptions by origin"
        raise CorsConfigError([Problem("policy", repr(config), "invalid", hint)])
    clauses: list[Clause] = []
    problems: list[Problem] = []
    for origin, options in config.items():
        source = AnyOrigin() if origin == "*" else parse_origin(origin)
        if isinstance(source, Problem):
            problems.append(source)
        elif not isinstance(options, ResourceOptions):
            problems.append(Problem("policy", repr(options), "invalid", "ResourceOptions()"))
        else:
            try:
                clause = Clause(
                    origins=(source,),
                    allow_credentials=options.allow_credentials,
                    expose_headers=options.expose_headers,
                    allow_headers=options.allow_headers,
                    allow_methods=options.allow_methods,
                    max_age=options.max_age,
                )
                clauses.append(clause)
            except CorsConfigError as error:
                problems.extend(error.problems)
    if problems:
        raise CorsConfigError(problems)
    return Policy(tuple(clauses))


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
