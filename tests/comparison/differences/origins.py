"""Which origin matches which key of a configuration."""

import dataclasses
import re
from typing import Final

from tests.comparison import description as d
from tests.comparison.differences.case import (
    ANYTHING,
    REFUSED,
    Case,
    Difference,
    Expected,
    configs,
)

_NOBODY: Final = "https://nobody.example"


# "`defaults` is changed by assignment, not in place"


def _assigns(case: Case) -> bool:
    return any(isinstance(step, d.Assign) and not step.in_place for step in case.program.steps)


def _in_place(case: Case) -> Case:
    return case.stepping(
        [
            dataclasses.replace(step, in_place=True) if isinstance(step, d.Assign) else step
            for step in case.program.steps
        ]
    )


ASSIGNED_DEFAULTS: Final = Difference(
    sentence="`defaults` is changed by assignment, not in place",
    applies=_assigns,
    asked=_in_place,
)


# "an `Origin` beyond visible ASCII or 326 bytes matches nothing"


def _has_an_unmatchable_origin(case: Case) -> bool:
    origin = case.request.first("Origin")
    return origin is not None and (
        not 0 < len(origin) <= 326 or not all("!" <= character <= "~" for character in origin)
    )


def _without_a_match(case: Case) -> Case:
    origin = case.request.first("Origin")

    def change(config: d.Config) -> d.Config:
        kept = {_NOBODY if key in {"*", origin} else key: options for key, options in config}
        return tuple(kept.items())

    return case.mapped(change)


def _with_an_escaped_origin(case: Case, expected: Expected) -> Expected:
    # How such an origin is spelled in a text is ours to choose; 0.8.1 breaks down over some.
    origin = case.request.first("Origin") or ""
    refused = expected.status == 500 or (expected.body or "").startswith(REFUSED)
    if case.is_answered_by_the_library and refused and not origin.isascii():
        return Expected.refusal(None)
    return expected


UNMATCHABLE_ORIGINS: Final = Difference(
    sentence="an `Origin` beyond visible ASCII or 326 bytes matches nothing",
    applies=_has_an_unmatchable_origin,
    asked=_without_a_match,
    expected=_with_an_escaped_origin,
)


# "keys that are patterns match as patterns"


def _pattern(key: str) -> re.Pattern[str] | None:
    parts = re.fullmatch(r"(https?://)(\*\.)?([a-z0-9.-]+)(:\*|:\d+)?", key)
    if parts is None:
        return None
    scheme, wild, host, port = parts.groups(default="")
    if not (wild or port == ":*") or (wild and "." not in host and host != "localhost"):
        return None
    # A host may be spelled "*.example.com": URLs know no such thing as a wildcard.
    host = (r"([a-z0-9_*-]+\.)+" if wild else "") + re.escape(host)
    return re.compile(scheme + host + (r"(:\d+)?" if port == ":*" else re.escape(port)))


def _rank(key: str) -> tuple[bool, int, bool]:
    """Fixed host before wildcard host, longer suffix first, exact port before any."""
    return "//*." in key, -len(key.split("//")[1].removesuffix(":*")), key.endswith(":*")


def _meets_a_pattern(case: Case) -> bool:
    origin = case.request.first("Origin")
    return origin is not None and any(
        (pattern := _pattern(key)) is not None and pattern.fullmatch(origin)
        for config in configs(case)
        for key, _ in config
    )


def _with_the_pattern_as_origin(case: Case) -> Case:
    origin = case.request.first("Origin") or ""

    def change(config: d.Config) -> d.Config:
        given = dict(config)
        if origin in given and _pattern(origin) is None:
            return config
        matching = [key for key in given if (p := _pattern(key)) and p.fullmatch(origin)]
        best = min(matching, key=_rank, default=None)
        renamed = {origin: given[best]} if best is not None else {}
        for key in given.keys() - {best}:
            renamed[_NOBODY if key == origin else key] = given[key]
        return tuple(renamed.items())

    return case.mapped(change)


def _leaves_out_a_mixed_chain(case: Case, expected: Expected) -> Expected:
    # Exact origins of the whole chain come before patterns: a renamed pattern cannot stand behind
    # an exact origin of a later level.
    origin = case.request.first("Origin") or ""
    if _pattern(origin) is None and any(origin in dict(config) for config in configs(case)):
        return ANYTHING
    return expected


PATTERNS: Final = Difference(
    sentence="keys that are patterns match as patterns",
    applies=_meets_a_pattern,
    asked=_with_the_pattern_as_origin,
    expected=_leaves_out_a_mixed_chain,
)
